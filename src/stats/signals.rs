//! Ballot-stuffing signals of a unit and month (section 23).
//!
//! A signal asks a person to look; it never deletes or down-weights a response. Each test has a false-alarm rate of at
//! most `α` under its stated model, per unit and month: with [`ALPHA`], five tests on 100 units give at most 0.6 false
//! alarms a year. Real traffic is burstier than its model, so expect a few times that until the baselines are learnt.
//! The questions are analytic: no finite population correction (Deming 1953).
//!
//! | signal | model | function |
//! | --- | --- | --- |
//! | many responses in a short time | two Poisson counts of one rate | [`burst`] |
//! | many forms with all answers equal | beta-binomial | [`straight_lining`] |
//! | many responses for the cases handled | beta-binomial | [`responses_against_cases`] |
//! | the same answers many times in a row | independent answers | [`run`] |
//! | many responses under one browser mark in a day | zero-truncated Poisson | [`device`] |
//!
//! The rate of [`device`] comes from [`truncated_poisson_rate`](super::special::truncated_poisson_rate). Several
//! windows or days of one test: [`Signal::smallest_of`]. The list of a month over all units: false discovery rate
//! (section 17).

use super::special::{beta_binomial_at_least, beta_tails, longest_run_at_least, truncated_poisson_at_least};
use super::{StatsError, check_count, check_share, real};

/// False-alarm rate of one test on one unit and month, unless told otherwise.
pub const ALPHA: f64 = 1e-4;

/// What a test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// The count to be expected under the model; `None` where the model gives none.
    pub expected: Option<f64>,
    /// Probability of a count at least as large as the one seen, under the model; in [0, 1].
    pub p_value: f64,
}

impl Signal {
    /// Whether a person should look: `p_value ≤ alpha`.
    #[must_use]
    pub fn is_raised(self, alpha: f64) -> bool {
        self.p_value <= alpha
    }

    /// This signal as the strongest of `number` tests (windows of a month, days of a month): `min(1, number·p)`
    /// (Bonferroni). A `number` of 0 counts as 1, since this one was tested.
    ///
    /// ```
    /// use hailong::stats::signals::burst;
    /// let strongest = burst(14, 1.0, 96, 80.0)?;
    /// assert!((strongest.smallest_of(22).p_value / strongest.p_value - 22.0).abs() < 1e-12);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn smallest_of(self, number: u64) -> Self {
        Self { p_value: (real(number.max(1)) * self.p_value).min(1.0), ..self }
    }
}

/// `count` responses in a `window` against `baseline_count` in `baseline_time`, both in hours (or both in any other
/// unit of time).
///
/// Both counts Poisson with one rate; given their sum the count is binomial:
/// `p = P(Bin(count + baseline_count, window/(window + baseline_time)) ≥ count)`, which carries the uncertainty of the
/// baseline (Przyborowski & Wilenski 1940). `expected = baseline_count·window/baseline_time`. The baseline is of the
/// same kind as the window: the same class of hour of the week, the last 8 weeks, flagged hours left out.
///
/// `count = 0` gives 1. No baseline yet (both 0): nothing to compare with, `p = 1` and no expectation.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `window` is positive and finite and `baseline_time` 0 or more and finite, and
/// above 10^10 responses; [`StatsError::Inconsistent`] for baseline responses in no time.
///
/// ```
/// use hailong::stats::signals::{ALPHA, burst};
/// let found = burst(14, 1.0, 96, 80.0)?;
/// assert!((found.expected.unwrap() - 1.2).abs() < 1e-12);
/// assert!((found.p_value / 1.157192249e-10 - 1.0).abs() < 1e-9);
/// assert!(found.is_raised(ALPHA));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn burst(count: u64, window: f64, baseline_count: u64, baseline_time: f64) -> Result<Signal, StatsError> {
    if !(window > 0.0 && window.is_finite()) {
        return Err(StatsError::OutOfRange { argument: "window", value: window, allowed: "above 0, finite" });
    }
    if !(baseline_time >= 0.0 && baseline_time.is_finite()) {
        let (argument, value) = ("baseline_time", baseline_time);
        return Err(StatsError::OutOfRange { argument, value, allowed: "0 or more, finite" });
    }
    check_count("count", count)?;
    check_count("baseline_count", baseline_count)?;
    check_count("count", count + baseline_count)?;
    if baseline_time == 0.0 {
        if baseline_count > 0 {
            let rule = "cannot be 0 where there are baseline responses";
            return Err(StatsError::Inconsistent { argument: "baseline_time", rule });
        }
        return Ok(Signal { expected: None, p_value: 1.0 });
    }
    // Halves, so that the sum of two huge times is finite.
    let (inside, outside) = (window / 2.0, baseline_time / 2.0);
    let total = inside + outside;
    let expected = real(baseline_count) * (window / baseline_time);
    let p_value = if count == 0 {
        1.0
    } else {
        // P(Bin(n, p) ≥ c) = I_p(c, n − c + 1), with 1 − p from its own quotient.
        beta_tails(real(count), real(baseline_count) + 1.0, inside / total, outside / total)?.lower
    };
    Ok(Signal { expected: expected.is_finite().then_some(expected), p_value })
}

