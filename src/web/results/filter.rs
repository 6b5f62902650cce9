//! The choice of a period: which one, and where it is cut. A GET form, so that every view has an address.

use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::Day;
use crate::domain::period::{CutOff, Kind, Period};
use crate::error::{Error, Fault, Result};
use crate::flow::assess::Excluded;
use crate::words::Lang;

/// What was asked for, as it was typed. `period` alone is enough and is what links use; the form sends year and part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A period as files name it: `2026-Q3`.
    pub period: String,
    /// A year.
    pub year: String,
    /// Part of the year: nothing for all of it, `H1`, `Q3`, `10`, or `range`.
    pub part: String,
    /// First day of a range, yyyy-mm-dd.
    pub from: String,
    /// Last day of a range.
    pub to: String,
    /// Name of the cut-off.
    pub cut_off: String,
    /// `with`: what two people left out is counted as well.
    pub excluded: String,
}

impl Filter {
    /// Whether what two people left out is counted.
    #[must_use]
    pub fn excluded(&self) -> Excluded {
        if self.excluded == "with" { Excluded::Included } else { Excluded::LeftOut }
    }

    /// The period asked for; without any, the year of today.
    ///
    /// # Errors
    /// When what was typed is no period or no cut-off.
    pub fn period(&self, today: Day) -> Result<Period> {
        let cut_off = match self.cut_off.as_str() {
            "" => CutOff::Calendar,
            name => CutOff::by_name(name)
                .ok_or_else(|| Error::invalid(Fault::new("cut-off-not-understood").with("value", name)))?,
        };
        match (self.period.as_str(), self.part.as_str(), self.year.trim()) {
            ("", "range", _) => Period::parse(&format!("{}..{}", self.from, self.to), cut_off),
            ("", "", "") => Ok(Period::year_of(today, cut_off)),
            ("", "", year) => Period::parse(year, cut_off),
            ("", part, "") => Period::parse(&format!("{}-{part}", Period::year_of(today, cut_off).year()), cut_off),
            ("", part, year) => Period::parse(&format!("{year}-{part}"), cut_off),
            (period, ..) => Period::parse(period, cut_off),
        }
    }
}

/// The form, filled with what is chosen.
pub fn form(lang: Lang, filter: &Filter, shown: &Period) -> Markup {
    html! {
        form class="filter" method="get" {
            h2 { (lang.text("results-filter")) }
            input type="hidden" name="lang" value=(lang.code());
            @if filter.excluded() == Excluded::Included { input type="hidden" name="excluded" value="with"; }
            div class="fields" {
                (period_fields(lang, filter, Some(shown)))
                (cut_off_field(lang, shown.cut_off()))
                button type="submit" { (lang.text("results-filter-view")) }
            }
        }
    }
}

/// The fields of a period: filled with the one shown, else as they were typed.
#[must_use]
pub fn period_fields(lang: Lang, filter: &Filter, shown: Option<&Period>) -> Markup {
    let ranged = shown.filter(|shown| shown.kind() == Kind::Range);
    let day = |typed: &str, day: fn(&Period) -> Day| {
        ranged.map_or_else(|| typed.to_owned(), |shown| day(shown).date().to_string())
    };
    let (from, to) = (day(&filter.from, Period::from), day(&filter.to, Period::last));
    let part = shown.map_or_else(|| filter.part.clone(), part_of);
    let year = shown.map_or_else(|| filter.year.clone(), |shown| shown.year().to_string());
    html! {
        label for="year" { (lang.text("results-filter-year"))
            input id="year" name="year" inputmode="numeric" size="4" value=(year);
        }
        label for="part" { (lang.text("results-filter-part"))
            select id="part" name="part" {
                @for (value, words) in parts(lang) {
                    option value=(value) selected[value == part] { (words) }
                }
            }
        }
        label for="from" { (lang.text("results-filter-from"))
            input id="from" name="from" type="date" value=(from);
        }
        label for="to" { (lang.text("results-filter-to"))
            input id="to" name="to" type="date" value=(to);
        }
    }
}

/// The field of the cut-off.
#[must_use]
pub fn cut_off_field(lang: Lang, chosen: CutOff) -> Markup {
    html! {
        label for="cut_off" { (lang.text("results-filter-cut-off"))
            select id="cut_off" name="cut_off" {
                @for cut_off in CutOff::ALL {
                    option value=(cut_off.name()) selected[cut_off == chosen] { (lang.text(cut_off_key(cut_off))) }
                }
            }
        }
    }
}

fn cut_off_key(cut_off: CutOff) -> &'static str {
    match cut_off {
        CutOff::Calendar => "results-filter-calendar",
        CutOff::FifteenToFourteen => "results-filter-fifteen",
    }
}

fn part_of(period: &Period) -> String {
    match period.kind() {
        Kind::Year => String::new(),
        Kind::HalfYear(place) => format!("H{place}"),
        Kind::Quarter(place) => format!("Q{place}"),
        Kind::Month(place) => format!("{place:02}"),
        Kind::Range => "range".to_owned(),
    }
}

fn parts(lang: Lang) -> Vec<(String, String)> {
    let words = [
        ("", "results-filter-whole-year"),
        ("H1", "results-filter-half-1"),
        ("H2", "results-filter-half-2"),
        ("Q1", "results-filter-quarter-1"),
        ("Q2", "results-filter-quarter-2"),
        ("Q3", "results-filter-quarter-3"),
        ("Q4", "results-filter-quarter-4"),
    ];
    let months = (1..=12).map(|month| {
        let words = lang.text_with("results-filter-month", &[("month", &month.to_string())]);
        (format!("{month:02}"), words)
    });
    let named = words.into_iter().map(|(value, key)| (value.to_owned(), lang.text(key)));
    let range = ("range".to_owned(), lang.text("results-filter-range"));
    named.chain(months).chain([range]).collect()
}
