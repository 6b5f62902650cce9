//! Reading what is behind a figure, and telling of it what may be told.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::basis::{Basis, Levels};
use super::behind::{Behind, Raters, Silent, Thing, TickedApart};
use super::crowd::{Crowd, may_be_apart};
use super::figure::{Depth, Question};
use super::gather::Reader;
use super::ground::{Grain, times};
use super::hide;
use super::memory::Hidden;
use super::timeline::Around;
use super::view::{Marked, NO_PROCEDURE, Place, Subject, View};
use super::{Excluded, Figure};
use crate::domain::period::Period;
use crate::domain::questionnaire::{Kind, Question as Asking, Questionnaire};
use crate::domain::{Day, OVERALL};
use crate::error::{Error, Result};
use crate::stats::Population;
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::store::rollups::{Level, Line, Moment, Pile, Values, Wanted, placed};

/// A question of all versions of a form: newest words, and row numbers.
pub(super) type Told<'a> = (&'a Questionnaire, &'a Asking, BTreeSet<i64>);

/// Low raters, high raters, everybody: places in what is read of each question.
const LOW: usize = 0;
const HIGH: usize = 1;
const ALL: usize = 2;

/// The whole months that are told of, and the place they are told of.
pub(super) struct Months {
    pub(super) first: Day,
    pub(super) end: Day,
    /// All months of the years that are touched, as far as they are over and released.
    pub(super) around: Vec<i64>,
    /// Units or procedures of the place; none for all units.
    pub(super) of: Option<Vec<i64>>,
}

impl Months {
    pub(super) fn inside(&self, month: i64) -> bool {
        (self.first.month()..self.end.month()).contains(&month)
    }

    pub(super) fn stretch(&self) -> (Day, Day) {
        (self.first, self.end)
    }
}

/// What is read of each question, or of each thing of a list: its persons, and what they chose in the months.
#[derive(Default)]
struct Read {
    /// By question, and thing of a list.
    crowds: HashMap<(i64, i64), [Crowd; 3]>,
    chosen: HashMap<(i64, usize, i64), Values>,
}

