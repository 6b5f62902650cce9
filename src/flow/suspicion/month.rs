//! The tests of section 23 on the released answers of a month. Pure: parts of answers go in, what each test makes of
//! each unit comes out. The answers of forms on paper and of survey rounds have an order and an hour of their own (of
//! whoever types, of the class that is asked), so the tests that look at either leave them out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::signals::Signal;
use crate::domain::{Channel, Day};
use crate::error::{Error, Result};
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::stats::signals::{self, ALPHA};
use crate::stats::special::truncated_poisson_rate;
use crate::stats::units::correlation_within;
use crate::stats::{Responses, StatsError};
use crate::store::signals::PartRow;

const HOUR_MS: i64 = 60 * 60 * 1000;
const WEEK_HOURS: i64 = 7 * 24;
/// What is usual at an hour of the week is learnt from so many weeks before.
pub(super) const WEEKS: i64 = 8;
/// Answers that say too little to be called the same throughout.
const FEWEST_LEVELS: u32 = 5;
/// So many of the commonest answers of the service are looked at, each with this share of all at least.
const PATTERNS: usize = 20;
const LEAST_SHARE: f64 = 0.005;

/// What a test found of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Unit.
    pub unit: i64,
    /// Test.
    pub signal: Signal,
    /// How likely it is under the model of the test.
    pub p_value: f64,
    /// What was seen.
    pub seen: u64,
    /// Among how much, or against what.
    pub total: u64,
}

/// Somebody's answer, all its parts together.
#[derive(Debug, Clone, Copy)]
struct Person {
    n: i64,
    unit: i64,
    /// Came by itself: not typed from paper, not of a round.
    by_itself: bool,
    /// Is not of a round: belongs to a case.
    of_case: bool,
    /// Questions of five levels answered.
    levels: u32,
    /// The first of these answers, and whether all are the same.
    level: i64,
    same: bool,
    /// Stands for everything that was chosen.
    chosen: u64,
}

/// The answers of one month, and the hours of the weeks before it.
#[derive(Debug)]
pub struct Month {
    month: i64,
    /// Numbers of the questions of five levels.
    levels: HashSet<i64>,
    persons: Vec<Person>,
    /// Of each unit how many answers came in each hour since 1970.
    hours: BTreeMap<i64, BTreeMap<i64, u64>>,
}

impl Month {
    /// An empty month, yyyymm.
    #[must_use]
    pub fn new(month: i64, levels: HashSet<i64>) -> Self {
        Self { month, levels, persons: Vec::new(), hours: BTreeMap::new() }
    }

    /// Takes in a part; they come in the order of their numbers.
    ///
    /// # Errors
    /// Internal when a stored answer cannot be read.
    pub fn add(&mut self, part: &PartRow) -> Result<()> {
        let channel = Channel::by_name(&part.channel);
        let by_itself = !matches!(channel, Some(Channel::Paper | Channel::Round));
        // What a tablet kept while it had no network came in an hour in which nobody gave it.
        let at_its_time = Day::at(part.received_at).number() == part.day;
        if part.first.is_none() && by_itself && at_its_time {
            let hours = self.hours.entry(part.unit_id).or_default();
            *hours.entry(part.received_at.div_euclid(HOUR_MS)).or_default() += 1;
        }
        if part.day / 100 != self.month {
            return Ok(());
        }
        if part.first.is_none() {
            self.persons.push(Person {
                n: part.n,
                unit: part.unit_id,
                by_itself,
                of_case: channel != Some(Channel::Round),
                levels: 0,
                level: 0,
                same: true,
                chosen: 0,
            });
        }
        // A later part of somebody whose first part is not there: of another month, or of a number that is no answer.
        let n = part.first.unwrap_or(part.n);
        let Ok(at) = self.persons.binary_search_by_key(&n, |person| person.n) else { return Ok(()) };
        let person = &mut self.persons[at];
        let answers: Vec<(i64, i64)> = serde_json::from_str(&part.answers)?;
        for (_, level) in answers.iter().filter(|(question, level)| *level > 0 && self.levels.contains(question)) {
            if person.levels == 0 {
                person.level = *level;
            }
            person.same &= person.level == *level;
            person.levels += 1;
        }
        let mut hasher = DefaultHasher::new();
        (person.chosen, answers).hash(&mut hasher);
        person.chosen = hasher.finish();
        Ok(())
    }

