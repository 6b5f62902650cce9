//! Rows put straight into a test's database, where the door that makes them is not what is tested.

use hailong::domain::Channel;
use hailong::store::Db;

/// Runs a statement on the writing side of either engine.
macro_rules! write {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            Db::Sqlite { write: $c, .. } => {
                $body.await.unwrap();
            }
            Db::Postgres($c) => {
                $body.await.unwrap();
            }
        }
    };
}

/// One part of one person's answers.
#[derive(Debug, Clone)]
pub struct Answer {
    pub n: i64,
    pub first: Option<i64>,
    pub unit: i64,
    pub procedure: Option<i64>,
    pub channel: Channel,
    pub day: i64,
    pub answers: Vec<(i64, i64)>,
}

impl Answer {
    /// The first part number `n`: one question answered at unit 1 without procedure at a counter.
    pub fn new(n: i64, day: i64, question: i64, choice: i64) -> Self {
        let channel = Channel::Counter;
        Self { n, first: None, unit: 1, procedure: None, channel, day, answers: vec![(question, choice)] }
    }

    pub fn at(self, unit: i64) -> Self {
        Self { unit, ..self }
    }

    pub fn about(self, procedure: i64) -> Self {
        Self { procedure: Some(procedure), ..self }
    }

    /// A later part of this answer.
    pub fn later(&self, n: i64, answers: &[(i64, i64)]) -> Self {
        Self { n, first: Some(self.n), answers: answers.to_vec(), ..self.clone() }
    }
}

const RESPONSE: &str = "\
INSERT INTO responses
    (n, key, first, unit_id, procedure_id, channel, questionnaire_id, language, scale_order, day, received_at,
     answers, hash)
VALUES ($1, $2, $3, $4, $5, $6, 1, 'vi', 'up', $7, 0, $8, $9)";

pub async fn responses(db: &Db, answers: &[Answer]) {
    for a in answers {
        let json = serde_json::to_string(&a.answers).unwrap();
        let (key, hash) = (a.n.to_be_bytes().to_vec(), vec![0_u8; 32]);
        write!(db, c => sqlx::query(RESPONSE)
            .bind(a.n).bind(&key).bind(a.first).bind(a.unit).bind(a.procedure).bind(a.channel.name())
            .bind(a.day).bind(&json).bind(&hash).execute(c));
    }
}

const UNIT: &str = "INSERT INTO units (id, code, name, short_name, kind) VALUES ($1, $2, $3, $3, $4)";

pub async fn unit(db: &Db, id: i64, name: &str, kind: &str) {
    write!(db, c => sqlx::query(UNIT).bind(id).bind(format!("U{id}")).bind(name).bind(kind).execute(c));
}

const PROCEDURE: &str = "INSERT INTO procedures (id, code, name, field, level) VALUES ($1, $2, $3, '', 'province')";

pub async fn procedure(db: &Db, id: i64, name: &str) {
    write!(db, c => sqlx::query(PROCEDURE).bind(id).bind(format!("1.{id:06}")).bind(name).execute(c));
}

const CASELOAD: &str = "\
INSERT INTO caseload (month, unit_id, procedure_id, channel, received, finished, late)
VALUES ($1, $2, $3, 'counter', $4, $4, 0)";

pub async fn caseload(db: &Db, month: i64, unit: i64, procedure: i64, finished: i64) {
    write!(db, c => sqlx::query(CASELOAD).bind(month).bind(unit).bind(procedure).bind(finished).execute(c));
}

const TARGET: &str = "\
INSERT INTO targets (indicator, unit_id, threshold, valid_from, valid_to, source)
VALUES ($1, $2, $3, $4, $5, 'test')";

pub async fn target(db: &Db, indicator: &str, unit: Option<i64>, threshold: i64, from: i64, to: Option<i64>) {
    write!(db, c => sqlx::query(TARGET).bind(indicator).bind(unit).bind(threshold).bind(from).bind(to).execute(c));
}

/// Question numbers of the form that [`form`] stores.
pub const OVERALL: i64 = 1;
pub const ACCESS: i64 = 2;
pub const RESULT: i64 = 3;
pub const STAFF: i64 = 4;
pub const FEEDBACK: i64 = 5;
pub const PAPERS: i64 = 6;
pub const ASPECTS: i64 = 7;
pub const SCHOOL: i64 = 8;
pub const LESSONS: i64 = 9;

const QUESTIONS: [(&str, &str, Option<&str>, Option<&str>); 9] = [
    ("overall", "level", Some("procedures"), Some("overall")),
    ("f_access", "level", Some("procedures"), Some("access")),
    ("f_result", "level", Some("procedures"), Some("result")),
    ("f_staff", "level", Some("service"), Some("staff")),
    ("f_feedback", "level", Some("service"), Some("feedback")),
    ("papers_again", "one", Some("papers_again"), None),
    ("aspects", "many", None, None),
    ("school", "level", Some("education"), Some("overall")),
    ("lessons", "level", Some("education"), Some("activities")),
];

const QUESTIONNAIRE: &str = "INSERT INTO questionnaires (id, form, version, definition) VALUES (1, 'all', 1, $1)";
const QUESTION: &str = "\
INSERT INTO questions (id, questionnaire_id, position, name, kind, indicator, factor)
VALUES ($1, 1, $1, $2, $3, $4, $5)";

/// A form with all indicators; choices of `papers_again` are no 1, yes 2 and na −1.
pub async fn form(db: &Db) {
    let words = |text: &str| serde_json::json!({ "vi": text });
    let questions: Vec<_> = QUESTIONS
        .iter()
        .map(|(name, kind, indicator, factor)| {
            let choices: Vec<_> = match *kind {
                "one" => vec![("no", 1), ("yes", 2), ("na", -1)],
                _ => vec![("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)],
            };
            let choices: Vec<_> = choices
                .into_iter()
                .map(|(name, value)| serde_json::json!({ "name": name, "label": words(name), "value": value }))
                .collect();
            serde_json::json!({
                "name": name, "kind": kind, "label": words(name), "required": false, "relevant": null,
                "indicator": indicator, "factor": factor, "section": null, "choices": choices,
            })
        })
        .collect();
    let definition = serde_json::json!({
        "form": "all", "version": 1, "default_language": "vi", "title": words("all"),
        "sections": [], "questions": questions,
    });
    write!(db, c => sqlx::query(QUESTIONNAIRE).bind(definition.to_string()).execute(c));
    for (place, (name, kind, indicator, factor)) in QUESTIONS.into_iter().enumerate() {
        let id = place as i64 + 1;
        write!(db, c => sqlx::query(QUESTION)
            .bind(id).bind(name).bind(kind).bind(indicator).bind(factor).execute(c));
    }
}

/// Noon of a local day, in unix milliseconds.
pub fn noon(day: i64) -> i64 {
    let (y, m, d) = (day / 10_000, day / 100 % 100, day % 100);
    let text = format!("{y:04}-{m:02}-{d:02}T12:00:00+07:00");
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}
