//! The rules by which answers are marked as suspicious. Pure: how answers came goes in, which are marked comes out. A
//! mark asks a person to look; it never takes an answer out of a figure.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Channel;
use crate::domain::working::WorkingDays;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Five or more answers at a code from one address within 12 hours.
    Address,
    /// Ten or more answers at a code within a minute.
    Pace,
    /// At a kiosk less than 3 seconds after the one before, or more than six within a minute.
    KioskPace,
    /// At a counter or kiosk outside opening hours.
    Hours,
    /// From a network of the staff.
    Staff,
    /// Sent within two seconds after the page was made.
    Hasty,
    /// The same words three times or more about one unit.
    SameWords,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 7] =
        [Self::Address, Self::Pace, Self::KioskPace, Self::Hours, Self::Staff, Self::Hasty, Self::SameWords];

    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Pace => "pace",
            Self::KioskPace => "kiosk-pace",
            Self::Hours => "hours",
            Self::Staff => "staff",
            Self::Hasty => "hasty",
            Self::SameWords => "same-words",
        }
    }

    /// The rule of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// How an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came {
    /// Its number.
    pub n: i64,
    /// Point answered at.
    pub point: i64,
    /// Channel.
    pub channel: Channel,
    /// Mark of the address; none for kiosks.
    pub mark: Option<i64>,
    /// Whether from a network of the staff.
    pub staff: bool,
    /// Whether sent within two seconds after the page was made.
    pub hasty: bool,
    /// When, in unix ms.
    pub at: i64,
}

/// Which answers are marked, by which rules. They come in the order of their arrival.
#[must_use]
pub fn judge(came: &[Came], working: &WorkingDays) -> BTreeSet<(i64, Rule)> {
    let mut marked = BTreeSet::new();
    let mut of_point: BTreeMap<i64, Vec<&Came>> = BTreeMap::new();
    let mut of_address: BTreeMap<(i64, i64), Vec<&Came>> = BTreeMap::new();
    for answer in came {
        of_point.entry(answer.point).or_default().push(answer);
        if let Some(mark) = answer.mark {
            of_address.entry((answer.point, mark)).or_default().push(answer);
        }
        let at_counter = matches!(answer.channel, Channel::Counter | Channel::Kiosk);
        if at_counter && !working.are_open(answer.at) {
            marked.insert((answer.n, Rule::Hours));
        }
        if answer.staff {
            marked.insert((answer.n, Rule::Staff));
        }
        if answer.hasty {
            marked.insert((answer.n, Rule::Hasty));
        }
    }
    for answers in of_address.values() {
        marked.extend(crowded(answers, 5, 12 * HOUR_MS).map(|n| (n, Rule::Address)));
    }
    for answers in of_point.values() {
        marked.extend(crowded(answers, 10, MINUTE_MS).map(|n| (n, Rule::Pace)));
        let at_kiosk: Vec<&Came> = answers.iter().copied().filter(|a| a.channel == Channel::Kiosk).collect();
        marked.extend(crowded(&at_kiosk, 7, MINUTE_MS).map(|n| (n, Rule::KioskPace)));
        let hasty = at_kiosk.windows(2).filter(|pair| pair[1].at - pair[0].at < 3 * SECOND_MS);
        marked.extend(hasty.map(|pair| (pair[1].n, Rule::KioskPace)));
    }
    marked
}

