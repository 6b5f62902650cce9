//! Findings as one flat table, a row for each indicator, scope and code: what every file of figures is written from.

use super::fields::{self, Field};
use crate::flow::assess::{Figure, Finding, Findings, Line};
use crate::words::Lang;

/// What stands in one place of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// A text, which nothing may run.
    Text(String),
    /// A number of people or things.
    Count(u64),
    /// A part of one.
    Share(f64),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number that may not be told.
    #[must_use]
    pub fn count(n: Option<u64>) -> Self {
        n.map_or(Self::Nothing, Self::Count)
    }

    /// A share that may not be told.
    #[must_use]
    pub fn share(share: Option<f64>) -> Self {
        share.map_or(Self::Nothing, Self::Share)
    }
}

/// A column: its name in files, which stays, and what people read over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name in files.
    pub name: &'static str,
    /// Words for people.
    pub heading: String,
}

/// A table, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it is called: the name of a sheet.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// The table of findings.
#[must_use]
pub fn of(lang: Lang, findings: &Findings) -> Table {
    let mut rows = Vec::new();
    for finding in &findings.indicators {
        for line in std::iter::once(&finding.department).chain(&finding.units).chain(&finding.procedures) {
            rows.push(row(findings, finding, line));
        }
    }
    Table { name: lang.text("sheet-figures"), columns: columns(lang, &fields::FINDINGS), rows }
}

/// Columns of fields of the dictionary.
#[must_use]
pub fn columns(lang: Lang, fields: &[Field]) -> Vec<Column> {
    fields.iter().map(|field| Column { name: field.name, heading: field.meaning(lang) }).collect()
}

/// In the order of [`fields::FINDINGS`].
fn row(findings: &Findings, finding: &Finding, line: &Line) -> Vec<Cell> {
    let period = &findings.period;
    let mut row = vec![
        Cell::text(period.to_string()),
        Cell::text(period.from().date().to_string()),
        Cell::text(period.last().date().to_string()),
        Cell::text(period.cut_off().name()),
        Cell::Flag(findings.provisional),
        Cell::Flag(findings.simulated),
        Cell::text(finding.indicator.name()),
        Cell::text(finding.measure.name()),
        Cell::text(line.scope.name()),
        Cell::text(&*line.code),
        Cell::text(&*line.name),
    ];
    row.extend(figure(&line.figure));
    row.push(Cell::text(&*findings.source));
    row.extend(index(line.index.as_ref()));
    row.extend([
        Cell::count(line.figure.excluded),
        Cell::Flag(line.figure.excluded_few),
        Cell::text(findings.excluded.name()),
        findings.seal.as_ref().map_or(Cell::Nothing, Cell::text),
    ]);
    row
}

fn figure(figure: &Figure) -> Vec<Cell> {
    let level = |at: usize| Cell::count(figure.levels.map(|levels| levels[at]));
    let needed = figure.needed;
    vec![
        Cell::text(figure.state.name()),
        Cell::count(figure.n),
        Cell::count(figure.answers),
        level(0),
        level(1),
        level(2),
        level(3),
        level(4),
        Cell::count(figure.satisfied),
        Cell::count(figure.blank),
        Cell::count(figure.not_applicable),
        Cell::share(figure.share),
        Cell::share(figure.lower),
        Cell::share(figure.upper),
        figure.range.map_or(Cell::Nothing, |range| Cell::text(range.name())),
        Cell::share(figure.target.map(|points| f64::from(points) / 10_000.0)),
        figure.verdict.map_or(Cell::Nothing, |verdict| Cell::text(verdict.name())),
        Cell::share(figure.at_least),
        Cell::share(figure.at_most),
        Cell::count(needed.and_then(|needed| needed.more)),
        Cell::count(needed.and_then(|needed| needed.best_case_met)),
        Cell::count(needed.and_then(|needed| needed.best_case_not_met)),
        Cell::count(figure.population),
        Cell::share(figure.coverage),
        Cell::Flag(figure.more_answers_than_files),
    ]
}

fn index(index: Option<&Figure>) -> Vec<Cell> {
    let Some(index) = index else { return vec![Cell::Nothing; 8] };
    vec![
        Cell::text(index.state.name()),
        Cell::count(index.n),
        Cell::count(index.answers),
        Cell::count(index.satisfied),
        Cell::share(index.share),
        Cell::share(index.lower),
        Cell::share(index.upper),
        index.verdict.map_or(Cell::Nothing, |verdict| Cell::text(verdict.name())),
    ]
}
