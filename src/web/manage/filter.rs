//! What a page of figures shows: period, indicator, channel, organisation, with or without what was left out and what
//! is marked. A GET form, so that every view has an address; the address is what the ways between pages keep.

use std::fmt::Write;

use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::period::Period;
use crate::domain::{Channel, Day, Indicator};
use crate::error::{Error, Fault, Result};
use crate::flow::assess::{Excluded, Marked, Organisation};
use crate::present::say;
use crate::web::results::{self, cut_off_field, period_fields};
use crate::web::visitor::encode;
use crate::words::Lang;

/// What was asked for, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The period, and what two people left out: as on the page of results.
    #[serde(flatten)]
    pub when: results::Filter,
    /// Name of the indicator.
    pub indicator: String,
    /// Name of a channel; nothing for all.
    pub channel: String,
    /// `now`: the organisation as it is.
    pub organisation: String,
    /// `without`: what is marked as suspicious is not counted.
    pub marked: String,
    /// Code or name of a unit, as the form sends it.
    pub unit: String,
    /// Code or name of a procedure, likewise.
    pub procedure: String,
    /// The column that tables are sorted by; with `-` before it, the largest first.
    pub sort: String,
    /// Text that names or codes in tables have.
    pub find: String,
    /// The page of a long table.
    pub page: String,
    /// `1`: for print, everything open.
    #[serde(rename = "in")]
    pub print: String,
}

/// What a page shows, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The period.
    pub period: Period,
    /// The indicator.
    pub indicator: Indicator,
    /// One channel, or all.
    pub channel: Option<Channel>,
    /// The organisation as it was or as it is.
    pub organisation: Organisation,
    /// With or without what two people left out.
    pub excluded: Excluded,
    /// With or without what is marked as suspicious.
    pub marked: Marked,
    /// The order of tables.
    pub sort: Sort,
    /// Text that names or codes in tables have; nothing for all.
    pub find: String,
    /// The page of a long table, from 1.
    pub page: usize,
    /// For print.
    pub print: bool,
}

/// What tables are sorted by. There is no order of rank: names come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// The column.
    pub by: Column,
    /// The largest, or the last of the alphabet, first.
    pub down: bool,
}

/// A column that tables can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Column {
    /// The name.
    #[default]
    Name,
    /// How many answered.
    Number,
    /// The share.
    Share,
    /// The verdict.
    State,
}

impl Column {
    /// Every column, with its name in addresses.
    const ALL: [(Self, &'static str); 4] =
        [(Self::Name, "name"), (Self::Number, "n"), (Self::Share, "share"), (Self::State, "state")];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(column, _)| *column == self).map_or("name", |(_, name)| name)
    }
}

impl Sort {
    fn parse(text: &str) -> Option<Self> {
        let name = text.trim_start_matches('-');
        let by = if text.is_empty() { Column::Name } else { Column::ALL.iter().find(|(_, known)| *known == name)?.0 };
        Some(Self { by, down: text.starts_with('-') })
    }

    fn name(self) -> String {
        format!("{}{}", if self.down { "-" } else { "" }, self.by.name())
    }
}

impl Filter {
    /// What is to be shown; without a period, the year of today.
    ///
    /// # Errors
    /// When something that was typed is not understood.
    pub fn check(&self, today: Day) -> Result<Chosen> {
        let unknown = |value: &str| Error::invalid(Fault::new("manage-not-understood").with("value", value));
        let indicator = match self.indicator.as_str() {
            "" => Indicator::Procedures,
            name => Indicator::by_name(name).ok_or_else(|| unknown(name))?,
        };
        let channel = match self.channel.as_str() {
            "" => None,
            name => Some(Channel::by_name(name).ok_or_else(|| unknown(name))?),
        };
        Ok(Chosen {
            period: self.when.period(today)?,
            indicator,
            channel,
            organisation: if self.organisation == "now" { Organisation::AsItIs } else { Organisation::AsItWas },
            excluded: self.when.excluded(),
            marked: if self.marked == "without" { Marked::LeftOut } else { Marked::Included },
            sort: Sort::parse(&self.sort).ok_or_else(|| unknown(&self.sort))?,
            find: self.find.trim().to_owned(),
            page: if self.page.is_empty() { 1 } else { self.page.parse().map_err(|_| unknown(&self.page))? },
            print: self.print == "1",
        })
    }
}

impl Chosen {
    /// What ways to other pages keep of the address, each pair ended by `&`.
    #[must_use]
    pub fn kept(&self) -> String {
        let mut query = format!("period={}&", self.period);
        let mut put = |name: &str, value: &str| {
            // A String takes whatever is written to it.
            let _ = write!(query, "{name}={}&", encode(value));
        };
        if self.period.cut_off() != crate::domain::period::CutOff::Calendar {
            put("cut_off", self.period.cut_off().name());
        }
        if self.indicator != Indicator::Procedures {
            put("indicator", self.indicator.name());
        }
        if let Some(channel) = self.channel {
            put("channel", channel.name());
        }
        if self.organisation == Organisation::AsItIs {
            put("organisation", "now");
        }
        if self.excluded == Excluded::Included {
            put("excluded", "with");
        }
        if self.marked == Marked::LeftOut {
            put("marked", "without");
        }
        query
    }

