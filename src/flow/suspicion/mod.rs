//! Suspicion: answers are marked, never dropped. How an answer came is kept for 48 hours, apart from it; what the rules
//! find in that stays as a mark. No figure depends on a mark: only two people can leave an answer out.

pub mod month;
pub mod rules;
pub mod signals;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::Mutex;

use serde_json::json;

use crate::clock;
use crate::domain::account::Scope;
use crate::domain::keys::{self, Keys, Mac16};
use crate::domain::period::Period;
use crate::domain::working::WorkingDays;
use crate::domain::{Channel, Day, OVERALL, UnitId};
use crate::error::{Context, Error, Result};
use crate::flow::assess::{self, Audience, Measure};
use crate::flow::audit::{self, Act, By};
use crate::flow::seal::row;
use crate::store::{Db, proposals, release, traces};
use rules::{Came, Rule};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How an answer came is known for so long.
pub const KEPT_MS: i64 = 2 * DAY_MS;
/// The same words are looked for among those of so many days.
const WORDS_DAYS: i64 = 30;

/// How an answer came, as it is handed to the one storing function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// Mark of the address; none for kiosks.
    pub mark: Option<i64>,
    /// Whether from a network of the staff.
    pub staff: bool,
    /// Whether the form was sent within two seconds after its page was made.
    pub hasty: bool,
    /// When, in unix ms.
    pub at: i64,
}

/// The key that marks of the day are made with, once it was read.
#[derive(Debug, Default)]
pub struct Today(Mutex<Option<(Day, [u8; 32])>>);

impl Today {
    /// The mark of an address on the day of an instant. The address itself is kept nowhere, and from the third day on
    /// nobody can tell any more which address a mark was made of.
    ///
    /// # Errors
    /// When the store does not answer, at the first answer of a day.
    pub async fn mark(&self, db: &Db, address: IpAddr, now_ms: i64) -> Result<i64> {
        Ok(keys::address_mark(&self.key(db, now_ms).await?, address))
    }

    /// What a form that another site handed on is known by on the day of an instant; from the third day on nobody can
    /// tell any more which form that was.
    ///
    /// # Errors
    /// When the store does not answer, at the first answer of a day.
    pub async fn handed_on(&self, db: &Db, form: &[u8], now_ms: i64) -> Result<Mac16> {
        Ok(keys::handed_on(&self.key(db, now_ms).await?, form))
    }

    async fn key(&self, db: &Db, now_ms: i64) -> Result<[u8; 32]> {
        let known = *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match known.filter(|(known, _)| *known == Day::at(now_ms)) {
            Some((_, key)) => Ok(key),
            None => self.learn(db, now_ms).await,
        }
    }

    /// Learns the key of the day, and draws it when nobody has. A process does so before it serves, so that the first
    /// answer does not have to.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn learn(&self, db: &Db, now_ms: i64) -> Result<[u8; 32]> {
        let day = Day::at(now_ms);
        let mut tx = db.begin().await?;
        let key = traces::day_key(&mut tx, day.number(), &clock::random()).await?;
        tx.commit().await?;
        let key = key.try_into().map_err(|_| Error::internal("the key of a day has not 32 bytes"))?;
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((day, key));
        Ok(key)
    }
}

/// Marks what the rules find among the answers of the last 48 hours, and the same words of the last month; gives how
/// many marks are new. They are noted in the audit log, by rule.
///
/// # Errors
/// When the store does not answer.
pub async fn mark(db: &Db, keys: &Keys, now_ms: i64, working: &WorkingDays) -> Result<usize> {
    let rows = traces::since(db, now_ms - KEPT_MS).await.context("read how answers came")?;
    let came: Vec<Came> = rows
        .into_iter()
        .filter_map(|row| {
            let channel = Channel::by_name(&row.channel)?;
            let (n, point, mark, at) = (row.n, row.point_id, row.mark, row.at);
            Some(Came { n, point, channel, mark, staff: row.staff == 1, hasty: row.hasty == 1, at })
        })
        .collect();
    let since = Day::at(now_ms).plus(-WORDS_DAYS).number();
    // How answers came is soon forgotten: what it shows is stored before the words of a month are read.
    let by_way = store(db, keys, now_ms, rules::judge(&came, working)).await.context("mark how answers came")?;
    let words = traces::words(db, since).await.context("read what was written")?;
    Ok(by_way + store(db, keys, now_ms, rules::same_words(&words)).await.context("mark the same words")?)
}

