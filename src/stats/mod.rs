//! Statistics: every number on a screen or in a report, formula by formula.
//!
//! Pure functions from numbers to numbers. Nothing here knows a unit, a procedure, a clock, a database or a
//! language. The section numbers in the documentation are those of the statistics method note.
//!
//! # Notation
//!
//! | symbol | meaning |
//! | --- | --- |
//! | level | a rating 1..5; 4 and 5 are *satisfied*. 0 = not answered, never counted in a denominator |
//! | `n`, `x` | responses with an answer; those of them satisfied |
//! | `p̂ = x/n` | share satisfied, a number in [0, 1]; screens show `100·p̂` with "%" |
//! | `N` | the [`Population`]: case files handled, or learners enrolled; may be unknown |
//! | `f = n/N` | sampling fraction |
//! | `T` | the target, kept in [`BasisPoints`] `τ = 10000·T` so that counts are compared with it in integers |
//! | `α` | one-sided error of a verdict, [`verdict::ALPHA`] unless told otherwise |
//! | `a` | error on each side of an interval: `(1 − level)/2` two-sided, `1 − level` one-sided ([`Confidence`]) |
//! | `z_q`, `t_{q;df}` | standard normal and Student quantile at probability `q` |
//! | `n_eff` | effective size: the number of independent answers that would give the same variance |
//! | `deff = n/n_eff` | design effect |
//!
//! # Conventions
//!
//! * Shares are fractions of one, never per cent, unless the name says `percent`.
//! * Arithmetic is `f64`; counts are `u64`, exact up to 2^53. Nothing is rounded before [`display`].
//! * What is undefined is `None`; no function returns NaN or an infinity.
//! * Every loop has a bound; an argument outside the stated range is a [`StatsError`], not a wrong figure.
//!
//! # Two kinds of question
//!
//! *Enumerative* ("what share of the people we served were satisfied?"): the finite population correction
//! applies. *Analytic* ("is this office different from the ordinary working of the system?"): it never does,
//! even at `n = N` (Deming 1953).
//!
//! # Map
//!
//! | module | section | answers |
//! | --- | --- | --- |
//! | [`indices`] | 1 | what is the index, the mean, the pooled share of a factor |
//! | [`special`] | 2 | distribution functions that always return |
//! | [`proportion`] | 3, 4, 6, 7 | how exact is a share |
//! | [`verdict`] | 8 | is the target reached |
//! | [`plan`] | 9 | how many more responses are needed |
//! | [`design`] | 5, 10, 11, 12, 13 | weights, strata, clusters: cells of responses, raking, the survey of schools |
//! | [`compare`] | 14, 17 | has a share changed between two periods; which of many findings may be named |
//! | [`trend`] | 15 | do the periods rise or fall; is this month out of the ordinary |
//! | [`units`] | 16, 18 | which offices differ from the ordinary; what is known of the small ones |
//! | [`drivers`] | 19 | which factors go with the overall level |
//! | [`response`] | 20 | who answered, and what silence may hide |
//! | [`signals`] | 23 | which counts ask a person to look |
//! | [`display`] | 0 | how a share is written without contradicting its verdict |
//! | [`disclosure`] | 22 | which entries of a table stay hidden |
//! | [`differencing`] | 22 | what stays hidden beside what was published before |

pub mod compare;
pub mod design;
pub mod differencing;
pub mod disclosure;
pub mod display;
pub mod drivers;
pub mod indices;
pub mod plan;
pub mod proportion;
pub mod response;
pub mod signals;
pub mod special;
pub mod trend;
pub mod units;
pub mod verdict;

use std::fmt;

pub use proportion::Confidence;

/// Largest size (responses, or the shape parameters made from them) for which tails are computed.
///
/// The incomplete beta takes about `sqrt(n)` steps; at 10^10 a bound still takes a fraction of a second and has
/// about six good digits. Above it a function returns [`StatsError::OutOfRange`].
pub const MAX_SIZE: u64 = 10_000_000_000;

/// Why a figure could not be computed. Each variant names the argument that is to blame.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StatsError {
    /// A number lies outside the range for which the formula is defined.
    OutOfRange {
        /// Name of the argument, as in the function's signature.
        argument: &'static str,
        /// What was given.
        value: f64,
        /// The range that is allowed, in words.
        allowed: &'static str,
    },
    /// Two arguments contradict each other, for example more satisfied answers than answers.
    Inconsistent {
        /// Name of the argument, as in the function's signature.
        argument: &'static str,
        /// What must hold.
        rule: &'static str,
    },
    /// A bounded iteration ended before the result was exact. Not seen in any test; a result would be a guess.
    NotConverged {
        /// The function that gave up.
        function: &'static str,
    },
}

impl fmt::Display for StatsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { argument, value, allowed } => {
                write!(f, "argument {argument} is {value}, allowed is {allowed}")
            }
            Self::Inconsistent { argument, rule } => write!(f, "argument {argument}: {rule}"),
            Self::NotConverged { function } => {
                write!(f, "{function} did not converge within its bound")
            }
        }
    }
}

impl std::error::Error for StatsError {}

