//! The store through its public functions.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::rows;
use crate::world::World;
use hailong::domain::caseload::Caseload;
use hailong::domain::{ProcedureId, UnitId};
use hailong::store::marks::{self, Mark};
use hailong::store::{caseload, tallies};

#[tokio::test]
async fn a_mark_is_raised_only_by_a_transaction_that_commits() {
    let world = World::new().await;
    let mut tx = world.db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(marks::get(&world.db, Mark::Revision).await.unwrap(), 0);
    let mut tx = world.db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(marks::get(&world.db, Mark::Revision).await.unwrap(), 1);
}

/// Whatever is loaded at once, loaded again, taken out or told by systems: the sums are those of the rows that are there.
#[tokio::test]
async fn sums_of_files_are_those_of_their_rows() {
    let world = World::new().await;
    for id in 1..=4 {
        rows::unit(&world.db, id, &format!("Phòng {id}"), "office").await;
        rows::procedure(&world.db, id, &format!("Thủ tục {id}")).await;
    }
    let mut dice = Dice(30);
    for _ in 0..60 {
        let mut batch = BTreeMap::new();
        for _ in 0..=dice.below(40) {
            let (month, unit, procedure) = (202_601 + dice.below(3), 1 + dice.below(4), 1 + dice.below(4));
            let channel = dice.of(&["direct", "online", "all"]).to_owned();
            let finished = dice.below(50);
            let row = Caseload {
                month,
                unit_id: UnitId(unit),
                procedure_id: ProcedureId(procedure),
                channel: channel.clone(),
                received: finished,
                finished,
                late: dice.below(finished + 1),
            };
            batch.insert((month, unit, procedure, channel), row);
        }
        let batch: Vec<Caseload> = batch.into_values().collect();
        let mut tx = world.db.begin().await.unwrap();
        match dice.below(3) {
            0 => caseload::remove(&mut tx, &batch).await.unwrap(),
            _ => caseload::upsert(&mut tx, &batch).await.unwrap(),
        }
        tx.commit().await.unwrap();
        let mut naive: BTreeMap<(i64, i64, i64), (i64, i64)> = BTreeMap::new();
        for row in caseload::all(&world.db).await.unwrap() {
            for key in [(row.unit_id.0, 0, row.month), (0, row.procedure_id.0, row.month)] {
                let sum = naive.entry(key).or_default();
                *sum = (sum.0 + row.finished, sum.1 + row.late);
            }
        }
        let found = tallies::caseload(&world.db, &[202_601, 202_602, 202_603]).await.unwrap();
        let found: BTreeMap<_, _> =
            found.into_iter().map(|(u, p, month, n, late)| ((u, p, month), (n, late))).collect();
        assert_eq!(found, naive);
    }
}
