//! `hailong publish`: what the office tells everybody about a period, published at the server.

use super::{opened, report};
use crate::clock::Clock;
use crate::config::Place;
use crate::domain::period::{CutOff, Period};
use crate::error::Result;
use crate::flow::audit::By;
use crate::flow::publish::{self, Wanted};

/// Publishes a period.
#[derive(Debug, clap::Args)]
pub struct Publish {
    /// Period: 2026-10, 2026-Q3, 2026-H1, 2026, or 2026-01-05..2026-02-03.
    period: String,
    /// Where periods are cut: calendar, or from the 15th to the 14th.
    #[arg(long, default_value = "calendar", value_parser = report::cut_off)]
    cut_off: CutOff,
    /// Let the figures of a period that is not over follow the releases, marked as provisional, until they are final.
    #[arg(long)]
    live: bool,
    /// What was done about the results before, for everybody to read.
    #[arg(long, value_name = "TEXT", default_value = "")]
    did: String,
}

/// Runs it.
///
/// # Errors
/// Invalid when the period is none, has not begun, or is not over and `--live` is missing.
pub async fn run(place: &Place, publish: &Publish) -> Result<()> {
    let period = Period::parse(&publish.period, publish.cut_off)?;
    let (db, keys) = opened(place).await?;
    let wanted = Wanted { period, live: publish.live, did: &publish.did };
    let id = publish::publish(&db, &keys, Clock::System.now_ms(), By::OPERATOR, wanted).await?;
    db.close().await;
    println!("{} /results?period={period}&cut_off={}", id.0, period.cut_off().name());
    Ok(())
}
