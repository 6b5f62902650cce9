//! Findings as CSV: UTF-8 with a byte-order mark, lines ended by CR LF, quoted by RFC 4180; one line for each
//! indicator, scope and code. A text that a spreadsheet would run as a formula is made inert.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::flow::assess::{Figure, Finding, Findings, Line};

/// Names of the columns that hold the figure itself.
const FIGURE: [&str; 26] = [
    "state",
    "n",
    "answers",
    "level_1",
    "level_2",
    "level_3",
    "level_4",
    "level_5",
    "satisfied",
    "blank",
    "not_applicable",
    "share",
    "lower",
    "upper",
    "range",
    "target",
    "verdict",
    "at_least",
    "at_most",
    "needed_more",
    "best_case_met",
    "best_case_not_met",
    "population",
    "coverage",
    "more_answers_than_files",
    "source",
];

/// Names of the columns before it.
const LINE: [&str; 10] =
    ["period", "first_day", "last_day", "cut_off", "provisional", "simulated", "indicator", "measure", "scope", "code"];

/// Names of the columns of the pooled index that stands beside a closing question.
const INDEX: [&str; 8] = [
    "index_state",
    "index_n",
    "index_answers",
    "index_satisfied",
    "index_share",
    "index_lower",
    "index_upper",
    "index_verdict",
];

/// Names of the columns of what two people left out: how many, whether so few that it is not told, and whether the
/// figures of this file count them.
const EXCLUDED: [&str; 3] = ["excluded", "excluded_under_5", "excluded_answers"];

/// The file.
///
/// # Errors
/// Internal, when memory for it cannot be had.
pub fn file(findings: &Findings) -> Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    let header = LINE.iter().chain(&["name"]).chain(&FIGURE).chain(&INDEX).chain(&EXCLUDED).chain(&["seal"]);
    writer.write_record(header).map_err(Error::internal)?;
    for finding in &findings.indicators {
        for line in std::iter::once(&finding.department).chain(&finding.units).chain(&finding.procedures) {
            let mut row = beginning(findings, finding, line);
            row.extend(figure(&line.figure));
            row.push(findings.source.to_owned());
            row.extend(index(line.index.as_ref()));
            let (left_out, few) = (number(line.figure.excluded), line.figure.excluded_few.to_string());
            row.extend([left_out, few, findings.excluded.name().to_owned()]);
            row.push(findings.seal.clone().unwrap_or_default());
            writer.write_record(&row).map_err(Error::internal)?;
        }
    }
    writer.flush().map_err(Error::internal)?;
    drop(writer);
    Ok(bytes)
}

fn beginning(findings: &Findings, finding: &Finding, line: &Line) -> Vec<String> {
    let period = &findings.period;
    vec![
        period.to_string(),
        period.from().date().to_string(),
        period.last().date().to_string(),
        period.cut_off().name().to_owned(),
        findings.provisional.to_string(),
        findings.simulated.to_string(),
        finding.indicator.name().to_owned(),
        finding.measure.name().to_owned(),
        line.scope.name().to_owned(),
        inert(&line.code).into_owned(),
        inert(&line.name).into_owned(),
    ]
}

fn figure(figure: &Figure) -> Vec<String> {
    let level = |at: usize| number(figure.levels.map(|levels| levels[at]));
    vec![
        figure.state.name().to_owned(),
        number(figure.n),
        number(figure.answers),
        level(0),
        level(1),
        level(2),
        level(3),
        level(4),
        number(figure.satisfied),
        number(figure.blank),
        number(figure.not_applicable),
        number(figure.share),
        number(figure.lower),
        number(figure.upper),
        figure.range.map_or("", |range| range.name()).to_owned(),
        number(figure.target.map(|points| f64::from(points) / 10_000.0)),
        figure.verdict.map_or("", |verdict| verdict.name()).to_owned(),
        number(figure.at_least),
        number(figure.at_most),
        number(figure.needed.and_then(|needed| needed.more)),
        number(figure.needed.and_then(|needed| needed.best_case_met)),
        number(figure.needed.and_then(|needed| needed.best_case_not_met)),
        number(figure.population),
        number(figure.coverage),
        figure.more_answers_than_files.to_string(),
    ]
}

fn index(index: Option<&Figure>) -> Vec<String> {
    let Some(index) = index else { return vec![String::new(); INDEX.len()] };
    vec![
        index.state.name().to_owned(),
        number(index.n),
        number(index.answers),
        number(index.satisfied),
        number(index.share),
        number(index.lower),
        number(index.upper),
        index.verdict.map_or("", |verdict| verdict.name()).to_owned(),
    ]
}

/// A plain number; nothing where there is none. Rust writes floats without exponent and with a full stop.
fn number(value: Option<impl std::fmt::Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula: behind an apostrophe where its first visible character could
/// start one.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    let starts = |c: char| "=+-@|%\t\r\n＝＋－＠".contains(c);
    let invisible =
        |c: &char| c.is_whitespace() || c.is_control() || "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(*c);
    let breaks = text.chars().take_while(invisible).any(starts);
    if breaks || text.chars().find(|c| !invisible(c)).is_some_and(starts) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_cell_starts_a_formula() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "|cmd",
            "%x",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "  =1",
            "\u{200b}=1",
            "\u{feff}@x",
            "\tx",
        ] {
            assert_eq!(inert(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "Văn phòng Sở", "1.005092", "a=b", "(=)", " Sở"] {
            assert_eq!(inert(text), text);
        }
    }
}
