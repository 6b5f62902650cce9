//! The funnel plot with overdispersion.

use super::limits::{FunnelLimits, adjusted_around, exact_around};
use crate::stats::compare::benjamini_hochberg;
use crate::stats::special::normal_tails;
use crate::stats::{Pool, Responses, StatsError, check_share, real};

/// From this many units on the adjusted limits are drawn and units are flagged; with fewer, the exact limits only. A rule
/// for screens: [`funnel`] computes for any number.
pub const FEWEST_UNITS: usize = 5;

/// A unit with fewer responses is not drawn. A rule for screens, too.
pub const FEWEST_DRAWN: u64 = 5;

/// The value that units are compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Centre {
    /// The share over all units together, `Σx/Σn`.
    Pooled,
    /// A given share from 0 to 1, for example a target.
    Share(f64),
}

/// Whether a unit lies outside the ordinary variation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// Above it.
    High,
    /// Below it.
    Low,
    /// Within it: "trong khoảng biến động chung". The unit is not named.
    Within,
}

/// One unit on the funnel plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelUnit {
    /// `p_i`.
    pub share: f64,
    /// `z_i`, the distance from the centre in binomial standard errors.
    pub z: f64,
    /// `z_i` when ordinary differences between units are allowed for.
    pub z_adjusted: f64,
    /// `2Φ(−|z_adjusted|)`.
    pub p_value: f64,
    /// The p-value adjusted for looking at all units ([`benjamini_hochberg`]).
    pub p_adjusted: f64,
    /// Named or not.
    pub flag: Flag,
    /// Exact binomial limits at this unit's size.
    pub exact: FunnelLimits,
    /// Limits that allow for ordinary differences between units.
    pub adjusted: FunnelLimits,
}

/// Units compared with a common value.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// `t`, the common value.
    pub target: f64,
    /// `I`, the units that have responses.
    pub compared: usize,
    /// `φ`, mean of the squared winsorised `z_i`; about 1 when the units differ by chance only.
    pub phi: f64,
    /// Whether `φ > 1 + 2 sqrt(2/I)`: the units differ by more than chance.
    pub overdispersed: bool,
    /// `τ²`, variance of the ordinary differences between units, in squared radians; 0 unless overdispersed.
    pub tau2: f64,
    /// One entry for each unit, in order; `None` for a unit without responses.
    pub units: Vec<Option<FunnelUnit>>,
}

impl Funnel {
    /// Whether adjusted limits are drawn and flags shown ([`FEWEST_UNITS`]).
    #[must_use]
    pub fn flags_are_shown(&self) -> bool {
        self.compared >= FEWEST_UNITS
    }
}

/// Which units lie outside the ordinary variation around a common value?
///
/// `y_i = asin sqrt(p_i)`, `θ = asin sqrt(t)`, `s_i = 1/(2 sqrt(n_i))`, `z_i = (y_i − θ)/s_i`. Winsorised: with
/// `k = floor(winsor·I)`, values below the `(k+1)`-th smallest or above the `(k+1)`-th largest are set to those.
/// `φ = mean z_w²`. If `φ > 1 + 2 sqrt(2/I)`: `τ² = max(0, (Iφ − (I − 1))/(Σw − Σw²/Σw))`, `w = 1/s²`; else 0.
/// Adjusted `z = (y_i − θ)/sqrt(s_i² + τ²)`, `p = 2Φ(−|z|)`, through [`benjamini_hochberg`] at `fdr`: flagged high or low
/// if the adjusted p-value is at most `fdr`. Limits: [`super::exact_limits`] and [`super::adjusted_limits`].
/// (Spiegelhalter 2005a, 2005b; Spiegelhalter et al. 2012.) Additive, not multiplicative: with a factor the largest
/// offices are flagged for differences nobody cares about.
///
/// `centre` is `t`; `winsor` the share of units drawn in at each end, from 0 and below ½, usually 0.1; `fdr` from 0 to 1,
/// usually 0.05. A unit without responses is no unit. A single unit shows nothing about differences between units:
/// `τ² = 0`. `None` when no unit has a response. No finite population correction.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `x > n`; [`StatsError::OutOfRange`] when `n > 10^10`, or `centre`, `winsor` or `fdr`
/// is outside its range.
///
/// ```
/// use hailong::stats::{Responses, units::{Centre, Flag, funnel}};
/// let counts = [(45, 50), (88, 100), (130, 140), (19, 25), (260, 280), (70, 90), (410, 440), (33, 34)];
/// let found = funnel(&counts.map(|(x, n)| Responses { x, n }), Centre::Pooled, 0.1, 0.05)?.unwrap();
/// assert!(found.overdispersed && (found.tau2 - 0.005065272658).abs() < 1e-12);
/// let sixth = found.units[5].unwrap();
/// assert!((sixth.exact.lower_998 - 0.8002177801).abs() < 1e-9 && sixth.share < sixth.exact.lower_998);
/// assert_eq!(sixth.flag, Flag::Within);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn funnel(units: &[Responses], centre: Centre, winsor: f64, fdr: f64) -> Result<Option<Funnel>, StatsError> {
    let Some(compared) = Compared::of(units, centre, winsor, fdr)? else { return Ok(None) };
    let Compared { centre, tau2, .. } = &compared;
    let mut found = Vec::with_capacity(units.len());
    for (&unit, place) in units.iter().zip(&compared.places) {
        let (Some(share), Some(place)) = (unit.share(), place) else {
            found.push(None);
            continue;
        };
        found.push(Some(FunnelUnit {
            share,
            z: standardised(place.angle, unit.n, 0.0),
            z_adjusted: place.z_adjusted,
            p_value: place.p_value,
            p_adjusted: place.p_adjusted,
            flag: place.flag,
            exact: exact_around(unit.n, centre.share, centre.rest)?,
            adjusted: adjusted_around(unit.n, centre.share, centre.rest, *tau2),
        }));
    }
    let Compared { phi, overdispersed, count, .. } = compared;
    Ok(Some(Funnel { target: centre.share, compared: count, phi, overdispersed, tau2: *tau2, units: found }))
}

