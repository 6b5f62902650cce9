//! Kiosks: an administrator makes one for a counter, a device is paired with it by a short code and an administrator's
//! word, and can from then on do two things: ask what to show, and hand in answers.

use serde_json::json;

use crate::clock;
use crate::domain::account::Scope;
use crate::domain::keys::{Keys, Mac16};
use crate::domain::{Channel, KioskId, PointId};
use crate::error::{Error, Fault, Result};
use crate::flow::audit::{self, Act, By};
use crate::flow::collect::catalogue::{Catalogue, Point};
use crate::store::kiosks::{self, Entered, Row};
use crate::store::{Db, Tx};

pub mod take;

/// How long a pairing code works, how long a device may wait to be confirmed, and the time in which misses add up.
pub const PAIRING_MS: i64 = 10 * 60 * 1000;
/// So many misses make every code useless that was out.
pub const CODE_MISSES: i64 = 5;
/// So many misses in [`PAIRING_MS`] stop pairing.
pub const ALL_MISSES: i64 = 20;
/// A device gets a new key when it has had one for so long.
pub const RENEW_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// A new key counts as kept when it is shown so long after it was given: browsers write their cookies to disk only now
/// and then, and a tablet whose power went in between comes back with the one before.
pub const SETTLED_MS: i64 = 5 * 60 * 1000;
/// A kiosk that has not spoken for so long is missing.
pub const SILENT_MS: i64 = 24 * 60 * 60 * 1000;
/// A clock that is wrong by more than this is pointed out.
pub const CLOCK_MS: i64 = 5 * 60 * 1000;
/// What a device key begins with, so that whoever finds one knows what it is.
const KEY_PREFIX: &str = "hlk_";

/// A secret that a device holds: its key, or its ticket while it waits to be confirmed.
#[derive(Clone)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    fn draw() -> Self {
        Self(format!("{KEY_PREFIX}{}", data_encoding::BASE64URL_NOPAD.encode(&clock::random::<32>())))
    }

    /// Reads one from a cookie; `None` when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.strip_prefix(KEY_PREFIX)?.as_bytes()).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// As the cookie holds it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn mac(&self, keys: &Keys, label: &str) -> Mac16 {
        keys.lasting_mac(label, self.0.as_bytes())
    }
}

const KEY: &str = "kiosk key";
const TICKET: &str = "kiosk ticket";

/// What a kiosk is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No device yet, and no code that works.
    New,
    /// A code is out until then.
    Code(i64),
    /// A device waits; it and the administrator see this number.
    Waiting(i64),
    /// A device was confirmed and is about to fetch its key.
    Confirmed,
    /// It works.
    Paired,
    /// It has not spoken since then.
    Silent(i64),
    /// It was revoked then.
    Revoked(i64),
}

/// Of a stored kiosk, at a time.
#[must_use]
pub fn state(row: &Row, now_ms: i64) -> State {
    if let Some(at) = row.revoked_at {
        return State::Revoked(at);
    }
    if let Some(paired) = row.paired_at {
        let last = row.seen_at.unwrap_or(paired);
        return if now_ms - last > SILENT_MS { State::Silent(last) } else { State::Paired };
    }
    match (row.pending_until, row.check_number) {
        (Some(until), Some(_)) if until > now_ms && row.confirmed_at.is_some() => State::Confirmed,
        (Some(until), Some(number)) if until > now_ms => State::Waiting(number),
        _ if row.has_code == 1 && row.code_expires_at > now_ms && row.code_misses < CODE_MISSES => {
            State::Code(row.code_expires_at)
        }
        _ => State::New,
    }
}

/// The counters that a kiosk can stand at: points of the channel `kiosk` that are in use and whose form has a
/// question that everyone gets.
#[must_use]
pub fn counters(catalogue: &Catalogue, scope: &Scope) -> Vec<std::sync::Arc<Point>> {
    let mut points = catalogue.all_points();
    points.retain(|point| point.channel == Channel::Kiosk && !point.revoked && scope.covers(Some(point.unit.id)));
    points.retain(|point| take::asked(&point.questionnaire).is_some());
    points
}

