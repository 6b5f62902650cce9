//! Looks into the database behind the program's back.

use std::path::PathBuf;

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use crate::harness::program::Place;

const COUNT: &str = "SELECT COUNT(*) FROM responses";
const COMMENTS: &str = "SELECT body FROM comments";
const HIGHEST: &str = "SELECT COALESCE(MAX(n), 0) FROM responses";
const HEAD: &str = "SELECT n FROM chain WHERE name = 'responses'";

/// How many responses are stored.
pub async fn stored(place: &Place) -> i64 {
    one(place, COUNT).await
}

/// Asserts that the numbers of the responses have no gap and that the seal's head is the last of them.
pub async fn assert_unbroken(place: &Place) {
    let stored = stored(place).await;
    assert_eq!(one(place, HIGHEST).await, stored, "the responses are numbered without gaps");
    assert_eq!(one(place, HEAD).await, stored, "the seal ends at the last response");
}

/// The SQLite file of a place.
pub fn file(place: &Place) -> PathBuf {
    place.folder.path().join("hailong.db")
}

/// A connection of our own to a place on SQLite.
pub async fn open_file(place: &Place) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", file(place).display())).await.unwrap()
}

/// The free texts, in no order.
pub async fn comments(place: &Place) -> Vec<String> {
    match &place.url {
        Some(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(COMMENTS).fetch_all(&mut connection).await.unwrap()
        }
        None => sqlx::query_scalar(COMMENTS).fetch_all(&mut open_file(place).await).await.unwrap(),
    }
}

/// Changes what no door of the program changes, such as the time at which something ends.
pub async fn execute(place: &Place, change: &'static str) {
    match &place.url {
        Some(url) => drop(PgConnection::connect(url).await.unwrap().execute(change).await.unwrap()),
        None => drop(open_file(place).await.execute(change).await.unwrap()),
    }
}

async fn one(place: &Place, question: &'static str) -> i64 {
    match &place.url {
        Some(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap()
        }
        None => sqlx::query_scalar(question).fetch_one(&mut open_file(place).await).await.unwrap(),
    }
}
