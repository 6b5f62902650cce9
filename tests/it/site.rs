//! A whole site in this process, and people who use it as browsers do: cookies kept, tokens of forms sent back.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use hailong::clock::Clock;
use hailong::domain::account::{Grant, Role, Scope};
use hailong::domain::keys::Keys;
use hailong::domain::period::{CutOff, Period};
use hailong::domain::totp::{self, Seed};
use hailong::domain::{AccountId, Day, PublicationId};
use hailong::flow::audit::By;
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::collect::writer::Writer;
use hailong::flow::design::{self, Mode, What};
use hailong::flow::people::change::Changer;
use hailong::flow::people::factor;
use hailong::flow::people::links;
use hailong::flow::publish::{self, Wanted};
use hailong::web::limit::{Limits, Peer};
use hailong::web::provider::Provider;
use hailong::web::{self, App, Parts, Settings};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::world::World;

pub const NOW: i64 = 1_795_500_000_000;
/// Long enough for every role, and nobody's name.
pub const PASSWORD: &str = "mưa rơi trên mái lá cọ";

/// A site with a clock that stands until it is set.
pub struct Site {
    pub world: World,
    pub app: Arc<App>,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    router: web::Site,
    /// The time step of the last code that each login name gave: none counts twice.
    steps: Mutex<BTreeMap<String, i64>>,
}

/// A person with a browser.
#[derive(Clone)]
pub struct Person<'a> {
    site: &'a Site,
    pub cookies: BTreeMap<String, String>,
    pub address: IpAddr,
    /// The token of the last form seen.
    pub csrf: String,
    pub account: Option<AccountId>,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub head: axum::http::HeaderMap,
    pub text: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Page {
    /// Where a browser goes next.
    pub fn location(&self) -> &str {
        self.head.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands between two texts.
    pub fn between(&self, before: &str, after: &str) -> &str {
        assert!(self.text.contains(before), "«{before}» is not on the page: {}", self.text);
        let rest = self.text.split(before).nth(1).unwrap();
        rest.split(after).next().unwrap()
    }

    /// The values of the Set-Cookie fields.
    pub fn cookies(&self) -> Vec<&str> {
        self.head.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

impl Site {
    /// An empty site.
    pub async fn new() -> Self {
        Self::with(Settings { own_url: "http://site.test".into(), ..Settings::default() }).await
    }

    /// An empty site with settings.
    pub async fn with(settings: Settings) -> Self {
        Self::of(settings, None).await
    }

    /// An empty site with settings and a provider of single sign-on.
    pub async fn of(settings: Settings, provider: Option<Provider>) -> Self {
        let world = World::new().await;
        let (clock, keys) = (Clock::fixed(NOW), Arc::new(Keys::from_master(&[7; 32])));
        let (writer, _) = Writer::start(world.db.clone(), keys.clone(), clock.clone());
        let catalogue = Catalogue::read(&world.db, Day::at(NOW)).await.unwrap();
        let parts = Parts {
            db: world.db.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            writer,
            limits: Limits::new(false),
            settings,
            provider,
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            stopping: tokio_util::sync::CancellationToken::new(),
        };
        let app = Arc::new(App::new(parts, catalogue));
        let router = web::router(app.clone());
        Self { world, app, clock, keys, router, steps: Mutex::default() }
    }

    /// A site of the department of the test data.
    pub async fn department() -> Self {
        Self::department_with(Settings { own_url: "http://site.test".into(), ..Settings::default() }).await
    }

    /// The same with settings.
    pub async fn department_with(settings: Settings) -> Self {
        let site = Self::with(settings).await;
        for (what, file) in [
            (What::Units, "units.csv"),
            (What::Procedures, "procedures.csv"),
            (What::Questionnaire, "questionnaires/procedure.xlsx"),
        ] {
            let bytes = std::fs::read(format!("tests/data/department/{file}")).unwrap();
            design::import(&site.world.db, what, file, &bytes, Mode::Keep).await.unwrap();
        }
        site.app.refresh().await.unwrap();
        site
    }

    /// Publishes a period as the operator does; its figures follow the releases while it is not over.
    pub async fn publish(&self, period: &str) -> PublicationId {
        let period = Period::parse(period, CutOff::Calendar).unwrap();
        let wanted = Wanted { period, live: true, did: "" };
        publish::publish(&self.world.db, &self.keys, self.clock.now_ms(), By::OPERATOR, wanted).await.unwrap()
    }

    /// Lets time pass.
    pub fn wait(&self, minutes: i64) {
        self.clock.set(self.clock.now_ms() + minutes * 60_000);
    }

    /// Somebody with a browser that has never been here.
    pub fn stranger(&self) -> Person<'_> {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Person { site: self, cookies: BTreeMap::new(), address, csrf: String::new(), account: None }
    }

    /// A role over a unit of the department, or over all.
    pub fn grant(&self, role: Role, unit: Option<&str>) -> Grant {
        let catalogue = self.app.catalogue();
        Grant { role, unit: unit.map(|code| catalogue.unit_by_code(code).unwrap().id) }
    }

    /// What the operator does to accounts.
    pub fn operator(&self) -> Changer<'_> {
        let (db, keys, now_ms) = (&self.world.db, &*self.keys, self.clock.now_ms());
        Changer { db, keys, now_ms, by: By::OPERATOR, scope: &Scope::All }
    }

    /// An account that has chosen [`PASSWORD`], and has an authenticator where its roles ask for one.
    pub async fn account(&self, login: &str, grants: &[Grant]) -> AccountId {
        let (id, token) = self.operator().add(login, &format!("Người {login}"), grants).await.unwrap();
        let now_ms = self.clock.now_ms();
        links::choose(&self.world.db, &self.keys, &self.app.hashing, now_ms, "test", &token, PASSWORD).await.unwrap();
        if grants.iter().any(|grant| grant.role.needs_second_factor()) {
            let by = By::OPERATOR;
            factor::give(&self.world.db, &self.keys, now_ms, by, id, &seed(login)).await.unwrap();
        }
        id
    }

    /// What the authenticator of a login name shows next: a code that it has not shown before, and is taken now.
    pub fn code(&self, login: &str) -> String {
        let now = totp::step(self.clock.now_ms());
        let mut steps = self.steps.lock().unwrap();
        let step = steps.get(login).map_or(now - 1, |last| (last + 1).max(now - 1));
        if step > now + 1 {
            self.clock.set(self.clock.now_ms() + (step - now - 1) * 30_000);
        }
        steps.insert(login.to_owned(), step);
        seed(login).code(step)
    }

    /// Somebody with an account, signed in.
    pub async fn person(&self, login: &str, grants: &[Grant]) -> Person<'_> {
        let id = self.account(login, grants).await;
        let mut person = self.stranger();
        person.sign_in(login, PASSWORD).await;
        person.account = Some(id);
        person
    }

    /// Sends a request; its answer may go on for as long as it likes.
    pub async fn open(&self, request: Request<Body>) -> axum::http::Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Page {
        let (head, body) = self.open(request).await.into_parts();
        // A file is not text; what a test looks for at its beginning is.
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: head.status, head: head.headers, text, bytes }
    }
}

