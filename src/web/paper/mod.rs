//! `/desk/paper`: batches of paper forms. The programme office opens them, people outside the judged unit type them,
//! the inspector settles what two of them read differently. Nobody sees here what was answered but while typing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::{Entry, options};
use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::{Fields, Visitor};
use super::{App, respond, ui};
use crate::domain::account::Function;
use crate::domain::{Day, QuestionnaireId, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::paper::{self, Batch, NewBatch, Progress};
use crate::flow::people::session;
use crate::words::Lang;

pub mod typing;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const TYPE: Need = Need::May(Function::PaperType);
    const SETTLE: Need = Need::May(Function::PaperSettle);
    routes
        .get("/desk/paper", Need::May(Function::PaperSee), list)
        .get("/desk/paper/new", Need::May(Function::PaperOpen), show_new)
        .post("/desk/paper/new", Need::May(Function::PaperOpen), open)
        .get("/desk/paper/{id}", Need::May(Function::PaperSee), show)
        .get("/desk/paper/{id}/{n}", TYPE, typing::show)
        .post("/desk/paper/{id}/{n}", TYPE, typing::save)
        .get("/desk/paper/{id}/{n}/settle", SETTLE, typing::show_settle)
        .post("/desk/paper/{id}/{n}/settle", SETTLE, typing::settle)
}

/// `GET /desk/paper`.
///
/// # Errors
/// When the store does not answer.
pub async fn list(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let title = lang.text("paper-title");
    let mut rows = Vec::new();
    for batch in paper::all(&app.db, &permit.scope).await? {
        let progress = paper::progress(&app.db, &batch).await?;
        rows.push((batch, progress));
    }
    let count = |progress: &[Progress], state| progress.iter().filter(|sheet| sheet.state == state).count();
    let body = html! {
        h1 { (title) }
        p { (lang.text("paper-say")) }
        @if permit.who.may(Function::PaperOpen) {
            p { a href=(format!("/desk/paper/new?lang={}", lang.code())) { (lang.text("paper-new")) } }
        }
        @if rows.is_empty() { p { (lang.text("paper-none")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.text("paper-label")) }
                        th scope="col" { (lang.text("paper-unit")) }
                        th scope="col" { (lang.text("paper-days")) }
                        th.number scope="col" { (lang.text("paper-sheets")) }
                        th.number scope="col" { (lang.text("paper-state-differs")) }
                        th.number scope="col" { (lang.text("paper-state-stored")) }
                    } }
                    tbody {
                        @for (batch, progress) in &rows {
                            tr {
                                th scope="row" { a href=(format!("/desk/paper/{}?lang={}", batch.id, lang.code())) { (batch.label) } }
                                td { (unit_name(&catalogue, batch)) }
                                td { (batch.first) @if batch.last != batch.first { "–" (batch.last) } }
                                td.number { (batch.sheets) }
                                td.number { (count(progress, paper::State::Differs)) }
                                td.number { (count(progress, paper::State::Stored)) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body)))
}

fn unit_name<'a>(catalogue: &'a Catalogue, batch: &Batch) -> &'a str {
    catalogue.units.get(&batch.unit).map_or("", |unit| unit.name.as_str())
}

/// What a batch is about, in words.
fn about(lang: Lang, catalogue: &Catalogue, batch: &Batch) -> Markup {
    let procedure = batch.procedure.and_then(|id| catalogue.procedures.get(&id));
    let form = catalogue.questionnaires.get(&batch.questionnaire);
    html! {
        dl {
            dt { (lang.text("paper-unit")) } dd { (unit_name(catalogue, batch)) }
            @if let Some(procedure) = procedure { dt { (lang.text("paper-procedure")) } dd { (procedure.name) } }
            @if let Some(form) = form { dt { (lang.text("paper-form")) } dd { (form.words(&form.title, lang.code())) } }
            dt { (lang.text("paper-days")) } dd { (batch.first) @if batch.last != batch.first { "–" (batch.last) } }
            dt { (lang.text("paper-turns")) } dd { (lang.text(if batch.twice { "paper-twice" } else { "paper-once" })) }
        }
    }
}

