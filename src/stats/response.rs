//! Response rates and what silence may hide (section 20).

use super::{BasisPoints, Population, StatsError, check_count, real};

/// Below this R-indicator the units or groups answered so differently that a caution is printed.
pub const CAUTION_BELOW: f64 = 0.8;

/// What became of the invitations of one channel and period.
///
/// Named fields, because seven counts in a row would sooner or later be exchanged. Everybody who was issued an
/// invitation is known to be eligible unless told otherwise, so AAPOR's `e` is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Invitations {
    /// Invitations sent or handed out; 0 for a channel without invitations (kiosk, counter QR).
    pub issued: u64,
    /// Those that did not arrive (wrong number, returned).
    pub not_delivered: u64,
    /// Those that went to somebody who should not have been asked.
    pub not_eligible: u64,
    /// Responses with all required questions answered.
    pub complete: u64,
    /// Responses with at least half of them answered; less is not a response.
    pub partial: u64,
    /// Refusals.
    pub refused: u64,
}

/// The rates of one channel and period, as shares; `None` where the denominator is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResponseRates {
    /// `E = issued − not_delivered − not_eligible`.
    pub eligible: u64,
    /// RR1: `complete/E`.
    pub rr1: Option<f64>,
    /// RR2: `(complete + partial)/E`.
    pub rr2: Option<f64>,
    /// `(complete + partial)/(complete + partial + refused)`.
    pub cooperation: Option<f64>,
    /// `(complete + partial + refused)/E`.
    pub contact: Option<f64>,
    /// `(issued − not_delivered)/issued`.
    pub delivery: Option<f64>,
    /// `(complete + partial)/N`; `None` when `N` is unknown. Above 1 the population is wrong or somebody answered
    /// twice.
    pub coverage: Option<f64>,
}

/// Response, cooperation, contact, delivery and coverage of one channel and period (AAPOR 2023, adapted).
///
/// `population` is `N`, the cases handled, for the coverage. A channel without invitations (`issued = 0`) has no
/// response, contact and delivery rate: `None`, not 100 %; show its coverage only.
///
/// # Errors
/// [`StatsError::Inconsistent`] when more invitations failed than were issued, or when more people answered or
/// refused than were eligible; [`StatsError::OutOfRange`] for a count above 10^10.
///
/// ```
/// use hailong::stats::{Population, response::{Invitations, response_rates}};
/// let sms = Invitations {
///     issued: 1200, not_delivered: 60, not_eligible: 15, complete: 310, partial: 25, refused: 18,
/// };
/// let rates = response_rates(sms, Population::Known(2400))?;
/// assert_eq!((rates.eligible, rates.delivery), (1125, Some(0.95)));
/// assert!((rates.rr2.unwrap() - 0.2977777778).abs() < 1e-9);
/// // A kiosk sends no invitations.
/// let kiosk = Invitations { complete: 40, ..Invitations::default() };
/// assert_eq!(response_rates(kiosk, Population::Known(200))?.rr1, None);
/// assert_eq!(response_rates(kiosk, Population::Known(200))?.coverage, Some(0.2));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn response_rates(invitations: Invitations, population: Population) -> Result<ResponseRates, StatsError> {
    let Invitations { issued, not_delivered, not_eligible, complete, partial, refused } = invitations;
    check_count("issued", issued)?;
    check_count("not_delivered", not_delivered)?;
    check_count("not_eligible", not_eligible)?;
    check_count("complete", complete)?;
    check_count("partial", partial)?;
    check_count("refused", refused)?;
    let Some(eligible) = issued.checked_sub(not_delivered + not_eligible) else {
        let (argument, rule) = ("issued", "cannot be less than not_delivered and not_eligible together");
        return Err(StatsError::Inconsistent { argument, rule });
    };
    let answered = complete + partial;
    let reached = answered + refused;
    if issued > 0 && reached > eligible {
        let (argument, rule) = ("complete", "complete, partial and refused cannot be more than were eligible");
        return Err(StatsError::Inconsistent { argument, rule });
    }
    Ok(ResponseRates {
        eligible,
        rr1: ratio(complete, eligible),
        rr2: ratio(answered, eligible),
        cooperation: ratio(answered, reached),
        contact: ratio(reached, eligible),
        delivery: ratio(issued - not_delivered, issued),
        coverage: coverage(answered, population)?,
    })
}

/// `responses/N`, the share of the cases that left a response, for a channel without invitations; `None` when `N` is
/// unknown or 0. Above 1 the population is wrong or somebody answered twice.
///
/// # Errors
/// [`StatsError::OutOfRange`] for a count above 10^10.
///
/// ```
/// use hailong::stats::{Population, response::coverage};
/// assert_eq!(coverage(335, Population::Known(2400))?, Some(335.0 / 2400.0));
/// assert_eq!(coverage(335, Population::Unknown)?, None);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn coverage(responses: u64, population: Population) -> Result<Option<f64>, StatsError> {
    check_count("responses", responses)?;
    match population {
        Population::Known(size) => {
            check_count("population", size)?;
            Ok(ratio(responses, size))
        }
        Population::Unknown => Ok(None),
    }
}