/// Where units lie, with the limits that are drawn: what [`funnel`] finds, without what a table of a thousand units does
/// not need and which costs a hundred times as much.
#[derive(Debug, Clone, PartialEq)]
pub struct Positions {
    /// `t`, the common value.
    pub target: f64,
    /// `I`, the units that have responses.
    pub compared: usize,
    /// `τ²`, 0 unless the units differ by more than chance.
    pub tau2: f64,
    /// Whether the limits are the adjusted ones and flags may be shown ([`FEWEST_UNITS`]); else they are the exact ones.
    pub flagged: bool,
    /// One entry for each unit, in order; `None` for a unit without responses.
    pub units: Vec<Option<(Flag, FunnelLimits)>>,
}

/// Where units lie on the funnel around their pooled share; see [`funnel`].
///
/// # Errors
/// As [`funnel`].
///
/// ```
/// use hailong::stats::{Responses, units::{Centre, funnel, positions}};
/// let counts = [(45, 50), (88, 100), (130, 140), (19, 25), (260, 280), (70, 90), (410, 440), (33, 34)];
/// let units = counts.map(|(x, n)| Responses { x, n });
/// let (whole, light) = (funnel(&units, Centre::Pooled, 0.1, 0.05)?.unwrap(), positions(&units, 0.1, 0.05)?.unwrap());
/// assert_eq!((light.tau2, light.flagged), (whole.tau2, true));
/// assert_eq!(light.units[5].unwrap().1, whole.units[5].unwrap().adjusted);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn positions(units: &[Responses], winsor: f64, fdr: f64) -> Result<Option<Positions>, StatsError> {
    let Some(Compared { centre, places, tau2, count, .. }) = Compared::of(units, Centre::Pooled, winsor, fdr)? else {
        return Ok(None);
    };
    let flagged = count >= FEWEST_UNITS;
    let position = |(unit, place): (&Responses, &Option<Place>)| -> Result<Option<(Flag, FunnelLimits)>, StatsError> {
        let Some(place) = place else { return Ok(None) };
        Ok(Some(match flagged {
            true => (place.flag, adjusted_around(unit.n, centre.share, centre.rest, tau2)),
            false => (Flag::Within, exact_around(unit.n, centre.share, centre.rest)?),
        }))
    };
    let units = units.iter().zip(&places).map(position).collect::<Result<_, _>>()?;
    Ok(Some(Positions { target: centre.share, compared: count, tau2, flagged, units }))
}

/// Units against a common value.
struct Compared {
    centre: Middle,
    phi: f64,
    overdispersed: bool,
    tau2: f64,
    count: usize,
    places: Vec<Option<Place>>,
}

/// One unit against the common value.
struct Place {
    angle: f64,
    z_adjusted: f64,
    p_value: f64,
    p_adjusted: f64,
    flag: Flag,
}

