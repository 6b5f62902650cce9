//! `hailong serve`: open, listen, answer, stop.

use std::net::SocketAddr;
use std::sync::Arc;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{anchor, opened, setup};
use crate::clock::Clock;
use crate::config::{self, Place, Serve};
use crate::domain::Day;
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::alerts;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::collect::writer::Writer;
use crate::flow::post::Post;
use crate::flow::release;
use crate::flow::webhook::Hook;
use crate::jobs;
use crate::store::Db;
use crate::web::limit::Limits;
use crate::web::provider::{Provider, Registration};
use crate::web::{self, App, Parts, Settings};

/// Runs the service on what is there.
///
/// # Errors
/// When it cannot open its database or its address.
pub async fn run(place: &Place, serve: &Serve) -> Result<()> {
    setup::refuse_bare(serve)?;
    let (db, keys) = opened(place).await?;
    let (now, once_set_up) = setup::addresses(&db, serve).await?;
    let listener = listen(now).await?;
    let base = base_url(serve, &listener)?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let running = Running::start(db.clone(), keys.clone(), serve, listener, once_set_up).await?;
    println!("Hài Lòng: {base}");
    setup::print_link(&db, &keys, Clock::System.now_ms(), &base).await?;
    if let Some(file) = &serve.ready_file {
        let ready = serde_json::json!({ "base_url": base, "results_url": format!("{base}/results") });
        write_ready(file, &ready)?;
    }
    running.until_stopped().await
}

/// Takes the address.
///
/// # Errors
/// When another process has it.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.context("listen on the address; is another process using it?")
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
///
/// # Errors
/// When the file cannot be written.
pub fn write_ready(file: &std::path::Path, ready: &serde_json::Value) -> Result<()> {
    let part = file.with_extension("part");
    std::fs::write(&part, serde_json::to_string_pretty(ready)?).context("write the ready-file")?;
    std::fs::rename(&part, file).context("write the ready-file")
}

/// A service that answers.
#[derive(Debug)]
pub struct Running {
    db: Db,
    stopping: CancellationToken,
    terminate: Signal,
    interrupt: Signal,
    serving: JoinHandle<Result<()>>,
    jobs: JoinHandle<()>,
    writing: JoinHandle<()>,
}

