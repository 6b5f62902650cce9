//! Who is signed in: from a password to a session, and from a session to the person and what they may do.

use std::collections::BTreeSet;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::hashing::Hashing;
use super::{Account, check_password, grant, links, shortest, tries};
use crate::clock;
use crate::domain::account::{self, Function, Grant, Reach, Role, Scope};
use crate::domain::keys::Keys;
use crate::domain::{AccountId, Day, SessionId, UnitId, password};
use crate::error::{Context, Error, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::sessions::Hash;
use crate::store::{Db, Tx, accounts, factors, sessions};

const MINUTE_MS: i64 = 60 * 1000;
/// A session that is not used for so long has ended.
pub const IDLE_MS: i64 = 30 * MINUTE_MS;
/// A session ends after so long, used or not.
pub const LONGEST_MS: i64 = 12 * 60 * MINUTE_MS;
/// How long a password given counts for weighty acts.
pub const CONFIRMED_MS: i64 = 10 * MINUTE_MS;
/// Sessions an account may have at once.
const AT_ONCE: i64 = 5;

/// What the cookie of a session holds: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie(String);

impl std::fmt::Debug for Cookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cookie(…)")
    }
}

impl Cookie {
    pub(super) fn draw() -> Self {
        Self(data_encoding::BASE64URL_NOPAD.encode(&clock::random::<32>()))
    }

    /// Reads one; `None` when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> Hash {
        Sha256::digest(&self.0).into()
    }
}

/// How far somebody has come in with a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The password is given; the code of the second factor is not yet.
    Code,
    /// The roles ask for a second factor and the account has none yet.
    Enrol,
    /// All the way.
    Inside,
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Who {
    /// Account.
    pub account: AccountId,
    /// Login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Roles, as of this request.
    pub grants: Vec<Grant>,
    /// The session asked with.
    pub session: SessionId,
    /// Whether the password was given within the last ten minutes.
    pub confirmed: bool,
    /// Whether the seal went without an anchor for too long, which all staff are to see.
    pub seal_late: bool,
    /// How far they have come in.
    pub stage: Stage,
    /// Whether a second factor was given in this session.
    factor: bool,
    hash: Hash,
}

impl Who {
    /// What forms of this session carry.
    #[must_use]
    pub fn csrf(&self, keys: &Keys) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&keys.csrf(&self.hash))
    }

    /// How a session begins that takes the place of this one after the password.
    fn how(&self) -> How {
        if self.factor { How::SecondFactor } else { How::Password }
    }

    /// Whether any of the roles gives a function.
    #[must_use]
    pub fn may(&self, function: Function) -> bool {
        !function.given_by(&self.grants).is_empty()
    }
}

/// What was given when a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The password.
    Password,
    /// Password and second factor.
    SecondFactor,
    /// What a provider of single sign-on asks for, at an instant in unix ms as far as it tells, and whether that was a
    /// second factor too.
    Provider { confirmed_ms: i64, second_factor: bool },
}

/// What came of a name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// A session began.
    In(Cookie),
    /// The name or the password is not right.
    Wrong,
    /// Both are right, but the roles ask for a longer password: the token of a link to choose one.
    TooShort(String),
}

/// Signs in. The same time passes for an unknown name as for a wrong password; `before` is a session that the same
/// browser had, which ends.
///
/// # Errors
/// Busy when too many passwords wait to be checked, or the store does not answer.
pub async fn sign_in(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    (login, typed): (&str, &str),
    before: Option<&Cookie>,
) -> Result<Entered> {
    let row = match account::login(login) {
        Some(login) => accounts::by_login(db, &login).await?,
        None => None,
    };
    let kept = row.as_ref().filter(|row| row.disabled_at.is_none()).and_then(|row| row.password.as_deref());
    let (right, known) = (hashing.verify(typed, kept).await?, row.as_ref().map(|row| row.id));
    let Some(row) = row.filter(|_| right) else {
        // An unknown name is noted too, though not which: otherwise it would be told by a shorter time.
        tries::failed(db, now_ms, known.map(AccountId)).await?;
        return Ok(Entered::Wrong);
    };
    let by = By { account: Some(AccountId(row.id)), request };
    let grants: Vec<Grant> = accounts::grants(db, row.id).await?.into_iter().filter_map(grant).collect();
    if password::normal(typed).chars().count() < shortest(&grants) {
        let mut tx = db.begin().await?;
        let token = links::make(&mut tx, keys, now_ms, by, links::Kind::Reset, AccountId(row.id)).await?;
        tx.commit().await?;
        return Ok(Entered::TooShort(token));
    }
    let again = match row.password.as_deref() {
        Some(kept) if password::is_outdated(kept) => Some(hashing.hash(typed).await?),
        _ => None,
    };
    // With a second factor nobody is in before its code.
    let second = factors::of(db, row.id).await?;
    let mut tx = db.begin().await?;
    if let Some(hash) = again {
        accounts::set_password(&mut tx, row.id, &hash).await?;
    }
    if let Some(before) = before {
        end_by_cookie(&mut tx, db, now_ms, before).await?;
    }
    let cookie = begin(&mut tx, now_ms, row.id, How::Password).await?;
    if second.is_none() {
        accounts::set_signed_in(&mut tx, row.id, now_ms).await?;
        audit::note(&mut tx, keys, now_ms, by, Act::SignedIn, subject(row.id), json!({})).await?;
    }
    tx.commit().await.context("sign in")?;
    Ok(Entered::In(cookie))
}

