//! A crowd of citizens who answer one after the other and try again until they are thanked, wherever the program is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::harness::http::{Answer, Connection, new_visit, post};

/// Citizens at work.
pub struct Crowd {
    address: watch::Sender<String>,
    home: Arc<AtomicBool>,
    thanked: Arc<AtomicI64>,
    citizens: JoinSet<Vec<String>>,
}

impl Crowd {
    /// So many citizens start answering the form at a path.
    pub fn gather(size: usize, address: &str, path: &str) -> Self {
        let (sender, receiver) = watch::channel(address.to_owned());
        let home = Arc::new(AtomicBool::new(false));
        let thanked = Arc::new(AtomicI64::new(0));
        let mut citizens = JoinSet::new();
        for _ in 0..size {
            let citizen = Citizen {
                address: receiver.clone(),
                home: Arc::clone(&home),
                thanked: Arc::clone(&thanked),
                path: path.to_owned(),
            };
            citizens.spawn(citizen.answers());
        }
        Self { address: sender, home, thanked, citizens }
    }

    /// The program listens somewhere else now.
    pub fn moved_to(&self, address: &str) {
        self.address.send_replace(address.to_owned());
    }

    /// How many answers have been acknowledged so far.
    pub fn thanked(&self) -> i64 {
        self.thanked.load(Ordering::SeqCst)
    }

    /// Everyone finishes the answer in hand; gives the visits acknowledged.
    pub async fn go_home(self) -> Vec<String> {
        self.home.store(true, Ordering::SeqCst);
        tokio::time::timeout(Duration::from_secs(60), self.citizens.join_all())
            .await
            .expect("every citizen is thanked within a minute")
            .concat()
    }
}

struct Citizen {
    address: watch::Receiver<String>,
    home: Arc<AtomicBool>,
    thanked: Arc<AtomicI64>,
    path: String,
}

impl Citizen {
    async fn answers(self) -> Vec<String> {
        let mut visits = Vec::new();
        let mut connection = None;
        while !self.home.load(Ordering::SeqCst) {
            let visit = new_visit();
            self.until_thanked(&mut connection, &visit).await;
            self.thanked.fetch_add(1, Ordering::SeqCst);
            visits.push(visit);
        }
        visits
    }

    async fn until_thanked(&self, connection: &mut Option<Connection>, visit: &str) {
        loop {
            let address = self.address.borrow().clone();
            match once(connection, &address, &self.path, visit).await {
                Some(answer) if answer.status == 303 => return,
                Some(answer) if answer.status == 503 => {
                    assert!(answer.header("retry-after").is_some(), "a 503 says when to come back: {}", answer.head);
                }
                Some(answer) => panic!("neither thanked nor asked to wait: {}\n{}", answer.head, answer.text()),
                None => *connection = None,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Sends an answer once; `None` when the connection broke or nothing came within 15 s.
async fn once(connection: &mut Option<Connection>, address: &str, path: &str, visit: &str) -> Option<Answer> {
    if connection.is_none() {
        *connection = Some(Connection::open(address).await.ok()?);
    }
    let request = post(address, path, &format!("visit={visit}&overall=5"));
    let sending = connection.as_mut()?.send(&request);
    let answer = tokio::time::timeout(Duration::from_secs(15), sending).await.ok()?.ok()?;
    if answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
        *connection = None;
    }
    Some(answer)
}

/// Sends every visit again and asserts that each is thanked as before.
pub async fn answer_again(address: &str, path: &str, visits: &[String]) {
    let mut connection = Connection::open(address).await.unwrap();
    for visit in visits {
        let answer = connection.send(&post(address, path, &format!("visit={visit}&overall=5"))).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
}