/// One group of cases (a procedure, a unit, a channel) and who of it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// `N_h`, cases handled.
    pub cases: u64,
    /// `n_h`, responses with an answer.
    pub responses: u64,
    /// `x_h`, those of them satisfied.
    pub satisfied: u64,
}

/// How far those who answered speak for those who did not. Shares; `None` where the denominator is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nonresponse {
    /// `ρ̄ = Σn/ΣN`.
    pub response: Option<f64>,
    /// `1 − 2·sqrt(Σ N_h(ρ_h − ρ̄)²/ΣN)`: 1 when all groups answered alike, 0 at worst.
    pub r_indicator: Option<f64>,
    /// Share of the cases in groups with at least one response.
    pub covered_share: Option<f64>,
    /// `Σx/Σn`.
    pub unweighted: Option<f64>,
    /// `Σ W_h·x_h/n_h` over the groups with a response, `W_h` their part of the covered cases (section 10).
    pub weighted: Option<f64>,
    /// `Σx/ΣN`: the share satisfied if all who kept silent are dissatisfied.
    pub worst_lower: Option<f64>,
    /// `(Σx + ΣN − Σn)/ΣN`: the share satisfied if all who kept silent are satisfied.
    pub worst_upper: Option<f64>,
    /// Groups with more responses than cases, computed with `N_h := n_h`: raise a data-quality flag.
    pub raised_groups: u64,
    satisfied: u64,
    cases: u64,
}

impl Nonresponse {
    /// Whether the target is met whatever those who kept silent think: `Σx/ΣN ≥ T`, in integers. Without a case: no.
    #[must_use]
    pub fn met_beyond_doubt(&self, target: BasisPoints) -> bool {
        self.cases > 0 && self.satisfied >= target.needed(self.cases)
    }

    /// Whether the groups answered so differently that a caution belongs beside every figure ([`CAUTION_BELOW`]).
    #[must_use]
    pub fn needs_caution(&self) -> bool {
        self.r_indicator.is_some_and(|r| r < CAUTION_BELOW)
    }
}

/// The nonresponse box of a report: R-indicator (Schouten, Cobben & Bethlehem 2009), unweighted and weighted share,
/// and the worst-case range (Manski 1989).
///
/// A group with more responses than cases counts with `N_h := n_h` (section 10). No case at all: every figure is
/// `None`; no response: no share, and the worst-case range is [0, 1].
///
/// # Errors
/// [`StatsError::Inconsistent`] when a group has more satisfied than responses; [`StatsError::OutOfRange`] for more
/// than 10^10 cases in all.
///
/// ```
/// use hailong::stats::{BasisPoints, response::{Group, nonresponse}};
/// let group = |cases, responses, satisfied| Group { cases, responses, satisfied };
/// let found = nonresponse(&[group(500, 50, 46), group(300, 60, 48), group(200, 10, 9)])?;
/// assert!((found.r_indicator.unwrap() - 0.8886447127).abs() < 1e-9);
/// assert!((found.weighted.unwrap() - 0.88).abs() < 1e-12);
/// assert_eq!((found.worst_lower, found.worst_upper), (Some(0.103), Some(0.983)));
/// assert!(!found.met_beyond_doubt(BasisPoints::new(9000)?));
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn nonresponse(groups: &[Group]) -> Result<Nonresponse, StatsError> {
    let (mut cases, mut responses, mut satisfied, mut covered) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut raised_groups, mut expected_satisfied) = (0_u64, 0.0);
    for group in groups {
        if group.satisfied > group.responses {
            let rule = "cannot be larger than the responses of its group";
            return Err(StatsError::Inconsistent { argument: "satisfied", rule });
        }
        let size = group.size();
        // Checked after every group, so no sum comes near overflow.
        cases = cases.saturating_add(size);
        check_count("cases", cases)?;
        responses += group.responses;
        satisfied += group.satisfied;
        raised_groups += u64::from(size > group.cases);
        if let Some(share) = ratio(group.satisfied, group.responses) {
            covered += size;
            expected_satisfied += real(size) * share;
        }
    }
    let response = ratio(responses, cases);
    let r_indicator = response.map(|mean| {
        let apart = groups.iter().filter(|group| group.size() > 0).map(|group| {
            let size = real(group.size());
            size * (real(group.responses) / size - mean).powi(2)
        });
        (1.0 - 2.0 * (apart.sum::<f64>() / real(cases)).sqrt()).max(0.0)
    });
    Ok(Nonresponse {
        response,
        r_indicator,
        covered_share: ratio(covered, cases),
        unweighted: ratio(satisfied, responses),
        weighted: (covered > 0).then(|| (expected_satisfied / real(covered)).min(1.0)),
        worst_lower: ratio(satisfied, cases),
        worst_upper: ratio(satisfied + (cases - responses), cases),
        raised_groups,
        satisfied,
        cases,
    })
}

impl Group {
    /// `N_h`, not less than the responses.
    fn size(self) -> u64 {
        self.cases.max(self.responses)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| real(part) / real(whole))
}
