//! Periods in a row (section 15): do they rise or fall, and is one of them out of the ordinary?
//!
//! | question | function |
//! | --- | --- |
//! | do the shares rise or fall over the periods? | [`trend`] |
//! | is a month outside what the ordinary working produces? | [`control_chart`] |
//!
//! Analytic questions: the finite population correction never applies, even when everybody answered.

mod chart;

pub use chart::{ChartLimits, ChartPoint, ControlChart, FEWEST_BASELINE, control_chart};

use super::proportion::check_deff;
use super::special::normal_tails;
use super::{Pool, Responses, StatsError, check_probability, real};

/// A trend is shown from this many periods with responses on. A rule for screens: [`trend`] computes from two.
pub const FEWEST_PERIODS: usize = 4;

/// Where the shares go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrendDirection {
    /// They rise, and chance alone would do so with probability at most `α`.
    Rising,
    /// They fall.
    Falling,
    /// Neither is shown, or there is nothing to test.
    NoClearTrend,
}

/// A trend over periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// The test; `None` when there is nothing to test.
    pub test: Option<TrendTest>,
    /// Rising or falling if the test's p-value is at most `α`.
    pub direction: TrendDirection,
}

/// The test for a linear trend in shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendTest {
    /// `z`, standard normal when there is no trend; positive when the shares rise.
    pub statistic: f64,
    /// `2Φ(−|z|)`.
    pub p_two_sided: f64,
    /// Change of the share per unit of score: per period with the scores 0, 1, 2, ….
    pub slope: f64,
}

/// Test for a linear trend in the shares of consecutive periods.
///
/// `p = Σx/Σn`, `t̄ = Σnt/Σn`, `S = Σ x(t − t̄)`, `Q = Σ n(t − t̄)²`: `z = S/sqrt(deff·p(1 − p)·Q)`, `slope = S/Q`,
/// `p_two_sided = 2Φ(−|z|)`. (Cochran 1954; Armitage 1955.)
///
/// `periods` in order of time; `scores` their places on the time axis, one for each period, 0, 1, 2, … if `None`. A
/// period without responses is left out but keeps its score. `alpha` is the two-sided error, above 0 and below 1; `deff`
/// the design effect, 1 for equally weighted responses.
///
/// Nothing to test, and no direction, with fewer than two periods that have responses, when all answers are alike
/// (`p` 0 or 1), or when all scores are equal.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n` or there are not as many scores as periods; [`StatsError::OutOfRange`] when
/// `n > 10^10`, a score is not finite or the scores are so far apart or so close together that the slope overflows, or
/// `alpha` or `deff` is outside its range.
///
/// ```
/// use hailong::stats::{Responses, trend::{TrendDirection, trend}};
/// let periods = [170, 176, 181, 185].map(|x| Responses { x, n: 200 });
/// let found = trend(&periods, None, 0.05, 1.0)?;
/// assert!((found.test.unwrap().statistic - 2.526670808).abs() < 1e-9);
/// assert_eq!(found.direction, TrendDirection::Rising);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn trend(periods: &[Responses], scores: Option<&[f64]>, alpha: f64, deff: f64) -> Result<Trend, StatsError> {
    check_probability("alpha", alpha)?;
    check_deff(deff)?;
    let pool = Pool::of(periods)?;
    let points = scored(periods, scores)?;
    let Some(test) = linear_trend(pool, &points, deff)? else {
        return Ok(Trend { test: None, direction: TrendDirection::NoClearTrend });
    };
    let direction = if test.p_two_sided > alpha {
        TrendDirection::NoClearTrend
    } else if test.statistic > 0.0 {
        TrendDirection::Rising
    } else {
        TrendDirection::Falling
    };
    Ok(Trend { test: Some(test), direction })
}

/// The periods that have responses, with their scores.
fn scored(periods: &[Responses], scores: Option<&[f64]>) -> Result<Vec<(f64, Responses)>, StatsError> {
    let scores: Vec<f64> = match scores {
        None => (0..periods.len()).map(|position| position as f64).collect(),
        Some(scores) if scores.len() == periods.len() => scores.to_vec(),
        Some(_) => return Err(StatsError::Inconsistent { argument: "scores", rule: "one score for each period" }),
    };
    if let Some(&value) = scores.iter().find(|score| !score.is_finite()) {
        return Err(StatsError::OutOfRange { argument: "scores", value, allowed: "finite numbers" });
    }
    Ok(scores.into_iter().zip(periods.iter().copied()).filter(|(_, period)| period.n > 0).collect())
}

fn linear_trend(pool: Pool, points: &[(f64, Responses)], deff: f64) -> Result<Option<TrendTest>, StatsError> {
    let Some(&(origin, _)) = points.first() else {
        return Ok(None);
    };
    // Scores are moved and stretched to lie within −1 and 1: dates as large numbers lose no digits, and nothing
    // overflows on the way. z does not notice, and the slope is stretched back.
    let scale = points.iter().map(|(score, _)| (score - origin).abs()).fold(0.0, f64::max);
    if scale == 0.0 || pool.variance() == 0.0 {
        return Ok(None);
    }
    let places = points.iter().map(|(score, period)| ((score - origin) / scale, *period));
    let mean = places.clone().map(|(t, period)| real(period.n) * t).sum::<f64>() / pool.n as f64;
    // The excesses x − p·n add to nothing, so that t̄ may stay away from S.
    let s: f64 = places.clone().map(|(t, period)| pool.excess(period) * t).sum();
    let q: f64 = places.map(|(t, period)| real(period.n) * (t - mean).powi(2)).sum();
    let slope = s / q / scale;
    if !(scale.is_finite() && slope.is_finite()) {
        let allowed = "neither too far apart nor too close together";
        return Err(StatsError::OutOfRange { argument: "scores", value: scale, allowed });
    }
    let statistic = s / (deff * pool.variance() * q).sqrt();
    let p_two_sided = 2.0 * normal_tails(statistic.abs())?.upper;
    Ok(Some(TrendTest { statistic, p_two_sided, slope }))
}
