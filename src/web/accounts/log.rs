//! `/admin/audit`: who did what, searched and exported; `/account/acts`: the same of oneself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::{sign_in, users};
use crate::domain::account::Grant;
use crate::domain::{moment, sheet};
use crate::error::Result;
use crate::flow::audit::{Act, By};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::people::log::{self, EXPORT, Entry, Export, PAGE, Search, Whose};
use crate::present::log as table;
use crate::web::permit::Permit;
use crate::web::visitor::{Visitor, encode};
use crate::web::{App, exports, respond, ui};
use crate::words::{FIRST, Lang};

/// What the keys of the words of acts begin with.
const ACT: &str = "act-";

fn search(visitor: &Visitor) -> Search {
    let text = |name| visitor.param(name).unwrap_or_default().trim().chars().take(100).collect::<String>();
    Search {
        person: text("person"),
        act: text("act"),
        from: sheet::day(&text("from")),
        to: sheet::day(&text("to")),
        subject: text("subject"),
        before: visitor.param("before").and_then(|n| n.parse().ok()),
    }
}

/// The same as it stands in an address, before what follows.
fn query(search: &Search) -> String {
    let day = |day: Option<crate::domain::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = [
        ("person", search.person.clone()),
        ("act", search.act.clone()),
        ("from", day(search.from)),
        ("to", day(search.to)),
        ("subject", search.subject.clone()),
    ];
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", encode(value)))
        .collect()
}

/// `GET /admin/audit`.
///
/// # Errors
/// When the store does not answer, or the reading cannot be noted.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    page(&app, &visitor, &permit, Whose::Within(&permit.scope), "/admin/audit").await
}

/// `GET /account/acts`: one's own.
///
/// # Errors
/// When the store does not answer.
pub async fn own(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    page(&app, &visitor, &permit, Whose::Own(permit.who.account), "/account/acts").await
}

/// `GET /admin/audit.csv`, read and sent piece by piece.
///
/// # Errors
/// When the store does not answer, or the export cannot be noted.
pub async fn csv(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let search = search(&visitor);
    let place = match app.exports.begin(permit.who.account, app.clock.now_ms()) {
        Ok(place) => place,
        Err(wait) => return Ok(many(&app, visitor.lang, wait)),
    };
    let mut export = Export::begin(&app.db, Whose::Within(&permit.scope), &search).await?;
    note(&app, &permit, Act::AuditExported, &search, export.left).await?;
    let db = app.db.clone();
    let body = exports::body(place, |way| async move {
        // Whoever reads may go at any time: that is no failure of ours.
        let mut gone = way.send(Ok(table::HEADING.into())).await.is_err();
        while export.left > 0 && !gone {
            let lines = table::lines(&export.next(&db).await?)?;
            gone = way.send(Ok(lines.into())).await.is_err();
        }
        Ok(())
    });
    let mut response = respond::with_type(StatusCode::OK, "text/csv; charset=utf-8", body);
    let name = HeaderValue::from_static("attachment; filename=\"hai-long-audit.csv\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Others export, or this person did so often enough.
fn many(app: &App, lang: Lang, wait_s: u64) -> Response {
    let say = [lang.text_with("export-many-say", &[("n", &wait_s.div_ceil(60).to_string())])];
    let simulated = app.catalogue().simulated;
    let page = respond::message(StatusCode::TOO_MANY_REQUESTS, lang, &lang.text("export-many"), &say, simulated);
    sign_in::wait_page(page, wait_s)
}

async fn note(app: &App, permit: &Permit, act: Act, search: &Search, rows: usize) -> Result<()> {
    let by = By { account: Some(permit.who.account), request: &permit.request };
    log::note(&app.db, &app.keys, app.clock.now_ms(), by, act, search, rows).await
}

async fn page(app: &App, visitor: &Visitor, permit: &Permit, whose: Whose<'_>, path: &'static str) -> Result<Response> {
    let (lang, search) = (visitor.lang, search(visitor));
    let mut entries = log::read(&app.db, whose, &search, PAGE + 1).await?;
    let older = entries.len() > PAGE;
    entries.truncate(PAGE);
    let whole = matches!(whose, Whose::Within(_));
    if whole {
        note(app, permit, Act::AuditRead, &search, entries.len()).await?;
    }
    let (catalogue, signed) = (app.catalogue(), ui::Signed::of(&permit.who, &app.keys));
    let title = lang.text(if whole { "audit-title" } else { "audit-own" });
    let asked = query(&search);
    let body = html! {
        h1 { (title) }
        p { (lang.text("audit-say")) }
        (form(lang, path, &search, whole))
        @if whole {
            p { a href=(format!("/admin/audit.csv?{asked}lang={}", lang.code())) { (lang.text_with("audit-csv", &[("most", &EXPORT.to_string())])) } }
        }
        @if entries.is_empty() { p { (lang.text("audit-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        @for key in ["audit-time", "audit-who", "audit-what", "audit-subject", "audit-detail"] {
                            th scope="col" { (lang.text(key)) }
                        }
                    } }
                    tbody { @for entry in &entries { (line(lang, &catalogue, entry)) } }
                }
            }
        }
        @if let (true, Some(last)) = (older, entries.last()) {
            p { a href=(format!("{path}?{asked}before={}&lang={}", last.row.n, lang.code())) { (lang.text("audit-older")) } }
        }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, &asked, catalogue.simulated, &body)))
}

