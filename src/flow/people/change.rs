//! Changes of accounts by somebody else: adding, roles, disabling, links. Each is audited in its own transaction, and
//! none can take away the last administrator or the last inspector, or give anybody a role over themselves.

use std::collections::BTreeSet;

use serde_json::json;

use super::links::{self, Kind};
use super::{Account, factor, grant, grant_row};
use crate::domain::AccountId;
use crate::domain::account::{Grant, Role, Scope};
use crate::domain::keys::Keys;
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::{Db, Tx, accounts, identities, sessions};

/// Who changes something, over which units they may, and with what the act is sealed.
#[derive(Debug, Clone, Copy)]
pub struct Changer<'a> {
    /// The database.
    pub db: &'a Db,
    /// The keys.
    pub keys: &'a Keys,
    /// Now, in unix ms.
    pub now_ms: i64,
    /// Who.
    pub by: By<'a>,
    /// Over which units.
    pub scope: &'a Scope,
}

/// The accounts whose roles all lie inside a scope, by login name.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db, scope: &Scope) -> Result<Vec<Account>> {
    let grants = accounts::all_grants(db).await?;
    let of = |id: i64| {
        grants.iter().filter(move |(account, ..)| *account == id).map(|(_, role, unit)| (role.clone(), *unit))
    };
    Ok(accounts::within(db, scope)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .map(|(id, row)| Account::of(row, of(id).collect()))
        .collect())
}

/// One of them.
///
/// # Errors
/// Not found when there is none inside the scope.
pub async fn one(db: &Db, scope: &Scope, id: AccountId) -> Result<Account> {
    all(db, scope).await?.into_iter().find(|account| account.id == id).ok_or(Error::NotFound("account"))
}

