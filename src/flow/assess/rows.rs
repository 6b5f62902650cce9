//! The lines below a place: units, procedures, points, questions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::basis::{Basis, Levels};
use super::case::concerns;
use super::course::counted;
use super::figure::{Depth, Question};
use super::gather::Trio;
use super::paint::{About, Painter, Veils};
use super::picture::{Aspects, Funnel, KioskSeen, Outlier, PointRow, Position, QuestionRow, Row, Ticked};
use super::view::{Marked, Place, Subject, View};
use super::{Excluded, Line, Scope};
use crate::domain::questionnaire::Kind;
use crate::domain::{Day, OVERALL, PointId, ProcedureId, UnitId, account, collate};
use crate::error::{Error, Result};
use crate::stats::disclosure::{DEFAULT_THRESHOLD, is_sensitive};
use crate::stats::units::{FEWEST_DRAWN, Flag, positions, shrunk_shares};
use crate::stats::verdict::ENOUGH_TO_READ;
use crate::stats::{Population, Responses};
use crate::store::rollups::{Pile, Values};
use crate::store::{Db, kiosks};

/// Share of units drawn in at each end of a funnel.
const WINSOR: f64 = 0.1;
/// Share of flagged units that may be flagged by chance.
const FDR: f64 = 0.05;

/// Tablets by the point where they stand.
pub(super) type Kiosks = HashMap<i64, Vec<KioskSeen>>;

/// The tablets of the points of a view; revoked ones are none any more.
pub(super) async fn kiosks(db: &Db, view: &View) -> Result<Kiosks> {
    let Place::Units(units) = &view.place else { return Ok(Kiosks::new()) };
    let scope = account::Scope::Units(units.iter().copied().collect());
    let mut seen = Kiosks::new();
    for row in kiosks::within(db, &scope).await? {
        if row.revoked_at.is_none() {
            let kiosk = KioskSeen { id: row.id, label: row.label, seen_at: row.seen_at };
            seen.entry(row.point_id).or_default().push(kiosk);
        }
    }
    Ok(seen)
}

/// The lines of every table of a picture, in the order they are shown.
pub(super) struct Tabled<'a> {
    pub(super) units: Vec<(i64, Line, Trio)>,
    pub(super) procedures: Vec<(i64, Line, Trio)>,
    pub(super) points: Vec<(i64, Line, Trio)>,
    /// Closing questions: together they are the whole.
    pub(super) closing: Vec<&'a BTreeSet<i64>>,
}

impl<'a> Tabled<'a> {
    pub(super) fn of(painter: &Painter<'a>) -> Self {
        let whole = painter.view.subject == Subject::Indicator(painter.asked.indicator);
        let closes = |factor: Option<&str>| whole && factor == Some(OVERALL);
        let closing = painter.asked.questions.iter().filter(|(_, question, _)| closes(question.factor.as_deref()));
        let procedures = procedures(painter);
        Self {
            units: units(painter),
            procedures: if procedures.iter().all(|(id, ..)| *id == 0) { Vec::new() } else { procedures },
            points: points_of(painter),
            closing: closing.map(|(_, _, ids)| ids).collect(),
        }
    }

    /// Persons of each closing question.
    pub(super) fn closing(&self, painter: &Painter<'_>, pick: &dyn Fn([u64; 3]) -> u64) -> Vec<u64> {
        let persons = |ids: &&BTreeSet<i64>| {
            pick([Pile::Counted, Pile::Excluded, Pile::Marked].map(|pile| {
                let values = ids.iter().filter_map(|id| painter.gathered.chosen.get(&(*id, pile))?.get(&0));
                values.map(|values| values[..5].iter().sum::<i64>()).sum::<i64>().unsigned_abs()
            }))
        };
        self.closing.iter().map(persons).collect()
    }
}

fn units(painter: &Painter<'_>) -> Vec<(i64, Line, Trio)> {
    let (view, found) = (painter.view, &painter.gathered.units);
    if matches!(view.place, Place::Units(_)) && painter.ground.one_unit().is_some() {
        return Vec::new();
    }
    let mut ids: BTreeSet<i64> = found.keys().copied().collect();
    match &view.place {
        Place::Department => {
            let expected = painter.catalogue.units.values().filter(|unit| {
                unit.valid_from.is_none_or(|from| from <= view.period.last())
                    && unit.valid_to.is_none_or(|to| view.period.from() <= to)
                    && concerns(Scope::Unit, &unit.kind, painter.asked.indicator)
            });
            ids.extend(expected.map(|unit| painter.ground.unit(unit.id.0)));
        }
        Place::Units(units) => {
            ids.extend(units.iter().map(|unit| painter.ground.unit(unit.0)));
        }
        _ => {}
    }
    let line = |id: i64| {
        let unit = painter.catalogue.units.get(&UnitId(id));
        let (code, name) = unit.map_or((id.to_string(), String::new()), |unit| (unit.code.clone(), unit.name.clone()));
        (id, plain(Scope::Unit, code, name), found.get(&id).copied().unwrap_or_default())
    };
    sorted(ids.into_iter().map(line).collect())
}

