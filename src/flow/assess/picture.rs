//! A picture: the one value from which a page, its charts and every file of a view are made.

use serde::Serialize;

use super::behind::Behind;
use super::invited::Invited;
use super::view::{Marked, Organisation};
use super::{Excluded, Figure, Line, Measure};
use crate::domain::Indicator;
use crate::domain::period::Period;
use crate::domain::questionnaire::Texts;

/// Everything found for a view. What must stay hidden is hidden in it: it can be shown to whoever may ask for the view.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// The period.
    pub period: Period,
    /// The period, or the release of its last answers, is not over: every verdict may still change ("tạm tính").
    pub provisional: bool,
    /// When answers were last released, in unix milliseconds; 0 when never.
    pub released_at: i64,
    /// The answers are made up.
    pub simulated: bool,
    /// What kind of survey this is: asked at the unit, and not SIPAS.
    pub source: &'static str,
    /// Fewer persons than this are never shown.
    pub disclosure_threshold: u64,
    /// The indicator; that of the question where one question is asked for.
    pub indicator: Indicator,
    /// What the figures measure.
    pub measure: Measure,
    /// The one question asked for, by form and name.
    pub question: Option<[String; 2]>,
    /// Name of the one channel asked for.
    pub channel: Option<&'static str>,
    /// As it was or as it is.
    pub organisation: Organisation,
    /// Whether answers that two people left out are in the figures.
    pub excluded: Excluded,
    /// Whether answers marked as suspicious are in the figures.
    pub marked: Marked,
    /// Answers of the place and period that are marked as suspicious; absent where it would tell on persons.
    pub marked_answers: Option<u64>,
    /// The place with its figure, and the pooled index beside a closing question.
    pub headline: Line,
    /// The year so far against the same part of the year before.
    pub year: Option<Year>,
    /// Month by month, to the end of the period.
    pub course: Course,
    /// Units, by name; of the whole, of several units, or of a procedure.
    pub units: Vec<Row>,
    /// What the units are compared with.
    pub funnel: Option<Funnel>,
    /// Procedures, by name, and last what named none; of the whole or of units.
    pub procedures: Vec<Row>,
    /// Points of units, by label.
    pub points: Vec<PointRow>,
    /// Channels, in the order of the forms; only those with answers.
    pub channels: Vec<ChannelRow>,
    /// What the mix of channels does to the change of a year.
    pub mix: Option<Mix>,
    /// Questions of the forms that feed the indicator, in their order; by their newest wording.
    pub questions: Vec<QuestionRow>,
    /// What people ticked in lists, question by question.
    pub aspects: Vec<Aspects>,
    /// The ratio of Quyết định 766, apart from everything else.
    pub files: Option<FileRatio>,
    /// What is behind the figure; of the whole, of units, of a procedure.
    pub behind: Option<Behind>,
    /// How many invitations were answered, where any are known; of the same places.
    pub invited: Option<Invited>,
}

/// A line with what compares it to its like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The line. Its figure names no bounds and no missing answers: those are in the picture of the place itself.
    #[serde(flatten)]
    pub line: Line,
    /// Where it lies among the units.
    pub position: Option<Position>,
    /// The share of a small unit drawn towards the common one ("ước lượng co"); never for a verdict.
    pub shrunk: Option<f64>,
}

/// Where a unit lies on the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Position {
    /// Outside the common variation, once it is allowed for that all units are looked at.
    pub flag: Outlier,
    /// Tail 0.001.
    pub lower_998: f64,
    /// Tail 0.025.
    pub lower_95: f64,
    /// Tail 0.975.
    pub upper_95: f64,
    /// Tail 0.999.
    pub upper_998: f64,
}

/// Whether a unit differs from the others by more than units do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlier {
    /// Above.
    High,
    /// Below.
    Low,
    /// "Trong khoảng biến động chung."
    Within,
}

/// What units are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Funnel {
    /// The common share.
    pub center: f64,
    /// Units compared.
    pub units: usize,
    /// Variance of the ordinary differences between units, in squared radians; the limits of any size follow from it
    /// by `stats::units::adjusted_limits`.
    pub tau2: f64,
    /// Whether units are flagged and the limits allow for ordinary differences: from five units on.
    pub flagged: bool,
}