impl Person<'_> {
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, None, &[]).await
    }

    /// Sends a form with the token of the last one seen.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let fields: Vec<(&str, &str)> =
            std::iter::once(("csrf", csrf.as_str())).chain(fields.iter().copied()).collect();
        self.ask(Method::POST, path, Some(form(&fields)), &[("sec-fetch-site", "same-origin")]).await
    }

    /// Sends a request with further fields in its head.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<String>, head: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", "site.test");
        for (name, value) in head {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/x-www-form-urlencoded");
                Body::from(body)
            }
            None => Body::empty(),
        };
        self.send_request(request, body).await
    }

    /// Sends a request with the cookies of this browser, and keeps those that come back.
    pub async fn send_request(&mut self, mut request: axum::http::request::Builder, body: Body) -> Page {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::new(self.address, 40_000)));
        let page = self.site.send(request).await;
        self.keep(&page);
        page
    }

    fn keep(&mut self, page: &Page) {
        for cookie in page.cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(rest) = page.text.split("name=\"csrf\" value=\"").nth(1) {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
    }

    /// Signs in and looks at the own account, as a browser that follows does.
    pub async fn sign_in(&mut self, login: &str, password: &str) {
        let mut page = self.try_sign_in(login, password).await;
        if page.location().starts_with("/sign-in/code") {
            page = self.post("/sign-in/code", &[("code", &self.site.code(login))]).await;
        }
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        // Whoever manages begins at the figures.
        assert!(["/account", "/manage"].contains(&page.location()), "{}", page.location());
        assert_eq!(self.get("/account").await.status, StatusCode::OK);
    }

    /// Sends a name and a password, and looks at the page of the second factor when that comes next.
    pub async fn try_sign_in(&mut self, login: &str, password: &str) -> Page {
        let page = self.post("/sign-in", &[("login", login), ("password", password)]).await;
        if page.location().starts_with("/sign-in/code") {
            self.get(page.location()).await;
        }
        page
    }
}

/// The seed of a login name's authenticator.
pub fn seed(login: &str) -> Seed {
    Seed::from_random(Sha256::digest(login)[..20].try_into().unwrap())
}

/// Fields as a browser encodes them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = hailong::web::visitor::encode;
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}
