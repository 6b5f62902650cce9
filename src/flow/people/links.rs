//! One-time links: to set up the service, to take up an invitation, to choose a new password.

use serde_json::json;

use super::hashing::Hashing;
use super::{Account, check_password};
use crate::clock;
use crate::domain::AccountId;
use crate::domain::account::{self, Grant, Role};
use crate::domain::keys::{Keys, Mac16};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::{Db, Tx, accounts, links, sessions};

/// How long a link lives.
pub const LIFE_MS: i64 = 30 * 60 * 1000;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To make the first account.
    Setup,
    /// To choose a first password.
    Invite,
    /// To choose another one.
    Reset,
}

impl Kind {
    /// The name kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }
}

/// What an opened link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// To making the first account.
    Setup,
    /// To choosing a password for this account.
    Choose(Account),
}

fn mac(keys: &Keys, token: &str) -> Mac16 {
    keys.mac("link", token.as_bytes())
}

/// Makes a link for an account, in the transaction of whatever makes it needed; earlier ones become useless. Gives its
/// token: 22 characters, 128 bits, known to nobody else.
pub(super) async fn make(
    tx: &mut Tx<'_>,
    keys: &Keys,
    now_ms: i64,
    by: By<'_>,
    kind: Kind,
    account: AccountId,
) -> Result<String> {
    let token = data_encoding::BASE64URL_NOPAD.encode(&clock::random::<16>());
    links::void(tx, account.0, now_ms).await?;
    links::insert(tx, mac(keys, &token), kind.name(), Some(account.0), now_ms + LIFE_MS).await?;
    let subject = format!("account {}", account.0);
    audit::note(tx, keys, now_ms, by, Act::LinkMade, subject, json!({ "kind": kind.name() })).await?;
    Ok(token)
}

/// The token of a link to set the service up, as long as there is no account; earlier ones become useless.
///
/// # Errors
/// When the store does not answer.
pub async fn for_setup(db: &Db, keys: &Keys, now_ms: i64) -> Result<Option<String>> {
    let mut tx = db.begin().await?;
    if accounts::any_in(&mut tx).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let token = data_encoding::BASE64URL_NOPAD.encode(&clock::random::<16>());
    links::void_setup(&mut tx, now_ms).await?;
    links::insert(&mut tx, mac(keys, &token), Kind::Setup.name(), None, now_ms + LIFE_MS).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Whether there is an account: until then the service is not set up.
///
/// # Errors
/// When the store does not answer.
pub async fn is_set_up(db: &Db) -> Result<bool> {
    accounts::any(db).await
}

/// Where a token leads; none when it was used, has expired or never was.
///
/// # Errors
/// When the store does not answer.
pub async fn open(db: &Db, keys: &Keys, now_ms: i64, token: &str) -> Result<Option<Opened>> {
    match links::open(db, mac(keys, token), now_ms).await? {
        Some((kind, None)) if kind == Kind::Setup.name() => Ok((!is_set_up(db).await?).then_some(Opened::Setup)),
        Some((_, Some(account))) => {
            let account = super::session::account(db, AccountId(account)).await?;
            Ok(account.filter(|account| account.disabled_at.is_none()).map(Opened::Choose))
        }
        _ => Ok(None),
    }
}

/// Makes the first account, an administrator of everything.
///
/// # Errors
/// Gone when the link can no longer be used, invalid when a name or the password is not taken.
pub async fn set_up(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    token: &str,
    (login, name, typed): (&str, &str, &str),
) -> Result<()> {
    if open(db, keys, now_ms, token).await? != Some(Opened::Setup) {
        return Err(Error::Gone("link"));
    }
    let (login, name) = names(login, name)?;
    let grants = [Grant { role: Role::Admin, unit: None }];
    check_password(db, typed, &login, &name, &grants).await?;
    let hash = hashing.hash(typed).await?;
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    if accounts::any_in(&mut tx).await? || !links::use_up(&mut tx, mac(keys, token), now_ms).await? {
        tx.rollback().await?;
        return Err(Error::Gone("link"));
    }
    let id = accounts::insert(&mut tx, &login, &name, now_ms).await?;
    let id = id.ok_or_else(|| Error::internal("the first account was not the first"))?;
    accounts::replace_grants(&mut tx, id, &grants.iter().map(super::grant_row).collect::<Vec<_>>()).await?;
    accounts::set_password(&mut tx, id, &hash).await?;
    let by = By { account: Some(AccountId(id)), request };
    let after = json!({ "login": login, "roles": grants });
    audit::note(&mut tx, keys, now_ms, by, Act::SetUp, format!("account {id}"), after).await?;
    tx.commit().await.context("set up")
}

/// Checks the names of a new account.
pub(super) fn names(login: &str, name: &str) -> Result<(String, String)> {
    match (account::login(login), account::name(name)) {
        (Some(login), Some(name)) => Ok((login, name)),
        (login, name) => {
            let mut faults = Vec::new();
            if name.is_none() {
                faults.push(Fault::new("account-name-needed"));
            }
            if login.is_none() {
                faults.push(Fault::new("account-login-needed"));
            }
            Err(Error::Invalid(faults))
        }
    }
}

/// Chooses the password that a link is for: the link is used up and every session of the account ends.
///
/// # Errors
/// Gone when the link can no longer be used, invalid when the password is not taken.
pub async fn choose(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    token: &str,
    typed: &str,
) -> Result<()> {
    let Some(Opened::Choose(account)) = open(db, keys, now_ms, token).await? else {
        return Err(Error::Gone("link"));
    };
    check_password(db, typed, &account.login, &account.name, &account.grants).await?;
    let hash = hashing.hash(typed).await?;
    let mut tx = db.begin().await?;
    if !links::use_up(&mut tx, mac(keys, token), now_ms).await? {
        tx.rollback().await?;
        return Err(Error::Gone("link"));
    }
    accounts::set_password(&mut tx, account.id.0, &hash).await?;
    sessions::end_all(&mut tx, account.id.0, 0).await?;
    let by = By { account: Some(account.id), request };
    let subject = format!("account {}", account.id.0);
    audit::note(&mut tx, keys, now_ms, by, Act::PasswordChosen, subject, json!({ "by": "link" })).await?;
    tx.commit().await.context("choose a password")
}
