//! HTTP and HTML: the router and its layers on one screen. Only this room names axum or maud.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::clock::Clock;
use crate::domain::Day;
use crate::domain::account::{Function, Role};
use crate::domain::hours::Hours;
use crate::domain::keys::Keys;
use crate::domain::working::WorkingDays;
use crate::error::{Error, Result};
use crate::flow::assess::Gallery;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::collect::writer::Writer;
use crate::flow::issue::wake::Tablets;
use crate::flow::people::hashing::Hashing;
use crate::flow::post::Post;
use crate::flow::seal::anchor::Receiver;
use crate::flow::seal::fit;
use crate::flow::suspicion;
use crate::store::Db;
use crate::store::marks::{self, Mark};
use permit::Need;
use routes::Routes;

pub mod accounts;
pub mod alerts;
pub mod api;
pub mod assets;
pub mod cases;
pub mod charts;
pub mod citizen;
pub mod codes;
pub mod comments;
pub mod desk;
pub mod exclusions;
pub mod exports;
pub mod fields;
pub mod frame;
pub mod health;
pub mod holidays;
pub mod home;
pub mod kept;
pub mod keys;
pub mod kiosk;
pub mod limit;
pub mod manage;
pub mod pack;
pub mod paper;
pub mod permit;
pub mod portals;
pub mod provider;
pub mod publish;
pub mod respond;
pub mod results;
pub mod routes;
pub mod seal;
pub mod serve;
pub mod sound;
pub mod splice;
pub mod suspects;
pub mod throttle;
pub mod ui;
pub mod visitor;
pub mod webhooks;

/// The state that every handler sees.
#[derive(Debug)]
pub struct App {
    /// Rows.
    pub db: Db,
    /// Subkeys.
    pub keys: Arc<Keys>,
    /// Time.
    pub clock: Clock,
    /// The door for answers.
    pub writer: Writer,
    /// Rate limits.
    pub limits: limit::Limits,
    /// Slows the guessing of passwords.
    pub throttle: throttle::Throttle,
    /// The exports under way.
    pub exports: exports::Exports,
    /// The gate before the hashing of passwords.
    pub hashing: Hashing,
    /// What the operator set.
    pub settings: Settings,
    /// The provider of single sign-on, when there is one.
    pub provider: Option<provider::Provider>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    /// Cancelled when the process is asked to stop.
    pub stopping: CancellationToken,
    /// The key that marks of addresses are made with today.
    pub marks: suspicion::Today,
    /// Forms compressed once.
    pub forms: citizen::forms::Forms,
    /// No anchor of the seal went outside for too long: all staff are told.
    pub seal_late: AtomicBool,
    /// The tablets that listen to this process.
    pub tablets: Tablets,
    /// What publications show.
    pub published: results::Cache,
    /// What managers' pages show.
    pub gallery: Gallery,
    catalogue: RwLock<Arc<Catalogue>>,
}

/// What the operator set, as far as the web needs it.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Address people use, without a slash at the end; none: whatever they came by.
    pub public_url: Option<String>,
    /// Address that links are made with: the public one, else the one we listen on.
    pub own_url: String,
    /// Proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Networks of the staff: answers from there are marked.
    pub staff_networks: Vec<ipnet::IpNet>,
    /// When the offices are open: answers given there at other times are marked.
    pub opening_hours: Hours,
    /// Lets others than this machine read `/metrics`.
    pub metrics_token: Option<String>,
    /// Number that citizens may call for a reply; shown to them when set.
    pub contact_phone: Option<String>,
    /// Address at which complaints are taken, likewise.
    pub contact_address: Option<String>,
    /// Who takes the daily anchor of the seal.
    pub receivers: Vec<Receiver>,
    /// Who takes mail and webhooks of what needs attention.
    pub post: Post,
    /// From where on something does.
    pub alerts: crate::flow::alerts::Limits,
    /// Roles that are asked for a second factor besides those that always are.
    pub mfa_roles: BTreeSet<Role>,
}

impl Settings {
    /// Whether people come over TLS.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

impl App {
    /// The state of a process about to serve.
    #[must_use]
    pub fn new(parts: Parts, catalogue: Catalogue) -> Self {
        let Parts { db, keys, clock, writer, limits, settings, provider, metrics, stopping } = parts;
        let catalogue = RwLock::new(Arc::new(catalogue));
        Self {
            db,
            hashing: Hashing::new(keys.clone()),
            keys,
            clock,
            writer,
            limits,
            throttle: throttle::Throttle::default(),
            exports: exports::Exports::default(),
            settings,
            provider,
            metrics,
            stopping,
            marks: suspicion::Today::default(),
            forms: citizen::forms::Forms::default(),
            seal_late: AtomicBool::new(false),
            tablets: Tablets::default(),
            published: results::Cache::default(),
            gallery: Gallery::default(),
            catalogue,
        }
    }