    /// What the tests make of every unit that they can say something of. `cases` are the files finished of each unit
    /// that has any.
    ///
    /// # Errors
    /// Internal when a test refuses its numbers.
    pub fn judge(&self, cases: &BTreeMap<i64, u64>) -> Result<Vec<Found>> {
        let mut found = self.bursts()?;
        found.extend(self.straight_lining().map_err(Error::internal)?);
        found.extend(self.against_cases(cases).map_err(Error::internal)?);
        found.extend(self.runs().map_err(Error::internal)?);
        Ok(found)
    }

    /// The busiest hour of each unit against the same hour of the weeks before.
    fn bursts(&self) -> Result<Vec<Found>> {
        let (first, next) = bounds(self.month)?;
        let hour = |day: Day| day.begins_ms().div_euclid(HOUR_MS);
        let inside = hour(first)..hour(next);
        let mut found = Vec::new();
        for (unit, hours) in &self.hours {
            found.extend(busiest(*unit, hours, &inside).map_err(Error::internal)?);
        }
        Ok(found)
    }

    fn straight_lining(&self) -> Result<Vec<Found>, StatsError> {
        let mut units: BTreeMap<i64, Responses> = BTreeMap::new();
        for person in self.persons.iter().filter(|person| person.levels >= FEWEST_LEVELS) {
            let unit = units.entry(person.unit).or_insert(Responses { x: 0, n: 0 });
            unit.n += 1;
            unit.x += u64::from(person.same);
        }
        let mut found = Vec::new();
        for (unit, of_unit) in units.iter().filter(|(_, of_unit)| of_unit.n >= DEFAULT_THRESHOLD) {
            let Some((p0, rho)) = others(&units, *unit)? else { continue };
            let p_value = signals::straight_lining(of_unit.x, of_unit.n, p0, rho)?.p_value;
            let (signal, seen, total) = (Signal::Straight, of_unit.x, of_unit.n);
            found.push(Found { unit: *unit, signal, p_value, seen, total });
        }
        Ok(found)
    }

    fn against_cases(&self, cases: &BTreeMap<i64, u64>) -> Result<Vec<Found>, StatsError> {
        let mut answers: BTreeMap<i64, u64> = BTreeMap::new();
        for person in self.persons.iter().filter(|person| person.of_case) {
            *answers.entry(person.unit).or_default() += 1;
        }
        let of_unit = |unit: &i64| answers.get(unit).copied().unwrap_or_default();
        // A unit with more answers than files says nothing of how many of their files others get answers for.
        let possible = cases.iter().filter(|(unit, n)| of_unit(unit) <= **n);
        let possible: BTreeMap<i64, Responses> =
            possible.map(|(unit, n)| (*unit, Responses { x: of_unit(unit), n: *n })).collect();
        let mut found = Vec::new();
        for (unit, files) in cases.iter().filter(|(unit, n)| **n > 0 && of_unit(unit) >= DEFAULT_THRESHOLD) {
            let answers = of_unit(unit);
            let p_value = match others(&possible, *unit)? {
                _ if answers > *files => 0.0,
                Some((p0, rho)) => signals::responses_against_cases(answers, *files, p0, rho)?.p_value,
                None => continue,
            };
            found.push(Found { unit: *unit, signal: Signal::Cases, p_value, seen: answers, total: *files });
        }
        Ok(found)
    }

