//! The frame of every page, and the small pages that say one thing.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::assets;
use crate::domain::account::Function;
use crate::domain::keys::Keys;
use crate::flow::people::session::Who;
use crate::words::{FIRST, Lang};

/// Style of the citizen's pages: inline, so that a first visit is one request.
pub const CITIZEN_CSS: &str = include_str!("../../static/citizen.css");

/// The policy of the citizen's pages: nothing but their own style, by its hash, their own form and our sounds.
pub static CITIZEN_CSP: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = data_encoding::BASE64.encode(&Sha256::digest(CITIZEN_CSS));
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; media-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ))
    .expect("base64 may stand in a header")
});

/// A citizen's page. `top` is the small line that says whose page it is.
#[must_use]
pub fn citizen(lang: Lang, title: &str, top: &str, switch: Option<&str>, simulated: bool, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(CITIZEN_CSS)) }
            }
            body {
                header.top {
                    span lang=[named(lang).filter(|_| !top.is_empty())] { (top) }
                    @if let Some(query) = switch { (language_links(lang, query)) }
                }
                main { (body) }
                // Last, so that the send button stays above the fold of a small phone.
                @if simulated { footer { (simulated_banner(lang, simulated)) } }
            }
        }
    }
}

/// What an address says of the language: nothing for the first one.
#[must_use]
pub fn in_language(lang: Lang) -> String {
    if lang == FIRST { String::new() } else { format!("?lang={}", lang.code()) }
}

/// The language of names of units and procedures, where it is not the page's own.
#[must_use]
pub fn named(lang: Lang) -> Option<&'static str> {
    (lang != FIRST).then_some(FIRST.code())
}

/// A page with files: results and what the office sees.
#[must_use]
pub fn office(lang: Lang, title: &str, switch: &str, simulated: bool, body: &Markup) -> Markup {
    framed(lang, title, switch, simulated, Look::Plain, &html! {}, body)
}

/// Somebody signed in, as far as the frame of a page shows it.
#[derive(Debug, Clone)]
pub struct Signed<'a> {
    who: &'a Who,
    csrf: String,
}

impl<'a> Signed<'a> {
    /// Of a person.
    #[must_use]
    pub fn of(who: &'a Who, keys: &Keys) -> Self {
        Self { who, csrf: who.csrf(keys) }
    }

    /// What every form of this person carries.
    #[must_use]
    pub fn token(&self) -> Markup {
        html! { input type="hidden" name="csrf" value=(self.csrf); }
    }
}

/// Where each function begins: what the frame links to for those who may.
const PLACES: &[(Function, &str, &str)] = &[
    (Function::Figures, "/manage", "manage-overview"),
    (Function::Desk, "/desk", "nav-desk"),
    (Function::PaperSee, "/desk/paper", "nav-paper"),
    (Function::Comments, "/manage/comments", "nav-comments"),
    (Function::OrganisationRead, "/manage/alerts", "nav-alerts"),
    (Function::ReportRead, "/manage/publish", "nav-publish"),
    (Function::SuspicionCounts, "/admin/exclusions", "nav-exclusions"),
    (Function::SuspicionCounts, "/admin/suspicion", "nav-suspicion"),
    (Function::OrganisationRead, "/admin/codes", "nav-codes"),
    (Function::OrganisationRead, "/admin/kiosks", "nav-kiosks"),
    (Function::PeopleRead, "/admin/users", "nav-users"),
    (Function::SettingsRead, "/admin/keys", "nav-keys"),
    (Function::SettingsRead, "/admin/webhooks", "nav-webhooks"),
    (Function::SettingsRead, "/admin/cases", "nav-cases"),
    (Function::SettingsRead, "/admin/portals", "nav-portals"),
    (Function::SettingsRead, "/admin/holidays", "nav-holidays"),
    (Function::AuditRead, "/admin/seal", "nav-seal"),
    (Function::AuditRead, "/admin/audit", "audit-title"),
    (Function::AuditOwn, "/account/acts", "audit-own"),
];

/// Where managers look at figures. Another page of theirs adds its line here.
const MANAGE: &[(Function, &str, &str)] = &[
    (Function::Figures, "/manage", "manage-overview"),
    (Function::Figures, "/manage/units", "manage-units"),
    (Function::Figures, "/manage/procedures", "manage-procedures"),
    (Function::Comments, "/manage/comments", "nav-comments"),
    (Function::OrganisationRead, "/manage/alerts", "nav-alerts"),
    (Function::ReportRead, "/manage/publish", "nav-publish"),
];

/// A page of somebody signed in: with the ways they have, their name, and the way out.
#[must_use]
pub fn staff(lang: Lang, title: &str, signed: &Signed<'_>, switch: &str, simulated: bool, body: &Markup) -> Markup {
    let places = html! {
        @for &(function, path, key) in PLACES {
            @if signed.who.may(function) { a href=(at(lang, path)) { (lang.text(key)) } }
        }
    };
    framed(lang, title, switch, simulated, Look::Plain, &ways(lang, signed, &places), body)
}

/// Where a page of figures stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its path.
    pub here: &'a str,
    /// What ways to other figures keep of its address, ended by `&`.
    pub kept: &'a str,
    /// All that its address asks for, the language aside, ended by `&`.
    pub query: &'a str,
}

