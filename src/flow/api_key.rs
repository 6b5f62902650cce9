//! Keys of other systems: made, revoked, and recognised. A key is shown once, to whoever made it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::clock;
use crate::domain::account::Scope;
use crate::domain::api_key::{Access, ApiKey, LONGEST_DAYS};
use crate::domain::keys::{Keys, Mac16};
use crate::domain::{ApiKeyId, Day, UnitId, password, sheet};
use crate::error::{Context, Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::Catalogue;
use crate::store::Db;
use crate::store::api_keys::{self, New, Row};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A key as those see it who look after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Row number.
    pub id: ApiKeyId,
    /// The characters that name it.
    pub public: String,
    /// What people call it.
    pub label: String,
    /// What it may be used for.
    pub access: BTreeSet<Access>,
    /// The units it names; none for all.
    pub units: Option<BTreeSet<UnitId>>,
    /// End of its life in unix ms.
    pub expires_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The last day on which it was used.
    pub used: Option<Day>,
}

impl Listed {
    fn of(row: Row, named: BTreeSet<UnitId>) -> Self {
        Self {
            id: ApiKeyId(row.id),
            public: row.public,
            label: row.label,
            access: Access::ALL.into_iter().filter(|access| row.scopes.contains(&marked(*access))).collect(),
            units: (row.every_unit == 0).then_some(named),
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            used: row.used_day.and_then(Day::from_number),
        }
    }

    /// Whether it opens anything at an instant.
    #[must_use]
    pub fn is_live(&self, now_ms: i64) -> bool {
        self.revoked_at.is_none() && now_ms < self.expires_at
    }

    /// The units in which it works today: those it names, with all below them.
    #[must_use]
    pub fn scope(&self, catalogue: &Catalogue, today: Day) -> Scope {
        let Some(named) = &self.units else { return Scope::All };
        // Upwards while the units stand today, to one that is named. A circle in the data ends too.
        let inside = |unit: UnitId| {
            let up = |id: &UnitId| {
                let unit = catalogue.units.get(id).filter(|unit| unit.valid_on(today) && !named.contains(id))?;
                unit.parent
            };
            std::iter::successors(Some(unit), up).take(catalogue.units.len()).any(|id| named.contains(&id))
        };
        Scope::Units(catalogue.units.keys().copied().filter(|id| inside(*id)).collect())
    }
}

fn marked(access: Access) -> String {
    format!("|{}|", access.name())
}

/// A key to make.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What people are to call it.
    pub label: &'a str,
    /// What it may be used for, by name.
    pub access: &'a [&'a str],
    /// Codes of its units; none for all.
    pub units: Option<&'a [&'a str]>,
    /// How many days it lasts.
    pub days: i64,
}

/// Makes a key; it is given here and never again.
///
/// # Errors
/// Invalid, with everything that is wrong.
pub async fn add(
    db: &Db,
    keys: &Keys,
    catalogue: &Catalogue,
    now_ms: i64,
    by: By<'_>,
    wanted: Wanted<'_>,
) -> Result<ApiKey> {
    let label = sheet::clean(wanted.label);
    let mut faults = Vec::new();
    if !(1..=60).contains(&label.chars().count()) {
        faults.push(Fault::new("api-key-label-needed"));
    }
    let access: BTreeSet<Access> = wanted.access.iter().filter_map(|name| Access::by_name(name)).collect();
    if access.is_empty() || access.len() != wanted.access.len() {
        faults.push(Fault::new("api-key-access-needed"));
    }
    if !(1..=LONGEST_DAYS).contains(&wanted.days) {
        faults.push(Fault::new("api-key-days-needed").with("most", LONGEST_DAYS));
    }
    let units = wanted.units.map(|codes| named(catalogue, codes, &mut faults));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let key = ApiKey::from_random(clock::random(), clock::random());
    let scopes: String = access.iter().map(|access| marked(*access)).collect();
    let new = New {
        public: key.public(),
        secret_mac: mac(keys, &key),
        label: &label,
        scopes: &scopes,
        units: units.as_deref(),
        created_at: now_ms,
        expires_at: now_ms + wanted.days * DAY_MS,
    };
    let mut tx = db.begin().await?;
    let id = api_keys::insert(&mut tx, &new).await.context("store an API key")?;
    let (access, units) = (wanted.access.join(", "), wanted.units.map(|codes| codes.join(", ")));
    let detail =
        json!({ "public": key.public(), "label": label, "access": access, "units": units, "days": wanted.days });
    audit::note(&mut tx, keys, now_ms, by, Act::ApiKeyAdded, subject(ApiKeyId(id)), detail).await?;
    tx.commit().await?;
    Ok(key)
}