/// The number that opens the page for staff on a kiosk.
#[must_use]
pub fn pin(keys: &Keys, kiosk: KioskId) -> String {
    let mac = keys.lasting_mac("kiosk pin", &kiosk.0.to_be_bytes());
    format!("{:06}", u32::from_be_bytes([mac[0], mac[1], mac[2], mac[3]]) % 1_000_000)
}

/// Makes kiosks and changes them, as an administrator.
#[derive(Debug, Clone, Copy)]
pub struct Office<'a> {
    /// Rows.
    pub db: &'a Db,
    /// Subkeys.
    pub keys: &'a Keys,
    /// Now, in unix ms.
    pub now_ms: i64,
    /// Who.
    pub by: By<'a>,
    /// In which units.
    pub scope: &'a Scope,
}

impl Office<'_> {
    /// Makes a kiosk for a counter; gives its number and its pairing code. With `vouched` the device that enters the
    /// code needs no further word: for the demonstration, where nobody else could enter it.
    ///
    /// # Errors
    /// Invalid without a counter in the scope or without a name.
    pub async fn add(
        &self,
        catalogue: &Catalogue,
        point: PointId,
        label: &str,
        vouched: bool,
    ) -> Result<(KioskId, String)> {
        let label = crate::domain::sheet::clean(label);
        let mut faults = Vec::new();
        if !(1..=60).contains(&label.chars().count()) {
            faults.push(Fault::new("kiosk-label-needed"));
        }
        if counters(catalogue, self.scope).iter().all(|counter| counter.id != point) {
            faults.push(Fault::new("kiosk-counter-needed"));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let code = draw_code();
        let mut tx = begin(self.db).await?;
        let confirmed = vouched.then_some(self.now_ms);
        let expires = self.now_ms + PAIRING_MS;
        let (of, code_mac) = ((point.0, label.as_str()), code_mac(self.keys, &code));
        let id = kiosks::insert(&mut tx, of, self.now_ms, (code_mac, expires), confirmed).await?;
        self.note(&mut tx, Act::KioskAdded, id, json!({ "point": point.0 })).await?;
        tx.commit().await?;
        Ok((KioskId(id), code))
    }

    /// Every kiosk of the scope.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn all(&self) -> Result<Vec<Row>> {
        kiosks::within(self.db, self.scope).await
    }

    /// One of them.
    ///
    /// # Errors
    /// Not found outside the scope.
    pub async fn one(&self, id: KioskId) -> Result<Row> {
        kiosks::one_within(self.db, self.scope, id.0).await?.ok_or(Error::NotFound("kiosk"))
    }

    /// Another code for a kiosk that has no device yet.
    ///
    /// # Errors
    /// Invalid when it has one.
    pub async fn code(&self, id: KioskId) -> Result<String> {
        let code = draw_code();
        let mut tx = begin(self.db).await?;
        if !kiosks::new_code(&mut tx, id.0, code_mac(self.keys, &code), self.now_ms + PAIRING_MS).await? {
            return Err(Error::invalid(Fault::new("kiosk-has-device")));
        }
        self.note(&mut tx, Act::KioskCode, id.0, json!({})).await?;
        tx.commit().await?;
        Ok(code)
    }

    /// Confirms the device that shows this number.
    ///
    /// # Errors
    /// Invalid when no device waits with it.
    pub async fn confirm(&self, id: KioskId, check_number: i64) -> Result<()> {
        let mut tx = begin(self.db).await?;
        if !kiosks::confirm(&mut tx, id.0, self.now_ms, check_number).await? {
            return Err(Error::invalid(Fault::new("kiosk-nobody-waits")));
        }
        self.note(&mut tx, Act::KioskConfirmed, id.0, json!({ "check_number": check_number })).await?;
        tx.commit().await
    }

    /// Puts a kiosk at another counter of the scope.
    ///
    /// # Errors
    /// Invalid without such a counter, or when the kiosk is revoked.
    pub async fn put_at(&self, catalogue: &Catalogue, row: &Row, point: PointId) -> Result<()> {
        if counters(catalogue, self.scope).iter().all(|counter| counter.id != point) {
            return Err(Error::invalid(Fault::new("kiosk-counter-needed")));
        }
        let mut tx = begin(self.db).await?;
        if !kiosks::put_at(&mut tx, row.id, point.0).await? {
            return Err(Error::invalid(Fault::new("kiosk-is-revoked")));
        }
        let detail = json!({ "from": row.point_id, "to": point.0 });
        self.note(&mut tx, Act::KioskMoved, row.id, detail).await?;
        tx.commit().await
    }

    /// Revokes a kiosk: from the next request on its answers are put aside.
    ///
    /// # Errors
    /// Invalid when it was revoked before.
    pub async fn revoke(&self, id: KioskId) -> Result<()> {
        let mut tx = begin(self.db).await?;
        if !kiosks::revoke(&mut tx, id.0, self.now_ms).await? {
            return Err(Error::invalid(Fault::new("kiosk-is-revoked")));
        }
        self.note(&mut tx, Act::KioskRevoked, id.0, json!({})).await?;
        tx.commit().await
    }

    async fn note(&self, tx: &mut Tx<'_>, act: Act, id: i64, detail: serde_json::Value) -> Result<()> {
        audit::note(tx, self.keys, self.now_ms, self.by, act, format!("kiosk {id}"), detail).await
    }
}

