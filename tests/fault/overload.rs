//! More than it can take: every request ends, the refused are told when to come back, memory stays small.

use std::time::Duration;

use hailong::clock::Stopwatch;
use tokio::task::JoinSet;

use crate::harness::http::{Connection, get, new_visit, post};
use crate::harness::program::{Place, postgres};
use crate::rows;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_bursts_of_four_hundred_all_end_and_a_citizen_is_served_after() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let mut thanked = 0;
    for _ in 0..3 {
        let mut burst = JoinSet::new();
        for _ in 0..400 {
            let (address, path) = (program.address().to_owned(), path.clone());
            burst.spawn(async move { one_answer(&address, &path).await });
        }
        for status in burst.join_all().await {
            assert!(status == 303 || status == 503, "{status} under overload");
            thanked += i64::from(status == 303);
        }
    }
    assert!(thanked > 0);
    assert_eq!(rows::stored(&place).await, thanked, "what was thanked, and nothing else, is stored");
    let watch = Stopwatch::start();
    assert_eq!(one_answer(program.address(), &path).await, 303);
    assert!(watch.elapsed() < Duration::from_secs(2), "a citizen after the bursts waited {:?}", watch.elapsed());
    let resident = program.resident_kib();
    assert!(resident < 256 * 1024, "{resident} KiB resident");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_idle_connections_leave_room_for_a_citizen() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let mut idle = Vec::new();
    for _ in 0..1_000 {
        idle.push(Connection::open(program.address()).await.unwrap());
    }
    let mut citizen = Connection::open(program.address()).await.unwrap();
    let form = tokio::time::timeout(Duration::from_secs(5), citizen.send(&get(program.address(), &path))).await;
    assert_eq!(form.expect("served within 5 s").unwrap().status, 200);
    assert!(program.resident_kib() < 256 * 1024, "{} KiB resident", program.resident_kib());
}

/// One answer, to its end within 30 s; a 503 says when to come back.
async fn one_answer(address: &str, path: &str) -> u16 {
    let sending = async {
        let mut connection = Connection::open(address).await.unwrap();
        connection.send(&post(address, path, &format!("visit={}&overall=3", new_visit()))).await.unwrap()
    };
    let answer = tokio::time::timeout(Duration::from_secs(30), sending).await.expect("every request ends");
    assert!(answer.status != 503 || answer.header("retry-after").is_some(), "{}", answer.head);
    answer.status
}
