//! What people do: one file per verb, one transaction each. May use `store`, `domain` and `stats`.

pub mod assess;
pub mod collect;
pub mod issue;
pub mod release;
