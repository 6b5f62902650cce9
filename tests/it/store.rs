//! The store through its public functions.

use crate::world::World;
use hailong::store::marks::{self, Mark};

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