impl Changer<'_> {
    /// Adds an account; gives the token of the link with which the person chooses a password.
    ///
    /// # Errors
    /// Invalid when a name is not taken, forbidden when a role is outside the scope.
    pub async fn add(&self, login: &str, name: &str, grants: &[Grant]) -> Result<(AccountId, String)> {
        let (login, name) = links::names(login, name)?;
        let grants = self.check_grants(&[], grants)?;
        let mut tx = self.db.begin().await?;
        audit::hold(&mut tx).await?;
        let Some(id) = accounts::insert(&mut tx, &login, &name, self.now_ms).await? else {
            tx.rollback().await?;
            return Err(Error::invalid(Fault::new("account-login-taken").with("login", login)));
        };
        accounts::replace_grants(&mut tx, id, &grants.iter().map(grant_row).collect::<Vec<_>>()).await?;
        self.note(&mut tx, Act::AccountAdded, id, json!({ "login": login, "roles": grants })).await?;
        let token = links::make(&mut tx, self.keys, self.now_ms, self.by, Kind::Invite, AccountId(id)).await?;
        tx.commit().await?;
        Ok((AccountId(id), token))
    }

    /// Puts these roles in the place of those an account has; its sessions end, so that the next one starts anew.
    ///
    /// # Errors
    /// Not found outside the scope, forbidden for oneself and for roles outside the scope, invalid when it would take
    /// the last administrator or inspector.
    pub async fn set_grants(&self, id: AccountId, grants: &[Grant]) -> Result<()> {
        let (mut tx, row) = self.hold(id).await?;
        let before: Vec<Grant> = accounts::grants_in(&mut tx, row.id).await?.into_iter().filter_map(grant).collect();
        let after = self.check_grants(&before, grants)?;
        let able = able(&mut tx).await?;
        accounts::replace_grants(&mut tx, row.id, &after.iter().map(grant_row).collect::<Vec<_>>()).await?;
        keep_last(&mut tx, able).await?;
        sessions::end_all(&mut tx, row.id, 0).await?;
        self.note(&mut tx, Act::RolesChanged, row.id, json!({ "before": before, "after": after })).await?;
        tx.commit().await
    }

    /// Disables an account; its sessions end and its links become useless.
    ///
    /// # Errors
    /// Not found outside the scope, forbidden for oneself, invalid for the last administrator or inspector.
    pub async fn disable(&self, id: AccountId) -> Result<()> {
        let (mut tx, row) = self.hold(id).await?;
        let able = able(&mut tx).await?;
        accounts::set_disabled(&mut tx, row.id, Some(self.now_ms)).await?;
        keep_last(&mut tx, able).await?;
        sessions::end_all(&mut tx, row.id, 0).await?;
        crate::store::links::void(&mut tx, row.id, self.now_ms).await?;
        self.note(&mut tx, Act::Disabled, row.id, json!({})).await?;
        tx.commit().await
    }

    /// Takes back that an account was disabled.
    ///
    /// # Errors
    /// Not found outside the scope.
    pub async fn enable(&self, id: AccountId) -> Result<()> {
        let (mut tx, row) = self.hold(id).await?;
        accounts::set_disabled(&mut tx, row.id, None).await?;
        self.note(&mut tx, Act::Enabled, row.id, json!({})).await?;
        tx.commit().await
    }

    /// A new link with which the person chooses a password; gives its token.
    ///
    /// # Errors
    /// Not found outside the scope, invalid when the account is disabled.
    pub async fn link(&self, id: AccountId) -> Result<String> {
        let (mut tx, row) = self.hold(id).await?;
        if row.disabled_at.is_some() {
            return Err(Error::invalid(Fault::new("account-is-disabled")));
        }
        let kind = if row.password.is_some() { Kind::Reset } else { Kind::Invite };
        let token = links::make(&mut tx, self.keys, self.now_ms, self.by, kind, AccountId(row.id)).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Takes the second factor of an account off, for somebody who lost it and every recovery code; its sessions end.
    ///
    /// # Errors
    /// Not found outside the scope, invalid when the account has none.
    pub async fn remove_factor(&self, id: AccountId) -> Result<()> {
        let (mut tx, row) = self.hold(id).await?;
        if !factor::remove(&mut tx, row.id).await? {
            return Err(Error::invalid(Fault::new("account-no-factor")));
        }
        sessions::end_all(&mut tx, row.id, 0).await?;
        self.note(&mut tx, Act::FactorRemoved, row.id, json!({})).await?;
        tx.commit().await
    }

    /// Links an account to who it is to a provider of single sign-on; an empty subject takes the link off.
    ///
    /// # Errors
    /// Not found outside the scope, invalid when another account is linked to that subject.
    pub async fn set_identity(&self, id: AccountId, issuer: &str, subject: &str) -> Result<()> {
        let (mut tx, row) = self.hold(id).await?;
        let subject = subject.trim();
        if subject.chars().count() > 255 || subject.contains(char::is_control) {
            return Err(Error::invalid(Fault::new("account-identity-wrong")));
        }
        let had = identities::remove(&mut tx, issuer, row.id).await?;
        if !subject.is_empty() && !identities::insert(&mut tx, issuer, subject, row.id).await? {
            return Err(Error::invalid(Fault::new("account-identity-taken").with("subject", subject)));
        }
        if had {
            // Whoever came in that way must not stay in.
            sessions::end_all(&mut tx, row.id, 0).await?;
        }
        let act = if subject.is_empty() { Act::IdentityUnlinked } else { Act::IdentityLinked };
        self.note(&mut tx, act, row.id, json!({ "issuer": issuer, "subject": subject })).await?;
        tx.commit().await
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// Not found outside the scope.
    pub async fn end_sessions(&self, id: AccountId) -> Result<()> {
        let (mut tx, row) = self.hold(id).await?;
        sessions::end_all(&mut tx, row.id, 0).await?;
        self.note(&mut tx, Act::SessionsEnded, row.id, json!({})).await?;
        tx.commit().await
    }

    /// The account that is to change, with everyone else who would change one waiting.
    async fn hold(&self, id: AccountId) -> Result<(Tx<'static>, accounts::Row)> {
        if self.by.account == Some(id) {
            return Err(Error::Forbidden("one's own account"));
        }
        let mut tx = self.db.begin().await?;
        audit::hold(&mut tx).await?;
        let row = accounts::one_within(&mut tx, self.scope, id.0).await?;
        row.map(|row| (tx, row)).ok_or(Error::NotFound("account"))
    }

    /// The roles an account would have, each once; those outside the scope must be ones it has already.
    fn check_grants(&self, before: &[Grant], grants: &[Grant]) -> Result<Vec<Grant>> {
        let grants: BTreeSet<Grant> = grants.iter().copied().collect();
        if let Some(wrong) = grants.iter().find(|grant| grant.role.is_for_all() && grant.unit.is_some()) {
            return Err(Error::invalid(Fault::new("account-role-for-all").with("role", wrong.role.name())));
        }
        if grants.iter().any(|grant| !self.scope.covers(grant.unit) && !before.contains(grant)) {
            return Err(Error::Forbidden("a role outside the scope"));
        }
        Ok(grants.into_iter().collect())
    }

    async fn note(&self, tx: &mut Tx<'_>, act: Act, id: i64, detail: serde_json::Value) -> Result<()> {
        audit::note(tx, self.keys, self.now_ms, self.by, act, format!("account {id}"), detail).await
    }
}

/// The roles of which one holder must remain, with how many can sign in.
async fn able(tx: &mut Tx<'_>) -> Result<[(Role, i64); 2]> {
    let admins = accounts::able(tx, Role::Admin.name()).await?;
    let inspectors = accounts::able(tx, Role::Inspector.name()).await?;
    Ok([(Role::Admin, admins), (Role::Inspector, inspectors)])
}

async fn keep_last(tx: &mut Tx<'_>, before: [(Role, i64); 2]) -> Result<()> {
    for (role, count) in before {
        if count > 0 && accounts::able(tx, role.name()).await? == 0 {
            let key = if role == Role::Admin { "account-last-admin" } else { "account-last-inspector" };
            return Err(Error::invalid(Fault::new(key)));
        }
    }
    Ok(())
}
