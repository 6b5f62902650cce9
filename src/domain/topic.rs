//! What other systems can be told of.

/// A kind of thing that happened here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Invitations of a unit were answered: how many on a day, never which.
    InvitationUsed,
    /// Figures for other systems are new.
    FigureReleased,
    /// A figure's verdict is another one.
    VerdictChanged,
    /// A tablet is silent.
    KioskSilent,
    /// A period was published.
    ReportPublished,
}

impl Topic {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::InvitationUsed, Self::FigureReleased, Self::VerdictChanged, Self::KioskSilent, Self::ReportPublished];

    /// The name that receivers read, used in tables, commands and forms too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvitationUsed => "invitation.used",
            Self::FigureReleased => "figure.released",
            Self::VerdictChanged => "verdict.changed",
            Self::KioskSilent => "kiosk.silent",
            Self::ReportPublished => "report.published",
        }
    }

    /// The same as words and fields are called by: no dot.
    #[must_use]
    pub fn key(self) -> String {
        self.name().replace('.', "-")
    }

    /// The one of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}
