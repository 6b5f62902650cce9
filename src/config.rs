//! What the operator can set: flags, then `HAILONG_*` variables, then a TOML file; everything has a safe default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::domain::account::Role;
use crate::domain::hours::Hours;
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::store::Db;

pub mod key_file;

/// Where the data are.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// Folder of the embedded database. Its key file stands beside it, named after it with `.key`.
    #[arg(long, value_name = "DIR", env = "HAILONG_DATA", default_value = "data", global = true)]
    pub data: PathBuf,

    /// PostgreSQL server to use instead of the embedded database: postgres://user@host/name.
    #[arg(long, value_name = "URL", env = "HAILONG_DATABASE_URL", global = true)]
    pub database_url: Option<String>,

    /// File with the master key (32 bytes in hexadecimal, readable by its owner alone); made at the first start.
    #[arg(long, value_name = "FILE", env = "HAILONG_KEY_FILE", global = true)]
    pub key_file: Option<PathBuf>,

    /// Folder with further languages, one CODE.ftl each, beside those built in.
    #[arg(long, value_name = "DIR", env = "HAILONG_LANGUAGES", global = true)]
    pub languages: Option<PathBuf>,

    /// Configuration file in TOML; keys are the names of the flags with underscores.
    #[arg(long, value_name = "FILE", env = "HAILONG_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

/// How the service runs.
#[derive(Debug, Clone, clap::Args)]
pub struct Serve {
    /// Address to listen on; port 0 picks a free one.
    #[arg(long, value_name = "ADDR:PORT", env = "HAILONG_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Address people use, such as https://hailong.example.vn; codes and links are made with it.
    #[arg(long, value_name = "URL", env = "HAILONG_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,

    /// How often waiting answers are released to managers, such as 1h, 10s; 0s means at once.
    #[arg(long, value_name = "TIME", env = "HAILONG_RELEASE_EVERY", default_value = "1h", value_parser = duration)]
    pub release_every: Duration,

    /// Fewest answers of a unit that are released together.
    #[arg(long, value_name = "N", env = "HAILONG_RELEASE_MIN", default_value_t = 5)]
    pub release_min: u64,

    /// Proxies whose X-Forwarded-For is believed, as addresses or networks, separated by commas.
    #[arg(long, value_name = "NET,…", env = "HAILONG_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<ipnet::IpNet>,

    /// Networks that staff use, separated by commas; answers from there are marked for the inspector, not refused.
    #[arg(long, value_name = "NETWORK", env = "HAILONG_STAFF_NETWORKS", value_delimiter = ',', value_parser = network)]
    pub staff_networks: Vec<ipnet::IpNet>,

    /// Weekdays and times at which offices are open; answers given there at other times are marked likewise.
    #[arg(long, value_name = "HOURS", env = "HAILONG_OPENING_HOURS", default_value = "1-5 7:00-17:30")]
    pub opening_hours: Hours,

    /// Bearer token with which others than this machine may read /metrics.
    #[arg(long, value_name = "TOKEN", env = "HAILONG_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,

    /// Number that citizens may call for a reply.
    #[arg(long, value_name = "NUMBER", env = "HAILONG_CONTACT_PHONE")]
    pub contact_phone: Option<String>,

    /// Where citizens may send complaints: a web address, a mail address or a place.
    #[arg(long, value_name = "TEXT", env = "HAILONG_CONTACT_ADDRESS")]
    pub contact_address: Option<String>,

    /// Who takes the daily anchor of the seal.
    #[command(flatten)]
    pub outside: Outside,

    /// Who is written of what needs attention, and from where on something does.
    #[command(flatten)]
    pub alerts: Alerts,

    /// Roles asked for a second factor besides admin and inspector, separated by commas; `all` for everybody.
    #[arg(long, value_name = "ROLE,…", env = "HAILONG_MFA_ROLES", value_delimiter = ',', value_parser = role)]
    pub mfa_roles: Vec<Roles>,

