//! Rows. One file per group of tables, each statement a `const` beside its function; the same text runs on both
//! engines. Only this room names sqlx or an engine. May use `domain`.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::error::{Context, Error, Result};

/// Runs one statement on whichever engine is behind a `Db` or `Tx`: `on!(db, c => query(SQL).bind(x).fetch_all(c))`.
/// With `, rows` after an `execute(c)` it gives the number of rows touched.
macro_rules! on {
    ($source:expr, $c:ident => $body:expr, rows) => {
        match $source.engine() {
            $crate::store::Engine::Sqlite($c) => $body.await.map(|done| done.rows_affected()),
            $crate::store::Engine::Postgres($c) => $body.await.map(|done| done.rows_affected()),
        }
    };
    ($source:expr, $c:ident => $body:expr) => {
        match $source.engine() {
            $crate::store::Engine::Sqlite($c) => $body.await,
            $crate::store::Engine::Postgres($c) => $body.await,
        }
    };
}

pub mod accounts;
pub mod alerts;
pub mod api_calls;
pub mod api_figures;
pub mod api_keys;
pub mod audit;
pub mod caseload;
pub mod cases;
pub mod comments;
pub mod counts;
pub mod days;
pub mod decisions;
pub mod endpoints;
pub mod factors;
pub mod failures;
pub mod handlings;
pub mod holidays;
pub mod identities;
pub mod invitation_sums;
pub mod invitations;
pub mod key_checks;
pub mod kiosks;
pub mod links;
pub mod log;
pub mod marks;
pub mod outbox;
pub mod paper;
pub mod points;
pub mod portals;
pub mod procedures;
pub mod proposals;
pub mod publications;
pub mod questionnaires;
pub mod release;
pub mod responses;
pub mod rollups;
pub mod schools;
pub mod seal;
pub mod sessions;
pub mod signals;
pub mod slips;
pub mod sounds;
pub mod tallies;
pub mod taps;
pub mod targets;
pub mod traces;
pub mod units;
pub mod upkeep;
pub mod wakes;

/// Where rows are kept. Reads take `&Db`.
#[derive(Debug, Clone)]
pub enum Db {
    /// One file inside; one writing connection, several reading ones.
    Sqlite {
        /// Connections that only read.
        read: SqlitePool,
        /// The one connection that writes.
        write: SqlitePool,
    },
    /// A server, beyond one machine.
    Postgres(PgPool),
}

/// A transaction. Writes take `&mut Tx<'_>`; nothing is kept unless [`Tx::commit`] returned.
#[derive(Debug)]
pub enum Tx<'c> {
    /// On SQLite, holding the write lock from its start.
    Sqlite(Transaction<'c, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'c, Postgres>),
}

/// A writing connection kept between transactions. The pool asks a connection whether it still lives whenever it lends
/// it and takes it back: two trips that a busy writer saves.
#[derive(Debug)]
pub enum Line {
    /// The one writing connection of the file; nobody else in this process writes while it is kept.
    Sqlite(PoolConnection<Sqlite>),
    /// One of the pool's.
    Postgres(PoolConnection<Postgres>),
}

/// The executor of either engine; what [`on!`] takes apart.
pub(crate) enum Engine<S, P> {
    Sqlite(S),
    Postgres(P),
}

/// For a step over all that is stored, and for a second process that waits until the first has made it.
const PATIENT: &str = "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)";
/// How long a connection to PostgreSQL may rest and be used without asking whether it still stands.
const TRUSTED: Duration = Duration::from_secs(1);

