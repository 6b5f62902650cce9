//! An account: who signs in, in which roles, over which units, and what each role may do. The table of the roles is
//! here and nowhere else.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

use super::UnitId;

/// What a person is to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Cán bộ một cửa: hands out codes, never sees an answer.
    Officer,
    /// Người nhập phiếu giấy: types paper forms of units that are not theirs.
    Typist,
    /// Head of a unit.
    Manager,
    /// The director.
    Leader,
    /// The programme office.
    Admin,
    /// Người giám sát: outside every judged unit.
    Inspector,
}

impl Role {
    /// Every role, from the counter upwards.
    pub const ALL: [Self; 6] = [Self::Officer, Self::Typist, Self::Manager, Self::Leader, Self::Admin, Self::Inspector];

    /// The name used in tables, commands and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Typist => "typist",
            Self::Manager => "manager",
            Self::Leader => "leader",
            Self::Admin => "admin",
            Self::Inspector => "inspector",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the role is always over every unit.
    #[must_use]
    pub fn is_for_all(self) -> bool {
        matches!(self, Self::Leader | Self::Inspector)
    }

    /// Whether whoever has this role over a unit is judged by its answers or has a hand in them.
    #[must_use]
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Officer | Self::Manager)
    }

    /// Whether whoever has this role gives a second factor, whatever the operator sets.
    #[must_use]
    pub fn needs_second_factor(self) -> bool {
        matches!(self, Self::Admin | Self::Inspector)
    }

    /// The fewest characters a password of this role has.
    #[must_use]
    pub fn shortest_password(self) -> usize {
        if matches!(self, Self::Admin | Self::Inspector) { 15 } else { 12 }
    }
}

/// A role over a unit with its descendants, or over all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The unit; none for all.
    pub unit: Option<UnitId>,
}

/// What one can do that not everybody may: the rows of the table of roles, a row with two degrees being two functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Issue a slip, wake the kiosk.
    Desk,
    /// See aggregates and trends.
    Figures,
    /// Read comments.
    Comments,
    /// Export without comments.
    Export,
    /// Export with comments.
    ExportComments,
    /// Propose an exclusion or erasure.
    Propose,
    /// Approve an exclusion or erasure.
    Approve,
    /// See how many answers are marked as suspicious.
    SuspicionCounts,
    /// See which.
    SuspicionDetail,
    /// Read units, procedures, questionnaires, points, kiosks.
    OrganisationRead,
    /// Change them.
    Organisation,
    /// Freeze and publish a report.
    ReportPublish,
    /// Prepare it.
    ReportPrepare,
    /// Read it before it is published.
    ReportRead,
    /// See accounts and roles.
    PeopleRead,
    /// Change them.
    People,
    /// See API keys, webhooks and settings.
    SettingsRead,
    /// Change them.
    Settings,
    /// Create and revoke invitations by API; no account may, only a key.
    Invitations,
    /// See the state of invitations.
    InvitationsRead,
    /// Read one's own acts in the audit log.
    AuditOwn,
    /// Read the whole audit log, anchors, and what `verify` found.
    AuditRead,
    /// See the batches of paper forms.
    PaperSee,
    /// Open a batch of paper forms.
    PaperOpen,
    /// Type paper forms.
    PaperType,
    /// Settle what two typists read differently.
    PaperSettle,
}

/// How far a role reaches in a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// As far as its grant: a unit with its descendants, or all.
    Granted,
    /// All, and only a grant for all gives it.
    All,
}

impl Function {
    /// Every function.
    pub const ALL: [Self; 26] = [
        Self::Desk,
        Self::Figures,
        Self::Comments,
        Self::Export,
        Self::ExportComments,
        Self::Propose,
        Self::Approve,
        Self::SuspicionCounts,
        Self::SuspicionDetail,
        Self::OrganisationRead,
        Self::Organisation,
        Self::ReportPublish,
        Self::ReportPrepare,
        Self::ReportRead,
        Self::PeopleRead,
        Self::People,
        Self::SettingsRead,
        Self::Settings,
        Self::Invitations,
        Self::InvitationsRead,
        Self::AuditOwn,
        Self::AuditRead,
        Self::PaperSee,
        Self::PaperOpen,
        Self::PaperType,
        Self::PaperSettle,
    ];

    /// Whether it is so weighty that the password must have been given a short while ago.
    #[must_use]
    pub fn is_weighty(self) -> bool {
        matches!(self, Self::ExportComments | Self::Approve | Self::People | Self::Settings)
    }

