//! Every number shown of the simulated department equals a separate, simple count of its raw rows.

mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use hailong::domain::keys::Keys;
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Day, Indicator};
use hailong::flow::assess::{Audience, Excluded, Figure, Gallery, Line, Place, Scope, State, View, findings_in};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::{release, simulate};
use hailong::store::Db;

use crate::world::World;

/// 24/11/2026, a little after nine in the morning.
const NOW: i64 = 1_795_486_000_000;
const Z: f64 = 1.959_963_984_540_054;

type Row = (i64, Option<i64>, String, Option<String>, String, i64, String);

/// One person: where, about what, when, and every answer of every part.
struct Person {
    n: i64,
    unit: String,
    procedure: Option<String>,
    channel: String,
    day: i64,
    answers: Vec<(i64, i64)>,
}

async fn persons(db: &Db) -> Vec<Person> {
    const ROWS: &str = "
        SELECT r.n, r.first, u.code, p.code, r.channel, r.day, r.answers
        FROM responses r JOIN units u ON u.id = r.unit_id LEFT JOIN procedures p ON p.id = r.procedure_id
        WHERE r.n NOT IN (SELECT n FROM waiting)";
    let rows: Vec<Row> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(ROWS).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(ROWS).fetch_all(pool).await.unwrap(),
    };
    let mut persons: BTreeMap<i64, Person> = BTreeMap::new();
    for (n, first, unit, procedure, channel, day, answers) in rows {
        let answers: Vec<(i64, i64)> = serde_json::from_str(&answers).unwrap();
        let n = first.unwrap_or(n);
        let person = persons.entry(n).or_insert(Person { n, unit, procedure, channel, day, answers: Vec::new() });
        person.answers.extend(answers);
    }
    persons.into_values().collect()
}

/// Questions by number: name of the indicator, and whether it is a closing question.
async fn questions(db: &Db) -> HashMap<i64, (String, bool)> {
    const QUESTIONS: &str = "SELECT id, indicator, factor FROM questions WHERE indicator IS NOT NULL";
    let rows: Vec<(i64, String, Option<String>)> = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(QUESTIONS).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(QUESTIONS).fetch_all(pool).await.unwrap(),
    };
    rows.into_iter().map(|(id, indicator, factor)| (id, (indicator, factor.as_deref() == Some("overall")))).collect()
}

#[derive(Default, Debug, PartialEq, Eq)]
struct Count {
    n: u64,
    answers: u64,
    satisfied: u64,
    blank: u64,
    not_applicable: u64,
    levels: [u64; 5],
}

/// Counts what persons said to the questions that `asked` picks.
fn count<'a>(persons: impl Iterator<Item = &'a Person>, asked: impl Fn(i64) -> bool, papers: bool) -> Count {
    let mut count = Count::default();
    for person in persons {
        let mut valid = 0;
        for (_, choice) in person.answers.iter().filter(|(question, _)| asked(*question)) {
            match choice {
                0 => count.blank += 1,
                -1 => count.not_applicable += 1,
                // The first choice of the question on papers is "no, nothing again".
                choice if papers => {
                    valid += 1;
                    count.satisfied += u64::from(*choice == 1);
                }
                choice => {
                    valid += 1;
                    count.levels[*choice as usize - 1] += 1;
                    count.satisfied += u64::from(*choice >= 4);
                }
            }
        }
        count.answers += valid;
        count.n += u64::from(valid > 0);
    }
    count
}