/// A transaction that changes a kiosk and notes it. Everybody takes the audit log first and the kiosk then, so that
/// nobody waits for each other.
async fn begin(db: &Db) -> Result<Tx<'static>> {
    let mut tx = db.begin().await?;
    audit::hold(&mut tx).await?;
    Ok(tx)
}

fn draw_code() -> String {
    format!("{:06}", u64::from_be_bytes(clock::random()) % 1_000_000)
}

fn code_mac(keys: &Keys, code: &str) -> Mac16 {
    keys.mac("kiosk code", code.as_bytes())
}

/// What became of a code that was entered.
#[derive(Debug)]
pub enum Pairing {
    /// The device waits with this ticket; it and the administrator see the number.
    Waits(KioskId, Secret, i64),
    /// No such code.
    Missed,
    /// Too many were wrong: nobody is paired for a while.
    Stopped,
}

/// A device enters a code.
///
/// # Errors
/// When the store does not answer.
pub async fn pair(db: &Db, keys: &Keys, now_ms: i64, request: &str, code: &str) -> Result<Pairing> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    // Whoever tries holds the audit log, so that many tries at once are counted one after the other.
    let mut tx = begin(db).await?;
    if kiosks::misses_since(&mut tx, now_ms - PAIRING_MS).await? >= ALL_MISSES {
        return Ok(Pairing::Stopped);
    }
    let ticket = Secret::draw();
    let check_number = 10 + (u64::from_be_bytes(clock::random()) % 90) as i64;
    let entered = Entered {
        code: code_mac(keys, &code),
        now_ms,
        ticket: ticket.mac(keys, TICKET),
        until: now_ms + PAIRING_MS,
        check_number,
        most_misses: CODE_MISSES,
    };
    let Some(id) = kiosks::enter(&mut tx, entered).await? else {
        kiosks::miss(&mut tx, now_ms, now_ms - PAIRING_MS).await?;
        tx.commit().await?;
        return Ok(Pairing::Missed);
    };
    note_device(&mut tx, keys, now_ms, request, Act::KioskEntered, id).await?;
    tx.commit().await?;
    Ok(Pairing::Waits(KioskId(id), ticket, check_number))
}

/// What a device that waits is told.
#[derive(Debug)]
pub enum Start {
    /// The administrator has not confirmed it yet.
    Wait,
    /// It is paired, with this key.
    Key(Secret),
    /// Its ticket is worth nothing: it must enter a code again.
    Gone,
}

