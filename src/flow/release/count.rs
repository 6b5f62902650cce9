//! Counting parts of answers into tallies and respondent moments, in memory.

use std::collections::HashMap;
use std::str::FromStr;

use crate::domain::{Indicator, OVERALL};
use crate::error::{Error, Result};
use crate::store::counts::{Grain, MomentKey, Moments, TallyKey};
use crate::store::release::Part;

/// Indicators that have criteria, and so a pooled index.
const POOLED: [Indicator; 3] = [Indicator::Procedures, Indicator::Service, Indicator::Education];

/// Criteria one person answered, and those at level 4 or 5, per indicator.
type Criteria = [(i64, i64); POOLED.len()];

/// Sums over parts of answers; what is added to the tables.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// Place in [`POOLED`] that a question's answer counts for.
    criterion: HashMap<i64, usize>,
    tallies: HashMap<TallyKey, i64>,
    moments: HashMap<MomentKey, Moments>,
}

impl Counts {
    /// Nothing counted yet; the questions are number, kind, indicator and factor.
    pub(super) fn new(questions: Vec<(i64, String, Option<String>, Option<String>)>) -> Self {
        let criterion = questions
            .into_iter()
            .filter(|(_, kind, _, factor)| kind == "level" && factor.as_deref() != Some(OVERALL))
            .filter_map(|(id, _, indicator, _)| {
                let indicator = Indicator::by_name(&indicator?)?;
                Some((id, POOLED.iter().position(|pooled| *pooled == indicator)?))
            })
            .collect();
        Self { criterion, tallies: HashMap::new(), moments: HashMap::new() }
    }

    /// Counts parts; `earlier` are parts of the same persons that were counted before.
    pub(super) fn add(&mut self, earlier: &[&Part], parts: &[&Part]) -> Result<()> {
        let mut before: HashMap<i64, Criteria> = HashMap::new();
        for part in earlier {
            let person = before.entry(part.person()).or_default();
            self.each(part, |counts, question, choice| counts.criterion(person, question, choice))?;
        }
        let mut added: HashMap<i64, (&Part, Criteria)> = HashMap::with_capacity(parts.len());
        for part in parts {
            let person = &mut added.entry(part.person()).or_insert((part, Criteria::default())).1;
            self.each(part, |counts, question, choice| {
                let key = TallyKey {
                    time: part.day.number(),
                    unit: part.unit,
                    procedure: part.procedure,
                    channel: part.channel,
                    question,
                    choice,
                };
                *counts.tallies.entry(key).or_default() += 1;
                counts.criterion(person, question, choice);
            })?;
        }
        for (person, (part, added)) in added {
            let before = before.get(&person).copied().unwrap_or_default();
            for (place, indicator) in POOLED.into_iter().enumerate() {
                let (m, s) = before[place];
                let now = moments(m + added[place].0, s + added[place].1);
                let then = moments(m, s);
                if now == then {
                    continue;
                }
                let key = MomentKey {
                    time: part.day.number(),
                    unit: part.unit,
                    procedure: part.procedure,
                    channel: part.channel,
                    indicator,
                };
                let sums = self.moments.entry(key).or_default();
                (0..sums.len()).for_each(|i| sums[i] += now[i] - then[i]);
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
        self
    }

    /// Tallies by day, or by month without procedure; sorted by key.
    pub(super) fn tallies(&self, grain: Grain) -> Vec<(TallyKey, i64)> {
        sorted(
            &self.tallies,
            |sum, n| *sum += n,
            |key| match grain {
                Grain::Day | Grain::Excluded => key,
                Grain::Month => TallyKey { time: key.time / 100, procedure: 0, ..key },
            },
        )
    }

    /// Moments by day, or by month without procedure; sorted by key.
    pub(super) fn moments(&self, grain: Grain) -> Vec<(MomentKey, Moments)> {
        let add = |sums: &mut Moments, more: Moments| (0..sums.len()).for_each(|i| sums[i] += more[i]);
        sorted(&self.moments, add, |key| match grain {
            Grain::Day | Grain::Excluded => key,
            Grain::Month => MomentKey { time: key.time / 100, procedure: 0, ..key },
        })
    }
}

fn sorted<K: Copy + Ord, V: Copy>(rows: &HashMap<K, V>, add: impl Fn(&mut V, V), key: impl Fn(K) -> K) -> Vec<(K, V)> {
    let mut rows: Vec<(K, V)> = rows.iter().map(|(k, v)| (key(*k), *v)).collect();
    rows.sort_unstable_by_key(|(key, _)| *key);
    rows.dedup_by(|(key, more), (kept, sum)| {
        let same = key == kept;
        if same {
            add(sum, *more);
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
