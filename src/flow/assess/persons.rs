//! Persons of every line in a stretch of days, as they count: what publications are held against, so that none of them
//! tells on persons beside another.

use std::collections::BTreeMap;

use super::read::{Sums, Tallied};
use super::{Measure, Scope};
use crate::domain::Indicator;
use crate::domain::period::Period;
use crate::error::Result;
use crate::stats::Responses;
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::store::Db;
use crate::store::tallies::{self, Named};

/// The name of a line in all findings.
#[must_use]
pub fn name_of(indicator: Indicator, measure: Measure, scope: Scope, code: &str) -> String {
    format!("{} {} {} {code}", indicator.name(), measure.name(), scope.name())
}

/// Persons by [`name_of`] a line; lines without any are absent.
///
/// # Errors
/// When the store does not answer.
pub async fn persons(db: &Db, period: &Period) -> Result<BTreeMap<String, u64>> {
    let tallied = Tallied::read(db, period).await?;
    let mut found = BTreeMap::new();
    for indicator in Indicator::ALL {
        let of_indicator = Measure::of(indicator);
        let beside = (of_indicator == Measure::Closing).then_some(Measure::PooledIndex);
        for measure in std::iter::once(of_indicator).chain(beside) {
            let mut put = |scope, sums: &BTreeMap<i64, Sums>, names: &BTreeMap<i64, Named>| -> u64 {
                let counted = sums.iter().map(|(id, sums)| (*id, sums.basis(indicator, measure).persons()));
                let mut all = 0;
                for (id, n) in counted.filter(|(_, n)| *n > 0) {
                    let code = names.get(&id).map_or_else(|| id.to_string(), |named| named.code.clone());
                    let name = match scope {
                        Scope::Procedure if id == 0 => name_of(indicator, measure, Scope::NoProcedure, "none"),
                        _ => name_of(indicator, measure, scope, &code),
                    };
                    *found.entry(name).or_insert(0) += n;
                    all += n;
                }
                all
            };
            let all = put(Scope::Unit, &tallied.units, &tallied.unit_names);
            put(Scope::Procedure, &tallied.procedures, &tallied.procedure_names);
            found.insert(name_of(indicator, measure, Scope::Department, "all"), all);
        }
    }
    Ok(found)
}

/// Fewer persons than this are never shown.
pub const FEWEST: u64 = DEFAULT_THRESHOLD;

/// Satisfied and all persons of each unit, by its code, in a calendar month; of the indicators that ask one question.
///
/// # Errors
/// When the store does not answer.
pub async fn month(db: &Db, month: i64) -> Result<BTreeMap<(Indicator, String), Responses>> {
    let units = Tallied::units_of_month(db, month).await?;
    let names: BTreeMap<i64, String> =
        tallies::units(db).await?.into_iter().map(|named| (named.id, named.code)).collect();
    let mut found = BTreeMap::new();
    for (id, sums) in &units {
        let Some(code) = names.get(id) else { continue };
        for indicator in Indicator::ALL {
            let measure = Measure::of(indicator);
            if measure == Measure::PooledIndex || !sums.any(indicator) {
                continue;
            }
            let basis = sums.basis(indicator, measure);
            found.insert((indicator, code.clone()), Responses { x: basis.satisfied(), n: basis.persons() });
        }
    }
    Ok(found)
}
