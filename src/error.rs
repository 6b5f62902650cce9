//! The one error type. Made by small constructors, explained to people at the edge, to operators in the log.
//! Uses nothing of ours.

use std::fmt;

/// What went wrong, in the few kinds that callers treat differently.
#[derive(Debug)]
pub enum Error {
    /// The input has faults; each names where it is and what was expected.
    Invalid(Vec<Fault>),
    /// There is no such thing; the word names the kind of thing ("unit", "code").
    NotFound(&'static str),
    /// Whoever asks may not do this; the word names what.
    Forbidden(&'static str),
    /// The thing was there and is no more; the word names it.
    Gone(&'static str),
    /// It clashes with what is already stored; the sentence says how.
    Conflict(String),
    /// The store or the queue cannot take it now; asking again later is right.
    Busy(&'static str),
    /// A fault of ours or of the machine; people see a reference number, the log the cause.
    Internal(Cause),
}

/// One fault of an input: a message key of the language files with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Key in `static/lang/*.ftl`.
    pub key: &'static str,
    /// Arguments of the message, by name.
    pub args: Vec<(&'static str, String)>,
}

/// The cause of an internal error, with what was being done.
#[derive(Debug)]
pub struct Cause {
    doing: Vec<&'static str>,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// Result with our error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Fault {
    /// A fault whose message takes no arguments.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Adds an argument of the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Error {
    /// One fault of the input.
    #[must_use]
    pub fn invalid(fault: Fault) -> Self {
        Self::Invalid(vec![fault])
    }

    /// An internal error from any other error.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Cause { doing: Vec::new(), source: source.into() })
    }

    /// True when waiting and asking again can help.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(faults) => {
                write!(f, "invalid input:")?;
                faults.iter().try_for_each(|fault| write!(f, " {} {:?}", fault.key, fault.args))
            }
            Self::NotFound(what) => write!(f, "{what} not found"),
            Self::Forbidden(what) => write!(f, "{what} is not for this account"),
            Self::Gone(what) => write!(f, "{what} is no longer valid"),
            Self::Conflict(sentence) => f.write_str(sentence),
            Self::Busy(what) => write!(f, "{what} is busy"),
            Self::Internal(cause) => {
                cause.doing.iter().rev().try_for_each(|doing| write!(f, "{doing}: "))?;
                write!(f, "{}", cause.source)
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let busy = match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                true
            }
            sqlx::Error::Database(db) => db.code().is_some_and(|code| is_passing(&code)),
            _ => false,
        };
        if busy {
            tracing::warn!(cause = %error, "the database did not answer");
            Self::Busy("database")
        } else {
            Self::internal(error)
        }
    }
}

/// Database codes that speak of a passing state: SQLite's busy, locked, read-only, I/O and full; PostgreSQL's
/// connection, resource, operator and lock classes.
fn is_passing(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => matches!(sqlite & 0xff, 5 | 6 | 8 | 10 | 13),
        _ => ["08", "53", "57", "58", "40", "55", "25006"].iter().any(|class| code.starts_with(class)),
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// Adds to an error what was being done, for the log.
pub trait Context<T> {
    /// Names the act that failed.
    ///
    /// # Errors
    /// The same error, with the act noted when it is an internal one.
    fn context(self, doing: &'static str) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: &'static str) -> Result<T> {
        self.map_err(|error| match error.into() {
            Error::Internal(mut cause) => {
                cause.doing.push(doing);
                Error::Internal(cause)
            }
            other => other,
        })
    }
}