/// A page for whoever manages that shows no figures, with the same ways as those that do.
#[must_use]
pub fn managed(
    lang: Lang,
    title: &str,
    signed: &Signed<'_>,
    (here, switch): (&str, &str),
    simulated: bool,
    body: &Markup,
) -> Markup {
    let place = Place { here, kept: "", query: switch };
    framed(lang, title, switch, simulated, Look::Plain, &ways(lang, signed, &manage(lang, signed, place)), body)
}

/// A page of figures for whoever manages: their own ways first, everything else behind the last of them.
#[must_use]
pub fn managers(
    lang: Lang,
    title: &str,
    signed: &Signed<'_>,
    place: Place<'_>,
    simulated: bool,
    body: &Markup,
) -> Markup {
    let places = manage(lang, signed, place);
    lean(framed(lang, title, place.query, simulated, Look::Figures, &ways(lang, signed, &places), body))
}

/// Ends that a browser sees by what follows them, be it the next of its kind or the end of all.
const IMPLIED: [&str; 7] = ["</td>", "</th>", "</tr>", "</thead>", "</tbody>", "</li>", "</option>"];

/// The same page without such ends: of pages that are not packed and are mostly tables they are a fifteenth.
fn lean(page: Markup) -> Markup {
    PreEscaped(IMPLIED.iter().fold(page.into_string(), |text, end| text.replace(end, "")))
}

fn manage(lang: Lang, signed: &Signed<'_>, place: Place<'_>) -> Markup {
    // The longest path that leads here: a unit's page is among the units.
    let within =
        |path: &str| place.here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let current = MANAGE.iter().map(|place| place.1).filter(|path| within(path)).max_by_key(|path| path.len());
    let elsewhere = |path: &str| MANAGE.iter().all(|(_, managed, _)| *managed != path);
    let others = PLACES.iter().find(|(function, path, _)| elsewhere(path) && signed.who.may(*function));
    html! {
        @for &(function, path, key) in MANAGE {
            @if signed.who.may(function) {
                @let current = (current == Some(path)).then_some("page");
                // Period and filters are kept among figures only.
                @let kept = if function == Function::Figures { place.kept } else { "" };
                a href=(format!("{path}?{kept}lang={}", lang.code())) aria-current=[current] { (lang.text(key)) }
            }
        }
        @if let Some((_, path, _)) = others { a href=(at(lang, path)) { (lang.text("manage-admin")) } }
    }
}

fn at(lang: Lang, path: &str) -> String {
    format!("{path}?lang={}", lang.code())
}

fn ways(lang: Lang, signed: &Signed<'_>, places: &Markup) -> Markup {
    html! {
        nav.places aria-label=(lang.text("nav-label")) {
            (places)
            a href=(at(lang, "/account")) { (signed.who.name) }
            form method="post" action=(at(lang, "/sign-out")) {
                (signed.token())
                button.second type="submit" { (lang.text("nav-out")) }
            }
        }
        @if signed.who.seal_late { aside.late role="alert" { (lang.text("seal-late")) } }
    }
}

/// What the style makes of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Black on white.
    Plain,
    /// Follows the browser into the dark.
    Figures,
}

fn framed(lang: Lang, title: &str, switch: &str, simulated: bool, look: Look, nav: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::href("app.css"));
            }
            body class=[(look == Look::Figures).then_some("figures")] {
                a.skip href="#main" { (lang.text("skip")) }
                header {
                    (simulated_banner(lang, simulated))
                    div.masthead {
                    a.home href=(format!("/?lang={}", lang.code())) { (lang.text("product")) }
                    (language_links(lang, switch))
                    }
                    (nav)
                }
                main id="main" { (body) }
                footer.foot { a href=(format!("/privacy?lang={}", lang.code())) { (lang.text("q-anon-more")) } }
            }
        }
    }
}

/// Links to this page in the other languages; `query` is what the address asks for besides.
fn language_links(lang: Lang, query: &str) -> Markup {
    html! {
        @for other in Lang::all().into_iter().filter(|other| *other != lang) {
            a.lang href=(format!("?{query}lang={}", other.code())) lang=(other.code()) hreflang=(other.code()) {
                (other.text("lang-name"))
            }
        }
    }
}

fn simulated_banner(lang: Lang, simulated: bool) -> Markup {
    html! { @if simulated { aside.simulated { (lang.text("simulated")) } } }
}

/// A page with a heading and a sentence or two, for [`respond::message`](super::respond::message).
#[must_use]
pub(super) fn message(lang: Lang, title: &str, say: &[String], simulated: bool) -> Markup {
    let body = html! {
        h1 { (title) }
        @for sentence in say { p { (sentence) } }
        p { a.next href=(format!("/{}", in_language(lang))) { (lang.text("to-home")) } }
    };
    citizen(lang, title, "", Some(""), simulated, &body)
}

/// The sign before words that something was saved.
#[must_use]
pub fn tick() -> Markup {
    html! {
        svg.tick viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" {
            path d="M4 13l5 5L20 6" {}
        }
    }
}
