//! Release: answers become visible in batches, never one by one. A cut counts what waits into the tallies that all
//! figures come from; a rebuild counts everything anew; a check compares the two.

mod count;
mod persons;
mod shift;

use std::collections::{HashMap, HashSet};

use count::Counts;
pub(super) use shift::{Shift, mark, shift};

use crate::domain::Day;
use crate::error::{Context, Error, Result};
use crate::flow::issue::sums;
use crate::store::counts::{self, Grain};
use crate::store::marks::{self, Mark};
use crate::store::release::{self, Part};
use crate::store::rollups::{self, Pile};
use crate::store::{Db, Tx, proposals, traces};

/// Responses one transaction looks at: bounds how long a release keeps the store from anyone else.
const CHUNK: i64 = 50_000;

/// How often a step is taken again when another process released at the same time.
const ATTEMPTS: u32 = 10;
/// A release that finds nothing says so on disk only this often.
const IDLE_MS: i64 = 60_000;

/// What a cut did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// Responses looked at for the first time.
    pub seen: u64,
    /// Responses counted into the tallies.
    pub counted: u64,
    /// Responses that wait for company.
    pub waiting: u64,
}

/// A number in the tallies that a recount does not confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the table.
    pub table: &'static str,
    /// Which row.
    pub key: String,
    /// What is stored; nothing when the row is missing.
    pub stored: Vec<i64>,
    /// What the responses say.
    pub counted: Vec<i64>,
}

/// Counts the responses that may now be seen: all of a unit when at least `min` persons of it wait, and all whose
/// reporting period has closed. The rest waits on.
///
/// # Errors
/// Busy when the store does not answer or other releases keep coming between.
pub async fn cut(db: &Db, now_ms: i64, min: u64) -> Result<Cut> {
    let mut whole = Cut::default();
    loop {
        let (step, more) = undisturbed(db, now_ms, min).await.context("release answers")?;
        whole = Cut { seen: whole.seen + step.seen, counted: whole.counted + step.counted, waiting: step.waiting };
        if !more {
            return Ok(whole);
        }
    }
}

/// Counts all released responses anew and replaces the tallies by the result.
///
/// # Errors
/// Busy when the store does not answer or releases keep coming between.
pub async fn rebuild(db: &Db) -> Result<()> {
    for _ in 0..ATTEMPTS {
        if rebuild_once(db).await.context("rebuild the tallies")? == Turn::Done {
            return Ok(());
        }
    }
    Err(Error::Busy("release"))
}

/// Counts all released responses anew when a migration asked for it, as sums it added can be filled in no other way.
///
/// # Errors
/// Busy when the store does not answer or releases keep coming between.
pub async fn recount_if_asked(db: &Db) -> Result<()> {
    if marks::get(db, Mark::Recount).await? == 1 {
        tracing::info!("counting all released answers for new tallies");
        rebuild(db).await?;
    }
    Ok(())
}

/// Counts all released responses anew, and invitations that are summed, and says where the tallies differ; writes nothing.
///
/// # Errors
/// Busy when the store does not answer or releases keep coming between.
pub async fn check(db: &Db) -> Result<Vec<Difference>> {
    for _ in 0..ATTEMPTS {
        if let Some(differences) = check_once(db).await.context("check the tallies")? {
            return Ok(differences);
        }
    }
    Err(Error::Busy("release"))
}

/// Takes a step of a cut until no other release disturbed it. (Loops, not a function that takes the step: a future
/// made by an asynchronous closure over references is not `Send`, and these run as tasks.)
async fn undisturbed(db: &Db, now_ms: i64, min: u64) -> Result<(Cut, bool)> {
    for _ in 0..ATTEMPTS {
        if let Some(done) = step(db, now_ms, min).await? {
            return Ok(done);
        }
    }
    Err(Error::Busy("release"))
}

#[derive(PartialEq, Eq)]
enum Turn {
    Done,
    Disturbed,
}

