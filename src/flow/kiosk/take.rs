//! What a kiosk hands in: one result for each item, through the one storing function. A bad item never blocks the rest,
//! the same item is stored once however often it is sent, and what a revoked device sends is put aside.

use serde::{Deserialize, Serialize};

use crate::domain::answer;
use crate::domain::code::Code;
use crate::domain::keys::{Keys, Mac16};
use crate::domain::questionnaire::{Chosen, Kind, Question, Questionnaire};
use crate::domain::{Channel, Day, PointId, ProcedureId, QuestionnaireId, UnitId};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::{Catalogue, Point, code_mac};
use crate::flow::collect::open::{self, Place};
use crate::flow::collect::writer::Writer;
use crate::flow::collect::{Outcome, Submission};
use crate::flow::suspicion::Trace;
use crate::store::kiosks::{self, Row, Seen};
use crate::store::{Db, Tx, invitations, responses, taps};

/// A batch has at most so many items.
pub const ITEMS: usize = 100;
/// So much of a revoked device is put aside: as much as waits on a full tablet.
pub const ASIDE: i64 = 5_000;
/// The longest item that is put aside.
const ASIDE_BYTES: usize = 4_096;
const HOUR_MS: i64 = 60 * 60 * 1000;

/// What a device sends: what it is like, and what waits on it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Its clock now, in unix ms.
    pub device_now: i64,
    /// How much waits on it, this batch included.
    pub waiting: i64,
    /// How much it could not hand in and keeps.
    #[serde(default)]
    pub aside: i64,
    /// The version of its program.
    pub version: String,
    /// Answers, the oldest first; each read on its own.
    pub items: Vec<serde_json::Value>,
}

/// One tap, or what was added to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// 128 random bits as 22 characters, made at the tap.
    pub id: String,
    /// The tap it adds to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Code of the invitation that the screen was woken for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
    /// Version of the form.
    pub form: i64,
    /// When, by the device's clock.
    pub at: i64,
    /// Whether the screen stood upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<bool>,
    /// Language of the screen.
    pub lang: String,
    /// Name of the question and of the choice.
    pub answers: Vec<(String, String)>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The item, when it said which.
    pub id: String,
    /// Stored, duplicate, conflict, rejected or quarantined.
    pub result: &'static str,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// Rows.
    pub db: &'a Db,
    /// Subkeys.
    pub keys: &'a Keys,
    /// The one that stores.
    pub writer: &'a Writer,
    /// What is known by heart.
    pub catalogue: &'a Catalogue,
    /// Languages that a screen can have.
    pub languages: &'a [&'a str],
    /// Now, in unix ms.
    pub now_ms: i64,
}

