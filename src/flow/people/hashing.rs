//! Hashing of passwords, which takes its time and memory by intent: two at once, sixteen waiting, no more.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

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
    places: Semaphore,
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
        Self {
            keys,
            places: Semaphore::new(AT_ONCE + WAITING),
            inside: Semaphore::new(AT_ONCE + WAITING),
            running: Semaphore::new(AT_ONCE),
        }
    }

    /// A place for a try of somebody unknown, to be kept until it is over: what is written before the hash (the try is
    /// counted) must not be had for nothing either.
    ///
    /// # Errors
    /// Busy when too many try.
    pub fn place(&self) -> Result<SemaphorePermit<'_>> {
        self.places.try_acquire().map_err(|_| Error::Busy("passwords"))
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

    /// Hashes several secrets, one after the other.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub async fn hash_all(&self, secrets: Vec<String>) -> Result<Vec<String>> {
        let salted: Vec<(String, [u8; 16])> = secrets.into_iter().map(|secret| (secret, clock::random())).collect();
        self.run(move |keys| salted.iter().map(|(secret, salt)| password::hash(secret, keys.pepper(), salt)).collect())
            .await
    }

    /// Which of several hashes is that of a secret.
    ///
    /// # Errors
    /// Busy when too many wait.
    pub async fn find(&self, typed: &str, kept: Vec<String>) -> Result<Option<usize>> {
        let typed = typed.to_owned();
        self.run(move |keys| {
            let is = |kept: &String| keys.peppers().any(|pepper| password::verify(&typed, pepper, kept));
            kept.iter().position(is)
        })
        .await
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