    /// The whole address of a view: with the order and page of its table too.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = self.kept();
        if self.sort != Sort::default() {
            let _ = write!(query, "sort={}&", self.sort.name());
        }
        if !self.find.is_empty() {
            let _ = write!(query, "find={}&", encode(&self.find));
        }
        if self.page > 1 {
            let _ = write!(query, "page={}&", self.page);
        }
        if self.print {
            query.push_str("in=1&");
        }
        query
    }

    /// The same view, sorted by a column: a second time the other way round. Numbers begin with the largest.
    #[must_use]
    pub fn sorted(&self, by: Column) -> Self {
        let down = if self.sort.by == by { !self.sort.down } else { matches!(by, Column::Number | Column::Share) };
        Self { sort: Sort { by, down }, page: 1, ..self.clone() }
    }
}

/// A unit or procedure that the form offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What the form offers besides periods and channels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// Units inside the scope, by name.
    pub units: Vec<Choice>,
    /// Procedures, by name.
    pub procedures: Vec<Choice>,
    /// Code of the unit that the page is about.
    pub unit: String,
    /// Code of the procedure.
    pub procedure: String,
}

/// A list longer than this is not sent with every page: what is looked for is typed.
const LONGEST: usize = 24;

/// The form: filled with what is shown, or as it was typed where that was not understood.
#[must_use]
pub fn form(lang: Lang, filter: &Filter, chosen: Option<&Chosen>, offer: &Offer, action: &str) -> Markup {
    let other = chosen.is_some_and(|chosen| {
        let usual = results::Filter::default();
        chosen.organisation != Organisation::AsItWas
            || chosen.excluded != usual.excluded()
            || chosen.marked != Marked::Included
            || chosen.period.cut_off() != crate::domain::period::CutOff::Calendar
    });
    let period = chosen.map(|chosen| &chosen.period);
    html! {
        form.filter method="get" action=(action) {
            h2 { (lang.text("manage-filter")) }
            input type="hidden" name="lang" value=(lang.code());
            @if let Some(chosen) = chosen.filter(|chosen| chosen.indicator != Indicator::Procedures) {
                input type="hidden" name="indicator" value=(chosen.indicator.name());
            }
            div.fields {
                (period_fields(lang, &filter.when, period))
                (one_of(lang, ("unit", "results-column-unit", "manage-all-units"), &offer.units, &offer.unit))
                (one_of(lang, ("procedure", "results-column-procedure", "manage-all-procedures"), &offer.procedures, &offer.procedure))
                label for="channel" { (lang.text("manage-channel"))
                    select id="channel" name="channel" {
                        option value="" { (lang.text("manage-all-channels")) }
                        @for channel in Channel::ALL {
                            option value=(channel.name()) selected[channel.name() == filter.channel] { (say::channel(lang, channel)) }
                        }
                    }
                }
                button type="submit" { (lang.text("results-filter-view")) }
            }
            details open[other] {
                summary { (lang.text("manage-filter-more")) }
                div.fields {
                    (cut_off_field(lang, period.map(Period::cut_off).unwrap_or_default()))
                    (two(lang, "organisation", "now", filter.organisation == "now"))
                    (two(lang, "excluded", "with", filter.when.excluded == "with"))
                    (two(lang, "marked", "without", filter.marked == "without"))
                }
            }
        }
    }
}

/// A list to choose from, or a field to type into where the list is long.
fn one_of(lang: Lang, (name, label, all): (&str, &str, &str), choices: &[Choice], chosen: &str) -> Markup {
    html! {
        label for=(name) { (lang.text(label))
            @if choices.len() > LONGEST {
                input.search id=(name) name=(name) value=(chosen) autocomplete="off" placeholder=(lang.text("manage-code-or-name"));
            } @else {
                select id=(name) name=(name) {
                    option value="" { (lang.text(all)) }
                    @for choice in choices { option value=(choice.code) selected[choice.code == chosen] { (choice.name) } }
                }
            }
        }
    }
}

/// A choice between the usual way of counting and another one.
fn two(lang: Lang, name: &str, value: &str, other: bool) -> Markup {
    html! {
        label for=(name) { (lang.text(&format!("manage-{name}")))
            select id=(name) name=(name) {
                option value="" selected[!other] { (lang.text(&format!("manage-{name}-usual"))) }
                option value=(value) selected[other] { (lang.text(&format!("manage-{name}-{value}"))) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Filter {
        let uri: axum::http::Uri = format!("/manage?{query}").parse().unwrap();
        axum::extract::Query::try_from_uri(&uri).unwrap().0
    }

    fn today() -> Day {
        Day::from_number(20_261_124).unwrap()
    }

    #[test]
    fn the_address_of_a_view_leads_back_to_it() {
        for query in [
            "",
            "period=2026-Q3&channel=kiosk",
            "year=2025&part=H1&cut_off=15-14&indicator=service&excluded=with&marked=without&organisation=now",
            "part=range&from=2026-01-05&to=2026-02-03&sort=-share&find=th%C3%A0nh%20ph%E1%BB%91&page=3&in=1",
        ] {
            let chosen = read(query).check(today()).unwrap();
            let again = read(&chosen.query()).check(today()).unwrap();
            assert_eq!(again, chosen, "{query}");
        }
        assert_eq!(read("").check(today()).unwrap().kept(), "period=2026&");
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for query in ["channel=fax", "indicator=all", "sort=rank", "page=x", "year=20x6", "period=2026-13"] {
            assert!(matches!(read(query).check(today()), Err(Error::Invalid(_))), "{query}");
        }
    }

    #[test]
    fn sorting_twice_by_a_column_turns_it_round() {
        let chosen = read("page=4").check(today()).unwrap();
        let once = chosen.sorted(Column::Share);
        assert_eq!((once.sort.name(), once.page), ("-share".to_owned(), 1));
        assert_eq!(once.sorted(Column::Share).sort.name(), "share");
        assert_eq!(chosen.sorted(Column::Name).sort.name(), "-name");
    }
}
