//! How soon a tablet hears that it was woken, with 200 of them listening: to the process that the officer uses, and to
//! another one on the same database. `cargo bench --bench wake`; on PostgreSQL, with two processes, when
//! HAILONG_TEST_POSTGRES names a server.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

#[expect(dead_code, reason = "other measurements and the fault tests use the rest")]
#[path = "../harness/mod.rs"]
mod harness;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hailong::clock::{Clock, Stopwatch};
use hailong::domain::account::{Grant, Role, Scope};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day, PointId};
use hailong::flow::audit::By;
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::issue::{self, NewPoint};
use hailong::flow::kiosk::{self, Office};
use hailong::flow::people::change::Changer;
use hailong::flow::people::hashing::Hashing;
use hailong::flow::people::links;
use hailong::store::Db;
use hailong::web::visitor::encode;
use harness::http::{Answer, Connection};
use harness::program::{Place, postgres};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

const TABLETS: usize = 200;
const WAKES: usize = 400;
const UNIT: &str = "SGD-GL.MC";
const PASSWORD: &str = "mưa rơi trên mái lá cọ";
const SERVE: &[&str] = &["serve", "--release-every", "1h"];

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        one_process("SQLite", None).await;
        if let Some(server) = postgres() {
            one_process("PostgreSQL", Some(&server)).await;
            two_processes(&server).await;
        }
    });
}

async fn one_process(engine: &str, server: Option<&str>) {
    let place = Place::new(server).await;
    place.open_office();
    let keys = prepare(&place).await;
    let program = place.start(SERVE).await;
    measure(&format!("{engine}, one process"), program.address(), program.address(), &keys).await;
}

async fn two_processes(server: &str) {
    let place = Place::new(Some(server)).await;
    place.open_office();
    let keys = prepare(&place).await;
    let (desk, tablets) = (place.start(SERVE).await, place.start(SERVE).await);
    measure("PostgreSQL, two processes", desk.address(), tablets.address(), &keys).await;
}

/// The points and device keys of the tablets, and an officer's account.
async fn prepare(place: &Place) -> Vec<(i64, String)> {
    let folder = place.folder.path();
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(Path::new(folder)).await.unwrap(),
    };
    let master = std::fs::read_to_string(folder.join("master.key")).unwrap();
    let master = data_encoding::HEXLOWER.decode(master.trim().as_bytes()).unwrap();
    let keys = Arc::new(Keys::from_master(&master.try_into().unwrap()));
    let now_ms = Clock::System.now_ms();
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await.unwrap();
    let unit = catalogue.unit_by_code(UNIT).unwrap().id;
    let changer = Changer { db: &db, keys: &keys, now_ms, by: By::OPERATOR, scope: &Scope::All };
    let (_, token) = changer.add("hoa", "Hoa", &[Grant { role: Role::Officer, unit: Some(unit) }]).await.unwrap();
    links::choose(&db, &keys, &Hashing::new(keys.clone()), now_ms, "bench", &token, PASSWORD).await.unwrap();
    let new = NewPoint { unit: UNIT, procedure: None, channel: Channel::Kiosk, form: "procedure", label: "Máy" };
    let points = issue::points(&db, &keys, &catalogue, now_ms, By::OPERATOR, &vec![new; TABLETS]).await.unwrap();
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await.unwrap();
    let office = Office { db: &db, keys: &keys, now_ms, by: By::OPERATOR, scope: &Scope::All };
    let mut paired = Vec::new();
    for point in points.iter().filter_map(|point| point.id) {
        let (_, code) = office.add(&catalogue, PointId(point), "Máy", true).await.unwrap();
        let entered = kiosk::pair(&db, &keys, now_ms, "bench", &code).await.unwrap();
        let ticket = if let kiosk::Pairing::Waits(_, ticket, _) = entered { Some(ticket) } else { None }.unwrap();
        let started = kiosk::start(&db, &keys, now_ms, "bench", &ticket).await.unwrap();
        let key = if let kiosk::Start::Key(key) = started { Some(key) } else { None }.unwrap();
        paired.push((point, key.as_str().to_owned()));
    }
    db.close().await;
    paired
}

