//! Every number of every view equals a recount of the raw answers: a province of 150 units and 31 procedures over two
//! years, with a reorganisation in between, gaps, exclusions and marks.

mod behind;
mod files;
mod invited;
mod leaves;
mod lines;
mod province;
mod views;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Day, Indicator, PointId, ProcedureId, UnitId};
use hailong::flow::assess::picture::Picture;
use hailong::flow::assess::{
    Excluded, Figure, Gallery, Marked, NO_PROCEDURE, Organisation, Place, Scope, State, Subject, VerdictName, View,
};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::store::Db;

use self::invited::Invitation;
use self::leaves::Leaves;
use self::province::{is_school, procedure_ends, unit_ends};
use self::views::views;
use crate::dice::Dice;
use crate::judged::{self, Chances};
use crate::rows::{ACCESS, ASPECTS, FEEDBACK, LESSONS, OVERALL, PAPERS, RESULT, SCHOOL, STAFF, noon};
use crate::world::World;

const UNITS: i64 = 150;
const PROCEDURES: i64 = 31;
const POINTS: i64 = 60;
const PERSONS: i64 = 14_000;
const TODAY: i64 = 20260105;

/// One person: all answers together.
#[derive(Debug)]
struct Person {
    n: i64,
    unit: i64,
    procedure: i64,
    point: i64,
    channel: Channel,
    day: i64,
    answers: Vec<(i64, i64)>,
    excluded: bool,
    marked: bool,
}

struct Province {
    world: World,
    persons: Vec<Person>,
    invitations: Vec<Invitation>,
    catalogue: Catalogue,
    gallery: Gallery,
}

// The recount: whole answers person by person.

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    n: u64,
    answers: u64,
    satisfied: u64,
    levels: [u64; 5],
    blank: u64,
    not_applicable: u64,
}

fn count(persons: &[&Person], questions: &[i64]) -> Count {
    let mut count = Count::default();
    for person in persons {
        let mut valid = 0;
        for (question, choice) in person.answers.iter().filter(|(question, _)| questions.contains(question)) {
            match *choice {
                0 => count.blank += 1,
                -1 => count.not_applicable += 1,
                choice => {
                    valid += 1;
                    count.levels[choice as usize - 1] += 1;
                    count.satisfied += u64::from(if *question == PAPERS { choice == 1 } else { choice >= 4 });
                }
            }
        }
        count.answers += valid;
        count.n += u64::from(valid > 0);
    }
    count
}

/// What each person answered: how much of it satisfied, and how much in all; of those who answered anything.
fn each(persons: &[&Person], questions: &[i64]) -> Vec<(u64, u64)> {
    let of = persons.iter().map(|person| count(&[person], questions));
    of.filter(|of| of.n > 0).map(|of| (of.satisfied, of.answers)).collect()
}

/// The successor, however far.
fn now(mut id: i64, ends: fn(i64) -> Option<(i64, i64)>, last: i64) -> i64 {
    while let Some((_, to)) = ends(id).filter(|(end, _)| *end < last) {
        id = to;
    }
    id
}

/// Compares what is told; true when something is, false when it is hidden.
fn same(figure: &Figure, expected: &Count, what: &str) -> bool {
    if figure.state == State::Hidden {
        let told = (figure.n, figure.answers, figure.levels, figure.satisfied, figure.share, figure.blank);
        assert_eq!(told, (None, None, None, None, None, None), "{what}");
        return false;
    }
    assert!(expected.n == 0 || expected.n >= 5, "{what} tells of {} persons", expected.n);
    assert_eq!(figure.n, Some(expected.n), "{what}: n");
    assert_eq!(figure.answers, Some(expected.answers), "{what}: answers");
    assert_eq!(figure.satisfied, Some(expected.satisfied), "{what}: satisfied");
    assert_eq!(figure.levels.unwrap_or(expected.levels), expected.levels, "{what}: levels");
    assert_eq!(figure.blank.unwrap_or(expected.blank), expected.blank, "{what}: blank");
    assert_eq!(figure.not_applicable.unwrap_or(expected.not_applicable), expected.not_applicable, "{what}");
    let share = (expected.n > 0).then(|| expected.satisfied as f64 / expected.answers as f64);
    assert!((figure.share.unwrap_or(-1.0) - share.unwrap_or(-1.0)).abs() < 1e-12, "{what}: share");
    true
}

