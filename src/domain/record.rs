//! A record of a case as a one-stop system keeps it (mã hồ sơ, mã thủ tục, trạng thái …), and the mapping from its field
//! names and words to ours. What else a record holds (names, addresses, telephone numbers) is not read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case::{self, Event};
use super::sheet::{self, Cell};
use super::{Channel, Day};
use crate::error::Fault;

/// What is asked of a record, in the order in which it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Code of the case.
    Case,
    /// Code of the procedure.
    Procedure,
    /// Code or name of the unit that handles it.
    Unit,
    /// Day received.
    Received,
    /// Day due; may be absent.
    Due,
    /// Day the result was handed over; absent before.
    Finished,
    /// How it stands.
    Status,
    /// How it came; may be absent, which means in person.
    Channel,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 8] = [
        Self::Case,
        Self::Procedure,
        Self::Unit,
        Self::Received,
        Self::Due,
        Self::Finished,
        Self::Status,
        Self::Channel,
    ];

    /// The name used in forms and in what is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Procedure => "procedure",
            Self::Unit => "unit",
            Self::Received => "received",
            Self::Due => "due",
            Self::Finished => "finished",
            Self::Status => "status",
            Self::Channel => "channel",
        }
    }

    /// Whether a record can do without.
    #[must_use]
    pub fn may_be_absent(self) -> bool {
        matches!(self, Self::Due | Self::Finished | Self::Channel)
    }
}

/// What words of a status or channel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// The result was handed over.
    Finished,
    /// The case was refused.
    Refused,
    /// It was given back to be completed.
    Returned,
    /// It is being handled: nobody is asked yet.
    Open,
    /// It came in person.
    Direct,
    /// It came by the portal.
    Online,
    /// It came by post.
    Postal,
}

impl Meaning {
    /// What a status can mean.
    pub const STATUS: [Self; 4] = [Self::Finished, Self::Refused, Self::Returned, Self::Open];
    /// What a channel can mean.
    pub const CHANNEL: [Self; 3] = [Self::Direct, Self::Online, Self::Postal];

    /// The name used in tables and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Refused => "refused",
            Self::Returned => "returned",
            Self::Open => "open",
            Self::Direct => "direct",
            Self::Online => "online",
            Self::Postal => "postal",
        }
    }

    /// What people are asked about, if at all.
    #[must_use]
    pub fn event(self) -> Option<Event> {
        match self {
            Self::Finished => Some(Event::Finished),
            Self::Refused => Some(Event::Refused),
            Self::Returned => Some(Event::Returned),
            Self::Open | Self::Direct | Self::Online | Self::Postal => None,
        }
    }

    /// The channel of an invitation for a case that came so.
    #[must_use]
    pub fn invited_by(self) -> Channel {
        match self {
            Self::Online => Channel::Online,
            Self::Postal => Channel::Postal,
            _ => Channel::Case,
        }
    }
}

/// How another system calls fields and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The field of each part.
    pub fields: BTreeMap<Part, String>,
    /// The words of each meaning.
    pub words: BTreeMap<Meaning, Vec<String>>,
    /// The month, yyyymm, from which on every case of every unit is told of; none while some may be missing.
    #[serde(default)]
    pub whole_since: Option<i64>,
}

impl Default for Mapping {
    /// The documented shape of the public one-stop record.
    fn default() -> Self {
        let fields = [
            (Part::Case, "MaHoSo"),
            (Part::Procedure, "MaTTHC"),
            (Part::Unit, "DonViXuLy"),
            (Part::Received, "NgayTiepNhan"),
            (Part::Due, "NgayHenTra"),
            (Part::Finished, "NgayTra"),
            (Part::Status, "TrangThaiHoSo"),
            (Part::Channel, "HinhThuc"),
        ];
        let words: [(Meaning, &[&str]); 7] = [
            (Meaning::Finished, &["10", "Đã trả kết quả"]),
            (Meaning::Refused, &["3", "Không được tiếp nhận", "8", "Dừng xử lý"]),
            (Meaning::Returned, &["5", "Yêu cầu bổ sung giấy tờ"]),
            (
                Meaning::Open,
                &[
                    "1",
                    "Mới đăng ký",
                    "2",
                    "Được tiếp nhận",
                    "4",
                    "Đang xử lý",
                    "6",
                    "Yêu cầu thực hiện nghĩa vụ tài chính",
                    "7",
                    "Công dân yêu cầu rút hồ sơ",
                    "9",
                    "Đã xử lý xong",
                ],
            ),
            (Meaning::Direct, &["0", "Trực tiếp"]),
            (Meaning::Online, &["2", "Trực tuyến"]),
            (Meaning::Postal, &["1", "Bưu chính"]),
        ];
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            fields: fields.into_iter().map(|(part, name)| (part, name.to_owned())).collect(),
            words: words.into_iter().map(|(meaning, words)| (meaning, owned(words))).collect(),
            whole_since: None,
        }
    }
}

