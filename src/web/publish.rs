//! `/manage/publish`: what is published, what would be, and taking back. Whoever prepares reports sees it; publishing is
//! for those who may.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::Entry;
use super::permit::{Need, Permit, Sent};
use super::results::{self, Filter, Leaf, filter};
use super::routes::Routes;
use super::visitor::{Fields, Visitor};
use super::{App, respond, ui};
use crate::domain::Day;
use crate::domain::account::Function;
use crate::domain::period::{Period, written};
use crate::error::{Error, Fault, Result};
use crate::flow::assess::Excluded;
use crate::flow::audit::By;
use crate::flow::publish::{self, LONGEST_DID, Publication, REASON, Standing, Wanted};
use crate::words::Lang;

/// Adds the routes of this file.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::ReportRead);
    const PUBLISH: Need = Need::May(Function::ReportPublish);
    routes
        .get("/manage/publish", SEE, list)
        .get("/manage/publish/new", SEE, preview)
        .get("/manage/publish/confirm", PUBLISH, ask)
        .post("/manage/publish/confirm", PUBLISH, publish_it)
        .get("/manage/publish/{id}/withdraw", PUBLISH, ask_withdraw)
        .post("/manage/publish/{id}/withdraw", PUBLISH, withdraw)
}

fn page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    status: StatusCode,
    title: &str,
    switch: &str,
    body: &Markup,
) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(
        status,
        ui::managed(lang, title, &signed, ("/manage/publish", switch), app.catalogue().simulated, body),
    )
}

/// `GET /manage/publish`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let lang = visitor.lang;
    let all = publish::all(&app.db).await?;
    let (title, may) = (lang.text("publish-title"), permit.who.may(Function::ReportPublish));
    let body = html! {
        h1 { (title) }
        p { (lang.text("publish-say")) }
        p { a href=(format!("/manage/publish/new?lang={}", lang.code())) { (lang.text("publish-new")) } }
        @if all.is_empty() { p { (lang.text("publish-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        @for head in ["publish-period", "publish-number", "publish-at", "publish-state"] {
                            th scope="col" { (lang.text(head)) }
                        }
                    } }
                    tbody { @for one in &all { (row(lang, one, may)) } }
                }
            }
        }
        p { a href=(format!("/results?lang={}", lang.code())) { (lang.text("home-results-link")) } }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, "", &body))
}

fn row(lang: Lang, one: &Publication, may: bool) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(results::href(lang, one)) { (one.period.label(lang)) } }
            td class="number" { (one.id.0) }
            td { (written(lang, Day::at(one.at))) }
            td {
                (results::standing(lang, one))
                @if let Standing::Withdrawn { reason, .. } = &one.standing {
                    ": " span lang=[ui::named(lang)] { (reason) }
                }
                @if may && one.is_in_force() {
                    " " a href=(format!("/manage/publish/{}/withdraw?lang={}", one.id.0, lang.code())) {
                        (lang.text_with("publish-withdraw-one", &[("n", &one.id.0.to_string())]))
                    }
                }
            }
        }
    }
}

/// `GET /manage/publish/new`: a period, and what everybody would see of it.
///
/// # Errors
/// Invalid when the period is none; busy when the store does not answer.
pub async fn preview(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(chosen): Query<Filter>,
) -> Result<Response> {
    let (lang, today) = (visitor.lang, app.today());
    let period = chosen.period(today)?;
    let title = lang.text("publish-new");
    let begun = period.from() <= today;
    let shown = publish::preview(&app.db, &period, app.clock.now_ms()).await?;
    let query = address(&period);
    let body = html! {
        h1 { (title) }
        (filter::form(lang, &chosen, &period))
        @if begun {
            p.notice { (lang.text("publish-preview-say")) }
            @if permit.who.may(Function::ReportPublish) {
                p { a href=(format!("/manage/publish/confirm?{query}&lang={}", lang.code())) { (lang.text("publish-go-on")) } }
            } @else { p { (lang.text("publish-leader-only")) } }
            (results::preview(lang, &Leaf::preview(shown.findings(Excluded::LeftOut), "")))
        } @else { p.notice { (lang.text("publish-not-begun")) } }
        p { a href=(format!("/manage/publish?lang={}", lang.code())) { (lang.text("publish-back")) } }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &format!("{query}&"), &body))
}

fn address(period: &Period) -> String {
    format!("period={period}&cut_off={}", period.cut_off().name())
}

/// `GET /manage/publish/confirm`: says what will happen.
///
/// # Errors
/// Invalid when the period is none.
pub async fn ask(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(chosen): Query<Filter>,
) -> Result<Response> {
    let period = chosen.period(app.today())?;
    confirm(&app, visitor.lang, &permit, &period, &Fields::default(), &[], StatusCode::OK).await
}

fn field_of(fault: &Fault) -> &'static str {
    if fault.key == "publish-reason-needed" { "reason" } else { "did" }
}