/// Takes a batch of a device; the results are in its order.
///
/// # Errors
/// Busy or internal: then nothing was told, and everything may be sent again.
pub async fn take(door: Door<'_>, kiosk: &Row, batch: &Batch) -> Result<Vec<Told>> {
    let offset = door.now_ms.saturating_sub(batch.device_now);
    let (waiting, aside) = (batch.waiting.max(0), batch.aside.max(0));
    let seen = Seen { waiting, aside, version: short(&batch.version), clock_offset: offset };
    if kiosk.revoked_at.is_some() {
        return put_aside(door, kiosk, batch, &seen).await;
    }
    let (results, screens) = store(door, kiosk, batch, offset).await?;
    let mut tx = door.db.begin().await?;
    kiosks::seen(&mut tx, kiosk.id, door.now_ms, &seen).await?;
    for (n, portrait) in screens {
        taps::screen(&mut tx, n, portrait).await?;
    }
    tx.commit().await?;
    Ok(results)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

/// What became of each item, and how the screen stood for each response. The latter is noted afterwards: a tablet that
/// was told nothing sends again, and what was missed is noted then.
async fn store(door: Door<'_>, kiosk: &Row, batch: &Batch, offset: i64) -> Result<(Vec<Told>, Vec<(i64, bool)>)> {
    let point = door.catalogue.point_of(PointId(kiosk.point_id));
    let point = point.ok_or_else(|| Error::internal("a kiosk stands at a point that is not there"))?;
    let mut told: Vec<Option<Told>> = vec![None; batch.items.len()];
    let mut screens = Vec::new();
    let read: Vec<Result<Item, Told>> = batch.items.iter().map(item).collect();
    // What adds to a tap comes after the taps, so that both may stand in one batch.
    for adds in [false, true] {
        for (i, item) in read.iter().enumerate() {
            match item {
                Err(refusal) => told[i] = Some(refusal.clone()),
                Ok(item) if item.first.is_some() == adds => {
                    told[i] = Some(match submission(door, kiosk, &point, item, offset).await? {
                        Ok(submission) => {
                            let outcome = door.writer.accept(submission.clone()).await?;
                            if let Outcome::Stored(n) | Outcome::Duplicate(n) = outcome {
                                screens.extend(item.portrait.map(|portrait| (n, portrait)));
                            }
                            tell(door, item, &submission, outcome).await?
                        }
                        Err(refusal) => refusal,
                    });
                }
                Ok(_) => {}
            }
        }
    }
    let told = told.into_iter().collect::<Option<_>>().ok_or_else(|| Error::internal("an item without a result"))?;
    Ok((told, screens))
}

/// Reads one item; what cannot be read is told under the id it gives, if any.
fn item(value: &serde_json::Value) -> Result<Item, Told> {
    let id = value.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
    let id: String = id.chars().take(22).collect();
    let read = serde_json::from_value::<Item>(value.clone());
    read.ok().filter(|item| key_of(item).is_some()).ok_or_else(|| rejected(&id, "malformed"))
}

fn key_of(item: &Item) -> Option<[u8; 16]> {
    let bytes = |text: &str| data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok();
    let first: Option<[u8; 16]> = item.first.as_deref().map_or(Some([0; 16]), bytes);
    first.and(bytes(&item.id))
}

fn rejected(id: &str, reason: &'static str) -> Told {
    Told { id: id.to_owned(), result: "rejected", reason: Some(reason) }
}

fn done(id: &str, result: &'static str) -> Told {
    Told { id: id.to_owned(), result, reason: None }
}

/// The keyed hash that a tap is stored under; what adds to a tap is stored under the tap's own, so that only one does.
fn stored_under(keys: &Keys, item: &Item) -> Mac16 {
    match &item.first {
        None => keys.lasting_mac("kiosk tap", item.id.as_bytes()),
        Some(first) => keys.lasting_mac("kiosk addition", first.as_bytes()),
    }
}

/// The questions that a kiosk asks of a form: the opening one, and the first list of reasons that everyone gets.
#[must_use]
pub fn asked(form: &Questionnaire) -> Option<(&Question, Option<&Question>)> {
    let opening = form.opening()?;
    let reasons = form.questions.iter().find(|q| q.kind == Kind::Many && q.relevant.is_none());
    Some((opening, reasons))
}

async fn submission(
    door: Door<'_>,
    kiosk: &Row,
    point: &Point,
    item: &Item,
    offset: i64,
) -> Result<Result<Submission, Told>> {
    let refuse = |reason| Ok(Err(rejected(&item.id, reason)));
    let (case, answered) = match &item.invitation {
        None => (None, false),
        Some(code) => match case_of(door, code).await? {
            Some((place, answered)) => (Some(place), answered),
            None => return refuse("invitation"),
        },
    };
    let asked_form = case.as_ref().map_or(&point.questionnaire, |case| &case.questionnaire);
    let form = door.catalogue.questionnaires.get(&QuestionnaireId(item.form));
    let Some(form) = form.filter(|form| form.form == asked_form.form || item.first.is_some()) else {
        return refuse("form");
    };
    let Some((opening, reasons)) = asked(form) else { return refuse("form") };
    let question = if item.first.is_some() { reasons } else { Some(opening) };
    let page = question.and_then(|question| form.questions.iter().position(|q| q.name == question.name));
    let Some(page) = page else { return refuse("form") };
    let Ok(checked) = answer::check(form, &[page], &Chosen::new(), &item.answers, true) else {
        return refuse("answers");
    };
    if !door.languages.contains(&item.lang.as_str()) {
        return refuse("language");
    }
    let at = tapped_at(kiosk, item, offset, door.now_ms);
    let mut submission = Submission {
        key: stored_under(door.keys, item),
        first: None,
        invitation: None,
        unit: point.unit.id,
        procedure: point.procedure.as_ref().map(|procedure| procedure.id),
        point: Some(point.id),
        channel: Channel::Kiosk,
        questionnaire: form.id,
        language: item.lang.clone(),
        day: Day::at(at),
        received_at: door.now_ms - door.now_ms.rem_euclid(HOUR_MS),
        answers: checked.answers,
        texts: Vec::new(),
        // Everything from a tablet comes from one address, so a mark of it would say nothing.
        trace: item.first.is_none().then_some(Trace { mark: None, staff: false, hasty: false, at }),
    };
    if let Some(case) = case {
        submission.invitation = case.invitation;
        submission.unit = case.unit.id;
        submission.procedure = case.procedure.map(|procedure| procedure.id);
    }
    if let Some(first) = &item.first {
        submission.invitation = None;
        let first = match taps::first_of(door.db, door.keys.lasting_mac("kiosk tap", first.as_bytes())).await? {
            Some(first) if first.questionnaire_id == form.id.0 => first,
            // The case had its answer before, so its tap was told to be done; what adds to it is told the same.
            None if answered => return Ok(Err(done(&item.id, "duplicate"))),
            _ => return refuse("first"),
        };
        submission.first = Some(first.n);
        submission.unit = UnitId(first.unit_id);
        submission.procedure = first.procedure_id.map(ProcedureId);
        submission.point = first.point_id.map(PointId);
        submission.day = Day::from_number(first.day).unwrap_or(submission.day);
    }
    Ok(Ok(submission))
}

/// What the invitation of a code is about, whatever became of it, for that is decided where the answer is stored; and
/// whether it was answered before.
async fn case_of(door: Door<'_>, code: &str) -> Result<Option<(Place, bool)>> {
    let Some(code) = Code::parse(code) else { return Ok(None) };
    let row = invitations::by_code(door.db, code_mac(door.keys, &code)).await?;
    Ok(row.and_then(|row| open::place_of(door.catalogue, &row).map(|place| (place, row.used != 0))))
}

/// When a tap was: the device's clock may lie, so it is shifted by how wrong it is now, and never lies before the
/// pairing or after now.
fn tapped_at(kiosk: &Row, item: &Item, offset: i64, now_ms: i64) -> i64 {
    let paired_at = kiosk.paired_at.unwrap_or(now_ms).min(now_ms);
    item.at.saturating_add(offset).clamp(paired_at, now_ms)
}

async fn tell(door: Door<'_>, item: &Item, submission: &Submission, outcome: Outcome) -> Result<Told> {
    let told = |result| done(&item.id, result);
    Ok(match outcome {
        Outcome::Stored(_) => told("stored"),
        Outcome::Duplicate(n) => {
            let first = taps::answers_of(door.db, n).await?;
            let same = first.is_some_and(|first| serde_json::to_string(&submission.answers).is_ok_and(|s| s == first));
            told(if same { "duplicate" } else { "conflict" })
        }
        // The case has its one answer, so the tablet is done. Told as anything else it would be put aside there, and the
        // number put aside would tell whoever woke the tablet that this case had been rated before.
        Outcome::Used => told("duplicate"),
        Outcome::Expired => rejected(&item.id, "invitation"),
    })
}

/// Keeps what a revoked device sends for the inspector. What was stored before it was revoked is told as such.
async fn put_aside(door: Door<'_>, kiosk: &Row, batch: &Batch, seen: &Seen) -> Result<Vec<Told>> {
    let mut tx = door.db.begin().await?;
    // This holds the kiosk, so that what is put aside of it is counted by one batch after the other.
    kiosks::seen(&mut tx, kiosk.id, door.now_ms, seen).await?;
    let mut room = ASIDE - taps::kept(&mut tx, kiosk.id).await?;
    let mut told = Vec::with_capacity(batch.items.len());
    for value in &batch.items {
        told.push(match item(value) {
            Ok(item) => aside(door, &mut tx, kiosk, item, &mut room).await?,
            Err(refusal) => refusal,
        });
    }
    tx.commit().await?;
    Ok(told)
}

async fn aside(door: Door<'_>, tx: &mut Tx<'_>, kiosk: &Row, item: Item, room: &mut i64) -> Result<Told> {
    let (id, key) = (item.id.clone(), stored_under(door.keys, &item));
    if responses::by_key_in(tx, key).await?.is_some() {
        return Ok(done(&id, "duplicate"));
    }
    if taps::is_kept(tx, key).await? {
        return Ok(done(&id, "quarantined"));
    }
    // Neither the code of a case nor the keys of taps: the row has a keyed hash of its own.
    let content = serde_json::to_string(&Item { id: String::new(), first: None, invitation: None, ..item })?;
    if content.len() > ASIDE_BYTES {
        return Ok(rejected(&id, "malformed"));
    }
    if *room <= 0 {
        return Ok(rejected(&id, "full"));
    }
    taps::keep(tx, key, kiosk.id, door.now_ms, &content).await?;
    *room -= 1;
    Ok(done(&id, "quarantined"))
}
