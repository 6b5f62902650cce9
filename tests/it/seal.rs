//! The seal: whole on honest data, and every tampering found and named, whoever does it and however.

use std::collections::BTreeSet;
use std::path::Path;

use hailong::domain::account::Role;
use hailong::domain::account::Scope;
use hailong::domain::anchor::Anchor;
use hailong::domain::keys::Keys;
use hailong::domain::totp::Seed;
use hailong::domain::{Channel, Day, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::audit::{self, Act, By};
use hailong::flow::collect::append::append;
use hailong::flow::collect::catalogue::{Catalogue, code_mac};
use hailong::flow::collect::open::{self, Opened};
use hailong::flow::collect::{Outcome, Submission};
use hailong::flow::design::{self, Mode, What};
use hailong::flow::issue::{self, NewPoint};
use hailong::flow::people::change::Changer;
use hailong::flow::people::factor;
use hailong::flow::seal::anchor::{self, Receiver};
use hailong::flow::seal::fit;
use hailong::flow::seal::rotate;
use hailong::flow::seal::verify::{self, Outside, Verified};
use hailong::store::Db;
use hailong::store::factors;
use hailong::web::respond::fault_text;
use hailong::words::Lang;

use crate::site::Site;
use crate::world::World;

pub const NOW: i64 = 1_795_500_000_000;
const HOUR_MS: i64 = 3_600_000;
/// Answers of the department; the sixth has two comments.
const ANSWERS: i64 = 12;

/// A department with answers and an audit log.
pub struct Sealed {
    pub world: World,
    pub keys: Keys,
}

impl Sealed {
    pub async fn new() -> Self {
        let world = World::new().await;
        for (what, file) in [
            (What::Units, "units.csv"),
            (What::Procedures, "procedures.csv"),
            (What::Questionnaire, "questionnaires/procedure.xlsx"),
        ] {
            let bytes = std::fs::read(format!("tests/data/department/{file}")).unwrap();
            design::import(&world.db, what, file, &bytes, Mode::Keep).await.unwrap();
        }
        let sealed = Self { world, keys: Keys::from_master(&[7; 32]) };
        sealed.answer(1..=ANSWERS).await;
        for n in 1..=4 {
            sealed.act(n).await;
        }
        sealed
    }

    pub fn db(&self) -> &Db {
        &self.world.db
    }

    async fn answer(&self, numbers: std::ops::RangeInclusive<i64>) {
        let batch: Vec<Submission> = numbers.map(submission).collect();
        append(self.db(), &self.keys, NOW, &batch).await.unwrap();
    }

    async fn act(&self, n: i64) {
        let mut tx = self.db().begin().await.unwrap();
        let (subject, detail) = (format!("account {n}"), serde_json::json!({ "n": n }));
        audit::note(&mut tx, &self.keys, NOW + n, By::OPERATOR, Act::Disabled, subject, detail).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Notes that the comments of a response were erased by the rules, in the log and beside it.
    async fn note_erasure(&self, n: i64) {
        let mut tx = self.db().begin().await.unwrap();
        let detail = serde_json::json!({ "erased": [n] });
        let by = By::OPERATOR;
        audit::note(&mut tx, &self.keys, NOW, by, Act::Forgotten, "retention comments".into(), detail).await.unwrap();
        tx.commit().await.unwrap();
        let erasures = format!(
            "INSERT INTO erasures (response_n, question_id, at) SELECT {n}, id, {NOW} FROM questions WHERE id IN (1, 2)"
        );
        execute(self.db(), Box::leak(erasures.into_boxed_str())).await;
    }

    async fn anchor(&self) -> Anchor {
        anchor::make(self.db(), &self.keys, NOW, "hailong", &[]).await.unwrap().anchor
    }

    pub async fn verify(&self, outside: &Outside) -> Verified {
        verify::run(self.db(), &self.keys, outside).await.unwrap()
    }

    /// Changes rows behind the program's back, past its guards, and puts the guards back; what `verify` says of it.
    pub async fn tamper(&self, changes: &[&'static str]) -> Vec<String> {
        tamper(self.db(), changes).await;
        said(&self.verify(&Outside::default()).await)
    }
}

pub fn submission(n: i64) -> Submission {
    let text = |question, body: &str| (QuestionId(question), body.to_owned());
    Submission {
        key: (n as u128).to_be_bytes(),
        first: None,
        invitation: None,
        unit: UnitId(1 + n % 2),
        procedure: None,
        point: Some(hailong::domain::PointId(1)),
        channel: Channel::Counter,
        questionnaire: QuestionnaireId(1),
        language: "vi".into(),
        day: Day::at(NOW),
        received_at: NOW / HOUR_MS * HOUR_MS,
        answers: vec![(QuestionId(1), 1 + n % 5)],
        texts: if n == 6 {
            vec![text(2, "Chờ lâu quá"), text(1, "Cán bộ nhiệt tình | vui vẻ")]
        } else {
            Vec::new()
        },
        trace: None,
    }
}

pub async fn execute(db: &Db, change: &'static str) {
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(change).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(change).execute(pool).await.unwrap()),
    }
}

const GUARDED: [&str; 11] = [
    "responses",
    "audit",
    "anchors",
    "proposals",
    "exclusions",
    "erasures",
    "flags",
    "key_checks",
    "publications",
    "publication_figures",
    "withdrawals",
];

pub async fn tamper(db: &Db, changes: &[&'static str]) {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let mut back: Vec<&'static str> = Vec::new();
    match db {
        Db::Sqlite { read, .. } => {
            const TRIGGERS: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
            let triggers: Vec<(String, String)> = sqlx::query_as(TRIGGERS).fetch_all(read).await.unwrap();
            for (name, text) in triggers {
                execute(db, leak(format!("DROP TRIGGER {name}"))).await;
                back.push(leak(text));
            }
            execute(db, "PRAGMA foreign_keys = OFF").await;
        }
        Db::Postgres(_) => {
            for table in GUARDED {
                execute(db, leak(format!("ALTER TABLE {table} DISABLE TRIGGER USER"))).await;
                back.push(leak(format!("ALTER TABLE {table} ENABLE TRIGGER USER")));
            }
            for column in ["response_n", "question_id"] {
                execute(db, leak(format!("ALTER TABLE comments DROP CONSTRAINT IF EXISTS comments_{column}_fkey")))
                    .await;
            }
        }
    }
    for change in changes.iter().copied().chain(back) {
        execute(db, change).await;
    }
}

pub fn said(verified: &Verified) -> Vec<String> {
    let english = Lang::by_code("en").unwrap();
    assert_eq!(verified.found, verified.findings.len() as u64);
    verified.findings.iter().map(|finding| fault_text(english, finding)).collect()
}

const END_AT_TEN: &str = "
    DELETE FROM responses WHERE n > 10;
    UPDATE chain SET n = 10, hash = (SELECT hash FROM responses WHERE n = 10) WHERE name = 'responses'";

#[tokio::test]
async fn i1_rows_of_the_seal_can_be_neither_changed_nor_removed() {
    let sealed = Sealed::new().await;
    sealed.anchor().await;
    let changes = [
        "UPDATE responses SET unit_id = 9",
        "DELETE FROM responses",
        "UPDATE audit SET act = 'x'",
        "DELETE FROM audit",
        "UPDATE anchors SET receivers = 9",
        "DELETE FROM anchors",
        "TRUNCATE responses CASCADE",
        "TRUNCATE audit",
        "TRUNCATE anchors",
    ];
    for change in changes {
        let refused = match sealed.db() {
            Db::Sqlite { write, .. } => sqlx::raw_sql(change).execute(write).await.map(drop),
            Db::Postgres(pool) => sqlx::raw_sql(change).execute(pool).await.map(drop),
        };
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("append-only") || refused.contains("TRUNCATE"), "{change}: {refused}");
    }
    assert!(sealed.verify(&Outside::default()).await.is_whole());
}

#[tokio::test]
async fn i2_honest_data_are_whole() {
    let sealed = Sealed::new().await;
    let anchor = sealed.anchor().await;
    sealed.answer(13..=20).await;
    sealed.act(5).await;
    let outside = Outside { anchors: vec![("a.json".into(), anchor.text())], codes: vec![anchor.code.to_lowercase()] };
    let verified = sealed.verify(&outside).await;
    assert_eq!(said(&verified), [] as [&str; 0]);
    assert_eq!((verified.responses, verified.audit, verified.anchors, verified.erased), (20, 5, 2, 0));
}

#[tokio::test]
async fn i2_a_row_deleted_in_the_middle_is_named() {
    let sealed = Sealed::new().await;
    let said = sealed.tamper(&["DELETE FROM responses WHERE n IN (4, 5)"]).await;
    assert_eq!(said, ["Responses 4 to 5 are missing."]);
}

#[tokio::test]
async fn i2_a_tail_deleted_shows_by_the_head_and_by_any_anchor() {
    let sealed = Sealed::new().await;
    let anchor = sealed.anchor().await;
    let said = sealed.tamper(&["DELETE FROM responses WHERE n > 10"]).await;
    assert!(said[0].starts_with("The head of the responses names number 12, the last one is 10"), "{said:?}");
    let name = hailong::domain::moment(NOW);
    let lost =
        |name: &str| format!("The anchor “{name}” has responses up to 12, now they end at 10: what followed is lost.");
    assert_eq!(sealed.tamper(&[END_AT_TEN]).await, [lost(&name)]);
    assert_eq!(sealed.tamper(&["DELETE FROM anchors"]).await, [] as [&str; 0], "nothing inside tells of it any more");
    let outside = Outside { anchors: vec![("a.json".into(), anchor.text())], codes: Vec::new() };
    assert_eq!(crate::seal::said(&sealed.verify(&outside).await), [lost("a.json")]);
    let outside = Outside { anchors: Vec::new(), codes: vec![anchor.code.clone()] };
    let paper = crate::seal::said(&sealed.verify(&outside).await);
    assert!(paper[0].contains(&anchor.code), "{paper:?}");
}

#[tokio::test]
async fn i2_a_changed_score_is_named() {
    let sealed = Sealed::new().await;
    let said = sealed.tamper(&["UPDATE responses SET answers = '[[1,5]]' WHERE n = 5"]).await;
    assert_eq!(said, ["Response 5 is not as it was sealed."]);
}

#[tokio::test]
async fn i2_a_changed_comment_is_named() {
    let sealed = Sealed::new().await;
    let said = sealed.tamper(&["UPDATE comments SET body = 'Rất tốt' WHERE response_n = 6 AND question_id = 2"]).await;
    assert_eq!(said, ["The comment of response 6 is not as it was sealed."]);
}

#[tokio::test]
async fn i2_a_comment_removed_is_named_unless_it_was_erased_by_the_rules() {
    let sealed = Sealed::new().await;
    let said = sealed.tamper(&["DELETE FROM comments"]).await;
    assert_eq!(said, ["The comment of response 6 is gone, and the audit log has no erasure of it."]);
    sealed.note_erasure(6).await;
    let verified = sealed.verify(&Outside::default()).await;
    assert_eq!((verified.found, verified.erased), (0, 1));
}

#[tokio::test]
async fn i2_a_changed_unit_is_named() {
    let sealed = Sealed::new().await;
    sealed.anchor().await;
    let said = sealed.tamper(&["UPDATE responses SET unit_id = 3 - unit_id WHERE n = 7"]).await;
    assert_eq!(said[0], "Response 7 is not as it was sealed.");
    assert_eq!(said.len(), 3, "and the counts of both units differ from the anchor's: {said:?}");
}

#[tokio::test]
async fn i2_an_inserted_row_is_named() {
    let sealed = Sealed::new().await;
    let said = sealed
        .tamper(&["
            INSERT INTO responses SELECT 13, hash, first, unit_id, procedure_id, point_id, channel, questionnaire_id,
                language, scale_order, day, received_at, answers, commitment, hash FROM responses WHERE n = 3;
            UPDATE chain SET n = 13, hash = (SELECT hash FROM responses WHERE n = 13) WHERE name = 'responses'"])
        .await;
    assert_eq!(said, ["Response 13 is not as it was sealed."]);
}

#[tokio::test]
async fn i2_two_swapped_rows_are_named() {
    let sealed = Sealed::new().await;
    let said = sealed
        .tamper(&[
            "UPDATE responses SET n = 0 WHERE n = 2",
            "UPDATE responses SET n = 2 WHERE n = 3",
            "UPDATE responses SET n = 3 WHERE n = 0",
        ])
        .await;
    let named = |n: i64| said.contains(&format!("Response {n} is not as it was sealed."));
    assert!(named(2) && named(3), "{said:?}");
}

#[tokio::test]
async fn i2_an_audit_row_deleted_or_edited_is_named() {
    let sealed = Sealed::new().await;
    let said = sealed.tamper(&["UPDATE audit SET subject = 'account 9' WHERE n = 2"]).await;
    assert_eq!(said, ["Row 2 of the audit log is not as it was sealed."]);
    let said = sealed.tamper(&["DELETE FROM audit WHERE n = 3"]).await;
    assert_eq!(said[1], "Rows 3 to 3 of the audit log are missing.");
    let said = sealed.tamper(&["DELETE FROM chain WHERE name = 'audit'"]).await;
    assert!(said.contains(&"The head of the audit log is missing; its last row is 4.".to_owned()), "{said:?}");
}

#[tokio::test]
async fn i2_a_guard_dropped_edited_or_switched_off_is_named() {
    let sealed = Sealed::new().await;
    let named =
        ["The guard “responses_no_delete” against changes is missing, was edited or is switched off in the database."];
    let edits: &[&str] = match sealed.db() {
        Db::Sqlite { .. } => &[
            "DROP TRIGGER responses_no_delete",
            "CREATE TRIGGER responses_no_delete BEFORE DELETE ON responses BEGIN SELECT 1; END",
        ],
        Db::Postgres(_) => &[
            "ALTER TABLE responses DISABLE TRIGGER responses_no_delete",
            "ALTER TABLE responses ENABLE TRIGGER responses_no_delete;
             CREATE OR REPLACE TRIGGER responses_no_delete BEFORE DELETE ON responses FOR EACH ROW
                WHEN (OLD.n < 0) EXECUTE FUNCTION responses_append_only()",
            "DROP TRIGGER responses_no_delete ON responses",
        ],
    };
    for edit in edits {
        execute(sealed.db(), edit).await;
        assert_eq!(said(&sealed.verify(&Outside::default()).await), named, "{edit}");
    }
    let cast = if sealed.world.url.is_some() { "CAST('x' AS BYTEA)" } else { "CAST('x' AS BLOB)" };
    let edit = format!("UPDATE _sqlx_migrations SET checksum = {cast} WHERE version = 1");
    execute(sealed.db(), Box::leak(edit.into_boxed_str())).await;
    let said = said(&sealed.verify(&Outside::default()).await);
    assert!(said.contains(&"Step 1 of the database schema is not the one of this program.".to_owned()), "{said:?}");
}

#[tokio::test]
async fn i2_an_old_backup_put_back_is_found_with_any_anchor_made_since() {
    let sealed = Sealed::new().await;
    let early = sealed.anchor().await;
    sealed.answer(13..=20).await;
    let late = sealed.anchor().await;
    // What the database was when it was copied: the later rows, heads and anchors are not there.
    let before = "
        DELETE FROM responses WHERE n > 12;
        UPDATE chain SET n = 12, hash = (SELECT hash FROM responses WHERE n = 12) WHERE name = 'responses';
        DELETE FROM anchors WHERE id > 1";
    assert_eq!(sealed.tamper(&[before]).await, [] as [&str; 0], "from inside it looks whole");
    let held = |anchor: &Anchor| Outside { anchors: vec![("giữ".into(), anchor.text())], codes: Vec::new() };
    assert!(sealed.verify(&held(&early)).await.is_whole());
    let said = said(&sealed.verify(&held(&late)).await);
    assert_eq!(said, ["The anchor “giữ” has responses up to 20, now they end at 12: what followed is lost."]);
}

#[tokio::test]
async fn i3_anchors_go_outside_each_day_and_their_absence_is_told() {
    let sealed = Sealed::new().await;
    let folder = tempfile::tempdir().unwrap();
    let receivers = [Receiver::Folder(folder.path().to_owned())];
    let daily = async |now| anchor::daily(sealed.db(), &sealed.keys, now, "https://hl.vn", &receivers).await.unwrap();
    let late = async |now| anchor::is_late(sealed.db(), now).await.unwrap();
    assert!(!late(NOW + 47 * HOUR_MS).await);
    assert!(late(NOW + 49 * HOUR_MS).await, "never anchored since the first act");
    sealed.anchor().await;
    assert!(late(NOW + 49 * HOUR_MS).await, "one that nobody outside took");
    let made = daily(NOW + HOUR_MS).await.unwrap().anchor;
    assert!(daily(NOW + 20 * HOUR_MS).await.is_none(), "one a day");
    assert!(!late(NOW + 48 * HOUR_MS).await && late(NOW + 50 * HOUR_MS).await);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(names.len(), 1, "one file, and nothing half-written");
    let kept = std::fs::read_to_string(&names[0]).unwrap();
    assert_eq!(Anchor::parse(&kept), Some(made.clone()));
    assert_eq!(made.statement.units.values().sum::<i64>(), ANSWERS);
    assert_eq!(anchor::last_code(sealed.db()).await.unwrap(), Some(made.code));
    let nowhere = [Receiver::Folder(Path::new("/proc/none").to_owned())];
    assert!(anchor::make(sealed.db(), &sealed.keys, NOW, "x", &nowhere).await.is_err());
    assert_eq!(anchor::last(sealed.db(), 9).await.unwrap().len(), 2, "what nobody took was not made");
    let forged = kept.replace("\"n\":12", "\"n\":11");
    let outside = Outside { anchors: vec![("f".into(), forged), ("g".into(), "{}".into())], codes: Vec::new() };
    let said = said(&sealed.verify(&outside).await);
    assert_eq!(said[0], "The signature of the anchor “f” is not by this key.");
    assert!(said[1].starts_with("The anchor “g” cannot be read"), "{said:?}");
}

#[tokio::test]
async fn i3_staff_see_the_seal_and_a_red_line_when_anchors_stay_away() {
    let site = Site::department().await;
    let mut inspector = site.person("giamsat", &[site.grant(Role::Inspector, None)]).await;
    assert!(inspector.get("/admin/seal").await.text.contains("Chưa có neo nào."));
    let made = anchor::make(&site.app.db, &site.app.keys, NOW, "x", &[]).await.unwrap().anchor;
    site.publish("2026").await;
    let page = inspector.get("/admin/seal").await.text;
    assert!(page.contains(&made.code) && page.contains(&made.key), "{page}");
    assert!(!page.contains("role=\"alert\""));
    assert!(site.stranger().get("/results").await.text.contains(&made.code), "the code is on the page of results");
    site.app.seal_late.store(true, std::sync::atomic::Ordering::Relaxed);
    for path in ["/admin/seal", "/account", "/admin/users"] {
        assert!(inspector.get(path).await.text.contains("<aside class=\"late\" role=\"alert\">"), "{path}");
    }
    assert!(!site.stranger().get("/results").await.text.contains("class=\"late\""), "citizens are not bothered");
}

#[tokio::test]
async fn i4_no_content_makes_verify_panic_or_pass() {
    let sealed = Sealed::new().await;
    let numbers = ["0", "-1", "9223372036854775807", "-9223372036854775808", "42"];
    let texts = ["''", "'|'", "'response|1|'", "'[[1,'", "'\u{202e}\u{1f4a3}'", "'null'", "'{\"erased\":[6,-1,1e99]}'"];
    let bytes = ["CAST('' AS BLOB)", "CAST('x' AS BLOB)", "CAST('0123456789abcdef0123456789abcdef' AS BLOB)"];
    // Each column in a row of its own, so that the finding is of this change.
    let columns = [
        ("responses", "unit_id", 1, &numbers[..]),
        ("responses", "received_at", 2, &numbers),
        ("responses", "first", 3, &numbers),
        ("responses", "answers", 4, &texts),
        ("responses", "channel", 5, &texts),
        ("responses", "language", 7, &texts),
        ("responses", "scale_order", 8, &texts),
        ("responses", "commitment", 9, &bytes),
        ("responses", "hash", 10, &bytes),
        ("audit", "at", 1, &numbers),
        ("audit", "account_id", 2, &numbers),
        ("audit", "detail", 3, &texts),
        ("audit", "act", 4, &texts),
        ("audit", "hash", 5, &bytes),
        ("chain", "n", 0, &numbers),
        ("chain", "hash", 0, &bytes),
        ("comments", "body", 6, &texts),
        ("comments", "salt", 6, &bytes),
        ("comments", "question_id", 6, &["9223372036854775807"]),
        ("anchors", "body", 0, &texts),
    ];
    sealed.act(5).await;
    sealed.anchor().await;
    let mut seen = BTreeSet::new();
    for (table, column, n, values) in columns {
        let (one, named) = match table {
            "responses" => (format!("n = {n}"), format!("Response {n} is not")),
            "audit" => (format!("n = {n}"), format!("Row {n} of the audit log is not")),
            "comments" => ("question_id > 1".to_owned(), "The comment of response 6 is not".to_owned()),
            "chain" => ("name = 'responses'".to_owned(), "The head of the responses".to_owned()),
            _ => ("receivers = 0".to_owned(), "The anchor".to_owned()),
        };
        for value in values {
            let change = format!("UPDATE {table} SET {column} = {value} WHERE {one}");
            let change = if sealed.world.url.is_some() { change.replace(" AS BLOB)", " AS BYTEA)") } else { change };
            let said = sealed.tamper(&[Box::leak(change.clone().into_boxed_str())]).await;
            assert!(said.iter().any(|said| said.starts_with(&named)), "{change}: {said:?}");
            seen.extend(said);
        }
    }
    let numbers = "UPDATE responses SET n = -9223372036854775808 WHERE n = 1;
                   UPDATE responses SET n = 9223372036854775807 WHERE n = 12";
    let said = sealed.tamper(&[numbers]).await;
    let named = |text: &str| said.iter().any(|said| said.starts_with(text));
    assert!(named("There is a response number -9223372036854775808"), "{said:?}");
    assert!(named("Responses 12 to 9223372036854775806 are missing."), "{said:?}");
    seen.extend(said);
    assert!(seen.iter().all(|said| !said.starts_with("verify-")), "a finding without words: {seen:?}");
}

#[tokio::test]
async fn another_master_key_takes_over_and_everything_old_stays_good() {
    let sealed = Sealed::new().await;
    let (db, old) = (sealed.db(), &sealed.keys);
    let catalogue = Catalogue::read(db, Day::at(NOW)).await.unwrap();
    let point =
        NewPoint { unit: "SGD-GL.VP", procedure: None, channel: Channel::Counter, form: "procedure", label: "" };
    let printed = issue::points(db, old, &catalogue, NOW, By::OPERATOR, &[point]).await.unwrap().remove(0);
    let anchor = sealed.anchor().await;
    let office = Changer { db, keys: old, now_ms: NOW, by: By::OPERATOR, scope: &Scope::All };
    let (account, _) = office.add("hoa", "Lê Hoa", &[]).await.unwrap();
    let seed = Seed::from_bytes(&[5; 20]).unwrap();
    factor::give(db, old, NOW, By::OPERATOR, account, &seed).await.unwrap();
    let new = Keys::from_masters(&[7; 32], &[[8; 32]]);
    let stranger = Keys::from_masters(&[9; 32], &[[8; 32]]);
    assert!(rotate::run(db, &stranger, &new, NOW).await.is_err(), "a key that is not that of the database");
    let wrong = rotate::run(db, &Keys::from_master(&[9; 32]), &new, NOW).await.unwrap_err();
    assert!(wrong.to_string().contains("is not that of this database"), "{wrong}");
    assert!(sealed.verify(&Outside::default()).await.is_whole(), "what failed changed nothing");

    let rotated = rotate::run(db, old, &new, NOW).await.unwrap();
    assert_eq!((rotated.points, rotated.invitations), (1, 0));
    let catalogue = Catalogue::read(db, Day::at(NOW)).await.unwrap();
    let opened = open::open(db, &catalogue, NOW, code_mac(&new, &printed.code)).await.unwrap();
    assert!(matches!(opened, Opened::Form(_)), "a printed code still opens");
    let typed = open::code_of_typed(db, &new, &catalogue, &printed.typed).await.unwrap();
    assert_eq!(typed, Some(printed.code), "and so does the typed one");
    let factor = factors::of(db, account.0).await.unwrap().unwrap();
    let opened = new.open(&format!("second factor {}", account.0), &factor.sealed);
    assert_eq!(opened.as_deref(), Some(seed.bytes()), "whoever has an authenticator keeps it");
    assert_eq!(new.lasting_mac("visit", b"x"), old.lasting_mac("visit", b"x"), "keys of visits are known again");
    let again = append(db, &new, NOW, &[submission(3), submission(30)]).await.unwrap();
    assert!(matches!(again[..], [Outcome::Duplicate(3), Outcome::Stored(13)]), "{again:?}");
    let outside = Outside { anchors: vec![("a".into(), anchor.text())], codes: Vec::new() };
    let verified = verify::run(db, &new, &outside).await.unwrap();
    assert_eq!(said(&verified), [] as [&str; 0]);
    assert!(verify::run(db, old, &outside).await.is_err(), "the old key file alone cannot say anything");
    assert!(fit::refuse_other_keys(db, old).await.is_err() && fit::refuse_other_keys(db, &new).await.is_ok());
    tamper(db, &["UPDATE responses SET unit_id = 9 WHERE n = 13"]).await;
    assert_eq!(said(&verify::run(db, &new, &outside).await.unwrap()), ["Response 13 is not as it was sealed."]);
}