/// The answers that stand in any window of this length with so many others.
fn crowded<'a>(answers: &'a [&'a Came], at_least: usize, window_ms: i64) -> impl Iterator<Item = i64> + 'a {
    answers
        .windows(at_least)
        .filter(move |group| group[at_least - 1].at - group[0].at < window_ms)
        .flat_map(|group| group.iter().map(|answer| answer.n))
}

/// The answers whose words about a unit were written three times or more: the same but for capitals and spaces.
/// Very short ones, "tốt", are nobody's in particular.
#[must_use]
pub fn same_words(written: &[(i64, i64, String)]) -> BTreeSet<(i64, Rule)> {
    let mut by_words: BTreeMap<(i64, String), BTreeSet<i64>> = BTreeMap::new();
    for (n, unit, text) in written {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if words.chars().count() >= 15 {
            by_words.entry((*unit, words)).or_default().insert(*n);
        }
    }
    by_words.into_values().filter(|answers| answers.len() >= 3).flatten().map(|n| (n, Rule::SameWords)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday 24/11/2026, 9:00 in Vietnam.
    const NINE: i64 = 1_795_485_600_000;

    fn came(channel: Channel, mark: Option<i64>, times: impl IntoIterator<Item = i64>) -> Vec<Came> {
        let answer = |(i, at): (usize, i64)| {
            let (n, at) = (i as i64 + 1, NINE + at);
            Came { n, point: 1, channel, mark, staff: false, hasty: false, at }
        };
        times.into_iter().enumerate().map(answer).collect()
    }

    fn marked(came: &[Came], rule: Rule) -> Vec<i64> {
        judge(came, &WorkingDays::default()).into_iter().filter(|(_, by)| *by == rule).map(|(n, _)| n).collect()
    }

    #[test]
    fn i8_five_from_one_address_in_12_hours_are_marked_and_four_are_not() {
        let spread = |count: i64, step: i64| came(Channel::Online, Some(7), (0..count).map(|i| i * step));
        assert_eq!(marked(&spread(5, 3 * HOUR_MS - 1), Rule::Address), [1, 2, 3, 4, 5]);
        assert!(marked(&spread(5, 3 * HOUR_MS), Rule::Address).is_empty(), "over 12 hours");
        assert!(marked(&spread(4, 1), Rule::Address).is_empty());
        let mut elsewhere = spread(5, HOUR_MS);
        elsewhere[4].point = 2;
        assert!(marked(&elsewhere, Rule::Address).is_empty(), "at two codes");
        elsewhere[4] = Came { point: 1, mark: Some(8), ..elsewhere[4] };
        assert!(marked(&elsewhere, Rule::Address).is_empty(), "from two addresses");
    }

    #[test]
    fn i8_ten_within_a_minute_are_marked_and_nine_are_not() {
        let spread = |count: i64, step: i64| came(Channel::Counter, None, (0..count).map(|i| i * step));
        assert_eq!(marked(&spread(10, 6_666), Rule::Pace).len(), 10);
        assert!(marked(&spread(10, 6_667), Rule::Pace).is_empty(), "the tenth comes a minute after the first");
        assert!(marked(&spread(9, 1), Rule::Pace).is_empty());
    }

    #[test]
    fn i8_a_kiosk_is_marked_for_haste_and_for_seven_a_minute() {
        let kiosk = |times: &[i64]| came(Channel::Kiosk, None, times.iter().copied());
        assert_eq!(marked(&kiosk(&[0, 2_999]), Rule::KioskPace), [2]);
        assert!(marked(&kiosk(&[0, 3_000]), Rule::KioskPace).is_empty());
        let every = |step: i64, count: i64| (0..count).map(|i| i * step).collect::<Vec<_>>();
        assert_eq!(marked(&kiosk(&every(9_999, 7)), Rule::KioskPace).len(), 7);
        assert!(marked(&kiosk(&every(10_000, 7)), Rule::KioskPace).is_empty());
        assert!(marked(&kiosk(&every(9_000, 6)), Rule::KioskPace).is_empty(), "six are not too many");
        assert!(marked(&came(Channel::Counter, None, [0, 1]), Rule::KioskPace).is_empty(), "only a kiosk");
    }

    #[test]
    fn i8_outside_opening_hours_at_the_office_and_nowhere_else() {
        let at = |channel, hour_ms: i64| marked(&came(channel, None, [hour_ms]), Rule::Hours);
        assert!(at(Channel::Kiosk, -2 * HOUR_MS).is_empty(), "seven is open");
        assert_eq!(at(Channel::Kiosk, -2 * HOUR_MS - 1), [1]);
        assert!(at(Channel::Counter, 8 * HOUR_MS + 30 * MINUTE_MS - 1).is_empty());
        assert_eq!(at(Channel::Counter, 8 * HOUR_MS + 30 * MINUTE_MS), [1], "half past five is closed");
        assert_eq!(at(Channel::Counter, 4 * 24 * HOUR_MS), [1], "Saturday");
        assert!(at(Channel::Online, 12 * HOUR_MS).is_empty(), "from home at any time");
    }

    #[test]
    fn i8_a_network_of_the_staff_is_marked() {
        let mut one = came(Channel::Counter, Some(1), [0, 5_000]);
        one[1].staff = true;
        assert_eq!(marked(&one, Rule::Staff), [2]);
    }

    #[test]
    fn i8_a_form_that_nobody_can_have_read_is_marked() {
        let mut one = came(Channel::Online, Some(1), [0, 5_000]);
        one[0].hasty = true;
        assert_eq!(marked(&one, Rule::Hasty), [1]);
    }

    #[test]
    fn i8_the_same_words_three_times_are_marked_and_twice_are_not() {
        let said = |texts: &[(i64, &str)]| {
            let written: Vec<_> =
                texts.iter().enumerate().map(|(i, (unit, text))| (i as i64 + 1, *unit, (*text).to_owned())).collect();
            same_words(&written).into_iter().map(|(n, _)| n).collect::<Vec<_>>()
        };
        let [one, same] = ["Cán bộ rất nhiệt tình", "cán bộ  rất NHIỆT tình "];
        assert_eq!(said(&[(1, one), (1, same), (1, one)]), [1, 2, 3]);
        assert!(said(&[(1, one), (1, same)]).is_empty());
        assert!(said(&[(1, one), (1, same), (2, one)]).is_empty(), "about another unit");
        assert!(said(&[(1, "Tốt"), (1, "Tốt"), (1, "Tốt")]).is_empty(), "too short to be anybody's");
    }
}
