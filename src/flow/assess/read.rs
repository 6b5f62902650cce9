//! Reading what a period was tallied to, unit by unit and procedure by procedure.

use std::collections::{BTreeMap, HashMap};

use super::Measure;
use super::basis::{Basis, Levels};
use super::files::Caseload;
use super::ground::{Grain, times};
use crate::domain::period::{CutOff, Period};
use crate::domain::questionnaire::{Kind, Question, Questionnaire};
use crate::domain::{Indicator, OVERALL};
use crate::error::{Error, Result};
use crate::stats::indices::PooledMoments;
use crate::store::rollups::{self, Level, Line, Moment, POOLED, Pile, Values, Wanted};
use crate::store::tallies::{self, Named};
use crate::store::{Db, questionnaires};

/// Everything read for a period.
pub(super) struct Tallied {
    pub(super) units: BTreeMap<i64, Sums>,
    pub(super) procedures: BTreeMap<i64, Sums>,
    /// What two people left out of both.
    pub(super) excluded_units: BTreeMap<i64, Sums>,
    pub(super) excluded_procedures: BTreeMap<i64, Sums>,
    pub(super) unit_names: BTreeMap<i64, Named>,
    pub(super) procedure_names: BTreeMap<i64, Named>,
    pub(super) caseload: Caseload,
}

/// The sums of one unit or procedure, by indicator.
#[derive(Default)]
pub(super) struct Sums(HashMap<Indicator, Sum>);

/// The sums of one place and indicator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    closing: Levels,
    criteria: Levels,
    moments: PooledMoments,
    no: u64,
    yes: u64,
    blank: u64,
    not_applicable: u64,
}

/// What an answer to a question is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Closing,
    Criterion,
    /// Not an answer but the moments of respondents.
    Moments,
    /// Values of the choices `no` and `yes`.
    NoOrYes(i64, i64),
}

/// What is counted, and as what.
pub(super) type Roles = HashMap<i64, (Indicator, Role)>;

impl Tallied {
    /// Whole calendar months come from monthly rows, days at the edges from daily ones.
    pub(super) async fn read(db: &Db, period: &Period) -> Result<Self> {
        let forms = questionnaires::all(db).await?;
        let roles = roles(forms.iter());
        let [units, excluded_units] = all_of(db, Level::Unit, &roles, period).await?;
        let [procedures, excluded_procedures] = all_of(db, Level::Procedure, &roles, period).await?;
        let named = |rows: Vec<Named>| rows.into_iter().map(|named| (named.id, named)).collect();
        Ok(Self {
            units,
            procedures,
            excluded_units,
            excluded_procedures,
            unit_names: named(tallies::units(db).await?),
            procedure_names: named(tallies::procedures(db).await?),
            caseload: Caseload::read(db, period).await?,
        })
    }
}

impl Tallied {
    /// The units of one calendar month.
    pub(super) async fn units_of_month(db: &Db, month: i64) -> Result<BTreeMap<i64, Sums>> {
        let forms = questionnaires::all(db).await?;
        let month = Period::parse(&format!("{:04}-{:02}", month / 100, month % 100), CutOff::Calendar)?;
        let [units, _] = all_of(db, Level::Unit, &roles(forms.iter()), &month).await?;
        Ok(units)
    }
}

/// What counts of every unit or procedure, and what was left out.
async fn all_of(db: &Db, level: Level, roles: &Roles, period: &Period) -> Result<[BTreeMap<i64, Sums>; 2]> {
    let whats: Vec<i64> = roles.keys().copied().collect();
    let mut found = [BTreeMap::new(), BTreeMap::new()];
    let times = times((period.from(), period.to()), Grain::Years)?;
    for Moment { line, .. } in rollups::read(db, Wanted::of(level, &whats, &times)).await? {
        let Some((indicator, role)) = roles.get(&line.what) else { continue };
        let into: &mut BTreeMap<i64, Sums> = match line.pile {
            Pile::Counted => &mut found[0],
            Pile::Excluded => &mut found[1],
            Pile::Marked => continue,
        };
        if line.values != Values::default() {
            into.entry(line.place).or_default().0.entry(*indicator).or_default().add(*role, &line)?;
        }
    }
    Ok(found)
}

impl Sums {
    /// Whether anything at all was answered or left blank.
    pub(super) fn any(&self, indicator: Indicator) -> bool {
        self.0.contains_key(&indicator)
    }

    /// What a measure is computed from.
    pub(super) fn basis(&self, indicator: Indicator, measure: Measure) -> Basis {
        self.0.get(&indicator).map_or_else(|| Basis::nothing(measure), |sum| sum.basis(measure))
    }
}

impl Sum {
    /// What a measure is computed from.
    pub(super) fn basis(&self, measure: Measure) -> Basis {
        match measure {
            Measure::Closing => Basis::Closing(self.closing),
            Measure::PooledIndex => Basis::Pooled(self.criteria, self.moments),
            Measure::ShareOfNo => {
                let Self { no, yes, blank, not_applicable, .. } = *self;
                Basis::NoOrYes { no, yes, blank, not_applicable }
            }
        }
    }

