//! `hailong user`: accounts, at the server. Nobody's password is ever on a command line: a link is printed, with which
//! the person chooses one.

use super::opened;
use crate::clock::Clock;
use crate::config::Place;
use crate::domain::account::{self, Grant, Role, Scope};
use crate::domain::{AccountId, Day, moment};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::people::change::{self, Changer};

/// What to do with accounts.
#[derive(Debug, clap::Subcommand)]
pub enum User {
    /// Add an account; prints the link with which the person chooses a password.
    Add {
        /// Login name.
        login: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// A role, over all or over one unit with those below it, such as admin or manager:SGD-GL.VP; may be repeated.
        #[arg(long = "role", value_name = "ROLE[:UNIT]")]
        roles: Vec<String>,
        /// Address people use, for the link.
        #[arg(long, env = "HAILONG_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
        public_url: String,
    },
    /// Print a link with which the person chooses another password; earlier links become useless.
    Reset {
        /// Login name.
        login: String,
        /// Instead take off the second factor, of somebody who lost it and every recovery code.
        #[arg(long)]
        second_factor: bool,
        /// Address people use, for the link.
        #[arg(long, env = "HAILONG_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
        public_url: String,
    },
    /// Disable an account and end its sessions.
    Disable {
        /// Login name.
        login: String,
    },
    /// Take back that an account was disabled.
    Enable {
        /// Login name.
        login: String,
    },
    /// List every account: login name, name, roles, last sign-in, state.
    List,
}

/// Runs it.
///
/// # Errors
/// Invalid when a name, role or unit is not taken; not found when there is no such account.
pub async fn run(place: &Place, user: &User) -> Result<()> {
    let ((db, keys), now_ms) = (opened(place).await?, Clock::System.now_ms());
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await?;
    let changer = Changer { db: &db, keys: &keys, now_ms, by: By::OPERATOR, scope: &Scope::All };
    let accounts = change::all(&db, &Scope::All).await?;
    let id = |login: &str| -> Result<AccountId> {
        let login = account::login(login).unwrap_or_default();
        accounts.iter().find(|one| one.login == login).map(|one| one.id).ok_or(Error::NotFound("account"))
    };
    match user {
        User::Add { login, name, roles, public_url } => {
            let grants: Result<Vec<Grant>> = roles.iter().map(|role| grant(role, &catalogue)).collect();
            let (_, token) = changer.add(login, name, &grants?).await?;
            print_link(public_url, &token);
        }
        User::Reset { login, second_factor: true, .. } => changer.remove_factor(id(login)?).await?,
        User::Reset { login, public_url, .. } => print_link(public_url, &changer.link(id(login)?).await?),
        User::Disable { login } => changer.disable(id(login)?).await?,
        User::Enable { login } => changer.enable(id(login)?).await?,
        User::List => accounts.iter().for_each(|account| {
            let roles: Vec<String> = account.grants.iter().map(|grant| spelled(grant, &catalogue)).collect();
            let seen = account.signed_in_at.map_or_else(|| "-".to_owned(), moment);
            let state = match (account.disabled_at, account.has_password) {
                (Some(_), _) => "disabled",
                (None, false) => "invited",
                (None, true) => "active",
            };
            println!("{}\t{}\t{}\t{seen}\t{state}", account.login, account.name, roles.join(","));
        }),
    }
    db.close().await;
    Ok(())
}

fn print_link(base: &str, token: &str) {
    println!("{}/link/{token}", base.trim_end_matches('/'));
}

/// `manager:SGD-GL.VP`, or `leader` for all.
fn grant(text: &str, catalogue: &Catalogue) -> Result<Grant> {
    let (role, unit) = text.split_once(':').map_or((text, None), |(role, unit)| (role, Some(unit)));
    let role = Role::by_name(role).ok_or_else(|| Error::invalid(Fault::new("account-role-unknown")))?;
    let unknown = |code: &str| Error::invalid(Fault::new("issue-unknown-unit").with("code", code));
    let unit = unit.map(|code| catalogue.unit_by_code(code).map(|unit| unit.id).ok_or_else(|| unknown(code)));
    Ok(Grant { role, unit: unit.transpose()? })
}

fn spelled(grant: &Grant, catalogue: &Catalogue) -> String {
    match grant.unit.and_then(|unit| catalogue.units.get(&unit)) {
        Some(unit) => format!("{}:{}", grant.role.name(), unit.code),
        None => grant.role.name().to_owned(),
    }
}
