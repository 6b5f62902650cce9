//! The ceilings: handlers that keep nothing, in a process of their own, as the program is. One behind the program's own
//! connection loop and layers: what the program could reach on this machine if storing an answer and making a page
//! cost nothing. One bare, with none of its limits, headers, metrics and checks: what those cost.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request};
use axum::http::{Response, StatusCode, header};
use axum::routing::{get, post};
use hailong::clock::Clock;
use hailong::domain::Day;
use hailong::domain::keys::Keys;
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::collect::writer::Writer;
use hailong::store::Db;
use hailong::web::limit::Limits;
use hailong::web::{App, Parts, Settings};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io::BufRead;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The argument that makes this binary the ceiling's server, behind the program's layers.
pub const ARGUMENT: &str = "--be-the-ceiling";
/// The argument that makes it the bare one.
pub const BARE_ARGUMENT: &str = "--be-the-bare-ceiling";

/// A running ceiling.
pub struct Ceiling {
    child: Child,
    /// `127.0.0.1:port`.
    pub address: String,
    /// Its data; ours, so that they vanish although it is killed.
    _folder: tempfile::TempDir,
}

impl Ceiling {
    /// Starts it as a process of its own.
    pub fn start(argument: &str) -> Self {
        let own = std::env::current_exe().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(own).arg(argument).arg(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned(), _folder: folder }
    }
}

impl Drop for Ceiling {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn routes() -> Router {
    Router::new().route("/q/{code}", post(drop_answer)).route("/constant/{bytes}", get(constant))
}

/// Serves behind the program's own loop and layers, with data in a folder, until killed.
pub async fn serve(folder: &std::path::Path) {
    let db = Db::open_file(folder).await.unwrap();
    db.migrate().await.unwrap();
    let (keys, clock) = (Arc::new(Keys::from_master(&[7; 32])), Clock::System);
    let (writer, _writing) = Writer::start(db.clone(), keys.clone(), clock.clone());
    let catalogue = Catalogue::read(&db, Day::at(clock.now_ms())).await.unwrap();
    let (limits, stopping) = (Limits::new(false), CancellationToken::new());
    let metrics = hailong::cli::serve::recorder().unwrap();
    let settings = Settings::default();
    let parts =
        Parts { db, keys, clock, writer, limits, settings, metrics, stopping: stopping.clone(), provider: None };
    let app = Arc::new(App::new(parts, catalogue));
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let upkeep = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
            upkeep.metrics.run_upkeep();
        }
    });
    hailong::web::serve::serve(listener, hailong::web::framed(app, routes()), stopping).await;
}

/// Serves bare until killed.
pub async fn serve_bare() {
    let app = routes();
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let service = TowerToHyperService::new(app.clone());
        tokio::spawn(async move {
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10)).max_buf_size(16 * 1024);
            // A client that goes away ends its connection with an error that means nothing here.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Reads and takes apart the form as the program does, and drops it.
async fn drop_answer(Path(code): Path<String>, request: Request) -> Response<Body> {
    let body = to_bytes(request.into_body(), 65_536).await.unwrap();
    let fields: Vec<(&str, &str)> =
        std::str::from_utf8(&body).unwrap().split('&').filter_map(|field| field.split_once('=')).collect();
    let seen = fields.iter().any(|(name, value)| *name == "overall" && value.parse::<i64>().is_ok());
    assert!(seen, "the benchmark sends a level");
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, format!("/q/{code}/thanks"))
        .header(header::CACHE_CONTROL, "no-store")
        .body(Body::empty())
        .unwrap()
}

/// A body of that many bytes, with the head of a packed page.
async fn constant(Path(bytes): Path<usize>) -> Response<Body> {
    const MOST: usize = 65_536;
    static BODY: [u8; MOST] = [b'x'; MOST];
    Response::builder()
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(Body::from(&BODY[..bytes.min(MOST)]))
        .unwrap()
}
