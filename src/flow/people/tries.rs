//! Tries to sign in: guessing of passwords and codes is slowed, and nobody is locked out. The counts stand in the
//! database, so that all processes slow together; they name nobody but by keyed hashes, and hold no address.
//!
//! Failures are weighty, but anybody can make any number of them: each one in the audit log would let a stranger fill
//! it, for good. So they are counted by account and hour, the audit log gets one row for each such count once the hour
//! is over, and the counts are forgotten after a day.

use serde_json::json;

use super::session::subject;
use crate::domain::AccountId;
use crate::domain::keys::{Keys, Mac16};
use crate::error::Result;
use crate::flow::audit::{self, Act, By};
use crate::store::{Db, failures};

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Tries at a password are forgotten after so long without another.
const QUIET_MS: i64 = 15 * MINUTE_MS;
/// Counts of failures are kept for so long.
const KEEP_MS: i64 = 24 * HOUR_MS;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries<'a> {
    /// The password of a login name, from a browser that is not known: 5 failures are free.
    Name(&'a str),
    /// The same from a browser that the person signed in with before: 10 are free.
    Browser(&'a str, &'a str),
    /// The codes of an account, from a browser that is not known: 5 a minute.
    Code(AccountId),
    /// The same from a browser that the person signed in with before, so that nobody who knows the password alone can
    /// use up the owner's tries.
    KnownCode(AccountId, &'a str),
}

impl Tries<'_> {
    fn mark(self, keys: &Keys) -> Mac16 {
        let text = match self {
            Self::Name(login) => format!("name\n{login}"),
            Self::Browser(login, browser) => format!("browser\n{login}\n{browser}"),
            Self::Code(account) => format!("code\n{}", account.0),
            Self::KnownCode(account, browser) => format!("code\n{}\n{browser}", account.0),
        };
        keys.mac("tries", text.as_bytes())
    }

    fn quiet_ms(self) -> i64 {
        if matches!(self, Self::Code(_) | Self::KnownCode(..)) { MINUTE_MS } else { QUIET_MS }
    }

    /// How long the next try waits after so many failures.
    fn wait_ms(self, failures: i64) -> i64 {
        let over = match self {
            Self::Name(_) | Self::Code(_) | Self::KnownCode(..) => failures - 5,
            Self::Browser(..) => failures - 10,
        };
        match self {
            _ if over < 0 => 0,
            Self::Code(_) | Self::KnownCode(..) => MINUTE_MS,
            _ => (SECOND_MS << over.min(16)).min(MINUTE_MS),
        }
    }

    /// The failures that still count, and how long the next try has to wait yet.
    fn standing(self, so_far: Option<(i64, i64)>, now_ms: i64) -> (i64, i64) {
        match so_far {
            // A clock set back must not keep anybody waiting for longer than a quiet time.
            Some((failures, last_ms)) if (0..self.quiet_ms()).contains(&(now_ms - last_ms)) => {
                (failures, last_ms + self.wait_ms(failures) - now_ms)
            }
            _ => (0, 0),
        }
    }
}

/// Counts a try as failed before it is made, so that tries at the same time count too. Gives the seconds to wait when
/// it may not be made yet; then it is not counted.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(db: &Db, keys: &Keys, now_ms: i64, tries: Tries<'_>) -> Result<Option<u64>> {
    let (mark, seconds) = (tries.mark(keys), |wait_ms: i64| Some((wait_ms as u64).div_ceil(1000)));
    // Whoever has to wait costs a read and no write.
    let (_, wait_ms) = tries.standing(failures::tries(db, mark).await?, now_ms);
    if wait_ms > 0 {
        return Ok(seconds(wait_ms));
    }
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    let (so_far, wait_ms) = tries.standing(failures::tries_in(&mut tx, mark).await?, now_ms);
    if wait_ms > 0 {
        tx.rollback().await?;
        return Ok(seconds(wait_ms));
    }
    failures::set_tries(&mut tx, mark, so_far + 1, now_ms).await?;
    tx.commit().await?;
    Ok(None)
}

/// The try was right: neither it nor those before count any more.
///
/// # Errors
/// When the store does not answer.
pub async fn forgive(db: &Db, keys: &Keys, tries: Tries<'_>) -> Result<()> {
    let mut tx = db.begin().await?;
    failures::forget_tries(&mut tx, tries.mark(keys)).await?;
    tx.commit().await
}

/// Counts a failure of an account, or of nobody known: that is counted too, or it would be told by a shorter time.
pub(super) async fn failed(db: &Db, now_ms: i64, account: Option<AccountId>) -> Result<()> {
    let mut tx = db.begin().await?;
    failures::count(&mut tx, account.map_or(0, |account| account.0), now_ms - now_ms.rem_euclid(HOUR_MS)).await?;
    tx.commit().await
}

/// Writes the failures of the hours that are over into the audit log, one row for each account and hour, and forgets
/// what need not be kept any longer.
///
/// # Errors
/// When the store does not answer.
pub async fn sum_up(db: &Db, keys: &Keys, now_ms: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    for (account, hour, n) in failures::due(&mut tx, now_ms - now_ms.rem_euclid(HOUR_MS)).await? {
        let subject = if account == 0 { "nobody".to_owned() } else { subject(account) };
        let by = By { account: None, request: "hourly" };
        let detail = json!({ "hour": hour, "n": n });
        audit::note(&mut tx, keys, now_ms, by, Act::SignInFailed, subject, detail).await?;
        failures::noted(&mut tx, (account, hour), n).await?;
    }
    failures::purge(&mut tx, now_ms - KEEP_MS).await?;
    failures::purge_tries(&mut tx, now_ms - QUIET_MS).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_quiet_forgets() {
        let waits: Vec<i64> = (4..14).map(|failures| Tries::Name("an").wait_ms(failures) / 1000).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        let known = Tries::Browser("an", "x");
        assert_eq!((known.wait_ms(9), known.wait_ms(10), known.wait_ms(i64::MAX)), (0, 1000, MINUTE_MS));
        assert_eq!(Tries::Name("an").standing(Some((9, 0)), QUIET_MS - 1).0, 9);
        assert_eq!(Tries::Name("an").standing(Some((9, 0)), QUIET_MS), (0, 0));
        assert_eq!(Tries::Name("an").standing(Some((9, 10)), 0), (0, 0), "the clock was set back");
        assert_eq!(Tries::Code(AccountId(1)).standing(Some((5, 0)), 1), (5, MINUTE_MS - 1));
    }
}
