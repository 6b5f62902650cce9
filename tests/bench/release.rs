//! Many answers at rest: how fast a release counts them, how soon the program starts over them.

use hailong::clock::{Clock, Stopwatch};
use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day, PointId, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::collect::{Submission, append::append};
use hailong::flow::release;
use hailong::store::Db;

use crate::harness::program::Place;
use crate::table::Table;

/// Units that the answers are spread over.
const UNITS: i64 = 20;
/// Days that they are spread over: some ten thousand a day make a busy province.
const DAYS: i64 = 60;
const BATCH: usize = 5_000;
const HOUR_MS: i64 = 3_600_000;

/// Stores so many answers of two questions, then measures a release of all of them and a start over them.
pub async fn measure(table: &mut Table, engine: &str, place: Place, answers: usize) {
    place.open_office();
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(place.folder.path()).await.unwrap(),
    };
    let now = Clock::System.now_ms();
    let watch = Stopwatch::start();
    store(&db, answers, now).await;
    let rate = answers as f64 / watch.elapsed().as_secs_f64();
    table.row(
        &format!("{engine}: append in batches of {BATCH}"),
        &format!("{rate:.0} /s"),
        "as the demonstration does",
    );
    let watch = Stopwatch::start();
    let cut = release::cut(&db, now, 5).await.unwrap();
    let rate = answers as f64 / watch.elapsed().as_secs_f64();
    assert_eq!(cut.counted, answers as u64, "every answer is released");
    let more = format!("{answers} answers of two questions, {UNITS} units, {DAYS} days");
    table.row(&format!("{engine}: release"), &format!("{rate:.0} /s"), &more);
    db.close().await;
    let program = place.start(&["serve"]).await;
    let (took, resident) = (program.took.as_millis(), program.resident_kib() / 1_024);
    let more = format!("{resident} MiB resident");
    table.row(&format!("{engine}: start over {answers} answers"), &format!("{took} ms"), &more);
    let (status, _) = program.stop().await;
    assert!(status.success(), "{}", place.read_log());
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
    let received_at = now - (number % DAYS) * 24 * HOUR_MS;
    Submission {
        key,
        first: None,
        invitation: None,
        unit: UnitId(1 + number % UNITS),
        procedure: None,
        point: Some(PointId(1)),
        channel: Channel::Counter,
        questionnaire: QuestionnaireId(1),
        language: "vi".to_owned(),
        day: Day::at(received_at),
        received_at: received_at / HOUR_MS * HOUR_MS,
        answers: vec![(QuestionId(1), 1 + number % 5), (QuestionId(2), 1 + (number / 5) % 5)],
        trace: None,
        texts: Vec::new(),
    }
}
