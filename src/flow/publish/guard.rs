//! What a publication must hide beside all others, so that nobody finds a few persons by subtracting one from another.
//! Every line of every table passes here with its scope, its period and its persons; the rule is
//! [`stats::differencing`](crate::stats::differencing).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Shown;
use crate::domain::Day;
use crate::domain::period::Period;
use crate::error::{Error, Result};
use crate::flow::assess::{self, Audience, Excluded, Figure, Finding, Line, Measure, Scope, name_of};
use crate::stats::differencing::{Board, Told};
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::store::Db;
use crate::store::marks::{self, Mark};

/// How often the figures are read again when a release came between.
const ATTEMPTS: u32 = 5;

/// The persons that a publication tells, by the name of the line: without and with what two people left out; none where
/// it is hidden.
pub type Persons = BTreeMap<String, [Option<u64>; 2]>;

/// The findings of a period as anybody may see them, beside what others tell.
///
/// # Errors
/// Busy when the store does not answer or releases keep coming between.
pub(super) async fn guarded(db: &Db, period: &Period, others: &[(Period, Persons)], now_ms: i64) -> Result<Shown> {
    let near = overlapping(period, others);
    for _ in 0..ATTEMPTS {
        let before = marks::get(db, Mark::Tallied).await?;
        let find = |excluded| assess::findings_with(db, period, Audience::Public, excluded, now_ms);
        let mut shown = Shown { without: find(Excluded::LeftOut).await?, with: find(Excluded::Included).await? };
        let mut stretches = Vec::new();
        let cuts = cuts(period, &near);
        if !near.is_empty() {
            for cut in cuts.windows(2) {
                stretches.push(assess::persons(db, &Period::range(cut[0], cut[1].plus(-1))?).await?);
            }
        }
        if marks::get(db, Mark::Tallied).await? != before {
            continue;
        }
        if !near.is_empty() {
            let sheet = Sheet { period, cuts: &cuts, stretches: &stretches, others: &near };
            sheet.protect(&mut shown);
        }
        return Ok(shown);
    }
    Err(Error::Busy("release"))
}

/// Those that share days with the period, with one that does, and so on.
fn overlapping<'a>(period: &Period, others: &'a [(Period, Persons)]) -> Vec<&'a (Period, Persons)> {
    let (mut near, mut rest): (Vec<&(Period, Persons)>, Vec<_>) = (Vec::new(), others.iter().collect());
    let (mut from, mut to) = (period.from(), period.to());
    loop {
        let (more, left): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|(other, _)| other.from() < to && from < other.to());
        if more.is_empty() {
            return near;
        }
        from = more.iter().map(|(other, _)| other.from()).min().map_or(from, |first| first.min(from));
        to = more.iter().map(|(other, _)| other.to()).max().map_or(to, |last| last.max(to));
        near.extend(more);
        rest = left;
    }
}

/// Every day on which one of them begins or ends.
fn cuts(period: &Period, others: &[&(Period, Persons)]) -> Vec<Day> {
    let periods = std::iter::once(period).chain(others.iter().map(|(period, _)| period));
    periods.flat_map(|period| [period.from(), period.to()]).collect::<BTreeSet<Day>>().into_iter().collect()
}

/// The persons that a publication tells.
pub(super) fn persons_of(shown: &Shown) -> Persons {
    let mut persons = Persons::new();
    for (without, with) in shown.without.indicators.iter().zip(&shown.with.indicators) {
        for measure in measures(without) {
            for (a, b) in lines(without).zip(lines(with)) {
                let n = |line: &Line| figure(line, without, measure).and_then(|figure| figure.n);
                persons.insert(name_of(without.indicator, measure, a.scope, &a.code), [n(a), n(b)]);
            }
        }
    }
    persons
}

/// What a finding measures: its own measure, and the index beside a closing question.
fn measures(finding: &Finding) -> Vec<Measure> {
    let beside = finding.department.index.is_some().then_some(Measure::PooledIndex);
    std::iter::once(finding.measure).chain(beside).collect()
}

fn lines(finding: &Finding) -> impl Iterator<Item = &Line> {
    std::iter::once(&finding.department).chain(&finding.units).chain(&finding.procedures)
}

fn figure<'a>(line: &'a Line, finding: &Finding, measure: Measure) -> Option<&'a Figure> {
    if measure == finding.measure { Some(&line.figure) } else { line.index.as_ref() }
}

