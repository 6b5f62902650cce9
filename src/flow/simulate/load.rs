//! Loads the sample department and its made-up answers through the same doors that real ones take.

use super::{Visit, file, plan};
use crate::domain::Day;
use crate::domain::caseload::Caseload;
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Fault, Result};
use crate::flow::collect::append::append;
use crate::flow::collect::{Outcome, Submission};
use crate::flow::design::{self, Mode, What};
use crate::store::marks::{self, Mark};
use crate::store::{Db, caseload, procedures, questionnaires, responses, schools, units};

/// Visits stored in one transaction: enough that the disk is seldom waited for, few enough to stay small in memory.
const BATCH: usize = 5_000;

/// The files of the sample department, in the order in which each finds what it names.
const FILES: [(What, &str); 7] = [
    (What::Units, "units.csv"),
    (What::Procedures, "procedures.csv"),
    (What::Schools, "schools.csv"),
    (What::Questionnaire, "questionnaires/procedure.xlsx"),
    (What::Questionnaire, "questionnaires/service-16.xlsx"),
    (What::Questionnaire, "questionnaires/education-learners.xlsx"),
    (What::Questionnaire, "questionnaires/education-parents.xlsx"),
];

/// What was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Demo {
    /// People who answered.
    pub visits: usize,
    /// Parts that their answers came in.
    pub parts: usize,
    /// Remarks among them.
    pub comments: usize,
    /// Rows of files per month, unit, procedure and way of filing.
    pub caseload: usize,
}

/// What is being done, for [`load`]'s progress; the key of its words is `demo-step-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Units, procedures, schools and forms.
    Department,
    /// Two years of answers.
    Answers,
    /// Two years of files.
    Caseload,
}

impl Step {
    /// Key of its words in `static/lang/*.ftl`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Department => "demo-step-department",
            Self::Answers => "demo-step-answers",
            Self::Caseload => "demo-step-caseload",
        }
    }
}

/// Fills an empty database with the sample department and two years of answers up to yesterday, marked as made up
/// before the first is stored. Points and invitations are not made, and nothing is released. `progress` is told what
/// is done, how much of it, and of how much.
///
/// # Errors
/// Invalid when the database has answers already; busy or internal when the store fails, and then the database
/// holds a part, marked as made up.
pub async fn load(
    db: &Db,
    keys: &Keys,
    now_ms: i64,
    seed: u64,
    progress: &mut (dyn FnMut(Step, usize, usize) + Send),
) -> Result<Demo> {
    mark(db).await?;
    for (done, (what, name)) in FILES.into_iter().enumerate() {
        progress(Step::Department, done, FILES.len());
        design::import(db, what, name, &file(name), Mode::Keep).await?;
    }
    progress(Step::Department, FILES.len(), FILES.len());

    let (units, procedures) = (units::all(db).await?, procedures::all(db).await?);
    let (questionnaires, schools) = (questionnaires::all(db).await?, schools::all(db).await?);
    let mut plan = plan(&units, &procedures, &questionnaires, &schools, Day::at(now_ms), seed);
    let total = plan.size_hint().0;
    let mut demo = Demo { caseload: store_caseload(db, plan.caseload(), progress).await?, ..Demo::default() };
    loop {
        progress(Step::Answers, demo.visits, total);
        let visits: Vec<Visit> = plan.by_ref().take(BATCH).collect();
        if visits.is_empty() {
            return Ok(demo);
        }
        demo.visits += visits.len();
        let (parts, comments) = store_visits(db, keys, now_ms, visits).await.context("store made-up answers")?;
        demo.parts += parts;
        demo.comments += comments;
    }
}

/// Marks the database as made up, unless somebody answered already: nothing invented may come between real answers.
async fn mark(db: &Db) -> Result<()> {
    let mut tx = db.begin().await?;
    if responses::head(&mut tx).await?.0 > 0 {
        tx.rollback().await?;
        return Err(Error::invalid(Fault::new("demo-not-empty")));
    }
    marks::set(&mut tx, Mark::Simulated, 1).await?;
    tx.commit().await
}

async fn store_caseload(
    db: &Db,
    rows: &[Caseload],
    progress: &mut (dyn FnMut(Step, usize, usize) + Send),
) -> Result<usize> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| {
        let key = |row: &Caseload| (row.month, row.unit_id, row.procedure_id);
        key(a).cmp(&key(b)).then_with(|| a.channel.cmp(&b.channel))
    });
    progress(Step::Caseload, 0, sorted.len());
    let mut tx = db.begin().await?;
    for batch in sorted.chunks(BATCH) {
        caseload::upsert(&mut tx, batch).await?;
    }
    tx.commit().await?;
    progress(Step::Caseload, sorted.len(), sorted.len());
    Ok(sorted.len())
}

/// Stores the first parts, then the later ones under the numbers that the first were given.
async fn store_visits(db: &Db, keys: &Keys, now_ms: i64, visits: Vec<Visit>) -> Result<(usize, usize)> {
    let (firsts, laters): (Vec<Submission>, Vec<Vec<Submission>>) =
        visits.into_iter().map(|visit| (visit.first, visit.later)).unzip();
    let outcomes = append(db, keys, now_ms, &firsts).await?;
    let mut added = Vec::new();
    for (outcome, later) in outcomes.into_iter().zip(laters) {
        // Nobody here comes with an invitation, so every first part is stored.
        if let Outcome::Stored(n) | Outcome::Duplicate(n) = outcome {
            added.extend(later.into_iter().map(|part| Submission { first: Some(n), ..part }));
        }
    }
    if !added.is_empty() {
        append(db, keys, now_ms, &added).await?;
    }
    let texts = firsts.iter().chain(&added).map(|part| part.texts.len()).sum();
    Ok((firsts.len() + added.len(), texts))
}
