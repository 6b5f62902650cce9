//! Answers that were counted go out of the figures, or come back, when two people decided so.

use std::collections::HashSet;

use super::Piles;
use super::count::Counts;
use crate::error::Result;
use crate::store::marks::{self, Mark};
use crate::store::release::{self, Part};
use crate::store::{Db, Tx};

/// Which way answers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum Shift {
    /// Out of the figures.
    Out,
    /// Back into them.
    Back,
}

/// Moves the released parts of persons, each a number of a first part, from one pile of counts to the other, in the
/// transaction of the decision. What is not released yet is put on the right pile when it is. The transaction must
/// hold [`release::lock`]: no release may come between.
///
/// # Errors
/// When the store does not answer.
pub(in crate::flow) async fn shift(tx: &mut Tx<'_>, db: &Db, persons: &[i64], way: Shift) -> Result<()> {
    let through = marks::get_in(tx, Mark::ReleasedThrough).await?;
    // Beside the transaction: responses never change, and what waits only changes under the lock.
    let waiting: HashSet<i64> = release::waiting(db).await?.iter().map(|part| part.n).collect();
    let parts = release::earlier(db, through, persons).await?;
    let released: Vec<&Part> = parts.iter().filter(|part| !waiting.contains(&part.n)).collect();
    let mut moved = Counts::new(release::questions(db).await?);
    moved.add(&[], &released)?;
    let (counted, excluded) = match way {
        Shift::Out => (moved.clone().negated(), moved),
        Shift::Back => (moved.clone(), moved.negated()),
    };
    Piles { counted, excluded }.write(tx).await?;
    marks::raise(tx, Mark::Excluded).await?;
    marks::raise(tx, Mark::Tallied).await
}
