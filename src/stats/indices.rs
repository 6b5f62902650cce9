//! Indices of a criterion, a factor and a form (section 1).
//!
//! A criterion is summed up from five level counts ([`level_indices`]); a factor or a whole form from the sums of
//! the respondents' numbers ([`PooledMoments`]), since nothing else is kept of them.

use super::special::student_quantile;
use super::{MAX_SIZE, Population, StatsError, check_count, check_probability, real};

/// The figures of one criterion. What is undefined at this `n` is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelIndices {
    /// Responses with an answer.
    pub n: u64,
    /// Answers at level 4 or 5.
    pub satisfied: u64,
    /// `100·(n_4 + n_5)/n`, per cent.
    pub percent_satisfied: Option<f64>,
    /// `100·(n_1 + n_2)/n`, per cent.
    pub percent_dissatisfied: Option<f64>,
    /// Percent satisfied less percent dissatisfied, from −100 to 100.
    pub net: Option<f64>,
    /// Mean level, 1 to 5.
    pub mean: Option<f64>,
    /// Standard deviation of the level (divisor `n − 1`); `None` for a single answer.
    pub sd: Option<f64>,
    /// Standard error of the mean, with the finite population correction.
    pub se_mean: Option<f64>,
    /// Lower end of the two-sided interval of the mean, not below 1.
    pub mean_lower: Option<f64>,
    /// Upper end of the two-sided interval of the mean, not above 5.
    pub mean_upper: Option<f64>,
    /// The mean on a scale from 0 to 100: `100·(mean − 1)/4`.
    pub mean_0_100: Option<f64>,
    /// `100·mean/5`, only to reproduce an older report: it gives 20 to a file where everybody is very
    /// dissatisfied. Never call it a share of satisfied people and never compare it with a target.
    pub mean_over_5: Option<f64>,
}

/// Indices of one criterion from its counts at levels 1 to 5.
///
/// `m = Σ c·n_c/n`; `s² = Σ n_c (c − m)²/(n − 1)`, computed from integers; `se = sqrt(s²/n·(1 − n/N))`, the factor
/// being 1 when `N` is unknown or smaller than `n`; interval `m ± t_{(1+level)/2; n−1}·se`, cut to [1, 5].
/// `level` is the two-sided confidence, for example 0.95. (Cochran 1977, chapter 2.)
///
/// No answer: every figure is `None`. One answer: `sd`, `se_mean` and the interval are `None`. `n = N`: `se_mean = 0`.
///
/// # Errors
/// [`StatsError::OutOfRange`] when there are more than 10^10 answers or `level` is not between 0 and 1.
///
/// ```
/// use hailong::stats::{Population, indices::level_indices};
/// let criterion = level_indices([2, 3, 10, 60, 125], Population::Unknown, 0.95)?;
/// assert_eq!(criterion.percent_satisfied, Some(92.5));
/// assert_eq!(criterion.mean, Some(4.515));
/// assert!((criterion.mean_lower.unwrap() - 4.410413037).abs() < 1e-9);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn level_indices(counts: [u64; 5], population: Population, level: f64) -> Result<LevelIndices, StatsError> {
    check_probability("level", level)?;
    let n = counts.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
    check_count("counts", n)?;
    let satisfied = counts[3] + counts[4];
    if n == 0 {
        return Ok(LevelIndices::nothing());
    }
    let percent = |part: u64| 100.0 * real(part) / real(n);
    let net = percent(satisfied) - percent(counts[0] + counts[1]);
    let total = weighted(counts, |c| c);
    let mean = total as f64 / real(n);
    let mut indices = LevelIndices {
        n,
        satisfied,
        percent_satisfied: Some(percent(satisfied)),
        percent_dissatisfied: Some(percent(counts[0] + counts[1])),
        net: Some(net),
        mean: Some(mean),
        mean_0_100: Some(100.0 * (mean - 1.0) / 4.0),
        mean_over_5: Some(100.0 * mean / 5.0),
        ..LevelIndices::nothing()
    };
    if n > 1 {
        // n·Σ c² n_c − (Σ c n_c)² is an integer: no cancellation.
        let spread = u128::from(n) * weighted(counts, |c| c * c) - total * total;
        let variance = spread as f64 / (real(n) * real(n - 1));
        let se = (variance / real(n) * population.unseen_share(n)).sqrt();
        let reach = -student_quantile((1.0 - level) / 2.0, real(n - 1))? * se;
        indices.sd = Some(variance.sqrt());
        indices.se_mean = Some(se);
        indices.mean_lower = Some((mean - reach).max(1.0));
        indices.mean_upper = Some((mean + reach).min(5.0));
    }
    Ok(indices)
}