/// Stores marks; gives how many are new.
async fn store(db: &Db, keys: &Keys, now_ms: i64, marked: BTreeSet<(i64, Rule)>) -> Result<usize> {
    if marked.is_empty() {
        return Ok(0);
    }
    let flags: Vec<(i64, &str)> = marked.into_iter().map(|(n, rule)| (n, rule.name())).collect();
    let answers: Vec<i64> = flags.iter().map(|(n, _)| *n).collect();
    let mut tx = db.begin().await?;
    // Before the rows: two processes that mark at once wait for each other here, and no release comes between.
    release::lock(&mut tx).await?;
    audit::hold(&mut tx).await?;
    let persons = traces::persons(&mut tx, &answers).await?;
    let before = traces::marked(db, &persons).await?;
    let new = traces::flag(&mut tx, &flags, now_ms).await?;
    if new.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    let persons: Vec<i64> = persons.into_iter().filter(|person| !before.contains(person)).collect();
    if !persons.is_empty() {
        crate::flow::release::mark(&mut tx, db, &persons).await?;
    }
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    new.iter().for_each(|rule| *by_rule.entry(rule).or_default() += 1);
    let mut detail = json!(by_rule);
    // So that the log proves which ones: who may read it may not all know them.
    detail["digest"] = json!(row::marks(&traces::flags_at(&mut tx, now_ms).await?));
    audit::note(&mut tx, keys, now_ms, By::OPERATOR, Act::Flagged, "answers".to_owned(), detail).await?;
    tx.commit().await?;
    Ok(new.len())
}

/// Forgets how answers came, 48 hours later, and destroys the keys of their marks.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(db: &Db, now_ms: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    traces::forget(&mut tx, Day::at(now_ms).plus(-1).number(), now_ms - KEPT_MS).await?;
    tx.commit().await
}

/// How many released answers of each unit are marked, by rule.
///
/// # Errors
/// When the store does not answer.
pub async fn counts(db: &Db, scope: &Scope, period: &Period) -> Result<BTreeMap<UnitId, Vec<(Rule, u64)>>> {
    let mut units: BTreeMap<UnitId, Vec<(Rule, u64)>> = BTreeMap::new();
    for (unit, rule, n) in traces::counts(db, scope, days(period)).await? {
        let rule = Rule::by_name(&rule).ok_or_else(|| Error::internal("a stored mark names no rule"))?;
        units.entry(UnitId(unit)).or_default().push((rule, u64::try_from(n).unwrap_or_default()));
    }
    Ok(units)
}

/// Answers to a closing question, and those at level 4 or 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Answers.
    pub n: u64,
    /// Satisfied of them.
    pub satisfied: u64,
}

/// What one rule makes of the figure of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// The rule.
    pub rule: Rule,
    /// All that counts.
    pub with: Share,
    /// The same without what the rule marked.
    pub without: Share,
}

/// The figure of a unit with the answers that each rule marked and without them; for rules that marked any that count.
///
/// # Errors
/// When the store does not answer.
pub async fn compared(db: &Db, unit: UnitId, code: &str, period: &Period, now_ms: i64) -> Result<Vec<Compared>> {
    let found = assess::findings(db, period, Audience::Management, now_ms).await?;
    let closing = found.indicators.iter().filter(|finding| finding.measure == Measure::Closing);
    let figure = closing
        .flat_map(|finding| finding.units.iter().map(|line| (finding.indicator, line)))
        .filter(|(_, line)| line.code == code)
        .find_map(|(indicator, line)| Some((indicator, line.figure.n?, line.figure.satisfied?)));
    let Some((indicator, n, satisfied)) = figure else { return Ok(Vec::new()) };
    let with = Share { n, satisfied };
    let closing: HashSet<i64> = release::questions(db)
        .await?
        .into_iter()
        .filter(|asked| {
            asked.kind == "level"
                && asked.indicator.as_deref() == Some(indicator.name())
                && asked.factor.as_deref() == Some(OVERALL)
        })
        .map(|asked| asked.id)
        .collect();
    let excluded: HashSet<i64> = proposals::excluded(db).await?.into_iter().collect();
    let mut marked: BTreeMap<Rule, Share> = BTreeMap::new();
    for (n, rule, answers) in traces::flagged(db, unit.0, days(period)).await? {
        let (Some(rule), false) = (Rule::by_name(&rule), excluded.contains(&n)) else { continue };
        let answers: Vec<(i64, i64)> = serde_json::from_str(&answers)?;
        let share = marked.entry(rule).or_default();
        for (_, level) in answers.iter().filter(|(question, level)| closing.contains(question) && *level > 0) {
            share.n += 1;
            share.satisfied += u64::from(*level >= 4);
        }
    }
    let without =
        |share: &Share| Share { n: n.saturating_sub(share.n), satisfied: satisfied.saturating_sub(share.satisfied) };
    Ok(marked.iter().map(|(rule, share)| Compared { rule: *rule, with, without: without(share) }).collect())
}

fn days(period: &Period) -> (i64, i64) {
    (period.from().number(), period.last().number())
}
