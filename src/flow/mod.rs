//! What people do: one file per verb, one transaction each. May use `store`, `domain` and `stats`.

pub mod collect;
pub mod design;
pub mod simulate;