fn id_of(name: &str) -> i64 {
    let ids = [
        ("overall", OVERALL),
        ("f_access", ACCESS),
        ("f_result", RESULT),
        ("f_staff", STAFF),
        ("f_feedback", FEEDBACK),
        ("school", SCHOOL),
        ("lessons", LESSONS),
    ];
    ids.into_iter().find(|(of, _)| *of == name).unwrap().1
}

/// The closing question that a person answered, and the level.
fn overall(person: &Person) -> Option<(i64, i64)> {
    let closing = |(question, level): &&(i64, i64)| [OVERALL, SCHOOL].contains(question) && *level > 0;
    person.answers.iter().find(closing).copied()
}

/// What a view asks, told apart from the program's own reading of it.
struct Recount<'a> {
    province: &'a Province,
    view: &'a View,
    questions: Vec<i64>,
    chances: &'a Chances,
    /// How much was compared, by kind.
    seen: &'a mut BTreeMap<&'static str, usize>,
}

impl<'a> Recount<'a> {
    fn new(
        province: &'a Province,
        view: &'a View,
        chances: &'a Chances,
        seen: &'a mut BTreeMap<&'static str, usize>,
    ) -> Self {
        let questions = match &view.subject {
            Subject::Indicator(Indicator::Procedures) => vec![OVERALL],
            Subject::Indicator(Indicator::Service) => vec![STAFF, FEEDBACK],
            Subject::Indicator(Indicator::Education) => vec![SCHOOL],
            Subject::Indicator(Indicator::PapersAgain) => vec![PAPERS],
            Subject::Question { name, .. } if name == "f_staff" => vec![STAFF],
            Subject::Question { .. } => vec![RESULT],
        };
        Self { province, view, questions, chances, seen }
    }

    /// So much more of a kind was compared.
    fn saw(&mut self, kind: &'static str, n: usize) {
        *self.seen.entry(kind).or_default() += n;
    }

    fn unit(&self, unit: i64) -> i64 {
        let last = self.view.period.last().number();
        if self.view.organisation == Organisation::AsItIs { now(unit, unit_ends, last) } else { unit }
    }

    fn procedure(&self, procedure: i64) -> i64 {
        let last = self.view.period.last().number();
        if self.view.organisation == Organisation::AsItIs { now(procedure, procedure_ends, last) } else { procedure }
    }

