//! The second factor: an authenticator's codes, and recovery codes for when it is lost.

use serde_json::json;

use super::hashing::Hashing;
use super::session::{Cookie, How, Who, begin, replace, subject};
use super::tries;
use crate::clock;
use crate::domain::AccountId;
use crate::domain::code::Code;
use crate::domain::keys::Keys;
use crate::domain::totp::{SEED_BYTES, Seed};
use crate::error::{Context, Error, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::{Db, Tx, accounts, factors};

/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;

/// What an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Since when, in unix ms.
    pub made_at: i64,
    /// Recovery codes that are still good.
    pub codes: usize,
}

/// What somebody gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given<'a> {
    /// Six digits of the authenticator.
    Code(&'a str),
    /// A recovery code.
    Recovery(&'a str),
}

/// A second factor was set up: the session from now on, and the recovery codes, which nobody sees again.
#[derive(Debug)]
pub struct Enrolled {
    /// The session.
    pub cookie: Cookie,
    /// The recovery codes.
    pub codes: Vec<String>,
}

fn about(account: AccountId) -> String {
    format!("second factor {}", account.0)
}

/// What an account has; none when it has no second factor.
///
/// # Errors
/// When the store does not answer.
pub async fn state(db: &Db, account: AccountId) -> Result<Option<State>> {
    let Some(row) = factors::of(db, account.0).await? else { return Ok(None) };
    Ok(Some(State { made_at: row.made_at, codes: factors::codes(db, account.0).await?.len() }))
}

/// A seed for an account to set up, and how the form carries it: sealed, for this session alone.
#[must_use]
pub fn offer(keys: &Keys, who: &Who) -> (Seed, String) {
    let seed = Seed::from_random(clock::random::<SEED_BYTES>());
    let sealed = keys.seal(&offered_to(who), clock::fresh(), seed.bytes());
    (seed, data_encoding::BASE64URL_NOPAD.encode(&sealed))
}

/// The seed that a form carries back.
#[must_use]
pub fn offered(keys: &Keys, who: &Who, sealed: &str) -> Option<Seed> {
    let sealed = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
    Seed::from_bytes(&keys.open(&offered_to(who), &sealed)?)
}

fn offered_to(who: &Who) -> String {
    format!("second factor offered {} {}", who.account.0, who.session.0)
}

/// Sets a second factor up, in the place of one there may be. None when the code is not one of the seed.
///
/// # Errors
/// Busy when too many hashes wait, or the store does not answer.
pub async fn enrol(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    who: &Who,
    (seed, typed): (&Seed, &str),
) -> Result<Option<Enrolled>> {
    let Some(step) = seed.accept(typed, now_ms, 0) else {
        tries::failed(db, now_ms, Some(who.account)).await?;
        return Ok(None);
    };
    let (codes, hashes) = draw(hashing).await?;
    let by = By { account: Some(who.account), request };
    let mut tx = db.begin().await?;
    replace(&mut tx, who).await?;
    set(&mut tx, keys, now_ms, who.account, seed, step).await?;
    factors::replace_codes(&mut tx, who.account.0, &hashes).await?;
    let cookie = begin(&mut tx, now_ms, who.account.0, How::SecondFactor).await?;
    audit::note(&mut tx, keys, now_ms, by, Act::FactorSet, subject(who.account.0), json!({})).await?;
    tx.commit().await.context("set up a second factor")?;
    Ok(Some(Enrolled { cookie, codes }))
}

/// Gives an account a second factor without asking for a code: for the accounts of a demonstration, whose secret is
/// told to everybody.
///
/// # Errors
/// When the store does not answer.
pub async fn give(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, account: AccountId, seed: &Seed) -> Result<()> {
    let mut tx = db.begin().await?;
    set(&mut tx, keys, now_ms, account, seed, 0).await?;
    audit::note(&mut tx, keys, now_ms, by, Act::FactorSet, subject(account.0), json!({})).await?;
    tx.commit().await
}

async fn set(tx: &mut Tx<'_>, keys: &Keys, now_ms: i64, account: AccountId, seed: &Seed, step: i64) -> Result<()> {
    let sealed = keys.seal(&about(account), clock::fresh(), seed.bytes());
    factors::set(tx, account.0, &sealed, step, now_ms).await
}

/// Goes in with a second factor: a new session takes the place of the one asked with. None when what is given is not
/// right, or was given before.
///
/// # Errors
/// Busy when too many hashes wait, or the store does not answer.
pub async fn enter(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    who: &Who,
    given: Given<'_>,
) -> Result<Option<Cookie>> {
    let found = match given {
        Given::Code(typed) => right_step(db, keys, now_ms, who.account, typed).await?,
        Given::Recovery(typed) => right_code(db, hashing, who.account, typed).await?,
    };
    let Some(found) = found else {
        tries::failed(db, now_ms, Some(who.account)).await?;
        return Ok(None);
    };
    let by = By { account: Some(who.account), request };
    let mut tx = db.begin().await?;
    let taken = match given {
        Given::Code(_) => factors::take_step(&mut tx, who.account.0, found).await?,
        Given::Recovery(_) => factors::use_code(&mut tx, found, now_ms).await?,
    };
    if !taken {
        tx.rollback().await?;
        tries::failed(db, now_ms, Some(who.account)).await?;
        return Ok(None);
    }
    replace(&mut tx, who).await?;
    let cookie = begin(&mut tx, now_ms, who.account.0, How::SecondFactor).await?;
    accounts::set_signed_in(&mut tx, who.account.0, now_ms).await?;
    let detail = match given {
        Given::Code(_) => json!({ "second_factor": "code" }),
        Given::Recovery(_) => json!({ "second_factor": "recovery code" }),
    };
    audit::note(&mut tx, keys, now_ms, by, Act::SignedIn, subject(who.account.0), detail).await?;
    tx.commit().await.context("give a second factor")?;
    Ok(Some(cookie))
}

/// The time step whose code this is.
async fn right_step(db: &Db, keys: &Keys, now_ms: i64, account: AccountId, typed: &str) -> Result<Option<i64>> {
    let Some(row) = factors::of(db, account.0).await? else { return Ok(None) };
    let seed = keys.open(&about(account), &row.sealed).as_deref().and_then(Seed::from_bytes);
    let seed = seed.ok_or_else(|| Error::internal("a second factor is sealed with another key"))?;
    Ok(seed.accept(typed, now_ms, row.last_step))
}

/// The row of the recovery code that this is.
async fn right_code(db: &Db, hashing: &Hashing, account: AccountId, typed: &str) -> Result<Option<i64>> {
    let Some(code) = Code::parse(typed) else { return Ok(None) };
    let (rows, hashes): (Vec<i64>, Vec<String>) = factors::codes(db, account.0).await?.into_iter().unzip();
    Ok(hashing.find(code.as_str(), hashes).await?.and_then(|at| rows.get(at).copied()))
}

/// New recovery codes; those there were become useless.
///
/// # Errors
/// Busy when too many hashes wait, or the store does not answer.
pub async fn new_codes(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    request: &str,
    who: &Who,
) -> Result<Vec<String>> {
    let (codes, hashes) = draw(hashing).await?;
    let by = By { account: Some(who.account), request };
    let mut tx = db.begin().await?;
    factors::replace_codes(&mut tx, who.account.0, &hashes).await?;
    audit::note(&mut tx, keys, now_ms, by, Act::RecoveryMade, subject(who.account.0), json!({})).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Recovery codes as people write them down, and their hashes.
async fn draw(hashing: &Hashing) -> Result<(Vec<String>, Vec<String>)> {
    let codes: Vec<Code> = (0..RECOVERY_CODES).map(|_| Code::from_random(clock::random())).collect();
    let hashes = hashing.hash_all(codes.iter().map(|code| code.as_str().to_owned()).collect()).await?;
    Ok((codes.iter().map(|code| in_groups(code.as_str(), "-")).collect(), hashes))
}

/// Groups of four letters, for typing: `7K3M-9X2P-…`.
#[must_use]
pub fn in_groups(code: &str, between: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// Seals the seeds of all second factors with another master key; gives how many.
///
/// # Errors
/// Conflict when one does not open with the old key.
pub async fn seal_anew(tx: &mut Tx<'_>, old: &Keys, new: &Keys) -> Result<usize> {
    let all = factors::sealed(tx).await?;
    for (account, sealed) in &all {
        let about = about(AccountId(*account));
        let seed = old.open(&about, sealed).ok_or_else(|| {
            Error::Conflict(format!("the {about} does not open with this key file: is it that of the database?"))
        })?;
        factors::set_sealed(tx, *account, &new.seal(&about, clock::fresh(), &seed)).await?;
    }
    Ok(all.len())
}

/// Takes the second factor of an account off, in the transaction of whoever does; false when there is none.
pub(super) async fn remove(tx: &mut Tx<'_>, account: i64) -> Result<bool> {
    factors::replace_codes(tx, account, &[]).await?;
    factors::remove(tx, account).await
}