fn procedures(painter: &Painter<'_>) -> Vec<(i64, Line, Trio)> {
    let (view, found) = (painter.view, &painter.gathered.procedures);
    let mut ids: BTreeSet<i64> = found.keys().copied().collect();
    if view.place == Place::Department {
        let expected = painter.catalogue.procedures.values().filter(|procedure| {
            procedure.valid_from.is_none_or(|from| from <= view.period.last())
                && procedure.valid_to.is_none_or(|to| view.period.from() <= to)
                && concerns(Scope::Procedure, "", painter.asked.indicator)
        });
        ids.extend(expected.map(|procedure| painter.ground.procedure(procedure.id.0)));
    }
    let line = |id: i64| {
        let procedure = painter.catalogue.procedures.get(&ProcedureId(id));
        let line = match (id, procedure) {
            (0, _) => plain(Scope::NoProcedure, "none".to_owned(), String::new()),
            (_, Some(procedure)) => plain(Scope::Procedure, procedure.code.clone(), procedure.name.clone()),
            (_, None) => plain(Scope::Procedure, id.to_string(), String::new()),
        };
        (id, line, found.get(&id).copied().unwrap_or_default())
    };
    sorted(ids.into_iter().map(line).collect())
}

/// The points that stand in the units now, and those that answers about the units came from.
fn points_of(painter: &Painter<'_>) -> Vec<(i64, Line, Trio)> {
    let Place::Units(units) = &painter.view.place else { return Vec::new() };
    let found = &painter.gathered.points;
    let here = |point: &crate::flow::collect::catalogue::Point| {
        units.contains(&point.unit.id) && painter.view.channel.is_none_or(|channel| channel == point.channel)
    };
    let all = painter.catalogue.all_points();
    let lines = all.iter().filter(|point| here(point) || found.contains_key(&point.id.0)).map(|point| {
        let PointId(id) = point.id;
        let line = plain(Scope::Point, id.to_string(), point.label.to_string());
        (id, line, found.get(&id).copied().unwrap_or_default())
    });
    sorted(lines.collect())
}

fn plain(scope: Scope, code: String, name: String) -> Line {
    Line { scope, code, name, figure: super::Figure::none(), index: None }
}

fn sorted(mut lines: Vec<(i64, Line, Trio)>) -> Vec<(i64, Line, Trio)> {
    lines.sort_by_cached_key(|(id, line, _)| {
        (line.scope == Scope::NoProcedure, collate::key(&line.name), line.code.clone(), *id)
    });
    lines
}

/// The lines of a table with their figures; `table` is its place among those that are veiled together.
pub(super) fn rows(
    painter: &Painter<'_>,
    lines: &[(i64, Line, Trio)],
    veils: &Veils,
    table: usize,
) -> Result<Vec<Row>> {
    let general = painter.target(painter.ground.one_unit())?;
    let mut rows = Vec::with_capacity(lines.len());
    for (at, (id, line, trio)) in lines.iter().enumerate() {
        let hidden = veils.of(|veil| veil.lines[table][at]);
        let of_unit = line.scope == Scope::Unit;
        let files = || if of_unit { painter.caseload.unit(*id) } else { painter.caseload.procedure(*id) };
        let about = About {
            scope: line.scope,
            code: &line.code,
            period: &painter.view.period,
            channel: painter.view.channel,
            measure: painter.asked.measure,
            target: if of_unit { painter.target(Some(*id))? } else { general },
            population: painter.population(files),
            depth: painter.view.lines,
        };
        let figure = painter.figure(&about, trio, hidden)?;
        rows.push(Row { line: Line { figure, ..line.clone() }, position: None, shrunk: None });
    }
    Ok(rows)
}

/// The units with their places among each other, of those that are shown.
pub(super) fn compared(mut units: Vec<Row>) -> Result<(Option<Funnel>, Vec<Row>)> {
    let counts: Vec<Responses> = units
        .iter()
        .map(|row| counted(&row.line.figure))
        .map(|of| if of.n < FEWEST_DRAWN { Responses { x: 0, n: 0 } } else { of })
        .collect();
    let Some(found) = positions(&counts, WINSOR, FDR).map_err(Error::internal)?.filter(|found| found.compared > 1)
    else {
        return Ok((None, units));
    };
    let shrunk = shrunk_shares(&counts).map_err(Error::internal)?;
    for (at, row) in units.iter_mut().enumerate() {
        row.position = found.units[at].map(|(flag, limits)| Position {
            flag: match flag {
                Flag::High => Outlier::High,
                Flag::Low => Outlier::Low,
                Flag::Within => Outlier::Within,
            },
            lower_998: limits.lower_998,
            lower_95: limits.lower_95,
            upper_95: limits.upper_95,
            upper_998: limits.upper_998,
        });
        let small = (1..ENOUGH_TO_READ).contains(&counts[at].n);
        row.shrunk = shrunk.as_ref().filter(|_| small).map(|shares| shares[at]);
    }
    let funnel = Funnel { center: found.target, units: found.compared, tau2: found.tau2, flagged: found.flagged };
    Ok((Some(funnel), units))
}

