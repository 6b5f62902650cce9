//! Counting parts of answers into tallies and respondent moments, in memory.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use super::persons::{self, Persons};
use crate::domain::{Indicator, OVERALL};
use crate::error::{Error, Result};
use crate::store::counts::{MomentKey, Moments, TallyKey};
use crate::store::release::{Asked, Part};
use crate::store::rollups::{self, Level, POOLED, Pile, Values, placed};

/// Criteria one person answered, and those at level 4 or 5, per indicator.
type Criteria = [(i64, i64); POOLED.len()];

/// Questions and what was chosen.
type Answers = Vec<(i64, i64)>;

/// Sums over parts of answers; what is added to the tables.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// Place in [`POOLED`] that a question's answer counts for.
    criterion: HashMap<i64, usize>,
    /// Questions that feed an indicator.
    feeding: HashSet<i64>,
    tallies: HashMap<TallyKey, i64>,
    moments: HashMap<MomentKey, Moments>,
    /// What was answered at points, which the others do not tell apart.
    points: HashMap<Spot, Values>,
    /// What only whole persons tell.
    persons: Persons,
}

/// What the counts of a point are summed over: day, unit, point, what, block.
type Spot = (i64, i64, i64, i64, i64);

impl Counts {
    /// Nothing counted yet; the questions form by form in their order.
    pub(super) fn new(questions: &[Asked]) -> Self {
        let feeding = questions.iter().filter(|asked| asked.indicator.is_some()).map(|asked| asked.id).collect();
        let criterion = questions
            .iter()
            .filter(|asked| asked.kind == "level" && asked.factor.as_deref() != Some(OVERALL))
            .filter_map(|asked| {
                let indicator = Indicator::by_name(asked.indicator.as_deref()?)?;
                Some((asked.id, POOLED.iter().position(|pooled| *pooled == indicator)?))
            })
            .collect();
        Self {
            criterion,
            feeding,
            tallies: HashMap::new(),
            moments: HashMap::new(),
            points: HashMap::new(),
            persons: Persons::new(questions),
        }
    }

    /// Counts parts; `earlier` are parts of the same persons that were counted before.
    pub(super) fn add(&mut self, earlier: &[&Part], parts: &[&Part]) -> Result<()> {
        let mut before: HashMap<i64, (Criteria, Answers)> = HashMap::new();
        for part in earlier {
            let (person, answers) = before.entry(part.person()).or_default();
            self.each(part, |counts, question, choice| {
                counts.criterion(person, question, choice);
                answers.push((question, choice));
            })?;
        }
        let mut added: HashMap<i64, (&Part, (Criteria, Answers))> = HashMap::with_capacity(parts.len());
        for part in parts {
            let entry = added.entry(part.person()).or_insert_with(|| (part, Default::default()));
            let (_, (person, answers)) = entry;
            self.each(part, |counts, question, choice| {
                answers.push((question, choice));
                let key = TallyKey {
                    day: part.day.number(),
                    unit: part.unit,
                    procedure: part.procedure,
                    channel: part.channel,
                    question,
                    choice,
                };
                *counts.tallies.entry(key).or_default() += 1;
                if part.point != 0 && counts.feeding.contains(&question) {
                    let (block, place) = placed(choice);
                    let spot = (part.day.number(), part.unit, part.point, question, block);
                    counts.points.entry(spot).or_default()[place] += 1;
                }
                counts.criterion(person, question, choice);
            })?;
        }
        for (person, (part, (added, answers))) in added {
            let (before, before_answers) = before.remove(&person).unwrap_or_default();
            self.persons.add(part, before_answers, &answers);
            for (place, indicator) in POOLED.into_iter().enumerate() {
                let (m, s) = before[place];
                let now = moments(m + added[place].0, s + added[place].1);
                let then = moments(m, s);
                if now == then {
                    continue;
                }
                let key = MomentKey {
                    day: part.day.number(),
                    unit: part.unit,
                    procedure: part.procedure,
                    channel: part.channel,
                    indicator,
                };
                let change: Moments = std::array::from_fn(|i| now[i] - then[i]);
                plus(self.moments.entry(key).or_default(), &change);
                if let Some(what) = rollups::moments_of(indicator).filter(|_| part.point != 0) {
                    let spot = (part.day.number(), part.unit, part.point, what, 0);
                    plus(self.points.entry(spot).or_default(), &widened(change));
                }
            }
        }
        Ok(())
    }