    /// Address of a provider of single sign-on (OpenID Connect), as it names itself; its redirect address is
    /// `/sign-in/sso/back` at the public address.
    #[arg(long, value_name = "URL", env = "HAILONG_OIDC_ISSUER", requires_all = ["oidc_client_id", "oidc_client_secret_file"])]
    pub oidc_issuer: Option<String>,

    /// The name that the provider knows this service by.
    #[arg(long, value_name = "ID", env = "HAILONG_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,

    /// File with the secret that the provider knows this service by, readable by its owner alone.
    #[arg(long, value_name = "FILE", env = "HAILONG_OIDC_CLIENT_SECRET_FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,

    /// What people call the provider.
    #[arg(long, value_name = "TEXT", env = "HAILONG_OIDC_NAME", default_value = "SSO")]
    pub oidc_name: String,

    /// Whether whatever the provider asks for counts as a second factor: on when it is known to ask for two. Off, only
    /// what it says it asked for counts (`amr` or `acr` of its token); otherwise roles that need one give a code here too.
    #[arg(long, value_name = "on|off", env = "HAILONG_OIDC_SECOND_FACTOR", default_value = "off", value_parser = ["on", "off"])]
    pub oidc_second_factor: String,

    /// Rate limits: on, or off for measuring.
    #[arg(long, value_name = "on|off", env = "HAILONG_LIMITS", default_value = "on", value_parser = ["on", "off"])]
    pub limits: String,

    /// Writes the addresses to open into this file, as JSON, once they answer.
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
}

/// Who takes anchors of the seal.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Outside {
    /// Folders that take anchors of the seal, separated by commas; best on machines that the operator does not control.
    #[arg(long, value_name = "DIR,…", env = "HAILONG_ANCHOR_DIR", value_delimiter = ',')]
    pub anchor_dir: Vec<PathBuf>,

    /// Addresses that take anchors as webhooks (Standard Webhooks), separated by commas; https.
    #[arg(long, value_name = "URL,…", env = "HAILONG_ANCHOR_WEBHOOK", value_delimiter = ',')]
    pub anchor_webhook: Vec<String>,

    /// File with the secret that these webhooks are signed with (whsec_ and base64; an older one on a second line),
    /// readable by its owner alone.
    #[arg(long, value_name = "FILE", env = "HAILONG_ANCHOR_WEBHOOK_SECRET_FILE")]
    pub anchor_webhook_secret_file: Option<PathBuf>,

    /// Networks that webhooks may go to although they are not public, separated by commas. A listed loopback address may
    /// also be spoken to by http.
    #[arg(long, value_name = "NET,…", env = "HAILONG_WEBHOOK_NETWORKS", value_delimiter = ',', value_parser = network)]
    pub webhook_networks: Vec<ipnet::IpNet>,
}

/// What needs attention, and who is written of it.
#[derive(Debug, Clone, clap::Args)]
pub struct Alerts {
    /// Mail server: smtps://user:password@host, smtp://user:password@host?tls=required, or smtp://127.0.0.1.
    #[arg(long, value_name = "URL", env = "HAILONG_SMTP_URL", hide_env_values = true, requires = "mail_from")]
    pub smtp_url: Option<String>,

    /// Address that mail comes from.
    #[arg(long, value_name = "ADDRESS", env = "HAILONG_MAIL_FROM")]
    pub mail_from: Option<String>,

    /// Addresses that are told of alerts as webhooks (Standard Webhooks), separated by commas; https.
    #[arg(long, value_name = "URL,…", env = "HAILONG_ALERT_WEBHOOK", value_delimiter = ',')]
    pub alert_webhook: Vec<String>,

    /// File with the secret that these webhooks are signed with, as that of the anchors.
    #[arg(long, value_name = "FILE", env = "HAILONG_ALERT_WEBHOOK_SECRET_FILE")]
    pub alert_webhook_secret_file: Option<PathBuf>,

    /// A tablet that was silent for so many open hours needs attention.
    #[arg(long, value_name = "HOURS", env = "HAILONG_ALERT_KIOSK_HOURS", default_value_t = 4)]
    pub alert_kiosk_hours: u32,

