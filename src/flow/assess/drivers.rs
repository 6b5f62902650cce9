//! Which factors go with the overall level of a place, form by form.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::behind::{Drivers, Factor};
use super::crowd::Crowd;
use super::gather::Reader;
use super::inquire::{Months, Told};
use super::read::{Role, count};
use super::view::{Place, Subject};
use crate::domain::questionnaire::{Kind, Question, Questionnaire, Texts};
use crate::domain::{Indicator, OVERALL};
use crate::error::{Error, Result};
use crate::flow::factors::{Item, factors};
use crate::stats::drivers::{Counted, Doubt, KeyDrivers, SHOWN_FROM, doubt, key_drivers_counted};
use crate::store::rollups::{FACTOR, Level, Moment, Pile, Wanted};

/// One form with a closing question: its factors, and every version that has the same.
struct Form<'a> {
    newest: &'a Questionnaire,
    /// Names of the factors, the questions of each in all versions, and the words of an only one.
    factors: Vec<(&'a str, BTreeSet<i64>, Option<&'a Texts>)>,
    /// How many questions each factor has, by closing question; in the order of the newest version.
    versions: BTreeMap<i64, Vec<(usize, u64)>>,
}

impl Reader<'_> {
    /// The drivers of each form whose closing question the view is about.
    pub(super) async fn drivers(
        &self,
        told: &[Told<'_>],
        months: &Months,
        satisfied: impl Fn(&BTreeSet<i64>) -> Result<Option<f64>>,
    ) -> Result<Vec<Drivers>> {
        let mut found = Vec::new();
        if !matches!(self.view.subject, Subject::Indicator(_)) {
            return Ok(found);
        }
        for form in self.forms(told) {
            let whats: Vec<i64> = form.versions.keys().copied().collect();
            let [level, whole] = match self.view.place {
                Place::Units(_) => [Level::FactorsUnit, Level::FactorsWhole],
                Place::Procedure(_) => [Level::FactorsProcedure, Level::FactorsWhole],
                _ => [Level::FactorsWhole; 2],
            };
            let wanted = Wanted { ones: months.of.as_deref(), ..Wanted::of(level, &whats, &months.around) };
            let rows = self.some(wanted).await?;
            let everywhere = match months.of {
                Some(_) => self.every(Wanted::of(whole, &whats, &months.around)).await?,
                None => Arc::default(),
            };
            let mut crowd = Crowd::new(months.of.is_some());
            let persons = |row: &&Moment| row.line.pile == Pile::Counted && (0..FACTOR).contains(&row.line.block);
            let number = |row: &Moment| row.line.values[..5].iter().sum::<i64>().unsigned_abs();
            rows.iter().filter(persons).for_each(|row| crowd.here(row.line.place, row.time, number(row)));
            everywhere.iter().filter(persons).for_each(|row| crowd.everywhere(row.time, number(row)));
            let counted = form.counted(rows.iter().filter(|row| months.inside(row.time)))?;
            found.push(form.tell(&counted, crowd.told(months.stretch())?, &satisfied)?);
        }
        Ok(found)
    }

    fn forms<'a>(&'a self, told: &[Told<'a>]) -> Vec<Form<'a>> {
        let closes = |id: &i64| self.asked.roles.get(id) == Some(&Role::Closing);
        let closing = told
            .iter()
            .filter(|(_, question, ids)| question.factor.as_deref() == Some(OVERALL) && ids.iter().any(closes));
        closing.filter_map(|(newest, question, ids)| Form::of(newest, question, ids, self)).collect()
    }
}

impl<'a> Form<'a> {
    fn of(
        newest: &'a Questionnaire,
        closing: &'a Question,
        ids: &BTreeSet<i64>,
        reader: &'a Reader<'_>,
    ) -> Option<Self> {
        let own = layout(newest, closing.id.0);
        let words = |ids: &[i64]| match ids {
            [id] => newest.questions.iter().find(|question| question.id.0 == *id).map(|question| &question.label),
            _ => None,
        };
        let mut factors: Vec<(&str, BTreeSet<i64>, Option<&Texts>)> =
            own.iter().map(|(name, ids)| (*name, BTreeSet::new(), words(ids))).collect();
        let mut versions = BTreeMap::new();
        for version in reader.catalogue.questionnaires.values().filter(|version| version.form == newest.form) {
            let Some(closing) = version.questions.iter().find(|question| ids.contains(&question.id.0)) else {
                continue;
            };
            let theirs = layout(version, closing.id.0);
            let place = |name: &str| own.iter().position(|(of, _)| *of == name);
            let places: Option<Vec<usize>> = theirs.iter().map(|(name, _)| place(name)).collect();
            // Versions that ask about other factors are not added to these.
            let Some(places) = places.filter(|places| places.len() == own.len()) else { continue };
            for (at, (_, ids)) in places.iter().zip(&theirs) {
                factors[*at].1.extend(ids);
            }
            let sizes = places.iter().zip(&theirs).map(|(at, (_, ids))| (*at, ids.len() as u64));
            versions.insert(closing.id.0, sizes.collect());
        }
        (!own.is_empty()).then_some(Self { newest, factors, versions })
    }

    /// The sums of all versions. Where one asks more questions of a factor than another, the mean of each is counted in
    /// the largest common part of both.
    fn counted<'m>(&self, rows: impl Iterator<Item = &'m Moment>) -> Result<Counted> {
        let size = self.factors.len();
        let units: Vec<u64> = (0..size)
            .map(|at| self.versions.values().flatten().filter(|(of, _)| *of == at).map(|(_, n)| *n).fold(1, common))
            .collect();
        let mut counted = Counted { tables: vec![BTreeMap::new(); size], products: vec![0; size * (size - 1) / 2] };
        let place = |i: usize, j: usize| {
            let (i, j) = (i.min(j), i.max(j));
            i * size - i * (i + 1) / 2 + j - i - 1
        };
        for row in rows.filter(|row| row.line.pile == Pile::Counted) {
            let Some(version) = self.versions.get(&row.line.what) else { continue };
            let scale = |(at, questions): (usize, u64)| units[at] / questions;
            let (block, values) = (row.line.block, &row.line.values);
            if block >= 0 {
                let (theirs, sum) = (version[(block / FACTOR) as usize], count(block % FACTOR)?);
                let levels = counted.tables[theirs.0].entry(sum * scale(theirs)).or_default();
                for (level, n) in levels.iter_mut().zip(values) {
                    *level += count(*n)?;
                }
            } else {
                let pairs = (0..size).flat_map(|i| (i + 1..size).map(move |j| (i, j)));
                for ((i, j), sum) in pairs.skip((-block - 1) as usize * 7).zip(values) {
                    let (one, other) = (version[i], version[j]);
                    counted.products[place(one.0, other.0)] += count(*sum)? * scale(one) * scale(other);
                }
            }
        }
        // What was counted and taken away again.
        counted.tables.iter_mut().for_each(|table| table.retain(|_, levels| *levels != [0; 5]));
        Ok(counted)
    }

    fn tell(
        &self,
        counted: &Counted,
        told: bool,
        satisfied: &impl Fn(&BTreeSet<i64>) -> Result<Option<f64>>,
    ) -> Result<Drivers> {
        let n = counted.persons();
        let shown = told && n >= SHOWN_FROM;
        let (found, doubts): (Option<KeyDrivers>, Vec<Doubt>) = if shown {
            (Some(key_drivers_counted(counted).map_err(Error::internal)?), doubt(counted).map_err(Error::internal)?)
        } else {
            (None, Vec::new())
        };
        let factor = |(at, (name, ids, label)): (usize, &(&str, BTreeSet<i64>, Option<&Texts>))| {
            let driver = found.as_ref().map(|found| found.drivers[at]).unwrap_or_default();
            let doubt = doubts.get(at);
            Ok(Factor {
                name: (*name).to_owned(),
                label: label.cloned(),
                share: driver.share,
                lower: doubt.map(|doubt| doubt.lower),
                upper: doubt.map(|doubt| doubt.upper),
                may_lead: doubt.is_some_and(|doubt| doubt.may_lead),
                tau_b: driver.tau_b,
                satisfied: if shown { satisfied(ids)? } else { None },
            })
        };
        Ok(Drivers {
            form: self.newest.form.clone(),
            n: shown.then_some(n),
            more: (n < SHOWN_FROM).then(|| (SHOWN_FROM - n).div_ceil(10) * 10),
            hidden: n >= SHOWN_FROM && !told,
            r2: found.as_ref().and_then(|found| found.r2),
            factors: self.factors.iter().enumerate().map(factor).collect::<Result<_>>()?,
        })
    }
}

/// The factors of one version beside its closing question.
fn layout(form: &Questionnaire, closing: i64) -> Vec<(&str, Vec<i64>)> {
    let levels = form.questions.iter().filter(|question| question.kind == Kind::Level);
    let items: Vec<Item<'_>> = levels
        .map(|question| Item {
            id: question.id.0,
            indicator: question.indicator.map(Indicator::name),
            factor: question.factor.as_deref(),
        })
        .collect();
    factors(closing, &items)
}

/// The least common multiple.
fn common(a: u64, b: u64) -> u64 {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