async fn measure(what: &str, desk: &str, tablets: &str, keys: &[(i64, String)]) {
    let (told, mut heard) = mpsc::unbounded_channel();
    // They end with this function: the program they listen to ends then too.
    let mut listening = JoinSet::new();
    for (point, key) in keys {
        listening.spawn(listen(tablets.to_owned(), *point, key.clone(), told.clone()));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut officer = Officer::sign_in(desk).await;
    let mut took = Vec::new();
    for n in 0..WAKES {
        let (point, _) = keys[n * 37 % keys.len()];
        let watch = Stopwatch::start();
        officer.wake(point).await;
        loop {
            let at = tokio::time::timeout(Duration::from_secs(5), heard.recv()).await.expect("a tablet was not woken");
            if at == Some(point) {
                break;
            }
        }
        took.push(watch.elapsed());
    }
    took.sort_unstable();
    let at = |share: f64| took[(took.len() as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "{what}: {} tablets listening, from the officer's press to the tablet: p50 {:.1} ms, p95 {:.1} ms, most {:.1} ms",
        keys.len(),
        at(0.5),
        at(0.95),
        at(0.999),
    );
}

/// One tablet: listens turn after turn, and says each wake that it had not heard before.
async fn listen(address: String, point: i64, key: String, told: mpsc::UnboundedSender<i64>) {
    let mut last = 0;
    loop {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let request = format!(
            "GET /kiosk/events HTTP/1.1\r\nHost: {address}\r\nCookie: kiosk={key}\r\nSec-Fetch-Site: same-origin\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // The last chunk of a turn.
            if line == "0" {
                break;
            }
            if let Some(n) = line.strip_prefix("id: ").and_then(|n| n.trim().parse::<i64>().ok())
                && n > last
            {
                last = n;
                if told.send(point).is_err() {
                    return;
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// An officer with a browser: one connection, a session, and a slip to wake tablets with.
struct Officer {
    connection: Connection,
    address: String,
    cookie: String,
    csrf: String,
    wake_at: String,
}

impl Officer {
    async fn sign_in(address: &str) -> Self {
        let connection = Connection::open(address).await.unwrap();
        let (cookie, csrf, wake_at) = (String::new(), String::new(), String::new());
        let mut officer = Self { connection, address: address.to_owned(), cookie, csrf, wake_at };
        let signed = officer.post("/sign-in", &[("login", "hoa"), ("password", PASSWORD)]).await;
        assert_eq!(signed.status, 303, "{}", signed.text());
        let cookies = signed.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        officer.cookie = cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        let page = officer.get("/desk").await;
        let token = page.split_once("name=\"csrf\" value=\"").unwrap().1;
        officer.csrf = token.split_once('"').unwrap().0.to_owned();
        let case = "000.00.12.H21-261124-0001";
        let fields =
            [("unit", UNIT), ("procedure", "1.012944"), ("event", "finished"), ("case", case), ("words", "vi")];
        let sent = officer.post("/desk", &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let (path, query) = sent.header("location").unwrap().split_once('?').unwrap();
        officer.wake_at = format!("{path}/wake?{query}");
        officer
    }

    async fn wake(&mut self, point: i64) {
        let wake_at = self.wake_at.clone();
        let sent = self.post(&wake_at, &[("tablet", &point.to_string())]).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
    }

    async fn get(&mut self, path: &str) -> String {
        let (address, cookie) = (&self.address, &self.cookie);
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
        self.connection.send(request.as_bytes()).await.unwrap().text()
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs = std::iter::once(("csrf", self.csrf.as_str())).chain(fields.iter().copied());
        let body: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let (body, address, cookie) = (body.join("&"), &self.address, &self.cookie);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.connection.send(request.as_bytes()).await.unwrap()
    }
}
