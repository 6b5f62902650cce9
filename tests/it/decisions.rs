//! What was decided and marked is proved by the audit log: whatever is added, removed or changed there behind the
//! program's back is named.

use hailong::domain::working::WorkingDays;
use hailong::domain::{Day, PointId};
use hailong::flow::collect::Submission;
use hailong::flow::collect::append::append;
use hailong::flow::exclude::{self, Criterion, Decision, NewProposal, Reason, What};
use hailong::flow::seal::fit;
use hailong::flow::seal::verify::Outside;
use hailong::flow::suspicion::{self, Trace};
use hailong::flow::{release, upkeep};

use crate::exclusion::{WHY, acting, leave_out, two_people};
use crate::rows::noon;
use crate::seal::{NOW, Sealed, said, submission};

/// Answers left out and taken in again, one erased, five marked.
async fn decided() -> Sealed {
    let sealed = Sealed::new().await;
    let (db, keys) = (sealed.db(), &sealed.keys);
    let trace = Some(Trace { mark: Some(7), staff: false, hasty: false, at: NOW });
    let marked: Vec<Submission> = (13..=17).map(|n| Submission { trace, ..submission(n) }).collect();
    append(db, keys, NOW, &marked).await.unwrap();
    release::cut(db, NOW, 5).await.unwrap();
    let people = two_people(db).await;
    leave_out(db, keys, NOW, people, 3).await;
    let undone = leave_out(db, keys, NOW + 1, people, 4).await;
    exclude::propose_undo(&acting(db, keys, NOW + 2, people[0]), undone, WHY).await.unwrap();
    exclude::decide(&acting(db, keys, NOW + 3, people[1]), undone, Decision::Approve, "").await.unwrap();
    let erase = NewProposal {
        what: Some(What::Erase),
        criterion: Some(Criterion::Answer(6)),
        reason: Some(Reason::Personal),
        body: WHY,
    };
    let n = exclude::propose(&acting(db, keys, NOW + 4, people[0]), &erase).await.unwrap();
    exclude::decide(&acting(db, keys, NOW + 5, people[1]), n, Decision::Approve, "").await.unwrap();
    let day = Day::at(NOW);
    let refused = NewProposal {
        what: Some(What::Exclude),
        criterion: Some(Criterion::Point { point: PointId(1), first: day, last: day }),
        reason: Some(Reason::Staff),
        body: WHY,
    };
    let several = exclude::propose(&acting(db, keys, NOW + 6, people[0]), &refused).await;
    assert!(several.is_err(), "answers of two units");
    let always = WorkingDays { hours: "1-7 0:00-24:00".parse().unwrap(), ..WorkingDays::default() };
    suspicion::mark(db, keys, NOW + 7, &always).await.unwrap();
    fit::refuse_other_keys(db, keys).await.unwrap();
    sealed
}

#[tokio::test]
async fn i5_honest_decisions_erasures_and_marks_are_proved_by_the_audit_log() {
    let sealed = decided().await;
    let verified = sealed.verify(&Outside::default()).await;
    assert_eq!(said(&verified), [] as [&str; 0]);
    assert_eq!((verified.responses, verified.erased), (17, 1));
}

