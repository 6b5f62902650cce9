//! Where a case belongs: the unit and procedure that stood on the day that counts, and those that ask about it today.

use std::sync::Arc;

use super::Door;
use crate::domain::Day;
use crate::domain::UnitId;
use crate::domain::account::Scope;
use crate::domain::case;
use crate::domain::keys::Mac16;
use crate::domain::procedure::Procedure;
use crate::domain::record::{Mapping, Part, Record, fold};
use crate::domain::unit::Unit;
use crate::error::{Fault, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::issue::in_force;
use crate::store::cases::Row;

/// A record whose unit and procedure are known.
pub(super) struct Ready<'a> {
    /// Its place among those that were sent.
    pub(super) place: usize,
    /// What it says.
    pub(super) record: Record,
    /// What its case is kept under.
    pub(super) mac: Mac16,
    /// Where it counts: what stood on the day that counts.
    pub(super) unit: &'a Unit,
    /// What was done there.
    pub(super) procedure: &'a Procedure,
    /// Who asks today.
    pub(super) asking: Option<(&'a Unit, &'a Procedure)>,
}

/// Finds the unit and procedure of a record: those that stood on the day that counts, and those of today, each as far as
/// successors are named.
pub(super) fn place_of<'a>(
    door: &Door<'a>,
    mapping: &Mapping,
    place: usize,
    record: Record,
) -> Result<Ready<'a>, Vec<Fault>> {
    let catalogue = door.catalogue;
    let fault = |key, part, value: &str| {
        let shown: String = value.chars().take(60).collect();
        Fault::new(key).with("field", mapping.field(part)).with("value", shown)
    };
    let covers = |unit: &Unit| door.scope.covers(Some(unit.id));
    let day = record.finished.unwrap_or(record.received);
    let named = unit_named(catalogue, &record.unit);
    let unit = named.and_then(|unit| unit_on(catalogue, unit, day)).filter(|unit| covers(unit));
    let known = catalogue.procedure_by_code(&record.procedure);
    let procedure = known.and_then(|procedure| procedure_on(catalogue, procedure, day));
    let mut faults = Vec::new();
    if let Some(ahead) = record.finished.filter(|finished| Day::at(door.now_ms) < *finished) {
        faults.push(fault("record-day-ahead", Part::Finished, &ahead.to_string()));
    }
    if unit.is_none() {
        faults.push(fault("record-unit", Part::Unit, &record.unit));
    }
    if procedure.is_none() {
        faults.push(fault("record-procedure", Part::Procedure, &record.procedure));
    }
    let (Some(unit), Some(procedure), true) = (unit, procedure, faults.is_empty()) else { return Err(faults) };
    if !procedure.offered_by(&unit.kind) {
        return Err(vec![fault("record-elsewhere", Part::Procedure, &record.procedure)]);
    }
    let today = Day::at(door.now_ms);
    let asking =
        unit_on(catalogue, unit, today).filter(|unit| covers(unit)).zip(procedure_on(catalogue, procedure, today));
    let asking = asking.map(|(unit, procedure)| (&**unit, &**procedure));
    // Another hash than that of invitations: nothing leads from a row of the one to a row of the other.
    let mac = door.keys.lasting_mac("told-case", case::normal(&record.case).as_bytes());
    Ok(Ready { place, record, mac, unit, procedure, asking })
}

/// The unit of a code, else the one unit of a name.
fn unit_named<'a>(catalogue: &'a Catalogue, said: &str) -> Option<&'a Arc<Unit>> {
    catalogue.unit_by_code(said).or_else(|| {
        let folded = fold(said);
        let mut named = catalogue.units.values().filter(|unit| fold(&unit.name) == folded);
        named.next().filter(|_| named.next().is_none())
    })
}

/// The unit itself also on a day before it began: a case may be older than the organisation that handles it now.
fn unit_on<'a>(catalogue: &'a Catalogue, unit: &Unit, day: Day) -> Option<&'a Arc<Unit>> {
    let named = catalogue.units.get(&unit.id)?;
    in_force(catalogue, named, day).or(Some(named).filter(|named| named.valid_from.is_some_and(|from| day < from)))
}

fn procedure_on<'a>(catalogue: &'a Catalogue, procedure: &Procedure, day: Day) -> Option<&'a Arc<Procedure>> {
    let named = catalogue.procedures.get(&procedure.id)?;
    let next = |one: &&'a Arc<Procedure>| one.successor.and_then(|successor| catalogue.procedures.get(&successor));
    let standing = std::iter::successors(Some(named), next).find(|procedure| procedure.valid_on(day));
    standing.or(Some(named).filter(|named| named.valid_from.is_some_and(|from| day < from)))
}

/// Whether a case that was told of before belongs to a unit that may be told of here, or to one whose place such a unit
/// has taken.
pub(super) fn is_ours(door: &Door<'_>, before: &Row) -> bool {
    let covers = |unit: &Unit| door.scope.covers(Some(unit.id));
    let standing =
        |unit: &Arc<Unit>| unit_on(door.catalogue, unit, Day::at(door.now_ms)).is_some_and(|unit| covers(unit));
    door.catalogue
        .units
        .get(&UnitId(before.unit_id))
        .map_or(*door.scope == Scope::All, |unit| covers(unit) || standing(unit))
}
