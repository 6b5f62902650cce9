//! Answers through the one storing function and the writer: each exactly once, whatever is sent again.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use hailong::clock::{self, Clock};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day, InvitationId, QuestionId};
use hailong::flow::audit::By;
use hailong::flow::collect::append::{Appender, append};
use hailong::flow::collect::catalogue::{Catalogue, code_mac};
use hailong::flow::collect::open::{self, Opened, Place};
use hailong::flow::collect::writer::Writer;
use hailong::flow::collect::{Outcome, Submission};
use hailong::flow::design::{self, Mode, What};
use hailong::flow::issue::{self, NewInvitation, NewPoint};
use hailong::store::Db;
use proptest::prelude::*;

use crate::world::World;

const NOW: i64 = 1_795_500_000_000;
const OFFICE: &str = "SGD-GL.VP";

/// A department with one point and its keys.
struct Office {
    world: World,
    keys: Arc<Keys>,
    place: Place,
    /// Two processes, each remembering where it left the chain.
    appenders: [tokio::sync::Mutex<Appender>; 2],
}

impl Office {
    async fn open() -> Self {
        let world = World::new().await;
        for (what, file) in [
            (What::Units, "units.csv"),
            (What::Procedures, "procedures.csv"),
            (What::Questionnaire, "questionnaires/procedure.xlsx"),
        ] {
            let bytes = std::fs::read(format!("tests/data/department/{file}")).unwrap();
            design::import(&world.db, what, file, &bytes, Mode::Keep).await.unwrap();
        }
        let keys = Arc::new(Keys::from_master(&[7; 32]));
        let catalogue = Catalogue::read(&world.db, Day::at(NOW)).await.unwrap();
        let point = NewPoint {
            unit: OFFICE,
            procedure: Some("1.005092"),
            channel: Channel::Counter,
            form: "procedure",
            label: "",
        };
        let issued = issue::points(&world.db, &keys, &catalogue, NOW, By::OPERATOR, &[point]).await.unwrap();
        let catalogue = Catalogue::read(&world.db, Day::at(NOW)).await.unwrap();
        let opened = open::open(&world.db, &catalogue, NOW, code_mac(&keys, &issued[0].code)).await.unwrap();
        let appender = || tokio::sync::Mutex::new(Appender::new(world.db.clone(), keys.clone()));
        Self { appenders: [appender(), appender()], place: form(opened), world, keys }
    }

    /// The closing question answered with a level, under a key.
    fn rate(&self, key: u128, level: i64) -> Submission {
        let overall = self.place.questionnaire.overall().unwrap().id;
        Submission {
            key: key.to_be_bytes(),
            first: None,
            invitation: None,
            unit: self.place.unit.id,
            procedure: self.place.procedure.as_ref().map(|p| p.id),
            point: self.place.point,
            channel: Channel::Counter,
            questionnaire: self.place.questionnaire.id,
            language: "vi".into(),
            day: Day::at(NOW),
            received_at: NOW,
            answers: vec![(overall, level)],
            trace: None,
            texts: Vec::new(),
        }
    }

    async fn invite(&self, case: &str) -> InvitationId {
        let catalogue = Catalogue::read(&self.world.db, Day::at(NOW)).await.unwrap();
        let new = NewInvitation {
            unit: OFFICE,
            procedure: None,
            channel: Channel::Case,
            form: "procedure",
            case,
            event: "finished",
        };
        let issued = issue::invitations(&self.world.db, &self.keys, &catalogue, NOW, &[new]).await.unwrap();
        let opened = open::open(&self.world.db, &catalogue, NOW, code_mac(&self.keys, &issued[0].code)).await.unwrap();
        let place = form(opened);
        assert_eq!(place.point, None);
        place.invitation.unwrap()
    }

    fn writer(&self) -> Writer {
        Writer::start(self.world.db.clone(), self.keys.clone(), Clock::fixed(NOW)).0
    }

    async fn append(&self, batch: &[Submission]) -> Vec<Outcome> {
        self.append_by(0, batch).await
    }

    async fn append_by(&self, process: usize, batch: &[Submission]) -> Vec<Outcome> {
        let mut appender = self.appenders[process].lock().await;
        let outcomes = appender.append(NOW, batch).await.unwrap();
        appender.rest();
        outcomes
    }
}

fn form(opened: Opened) -> Place {
    match opened {
        Opened::Form(place) => Some(place),
        _ => None,
    }
    .unwrap()
}

/// (n, key, answers) of every stored row.
async fn rows(db: &Db) -> Vec<(i64, Vec<u8>, String)> {
    const ALL: &str = "SELECT n, key, answers FROM responses ORDER BY n";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_as(ALL).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(ALL).fetch_all(pool).await.unwrap(),
    }
}