/// What is done behind the program's back, and what is said of it.
const TAMPERED: [(&str, &[&str]); 20] = [
    ("DELETE FROM exclusions WHERE response_n = 3", &["The 0 answers that proposal 1 names are not those"]),
    ("INSERT INTO exclusions (proposal, response_n) VALUES (1, 5)", &["The 2 answers that proposal 1 names are not"]),
    ("UPDATE exclusions SET response_n = 5 WHERE proposal = 1", &["The 1 answers that proposal 1 names are not those"]),
    ("DELETE FROM proposals WHERE proposal = 1", &["The audit log has 2 steps of proposal 1, now there are 1."]),
    (
        "DELETE FROM proposals WHERE step = 'undo-approved'",
        &["The audit log has 4 steps of proposal 3, now there are 3."],
    ),
    (
        "INSERT INTO proposals (n, proposal, step, what, unit_id, account_id, at, reason, body, criterion)
            SELECT 90, 1, 'undo-approved', what, unit_id, account_id, at, reason, body, criterion
            FROM proposals WHERE n = 1",
        &["Row 90 of the proposals to leave out or erase is not as the audit log has it."],
    ),
    (
        "INSERT INTO proposals (n, proposal, step, what, unit_id, account_id, at, reason, body, criterion)
            SELECT 91, NULL, step, what, unit_id, account_id, at, reason, body, criterion FROM proposals WHERE n = 1;
         INSERT INTO proposals (n, proposal, step, what, unit_id, account_id, at, reason, body, criterion)
            SELECT 92, 91, 'approved', what, unit_id, account_id, at, reason, body, criterion
            FROM proposals WHERE n = 1;
         INSERT INTO exclusions (proposal, response_n) VALUES (91, 8)",
        &["Row 91 of the proposals", "Row 92 of the proposals", "The 1 answers that proposal 91 names are not those"],
    ),
    ("UPDATE proposals SET body = 'x' WHERE n = 2", &["Row 2 of the proposals"]),
    ("UPDATE proposals SET step = 'refused' WHERE n = 2", &["Row 2 of the proposals"]),
    ("UPDATE proposals SET account_id = 1 WHERE n = 2", &["Row 2 of the proposals"]),
    ("UPDATE proposals SET reason = 'other' WHERE n = 1", &["Row 1 of the proposals"]),
    ("UPDATE proposals SET unit_id = 3 WHERE n = 1", &["Row 1 of the proposals"]),
    ("UPDATE proposals SET at = at + 1 WHERE n = 1", &["Row 1 of the proposals"]),
    (
        "DELETE FROM erasures",
        &["The audit log has an erasure of the comment of response 6 that is noted nowhere else."],
    ),
    (
        "INSERT INTO erasures (response_n, question_id, at) VALUES (2, 1, 0)",
        &["The erasure of the comment of response 2 is not in the audit log."],
    ),
    ("UPDATE erasures SET proposal = NULL", &["The erasure of the comment of response 6 is not in the audit log."]),
    ("DELETE FROM flags WHERE n = 13", &["the audit log has 5 marks of unusual answers; the 4 that are there are not"]),
    ("UPDATE flags SET n = 1 WHERE n = 13", &["the audit log has 5 marks of unusual answers; the 5 that are there"]),
    (
        "INSERT INTO flags (n, rule, at) VALUES (2, 'staff', 5)",
        &["the audit log has 0 marks of unusual answers; the 1"],
    ),
    (
        "UPDATE key_checks SET value = CAST('x' AS BLOB)",
        &["The master key number 1 in the key file is another than the one noted in the database."],
    ),
];

#[tokio::test]
async fn i5_what_is_added_removed_or_changed_of_a_decision_is_named() {
    for (change, expected) in TAMPERED {
        let sealed = decided().await;
        let change: &'static str = match sealed.world.url {
            Some(_) => Box::leak(change.replace(" AS BLOB)", " AS BYTEA)").into_boxed_str()),
            None => change,
        };
        let said = sealed.tamper(&[change]).await;
        for expected in expected {
            assert!(said.iter().any(|said| said.contains(expected)), "{change}: {said:?}");
        }
    }
}

#[tokio::test]
async fn p8_what_the_night_forgot_in_steps_is_proved_by_the_audit_log() {
    let sealed = Sealed::new().await;
    let (db, keys) = (sealed.db(), &sealed.keys);
    let text = submission(6).texts;
    let batch: Vec<Submission> = (1_000..6_001).map(|n| Submission { texts: text.clone(), ..submission(n) }).collect();
    append(db, keys, NOW, &batch).await.unwrap();
    let later = noon(20_290_101);
    upkeep::nightly(db, keys, later).await.unwrap();
    let left = crate::accounts::texts(db, "SELECT body FROM comments").await;
    assert!(left.is_empty(), "{}", left.len());
    let rows = crate::accounts::texts(db, "SELECT detail FROM audit WHERE subject = 'retention comments'").await;
    // 10,004 comments of 5,002 answers in three steps, each with its list and its sum.
    assert_eq!(rows.len(), 6, "{:?}", rows.iter().map(String::len).collect::<Vec<_>>());
    let verified = sealed.verify(&Outside::default()).await;
    assert_eq!((said(&verified), verified.erased), (Vec::<String>::new(), 5_002));
    let before = rows.len();
    upkeep::nightly(db, keys, later + 60_000).await.unwrap();
    let rows = crate::accounts::texts(db, "SELECT detail FROM audit WHERE subject = 'retention comments'").await;
    assert_eq!(rows.len(), before, "once a night");
}
