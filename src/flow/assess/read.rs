//! Reading what a period was tallied to, unit by unit and procedure by procedure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Measure;
use super::figure::{Basis, Levels};
use crate::domain::period::Period;
use crate::domain::questionnaire::{BLANK, NOT_APPLICABLE, Questionnaire};
use crate::domain::{Indicator, OVERALL};
use crate::error::{Context, Error, Result};
use crate::stats::indices::PooledMoments;
use crate::store::Db;
use crate::store::tallies::{self, Asked, Chosen, Named};

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
pub(super) struct Sums(HashMap<Indicator, OfIndicator>);

#[derive(Default)]
struct OfIndicator {
    closing: Levels,
    criteria: Levels,
    moments: PooledMoments,
    no: u64,
    yes: u64,
    blank: u64,
    not_applicable: u64,
}

/// What an answer to a question is counted as.
enum Role {
    Closing,
    Criterion,
    /// Values of the choices `no` and `yes`.
    NoOrYes(i64, i64),
}

impl Tallied {
    /// Whole calendar months come from the monthly tallies, days at the edges and procedures from the daily ones.
    pub(super) async fn read(db: &Db, period: &Period) -> Result<Self> {
        let roles = roles(db).await?;
        let mut units = BTreeMap::new();
        let parts = period.parts();
        if let Some((first, last)) = parts.months {
            add_chosen(&mut units, &roles, tallies::units_by_month(db, first, last).await?)?;
            add_moments(&mut units, tallies::unit_moments_by_month(db, first, last).await?)?;
        }
        for (first, last) in parts.edges {
            add_chosen(&mut units, &roles, tallies::units_by_day(db, first, last).await?)?;
            add_moments(&mut units, tallies::unit_moments_by_day(db, first, last).await?)?;
        }
        let mut procedures = BTreeMap::new();
        let (first, last) = (period.from(), period.last());
        add_chosen(&mut procedures, &roles, tallies::procedures_by_day(db, first, last).await?)?;
        add_moments(&mut procedures, tallies::procedure_moments_by_day(db, first, last).await?)?;
        let mut excluded_units = BTreeMap::new();
        add_chosen(&mut excluded_units, &roles, tallies::excluded_units(db, first, last).await?)?;
        add_moments(&mut excluded_units, tallies::excluded_unit_moments(db, first, last).await?)?;
        let mut excluded_procedures = BTreeMap::new();
        add_chosen(&mut excluded_procedures, &roles, tallies::excluded_procedures(db, first, last).await?)?;
        add_moments(&mut excluded_procedures, tallies::excluded_procedure_moments(db, first, last).await?)?;
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
        let mut units = BTreeMap::new();
        add_chosen(&mut units, &roles(db).await?, tallies::units_by_month(db, month, month).await?)?;
        Ok(units)
    }
}

impl Sums {
    /// Whether anything at all was answered or left blank.
    pub(super) fn any(&self, indicator: Indicator) -> bool {
        self.0.contains_key(&indicator)
    }

    /// What a measure is computed from.
    pub(super) fn basis(&self, indicator: Indicator, measure: Measure) -> Basis {
        let Some(sums) = self.0.get(&indicator) else { return Basis::nothing(measure) };
        match measure {
            Measure::Closing => Basis::Closing(sums.closing),
            Measure::PooledIndex => Basis::Pooled(sums.criteria, sums.moments),
            Measure::ShareOfNo => {
                Basis::NoOrYes { no: sums.no, yes: sums.yes, blank: sums.blank, not_applicable: sums.not_applicable }
            }
        }
    }
}

async fn roles(db: &Db) -> Result<HashMap<i64, (Indicator, Role)>> {
    let definitions: HashMap<i64, String> =
        tallies::definitions(db, Indicator::PapersAgain).await?.into_iter().collect();
    let mut roles = HashMap::new();
    for asked in tallies::questions(db).await? {
        let role = match (asked.kind.as_str(), asked.indicator) {
            ("one", Indicator::PapersAgain) => no_or_yes(&asked, definitions.get(&asked.questionnaire))?,
            ("level", Indicator::PapersAgain) => None,
            ("level", _) if asked.factor.as_deref() == Some(OVERALL) => Some(Role::Closing),
            ("level", _) => Some(Role::Criterion),
            _ => None,
        };
        if let Some(role) = role {
            roles.insert(asked.id, (asked.indicator, role));
        }
    }
    Ok(roles)
}

