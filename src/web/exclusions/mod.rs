//! `/admin/exclusions`: proposals to leave answers out of the figures and to erase comments. Whoever sees how many
//! answers are suspected sees here what was proposed about them, and what came of it; nobody sees a rating.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::comments::reader;
use super::fields::Entry;
use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::Visitor;
use super::{App, respond, ui};
use crate::domain::account::Function;
use crate::domain::{Channel, Day, PointId, UnitId, moment};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::comments;
use crate::flow::exclude::{self, Criterion, Decision, Proposal, What};
use crate::flow::people::change::Changer;
use crate::present::number;
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::words::Lang;

mod new;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::SuspicionCounts);
    const PROPOSE: Need = Need::May(Function::Propose);
    const APPROVE: Need = Need::May(Function::Approve);
    routes
        .get("/admin/exclusions", SEE, list)
        .get("/admin/exclusions/new", PROPOSE, new::show)
        .post("/admin/exclusions/new", PROPOSE, new::propose)
        .get("/admin/exclusions/{id}", SEE, show)
        .get("/admin/exclusions/{id}/decide", APPROVE, show_decide)
        .post("/admin/exclusions/{id}/decide", APPROVE, decide)
        .get("/admin/exclusions/{id}/undo", PROPOSE, show_undo)
        .post("/admin/exclusions/{id}/undo", PROPOSE, undo)
}