impl LevelIndices {
    fn nothing() -> Self {
        Self {
            n: 0,
            satisfied: 0,
            percent_satisfied: None,
            percent_dissatisfied: None,
            net: None,
            mean: None,
            sd: None,
            se_mean: None,
            mean_lower: None,
            mean_upper: None,
            mean_0_100: None,
            mean_over_5: None,
        }
    }
}

/// `Σ value(c)·n_c` over the levels.
fn weighted(counts: [u64; 5], value: impl Fn(u128) -> u128) -> u128 {
    (1_u128..).zip(counts).map(|(c, count)| value(c) * u128::from(count)).sum()
}

/// The sums a pooled index is computed from: respondent `i` gave `m_i ≥ 1` answers, `s_i` of them at level 4 or 5.
///
/// The sums of several days or units are added field by field; the index of the whole is computed from the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PooledMoments {
    /// `n`, respondents with at least one answer.
    pub respondents: u64,
    /// `Σ s_i`, answers at level 4 or 5.
    pub sum_s: u64,
    /// `Σ m_i`, answers.
    pub sum_m: u64,
    /// `Σ s_i²`.
    pub sum_ss: u64,
    /// `Σ s_i·m_i`.
    pub sum_sm: u64,
    /// `Σ m_i²`.
    pub sum_mm: u64,
}

/// A pooled index with the size of a simple sample that would be as exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PooledIndex {
    /// Respondents with at least one answer.
    pub respondents: u64,
    /// `p = Σ s_i/Σ m_i`, the share of answers at level 4 or 5.
    pub share: Option<f64>,
    /// `V(p)`, with the respondent as the cluster; `None` for fewer than two respondents.
    pub variance: Option<f64>,
    /// `p(1 − p)/V`; the number of respondents when `V` is 0 or unknown. It may exceed
    /// the number of respondents; a verdict gives no credit for that ([`super::verdict::assess_design`]).
    pub n_eff: Option<f64>,
}

impl PooledIndex {
    /// `deff = n/n_eff`, the design effect for [`super::proportion::wilson_finite`]; `None` without a respondent.
    ///
    /// ```
    /// use hailong::stats::{Confidence, Population, indices::answer_indices, proportion::wilson_finite};
    /// let index = answer_indices(&[[5, 4, 0], [3, 4, 5], [5, 5, 5], [2, 0, 4]])?.moments.index()?;
    /// let (share, deff) = (index.share.unwrap(), index.deff().unwrap());
    /// let shown = wilson_finite(share, index.respondents, Population::Unknown, deff, Confidence::TWO_SIDED_95)?;
    /// assert!((shown.n_star.unwrap() - 11.53846154).abs() < 1e-8);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn deff(&self) -> Option<f64> {
        self.n_eff.map(|n_eff| real(self.respondents) / n_eff)
    }
}

impl PooledMoments {
    /// Adds one respondent with `answers` answers, `satisfied` of them at level 4 or 5; without any answer nothing
    /// changes.
    ///
    /// ```
    /// use hailong::stats::indices::PooledMoments;
    /// let mut moments = PooledMoments::default();
    /// moments.add(2, 3)?;
    /// moments.add(0, 0)?;
    /// assert_eq!((moments.respondents, moments.sum_m, moments.sum_sm), (1, 3, 6));
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when `satisfied > answers`; [`StatsError::OutOfRange`] for more than 10^5 answers
    /// of one person or more than 10^10 in all.
    pub fn add(&mut self, satisfied: u64, answers: u64) -> Result<(), StatsError> {
        if satisfied > answers {
            return Err(StatsError::Inconsistent { argument: "satisfied", rule: "cannot be larger than answers" });
        }
        if answers > 100_000 {
            let value = real(answers);
            return Err(StatsError::OutOfRange { argument: "answers", value, allowed: "0..=10^5" });
        }
        check_count("answers", self.sum_m.saturating_add(answers))?;
        // At most 10^5·10^10: far below u64::MAX.
        self.respondents += u64::from(answers > 0);
        self.sum_s += satisfied;
        self.sum_m += answers;
        self.sum_ss += satisfied * satisfied;
        self.sum_sm += satisfied * answers;
        self.sum_mm += answers * answers;
        Ok(())
    }