    /// Everybody of the place in some days, whatever became of their answers.
    fn all(&self, period: &Period) -> Vec<&'a Person> {
        let (first, last) = (period.from().number(), period.last().number());
        let unit = |asked: &UnitId, person: &Person| self.unit(person.unit) == self.unit(asked.0);
        let procedure =
            |asked: &ProcedureId, person: &Person| self.procedure(person.procedure) == self.procedure(asked.0);
        let here = |person: &Person| match &self.view.place {
            Place::Department => true,
            Place::Units(units) => units.iter().any(|asked| unit(asked, person)),
            Place::Procedure(asked) => procedure(asked, person),
            Place::UnitProcedure(at, about) => unit(at, person) && procedure(about, person),
            Place::Point(at, point) => unit(at, person) && person.point == point.0,
        };
        let wanted = |person: &&Person| {
            (first..=last).contains(&person.day)
                && here(person)
                && self.view.channel.is_none_or(|channel| channel == person.channel)
        };
        self.province.persons.iter().filter(wanted).collect()
    }

    fn counts(&self, person: &Person) -> bool {
        match (person.excluded, self.view.excluded) {
            (true, excluded) => excluded == Excluded::Included,
            (false, _) => !(person.marked && self.view.marked == Marked::LeftOut),
        }
    }

    fn same(&mut self, figure: &Figure, persons: &[&Person], questions: &[i64], what: &str) {
        let seen: Vec<&Person> = persons.iter().copied().filter(|person| self.counts(person)).collect();
        let expected = count(&seen, questions);
        self.saw(if same(figure, &expected, what) { "figures" } else { "hidden" }, 1);
        let target = match &self.view.subject {
            Subject::Indicator(Indicator::Procedures | Indicator::Service) => Some(9_000),
            Subject::Indicator(Indicator::Education) => Some(8_500),
            Subject::Indicator(Indicator::PapersAgain) => Some(8_000),
            Subject::Question { .. } => None,
        };
        assert_eq!(figure.target, target, "{what}: target");
        if questions == self.questions && self.asks_one() {
            let needed = self.chances.check(figure, (expected.satisfied, expected.n), what);
            self.saw("needed", usize::from(needed));
            self.saw("needed of known files", usize::from(needed && figure.population.is_some()));
        } else {
            let needed = judged::pooled(figure, &each(&seen, questions), what);
            self.saw("needed of a pooled index", usize::from(needed));
        }
        let out: Vec<&Person> = persons.iter().copied().filter(|person| person.excluded).collect();
        let out = count(&out, questions).n;
        assert_eq!(figure.excluded.unwrap_or(out), out, "{what}: left out");
        assert_eq!(figure.excluded_few, (1..5).contains(&out), "{what}: a few are left out");
    }

    /// A figure that stands alone says all that may be said of it.
    fn whole(&mut self, figure: &Figure, what: &str) {
        let bounded = figure.verdict.is_some();
        assert_eq!((figure.at_least.is_some(), figure.at_most.is_some()), (bounded, bounded), "{what}: bounds");
        let open = figure.verdict == Some(VerdictName::NotEnough);
        assert_eq!(figure.needed.is_some(), open, "{what}: what is missing");
    }

    /// One answer a person: of several, intervals are wider by how alike they are.
    fn asks_one(&self) -> bool {
        self.questions.len() == 1
    }

    fn compare(&mut self, picture: &Picture) {
        let (view, questions) = (self.view, self.questions.clone());
        let what = format!("{view:?}");
        let all = self.all(&view.period);
        self.same(&picture.headline.figure, &all, &questions, &what);
        self.whole(&picture.headline.figure, &what);
        if let Some(index) = &picture.headline.index {
            let criteria: &[i64] =
                if picture.indicator == Indicator::Education { &[LESSONS] } else { &[ACCESS, RESULT] };
            self.same(index, &all, criteria, &format!("{what}, index"));
            self.whole(index, &what);
        }
        if let Some(marked) = picture.marked_answers {
            let of: Vec<&Person> = all.iter().copied().filter(|person| person.marked && !person.excluded).collect();
            assert_eq!(marked, count(&of, &questions).n, "{what}: marked");
            self.saw("marked answers", usize::from(marked > 0));
        }
        self.lines(picture, &all, &what);
        let among = judged::among(picture.funnel.as_ref(), &picture.units, self.chances, &what);
        self.saw("units on a funnel", among.placed);
        self.saw("units with exact limits", among.exact);
        self.saw("funnels with differences", among.dispersed);
        self.saw("flagged units", among.flagged);
        self.saw("shares drawn in", among.shrunk);
        for month in &picture.course.months {
            let of = self.all(&month.period);
            let what = format!("{what}, {}", month.period);
            self.same(&month.figure, &of, &questions, &what);
            for told in &month.channels {
                let by = of.iter().filter(|person| person.channel.name() == told.channel && self.counts(person));
                let n = count(&by.copied().collect::<Vec<&Person>>(), &questions).n;
                assert_eq!(told.n.unwrap_or(n), n, "{what} {}", told.channel);
                assert!(told.n.is_none() || n == 0 || n >= 5, "{what} {} tells of {n} persons", told.channel);
                self.saw("months by channel", usize::from(n > 0 && told.n.is_some()));
            }
        }
        self.saw("months with limits", judged::course(&picture.course, &what));
        self.saw("trends", usize::from(picture.course.trend.is_some()));
        self.mix(picture, &what);
        if let Some(year) = &picture.year {
            let mut sizes = [0.0; 2];
            let parts = [(&year.days_before, &year.before), (&year.days, &year.now)];
            for (([first, last], figure), size) in parts.into_iter().zip(&mut sizes) {
                let days = Period::parse(&format!("{first}..{last}"), CutOff::Calendar).unwrap();
                let (all, what) = (self.all(&days), format!("{what}, {days}"));
                self.same(figure, &all, &questions, &what);
                self.whole(figure, &what);
                let seen: Vec<&Person> = all.into_iter().filter(|person| self.counts(person)).collect();
                let each = each(&seen, &questions);
                *size = if self.asks_one() { each.len() as f64 } else { judged::size(&each).1 };
            }
            self.saw("years", usize::from(judged::year(year, sizes, &what)));
        }
        for row in &picture.channels {
            let by: Vec<&Person> = all.iter().copied().filter(|person| person.channel.name() == row.channel).collect();
            self.same(&row.figure, &by, &questions, &format!("{what}, {}", row.channel));
        }
        self.questions(picture, &all, &what);
        self.behind(picture, &what);
        self.files(picture, &what);
        self.invited(picture, &what);
    }

    /// This year's share if its channels had the weights of the year before.
    fn mix(&mut self, picture: &Picture, what: &str) {
        let (Some(mix), Some(year)) = (picture.mix, &picture.year) else { return };
        let [before, now] = [&year.days_before, &year.days].map(|[first, last]| {
            let all = self.all(&Period::parse(&format!("{first}..{last}"), CutOff::Calendar).unwrap());
            all.into_iter().filter(|person| self.counts(person)).collect::<Vec<&Person>>()
        });
        let by = |of: &[&Person], channel: Channel| {
            let of: Vec<&Person> = of.iter().copied().filter(|person| person.channel == channel).collect();
            count(&of, &self.questions)
        };
        let share = |count: &Count| count.satisfied as f64 / count.answers as f64;
        let [then, later] = [&before, &now].map(|of| count(of, &self.questions));
        let mut weighted = 0.0;
        for channel in Channel::ALL {
            let of_before = by(&before, channel);
            if of_before.answers > 0 {
                weighted += of_before.answers as f64 / then.answers as f64 * share(&by(&now, channel));
            }
        }
        let expected = [weighted, share(&later) - share(&then), share(&later) - weighted];
        for (told, expected) in [mix.share, mix.change, mix.by_mix].into_iter().zip(expected) {
            assert!((told - expected).abs() < 1e-9, "{what}: {mix:?}, expected {expected}");
        }
        self.saw("mixes", 1);
    }
}

