//! Alerts: what needs attention. Rules look at the figures, the tablets and the signals; what they find is kept from the
//! day it was first found to the day it is gone, shown to those whose function it is, and written of by mail and webhook.

mod find;
mod watch;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use find::Limits;
pub use watch::{watch, write_mail};

use crate::domain::account::{Function, Grant, Role, Scope};
use crate::domain::keys::Keys;
use crate::domain::{AccountId, Day, UnitId};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::people::session;
use crate::flow::post;
use crate::store::alerts::{self, Row, Wish};
use crate::store::outbox::{self, Try};
use crate::store::{Db, accounts};

/// Alerts that are gone are shown for so long.
const SHOWN_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// So many of one function are shown.
const MOST: i64 = 500;
/// For how many days an alert can be muted.
pub const MUTE_DAYS: [i64; 3] = [1, 7, 30];
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A figure of this year is below its target.
    Below,
    /// The last month stands out on the chart.
    Signal,
    /// Few of those whose case was finished answer.
    Coverage,
    /// A tablet has not spoken for too long while the office was open.
    Kiosk,
    /// A pattern that asks a person to look.
    Suspicious,
    /// Comments that nobody has taken up for too long.
    Comments,
}

impl Rule {
    /// Every rule, the weightiest first.
    pub const ALL: [Self; 6] =
        [Self::Below, Self::Signal, Self::Suspicious, Self::Comments, Self::Kiosk, Self::Coverage];

    /// The name in tables, messages and the keys of words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Signal => "signal",
            Self::Coverage => "coverage",
            Self::Kiosk => "kiosk",
            Self::Suspicious => "suspicious",
            Self::Comments => "comments",
        }
    }

    /// The rule of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Whose function it is to see to it.
    #[must_use]
    pub fn function(self) -> Function {
        match self {
            Self::Below | Self::Signal | Self::Coverage => Function::Figures,
            Self::Kiosk => Function::OrganisationRead,
            Self::Suspicious => Function::SuspicionDetail,
            Self::Comments => Function::Comments,
        }
    }
}

/// The numbers of the sentence of an alert; which there are depends on the rule.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// A share, a fraction of one.
    pub share: Option<f64>,
    /// What it is held against: a target in basis points.
    pub target: Option<u32>,
    /// Persons, or times.
    pub n: Option<u64>,
    /// What people call a tablet.
    pub label: Option<String>,
    /// A day.
    pub day: Option<Day>,
    /// A month, yyyymm.
    pub month: Option<i64>,
}

/// Something that needs attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Row number.
    pub id: i64,
    /// By which rule.
    pub rule: Rule,
    /// The unit; none for all of them.
    pub unit: Option<UnitId>,
    /// What about it: an indicator, a tablet, a month.
    pub subject: String,
    /// The numbers of its sentence.
    pub detail: Detail,
    /// When it was first found, in unix ms.
    pub opened_at: i64,
    /// When it was gone.
    pub closed_at: Option<i64>,
    /// Until when the person who asks does not want to hear of it.
    pub muted_until: Option<i64>,
}

impl Alert {
    fn read(row: Row) -> Result<Self> {
        let rule = Rule::by_name(&row.rule).ok_or_else(|| Error::internal("a stored alert is of no rule"))?;
        Ok(Self {
            id: row.id,
            rule,
            unit: (row.unit_id != 0).then_some(UnitId(row.unit_id)),
            subject: row.subject,
            detail: serde_json::from_str(&row.detail)?,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
            muted_until: row.muted_until,
        })
    }

    /// Whether the person who asks does not want to hear of it now.
    #[must_use]
    pub fn is_muted(&self, now_ms: i64) -> bool {
        self.muted_until.is_some_and(|until| now_ms < until)
    }
}

