//! Assess: from released tallies to findings. One value, [`Findings`], is what every page, file and answer shows, so
//! that they agree.

mod apart;
mod asked;
mod basis;
pub mod behind;
mod beside;
mod case;
mod course;
mod crowd;
mod drivers;
mod figure;
mod files;
mod gallery;
mod gather;
mod ground;
mod hide;
mod indices;
mod inquire;
pub mod invited;
mod memory;
mod named;
mod paint;
mod persons;
pub mod picture;
mod read;
mod rows;
mod sheet;
mod timeline;
mod together;
mod veil;
mod view;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use beside::Beside;
use case::Case;
pub use figure::{Depth, Figure, Needed, Range, State, VerdictName};
pub use gallery::{Gallery, picture};
pub use persons::{FEWEST, month, name_of, persons};
use read::Tallied;
pub use view::{Marked, NO_PROCEDURE, Organisation, Place, Subject, View};

use crate::domain::period::Period;
use crate::domain::{Day, Indicator};
use crate::error::{Context, Error, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::seal::anchor;
use crate::stats::disclosure::DEFAULT_THRESHOLD;
use crate::store::Db;
use crate::store::marks::{self, Mark};
use crate::store::targets;

/// How often the figures are read again when a release came between.
const ATTEMPTS: u32 = 5;

/// Everything found about a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The period.
    pub period: Period,
    /// The period, or the release of its last answers, is not over: every verdict may still change ("tạm tính").
    pub provisional: bool,
    /// When answers were last released, in unix milliseconds; 0 when never.
    pub released_at: i64,
    /// The answers are made up.
    pub simulated: bool,
    /// What kind of survey this is: asked at the unit, and not SIPAS.
    pub source: Cow<'static, str>,
    /// Short code of the last anchor of the seal: what is printed is an anchor too.
    pub seal: Option<String>,
    /// Whether answers that two people left out are in the figures.
    pub excluded: Excluded,
    /// Fewer persons than this are never shown.
    pub disclosure_threshold: u64,
    /// One finding an indicator, in the order of the reports.
    pub indicators: Vec<Finding>,
}

/// What was found about one indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The indicator.
    pub indicator: Indicator,
    /// What its figures measure.
    pub measure: Measure,
    /// All units together.
    pub department: Line,
    /// Every unit as it was, by name; their own answers only, so that they add up to the department.
    pub units: Vec<Line>,
    /// Every procedure, by name, and last what named no procedure; empty where nobody named one.
    pub procedures: Vec<Line>,
}

/// What a figure measures. They are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Share of persons at level 4 or 5 of the form's closing question.
    Closing,
    /// Share of answers at level 4 or 5, over persons and criteria.
    PooledIndex,
    /// Share of persons who need not hand in papers again.
    ShareOfNo,
}

impl Measure {
    /// The measure of an indicator.
    #[must_use]
    pub fn of(indicator: Indicator) -> Self {
        match indicator {
            Indicator::Procedures | Indicator::Education => Self::Closing,
            Indicator::Service => Self::PooledIndex,
            Indicator::PapersAgain => Self::ShareOfNo,
        }
    }

    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Closing => "closing",
            Self::PooledIndex => "pooled_index",
            Self::ShareOfNo => "share_of_no",
        }
    }
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All units.
    Department,
    /// Some units together.
    Units,
    /// One unit.
    Unit,
    /// One procedure.
    Procedure,
    /// What named no procedure.
    NoProcedure,
    /// A procedure at one unit.
    UnitProcedure,
    /// A point.
    Point,
}

impl Scope {
    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Units => "units",
            Self::Unit => "unit",
            Self::Procedure => "procedure",
            Self::NoProcedure => "no_procedure",
            Self::UnitProcedure => "unit_procedure",
            Self::Point => "point",
        }
    }
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it is about.
    pub scope: Scope,
    /// Code of the unit or procedure.
    pub code: String,
    /// Name of the unit or procedure, as it was.
    pub name: String,
    /// The figure.
    pub figure: Figure,
    /// The pooled index of the factors, beside a closing question.
    pub index: Option<Figure>,
}

/// What becomes of answers that two people left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excluded {
    /// They are not in the figures: what is reported.
    LeftOut,
    /// They are in the figures, so that everybody can see what leaving them out does.
    Included,
}

impl Excluded {
    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftOut => "left_out",
            Self::Included => "included",
        }
    }
}

/// Who will see the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anyone: where fewer than ten persons all chose the same, only "at least 95 %" or "at most 5 %" is said.
    Public,
    /// Those who manage the units.
    Management,
}

/// The findings of a period, from what is released now, without what two people left out.
///
/// # Errors
/// Busy when the store does not answer or releases keep coming between.
pub async fn findings(db: &Db, period: &Period, audience: Audience, now_ms: i64) -> Result<Findings> {
    findings_with(db, period, audience, Excluded::LeftOut, now_ms).await
}

/// The findings of a period, with or without what two people left out. They hide what pictures of the same period hide.
///
/// # Errors
/// Busy when the store does not answer or releases keep coming between.
pub async fn findings_with(
    db: &Db,
    period: &Period,
    audience: Audience,
    excluded: Excluded,
    now_ms: i64,
) -> Result<Findings> {
    let catalogue = Catalogue::read(db, Day::at(now_ms)).await?;
    findings_in(&Gallery::default(), db, &catalogue, period, (audience, excluded), now_ms).await
}

/// The same, for whoever asks for several: what their pictures are made from is read once.
///
/// # Errors
/// As [`findings_with`].
pub async fn findings_in(
    gallery: &Gallery,
    db: &Db,
    catalogue: &Catalogue,
    period: &Period,
    (audience, excluded): (Audience, Excluded),
    now_ms: i64,
) -> Result<Findings> {
    for _ in 0..ATTEMPTS {
        let before = marks::get(db, Mark::Tallied).await?;
        let beside = Beside::read(gallery, db, catalogue, period, excluded, now_ms).await?;
        let found = read(db, period, audience, excluded, &beside, now_ms).await.context("assess a period")?;
        // Tables read on both sides of a release would not add up, and their difference would tell on persons.
        if marks::get(db, Mark::Tallied).await? == before {
            return Ok(found);
        }
    }
    Err(Error::Busy("release"))
}

async fn read(
    db: &Db,
    period: &Period,
    audience: Audience,
    excluded: Excluded,
    beside: &[Beside],
    now_ms: i64,
) -> Result<Findings> {
    let released_at = marks::get(db, Mark::ReleasedAt).await?;
    let tallied = Tallied::read(db, period).await?;
    let targets = targets::valid_on(db, period.last()).await?;
    let indicators = Indicator::ALL
        .into_iter()
        .zip(beside)
        .map(|(indicator, beside)| {
            Case { indicator, period, audience, excluded, tallied: &tallied, targets: &targets, beside }.finding()
        })
        .collect::<Result<_>>()?;
    Ok(Findings {
        period: *period,
        provisional: Day::at(now_ms) < period.to() || Day::at(released_at) < period.to(),
        released_at,
        simulated: marks::get(db, Mark::Simulated).await? == 1,
        source: Cow::Borrowed("survey_at_unit_not_sipas"),
        seal: anchor::last_code(db).await?,
        excluded,
        disclosure_threshold: DEFAULT_THRESHOLD,
        indicators,
    })
}
