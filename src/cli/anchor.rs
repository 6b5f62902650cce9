//! `hailong anchor`: gives the signed head of the seal away now.

use std::path::Path;

use super::opened;
use crate::clock::Clock;
use crate::config::{self, Outside, Place};
use crate::domain::webhook::Secrets;
use crate::error::{Error, Result};
use crate::flow::seal::anchor::{self, Receiver};
use crate::flow::webhook::Hook;

/// Makes an anchor. Without a receiver it is printed alone, for whoever keeps what is printed.
#[derive(Debug, clap::Args)]
pub struct Anchor {
    /// Who takes it.
    #[command(flatten)]
    outside: Outside,
    /// Address people use, named in the anchor.
    #[arg(long, env = "HAILONG_PUBLIC_URL")]
    public_url: Option<String>,
}

/// Runs it; prints the anchor, its short code inside.
///
/// # Errors
/// Conflict when a receiver did not take it; it was made when another one did.
pub async fn run(place: &Place, anchor: &Anchor) -> Result<()> {
    let receivers = receivers(&anchor.outside)?;
    let (db, keys) = opened(place).await?;
    let service = service(anchor.public_url.as_deref());
    let made = anchor::make(&db, &keys, Clock::System.now_ms(), service, &receivers).await?;
    db.close().await;
    println!("{}", made.anchor.text());
    if made.missed.is_empty() {
        return Ok(());
    }
    let (took, all) = (receivers.len() - made.missed.len(), receivers.len());
    Err(Error::Conflict(format!("{took} of {all} receivers took the anchor: {}", made.missed.join("; "))))
}

/// Folders and webhooks as receivers.
///
/// # Errors
/// Conflict when a webhook has no secret, or no webhook may go to its address.
pub fn receivers(outside: &Outside) -> Result<Vec<Receiver>> {
    let mut receivers: Vec<Receiver> = outside.anchor_dir.iter().cloned().map(Receiver::Folder).collect();
    if outside.anchor_webhook.is_empty() {
        return Ok(receivers);
    }
    let secrets = secrets(outside.anchor_webhook_secret_file.as_deref(), "--anchor-webhook-secret-file")?;
    for url in &outside.anchor_webhook {
        receivers.push(Receiver::Hook(Hook::new(url, secrets.clone(), &outside.webhook_networks)?));
    }
    Ok(receivers)
}

/// The secret of webhooks, from the file that a flag names.
///
/// # Errors
/// Conflict when there is none.
pub fn secrets(file: Option<&Path>, flag: &str) -> Result<Secrets> {
    let Some(file) = file else {
        return Err(Error::Conflict(format!("webhooks need a secret: name its file with {flag}")));
    };
    Secrets::parse(&config::secret(file)?).ok_or_else(|| {
        let wanted = "expected whsec_ and the base64 of 24 to 64 bytes, at most two lines";
        Error::Conflict(format!("{} holds no secret of webhooks: {wanted}", file.display()))
    })
}

/// Whose anchor it is.
#[must_use]
pub fn service(public_url: Option<&str>) -> &str {
    public_url.unwrap_or("hailong")
}
