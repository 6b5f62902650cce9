//! Single sign-on: from who somebody is to a provider, whose word was checked, to an account and a session. An account
//! is linked by an administrator and never made by itself.

use serde_json::json;

use super::session::{Cookie, How, begin, end_by_cookie, subject};
use crate::domain::AccountId;
use crate::domain::keys::Keys;
use crate::error::{Context, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::{Db, accounts, factors, identities};

/// Who somebody is to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person, by the name the provider has for them.
    pub subject: String,
    /// When the provider asked for a password or the like, in unix ms; 0 when it does not tell.
    pub confirmed_ms: i64,
    /// Whether it asked for a second factor.
    pub second_factor: bool,
}

/// Begins a session of the account that an identity is linked to; `before` is a session that the same browser had,
/// which ends. None when there is no such account, or it is disabled.
///
/// # Errors
/// When the store does not answer.
pub async fn sign_in(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    request: &str,
    identity: &Identity,
    before: Option<&Cookie>,
) -> Result<Option<Cookie>> {
    let Some(id) = identities::account(db, &identity.issuer, &identity.subject).await? else { return Ok(None) };
    let Some(row) = accounts::by_id(db, id).await?.filter(|row| row.disabled_at.is_none()) else { return Ok(None) };
    let by = By { account: Some(AccountId(row.id)), request };
    let second = factors::of(db, row.id).await?;
    let mut tx = db.begin().await?;
    if let Some(before) = before {
        end_by_cookie(&mut tx, db, now_ms, before).await?;
    }
    // What the provider asks for stands for our password, and for our second factor when it asks for one as well.
    let how = How::Provider { confirmed_ms: identity.confirmed_ms.min(now_ms), second_factor: identity.second_factor };
    let cookie = begin(&mut tx, now_ms, row.id, how).await?;
    // As after a password, nobody is in before the code of a second factor that they have.
    if identity.second_factor || second.is_none() {
        accounts::set_signed_in(&mut tx, row.id, now_ms).await?;
        let detail = json!({ "issuer": identity.issuer });
        audit::note(&mut tx, keys, now_ms, by, Act::SignedIn, subject(row.id), detail).await?;
    }
    tx.commit().await.context("sign in by a provider")?;
    Ok(Some(cookie))
}

/// Who an account is to a provider.
///
/// # Errors
/// When the store does not answer.
pub async fn of(db: &Db, account: AccountId, issuer: &str) -> Result<Option<String>> {
    identities::of_account(db, account.0, issuer).await
}
