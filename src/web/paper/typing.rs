//! One sheet: typed by digits, Tab and Enter, or settled when two people read it differently.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{about, day, find};
use crate::domain::answer::LONGEST_TEXT;
use crate::domain::paper::{self as sheets, Sheet, Wrong};
use crate::domain::questionnaire::{Kind, NOT_APPLICABLE, Question, Questionnaire};
use crate::domain::{Day, QuestionId};
use crate::error::{Error, Fault, Result};
use crate::flow::paper::keep::{self, Door};
use crate::flow::paper::{self, Batch};
use crate::web::fields::errors;
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::{Fields, Visitor, encode};
use crate::web::{App, respond, ui};
use crate::words::Lang;

/// What the fields of questions are called: a question may have the name of another field.
const QUESTION: &str = "q.";

/// A sheet about to be shown.
struct Shown<'a> {
    app: &'a App,
    lang: Lang,
    permit: &'a Permit,
    batch: &'a Batch,
    form: &'a Questionnaire,
    sheet: i64,
    /// The two readings, when it is to be settled.
    readings: Option<&'a [Sheet; 2]>,
    day: String,
    typed: Vec<(String, String)>,
    faults: Vec<(String, String)>,
}

/// `GET /desk/paper/{id}/{n}`.
///
/// # Errors
/// Not found for a sheet that this account cannot type.
pub async fn show(
    State(app): State<Arc<App>>,
    Path((id, n)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (batch, form, sheet) = mine(&app, &permit, &id, &n).await?;
    let day = match visitor.param("ngay") {
        Some(day) => day.to_owned(),
        None if batch.first == batch.last => batch.first.to_string(),
        None => String::new(),
    };
    let shown = Shown {
        app: &app,
        lang: visitor.lang,
        permit: &permit,
        batch: &batch,
        form: &form,
        sheet,
        readings: None,
        day,
        typed: Vec::new(),
        faults: Vec::new(),
    };
    Ok(shown.page(visitor.param("luu"), StatusCode::OK))
}

/// The batch, its form and a sheet, when this account may type them.
async fn mine(app: &App, permit: &Permit, id: &str, n: &str) -> Result<(Batch, Arc<Questionnaire>, i64)> {
    let id = id.parse().map_err(|_| Error::NotFound("batch"))?;
    let batch = paper::one_to_type(&app.db, &permit.scope, permit.who.account, app.today(), id).await?;
    with_form(app, batch, n)
}

fn with_form(app: &App, batch: Batch, n: &str) -> Result<(Batch, Arc<Questionnaire>, i64)> {
    let sheet = n.parse().ok().filter(|sheet| batch.has(*sheet)).ok_or(Error::NotFound("sheet"))?;
    let form = app.catalogue().questionnaires.get(&batch.questionnaire).cloned();
    Ok((batch, form.ok_or(Error::NotFound("questionnaire"))?, sheet))
}

/// `POST /desk/paper/{id}/{n}`: saves the sheet, stores it when it is due, and goes on to the next.
///
/// # Errors
/// Not found for a sheet that this account cannot type; busy when the store does not take it.
pub async fn save(
    State(app): State<Arc<App>>,
    Path((id, n)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let (batch, form, sheet) = mine(&app, &permit, &id, &n).await?;
    let (typed_day, typed) = sent(fields)?;
    let account = permit.who.account;
    let read = read(visitor.lang, &form, &batch, &typed_day, &typed);
    let faults = match read {
        Err(faults) => faults,
        Ok(read) => {
            let (db, keys, now_ms) = (&app.db, &app.keys, app.clock.now_ms());
            match paper::enter(db, keys, now_ms, &permit.request, account, (&batch, sheet), &read).await {
                Ok(()) => {
                    keep::store(db, keys, now_ms, Door::Writer(&app.writer), &batch).await?;
                    let progress = paper::progress(db, &batch).await?;
                    let next =
                        paper::next(&progress, account, sheet).map_or_else(String::new, |next| format!("/{next}"));
                    let (lang, day) = (visitor.lang.code(), encode(&read.day.to_string()));
                    return respond::see_other(&format!(
                        "/desk/paper/{}{next}?lang={lang}&luu={sheet}&ngay={day}",
                        batch.id
                    ));
                }
                Err(error) => of_sheet(visitor.lang, error)?,
            }
        }
    };
    let shown = Shown {
        app: &app,
        lang: visitor.lang,
        permit: &permit,
        batch: &batch,
        form: &form,
        sheet,
        readings: None,
        day: typed_day,
        typed,
        faults,
    };
    Ok(shown.page(None, StatusCode::UNPROCESSABLE_ENTITY))
}

/// `GET /desk/paper/{id}/{n}/settle`.
///
/// # Errors
/// Not found when the readings do not differ.
pub async fn show_settle(
    State(app): State<Arc<App>>,
    Path((id, n)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (batch, form, sheet) = with_form(&app, find(&app, &permit, &id).await?, &n)?;
    let readings = paper::readings(&app.db, &batch, &form, sheet).await?;
    let [one, other] = &readings;
    // What both read alike stands there already; what differs is typed anew from the paper.
    let agreed = form.questions.iter().filter(|question| one.agrees(other, question));
    let typed = agreed.map(|question| (question.name.clone(), one.typed(question))).collect();
    let day = if one.day == other.day { one.day.to_string() } else { String::new() };
    let shown = Shown {
        app: &app,
        lang: visitor.lang,
        permit: &permit,
        batch: &batch,
        form: &form,
        sheet,
        readings: Some(&readings),
        day,
        typed,
        faults: Vec::new(),
    };
    Ok(shown.page(None, StatusCode::OK))
}

/// `POST /desk/paper/{id}/{n}/settle`.
///
/// # Errors
/// Not found when the readings do not differ; forbidden for who typed one of them.
pub async fn settle(
    State(app): State<Arc<App>>,
    Path((id, n)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let (batch, form, sheet) = with_form(&app, find(&app, &permit, &id).await?, &n)?;
    let readings = paper::readings(&app.db, &batch, &form, sheet).await?;
    let (typed_day, typed) = sent(fields)?;
    let faults = match read(visitor.lang, &form, &batch, &typed_day, &typed) {
        Err(faults) => faults,
        Ok(read) => {
            let (db, keys, now_ms) = (&app.db, &app.keys, app.clock.now_ms());
            let account = permit.who.account;
            match paper::settle(db, keys, now_ms, &permit.request, account, (&batch, &form, sheet), &read).await {
                Ok(()) => {
                    keep::store(db, keys, now_ms, Door::Writer(&app.writer), &batch).await?;
                    let lang = visitor.lang.code();
                    return respond::see_other(&format!("/desk/paper/{}?lang={lang}&luu={sheet}", batch.id));
                }
                Err(error) => of_sheet(visitor.lang, error)?,
            }
        }
    };
    let shown = Shown {
        app: &app,
        lang: visitor.lang,
        permit: &permit,
        batch: &batch,
        form: &form,
        sheet,
        readings: Some(&readings),
        day: typed_day,
        typed,
        faults,
    };
    Ok(shown.page(None, StatusCode::UNPROCESSABLE_ENTITY))
}

/// Faults of the whole sheet as lines; any other error stays one.
fn of_sheet(lang: Lang, error: Error) -> Result<Vec<(String, String)>> {
    match error {
        Error::Invalid(faults) => {
            let field = |fault: &Fault| if fault.key == "paper-day-outside" { "day" } else { "main" };
            Ok(faults.iter().map(|fault| (field(fault).to_owned(), respond::fault_text(lang, fault))).collect())
        }
        error => Err(error),
    }
}

/// The day and what was typed for each question.
fn sent(mut fields: Fields) -> Result<(String, Vec<(String, String)>)> {
    let day = fields.take("day").unwrap_or_default();
    let typed: Option<Vec<(String, String)>> =
        fields.0.into_iter().map(|(name, text)| Some((name.strip_prefix(QUESTION)?.to_owned(), text))).collect();
    typed.map(|typed| (day, typed)).ok_or_else(|| Error::invalid(Fault::new("problem-fields")))
}

/// Reads a sheet; else what to do, by the id of the field.
fn read(
    lang: Lang,
    form: &Questionnaire,
    batch: &Batch,
    typed_day: &str,
    typed: &[(String, String)],
) -> Result<Sheet, Vec<(String, String)>> {
    let mut faults = Vec::new();
    // The day may be missing on paper; the last one of the batch is then the latest it can be.
    let read_day: Option<Day> = if typed_day.trim().is_empty() { Some(batch.last) } else { day(typed_day) };
    if read_day.is_none() {
        faults.push(("day".to_owned(), lang.text("paper-day-wrong")));
    }
    match (sheets::read(form, typed), read_day) {
        (Ok(read), Some(day)) => return Ok(Sheet { day, answers: read.answers, texts: read.texts }),
        (Ok(_), None) => {}
        (Err(wrong), _) => {
            faults.extend(wrong.iter().map(|(name, wrong)| (format!("q-{name}"), said(lang, form, name, *wrong))))
        }
    }
    Err(faults)
}

fn said(lang: Lang, form: &Questionnaire, name: &str, wrong: Wrong) -> String {
    let question = form.question(name).map_or("", |question| form.words(&question.label, lang.code()));
    let sentence = match wrong {
        Wrong::Missing => lang.text("paper-missing"),
        Wrong::Unknown => lang.text("paper-unknown"),
        Wrong::Several => lang.text("paper-several"),
        Wrong::Long(by) => lang.text_with("paper-long", &[("n", &by.to_string()), ("most", &LONGEST_TEXT.to_string())]),
        Wrong::Blank => return lang.text("paper-blank"),
    };
    format!("{question}: {sentence}")
}

impl Shown<'_> {
    fn page(&self, saved: Option<&str>, status: StatusCode) -> Response {
        let (lang, catalogue) = (self.lang, self.app.catalogue());
        let signed = ui::Signed::of(&self.permit.who, &self.app.keys);
        let key = if self.readings.is_some() { "paper-settle" } else { "paper-sheet" };
        let title = lang.text_with(key, &[("n", &self.sheet.to_string()), ("label", &self.batch.label)]);
        let action = if self.readings.is_some() { "/settle" } else { "" };
        let action = format!("/desk/paper/{}/{}{action}?lang={}#loi", self.batch.id, self.sheet, lang.code());
        let body = html! {
            (errors(lang, self.faults.iter().cloned()))
            h1 { (title) }
            @if let Some(saved) = saved { p.notice role="status" { (lang.text_with("paper-saved", &[("n", saved)])) } }
            (about(lang, &catalogue, self.batch))
            p { (lang.text(if self.readings.is_some() { "paper-settle-say" } else { "paper-sheet-say" })) }
            (self.scale())
            form.digits method="post" action=(action) novalidate autocomplete="off" {
                (signed.token())
                (self.day_line())
                @for question in self.form.questions.iter().filter(|question| question.kind != Kind::Note) { (self.line(question)) }
                button.main type="submit" { (lang.text("paper-save")) }
            }
            p { a href=(format!("/desk/paper/{}?lang={}", self.batch.id, lang.code())) { (lang.text("paper-to-batch")) } }
        };
        let title = if self.faults.is_empty() { title } else { format!("{}{title}", lang.text("err-prefix")) };
        respond::page(status, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body))
    }

    /// The digits of the levels, told once.
    fn scale(&self) -> Markup {
        let level = self.form.questions.iter().find(|question| question.kind == Kind::Level);
        html! { @if let Some(level) = level { p.hint id="scale" { (self.digits(level)) } } }
    }

    /// What each digit stands for in a question.
    fn digits(&self, question: &Question) -> String {
        let words = |choice: &crate::domain::questionnaire::Choice| {
            let digit = if choice.value == NOT_APPLICABLE { "9".to_owned() } else { choice.value.to_string() };
            format!("{digit} = {}", self.form.words(&choice.label, self.lang.code()))
        };
        let mut digits: Vec<String> = question.choices.iter().map(words).collect();
        digits.push(format!("0 = {}", self.lang.text("paper-zero")));
        digits.join(" · ")
    }

    fn fault_lines(&self, id: &str) -> Markup {
        html! {
            @for (_, sentence) in self.faults.iter().filter(|(field, _)| field == id) {
                p.fault id=(format!("{id}-loi")) { strong { (self.lang.text("err-word")) } " " (sentence) }
            }
        }
    }

    fn day_line(&self) -> Markup {
        let both = self.readings.map(|[one, other]| (one.day, other.day)).filter(|(one, other)| one != other);
        html! {
            div.line {
                label for="day" { (self.lang.text("paper-day")) }
                (self.fault_lines("day"))
                @if let Some((one, other)) = both { (self.both(&one.to_string(), &other.to_string())) }
                input.short type="text" id="day" name="day" value=(self.day) inputmode="numeric";
            }
        }
    }

    fn line(&self, question: &Question) -> Markup {
        let id = format!("q-{}", question.name);
        let name = format!("{QUESTION}{}", question.name);
        let typed = self.typed.iter().find(|(name, _)| *name == question.name).map_or("", |(_, text)| text.as_str());
        let differing = self.readings.filter(|[one, other]| !one.agrees(other, question));
        let own_digits = matches!(question.kind, Kind::One | Kind::Many);
        let first = self.faults.is_empty() && self.first_to_type() == Some(question.id);
        html! {
            div.line {
                label for=(id) { (self.form.words(&question.label, self.lang.code())) }
                (self.fault_lines(&id))
                @if own_digits { p.hint id=(format!("{id}-hint")) { (self.digits(question)) } }
                @if let Some([one, other]) = differing { (self.both(&one.typed(question), &other.typed(question))) }
                @if question.kind == Kind::Text {
                    textarea id=(id) name=(name) rows="2" { (typed) }
                } @else {
                    input.digit type="text" id=(id) name=(name) value=(typed) inputmode="numeric" maxlength="40" autofocus[first]
                        aria-describedby=(if own_digits { format!("{id}-hint") } else { "scale".to_owned() });
                }
            }
        }
    }

    /// The question that the cursor starts in: the first without anything typed.
    fn first_to_type(&self) -> Option<QuestionId> {
        let is_typed =
            |question: &&Question| self.typed.iter().any(|(name, text)| *name == question.name && !text.is_empty());
        let asked = self.form.questions.iter().filter(|question| !matches!(question.kind, Kind::Note | Kind::Text));
        asked.into_iter().find(|question| !is_typed(question)).map(|question| question.id)
    }

    fn both(&self, one: &str, other: &str) -> Markup {
        let show = |typed: &str| if typed.is_empty() { "–".to_owned() } else { format!("“{typed}”") };
        html! { p.both { (self.lang.text_with("paper-both", &[("one", &show(one)), ("other", &show(other))])) } }
    }
}
