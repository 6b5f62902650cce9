//! Hashing of passwords, which takes its time and memory by intent: two at once, sixteen waiting, no more.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::clock;
use crate::domain::keys::Keys;
use crate::domain::password;
use crate::error::{Error, Result};

const AT_ONCE: usize = 2;
const WAITING: usize = 16;

/// The gate in front of the hashes.
#[derive(Debug)]
pub struct Hashing {
    keys: Arc<Keys>,
    inside: Semaphore,
    running: Semaphore,
}

/// What a password for nobody is compared with, so that an unknown name takes as long as a known one. No password has
/// this hash: it was drawn, not computed.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Zm9yIG5vYm9keSBhdCBhbA$vQpX8rA0m3pY1yq5t9C2wU7fK4hJ6sLdE3xB0nGzT1o";

impl Hashing {
    /// A gate.
    #[must_use]
    pub fn new(keys: Arc<Keys>) -> Self {
        Self { keys, inside: Semaphore::new(AT_ONCE + WAITING), running: Semaphore::new(AT_ONCE) }
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub async fn hash(&self, typed: &str) -> Result<String> {
        let (typed, salt) = (typed.to_owned(), clock::random());
        self.run(move |keys| password::hash(&typed, keys.pepper(), &salt)).await
    }

    /// Whether a password is the one kept. Without one kept it never is, and takes as long to say so.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub async fn verify(&self, typed: &str, kept: Option<&str>) -> Result<bool> {
        let (typed, known) = (typed.to_owned(), kept.is_some());
        let kept = kept.unwrap_or(NOBODY).to_owned();
        self.run(move |keys| keys.peppers().any(|pepper| password::verify(&typed, pepper, &kept)))
            .await
            .map(|same| same && known)
    }

    async fn run<T: Send + 'static>(&self, hash: impl FnOnce(&Keys) -> T + Send + 'static) -> Result<T> {
        let _inside = self.inside.try_acquire().map_err(|_| Error::Busy("passwords"))?;
        let _running = self.running.acquire().await.map_err(Error::internal)?;
        let keys = self.keys.clone();
        tokio::task::spawn_blocking(move || hash(&keys)).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_what_everybodys_does() {
        assert!(!password::is_outdated(NOBODY));
        assert!(password::is_readable(NOBODY));
    }
}
