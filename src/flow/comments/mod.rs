//! Comments: read by those who answer for a unit, from the next working day on and never in the order of their coming;
//! handled, with every step kept; searched; and the words that keep coming back.

mod act;
mod gather;
mod recurring;

use std::ops::Range;

pub use act::{Act, answer, assign, hide, mask_names, move_to, note, show, unmask};
pub use gather::gather;
pub use recurring::{LEAST, MOST as MOST_READ, Recurring, Word, recurring};

use crate::domain::account::{Role, Scope};
use crate::domain::mask::{self, Piece};
use crate::domain::working::WorkingDays;
use crate::domain::{AccountId, Day, ProcedureId, UnitId};
use crate::error::{Context, Error, Result};
use crate::flow::people::session;
use crate::store::Db;
use crate::store::comments::{self, Row, Which};
use crate::store::handlings;

/// So many on a page.
pub const PAGE: i64 = 25;

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nobody has taken it up.
    New,
    /// Somebody has.
    Open,
    /// It is done.
    Done,
    /// It is not shown among the others.
    Hidden,
}

impl Status {
    /// All, in the order in which a comment passes through them.
    pub const ALL: [Self; 4] = [Self::New, Self::Open, Self::Done, Self::Hidden];

    /// The name in tables and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Done => "done",
            Self::Hidden => "hidden",
        }
    }

    /// That of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Why a comment is hidden, from the list; words of one's own stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HideReason {
    /// It tells what is private of somebody.
    Personal,
    /// It insults somebody.
    Insult,
    /// It is an advertisement, or letters without sense.
    Noise,
    /// It is about something else than this office.
    Elsewhere,
    /// Something else.
    Other,
}

impl HideReason {
    /// The whole list.
    pub const ALL: [Self; 5] = [Self::Personal, Self::Insult, Self::Noise, Self::Elsewhere, Self::Other];

    /// The name in tables and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Insult => "insult",
            Self::Noise => "noise",
            Self::Elsewhere => "elsewhere",
            Self::Other => "other",
        }
    }

    /// That of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Who reads, and when.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    /// The database.
    pub db: &'a Db,
    /// In which units.
    pub scope: &'a Scope,
    /// Now, in unix ms.
    pub now_ms: i64,
    /// When the offices work.
    pub working: WorkingDays,
}

impl Reader<'_> {
    /// The last day whose comments are shown: a working day has begun since.
    #[must_use]
    pub fn last(&self) -> Day {
        self.working.last(Day::at(self.now_ms)).plus(-1)
    }

    /// What was to be done before this day and is not is late.
    #[must_use]
    pub fn late_before(&self) -> Day {
        self.working.late_before(Day::at(self.now_ms))
    }
}

/// A comment as it may be shown: its text is only to be had with what is hidden taken out.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Its address.
    pub token: String,
    /// The day of the answer.
    pub day: Day,
    /// Unit.
    pub unit: UnitId,
    /// Procedure.
    pub procedure: Option<ProcedureId>,
    /// Closing level of the same person.
    pub rating: Option<i64>,
    /// Names of what mattered to the same person.
    pub aspects: Vec<String>,
    /// Where it stands.
    pub status: Status,
    /// Unit it is assigned to.
    pub assigned: Option<UnitId>,
    /// Day by which it is to be done.
    pub due: Option<Day>,
    /// Why it is hidden.
    pub hidden_for: Option<HideReason>,
    masks: Vec<Range<usize>>,
    body: String,
    place: (i64, i64),
}

impl Comment {
    /// Number of the answer it belongs to.
    #[must_use]
    pub fn answer(&self) -> i64 {
        self.place.0
    }

    fn of(row: Row) -> Result<Self> {
        let day = |number: i64| {
            Day::from_number(number).ok_or_else(|| Error::internal(format!("a stored day is {number}, which is none")))
        };
        let unknown = || Error::internal("a stored comment stands nowhere");
        let aspects = row.aspects.split('|').filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(Self {
            token: row.token,
            day: day(row.day)?,
            unit: UnitId(row.unit_id),
            procedure: row.procedure_id.map(ProcedureId),
            rating: row.rating,
            aspects: aspects.collect(),
            status: Status::by_name(&row.status).ok_or_else(unknown)?,
            assigned: row.assigned_unit_id.map(UnitId),
            due: row.due.map(day).transpose()?,
            hidden_for: row.hidden_for.as_deref().and_then(HideReason::by_name),
            masks: ranges(&row.masks)?,
            body: row.body,
            place: (row.response_n, row.question_id),
        })
    }

    /// The text as it is shown.
    #[must_use]
    pub fn shown(&self) -> Vec<Piece> {
        mask::pieces(&self.body, &self.masks)
    }

    /// What seems to be names and is not hidden yet: place and words.
    #[must_use]
    pub fn suggested(&self) -> Vec<(Range<usize>, String)> {
        let all: Vec<char> = self.body.chars().collect();
        let found = mask::names(&self.body).into_iter();
        let open =
            found.filter(|range| !self.masks.iter().any(|mask| mask.start < range.end && range.start < mask.end));
        open.map(|range| (range.clone(), all[range].iter().collect())).collect()
    }

    /// Where names are hidden.
    #[must_use]
    pub fn masked(&self) -> &[Range<usize>] {
        &self.masks
    }

    /// Whether it is late for somebody who reads it now.
    #[must_use]
    pub fn is_late(&self, reader: &Reader<'_>) -> bool {
        matches!(self.status, Status::New | Status::Open) && self.due.is_some_and(|due| due < reader.late_before())
    }
}

