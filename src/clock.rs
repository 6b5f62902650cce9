//! Clock and randomness as values: the only caller of now() and of the operating system's generator.
//! Uses nothing of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand::{Rng, TryRng};

/// Tells the time: the machine's, or one that a test sets.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands until it is set, in unix milliseconds.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A standing clock for tests, at unix milliseconds.
    #[must_use]
    pub fn fixed(at_ms: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at_ms)))
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64),
            Self::Fixed(at) => at.load(Ordering::Relaxed),
        }
    }

    /// Moves a standing clock; the machine's clock stays.
    pub fn set(&self, at_ms: i64) {
        if let Self::Fixed(at) = self {
            at.store(at_ms, Ordering::Relaxed);
        }
    }
}

/// Measures how long something took.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the monotonic clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Bytes that have not been before, from a generator that the system's seeds: for ids and nonces, which need to
/// differ but guard nothing by themselves. A system call for each would cost a page more than its compression does.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that draws")]
pub fn fresh<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// Bytes from the operating system's generator, for codes, salts and keys.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).expect("a system without its random generator cannot run us");
    bytes
}
