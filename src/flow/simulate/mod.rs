//! The sample department with two years of made-up answers: for trying the program out, for teaching and for
//! tests. Everything is drawn from one seed; the same seed and day give the same department to the last answer.
//!
//! The sample files are in `static/demo`. Kinds of unit and names are those of a real department, to be checked by
//! it; codes of units are placeholders; enrolments, files, answers and remarks are invented.

mod calendar;
mod department;
mod form;
mod handling;
mod load;
mod person;
mod plan;
mod remarks;

use std::borrow::Cow;

use rand::{Rng, RngExt};

use super::collect::Submission;

pub use handling::handle;
pub use load::{Demo, Step, load};
pub use plan::{Plan, plan};

#[derive(rust_embed::RustEmbed)]
#[folder = "static/demo"]
struct Sample;

/// One person's answers: the first part, and what they added later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The first part.
    pub first: Submission,
    /// Later parts; each gets the number of the first once that is stored.
    pub later: Vec<Submission>,
}

/// A file of the sample department; empty when there is none of that name.
fn file(name: &str) -> Cow<'static, [u8]> {
    Sample::get(name).map(|file| file.data).unwrap_or_default()
}

/// A place in a list, drawn by weight; the first when all weights are zero.
fn draw<R: Rng>(rng: &mut R, weights: impl IntoIterator<Item = f64> + Clone) -> usize {
    let total: f64 = weights.clone().into_iter().sum();
    let mut left = rng.random::<f64>() * total;
    let mut last = 0;
    for (index, weight) in weights.into_iter().enumerate() {
        if weight > 0.0 {
            last = index;
            if left < weight {
                return index;
            }
            left -= weight;
        }
    }
    last
}