fn ranges(masks: &str) -> Result<Vec<Range<usize>>> {
    let pairs: Vec<(usize, usize)> = serde_json::from_str(masks).context("read which names are hidden")?;
    Ok(pairs.into_iter().map(|(from, to)| from..to).collect())
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// First and last day.
    pub days: Option<(Day, Day)>,
    /// Units.
    pub units: Option<Vec<UnitId>>,
    /// Procedure.
    pub procedure: Option<ProcedureId>,
    /// Levels.
    pub ratings: Vec<i64>,
    /// Name of an aspect.
    pub aspect: Option<String>,
    /// Status; without any, all but the hidden ones.
    pub status: Option<Status>,
    /// Unit it is assigned to.
    pub assigned: Option<UnitId>,
    /// Only what is late.
    pub late: bool,
    /// Words as they are typed; those between quotation marks stand side by side.
    pub words: String,
}

impl Wanted {
    fn which(&self, reader: &Reader<'_>) -> Which {
        let last = reader.last();
        let (from, to) = self.days.map_or((0, last.number()), |(from, to)| (from.number(), to.min(last).number()));
        let list = |numbers: &mut dyn Iterator<Item = i64>| {
            let numbers: String = numbers.map(|number| format!("{number}|")).collect();
            format!("|{numbers}")
        };
        Which {
            scope: reader.scope.bound(),
            from,
            last: to,
            units: self.units.as_ref().map(|units| list(&mut units.iter().map(|unit| unit.0))),
            procedure: self.procedure.map(|procedure| procedure.0),
            ratings: (!self.ratings.is_empty()).then(|| list(&mut self.ratings.iter().copied())),
            aspect: self.aspect.clone(),
            status: self.status.map(|status| status.name().to_owned()),
            assigned: self.assigned.map(|unit| unit.0),
            late_on: self.late.then(|| reader.late_before().number()),
            words: phrases(&self.words),
        }
    }
}

/// What is searched for: words by themselves, and between quotation marks words side by side.
fn phrases(typed: &str) -> Vec<Vec<String>> {
    let split = |text: &str| mask::words(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (place, part) in typed.split(['"', '“', '”', '«', '»', '„']).enumerate() {
        let words: Vec<String> = split(part);
        if place % 2 == 1 {
            found.push(words);
        } else {
            found.extend(words.into_iter().map(|word| vec![word]));
        }
    }
    found.retain(|words| !words.is_empty());
    found
}

/// A page of comments.
#[derive(Debug, Clone)]
pub struct Page {
    /// The comments.
    pub comments: Vec<Comment>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A page, from 1, of what is asked for.
///
/// # Errors
/// When the store does not answer.
pub async fn list(reader: &Reader<'_>, wanted: &Wanted, page: i64) -> Result<Page> {
    let which = wanted.which(reader);
    let total = comments::count(reader.db, &which).await?;
    let after = (page - 1).clamp(0, (total - 1).max(0) / PAGE) * PAGE;
    let rows = comments::list(reader.db, &which, PAGE, after).await?;
    let comments = rows.into_iter().map(Comment::of).collect::<Result<_>>()?;
    Ok(Page { comments, total: u64::try_from(total).unwrap_or_default() })
}

/// One comment, by its address.
///
/// # Errors
/// Not found outside the scope, before its time, and once it is erased.
pub async fn one(reader: &Reader<'_>, token: &str) -> Result<Comment> {
    let row = comments::one(reader.db, reader.scope, token, reader.last().number()).await?;
    row.map(Comment::of).transpose()?.ok_or(Error::NotFound("comment"))
}

/// Everything that was done about a comment, in order.
///
/// # Errors
/// When the store does not answer.
pub async fn history(db: &Db, comment: &Comment) -> Result<Vec<handlings::Row>> {
    handlings::of(db, comment.place).await
}

/// What is pointed out above the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pointed {
    /// How many are hidden, for each reason.
    pub hidden: Vec<(HideReason, u64)>,
    /// How many are late.
    pub late: u64,
}

/// What is to be pointed out to somebody: hiding is done in the open.
///
/// # Errors
/// When the store does not answer.
pub async fn pointed(reader: &Reader<'_>) -> Result<Pointed> {
    let last = reader.last().number();
    let hidden = comments::hidden(reader.db, reader.scope, last).await?;
    let told =
        |(name, n): (Option<String>, i64)| Some((HideReason::by_name(name.as_deref()?)?, u64::try_from(n).ok()?));
    let late = comments::late(reader.db, reader.scope, reader.late_before().number(), last).await?;
    Ok(Pointed { hidden: hidden.into_iter().filter_map(told).collect(), late: u64::try_from(late).unwrap_or_default() })
}

/// The units whose comments somebody may handle: those of who heads units and of the leader. An inspector reads.
///
/// # Errors
/// When the store does not answer.
pub async fn handled_by(db: &Db, account: AccountId, today: Day) -> Result<Scope> {
    session::units_of(db, account, |role| matches!(role, Role::Manager | Role::Leader), today).await
}

#[cfg(test)]
mod tests {
    use super::phrases;

    #[test]
    fn words_are_searched_for_without_marks_and_side_by_side_between_quotation_marks() {
        let list = |typed| phrases(typed).into_iter().map(|words| words.join(" ")).collect::<Vec<_>>();
        assert_eq!(list("Thái độ"), ["thai", "do"]);
        assert_eq!(list("\"Thái độ\" chậm"), ["thai do", "cham"]);
        assert_eq!(list("“phải chờ”, lâu!"), ["phai cho", "lau"]);
        assert_eq!(list("đ\"ó"), ["d", "o"]);
        assert!(list(" * ' ) OR \" \" & | ! ").concat() == "or");
        assert!(list("…").is_empty());
    }
}
