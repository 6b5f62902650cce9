//! Clients that drip: each is cut in time, and a citizen is served meanwhile.

use std::time::Duration;

use hailong::clock::Stopwatch;
use tokio::task::JoinSet;

use crate::harness::http::{Connection, get, new_visit, post};
use crate::harness::program::{Place, postgres};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_heads_bodies_and_idlers_are_cut_while_a_citizen_is_served() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let mut slow = JoinSet::new();
    for _ in 0..60 {
        let head = get(program.address(), &path);
        slow.spawn(drip(program.address().to_owned(), Vec::new(), head, "a head", 13));
        let whole = post(program.address(), &path, &format!("visit={}&overall=1", new_visit()));
        let (head, body) = whole.split_at(whole.len() - 30);
        slow.spawn(drip(program.address().to_owned(), head.to_vec(), body.to_vec(), "a body", 18));
        slow.spawn(idle(program.address().to_owned(), get(program.address(), &path)));
    }
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let watch = Stopwatch::start();
        let mut citizen = Connection::open(program.address()).await.unwrap();
        let body = format!("visit={}&overall=5", new_visit());
        assert_eq!(citizen.send(&post(program.address(), &path, &body)).await.unwrap().status, 303);
        assert!(watch.elapsed() < Duration::from_secs(2), "a citizen among slow clients waited {:?}", watch.elapsed());
    }
    while let Some(cut) = slow.join_next().await {
        cut.unwrap();
    }
}

/// Sends `at_once`, then `slowly` a byte a second; asserts that the program ends it within `limit` seconds.
async fn drip(address: String, at_once: Vec<u8>, slowly: Vec<u8>, what: &str, limit: u64) {
    let mut connection = Connection::open(&address).await.unwrap();
    let watch = Stopwatch::start();
    connection.write(&at_once).await.unwrap();
    for byte in slowly {
        if connection.write(&[byte]).await.is_err() {
            break;
        }
        let waited = tokio::time::timeout(Duration::from_secs(1), connection.answer()).await;
        match waited {
            Ok(Ok(answer)) => {
                assert_eq!(answer.status, 408, "{}", answer.head);
                break;
            }
            Ok(Err(_)) => break,
            Err(_) => assert!(watch.elapsed() < Duration::from_secs(limit), "{what} drips for over {limit} s"),
        }
    }
    assert!(watch.elapsed() < Duration::from_secs(limit), "{what} was cut after {:?}", watch.elapsed());
}

/// Takes one page and then says nothing; asserts that the connection is closed within 35 s.
async fn idle(address: String, request: Vec<u8>) {
    let mut connection = Connection::open(&address).await.unwrap();
    assert_eq!(connection.send(&request).await.unwrap().status, 200);
    let end = tokio::time::timeout(Duration::from_secs(35), connection.answer()).await;
    assert!(end.expect("an idle connection is closed within 35 s").is_err(), "an answer that nobody asked for");
}
