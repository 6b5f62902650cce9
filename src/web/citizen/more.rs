//! After the first part: thanks, and what people may add, page by page, each stored when it is sent.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::question::Page;
use super::{HOUR_MS, back, carried, part_after, refused};
use crate::domain::QuestionId;
use crate::domain::answer::{self, Fault};
use crate::domain::code::Code;
use crate::domain::questionnaire::{ASPECTS, Question, Questionnaire, Section};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::code_mac;
use crate::flow::collect::part::Part;
use crate::flow::collect::{Outcome, Submission};
use crate::store::responses;
use crate::web::limit::Client;
use crate::web::visitor::{Fields, Visitor};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// What the page after an answer knows of it.
struct After {
    part: Part,
    sealed: String,
    form: Arc<Questionnaire>,
}

impl After {
    /// Reads what an address or a form carries; `None` when it is not ours, too old, or its form is gone.
    fn read(app: &App, sealed: &str) -> Option<Self> {
        let part = Part::open(&app.keys, sealed, app.clock.now_ms())?;
        let form = app.catalogue().questionnaires.get(&part.questionnaire).cloned()?;
        Some(Self { part, sealed: sealed.to_owned(), form })
    }
}

/// `GET /q/{code}/thanks`: what a return visit shows too.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let after = After::read(&app, visitor.param("p").unwrap_or_default());
    // Going back to a page that was sent shows that it was received. When the store does not answer the page is shown
    // again: its key decides when it is sent.
    let sent = match &after {
        Some(after) => responses::by_key(&app.db, after.part.key(&app.keys)).await.ok().flatten().is_some(),
        None => false,
    };
    respond::citizen(StatusCode::OK, page(&app, &visitor, after.as_ref(), sent, &[], &[]))
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
    let sealed = fields.take("p").unwrap_or_default();
    let again = |mut fields: Fields| {
        fields.0.push(("p".into(), sealed.clone()));
        fields
    };
    if let Err(wait) = app.limits.submit(client, code_mac(&app.keys, &code)) {
        return Ok(refused::too_many(&app, &visitor, wait, &again(fields)));
    }
    let Some(after) = After::read(&app, &sealed) else {
        return Ok(respond::citizen(StatusCode::GONE, late(&app, &visitor)));
    };
    match later_part(&app, &visitor, &after, &fields).await {
        Err(error) if error.is_busy() => Ok(refused::not_now(&app, &visitor, error, &again(fields))),
        answered => answered,
    }
}

