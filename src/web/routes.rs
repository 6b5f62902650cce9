//! The list of routes. A route cannot be added without saying what it needs, and the list is what tests walk.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::App;
use super::api::system;
use super::permit::{self, Gate, Need};

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// GET or POST.
    pub method: &'static str,
    /// Template of its path.
    pub path: &'static str,
    /// What it needs.
    pub need: Need,
}

/// Routes under construction.
#[derive(Debug)]
pub struct Routes {
    app: Arc<App>,
    router: Router<Arc<App>>,
    table: Vec<Route>,
}

impl Routes {
    /// None yet.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { app, router: Router::new(), table: Vec::new() }
    }

    /// A route that is read.
    #[must_use]
    pub fn get<T: 'static>(self, path: &'static str, need: Need, handler: impl Handler<T, Arc<App>>) -> Self {
        self.add("GET", path, need, get(handler))
    }

    /// A route that is sent to.
    #[must_use]
    pub fn post<T: 'static>(self, path: &'static str, need: Need, handler: impl Handler<T, Arc<App>>) -> Self {
        self.add("POST", path, need, post(handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, need: Need, handler: MethodRouter<Arc<App>>) -> Self {
        let handler = match need {
            Need::Public => handler,
            Need::Came(_) | Need::SignedIn | Need::May(_) => {
                let gate = Arc::new(Gate { app: self.app.clone(), need, path });
                handler.route_layer(from_fn_with_state(gate, permit::enforce))
            }
            Need::Key(access) => {
                let gate = Arc::new(system::Gate { app: self.app.clone(), access, path });
                handler.route_layer(from_fn_with_state(gate, system::enforce))
            }
        };
        self.router = self.router.route(path, handler);
        self.table.push(Route { method, path, need });
        self
    }

    /// Every route so far.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The router.
    pub fn finish(self) -> Router<Arc<App>> {
        self.router
    }
}
