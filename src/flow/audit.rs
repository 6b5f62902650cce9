//! Audit: every weighty act leaves a row, in the transaction of the act itself, linked to the one before. No password,
//! token, answer or comment is ever written into one.

use serde_json::Value;

use crate::domain::AccountId;
use crate::domain::keys::Keys;
use crate::error::{Context, Result};
use crate::store::{Tx, audit};

/// Who acts, and in which request.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The account; none for the operator at the server, or for nobody known.
    pub account: Option<AccountId>,
    /// Number of the request, as logs have it.
    pub request: &'a str,
}

impl By<'_> {
    /// The operator, at the command line of the server.
    pub const OPERATOR: By<'static> = By { account: None, request: "server" };
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The first account was made with the setup link.
    SetUp,
    /// Somebody signed in.
    SignedIn,
    /// Passwords or codes were wrong: so many in one hour.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// A password was given again for a weighty act.
    Confirmed,
    /// Sessions were ended.
    SessionsEnded,
    /// A password was chosen.
    PasswordChosen,
    /// A link to choose a password was made.
    LinkMade,
    /// An account was made.
    AccountAdded,
    /// Roles were given or taken.
    RolesChanged,
    /// An account was disabled.
    Disabled,
    /// That was taken back.
    Enabled,
    /// A batch of paper forms was opened.
    PaperOpened,
    /// Sheets of paper were typed.
    PaperTyped,
    /// A sheet that two people read differently was settled.
    PaperSettled,
    /// The codes of a unit that ended were handed to its successor.
    CodesHandedOver,
    /// A point was put out of use.
    PointRevoked,
    /// An authenticator was set up as second factor.
    FactorSet,
    /// A second factor was taken off.
    FactorRemoved,
    /// Recovery codes were made anew.
    RecoveryMade,
    /// An account was linked to who it is to a provider of single sign-on.
    IdentityLinked,
    /// That was taken back.
    IdentityUnlinked,
    /// The audit log was read.
    AuditRead,
    /// It was exported.
    AuditExported,
    /// Somebody asked for what is not for them.
    Refused,
}

impl Act {
    /// The name kept in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SetUp => "set-up",
            Self::SignedIn => "signed-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignedOut => "signed-out",
            Self::Confirmed => "confirmed",
            Self::SessionsEnded => "sessions-ended",
            Self::PasswordChosen => "password-chosen",
            Self::LinkMade => "link-made",
            Self::AccountAdded => "account-added",
            Self::RolesChanged => "roles-changed",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::PaperOpened => "paper-opened",
            Self::PaperTyped => "paper-typed",
            Self::PaperSettled => "paper-settled",
            Self::CodesHandedOver => "codes-handed-over",
            Self::PointRevoked => "point-revoked",
            Self::FactorSet => "factor-set",
            Self::FactorRemoved => "factor-removed",
            Self::RecoveryMade => "recovery-made",
            Self::IdentityLinked => "identity-linked",
            Self::IdentityUnlinked => "identity-unlinked",
            Self::AuditRead => "audit-read",
            Self::AuditExported => "audit-exported",
            Self::Refused => "refused",
        }
    }
}

/// Makes whoever else would write to the log wait until the transaction ends: what was checked stays so.
///
/// # Errors
/// When the store does not answer.
pub async fn hold(tx: &mut Tx<'_>) -> Result<()> {
    audit::head(tx).await.map(drop)
}

/// Notes an act. The row names what it was done to, such as `account 5`.
///
/// # Errors
/// When it cannot be written: then the act must not be kept either.
pub async fn note(
    tx: &mut Tx<'_>,
    keys: &Keys,
    now_ms: i64,
    by: By<'_>,
    act: Act,
    subject: String,
    detail: Value,
) -> Result<()> {
    let (last, previous) = audit::head(tx).await?;
    let (n, account_id, detail) = (last + 1, by.account.map(|account| account.0), detail.to_string());
    let row = serde_json::to_string(&(n, now_ms, account_id, act.name(), &subject, &detail, by.request))?;
    let hash = keys.link(b"a1", n, &previous, row.as_bytes());
    let (act, request) = (act.name(), by.request.to_owned());
    let row = audit::NewRow { n, at: now_ms, account_id, act, subject, detail, request, hash };
    audit::append(tx, &row).await.context("note an act")
}
