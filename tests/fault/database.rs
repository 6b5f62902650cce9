//! The database locked or its connections cut: refused plainly, healed by itself, nothing lost.

use std::time::Duration;

use sqlx::{Connection as _, Executor, PgConnection};

use crate::crowd::{Crowd, answer_again};
use crate::harness::http::{Connection, get, new_visit, post};
use crate::harness::program::{Place, postgres};
use crate::rows;

const LOCK_FILE: &str = "BEGIN IMMEDIATE";
const LOCK_TABLE: &str = "BEGIN; LOCK TABLE responses IN ACCESS EXCLUSIVE MODE";
const RELEASE: &str = "ROLLBACK";
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_refuses_plainly_and_heals_by_itself() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let address = program.address();
    let request = post(address, &path, &format!("visit={}&overall=5", new_visit()));
    let mut citizen = Connection::open(address).await.unwrap();
    assert_eq!(citizen.send(&get(address, &path)).await.unwrap().status, 200);
    let refused = match &place.url {
        Some(url) => {
            let mut other = PgConnection::connect(url).await.unwrap();
            other.execute(LOCK_TABLE).await.unwrap();
            let refused = while_locked(&mut citizen, address, &path, &request).await;
            other.execute(RELEASE).await.unwrap();
            refused
        }
        None => {
            let mut other = rows::open_file(&place).await;
            other.execute(LOCK_FILE).await.unwrap();
            let refused = while_locked(&mut citizen, address, &path, &request).await;
            other.execute(RELEASE).await.unwrap();
            refused
        }
    };
    assert_eq!(refused, 503);
    assert_eq!(rows::stored(&place).await, 0, "a refused answer is not stored");
    let mut citizen = Connection::open(address).await.unwrap();
    let healed = tokio::time::timeout(Duration::from_secs(10), citizen.send(&request)).await;
    assert_eq!(healed.expect("answers within 10 s of the lock's end").unwrap().status, 303);
    assert_eq!(rows::stored(&place).await, 1);
}

/// Sends an answer into the lock; the form still opens. Gives the answer's status.
async fn while_locked(citizen: &mut Connection, address: &str, path: &str, request: &[u8]) -> u16 {
    let sending = tokio::time::timeout(Duration::from_secs(8), citizen.send(request));
    let form = async {
        let mut other = Connection::open(address).await.unwrap();
        tokio::time::timeout(Duration::from_secs(5), other.send(&get(address, path))).await
    };
    let (answer, form) = tokio::join!(sending, form);
    assert_eq!(form.expect("the form opens while the database is locked").unwrap().status, 200);
    let answer = answer.expect("refused within 8 s").unwrap();
    assert!(answer.header("retry-after").is_some(), "{}", answer.head);
    // What was entered is not lost: the page carries it and sends it again with one tap.
    let (page, sent) = (answer.text(), String::from_utf8_lossy(request).into_owned());
    let visit = sent.split_once("visit=").and_then(|(_, rest)| rest.split('&').next()).unwrap();
    assert!(page.contains("Đánh giá chưa được ghi nhận"), "{page}");
    assert!(page.contains(visit) && page.contains("name=\"overall\" value=\"5\""), "{page}");
    answer.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_cut_under_load_lose_nothing_and_double_nothing() {
    let Some(server) = postgres() else {
        println!("needs PostgreSQL: SQLite has no connections to cut");
        return;
    };
    let mut place = Place::new(Some(&server)).await;
    let name = new_visit();
    // The name marks this program's connections: others on the same server are left alone.
    place.url = place.url.map(|url| format!("{url}&application_name={name}"));
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let crowd = Crowd::gather(24, program.address(), &path);
    let mut other = PgConnection::connect(&server).await.unwrap();
    let mut cut = 0;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        cut += sqlx::query(CUT).bind(&name).fetch_all(&mut other).await.unwrap().len();
    }
    assert!(cut > 0, "no connection was cut");
    let visits = crowd.go_home().await;
    let expected = i64::try_from(visits.len()).unwrap();
    assert_eq!(rows::stored(&place).await, expected, "rows against acknowledged answers, {cut} connections cut");
    answer_again(program.address(), &path, &visits).await;
    assert_eq!(rows::stored(&place).await, expected);
    rows::assert_unbroken(&place).await;
}
