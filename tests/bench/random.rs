//! Draws that are the same in every run.

/// Marsaglia's xorshift (2003).
pub struct Random(u64);

impl Random {
    /// From a seed other than 0.
    pub fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// A number in [0, 1).
    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
