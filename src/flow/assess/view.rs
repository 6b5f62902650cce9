//! A view: what is asked of the figures. Whoever may ask is settled before: a view carries no permission.

use serde::Serialize;

use super::{Audience, Depth, Excluded, Measure};
use crate::domain::period::Period;
use crate::domain::{Channel, Indicator, PointId, ProcedureId, UnitId};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct View {
    /// What is measured.
    pub subject: Subject,
    /// Of what.
    pub place: Place,
    /// When.
    pub period: Period,
    /// By one channel only; none for all.
    pub channel: Option<Channel>,
    /// Units and procedures as they were, or as they are.
    pub organisation: Organisation,
    /// With or without what two people left out.
    pub excluded: Excluded,
    /// With or without what is marked as suspicious.
    pub marked: Marked,
    /// Who will see it.
    pub audience: Audience,
    /// How much is computed of each line, month and channel.
    pub lines: Depth,
}

impl View {
    /// What managers see first: an indicator of a place and period, all channels, as it was reported.
    #[must_use]
    pub fn of(indicator: Indicator, place: Place, period: Period) -> Self {
        Self {
            subject: Subject::Indicator(indicator),
            place,
            period,
            channel: None,
            organisation: Organisation::AsItWas,
            excluded: Excluded::LeftOut,
            marked: Marked::Included,
            audience: Audience::Management,
            lines: Depth::Line,
        }
    }
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An indicator, by its own measure.
    Indicator(Indicator),
    /// One question answered by levels, over all versions of its form that ask it for the same indicator. It has no
    /// target: targets are held against indicators.
    Question {
        /// Name of the form.
        form: String,
        /// Name of the question.
        name: String,
    },
}

impl Subject {
    /// What its figures measure.
    #[must_use]
    pub fn measure(&self) -> Measure {
        match self {
            Self::Indicator(indicator) => Measure::of(*indicator),
            Self::Question { .. } => Measure::Closing,
        }
    }
}

/// Of what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// All units.
    Department,
    /// Some units together; one unit is the usual case.
    Units(Vec<UnitId>),
    /// A procedure at all units; [`NO_PROCEDURE`] for what named none.
    Procedure(ProcedureId),
    /// A procedure at one unit.
    UnitProcedure(UnitId, ProcedureId),
    /// A point, and so the tablet that stands there: what was answered at it about a unit.
    Point(UnitId, PointId),
}

/// Stands for no procedure named.
pub const NO_PROCEDURE: ProcedureId = ProcedureId(0);

/// Under which names answers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Organisation {
    /// Under the units and procedures they were given about: what is reported.
    AsItWas,
    /// Those of units and procedures that ended by the period's last day under their successors, so that years before
    /// and after a reorganisation can be compared.
    AsItIs,
}

impl Organisation {
    /// The name used in files and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AsItWas => "as_it_was",
            Self::AsItIs => "as_it_is",
        }
    }
}

/// What becomes of answers that are marked as suspicious.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Marked {
    /// They count, as every answer does that two people have not left out: what is reported.
    Included,
    /// They are taken out, so that it can be seen what they do.
    LeftOut,
}

impl Marked {
    /// The name used in files and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::LeftOut => "left_out",
        }
    }
}