/// So much of each kind has to be compared at least.
const LEAST: [(&str, usize); 24] = [
    ("figures", 5_000),
    ("hidden", 1_000),
    ("questions", 200),
    ("ticked things", 200),
    ("marked answers", 2),
    ("months by channel", 500),
    ("months with limits", 300),
    ("trends", 50),
    ("years", 15),
    ("mixes", 5),
    ("populations", 50),
    ("ratios of files", 2),
    ("needed", 50),
    ("needed of known files", 5),
    ("needed of a pooled index", 20),
    ("units on a funnel", 500),
    ("units with exact limits", 10),
    ("funnels with differences", 3),
    ("flagged units", 3),
    ("shares drawn in", 200),
    ("raters apart", 100),
    ("ticked apart", 50),
    ("drivers", 2),
    ("invitations", 20),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_every_view_equals_a_recount_of_the_raw_answers() {
    let province = Province::new().await;
    province.has_everything();
    let chances = Chances::up_to(300_000);
    let (mut seen, mut leaves) = (BTreeMap::new(), Leaves::default());
    let views = views(&mut Dice(3));
    for organisation in [Organisation::AsItWas, Organisation::AsItIs] {
        assert!(views.iter().filter(|view| view.organisation == organisation).count() > 100, "{organisation:?}");
    }
    for view in views {
        let picture = province.picture(&view).await;
        Recount::new(&province, &view, &chances, &mut seen).compare(&picture);
        leaves.gather(&picture);
    }
    let few = LEAST.iter().filter(|(kind, least)| seen.get(kind).is_none_or(|n| n < least));
    assert_eq!(few.collect::<Vec<_>>(), Vec::<&(&str, usize)>::new(), "of all that was compared: {seen:?}");
    leaves.are_known();
}