    /// The pooled index, its variance and effective size.
    ///
    /// The answers of one person are not independent, so this is a ratio of two sums over respondents:
    /// `p = Σs/Σm`, `V = n/(n − 1)·Σ (s_i − p·m_i)²/(Σm)²`, `n_eff = p(1 − p)/V`. Multiplied out to
    /// `Σ (s_i − p·m_i)² = (M²·Σs² − 2·S·M·Σsm + S²·Σm²)/M²` with `S = Σs`, `M = Σm`, whose numerator is an integer
    /// and is computed without rounding. (Cochran 1977, chapter 6; the ultimate cluster is the respondent.)
    ///
    /// No respondent: every figure is `None`. All alike (`V = 0`): `n_eff = n`. A single respondent: no variance,
    /// `n_eff = 1`.
    ///
    /// # Errors
    /// [`StatsError::Inconsistent`] when the sums cannot come from any set of respondents,
    /// [`StatsError::OutOfRange`] when they are too large for 128-bit integers (beyond 10^12 answers).
    ///
    /// ```
    /// use hailong::stats::indices::answer_indices;
    /// let form = answer_indices(&[[5, 4, 0], [3, 4, 5], [5, 5, 5], [2, 0, 4]])?;
    /// let index = form.moments.index()?;
    /// assert_eq!(index.share, Some(0.8));
    /// assert!((index.n_eff.unwrap() - 11.53846154).abs() < 1e-8);
    /// # Ok::<(), hailong::stats::StatsError>(())
    /// ```
    pub fn index(&self) -> Result<PooledIndex, StatsError> {
        self.check()?;
        let n = self.respondents;
        if n == 0 {
            return Ok(PooledIndex { respondents: 0, share: None, variance: None, n_eff: None });
        }
        let share = real(self.sum_s) / real(self.sum_m);
        let variance = match n {
            1 => None,
            _ => {
                let m = real(self.sum_m);
                Some(real(n) / real(n - 1) * (self.spread()? / m / m) / m / m)
            }
        };
        let n_eff = match variance {
            Some(v) if v > 0.0 => {
                let failed = real(self.sum_m - self.sum_s) / real(self.sum_m);
                share * failed / v
            }
            _ => real(n),
        };
        Ok(PooledIndex { respondents: n, share: Some(share), variance, n_eff: Some(n_eff) })
    }

    /// `M²·Σs² − 2·S·M·Σsm + S²·Σm²`.
    fn spread(&self) -> Result<f64, StatsError> {
        let too_large = StatsError::OutOfRange {
            argument: "moments",
            value: real(self.sum_m),
            allowed: "up to about 10^12 answers",
        };
        let [s, m, ss, sm, mm] = [self.sum_s, self.sum_m, self.sum_ss, self.sum_sm, self.sum_mm].map(i128::from);
        let product = |x: i128, y: i128, z: i128| x.checked_mul(y).and_then(|xy| xy.checked_mul(z));
        let terms = (product(m, m, ss), product(2 * s, m, sm), product(s, s, mm));
        let (Some(first), Some(middle), Some(last)) = terms else {
            return Err(too_large);
        };
        let spread = first.checked_add(last).ok_or(too_large)? - middle;
        if spread < 0 {
            return Err(StatsError::Inconsistent { argument: "moments", rule: "squares too small for the sums" });
        }
        Ok(spread as f64)
    }

    fn check(&self) -> Result<(), StatsError> {
        let bad = |rule| Err(StatsError::Inconsistent { argument: "moments", rule });
        if self.respondents > MAX_SIZE {
            return check_count("respondents", self.respondents);
        }
        if self.sum_s > self.sum_m {
            return bad("no more satisfied answers than answers");
        }
        if self.sum_m < self.respondents || (self.respondents == 0 && self.sum_m > 0) {
            return bad("every respondent has at least one answer");
        }
        if self.sum_ss > self.sum_sm || self.sum_sm > self.sum_mm {
            return bad("Σs² ≤ Σsm ≤ Σm²");
        }
        if self.sum_s > self.sum_ss || self.sum_m > self.sum_mm {
            return bad("a count is not larger than its square");
        }
        // Cauchy and Schwarz: the squares are least when everybody gave equally many.
        let squares = |sum: u64, of_squares: u64| {
            u128::from(self.respondents) * u128::from(of_squares) >= u128::from(sum) * u128::from(sum)
        };
        if !squares(self.sum_s, self.sum_ss) || !squares(self.sum_m, self.sum_mm) {
            return bad("squares too small for the sums");
        }
        Ok(())
    }
}

