//! Open data: what a publication shows, as files that anybody may use, with their licence in them.

use serde_json::{Map, Value, json};

use super::csv;
use super::fields::{FINDINGS, LICENCE, LICENCE_URL, OPEN};
use super::table::{self, Cell, Table};
use crate::domain::Day;
use crate::error::Result;
use crate::flow::assess::{Excluded, Findings};
use crate::flow::publish::{Publication, Shown};
use crate::words::FIRST;

/// The rows of both views, without and with what two people left out.
fn table(publication: &Publication, shown: &Shown) -> Table {
    let mut table = with_licence(publication, shown.findings(Excluded::LeftOut));
    if has_excluded(shown) {
        table.rows.extend(with_licence(publication, shown.findings(Excluded::Included)).rows);
    }
    table
}

/// Whether both views differ: else the second would only be the first again.
fn has_excluded(shown: &Shown) -> bool {
    shown.findings(Excluded::LeftOut).indicators != shown.findings(Excluded::Included).indicators
}

fn with_licence(publication: &Publication, findings: &Findings) -> Table {
    let mut table = table::of(FIRST, findings);
    table.columns.extend(table::columns(FIRST, &OPEN));
    let frozen = publication.frozen_at.map_or(Cell::Nothing, |at| Cell::text(Day::at(at).date().to_string()));
    let id = u64::try_from(publication.id.0).unwrap_or_default();
    for row in &mut table.rows {
        row.extend([Cell::Count(id), frozen.clone(), Cell::text(LICENCE)]);
    }
    table
}

/// As CSV.
///
/// # Errors
/// Internal, when memory for it cannot be had.
pub fn csv(publication: &Publication, shown: &Shown) -> Result<Vec<u8>> {
    csv::write(&table(publication, shown))
}

/// As JSON: the licence, where the fields are explained, and a list of rows.
#[must_use]
pub fn json(publication: &Publication, shown: &Shown) -> Value {
    let value = |cell: &Cell| match cell {
        Cell::Nothing => Value::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Count(n) => (*n).into(),
        Cell::Share(part) => (*part).into(),
        Cell::Flag(flag) => (*flag).into(),
    };
    let names = FINDINGS.iter().chain(&OPEN).map(|field| field.name);
    let row = |cells: &Vec<Cell>| -> Map<String, Value> {
        names.clone().zip(cells).map(|(name, cell)| (name.to_owned(), value(cell))).collect()
    };
    let rows: Vec<Value> = table(publication, shown).rows.iter().map(|cells| row(cells).into()).collect();
    json!({
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "fields": "/results/open/fields.json",
        "publication": publication.id.0,
        "period": publication.period,
        "rows": rows,
    })
}
