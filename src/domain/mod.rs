//! Meaning: what the nouns of the product are, with constructors that check. No I/O, no clock, no framework.

use std::fmt;

use serde::{Deserialize, Serialize};

pub mod account;
pub mod anchor;
pub mod answer;
pub mod api_key;
pub mod backup;
pub mod case;
pub mod caseload;
pub mod code;
pub mod collate;
pub mod holiday;
pub mod hours;
pub mod keys;
pub mod mask;
pub mod paper;
pub mod password;
pub mod period;
pub mod portal;
pub mod procedure;
pub mod questionnaire;
pub mod record;
pub mod relevant;
pub mod remarks;
pub mod school;
pub mod sheet;
pub mod sound;
pub mod topic;
pub mod totp;
pub mod unit;
pub mod vocabulary;
pub mod webhook;
pub mod working;
pub mod xlsform;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub i64);
    )*};
}

ids! {
    /// Row number of a unit.
    UnitId,
    /// Row number of a procedure.
    ProcedureId,
    /// Row number of a questionnaire version.
    QuestionnaireId,
    /// Row number of a question of one questionnaire version.
    QuestionId,
    /// Row number of a point.
    PointId,
    /// Row number of an invitation.
    InvitationId,
    /// Row number of an account.
    AccountId,
    /// Row number of a kiosk.
    KioskId,
    /// Row number of a session.
    SessionId,
    /// Row number of the key of another system.
    ApiKeyId,
    /// Number of a publication.
    PublicationId,
}

/// The way an answer came (kênh).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Printed QR at a counter.
    Counter,
    /// Tablet at a counter.
    Kiosk,
    /// Slip of one case.
    Case,
    /// After an online procedure.
    Online,
    /// With a result sent by post.
    Postal,
    /// Education survey round.
    Round,
    /// Paper form typed in.
    Paper,
}

impl Channel {
    /// Every channel, in the order people read them.
    pub const ALL: [Self; 7] =
        [Self::Counter, Self::Kiosk, Self::Case, Self::Online, Self::Postal, Self::Round, Self::Paper];

    /// The name used in tables, files and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Kiosk => "kiosk",
            Self::Case => "case",
            Self::Online => "online",
            Self::Postal => "postal",
            Self::Round => "round",
            Self::Paper => "paper",
        }
    }

    /// The channel of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// What an answer feeds: one of the three indicators, or the share of people who need not hand in papers again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Mức độ hài lòng về giải quyết thủ tục hành chính.
    Procedures,
    /// Mức độ hài lòng đối với sự phục vụ của cơ quan hành chính.
    Service,
    /// Mức độ hài lòng về cung cấp dịch vụ giáo dục công lập.
    Education,
    /// Tỷ lệ người dân không phải nộp lại giấy tờ cơ quan đã có.
    PapersAgain,
}

impl Indicator {
    /// Every indicator, in the order of the reports.
    pub const ALL: [Self; 4] = [Self::Procedures, Self::Service, Self::Education, Self::PapersAgain];

    /// The name used in tables, workbooks and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Procedures => "procedures",
            Self::Service => "service",
            Self::Education => "education",
            Self::PapersAgain => "papers_again",
        }
    }

    /// The indicator of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|indicator| indicator.name() == name)
    }
}

/// The factor name of a form's one closing question, which is reported apart from the pooled index.
pub const OVERALL: &str = "overall";

/// A local date in Asia/Ho_Chi_Minh, kept as yyyymmdd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(i64);

impl Day {
    /// The day of a civil date.
    #[must_use]
    pub fn of(date: jiff::civil::Date) -> Self {
        Self(i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()))
    }

    /// The local day of an instant in unix milliseconds.
    #[must_use]
    pub fn at(now_ms: i64) -> Self {
        // Vietnam has kept UTC+7 without summer time since 1975, and no answer is older.
        let local = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
        Self::of(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(local).date())
    }

    /// The day written yyyymmdd, when that is a date.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let part = |value: i64| i8::try_from(value).ok();
        let year = i16::try_from(number / 10_000).ok()?;
        jiff::civil::Date::new(year, part(number / 100 % 100)?, part(number % 100)?).ok().map(Self::of)
    }

    /// Its first instant, in unix milliseconds.
    #[must_use]
    pub fn begins_ms(self) -> i64 {
        let midnight = self.date().at(0, 0, 0, 0);
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
        zone.to_timestamp(midnight).map_or(0, |instant| instant.as_millisecond())
    }

    /// yyyymmdd.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    /// yyyymm.
    #[must_use]
    pub fn month(self) -> i64 {
        self.0 / 100
    }

    /// The civil date.
    #[must_use]
    pub fn date(self) -> jiff::civil::Date {
        jiff::civil::date((self.0 / 10_000) as i16, (self.0 / 100 % 100) as i8, (self.0 % 100) as i8)
    }

    /// The day so many days later (earlier when negative).
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self::of(self.date().saturating_add(jiff::Span::new().days(days)))
    }

    /// The same day so many months earlier, or the last day of that month.
    #[must_use]
    pub fn months_before(self, months: i64) -> Self {
        Self::of(self.date().saturating_sub(jiff::Span::new().months(months)))
    }
}

impl fmt::Display for Day {
    /// Writes 24/11/2026.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}/{}", self.0 % 100, self.0 / 100 % 100, self.0 / 10_000)
    }
}

/// An instant in local time, as machines read it: 2026-11-24T14:05:00+07:00.
#[must_use]
pub fn instant(at_ms: i64) -> String {
    let second = (at_ms + 7 * 60 * 60 * 1000).div_euclid(1000).rem_euclid(24 * 60 * 60);
    format!("{}T{:02}:{:02}:{:02}+07:00", Day::at(at_ms).date(), second / 3600, second / 60 % 60, second % 60)
}

/// An instant in local time, as people read it: 14:05 24/11/2026.
#[must_use]
pub fn moment(at_ms: i64) -> String {
    let minute = (at_ms + 7 * 60 * 60 * 1000).div_euclid(60 * 1000).rem_euclid(24 * 60);
    format!("{:02}:{:02} {}", minute / 60, minute % 60, Day::at(at_ms))
}
