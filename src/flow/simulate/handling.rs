//! Handles some of the made-up comments as an office does, so that the inbox of the demonstration shows what it is for:
//! given to a unit, answered, done, one hidden. Through the doors that people use.

use std::collections::BTreeMap;

use super::{calendar, file};
use crate::domain::account::Scope;
use crate::domain::holiday::{Holidays, Kind};
use crate::domain::hours::Hours;
use crate::domain::keys::Keys;
use crate::domain::working::WorkingDays;
use crate::domain::{AccountId, Day, UnitId};
use crate::error::{Error, Result};
use crate::flow::audit::By;
use crate::flow::comments::{self, Comment, HideReason, Reader, Status, Wanted};
use crate::flow::holiday;
use crate::flow::people::change::Changer;
use crate::store::marks::{self, Mark};
use crate::store::{Db, accounts, holidays};

/// Why one of them is hidden.
const HIDDEN: &str = "Nội dung nói về một cơ quan khác, đã báo lại cho nơi đó.";

/// Puts the comments into the inbox and handles some, unless that was done at an earlier start. `head` is the login name
/// of who heads the unit, `leader` that of the leader.
///
/// # Errors
/// Conflict when the answers in the database are not made up; not found without these two people.
pub async fn handle(db: &Db, keys: &Keys, now_ms: i64, unit: UnitId, (head, leader): (&str, &str)) -> Result<()> {
    if marks::get(db, Mark::Simulated).await? != 1 {
        return Err(Error::Conflict("only simulated comments are handled by nobody".into()));
    }
    comments::gather(db).await?;
    list_holidays(db, keys, now_ms).await?;
    let holidays = Holidays::of(&holidays::all(db).await?);
    let (scope, working) = (Scope::All, WorkingDays { hours: Hours::default(), holidays });
    let reader = Reader { db, scope: &scope, now_ms, working: working.clone() };
    let done = Wanted { status: Some(Status::Done), ..Wanted::default() };
    if comments::list(&reader, &done, 1).await?.total > 0 {
        return Ok(());
    }
    let low = Wanted { ratings: vec![1, 2, 3], ..Wanted::default() };
    let of_unit = comments::list(&reader, &Wanted { units: Some(vec![unit]), ..low.clone() }, 1).await?;
    let others = comments::list(&reader, &low, 1).await?;
    let texts = Texts::read();
    let by = |account: AccountId| Changer {
        db,
        keys,
        now_ms,
        by: By { account: Some(account), request: "demo" },
        scope: &scope,
    };
    let head = Office { by: by(account(db, head).await?), working: &working, texts: &texts };
    for (place, comment) in of_unit.comments.iter().enumerate() {
        match place {
            1 | 6 => head.finish(comment, true).await?,
            2 | 8 => head.begin(comment, unit, 5).await?,
            4 => comments::hide(&head.by, &working, &comment.token, Some(HideReason::Elsewhere), HIDDEN).await?,
            9 => head.finish(comment, false).await?,
            _ => {}
        }
    }
    let leader = Office { by: by(account(db, leader).await?), working: &working, texts: &texts };
    for comment in others.comments.iter().filter(|comment| comment.unit != unit).step_by(4) {
        leader.begin(comment, comment.unit, 7).await?;
    }
    Ok(())
}

/// Lists the holidays that the made-up answers know, of the years around today, unless any is listed.
async fn list_holidays(db: &Db, keys: &Keys, now_ms: i64) -> Result<()> {
    if !holidays::all(db).await?.is_empty() {
        return Ok(());
    }
    let year = Day::at(now_ms).date().year();
    for (first, last, name) in (year - 2..=year + 1).flat_map(calendar::moving) {
        let (first, last) = (first.to_string(), last.to_string());
        let wanted = holiday::Wanted { kind: Kind::Off.name(), first: &first, last: &last, name };
        holiday::add(db, keys, now_ms, By { account: None, request: "demo" }, wanted).await?;
    }
    Ok(())
}

async fn account(db: &Db, login: &str) -> Result<AccountId> {
    Ok(AccountId(accounts::by_login(db, login).await?.ok_or(Error::NotFound("account"))?.id))
}

/// What is said about a comment, by what it was about: a note, and what was done.
struct Texts(BTreeMap<String, (String, String)>);

impl Texts {
    fn read() -> Self {
        let file = file("handling.csv");
        let rows = csv::Reader::from_reader(&*file).into_deserialize::<(String, String, String)>().flatten();
        Self(rows.map(|(aspect, note, answer)| (aspect, (note, answer))).collect())
    }

    fn about(&self, comment: &Comment) -> Result<&(String, String)> {
        let known = comment.aspects.iter().find_map(|aspect| self.0.get(aspect));
        known.or_else(|| self.0.get("other")).ok_or(Error::NotFound("text"))
    }
}

/// Somebody who handles comments.
struct Office<'a> {
    by: Changer<'a>,
    working: &'a WorkingDays,
    texts: &'a Texts,
}

impl Office<'_> {
    /// Gives a comment to a unit, to be done within so many working days.
    async fn begin(&self, comment: &Comment, unit: UnitId, days: u32) -> Result<()> {
        let due = self.working.after(Day::at(self.by.now_ms), days);
        comments::assign(&self.by, self.working, &comment.token, (Some(unit), Some(due))).await?;
        comments::note(&self.by, self.working, &comment.token, &self.texts.about(comment)?.0).await
    }

    /// Says what was done, and that it is.
    async fn finish(&self, comment: &Comment, published: bool) -> Result<()> {
        let (note, answer) = self.texts.about(comment)?;
        comments::note(&self.by, self.working, &comment.token, note).await?;
        comments::answer(&self.by, self.working, &comment.token, answer, published).await?;
        comments::move_to(&self.by, self.working, &comment.token, Status::Done).await
    }
}