/// A target `T` in hundredths of a per cent: `τ = 10000·T`, so 90 % is 9000.
///
/// An integer, so that "has the target been reached" is decided without rounding: [`BasisPoints::needed`].
///
/// ```
/// use hailong::stats::BasisPoints;
/// let target = BasisPoints::new(9000)?;
/// assert_eq!(target.share(), 0.9);
/// assert_eq!(target.needed(150), 135);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// A target of `tau` hundredths of a per cent.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] above 10000 (100 %).
    pub fn new(tau: u32) -> Result<Self, StatsError> {
        if tau <= 10_000 {
            Ok(Self(tau))
        } else {
            Err(StatsError::OutOfRange { argument: "tau", value: f64::from(tau), allowed: "0..=10000" })
        }
    }

    /// The number of basis points, 0..=10000.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// `T`, the target as a share.
    #[must_use]
    pub fn share(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }

    /// `1 − T`, rounded once (not computed from the rounded `T`).
    #[must_use]
    pub fn complement(self) -> f64 {
        f64::from(10_000 - self.0) / 10_000.0
    }

    /// `K`, the smallest number of satisfied cases among `cases` that reaches the target: `ceil(τ·cases/10000)`,
    /// exact for every `u64`.
    #[must_use]
    pub fn needed(self, cases: u64) -> u64 {
        let product = u128::from(self.0) * u128::from(cases);
        u64::try_from(product.div_ceil(10_000)).expect("τ is at most 10000, so the result is at most `cases`")
    }
}

/// The number of cases or people the responses stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Population {
    /// `N` is known: case files handled, or learners enrolled, in the period.
    Known(u64),
    /// `N` is not known; figures are computed as if it were without limit.
    Unknown,
}

/// How the number of responses stands to the population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PopulationStatus {
    /// Some of the population answered, or the population is unknown.
    Sample,
    /// Everybody answered: `n = N`. The share is known, not estimated.
    Census,
    /// Nobody answered.
    NoData,
    /// More responses than population: `N` is wrong or somebody answered twice. The figures are computed as if
    /// `N` were unknown; raise a data-quality flag.
    TooSmall,
}

impl Population {
    /// How `n` responses stand to this population (section 6).
    ///
    /// ```
    /// use hailong::stats::{Population, PopulationStatus};
    /// assert_eq!(Population::Known(40).status(40), PopulationStatus::Census);
    /// assert_eq!(Population::Known(15).status(20), PopulationStatus::TooSmall);
    /// assert_eq!(Population::Unknown.status(20), PopulationStatus::Sample);
    /// ```
    #[must_use]
    pub fn status(self, n: u64) -> PopulationStatus {
        match self {
            _ if n == 0 => PopulationStatus::NoData,
            Self::Known(size) if n == size => PopulationStatus::Census,
            Self::Known(size) if n > size => PopulationStatus::TooSmall,
            Self::Known(_) | Self::Unknown => PopulationStatus::Sample,
        }
    }

    /// `1 − n/N`, the finite population factor of a variance; 1 where it does not apply.
    fn unseen_share(self, n: u64) -> f64 {
        match (self, self.status(n)) {
            (_, PopulationStatus::Census) => 0.0,
            (Self::Known(size), PopulationStatus::Sample) => real(size - n) / real(size),
            _ => 1.0,
        }
    }
}

/// `x` satisfied of `n` responses with an answer: one unit, or one period.
///
/// A list of these cannot have more counts of one kind than of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Responses {
    /// Satisfied.
    pub x: u64,
    /// Responses.
    pub n: u64,
}

impl Responses {
    /// `x/n`; `None` without a response.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.n > 0).then(|| real(self.x) / real(self.n))
    }
}

/// The sum over a list of [`Responses`]. Integers, because a difference from the common share must keep its digits
/// where the shares are nearly equal.
#[derive(Clone, Copy)]
struct Pool {
    x: i128,
    n: i128,
}

impl Pool {
    /// Of a list in which every count is within [`MAX_SIZE`]: a product of sums stays below 2^126 for 10^9 entries.
    fn of(list: &[Responses]) -> Result<Self, StatsError> {
        let mut pool = Self { x: 0, n: 0 };
        for responses in list {
            check_part(responses.x, responses.n)?;
            pool.x += i128::from(responses.x);
            pool.n += i128::from(responses.n);
        }
        Ok(pool)
    }

    /// `p = Σx/Σn`, for a pool that is not empty.
    fn share(self) -> f64 {
        self.x as f64 / self.n as f64
    }

    /// `p(1 − p)`; 0 when all answers are alike.
    fn variance(self) -> f64 {
        self.share() * ((self.n - self.x) as f64 / self.n as f64)
    }

    /// `x − p·n`: by how many satisfied answers a part is above the common share.
    fn excess(self, part: Responses) -> f64 {
        (i128::from(part.x) * self.n - self.x * i128::from(part.n)) as f64 / self.n as f64
    }
}

/// A count as a real number; exact up to 2^53, and no count of people comes near.
fn real(count: u64) -> f64 {
    count as f64
}

fn check_share(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "0..=1" })
    }
}

/// Strictly between 0 and 1: an error probability or a confidence level.
fn check_probability(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "above 0 and below 1" })
    }
}

/// An error allowed on one side: below one half, or "sure" would mean nothing.
fn check_error(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if value > 0.0 && value < 0.5 {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "above 0 and below 0.5" })
    }
}

fn check_size(argument: &'static str, value: f64) -> Result<(), StatsError> {
    if (0.0..=MAX_SIZE as f64).contains(&value) {
        Ok(())
    } else {
        Err(StatsError::OutOfRange { argument, value, allowed: "0..=10^10" })
    }
}

fn check_count(argument: &'static str, n: u64) -> Result<(), StatsError> {
    check_size(argument, real(n))
}

/// `x` of `n`, both integers within [`MAX_SIZE`].
fn check_part(x: u64, n: u64) -> Result<(), StatsError> {
    check_count("n", n)?;
    if x <= n { Ok(()) } else { Err(StatsError::Inconsistent { argument: "x", rule: "cannot be larger than n" }) }
}