    fn criterion(&self, person: &mut Criteria, question: i64, choice: i64) {
        if let Some(place) = self.criterion.get(&question).filter(|_| (1..=5).contains(&choice)) {
            person[*place].0 += 1;
            person[*place].1 += i64::from(choice >= 4);
        }
    }

    fn each(&mut self, part: &Part, mut act: impl FnMut(&mut Self, i64, i64)) -> Result<()> {
        each_answer(&part.answers, |question, choice| act(self, question, choice))
            .ok_or_else(|| Error::internal(format!("the answers of response {} are not pairs of numbers", part.n)))
    }

    /// The same counts, to be taken away.
    pub(super) fn negated(mut self) -> Self {
        self.tallies.values_mut().for_each(|n| *n = -*n);
        self.moments.values_mut().flatten().for_each(|sum| *sum = -*sum);
        self.points.values_mut().flatten().for_each(|sum| *sum = -*sum);
        self.persons.negate();
        self
    }

    /// Tallies by day, sorted by key.
    pub(super) fn tallies(&self) -> Vec<(TallyKey, i64)> {
        let mut rows: Vec<_> = self.tallies.iter().map(|(key, n)| (*key, *n)).collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows
    }

    /// Moments by day, sorted by key.
    pub(super) fn moments(&self) -> Vec<(MomentKey, Moments)> {
        let mut rows: Vec<_> = self.moments.iter().map(|(key, sums)| (*key, *sums)).collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows
    }