async fn confirm(
    app: &App,
    lang: Lang,
    permit: &Permit,
    period: &Period,
    entered: &Fields,
    faults: &[Fault],
    status: StatusCode,
) -> Result<Response> {
    let shown = publish::preview(&app.db, period, app.clock.now_ms()).await?;
    let all = publish::all(&app.db).await?;
    let replaced = all.iter().find(|one| one.period == *period && one.is_in_force());
    let live = shown.findings(Excluded::LeftOut).provisional;
    let entry = Entry { lang, faults, field_of };
    let title = lang.text_with("publish-confirm", &[("period", &period.label(lang))]);
    // What was said before is what one goes on from.
    let did = if entered.0.is_empty() { replaced.map_or("", |one| one.did.as_str()) } else { entered.text("did") };
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("publish-everybody")) }
        p { (lang.text(if live { "publish-will-be-live" } else { "publish-will-be-frozen" })) }
        @if let Some(one) = replaced { p { (lang.text_with("publish-replaces", &[("n", &one.id.0.to_string())])) } }
        form.narrow method="post" action=(format!("/manage/publish/confirm?{}&lang={}#loi", address(period), lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            (area(&entry, "did", "publish-did", &lang.text_with("publish-did-hint", &[("most", &LONGEST_DID.to_string())]), did))
            button.main type="submit" { (lang.text("publish-go")) }
        }
        p { a href=(format!("/manage/publish/new?{}&lang={}", address(period), lang.code())) { (lang.text("publish-look-again")) } }
    };
    Ok(page(app, lang, permit, status, &entry.titled(&title), &format!("{}&", address(period)), &body))
}

fn area(entry: &Entry<'_>, name: &str, label: &str, hint: &str, value: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (entry.lang.text(label)) }
            p.hint id=(format!("{name}-hint")) { (hint) }
            (entry.fault(name))
            textarea id=(name) name=(name) rows="6" aria-describedby=(format!("{name}-hint")) { (value) }
        }
    }
}

/// `POST /manage/publish/confirm`.
///
/// # Errors
/// Invalid when the period is none; busy when releases keep coming between.
pub async fn publish_it(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Query(chosen): Query<Filter>,
    Sent(fields): Sent,
) -> Result<Response> {
    let period = chosen.period(app.today())?;
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let wanted = Wanted { period, live: true, did: fields.text("did") };
    match publish::publish(&app.db, &app.keys, app.clock.now_ms(), by, wanted).await {
        Ok(_) => respond::see_other(&format!("/manage/publish?lang={}", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            confirm(&app, visitor.lang, &permit, &period, &fields, &faults, status).await
        }
        Err(error) => Err(error),
    }
}

async fn find(app: &App, id: &str) -> Result<Publication> {
    let all = publish::all(&app.db).await?;
    let found = all.into_iter().find(|one| one.id.0.to_string() == id && one.is_in_force());
    found.ok_or(Error::NotFound("publication"))
}

/// `GET /manage/publish/{id}/withdraw`: says what will happen.
///
/// # Errors
/// Not found when there is none in force with this number.
pub async fn ask_withdraw(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let one = find(&app, &id).await?;
    Ok(withdrawal(&app, visitor.lang, &permit, &one, "", &[], StatusCode::OK))
}

fn withdrawal(
    app: &App,
    lang: Lang,
    permit: &Permit,
    one: &Publication,
    reason: &str,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let entry = Entry { lang, faults, field_of };
    let title = lang.text_with("publish-withdraw-one", &[("n", &one.id.0.to_string())]);
    let args = [("least", REASON.start().to_string()), ("most", REASON.end().to_string())];
    let hint = lang.text_with("publish-reason-hint", &args.each_ref().map(|(name, text)| (*name, text.as_str())));
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text_with("publish-withdraw-say", &[("period", &one.period.label(lang))])) }
        form.narrow method="post" action=(format!("/manage/publish/{}/withdraw?lang={}#loi", one.id.0, lang.code())) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            (area(&entry, "reason", "publish-reason", &hint, reason))
            button.main type="submit" { (lang.text("publish-withdraw")) }
        }
        p { a href=(format!("/manage/publish?lang={}", lang.code())) { (lang.text("publish-back")) } }
    };
    page(app, lang, permit, status, &entry.titled(&title), "", &body)
}

/// `POST /manage/publish/{id}/withdraw`.
///
/// # Errors
/// Not found when there is none in force with this number.
pub async fn withdraw(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let (lang, one) = (visitor.lang, find(&app, &id).await?);
    let by = By { account: Some(permit.who.account), request: &permit.request };
    match publish::withdraw(&app.db, &app.keys, app.clock.now_ms(), by, one.id, fields.text("reason")).await {
        Ok(()) => respond::see_other(&format!("/manage/publish?lang={}", lang.code())),
        Err(Error::Invalid(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(withdrawal(&app, lang, &permit, &one, fields.text("reason"), &faults, status))
        }
        Err(error) => Err(error),
    }
}