async fn later_part(app: &App, visitor: &Visitor, after: &After, fields: &Fields) -> Result<Response> {
    let After { part, form, .. } = after;
    let (now_ms, pages) = (app.clock.now_ms(), form.pages());
    let Some(questions) = pages.get(part.page) else {
        return Err(Error::invalid(crate::error::Fault::new("problem-fields")));
    };
    let checked = match answer::check(form, questions, &answer::names_of(form, &part.answers), &fields.0, false) {
        Ok(checked) => checked,
        Err(faults) if faults.contains(&Fault::Malformed) => {
            let simulated = app.catalogue().simulated;
            return Ok(respond::refusal(StatusCode::UNPROCESSABLE_ENTITY, visitor.lang, "problem-fields", simulated));
        }
        Err(faults) => {
            let markup = page(app, visitor, Some(after), false, &fields.0, &faults);
            return Ok(respond::citizen(StatusCode::UNPROCESSABLE_ENTITY, markup));
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
        trace: None,
    };
    let answers: Vec<(QuestionId, i64)> = part.answers.iter().copied().chain(checked.answers).collect();
    let next = form.next_page(&pages, part.page + 1, &answer::names_of(form, &answers)).unwrap_or(pages.len());
    let next = part_after(&submission, next, answers, part.since);
    match app.writer.accept(submission).await? {
        Outcome::Stored(_) | Outcome::Duplicate(_) => {}
        Outcome::Used | Outcome::Expired => return Err(Error::internal("a later part was refused as an invitation")),
    }
    respond::see_other(&format!("{}?{}p={}", visitor.path, carried(visitor), next.seal(&app.keys)))
}

/// Thanks first; then the next page of questions, when there is one that was not `sent` yet.
fn page(
    app: &App,
    visitor: &Visitor,
    after: Option<&After>,
    sent: bool,
    fields: &[(String, String)],
    faults: &[Fault],
) -> Markup {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let unit = after.and_then(|after| catalogue.units.get(&after.part.unit)).map_or("", |unit| unit.name.as_str());
    let added = sent || after.is_some_and(|after| after.part.page > 1);
    let title = lang.text(if added { "t-done" } else { "t-h1" });
    let asked = after.filter(|_| !sent).map(|after| (after, Page { lang, form: &after.form, fields, faults }));
    let body = html! {
        @if let Some((_, page)) = &asked { (page.summary()) }
        h1 id="cam-on" { (title) }
        p.saved { (ui::tick()) (lang.text("t-saved")) }
        (back::link(app, visitor, asked.is_none().then_some("next")))
        @if let Some((after, page)) = &asked { (questions(lang, after, page)) }
        (contact(app, lang))
    };
    let switch = after.map_or_else(String::new, |after| format!("p={}&", after.sealed)) + &back::kept(visitor);
    let title = if faults.is_empty() { title } else { format!("{}{title}", lang.text("err-prefix")) };
    ui::citizen(lang, &title, unit, Some(&switch), catalogue.simulated, &body)
}

/// Whom to turn to for a reply, when the operator says.
#[must_use]
pub fn contact(app: &App, lang: Lang) -> Markup {
    let (phone, address) = (app.settings.contact_phone.as_deref(), app.settings.contact_address.as_deref());
    let sentence = match (phone, address) {
        (Some(phone), Some(address)) => lang.text_with("t-contact", &[("phone", phone), ("address", address)]),
        (Some(phone), None) => lang.text_with("t-contact-phone", &[("phone", phone)]),
        (None, Some(address)) => lang.text_with("t-contact-address", &[("address", address)]),
        (None, None) => return html! {},
    };
    html! { p.small { (sentence) } }
}

fn questions(lang: Lang, after: &After, page: &Page) -> Markup {
    let After { part, sealed, form } = after;
    let pages = form.pages();
    let Some(indexes) = pages.get(part.page) else { return html! {} };
    let chosen = answer::names_of(form, &part.answers);
    let why = why(lang, part, form);
    let mut section = None;
    let begins = |question: &Question| {
        let begins = form.sections.len() > 1 && question.section != section;
        section = question.section;
        section.filter(|_| begins).and_then(|index| form.sections.get(index))
    };
    let shown: Vec<&Question> = form.shown(indexes, &chosen).collect();
    let headings: Vec<Option<&Section>> = shown.iter().copied().map(begins).collect();
    html! {
        form method="post" action="#loi" novalidate {
            input type="hidden" name="p" value=(sealed);
            h2 { (lang.text("t-more")) }
            @for (question, heading) in shown.into_iter().zip(headings) {
                @if let Some(heading) = heading {
                    @let (title, language) = page.said(&heading.title);
                    @if !title.is_empty() { h3 lang=[language] { (title) } }
                }
                (page.question(question, why.as_deref().filter(|_| question.name == ASPECTS)))
            }
            button type="submit" { (lang.text("t-comment-send")) }
        }
    }
}

/// Our own words for the aspects, by how the rating was.
fn why(lang: Lang, part: &Part, form: &Questionnaire) -> Option<String> {
    let opening = form.opening()?;
    let (_, level) = part.answers.iter().find(|(id, _)| *id == opening.id)?;
    match level {
        1..=3 => Some(lang.text("t-why-low")),
        4..=5 => Some(lang.text("t-why-high")),
        _ => None,
    }
}

/// The first part is stored; this one came after its half hour.
fn late(app: &App, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let title = lang.text("t-late");
    let body = html! {
        h1.saved id="cam-on" { (ui::tick()) (title) }
        p { (lang.text("t-late-say")) }
        (back::link(app, visitor, Some("next")))
        (contact(app, lang))
    };
    ui::citizen(lang, &title, "", Some(&back::kept(visitor)), app.catalogue().simulated, &body)
}