/// Row numbers of units, each once; a fault for each code that is of none, and when there is none at all.
fn named(catalogue: &Catalogue, codes: &[&str], faults: &mut Vec<Fault>) -> Vec<i64> {
    let mut units = BTreeSet::new();
    for code in codes {
        match catalogue.unit_by_code(code) {
            Some(unit) => {
                units.insert(unit.id.0);
            }
            None => faults.push(Fault::new("issue-unknown-unit").with("code", code)),
        }
    }
    if codes.is_empty() {
        faults.push(Fault::new("api-key-units-needed"));
    }
    units.into_iter().collect()
}

fn mac(keys: &Keys, key: &ApiKey) -> Mac16 {
    keys.lasting_mac("api key", key.as_str().as_bytes())
}

/// What the audit log calls a key.
#[must_use]
pub fn subject(id: ApiKeyId) -> String {
    format!("api-key {}", id.0)
}

/// Every key, in the order in which they were made.
///
/// # Errors
/// When the store does not answer.
pub async fn all(db: &Db) -> Result<Vec<Listed>> {
    let units = api_keys::all_units(db).await?;
    let named = |id: i64| units.iter().filter(|(key, _)| *key == id).map(|(_, unit)| UnitId(*unit)).collect();
    Ok(api_keys::all(db)
        .await?
        .into_iter()
        .map(|row| (named(row.id), row))
        .map(|(n, row)| Listed::of(row, n))
        .collect())
}

/// Revokes a key: from the next request on it opens nothing.
///
/// # Errors
/// Not found when it is not there or was revoked before.
pub async fn revoke(db: &Db, keys: &Keys, now_ms: i64, by: By<'_>, id: ApiKeyId) -> Result<()> {
    let mut tx = db.begin().await?;
    if !api_keys::revoke(&mut tx, id.0, now_ms).await? {
        return Err(Error::NotFound("API key"));
    }
    audit::note(&mut tx, keys, now_ms, by, Act::ApiKeyRevoked, subject(id), json!({})).await?;
    tx.commit().await
}

/// The key that a system shows; `None` when it is of nobody, over or revoked. That it was used is kept by the day.
///
/// # Errors
/// When the store does not answer.
pub async fn who(db: &Db, keys: &Keys, now_ms: i64, shown: &str) -> Result<Option<Listed>> {
    let Some(key) = ApiKey::parse(shown) else { return Ok(None) };
    let Some(row) = api_keys::by_public(db, key.public()).await? else { return Ok(None) };
    if !password::same(&row.secret_mac, &mac(keys, &key)) {
        return Ok(None);
    }
    let named = api_keys::units(db, row.id).await?.into_iter().map(UnitId).collect();
    let (listed, today) = (Listed::of(row, named), Day::at(now_ms));
    if !listed.is_live(now_ms) {
        return Ok(None);
    }
    if listed.used != Some(today)
        && let Err(error) = note_use(db, listed.id, today).await
    {
        // Reading must go on while nothing can be written.
        tracing::warn!(cause = %error, "the use of an API key was not noted");
    }
    Ok(Some(listed))
}

async fn note_use(db: &Db, id: ApiKeyId, day: Day) -> Result<()> {
    let mut tx = db.begin().await?;
    api_keys::used(&mut tx, id.0, day.number()).await?;
    tx.commit().await
}

/// Notes that a key was used for what it does not open.
///
/// # Errors
/// When the store does not answer.
pub async fn refused(db: &Db, keys: &Keys, now_ms: i64, request: &str, id: ApiKeyId, route: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let (by, detail) = (By { account: None, request }, json!({ "key": id.0 }));
    audit::note(&mut tx, keys, now_ms, by, Act::Refused, route.to_owned(), detail).await?;
    tx.commit().await
}