/// The points with their figures; their tablets are looked up whenever they are shown.
pub(super) fn points(painter: &Painter<'_>, lines: &[(i64, Line, Trio)], veils: &Veils) -> Result<Vec<PointRow>> {
    let mut points = Vec::with_capacity(lines.len());
    for ((id, ..), row) in lines.iter().zip(rows(painter, lines, veils, 2)?) {
        let Some(point) = painter.catalogue.point_of(PointId(*id)) else { continue };
        let last = painter.gathered.last.get(id).and_then(|day| Day::from_number(*day));
        points.push(PointRow {
            id: *id,
            line: row.line,
            channel: point.channel.name(),
            revoked: point.revoked,
            last_answer: last.map(|day| day.date().to_string()),
            kiosks: Vec::new(),
        });
    }
    Ok(points)
}

/// What was chosen of some questions in the three piles.
fn chosen(painter: &Painter<'_>, ids: &BTreeSet<i64>) -> [BTreeMap<i64, Values>; 3] {
    [Pile::Counted, Pile::Excluded, Pile::Marked].map(|pile| {
        let mut blocks: BTreeMap<i64, Values> = BTreeMap::new();
        for (block, values) in ids.iter().filter_map(|id| painter.gathered.chosen.get(&(*id, pile))).flatten() {
            let sums = blocks.entry(*block).or_default();
            (0..sums.len()).for_each(|i| sums[i] += values[i]);
        }
        blocks
    })
}

/// What a view counts of three numbers.
fn seen(view: &View, [counted, excluded, marked]: [i64; 3]) -> i64 {
    let counted = if view.marked == Marked::LeftOut { counted - marked } else { counted };
    if view.excluded == Excluded::Included { counted + excluded } else { counted }
}

/// Whether numbers of persons are so few, in this view or beside the others that could be asked for, that they stay
/// hidden.
fn few(view: &View, [counted, excluded, marked]: [i64; 3]) -> bool {
    let mut numbers = vec![counted];
    if view.excluded == Excluded::Included {
        numbers.extend([excluded, counted + excluded]);
    }
    if view.marked == Marked::LeftOut {
        numbers.extend([marked, counted - marked]);
    }
    numbers.push(seen(view, [counted, excluded, marked]));
    numbers.into_iter().any(|n| is_sensitive(n.unsigned_abs(), DEFAULT_THRESHOLD))
}

/// The questions answered by levels, with their figures.
pub(super) fn questions(painter: &Painter<'_>, closing: &[&BTreeSet<i64>], veils: &Veils) -> Result<Vec<QuestionRow>> {
    let mut rows = Vec::new();
    for (form, question, ids) in &painter.asked.questions {
        let piles = chosen(painter, ids);
        let all = |place: usize| piles.each_ref().map(|blocks| blocks.get(&0).map_or(0, |values| values[place]));
        let mut values = Values::default();
        (0..values.len()).for_each(|place| values[place] = seen(painter.view, all(place)));
        if question.kind != Kind::Level || values == Values::default() {
            continue;
        }
        let persons = (0..5).map(all).fold([0; 3], |sum, of| [sum[0] + of[0], sum[1] + of[1], sum[2] + of[2]]);
        let mut levels = Levels::default();
        levels.add(0, &values)?;
        let at = closing.iter().position(|of| *of == ids);
        let hidden = veils.view.whole || few(painter.view, persons) || at.is_some_and(|at| veils.view.lines[3][at]);
        let answer = Question {
            target: None,
            population: Population::Unknown,
            audience: painter.view.audience,
            threshold: DEFAULT_THRESHOLD,
            depth: Depth::Line,
        };
        rows.push(QuestionRow {
            form: form.form.clone(),
            name: question.name.clone(),
            label: question.label.clone(),
            factor: question.factor.clone(),
            figure: answer.answer(&Basis::Closing(levels), hidden).map_err(Error::internal)?,
        });
    }
    Ok(rows)
}

/// What people ticked in lists.
pub(super) fn aspects(painter: &Painter<'_>, veils: &Veils) -> Result<Vec<Aspects>> {
    let mut lists = Vec::new();
    for (form, question, ids) in painter.asked.questions.iter().filter(|(_, question, _)| question.kind == Kind::Many) {
        let piles = chosen(painter, ids);
        if piles.iter().all(BTreeMap::is_empty) {
            continue;
        }
        let ticked = question.choices.iter().map(|choice| {
            let (block, place) = crate::store::rollups::placed(choice.value);
            let all = piles.each_ref().map(|blocks| blocks.get(&block).map_or(0, |values| values[place]));
            let n = super::read::count(seen(painter.view, all))?;
            let n = (!veils.view.whole && !few(painter.view, all)).then_some(n);
            Ok(Ticked { name: choice.name.clone(), label: choice.label.clone(), n })
        });
        lists.push(Aspects {
            form: form.form.clone(),
            name: question.name.clone(),
            label: question.label.clone(),
            ticked: ticked.collect::<Result<_>>()?,
        });
    }
    Ok(lists)
}