/// The figures of a factor or form that need the answers themselves, besides its moments.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerIndices {
    /// The sums of the pooled index.
    pub moments: PooledMoments,
    /// Share of respondents all of whose answers are at level 4 or 5 (hài lòng toàn diện).
    pub full_satisfaction: Option<f64>,
    /// Mean over respondents of their own mean level.
    pub mean_of_means: Option<f64>,
    /// Share satisfied of each criterion, in the order of the columns; `None` where nobody answered it.
    pub per_criterion: Vec<Option<f64>>,
    /// Plain mean of the criteria's shares; the pooled share only when nobody skips.
    pub mean_of_criteria: Option<f64>,
}

/// Moments and indices from a matrix of answers: one row a respondent, one column a criterion, 0 = not answered.
///
/// A respondent without any answer is not counted. Nothing answered: every share is `None`.
///
/// # Errors
/// [`StatsError::OutOfRange`] for a level above 5, [`StatsError::Inconsistent`] for rows of different length.
///
/// ```
/// use hailong::stats::indices::answer_indices;
/// let form = answer_indices(&[[5, 4, 0], [3, 4, 5], [5, 5, 5], [2, 0, 4]])?;
/// assert_eq!((form.moments.sum_s, form.moments.sum_m), (8, 10));
/// assert_eq!(form.full_satisfaction, Some(0.5));
/// assert_eq!(form.mean_of_means, Some(4.125));
/// assert_eq!(form.per_criterion, [Some(0.5), Some(1.0), Some(1.0)]);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn answer_indices<R: AsRef<[u8]>>(answers: &[R]) -> Result<AnswerIndices, StatsError> {
    let criteria = answers.first().map_or(0, |row| row.as_ref().len());
    let mut parts = vec![(0_u64, 0_u64); criteria];
    let mut moments = PooledMoments::default();
    let (mut fully, mut sum_of_means) = (0_u64, 0.0);
    for row in answers {
        let row = row.as_ref();
        if row.len() != criteria {
            return Err(StatsError::Inconsistent { argument: "answers", rule: "every row has the same length" });
        }
        if let Some(&level) = row.iter().find(|&&level| level > 5) {
            let value = f64::from(level);
            return Err(StatsError::OutOfRange { argument: "answers", value, allowed: "0..=5" });
        }
        let (mut satisfied, mut given, mut sum) = (0_u64, 0_u64, 0_u64);
        for (part, &level) in parts.iter_mut().zip(row).filter(|(_, level)| **level > 0) {
            let good = u64::from(level >= 4);
            *part = (part.0 + good, part.1 + 1);
            satisfied += good;
            given += 1;
            sum += u64::from(level);
        }
        moments.add(satisfied, given)?;
        if given > 0 {
            fully += u64::from(satisfied == given);
            sum_of_means += real(sum) / real(given);
        }
    }
    let per_respondent = |sum: f64| (moments.respondents > 0).then(|| sum / real(moments.respondents));
    Ok(AnswerIndices {
        moments,
        full_satisfaction: per_respondent(real(fully)),
        mean_of_means: per_respondent(sum_of_means),
        per_criterion: parts.iter().map(|&(x, n)| (n > 0).then(|| real(x) / real(n))).collect(),
        mean_of_criteria: mean_of_criteria(&parts),
    })
}

/// Plain mean of the criteria's shares satisfied, each given as (satisfied, answers); criteria without an answer
/// are left out, `None` if all are.
///
/// ```
/// use hailong::stats::indices::mean_of_criteria;
/// assert!((mean_of_criteria(&[(1, 2), (3, 3), (3, 3)]).unwrap() - 0.8333333333).abs() < 1e-9);
/// assert_eq!(mean_of_criteria(&[(0, 0)]), None);
/// ```
#[must_use]
pub fn mean_of_criteria(parts: &[(u64, u64)]) -> Option<f64> {
    let shares: Vec<f64> = parts.iter().filter(|(_, n)| *n > 0).map(|&(x, n)| real(x) / real(n)).collect();
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}
