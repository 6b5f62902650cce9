//! Many at once for what counts once.

use tokio::task::JoinSet;

use crate::harness::http::{Answer, Connection, new_visit, post};
use crate::harness::program::{Place, postgres};
use crate::rows;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_copies_of_one_answer_are_one_answer_and_all_are_thanked() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let copies = vec![format!("visit={}&overall=4", new_visit()); 200];
    let answers = all_at_once(&[program.address()], &path, &copies).await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{:?}", statuses(&answers));
    assert_eq!(rows::stored(&place).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_answers_for_one_invitation_are_one_answer_and_39_plain_refusals() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    let invitation = place.issue("invitation", &["--channel", "case", "--case", "000.00.01-261124-0001"]);
    let program = place.start(&["serve"]).await;
    let different: Vec<String> = (0..40).map(|n| format!("visit={}&overall={}", new_visit(), n % 5 + 1)).collect();
    let answers = all_at_once(&[program.address()], &invitation, &different).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(303), count(410)), (1, 39), "{:?}", statuses(&answers));
    let refusal = answers.iter().find(|answer| answer.status == 410).unwrap();
    assert!(refusal.text().contains("đã được ghi nhận"), "{}", refusal.text());
    assert_eq!(rows::stored(&place).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_server_store_an_answer_sent_to_both_once() {
    let Some(server) = postgres() else {
        println!("needs PostgreSQL: SQLite takes one program at a time");
        return;
    };
    let place = Place::new(Some(&server)).await;
    let path = place.open_office();
    let (first, second) = (place.start(&["serve"]).await, place.start(&["serve"]).await);
    let mut expected = 0;
    for _ in 0..10 {
        let copies = vec![format!("visit={}&overall=2", new_visit()); 20];
        let answers = all_at_once(&[first.address(), second.address()], &path, &copies).await;
        assert!(answers.iter().all(|answer| answer.status == 303), "{:?}", statuses(&answers));
        expected += 1;
        assert_eq!(rows::stored(&place).await, expected);
    }
    rows::assert_unbroken(&place).await;
}

/// Opens a connection for each body first, then sends all of them; bodies take turns among the addresses.
async fn all_at_once(addresses: &[&str], path: &str, bodies: &[String]) -> Vec<Answer> {
    let mut sending = JoinSet::new();
    let ready = std::sync::Arc::new(tokio::sync::Barrier::new(bodies.len()));
    for (body, address) in bodies.iter().zip(addresses.iter().cycle()) {
        let request = post(address, path, body);
        let (address, ready) = ((*address).to_owned(), std::sync::Arc::clone(&ready));
        sending.spawn(async move {
            let mut connection = Connection::open(&address).await.unwrap();
            ready.wait().await;
            connection.send(&request).await.unwrap()
        });
    }
    sending.join_all().await
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}