/// `s` of `n` responses with five or more answers have all answers equal, where the service as a whole has the share
/// `p0` of such and the correlation `rho` between two responses of a unit (the unit left out; section 18).
///
/// `p = P(S ≥ s)` of the [beta-binomial](super::special::beta_binomial_at_least), which allows for honest differences
/// between units; `expected = n·p0`. Nothing seen (`s = 0`, also `n = 0`): `p = 1`.
///
/// # Errors
/// As [`beta_binomial_at_least`]: `s > n`, `p0` or `rho` outside [0, 1], or too many responses.
///
/// ```
/// use hailong::stats::signals::{ALPHA, straight_lining};
/// let found = straight_lining(58, 60, 0.6, 0.05)?;
/// assert!((found.p_value / 0.0001237293071 - 1.0).abs() < 1e-9);
/// assert!(!found.is_raised(ALPHA));
/// assert!(straight_lining(58, 60, 0.6, 0.0)?.is_raised(ALPHA));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn straight_lining(s: u64, n: u64, p0: f64, rho: f64) -> Result<Signal, StatsError> {
    let p_value = beta_binomial_at_least(s, n, p0, rho)?;
    Ok(Signal { expected: Some(real(n) * p0), p_value })
}

/// `responses` against `cases`, the case files handled, where the service as a whole has the coverage `p0` (responses
/// for each case) and the correlation `rho` between units, the unit left out.
///
/// As [`straight_lining`]. More responses than cases need no test: it is impossible, `p = 0`.
///
/// # Errors
/// [`StatsError::OutOfRange`] when `p0` or `rho` is outside [0, 1], above 10^10 responses, or as
/// [`beta_binomial_at_least`] for too many cases.
///
/// ```
/// use hailong::stats::signals::{ALPHA, responses_against_cases};
/// assert_eq!(responses_against_cases(21, 20, 0.3, 0.1)?.p_value, 0.0);
/// assert!(!responses_against_cases(9, 20, 0.3, 0.1)?.is_raised(ALPHA));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn responses_against_cases(responses: u64, cases: u64, p0: f64, rho: f64) -> Result<Signal, StatsError> {
    if responses <= cases {
        return straight_lining(responses, cases, p0, rho);
    }
    check_count("responses", responses)?;
    check_share("p0", p0)?;
    check_share("rho", rho)?;
    Ok(Signal { expected: Some(real(cases) * p0), p_value: 0.0 })
}

/// The `longest` run of identical answers among `n` responses in order of arrival, where the commonest answer vectors
/// have the shares `pattern_shares` in the service (the first 20, each 0.005 or more).
///
/// `p = min(1, Σ_v P(a run ≥ longest in n trials with probability q_v))`
/// ([`longest_run_at_least`]): independent answers, one term a vector. There is
/// no expected count. `n = 0`: `p = 1`.
///
/// # Errors
/// [`StatsError::Inconsistent`] when `longest > n`, when `pattern_shares` is empty (without a share nothing can be
/// said) or its shares add to more than 1; [`StatsError::OutOfRange`] for a share outside [0, 1] or `n > 10^10`.
///
/// ```
/// use hailong::stats::signals::run;
/// assert!((run(200, 25, &[0.45, 0.1, 0.05])?.p_value / 2.080666244e-07 - 1.0).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn run(n: u64, longest: u64, pattern_shares: &[f64]) -> Result<Signal, StatsError> {
    let bad = |argument, rule| Err(StatsError::Inconsistent { argument, rule });
    check_count("n", n)?;
    if longest > n {
        return bad("longest", "cannot be larger than n");
    }
    if pattern_shares.is_empty() {
        return bad("pattern_shares", "at least one share is needed");
    }
    let (mut shares, mut p_value) = (0.0, 0.0);
    for &share in pattern_shares {
        check_share("pattern_shares", share)?;
        shares += share;
        p_value += longest_run_at_least(longest, n, share)?;
    }
    // The shares come rounded.
    if shares > 1.0 + 1e-6 {
        return bad("pattern_shares", "cannot add to more than 1");
    }
    Ok(Signal { expected: None, p_value: f64::min(p_value, 1.0) })
}

/// `most` responses under one browser mark in a day on which `devices` distinct marks were seen, registered kiosks
/// left out.
///
/// Responses per mark zero-truncated Poisson with rate `lambda`, learnt from the daily means of earlier months:
/// `p = 1 − (1 − P(Z ≥ most))^devices` with
/// [`P(Z ≥ most)`](super::special::truncated_poisson_at_least). `expected` is the mean per mark, `λ/(1 − e^{−λ})`.
/// Marks live at most 48 hours, so this is computed daily and only the result is kept; a month is the smallest of its
/// days ([`Signal::smallest_of`]).
///
/// `most ≤ 1` gives 1: every mark that was seen has one response.
///
/// # Errors
/// [`StatsError::Inconsistent`] for responses without a device; [`StatsError::OutOfRange`] unless
/// `0 < lambda ≤ 10^10` and `devices ≤ 10^10`.
///
/// ```
/// use hailong::stats::signals::device;
/// assert!((device(9, 180, 0.2)?.p_value / 1.170453053e-09 - 1.0).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn device(most: u64, devices: u64, lambda: f64) -> Result<Signal, StatsError> {
    check_count("devices", devices)?;
    let tail = truncated_poisson_at_least(most, lambda)?;
    if devices == 0 && most > 0 {
        return Err(StatsError::Inconsistent { argument: "devices", rule: "cannot be 0 where there are responses" });
    }
    // 1 − (1 − tail)^devices without losing the digits of a small tail; no mark at all is no signal.
    let p_value = if tail < 1.0 { -(real(devices) * (-tail).ln_1p()).exp_m1() } else { 1.0 };
    // λ/(1 − e^{−λ}) tends to 1; below the smallest normal number the quotient itself is still right.
    Ok(Signal { expected: Some(lambda / -(-lambda).exp_m1()), p_value })
}
