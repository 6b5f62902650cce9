//! `/admin/exclusions/new`: the form of a proposal.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::{changer, reason, staff, unit_name};
use crate::domain::{PointId, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::comments::{self, Comment};
use crate::flow::exclude::{self, Criterion, NewProposal, Reason, What};
use crate::web::comments::reader;
use crate::web::fields::{Entry, options};
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /admin/exclusions/new`.
///
/// # Errors
/// When the store does not answer.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let about = asked.comment.map(|token| ("comment".to_owned(), token)).into_iter().collect();
    page(&app, visitor.lang, &permit, &Fields(about), &[], StatusCode::OK).await
}

/// What the form begins with.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The comment that is to be erased, by its address; whoever reads it need not know the number of its answer.
    comment: Option<String>,
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
    let comment = comment(&app, &permit, &fields).await?;
    let (what, criterion) = match &comment {
        Some(comment) => (Some(What::Erase), Some(Criterion::of_comment(comment))),
        None => (What::by_name(fields.text("what")), criterion(&fields)),
    };
    let new =
        NewProposal { what, criterion, reason: Reason::by_name(fields.text("reason")), body: fields.text("body") };
    match exclude::propose(&changer(&app, &permit), &new).await {
        Ok(n) => respond::see_other(&format!("/admin/exclusions/{n}?lang={}", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            page(&app, visitor.lang, &permit, &fields, &faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

/// The comment that the form is about, among those that this person may read.
async fn comment(app: &App, permit: &Permit, fields: &Fields) -> Result<Option<Comment>> {
    match fields.text("comment") {
        "" => Ok(None),
        token => comments::one(&reader(app, permit), token).await.map(Some),
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
    let points = exclude::points(&app.db, &permit.scope).await?.into_iter();
    let named = |unit, label: &str, id| format!("{} – {label} ({id})", unit_name(&catalogue, unit));
    let points = options(points.map(|(id, unit, label)| (id.0.to_string(), named(unit, &label, id.0))));
    let reasons: Vec<(String, String)> = Reason::ALL
        .iter()
        .map(|reason| (reason.name().to_owned(), lang.text(&format!("exclude-reason-{}", reason.name()))))
        .collect();
    let entry = Entry { lang, faults, field_of };
    let choice = |name, label, options: &[_]| entry.choice(name, label, "exclude-choose", options, entered.text(name));
    let about = comment(app, permit, entered).await?;
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text(if about.is_some() { "exclude-erase-say" } else { "exclude-new-say" })) }
        form.narrow method="post" action=(format!("/admin/exclusions/new?lang={}#loi", lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            @if let Some(comment) = &about {
                input type="hidden" name="comment" value=(comment.token);
                p {
                    a href=(format!("/manage/comments/{}?lang={}", comment.token, lang.code())) {
                        (lang.text_with("comments-one", &[("day", &comment.day.to_string())]))
                    }
                }
            } @else { (which(&entry, entered, &points)) }
            (choice("reason", "exclude-reason", &reasons))
            (reason(&entry, "exclude-body", "exclude-body-hint", entered.text("body")))
            button.main type="submit" { (lang.text("exclude-new-go")) }
        }
        p { a href=(format!("/admin/exclusions?lang={}", lang.code())) { (lang.text("exclude-back")) } }
    };
    Ok(staff(app, lang, permit, &entry.titled(&title), status, &body))
}

/// What is proposed, and of which answers.
fn which(entry: &Entry<'_>, entered: &Fields, points: &[(String, String)]) -> Markup {
    let lang = entry.lang;
    let line = |name, label| entry.line(name, label, entered.text(name));
    let radio = |name, value, label| radio(lang, entered, name, value, label);
    html! {
        fieldset.field {
            legend { (lang.text("exclude-what")) }
            (entry.fault("what-exclude"))
            (radio("what", "exclude", "exclude-what-exclude"))
            (radio("what", "erase", "exclude-what-erase"))
        }
        fieldset.field {
            legend { (lang.text("exclude-by")) }
            (entry.fault("by-answer"))
            (radio("by", "answer", "exclude-by-answer"))
            (radio("by", "point", "exclude-by-point"))
        }
        (line("answer", "exclude-answer"))
        p.hint { (lang.text("exclude-point-hint")) }
        (entry.choice("point", "exclude-point", "exclude-choose", points, entered.text("point")))
        (line("first", "exclude-first"))
        (line("last", "exclude-last"))
    }
}

fn radio(lang: Lang, entered: &Fields, name: &str, value: &str, label: &str) -> Markup {
    html! {
        label.plain {
            input type="radio" id=(format!("{name}-{value}")) name=(name) value=(value) checked[entered.text(name) == value];
            " " (lang.text(label))
        }
    }
}
