//! Which figures an address means: found in the organisation and inside the scope of whoever asks, or looking absent.

use std::sync::Arc;

use super::filter::Filter;
use super::frame::{About, Crumb, Frame};
use super::parts::words;
use crate::domain::account::Scope;
use crate::domain::procedure::Procedure;
use crate::domain::unit::Unit;
use crate::domain::{PointId, UnitId, collate};
use crate::flow::assess::{self, NO_PROCEDURE, Subject};
use crate::web::visitor::encode;

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Everything that may be seen.
    Whole,
    /// The same, unit by unit.
    Units,
    /// The same, procedure by procedure.
    Procedures,
    /// A unit by its code.
    Unit(String),
    /// A procedure by its code.
    Procedure(String),
    /// A procedure at a unit.
    UnitProcedure(String, String),
    /// A point of a unit, by its number.
    Point(String, String),
    /// A question of a form, of the unit and procedure that the address asks for besides.
    Question(String, String),
}

/// As what figures are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Page,
    Csv,
    Json,
    Xlsx,
}

impl Kind {
    /// A name without the ending of a file, and what it ends in.
    pub(super) fn cut(name: String) -> (String, Self) {
        for (ending, kind) in [(".csv", Self::Csv), (".json", Self::Json), (".xlsx", Self::Xlsx)] {
            if let Some(bare) = name.strip_suffix(ending) {
                return (bare.to_owned(), kind);
            }
        }
        (name, Self::Page)
    }
}

/// What was found for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Figures.
    Figures(Target),
    /// A procedure of which whoever asks sees some units only: one of them is to be chosen.
    Choose(About, Vec<Arc<Unit>>, String),
    /// Nothing, as far as whoever asks can tell: with the code that was asked for.
    Absent(String),
}

/// What the figures are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) subject: Option<Subject>,
    pub(super) place: assess::Place,
    pub(super) about: About,
    /// Units below that are counted in.
    pub(super) below: usize,
}

/// The code that stands for no procedure.
const NONE: &str = "none";

