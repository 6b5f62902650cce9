//! What a figure is computed from.

use super::Measure;
use super::read::added;
use crate::stats::indices::PooledMoments;

/// Answers by level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Levels {
    pub(super) counts: [u64; 5],
    pub(super) blank: u64,
    pub(super) not_applicable: u64,
}

/// What a figure is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// One question.
    Closing(Levels),
    /// Criteria, with their respondents' moments.
    Pooled(Levels, PooledMoments),
    /// Criteria of which only their respondents' moments are known.
    Moments(PooledMoments),
    /// One question with the choices "no" and "yes".
    NoOrYes { no: u64, yes: u64, blank: u64, not_applicable: u64 },
}

impl Levels {
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            counts: std::array::from_fn(|level| self.counts[level] + other.counts[level]),
            blank: self.blank + other.blank,
            not_applicable: self.not_applicable + other.not_applicable,
        }
    }

    /// Without a part of it; none when it is no part.
    pub(super) fn minus(&self, part: &Self) -> Option<Self> {
        let mut counts = self.counts;
        for (level, part) in counts.iter_mut().zip(part.counts) {
            *level = level.checked_sub(part)?;
        }
        let blank = self.blank.checked_sub(part.blank)?;
        Some(Self { counts, blank, not_applicable: self.not_applicable.checked_sub(part.not_applicable)? })
    }

    pub(super) fn answers(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn satisfied(&self) -> u64 {
        self.counts[3] + self.counts[4]
    }
}

impl Basis {
    pub(super) fn nothing(measure: Measure) -> Self {
        match measure {
            Measure::Closing => Self::Closing(Levels::default()),
            Measure::PooledIndex => Self::Pooled(Levels::default(), PooledMoments::default()),
            Measure::ShareOfNo => Self::NoOrYes { no: 0, yes: 0, blank: 0, not_applicable: 0 },
        }
    }

    /// Two groups of people together. Both are of one measure; were they not, the first would be kept.
    pub(super) fn plus(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Closing(a), Self::Closing(b)) => Self::Closing(a.plus(b)),
            (Self::Pooled(a, s), Self::Pooled(b, t)) => Self::Pooled(a.plus(b), added(s, *t)),
            (Self::Moments(s), Self::Moments(t)) => Self::Moments(added(s, *t)),
            (
                Self::NoOrYes { no, yes, blank, not_applicable },
                Self::NoOrYes { no: n, yes: y, blank: b, not_applicable: a },
            ) => Self::NoOrYes { no: no + n, yes: yes + y, blank: blank + b, not_applicable: not_applicable + a },
            (first, _) => first,
        }
    }

    /// Persons with a valid answer.
    pub(super) fn persons(&self) -> u64 {
        match self {
            Self::Closing(levels) => levels.answers(),
            Self::Pooled(_, moments) | Self::Moments(moments) => moments.respondents,
            Self::NoOrYes { no, yes, .. } => no + yes,
        }
    }

    pub(super) fn answers(&self) -> u64 {
        match self {
            Self::Pooled(_, moments) | Self::Moments(moments) => moments.sum_m,
            Self::Closing(_) | Self::NoOrYes { .. } => self.persons(),
        }
    }

    pub(super) fn satisfied(&self) -> u64 {
        match self {
            Self::Closing(levels) => levels.satisfied(),
            Self::Pooled(_, moments) | Self::Moments(moments) => moments.sum_s,
            Self::NoOrYes { no, .. } => *no,
        }
    }

    /// Answers at the commonest level.
    pub(super) fn commonest(&self) -> u64 {
        match self {
            Self::Closing(levels) | Self::Pooled(levels, _) => levels.counts.into_iter().max().unwrap_or(0),
            Self::Moments(moments) => moments.sum_s.max(moments.sum_m - moments.sum_s),
            Self::NoOrYes { no, yes, .. } => *no.max(yes),
        }
    }

    pub(super) fn levels(&self) -> Option<[u64; 5]> {
        match self {
            Self::Closing(levels) | Self::Pooled(levels, _) => Some(levels.counts),
            Self::Moments(_) | Self::NoOrYes { .. } => None,
        }
    }

    /// Left blank and not applicable, where it is known.
    pub(super) fn without_answer(&self) -> Option<(u64, u64)> {
        match self {
            Self::Closing(levels) | Self::Pooled(levels, _) => Some((levels.blank, levels.not_applicable)),
            Self::NoOrYes { blank, not_applicable, .. } => Some((*blank, *not_applicable)),
            Self::Moments(_) => None,
        }
    }
}
