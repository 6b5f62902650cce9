//! `/manage/comments/{id}`: one comment, everything that was done about it, and what can be done.

use std::ops::Range;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::filter::{aspect_words, status_words};
use super::forms::{self, Way, field_of};
use super::{given, rating, reader, staff, text, unit_name};
use crate::domain::account::Function;
use crate::domain::account::Scope;
use crate::domain::{Day, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::comments::{self, Comment, HideReason, Reader, Status};
use crate::flow::people::change::Changer;
use crate::store::handlings::Row;
use crate::web::fields::Entry;
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /manage/comments/{id}`.
///
/// # Errors
/// Not found outside the scope and before its time.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    page(&app, visitor.lang, &permit, &id, &Fields::default(), &[]).await
}

/// `GET /manage/comments/{id}/{act}`: where a form that came back stands in the address bar.
///
/// # Errors
/// Not found outside the scope and before its time.
pub async fn show_again(
    State(app): State<Arc<App>>,
    Path((id, _)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    page(&app, visitor.lang, &permit, &id, &Fields::default(), &[]).await
}

/// `POST /manage/comments/{id}/{act}`.
///
/// # Errors
/// Not found outside the scope; forbidden for whoever only reads.
pub async fn act(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    // Before the act is looked at: another's comment looks absent whatever is asked of it.
    comments::one(&reader(&app, &permit), &id).await?;
    let way = Way::by_name(&act).ok_or(Error::NotFound("act"))?;
    match take(&app, &permit, &id, way, &fields).await {
        Ok(()) => respond::see_other(&format!("/manage/comments/{id}?lang={}", visitor.lang.code())),
        Err(Error::Invalid(faults)) => page(&app, visitor.lang, &permit, &id, &fields, &faults).await,
        Err(error) => Err(error),
    }
}

async fn take(app: &App, permit: &Permit, id: &str, way: Way, fields: &Fields) -> Result<()> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let by = Changer { db: &app.db, keys: &app.keys, now_ms: app.clock.now_ms(), by, scope: &permit.scope };
    let (working, catalogue) = (&app.working(), app.catalogue());
    match way {
        Way::Assign => {
            let unit = match fields.text("unit") {
                "" => None,
                code => {
                    let unit = catalogue.unit_by_code(code).filter(|unit| unit.valid_on(app.today()));
                    Some(unit.ok_or(Error::NotFound("unit"))?.id)
                }
            };
            let due = match fields.text("due").trim() {
                "" => None,
                text => Some(sheet::day(text).ok_or_else(|| Error::invalid(Fault::new("comments-due-wrong")))?),
            };
            comments::assign(&by, working, id, (unit, due)).await
        }
        Way::Note => comments::note(&by, working, id, fields.text("note")).await,
        Way::Answer => comments::answer(&by, working, id, fields.text("answer"), fields.text("published") == "1").await,
        Way::Status => {
            let status = Status::by_name(fields.text("status"));
            let status = status.ok_or_else(|| Error::invalid(Fault::new("problem-fields")))?;
            comments::move_to(&by, working, id, status).await
        }
        Way::Hide => {
            comments::hide(&by, working, id, HideReason::by_name(fields.text("reason")), fields.text("hide_why")).await
        }
        Way::Show => comments::show(&by, working, id, fields.text("show_why")).await,
        Way::Mask => {
            let chosen = fields.0.iter().filter(|(name, _)| name == "range");
            let chosen: Vec<Range<usize>> = chosen.filter_map(|(_, value)| range(value)).collect();
            comments::mask_names(&by, working, id, &chosen, fields.text("name")).await
        }
        Way::Unmask => {
            let range = range(fields.text("range")).ok_or_else(|| Error::invalid(Fault::new("problem-fields")))?;
            comments::unmask(&by, working, id, &range).await
        }
    }
}

/// `5-9`: characters from one to before another.
fn range(text: &str) -> Option<Range<usize>> {
    let (from, to) = text.split_once('-')?;
    Some(from.parse().ok()?..to.parse().ok()?)
}

async fn page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    id: &str,
    entered: &Fields,
    faults: &[Fault],
) -> Result<Response> {
    let (reader, catalogue) = (reader(app, permit), app.catalogue());
    let comment = comments::one(&reader, id).await?;
    let history = comments::history(&app.db, &comment).await?;
    let today = Day::at(reader.now_ms);
    let own = comments::handled_by(&app.db, permit.who.account, today).await?;
    let entry = Entry { lang, faults, field_of };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = lang.text_with("comments-one", &[("day", &comment.day.to_string())]);
    let body = html! {
        (entry.errors())
        h1 { (title) }
        (told(lang, &catalogue, &comment, &reader))
        (handling(app, permit, &entry, (&comment, &history), &own, entered))
        h2 { (lang.text("comments-history")) }
        @if history.is_empty() { p { (lang.text("comments-history-none")) } } @else {
            ol.steps { @for row in &history { li { (step(lang, &catalogue, row)) } } }
        }
        @if permit.who.may(Function::Propose) {
            p { a href=(format!("/admin/exclusions/new?comment={id}&lang={}", lang.code())) { (lang.text("comments-erase")) } }
        }
        p { a href=(format!("/manage/comments?lang={}", lang.code())) { (lang.text("comments-back")) } }
    };
    Ok(staff(app, lang, permit, (&entry.titled(&title), ""), status, &body))
}

fn told(lang: Lang, catalogue: &Catalogue, comment: &Comment, reader: &Reader<'_>) -> Markup {
    let named = ui::named(lang);
    let aspects: Vec<String> = comment.aspects.iter().map(|name| aspect_words(catalogue, lang, name)).collect();
    html! {
        (text(lang, comment))
        dl {
            dt { (lang.text("exclude-unit")) } dd lang=[named] { (unit_name(catalogue, comment.unit)) }
            @if let Some(procedure) = comment.procedure.and_then(|id| catalogue.procedures.get(&id)) {
                dt { (lang.text("comments-procedure")) } dd lang=[named] { (procedure.name) }
            }
            dt { (lang.text("comments-rating")) } dd { (rating(lang, comment.rating)) }
            @if !aspects.is_empty() { dt { (lang.text("comments-aspect")) } dd { (aspects.join("; ")) } }
            dt { (lang.text("comments-status")) }
            dd {
                (status_words(lang, comment.status))
                @if let Some(reason) = comment.hidden_for.filter(|_| comment.status == Status::Hidden) {
                    " (" (lang.text(&format!("comments-reason-{}", reason.name()))) ")"
                }
                (given(lang, catalogue, comment, reader))
            }
        }
    }
}

/// What somebody can do about it: all, or what is left to whom it was given, or nothing.
fn handling(
    app: &App,
    permit: &Permit,
    entry: &Entry<'_>,
    (comment, history): (&Comment, &[Row]),
    own: &Scope,
    entered: &Fields,
) -> Markup {
    let covers = own.covers(Some(comment.unit));
    let given = comment.assigned.is_some_and(|unit| own.covers(Some(unit)));
    let token = ui::Signed::of(&permit.who, &app.keys).token();
    let form = forms::Form { entry, entered, comment, token: &token };
    html! {
        @if !covers && !given { p.notice { (entry.lang.text("comments-only-read")) } } @else {
            @if comment.status != Status::Hidden {
                (form.status())
                @if covers { (form.assign(&app.catalogue(), own, (app.today(), &app.working()))) }
            }
            (form.note())
            @if comment.status != Status::Hidden { (form.answer(history)) }
            @if covers {
                (form.mask())
                @if comment.status == Status::Hidden { (form.show()) } @else { (form.hide()) }
            }
        }
    }
}

/// One step of its history: what, by whom, on which day; never at what time.
fn step(lang: Lang, catalogue: &Catalogue, row: &Row) -> Markup {
    let act = lang.text(&format!("comments-act-{}", row.act));
    let unit = row.unit_id.map(|id| unit_name(catalogue, crate::domain::UnitId(id)).to_owned());
    let due = row.due.and_then(Day::from_number);
    let status = row.status.as_deref().and_then(Status::by_name).filter(|_| row.act != "hidden");
    let reason = row.reason.as_deref().and_then(HideReason::by_name);
    let published =
        row.published.map(|published| if published == 1 { "comments-published" } else { "comments-unpublished" });
    html! {
        p {
            strong { (act) }
            @if let Some(unit) = unit { ": " span lang=[ui::named(lang)] { (unit) } }
            @if let Some(due) = due { " · " (lang.text_with("comments-due-on", &[("day", &due.to_string())])) }
            @if let Some(status) = status { " · " (status_words(lang, status)) }
            @if let Some(reason) = reason { ": " (lang.text(&format!("comments-reason-{}", reason.name()))) }
            @if let Some(published) = published { " · " (lang.text(published)) }
        }
        p.measure { (lang.text_with("comments-taken", &[("name", &row.account_name), ("day", &Day::at(row.at).to_string())])) }
        @if !row.body.is_empty() { p.said { bdi { (row.body) } } }
    }
}
