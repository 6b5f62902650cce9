//! Before a password or a code is tried: the tries at a name, a known browser or an account are counted in the
//! database ([`tries`]); those of an address here, per process, under a hash that never leaves it: no table holds
//! whose address it was that failed.

use std::collections::HashMap;
use std::hash::RandomState;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use super::App;
use super::limit::mark;
use crate::error::Result;
use crate::flow::people::tries::{self, Tries};

/// Failures of an address are forgotten after so long without another.
const QUIET_MS: i64 = 15 * 60 * 1000;
/// Failures of an address that are free; after them there is one try in each [`WAIT_MS`].
const FREE: u32 = 60;
const WAIT_MS: i64 = 1000;

/// Counts a try as failed before it is made; the seconds to wait when it may not be made yet.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(app: &App, tries: Tries<'_>, client: IpAddr) -> Result<Option<u64>> {
    let now_ms = app.clock.now_ms();
    if let Err(wait) = app.throttle.begin(client, now_ms) {
        return Ok(Some(wait));
    }
    let wait = tries::begin(&app.db, &app.keys, now_ms, tries).await?;
    if wait.is_some() {
        // It was not made.
        app.throttle.forgive(client);
    }
    Ok(wait)
}

/// The try was right: it does not count, and neither do those of this name before.
///
/// # Errors
/// When the store does not answer.
pub async fn forgive(app: &App, tries: Tries<'_>, client: IpAddr) -> Result<()> {
    app.throttle.forgive(client);
    tries::forgive(&app.db, &app.keys, tries).await
}

/// Failures so far, by address.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<u64, Failures>>,
    marks: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_ms: i64,
}

impl Throttle {
    /// Counts a try of an address as failed before it is made.
    ///
    /// # Errors
    /// The seconds to wait when it may not be made yet; then it is not counted.
    pub fn begin(&self, client: IpAddr, now_ms: i64) -> Result<(), u64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = failures.entry(mark(&self.marks, client)).or_insert(Failures { count: 0, last_ms: now_ms });
        let count = if so_far.is_forgotten(now_ms) { 0 } else { so_far.count };
        let left = so_far.last_ms + WAIT_MS - now_ms;
        if count >= FREE && left > 0 {
            return Err((left as u64).div_ceil(1000));
        }
        *so_far = Failures { count: count.saturating_add(1), last_ms: now_ms };
        Ok(())
    }

    /// A try of an address was right.
    pub fn forgive(&self, client: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(so_far) = failures.get_mut(&mark(&self.marks, client)) {
            so_far.count = so_far.count.saturating_sub(1);
        }
    }

    /// Forgets those who have been quiet, so that memory stays bounded.
    pub fn forget_quiet(&self, now_ms: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, so_far| !so_far.is_forgotten(now_ms));
    }
}

impl Failures {
    fn is_forgotten(self, now_ms: i64) -> bool {
        // A clock set back must not keep anybody waiting for longer than a quiet time.
        !(0..QUIET_MS).contains(&(now_ms - self.last_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn an_address_that_fails_often_gets_one_try_a_second_until_it_was_quiet() {
        let (throttle, here) = (Throttle::default(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        for _ in 0..FREE {
            assert_eq!(throttle.begin(here, 0), Ok(()));
        }
        assert_eq!(throttle.begin(here, 500), Err(1));
        assert_eq!(throttle.begin(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 500), Ok(()), "another address goes on");
        assert_eq!(throttle.begin(here, 1000), Ok(()));
        assert_eq!(throttle.begin(here, 1000 + QUIET_MS), Ok(()));
        assert_eq!(throttle.begin(here, 1000 + QUIET_MS), Ok(()), "it starts from nothing");
        throttle.forget_quiet(1000 + 3 * QUIET_MS);
        assert!(throttle.failures.lock().unwrap().is_empty());
    }
}