/// Choices are stored by their place in the list; their names are in the form's definition.
fn no_or_yes(asked: &Asked, definition: Option<&String>) -> Result<Option<Role>> {
    let Some(definition) = definition else { return Ok(None) };
    let form: Questionnaire = serde_json::from_str(definition).context("read a stored form")?;
    let Some(question) = form.question(&asked.name) else { return Ok(None) };
    let value = |name: &str| question.choices.iter().find(|choice| choice.name == name).map(|choice| choice.value);
    Ok(value("no").zip(value("yes")).map(|(no, yes)| Role::NoOrYes(no, yes)))
}

fn add_chosen(
    into: &mut BTreeMap<i64, Sums>,
    roles: &HashMap<i64, (Indicator, Role)>,
    rows: Vec<Chosen>,
) -> Result<()> {
    for (id, question, choice, n) in rows {
        let (Some((indicator, role)), n) = (roles.get(&question), count(n)?) else { continue };
        let sums = into.entry(id).or_default().0.entry(*indicator).or_default();
        match role {
            Role::Closing => sums.closing.add(choice, n),
            Role::Criterion => sums.criteria.add(choice, n),
            Role::NoOrYes(no, _) if choice == *no => sums.no += n,
            Role::NoOrYes(_, yes) if choice == *yes => sums.yes += n,
            Role::NoOrYes(..) if choice == BLANK => sums.blank += n,
            // "Does not know" says as little of papers as "does not apply".
            Role::NoOrYes(..) => sums.not_applicable += n,
        }
    }
    Ok(())
}

fn add_moments(into: &mut BTreeMap<i64, Sums>, rows: Vec<tallies::Sums>) -> Result<()> {
    for (id, indicator, n, s, m, ss, sm, mm) in rows {
        let Some(indicator) = Indicator::by_name(&indicator) else { continue };
        if n == 0 {
            continue;
        }
        let moments = &mut into.entry(id).or_default().0.entry(indicator).or_default().moments;
        *moments = added(
            *moments,
            PooledMoments {
                respondents: count(n)?,
                sum_s: count(s)?,
                sum_m: count(m)?,
                sum_ss: count(ss)?,
                sum_sm: count(sm)?,
                sum_mm: count(mm)?,
            },
        );
    }
    Ok(())
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

fn count(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| Error::internal("a tally is below zero; the tallies must be rebuilt"))
}

impl Levels {
    fn add(&mut self, choice: i64, n: u64) {
        match choice {
            1..=5 => self.counts[choice as usize - 1] += n,
            BLANK => self.blank += n,
            NOT_APPLICABLE => self.not_applicable += n,
            _ => {}
        }
    }
}

/// Files finished in the period, where every month of it is loaded.
#[derive(Default)]
pub(super) struct Caseload {
    units: HashMap<i64, u64>,
    procedures: HashMap<i64, u64>,
    department: Option<u64>,
}

impl Caseload {
    /// Only periods of whole calendar months have one: files are counted by the month.
    async fn read(db: &Db, period: &Period) -> Result<Self> {
        let Some(months) = period.whole_months() else { return Ok(Self::default()) };
        let (Some(&first), Some(&last)) = (months.first(), months.last()) else { return Ok(Self::default()) };
        let units = tallies::caseload_of_units(db, first, last).await?;
        let procedures = tallies::caseload_of_procedures(db, first, last).await?;
        let everything = units.iter().map(|(_, month, files)| (0, *month, *files)).collect();
        Ok(Self {
            department: complete(everything, months.len())?.remove(&0),
            units: complete(units.into_iter().map(|(id, month, files)| (id.0, month, files)).collect(), months.len())?,
            procedures: complete(
                procedures.into_iter().map(|(id, month, files)| (id.0, month, files)).collect(),
                months.len(),
            )?,
        })
    }

    pub(super) fn unit(&self, id: i64) -> Option<u64> {
        self.units.get(&id).copied()
    }

    pub(super) fn procedure(&self, id: i64) -> Option<u64> {
        self.procedures.get(&id).copied()
    }

    pub(super) fn department(&self) -> Option<u64> {
        self.department
    }
}

/// The sums of what is there for so many different months; a hole makes the population unknown.
fn complete(rows: Vec<(i64, i64, i64)>, months: usize) -> Result<HashMap<i64, u64>> {
    let mut sums: HashMap<i64, (BTreeSet<i64>, u64)> = HashMap::new();
    for (id, month, files) in rows {
        let (seen, sum) = sums.entry(id).or_default();
        seen.insert(month);
        *sum += count(files)?;
    }
    Ok(sums.into_iter().filter(|(_, (seen, _))| seen.len() == months).map(|(id, (_, sum))| (id, sum)).collect())
}