impl Mapping {
    /// The field of a part.
    #[must_use]
    pub fn field(&self, part: Part) -> &str {
        self.fields.get(&part).map_or("", String::as_str)
    }

    /// The words of a meaning.
    #[must_use]
    pub fn said(&self, meaning: Meaning) -> &[String] {
        self.words.get(&meaning).map_or(&[], Vec::as_slice)
    }

    fn meaning(&self, among: &[Meaning], said: &str) -> Option<Meaning> {
        let folded = fold(said);
        among.iter().copied().find(|meaning| self.said(*meaning).iter().any(|word| fold(word) == folded))
    }

    /// What is wrong with it: a part without a field, two parts in one field, a word with two meanings.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for part in Part::ALL {
            let name = fold(self.field(part));
            if name.is_empty() || name.chars().count() > 60 {
                faults.push(Fault::new("mapping-field-needed").with("part", part.name()));
            } else if seen.contains(&name) {
                faults
                    .push(Fault::new("mapping-field-twice").with("part", part.name()).with("field", self.field(part)));
            }
            seen.push(name);
        }
        for among in [&Meaning::STATUS[..], &Meaning::CHANNEL] {
            let mut seen: Vec<String> = Vec::new();
            for (meaning, word) in
                among.iter().flat_map(|meaning| self.said(*meaning).iter().map(|word| (*meaning, word)))
            {
                let folded = fold(word);
                if seen.contains(&folded) {
                    faults.push(Fault::new("mapping-word-twice").with("part", meaning.name()).with("word", word));
                }
                seen.push(folded);
            }
        }
        if self.whole_since.is_some_and(|month| !(2000..2200).contains(&(month / 100))) {
            faults.push(Fault::new("mapping-whole-month"));
        }
        if self.said(Meaning::Finished).is_empty() {
            faults.push(Fault::new("mapping-words-needed").with("part", Meaning::Finished.name()));
        }
        faults
    }
}

/// Field names and words are the same however capitals and spaces stand.
#[must_use]
pub fn fold(text: &str) -> String {
    sheet::clean(text).to_lowercase()
}

/// The fields of a record by folded name.
pub type Fields = BTreeMap<String, Cell>;

/// A record that was understood, its unit and procedure still by their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Code of the case.
    pub case: String,
    /// Code of the procedure.
    pub procedure: String,
    /// Code or name of the unit.
    pub unit: String,
    /// Day received.
    pub received: Day,
    /// Day due.
    pub due: Option<Day>,
    /// Day the result was handed over.
    pub finished: Option<Day>,
    /// How it stands.
    pub step: Meaning,
    /// How it came.
    pub channel: Meaning,
}