    /// What this process knows by heart.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Reads the organisation and forms again when any process changed them.
    ///
    /// # Errors
    /// When the store does not answer; what is known stays.
    pub async fn refresh(&self) -> Result<()> {
        if marks::get(&self.db, Mark::Revision).await? != self.catalogue().revision {
            if let Err(Error::Conflict(cause)) = fit::refuse_other_keys(&self.db, &self.keys).await {
                // Whatever this process still wrote would be linked with a key that is no longer the one.
                tracing::error!(cause, "another master key took over; this process stops");
                self.stopping.cancel();
            }
            let read = Catalogue::read(&self.db, self.today()).await?;
            *self.catalogue.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(read);
            self.forms.clear();
        }
        Ok(())
    }

    /// When the offices work.
    #[must_use]
    pub fn working(&self) -> WorkingDays {
        WorkingDays { hours: self.settings.opening_hours, holidays: self.catalogue().holidays.clone() }
    }

    /// The local day.
    #[must_use]
    pub fn today(&self) -> Day {
        Day::at(self.clock.now_ms())
    }
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// Rows.
    pub db: Db,
    /// Subkeys.
    pub keys: Arc<Keys>,
    /// Time.
    pub clock: Clock,
    /// The door for answers.
    pub writer: Writer,
    /// Rate limits.
    pub limits: limit::Limits,
    /// What the operator set.
    pub settings: Settings,
    /// The provider of single sign-on, when there is one.
    pub provider: Option<provider::Provider>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    /// Cancelled when the process is asked to stop.
    pub stopping: CancellationToken,
}

/// Every route, with what it needs.
#[must_use]
pub fn routes(app: Arc<App>) -> Routes {
    let public = Routes::new(app)
        .get("/", Need::Public, home::show)
        .post("/", Need::Public, home::typed)
        .get("/q/{code}", Need::Public, citizen::show)
        .post("/q/{code}", Need::Public, citizen::answer)
        .get("/Q/{code}", Need::Public, citizen::show)
        .post("/Q/{code}", Need::Public, citizen::answer)
        .get("/q/{code}/thanks", Need::Public, citizen::more::show)
        .post("/q/{code}/thanks", Need::Public, citizen::more::answer)
        .get("/Q/{code}/thanks", Need::Public, citizen::more::show)
        .post("/Q/{code}/thanks", Need::Public, citizen::more::answer)
        .get("/q/{code}/embed", Need::Public, citizen::embed::show)
        .post("/q/{code}/embed", Need::Public, citizen::embed::answer)
        .get("/sound/{name}", Need::Public, sound::serve)
        .get("/privacy", Need::Public, home::privacy)
        .get("/results", Need::Public, results::show)
        .get("/results.json", Need::Public, results::json)
        .get("/results.csv", Need::Public, results::csv)
        .get("/results.xlsx", Need::Public, results::xlsx)
        .get("/results/open", Need::Public, results::open::show)
        .get("/results/open/{name}", Need::Public, results::open::file)
        .get("/static/{name}", Need::Public, assets::serve)
        .get("/healthz", Need::Public, health::alive)
        .get("/readyz", Need::Public, health::ready)
        .get("/metrics", Need::Public, health::metrics)
        .get("/admin/seal", Need::May(Function::AuditRead), seal::show);
    let systems = api::routes(holidays::routes(portals::routes(cases::routes(webhooks::routes(keys::routes(
        alerts::routes(publish::routes(public)),
    ))))));
    let staff = codes::routes(paper::routes(accounts::routes(systems)));
    let staff = comments::routes(staff);
    manage::routes(desk::routes(kiosk::routes(suspects::routes(exclusions::routes(staff)))))
}

/// A whole site, ready to serve.
pub type Site = Router;

/// The whole site.
pub fn router(app: Arc<App>) -> Site {
    let routes = routes(app.clone()).finish().fallback(respond::nothing_here).with_state(app.clone());
    framed(app, routes)
}

/// What each request passes through on its way to a route. One layer on the router: each costs every request a few
/// allocations.
pub fn framed(app: Arc<App>, routes: Router) -> Router {
    let public = app.settings.public_url.iter();
    // That door looks at the origin itself: forms of sites on the list come to it.
    let door = |method: &Method, uri: &Uri| method == Method::POST && visitor::is_embed(uri.path());
    let csrf = public
        .fold(CsrfLayer::new(), |layer, url| layer.clone().add_trusted_origin(url).unwrap_or(layer))
        .with_insecure_bypass(door);
    let safe = (CatchPanicLayer::custom(respond::panicked), csrf);
    routes.layer((from_fn_with_state(app, frame::frame), safe))
}