    /// A unit where fewer per cent than this of the finished cases were rated last month needs attention.
    #[arg(long, value_name = "PERCENT", env = "HAILONG_ALERT_COVERAGE", default_value_t = 5.0)]
    pub alert_coverage: f64,
}

impl Place {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or belongs to another version.
    pub async fn open(&self) -> Result<Db> {
        let db = match &self.database_url {
            Some(url) => Db::connect(url).await?,
            None => Db::open_file(&self.data).await?,
        };
        db.migrate().await?;
        Ok(db)
    }

    /// Opens a database that is there, and leaves its schema as it is.
    ///
    /// # Errors
    /// Conflict when there is none.
    pub async fn open_as_it_is(&self) -> Result<Db> {
        match &self.database_url {
            Some(url) => Db::connect(url).await,
            None if !self.has_database() => {
                Err(Error::Conflict(format!("there is no database in {}", self.data.display())))
            }
            None => Db::open_file(&self.data).await,
        }
    }

    /// Whether there is a database, as far as that can be told without opening it.
    #[must_use]
    pub fn has_database(&self) -> bool {
        self.database_url.is_some() || Db::is_in(&self.data)
    }

    /// The subkeys; makes the master key when there is none.
    ///
    /// # Errors
    /// When the key file cannot be read or written, holds something else, or others may read it.
    pub fn keys(&self) -> Result<Arc<Keys>> {
        let file = self.key_path();
        if !file.exists() {
            key_file::write_private(&file, &key_file::text(&[clock::random()]))?;
        }
        self.held_keys()
    }

    /// The subkeys of a master key that is there.
    ///
    /// # Errors
    /// When the key file is not there or cannot be read, holds something else, or others may read it.
    pub fn held_keys(&self) -> Result<Arc<Keys>> {
        Ok(Arc::new(key_file::keys(&key_file::read(&self.key_path())?)?))
    }

    /// Where the key file is.
    #[must_use]
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| beside(&self.data))
    }
}

/// A secret in a file that nobody but its owner may read.
///
/// # Errors
/// When it cannot be read, is empty, or others may read it.
pub fn secret(file: &Path) -> Result<String> {
    key_file::refuse_open_rights(file)?;
    let text = std::fs::read_to_string(file).context("read the file of a secret")?;
    match text.trim() {
        "" => Err(Error::Conflict(format!("{} is empty: expected a secret", file.display()))),
        secret => Ok(secret.to_owned()),
    }
}

/// The key file of a data folder: its whole name with `.key` behind it, so that `data.1` and `data.2` have their own.
fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or("hailong".as_ref()).to_owned();
    name.push(".key");
    data.with_file_name(name)
}

fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(url.to_owned()),
        _ => Err("expected http:// or https:// and a host, without a path".into()),
    }
}

/// One role, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(pub Vec<Role>);

fn role(text: &str) -> Result<Roles, String> {
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
    match (text, Role::by_name(text)) {
        ("all", _) => Ok(Roles(Role::ALL.to_vec())),
        (_, Some(role)) => Ok(Roles(vec![role])),
        _ => Err(format!("expected all, or one of: {}", names.join(", "))),
    }
}

/// A network, or one address.
///
/// # Errors
/// What was expected.
pub fn network(text: &str) -> Result<ipnet::IpNet, String> {
    let single = || text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
    text.parse().or_else(|_| single()).map_err(|_| "expected an address or a network such as 10.0.0.0/8".into())
}

fn duration(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let seconds = match unit {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err("expected a number and s, m or h, such as 10s or 1h".into()),
    };
    let number: u64 = number.parse().map_err(|_| "expected a number and s, m or h, such as 10s or 1h".to_owned())?;
    Ok(Duration::from_secs(number * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_data_folder_has_a_key_file_of_its_own_beside_it() {
        for (folder, file) in [("data", "data.key"), ("/srv/data.1/", "/srv/data.1.key"), ("data.2", "data.2.key")] {
            assert_eq!(beside(Path::new(folder)), Path::new(file));
        }
    }
}