impl Record {
    /// Finished after it was due.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.finished.zip(self.due).is_some_and(|(finished, due)| due < finished)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// A fault for each field that is missing or not understood, naming it.
    pub fn read(mapping: &Mapping, fields: &Fields) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let cell = |part| fields.get(&fold(mapping.field(part))).unwrap_or(&Cell::Empty);
        let shown = |part| text(cell(part)).chars().take(60).collect::<String>();
        let fault = |key, part| Fault::new(key).with("field", mapping.field(part)).with("value", shown(part));
        for part in Part::ALL.into_iter().filter(|part| !part.may_be_absent()) {
            if text(cell(part)).is_empty() {
                faults.push(fault("record-field-needed", part));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let case = case::parse(&text(cell(Part::Case))).map_err(|_| faults.push(fault("record-case", Part::Case))).ok();
        let mut day = |part| match cell(part) {
            cell if text(cell).is_empty() => None,
            cell => day_of(cell).or_else(|| {
                faults.push(fault("record-day", part));
                None
            }),
        };
        let [received, due, finished] = [Part::Received, Part::Due, Part::Finished].map(&mut day);
        let step = mapping.meaning(&Meaning::STATUS, &text(cell(Part::Status)));
        if step.is_none() {
            faults.push(fault("record-status", Part::Status));
        }
        let channel = match text(cell(Part::Channel)) {
            said if said.is_empty() => Some(Meaning::Direct),
            said => mapping.meaning(&Meaning::CHANNEL, &said),
        };
        if channel.is_none() {
            faults.push(fault("record-channel", Part::Channel));
        }
        if step == Some(Meaning::Finished) && text(cell(Part::Finished)).is_empty() {
            faults.push(fault("record-field-needed", Part::Finished));
        }
        if received.zip(finished).is_some_and(|(received, finished)| finished < received) {
            faults.push(fault("record-days", Part::Finished));
        }
        let (procedure, unit) = (text(cell(Part::Procedure)), text(cell(Part::Unit)));
        match (case, received, step, channel) {
            (Some(case), Some(received), Some(step), Some(channel)) if faults.is_empty() => {
                // A day of return that was only planned does not finish a case.
                let finished = finished.filter(|_| matches!(step, Meaning::Finished | Meaning::Refused));
                Ok(Self { case, procedure, unit, received, due, finished, step, channel })
            }
            _ => Err(faults),
        }
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Broken(_) => String::new(),
        Cell::Text(text) => sheet::clean(text),
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Truth(truth) => truth.to_string(),
    }
}

/// A day as records have it: also 20261124 and 20261124093000, in digits; of a year that is no slip of the keyboard.
fn day_of(cell: &Cell) -> Option<Day> {
    written(cell).filter(|day| (1900..2200).contains(&(day.number() / 10_000)))
}

fn written(cell: &Cell) -> Option<Day> {
    if let Cell::Date(day) = cell {
        return Some(*day);
    }
    let said = text(cell);
    if matches!(said.len(), 8 | 12 | 14) && said.bytes().all(|byte| byte.is_ascii_digit()) {
        return Day::from_number(said[..8].parse().ok()?);
    }
    sheet::day(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(changes: &[(&str, &str)]) -> Fields {
        let usual = [
            ("mahoso", "000.00.12.H21-261123-0417"),
            ("matthc", "1.012944"),
            ("donvixuly", "SGD-GL.MC"),
            ("ngaytiepnhan", "20261123080000"),
            ("trangthaihoso", "10"),
            ("ngaytra", "24/11/2026 09:30"),
            ("ngayhentra", "2026-11-23T17:00:00"),
            ("chuhoso", "Nguyễn Văn A"),
        ];
        usual.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), Cell::Text((*value).to_owned()))).collect()
    }

    #[test]
    fn the_documented_shape_is_understood_in_every_way_its_days_are_written() {
        let read = Record::read(&Mapping::default(), &record(&[])).unwrap();
        let day = |n| Day::from_number(n).unwrap();
        assert_eq!(
            (read.received, read.finished, read.due),
            (day(20_261_123), Some(day(20_261_124)), Some(day(20_261_123)))
        );
        assert!(read.is_late() && read.step == Meaning::Finished && read.channel == Meaning::Direct);
        let open =
            Record::read(&Mapping::default(), &record(&[("trangthaihoso", "ĐANG  xử lý"), ("hinhthuc", "2")])).unwrap();
        assert_eq!((open.step, open.channel, open.finished), (Meaning::Open, Meaning::Online, None));
    }

    #[test]
    fn each_field_that_is_not_understood_is_named() {
        for (change, key, field) in [
            (("mahoso", "417"), "record-case", "MaHoSo"),
            (("matthc", " "), "record-field-needed", "MaTTHC"),
            (("ngaytiepnhan", "hôm qua"), "record-day", "NgayTiepNhan"),
            (("ngaytra", "31/02/2026"), "record-day", "NgayTra"),
            (("ngaytra", "31/12/9999"), "record-day", "NgayTra"),
            (("ngayhentra", "02260101"), "record-day", "NgayHenTra"),
            (("ngaytra", "01/11/2026"), "record-days", "NgayTra"),
            (("ngaytra", ""), "record-field-needed", "NgayTra"),
            (("trangthaihoso", "99"), "record-status", "TrangThaiHoSo"),
            (("hinhthuc", "bồ câu"), "record-channel", "HinhThuc"),
        ] {
            let faults = Record::read(&Mapping::default(), &record(&[change])).unwrap_err();
            let named = faults[0].args.iter().find(|(name, _)| *name == "field").map(|(_, value)| value.as_str());
            assert_eq!((faults.len(), faults[0].key, named), (1, key, Some(field)), "{change:?}");
        }
    }

    #[test]
    fn a_mapping_has_a_field_for_each_part_and_one_meaning_for_each_word() {
        assert!(Mapping::default().faults().is_empty());
        let mut wrong = Mapping::default();
        wrong.fields.insert(Part::Due, "ngaytra".into());
        wrong.fields.insert(Part::Unit, String::new());
        wrong.words.insert(Meaning::Refused, vec!["đã  trả KẾT QUẢ".into()]);
        wrong.whole_since = Some(0);
        let keys: Vec<&str> = wrong.faults().iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["mapping-field-needed", "mapping-field-twice", "mapping-word-twice", "mapping-whole-month"]);
        let stored = serde_json::to_string(&Mapping::default()).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&stored).unwrap(), Mapping::default());
    }
}