/// A device whose holder said yes asks for its key. It may ask again until it has used the key: the answer can be lost.
///
/// # Errors
/// When the store does not answer.
pub async fn start(db: &Db, keys: &Keys, now_ms: i64, request: &str, ticket: &Secret) -> Result<Start> {
    let mut tx = begin(db).await?;
    let Some(row) = kiosks::by_pending(&mut tx, ticket.mac(keys, TICKET), now_ms).await? else {
        return Ok(Start::Gone);
    };
    if row.confirmed_at.is_none() {
        return Ok(Start::Wait);
    }
    let key = Secret::draw();
    kiosks::give_key(&mut tx, row.id, key.mac(keys, KEY), now_ms).await?;
    note_device(&mut tx, keys, now_ms, request, Act::KioskPaired, row.id).await?;
    tx.commit().await?;
    Ok(Start::Key(key))
}

/// The holder of a device that waits says that it does not belong there.
///
/// # Errors
/// When the store does not answer.
pub async fn decline(db: &Db, keys: &Keys, now_ms: i64, request: &str, ticket: &Secret) -> Result<()> {
    let mut tx = begin(db).await?;
    if let Some(row) = kiosks::by_pending(&mut tx, ticket.mac(keys, TICKET), now_ms).await? {
        kiosks::decline(&mut tx, row.id).await?;
        note_device(&mut tx, keys, now_ms, request, Act::KioskDeclined, row.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A device that showed its key, and the key to use from now on when it is time for another.
#[derive(Debug)]
pub struct Device {
    /// Its kiosk.
    pub row: Row,
    /// The next key.
    pub renewed: Option<Secret>,
}

/// Who shows this key; `None` for a key of nobody. A revoked device is known, so that it can be told so.
///
/// # Errors
/// When the store does not answer.
pub async fn who(db: &Db, keys: &Keys, now_ms: i64, request: &str, key: &Secret) -> Result<Option<Device>> {
    let mac = key.mac(keys, KEY);
    let Some(row) = kiosks::by_key(db, mac).await? else { return Ok(None) };
    let due = row.revoked_at.is_none() && row.key_at.is_some_and(|at| now_ms - at > RENEW_MS);
    let settled = row.by_next == 1 && row.key_at.is_none_or(|at| now_ms - at > SETTLED_MS);
    let begins = row.by_next == 0 && row.pending_until.is_some();
    if !settled && !begins && !due {
        return Ok(Some(Device { row, renewed: None }));
    }
    // Only a new key is noted; the first use of one is not worth holding the log for.
    let mut tx = if due { begin(db).await? } else { db.begin().await? };
    if settled || begins {
        kiosks::promote(&mut tx, row.id, mac).await?;
    }
    let mut renewed = due.then(Secret::draw);
    if let Some(next) = &renewed {
        if kiosks::renew(&mut tx, row.id, next.mac(keys, KEY), now_ms, row.key_at).await? {
            note_device(&mut tx, keys, now_ms, request, Act::KioskRenewed, row.id).await?;
        } else {
            renewed = None;
        }
    }
    tx.commit().await?;
    Ok(Some(Device { row, renewed }))
}

/// The holder of a paired device takes it out of use.
///
/// # Errors
/// When the store does not answer.
pub async fn leave(db: &Db, keys: &Keys, now_ms: i64, request: &str, row: &Row) -> Result<()> {
    let mut tx = begin(db).await?;
    if kiosks::revoke(&mut tx, row.id, now_ms).await? {
        note_device(&mut tx, keys, now_ms, request, Act::KioskRevoked, row.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Notes what was done at a device, where nobody is signed in.
async fn note_device(tx: &mut Tx<'_>, keys: &Keys, now_ms: i64, request: &str, act: Act, id: i64) -> Result<()> {
    let by = By { account: None, request };
    audit::note(tx, keys, now_ms, by, act, format!("kiosk {id}"), json!({ "device": true })).await
}
