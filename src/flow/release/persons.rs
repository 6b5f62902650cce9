//! What only all answers of one person together tell: how those who rated low or high answered the other questions, and
//! how the factors of a form go with the overall level. Summed by month, never kept by person.

use std::collections::{HashMap, HashSet};

use super::count::{plus, summed};
use crate::domain::OVERALL;
use crate::flow::factors::{Item, factors};
use crate::store::release::{Asked, Part};
use crate::store::rollups::{FACTOR, Key, Level, Pile, Values, placed};

/// Of whom sums are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Group {
    /// Those at overall level 1 or 2.
    Low,
    /// Those at 4 or 5.
    High,
    /// Those who answered the overall question and every factor.
    Complete,
}

impl Group {
    pub(super) const ALL: [Self; 3] = [Self::Low, Self::High, Self::Complete];

    /// Where the sums of all units, of a unit and of a procedure are kept.
    pub(super) fn levels(self) -> [Level; 3] {
        match self {
            Self::Low => [Level::LowWhole, Level::LowUnit, Level::LowProcedure],
            Self::High => [Level::HighWhole, Level::HighUnit, Level::HighProcedure],
            Self::Complete => [Level::FactorsWhole, Level::FactorsUnit, Level::FactorsProcedure],
        }
    }
}

/// What the sums are of: group, month, unit, procedure, question, block.
type Cell = (Group, i64, i64, i64, i64, i64);

/// A closing question with the factors of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Closing {
    question: i64,
    /// How many questions each factor has, in the order of the form; none where there are too few factors or too many.
    factors: Vec<usize>,
    /// Place of a question's factor.
    factor_of: HashMap<i64, usize>,
}

/// Sums over whole persons.
#[derive(Debug, Clone)]
pub(super) struct Persons {
    closing: HashMap<i64, Closing>,
    /// Questions of which it is told how some people answered them.
    told: HashSet<i64>,
    sums: HashMap<Cell, Values>,
}

impl Persons {
    /// Nothing summed yet; the questions form by form in their order.
    pub(super) fn new(questions: &[Asked]) -> Self {
        let closes = |asked: &&Asked| asked.kind == "level" && asked.factor.as_deref() == Some(OVERALL);
        let closing = questions.iter().filter(closes).map(|asked| (asked.id, Closing::of(asked, questions)));
        let told = questions.iter().filter(|asked| ["level", "many"].contains(&asked.kind.as_str()));
        Self { closing: closing.collect(), told: told.map(|asked| asked.id).collect(), sums: HashMap::new() }
    }

    /// Counts what a person added to the answers that were counted before.
    pub(super) fn add(&mut self, part: &Part, before: Vec<(i64, i64)>, added: &[(i64, i64)]) {
        if before.is_empty() {
            self.count(part, added, 1);
            return;
        }
        self.count(part, &before, -1);
        let mut all = before;
        all.extend(added);
        self.count(part, &all, 1);
    }

    /// The same sums, to be taken away.
    pub(super) fn negate(&mut self) {
        self.sums.values_mut().flatten().for_each(|sum| *sum = -*sum);
    }

    /// The sums of a group by month, unit and procedure.
    pub(super) fn rows(&self, group: Group) -> Vec<(Key, Values)> {
        let of = self.sums.iter().filter(|((of, ..), _)| *of == group);
        let [_, level, _] = group.levels();
        summed(
            of.map(|(&(_, time, one, two, what, block), values)| {
                (Key { level, what, time, one, two, channel: None, pile: Pile::Counted, block }, *values)
            })
            .collect(),
        )
    }

    fn count(&mut self, part: &Part, answers: &[(i64, i64)], sign: i64) {
        // Most people answer one question and no more.
        if answers.len() < 2 {
            return;
        }
        let rated =
            answers.iter().filter(|(question, choice)| (1..=5).contains(choice) && self.closing.contains_key(question));
        // Whoever answered two closing questions is taken by the first of the form.
        let Some(&(closing, overall)) = rated.min() else { return };
        let group = match overall {
            ..=2 => Some(Group::Low),
            4.. => Some(Group::High),
            _ => None,
        };
        let place = (part.day.month(), part.unit, part.procedure);
        if let Some(group) = group {
            for &(question, choice) in answers.iter().filter(|(question, _)| *question != closing) {
                if self.told.contains(&question) {
                    let (block, at) = placed(choice);
                    let cell = (group, place.0, place.1, place.2, question, block);
                    self.sums.entry(cell).or_default()[at] += sign;
                }
            }
        }
        let Some(sums) = self.closing.get(&closing).and_then(|closing| closing.sums(answers)) else { return };
        let mut add = |block: i64, values: Values| {
            let cell = (Group::Complete, place.0, place.1, place.2, closing, block);
            plus(self.sums.entry(cell).or_default(), &values);
        };
        for (factor, sum) in (0..).zip(&sums) {
            let mut values = Values::default();
            values[(overall - 1) as usize] = sign;
            add(FACTOR * factor + sum, values);
        }
        let pairs = (0..sums.len()).flat_map(|i| (i + 1..sums.len()).map(move |j| (i, j)));
        let products: Vec<i64> = pairs.map(|(i, j)| sign * sums[i] * sums[j]).collect();
        for (block, chunk) in (1..).zip(products.chunks(7)) {
            add(-block, std::array::from_fn(|at| chunk.get(at).copied().unwrap_or(0)));
        }
    }
}

impl Closing {
    fn of(closing: &Asked, questions: &[Asked]) -> Self {
        let of_form = questions
            .iter()
            .filter(|asked| asked.questionnaire_id == closing.questionnaire_id && asked.kind == "level");
        let form: Vec<Item<'_>> = of_form
            .map(|asked| Item { id: asked.id, indicator: asked.indicator.as_deref(), factor: asked.factor.as_deref() })
            .collect();
        let layout = factors(closing.id, &form);
        let factor_of = (0..).zip(&layout).flat_map(|(at, (_, ids))| ids.iter().map(move |id| (*id, at))).collect();
        Self { question: closing.id, factors: layout.iter().map(|(_, ids)| ids.len()).collect(), factor_of }
    }

    /// The sum of each factor of somebody who answered all of it by a level.
    fn sums(&self, answers: &[(i64, i64)]) -> Option<Vec<i64>> {
        if self.factors.is_empty() || answers.len() <= self.factors.len() {
            return None;
        }
        let mut sums = vec![(0, 0); self.factors.len()];
        for (question, choice) in answers.iter().filter(|(question, _)| *question != self.question) {
            if let Some(factor) = self.factor_of.get(question) {
                let (sum, answered) = &mut sums[*factor];
                *sum += choice;
                *answered += usize::from((1..=5).contains(choice));
            }
        }
        let complete = sums.iter().zip(&self.factors).all(|((_, answered), questions)| answered == questions);
        complete.then(|| sums.into_iter().map(|(sum, _)| sum).collect())
    }
}