/// `GET /admin/exclusions`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let proposals = exclude::all(&app.db, &permit.scope).await?;
    let title = lang.text("exclude-title");
    let to = |path: &str| format!("/admin/exclusions/{path}?lang={}", lang.code());
    let body = html! {
        h1 { (title) }
        p { (lang.text("exclude-say")) }
        @if permit.who.may(Function::Propose) { p { a href=(to("new")) { (lang.text("exclude-new")) } } }
        @if proposals.is_empty() { p { (lang.text("exclude-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("exclude-number")) }
                        th scope="col" { (lang.text("exclude-what")) }
                        th scope="col" { (lang.text("exclude-unit")) }
                        th scope="col" { (lang.text("exclude-reason")) }
                        th scope="col" { (lang.text("exclude-state")) }
                    } }
                    tbody {
                        @for proposal in &proposals {
                            tr {
                                th scope="row" { a href=(to(&proposal.n.to_string())) { (lang.text_with("exclude-one", &[("n", &proposal.n.to_string())])) } }
                                td {
                                    (lang.text(&format!("exclude-what-{}", proposal.what.name())))
                                    @if let Criterion::Comment { day, .. } = &proposal.criterion {
                                        br; (comment_words(lang, *day))
                                    }
                                }
                                td { (unit_name(&catalogue, proposal.unit)) }
                                td { (lang.text(&format!("exclude-reason-{}", proposal.reason.name()))) }
                                td { (lang.text(&format!("exclude-step-{}", proposal.state().name()))) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(staff(&app, lang, &permit, &title, StatusCode::OK, &body))
}

fn staff(app: &App, lang: Lang, permit: &Permit, title: &str, status: StatusCode, body: &Markup) -> Response {
    let signed = ui::Signed::of(&permit.who, &app.keys);
    respond::page(status, ui::staff(lang, title, &signed, "", app.catalogue().simulated, body))
}

fn unit_name(catalogue: &Catalogue, unit: UnitId) -> &str {
    catalogue.units.get(&unit).map_or("", |unit| unit.name.as_str())
}

/// The proposal that an address names, inside the scope.
async fn find(app: &App, permit: &Permit, id: &str) -> Result<Proposal> {
    let id = id.parse().map_err(|_| Error::NotFound("proposal"))?;
    exclude::one(&app.db, &permit.scope, id).await
}

/// Whoever asks, as flows take them.
fn changer<'a>(app: &'a App, permit: &'a Permit) -> Changer<'a> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    Changer { db: &app.db, keys: &app.keys, now_ms: app.clock.now_ms(), by, scope: &permit.scope }
}

/// `GET /admin/exclusions/{id}`.
///
/// # Errors
/// Not found outside the scope.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let lang = visitor.lang;
    let proposal = find(&app, &permit, &id).await?;
    let title = lang.text_with("exclude-one", &[("n", &proposal.n.to_string())]);
    let to = |act: &str| format!("/admin/exclusions/{}/{act}?lang={}", proposal.n, lang.code());
    let waits = proposal.asked_by().is_some_and(|asked| asked != permit.who.account);
    let body = html! {
        h1 { (title) }
        (told(&app, lang, &permit, &proposal).await?)
        ul.ways {
            @if waits && permit.who.may(Function::Approve) { li { a href=(to("decide")) { (lang.text("exclude-decide")) } } }
            @if proposal.can_be_undone() && permit.who.may(Function::Propose) { li { a href=(to("undo")) { (lang.text("exclude-undo")) } } }
            li { a href=(format!("/admin/exclusions?lang={}", lang.code())) { (lang.text("exclude-back")) } }
        }
    };
    Ok(staff(&app, lang, &permit, &title, StatusCode::OK, &body))
}

/// Everything that may be told of a proposal: which answers, how many of each day and channel, and its steps.
async fn told(app: &App, lang: Lang, permit: &Permit, proposal: &Proposal) -> Result<Markup> {
    let catalogue = app.catalogue();
    let spread = exclude::spread(&app.db, proposal).await?;
    let which = match &proposal.criterion {
        Criterion::Answer(n) => html! { (lang.text_with("exclude-criterion-answer", &[("n", &n.to_string())])) },
        Criterion::Comment { day, token, .. } => comment(app, lang, permit, *day, token).await?,
        Criterion::Point { point, first, last } => {
            let label = label_of(app, *point).await?;
            let (point, first, last) = (point.0.to_string(), first.to_string(), last.to_string());
            let args = [("point", point.as_str()), ("label", &label), ("first", &first), ("last", &last)];
            html! { (lang.text_with("exclude-criterion-point", &args)) }
        }
    };
    Ok(html! {
        dl {
            dt { (lang.text("exclude-what")) } dd { (lang.text(&format!("exclude-what-{}", proposal.what.name()))) }
            dt { (lang.text("exclude-unit")) } dd { (unit_name(&catalogue, proposal.unit)) }
            dt { (lang.text("exclude-answers")) } dd { (which) }
            dt { (lang.text("exclude-reason")) } dd { (lang.text(&format!("exclude-reason-{}", proposal.reason.name()))) }
            dt { (lang.text("exclude-state")) } dd { (lang.text(&format!("exclude-step-{}", proposal.state().name()))) }
        }
        @if matches!(proposal.criterion, Criterion::Point { .. }) { (numbers(lang, &spread)) }
        h2 { (lang.text("exclude-history")) }
        ol {
            @for taken in &proposal.steps {
                li {
                    p { strong { (lang.text(&format!("exclude-step-{}", taken.step.name()))) } }
                    p { (lang.text_with("exclude-taken", &[("name", &taken.name), ("time", &moment(taken.at))])) }
                    @if !taken.body.is_empty() { p { bdi { (taken.body) } } }
                }
            }
        }
    })
}

/// A comment by its day: with the way to it for whoever may read it, while it is there.
async fn comment(app: &App, lang: Lang, permit: &Permit, day: Day, token: &str) -> Result<Markup> {
    let words = comment_words(lang, day);
    let is_read = permit.who.may(Function::Comments)
        && match comments::one(&reader(app, permit), token).await {
            Ok(_) => true,
            Err(Error::NotFound(_)) => false,
            Err(error) => return Err(error),
        };
    let to = format!("/manage/comments/{token}?lang={}", lang.code());
    Ok(html! { @if is_read { a href=(to) { (words) } } @else { (words) } })
}

fn comment_words(lang: Lang, day: Day) -> String {
    lang.text_with("comments-one", &[("day", &day.to_string())])
}

async fn label_of(app: &App, point: PointId) -> Result<String> {
    let points = exclude::points(&app.db, &crate::domain::account::Scope::All).await?;
    Ok(points.into_iter().find(|(id, ..)| *id == point).map(|(.., label)| label).unwrap_or_default())
}

/// How many answers of each day and channel; fewer than five are not told, nor is a sum that would tell them.
fn numbers(lang: Lang, spread: &[(Day, Channel, u64)]) -> Markup {
    let few = |n: u64| n < DEFAULT_THRESHOLD;
    let total: u64 = spread.iter().map(|(.., n)| n).sum();
    html! {
        h2 { (lang.text("exclude-spread")) }
        div.scroll tabindex="0" role="region" aria-label=(lang.text("exclude-spread")) {
            table {
                thead { tr {
                    th scope="col" { (lang.text("exclude-day")) }
                    th scope="col" { (lang.text("exclude-channel")) }
                    th.number scope="col" { (lang.text("exclude-count")) }
                } }
                tbody {
                    @for (day, channel, n) in spread {
                        tr {
                            th scope="row" { (day) }
                            td { (lang.text(&format!("exclude-channel-{}", channel.name()))) }
                            td.number { @if few(*n) { (lang.text("results-under-5")) } @else { (number::count(lang, *n)) } }
                        }
                    }
                }
            }
        }
        @if spread.iter().any(|(.., n)| few(*n)) { p { (lang.text("exclude-total-some")) } } @else {
            p { (lang.text_with("exclude-total", &[("n", &number::count(lang, total))])) }
        }
    }
}

/// `GET /admin/exclusions/{id}/decide`.
///
/// # Errors
/// Not found when there is none.
pub async fn show_decide(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let proposal = find(&app, &permit, &id).await?;
    decide_page(&app, visitor.lang, &permit, &proposal, "", &[], StatusCode::OK).await
}

/// `POST /admin/exclusions/{id}/decide`.
///
/// # Errors
/// Not found when there is none; forbidden for who asked and for who is judged.
pub async fn decide(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let lang = visitor.lang;
    let proposal = find(&app, &permit, &id).await?;
    let decision = match fields.text("decision") {
        "approve" => Decision::Approve,
        "refuse" => Decision::Refuse,
        _ => return Err(Error::invalid(Fault::new("problem-fields"))),
    };
    let body = fields.text("body");
    match exclude::decide(&changer(&app, &permit), proposal.n, decision, body).await {
        Ok(()) => respond::see_other(&format!("/admin/exclusions/{}?lang={}", proposal.n, lang.code())),
        Err(Error::Invalid(faults)) => {
            decide_page(&app, lang, &permit, &proposal, body, &faults, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}

async fn decide_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    proposal: &Proposal,
    entered: &str,
    faults: &[Fault],
    status: StatusCode,
) -> Result<Response> {
    let title = lang.text("exclude-decide");
    let entry = Entry { lang, faults, field_of: |_| "body" };
    let say = if proposal.what == What::Erase { "exclude-decide-erase-say" } else { "exclude-decide-say" };
    let comments = if permit.who.may(Function::Comments) && proposal.asked_by().is_some() {
        exclude::comments(&app.db, proposal).await?
    } else {
        Vec::new()
    };
    let action = format!("/admin/exclusions/{}/decide?lang={}#loi", proposal.n, lang.code());
    let body = html! {
        (entry.errors())
        h1 { (title) ": " (lang.text_with("exclude-one", &[("n", &proposal.n.to_string())])) }
        (told(app, lang, permit, proposal).await?)
        @if !comments.is_empty() {
            h2 { (lang.text("exclude-written")) }
            @for comment in &comments { blockquote { bdi { (comment) } } }
        }
        @if proposal.asked_by().is_some() {
            p { (lang.text(say)) }
            form.narrow method="post" action=(action) novalidate {
                (ui::Signed::of(&permit.who, &app.keys).token())
                (reason(&entry, "exclude-decide-body", "exclude-decide-hint", entered))
                button.main type="submit" name="decision" value="approve" { (lang.text("exclude-approve")) }
                " "
                button.second type="submit" name="decision" value="refuse" { (lang.text("exclude-refuse")) }
            }
        }
        p { a href=(format!("/admin/exclusions?lang={}", lang.code())) { (lang.text("exclude-back")) } }
    };
    Ok(staff(app, lang, permit, &entry.titled(&title), status, &body))
}

/// `GET /admin/exclusions/{id}/undo`.
///
/// # Errors
/// Not found outside the scope.
pub async fn show_undo(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let proposal = find(&app, &permit, &id).await?;
    Ok(undo_page(&app, visitor.lang, &permit, &proposal, "", &[], StatusCode::OK))
}

/// `POST /admin/exclusions/{id}/undo`.
///
/// # Errors
/// Not found outside the scope.
pub async fn undo(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let lang = visitor.lang;
    let proposal = find(&app, &permit, &id).await?;
    let body = fields.text("body");
    match exclude::propose_undo(&changer(&app, &permit), proposal.n, body).await {
        Ok(()) => respond::see_other(&format!("/admin/exclusions/{}?lang={}", proposal.n, lang.code())),
        Err(Error::Invalid(faults)) => {
            Ok(undo_page(&app, lang, &permit, &proposal, body, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

fn undo_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    proposal: &Proposal,
    entered: &str,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let title = lang.text("exclude-undo");
    let entry = Entry { lang, faults, field_of: |_| "body" };
    let action = format!("/admin/exclusions/{}/undo?lang={}#loi", proposal.n, lang.code());
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text_with("exclude-one", &[("n", &proposal.n.to_string())])) }
        form.narrow method="post" action=(action) novalidate {
            (ui::Signed::of(&permit.who, &app.keys).token())
            (reason(&entry, "exclude-body", "exclude-body-hint", entered))
            button.main type="submit" { (lang.text("exclude-undo-go")) }
        }
        p { a href=(format!("/admin/exclusions?lang={}", lang.code())) { (lang.text("exclude-back")) } }
    };
    staff(app, lang, permit, &entry.titled(&title), status, &body)
}

/// The field for a reason in words.
fn reason(entry: &Entry<'_>, label: &str, hint: &str, value: &str) -> Markup {
    let lang = entry.lang;
    html! {
        div.field {
            label for="body" { (lang.text(label)) }
            p.hint id="body-hint" { (lang.text(hint)) }
            (entry.fault("body"))
            textarea id="body" name="body" rows="4" maxlength="500" aria-describedby="body-hint" { (value) }
        }
    }
}
