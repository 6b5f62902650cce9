//! Which comments: a GET form, so that every view has an address.

use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::account::Scope;
use crate::domain::period::{CutOff, Period};
use crate::domain::questionnaire::{ASPECTS, Kind};
use crate::domain::unit::Unit;
use crate::domain::{Day, UnitId, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::comments::{Status, Wanted};
use crate::web::fields::options;
use crate::web::{ui, visitor};
use crate::words::{FIRST, Lang};

/// Days outside these are slips of the keyboard; they stand for "no first day" and "no last day".
const DAYS: (i64, i64) = (19_000_101, 21_991_231);

/// What was asked for, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Code of a unit; those below it are meant too.
    pub unit: String,
    /// Code of a procedure.
    pub procedure: String,
    /// A period as files name it: `2026-Q3`; days typed go first.
    pub period: String,
    /// First day, yyyy-mm-dd.
    pub from: String,
    /// Last day.
    pub to: String,
    /// A level from 1 to 5, `low` for 1 to 3, `high` for 4 and 5.
    pub rating: String,
    /// Name of an aspect.
    pub aspect: String,
    /// Name of a status.
    pub status: String,
    /// Code of the unit it is assigned to.
    pub assigned: String,
    /// `1`: only what is late.
    pub late: String,
    /// Words.
    pub words: String,
    /// Number of the page, from 1.
    pub page: String,
}

impl Filter {
    /// What it comes to. A unit outside the scope looks like one that is not there.
    ///
    /// # Errors
    /// Invalid for days that are none; not found for a code that is none.
    pub fn wanted(&self, catalogue: &Catalogue, scope: &Scope) -> Result<Wanted> {
        let unit = self.unit_of(&self.unit, catalogue, scope)?;
        let procedure = match self.procedure.as_str() {
            "" => None,
            code => Some(catalogue.procedure_by_code(code).ok_or(Error::NotFound("procedure"))?.id),
        };
        let ratings = match self.rating.as_str() {
            "" => Vec::new(),
            "low" => vec![1, 2, 3],
            "high" => vec![4, 5],
            level => vec![level.parse().ok().filter(|level| (1..=5).contains(level)).ok_or(Error::NotFound("level"))?],
        };
        let aspect = match self.aspect.as_str() {
            "" => None,
            name => {
                let known = aspects(catalogue, FIRST);
                Some(known.into_iter().find(|(known, _)| known == name).ok_or(Error::NotFound("aspect"))?.0)
            }
        };
        let status = match self.status.as_str() {
            "" => None,
            name => Some(Status::by_name(name).ok_or(Error::NotFound("status"))?),
        };
        let below = |above: &Unit| -> Vec<UnitId> {
            catalogue.units.values().filter(|unit| catalogue.is_under(unit, above)).map(|unit| unit.id).collect()
        };
        Ok(Wanted {
            days: self.days()?,
            units: unit.map(below),
            procedure,
            ratings,
            aspect,
            status,
            assigned: self.unit_of(&self.assigned, catalogue, scope)?.map(|unit| unit.id),
            late: self.late == "1",
            words: self.words.clone(),
        })
    }

    /// The page asked for, from 1.
    #[must_use]
    pub fn page(&self) -> i64 {
        self.page.parse().unwrap_or(1).clamp(1, 1_000_000)
    }

    /// Whether anything is left out by it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Self { page: String::new(), ..self.clone() } == Self::default()
    }

    /// As it stands in an address, ended by `&`; the page left out.
    #[must_use]
    pub fn query(&self) -> String {
        let fields = [
            ("unit", &self.unit),
            ("procedure", &self.procedure),
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("rating", &self.rating),
            ("aspect", &self.aspect),
            ("status", &self.status),
            ("assigned", &self.assigned),
            ("late", &self.late),
            ("words", &self.words),
        ];
        let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| format!("{name}={}&", visitor::encode(value))).collect()
    }

    fn unit_of<'c>(&self, code: &str, catalogue: &'c Catalogue, scope: &Scope) -> Result<Option<&'c Unit>> {
        if code.is_empty() {
            return Ok(None);
        }
        let unit = catalogue.unit_by_code(code).filter(|unit| scope.covers(Some(unit.id)));
        unit.map(|unit| Some(&**unit)).ok_or(Error::NotFound("unit"))
    }

    fn days(&self) -> Result<Option<(Day, Day)>> {
        let (from, to) = (self.from.trim(), self.to.trim());
        if from.is_empty() && to.is_empty() {
            return match self.period.as_str() {
                "" => Ok(None),
                text => Period::parse(text, CutOff::Calendar).map(|period| Some((period.from(), period.last()))),
            };
        }
        let day = |text: &str, open: i64| {
            let day = if text.is_empty() { Day::from_number(open) } else { sheet::day(text) };
            day.ok_or_else(|| Error::invalid(Fault::new("period-not-understood").with("value", text)))
        };
        let days = Period::range(day(from, DAYS.0)?, day(to, DAYS.1)?)?;
        Ok(Some((days.from(), days.last())))
    }
}