impl Reader<'_> {
    /// What is behind the figure; nothing of a place for which it is not kept.
    pub(super) async fn behind(&self, released: Option<Day>) -> Result<Option<Behind>> {
        let of = match self.view.place {
            Place::Department => None,
            Place::Units(_) => self.ground.of_units.clone(),
            Place::Procedure(_) => self.ground.of_procedures.clone(),
            Place::UnitProcedure(..) | Place::Point(..) => return Ok(None),
        };
        let mut behind =
            Behind { days: None, silent: None, drivers: Vec::new(), raters: Vec::new(), ticked: Vec::new() };
        if self.view.channel.is_some() {
            behind.silent = Some(Silent::Channel);
        } else if self.view.excluded == Excluded::Included || self.view.marked == Marked::LeftOut {
            behind.silent = Some(Silent::Reported);
        }
        if behind.silent.is_some() {
            return Ok(Some(behind));
        }
        let Some(months) = released.map(|day| over(&self.view.period, day, of)).transpose()?.flatten() else {
            behind.silent = Some(Silent::Month);
            return Ok(Some(behind));
        };
        behind.days = Some([months.first, months.end.plus(-1)].map(|day| day.date().to_string()));
        let told = self.questions_of_forms();
        let read = self.read_apart(&told, &months).await?;
        let beside = self.hidden_beside(&told, &months).await?;
        behind.drivers = self.drivers(&told, &months, |ids| read.satisfied(ids, &months)).await?;
        self.tell(&told, &read, &beside, &months, &mut behind)?;
        Ok(Some(behind))
    }

    /// Questions answered by levels and lists of every form that asks for the indicator; of one question only itself.
    fn questions_of_forms(&self) -> Vec<Told<'_>> {
        let names: BTreeSet<&str> = self.asked.questions.iter().map(|(form, ..)| form.form.as_str()).collect();
        let mut forms: Vec<&Questionnaire> = self.catalogue.questionnaires.values().map(AsRef::as_ref).collect();
        forms.sort_by(|a, b| (&a.form, b.version).cmp(&(&b.form, a.version)));
        let mut told: Vec<Told<'_>> = Vec::new();
        for form in forms.into_iter().filter(|form| names.contains(form.form.as_str())) {
            for question in form.questions.iter().filter(|q| matches!(q.kind, Kind::Level | Kind::Many)) {
                let same = |told: &&mut Told<'_>| told.0.form == form.form && told.1.name == question.name;
                match told.iter_mut().find(same) {
                    Some((_, newest, ids)) if newest.kind == question.kind => drop(ids.insert(question.id.0)),
                    Some(_) => {}
                    None => told.push((form, question, BTreeSet::from([question.id.0]))),
                }
            }
        }
        if let Subject::Question { form, name } = &self.view.subject {
            told.retain(|(of, question, _)| of.form == *form && question.name == *name);
        }
        told
    }

    fn levels(&self, at: usize) -> Level {
        let [whole, unit, procedure] = match at {
            LOW => [Level::LowWhole, Level::LowUnit, Level::LowProcedure],
            HIGH => [Level::HighWhole, Level::HighUnit, Level::HighProcedure],
            _ => [Level::Whole, Level::UnitChannel, Level::Procedure],
        };
        match self.view.place {
            Place::Units(_) => unit,
            Place::Procedure(_) => procedure,
            _ => whole,
        }
    }

    async fn read_apart(&self, told: &[Told<'_>], months: &Months) -> Result<Read> {
        let many: BTreeMap<i64, bool> =
            told.iter().flat_map(|(_, q, ids)| ids.iter().map(|id| (*id, q.kind == Kind::Many))).collect();
        let whats: Vec<i64> = many.keys().copied().collect();
        let mut read = Read::default();
        for at in [LOW, HIGH, ALL] {
            let wanted = Wanted { ones: months.of.as_deref(), ..Wanted::of(self.levels(at), &whats, &months.around) };
            let rows = self.some(wanted).await?;
            for row in rows.iter().filter(|row| row.line.pile == Pile::Counted) {
                read.add(at, row, many[&row.line.what], months, Where::Here);
            }
            if months.of.is_some() {
                let level = [Level::LowWhole, Level::HighWhole, Level::Whole][at];
                let rows = self.every(Wanted::of(level, &whats, &months.around)).await?;
                for row in rows.iter().filter(|row| row.line.pile == Pile::Counted) {
                    read.add(at, row, many[&row.line.what], months, Where::Everywhere);
                }
            }
        }
        Ok(read)
    }

    /// What stays hidden of one unit or procedure because low or high raters could be worked out from all others and their
    /// total: by question, and thing of a list.
    async fn hidden_beside(&self, told: &[Told<'_>], months: &Months) -> Result<HashSet<(i64, i64)>> {
        let here: BTreeSet<i64> = months.of.iter().flatten().map(|id| self.counted_under(*id)).collect();
        let [Some(here), None] = [here.first(), here.iter().nth(1)] else { return Ok(HashSet::new()) };
        // The same for every unit, or for every procedure.
        let place = match self.view.place {
            Place::Procedure(_) => Place::Procedure(NO_PROCEDURE),
            _ => Place::Units(Vec::new()),
        };
        let view = View { place, ..self.view.clone() };
        let hidden = self.memory.hidden(self.state, view, self.hidden_of_all(told, months)).await?;
        Ok(hidden.iter().filter(|(_, places)| places.contains(here)).map(|(key, _)| *key).collect())
    }

    fn counted_under(&self, id: i64) -> i64 {
        match self.view.place {
            Place::Procedure(_) => self.ground.procedure(id),
            _ => self.ground.unit(id),
        }
    }

    /// The units or procedures of which that holds.
    async fn hidden_of_all(&self, told: &[Told<'_>], months: &Months) -> Result<Hidden> {
        let kinds: BTreeMap<i64, (i64, bool)> = told
            .iter()
            .flat_map(|(_, q, ids)| ids.iter().map(|id| (*id, (first(ids), q.kind == Kind::Many))))
            .collect();
        let whats: Vec<i64> = kinds.keys().copied().collect();
        let times = times(months.stretch(), Grain::Years)?;
        let mut hidden = Hidden::new();
        for at in [LOW, HIGH] {
            let mut counts: HashMap<(i64, i64), BTreeMap<i64, u64>> = HashMap::new();
            for Moment { line, .. } in self.some(Wanted::of(self.levels(at), &whats, &times)).await?.iter() {
                let (question, many) = kinds[&line.what];
                for (thing, n) in persons(line, many) {
                    let of = counts.entry((question, thing)).or_default();
                    *of.entry(self.counted_under(line.place)).or_default() += n;
                }
            }
            for (key, lines) in counts {
                let numbers: Vec<u64> = lines.values().copied().collect();
                let (veiled, _) = hide::table(&numbers, &[], false, DEFAULT_THRESHOLD)?;
                let veiled = lines.into_keys().zip(veiled).filter(|(_, veiled)| *veiled).map(|(id, _)| id);
                hidden.entry(key).or_default().extend(veiled);
            }
        }
        Ok(hidden)
    }

    fn tell(
        &self,
        told: &[Told<'_>],
        read: &Read,
        beside: &HashSet<(i64, i64)>,
        months: &Months,
        behind: &mut Behind,
    ) -> Result<()> {
        let is_part = months.of.is_some();
        let may = |ids: &BTreeSet<i64>, thing: i64| {
            let crowds = [LOW, HIGH, ALL].map(|at| read.crowd(ids, thing, at, is_part));
            let apart = may_be_apart(&crowds[ALL], &crowds[LOW], &crowds[HIGH], months.stretch())?;
            Ok::<bool, Error>(apart && !beside.contains(&(first(ids), thing)))
        };
        for (form, question, ids) in told {
            let (form, name, label) = (form.form.clone(), question.name.clone(), question.label.clone());
            if question.kind == Kind::Level {
                if question.factor.as_deref() == Some(OVERALL) || !read.any(ids) {
                    continue;
                }
                let may = may(ids, 0)?;
                let figure = |at: usize| self.figure_of(read.values(ids, at, 0), !may);
                behind.raters.push(Raters { form, name, label, low: figure(LOW)?, high: figure(HIGH)? });
            } else if read.any(ids) {
                let thing = |choice: &crate::domain::questionnaire::Choice| {
                    let (block, place) = placed(choice.value);
                    let may = may(ids, choice.value)?;
                    let n = |at: usize| may.then(|| read.values(ids, at, block)[place].unsigned_abs());
                    let (name, label) = (choice.name.clone(), choice.label.clone());
                    Ok(Thing { name, label, low: n(LOW), high: n(HIGH) })
                };
                let things = question.choices.iter().map(thing).collect::<Result<_>>()?;
                behind.ticked.push(TickedApart { form, name, label, things });
            }
        }
        Ok(())
    }

    fn figure_of(&self, values: Values, hidden: bool) -> Result<Figure> {
        let mut levels = Levels::default();
        levels.add(0, &values)?;
        let answer = Question {
            target: None,
            population: Population::Unknown,
            audience: self.view.audience,
            threshold: DEFAULT_THRESHOLD,
            depth: Depth::Line,
        };
        answer.answer(&Basis::Closing(levels), hidden).map_err(Error::internal)
    }
}

/// Where a row is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Here,
    Everywhere,
}

impl Read {
    fn add(&mut self, at: usize, row: &Moment, many: bool, months: &Months, place: Where) {
        let what = row.line.what;
        for (thing, n) in persons(&row.line, many) {
            let new = || [(); 3].map(|()| Crowd::new(months.of.is_some()));
            let crowd = &mut self.crowds.entry((what, thing)).or_insert_with(new)[at];
            match place {
                Where::Here => crowd.here(row.line.place, row.time, n),
                Where::Everywhere => crowd.everywhere(row.time, n),
            }
        }
        if place == Where::Here && months.inside(row.time) {
            let sums = self.chosen.entry((what, at, row.line.block)).or_default();
            (0..sums.len()).for_each(|i| sums[i] += row.line.values[i]);
        }
    }

    /// Those who answered a question in any of its versions, or ticked a thing.
    fn crowd(&self, ids: &BTreeSet<i64>, thing: i64, at: usize, is_part: bool) -> Crowd {
        let mut all = Crowd::new(is_part);
        for crowds in ids.iter().filter_map(|id| self.crowds.get(&(*id, thing))) {
            all.join(&crowds[at]);
        }
        all
    }

    fn values(&self, ids: &BTreeSet<i64>, at: usize, block: i64) -> Values {
        let mut sums = Values::default();
        for values in ids.iter().filter_map(|id| self.chosen.get(&(*id, at, block))) {
            (0..sums.len()).for_each(|i| sums[i] += values[i]);
        }
        sums
    }

    /// Whether anybody who rated was asked in the months.
    fn any(&self, ids: &BTreeSet<i64>) -> bool {
        self.chosen.keys().any(|(id, at, _)| ids.contains(id) && *at != ALL)
    }

    /// The share of levels 4 and 5 of all answers to some questions, where it tells of nobody.
    fn satisfied(&self, ids: &BTreeSet<i64>, months: &Months) -> Result<Option<f64>> {
        for id in ids {
            if !self.crowd(&BTreeSet::from([*id]), 0, ALL, months.of.is_some()).told(months.stretch())? {
                return Ok(None);
            }
        }
        let values = self.values(ids, ALL, 0);
        let answers: i64 = values[..5].iter().sum();
        Ok((answers > 0).then(|| (values[3] + values[4]) as f64 / answers as f64))
    }
}

/// Persons of a row: of a question one number, of a list one for each thing.
fn persons(line: &Line, many: bool) -> Vec<(i64, u64)> {
    let count = |n: i64| n.unsigned_abs();
    match many {
        false if line.block == 0 => vec![(0, count(line.values[..5].iter().sum()))],
        false => Vec::new(),
        true => (1..).zip(&line.values[..5]).map(|(place, n)| (5 * line.block + place, count(*n))).collect(),
    }
}

fn first(ids: &BTreeSet<i64>) -> i64 {
    ids.first().copied().unwrap_or_default()
}

/// The whole months of a period that are over and released; none where there is none.
fn over(period: &Period, released: Day, of: Option<Vec<i64>>) -> Result<Option<Months>> {
    let Some((first, last)) = period.parts().months else { return Ok(None) };
    let first_of = |month: i64| Day::from_number(month * 100 + 1).ok_or_else(|| Error::internal("a month has a first"));
    // On its last day a month is not over.
    let running = first_of(released.month())?;
    let (first, end) = (first_of(first)?, first_of(last)?.plus(31));
    let end = first_of(end.month())?.min(running);
    if end <= first {
        return Ok(None);
    }
    let mut around = Around::of([(first, end)].into_iter()).months;
    around.retain(|month| *month < running.month());
    Ok(Some(Months { first, end, around, of }))
}
