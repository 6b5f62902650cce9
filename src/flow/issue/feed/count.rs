//! What a case adds to the counts: it is held against what is known of it, so that each is counted once.

use std::collections::BTreeMap;

use super::place::Ready;
use super::{ANY_DAYS, Counted, Door, OLD_DAYS, RECEIVED_DAYS};
use crate::domain::caseload::Caseload;
use crate::domain::{Day, ProcedureId, UnitId};
use crate::error::Result;
use crate::store::cases::{self, Row};
use crate::store::marks::{self, Mark};
use crate::store::{Tx, caseload};

/// Holds a record against what is known of its case, and keeps it.
pub(super) async fn count(
    tx: &mut Tx<'_>,
    door: &Door<'_>,
    one: &Ready<'_>,
    before: Option<Row>,
    changes: &mut Changes,
) -> Result<(Counted, Option<Row>)> {
    let (today, record) = (Day::at(door.now_ms), &one.record);
    let is_old = match record.finished {
        Some(day) => day < today.plus(-OLD_DAYS),
        None => record.received < today.plus(-ANY_DAYS),
    };
    if before.is_none() && is_old {
        return Ok((Counted::Old, None));
    }
    let record_day = record.finished.unwrap_or(record.received).number();
    if let Some(before) = &before
        && before.finished_month.is_some()
        && record.finished.is_none()
        && record_day <= before.record_day
    {
        // Older than what is known: a case stays finished.
        return Ok((Counted::Same, None));
    }
    let was_counted =
        before.as_ref().map_or(record.received >= today.plus(-RECEIVED_DAYS), |row| row.received_month > 0);
    let step_day = match &before {
        Some(before) if before.step == record.step.name() => before.step_day,
        Some(_) => today.number(),
        None => 0,
    };
    let after = Row {
        unit_id: one.unit.id.0,
        procedure_id: one.procedure.id.0,
        channel: record.channel.name().to_owned(),
        received_month: if was_counted { record.received.month() } else { 0 },
        finished_month: record.finished.map(Day::month),
        late: i64::from(record.is_late()),
        step: record.step.name().to_owned(),
        step_day,
        record_day,
    };
    let counted = match &before {
        None if adds(&after).is_empty() => Counted::Old,
        None => Counted::New,
        Some(before) if adds(before) == adds(&after) => Counted::Same,
        Some(_) => Counted::Changed,
    };
    if counted != Counted::Same {
        before.as_ref().into_iter().for_each(|before| changes.add(before, -1));
        changes.add(&after, 1);
    }
    if before.as_ref() != Some(&after) {
        cases::put(tx, &one.mac, &after).await?;
    }
    Ok((counted, Some(after)))
}

/// What a month, unit, procedure and channel is counted by.
type Key = (i64, i64, i64, String);

/// What a case adds: received, finished and late, each in its month.
fn adds(row: &Row) -> Vec<(Key, [i64; 3])> {
    let key = |month| (month, row.unit_id, row.procedure_id, row.channel.clone());
    let mut adds = Vec::new();
    if row.received_month > 0 {
        adds.push((key(row.received_month), [1, 0, 0]));
    }
    adds.extend(row.finished_month.map(|month| (key(month), [0, 1, row.late])));
    adds
}

/// How the counts change.
#[derive(Default)]
pub(super) struct Changes(BTreeMap<Key, [i64; 3]>);

impl Changes {
    fn add(&mut self, row: &Row, times: i64) {
        for (key, values) in adds(row) {
            let sum = self.0.entry(key).or_default();
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value * times);
        }
    }

    /// Writes them, sorted by key.
    pub(super) async fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        for ((month, unit, procedure, channel), [received, finished, late]) in self.0 {
            let (unit_id, procedure_id) = (UnitId(unit), ProcedureId(procedure));
            cases::add(tx, &Caseload { month, unit_id, procedure_id, channel, received, finished, late }).await?;
        }
        cases::drop_empty(tx).await
    }
}

/// Lets what was told stand as caseload: months that are over, from the one on from which an administrator said that every
/// case of every unit is told of. Nothing else that was told is a population: nobody knows what is missing of it.
///
/// # Errors
/// When the store does not answer.
pub async fn settle(tx: &mut Tx<'_>, whole_since: Option<i64>, today: Day) -> Result<()> {
    if caseload::settle(tx, whole_since.unwrap_or(i64::MAX), today.month()).await? > 0 {
        marks::raise(tx, Mark::Caseload).await?;
    }
    Ok(())
}
