//! `hailong api-key`: keys of other systems, at the server.

use crate::clock::Clock;
use crate::config::Place;
use crate::domain::Day;
use crate::error::{Error, Result};
use crate::flow::api_key::{self, Wanted};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub enum ApiKey {
    /// Make a key; prints it, this once.
    Create {
        /// What people call it, such as the name of the system that gets it.
        #[arg(long)]
        label: String,
        /// What it may be used for; may be repeated.
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = ["invitations", "figures", "catalogue", "cases"])]
        scopes: Vec<String>,
        /// Code of a unit in which it works, with those below it; may be repeated.
        #[arg(long = "unit", value_name = "CODE", required_unless_present = "all_units", conflicts_with = "all_units")]
        units: Vec<String>,
        /// It works in every unit.
        #[arg(long)]
        all_units: bool,
        /// How many days it lasts, at most 365.
        #[arg(long, default_value_t = 365)]
        days: i64,
    },
    /// List every key: its name, label, scopes, units, last day, the day it was last used, state.
    List,
    /// Revoke a key: from the next request on it opens nothing.
    Revoke {
        /// The eight characters after `hla_`, as `list` prints them.
        name: String,
    },
}

/// Runs it.
///
/// # Errors
/// Invalid when something of a new key is not taken; not found when there is no such key.
pub async fn run(place: &Place, command: &ApiKey) -> Result<()> {
    let (db, keys, now_ms) = (place.open().await?, place.keys()?, Clock::System.now_ms());
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await?;
    match command {
        ApiKey::Create { label, scopes, units, all_units, days } => {
            let access: Vec<&str> = scopes.iter().map(String::as_str).collect();
            let units: Vec<&str> = units.iter().map(String::as_str).collect();
            let units = (!all_units).then_some(&units[..]);
            let wanted = Wanted { label, access: &access, units, days: *days };
            println!("{}", api_key::add(&db, &keys, &catalogue, now_ms, By::OPERATOR, wanted).await?.as_str());
        }
        ApiKey::List => api_key::all(&db).await?.iter().for_each(|key| {
            let access: Vec<&str> = key.access.iter().map(|access| access.name()).collect();
            let code = |id| catalogue.units.get(id).map(|unit| unit.code.as_str());
            let units = key.units.as_ref().map(|units| units.iter().filter_map(code).collect::<Vec<_>>().join(","));
            let used = key.used.map_or_else(|| "-".to_owned(), |day| day.to_string());
            let state = match key.revoked_at {
                Some(_) => "revoked",
                None if key.is_live(now_ms) => "live",
                None => "over",
            };
            let (units, until) = (units.unwrap_or_else(|| "*".to_owned()), Day::at(key.expires_at));
            println!("{}\t{}\t{}\t{units}\t{until}\t{used}\t{state}", key.public, key.label, access.join(","));
        }),
        ApiKey::Revoke { name } => {
            let found = api_key::all(&db).await?.into_iter().find(|key| key.public == *name);
            let key = found.ok_or(Error::NotFound("API key"))?;
            api_key::revoke(&db, &keys, now_ms, By::OPERATOR, key.id).await?;
        }
    }
    db.close().await;
    Ok(())
}
