//! One figure: from counts to a share with its interval, verdict and state.

use serde::{Deserialize, Serialize};

use super::Audience;
use super::basis::Basis;
use crate::stats::disclosure::reveals_everybody;
use crate::stats::plan::{Aim, RequiredMore, required_more, required_more_design};
use crate::stats::proportion::wilson_finite;
use crate::stats::verdict::{
    Assessment, Standing, Verdict, assess, assess_design, standing, verdict_of, verdict_of_design,
};
use crate::stats::{BasisPoints, Confidence, Population, PopulationStatus, StatsError};

/// A figure with everything that may be said of it. Where it is hidden, everything but the state and the target is
/// absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What may be said.
    pub state: State,
    /// Persons with a valid answer.
    pub n: Option<u64>,
    /// Valid answers: one a person, or as many as criteria were answered.
    pub answers: Option<u64>,
    /// Answers at level 1, 2, 3, 4 and 5.
    pub levels: Option<[u64; 5]>,
    /// Answers that count as satisfied (or as "need not hand in again").
    pub satisfied: Option<u64>,
    /// Asked and left blank.
    pub blank: Option<u64>,
    /// Does not apply.
    pub not_applicable: Option<u64>,
    /// Persons whose answers two people left out; absent where it would tell on persons.
    pub excluded: Option<u64>,
    /// So few persons were left out that neither their number nor the figure with them is told.
    pub excluded_few: bool,
    /// Satisfied of answers, a fraction of one.
    pub share: Option<f64>,
    /// Lower end of the two-sided 95 % interval.
    pub lower: Option<f64>,
    /// Upper end of the two-sided 95 % interval.
    pub upper: Option<f64>,
    /// How many times wider the interval is, squared, than that of as many independent answers; 1 for one question.
    #[serde(skip)]
    pub deff: Option<f64>,
    /// Said instead of a share that would tell what everybody answered.
    pub range: Option<Range>,
    /// Threshold in basis points.
    pub target: Option<u32>,
    /// Whether the target is reached.
    pub verdict: Option<VerdictName>,
    /// One-sided 95 % bound: at least so much.
    pub at_least: Option<f64>,
    /// One-sided 95 % bound: at most so much.
    pub at_most: Option<f64>,
    /// What is missing when the evidence is not enough.
    pub needed: Option<Needed>,
    /// Files finished in the period.
    pub population: Option<u64>,
    /// Persons of the files, a fraction of one.
    pub coverage: Option<f64>,
    /// More persons answered than files were finished: one of the two is wrong, and the figures take the number of
    /// files as unknown.
    pub more_answers_than_files: bool,
}

/// What may be said of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Meets the target.
    Above,
    /// Below the target.
    Below,
    /// Not enough evidence.
    Open,
    /// Not enough evidence and few answers.
    Few,
    /// Not shown, to protect people.
    Hidden,
    /// No answer.
    None,
}

impl State {
    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
            Self::Open => "open",
            Self::Few => "few",
            Self::Hidden => "hidden",
            Self::None => "none",
        }
    }
}

/// Said instead of 100 % or 0 % of few persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Range {
    /// ≥ 95 %. What was frozen earlier may have the name without the second stroke.
    #[serde(rename = "at_least_95", alias = "at_least95")]
    AtLeast95,
    /// ≤ 5 %.
    #[serde(rename = "at_most_5", alias = "at_most5")]
    AtMost5,
}

impl Range {
    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AtLeast95 => "at_least_95",
            Self::AtMost5 => "at_most_5",
        }
    }
}

/// The verdict as files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictName {
    /// Đạt.
    Met,
    /// Không đạt.
    NotMet,
    /// Chưa đủ bằng chứng.
    NotEnough,
}

impl VerdictName {
    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::NotEnough => "not_enough",
        }
    }
}

/// Further answers until the evidence is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needed {
    /// Expected, if the share stays as it is; absent when no number can be given.
    pub more: Option<u64>,
    /// Fewest that could lead to "met"; absent when it cannot be reached any more, or of a pooled index.
    pub best_case_met: Option<u64>,
    /// Fewest that could lead to "not met"; absent likewise.
    pub best_case_not_met: Option<u64>,
}

/// An effective size larger than this says nothing more; the distribution functions take up to ten times as much.
const MOST_EFFECTIVE: f64 = 1e9;

/// What is asked of the counts.
pub(super) struct Question {
    pub(super) target: Option<BasisPoints>,
    pub(super) population: Population,
    pub(super) audience: Audience,
    pub(super) threshold: u64,
    pub(super) depth: Depth,
}

/// How much is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Everything.
    Whole,
    /// With the bounds of the verdict and what is missing, from the sums of lines.
    Judged,
    /// Without the bounds of the verdict and what is missing: for a line among a thousand.
    Line,
}