/// The year so far, and the same part of the year before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Year {
    /// First and last day of this year's part.
    pub days: [String; 2],
    /// First and last day of the part of the year before.
    pub days_before: [String; 2],
    /// This year so far.
    pub now: Figure,
    /// The same part of the year before.
    pub before: Figure,
    /// Later less earlier share, with its two-sided 95 % interval; absent where either is.
    pub difference: Option<Difference>,
    /// "tăng", "giảm", "không thay đổi rõ".
    pub change: Change,
    /// The duty of the plan, each year higher than the year before, from the one-sided 95 % bounds.
    pub duty: Change,
    /// One-sided 95 % bounds of the difference: at least, at most.
    pub duty_bounds: Option<[f64; 2]>,
    /// First day of the place, where it did not stand through the whole part of the year before: nothing is compared then.
    pub stands_since: Option<String>,
}

/// A difference of shares with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Later less earlier.
    pub difference: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// What is said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// "Tăng".
    Higher,
    /// "Giảm".
    Lower,
    /// "Không thay đổi rõ".
    NoClearChange,
    /// There is nothing to compare.
    Unknown,
}

/// Month by month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    /// The months, at most 36, from the first with an answer on.
    pub months: Vec<Month>,
    /// Centre of the control chart; absent where limits are not drawn (fewer than 8 months that are shown).
    pub center: Option<f64>,
    /// Trend over the months that are shown, from four on.
    pub trend: Option<Trend>,
}

/// One month of the course.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Month {
    /// The month as a period; cut as the period of the view is cut.
    pub period: Period,
    /// Its figure.
    pub figure: Figure,
    /// Laney's limits, lower and upper.
    pub limits: Option<[f64; 2]>,
    /// Out of the ordinary: strictly outside the limits.
    pub beyond: bool,
    /// Out of the ordinary: the eighth or a further month on one side of the centre.
    pub run: bool,
    /// Persons by channel, in the order of the picture's channels; absent where hidden.
    pub channels: Vec<MonthChannel>,
}

/// Persons of a month who came by one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MonthChannel {
    /// Name of the channel.
    pub channel: &'static str,
    /// Persons; absent where hidden.
    pub n: Option<u64>,
}

/// A trend over months.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Trend {
    /// Where the shares go.
    pub direction: Change,
    /// Change of the share a month.
    pub slope: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// A point with its figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointRow {
    /// Row number of the point.
    pub id: i64,
    /// The line; its name is the label of the point.
    #[serde(flatten)]
    pub line: Line,
    /// Channel of the point.
    pub channel: &'static str,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Day of the last released answer; absent where there is none.
    pub last_answer: Option<String>,
    /// Labels of the tablets that stand there, each with when it was last heard of, in unix ms.
    pub kiosks: Vec<KioskSeen>,
}

/// A tablet at a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KioskSeen {
    /// Row number.
    pub id: i64,
    /// What people call it.
    pub label: String,
    /// When it was last heard of, in unix ms.
    pub seen_at: Option<i64>,
}

/// A channel with its figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelRow {
    /// Name of the channel.
    pub channel: &'static str,
    /// Its figure.
    pub figure: Figure,
}

/// What the mix of channels does to the change against the year before: a plain comparison, not a weighted estimate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mix {
    /// Share of this year so far if its channels had the weights they had the year before.
    pub share: f64,
    /// Change of the share as it was counted.
    pub change: f64,
    /// The part of it that the other weights of the channels make; the rest is within channels.
    pub by_mix: f64,
}

/// A question with its figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionRow {
    /// Form.
    pub form: String,
    /// Name in the form.
    pub name: String,
    /// Words, by language.
    pub label: Texts,
    /// Factor; `overall` for a closing question.
    pub factor: Option<String>,
    /// Its figure: share satisfied of those who answered, spread over the levels; without a target.
    pub figure: Figure,
}

/// What people ticked in one list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Aspects {
    /// Form.
    pub form: String,
    /// Name in the form.
    pub name: String,
    /// Words, by language.
    pub label: Texts,
    /// The things, in the order of the list.
    pub ticked: Vec<Ticked>,
}

/// One thing of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ticked {
    /// Name in the list.
    pub name: String,
    /// Words, by language.
    pub label: Texts,
    /// Persons who ticked it; absent where hidden.
    pub n: Option<u64>,
}

/// Quyết định 766/QĐ-TTg: files that nobody complained of, of all files. It counts silence as satisfaction and is never
/// compared with a share of answers. Which dissatisfied answer is about which late file is not known, so that the ratio
/// lies between two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FileRatio {
    /// Files finished.
    pub files: u64,
    /// Of them late.
    pub late: u64,
    /// Dissatisfied answers (levels 1 and 2 of the closing question).
    pub dissatisfied: u64,
    /// If no dissatisfied answer is about a late file.
    pub lower: f64,
    /// If as many as possible are.
    pub upper: f64,
}
