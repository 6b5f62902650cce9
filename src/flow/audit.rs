//! Audit: every weighty act leaves a row, in the transaction of the act itself, linked to the one before. No password,
//! token, answer or comment is ever written into one.

use serde_json::Value;

use crate::domain::AccountId;
use crate::domain::keys::Keys;
use crate::error::{Context, Result};
use crate::flow::seal::row::{self, Chain};
use crate::store::seal::AuditRow;
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
    /// A point was made.
    PointIssued,
    /// A point was put out of use.
    PointRevoked,
    /// Another master key took over.
    KeyRotated,
    /// It was proposed to leave answers out of the figures, or to erase a comment.
    Proposed,
    /// It was proposed to undo that.
    UndoProposed,
    /// Another person approved either.
    Approved,
    /// Another person refused either.
    ProposalRefused,
    /// Answers were marked by the rules.
    Flagged,
    /// What was old was forgotten by itself.
    Forgotten,
    /// A code was handed out at a desk.
    SlipIssued,
    /// A kiosk was made, with a pairing code.
    KioskAdded,
    /// Another pairing code was made.
    KioskCode,
    /// A device entered a pairing code.
    KioskEntered,
    /// An administrator confirmed the device.
    KioskConfirmed,
    /// Whoever held the device said that it does not belong there.
    KioskDeclined,
    /// A device got its key.
    KioskPaired,
    /// The key of a device was renewed.
    KioskRenewed,
    /// A kiosk was put at another counter.
    KioskMoved,
    /// A kiosk was revoked.
    KioskRevoked,
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
    /// A key for another system was made.
    ApiKeyAdded,
    /// It was revoked.
    ApiKeyRevoked,
    /// A portal was put on the list.
    PortalAdded,
    /// It was taken off.
    PortalRemoved,
    /// A holiday, or a day worked instead, was listed.
    HolidayAdded,
    /// It was taken off the list.
    HolidayRemoved,
    /// Another system had invitations made.
    InvitationsMade,
    /// Another system revoked one.
    InvitationRevoked,
    /// A comment was given to a unit, with a day, or taken back.
    CommentAssigned,
    /// A note about a comment was written.
    CommentNoted,
    /// It was written what was done about a comment.
    CommentAnswered,
    /// A comment was moved on or back.
    CommentMoved,
    /// A comment was hidden.
    CommentHidden,
    /// That was taken back.
    CommentShown,
    /// A name in a comment was hidden.
    NameMasked,
    /// That was taken back.
    NameUnmasked,
    /// A period was published.
    Published,
    /// What a publication shows was frozen.
    PublicationFrozen,
    /// A publication was taken back.
    PublicationWithdrawn,
    /// Somebody does not want to hear of an alert for a while.
    AlertMuted,
    /// Somebody chose whether and where to get mail.
    MailChosen,
    /// An address was registered that is told of what happens.
    WebhookAdded,
    /// What it is told of was chosen.
    WebhookChosen,
    /// It was given another secret.
    WebhookRotated,
    /// It was switched off.
    WebhookOff,
    /// It was switched on again.
    WebhookOn,
    /// It was removed.
    WebhookRemoved,
    /// Something was sent to it again.
    WebhookReplayed,
    /// A system told of cases.
    CasesTaken,
    /// It was chosen how another system calls fields and words.
    CasesMapped,
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
            Self::PointIssued => "point-issued",
            Self::PointRevoked => "point-revoked",
            Self::KeyRotated => "key-rotated",
            Self::Proposed => "proposed",
            Self::UndoProposed => "undo-proposed",
            Self::Approved => "approved",
            Self::ProposalRefused => "proposal-refused",
            Self::Flagged => "flagged",
            Self::Forgotten => "forgotten",
            Self::SlipIssued => "slip-issued",
            Self::KioskAdded => "kiosk-added",
            Self::KioskCode => "kiosk-code",
            Self::KioskEntered => "kiosk-entered",
            Self::KioskConfirmed => "kiosk-confirmed",
            Self::KioskDeclined => "kiosk-declined",
            Self::KioskPaired => "kiosk-paired",
            Self::KioskRenewed => "kiosk-renewed",
            Self::KioskMoved => "kiosk-moved",
            Self::KioskRevoked => "kiosk-revoked",
            Self::FactorSet => "factor-set",
            Self::FactorRemoved => "factor-removed",
            Self::RecoveryMade => "recovery-made",
            Self::IdentityLinked => "identity-linked",
            Self::IdentityUnlinked => "identity-unlinked",
            Self::ApiKeyAdded => "api-key-added",
            Self::ApiKeyRevoked => "api-key-revoked",
            Self::PortalAdded => "portal-added",
            Self::PortalRemoved => "portal-removed",
            Self::HolidayAdded => "holiday-added",
            Self::HolidayRemoved => "holiday-removed",
            Self::InvitationsMade => "invitations-made",
            Self::InvitationRevoked => "invitation-revoked",
            Self::CommentAssigned => "comment-assigned",
            Self::CommentNoted => "comment-noted",
            Self::CommentAnswered => "comment-answered",
            Self::CommentMoved => "comment-moved",
            Self::CommentHidden => "comment-hidden",
            Self::CommentShown => "comment-shown",
            Self::NameMasked => "name-masked",
            Self::NameUnmasked => "name-unmasked",
            Self::Published => "published",
            Self::PublicationFrozen => "publication-frozen",
            Self::PublicationWithdrawn => "publication-withdrawn",
            Self::AlertMuted => "alert-muted",
            Self::MailChosen => "mail-chosen",
            Self::WebhookAdded => "webhook-added",
            Self::WebhookChosen => "webhook-chosen",
            Self::WebhookRotated => "webhook-rotated",
            Self::WebhookOff => "webhook-off",
            Self::WebhookOn => "webhook-on",
            Self::WebhookRemoved => "webhook-removed",
            Self::WebhookReplayed => "webhook-replayed",
            Self::CasesTaken => "cases-taken",
            Self::CasesMapped => "cases-mapped",
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
    let mut row = AuditRow {
        n: last + 1,
        at: now_ms,
        account_id: by.account.map(|account| account.0),
        act: act.name().to_owned(),
        subject,
        detail: detail.to_string(),
        request: by.request.to_owned(),
        hash: Vec::new(),
    };
    row.hash = Chain::Audit.link(keys, row.n, &previous, &row::audit(&row)?).to_vec();
    audit::append(tx, &row).await.context("note an act")
}
