//! After the first part: thanks, and what people may add, page by page, each stored when it is sent.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{HOUR_MS, carried, citizen_page, part_after, view};
use crate::domain::QuestionId;
use crate::domain::answer::{self, Fault};
use crate::domain::code::Code;
use crate::domain::questionnaire::{Kind, Question, Questionnaire};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::code_mac;
use crate::flow::collect::part::Part;
use crate::flow::collect::{Outcome, Submission};
use crate::web::limit::{self, Client};
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// `GET /q/{code}/thanks`: what a return visit shows too.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let sealed = visitor.param("p").unwrap_or_default();
    let part = Part::open(&app.keys, sealed, app.clock.now_ms());
    citizen_page(StatusCode::OK, page(&app, &visitor, part.as_ref().map(|part| (part, sealed)), &[], &[]))
}

/// `POST /q/{code}/thanks`: a later part.
pub async fn answer(
    State(app): State<Arc<App>>,
    Client(client): Client,
    Path(code): Path<String>,
    visitor: Visitor,
    mut fields: Fields,
) -> Result<Response> {
    let Some(code) = Code::parse(&code) else { return Err(Error::NotFound("code")) };
    if let Err(wait) = app.limits.submit(client, code_mac(&app.keys, &code)) {
        return Ok(limit::too_many(visitor.lang, wait, app.catalogue().simulated));
    }
    let sealed = fields.take("p").unwrap_or_default();
    let now_ms = app.clock.now_ms();
    let part = Part::open(&app.keys, &sealed, now_ms);
    let Some((part, form)) = part.and_then(|part| Some((form_of(&app, &part)?, part))).map(|(form, part)| (part, form))
    else {
        return Ok(citizen_page(StatusCode::GONE, late(&app, &visitor)));
    };
    let pages = form.pages();
    let Some(questions) = pages.get(part.page) else {
        return Err(Error::invalid(crate::error::Fault::new("problem-fields")));
    };
    let checked = match answer::check(&form, questions, &answer::names_of(&form, &part.answers), &fields.0, false) {
        Ok(checked) => checked,
        Err(faults) if faults.contains(&Fault::Malformed) => {
            let simulated = app.catalogue().simulated;
            return Ok(respond::refusal(StatusCode::UNPROCESSABLE_ENTITY, visitor.lang, "problem-fields", simulated));
        }
        Err(faults) => {
            let markup = page(&app, &visitor, Some((&part, &sealed)), &fields.0, &faults);
            return Ok(citizen_page(StatusCode::UNPROCESSABLE_ENTITY, markup));
        }
    };
    let submission = Submission {
        key: part.key(&app.keys),
        first: Some(part.first),
        invitation: None,
        unit: part.unit,
        procedure: part.procedure,
        point: part.point,
        channel: part.channel,
        questionnaire: part.questionnaire,
        language: visitor.lang.code().to_owned(),
        day: part.day,
        received_at: now_ms - now_ms.rem_euclid(HOUR_MS),
        answers: checked.answers.clone(),
        texts: checked.texts,
    };
    let answers: Vec<(QuestionId, i64)> = part.answers.iter().copied().chain(checked.answers).collect();
    let next = part_after(&submission, part.page + 1, answers, part.since);
    match app.writer.accept(submission).await? {
        Outcome::Stored(_) | Outcome::Duplicate(_) => {}
        Outcome::Used | Outcome::Expired => return Err(Error::internal("a later part was refused as an invitation")),
    }
    respond::see_other(&format!("{}?{}p={}", visitor.path, carried(&visitor), next.seal(&app.keys)))
}

fn form_of(app: &App, part: &Part) -> Option<Arc<Questionnaire>> {
    app.catalogue().questionnaires.get(&part.questionnaire).cloned()
}

/// Thanks first; then the next page of questions, when there is one.
fn page(
    app: &App,
    visitor: &Visitor,
    part: Option<(&Part, &str)>,
    fields: &[(String, String)],
    faults: &[Fault],
) -> Markup {
    let lang = visitor.lang;
    let catalogue = app.catalogue();
    let found = part.and_then(|(part, sealed)| Some((part, sealed, form_of(app, part)?)));
    let unit =
        found.as_ref().and_then(|(part, ..)| catalogue.units.get(&part.unit)).map_or("", |unit| unit.name.as_str());
    let later = found.as_ref().is_some_and(|(part, ..)| part.page > 1);
    let title = lang.text(if later { "t-done" } else { "t-h1" });
    let form_part = found.as_ref().and_then(|(part, sealed, form)| questions(lang, part, sealed, form, fields, faults));
    let summary = found.as_ref().map(|(_, _, form)| view::summary(lang, form, faults));
    let body = html! {
        @if let Some(summary) = summary { (summary) }
        h1 id="cam-on" { (title) }
        p { (lang.text("t-saved")) }
        @if let Some(markup) = form_part { (markup) }
        @if let Some(contact) = &app.settings.contact { p.anon { (lang.text_with("t-contact", &[("contact", contact)])) } }
    };
    let switch = part.map_or_else(String::new, |(_, sealed)| format!("p={sealed}&"));
    let title = if faults.is_empty() { title } else { format!("{}{title}", lang.text("err-prefix")) };
    ui::citizen(lang, &title, unit, Some(&switch), catalogue.simulated, &body)
}

fn questions(
    lang: Lang,
    part: &Part,
    sealed: &str,
    form: &Questionnaire,
    fields: &[(String, String)],
    faults: &[Fault],
) -> Option<Markup> {
    let pages = form.pages();
    let chosen = answer::names_of(form, &part.answers);
    let relevant = |q: &&Question| q.relevant.as_ref().is_none_or(|relevant| relevant.holds(&chosen));
    let questions: Vec<&Question> =
        pages.get(part.page)?.iter().map(|i| &form.questions[*i]).filter(relevant).collect();
    let level =
        form.overall().and_then(|overall| part.answers.iter().find(|(id, _)| *id == overall.id)).map(|(_, l)| *l);
    let why = match level {
        Some(1..=3) => Some("t-why-low"),
        Some(4..=5) => Some("t-why-high"),
        _ => None,
    };
    let reasons = questions.iter().any(|question| question.kind == Kind::Many);
    Some(html! {
        form method="post" action="#loi" novalidate {
            input type="hidden" name="p" value=(sealed);
            h2 { (lang.text("t-more")) }
            @if let (Some(why), true) = (why, reasons) { p.why { (lang.text(why)) } }
            @for question in &questions {
                @if starts_section(form, pages.get(part.page)?, question) { (section_heading(lang, form, question)) }
                (view::question_block(lang, form, question, fields, faults))
            }
            button type="submit" { (lang.text("t-comment-send")) }
        }
    })
}

/// Whether a question is the first of its section on a page of closed questions.
fn starts_section(form: &Questionnaire, page: &[usize], question: &Question) -> bool {
    let first_of_section = page.iter().map(|i| &form.questions[*i]).find(|q| q.section == question.section);
    question.section.is_some() && form.sections.len() > 1 && first_of_section.is_some_and(|q| q.name == question.name)
}

fn section_heading(lang: Lang, form: &Questionnaire, question: &Question) -> Markup {
    let section = question.section.and_then(|index| form.sections.get(index));
    html! { @if let Some(section) = section { h3 { (form.words(&section.title, lang.code())) } } }
}

/// The first part is stored; this one came after its half hour.
fn late(app: &App, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let title = lang.text("t-late");
    let body = html! {
        h1 id="cam-on" { (title) }
        p { (lang.text("t-late-say")) }
    };
    ui::citizen(lang, &title, "", Some(""), app.catalogue().simulated, &body)
}
