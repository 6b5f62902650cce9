//! People: accounts, their passwords and links, who is signed in and what they may do.

pub mod change;
pub mod factor;
pub mod hashing;
pub mod identity;
pub mod links;
pub mod log;
pub mod sample;
pub mod session;
pub mod tries;

use crate::domain::account::{Grant, Role};
use crate::domain::password::{self, Refusal};
use crate::domain::{AccountId, UnitId};
use crate::error::{Error, Fault, Result};
use crate::store::accounts::{GrantRow, Row};
use crate::store::{Db, units};

/// An account as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row number.
    pub id: AccountId,
    /// Login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Roles.
    pub grants: Vec<Grant>,
    /// Whether a password was chosen.
    pub has_password: bool,
    /// When it was disabled, in unix ms.
    pub disabled_at: Option<i64>,
    /// When the person last signed in, in unix ms.
    pub signed_in_at: Option<i64>,
}

impl Account {
    fn of(row: Row, grants: Vec<GrantRow>) -> Self {
        Self {
            id: AccountId(row.id),
            login: row.login,
            name: row.name,
            grants: grants.into_iter().filter_map(grant).collect(),
            has_password: row.password.is_some(),
            disabled_at: row.disabled_at,
            signed_in_at: row.signed_in_at,
        }
    }
}

/// A grant as stored into one as meant; none for a role that this program does not know.
fn grant((role, unit): GrantRow) -> Option<Grant> {
    Role::by_name(&role).map(|role| Grant { role, unit: (unit != 0).then_some(UnitId(unit)) })
}

fn grant_row(grant: &Grant) -> GrantRow {
    (grant.role.name().to_owned(), grant.unit.map_or(0, |unit| unit.0))
}

/// The fewest characters that a password has for all the roles of an account.
#[must_use]
pub fn shortest(grants: &[Grant]) -> usize {
    grants.iter().map(|grant| grant.role.shortest_password()).max().unwrap_or(12)
}

/// Checks a password against the rules for somebody in these roles.
async fn check_password(db: &Db, typed: &str, login: &str, name: &str, grants: &[Grant]) -> Result<()> {
    let units = units::all(db).await?;
    let theirs = units.iter().filter(|unit| grants.iter().any(|grant| grant.unit == Some(unit.id)));
    let mut names: Vec<&str> = theirs.flat_map(|unit| [unit.name.as_str(), unit.short_name.as_str()]).collect();
    names.extend([login, name]);
    password::check(typed, shortest(grants), &names).map_err(|refusal| {
        Error::invalid(match refusal {
            Refusal::Short(least) => Fault::new("password-short").with("least", least),
            Refusal::Long => Fault::new("password-long").with("most", password::LONGEST),
            Refusal::Common => Fault::new("password-common"),
            Refusal::Name => Fault::new("password-name"),
        })
    })
}