/// What a person is to see: open alerts and those gone lately, by the functions of the person's roles and their scope.
///
/// # Errors
/// When the store does not answer.
pub async fn of(db: &Db, account: AccountId, grants: &[Grant], now_ms: i64) -> Result<Vec<Alert>> {
    let functions: BTreeSet<Function> = Rule::ALL.into_iter().map(Rule::function).collect();
    let mut found = Vec::new();
    for function in functions {
        let Some(scope) = session::scope(db, account, grants, function, Day::at(now_ms)).await? else { continue };
        for row in within(db, account, function, &scope, now_ms).await? {
            found.push(Alert::read(row)?);
        }
    }
    let place = |rule: Rule| Rule::ALL.iter().position(|each| *each == rule);
    found.sort_by_key(|alert| (alert.closed_at.is_some(), place(alert.rule), std::cmp::Reverse(alert.opened_at)));
    Ok(found)
}

async fn within(db: &Db, account: AccountId, function: Function, scope: &Scope, now_ms: i64) -> Result<Vec<Row>> {
    let rules = Rule::ALL.into_iter().filter(|rule| rule.function() == function);
    let rules: String = rules.map(|rule| format!("{}|", rule.name())).collect();
    alerts::within(db, account.0, &format!("|{rules}"), scope, now_ms - SHOWN_MS, MOST).await
}

/// Does not show or write a person of an alert for so many days.
///
/// # Errors
/// Not found when the person does not see such an alert; invalid for any other number of days.
pub async fn mute(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, grants: &[Grant], id: i64, days: i64) -> Result<()> {
    let account = by.account.ok_or(Error::Forbidden("nobody"))?;
    if !MUTE_DAYS.contains(&days) {
        return Err(Error::invalid(Fault::new("alert-days-needed")));
    }
    let seen = of(db, account, grants, now_ms).await?;
    if !seen.iter().any(|alert| alert.id == id && alert.closed_at.is_none()) {
        return Err(Error::NotFound("alert"));
    }
    let mut tx = db.begin().await?;
    alerts::mute(&mut tx, id, account.0, now_ms + days * DAY_MS).await?;
    let detail = json!({ "days": days });
    audit::note(&mut tx, keys, now_ms, by, Act::AlertMuted, format!("alert {id}"), detail).await?;
    tx.commit().await
}

/// Where a person wants mail; none when not at all.
///
/// # Errors
/// When the store does not answer.
pub async fn address(db: &Db, account: AccountId) -> Result<Option<String>> {
    Ok(alerts::wish(db, account.0).await?.map(|wish| wish.address))
}

/// Notes where a person wants mail; an empty address means not at all.
///
/// # Errors
/// Invalid when it is no address.
pub async fn want_mail(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, address: &str) -> Result<()> {
    let account = by.account.ok_or(Error::Forbidden("nobody"))?;
    let address = address.trim();
    if !address.is_empty() && !post::is_address(address) {
        return Err(Error::invalid(Fault::new("mail-address-needed")));
    }
    let mut tx = db.begin().await?;
    if address.is_empty() {
        alerts::unwant(&mut tx, account.0).await?;
    } else {
        alerts::want(&mut tx, account.0, address).await?;
    }
    // That it changed is told, where to is not.
    let detail = json!({ "mail": !address.is_empty() });
    audit::note(&mut tx, keys, now_ms, by, Act::MailChosen, format!("account {}", account.0), detail).await?;
    tx.commit().await
}

/// The last tries to hand something out.
///
/// # Errors
/// When the store does not answer.
pub async fn lately(db: &Db) -> Result<Vec<Try>> {
    outbox::lately(db, 50).await
}

/// The roles of somebody who wants mail.
async fn grants_of(db: &Db, wish: &Wish) -> Result<Vec<Grant>> {
    let grant = |(role, unit): (String, i64)| {
        Some(Grant { role: Role::by_name(&role)?, unit: (unit != 0).then_some(UnitId(unit)) })
    };
    Ok(accounts::grants(db, wish.account_id).await?.into_iter().filter_map(grant).collect())
}