impl Place {
    /// Its path, without the ending of a file.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Whole => "/manage".to_owned(),
            Self::Units => "/manage/units".to_owned(),
            Self::Procedures => "/manage/procedures".to_owned(),
            Self::Unit(code) => format!("/manage/units/{}", encode(code)),
            Self::Procedure(code) => format!("/manage/procedures/{}", encode(code)),
            Self::UnitProcedure(unit, code) => format!("/manage/units/{}/procedures/{}", encode(unit), encode(code)),
            Self::Point(unit, id) => format!("/manage/units/{}/points/{}", encode(unit), encode(id)),
            Self::Question(form, name) => format!("/manage/questions/{}/{}", encode(form), encode(name)),
        }
    }

    /// Whether the address itself names neither unit nor procedure, so that the form may send it there again.
    pub(super) fn is_general(&self) -> bool {
        matches!(self, Self::Whole | Self::Units | Self::Procedures | Self::Question(..))
    }

    /// What it means to whoever asks.
    pub(super) fn find(&self, frame: &Frame<'_>) -> Found {
        let whole = |title: &str, crumbs| {
            let about = About { title: frame.lang.text(title), crumbs, ..About::default() };
            Found::Figures(Target { subject: None, place: everything(frame), about, below: 0 })
        };
        let overview = || crumb(frame, "manage-overview", "/manage");
        match self {
            Self::Whole => whole("manage-title", Vec::new()),
            Self::Units => whole("manage-units", vec![overview()]),
            Self::Procedures => whole("manage-procedures", vec![overview()]),
            Self::Unit(code) => match unit(frame, code) {
                None => Found::Absent(code.clone()),
                Some(found) => {
                    let ids = with_below(frame, &found);
                    let about = About {
                        title: found.name.clone(),
                        crumbs: vec![overview(), crumb(frame, "manage-units", "/manage/units")],
                        unit: code.clone(),
                        ..About::default()
                    };
                    let below = ids.len() - 1;
                    Found::Figures(Target { subject: None, place: assess::Place::Units(ids), about, below })
                }
            },
            Self::Procedure(code) => self.procedure(frame, code),
            Self::UnitProcedure(unit_code, code) => {
                let named = unit(frame, unit_code).zip(procedure(frame, code));
                let Some((found, (id, name))) = named else { return Found::Absent(unit_code.clone()) };
                let about = About {
                    title: name,
                    crumbs: vec![overview(), crumb(frame, "manage-units", "/manage/units"), to_unit(&found)],
                    unit: unit_code.clone(),
                    procedure: code.clone(),
                };
                Found::Figures(Target {
                    subject: None,
                    place: assess::Place::UnitProcedure(found.id, id),
                    about,
                    below: 0,
                })
            }
            Self::Point(unit_code, id) => {
                // Of another's point not even the name of the place is told.
                let all = frame.catalogue.all_points().into_iter();
                let mut seen = all.filter(|point| frame.permit.scope.covers(Some(point.unit.id)));
                let point = id.parse().ok().and_then(|id| seen.find(|point| point.id == PointId(id)));
                let Some((found, point)) = unit(frame, unit_code).zip(point) else {
                    return Found::Absent(unit_code.clone());
                };
                let about = About {
                    title: if point.label.is_empty() {
                        frame.lang.text_with("codes-number", &[("n", id)])
                    } else {
                        point.label.to_string()
                    },
                    crumbs: vec![overview(), crumb(frame, "manage-units", "/manage/units"), to_unit(&found)],
                    unit: unit_code.clone(),
                    ..About::default()
                };
                Found::Figures(Target {
                    subject: None,
                    place: assess::Place::Point(found.id, point.id),
                    about,
                    below: 0,
                })
            }
            Self::Question(form, name) => self.question(frame, form, name),
        }
    }

    fn procedure(&self, frame: &Frame<'_>, code: &str) -> Found {
        let Some((id, name)) = procedure(frame, code) else { return Found::Absent(code.to_owned()) };
        let about = About {
            title: name,
            crumbs: vec![
                crumb(frame, "manage-overview", "/manage"),
                crumb(frame, "manage-procedures", "/manage/procedures"),
            ],
            procedure: code.to_owned(),
            ..About::default()
        };
        match &frame.permit.scope {
            Scope::All => {
                Found::Figures(Target { subject: None, place: assess::Place::Procedure(id), about, below: 0 })
            }
            // What others were told about the procedure is not theirs to see.
            Scope::Units(_) => Found::Choose(about, frame.units(), code.to_owned()),
        }
    }

    fn question(&self, frame: &Frame<'_>, form: &str, name: &str) -> Found {
        let questionnaire = frame.catalogue.latest(form);
        let asked = questionnaire.as_ref().and_then(|form| form.question(name));
        let Some(asked) = asked else { return Found::Absent(name.to_owned()) };
        let meant = |text: &str, all: Vec<(String, String)>| match text {
            "" => String::new(),
            text => matching(text, all).unwrap_or_else(|| text.to_owned()),
        };
        let unit_code = meant(&frame.filter.unit, codes_of_units(frame));
        let procedure_code = meant(&frame.filter.procedure, codes_of_procedures(frame));
        let around = match (unit_code.as_str(), procedure_code.as_str()) {
            ("", "") => Self::Whole,
            (unit, "") => Self::Unit(unit.to_owned()),
            ("", procedure) => Self::Procedure(procedure.to_owned()),
            (unit, procedure) => Self::UnitProcedure(unit.to_owned(), procedure.to_owned()),
        };
        let target = match around.find(frame) {
            Found::Figures(target) => target,
            other => return other,
        };
        let title = match around {
            Self::Whole => frame.lang.text("manage-overview"),
            _ => target.about.title.clone(),
        };
        let mut crumbs = target.about.crumbs;
        crumbs.push(Crumb { words: title, path: around.path() });
        let about =
            About { title: words(frame.lang, &asked.label), crumbs, unit: unit_code, procedure: procedure_code };
        let subject = Subject::Question { form: form.to_owned(), name: name.to_owned() };
        Found::Figures(Target { subject: Some(subject), about, ..target_of(target.place, target.below) })
    }
}