/// The batch that an address names, inside the scope.
async fn find(app: &App, permit: &Permit, id: &str) -> Result<Batch> {
    let id = id.parse().map_err(|_| Error::NotFound("batch"))?;
    paper::one(&app.db, &permit.scope, id).await
}

/// Whether somebody may type the sheets of a batch.
async fn may_type(app: &App, permit: &Permit, batch: &Batch) -> Result<bool> {
    let (who, today) = (&permit.who, app.today());
    let Some(scope) = session::scope(&app.db, who.account, &who.grants, Function::PaperType, today).await? else {
        return Ok(false);
    };
    match paper::one_to_type(&app.db, &scope, who.account, today, batch.id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// `GET /desk/paper/{id}`.
///
/// # Errors
/// Not found outside the scope.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let batch = find(&app, &permit, &id).await?;
    let progress = paper::progress(&app.db, &batch).await?;
    let signed = ui::Signed::of(&permit.who, &app.keys);
    let next =
        if may_type(&app, &permit, &batch).await? { paper::next(&progress, permit.who.account, 0) } else { None };
    let of = |state| progress.iter().filter(move |sheet| sheet.state == state).map(|sheet| sheet.sheet);
    let to = |path: String| format!("/desk/paper/{}/{path}?lang={}", batch.id, lang.code());
    let title = lang.text_with("paper-batch", &[("label", &batch.label)]);
    let body = html! {
        h1 { (title) }
        @if let Some(saved) = visitor.param("luu") { p.notice role="status" { (lang.text_with("paper-saved", &[("n", saved)])) } }
        (about(lang, &catalogue, &batch))
        @if let Some(sheet) = next {
            p { a href=(to(sheet.to_string())) { (lang.text_with("paper-type-next", &[("n", &sheet.to_string())])) } }
        } @else if permit.who.may(Function::PaperType) { p { (lang.text("paper-nothing-to-type")) } }
        h2 { (lang.text("paper-progress")) }
        dl {
            @for (state, key) in [
                (paper::State::Empty, "paper-state-empty"),
                (paper::State::Once, "paper-state-once"),
                (paper::State::Due, "paper-state-due"),
                (paper::State::Stored, "paper-state-stored"),
            ] {
                @if of(state).next().is_some() { dt { (lang.text(key)) } dd { (ranges(of(state))) } }
            }
            @if of(paper::State::Differs).next().is_some() {
                dt { (lang.text("paper-state-differs")) }
                dd {
                    @if permit.who.may(Function::PaperSettle) {
                        @for sheet in of(paper::State::Differs) {
                            a.sheet href=(to(format!("{sheet}/settle"))) { (lang.text_with("paper-settle-one", &[("n", &sheet.to_string())])) } " "
                        }
                    } @else { (ranges(of(paper::State::Differs))) }
                }
            }
        }
        p { a href=(format!("/desk/paper?lang={}", lang.code())) { (lang.text("paper-back")) } }
    };
    Ok(respond::page(StatusCode::OK, ui::staff(lang, &title, &signed, "", catalogue.simulated, &body)))
}

/// Numbers in order as people write them: 1–3, 7, 9–12.
fn ranges(numbers: impl Iterator<Item = i64>) -> String {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == number => run.1 = number,
            _ => runs.push((number, number)),
        }
    }
    let run = |(from, to): &(i64, i64)| if from == to { from.to_string() } else { format!("{from}–{to}") };
    runs.iter().map(run).collect::<Vec<_>>().join(", ")
}

