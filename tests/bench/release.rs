//! Many answers at rest: how fast a release counts them, how soon the program starts over them.

use hailong::clock::{Clock, Stopwatch};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::collect::{Submission, append::append};
use hailong::flow::release;
use hailong::store::Db;

use crate::harness::program::Place;
use crate::table::Table;

/// Units that the answers are spread over.
const UNITS: i64 = 20;
const BATCH: usize = 5_000;
const HOUR_MS: i64 = 3_600_000;

/// Stores so many answers of two questions, then measures a release of all of them and a start over them.
pub async fn measure(table: &mut Table, answers: usize) {
    let place = Place::new(None).await;
    place.open_office();
    let db = Db::open_file(place.folder.path()).await.unwrap();
    let now = Clock::System.now_ms();
    let watch = Stopwatch::start();
    store(&db, answers, now).await;
    let rate = answers as f64 / watch.elapsed().as_secs_f64();
    table.row(
        "append in batches of 5,000, SQLite",
        &format!("{rate:.0} answers/s"),
        "as an import or a demonstration does",
    );
    let watch = Stopwatch::start();
    release::cut(&db, now, 5).await.unwrap();
    let rate = answers as f64 / watch.elapsed().as_secs_f64();
    table.row("release, SQLite", &format!("{rate:.0} answers/s"), &format!("{answers} answers of two questions"));
    db.close().await;
    let program = place.start(&["serve"]).await;
    let (took, resident) = (program.took.as_millis(), program.resident_kib() / 1_024);
    table.row(&format!("start over {answers} answers"), &format!("{took} ms"), &format!("{resident} MiB resident"));
}

async fn store(db: &Db, answers: usize, now: i64) {
    let keys = Keys::from_master(&[7; 32]);
    let numbers: Vec<usize> = (0..answers).collect();
    for chunk in numbers.chunks(BATCH) {
        let batch: Vec<Submission> = chunk.iter().map(|&number| submission(number as i64, now)).collect();
        append(db, &keys, now, &batch).await.unwrap();
    }
}

fn submission(number: i64, now: i64) -> Submission {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    // Sixty days of ten thousands of answers a day would be a busy province.
    let received_at = now - (number % 60) * 24 * HOUR_MS;
    Submission {
        key,
        first: None,
        invitation: None,
        unit: UnitId(1 + number % UNITS),
        procedure: None,
        point: Some(hailong::domain::PointId(1)),
        channel: Channel::Counter,
        questionnaire: QuestionnaireId(1),
        language: "vi".to_owned(),
        day: Day::at(received_at),
        received_at: received_at / HOUR_MS * HOUR_MS,
        answers: vec![(QuestionId(1), 1 + number % 5), (QuestionId(2), 1 + (number / 5) % 5)],
        texts: Vec::new(),
    }
}