fn compare(figure: &Figure, expected: &Count, pooled: bool, what: &str) -> usize {
    if figure.state == State::Hidden {
        assert_eq!((figure.n, figure.satisfied, figure.share, figure.blank), (None, None, None, None), "{what}");
        return 0;
    }
    assert!(expected.n == 0 || expected.n >= 5, "{what} shows {} persons", expected.n);
    let shown = Count {
        n: figure.n.unwrap(),
        answers: figure.answers.unwrap(),
        satisfied: figure.satisfied.unwrap(),
        blank: figure.blank.unwrap(),
        not_applicable: figure.not_applicable.unwrap(),
        levels: figure.levels.unwrap_or(expected.levels),
    };
    assert_eq!(shown, *expected, "{what}");
    if expected.n > 0 {
        let share = expected.satisfied as f64 / expected.answers as f64;
        assert!((figure.share.unwrap() - share).abs() < 1e-12, "{what}");
        // A pooled index has a wider interval, even where everybody answered one criterion.
        if figure.population.is_none() && expected.n == expected.answers && !pooled {
            let n = expected.n as f64;
            let half = Z / (n + Z * Z) * (n * share * (1.0 - share) + Z * Z / 4.0).sqrt();
            assert!((figure.lower.unwrap() - ((n * share + Z * Z / 2.0) / (n + Z * Z) - half)).abs() < 1e-9, "{what}");
        }
    }
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_the_simulated_department_equals_a_naive_recount() {
    let world = World::new().await;
    let keys = Keys::from_master(&[7; 32]);
    simulate::load(&world.db, &keys, NOW, 7, &mut |_, _, _| {}).await.unwrap();
    release::cut(&world.db, NOW, 5).await.unwrap();
    let out = leave_out(&world.db, &keys).await;
    assert!(release::check(&world.db).await.unwrap().is_empty());
    let (persons, questions) = (persons(&world.db).await, questions(&world.db).await);
    let (gallery, catalogue) = (Gallery::default(), Catalogue::read(&world.db, Day::at(NOW)).await.unwrap());
    let mut told = 0;
    let (mut shown, mut hidden) = (0, 0);
    for (period, cut_off) in [
        ("2026", CutOff::Calendar),
        ("2025", CutOff::FifteenToFourteen),
        ("2026-H1", CutOff::Calendar),
        ("2025-Q3", CutOff::Calendar),
        ("2026-Q2", CutOff::FifteenToFourteen),
        ("2026-10", CutOff::FifteenToFourteen),
        ("2025-01-07..2025-07-20", CutOff::Calendar),
    ] {
        let period = Period::parse(period, cut_off).unwrap();
        let all: Vec<&Person> =
            persons.iter().filter(|person| period.contains(Day::from_number(person.day).unwrap())).collect();
        let (left, kept): (Vec<&Person>, Vec<&Person>) = all.iter().partition(|person| out.contains(&person.n));
        for (view, inside) in [(Excluded::LeftOut, &kept), (Excluded::Included, &all)] {
            let of = (Audience::Management, view);
            let found = findings_in(&gallery, &world.db, &catalogue, &period, of, NOW).await.unwrap();
            for finding in &found.indicators {
                let indicator = finding.indicator;
                let of = |question: i64| questions.get(&question).filter(|(name, _)| name == indicator.name());
                let closes = matches!(indicator, Indicator::Procedures | Indicator::Education);
                let asked = |question: i64| of(question).is_some_and(|(_, closing)| !closes || *closing);
                for line in std::iter::once(&finding.department).chain(&finding.units).chain(&finding.procedures) {
                    let what = format!("{period} {} {}", indicator.name(), line.name);
                    let here = inside.iter().copied().filter(|person| belongs(person, line));
                    let expected = count(here, asked, indicator == Indicator::PapersAgain);
                    let compared = compare(&line.figure, &expected, indicator == Indicator::Service, &what);
                    shown += compared;
                    hidden += 1 - compared;
                    let gone = left.iter().copied().filter(|person| belongs(person, line));
                    let gone = count(gone, asked, indicator == Indicator::PapersAgain).n;
                    assert_eq!(line.figure.excluded_few, (1..5).contains(&gone), "{what}");
                    if let Some(excluded) = line.figure.excluded {
                        assert_eq!(excluded, gone, "{what}");
                        told += usize::from(excluded > 0);
                    }
                    if let Some(index) = &line.index {
                        let factors = |question: i64| of(question).is_some_and(|(_, closing)| !closing);
                        let here = inside.iter().copied().filter(|person| belongs(person, line));
                        compare(index, &count(here, factors, false), true, &format!("{what}, index"));
                    }
                }
            }
        }
    }
    assert!(shown > 1_000 && hidden > 0 && told > 20, "{shown} lines compared, {hidden} hidden, {told} with some out");
    for view in [Excluded::LeftOut, Excluded::Included] {
        let counted = |person: &&Person| view == Excluded::Included || !out.contains(&person.n);
        let inside: Vec<&Person> = persons.iter().filter(counted).collect();
        by_channel(&world.db, (&gallery, &catalogue), view, &inside, &questions).await;
    }
}

/// The figure of each channel, and the persons of each month who came by it, as the chart of channels draws them.
async fn by_channel(
    db: &Db,
    (gallery, catalogue): (&Gallery, &Catalogue),
    excluded: Excluded,
    persons: &[&Person],
    questions: &HashMap<i64, (String, bool)>,
) {
    let unit = catalogue.unit_by_code("SGD-GL.MC").unwrap();
    let (mut figures, mut months, mut hidden) = (0, 0, 0);
    for (place, code) in [(Place::Department, None), (Place::Units(vec![unit.id]), Some(unit.code.as_str()))] {
        let here: Vec<&Person> =
            persons.iter().copied().filter(|person| code.is_none_or(|code| person.unit == code)).collect();
        for indicator in [Indicator::Procedures, Indicator::Service, Indicator::PapersAgain] {
            for name in ["2026", "2025-Q3"] {
                let period = Period::parse(name, CutOff::Calendar).unwrap();
                let view = View { excluded, ..View::of(indicator, place.clone(), period) };
                let seen = gallery.picture(db, catalogue, &view, NOW).await.unwrap();
                let closes = indicator == Indicator::Procedures;
                let asked = |question: i64| {
                    let of = questions.get(&question).filter(|(name, _)| name == indicator.name());
                    of.is_some_and(|(_, closing)| !closes || *closing)
                };
                let papers = indicator == Indicator::PapersAgain;
                let (from, last) = (period.from().number(), period.last().number());
                let expected = |channel: &str| {
                    let inside = here.iter().copied().filter(|person| (from..=last).contains(&person.day));
                    count(inside.filter(|person| person.channel == channel), asked, papers)
                };
                let named: HashSet<&str> = seen.channels.iter().map(|row| row.channel).collect();
                let others = here.iter().map(|person| person.channel.as_str()).filter(|name| !named.contains(name));
                let others: HashSet<&str> = others.collect();
                assert!(others.iter().all(|channel| expected(channel).n == 0), "{name}: {others:?}");
                for row in &seen.channels {
                    let what = format!("{name} {} {code:?} {}", indicator.name(), row.channel);
                    let Figure { state, n, answers, satisfied, levels, .. } = row.figure.clone();
                    if state == State::Hidden {
                        assert_eq!((n, answers, satisfied, levels), (None, None, None, None), "{what}");
                        hidden += 1;
                        continue;
                    }
                    let expected = expected(row.channel);
                    assert!(expected.n == 0 || expected.n >= 5, "{what} shows {} persons", expected.n);
                    let counted = (Some(expected.n), Some(expected.answers), Some(expected.satisfied));
                    assert_eq!((n, answers, satisfied), counted, "{what}");
                    assert_eq!(levels.unwrap_or(expected.levels), expected.levels, "{what}");
                    figures += 1;
                }
                // Calendar months, each person once.
                let mut monthly: HashMap<(i64, &str), u64> = HashMap::new();
                for person in &here {
                    let said = count(std::iter::once(*person), asked, papers).n;
                    *monthly.entry((person.day / 100, person.channel.as_str())).or_default() += said;
                }
                for month in &seen.course.months {
                    for told in &month.channels {
                        let what = format!("{} {} {code:?} {}", month.period, indicator.name(), told.channel);
                        let Some(n) = told.n else { continue };
                        let at = (month.period.from().number() / 100, told.channel);
                        assert_eq!(n, monthly.get(&at).copied().unwrap_or_default(), "{what}");
                        months += usize::from(n > 0);
                    }
                }
            }
        }
    }
    assert!(figures > 20 && months > 100, "{figures} channels and {months} months compared, {hidden} hidden");
}

/// Two people leave out every sixtieth person, one by one; the numbers of these persons.
async fn leave_out(db: &Db, keys: &Keys) -> HashSet<i64> {
    let people = crate::exclusion::two_people(db).await;
    let chosen: Vec<i64> = persons(db).await.iter().map(|person| person.n).step_by(60).collect();
    for n in &chosen {
        crate::exclusion::leave_out(db, keys, NOW, people, *n).await;
    }
    assert!(chosen.len() > 100, "{}", chosen.len());
    chosen.into_iter().collect()
}

fn belongs(person: &Person, line: &Line) -> bool {
    match line.scope {
        Scope::Department => true,
        Scope::Unit => person.unit == line.code,
        Scope::Procedure => person.procedure.as_ref() == Some(&line.code),
        Scope::NoProcedure => person.procedure.is_none(),
        Scope::Units | Scope::UnitProcedure | Scope::Point => false,
    }
}