    /// All of it, summed as `rollups` has it; sorted by key.
    pub(super) fn rollups(&self, pile: Pile) -> Vec<(rollups::Key, Values)> {
        let days = self.days(pile);
        let of_units = rolled(&days, |key| Some(rollups::Key { level: Level::UnitChannel, two: 0, ..key }));
        let units = rolled(&of_units, |key| {
            self.feeds(key.what).then_some(rollups::Key { level: Level::Unit, channel: None, ..key })
        });
        let procedures =
            rolled(&days, |key| Some(rollups::Key { level: Level::Procedure, one: key.two, two: 0, ..key }));
        let whole = rolled(&procedures, |key| Some(rollups::Key { level: Level::Whole, one: 0, ..key }));
        let monthly = |key: rollups::Key| Some(rollups::Key { time: key.time / 100, ..key });
        let yearly = |key: rollups::Key| Some(rollups::Key { time: key.time / 10_000, ..key });
        let pairs = rolled(&days, |key| {
            self.feeds(key.what).then_some(rollups::Key { time: key.time / 100, channel: None, ..key })
        });
        let turned =
            rolled(&pairs, |key| Some(rollups::Key { level: Level::ProcedureUnit, one: key.two, two: key.one, ..key }));
        let mut all = Vec::new();
        let points = self.points.iter().map(|(&(time, one, two, what, block), values)| {
            (rollups::Key { level: Level::Point, what, time, one, two, channel: None, pile, block }, *values)
        });
        let points: Vec<(rollups::Key, Values)> = points.collect();
        for level in [whole, units, of_units, procedures, points] {
            all.extend(rolled(&level, monthly));
            all.extend(rolled(&level, yearly));
            all.extend(level);
        }
        for of_months in [pairs, turned] {
            all.extend(rolled(&of_months, |key| Some(rollups::Key { time: key.time / 100, ..key })));
            all.extend(of_months);
        }
        // Of what is left out or marked, these are not told.
        if pile == Pile::Counted {
            for group in persons::Group::ALL {
                let [whole, unit, procedure] = group.levels();
                let pairs = self.persons.rows(group);
                let months = [
                    rolled(&pairs, |key| Some(rollups::Key { level: unit, two: 0, ..key })),
                    rolled(&pairs, |key| Some(rollups::Key { level: procedure, one: key.two, two: 0, ..key })),
                    rolled(&pairs, |key| Some(rollups::Key { level: whole, one: 0, two: 0, ..key })),
                ];
                for of_months in months {
                    all.extend(rolled(&of_months, |key| Some(rollups::Key { time: key.time / 100, ..key })));
                    all.extend(of_months);
                }
            }
        }
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    /// Every day, unit, procedure and channel: what all levels but that of points are summed from.
    fn days(&self, pile: Pile) -> Vec<(rollups::Key, Values)> {
        let key = |day, unit, procedure, channel, what, block| rollups::Key {
            level: Level::UnitProcedure,
            what,
            time: day,
            one: unit,
            two: procedure,
            channel: Some(channel),
            pile,
            block,
        };
        let tallied = self.tallies.iter().map(|(k, n)| {
            let (block, place) = placed(k.choice);
            let mut values = Values::default();
            values[place] = *n;
            (key(k.day, k.unit, k.procedure, k.channel, k.question, block), values)
        });
        let moments = self.moments.iter().filter_map(|(k, sums)| {
            let what = rollups::moments_of(k.indicator)?;
            Some((key(k.day, k.unit, k.procedure, k.channel, what, 0), widened(*sums)))
        });
        summed(tallied.chain(moments).collect())
    }

    fn feeds(&self, what: i64) -> bool {
        what < 0 || self.feeding.contains(&what)
    }
}

fn widened([n, s, m, ss, sm, mm]: Moments) -> Values {
    [n, s, m, ss, sm, mm, 0]
}

pub(super) fn plus<const N: usize>(sums: &mut [i64; N], more: &[i64; N]) {
    (0..N).for_each(|i| sums[i] += more[i]);
}

/// Rows under other keys, where they have one.
fn rolled(
    rows: &[(rollups::Key, Values)],
    key: impl Fn(rollups::Key) -> Option<rollups::Key>,
) -> Vec<(rollups::Key, Values)> {
    summed(rows.iter().filter_map(|(old, values)| Some((key(*old)?, *values))).collect())
}

/// One row a key, sorted.
pub(super) fn summed(mut rows: Vec<(rollups::Key, Values)>) -> Vec<(rollups::Key, Values)> {
    rows.sort_unstable_by_key(|(key, _)| *key);
    rows.dedup_by(|(key, more), (kept, sums)| {
        let same = key == kept;
        if same {
            plus(sums, more);
        }
        same
    });
    rows
}

fn moments(m: i64, s: i64) -> Moments {
    if m == 0 { Moments::default() } else { [1, s, m, s * s, s * m, m * m] }
}

/// Walks through `[[question, choice], …]`; `None` when it is not that. Reads the digits itself: a release decodes
/// hundreds of thousands of these a second, and a general parser would be most of its time.
fn each_answer(json: &str, mut act: impl FnMut(i64, i64)) -> Option<()> {
    let inner = json.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    if inner.is_empty() {
        return Some(());
    }
    let mut rest = inner;
    loop {
        let (pair, after) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
        let (question, choice) = pair.split_once(',')?;
        act(i64::from_str(question.trim()).ok()?, i64::from_str(choice.trim()).ok()?);
        let after = after.trim_start();
        if after.is_empty() {
            return Some(());
        }
        rest = after.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    use super::each_answer;

    fn read(json: &str) -> Option<Vec<(i64, i64)>> {
        let mut pairs = Vec::new();
        each_answer(json, |question, choice| pairs.push((question, choice))).map(|()| pairs)
    }

    #[test]
    fn answers_are_read_as_pairs() {
        assert_eq!(read("[]"), Some(vec![]));
        assert_eq!(read("[[1,5],[12,-1]]"), Some(vec![(1, 5), (12, -1)]));
        assert_eq!(read(" [ [1, 5] , [2,0] ] "), Some(vec![(1, 5), (2, 0)]));
    }

    #[test]
    fn anything_else_is_refused() {
        for json in ["", "[", "[[1]]", "[[1,2,3]]", "[[1,2],]", "[1,2]", "[[1,2][3,4]]", "[[1,x]]", "{}", "[[1,2]]]"] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
