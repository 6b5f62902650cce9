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
use crate::store::{Db, invitations, responses};

/// A batch has at most so many items.
pub const ITEMS: usize = 100;
const HOUR_MS: i64 = 60 * 60 * 1000;

/// What a device sends: what it is like, and what waits on it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Its clock now, in unix ms.
    pub device_now: i64,
    /// How much waits on it, this batch included.
    pub waiting: i64,
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
    let seen = Seen { waiting: batch.waiting.max(0), version: short(&batch.version), clock_offset: offset };
    let results = if kiosk.revoked_at.is_some() {
        put_aside(door, kiosk, batch).await?
    } else {
        store(door, kiosk, batch, offset).await?
    };
    let mut tx = door.db.begin().await?;
    kiosks::seen(&mut tx, kiosk.id, door.now_ms, &seen).await?;
    tx.commit().await?;
    Ok(results)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

async fn store(door: Door<'_>, kiosk: &Row, batch: &Batch, offset: i64) -> Result<Vec<Told>> {
    let point = door.catalogue.all_points().into_iter().find(|point| point.id == PointId(kiosk.point_id));
    let point = point.ok_or_else(|| Error::internal("a kiosk stands at a point that is not there"))?;
    let mut told: Vec<Option<Told>> = vec![None; batch.items.len()];
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
                            tell(door, item, &submission, outcome).await?
                        }
                        Err(reason) => rejected(&item.id, reason),
                    });
                }
                Ok(_) => {}
            }
        }
    }
    told.into_iter().collect::<Option<_>>().ok_or_else(|| Error::internal("an item without a result"))
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
) -> Result<Result<Submission, &'static str>> {
    let case = match &item.invitation {
        None => None,
        Some(code) => match case_of(door, code).await? {
            Some(place) => Some(place),
            None => return Ok(Err("invitation")),
        },
    };
    let asked_form = case.as_ref().map_or(&point.questionnaire, |case| &case.questionnaire);
    let form = door.catalogue.questionnaires.get(&QuestionnaireId(item.form));
    let Some(form) = form.filter(|form| form.form == asked_form.form || item.first.is_some()) else {
        return Ok(Err("form"));
    };
    let Some((opening, reasons)) = asked(form) else { return Ok(Err("form")) };
    let question = if item.first.is_some() { reasons } else { Some(opening) };
    let page = question.and_then(|question| form.questions.iter().position(|q| q.name == question.name));
    let Some(page) = page else { return Ok(Err("form")) };
    let Ok(checked) = answer::check(form, &[page], &Chosen::new(), &item.answers, true) else {
        return Ok(Err("answers"));
    };
    if !door.languages.contains(&item.lang.as_str()) {
        return Ok(Err("language"));
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
        let first = kiosks::first_of(door.db, door.keys.lasting_mac("kiosk tap", first.as_bytes())).await?;
        let Some(first) = first.filter(|first| first.questionnaire_id == form.id.0) else { return Ok(Err("first")) };
        submission.first = Some(first.n);
        submission.unit = UnitId(first.unit_id);
        submission.procedure = first.procedure_id.map(ProcedureId);
        submission.point = first.point_id.map(PointId);
        submission.day = Day::from_number(first.day).unwrap_or(submission.day);
    }
    Ok(Ok(submission))
}

/// What the invitation of a code is about, whatever became of it: that is decided where the answer is stored.
async fn case_of(door: Door<'_>, code: &str) -> Result<Option<Place>> {
    let Some(code) = Code::parse(code) else { return Ok(None) };
    let row = invitations::by_code(door.db, code_mac(door.keys, &code)).await?;
    Ok(row.and_then(|row| open::place_of(door.catalogue, &row)))
}

/// When a tap was: the device's clock may lie, so it is shifted by how wrong it is now, and never lies before the
/// pairing or after now.
fn tapped_at(kiosk: &Row, item: &Item, offset: i64, now_ms: i64) -> i64 {
    let paired_at = kiosk.paired_at.unwrap_or(now_ms).min(now_ms);
    item.at.saturating_add(offset).clamp(paired_at, now_ms)
}

async fn tell(door: Door<'_>, item: &Item, submission: &Submission, outcome: Outcome) -> Result<Told> {
    let told = |result| Told { id: item.id.clone(), result, reason: None };
    Ok(match outcome {
        Outcome::Stored(_) => told("stored"),
        Outcome::Duplicate(n) => {
            let first = kiosks::answers_of(door.db, n).await?;
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
async fn put_aside(door: Door<'_>, kiosk: &Row, batch: &Batch) -> Result<Vec<Told>> {
    let read: Vec<Result<Item, Told>> = batch.items.iter().map(item).collect();
    let mut told = Vec::with_capacity(read.len());
    let mut aside = Vec::new();
    for item in read {
        let item = match item {
            Ok(item) => item,
            Err(refusal) => {
                told.push(refusal);
                continue;
            }
        };
        let key = stored_under(door.keys, &item);
        let result = if responses::by_key(door.db, key).await?.is_some() { "duplicate" } else { "quarantined" };
        told.push(Told { id: item.id.clone(), result, reason: None });
        if result == "quarantined" {
            // Neither the code of a case nor the keys of taps: the row has a keyed hash of its own.
            let kept = Item { id: String::new(), first: None, invitation: None, ..item };
            aside.push((key, serde_json::to_string(&kept)?));
        }
    }
    let mut tx = door.db.begin().await?;
    // Sorted, so that two batches with the same items cannot wait for each other.
    aside.sort_by_key(|(key, _)| *key);
    for (key, content) in &aside {
        kiosks::keep(&mut tx, *key, kiosk.id, door.now_ms, content).await?;
    }
    tx.commit().await?;
    Ok(told)
}
