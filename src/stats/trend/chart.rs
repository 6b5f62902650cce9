//! The p-chart and Laney's p′-chart.

use crate::stats::verdict::SAME_SHARE;
use crate::stats::{Pool, Responses, StatsError, real};

/// Limits are drawn from this many baseline points on; with fewer, points only. A rule for screens: [`control_chart`]
/// computes from one.
pub const FEWEST_BASELINE: usize = 8;

/// A run of this many points on one side of the centre is a signal.
const RUN: usize = 8;

/// Mean distance of two standard normal values, `2/sqrt(π)`.
const D2: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// Limits of one point, shares from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartLimits {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl ChartLimits {
    fn around(center: f64, half: f64) -> Self {
        Self { lower: (center - half).max(0.0), upper: (center + half).min(1.0) }
    }
}

/// A period on the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// `p_i = x_i/n_i`.
    pub share: f64,
    /// `z_i`, the distance from the centre in binomial standard deviations; 0 when the centre is 0 or 1.
    pub z: f64,
    /// `p̄ ± 3σ_i`: binomial limits, for reference.
    pub binomial: ChartLimits,
    /// `p̄ ± 3σ_i·σ_z,used`: Laney's limits, the ones to draw.
    pub laney: ChartLimits,
    /// Signal 1: strictly outside Laney's limits.
    pub beyond: bool,
    /// Signal 2: the eighth or a further consecutive point on the same side of the centre.
    pub run: bool,
}

/// A control chart of shares.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlChart {
    /// `p̄`, the centre line.
    pub center: f64,
    /// `σ_z`, how much more the baseline moves from point to point than binomial chance would; `None` with one point.
    pub sigma_z: Option<f64>,
    /// `max(1, σ_z)`: limits are never tighter than binomial.
    pub sigma_z_used: f64,
    /// Points of the baseline, periods without responses not counted.
    pub baseline_points: usize,
    /// One entry for each period, in order; `None` for a period without responses.
    pub points: Vec<Option<ChartPoint>>,
}

impl ControlChart {
    /// Whether limits and signals are shown, or points only ([`FEWEST_BASELINE`]).
    #[must_use]
    pub fn limits_are_drawn(&self) -> bool {
        self.baseline_points >= FEWEST_BASELINE
    }
}

/// Control chart of the shares of consecutive periods: is one of them out of the ordinary?
///
/// Over the baseline, the first `baseline` periods (all of them if `None`, or if there are not yet so many):
/// `p̄ = Σx/Σn`, `σ_i = sqrt(p̄(1 − p̄)/n_i)`, `z_i = (p_i − p̄)/σ_i` (0 if `p̄` is 0 or 1),
/// `σ_z = mean|z_i − z_{i−1}|/d2` with `d2 = 2/sqrt(π)`. Limits `p̄ ± 3σ_i` (p-chart, Shewhart) and
/// `p̄ ± 3σ_i·max(1, σ_z)` (Laney 2002), cut to [0, 1]; the second are drawn.
///
/// Signals: a point strictly outside Laney's limits, by more than 1e-12; the eighth and any further consecutive point on
/// the same side of `p̄`, where a point within 1e-12 of `p̄` ends a run. No other rules: each adds false alarms. With
/// stable points the mean distance between false signals is about 153 points.
///
/// A period without responses is no point: its neighbours count as consecutive. `None` when the baseline has no response
/// at all. No finite population correction.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`; [`StatsError::OutOfRange`] when `n > 10^10` or `baseline` is 0.
///
/// ```
/// use hailong::stats::{Responses, trend::control_chart};
/// let months = [88, 91, 95, 87, 90, 93, 90, 92, 89, 94, 91, 70].map(|x| Responses { x, n: 100 });
/// let chart = control_chart(&months, Some(11))?.unwrap();
/// assert!((chart.sigma_z_used - 1.140615713).abs() < 1e-9);
/// let last = chart.points[11].unwrap();
/// assert!((last.laney.lower - 0.8107197204).abs() < 1e-9 && last.beyond && !last.run);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn control_chart(periods: &[Responses], baseline: Option<usize>) -> Result<Option<ControlChart>, StatsError> {
    if baseline == Some(0) {
        return Err(StatsError::OutOfRange { argument: "baseline", value: 0.0, allowed: "1 or more periods" });
    }
    Pool::of(periods)?; // refuses counts that contradict each other, also beyond the baseline
    let baseline = &periods[..baseline.map_or(periods.len(), |first| first.min(periods.len()))];
    let pool = Pool::of(baseline)?;
    if pool.n == 0 {
        return Ok(None);
    }
    let (center, variance) = (pool.share(), pool.variance());
    // x − p̄·n of every period, and z: without variance there is no distance.
    let excess: Vec<f64> = periods.iter().map(|&period| pool.excess(period)).collect();
    let z = |excess: f64, n: u64| if variance == 0.0 { 0.0 } else { excess / (real(n) * variance).sqrt() };

    let measured = baseline.iter().zip(&excess).filter(|(period, _)| period.n > 0);
    let scores: Vec<f64> = measured.map(|(period, &excess)| z(excess, period.n)).collect();
    let moves = scores.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let sigma_z = (scores.len() > 1).then(|| moves.sum::<f64>() / (scores.len() - 1) as f64 / D2);
    let sigma_z_used = sigma_z.unwrap_or(1.0).max(1.0);

    let mut run = Run { side: 0, length: 0 };
    let points = periods.iter().zip(&excess).map(|(&period, &excess)| {
        let share = period.share()?;
        let sigma = (variance / real(period.n)).sqrt();
        let laney = ChartLimits::around(center, 3.0 * sigma * sigma_z_used);
        Some(ChartPoint {
            share,
            z: z(excess, period.n),
            binomial: ChartLimits::around(center, 3.0 * sigma),
            laney,
            beyond: share > laney.upper + SAME_SHARE || share < laney.lower - SAME_SHARE,
            run: run.goes_on(excess / real(period.n)),
        })
    });
    let points = points.collect();
    Ok(Some(ControlChart { center, sigma_z, sigma_z_used, baseline_points: scores.len(), points }))
}

/// Consecutive points on one side of the centre.
struct Run {
    side: i8,
    length: usize,
}

impl Run {
    /// Takes the next point, `distance` above the centre; true when the run is long enough for a signal.
    fn goes_on(&mut self, distance: f64) -> bool {
        let side = if distance > SAME_SHARE {
            1
        } else if distance < -SAME_SHARE {
            -1
        } else {
            0
        };
        self.length = if side == 0 {
            0
        } else if side == self.side {
            self.length + 1
        } else {
            1
        };
        self.side = side;
        self.length >= RUN
    }
}
