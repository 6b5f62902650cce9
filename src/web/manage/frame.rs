//! What every page of figures has around its figures: where it is, the filter, what the figures are of, and the ways to
//! print and fetch them.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::filter::{Choice, Chosen, Filter, Offer, form};
use crate::domain::unit::Unit;
use crate::domain::{Day, moment};
use crate::error::Error;
use crate::flow::assess::picture::Picture;
use crate::flow::assess::{Excluded, Marked, Organisation};
use crate::flow::collect::catalogue::Catalogue;
use crate::present::{number, say};
use crate::web::permit::Permit;
use crate::web::{App, assets, charts, respond, ui};
use crate::words::Lang;

/// Figures older than this are called old.
const STALE_MS: i64 = 24 * 60 * 60 * 1000;

/// Who looks at which figures, on which page.
#[derive(Debug, Clone)]
pub(super) struct Frame<'a> {
    pub(super) app: &'a App,
    pub(super) lang: Lang,
    pub(super) permit: &'a Permit,
    pub(super) catalogue: Arc<Catalogue>,
    /// What was typed.
    pub(super) filter: &'a Filter,
    /// What is shown.
    pub(super) chosen: Chosen,
    /// Path of the page, without what is asked for.
    pub(super) path: String,
    /// What the address names besides, each pair ended by `&`.
    pub(super) beside: String,
    /// Where the form leads.
    pub(super) action: String,
}

/// A step of the way to a page; the page itself leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crumb {
    pub(super) words: String,
    pub(super) path: String,
}

/// What a page is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct About {
    pub(super) title: String,
    pub(super) crumbs: Vec<Crumb>,
    pub(super) unit: String,
    pub(super) procedure: String,
}

