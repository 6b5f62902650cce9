//! One indicator of a period: its lines, what stays hidden in them, and their figures.

use std::collections::{BTreeMap, BTreeSet};

use super::basis::Basis;
use super::beside::Beside;
use super::figure::{Depth, Figure, Question};
use super::hide::Veil;
use super::indices::Indices;
use super::paint::Hidden;
use super::read::{Sums, Tallied};
use super::{Audience, Excluded, Finding, Line, Measure, Scope};
use crate::domain::period::Period;
use crate::domain::{Indicator, collate};
use crate::error::{Error, Result};
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::stats::{BasisPoints, Population};
use crate::store::tallies::Named;
use crate::store::targets::Target;

/// One indicator being assessed.
pub(super) struct Case<'a> {
    pub(super) indicator: Indicator,
    pub(super) period: &'a Period,
    pub(super) audience: Audience,
    pub(super) excluded: Excluded,
    pub(super) tallied: &'a Tallied,
    pub(super) targets: &'a [Target],
    pub(super) beside: &'a Beside,
}

/// The lines of a table: what counts, and what two people left out.
struct Table {
    counted: Vec<Basis>,
    excluded: Vec<Basis>,
}

impl Table {
    fn pair(&self, at: usize) -> (Basis, Basis) {
        (self.counted[at], self.excluded[at])
    }

    fn whole(&self, measure: Measure) -> (Basis, Basis) {
        let sum = |of: &[Basis]| of.iter().fold(Basis::nothing(measure), Basis::plus);
        (sum(&self.counted), sum(&self.excluded))
    }
}

/// A finding whose lines still know their row numbers.
struct Working {
    department: Line,
    units: Vec<Numbered>,
    procedures: Vec<Numbered>,
}

struct Numbered {
    id: i64,
    line: Line,
}

impl Case<'_> {
    /// The finding: every line with its figure.
    pub(super) fn finding(&self) -> Result<Finding> {
        let measure = Measure::of(self.indicator);
        let mut working = Working {
            department: line(Scope::Department, "all".to_owned(), String::new()),
            units: self.lines(
                [&self.tallied.units, &self.tallied.excluded_units],
                &self.tallied.unit_names,
                Scope::Unit,
            ),
            procedures: self.lines(
                [&self.tallied.procedures, &self.tallied.excluded_procedures],
                &self.tallied.procedure_names,
                Scope::Procedure,
            ),
        };
        if working.procedures.iter().all(|line| line.id == 0) {
            working.procedures.clear();
        }
        self.fill(&mut working, measure, |line, figure| line.figure = figure)?;
        if measure == Measure::Closing {
            self.fill(&mut working, Measure::PooledIndex, |line, figure| line.index = Some(figure))?;
        }
        let plain = |lines: Vec<Numbered>| lines.into_iter().map(|numbered| numbered.line).collect();
        Ok(Finding {
            indicator: self.indicator,
            measure,
            department: working.department,
            units: plain(working.units),
            procedures: plain(working.procedures),
        })
    }

    /// The lines of a table: what has answers and what could have had some, by name; no procedure comes last.
    fn lines(&self, tallied: [&BTreeMap<i64, Sums>; 2], names: &BTreeMap<i64, Named>, scope: Scope) -> Vec<Numbered> {
        let answered = tallied.into_iter().flatten().filter(|(_, sums)| sums.any(self.indicator)).map(|(id, _)| *id);
        let expected = names.values().filter(|named| self.expects(named, scope)).map(|named| named.id);
        let ids: BTreeSet<i64> = answered.chain(expected).collect();
        let mut lines: Vec<Numbered> = ids.into_iter().map(|id| numbered(id, names.get(&id), scope)).collect();
        lines.sort_by_cached_key(|Numbered { line, .. }| {
            (line.scope == Scope::NoProcedure, collate::key(&line.name), line.code.clone())
        });
        lines
    }

    fn expects(&self, named: &Named, scope: Scope) -> bool {
        let (first, last) = (self.period.from().number(), self.period.last().number());
        let valid = named.valid_from.is_none_or(|from| from <= last) && named.valid_to.is_none_or(|to| first <= to);
        valid && concerns(scope, &named.kind, self.indicator)
    }

    /// Computes one measure for all lines, hiding what would tell on persons: what pictures hide, and of an index beside,
    /// which they have of no line, what its own tables would tell as well.
    fn fill(&self, working: &mut Working, measure: Measure, put: impl Fn(&mut Line, Figure)) -> Result<()> {
        let units = self.table(&working.units, [&self.tallied.units, &self.tallied.excluded_units], measure);
        let procedures =
            self.table(&working.procedures, [&self.tallied.procedures, &self.tallied.excluded_procedures], measure);
        let whole = units.whole(measure);
        let indices = (measure != Measure::of(self.indicator)).then_some(&self.beside.indices);
        let hidden = |line: &Line, (counted, excluded): &(Basis, Basis), of: &dyn Fn(&Indices) -> Veil| {
            let beside = self.beside.of(line, counted.persons() + excluded.persons());
            indices.map_or(beside, |indices| self.either(beside, of(indices)))
        };

        let caseload = &self.tallied.caseload;
        let general = self.target(None)?;
        let population = self.known(|| self.department_caseload(&working.units));
        let veil = hidden(&working.department, &whole, &Indices::whole);
        put(&mut working.department, self.figure(&whole, veil, general, population)?);
        for (at, Numbered { id, line }) in working.units.iter_mut().enumerate() {
            let population = self.known(|| caseload.unit(*id));
            let pair = units.pair(at);
            let veil = hidden(line, &pair, &|indices| indices.unit(*id));
            put(line, self.figure(&pair, veil, self.target(Some(*id))?, population)?);
        }
        for (at, Numbered { id, line }) in working.procedures.iter_mut().enumerate() {
            let population = self.known(|| caseload.procedure(*id));
            let pair = procedures.pair(at);
            let veil = hidden(line, &pair, &|indices| indices.procedure(*id));
            put(line, self.figure(&pair, veil, general, population)?);
        }
        Ok(())
    }

    /// What each line of a table is computed from, counted and left out.
    fn table(&self, lines: &[Numbered], tallied: [&BTreeMap<i64, Sums>; 2], measure: Measure) -> Table {
        let [counted, excluded] = tallied.map(|tallied| self.bases(lines, tallied, measure));
        Table { counted, excluded }
    }

    fn bases(&self, lines: &[Numbered], tallied: &BTreeMap<i64, Sums>, measure: Measure) -> Vec<Basis> {
        let nothing = || Basis::nothing(measure);
        let basis =
            |line: &Numbered| tallied.get(&line.id).map_or_else(nothing, |sums| sums.basis(self.indicator, measure));
        lines.iter().map(basis).collect()
    }

    /// What either hides.
    fn either(&self, beside: Hidden, own: Veil) -> Hidden {
        let view = match self.excluded {
            Excluded::LeftOut => own.counted,
            Excluded::Included => own.with_excluded,
        };
        Hidden { view: beside.view || view, excluded: beside.excluded || own.with_excluded }
    }

    fn figure(
        &self,
        (counted, excluded): &(Basis, Basis),
        hidden: Hidden,
        target: Option<BasisPoints>,
        population: Population,
    ) -> Result<Figure> {
        let (audience, threshold, depth) = (self.audience, DEFAULT_THRESHOLD, Depth::Whole);
        let question = Question { target, population, audience, threshold, depth };
        let figure = match self.excluded {
            Excluded::LeftOut => question.answer(counted, hidden.view),
            Excluded::Included => question.answer(&counted.plus(excluded), hidden.view),
        };
        let left_out = excluded.persons();
        Ok(Figure {
            excluded: (!hidden.excluded).then_some(left_out),
            excluded_few: (1..DEFAULT_THRESHOLD).contains(&left_out),
            ..figure.map_err(Error::internal)?
        })
    }

    fn target(&self, unit: Option<i64>) -> Result<Option<BasisPoints>> {
        target_of(self.targets, self.indicator, unit)
    }

    fn known(&self, files: impl FnOnce() -> Option<u64>) -> Population {
        known(self.indicator, files)
    }

    /// The files of the department are known only when they are known of every unit that has answers: else persons
    /// would be counted against a population they are not part of.
    fn department_caseload(&self, units: &[Numbered]) -> Option<u64> {
        let tallied = [&self.tallied.units, &self.tallied.excluded_units];
        let answered = |line: &&Numbered| {
            tallied.iter().any(|tallied| tallied.get(&line.id).is_some_and(|sums| sums.any(self.indicator)))
        };
        let caseload = &self.tallied.caseload;
        let complete = units.iter().filter(answered).all(|line| caseload.unit(line.id).is_some());
        caseload.whole().filter(|_| complete).map(|(files, _)| files)
    }
}

