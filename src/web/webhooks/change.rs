//! What is done to an endpoint: asked first where it cannot be taken back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::{new, number, of_one, page, path};
use crate::domain::{moment, sheet};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::endpoints::{self, Listed, OLD_DAYS};
use crate::web::permit::{Permit, Sent};
use crate::web::visitor::Visitor;
use crate::web::{App, respond, ui};

/// What can be done, and has a page that says what will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Rotate,
    Off,
    On,
    Remove,
}

pub(super) const ACTS: [Asked; 4] = [Asked::Rotate, Asked::Off, Asked::On, Asked::Remove];

impl Asked {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rotate => "rotate",
            Self::Off => "off",
            Self::On => "on",
            Self::Remove => "remove",
        }
    }

    /// The key of what the page is called; with `-say` of what will happen.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Rotate => "webhook-act-rotate",
            Self::Off => "webhook-act-off",
            Self::On => "webhook-act-on",
            Self::Remove => "webhook-act-remove",
        }
    }

    /// Whether it can be done to an endpoint as it stands.
    pub(super) fn fits(self, one: &Listed) -> bool {
        match self {
            Self::Rotate | Self::Remove => true,
            Self::Off => one.off.is_none(),
            Self::On => one.off.is_some(),
        }
    }
}

/// `GET /admin/webhooks/{id}/{act}`: says what will happen.
///
/// # Errors
/// Not found when there is no such endpoint or act.
pub async fn ask(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
) -> Result<Response> {
    let (lang, id) = (visitor.lang, number(&id)?);
    let one = endpoints::one(&app.db, id).await?;
    let asked = ACTS.into_iter().find(|asked| asked.name() == act && asked.fits(&one));
    let asked = asked.ok_or(Error::NotFound("page"))?;
    let title = lang.text(asked.key());
    let say = lang.text_with(&format!("{}-say", asked.key()), &[("n", &OLD_DAYS.to_string())]);
    let body = html! {
        h1 { (title) ": " (one.label) }
        p { (say) }
        form.narrow method="post" action=(path(lang, id, &format!("/{act}"))) {
            (ui::Signed::of(&permit.who, &app.keys).token())
            button.main type="submit" { (title) }
        }
        p { a href=(path(lang, id, "")) { (one.label) } }
    };
    Ok(page(&app, lang, &permit, StatusCode::OK, &title, &body))
}

/// `POST /admin/webhooks/{id}/{act}`.
///
/// # Errors
/// Not found when there is no such endpoint or act, or it stands so already.
pub async fn act(
    State(app): State<Arc<App>>,
    Path((id, act)): Path<(String, String)>,
    visitor: Visitor,
    permit: Permit,
    Sent(fields): Sent,
) -> Result<Response> {
    let (lang, id, now_ms) = (visitor.lang, number(&id)?, app.clock.now_ms());
    let (db, keys) = (&app.db, &*app.keys);
    let by = By { account: Some(permit.who.account), request: &permit.request };
    let done = match act.as_str() {
        "topics" => {
            endpoints::choose(db, keys, now_ms, by, id, &new::chosen(&fields)).await.map(|()| "&xong=saved".to_owned())
        }
        "off" => endpoints::switch_off(db, keys, now_ms, by, id).await.map(|()| "&xong=off".to_owned()),
        "on" => endpoints::switch_on(db, keys, now_ms, by, id).await.map(|()| "&xong=on".to_owned()),
        "again" => {
            let sent = endpoints::again(db, keys, now_ms, by, id, fields.text("message")).await;
            sent.map(|()| "&xong=again".to_owned())
        }
        "since" => match sheet::day(fields.text("since").trim()) {
            Some(day) => {
                let sent = endpoints::again_since(db, keys, now_ms, by, id, day).await;
                sent.map(|n| format!("&xong=since&n={n}"))
            }
            None => Err(Error::invalid(Fault::new("webhook-since-needed"))),
        },
        "rotate" => {
            let secret = endpoints::rotate(db, keys, now_ms, by, id).await?;
            let until = endpoints::one(db, id).await?.old_until.map(moment);
            return Ok(new::given(&app, lang, &permit, id, &secret, until.as_deref()));
        }
        "remove" => {
            endpoints::remove(db, keys, now_ms, by, id).await?;
            return respond::see_other(&format!("/admin/webhooks?lang={}", lang.code()));
        }
        _ => Err(Error::NotFound("page")),
    };
    match done {
        Ok(note) => respond::see_other(&format!("{}{note}", path(lang, id, ""))),
        Err(Error::Invalid(faults)) => {
            of_one(&app, lang, &permit, id, (None, &faults), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error),
    }
}
