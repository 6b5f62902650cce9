//! Section 22: a pattern of hidden entries, and what a reader can still work out.

use hailong::stats::disclosure::{Entry, EntryKind, Status, Suppression, suppress};
use serde_json::{Value, json};

use super::attacker::Attacker;
use super::{count, field, whole};

pub fn disclosure_case(input: &Value) -> Value {
    let (counts, got) = suppressed(input);
    let open = got.status() == Status::Ok;
    for (row, column) in got.hidden().map(|entry| (entry.row, entry.column)) {
        assert_eq!(got.published(Entry { row, column }), None, "a hidden entry is published");
    }
    assert!(open || got.published(Entry { row: 0, column: 0 }).is_none(), "an unprotected table is published");
    let pairs = |entries: &[Entry]| json!(entries.iter().map(|e| [e.row, e.column]).collect::<Vec<_>>());
    let kind = |entry| match got.kind(entry) {
        EntryKind::Cell => "cell",
        EntryKind::RowTotal => "row_total",
        EntryKind::ColumnTotal => "column_total",
        EntryKind::Grand => "grand",
    };
    let hidden = got.hidden().map(|e| json!({ "row": e.row, "column": e.column, "kind": kind(e) }));
    let attacker = Attacker::new(&counts, &|row, column| got.is_hidden(Entry { row, column }));
    let audit = got.primary().iter().map(|entry| {
        let (low, high) = attacker.bounds(entry.row, entry.column);
        json!({ "row": entry.row, "column": entry.column, "attacker_low": low, "attacker_high": high })
    });
    json!({
        "status": match got.status() { Status::Ok => "ok", Status::CannotProtect => "cannot_protect" },
        "unprotected": pairs(got.unprotected()), "primary": pairs(got.primary()),
        "audit": audit.collect::<Vec<_>>(),
        "suppressed": hidden.collect::<Vec<_>>(), "published_cells": got.published_cells(),
        "suppressed_count": got.suppressed_count(),
    })
}

/// Whether a pattern other than the expected one is right too: it hides every primary entry, leaves each of them
/// possible up to its value + k, and hides no more responses.
pub fn as_good(input: &Value, want: &Value, got: &Value) -> bool {
    let (counts, found) = suppressed(input);
    let k = count(input, "k");
    let attacker = Attacker::new(&counts, &|row, column| found.is_hidden(Entry { row, column }));
    let protected = field(want, "primary").as_array().unwrap().iter().all(|pair| {
        let entry = place(pair);
        let high = attacker.bounds(entry.row, entry.column).1;
        found.is_hidden(entry) && high.is_none_or(|high| high >= attacker.count(entry.row, entry.column) + k)
    });
    protected
        && ["status", "unprotected", "primary"].iter().all(|key| field(want, key) == field(got, key))
        && count(got, "suppressed_count") <= count(want, "suppressed_count")
}

fn suppressed(input: &Value) -> (Vec<Vec<u64>>, Suppression) {
    let numbers = |row: &Value| row.as_array().unwrap().iter().map(|n| whole(n).unwrap()).collect::<Vec<u64>>();
    let counts: Vec<Vec<u64>> = field(input, "counts").as_array().unwrap().iter().map(numbers).collect();
    let forced: Vec<Entry> = field(input, "forced").as_array().unwrap().iter().map(place).collect();
    let got = suppress(&counts, count(input, "k"), &forced).unwrap();
    (counts, got)
}

fn place(pair: &Value) -> Entry {
    let [row, column] = [0, 1].map(|position| whole(&pair[position]).unwrap() as usize);
    Entry { row, column }
}
