//! Links between rows of one kind: to the one above, to the one after.

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use crate::domain::Day;
use crate::domain::remarks::Remarks;
use crate::domain::sheet::Line;

/// Checks one link of every row of a file, over everything that is there once the file is taken: it must lead
/// somewhere and not in a circle.
pub(super) fn check<T>(
    rows: &BTreeMap<String, Line>,
    all: &BTreeMap<String, T>,
    (column, circle): (&str, &'static str),
    next: impl Fn(&T) -> Option<&String>,
    remarks: &mut Remarks,
) {
    for (code, line) in rows {
        if let Some(target) = all.get(code).and_then(&next) {
            codes::find(all, target, (line, column), remarks);
        }
    }
    // Each row is walked over once: a chain as long as the file must not cost its square.
    let mut walked: BTreeSet<&String> = BTreeSet::new();
    for start in rows.keys() {
        let mut way: Vec<&String> = Vec::new();
        let mut here = Some(start);
        while let Some(at) = here.filter(|at| walked.insert(at)) {
            way.push(at);
            here = all.get(at).and_then(&next);
        }
        let Some(begin) = here.and_then(|at| way.iter().position(|passed| *passed == at)) else { continue };
        let round = &way[begin..];
        // What is stored has no circle, so the file has a hand in this one.
        if let Some(line) = round.iter().find_map(|code| rows.get(*code)) {
            let mut codes: Vec<&str> = round.iter().map(|code| code.as_str()).collect();
            codes.push(codes[0]);
            remarks.fault(line.fault(column, circle).with("way", shortened(&codes)));
        }
    }
}

fn shortened(codes: &[&str]) -> String {
    match codes {
        [first @ .., last] if first.len() > 8 => format!("{} → … → {last}", first[..8].join(" → ")),
        _ => codes.join(" → "),
    }
}

/// Checks that a validity does not end before it begins.
pub(super) fn check_days(line: &Line, from: Option<Day>, to: Option<Day>, remarks: &mut Remarks) {
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        remarks.fault(line.fault("valid_to", "import-ends-before").with("from", from).with("to", to));
    }
}