fn target_of(place: assess::Place, below: usize) -> Target {
    Target { subject: None, place, about: About::default(), below }
}

fn crumb(frame: &Frame<'_>, key: &str, path: &str) -> Crumb {
    Crumb { words: frame.lang.text(key), path: path.to_owned() }
}

fn to_unit(unit: &Unit) -> Crumb {
    Crumb { words: unit.name.clone(), path: format!("/manage/units/{}", encode(&unit.code)) }
}

/// Everything that whoever asks may see.
fn everything(frame: &Frame<'_>) -> assess::Place {
    match &frame.permit.scope {
        Scope::All => assess::Place::Department,
        Scope::Units(units) => assess::Place::Units(units.iter().copied().collect()),
    }
}

/// The unit of a code, when it is inside the scope.
fn unit(frame: &Frame<'_>, code: &str) -> Option<Arc<Unit>> {
    frame.catalogue.unit_by_code(code).filter(|unit| frame.permit.scope.covers(Some(unit.id))).cloned()
}

/// The procedure of a code, with its name.
fn procedure(frame: &Frame<'_>, code: &str) -> Option<(crate::domain::ProcedureId, String)> {
    if code == NONE {
        return Some((NO_PROCEDURE, frame.lang.text("results-no-procedure")));
    }
    let named = |procedure: &Arc<Procedure>| (procedure.id, procedure.name.clone());
    frame.catalogue.procedure_by_code(code).map(named)
}

/// A unit and those below it that are inside the scope.
fn with_below(frame: &Frame<'_>, above: &Unit) -> Vec<UnitId> {
    let (catalogue, scope) = (&frame.catalogue, &frame.permit.scope);
    let below = catalogue
        .units
        .values()
        .filter(|unit| unit.id != above.id && scope.covers(Some(unit.id)) && catalogue.is_under(unit, above));
    let mut ids: Vec<UnitId> = below.map(|unit| unit.id).collect();
    ids.sort_unstable();
    ids.insert(0, above.id);
    ids
}

/// Where the form leads that was sent with a unit or procedure: to its page, or to the list of those that match.
pub(super) fn elsewhere(frame: &Frame<'_>, filter: &Filter) -> Option<String> {
    let looked = |text: &str, path: &str| Some(format!("{}&find={}", frame.to(path), encode(text)));
    let unit = (!filter.unit.is_empty()).then(|| matching(&filter.unit, codes_of_units(frame)));
    let procedure = (!filter.procedure.is_empty()).then(|| matching(&filter.procedure, codes_of_procedures(frame)));
    let place = match (unit, procedure) {
        (None, None) => return None,
        (Some(None), _) => return looked(&filter.unit, "/manage/units"),
        (_, Some(None)) => return looked(&filter.procedure, "/manage/procedures"),
        (Some(Some(unit)), None) => Place::Unit(unit),
        (None, Some(Some(procedure))) => Place::Procedure(procedure),
        (Some(Some(unit)), Some(Some(procedure))) => Place::UnitProcedure(unit, procedure),
    };
    Some(frame.to(&place.path()))
}

fn codes_of_units(frame: &Frame<'_>) -> Vec<(String, String)> {
    frame.units().into_iter().map(|unit| (unit.code.clone(), unit.name.clone())).collect()
}

fn codes_of_procedures(frame: &Frame<'_>) -> Vec<(String, String)> {
    frame.catalogue.procedures.values().map(|p| (p.code.clone(), p.name.clone())).collect()
}

/// The code that a text means: itself, or the only one whose name has the text in it.
fn matching(text: &str, all: Vec<(String, String)>) -> Option<String> {
    if all.iter().any(|(code, _)| code == text) || text == NONE {
        return Some(text.to_owned());
    }
    let wanted = collate::fold(text);
    let mut found = all.into_iter().filter(|(code, name)| finds(&wanted, code, name));
    let first = found.next()?;
    found.next().is_none().then_some(first.0)
}

/// Whether a folded text is in a code or a name.
pub(super) fn finds(wanted: &str, code: &str, name: &str) -> bool {
    collate::fold(code).contains(wanted) || collate::fold(name).contains(wanted)
}
