//! The form of the desk, with the counts of the day below it.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{Chosen, officer};
use crate::domain::case::Event;
use crate::domain::collate;
use crate::domain::procedure::Procedure;
use crate::domain::unit::Unit;
use crate::error::{Fault, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::issue::desk::{self, Today};
use crate::present::number;
use crate::web::fields::Entry;
use crate::web::permit::Permit;
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// So many procedures that have the words typed can be chosen from; with more, more words are asked for.
const CHOICES: usize = 20;

/// The whole page.
///
/// # Errors
/// When the store does not answer.
pub async fn page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    chosen: &Chosen,
    faults: &[Fault],
    status: StatusCode,
) -> Result<Response> {
    let today = desk::today(&app.db, app.clock.now_ms(), officer(permit)).await?;
    let (signed, catalogue) = (ui::Signed::of(&permit.who, &app.keys), app.catalogue());
    let title = lang.text("desk-title");
    let entry = Entry { lang, faults, field_of };
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("desk-say")) }
        (Form { app, lang, permit, chosen, faults, again: false }.markup(&signed))
        (counts(lang, today))
    };
    // The other language is the same page, but for the case: what identifies a person stays out of addresses we make.
    let switch = chosen.query(lang).split_once('&').map_or_else(String::new, |(_, rest)| format!("{rest}&"));
    Ok(respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, &switch, catalogue.simulated, &body)))
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "desk-unit-needed" => "unit",
        "desk-procedure-needed" | "desk-procedure-none" | "desk-procedure-several" => "procedure",
        "desk-event-needed" => Event::ALL[0].name(),
        _ => "case",
    }
}

/// The form that enters a case.
pub(super) struct Form<'a> {
    /// The state.
    pub app: &'a App,
    /// Language of the page.
    pub lang: Lang,
    /// Who enters.
    pub permit: &'a Permit,
    /// What is filled in.
    pub chosen: &'a Chosen,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// Whether it stands beside a code, for the next case.
    pub again: bool,
}

impl Form<'_> {
    /// The form.
    pub fn markup(&self, signed: &ui::Signed<'_>) -> Markup {
        let (lang, chosen, catalogue) = (self.lang, self.chosen, self.app.catalogue());
        let units = units(&catalogue, self.app, self.permit);
        let unit = units.iter().find(|unit| unit.code == chosen.unit).or(units.first().filter(|_| units.len() == 1));
        // A case that was filled in by another system needs one key: Enter on the button.
        let ready = !chosen.case.is_empty() && self.faults.is_empty();
        html! {
            form.narrow.desk method="post" action=(format!("/desk?lang={}#loi", lang.code())) novalidate {
                (signed.token())
                @if !chosen.tablet.is_empty() { input type="hidden" name="tablet" value=(chosen.tablet); }
                @match &units[..] {
                    [only] => { input type="hidden" name="unit" value=(only.code); }
                    _ => {
                        div.field {
                            label for="unit" { (lang.text("desk-unit")) }
                            (self.fault("unit"))
                            select id="unit" name="unit" {
                                option value="" { (lang.text("desk-choose")) }
                                @for unit in &units {
                                    option value=(unit.code) selected[unit.code == chosen.unit] { (unit.name) }
                                }
                            }
                        }
                    }
                }
                (self.procedure(&catalogue, unit.copied(), &units))
                (self.event(ready))
                div.field {
                    label for="case" { (lang.text("desk-case")) }
                    p.hint id="case-hint" { (lang.text("desk-case-hint")) }
                    (self.fault("case"))
                    input type="text" id="case" name="case" value=(chosen.case) autocomplete="off" spellcheck="false"
                        autocapitalize="characters" aria-describedby="case-hint"
                        autofocus[self.faults.is_empty() && !ready];
                }
                (self.words())
                button.main type="submit" autofocus[ready && !chosen.event.is_empty()] {
                    (lang.text(if self.again { "desk-next" } else { "desk-go" }))
                }
            }
        }
    }

    fn procedure(&self, catalogue: &Catalogue, unit: Option<&Unit>, units: &[&Unit]) -> Markup {
        let (lang, today, text) = (self.lang, self.app.today(), self.chosen.procedure.as_str());
        let several = self.faults.iter().any(|fault| fault.key == "desk-procedure-several");
        let found = unit.filter(|_| several).map(|unit| desk::found(catalogue, unit, today, text)).unwrap_or_default();
        let value = catalogue.procedure_by_code(text).map_or(text, |procedure| procedure.name.as_str());
        html! {
            div.field {
                label for="procedure" { (lang.text("desk-procedure")) }
                (self.fault("procedure"))
                @if (1..=CHOICES).contains(&found.len()) {
                    select id="procedure" name="procedure" {
                        option value="" { (lang.text("desk-choose")) }
                        @for procedure in &found { option value=(procedure.code) { (procedure.name) } }
                    }
                } @else {
                    p.hint id="procedure-hint" { (lang.text("desk-procedure-hint")) }
                    input type="text" id="procedure" name="procedure" value=(value) list="procedures" autocomplete="off"
                        spellcheck="false" aria-describedby="procedure-hint";
                    datalist id="procedures" {
                        @for procedure in offered(catalogue, unit, units, self.app) {
                            option value=(procedure.name) { (procedure.code) }
                        }
                    }
                }
            }
        }
    }

    /// Every event alike: an office that asked only after good news would only hear good things.
    fn event(&self, ready: bool) -> Markup {
        let (lang, chosen) = (self.lang, self.chosen.event.as_str());
        html! {
            fieldset.field {
                legend { (lang.text("desk-event")) }
                (self.fault(Event::ALL[0].name()))
                div.choices {
                    @for (at, event) in Event::ALL.into_iter().enumerate() {
                        label for=(event.name()) {
                            input type="radio" id=(event.name()) name="event" value=(event.name())
                                checked[event.name() == chosen] autofocus[at == 0 && ready && chosen.is_empty()];
                            " " (lang.text(event_words(event)))
                        }
                    }
                }
            }
        }
    }

    fn words(&self) -> Markup {
        let (lang, chosen) = (self.lang, self.chosen.language());
        html! {
            div.field {
                label for="words" { (lang.text("desk-words")) }
                select id="words" name="words" {
                    @for other in Lang::all() {
                        option value=(other.code()) lang=(other.code()) selected[other == chosen] { (other.text("lang-name")) }
                    }
                }
            }
        }
    }

    fn fault(&self, name: &str) -> Markup {
        Entry { lang: self.lang, faults: self.faults, field_of }.fault(name)
    }
}

