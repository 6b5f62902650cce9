//! `hailong rebuild`: all tallies again from the released answers, sums of invitations from these, or only whether they still agree.

use crate::clock::Clock;
use crate::config::Place;
use crate::error::{Error, Result};
use crate::flow::issue::sums;
use crate::flow::release;

/// Recomputes tallies.
#[derive(Debug, clap::Args)]
pub struct Rebuild {
    /// Change nothing; report every difference and fail when there is one.
    #[arg(long)]
    check: bool,
}

/// Runs it.
///
/// # Errors
/// Conflict when `--check` finds a difference.
pub async fn run(place: &Place, rebuild: &Rebuild) -> Result<()> {
    let db = place.open().await?;
    if !rebuild.check {
        release::rebuild(&db).await?;
        sums::rebuild(&db, Clock::System.now_ms()).await?;
        println!("rebuilt");
        return Ok(());
    }
    let differences = release::check(&db).await?;
    for difference in &differences {
        println!("{difference:?}");
    }
    match differences.len() {
        0 => {
            println!("no difference");
            Ok(())
        }
        n => Err(Error::Conflict(format!("{n} tallies differ from what they count; run: hailong rebuild"))),
    }
}