/// A publication beside the others, with what counts in each stretch of days.
struct Sheet<'a> {
    period: &'a Period,
    cuts: &'a [Day],
    stretches: &'a [BTreeMap<String, u64>],
    others: &'a [&'a (Period, Persons)],
}

impl Sheet<'_> {
    fn protect(&self, shown: &mut Shown) {
        let own = persons_of(shown);
        for at in 0..shown.without.indicators.len() {
            for measure in measures(&shown.without.indicators[at]) {
                let hidden = self.hidden(&shown.without.indicators[at], measure, &own);
                hide(&mut shown.without.indicators[at], measure, &hidden, 0);
                hide(&mut shown.with.indicators[at], measure, &hidden, 1);
            }
        }
    }

    /// What has to be hidden, by the name of the line: without and with what was left out.
    fn hidden(&self, finding: &Finding, measure: Measure, own: &Persons) -> BTreeMap<String, [bool; 2]> {
        let (names, tables) = self.names(finding, measure, own);
        let atoms: Vec<Vec<u64>> = names
            .iter()
            .map(|name| self.stretches.iter().map(|stretch| stretch.get(name).copied().unwrap_or(0)).collect())
            .collect();
        let board = Board { atoms: &atoms, tables: &tables, threshold: DEFAULT_THRESHOLD };
        let mut others: Vec<Told> = Vec::new();
        for (period, persons) in self.others {
            let [without, with] = [0, 1].map(|view| self.told(period, persons, &names, view));
            if with != without {
                others.push(with);
            }
            others.push(without);
        }
        let [mut without, mut with] = [0, 1].map(|view| self.told(self.period, own, &names, view));
        board.protect(&others, &mut without);
        for (with, _) in with.persons.iter_mut().zip(&without.persons).filter(|(_, without)| without.is_none()) {
            *with = None;
        }
        others.push(without.clone());
        board.protect(&others, &mut with);
        let veil = |at: usize| [without.persons[at].is_none(), with.persons[at].is_none()];
        names.iter().enumerate().map(|(at, name)| (name.clone(), veil(at))).collect()
    }

    /// The lines of one measure: the department, then units and procedures, those that only others have too.
    fn names(&self, finding: &Finding, measure: Measure, own: &Persons) -> (Vec<String>, Vec<Range<usize>>) {
        let of = |scope: Scope| name_of(finding.indicator, measure, scope, "");
        let all: BTreeSet<&String> =
            self.others.iter().flat_map(|(_, persons)| persons.keys()).chain(own.keys()).collect();
        let starting = |scopes: &[Scope]| -> Vec<String> {
            let starts: Vec<String> = scopes.iter().map(|scope| of(*scope)).collect();
            let ours = |name: &&&String| starts.iter().any(|start| name.starts_with(start));
            all.iter().filter(ours).map(|name| (*name).clone()).collect()
        };
        let units = starting(&[Scope::Unit]);
        let procedures = starting(&[Scope::Procedure, Scope::NoProcedure]);
        let (first, second) = (1 + units.len(), 1 + units.len() + procedures.len());
        let names = std::iter::once(of(Scope::Department) + "all").chain(units).chain(procedures).collect();
        let tables = [1..first, first..second].into_iter().filter(|table| !table.is_empty()).collect();
        (names, tables)
    }

    /// What a publication tells of these lines; a line that it does not have has nobody.
    fn told(&self, period: &Period, persons: &Persons, names: &[String], view: usize) -> Told {
        let place = |day: Day| self.cuts.binary_search(&day).unwrap_or_default();
        let n = |name: &String| persons.get(name).map_or(Some(0), |views| views[view]);
        Told { from: place(period.from()), to: place(period.to()), persons: names.iter().map(n).collect() }
    }
}

/// Hides lines of one measure in one view: 0 without what two people left out, 1 with it. How many were left out is hidden
/// where the second view is.
fn hide(finding: &mut Finding, measure: Measure, hidden: &BTreeMap<String, [bool; 2]>, view: usize) {
    let (indicator, main) = (finding.indicator, finding.measure);
    let lines = std::iter::once(&mut finding.department).chain(&mut finding.units).chain(&mut finding.procedures);
    for line in lines {
        let Some(veil) = hidden.get(&name_of(indicator, measure, line.scope, &line.code)) else { continue };
        let figure = if measure == main { Some(&mut line.figure) } else { line.index.as_mut() };
        let Some(figure) = figure else { continue };
        if veil[view] && figure.n.is_some() {
            figure.hide();
        }
        if veil[1] {
            figure.excluded = None;
        }
    }
}