async fn rebuild_once(db: &Db) -> Result<Turn> {
    let state = State::read(db).await?;
    let piles = recount(db, &state).await?;
    let mut tx = db.begin().await?;
    release::lock(&mut tx).await?;
    // Nobody can release any more; if somebody did since the state was read, the recount is out of date.
    if marks::get_in(&mut tx, Mark::ReleasedThrough).await? != state.through || State::read(db).await? != state {
        tx.rollback().await?;
        return Ok(Turn::Disturbed);
    }
    counts::clear(&mut tx).await?;
    rollups::clear(&mut tx).await?;
    piles.write(&mut tx).await?;
    marks::raise(&mut tx, Mark::Tallied).await?;
    marks::set(&mut tx, Mark::Recount, 0).await?;
    tx.commit().await?;
    Ok(Turn::Done)
}

async fn check_once(db: &Db) -> Result<Option<Vec<Difference>>> {
    let state = State::read(db).await?;
    let piles = recount(db, &state).await?;
    let mut differences = Vec::new();
    for (grain, tallies, moments) in [
        (Grain::Day, "tallies_day", "moments_day"),
        (Grain::Excluded, "excluded_tallies", "excluded_moments"),
        (Grain::Marked, "marked_tallies", "marked_moments"),
    ] {
        let counted = piles.of(grain);
        let one = |rows: Vec<_>| rows.into_iter().map(|(key, n)| (key, [n]));
        compare(&mut differences, tallies, one(counts::all_tallies(db, grain).await?), one(counted.tallies()));
        compare(&mut differences, moments, counts::all_moments(db, grain).await?, counted.moments());
    }
    compare(&mut differences, "rollups", rollups::all(db).await?, piles.rollups());
    differences.extend(sums::differences(db).await?.into_iter().map(
        |(level, month, id, valid, answered, n_valid, n_answered)| Difference {
            table: "invitation_sums",
            key: format!("{:?}", (level, month, id)),
            stored: vec![valid, answered],
            counted: vec![n_valid, n_answered],
        },
    ));
    Ok((State::read(db).await? == state).then_some(differences))
}

/// One chunk of a cut; `None` when another process released meanwhile. Reads before its transaction, so that the
/// store is kept from others only while it writes; rows never change, and what was read is confirmed by the mark
/// and by the number of rows that stop waiting.
async fn step(db: &Db, now_ms: i64, min: u64) -> Result<Option<(Cut, bool)>> {
    let through = marks::get(db, Mark::ReleasedThrough).await?;
    let decided = marks::get(db, Mark::Excluded).await?;
    let marked = marks::get(db, Mark::Marked).await?;
    let waiting = release::waiting(db).await?;
    let new = release::after(db, through, i64::MAX, CHUNK).await?;
    let more = new.len() as i64 == CHUNK;
    let last = new.last().map_or(through, |part| part.n);

    let idle = now_ms - marks::get(db, Mark::ReleasedAt).await?;
    let chosen = choose(&waiting, &new, last_closing(Day::at(now_ms)), min);
    let same_day = Day::at(now_ms - idle) == Day::at(now_ms);
    if new.is_empty() && chosen.released.is_empty() && same_day && (0..IDLE_MS).contains(&idle) {
        return Ok(Some((Cut { waiting: waiting.len() as u64, ..Cut::default() }, false)));
    }
    let piles = count(db, through, &waiting, &chosen.released).await?;

    let mut tx = db.begin().await?;
    release::lock(&mut tx).await?;
    let unmoved = marks::get_in(&mut tx, Mark::ReleasedThrough).await? == through
        && marks::get_in(&mut tx, Mark::Excluded).await? == decided
        && marks::get_in(&mut tx, Mark::Marked).await? == marked;
    let stop: Vec<i64> = chosen.released.iter().map(|part| part.n).filter(|n| *n <= through).collect();
    if !unmoved || release::unwait(&mut tx, &stop).await? != stop.len() as u64 {
        tx.rollback().await?;
        return Ok(None);
    }
    let start: Vec<&Part> = chosen.kept.iter().copied().filter(|part| part.n > through).collect();
    release::wait(&mut tx, &start).await?;
    piles.write(&mut tx).await?;
    release::note_points(&mut tx, through, last).await?;
    marks::set(&mut tx, Mark::ReleasedThrough, last).await?;
    if !chosen.released.is_empty() {
        marks::raise(&mut tx, Mark::Tallied).await?;
    }
    if !more {
        marks::set(&mut tx, Mark::ReleasedAt, now_ms).await?;
    }
    tx.commit().await?;

    let cut = Cut { seen: new.len() as u64, counted: chosen.released.len() as u64, waiting: chosen.kept.len() as u64 };
    Ok(Some((cut, more)))
}

