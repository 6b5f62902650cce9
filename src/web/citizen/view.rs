//! What the question page and the choice of a procedure look like. Values to markup; nothing else.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::question::Page;
use super::{OTHER, PROCEDURE, back, carried};
use crate::domain::Day;
use crate::domain::answer::Fault;
use crate::domain::collate;
use crate::domain::period::written;
use crate::domain::procedure::Procedure;
use crate::domain::questionnaire::Question;
use crate::flow::collect::open::Place;
use crate::web::visitor::Visitor;
use crate::web::{App, respond, sound, ui};
use crate::words::{FIRST, Lang};

/// So many procedures are listed before one must ask for the rest: a page stays light however many there are.
const LISTED: usize = 20;
/// With fewer than this, looking is quicker than searching.
const SEARCHED: usize = 8;

/// The question page: what is asked, and, when it comes back, what was entered and what is missing.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Language.
    pub lang: Lang,
    /// What is answered about.
    pub place: &'a Place,
    /// The procedure, when known.
    pub procedure: Option<&'a Procedure>,
    /// The visit, or the slot for it.
    pub visit: &'a str,
    /// What links to other languages keep of the address, ended by `&`.
    pub kept: &'a str,
    /// What was entered.
    pub fields: &'a [(String, String)],
    /// What is wrong with it.
    pub faults: &'a [Fault],
}

impl Ask<'_> {
    /// The whole page.
    #[must_use]
    pub fn page(&self, simulated: bool) -> Markup {
        let (lang, form) = (self.lang, &*self.place.questionnaire);
        let page = Page { lang, form, fields: self.fields, faults: self.faults };
        let (heading, language) = match form.opening() {
            Some(_) if self.procedure.is_none() && self.place.ask_procedure => (lang.text("q-overall-counter"), None),
            Some(opening) => owned(page.said(&opening.label)),
            None => owned(page.said(&form.title)),
        };
        let h1 = html! { h1 lang=[language] { (heading) } };
        let body = html! {
            (page.summary())
            form method="post" action="#loi" novalidate {
                input type="hidden" name="visit" value=(self.visit);
                @match form.opening() {
                    Some(opening) => { (self.opening(&page, opening, &h1, &heading)) }
                    None => {
                        (h1)
                        (self.context())
                        @for index in form.pages().first().into_iter().flatten() {
                            (page.question(&form.questions[*index], None))
                        }
                    }
                }
                button type="submit" { (lang.text("q-send")) }
            }
            p.small { (lang.text("q-anon")) " " a href=(privacy(lang)) { (lang.text("q-anon-more")) } }
            p.small { (lang.text("q-elsewhere")) " " a href=(home(lang)) { (lang.text("q-elsewhere-code")) } }
        };
        let chosen = self.procedure.map_or(OTHER, |procedure| procedure.code.as_str());
        let chosen = if self.place.ask_procedure { format!("{PROCEDURE}={chosen}&") } else { String::new() };
        let switch = format!("{chosen}{}", self.kept);
        ui::citizen(lang, &page.title(&heading), &top(self.place), Some(&switch), simulated, &body)
    }

    /// The one question of five levels, with a face beside each word.
    fn opening(&self, page: &Page, question: &Question, h1: &Markup, heading: &str) -> Markup {
        html! {
            fieldset id=(page.id(question)) aria-describedby=[page.described(question)] {
                legend { (h1) }
                (self.context())
                (sound::player(self.lang, question, heading))
                (page.hint(question))
                (page.fault(question))
                @for (at, choice) in question.choices.iter().enumerate() { (page.choice(question, at, choice)) }
            }
        }
    }

    fn context(&self) -> Markup {
        let lang = self.lang;
        let day = |day: Day| lang.text_with("q-slip-day", &[("day", &written(lang, day))]);
        html! {
            @if self.procedure.is_some() || self.place.issued.is_some() {
                p.about {
                    @if let Some(procedure) = self.procedure {
                        span { (lang.text("q-procedure")) " " bdi lang=[ui::named(lang)] { (procedure.name) } }
                    }
                    " "
                    @if let Some(issued) = self.place.issued { span { (day(issued)) } }
                }
            }
        }
    }
}

/// Unit and counter, first of all: a code may have been put up where it does not belong.
fn top(place: &Place) -> String {
    match (place.unit.name.as_str(), &*place.label) {
        (unit, "") => unit.to_owned(),
        (unit, label) => format!("{unit} · {label}"),
    }
}

fn owned((words, language): (&str, Option<&str>)) -> (String, Option<String>) {
    (words.to_owned(), language.map(str::to_owned))
}

fn privacy(lang: Lang) -> String {
    format!("/privacy{}", ui::in_language(lang))
}

fn home(lang: Lang) -> String {
    format!("/{}", ui::in_language(lang))
}

/// A point that stands for several procedures first asks which one it was: one more tap.
pub fn ask_procedure(app: &App, visitor: &Visitor, place: &Place) -> Response {
    let lang = visitor.lang;
    let catalogue = app.catalogue();
    let wanted = visitor.param("tim").unwrap_or_default().trim();
    let offered = catalogue.offered(&place.unit, app.today());
    let words: Vec<String> = collate::fold(wanted).split_whitespace().map(str::to_owned).collect();
    let has = |procedure: &Procedure| {
        let name = collate::fold(&procedure.name);
        words.iter().all(|word| name.contains(word.as_str()))
    };
    let found: Vec<_> = offered.iter().filter(|procedure| has(procedure)).collect();
    let all = found.len() <= LISTED || visitor.param("het").is_some();
    let shown = if all { found.len() } else { LISTED };
    let carried = carried(visitor);
    let link = |code: &str| format!("?{carried}{PROCEDURE}={code}");
    let body = html! {
        h1 { (lang.text("which-procedure")) }
        @if offered.len() > SEARCHED {
            form.filter method="get" {
                @if lang != FIRST { input type="hidden" name="lang" value=(lang.code()); }
                @if let Some(asked) = visitor.param(back::RETURN) { input type="hidden" name=(back::RETURN) value=(asked); }
                label.ask for="tim" { (lang.text("which-filter")) }
                div.beside {
                    input type="text" id="tim" name="tim" value=(wanted) autocomplete="off" spellcheck="false";
                    button.second type="submit" { (lang.text("which-find")) }
                }
            }
        }
        @if found.is_empty() { p role="status" { (lang.text("which-none")) } }
        ul.links {
            @for procedure in &found[..shown] {
                li { a href=(link(&procedure.code)) lang=[ui::named(lang)] { (procedure.name) } }
            }
            @if !all {
                li { a href=(format!("?{carried}het=1")) {
                    (lang.text_with("which-all", &[("n", &found.len().to_string())]))
                } }
            }
            li { a href=(link(OTHER)) { (lang.text("which-other")) } }
        }
        @if !words.is_empty() { p { a href=(format!("?{carried}").trim_end_matches('&')) { (lang.text("which-again")) } } }
    };
    let title = lang.text("which-procedure");
    respond::citizen(
        StatusCode::OK,
        ui::citizen(lang, &title, &top(place), Some(&back::kept(visitor)), catalogue.simulated, &body),
    )
}
