//! `/admin/exclusions/new`: the form of a proposal.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{changer, errors, fault_lines, reason, staff, titled, unit_name};
use crate::domain::{PointId, collate, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::exclude::{self, Criterion, NewProposal, Reason, What};
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /admin/exclusions/new`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    page(&app, visitor.lang, &permit, &Fields(Vec::new()), &[], StatusCode::OK).await
}

/// `POST /admin/exclusions/new`.
///
/// # Errors
/// When the store does not answer.
pub async fn propose(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let new = NewProposal {
        what: What::by_name(fields.text("what")),
        criterion: criterion(&fields),
        reason: Reason::by_name(fields.text("reason")),
        body: fields.text("body"),
    };
    match exclude::propose(&changer(&app, &permit), &new).await {
        Ok(n) => respond::see_other(&format!("/admin/exclusions/{n}?lang={}", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            page(&app, visitor.lang, &permit, &fields, &faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

/// Which answers were meant; nothing when it cannot be read.
fn criterion(fields: &Fields) -> Option<Criterion> {
    let day = |name| sheet::day(fields.text(name).trim());
    match fields.text("by") {
        "answer" => fields.text("answer").trim().parse().ok().map(Criterion::Answer),
        "point" => Some(Criterion::Point {
            point: PointId(fields.text("point").parse().ok()?),
            first: day("first")?,
            last: day("last")?,
        }),
        _ => None,
    }
}

/// The field that a fault is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "exclude-body-needed" => "body",
        "exclude-reason-needed" => "reason",
        "exclude-days-needed" => "first",
        "exclude-no-answers" | "exclude-too-many" | "exclude-several-units" => "point",
        "exclude-unknown-answer" | "exclude-nothing-written" => "answer",
        "exclude-what-needed" => "what-exclude",
        _ => "by-answer",
    }
}

async fn page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    entered: &Fields,
    faults: &[Fault],
    status: StatusCode,
) -> Result<Response> {
    let (title, catalogue) = (lang.text("exclude-new"), app.catalogue());
    let mut points: Vec<(String, String)> = exclude::points(&app.db, &permit.scope)
        .await?
        .into_iter()
        .map(|(id, unit, label)| (id.0.to_string(), format!("{} – {label} ({})", unit_name(&catalogue, unit), id.0)))
        .collect();
    points.sort_by_key(|(_, name)| collate::key(name));
    let reasons: Vec<(String, String)> = Reason::ALL
        .iter()
        .map(|reason| (reason.name().to_owned(), lang.text(&format!("exclude-reason-{}", reason.name()))))
        .collect();
    let form = Form { lang, entered, faults };
    let body = html! {
        (errors(lang, faults, field_of))
        h1 { (title) }
        p { (lang.text("exclude-new-say")) }
        form.narrow method="post" action=(format!("/admin/exclusions/new?lang={}#loi", lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            fieldset.field {
                legend { (lang.text("exclude-what")) }
                (fault_lines(lang, "what-exclude", faults, field_of))
                (form.radio("what", "exclude", "exclude-what-exclude"))
                (form.radio("what", "erase", "exclude-what-erase"))
            }
            fieldset.field {
                legend { (lang.text("exclude-by")) }
                (fault_lines(lang, "by-answer", faults, field_of))
                (form.radio("by", "answer", "exclude-by-answer"))
                (form.radio("by", "point", "exclude-by-point"))
            }
            (form.line("answer", "exclude-answer"))
            p.hint { (lang.text("exclude-point-hint")) }
            (form.choice("point", "exclude-point", &points))
            (form.line("first", "exclude-first"))
            (form.line("last", "exclude-last"))
            (form.choice("reason", "exclude-reason", &reasons))
            (reason(lang, "exclude-body", "exclude-body-hint", entered.text("body"), faults, field_of))
            button.main type="submit" { (lang.text("exclude-new-go")) }
        }
        p { a href=(format!("/admin/exclusions?lang={}", lang.code())) { (lang.text("exclude-back")) } }
    };
    Ok(staff(app, lang, permit, &titled(lang, &title, faults), status, &body))
}

/// The form, with what was entered and what is wrong.
struct Form<'a> {
    lang: Lang,
    entered: &'a Fields,
    faults: &'a [Fault],
}

impl Form<'_> {
    fn radio(&self, name: &str, value: &str, label: &str) -> Markup {
        html! {
            label.plain {
                input type="radio" id=(format!("{name}-{value}")) name=(name) value=(value) checked[self.entered.text(name) == value];
                " " (self.lang.text(label))
            }
        }
    }

    fn line(&self, name: &str, label: &str) -> Markup {
        html! {
            div.field {
                label for=(name) { (self.lang.text(label)) }
                (fault_lines(self.lang, name, self.faults, field_of))
                input type="text" id=(name) name=(name) value=(self.entered.text(name)) autocomplete="off";
            }
        }
    }

    fn choice(&self, name: &str, label: &str, options: &[(String, String)]) -> Markup {
        let value = self.entered.text(name);
        html! {
            div.field {
                label for=(name) { (self.lang.text(label)) }
                (fault_lines(self.lang, name, self.faults, field_of))
                select id=(name) name=(name) {
                    option value="" { (self.lang.text("exclude-choose")) }
                    @for (code, words) in options { option value=(code) selected[code == value] { (words) } }
                }
            }
        }
    }
}
