//! What a process does besides answering: releases, watching for changes, forgetting the quiet.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::clock::Stopwatch;
use crate::error::{Error, Result};
use crate::flow::alerts::{self, Alert};
use crate::flow::issue::wake;
use crate::flow::paper::keep::{self, Door};
use crate::flow::people::tries;
use crate::flow::post::Rounds;
use crate::flow::seal::anchor;
use crate::flow::{comments, cut, endpoints, publish, release, suspicion, upkeep};
use crate::web::App;
use crate::web::alerts::letter;

/// How long a change of units, forms or points may stay unseen by another process.
const WATCH_EVERY: Duration = Duration::from_secs(1);
const FORGET_EVERY: Duration = Duration::from_secs(10);
/// How often sessions and links that have ended are removed, it is asked whether the night's work is done, and typed
/// sheets left behind are stored.
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often it is asked whether something waits to be handed out.
const POST_EVERY: Duration = Duration::from_secs(15);
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
    // Apart from the rest: a release that takes a second must not keep a tablet waiting.
    let told = tokio::spawn({
        let app = app.clone();
        async move { app.tablets.tell(&app.db, &app.keys, &app.clock, &app.stopping).await }
    });
    // And neither must a receiver of anchors that hangs, nor figures of which there are many.
    let anchored = tokio::spawn(anchor_daily(app.clone(), tick(SWEEP_EVERY)));
    let cuts = tokio::spawn(daily_cuts(app.clone(), tick(SWEEP_EVERY)));
    let alerted = tokio::spawn(attend_always(app.clone(), tick(POST_EVERY)));
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            _ = release.tick() => cut(&app, release_min).await,
            _ = watch.tick() => report("watch for changes", app.refresh().await.err()),
            _ = sweep.tick() => {
                let now_ms = app.clock.now_ms();
                report("mark answers", suspicion::mark(&app.db, &app.keys, now_ms, &app.working()).await.err());
                // Before what they look at is forgotten.
                report("look for signals", suspicion::signals::nightly(&app.db, now_ms).await.err());
                report("forget how answers came", suspicion::forget(&app.db, now_ms).await.err());
                report("forget what is old", upkeep::nightly(&app.db, &app.keys, now_ms).await.err());
                report("sum up failures to sign in", tries::sum_up(&app.db, &app.keys, now_ms).await.err());
                let stored = keep::store_all(&app.db, &app.keys, now_ms, Door::Writer(&app.writer)).await;
                report("store typed sheets", stored.err());
            }
            _ = forget.tick() => {
                report("forget wakes", wake::forget(&app.db, app.clock.now_ms()).await.err());
                app.limits.forget_quiet();
                app.throttle.forget_quiet(app.clock.now_ms());
                // Without this the samples of the histograms would be kept until somebody asks for them.
                app.metrics.run_upkeep();
            }
        }
    }
    for (task, ended) in
        [("tablets", told.await), ("anchors", anchored.await), ("figures", cuts.await), ("alerts", alerted.await)]
    {
        if let Err(error) = ended {
            tracing::error!(task, cause = %error, "a task ended by itself");
        }
    }
}

async fn anchor_daily(app: Arc<App>, mut ticks: Interval) {
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            done = async { ticks.tick().await; anchors(&app, app.clock.now_ms()).await } => {
                report("give an anchor away", done.err());
            }
        }
    }
}

/// Cuts the figures for other systems when it is time, and freezes what was published of periods that came to their end.
async fn daily_cuts(app: Arc<App>, mut ticks: Interval) {
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            () = async { ticks.tick().await; cuts_due(&app, app.clock.now_ms()).await } => {}
        }
    }
}

/// Looks for what needs attention, writes of it, and hands out what waits.
async fn attend_always(app: Arc<App>, mut ticks: Interval) {
    let mut rounds = Rounds::default();
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            () = async { ticks.tick().await; attend(&app, &mut rounds, app.clock.now_ms()).await } => {}
        }
    }
}

async fn attend(app: &App, rounds: &mut Rounds, now_ms: i64) {
    let (db, post, catalogue) = (&app.db, &app.settings.post, app.catalogue());
    let watched = alerts::watch(db, &catalogue, &app.settings.alerts, &post.hooks(), now_ms).await;
    report("look for what needs attention", watched.err());
    if post.has_mail() {
        let say = |news: &[&Alert], open| letter(app, &catalogue, news, open);
        report("write of what needs attention", alerts::write_mail(db, say, now_ms).await.err());
    }
    report("hand out what waits", rounds.begin(db, &app.keys, post, &app.clock).await.err());
}

async fn cuts_due(app: &App, now_ms: i64) {
    report("cut figures for other systems", cut::daily(&app.db, now_ms).await.err());
    report("tell of used invitations", endpoints::tell_used(&app.db, &app.catalogue(), now_ms).await.err());
    report("freeze what was published", publish::freeze_due(&app.db, &app.keys, now_ms).await.err());
}

/// Gives the daily anchor away when it is time, and finds out whether staff are to be told that nobody took one.
async fn anchors(app: &App, now_ms: i64) -> Result<()> {
    let (service, receivers) = (&app.settings.own_url, &app.settings.receivers);
    let made = anchor::daily(&app.db, &app.keys, now_ms, service, receivers).await;
    // Made-up answers need nobody outside to vouch for them.
    let late = !app.catalogue().simulated && anchor::is_late(&app.db, now_ms).await?;
    app.seal_late.store(late, Ordering::Relaxed);
    if let Some(made) = made? {
        let (code, responses) = (made.anchor.code, made.anchor.statement.responses.n);
        tracing::info!(code, responses, "gave an anchor away");
    }
    Ok(())
}

async fn cut(app: &App, least: u64) {
    let watch = Stopwatch::start();
    let result = release::cut(&app.db, app.clock.now_ms(), least).await;
    metrics::histogram!("hailong_release_seconds").record(watch.elapsed().as_secs_f64());
    report("release", result.err());
    report("put comments into the inbox", comments::gather(&app.db).await.err());
}

fn report(job: &'static str, error: Option<Error>) {
    match error {
        Some(error) if error.is_busy() => tracing::warn!(job, cause = %error, "a job will try again"),
        Some(error) => tracing::error!(job, cause = %error, "a job failed"),
        None => {}
    }
}
