//! Draws for made-up answers.

/// Numbers that look random and are the same every time.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0, below another.
    pub fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % most
    }

    /// One of some.
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as i64) as usize]
    }

    /// An answer by levels: mostly satisfied, now and then blank or not applicable.
    pub fn level(&mut self) -> i64 {
        self.of(&[5, 5, 5, 4, 4, 4, 4, 5, 4, 5, 3, 2, 1, 0, -1, 4])
    }
}