/// `GET /desk/paper/new`.
pub async fn show_new(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Response {
    let entered = Fields(vec![("twice".into(), "1".into())]);
    new_page(&app, visitor.lang, &permit, &entered, &[], StatusCode::OK)
}

/// `POST /desk/paper/new`.
///
/// # Errors
/// When the store does not answer.
pub async fn open(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(mut fields): Sent,
) -> Result<Response> {
    let (entered, catalogue) = (fields.clone(), app.catalogue());
    let mut field = |name| fields.take(name).unwrap_or_default();
    let (label, unit, procedure) = (field("label"), field("unit"), field("procedure"));
    let days = sheet::day(field("first").trim()).zip(sheet::day(field("last").trim()));
    let new = NewBatch {
        label: &label,
        unit: &unit,
        procedure: &procedure,
        questionnaire: QuestionnaireId(field("form").parse().unwrap_or(0)),
        days,
        sheets: field("sheets").trim().parse().ok(),
        twice: field("twice") == "1",
    };
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let opened = paper::open(&app.db, &app.keys, app.clock.now_ms(), by, (&catalogue, &permit.scope), &new).await;
    match opened {
        Ok(id) => respond::see_other(&format!("/desk/paper/{id}?lang={}", visitor.lang.code())),
        Err(Error::Invalid(faults)) => {
            Ok(new_page(&app, visitor.lang, &permit, &entered, &faults, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

/// The field that a fault of a new batch is about.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "issue-unknown-unit" | "paper-unit-not-then" => "unit",
        "issue-unknown-procedure" | "paper-procedure-not-then" | "paper-procedure-not-asked" => "procedure",
        "paper-form-needed" => "form",
        "paper-days-needed" => "first",
        "paper-sheets-needed" => "sheets",
        _ => "label",
    }
}

fn new_page(
    app: &App,
    lang: Lang,
    permit: &Permit,
    entered: &Fields,
    faults: &[Fault],
    status: StatusCode,
) -> Response {
    let (signed, catalogue) = (ui::Signed::of(&permit.who, &app.keys), app.catalogue());
    let title = lang.text("paper-new");
    let today = app.today();
    let units = catalogue.units.values().filter(|unit| permit.scope.covers(Some(unit.id)));
    let units = options(units.map(|unit| (unit.code.clone(), unit.name.clone())));
    let procedures = catalogue.procedures.values().filter(|procedure| procedure.valid_on(today));
    let procedures = options(procedures.map(|procedure| (procedure.code.clone(), procedure.name.clone())));
    let forms = catalogue.questionnaires.values().map(|form| {
        let version = lang.text_with("paper-version", &[("n", &form.version.to_string())]);
        (form.id.0.to_string(), format!("{}, {version}", form.words(&form.title, lang.code())))
    });
    let forms = options(forms);
    let entry = Entry { lang, faults, field_of };
    let choice = |name, label, options: &[_]| entry.choice(name, label, "paper-choose", options, entered.text(name));
    let line = |name, label| entry.line(name, label, entered.text(name));
    let body = html! {
        (entry.errors())
        h1 { (title) }
        p { (lang.text("paper-new-say")) }
        form.narrow method="post" action=(format!("/desk/paper/new?lang={}#loi", lang.code())) novalidate {
            (signed.token())
            (line("label", "paper-label"))
            (choice("unit", "paper-unit", &units))
            (choice("form", "paper-form", &forms))
            (choice("procedure", "paper-procedure", &procedures))
            (line("first", "paper-first"))
            (line("last", "paper-last"))
            (line("sheets", "paper-sheets"))
            div.field {
                label.plain {
                    input type="checkbox" name="twice" value="1" checked[entered.text("twice") == "1"];
                    " " (lang.text("paper-twice-say"))
                }
            }
            button.main type="submit" { (lang.text("paper-new-go")) }
        }
    };
    respond::page(status, ui::staff(lang, &entry.titled(&title), &signed, "", catalogue.simulated, &body))
}

/// A day as typed in a form of this folder.
fn day(text: &str) -> Option<Day> {
    sheet::day(text.trim())
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(super::ranges([1, 2, 3, 7, 9, 10].into_iter()), "1–3, 7, 9–10");
        assert_eq!(super::ranges([].into_iter()), "");
    }
}
