//! `hailong webhook`: addresses that are told of what happens, at the server.

use super::opened;
use crate::clock::Clock;
use crate::config::{self, Place};
use crate::error::Result;
use crate::flow::audit::By;
use crate::flow::endpoints::{self, Why};
use crate::flow::post::Post;

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub enum Webhook {
    /// Register an address; prints its secret, this once.
    Add {
        /// What people call the system that is told.
        #[arg(long)]
        label: String,
        /// Where to; https.
        #[arg(long)]
        url: String,
        /// What it is told of, such as report.published; may be repeated.
        #[arg(long = "topic", value_name = "TOPIC", required = true)]
        topics: Vec<String>,
        /// Networks that webhooks may go to although they are not public, as for `serve`.
        #[arg(long, value_name = "NET,…", env = "HAILONG_WEBHOOK_NETWORKS", value_delimiter = ',', value_parser = config::network)]
        webhook_networks: Vec<ipnet::IpNet>,
    },
    /// List every address: its number, label, host, topics, state.
    List,
}

/// Runs it.
///
/// # Errors
/// Invalid when something of a new address is not taken.
pub async fn run(place: &Place, command: &Webhook) -> Result<()> {
    let (db, keys) = opened(place).await?;
    match command {
        Webhook::Add { label, url, topics, webhook_networks } => {
            let post = Post::default().with_networks(webhook_networks.clone());
            let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
            let wanted = (label.as_str(), url.as_str(), topics.as_slice());
            let now_ms = Clock::System.now_ms();
            let (_, secret) = endpoints::add(&db, &keys, &post, now_ms, By::OPERATOR, wanted).await?;
            println!("{secret}");
        }
        Webhook::List => endpoints::all(&db).await?.iter().for_each(|one| {
            let topics: Vec<&str> = one.topics.iter().map(|topic| topic.name()).collect();
            let state = match one.off {
                None => "on",
                Some((_, Why::Failed)) => "failed",
                Some((_, Why::Person)) => "off",
            };
            println!("{}\t{}\t{}\t{}\t{state}", one.id, one.label, one.host(), topics.join(","));
        }),
    }
    db.close().await;
    Ok(())
}