/// The latest day on which a reporting period ended: a 1st or a 15th, not after today. What was answered before it
/// belongs to a closed period.
fn last_closing(today: Day) -> Day {
    let date = today.date();
    let first = Day::of(date.first_of_month());
    if date.day() >= 15 { first.plus(14) } else { first }
}

struct Chosen<'a> {
    released: Vec<&'a Part>,
    kept: Vec<&'a Part>,
}

/// Who may be counted. Later parts go with their first.
fn choose<'a>(waiting: &'a [Part], new: &'a [Part], closing: Day, min: u64) -> Chosen<'a> {
    let mut persons: HashMap<i64, u64> = HashMap::new();
    for part in waiting.iter().chain(new).filter(|part| part.first.is_none()) {
        *persons.entry(part.unit).or_default() += 1;
    }
    let mut held: HashSet<i64> = HashSet::new();
    let mut chosen = Chosen { released: Vec::new(), kept: Vec::new() };
    // Both lists are in order of number and waiting ones are older, so a first part is met before its later ones.
    for part in waiting.iter().chain(new) {
        let hold = match part.first {
            Some(first) => held.contains(&first),
            None => part.day >= closing && persons.get(&part.unit).is_none_or(|count| *count < min),
        };
        if hold {
            held.insert(part.person());
            chosen.kept.push(part);
        } else {
            chosen.released.push(part);
        }
    }
    chosen
}

/// Counts released parts. Of a person who was counted before, the earlier parts are read again: the moments change by
/// the difference that the new parts make.
async fn count(db: &Db, through: i64, waiting: &[Part], released: &[&Part]) -> Result<Piles> {
    let uncounted: HashSet<i64> = waiting.iter().map(|part| part.n).collect();
    let counted = |n: i64| n <= through && !uncounted.contains(&n);
    let mut returning: Vec<i64> = released.iter().filter_map(|part| part.first).filter(|n| counted(*n)).collect();
    returning.sort_unstable();
    returning.dedup();
    let earlier = release::earlier(db, through, &returning).await?;

    let aside = Aside::read(db, released).await?;
    let mut piles = Piles::new(Counts::new(&release::questions(db).await?));
    piles.add(&aside, earlier.iter().filter(|part| counted(part.n)).collect(), released.to_vec())?;
    Ok(piles)
}

/// Persons who do not simply count.
struct Aside {
    /// Two people left their answers out.
    excluded: HashSet<i64>,
    /// Something of theirs is marked as suspicious.
    marked: HashSet<i64>,
}

impl Aside {
    async fn read(db: &Db, parts: &[&Part]) -> Result<Self> {
        let excluded = proposals::excluded(db).await?.into_iter().collect();
        if !traces::any_marked(db).await? {
            return Ok(Self { excluded, marked: HashSet::new() });
        }
        let persons: HashSet<i64> = parts.iter().map(|part| part.person()).collect();
        let persons: Vec<i64> = persons.into_iter().collect();
        Ok(Self { excluded, marked: traces::marked(db, &persons).await? })
    }
}

/// What goes into the figures, what is left out of them, and what of the first is marked.
struct Piles {
    counted: Counts,
    excluded: Counts,
    marked: Counts,
}

impl Piles {
    /// Piles with nothing in them.
    fn new(nothing: Counts) -> Self {
        Self { excluded: nothing.clone(), marked: nothing.clone(), counted: nothing }
    }

    /// Counts parts, each with all of its person's.
    fn add(&mut self, aside: &Aside, earlier: Vec<&Part>, parts: Vec<&Part>) -> Result<()> {
        let (earlier_out, earlier) = apart(&aside.excluded, earlier);
        let (parts_out, parts) = apart(&aside.excluded, parts);
        self.counted.add(&earlier, &parts)?;
        self.excluded.add(&earlier_out, &parts_out)?;
        let (earlier_marked, _) = apart(&aside.marked, earlier);
        let (parts_marked, _) = apart(&aside.marked, parts);
        self.marked.add(&earlier_marked, &parts_marked)
    }