/// The target of a unit; its own beats the general one, a later one an earlier one.
pub(super) fn target_of(targets: &[Target], indicator: Indicator, unit: Option<i64>) -> Result<Option<BasisPoints>> {
    let of_indicator = || targets.iter().rev().filter(|target| target.indicator == indicator);
    let own = of_indicator().find(|target| unit.is_some() && target.unit.map(|id| id.0) == unit);
    let target = own.or_else(|| of_indicator().find(|target| target.unit.is_none()));
    let points = |target: &Target| {
        BasisPoints::new(u32::try_from(target.threshold).unwrap_or(u32::MAX)).map_err(Error::internal)
    };
    target.map(points).transpose()
}

/// Files finished in the period; only procedures and service have any.
pub(super) fn known(indicator: Indicator, files: impl FnOnce() -> Option<u64>) -> Population {
    match indicator {
        Indicator::Procedures | Indicator::Service => files().map_or(Population::Unknown, Population::Known),
        Indicator::Education | Indicator::PapersAgain => Population::Unknown,
    }
}

/// Whether an indicator is asked for at units of a kind, or about procedures.
pub(super) fn concerns(scope: Scope, kind: &str, indicator: Indicator) -> bool {
    match (scope, indicator) {
        (Scope::Unit, Indicator::Education) => matches!(kind, "school" | "centre"),
        (Scope::Unit, _) => matches!(kind, "office" | "counter" | "district_office"),
        (_, Indicator::Education) => false,
        _ => true,
    }
}

fn numbered(id: i64, named: Option<&Named>, scope: Scope) -> Numbered {
    let line = match (scope, named) {
        (Scope::Procedure, _) if id == 0 => line(Scope::NoProcedure, "none".to_owned(), String::new()),
        (_, Some(named)) => line(scope, named.code.clone(), named.name.clone()),
        (_, None) => line(scope, id.to_string(), String::new()),
    };
    Numbered { id, line }
}

fn line(scope: Scope, code: String, name: String) -> Line {
    Line { scope, code, name, figure: Figure::none(), index: None }
}