fn event_words(event: Event) -> &'static str {
    match event {
        Event::Finished => "desk-event-finished",
        Event::Refused => "desk-event-refused",
        Event::Returned => "desk-event-returned",
        Event::Late => "desk-event-late",
        Event::Received => "desk-event-received",
    }
}

/// The units whose cases this officer handles today, by name.
fn units<'a>(catalogue: &'a Catalogue, app: &App, permit: &Permit) -> Vec<&'a Unit> {
    let today = app.today();
    let own = |unit: &&Unit| permit.scope.covers(Some(unit.id)) && unit.valid_on(today);
    let mut units: Vec<&Unit> = catalogue.units.values().map(Arc::as_ref).filter(own).collect();
    units.sort_by_cached_key(|unit| collate::key(&unit.name));
    units
}

/// The procedures of the unit, most used first; while none is chosen, those of all units.
fn offered(catalogue: &Catalogue, unit: Option<&Unit>, units: &[&Unit], app: &App) -> Vec<Arc<Procedure>> {
    let today = app.today();
    match unit {
        Some(unit) => catalogue.offered(unit, today),
        None => {
            let by_kind = |procedure: &&Arc<Procedure>| units.iter().any(|unit| procedure.offered_by(&unit.kind));
            let there = catalogue.procedures.values().filter(|procedure| procedure.valid_on(today));
            let mut all: Vec<Arc<Procedure>> = there.filter(by_kind).cloned().collect();
            all.sort_by_cached_key(|procedure| collate::key(&procedure.name));
            all
        }
    }
}

/// What was done today. Nothing here says whether anybody answered.
pub(super) fn counts(lang: Lang, today: Today) -> Markup {
    let number = |n: i64| number::count(lang, n.unsigned_abs());
    html! {
        section.today {
            h2 { (lang.text("desk-today")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.text("desk-today")) {
                table {
                    thead { tr {
                        td {}
                        th.number scope="col" { (lang.text("desk-entered")) }
                        th.number scope="col" { (lang.text("desk-issued")) }
                        th.number scope="col" { (lang.text("desk-woken")) }
                    } }
                    tbody {
                        @for (key, done) in [("desk-own", today.own), ("desk-all", today.all)] {
                            tr {
                                th scope="row" { (lang.text(key)) }
                                td.number { (number(done.entered)) }
                                td.number { (number(done.issued)) }
                                td.number { (number(done.woken)) }
                            }
                        }
                    }
                }
            }
            p.hint { (lang.text("desk-today-say")) }
        }
    }
}
