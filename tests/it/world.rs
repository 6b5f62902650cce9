//! A world for one test: a database of its own on the engine under test.

use hailong::clock;
use hailong::store::Db;

/// A database for one test; a folder for SQLite, a schema for PostgreSQL.
pub struct World {
    /// The database, migrated.
    pub db: Db,
    /// `--database-url` of it, when it is PostgreSQL.
    pub url: Option<String>,
    /// A folder that vanishes with the test; holds the SQLite file.
    folder: tempfile::TempDir,
}

impl World {
    /// A new, empty, migrated database.
    pub async fn new() -> Self {
        let world = Self::empty().await;
        world.db.migrate().await.unwrap();
        world
    }

    /// The folder of the SQLite file.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A new database without tables.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match std::env::var("HAILONG_TEST_POSTGRES") {
            Ok(server) => Some(new_schema(&server).await),
            Err(_) => None,
        };
        let db = match &url {
            Some(url) => Db::connect(url).await.unwrap(),
            None => Db::open_file(folder.path()).await.unwrap(),
        };
        Self { db, url, folder }
    }
}

async fn new_schema(server: &str) -> String {
    use sqlx::Connection;
    let name = format!("t_{:016x}", u64::from_be_bytes(clock::random()));
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let create: &'static str = Box::leak(format!("CREATE SCHEMA {name}").into_boxed_str());
    sqlx::query(create).execute(&mut connection).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options[search_path]={name}")
}