impl Running {
    /// Starts to answer. From here on a signal stops it gracefully. With another address it moves there once there is
    /// an account.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn start(
        db: Db,
        keys: Arc<Keys>,
        serve: &Serve,
        listener: TcpListener,
        once_set_up: Option<SocketAddr>,
    ) -> Result<Self> {
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let clock = Clock::System;
        let stopping = CancellationToken::new();
        release::recount_if_asked(&db).await?;
        let (writer, writing) = Writer::start(db.clone(), keys.clone(), clock.clone());
        let catalogue = Catalogue::read(&db, Day::at(clock.now_ms())).await?;
        let settings = Settings {
            public_url: serve.public_url.clone(),
            own_url: base_url(serve, &listener)?,
            trusted_proxies: serve.trusted_proxies.clone(),
            staff_networks: serve.staff_networks.clone(),
            opening_hours: serve.opening_hours,
            metrics_token: serve.metrics_token.clone(),
            contact_phone: serve.contact_phone.clone(),
            contact_address: serve.contact_address.clone(),
            receivers: anchor::receivers(&serve.outside)?,
            post: post(serve)?,
            alerts: alerts::Limits {
                opening_hours: serve.opening_hours,
                kiosk_hours: serve.alerts.alert_kiosk_hours,
                coverage_percent: serve.alerts.alert_coverage,
            },
            mfa_roles: serve.mfa_roles.iter().flat_map(|roles| roles.0.clone()).collect(),
        };
        let provider = provider(serve, &settings.own_url)?;
        let (limits, metrics) = (Limits::new(serve.limits != "off"), recorder()?);
        let parts = Parts {
            db: db.clone(),
            keys,
            clock,
            writer,
            limits,
            settings,
            provider,
            metrics,
            stopping: stopping.clone(),
        };
        let app = Arc::new(App::new(parts, catalogue));
        app.marks.learn(&db, app.clock.now_ms()).await?;
        let jobs = tokio::spawn(jobs::run(app.clone(), serve.release_every, serve.release_min));
        let serving = tokio::spawn(answer(db.clone(), listener, once_set_up, web::router(app), stopping.clone()));
        Ok(Self { db, stopping, terminate, interrupt, serving, jobs, writing })
    }

    /// Serves until SIGTERM or SIGINT, then finishes what is in hand and closes.
    ///
    /// # Errors
    /// When the writer ended by itself: the process must be started again.
    pub async fn until_stopped(mut self) -> Result<()> {
        let mut served = None;
        let broken = tokio::select! {
            _ = self.terminate.recv() => false,
            _ = self.interrupt.recv() => false,
            _ = &mut self.writing => true,
            ended = &mut self.serving => {
                served = Some(ended);
                false
            }
        };
        self.stopping.cancel();
        // The order matters: no new answers, then those in hand, then the writer's queue, then the file.
        let served = match served {
            Some(ended) => ended,
            None => self.serving.await,
        };
        self.jobs.await.map_err(Error::internal).context("stop")?;
        if broken {
            return Err(Error::internal("the writer ended by itself"));
        }
        self.writing.await.map_err(Error::internal).context("empty the writer's queue")?;
        self.db.close().await;
        served.map_err(Error::internal).context("stop")??;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Who takes mail and webhooks of what needs attention.
fn post(serve: &Serve) -> Result<Post> {
    let set = &serve.alerts;
    let mut hooks = Vec::new();
    if !set.alert_webhook.is_empty() {
        let secrets = anchor::secrets(set.alert_webhook_secret_file.as_deref(), "--alert-webhook-secret-file")?;
        for url in &set.alert_webhook {
            hooks.push((url.clone(), Hook::new(url, secrets.clone(), &serve.outside.webhook_networks)?));
        }
    }
    let post = Post::to(hooks).with_networks(serve.outside.webhook_networks.clone());
    match (&set.smtp_url, &set.mail_from) {
        (Some(url), Some(from)) => post.with_mail(url, from),
        _ => Ok(post),
    }
}

/// The provider of single sign-on that the operator set.
fn provider(serve: &Serve, own_url: &str) -> Result<Option<Provider>> {
    let (Some(issuer), Some(client_id), Some(file)) =
        (&serve.oidc_issuer, &serve.oidc_client_id, &serve.oidc_client_secret_file)
    else {
        return Ok(None);
    };
    let (issuer, client_id, name) = (issuer.clone(), client_id.clone(), serve.oidc_name.clone());
    let (client_secret, second_factor) = (config::secret(file)?, serve.oidc_second_factor == "on");
    let registration = Registration { issuer, client_id, client_secret, name, second_factor };
    Provider::new(registration, own_url).map(Some)
}

/// Answers on one address, and once there is an account on the other, until asked to stop.
async fn answer(
    db: Db,
    listener: TcpListener,
    once_set_up: Option<SocketAddr>,
    router: web::Site,
    stopping: CancellationToken,
) -> Result<()> {
    let Some(mut address) = once_set_up else {
        web::serve::serve(listener, router, stopping).await;
        return Ok(());
    };
    address.set_port(listener.local_addr()?.port());
    let set_up = stopping.child_token();
    let waiting = tokio::spawn(setup::wait(db, set_up.clone()));
    web::serve::serve(listener, router.clone(), set_up).await;
    waiting.await.map_err(Error::internal)?;
    if !stopping.is_cancelled() {
        let listener = listen(address).await?;
        tracing::info!(address = %listener.local_addr()?, "set up; listening for all");
        web::serve::serve(listener, router, stopping).await;
    }
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
