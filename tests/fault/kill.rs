//! Killed and stopped under load: nothing acknowledged is lost, nothing is counted twice.

use std::time::Duration;

use crate::crowd::{Crowd, answer_again};
use crate::harness::http::{Connection, new_visit, post};
use crate::harness::program::{Place, postgres};
use crate::rows;

const SERVE: &[&str] = &["serve", "--release-every", "1s", "--release-min", "1"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_twenty_times_under_load_it_loses_nothing_and_doubles_nothing() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let mut program = place.start(SERVE).await;
    let crowd = Crowd::gather(24, program.address(), &path);
    for round in 1..=20 {
        let moment = 100 + u64::from(u16::from_be_bytes(hailong::clock::random())) % 900;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        program.kill();
        program = place.start(SERVE).await;
        assert!(program.took < Duration::from_secs(5), "start {round} after a kill took {:?}", program.took);
        crowd.moved_to(program.address());
    }
    let visits = crowd.go_home().await;
    assert!(visits.len() > 200, "only {} answers: no load to speak of", visits.len());
    assert_stored_once(&place, program.address(), &path, &visits).await;
    let (status, _) = program.stop().await;
    assert!(status.success(), "{status}");
    rows::assert_unbroken(&place).await;
    place.run(&["rebuild", "--check"]);
    place.run(&["verify"]);
    println!("{} answers acknowledged over 20 kills: 0 lost, 0 doubled", visits.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_under_load_and_half_sent_answers_it_ends_well_and_keeps_what_it_acknowledged() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(SERVE).await;
    let crowd = Crowd::gather(24, program.address(), &path);
    let mut halves = Vec::new();
    for _ in 0..5 {
        let mut half = Connection::open(program.address()).await.unwrap();
        let whole = post(program.address(), &path, &format!("visit={}&overall=5", new_visit()));
        half.write(&whole[..whole.len() - 5]).await.unwrap();
        halves.push(half);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (status, took) = program.stop().await;
    assert!(status.success(), "ended with {status}\n{}", place.read_log());
    assert!(took < Duration::from_secs(20), "stopping took {took:?}");
    let (thanked, stored) = (crowd.thanked(), rows::stored(&place).await);
    assert!(thanked > 0 && stored >= thanked, "{thanked} acknowledged, {stored} stored");
    let program = place.start(SERVE).await;
    crowd.moved_to(program.address());
    let visits = crowd.go_home().await;
    assert_stored_once(&place, program.address(), &path, &visits).await;
    rows::assert_unbroken(&place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_the_moment_it_is_ready_it_ends_well() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    for _ in 0..20 {
        let (status, _) = place.start(SERVE).await.stop().await;
        assert!(status.success(), "ended with {status}\n{}", place.read_log());
    }
}

/// As many rows as answers acknowledged, and still as many when each is sent again: so each is there, and once.
async fn assert_stored_once(place: &Place, address: &str, path: &str, visits: &[String]) {
    let expected = i64::try_from(visits.len()).unwrap();
    assert_eq!(rows::stored(place).await, expected, "rows against acknowledged answers");
    answer_again(address, path, visits).await;
    assert_eq!(rows::stored(place).await, expected, "an acknowledged answer was not there: sent again, it was stored");
    assert!(!place.read_log().contains("panicked"), "{}", place.read_log());
}
