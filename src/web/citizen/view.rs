//! What the citizen's form looks like. Values to markup; nothing else.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{OTHER, PROCEDURE, carried, citizen_page};
use crate::domain::answer::{Fault, Mend};
use crate::domain::procedure::Procedure;
use crate::domain::questionnaire::{Kind, Question, Questionnaire};
use crate::flow::collect::open::Place;
use crate::web::visitor::Visitor;
use crate::web::{App, ui};
use crate::words::Lang;

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
    /// What was entered.
    pub fields: &'a [(String, String)],
    /// What is wrong with it.
    pub faults: &'a [Fault],
}

impl Ask<'_> {
    /// The whole page.
    #[must_use]
    pub fn page(&self, simulated: bool) -> Markup {
        let (lang, form) = (self.lang, &self.place.questionnaire);
        let pages = form.pages();
        let questions: Vec<&Question> = pages.first().into_iter().flatten().map(|i| &form.questions[*i]).collect();
        let heading = match form.overall() {
            Some(_) if self.procedure.is_none() && self.place.ask_procedure => lang.text("q-overall-counter"),
            Some(overall) => form.words(&overall.label, lang.code()).to_owned(),
            None => form.words(&form.title, lang.code()).to_owned(),
        };
        let body = html! {
            (summary(lang, form, self.faults))
            form method="post" action="#loi" novalidate {
                input type="hidden" name="visit" value=(self.visit);
                @if form.overall().is_some() {
                    @for question in &questions { (self.levels(question, &heading)) }
                } @else {
                    h1 { (heading) }
                    (self.context())
                    @for question in &questions { (question_block(lang, form, question, self.fields, self.faults)) }
                }
                button type="submit" { (lang.text("q-send")) }
            }
            p.anon { (lang.text("q-anon")) " " a href=(format!("/privacy?lang={}", lang.code())) { (lang.text("q-anon-more")) } }
        };
        let title =
            if self.faults.is_empty() { heading.clone() } else { format!("{}{heading}", lang.text("err-prefix")) };
        let top = match (self.place.unit.name.as_str(), &*self.place.label) {
            (unit, "") => unit.to_owned(),
            (unit, label) => format!("{unit} · {label}"),
        };
        let switch = self.procedure.filter(|_| self.place.ask_procedure).map(|p| format!("{PROCEDURE}={}&", p.code));
        let other = (self.place.ask_procedure && self.procedure.is_none()).then(|| format!("{PROCEDURE}={OTHER}&"));
        let switch = switch.or(other).unwrap_or_default();
        ui::citizen(lang, &title, &top, Some(&switch), simulated, &body)
    }

    /// The one question of five levels, with a face beside each word.
    fn levels(&self, question: &Question, heading: &str) -> Markup {
        let form = &self.place.questionnaire;
        let fault = fault_of(question, self.faults);
        html! {
            fieldset id=(question.name) aria-describedby=[fault.map(|_| format!("{}-loi", question.name))] {
                legend { h1 { (heading) } }
                (self.context())
                @if let Some(mend) = fault { (mend_text(self.lang, question, mend)) }
                div.levels {
                    @for choice in &question.choices {
                        label.level {
                            input type="radio" name=(question.name) value=(choice.name) id=(format!("r{}", choice.name))
                                checked[is_entered(self.fields, &question.name, &choice.name)];
                            span { (form.words(&choice.label, self.lang.code())) }
                            @if let 1..=5 = choice.value { (face(choice.value)) }
                        }
                    }
                }
            }
        }
    }

    fn context(&self) -> Markup {
        html! {
            @if let Some(procedure) = self.procedure {
                p.about { (self.lang.text("q-procedure")) " " (procedure.name) }
            }
            @if let Some(day) = self.place.issued {
                p.about { (self.lang.text_with("q-slip-day", &[("day", &day.to_string())])) }
            }
        }
    }
}

/// One question with its choices, on the pages after the first.
#[must_use]
pub fn question_block(
    lang: Lang,
    form: &Questionnaire,
    question: &Question,
    fields: &[(String, String)],
    faults: &[Fault],
) -> Markup {
    let label = form.words(&question.label, lang.code());
    let hint = form.words(&question.hint, lang.code());
    let fault = fault_of(question, faults);
    let described = fault.map(|_| format!("{}-loi", question.name));
    html! {
        @match question.kind {
            Kind::Note => p.note { (label) },
            Kind::Text => div.question {
                label.ask for=(question.name) { (label) }
                p.hint id=(format!("{}-hint", question.name)) { @if hint.is_empty() { (lang.text("t-comment-hint")) } @else { (hint) } }
                @if let Some(mend) = fault { (mend_text(lang, question, mend)) }
                textarea id=(question.name) name=(question.name) rows="4" aria-describedby=(format!("{}-hint", question.name)) {
                    (entered(fields, &question.name).unwrap_or_default())
                }
            },
            Kind::Level | Kind::One | Kind::Many => fieldset.question id=(question.name) aria-describedby=[described] {
                legend.ask { (label) }
                @if !hint.is_empty() { p.hint { (hint) } }
                @if let Some(mend) = fault { (mend_text(lang, question, mend)) }
                @for choice in &question.choices {
                    label.choice {
                        input type=(if question.kind == Kind::Many { "checkbox" } else { "radio" }) name=(question.name)
                            value=(choice.name) id=(format!("{}-{}", question.name, choice.name))
                            checked[is_entered(fields, &question.name, &choice.name)];
                        span { (form.words(&choice.label, lang.code())) }
                    }
                }
            },
        }
    }
}

