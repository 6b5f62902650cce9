//! The data dictionary: every field of the files of figures, with its unit, what it may hold, and its meaning in each
//! language. Names stay as they are; new fields come at the end.

use serde_json::{Value, json};

use super::table::{Cell, Column, Table};
use crate::words::Lang;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in files.
    pub name: &'static str,
    /// What its numbers count, or what kind of thing it holds.
    pub unit: &'static str,
    /// All that it may hold, where that is a list.
    pub allowed: &'static [&'static str],
}

const fn field(name: &'static str, unit: &'static str) -> Field {
    Field { name, unit, allowed: &[] }
}

const fn one_of(name: &'static str, allowed: &'static [&'static str]) -> Field {
    Field { name, unit: "name", allowed }
}

const STATES: &[&str] = &["above", "below", "open", "few", "hidden", "none"];
const VERDICTS: &[&str] = &["met", "not_met", "not_enough"];
const FLAGS: &[&str] = &["true", "false"];

const fn flag(name: &'static str) -> Field {
    Field { name, unit: "boolean", allowed: FLAGS }
}

/// The fields of findings.
pub const FINDINGS: [Field; 49] = [
    field("period", "text"),
    field("first_day", "day"),
    field("last_day", "day"),
    one_of("cut_off", &["calendar", "15-14"]),
    flag("provisional"),
    flag("simulated"),
    one_of("indicator", &["procedures", "service", "education", "papers_again"]),
    one_of("measure", &["closing", "pooled_index", "share_of_no"]),
    one_of("scope", &["department", "unit", "procedure", "no_procedure"]),
    field("code", "text"),
    field("name", "text"),
    one_of("state", STATES),
    field("n", "persons"),
    field("answers", "answers"),
    field("level_1", "answers"),
    field("level_2", "answers"),
    field("level_3", "answers"),
    field("level_4", "answers"),
    field("level_5", "answers"),
    field("satisfied", "answers"),
    field("blank", "answers"),
    field("not_applicable", "answers"),
    field("share", "fraction"),
    field("lower", "fraction"),
    field("upper", "fraction"),
    one_of("range", &["at_least_95", "at_most_5"]),
    field("target", "fraction"),
    one_of("verdict", VERDICTS),
    field("at_least", "fraction"),
    field("at_most", "fraction"),
    field("needed_more", "answers"),
    field("best_case_met", "answers"),
    field("best_case_not_met", "answers"),
    field("population", "files"),
    field("coverage", "fraction"),
    flag("more_answers_than_files"),
    one_of("source", &["survey_at_unit_not_sipas"]),
    one_of("index_state", STATES),
    field("index_n", "persons"),
    field("index_answers", "answers"),
    field("index_satisfied", "answers"),
    field("index_share", "fraction"),
    field("index_lower", "fraction"),
    field("index_upper", "fraction"),
    one_of("index_verdict", VERDICTS),
    field("excluded", "persons"),
    flag("excluded_under_5"),
    one_of("excluded_answers", &["left_out", "included"]),
    field("seal", "text"),
];

/// The fields of a managers' page.
pub const PICTURE: [Field; 38] = [
    field("period", "text"),
    field("first_day", "day"),
    field("last_day", "day"),
    one_of("cut_off", &["calendar", "15-14"]),
    flag("provisional"),
    flag("simulated"),
    one_of("source", &["survey_at_unit_not_sipas"]),
    one_of("indicator", &["procedures", "service", "education", "papers_again"]),
    one_of("measure", &["closing", "pooled_index", "share_of_no"]),
    field("channel", "name"),
    one_of("organisation", &["as_it_was", "as_it_is"]),
    field("counted", "name"),
    field("part", "name"),
    field("code", "text"),
    field("name", "text"),
    one_of("state", STATES),
    field("n", "persons"),
    field("answers", "answers"),
    field("level_1", "answers"),
    field("level_2", "answers"),
    field("level_3", "answers"),
    field("level_4", "answers"),
    field("level_5", "answers"),
    field("satisfied", "answers"),
    field("blank", "answers"),
    field("not_applicable", "answers"),
    field("share", "fraction"),
    field("lower", "fraction"),
    field("upper", "fraction"),
    field("target", "fraction"),
    one_of("verdict", VERDICTS),
    field("population", "files"),
    field("coverage", "fraction"),
    field("limit_lower", "fraction"),
    field("limit_upper", "fraction"),
    one_of("out_of_the_ordinary", &["beyond_limits", "run_of_eight", "high", "low"]),
    field("shrunk_share", "fraction"),
    field("last_answer", "day"),
];

/// The fields that open data have besides.
pub const OPEN: [Field; 3] = [field("publication", "number"), field("frozen", "day"), one_of("licence", &[LICENCE])];

/// The licence of open data, as its registry writes it.
pub const LICENCE: &str = "CC-BY-4.0";
/// Its text.
pub const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";

impl Field {
    /// What it means.
    #[must_use]
    pub fn meaning(&self, lang: Lang) -> String {
        lang.text(&format!("field-{}", self.name.replace('_', "-")))
    }
}

/// The dictionary as a table: field, unit, what it may hold, and the meaning in every language.
#[must_use]
pub fn dictionary() -> Table {
    let langs = Lang::all();
    let plain = |name: &'static str| Column { name, heading: name.to_owned() };
    let meanings = langs.iter().map(|lang| match lang.code() {
        "vi" => plain("meaning_vi"),
        "en" => plain("meaning_en"),
        // A language that the operator added has its code over its column.
        code => Column { name: "meaning", heading: code.to_owned() },
    });
    let columns = ["field", "unit", "allowed"].map(plain).into_iter().chain(meanings).collect();
    let row = |field: &Field| {
        let start = [field.name.to_owned(), field.unit.to_owned(), field.allowed.join(" ")];
        start.into_iter().chain(langs.iter().map(|lang| field.meaning(*lang))).map(Cell::Text).collect()
    };
    Table { name: "fields".to_owned(), columns, rows: FINDINGS.iter().chain(&OPEN).map(row).collect() }
}

/// The dictionary as JSON.
#[must_use]
pub fn json() -> Value {
    let meaning = |field: &Field| -> Value {
        Lang::all().into_iter().map(|lang| (lang.code().to_owned(), Value::from(field.meaning(lang)))).collect()
    };
    let one = |field: &Field| json!({ "field": field.name, "unit": field.unit, "allowed": field.allowed, "meaning": meaning(field) });
    let fields: Vec<Value> = FINDINGS.iter().chain(&OPEN).map(one).collect();
    json!({ "licence": LICENCE, "licence_url": LICENCE_URL, "fields": fields })
}