    /// The same where only moments were read, and not the levels of each criterion.
    pub(super) fn light(&self, measure: Measure) -> Basis {
        match measure {
            Measure::PooledIndex => Basis::Moments(self.moments),
            Measure::Closing | Measure::ShareOfNo => self.basis(measure),
        }
    }

    /// Adds what a row holds.
    pub(super) fn add(&mut self, role: Role, line: &Line) -> Result<()> {
        let Line { block, values, .. } = line;
        match role {
            Role::Closing => self.closing.add(*block, values),
            Role::Criterion => self.criteria.add(*block, values),
            Role::Moments => {
                let [n, s, m, ss, sm, mm, _] = values.map(count);
                let (respondents, sum_s, sum_m, sum_ss, sum_sm, sum_mm) = (n?, s?, m?, ss?, sm?, mm?);
                let more = PooledMoments { respondents, sum_s, sum_m, sum_ss, sum_sm, sum_mm };
                self.moments = added(self.moments, more);
                Ok(())
            }
            Role::NoOrYes(no, yes) => {
                for (place, n) in (1..).zip(&values[..5]) {
                    let (choice, n) = (block * 5 + place, count(*n)?);
                    match choice {
                        choice if choice == no => self.no += n,
                        choice if choice == yes => self.yes += n,
                        // "Does not know" says as little of papers as "does not apply".
                        _ => self.not_applicable += n,
                    }
                }
                self.blank += count(values[5])?;
                self.not_applicable += count(values[6])?;
                Ok(())
            }
        }
    }

    /// Two groups of people together.
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            closing: self.closing.plus(&other.closing),
            criteria: self.criteria.plus(&other.criteria),
            moments: added(self.moments, other.moments),
            no: self.no + other.no,
            yes: self.yes + other.yes,
            blank: self.blank + other.blank,
            not_applicable: self.not_applicable + other.not_applicable,
        }
    }

    /// A group of people without a part of it.
    pub(super) fn minus(&self, part: &Self) -> Result<Self> {
        let less = |a: u64, b: u64| a.checked_sub(b).ok_or_else(below_zero);
        let (a, b) = (self.moments, part.moments);
        Ok(Self {
            closing: self.closing.minus(&part.closing).ok_or_else(below_zero)?,
            criteria: self.criteria.minus(&part.criteria).ok_or_else(below_zero)?,
            moments: PooledMoments {
                respondents: less(a.respondents, b.respondents)?,
                sum_s: less(a.sum_s, b.sum_s)?,
                sum_m: less(a.sum_m, b.sum_m)?,
                sum_ss: less(a.sum_ss, b.sum_ss)?,
                sum_sm: less(a.sum_sm, b.sum_sm)?,
                sum_mm: less(a.sum_mm, b.sum_mm)?,
            },
            no: less(self.no, part.no)?,
            yes: less(self.yes, part.yes)?,
            blank: less(self.blank, part.blank)?,
            not_applicable: less(self.not_applicable, part.not_applicable)?,
        })
    }
}

/// What each question of all forms is counted as, and the moments of each indicator.
pub(super) fn roles<'a>(forms: impl Iterator<Item = &'a Questionnaire>) -> Roles {
    let moments = POOLED.into_iter().filter_map(|of| Some((rollups::moments_of(of)?, (of, Role::Moments))));
    let asked = forms.flat_map(|form| &form.questions);
    let asked = asked.filter_map(|question| Some((question.id.0, role(question)?)));
    asked.chain(moments).collect()
}

fn role(question: &Question) -> Option<(Indicator, Role)> {
    let indicator = question.indicator?;
    let role = match (question.kind, indicator) {
        (Kind::One, Indicator::PapersAgain) => {
            let named = |name: &str| question.choices.iter().find(|choice| choice.name == name);
            let (no, yes) = named("no").zip(named("yes"))?;
            Role::NoOrYes(no.value, yes.value)
        }
        (Kind::Level, Indicator::PapersAgain) => return None,
        (Kind::Level, _) if question.factor.as_deref() == Some(OVERALL) => Role::Closing,
        (Kind::Level, _) => Role::Criterion,
        _ => return None,
    };
    Some((indicator, role))
}

/// Sums of two groups of respondents.
pub(super) fn added(a: PooledMoments, b: PooledMoments) -> PooledMoments {
    PooledMoments {
        respondents: a.respondents + b.respondents,
        sum_s: a.sum_s + b.sum_s,
        sum_m: a.sum_m + b.sum_m,
        sum_ss: a.sum_ss + b.sum_ss,
        sum_sm: a.sum_sm + b.sum_sm,
        sum_mm: a.sum_mm + b.sum_mm,
    }
}

pub(super) fn count(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| below_zero())
}

fn below_zero() -> Error {
    Error::internal("a tally is below zero; the tallies must be rebuilt")
}

impl Levels {
    /// Adds a row of a question; only its first block holds levels.
    pub(super) fn add(&mut self, block: i64, values: &Values) -> Result<()> {
        if block == 0 {
            for (level, n) in self.counts.iter_mut().zip(values) {
                *level += count(*n)?;
            }
            self.blank += count(values[5])?;
            self.not_applicable += count(values[6])?;
        }
        Ok(())
    }
}