impl Frame<'_> {
    /// The address of another page, with the period and filters of this one.
    pub(super) fn to(&self, path: &str) -> String {
        format!("{path}?{}lang={}", self.chosen.kept(), self.lang.code())
    }

    /// The address of this page with another choice.
    pub(super) fn with(&self, chosen: &Chosen) -> String {
        format!("{}?{}{}lang={}", self.path, self.beside, chosen.query(), self.lang.code())
    }

    /// The units inside the scope that stood in the period, by name.
    pub(super) fn units(&self) -> Vec<Arc<Unit>> {
        let period = &self.chosen.period;
        let stood = |unit: &Unit| {
            unit.valid_from.is_none_or(|from| from < period.to()) && unit.valid_to.is_none_or(|to| period.from() <= to)
        };
        let inside = |unit: &&Arc<Unit>| self.permit.scope.covers(Some(unit.id)) && stood(unit);
        self.catalogue.units_by_name.iter().filter(inside).cloned().collect()
    }

    pub(super) fn offer(&self, about: &About) -> Offer {
        let units = self.units();
        let doubled = say::doubled(units.iter().map(|unit| unit.name.as_str()));
        let procedures = self.catalogue.procedures_by_name.iter().map(|p| choice(&p.code, &p.name)).collect();
        Offer {
            units: units.iter().map(|unit| choice(&unit.code, &say::apart(&doubled, &unit.name, &unit.code))).collect(),
            procedures,
            unit: about.unit.clone(),
            procedure: about.procedure.clone(),
        }
    }

    /// "676 đánh giá · Năm 2026 · kênh: tất cả"
    pub(super) fn base_line(&self, n: Option<u64>) -> String {
        let (period, channel) = (self.chosen.period.label(self.lang), self.channel());
        let args = [("period", period.as_str()), ("channel", channel.as_str())];
        match n {
            Some(n) => {
                let n = number::count(self.lang, n);
                self.lang.text_with("manage-base", &[args[0], args[1], ("n", &n)])
            }
            None => self.lang.text_with("manage-base-unknown", &args),
        }
    }

    fn channel(&self) -> String {
        match self.chosen.channel {
            Some(channel) => say::channel(self.lang, channel),
            None => self.lang.text("manage-channel-all"),
        }
    }

    /// Base, period and channel under a chart; the period is the page's unless it is another.
    pub(super) fn caption(&self, n: Option<u64>, period: Option<&str>) -> String {
        let period = period.map_or_else(|| self.chosen.period.label(self.lang), str::to_owned);
        let channel = self.channel();
        let n = n.map_or_else(|| "–".to_owned(), |n| number::count(self.lang, n));
        self.lang.text_with("manage-caption", &[("n", &n), ("period", &period), ("channel", &channel)])
    }

    /// The question, period and channel under a chart of things that one person may have named several of.
    pub(super) fn caption_of_many(&self, question: &str) -> String {
        let (period, channel) = (self.chosen.period.label(self.lang), self.channel());
        let args = [("question", question), ("period", &period), ("channel", &channel)];
        self.lang.text_with("manage-caption-many", &args)
    }

    /// The page.
    pub(super) fn page(&self, about: &About, picture: &Picture, figures: &Markup) -> Response {
        let lang = self.lang;
        let now_ms = self.app.clock.now_ms();
        let line = self.base_line(picture.headline.figure.n);
        let body = html! {
            (charts::marks())
            h1 { (about.title) }
            p.printed { (lang.text_with("manage-printed", &[("time", &moment(now_ms)), ("base", &line)])) }
            @if self.chosen.print {
                p { button.second.print type="button" hidden { (lang.text("manage-print-now")) } }
                script src=(assets::href("print.js")) defer {}
            } @else {
                (form(lang, self.filter, Some(&self.chosen), &self.offer(about), &self.action))
            }
            p.base { strong { (line) } }
            (self.until(picture.released_at, now_ms))
            (self.notices(picture.provisional))
            (figures)
            (self.ending())
        };
        let title = format!("{} · {}", about.title, self.chosen.period.label(lang));
        self.respond(StatusCode::OK, &title, about, &body)
    }

    fn until(&self, released_at: i64, now_ms: i64) -> Markup {
        let at = moment(released_at);
        let runs = self.chosen.period.contains(Day::at(now_ms));
        html! {
            @if released_at == 0 {
                p.until { (self.lang.text("manage-until-never")) }
            } @else if runs && now_ms - released_at > STALE_MS {
                p.notice { (self.lang.text_with("manage-stale", &[("time", &at)])) }
            } @else {
                p.until { (self.lang.text_with("manage-until", &[("time", &at)])) }
            }
        }
    }

    fn notices(&self, provisional: bool) -> Markup {
        let chosen = &self.chosen;
        let notices = [
            (provisional, "results-provisional"),
            (chosen.organisation == Organisation::AsItIs, "manage-organisation-now-say"),
            (chosen.excluded == Excluded::Included, "manage-excluded-with-say"),
            (chosen.marked == Marked::LeftOut, "manage-marked-without-say"),
        ];
        html! {
            @for (_, key) in notices.iter().filter(|(said, _)| *said) { p.notice { (self.lang.text(key)) } }
        }
    }

    /// How to read the figures, once a page, and the ways to take them along.
    fn ending(&self) -> Markup {
        let lang = self.lang;
        let file =
            |kind: &str| format!("{}.{kind}?{}{}lang={}", self.path, self.beside, self.chosen.kept(), lang.code());
        html! {
            section.method aria-labelledby="h-method" {
                h2 id="h-method" { (lang.text("manage-how")) }
                p { strong { (lang.text("results-how-source")) } }
                p { (lang.text("results-how-interval")) }
                p { (lang.text("results-how-verdict")) }
                p { (lang.text("results-how-hidden")) }
                p.downloads {
                    a href=(self.with(&Chosen { print: true, ..self.chosen.clone() })) { (lang.text("manage-print")) } " "
                    a href=(file("csv")) { (lang.text("manage-csv")) } " "
                    a href=(file("json")) { (lang.text("manage-json")) } " "
                    a href=(file("xlsx")) { (lang.text("manage-xlsx")) }
                }
            }
        }
    }

    /// A page in the frame.
    pub(super) fn respond(&self, status: StatusCode, title: &str, about: &About, body: &Markup) -> Response {
        let (kept, query) = (self.chosen.kept(), self.beside.clone() + &self.chosen.query());
        let place = ui::Place { here: &self.path, kept: &kept, query: &query };
        let body = html! { (self.crumbs(about)) (body) };
        let signed = ui::Signed::of(&self.permit.who, &self.app.keys);
        respond::page(status, ui::managers(self.lang, title, &signed, place, self.catalogue.simulated, &body))
    }

    fn crumbs(&self, about: &About) -> Markup {
        html! {
            @if !about.crumbs.is_empty() {
                nav.crumbs aria-label=(self.lang.text("manage-crumbs")) {
                    @for crumb in &about.crumbs { a href=(self.to(&crumb.path)) { (crumb.words) } " › " }
                    span aria-current="page" { (about.title) }
                }
            }
        }
    }

    /// Instead of figures that could not be read.
    pub(super) fn failed(&self, about: &About, error: Error) -> Response {
        let (lang, title) = (self.lang, self.lang.text("manage-failed-title"));
        let body = html! {
            h1 { (title) }
            p { (lang.text_with("manage-failed", &[("time", &moment(self.app.clock.now_ms()))])) " "
                a href=(self.with(&self.chosen)) { (lang.text("manage-failed-again")) } }
            p { (lang.text_with("problem-reference", &[("id", &self.permit.request)])) }
        };
        let about = About { title: title.clone(), crumbs: about.crumbs.clone(), ..About::default() };
        let mut response = self.respond(StatusCode::SERVICE_UNAVAILABLE, &title, &about, &body);
        if let Some(seconds) = respond::retry_after(&error) {
            response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(Arc::new(error));
        response
    }
}

fn choice(code: &str, name: &str) -> Choice {
    Choice { code: code.to_owned(), name: name.to_owned() }
}