impl Compared {
    fn of(units: &[Responses], centre: Centre, winsor: f64, fdr: f64) -> Result<Option<Self>, StatsError> {
        if !(0.0..0.5).contains(&winsor) {
            return Err(StatsError::OutOfRange { argument: "winsor", value: winsor, allowed: "0 or more, below 0.5" });
        }
        check_share("fdr", fdr)?;
        let pool = Pool::of(units)?;
        if let Centre::Share(share) = centre {
            check_share("centre", share)?;
        }
        if pool.n == 0 {
            return Ok(None);
        }
        let centre = Middle::of(centre, pool);
        let angles: Vec<Option<f64>> = units.iter().map(|&unit| centre.angle_to(unit)).collect();
        let compared: Vec<(f64, u64)> =
            angles.iter().zip(units).filter_map(|(angle, unit)| Some(((*angle)?, unit.n))).collect();
        let count = compared.len();
        let z = compared.iter().map(|&(angle, n)| standardised(angle, n, 0.0)).collect();
        let phi = winsorised_mean_square(z, winsor);
        let overdispersed = phi > 1.0 + 2.0 * (2.0 / count as f64).sqrt();
        let tau2 = if overdispersed { between_units(phi, count as f64, units, pool) } else { 0.0 };

        let adjusted_z: Vec<Option<f64>> = angles
            .iter()
            .zip(units)
            .map(|(angle, unit)| angle.map(|angle| standardised(angle, unit.n, tau2)))
            .collect();
        let p_values = adjusted_z
            .iter()
            .map(|z| z.map(two_sided_p).transpose())
            .collect::<Result<Vec<Option<f64>>, StatsError>>()?;
        let adjusted_p = benjamini_hochberg(&p_values, fdr)?;
        let place = |at: usize| {
            let (z_adjusted, adjusted) = (adjusted_z[at]?, adjusted_p[at]?);
            let flag = match adjusted.rejected {
                true if z_adjusted > 0.0 => Flag::High,
                true if z_adjusted < 0.0 => Flag::Low,
                _ => Flag::Within,
            };
            Some(Place { angle: angles[at]?, z_adjusted, p_value: p_values[at]?, p_adjusted: adjusted.p, flag })
        };
        let places = (0..units.len()).map(place).collect();
        Ok(Some(Self { centre, phi, overdispersed, tau2, count, places }))
    }
}

/// The common value `t` and `1 − t`, each with all its digits.
struct Middle {
    share: f64,
    rest: f64,
    pool: Option<Pool>,
}

impl Middle {
    fn of(centre: Centre, pool: Pool) -> Self {
        match centre {
            Centre::Pooled => {
                Self { share: pool.share(), rest: (pool.n - pool.x) as f64 / pool.n as f64, pool: Some(pool) }
            }
            Centre::Share(share) => Self { share, rest: 1.0 - share, pool: None },
        }
    }

    /// `asin sqrt(p) − asin sqrt(t)`; `None` without a response.
    ///
    /// As the angle whose sine is `sqrt(p(1 − t)) − sqrt((1 − p)t) = (p − t)/(sqrt(p(1 − t)) + sqrt((1 − p)t))`, so that
    /// nearly equal shares keep the digits of their difference.
    fn angle_to(&self, unit: Responses) -> Option<f64> {
        let p = unit.share()?;
        let rest = real(unit.n - unit.x) / real(unit.n);
        let excess = match self.pool {
            Some(pool) => pool.excess(unit),
            None => real(unit.n).mul_add(-self.share, real(unit.x)), // rounded once
        };
        let sum = (p * self.rest).sqrt() + (rest * self.share).sqrt();
        let sine = if sum == 0.0 { 0.0 } else { excess / real(unit.n) / sum };
        Some(sine.atan2((p * self.share).sqrt() + (rest * self.rest).sqrt()))
    }
}

/// `(y − θ)/sqrt(s² + τ²)` with `s² = 1/(4n)`.
fn standardised(angle: f64, n: u64, tau2: f64) -> f64 {
    angle / (0.25 / real(n) + tau2).sqrt()
}

fn two_sided_p(z: f64) -> Result<f64, StatsError> {
    Ok(2.0 * normal_tails(z.abs())?.upper)
}

/// Mean square of at least one value, the extreme ones drawn in; `winsor` is below ½.
fn winsorised_mean_square(mut z: Vec<f64>, winsor: f64) -> f64 {
    z.sort_unstable_by(f64::total_cmp);
    let outside = (winsor * z.len() as f64).floor() as usize;
    let (least, most) = (z[outside], z[z.len() - 1 - outside]);
    z.iter().map(|z| z.clamp(least, most).powi(2)).sum::<f64>() / z.len() as f64
}

/// `τ²` by moments. With `w = 4n`: `Σw − Σw²/Σw = 4((Σn)² − Σn²)/Σn`, in integers.
fn between_units(phi: f64, count: f64, units: &[Responses], pool: Pool) -> f64 {
    let squares: i128 = units.iter().map(|unit| i128::from(unit.n) * i128::from(unit.n)).sum();
    let weight = 4.0 * ((pool.n * pool.n - squares) as f64 / pool.n as f64);
    if weight == 0.0 { 0.0 } else { ((count * phi - (count - 1.0)) / weight).max(0.0) }
}