pub(super) fn subject(account: i64) -> String {
    format!("account {account}")
}

/// A new session for an account; the oldest ends when there are too many.
pub(super) async fn begin(tx: &mut Tx<'_>, now_ms: i64, account: i64, how: How) -> Result<Cookie> {
    let cookie = Cookie::draw();
    let given = match how {
        How::Password => (now_ms, 0),
        How::SecondFactor => (now_ms, 1),
        How::Provider { confirmed_ms, second_factor } => (confirmed_ms, i64::from(second_factor)),
    };
    sessions::trim(tx, account, given.1, AT_ONCE - 1).await?;
    sessions::insert(tx, &cookie.hash(), account, now_ms, given).await?;
    Ok(cookie)
}

/// Ends a session that another is to take the place of.
///
/// # Errors
/// Forbidden when it was ended meanwhile: then nothing takes its place.
pub(super) async fn replace(tx: &mut Tx<'_>, who: &Who) -> Result<()> {
    match sessions::end(tx, who.session.0, who.account.0).await? {
        true => Ok(()),
        false => Err(Error::Forbidden("session")),
    }
}

pub(super) async fn end_by_cookie(tx: &mut Tx<'_>, db: &Db, now_ms: i64, cookie: &Cookie) -> Result<()> {
    if let Some(row) = sessions::by_hash(db, &cookie.hash(), now_ms - IDLE_MS, now_ms - LONGEST_MS).await? {
        sessions::end(tx, row.id, row.account_id).await?;
    }
    Ok(())
}

/// The person behind a cookie; none when the session has ended. Roles are read anew each time; `mfa` are those that
/// the operator asks a second factor of.
///
/// # Errors
/// When the store does not answer.
pub async fn who(db: &Db, now_ms: i64, cookie: &Cookie, mfa: &BTreeSet<Role>) -> Result<Option<Who>> {
    let hash = cookie.hash();
    let Some(row) = sessions::by_hash(db, &hash, now_ms - IDLE_MS, now_ms - LONGEST_MS).await? else {
        return Ok(None);
    };
    if now_ms - row.seen_at >= MINUTE_MS
        && let Err(error) = note_use(db, row.id, now_ms).await
    {
        // Reading must go on while nothing can be written; at worst the session ends a little early.
        tracing::warn!(cause = %error, "the use of a session was not noted");
    }
    let grants: Vec<Grant> = accounts::grants(db, row.account_id).await?.into_iter().filter_map(grant).collect();
    let asked = |grant: &Grant| grant.role.needs_second_factor() || mfa.contains(&grant.role);
    let stage = match (row.factor > 0, row.factors > 0) {
        (true, _) => Stage::Inside,
        (false, true) => Stage::Code,
        (false, false) if grants.iter().any(asked) => Stage::Enrol,
        (false, false) => Stage::Inside,
    };
    Ok(Some(Who {
        account: AccountId(row.account_id),
        login: row.login,
        name: row.name,
        grants,
        session: SessionId(row.id),
        stage,
        factor: row.factor > 0,
        confirmed: (0..CONFIRMED_MS).contains(&(now_ms - row.confirmed_at)),
        seal_late: false,
        hash,
    }))
}

async fn note_use(db: &Db, session: i64, now_ms: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    sessions::seen(&mut tx, session, now_ms).await?;
    tx.commit().await
}

/// The units in which somebody has a function: those of the roles that give it, with their descendants as of today.
/// None when no role gives it.
///
/// # Errors
/// When the store does not answer.
pub async fn scope(
    db: &Db,
    account: AccountId,
    grants: &[Grant],
    function: Function,
    day: Day,
) -> Result<Option<Scope>> {
    let giving = function.given_by(grants);
    if giving.is_empty() {
        return Ok(None);
    }
    if giving.iter().any(|grant| grant.unit.is_none()) {
        return Ok(Some(Scope::All));
    }
    let granted = |role: &Role| function.reach(*role) == Some(Reach::Granted);
    units_of(db, account, granted, day).await.map(Some)
}

/// The units that an account's roles of some kind reach today; all when one of them is over all.
///
/// # Errors
/// When the store does not answer.
pub async fn units_of(db: &Db, account: AccountId, which: impl Fn(&Role) -> bool, day: Day) -> Result<Scope> {
    let grants = accounts::grants(db, account.0).await?.into_iter().filter_map(grant);
    if grants.filter(|grant| which(&grant.role)).any(|grant| grant.unit.is_none()) {
        return Ok(Scope::All);
    }
    let roles: String = Role::ALL.iter().filter(|role| which(role)).map(|role| format!("{}|", role.name())).collect();
    let units = accounts::below(db, account.0, &format!("|{roles}"), day.number()).await?;
    Ok(Scope::Units(units.into_iter().map(UnitId).collect()))
}

