//! `/desk`: an officer enters a case and gets the code of it to show, print, or ask on the tablet. It works without
//! scripts and by keyboard alone; a scanner types the case and ends with Enter. What was chosen comes back in the
//! address, never in a cookie.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::permit::{Need, Permit, Sent};
use super::routes::Routes;
use super::visitor::{Fields, Visitor, encode};
use super::{App, respond};
use crate::domain::account::Function;
use crate::error::{Error, Result};
use crate::flow::issue::desk::{self, Entered, Officer};
use crate::words::{FIRST, Lang};

mod form;
pub mod slip;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const DESK: Need = Need::May(Function::Desk);
    routes
        .get("/desk", DESK, show)
        .post("/desk", DESK, issue)
        .get("/desk/slip/{token}", DESK, slip::show)
        .post("/desk/slip/{token}/wake", DESK, slip::wake)
        .get("/desk/slip/{token}/{name}", DESK, slip::file)
}

/// What an officer entered, or what the system of the cases filled in for them.
#[derive(Debug, Clone, Default)]
struct Chosen {
    /// Code of the unit.
    unit: String,
    /// Code, name or words of the procedure.
    procedure: String,
    /// Name of the event.
    event: String,
    /// Code of the case.
    case: String,
    /// Language of the slip.
    words: String,
    /// Number of the tablet last woken.
    tablet: String,
}

impl Chosen {
    fn of(fields: &[(String, String)]) -> Self {
        let text = |name| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim()).to_owned();
        Self {
            unit: text("unit"),
            procedure: text("procedure"),
            event: text("event"),
            case: text("case"),
            words: text("words"),
            tablet: text("tablet"),
        }
    }

    /// What an address carries on: all but the case.
    fn query(&self, lang: Lang) -> String {
        let pairs = [
            ("unit", &self.unit),
            ("procedure", &self.procedure),
            ("event", &self.event),
            ("words", &self.words),
            ("tablet", &self.tablet),
        ];
        let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let given: String = given.map(|(name, value)| format!("&{name}={}", encode(value))).collect();
        format!("lang={}{given}", lang.code())
    }

    /// The language of the slip.
    fn language(&self) -> Lang {
        Lang::by_code(&self.words).unwrap_or(FIRST)
    }
}

fn officer(permit: &Permit) -> Officer<'_> {
    Officer { account: permit.who.account, scope: &permit.scope, request: &permit.request }
}

/// `GET /desk`: the form, filled in as far as the address says.
///
/// # Errors
/// When the store does not answer.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, permit: Permit) -> Result<Response> {
    let chosen = Chosen::of(&visitor.query);
    form::page(&app, visitor.lang, &permit, &chosen, &[], StatusCode::OK).await
}

/// `POST /desk`: makes the code of a case and goes on to it.
///
/// # Errors
/// Not found for a unit outside the scope; when the store does not answer.
pub async fn issue(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    permit: Permit,
    Sent(Fields(fields)): Sent,
) -> Result<Response> {
    let (lang, catalogue, now_ms) = (visitor.lang, app.catalogue(), app.clock.now_ms());
    let chosen = Chosen::of(&fields);
    let Chosen { unit, procedure, event, case, .. } = &chosen;
    let entered = Entered { unit, procedure, event, case };
    let faults = match desk::issue(&app.db, &app.keys, &catalogue, now_ms, officer(&permit), entered).await {
        Ok(invitation) => {
            let sealed = desk::seal(&app.keys, now_ms, permit.who.account, invitation);
            // The address goes on with the code of what was meant, whatever was typed.
            let meant = catalogue
                .unit_by_code(unit)
                .and_then(|unit| desk::meant(&catalogue, unit, app.today(), procedure).ok());
            let procedure = meant.map_or_else(|| procedure.clone(), |procedure| procedure.code.clone());
            let query = Chosen { procedure, ..chosen }.query(lang);
            return respond::see_other(&format!("/desk/slip/{sealed}?{query}"));
        }
        Err(Error::Invalid(faults)) => faults,
        Err(error) => return Err(error),
    };
    form::page(&app, lang, &permit, &chosen, &faults, StatusCode::UNPROCESSABLE_ENTITY).await
}
