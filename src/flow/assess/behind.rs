//! What is behind a figure: which factors go with the overall level, and how those who rated low and those who rated high
//! answered the other questions. It is told of whole calendar months that are over, of all channels together and of what
//! is reported: no other filter can then be used to find a few persons by subtraction.

use serde::Serialize;

use super::Figure;
use crate::domain::questionnaire::Texts;

/// What is behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Behind {
    /// First and last day of the months it is told of; absent where it is not told.
    pub days: Option<[String; 2]>,
    /// Why nothing is told.
    pub silent: Option<Silent>,
    /// Which factors go with the closing question, form by form.
    pub drivers: Vec<Drivers>,
    /// How those who rated low (1 and 2) and high (4 and 5) answered each question.
    pub raters: Vec<Raters>,
    /// What they ticked in lists.
    pub ticked: Vec<TickedApart>,
}

/// Why nothing is told of what is behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Silent {
    /// It is told of all channels together only.
    Channel,
    /// It is told only of what is reported: with what is marked, without what was left out.
    Reported,
    /// No whole month of the period is over and released.
    Month,
}

/// Which factors go with the overall level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drivers {
    /// Form.
    pub form: String,
    /// Persons who answered the closing question and every factor; absent where that is not told.
    pub n: Option<u64>,
    /// About how many more such answers are needed before anything is told, in tens; absent where enough are there.
    pub more: Option<u64>,
    /// There are enough, but they stay hidden beside other figures.
    pub hidden: bool,
    /// What all factors explain together of how overall levels differ, a fraction of one.
    pub r2: Option<f64>,
    /// The factors, in the order of the form.
    pub factors: Vec<Factor>,
}

/// One factor beside the overall level. Association, not cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Factor {
    /// Name.
    pub name: String,
    /// Words of its question, where it has one alone.
    pub label: Option<Texts>,
    /// Its part of what all factors explain together; absent where nothing is told or explained.
    pub share: Option<f64>,
    /// Lower end of the two-sided 95 % interval of the part.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// It has the largest part, or the difference to the largest is not certain.
    pub may_lead: bool,
    /// Kendall's tau-b with the overall level: direction, and a check that assumes no straight line.
    pub tau_b: Option<f64>,
    /// Answers at level 4 and 5 of all answers to its questions, a fraction of one.
    pub satisfied: Option<f64>,
}

/// One question as those who rated low and high answered it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Raters {
    /// Form.
    pub form: String,
    /// Name in the form.
    pub name: String,
    /// Words, by language.
    pub label: Texts,
    /// Those at overall level 1 or 2.
    pub low: Figure,
    /// Those at 4 or 5.
    pub high: Figure,
}

/// What was ticked in one list by those who rated low and high.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TickedApart {
    /// Form.
    pub form: String,
    /// Name in the form.
    pub name: String,
    /// Words, by language.
    pub label: Texts,
    /// The things, in the order of the list.
    pub things: Vec<Thing>,
}

/// One thing of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Thing {
    /// Name in the list.
    pub name: String,
    /// Words, by language.
    pub label: Texts,
    /// Persons at overall level 1 or 2 who ticked it; absent where hidden.
    pub low: Option<u64>,
    /// Persons at 4 or 5.
    pub high: Option<u64>,
}