impl Question {
    /// The figure.
    pub(super) fn answer(&self, basis: &Basis, hidden: bool) -> Result<Figure, StatsError> {
        let n = basis.persons();
        let target = self.target.map(BasisPoints::get);
        if hidden {
            return Ok(Figure { state: State::Hidden, target, ..Figure::none() });
        }
        let (blank, not_applicable) = basis.without_answer().unzip();
        let known = match self.population {
            Population::Known(files) => Some(files),
            Population::Unknown => None,
        };
        let too_small = self.population.status(n) == PopulationStatus::TooSmall;
        let counted = Figure {
            n: Some(n),
            answers: Some(basis.answers()),
            levels: basis.levels(),
            satisfied: Some(basis.satisfied()),
            blank,
            not_applicable,
            target,
            population: known,
            coverage: known.filter(|files| *files > 0).map(|files| n as f64 / files as f64),
            more_answers_than_files: too_small,
            ..Figure::none()
        };
        if n == 0 {
            return Ok(counted);
        }
        let estimate = self.estimate(basis, n)?;
        let verdict = estimate.verdict.unwrap_or(Verdict::NotEnough);
        let figure = Figure {
            state: match standing(n, verdict, self.threshold) {
                Standing::None => State::None,
                Standing::Hidden => State::Hidden,
                Standing::Above => State::Above,
                Standing::Below => State::Below,
                Standing::Open => State::Open,
                Standing::Few => State::Few,
            },
            share: Some(estimate.share),
            lower: Some(estimate.lower),
            upper: Some(estimate.upper),
            deff: Some(estimate.deff),
            verdict: estimate.verdict.map(named),
            at_least: estimate.judged.map(|judged| judged.lower),
            at_most: estimate.judged.map(|judged| judged.upper),
            needed: estimate.missing.filter(|_| verdict == Verdict::NotEnough).map(|missing| Needed {
                more: missing.more,
                best_case_met: missing.best_case_met,
                best_case_not_met: missing.best_case_not_met,
            }),
            ..counted
        };
        Ok(if self.tells_everybody(basis, n) { figure.coarse() } else { figure })
    }

    fn estimate(&self, basis: &Basis, n: u64) -> Result<Estimate, StatsError> {
        let (share, n_eff, pooled) = match basis {
            Basis::Closing(_) | Basis::NoOrYes { .. } => (basis.satisfied() as f64 / n as f64, n as f64, false),
            Basis::Pooled(_, moments) | Basis::Moments(moments) => {
                let index = moments.index()?;
                (index.share.unwrap_or(0.0), index.n_eff.unwrap_or(n as f64).min(MOST_EFFECTIVE), true)
            }
        };
        let (x, population) = (basis.satisfied(), self.population);
        let deff = n as f64 / n_eff;
        let interval = wilson_finite(share, n, population, deff, Confidence::TWO_SIDED_95)?.interval;
        let (lower, upper) = (interval.lower, interval.upper);
        let mut estimate = Estimate { share, lower, upper, deff, verdict: None, judged: None, missing: None };
        let Some(target) = self.target else { return Ok(estimate) };
        if self.depth == Depth::Line {
            estimate.verdict = Some(match pooled {
                true => verdict_of_design(share, n_eff, n, population, target)?,
                false => verdict_of(x, n, population, target)?,
            });
            return Ok(estimate);
        }
        let (judged, missing) = match pooled {
            true => (
                assess_design(share, n_eff, n, population, target)?,
                required_more_design(share, n_eff, n, population, Aim::at(target))?,
            ),
            false => (assess(x, n, population, target)?, required_more(x, n, population, 1.0, Aim::at(target))?),
        };
        Ok(Estimate { verdict: Some(judged.verdict), judged: Some(judged), missing: Some(missing), ..estimate })
    }

    /// Few persons who all chose the same: their share would tell what each of them answered.
    fn tells_everybody(&self, basis: &Basis, n: u64) -> bool {
        let alike = basis.commonest() == basis.answers();
        self.audience == Audience::Public && reveals_everybody(if alike { n } else { 0 }, n, self.threshold)
    }
}

struct Estimate {
    share: f64,
    lower: f64,
    upper: f64,
    deff: f64,
    verdict: Option<Verdict>,
    judged: Option<Assessment>,
    missing: Option<RequiredMore>,
}

impl Figure {
    /// Hides everything but the target; what was left out of the figures too, unless it is only said to be few.
    pub fn hide(&mut self) {
        *self = Self { state: State::Hidden, target: self.target, excluded_few: self.excluded_few, ..Self::none() };
    }

    /// Nobody answered.
    #[must_use]
    pub fn none() -> Self {
        Self {
            state: State::None,
            n: None,
            answers: None,
            levels: None,
            satisfied: None,
            blank: None,
            not_applicable: None,
            excluded: None,
            excluded_few: false,
            share: None,
            lower: None,
            upper: None,
            deff: None,
            range: None,
            target: None,
            verdict: None,
            at_least: None,
            at_most: None,
            needed: None,
            population: None,
            coverage: None,
            more_answers_than_files: false,
        }
    }

    fn coarse(self) -> Self {
        let range = match self.share {
            Some(share) if share > 0.5 => Range::AtLeast95,
            _ => Range::AtMost5,
        };
        Self {
            levels: None,
            satisfied: None,
            share: None,
            lower: None,
            upper: None,
            deff: None,
            range: Some(range),
            at_least: None,
            at_most: None,
            needed: None,
            ..self
        }
    }
}

fn named(verdict: Verdict) -> VerdictName {
    match verdict {
        Verdict::Met => VerdictName::Met,
        Verdict::NotMet => VerdictName::NotMet,
        Verdict::NotEnough => VerdictName::NotEnough,
    }
}
