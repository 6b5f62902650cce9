//! `hailong serve`: open, listen, answer, stop.

use std::sync::Arc;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Place, Serve};
use crate::domain::Day;
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::collect::writer::Writer;
use crate::jobs;
use crate::store::Db;
use crate::web::limit::Limits;
use crate::web::{self, App, Parts, Settings};

/// Runs the service on what is there.
///
/// # Errors
/// When it cannot open its database or its address.
pub async fn run(place: &Place, serve: &Serve) -> Result<()> {
    let db = place.open().await?;
    let keys = place.keys()?;
    let listener = listen(serve).await?;
    let base = base_url(serve, &listener)?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    println!("Hài Lòng: {base}");
    let ready = serde_json::json!({ "base_url": base, "results_url": format!("{base}/results") });
    until_stopped(db, keys, serve, listener, &ready).await
}

/// Takes the address.
///
/// # Errors
/// When another process has it.
pub async fn listen(serve: &Serve) -> Result<TcpListener> {
    TcpListener::bind(serve.listen).await.context("listen on the address; is another process using it?")
}

/// The address people use: the public one, else the one we listen on.
///
/// # Errors
/// When the socket does not know its own address.
pub fn base_url(serve: &Serve, listener: &TcpListener) -> Result<String> {
    let own = format!("http://{}", listener.local_addr()?);
    Ok(serve.public_url.clone().unwrap_or(own))
}

/// Writes the addresses for whoever waits for them; whole or not at all.
fn write_ready(file: &std::path::Path, ready: &serde_json::Value) -> Result<()> {
    let part = file.with_extension("part");
    std::fs::write(&part, serde_json::to_string_pretty(ready)?).context("write the ready-file")?;
    std::fs::rename(&part, file).context("write the ready-file")
}

/// Serves until SIGTERM or SIGINT, then finishes what is in hand and closes. Writes the ready-file once it answers and
/// can be asked to stop.
///
/// # Errors
/// When the writer ended by itself: the process must be started again.
pub async fn until_stopped(
    db: Db,
    keys: Arc<Keys>,
    serve: &Serve,
    listener: TcpListener,
    ready: &serde_json::Value,
) -> Result<()> {
    let asked_to_stop = listen_for_signals();
    let clock = Clock::System;
    let stopping = CancellationToken::new();
    let (writer, mut writing) = Writer::start(db.clone(), keys.clone(), clock.clone());
    let catalogue = Catalogue::read(&db, Day::at(clock.now_ms())).await?;
    let settings = Settings {
        public_url: serve.public_url.clone(),
        trusted_proxies: serve.trusted_proxies.clone(),
        metrics_token: serve.metrics_token.clone(),
        contact: serve.contact.clone(),
    };
    let (limits, metrics) = (Limits::new(serve.limits != "off"), recorder()?);
    let parts = Parts { db: db.clone(), keys, clock, writer, limits, settings, metrics, stopping: stopping.clone() };
    let app = Arc::new(App::new(parts, catalogue));
    let jobs = tokio::spawn(jobs::run(app.clone(), serve.release_every, serve.release_min));
    let serving = tokio::spawn(web::serve::serve(listener, web::router(app), stopping.clone()));

    if let Some(file) = &serve.ready_file {
        write_ready(file, ready)?;
    }
    let broken = tokio::select! {
        () = asked_to_stop => false,
        _ = &mut writing => true,
    };
    stopping.cancel();
    // The order matters: no new answers, then those in hand, then the writer's queue, then the file.
    for task in [serving, jobs] {
        task.await.map_err(Error::internal).context("stop")?;
    }
    if broken {
        return Err(Error::internal("the writer ended by itself"));
    }
    writing.await.map_err(Error::internal).context("empty the writer's queue")?;
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Installs the metrics of this process; their buckets suit a service that answers in milliseconds.
///
/// # Errors
/// When they were installed before.
pub fn recorder() -> Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets(&[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
        .and_then(|builder| {
            let batches = metrics_exporter_prometheus::Matcher::Full("hailong_batch_size".into());
            builder.set_buckets_for_metric(batches, &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0])
        })
        .map_err(Error::internal)?
        .install_recorder()
        .map_err(Error::internal)
        .context("install the metrics")
}

/// Listens from the call on, so that a signal that comes before anyone waits is not lost; ends with the first one.
fn listen_for_signals() -> impl Future<Output = ()> {
    let listen = |kind| signal(kind).ok();
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate()), listen(SignalKind::interrupt()));
    let wait = async |signal: &mut Option<tokio::signal::unix::Signal>| match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    };
    async move {
        tokio::select! {
            () = wait(&mut terminate) => {}
            () = wait(&mut interrupt) => {}
        }
    }
}
