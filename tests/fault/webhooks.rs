//! Killed between what happened and the word of it: nothing is lost, and nothing goes out under another id.

use std::collections::BTreeSet;
use std::time::Duration;

use hailong::clock::{Clock, Stopwatch};
use hailong::config::key_file;
use hailong::domain::keys::Keys;
use hailong::flow::post::{Post, deliver};
use hailong::store::Db;

use crate::harness::program::{Place, postgres};
use crate::receiver::{OK, Receiver, SILENT, field};

const HERE: &[&str] = &["--webhook-networks", "127.0.0.1/32"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r3_killed_between_an_event_and_its_delivery_it_tells_everything_under_one_id() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    // Takes the first three and never answers them; from then on it takes what comes.
    let receiver = Receiver::start(&[SILENT, SILENT, SILENT, OK]);
    let add = ["webhook", "add", "--label", "Trục", "--url", &receiver.url, "--topic", "report.published"];
    assert!(place.run(&[&add[..], HERE].concat()).starts_with("whsec_"));
    let serve: Vec<&str> = [&["serve"], HERE].concat();
    let mut killed = 0;
    for round in 0..3 {
        // It happens while nobody is there to tell of it.
        place.run(&["publish", "2026", "--live"]);
        let program = place.start(&serve).await;
        let watch = Stopwatch::start();
        while receiver.taken().len() <= round && watch.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Sent, not answered, not noted.
        killed += usize::from(receiver.taken().len() == round + 1);
        program.kill();
    }
    assert_eq!(killed, 3, "killed with a message in hand each time");
    let held: BTreeSet<String> =
        receiver.taken().iter().map(|(head, _)| field(head, "webhook-id").to_owned()).collect();
    assert_eq!(held.len(), 3);
    // Another process finds them once they are nobody's any more.
    let db = match &place.url {
        Some(url) => Db::connect(url).await.unwrap(),
        None => Db::open_file(place.folder.path()).await.unwrap(),
    };
    let text = std::fs::read_to_string(place.folder.path().join("master.key")).unwrap();
    let keys: std::sync::Arc<Keys> = std::sync::Arc::new(key_file::keys(&key_file::parse(&text).unwrap()).unwrap());
    let post = Post::default().with_networks(vec!["127.0.0.1/32".parse().unwrap()]);
    let later = Clock::fixed(Clock::System.now_ms() + 120_000);
    assert_eq!(deliver(&db, &keys, &post, &later).await.unwrap(), 3);
    assert_eq!(deliver(&db, &keys, &post, &later).await.unwrap(), 0);
    let taken = receiver.taken();
    assert_eq!(taken.len(), 6);
    let ids: BTreeSet<String> = taken.iter().map(|(head, _)| field(head, "webhook-id").to_owned()).collect();
    assert_eq!(ids, held, "no other id");
    let events: BTreeSet<&String> = taken[3..].iter().map(|(_, body)| body).collect();
    assert_eq!(events.len(), 3, "each event once");
    db.close().await;
}