#[tokio::test]
async fn two_hundred_copies_at_once_are_one_answer_and_all_are_acknowledged() {
    let office = Office::open().await;
    let writer = office.writer();
    let sent = (0..200).map(|_| {
        let (writer, submission) = (writer.clone(), office.rate(1, 5));
        tokio::spawn(async move { writer.accept(submission).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for task in sent.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap());
    }
    assert_eq!(outcomes.iter().filter(|o| **o == Outcome::Stored(1)).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| **o == Outcome::Duplicate(1)).count(), 199);
    // And later, when what is known of it is in the database alone: by this process and by another.
    for writer in [&writer, &office.writer()] {
        assert_eq!(writer.accept(office.rate(1, 5)).await.unwrap(), Outcome::Duplicate(1));
    }
    assert_eq!(rows(&office.world.db).await.len(), 1);
}

#[tokio::test]
async fn forty_answers_race_for_one_invitation_and_one_wins() {
    let office = Office::open().await;
    let invitation = office.invite("H08-1").await;
    let writer = office.writer();
    let sent = (0..40).map(|i| {
        let submission = Submission { invitation: Some(invitation), point: None, ..office.rate(i, 1 + i as i64 % 5) };
        let writer = writer.clone();
        tokio::spawn(async move { writer.accept(submission).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for task in sent.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap());
    }
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Outcome::Stored(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| **o == Outcome::Used).count(), 39);
    // The winner sending again is told that it was stored, not that the slip is used.
    let winner = outcomes.iter().position(|o| matches!(o, Outcome::Stored(_))).unwrap();
    let again = Submission { invitation: Some(invitation), point: None, ..office.rate(winner as u128, 5) };
    assert_eq!(office.append(&[again]).await, [Outcome::Duplicate(1)]);
    assert_eq!(rows(&office.world.db).await.len(), 1);
}

#[tokio::test]
async fn an_invitation_that_has_expired_takes_no_answer() {
    let office = Office::open().await;
    let invitation = office.invite("H08-2").await;
    let late = NOW + (issue::INVITATION_DAYS + 1) * 24 * 60 * 60 * 1000;
    let submission = Submission { invitation: Some(invitation), ..office.rate(1, 5) };
    let outcomes = append(&office.world.db, &office.keys, late, &[submission]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Expired]);
    assert!(rows(&office.world.db).await.is_empty());
}

#[tokio::test]
async fn the_same_case_gets_the_same_codes_again() {
    let office = Office::open().await;
    assert_eq!(office.invite("h08-230411-0004").await, office.invite(" H08-230411-0004 ").await);
}

#[tokio::test]
async fn a_comment_is_kept_apart_and_bound_to_its_answer() {
    let office = Office::open().await;
    let mut submission = office.rate(1, 2);
    let comment = office.place.questionnaire.question("comment").unwrap().id;
    submission.texts.push((comment, "Chờ lâu quá".into()));
    office.append(&[submission]).await;
    const BOUND: &str =
        "SELECT r.answers, c.body, r.commitment IS NOT NULL FROM responses r JOIN comments c ON c.response_n = r.n";
    let (answers, body, bound): (String, String, bool) = match &office.world.db {
        Db::Sqlite { read, .. } => sqlx::query_as(BOUND).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(BOUND).fetch_one(pool).await.unwrap(),
    };
    assert_eq!((answers.contains("Chờ"), body.as_str(), bound), (false, "Chờ lâu quá", true));
}

#[test]
fn whatever_is_sent_again_in_whatever_batches_is_stored_once_in_order() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let office = runtime.block_on(Office::open());
    let salt = u128::from_be_bytes(clock::random());
    let known = std::cell::RefCell::new(HashMap::<u128, i64>::new());
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(batches in prop::collection::vec((0usize..2, prop::collection::vec((0u128..60, 1i64..=5), 1..20)), 1..6))| {
        let mut known = known.borrow_mut();
        runtime.block_on(async {
            for (process, batch) in &batches {
                let sent: Vec<Submission> = batch.iter().map(|(key, level)| office.rate(salt ^ key, *level)).collect();
                for ((key, level), outcome) in batch.iter().zip(office.append_by(*process, &sent).await) {
                    match (known.get(key), outcome) {
                        (None, Outcome::Stored(n)) => drop(known.insert(*key, n)),
                        (Some(first), Outcome::Duplicate(n)) => assert_eq!(*first, n),
                        (before, outcome) => panic!("{key} at level {level}: {before:?}, then {outcome:?}"),
                    }
                }
            }
            let rows = rows(&office.world.db).await;
            let numbers: Vec<i64> = rows.iter().map(|(n, ..)| *n).collect();
            assert_eq!(numbers, (1..=known.len() as i64).collect::<Vec<_>>());
            assert_eq!(rows.iter().map(|(_, key, _)| key).collect::<BTreeSet<_>>().len(), known.len());
        });
    });
}

#[tokio::test]
async fn answers_are_stored_as_they_were_chosen() {
    let office = Office::open().await;
    let question = |name: &str| office.place.questionnaire.question(name).unwrap().id;
    let mut submission = office.rate(1, 4);
    submission.answers.extend([(question("f_staff"), -1), (question("f_result"), 0)]);
    office.append(&[submission.clone()]).await;
    let stored: Vec<(QuestionId, i64)> = serde_json::from_str(&rows(&office.world.db).await[0].2).unwrap();
    assert_eq!(stored, submission.answers);
}
