//! Exports are long: how many there may be at once and in an hour, and their way to whoever asked, piece by piece. The
//! counts are of this process and of accounts alone.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::Frame;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::domain::AccountId;
use crate::error::{Error, Result};

/// Of all accounts at once; of one there is one.
const AT_ONCE: usize = 4;
/// Of one account in an hour.
const AN_HOUR: usize = 20;
const HOUR_MS: i64 = 60 * 60 * 1000;
/// How soon somebody may try again while others are at it.
const AGAIN_S: u64 = 10;
/// An export takes no longer, however slowly it is read.
const LONGEST: Duration = Duration::from_secs(120);
/// Pieces made before the reader has taken them.
const AHEAD: usize = 2;

/// The exports under way, and those of the last hour.
#[derive(Debug)]
pub struct Exports {
    places: Arc<Semaphore>,
    of: Arc<Mutex<HashMap<AccountId, OfAccount>>>,
}

#[derive(Debug, Default)]
struct OfAccount {
    running: bool,
    /// When those of the last hour began, in unix ms, the oldest first.
    begun: VecDeque<i64>,
}

/// The place of one export, free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    account: AccountId,
    of: Arc<Mutex<HashMap<AccountId, OfAccount>>>,
}

impl Default for Exports {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), of: Arc::default() }
    }
}

impl Exports {
    /// A place for an export of an account.
    ///
    /// # Errors
    /// The seconds to wait when there is none.
    pub fn begin(&self, account: AccountId, now_ms: i64) -> Result<Place, u64> {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock set back counts from anew.
        let recent = |at: &i64| (0..HOUR_MS).contains(&(now_ms - at));
        all.retain(|_, one| one.running || one.begun.iter().any(recent));
        let one = all.entry(account).or_default();
        one.begun.retain(recent);
        if let Some(oldest) = one.begun.front().filter(|_| one.begun.len() >= AN_HOUR) {
            return Err((oldest + HOUR_MS - now_ms).unsigned_abs().div_ceil(1000));
        }
        if one.running {
            return Err(AGAIN_S);
        }
        let place = self.places.clone().try_acquire_owned().map_err(|_| AGAIN_S)?;
        one.running = true;
        one.begun.push_back(now_ms);
        Ok(Place { _place: place, account, of: self.of.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = all.get_mut(&self.account) {
            one.running = false;
        }
    }
}

/// The way of pieces to whoever reads; nobody reads any more when sending fails.
pub type Way = mpsc::Sender<Result<Bytes>>;

/// A body whose pieces are made while it is read. When making one fails or all take too long the connection breaks, so
/// that nobody takes a part for the whole.
pub fn body<F, M>(place: Place, make: M) -> Body
where
    M: FnOnce(Way) -> F,
    F: Future<Output = Result<()>> + Send + 'static,
{
    let (way, pieces) = mpsc::channel(AHEAD);
    let making = make(way.clone());
    tokio::spawn(async move {
        let made = tokio::time::timeout(LONGEST, making).await.unwrap_or(Err(Error::Busy("export")));
        if let Err(error) = made {
            tracing::warn!(cause = %error, "an export ended before its end");
            // It breaks either way when the reader has gone.
            drop(way.send(Err(error)).await);
        }
        drop(place);
    });
    Body::new(Pieces(pieces))
}

struct Pieces(mpsc::Receiver<Result<Bytes>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_an_account_four_of_all_and_twenty_an_hour() {
        let exports = Exports::default();
        let begin = |account, now_ms| exports.begin(AccountId(account), now_ms);
        let first = begin(1, 0).unwrap();
        assert_eq!(begin(1, 0).unwrap_err(), AGAIN_S, "one at once");
        let others: Vec<Place> = (2..=4).map(|account| begin(account, 0).unwrap()).collect();
        assert_eq!(begin(5, 0).unwrap_err(), AGAIN_S, "four of all");
        drop(others);
        begin(5, 0).unwrap();
        drop(first);
        for _ in 1..AN_HOUR {
            begin(1, 1_000).unwrap();
        }
        assert_eq!(begin(1, 1_000).unwrap_err(), 3_599, "the first was an hour less a second ago");
        begin(2, 1_000).unwrap();
        begin(1, HOUR_MS).unwrap();
        assert!(begin(1, HOUR_MS).is_err(), "the others are still of this hour");
    }
}
