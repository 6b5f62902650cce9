//! What was read for one picture: whoever asks for a part of it again gets it from here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::Channel;
use crate::error::Result;
use crate::store::Db;
use crate::store::rollups::{self, Level, Moment, Wanted};

/// Rows of some places, as they were read.
#[derive(Default)]
pub(super) struct Sheet(Mutex<Vec<Noted>>);

struct Noted {
    level: Level,
    whats: Vec<i64>,
    times: Vec<i64>,
    ones: Vec<i64>,
    two: Option<i64>,
    channel: Option<Channel>,
    rows: Arc<Vec<Moment>>,
}

impl Sheet {
    /// The rows of some places, or of all of a level: those are many and are not kept.
    pub(super) async fn some(&self, db: &Db, wanted: Wanted<'_>) -> Result<Arc<Vec<Moment>>> {
        let Some(ones) = wanted.ones else { return rollups::read(db, wanted).await.map(Arc::new) };
        if let Some(rows) = self.noted().iter().find_map(|noted| noted.part(&wanted, ones)) {
            return Ok(rows);
        }
        let rows = Arc::new(rollups::read(db, wanted).await?);
        let Wanted { level, whats, times, two, channel, .. } = wanted;
        let (whats, times, ones) = (sorted(whats), sorted(times), ones.to_vec());
        self.noted().push(Noted { level, whats, times, ones, two, channel, rows: rows.clone() });
        Ok(rows)
    }

    fn noted(&self) -> MutexGuard<'_, Vec<Noted>> {
        // Rows are added whole or not at all.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    /// The rows wanted, when they are all here.
    fn part(&self, wanted: &Wanted<'_>, ones: &[i64]) -> Option<Arc<Vec<Moment>>> {
        let Wanted { level, whats, times, two, channel, .. } = *wanted;
        let same = (self.level, &self.ones[..], self.two, self.channel) == (level, ones, two, channel);
        let [whats, times] = [whats, times].map(sorted);
        let all = |of: &[i64], wanted: &[i64]| wanted.iter().all(|one| has(of, *one));
        (same && all(&self.whats, &whats) && all(&self.times, &times)).then(|| {
            let inside = |row: &&Moment| has(&whats, row.line.what) && has(&times, row.time);
            Arc::new(self.rows.iter().filter(inside).copied().collect())
        })
    }
}

fn sorted(numbers: &[i64]) -> Vec<i64> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers
}

fn has(sorted: &[i64], number: i64) -> bool {
    sorted.binary_search(&number).is_ok()
}
