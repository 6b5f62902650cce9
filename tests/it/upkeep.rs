//! What is forgotten by itself, once its time is over and not a day earlier.

use hailong::domain::{Channel, Day, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::collect::Submission;
use hailong::flow::collect::append::append;
use hailong::flow::upkeep::nightly;
use hailong::store::Db;

use crate::accounts::texts;
use crate::rows::{self, OVERALL, noon};
use crate::site::Site;

async fn reports(db: &Db) -> Vec<String> {
    texts(db, "SELECT subject || ' ' || detail FROM audit WHERE act = 'forgotten' ORDER BY n").await
}

#[tokio::test]
async fn p8_a_comment_is_kept_for_24_months_and_its_commitment_for_ever() {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    rows::unit(db, 1, "Văn phòng Sở", "office").await;
    let answer = |n: u8, day| Submission {
        key: [n; 16],
        first: None,
        invitation: None,
        unit: UnitId(1),
        procedure: None,
        point: None,
        channel: Channel::Counter,
        questionnaire: QuestionnaireId(1),
        language: "vi".into(),
        day: Day::from_number(day).unwrap(),
        received_at: 0,
        answers: vec![(QuestionId(OVERALL), 4)],
        trace: None,
        texts: vec![(QuestionId(OVERALL), format!("Lời thứ {n}"))],
    };
    append(db, &site.keys, noon(20241124), &[answer(1, 20241123), answer(2, 20241124)]).await.unwrap();
    nightly(db, &site.keys, noon(20261123)).await.unwrap();
    assert_eq!(texts(db, "SELECT body FROM comments ORDER BY response_n").await, ["Lời thứ 1", "Lời thứ 2"]);
    nightly(db, &site.keys, noon(20261124)).await.unwrap();
    assert_eq!(texts(db, "SELECT body FROM comments").await, ["Lời thứ 2"]);
    assert_eq!(texts(db, "SELECT CAST(response_n AS TEXT) FROM erasures WHERE proposal IS NULL").await, ["1"]);
    assert_eq!(texts(db, "SELECT CAST(n AS TEXT) FROM responses WHERE commitment IS NOT NULL").await.len(), 2);
    let told = reports(db).await;
    assert_eq!(told.len(), 7, "three jobs in two nights, and which answer lost its text: {told:?}");
    assert!(told.contains(&"retention comments {\"erased\":[1]}".to_owned()), "{told:?}");
    assert!(told.contains(&"retention comments {\"forgotten\":1}".to_owned()), "{told:?}");
}

#[tokio::test]
async fn p8_the_hash_of_a_case_code_goes_30_days_after_use_or_expiry() {
    let site = Site::department().await;
    let db = &site.world.db;
    // Used on the 1st; used on the 2nd; never used, expired on the 1st at noon.
    for (i, (expires, used)) in
        [(noon(20270101), Some(20261001)), (noon(20270101), Some(20261002)), (noon(20261001), None)]
            .into_iter()
            .enumerate()
    {
        let mac = vec![i as u8 + 1; 16];
        const INSERT: &str = "
            INSERT INTO invitations (code_mac, typed_mac, sealed, unit_id, channel, form, case_mac, event, issued_day,
                                     expires_at, used, used_day)
            SELECT $1, $1, $1, MIN(id), 'case', 'procedure', $1, 'finished', 20260901, $2, $3, $4 FROM units";
        macro_rules! insert {
            ($c:expr) => {
                drop(
                    sqlx::query(INSERT)
                        .bind(mac)
                        .bind(expires)
                        .bind(i64::from(used.is_some()))
                        .bind(used)
                        .execute($c)
                        .await
                        .unwrap(),
                )
            };
        }
        match db {
            Db::Sqlite { write, .. } => insert!(write),
            Db::Postgres(pool) => insert!(pool),
        }
    }
    let kept = || async {
        let hex = if matches!(db, Db::Sqlite { .. }) {
            "SELECT lower(hex(case_mac)) FROM invitations"
        } else {
            "SELECT encode(case_mac, 'hex') FROM invitations"
        };
        let hashes = texts(db, hex).await;
        ["01", "02", "03"].into_iter().filter(|byte| hashes.contains(&byte.repeat(16))).collect::<Vec<_>>()
    };
    nightly(db, &site.keys, noon(20261030)).await.unwrap();
    assert_eq!(kept().await, ["01", "02", "03"]);
    nightly(db, &site.keys, noon(20261031) + 1).await.unwrap();
    assert_eq!(kept().await, ["02"]);
    nightly(db, &site.keys, noon(20261101) + 1).await.unwrap();
    assert!(kept().await.is_empty());
    assert_eq!(texts(db, "SELECT CAST(id AS TEXT) FROM invitations").await.len(), 3, "that there was one stays");
}

#[tokio::test]
async fn p8_each_job_runs_once_a_night_however_many_processes_there_are() {
    let site = Site::new().await;
    let db = &site.world.db;
    let now = noon(20261124);
    let runs =
        tokio::join!(nightly(db, &site.keys, now), nightly(db, &site.keys, now), nightly(db, &site.keys, now + 1));
    assert!(runs.0.is_ok() && runs.1.is_ok() && runs.2.is_ok(), "{runs:?}");
    assert_eq!(reports(db).await.len(), 3);
    nightly(db, &site.keys, noon(20261125)).await.unwrap();
    assert_eq!(reports(db).await.len(), 6);
    // Three that forget, and the one that lets caseload stand.
    assert_eq!(texts(db, "SELECT job FROM nights").await.len(), 4, "nights that are over are forgotten too");
}

#[tokio::test]
async fn p8_a_session_ends_after_12_hours_and_leaves_the_table() {
    let site = Site::new().await;
    let mut person = site.person("an", &[]).await;
    for _ in 0..28 {
        site.wait(25);
        person.get("/account").await;
    }
    nightly(&site.world.db, &site.keys, site.clock.now_ms()).await.unwrap();
    assert_eq!(texts(&site.world.db, "SELECT 's' FROM sessions").await.len(), 1, "eleven hours and forty minutes");
    site.wait(20);
    nightly(&site.world.db, &site.keys, site.clock.now_ms()).await.unwrap();
    assert!(texts(&site.world.db, "SELECT 's' FROM sessions").await.is_empty());
}
