//! Answers that were counted go out of the figures, or come back, when two people decided so; and are told apart when
//! they are marked.

use std::collections::HashSet;

use super::Piles;
use super::count::Counts;
use crate::error::Result;
use crate::store::marks::{self, Mark};
use crate::store::release::{self, Part};
use crate::store::{Db, Tx, proposals, traces};

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
    let parts = released(tx, db, persons).await?;
    let parts: Vec<&Part> = parts.iter().collect();
    let marked = traces::marked(db, persons).await?;
    let of_marked: Vec<&Part> = parts.iter().copied().filter(|part| marked.contains(&part.person())).collect();
    let mut moved = Counts::new(&release::questions(db).await?);
    let mut marked = moved.clone();
    moved.add(&[], &parts)?;
    marked.add(&[], &of_marked)?;
    let piles = match way {
        Shift::Out => Piles { counted: moved.clone().negated(), excluded: moved, marked: marked.negated() },
        Shift::Back => Piles { counted: moved.clone(), excluded: moved.negated(), marked },
    };
    piles.write(tx).await?;
    marks::raise(tx, Mark::Excluded).await?;
    marks::raise(tx, Mark::Tallied).await
}

/// Counts the released parts of persons, each a number of a first part, who were not marked before, as marked: in the
/// transaction of the marks, which must hold [`release::lock`].
///
/// # Errors
/// When the store does not answer.
pub(in crate::flow) async fn mark(tx: &mut Tx<'_>, db: &Db, persons: &[i64]) -> Result<()> {
    let excluded: HashSet<i64> = proposals::excluded_in(tx).await?.into_iter().collect();
    let parts = released(tx, db, persons).await?;
    let parts: Vec<&Part> = parts.iter().filter(|part| !excluded.contains(&part.person())).collect();
    let mut piles = Piles::new(Counts::new(&release::questions(db).await?));
    piles.marked.add(&[], &parts)?;
    piles.write(tx).await?;
    // Not `tallied`: what is reported does not depend on marks.
    marks::raise(tx, Mark::Marked).await
}

/// The released parts of persons.
async fn released(tx: &mut Tx<'_>, db: &Db, persons: &[i64]) -> Result<Vec<Part>> {
    let through = marks::get_in(tx, Mark::ReleasedThrough).await?;
    // Beside the transaction: responses never change, and what waits only changes under the lock.
    let waiting: HashSet<i64> = release::waiting(db).await?.iter().map(|part| part.n).collect();
    let parts = release::earlier(db, through, persons).await?;
    Ok(parts.into_iter().filter(|part| !waiting.contains(&part.n)).collect())
}