    /// Whether a role has it, and how far; the table of roles.
    #[must_use]
    pub fn reach(self, role: Role) -> Option<Reach> {
        use Function as F;
        use Role as R;
        match (self, role) {
            (F::Desk, R::Officer)
            | (
                F::Figures | F::Comments | F::Export | F::ExportComments | F::Propose | F::SuspicionCounts,
                R::Manager,
            )
            | (F::OrganisationRead | F::AuditOwn, R::Manager)
            | (F::Propose | F::SuspicionCounts | F::OrganisationRead | F::Organisation, R::Admin)
            | (F::ReportPrepare | F::ReportRead | F::PeopleRead | F::People, R::Admin)
            | (F::InvitationsRead | F::AuditRead | F::PaperSee | F::PaperOpen, R::Admin)
            | (F::PaperSee | F::PaperType, R::Typist) => Some(Reach::Granted),
            (F::SettingsRead | F::Settings, R::Admin)
            | (F::Figures | F::Comments | F::Export | F::ExportComments | F::SuspicionCounts, R::Leader)
            | (F::OrganisationRead | F::ReportPublish | F::ReportRead | F::AuditRead, R::Leader)
            | (F::Figures | F::Comments | F::Export | F::ExportComments | F::Approve, R::Inspector)
            | (F::SuspicionCounts | F::SuspicionDetail | F::OrganisationRead | F::ReportRead, R::Inspector)
            | (F::PeopleRead | F::SettingsRead | F::InvitationsRead | F::AuditRead, R::Inspector)
            | (F::PaperSee | F::PaperSettle, R::Inspector) => Some(Reach::All),
            _ => None,
        }
    }

    /// Those of an account's grants that give it this function.
    #[must_use]
    pub fn given_by(self, grants: &[Grant]) -> Vec<Grant> {
        let gives = |grant: &&Grant| match self.reach(grant.role) {
            Some(Reach::Granted) => true,
            Some(Reach::All) => grant.unit.is_none(),
            None => false,
        };
        grants.iter().filter(gives).copied().collect()
    }
}

/// The units somebody may see or change in a function: put into every query, never only into the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every unit.
    All,
    /// These, descendants included.
    Units(BTreeSet<UnitId>),
}

impl Scope {
    /// Whether the unit is inside; none, which stands for all, is only inside everything.
    #[must_use]
    pub fn covers(&self, unit: Option<UnitId>) -> bool {
        match (self, unit) {
            (Self::All, _) => true,
            (Self::Units(units), Some(unit)) => units.contains(&unit),
            (Self::Units(_), None) => false,
        }
    }

    /// The units as `|3|17|`, for `$1 IS NULL OR $1 LIKE '%|' || unit_id || '|%'`; none for all.
    #[must_use]
    pub fn bound(&self) -> Option<String> {
        match self {
            Self::All => None,
            Self::Units(units) => {
                let ids: String = units.iter().map(|unit| format!("{}|", unit.0)).collect();
                Some(format!("|{ids}"))
            }
        }
    }
}

/// A login name as it is kept: NFC, small letters, none of the spaces around; `None` when it cannot be one.
#[must_use]
pub fn login(text: &str) -> Option<String> {
    let login: String = text.trim().nfc().flat_map(char::to_lowercase).nfc().collect();
    let fits = (2..=100).contains(&login.chars().count());
    (fits && !login.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(login)
}

/// A person's name as it is kept: NFC, one space between words; `None` when there is none or it is too long.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let name = super::sheet::clean(text);
    (1..=100).contains(&name.chars().count()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_typing_a_login_name_are_one() {
        assert_eq!(login(" Nguyễn.An@so.vn "), login("nguye\u{302}\u{303}n.an@so.vn"));
        assert_eq!(login("a b"), None);
        assert_eq!(login("x"), None);
    }

    #[test]
    fn a_scope_covers_its_units_and_only_all_covers_all() {
        let some = Scope::Units([UnitId(3), UnitId(17)].into());
        assert!(some.covers(Some(UnitId(17))) && !some.covers(Some(UnitId(1))) && !some.covers(None));
        assert!(Scope::All.covers(None));
        assert_eq!(some.bound().as_deref(), Some("|3|17|"));
        assert_eq!(Scope::All.bound(), None);
    }

    #[test]
    fn settings_need_an_admin_for_all() {
        let over = |unit| Grant { role: Role::Admin, unit };
        assert!(Function::Settings.given_by(&[over(Some(UnitId(1)))]).is_empty());
        assert_eq!(Function::Settings.given_by(&[over(None)]).len(), 1);
        assert_eq!(Function::People.given_by(&[over(Some(UnitId(1)))]).len(), 1);
    }
}
