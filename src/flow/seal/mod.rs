//! The seal: what it covers, how it is verified, what of it is given away, and how its key is changed.

pub mod anchor;
mod decisions;
pub mod fit;
mod published;
pub mod rotate;
pub mod row;
pub mod verify;
mod walk;