    fn of(&self, grain: Grain) -> &Counts {
        match grain {
            Grain::Day => &self.counted,
            Grain::Excluded => &self.excluded,
            Grain::Marked => &self.marked,
        }
    }

    /// All three as `rollups` has them, sorted by key.
    fn rollups(&self) -> Vec<(rollups::Key, rollups::Values)> {
        let mut rows = self.counted.rollups(Pile::Counted);
        rows.extend(self.excluded.rollups(Pile::Excluded));
        rows.extend(self.marked.rollups(Pile::Marked));
        rows.sort_by_key(|(key, _)| *key);
        rows
    }

    async fn write(&self, tx: &mut Tx<'_>) -> Result<()> {
        for grain in [Grain::Day, Grain::Excluded, Grain::Marked] {
            counts::add_tallies(tx, grain, &self.of(grain).tallies()).await?;
            counts::add_moments(tx, grain, &self.of(grain).moments()).await?;
        }
        rollups::add(tx, &self.rollups()).await
    }
}

/// The parts of some persons, and those of all others.
fn apart<'a>(persons: &HashSet<i64>, parts: Vec<&'a Part>) -> (Vec<&'a Part>, Vec<&'a Part>) {
    parts.into_iter().partition(|part| persons.contains(&part.person()))
}

/// Which responses are released: all up to the mark but those that wait. And which of them count, or are marked.
#[derive(PartialEq, Eq)]
struct State {
    through: i64,
    waiting: HashSet<i64>,
    decided: i64,
    marked: i64,
}

impl State {
    async fn read(db: &Db) -> Result<Self> {
        let through = marks::get(db, Mark::ReleasedThrough).await?;
        let waiting = release::waiting(db).await?.into_iter().map(|part| part.n).collect();
        let (decided, marked) = (marks::get(db, Mark::Excluded).await?, marks::get(db, Mark::Marked).await?);
        Ok(Self { through, waiting, decided, marked })
    }
}

async fn recount(db: &Db, state: &State) -> Result<Piles> {
    let mut piles = Piles::new(Counts::new(&release::questions(db).await?));
    let mut done = 0;
    loop {
        let chunk = release::after(db, done, state.through, CHUNK).await?;
        let Some(last) = chunk.last().map(|part| part.n) else { return Ok(piles) };
        let released: Vec<&Part> = chunk.iter().filter(|part| !state.waiting.contains(&part.n)).collect();
        let returning: Vec<i64> = released.iter().filter_map(|part| part.first).filter(|n| *n <= done).collect();
        let earlier = release::earlier(db, done, &returning).await?;
        let earlier = earlier.iter().filter(|part| !state.waiting.contains(&part.n)).collect();
        let aside = Aside::read(db, &released).await?;
        piles.add(&aside, earlier, released)?;
        done = last;
    }
}

fn compare<K: Ord + std::hash::Hash + Copy + std::fmt::Debug, const N: usize>(
    differences: &mut Vec<Difference>,
    table: &'static str,
    stored: impl IntoIterator<Item = (K, [i64; N])>,
    counted: impl IntoIterator<Item = (K, [i64; N])>,
) {
    let mut rows: HashMap<K, (Option<[i64; N]>, [i64; N])> =
        counted.into_iter().map(|(key, counted)| (key, (None, counted))).collect();
    for (key, stored) in stored {
        rows.entry(key).or_insert((None, [0; N])).0 = Some(stored);
    }
    let mut found: Vec<_> = rows.into_iter().filter(|(_, (a, b))| a.unwrap_or([0; N]) != *b).collect();
    found.sort_unstable_by_key(|(key, _)| *key);
    differences.extend(found.into_iter().map(|(key, (stored, counted))| Difference {
        table,
        key: format!("{key:?}"),
        stored: stored.map_or_else(Vec::new, |row| row.to_vec()),
        counted: counted.to_vec(),
    }));
}
