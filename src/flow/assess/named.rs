//! What the place of a view is called.

use std::collections::BTreeSet;

use super::Scope;
use super::ground::Ground;
use super::view::{Place, View};
use crate::domain::{ProcedureId, UnitId};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::Catalogue;

/// A place under its name.
pub(super) struct Named {
    pub(super) scope: Scope,
    pub(super) code: String,
    pub(super) name: String,
}

/// Scope, code and name of the place of a view.
///
/// # Errors
/// Not found for a unit, procedure or point that is not there.
pub(super) fn named(catalogue: &Catalogue, view: &View) -> Result<Named> {
    let ground = Ground::of(catalogue, view);
    let unit = |id: UnitId| {
        let here = catalogue.units.get(&id).and_then(|unit| catalogue.units.get(&UnitId(ground.unit(unit.id.0))));
        here.ok_or(Error::NotFound("unit"))
    };
    let procedure = |id: ProcedureId| {
        let here = catalogue.procedures.get(&id).map(|procedure| ProcedureId(ground.procedure(procedure.id.0)));
        here.and_then(|id| catalogue.procedures.get(&id)).ok_or(Error::NotFound("procedure"))
    };
    let named = |scope, code: &str, name: &str| Named { scope, code: code.to_owned(), name: name.to_owned() };
    Ok(match &view.place {
        Place::Department => named(Scope::Department, "all", ""),
        Place::Units(ids) => {
            let units = ids.iter().map(|id| unit(*id)).collect::<Result<Vec<_>>>()?;
            let distinct: BTreeSet<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
            match (units.first(), distinct.len()) {
                (Some(unit), 1) => named(Scope::Unit, &unit.code, &unit.name),
                (Some(_), _) => named(Scope::Units, "units", ""),
                (None, _) => return Err(Error::NotFound("unit")),
            }
        }
        Place::Procedure(ProcedureId(0)) => named(Scope::NoProcedure, "none", ""),
        Place::Procedure(id) => procedure(*id).map(|p| named(Scope::Procedure, &p.code, &p.name))?,
        Place::UnitProcedure(at, about) => {
            let unit = unit(*at)?;
            let (code, name) = match about {
                ProcedureId(0) => ("none", ""),
                id => procedure(*id).map(|p| (p.code.as_str(), p.name.as_str()))?,
            };
            named(Scope::UnitProcedure, &format!("{}/{code}", unit.code), name)
        }
        Place::Point(at, id) => {
            unit(*at)?;
            let point = catalogue.point_of(*id).ok_or(Error::NotFound("point"))?;
            named(Scope::Point, &point.id.0.to_string(), &point.label)
        }
    })
}
