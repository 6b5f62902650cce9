//! The audit log, read: who did what to what, when, with what before and after. Reading it is an act too.

use serde_json::{Value, json};

use super::{Account, change};
use crate::domain::account::Scope;
use crate::domain::keys::Keys;
use crate::domain::{AccountId, Day, collate};
use crate::error::Result;
use crate::flow::audit::{self, Act, By};
use crate::store::Db;
use crate::store::log::{self, Row, Wanted};

/// Rows on a page.
pub const PAGE: usize = 50;
/// Rows in an export.
pub const EXPORT: usize = 20_000;
/// Rows of an export read at once.
const AT_ONCE: usize = 1_000;

/// What is looked for; empty texts look for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Part of the name or login name of who acted.
    pub person: String,
    /// Name of an act.
    pub act: String,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Part of what it was done to, or of the name of the person it was done to.
    pub subject: String,
    /// Only rows before this number.
    pub before: Option<i64>,
}

/// Whose acts.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// Those of everybody whose roles lie inside a scope; with all, the operator's and nobody's too.
    Within(&'a Scope),
    /// One's own.
    Own(AccountId),
}

/// One row, with the names of the people in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub row: Row,
    /// Who acted; none for the operator and for nobody known.
    pub who: Option<(String, String)>,
    /// The person it was done to, when it was one.
    pub to: Option<(String, String)>,
}

/// The rows that are looked for, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn read(db: &Db, whose: Whose<'_>, search: &Search, most: usize) -> Result<Vec<Entry>> {
    let everybody = change::all(db, &Scope::All).await?;
    let wanted = wanted(db, &everybody, whose, search, most).await?;
    Ok(entries(&everybody, log::page(db, &wanted).await?))
}

/// An export under way: what it has is settled when it begins, however long reading it takes.
#[derive(Debug)]
pub struct Export {
    everybody: Vec<Account>,
    wanted: Wanted,
    /// Rows that it has yet.
    pub left: usize,
}

impl Export {
    /// Settles what it has.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(db: &Db, whose: Whose<'_>, search: &Search) -> Result<Self> {
        let everybody = change::all(db, &Scope::All).await?;
        let mut wanted = wanted(db, &everybody, whose, search, 1).await?;
        // Rows that come from now on are not in it.
        let newest = log::page(db, &wanted).await?.first().map_or(0, |row| row.n);
        (wanted.before, wanted.most) = (Some(newest + 1), EXPORT as i64);
        let left = usize::try_from(log::count(db, &wanted).await?).unwrap_or_default();
        Ok(Self { everybody, wanted, left })
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn next(&mut self, db: &Db) -> Result<Vec<Entry>> {
        self.wanted.most = self.left.min(AT_ONCE) as i64;
        if self.left == 0 {
            return Ok(Vec::new());
        }
        let rows = log::page(db, &self.wanted).await?;
        self.wanted.before = rows.last().map(|row| row.n);
        self.left = if rows.is_empty() { 0 } else { self.left - rows.len() };
        Ok(entries(&self.everybody, rows))
    }
}

async fn wanted(db: &Db, everybody: &[Account], whose: Whose<'_>, search: &Search, most: usize) -> Result<Wanted> {
    let inside: Option<Vec<i64>> = match whose {
        Whose::Own(account) => Some(vec![account.0]),
        Whose::Within(Scope::All) => None,
        Whose::Within(scope) => Some(change::all(db, scope).await?.iter().map(|account| account.id.0).collect()),
    };
    let named = |text: &str| -> Vec<i64> {
        let text = collate::fold(text.trim());
        let holds = |account: &&Account| {
            collate::fold(&account.name).contains(&text) || collate::fold(&account.login).contains(&text)
        };
        everybody.iter().filter(holds).map(|account| account.id.0).collect()
    };
    let who = match (search.person.trim(), inside) {
        ("", inside) => inside,
        (person, None) => Some(named(person)),
        (person, Some(inside)) => Some(named(person).into_iter().filter(|id| inside.contains(id)).collect()),
    };
    let list = |ids: Vec<i64>, before: &str| -> String {
        ids.iter().fold("|".to_owned(), |list, id| format!("{list}{before}{id}|"))
    };
    let subject = search.subject.trim();
    Ok(Wanted {
        accounts: who.map(|ids| list(ids, "")),
        act: Some(search.act.clone()).filter(|act| !act.is_empty()),
        from: search.from.map(Day::begins_ms),
        until: search.to.map(|day| day.plus(1).begins_ms()),
        subjects: (!subject.is_empty()).then(|| list(named(subject), "account ")),
        // What stands for any letter in a pattern is looked for as itself in no subject of ours.
        text: subject.to_lowercase().replace(['%', '_'], ""),
        before: search.before,
        most: most as i64,
    })
}

/// Rows with the names of the people in them.
fn entries(everybody: &[Account], rows: Vec<Row>) -> Vec<Entry> {
    let name = |id: i64| {
        let found = everybody.iter().find(|account| account.id.0 == id);
        found.map(|account| (account.name.clone(), account.login.clone()))
    };
    let to = |row: &Row| row.subject.strip_prefix("account ").and_then(|id| id.parse().ok()).and_then(name);
    let entry = |mut row: Row| {
        row.detail = told(row.detail);
        Entry { who: row.account_id.and_then(name), to: to(&row), row }
    };
    rows.into_iter().map(entry).collect()
}

/// A detail as people read it: how many answers lost a text, and not which, for their numbers tell how many came between
/// two of them. What verifies the seal reads them where they are kept.
fn told(detail: String) -> String {
    let Ok(Value::Object(mut parts)) = serde_json::from_str(&detail) else { return detail };
    let Some(erased) = parts.get_mut("erased").filter(|erased| erased.is_array()) else { return detail };
    *erased = json!(erased.as_array().map_or(0, Vec::len));
    Value::Object(parts).to_string()
}

/// Notes that somebody read or exported the log, and what they looked for.
///
/// # Errors
/// When the store does not answer.
pub async fn note(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, act: Act, search: &Search, rows: usize) -> Result<()> {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let detail = json!({
        "person": search.person, "act": search.act, "from": day(search.from), "to": day(search.to),
        "subject": search.subject, "rows": rows,
    });
    let mut tx = db.begin().await?;
    audit::note(&mut tx, keys, now_ms, by, act, "audit log".to_owned(), detail).await?;
    tx.commit().await
}