/// The box at the top of a page that came back: what to do, each line leading to its place.
#[must_use]
pub fn summary(lang: Lang, form: &Questionnaire, faults: &[Fault]) -> Markup {
    let targets = faults.iter().filter_map(|fault| match fault {
        Fault::Answer(name, mend) => {
            form.question(name).map(|question| (first_control(form, question), say(lang, *mend)))
        }
        Fault::Malformed => None,
    });
    html! {
        @if !faults.is_empty() {
            div.errors role="alert" tabindex="-1" autofocus id="loi" {
                h2 { (lang.text("err-title")) }
                ul { @for (id, sentence) in targets { li { a href=(format!("#{id}")) { (sentence) } } } }
            }
        }
    }
}

fn first_control(form: &Questionnaire, question: &Question) -> String {
    let overall = form.overall().is_some_and(|overall| overall.name == question.name);
    match question.choices.first() {
        Some(choice) if overall => format!("r{}", choice.name),
        Some(choice) => format!("{}-{}", question.name, choice.name),
        None => question.name.clone(),
    }
}

fn mend_text(lang: Lang, question: &Question, mend: Mend) -> Markup {
    html! { p.fault id=(format!("{}-loi", question.name)) { strong { (lang.text("err-word")) } " " (say(lang, mend)) } }
}

fn say(lang: Lang, mend: Mend) -> String {
    match mend {
        Mend::Choose => lang.text("err-choose"),
        Mend::Write => lang.text("err-write"),
        Mend::Shorten(by) => lang.text_with("err-long", &[("n", &by.to_string())]),
    }
}

fn fault_of(question: &Question, faults: &[Fault]) -> Option<Mend> {
    faults.iter().find_map(|fault| match fault {
        Fault::Answer(name, mend) if *name == question.name => Some(*mend),
        _ => None,
    })
}

fn entered<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn is_entered(fields: &[(String, String)], name: &str, value: &str) -> bool {
    fields.iter().any(|(key, entered)| key == name && entered == value)
}

/// A face in one ink: brows raised in worry at 1, mouth open at 5, so that the ends differ by more than a curve.
fn face(level: i64) -> Markup {
    let mouth = match level {
        1 => "M11 26q7-8 14 0M9 12l5-3M27 12l-5-3",
        2 => "M12 25q6-4 12 0",
        3 => "M12 24h12",
        4 => "M12 22q6 5 12 0",
        _ => "M10 21h16q-2 8-8 8t-8-8z",
    };
    html! {
        svg.face viewBox="0 0 36 36" width="36" height="36" aria-hidden="true" focusable="false" {
            (PreEscaped("<circle cx=\"18\" cy=\"18\" r=\"16\"/><path d=\"M13 15v2M23 15v2\"/>"))
            path d=(mouth);
        }
    }
}

/// A point that stands for several procedures first asks which one it was: one more tap.
pub fn ask_procedure(app: &App, visitor: &Visitor, place: &Place) -> Response {
    let lang = visitor.lang;
    let catalogue = app.catalogue();
    let wanted = visitor.param("tim").unwrap_or_default();
    let offered = catalogue.offered(&place.unit, app.today());
    let found: Vec<_> = offered.iter().filter(|procedure| fold(&procedure.name).contains(&fold(wanted))).collect();
    let link = |code: &str| format!("?{}{PROCEDURE}={code}", carried(visitor));
    let body = html! {
        h1 { (lang.text("which-procedure")) }
        @if offered.len() > 8 {
            form.filter method="get" {
                @if lang != crate::words::FIRST { input type="hidden" name="lang" value=(lang.code()); }
                label.ask for="tim" { (lang.text("which-filter")) }
                div.row {
                    input type="text" id="tim" name="tim" value=(wanted) autocomplete="off" spellcheck="false";
                    button.second type="submit" { (lang.text("which-find")) }
                }
            }
        }
        @if found.is_empty() { p { (lang.text("which-none")) } }
        ul.procedures {
            @for procedure in found { li { a href=(link(&procedure.code)) { (procedure.name) } } }
            li { a href=(link(OTHER)) { (lang.text("which-other")) } }
        }
    };
    let title = lang.text("which-procedure");
    citizen_page(StatusCode::OK, ui::citizen(lang, &title, &place.unit.name, Some(""), catalogue.simulated, &body))
}

/// Lower case without marks, for a search that ignores them.
fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}