/// Gives the password again for a weighty act: a new session takes the place of the one asked with. None when it is
/// wrong.
///
/// # Errors
/// Busy when too many passwords wait to be checked, or the store does not answer.
pub async fn confirm(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    who: &Who,
    typed: &str,
) -> Result<Option<Cookie>> {
    let by = By { account: Some(who.account), request };
    let row = accounts::by_id(db, who.account.0).await?;
    let right = hashing.verify(typed, row.and_then(|row| row.password).as_deref()).await?;
    if !right {
        tries::failed(db, now_ms, Some(who.account)).await?;
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    replace(&mut tx, who).await?;
    let cookie = begin(&mut tx, now_ms, who.account.0, who.how()).await?;
    audit::note(&mut tx, keys, now_ms, by, Act::Confirmed, subject(who.account.0), json!({})).await?;
    tx.commit().await?;
    Ok(Some(cookie))
}

/// Chooses another password: every session ends, and a new one begins for the browser that asked. None when the
/// present password is wrong.
///
/// # Errors
/// Invalid when the new password is not taken; busy when too many wait.
pub async fn change_password(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    who: &Who,
    (present, new): (&str, &str),
) -> Result<Option<Cookie>> {
    check_password(db, new, &who.login, &who.name, &who.grants).await?;
    let by = By { account: Some(who.account), request };
    let row = accounts::by_id(db, who.account.0).await?;
    let right = hashing.verify(present, row.and_then(|row| row.password).as_deref()).await?;
    if !right {
        tries::failed(db, now_ms, Some(who.account)).await?;
        return Ok(None);
    }
    let hash = hashing.hash(new).await?;
    let mut tx = db.begin().await?;
    replace(&mut tx, who).await?;
    accounts::set_password(&mut tx, who.account.0, &hash).await?;
    sessions::end_all(&mut tx, who.account.0, 0).await?;
    let cookie = begin(&mut tx, now_ms, who.account.0, who.how()).await?;
    audit::note(&mut tx, keys, now_ms, by, Act::PasswordChosen, subject(who.account.0), json!({})).await?;
    tx.commit().await?;
    Ok(Some(cookie))
}

/// A session of one's own, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Row number.
    pub id: SessionId,
    /// When it began, in unix ms.
    pub since: i64,
    /// When it was last used, in unix ms.
    pub seen: i64,
}

/// The sessions of an account, the last used first.
///
/// # Errors
/// When the store does not answer.
pub async fn open(db: &Db, now_ms: i64, account: AccountId) -> Result<Vec<Open>> {
    let rows = sessions::of_account(db, account.0, now_ms - IDLE_MS, now_ms - LONGEST_MS).await?;
    Ok(rows.into_iter().map(|row| Open { id: SessionId(row.id), since: row.created_at, seen: row.seen_at }).collect())
}

/// Which of one's own sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one asked with: signing out.
    This,
    /// One of them.
    One(SessionId),
    /// All but the one asked with.
    Others,
}

/// Ends sessions of one's own.
///
/// # Errors
/// When the store does not answer.
pub async fn end(db: &Db, keys: &Keys, now_ms: i64, request: &str, who: &Who, which: Which) -> Result<()> {
    let by = By { account: Some(who.account), request };
    let mut tx = db.begin().await?;
    let act = match which {
        Which::This => {
            sessions::end(&mut tx, who.session.0, who.account.0).await?;
            Act::SignedOut
        }
        Which::One(session) => {
            sessions::end(&mut tx, session.0, who.account.0).await?;
            Act::SessionsEnded
        }
        Which::Others => {
            sessions::end_all(&mut tx, who.account.0, who.session.0).await?;
            Act::SessionsEnded
        }
    };
    audit::note(&mut tx, keys, now_ms, by, act, subject(who.account.0), json!({})).await?;
    tx.commit().await
}

/// Notes that somebody asked for what is not for them.
///
/// # Errors
/// When the store does not answer.
pub async fn refused(db: &Db, keys: &Keys, now_ms: i64, request: &str, who: &Who, route: &str) -> Result<()> {
    let by = By { account: Some(who.account), request };
    let mut tx = db.begin().await?;
    audit::note(&mut tx, keys, now_ms, by, Act::Refused, route.to_owned(), json!({})).await?;
    tx.commit().await
}

/// Forgets sessions and links that have ended by themselves.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(db: &Db, now_ms: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    sessions::purge(&mut tx, now_ms - IDLE_MS, now_ms - LONGEST_MS).await?;
    crate::store::links::purge(&mut tx, now_ms).await?;
    tx.commit().await
}

/// The account behind a session, with its state.
///
/// # Errors
/// When the store does not answer.
pub async fn account(db: &Db, id: AccountId) -> Result<Option<Account>> {
    let Some(row) = accounts::by_id(db, id.0).await? else { return Ok(None) };
    let grants = accounts::grants(db, row.id).await?;
    Ok(Some(Account::of(row, grants)))
}
