//! What a process does besides answering: releases, watching for changes, forgetting the quiet.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::clock::Stopwatch;
use crate::error::Error;
use crate::flow::paper::keep::{self, Door};
use crate::flow::people::{session, tries};
use crate::flow::release;
use crate::web::App;

/// How long a change of units, forms or points may stay unseen by another process.
const WATCH_EVERY: Duration = Duration::from_secs(1);
const FORGET_EVERY: Duration = Duration::from_secs(10);
/// How often sessions and links that have ended by themselves are removed, and typed sheets left behind are stored.
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
/// "At once" still means a breath between two releases.
const SHORTEST: Duration = Duration::from_millis(200);

/// Runs until the process is asked to stop.
pub async fn run(app: Arc<App>, release_every: Duration, release_min: u64) {
    let tick = |every: Duration| {
        let mut ticks = interval(every.max(SHORTEST));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    };
    let (mut release, mut watch, mut forget) = (tick(release_every), tick(WATCH_EVERY), tick(FORGET_EVERY));
    let mut sweep = tick(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            _ = release.tick() => cut(&app, release_min).await,
            _ = watch.tick() => report("watch for changes", app.refresh().await.err()),
            _ = sweep.tick() => {
                let now_ms = app.clock.now_ms();
                report("forget sessions", session::forget(&app.db, now_ms).await.err());
                report("sum up failures to sign in", tries::sum_up(&app.db, &app.keys, now_ms).await.err());
                let stored = keep::store_all(&app.db, &app.keys, now_ms, Door::Writer(&app.writer)).await;
                report("store typed sheets", stored.err());
            }
            _ = forget.tick() => {
                app.limits.forget_quiet();
                app.throttle.forget_quiet(app.clock.now_ms());
                // Without this the samples of the histograms would be kept until somebody asks for them.
                app.metrics.run_upkeep();
            }
        }
    }
}

async fn cut(app: &App, least: u64) {
    let watch = Stopwatch::start();
    let result = release::cut(&app.db, app.clock.now_ms(), least).await;
    metrics::histogram!("hailong_release_seconds").record(watch.elapsed().as_secs_f64());
    report("release", result.err());
}

fn report(job: &'static str, error: Option<Error>) {
    match error {
        Some(error) if error.is_busy() => tracing::warn!(job, cause = %error, "a job will try again"),
        Some(error) => tracing::error!(job, cause = %error, "a job failed"),
        None => {}
    }
}
