//! Guessing of passwords is slowed, and nobody is locked out: after some failures each further try has to wait, per
//! login name, per address, and apart from both for a browser that the person signed in with before. Counts are kept
//! per process, under hashes that never leave it.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Failures are forgotten after so long without another.
const QUIET_MS: i64 = 15 * 60 * 1000;
/// The longest wait for a name.
const LONGEST_MS: i64 = 60 * 1000;
/// The wait of an address.
const ADDRESS_MS: i64 = 1000;

/// Who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tries {
    /// A login name, from a browser that is not known: 5 failures are free.
    Name(u64),
    /// A browser known for a login name: 10 failures are free.
    Browser(u64),
    /// An address: 60 failures are free.
    Address(u64),
}

impl Tries {
    fn free(self) -> u32 {
        match self {
            Self::Name(_) => 5,
            Self::Browser(_) => 10,
            Self::Address(_) => 60,
        }
    }

    /// How long the next try waits after so many failures.
    fn wait_ms(self, failures: u32) -> i64 {
        match (self, failures.checked_sub(self.free())) {
            (_, None) => 0,
            (Self::Address(_), Some(_)) => ADDRESS_MS,
            (_, Some(over)) => (1000_i64 << over.min(16)).min(LONGEST_MS),
        }
    }
}

/// Failures so far, by who tries.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<Tries, Failures>>,
    marks: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_ms: i64,
}

impl Throttle {
    /// Who tries a login name from an address, perhaps from a known browser.
    #[must_use]
    pub fn tries(&self, login: &str, browser: Option<&str>, address: IpAddr) -> [Tries; 2] {
        let name = match browser {
            Some(browser) => Tries::Browser(self.mark(&(login, browser))),
            None => Tries::Name(self.mark(&login)),
        };
        let address = match address.to_canonical() {
            IpAddr::V4(address) => self.mark(&address),
            IpAddr::V6(address) => self.mark(&&address.segments()[..4]),
        };
        [name, Tries::Address(address)]
    }

    /// Counts a try as failed before it is made, so that tries at the same time count too.
    ///
    /// # Errors
    /// The seconds to wait when it may not be made yet; then it is not counted.
    pub fn begin(&self, tries: [Tries; 2], now_ms: i64) -> Result<(), u64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = tries.iter().filter_map(|who| {
            let so_far = failures.get(who).filter(|so_far| !so_far.is_forgotten(now_ms))?;
            let left = so_far.last_ms + who.wait_ms(so_far.count) - now_ms;
            (left > 0).then_some(left.min(LONGEST_MS))
        });
        if let Some(left) = wait.max() {
            return Err((left as u64).div_ceil(1000));
        }
        for who in tries {
            let so_far = failures.entry(who).or_insert(Failures { count: 0, last_ms: now_ms });
            let count = if so_far.is_forgotten(now_ms) { 0 } else { so_far.count };
            *so_far = Failures { count: count.saturating_add(1), last_ms: now_ms };
        }
        Ok(())
    }

    /// The try was right: it does not count, and neither do those of this name before.
    pub fn forgive(&self, tries: [Tries; 2]) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for who in tries {
            match (who, failures.get_mut(&who)) {
                (Tries::Address(_), Some(so_far)) => so_far.count = so_far.count.saturating_sub(1),
                _ => drop(failures.remove(&who)),
            }
        }
    }

    /// Forgets those who have been quiet, so that memory stays bounded.
    pub fn forget_quiet(&self, now_ms: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, so_far| !so_far.is_forgotten(now_ms));
    }

    fn mark(&self, of: &impl Hash) -> u64 {
        self.marks.hash_one(of)
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

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn five_failures_are_free_then_waits_double_up_to_a_minute_and_quiet_forgets() {
        let throttle = Throttle::default();
        let tries = throttle.tries("an", None, HERE);
        let mut now = 1_000_000;
        for _ in 0..5 {
            assert_eq!(throttle.begin(tries, now), Ok(()));
        }
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(throttle.begin(tries, now), Err(wait));
            now += wait as i64 * 1000;
            assert_eq!(throttle.begin(tries, now), Ok(()), "after {wait} s");
        }
        assert_eq!(throttle.begin(throttle.tries("binh", None, HERE), now), Ok(()), "another name goes on");
        assert_eq!(throttle.begin(throttle.tries("an", Some("known"), HERE), now), Ok(()), "a known browser goes on");
        assert_eq!(throttle.begin(tries, now + QUIET_MS), Ok(()));
        assert_eq!(throttle.begin(tries, now + QUIET_MS), Ok(()), "it starts from nothing");
    }

    #[test]
    fn an_address_that_tries_many_names_gets_one_try_a_second() {
        let throttle = Throttle::default();
        for i in 0..60 {
            assert_eq!(throttle.begin(throttle.tries(&format!("name {i}"), None, HERE), 0), Ok(()));
        }
        assert_eq!(throttle.begin(throttle.tries("another", None, HERE), 500), Err(1));
        assert_eq!(throttle.begin(throttle.tries("another", None, HERE), 1000), Ok(()));
    }

    #[test]
    fn a_right_password_clears_the_name() {
        let throttle = Throttle::default();
        let tries = throttle.tries("an", None, HERE);
        (0..5).for_each(|_| assert_eq!(throttle.begin(tries, 0), Ok(())));
        throttle.forgive(tries);
        assert_eq!(throttle.begin(tries, 0), Ok(()));
    }
}