/// What people could say that mattered, over all forms: name and words, each once.
fn aspects(catalogue: &Catalogue, lang: Lang) -> Vec<(String, String)> {
    let mut forms: Vec<_> = catalogue.questionnaires.values().collect();
    forms.sort_by_key(|form| (&form.form, std::cmp::Reverse(form.version)));
    let mut found: Vec<(String, String)> = Vec::new();
    for form in forms {
        let asked = form.questions.iter().filter(|q| q.kind == Kind::Many && q.name == ASPECTS);
        for choice in asked.flat_map(|q| &q.choices) {
            if found.iter().all(|(name, _)| *name != choice.name) {
                found.push((choice.name.clone(), form.words(&choice.label, lang.code()).to_owned()));
            }
        }
    }
    found
}

/// The words of an aspect.
pub(super) fn aspect_words(catalogue: &Catalogue, lang: Lang, name: &str) -> String {
    aspects(catalogue, lang)
        .into_iter()
        .find(|(known, _)| known == name)
        .map_or_else(|| name.to_owned(), |(_, said)| said)
}

/// The units of a scope, of whatever time or only those of a day: code and name.
pub(super) fn units(catalogue: &Catalogue, lang: Lang, scope: &Scope, on: Option<Day>) -> Vec<(String, String)> {
    let inside = catalogue.units.values().filter(|unit| scope.covers(Some(unit.id)));
    let there = inside.filter(|unit| on.is_none_or(|day| unit.valid_on(day)));
    options(there.map(|unit| (unit.code.clone(), unit_words(lang, unit))))
}

fn unit_words(lang: Lang, unit: &Unit) -> String {
    match unit.valid_to {
        // Several units may have had the same name, one after the other.
        Some(last) => lang.text_with("comments-unit-until", &[("name", &unit.name), ("day", &last.to_string())]),
        None => unit.name.clone(),
    }
}

/// The form, filled with what is shown. `action` is where it leads.
pub(super) fn form(
    lang: Lang,
    catalogue: &Catalogue,
    (scope, today): (&Scope, Day),
    filter: &Filter,
    action: &str,
) -> Markup {
    let all = units(catalogue, lang, scope, None);
    let present = units(catalogue, lang, scope, Some(today));
    let procedures = options(catalogue.procedures.values().map(|p| (p.code.clone(), p.name.clone())));
    let level = |level: i64| (level.to_string(), lang.text(&format!("results-level-{level}")));
    let groups = ["low", "high"].map(|group| (group.to_owned(), lang.text(&format!("comments-rating-{group}"))));
    let ratings: Vec<(String, String)> = (1..=5).map(level).chain(groups).collect();
    let status = |status: Status| (status.name().to_owned(), status_words(lang, status));
    let statuses = Status::ALL.map(status);
    let choice = |name: &str, label: &str, options: &[(String, String)], value: &str, named: bool| {
        html! {
            label for=(name) { (lang.text(label))
                select id=(name) name=(name) {
                    option value="" { (lang.text("comments-any")) }
                    @for (code, words) in options {
                        option value=(code) selected[code == value] lang=[ui::named(lang).filter(|_| named)] { (words) }
                    }
                }
            }
        }
    };
    let day = |name: &str, label: &str, value: &str| {
        html! {
            label for=(name) { (lang.text(label)) input id=(name) name=(name) type="date" value=(value); }
        }
    };
    html! {
        form class="filter inbox" method="get" action=(action) {
            h2 { (lang.text("comments-filter")) }
            input type="hidden" name="lang" value=(lang.code());
            @if !filter.period.is_empty() { input type="hidden" name="period" value=(filter.period); }
            div class="fields" {
                label for="words" { (lang.text("comments-words"))
                    input id="words" name="words" type="search" value=(filter.words) maxlength="200";
                }
                (choice("unit", "exclude-unit", &all, &filter.unit, true))
                (choice("procedure", "comments-procedure", &procedures, &filter.procedure, true))
                (day("from", "results-filter-from", &filter.from))
                (day("to", "results-filter-to", &filter.to))
                (choice("rating", "comments-rating", &ratings, &filter.rating, false))
                (choice("aspect", "comments-aspect", &aspects(catalogue, lang), &filter.aspect, false))
                (choice("status", "comments-status", &statuses, &filter.status, false))
                (choice("assigned", "comments-assigned", &present, &filter.assigned, true))
                label.check for="late" {
                    input id="late" name="late" type="checkbox" value="1" checked[filter.late == "1"];
                    " " (lang.text("comments-late-only"))
                }
                button type="submit" { (lang.text("results-filter-view")) }
            }
        }
    }
}

/// The words of a status.
pub(super) fn status_words(lang: Lang, status: Status) -> String {
    lang.text(&format!("comments-status-{}", status.name()))
}