fn form(lang: Lang, path: &str, search: &Search, whole: bool) -> Markup {
    let day = |day: Option<crate::domain::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let field = |name: &str, label: &str, value: &str| {
        html! {
            div.field {
                label for=(name) { (lang.text(label)) }
                input type="text" id=(name) name=(name) value=(value) autocomplete="off";
            }
        }
    };
    html! {
        form.narrow method="get" action=(path) {
            input type="hidden" name="lang" value=(lang.code());
            @if whole { (field("person", "audit-person", &search.person)) }
            div.field {
                label for="act" { (lang.text("audit-what")) }
                select id="act" name="act" {
                    option value="" { (lang.text("audit-any")) }
                    @for key in FIRST.keys(ACT) {
                        @let act = &key[ACT.len()..];
                        option value=(act) selected[act == search.act] { (lang.text(&key)) }
                    }
                }
            }
            (field("from", "audit-from", &day(search.from)))
            (field("to", "audit-to", &day(search.to)))
            (field("subject", "audit-subject-search", &search.subject))
            button.main type="submit" { (lang.text("audit-go")) }
        }
    }
}

fn line(lang: Lang, catalogue: &Catalogue, entry: &Entry) -> Markup {
    let row = &entry.row;
    let who = match (&entry.who, row.request.as_str()) {
        (Some((name, login)), _) => format!("{name} ({login})"),
        (None, "server") => lang.text("audit-operator"),
        (None, _) => lang.text("audit-nobody"),
    };
    let subject = match &entry.to {
        Some((name, login)) => format!("{name} ({login})"),
        None if row.subject == "nobody" => lang.text("audit-nobody"),
        None => row.subject.clone(),
    };
    let details: Vec<(String, String)> = match serde_json::from_str(&row.detail) {
        Ok(Value::Object(map)) => {
            let said = |(key, value): (&String, &Value)| Some((label(lang, key), words(lang, catalogue, key, value)?));
            map.iter().filter_map(said).collect()
        }
        _ => Vec::new(),
    };
    html! {
        tr {
            td { (moment(row.at)) }
            td { (who) }
            td { (lang.text(&format!("{ACT}{}", row.act))) }
            td { bdi { (subject) } }
            td {
                @for (i, (label, value)) in details.iter().enumerate() {
                    @if i > 0 { br; }
                    (label) ": " bdi { (value) }
                }
            }
        }
    }
}

/// What a part of the details is called; as it is kept where there is no word for it.
fn label(lang: Lang, key: &str) -> String {
    let word = format!("audit-detail-{}", key.replace('_', "-"));
    if FIRST.has(&word) { lang.text(&word) } else { key.to_owned() }
}

/// A part of the details in words; none where there is nothing to say.
fn words(lang: Lang, catalogue: &Catalogue, key: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(at) if key == "hour" => at.as_i64().map(moment),
        Value::Array(list) => {
            let grants: Result<Vec<Grant>, _> = list.iter().cloned().map(serde_json::from_value).collect();
            Some(match grants {
                Ok(grants) if grants.is_empty() => lang.text("account-no-role"),
                Ok(grants) => {
                    grants.iter().map(|grant| users::role(lang, catalogue, grant)).collect::<Vec<_>>().join("; ")
                }
                Err(_) => value.to_string(),
            })
        }
        other => Some(other.to_string()),
    }
}
