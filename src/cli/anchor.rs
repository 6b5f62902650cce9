//! `hailong anchor`: gives the signed head of the seal away now.

use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::Place;
use crate::error::Result;
use crate::flow::seal::anchor::{self, Receiver};

/// Makes an anchor.
#[derive(Debug, clap::Args)]
pub struct Anchor {
    /// Folder that takes it, best on a machine that the operator does not control; may be repeated. Without one the
    /// anchor is printed, for whoever keeps what is printed.
    #[arg(long = "anchor-dir", value_name = "DIR", env = "HAILONG_ANCHOR_DIR", value_delimiter = ',')]
    anchor_dir: Vec<PathBuf>,
    /// Address people use, named in the anchor.
    #[arg(long, env = "HAILONG_PUBLIC_URL")]
    public_url: Option<String>,
}

/// Runs it; prints the anchor, its short code inside.
///
/// # Errors
/// Conflict when no receiver took it.
pub async fn run(place: &Place, anchor: &Anchor) -> Result<()> {
    let (db, keys) = (place.open().await?, place.keys()?);
    let receivers = folders(&anchor.anchor_dir);
    let service = service(anchor.public_url.as_deref());
    let made = anchor::make(&db, &keys, Clock::System.now_ms(), service, &receivers).await?;
    db.close().await;
    println!("{}", made.text());
    Ok(())
}

/// Folders as receivers.
#[must_use]
pub fn folders(folders: &[PathBuf]) -> Vec<Receiver> {
    folders.iter().cloned().map(Receiver::Folder).collect()
}

/// Whose anchor it is.
#[must_use]
pub fn service(public_url: Option<&str>) -> &str {
    public_url.unwrap_or("hailong")
}
