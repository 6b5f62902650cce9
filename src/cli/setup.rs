//! The first run: no account is there, so a link to make the first one is printed, and until it was used nobody but
//! this machine is listened to.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::Serve;
use crate::domain::keys::Keys;
use crate::error::{Error, Result};
use crate::flow::people::links;
use crate::store::Db;
use crate::words;

/// How often a process looks whether the service was set up, perhaps by another one or at the command line.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Refuses an address that others can reach when passwords would come to it in the clear.
///
/// # Errors
/// Conflict when neither the public address is one of TLS nor a proxy is trusted.
pub fn refuse_bare(serve: &Serve) -> Result<()> {
    let secure = serve.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    if serve.listen.ip().is_loopback() || secure || !serve.trusted_proxies.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "{} can be reached from other machines, and passwords would come to it in the clear: set --public-url to an \
         https address whose TLS a proxy ends, or name the proxy with --trusted-proxies, or listen on 127.0.0.1",
        serve.listen
    )))
}

/// Where to listen now, and where once there is an account.
///
/// # Errors
/// When the store does not answer.
pub async fn addresses(db: &Db, serve: &Serve) -> Result<(SocketAddr, Option<SocketAddr>)> {
    if serve.listen.ip().is_loopback() || links::is_set_up(db).await? {
        return Ok((serve.listen, None));
    }
    Ok((SocketAddr::from((Ipv4Addr::LOCALHOST, serve.listen.port())), Some(serve.listen)))
}

/// Prints the link to make the first account, as long as there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn print_link(db: &Db, keys: &Keys, now_ms: i64, base: &str) -> Result<()> {
    if let Some(token) = links::for_setup(db, keys, now_ms).await? {
        println!("{}\n  {base}/link/{token}", words::FIRST.text("setup-console"));
    }
    Ok(())
}

/// Waits until there is an account, then ends the waiting of whoever holds the token.
pub async fn wait(db: Db, done: CancellationToken) {
    loop {
        tokio::select! {
            () = done.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if matches!(links::is_set_up(&db).await, Ok(true)) {
            done.cancel();
        }
    }
}