impl Db {
    /// Opens (and creates) the SQLite file in a folder.
    ///
    /// # Errors
    /// When the folder or file cannot be made or opened, or does not flush to disk at commit.
    pub async fn open_file(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).context("create the data folder")?;
        let options = SqliteConnectOptions::new()
            .filename(sqlite_file(folder))
            .create_if_missing(true)
            // Keys come in no order, so each answer dirties a page of its own: a smaller one is written faster.
            .page_size(2048)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("trusted_schema", "OFF")
            .pragma("secure_delete", "ON")
            .pragma("journal_size_limit", "67108864")
            .pragma("cache_size", "-16000")
            // Each answer dirties a page of the key's index: copying the log back every 1,000 pages would be every
            // thirty batches.
            .pragma("wal_autocheckpoint", "16000")
            .statement_cache_capacity(200);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await
            .context("open the database file")?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(3))
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .context("open the database file for reading")?;
        Ok(Self::Sqlite { read, write })
    }

    /// Whether a folder holds a SQLite file of ours.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        sqlite_file(folder).is_file()
    }

    /// Connects to a PostgreSQL server.
    ///
    /// # Errors
    /// When the address is wrong, the server does not answer, or it does not flush to disk at commit.
    pub async fn connect(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| {
                Error::Conflict("the database URL is not understood; expected postgres://user@host/name".into())
            })?
            .options([
                ("statement_timeout", "10s"),
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "15s"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(3))
            // Asking each time whether a connection still stands would double the ways to the server.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await
            .context("connect to PostgreSQL")?;
        for setting in [SHOW_FSYNC, SHOW_SYNCHRONOUS_COMMIT] {
            let value: String =
                sqlx::query_scalar(setting).fetch_one(&pool).await.context("read the server's settings")?;
            if value == "off" {
                return Err(Error::Conflict(format!(
                    "the PostgreSQL server says «{setting}» is off: an answer acknowledged could be lost; turn it on"
                )));
            }
        }
        Ok(Self::Postgres(pool))
    }

    /// Brings the schema to this program's version, in one transaction a step.
    ///
    /// # Errors
    /// When a migration fails, or the schema is newer than this program or was edited.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await,
            Self::Postgres(pool) => {
                let mut connection = pool.acquire().await?.detach();
                sqlx::query(PATIENT).execute(&mut connection).await?;
                let done = sqlx::migrate!("migrations/postgres").run(&mut connection).await;
                // Whatever became of it, this connection is not used again.
                drop(connection.close().await);
                done
            }
        }
        .map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(_) | sqlx::migrate::MigrateError::VersionMismatch(_) => {
                Error::Conflict(format!("the database belongs to another version of this program: {error}"))
            }
            other => Error::internal(other),
        })
        .context("migrate the database")
    }

    /// Starts a transaction.
    ///
    /// # Errors
    /// Busy when the write lock or a connection is not to be had in time.
    pub async fn begin(&self) -> Result<Tx<'static>> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with(BEGIN_SQLITE).await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Starts to read everything as it is now, whatever is written meanwhile.
    ///
    /// # Errors
    /// Busy when no connection is to be had in time.
    pub async fn snapshot(&self) -> Result<Tx<'static>> {
        Ok(match self {
            // A reading connection; the moment is that of its first question.
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with(SNAPSHOT_POSTGRES).await?),
        })
    }

    /// Takes a writing connection to keep for a while.
    ///
    /// # Errors
    /// Busy when none is to be had in time.
    pub async fn line(&self) -> Result<Line> {
        Ok(match self {
            Self::Sqlite { write, .. } => Line::Sqlite(write.acquire().await?),
            Self::Postgres(pool) => Line::Postgres(pool.acquire().await?),
        })
    }

    /// On SQLite, writes the log back into the file and empties it: what was removed is then nowhere on disk. Left to
    /// the next quiet moment when others are reading.
    pub async fn flush(&self) {
        if let Self::Sqlite { write, .. } = self
            && let Err(error) = sqlx::query(CHECKPOINT).execute(write).await
        {
            tracing::warn!(cause = %error, "the log could not be written back; it will be later");
        }
    }

    /// Closes all connections; on SQLite the log is first written back into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                self.flush().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) fn engine(&self) -> Engine<&SqlitePool, &PgPool> {
        match self {
            Self::Sqlite { read, .. } => Engine::Sqlite(read),
            Self::Postgres(pool) => Engine::Postgres(pool),
        }
    }
}

impl Line {
    /// Starts a transaction on this connection.
    ///
    /// # Errors
    /// Busy when the write lock is not to be had in time or the connection broke.
    pub async fn begin(&mut self) -> Result<Tx<'_>> {
        Ok(match self {
            Self::Sqlite(connection) => Tx::Sqlite(connection.begin_with(BEGIN_SQLITE).await?),
            Self::Postgres(connection) => Tx::Postgres(connection.begin().await?),
        })
    }
}

impl Tx<'_> {
    /// Commits: when this returns, everything written is on disk.
    ///
    /// # Errors
    /// When the engine could not commit; nothing of the transaction is kept then.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Gives up everything written.
    ///
    /// # Errors
    /// When the engine does not answer; the transaction is then given up by the engine itself.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    pub(crate) fn engine(&mut self) -> Engine<&mut sqlx::SqliteConnection, &mut PgConnection> {
        match self {
            Self::Sqlite(tx) => Engine::Sqlite(&mut **tx),
            Self::Postgres(tx) => Engine::Postgres(&mut **tx),
        }
    }
}

fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join("hailong.db")
}

/// A transaction of ours is there to write: it takes the write lock at once, not after it has read.
const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";
const SNAPSHOT_POSTGRES: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Writes the log back and empties it.
const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
const SHOW_FSYNC: &str = "SHOW fsync";
const SHOW_SYNCHRONOUS_COMMIT: &str = "SHOW synchronous_commit";

/// Every statement of this room that both engines run.
pub const STATEMENTS: &[&[&str]] = &[
    accounts::STATEMENTS,
    alerts::STATEMENTS,
    api_calls::STATEMENTS,
    api_figures::STATEMENTS,
    api_keys::STATEMENTS,
    audit::STATEMENTS,
    caseload::STATEMENTS,
    cases::STATEMENTS,
    comments::STATEMENTS,
    counts::STATEMENTS,
    decisions::STATEMENTS,
    endpoints::STATEMENTS,
    factors::STATEMENTS,
    failures::STATEMENTS,
    handlings::STATEMENTS,
    identities::STATEMENTS,
    invitation_sums::STATEMENTS,
    invitations::STATEMENTS,
    key_checks::STATEMENTS,
    kiosks::STATEMENTS,
    links::STATEMENTS,
    log::STATEMENTS,
    marks::STATEMENTS,
    outbox::STATEMENTS,
    paper::STATEMENTS,
    points::STATEMENTS,
    holidays::STATEMENTS,
    portals::STATEMENTS,
    procedures::STATEMENTS,
    proposals::STATEMENTS,
    publications::STATEMENTS,
    questionnaires::STATEMENTS,
    release::STATEMENTS,
    responses::STATEMENTS,
    rollups::STATEMENTS,
    schools::STATEMENTS,
    seal::STATEMENTS,
    sessions::STATEMENTS,
    signals::STATEMENTS,
    slips::STATEMENTS,
    sounds::STATEMENTS,
    tallies::STATEMENTS,
    taps::STATEMENTS,
    targets::STATEMENTS,
    traces::STATEMENTS,
    units::STATEMENTS,
    upkeep::STATEMENTS,
    wakes::STATEMENTS,
];
/// Every statement in SQLite's own dialect.
pub const SQLITE_STATEMENTS: &[&[&str]] = &[
    audit::SQLITE_STATEMENTS,
    caseload::SQLITE_STATEMENTS,
    comments::SQLITE_STATEMENTS,
    counts::SQLITE_STATEMENTS,
    days::SQLITE_STATEMENTS,
    procedures::SQLITE_STATEMENTS,
    proposals::SQLITE_STATEMENTS,
    questionnaires::SQLITE_STATEMENTS,
    release::SQLITE_STATEMENTS,
    responses::SQLITE_STATEMENTS,
    rollups::SQLITE_STATEMENTS,
    seal::SQLITE_STATEMENTS,
    schools::SQLITE_STATEMENTS,
    tallies::SQLITE_STATEMENTS,
    traces::SQLITE_STATEMENTS,
    units::SQLITE_STATEMENTS,
    upkeep::SQLITE_STATEMENTS,
    &[BEGIN_SQLITE, CHECKPOINT],
];
/// Every statement in PostgreSQL's own dialect.
pub const POSTGRES_STATEMENTS: &[&[&str]] = &[
    audit::POSTGRES_STATEMENTS,
    caseload::POSTGRES_STATEMENTS,
    comments::POSTGRES_STATEMENTS,
    counts::POSTGRES_STATEMENTS,
    days::POSTGRES_STATEMENTS,
    invitation_sums::POSTGRES_STATEMENTS,
    procedures::POSTGRES_STATEMENTS,
    proposals::POSTGRES_STATEMENTS,
    questionnaires::POSTGRES_STATEMENTS,
    release::POSTGRES_STATEMENTS,
    responses::POSTGRES_STATEMENTS,
    rollups::POSTGRES_STATEMENTS,
    seal::POSTGRES_STATEMENTS,
    schools::POSTGRES_STATEMENTS,
    tallies::POSTGRES_STATEMENTS,
    traces::POSTGRES_STATEMENTS,
    units::POSTGRES_STATEMENTS,
    upkeep::POSTGRES_STATEMENTS,
    &[PATIENT, SHOW_FSYNC, SHOW_SYNCHRONOUS_COMMIT, SNAPSHOT_POSTGRES],
];
