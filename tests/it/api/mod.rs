//! Other systems, as they ask: a key in the head, JSON both ways.

use axum::body::Body;
use axum::http::{Method, Request};
use hailong::flow::api_key::{self, Wanted};
use hailong::flow::audit::By;
use hailong::web::limit::Peer;
use serde_json::Value;

use crate::site::{Page, Site};

pub mod docs;
mod figures;
mod indicators;
mod invitations;
mod issued;
mod keys;
mod parts;
mod repeats;
mod scope;

/// A system with its key.
pub struct System<'a> {
    site: &'a Site,
    pub key: String,
}

impl<'a> System<'a> {
    /// With a key for some things, in some units or all.
    pub async fn new(site: &'a Site, access: &[&str], units: Option<&[&str]>) -> Self {
        let wanted = Wanted { label: "Cổng", access, units, days: 365 };
        let (db, now_ms) = (&site.world.db, site.clock.now_ms());
        let key = api_key::add(db, &site.keys, &site.app.catalogue(), now_ms, By::OPERATOR, wanted).await.unwrap();
        Self { site, key: key.as_str().to_owned() }
    }

    /// With whatever it takes for a key.
    pub fn with_key(site: &'a Site, key: &str) -> Self {
        Self { site, key: key.to_owned() }
    }

    pub async fn ask(&self, method: Method, path: &str, head: &[(&str, &str)], body: impl Into<Body>) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", "site.test");
        request = request.header("authorization", format!("Bearer {}", self.key));
        for (name, value) in head {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(Peer((std::net::Ipv4Addr::LOCALHOST, 40_000).into()));
        self.site.send(request).await
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(Method::GET, path, &[], Body::empty()).await
    }

    /// Makes invitations with a call of that name.
    pub async fn make(&self, call: &str, body: &Value) -> Page {
        let head = [("idempotency-key", call), ("content-type", "application/json")];
        self.ask(Method::POST, "/api/v1/invitations", &head, body.to_string()).await
    }
}

/// What came back, as JSON.
pub fn json(page: &Page) -> Value {
    serde_json::from_str(&page.text).expect(&page.text)
}

/// The names of the faults of a problem.
pub fn codes(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().into_iter().flatten().map(|fault| fault["code"].as_str().unwrap()).collect()
}