    fn runs(&self) -> Result<Vec<Found>, StatsError> {
        let mut shares: HashMap<u64, u64> = HashMap::new();
        let mut units: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for person in self.persons.iter().filter(|person| person.by_itself) {
            *shares.entry(person.chosen).or_default() += 1;
            units.entry(person.unit).or_default().push(person.chosen);
        }
        let all = shares.values().sum::<u64>() as f64;
        let mut shares: Vec<f64> = shares.into_values().map(|n| n as f64 / all).collect();
        shares.retain(|share| *share >= LEAST_SHARE);
        shares.sort_unstable_by(|one, other| other.total_cmp(one));
        shares.truncate(PATTERNS);
        let mut found = Vec::new();
        for (unit, order) in units.iter().filter(|(_, order)| order.len() as u64 >= DEFAULT_THRESHOLD) {
            if shares.is_empty() {
                continue;
            }
            let longest = order.chunk_by(|one, next| one == next).map(<[u64]>::len).max().unwrap_or_default() as u64;
            let total = order.len() as u64;
            let p_value = signals::run(total, longest, &shares)?.p_value;
            found.push(Found { unit: *unit, signal: Signal::Run, p_value, seen: longest, total });
        }
        Ok(found)
    }
}

/// First day of a month, and of the next.
pub(super) fn bounds(month: i64) -> Result<(Day, Day)> {
    let first = Day::from_number(month * 100 + 1).ok_or_else(|| Error::internal(format!("{month} is no month")))?;
    let next = Day::from_number((first.plus(31).month()) * 100 + 1);
    Ok((first, next.ok_or_else(|| Error::internal(format!("no month comes after {month}")))?))
}

/// The hour of a month that was least to be expected of a unit. An hour counts as usual for the same hour of later
/// weeks unless it was raised itself; before the unit's first answer nothing was to be expected of it.
fn busiest(unit: i64, hours: &BTreeMap<i64, u64>, inside: &std::ops::Range<i64>) -> Result<Option<Found>, StatsError> {
    let Some((&first, _)) = hours.first_key_value() else { return Ok(None) };
    let windows = (inside.end - inside.start).unsigned_abs();
    let mut raised = HashSet::new();
    let mut least: Option<Found> = None;
    for (&hour, &seen) in hours.range(..inside.end) {
        let before = (1..=WEEKS).map(|weeks| hour - weeks * WEEK_HOURS);
        let usual: Vec<i64> = before.filter(|hour| *hour >= first && !raised.contains(hour)).collect();
        let total = usual.iter().filter_map(|hour| hours.get(hour)).sum();
        let signal = signals::burst(seen, 1.0, total, usual.len() as f64)?.smallest_of(windows);
        if signal.is_raised(ALPHA) {
            raised.insert(hour);
        }
        let p_value = signal.p_value;
        if inside.contains(&hour) && !usual.is_empty() && least.is_none_or(|least| p_value < least.p_value) {
            least = Some(Found { unit, signal: Signal::Burst, p_value, seen, total });
        }
    }
    Ok(least)
}

/// The share that the other units have together, and the correlation within them; none when they are too few or too
/// much alike to tell what is ordinary.
fn others(units: &BTreeMap<i64, Responses>, unit: i64) -> Result<Option<(f64, f64)>, StatsError> {
    let others: Vec<Responses> = units.iter().filter(|(other, _)| **other != unit).map(|(_, n)| *n).collect();
    let (x, n) = others.iter().fold((0, 0), |(x, n), unit| (x + unit.x, n + unit.n));
    Ok(correlation_within(&others)?.map(|rho| (x as f64 / n as f64, rho)))
}

/// What the marks of a day come to in each unit: `marks` holds a row a mark, unit and answers; `usual` are the answers
/// and marks of all months before. Nothing before anything was learnt.
///
/// # Errors
/// Internal when a test refuses its numbers.
pub fn devices(marks: &[(i64, i64)], (answers, known): (i64, i64)) -> Result<Vec<(i64, f64)>> {
    if known == 0 {
        return Ok(Vec::new());
    }
    let Some(rate) = truncated_poisson_rate(answers as f64 / known as f64).map_err(Error::internal)? else {
        return Ok(Vec::new());
    };
    let mut units: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for (unit, answers) in marks {
        let (most, devices) = units.entry(*unit).or_default();
        *most = (*most).max(answers.unsigned_abs());
        *devices += 1;
    }
    let test =
        |(unit, (most, devices))| Ok((unit, signals::device(most, devices, rate).map_err(Error::internal)?.p_value));
    units.into_iter().map(test).collect()
}
