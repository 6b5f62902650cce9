//! Signals of units and months (section 23): the same as a computation written anew from the method, quiet where nobody
//! did anything, and shown to those who may see them.

use std::collections::{BTreeMap, HashMap};

use hailong::domain::account::{Role, Scope};
use hailong::domain::keys::Keys;
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Day, PointId, QuestionId, QuestionnaireId, UnitId};
use hailong::flow::collect::append::append;
use hailong::flow::collect::{Outcome, Submission};
use hailong::flow::suspicion::signals::{self, Listed, Signal};
use hailong::flow::suspicion::{self, Trace};
use hailong::flow::{assess, release, simulate};
use hailong::stats::signals::{ALPHA, burst, device, responses_against_cases, run, straight_lining};
use hailong::stats::special::truncated_poisson_rate;
use hailong::stats::{Responses, units::shrink};
use hailong::store::Db;
use hailong::store::signals::{SignalRow, between};

use crate::rows::{self, noon};
use crate::site::Site;
use crate::world::World;

const HOUR_MS: i64 = 60 * 60 * 1000;
const MONTH: i64 = 202_611;
/// The five criteria that a whole form of these tests has.
const QUESTIONS: [i64; 5] = [rows::OVERALL, rows::ACCESS, rows::RESULT, rows::STAFF, rows::FEEDBACK];

/// Somebody's answer in an hour; an empty second part is none.
#[derive(Debug, Clone)]
struct Person {
    unit: i64,
    channel: Channel,
    at: i64,
    levels: Vec<i64>,
    more: Vec<i64>,
}

fn keys() -> Keys {
    Keys::from_master(&[7; 32])
}

fn key(number: u64) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

/// Stores people in the order in which they came, and releases all of them.
async fn come(db: &Db, people: &[Person], from: u64) {
    let mut next = from;
    for chunk in people.chunks(200) {
        let mut batch = Vec::new();
        for person in chunk {
            next += 1;
            batch.push(submission(person, next));
        }
        let stored = append(db, &keys(), 0, &batch).await.unwrap();
        let mut later = Vec::new();
        for (person, outcome) in chunk.iter().zip(stored).filter(|(person, _)| !person.more.is_empty()) {
            let first = match outcome {
                Outcome::Stored(first) => first,
                other => unreachable!("each key comes once: {other:?}"),
            };
            next += 1;
            let answers = answers(&QUESTIONS[person.levels.len()..], &person.more);
            later.push(Submission { first: Some(first), answers, trace: None, ..submission(person, next) });
        }
        append(db, &keys(), 0, &later).await.unwrap();
    }
    release::cut(db, noon(20_261_201), 1).await.unwrap();
}

fn answers(questions: &[i64], levels: &[i64]) -> Vec<(QuestionId, i64)> {
    questions.iter().zip(levels).map(|(question, level)| (QuestionId(*question), *level)).collect()
}

fn submission(person: &Person, number: u64) -> Submission {
    Submission {
        key: key(number),
        first: None,
        invitation: None,
        unit: UnitId(person.unit),
        procedure: None,
        point: None,
        channel: person.channel,
        questionnaire: QuestionnaireId(1),
        language: "vi".into(),
        day: Day::at(person.at),
        received_at: person.at,
        answers: answers(&QUESTIONS, &person.levels),
        texts: Vec::new(),
        trace: None,
    }
}

/// Four units and a form.
async fn office(db: &Db) {
    rows::form(db).await;
    for unit in 1..=4 {
        rows::unit(db, unit, &format!("Đơn vị {unit}"), "office").await;
    }
}

/// Files finished in November.
const FILES: [(i64, u64); 4] = [(1, 400), (2, 90), (3, 300), (4, 350)];

/// Numbers that look drawn and are the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Thirteen weeks until the end of November, by the hour.
fn everyday() -> Vec<Person> {
    let mut draw = Draw(23);
    let mut people = Vec::new();
    let mut day = Day::from_number(20_260_901).unwrap();
    while day.number() < 20_261_201 {
        for hour in 8..16 {
            for unit in 1..=4_i64 {
                for _ in 0..draw.below(if unit == 2 { 4 } else { 2 }) {
                    let channel = match draw.below(8) {
                        0 => Channel::Paper,
                        1 => Channel::Round,
                        2 | 3 => Channel::Kiosk,
                        _ => Channel::Counter,
                    };
                    let level = |draw: &mut Draw| 5 - draw.below(3) as i64;
                    let (levels, more) = match draw.below(4) {
                        0 => (vec![5; 5], vec![]),
                        1 => (vec![level(&mut draw)], (0..4).map(|_| level(&mut draw)).collect()),
                        2 => (vec![level(&mut draw)], vec![]),
                        _ => ((0..5).map(|_| level(&mut draw)).collect(), vec![]),
                    };
                    let at = day.begins_ms() + hour * HOUR_MS;
                    people.push(Person { unit, channel, at, levels, more });
                }
            }
        }
        day = day.plus(1);
    }
    // An hour that nobody expects, of people who all say the same.
    let at = Day::from_number(20_261_117).unwrap().begins_ms() + 9 * HOUR_MS;
    let place = people.iter().position(|person| person.at > at).unwrap();
    let same = Person { unit: 3, channel: Channel::Counter, at, levels: vec![5; 5], more: vec![] };
    people.splice(place..place, std::iter::repeat_n(same, 25));
    people
}

type Naive = BTreeMap<(i64, String), (f64, i64, i64)>;

/// The method, word by word, with no thought of how long it takes.
fn naive(people: &[Person]) -> Naive {
    let mut found = Naive::new();
    let november = |person: &&Person| Day::at(person.at).month() == MONTH;
    let by_itself = |person: &&Person| !matches!(person.channel, Channel::Paper | Channel::Round);
    let whole = |person: &Person| [person.levels.clone(), person.more.clone()];
    let ends = Day::from_number(20_261_201).unwrap().begins_ms();
    let begins = Day::from_number(20_261_101).unwrap().begins_ms();
    let eight_weeks = Day::from_number(20_260_906).unwrap().begins_ms();
    let mut shares: HashMap<[Vec<i64>; 2], u64> = HashMap::new();
    people.iter().filter(november).filter(by_itself).for_each(|person| *shares.entry(whole(person)).or_default() += 1);
    let all: u64 = shares.values().sum();
    let mut shares: Vec<f64> =
        shares.values().map(|n| *n as f64 / all as f64).filter(|share| *share >= 0.005).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    shares.truncate(20);
    let straight = |unit: i64| {
        let of_unit = || {
            let levels = |person: &Person| whole(person).concat();
            people.iter().filter(november).filter(move |person| person.unit == unit).map(levels)
        };
        let long: Vec<Vec<i64>> = of_unit().filter(|levels| levels.len() >= 5).collect();
        let same = long.iter().filter(|levels| levels.iter().all(|level| *level == levels[0])).count();
        Responses { x: same as u64, n: long.len() as u64 }
    };
    let files: BTreeMap<i64, u64> = BTreeMap::from(FILES);
    let answered = |unit: i64| {
        let of_case = |person: &&Person| person.channel != Channel::Round && person.unit == unit;
        people.iter().filter(november).filter(of_case).count() as u64
    };
    let others = |all: Vec<Responses>| {
        let (x, n) = (all.iter().map(|r| r.x).sum::<u64>(), all.iter().map(|r| r.n).sum::<u64>());
        (x as f64 / n as f64, shrink(&all, 0.95).unwrap().rho.unwrap())
    };
    for unit in 1..=4_i64 {
        let mut put = |signal: &str, p: f64, seen: u64, total: u64| {
            found.insert((unit, signal.to_owned()), (p, seen as i64, total as i64));
        };
        let own: Vec<&Person> = people.iter().filter(|p| p.unit == unit).filter(by_itself).collect();
        let in_hour = |at: i64| own.iter().filter(|person| person.at == at).count() as u64;
        let first = own.iter().map(|person| person.at).filter(|at| *at >= eight_weeks).min().unwrap();
        let mut raised = Vec::new();
        let mut least = (2.0, 0, 0);
        let mut at = first;
        while at < ends {
            let (mut base, mut hours) = (0, 0.0);
            for week in 1..=8 {
                let earlier = at - week * 7 * 24 * HOUR_MS;
                if earlier >= first && !raised.contains(&earlier) {
                    (base, hours) = (base + in_hour(earlier), hours + 1.0);
                }
            }
            let p = (burst(in_hour(at), 1.0, base, hours).unwrap().p_value * 720.0).min(1.0);
            if p <= ALPHA {
                raised.push(at);
            }
            if at >= begins && hours > 0.0 && in_hour(at) > 0 && p < least.0 {
                least = (p, in_hour(at), base);
            }
            at += HOUR_MS;
        }
        put("burst", least.0, least.1, least.2);
        let own = straight(unit);
        let (p0, rho) = others((1..=4).filter(|other| *other != unit).map(straight).collect());
        put("straight", straight_lining(own.x, own.n, p0, rho).unwrap().p_value, own.x, own.n);
        let possible = |other: &&i64| **other != unit && answered(**other) <= files[other];
        let rest = files.keys().filter(possible).map(|other| Responses { x: answered(*other), n: files[other] });
        let (p0, rho) = others(rest.collect());
        let p = responses_against_cases(answered(unit), files[&unit], p0, rho).unwrap().p_value;
        put("cases", p, answered(unit), files[&unit]);
        let order: Vec<[Vec<i64>; 2]> =
            people.iter().filter(november).filter(by_itself).filter(|p| p.unit == unit).map(whole).collect();
        let longest =
            (0..order.len()).map(|i| order[i..].iter().take_while(|next| **next == order[i]).count()).max().unwrap();
        put(
            "run",
            run(order.len() as u64, longest as u64, &shares).unwrap().p_value,
            longest as u64,
            order.len() as u64,
        );
    }
    found
}

async fn kept(db: &Db) -> Vec<SignalRow> {
    between(db, (MONTH, MONTH)).await.unwrap()
}

async fn listed(db: &Db, scope: &Scope) -> Listed {
    signals::within(db, scope, &Period::parse("2026-11", CutOff::Calendar).unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_is_found_at_night_is_what_the_method_says() {
    let world = World::new().await;
    let db = &world.db;
    office(db).await;
    rows::procedure(db, 1, "Chuyển trường").await;
    for (unit, files) in FILES {
        rows::caseload(db, MONTH, unit, 1, files as i64).await;
    }
    let people = everyday();
    come(db, &people, 0).await;
    let nights = tokio::join!(signals::nightly(db, noon(20_261_201)), signals::nightly(db, noon(20_261_201)));
    assert!(nights.0.is_ok() && nights.1.is_ok(), "two processes at once: {nights:?}");
    let expected = naive(&people);
    let found = kept(db).await;
    assert_eq!(
        found.iter().map(|row| (row.unit_id, row.signal.clone())).collect::<Vec<_>>(),
        expected.keys().cloned().collect::<Vec<_>>()
    );
    for row in &found {
        let (p, seen, total) = expected[&(row.unit_id, row.signal.clone())];
        assert_eq!((row.seen, row.total), (Some(seen), Some(total)), "{row:?}");
        assert!((row.p_value - p).abs() <= 1e-9 * p, "{row:?} is {p}");
    }
    // The hour was made up at unit 3, and more people than files came to unit 2.
    let listed = listed(db, &Scope::All).await;
    let named: Vec<(i64, Signal)> = listed.raised.iter().map(|raised| (raised.unit.0, raised.signal)).collect();
    assert!(named.contains(&(3, Signal::Burst)) && named.contains(&(3, Signal::Run)), "{named:?}");
    assert!(named.contains(&(2, Signal::Cases)), "{named:?}");
    assert!(named.iter().all(|(unit, _)| [2, 3].contains(unit)), "{named:?}");
    assert!(listed.raised.is_sorted_by(|one, next| one.adjusted <= next.adjusted));
    assert_eq!((listed.units, listed.months), (4, 1));
    assert!((listed.expected() - 4.0 * 5.0 * 1e-4).abs() < 1e-12);
    // Somebody over unit 1 sees none of it, and how many are to be expected there.
    let own = self::listed(db, &Scope::Units([UnitId(1)].into())).await;
    assert_eq!((own.raised.len(), own.units), (0, 1));
}

#[tokio::test]
async fn an_hour_is_raised_from_one_answer_on_and_not_before() {
    let at = Day::from_number(20_261_118).unwrap().begins_ms() + 9 * HOUR_MS;
    let quiet = |at| Person { unit: 1, channel: Channel::Counter, at, levels: vec![4], more: vec![] };
    let p = |n: u64| burst(n, 1.0, 16, 8.0).unwrap().p_value * 720.0;
    let edge = (1..).find(|n| p(*n) <= ALPHA).unwrap();
    for n in [edge - 1, edge] {
        let world = World::new().await;
        office(&world.db).await;
        let weeks = (1..=8).rev().map(|week| at - week * 7 * 24 * HOUR_MS);
        let mut people: Vec<Person> = weeks.flat_map(|at| [quiet(at), quiet(at)]).collect();
        people.extend((0..n).map(|_| quiet(at)));
        come(&world.db, &people, 0).await;
        signals::nightly(&world.db, noon(20_261_201)).await.unwrap();
        let raised = listed(&world.db, &Scope::All).await.raised;
        let burst = raised.iter().find(|raised| raised.signal == Signal::Burst);
        assert_eq!(burst.map(|burst| (burst.seen, burst.total)), (n == edge).then_some((Some(n), Some(16))), "{n}");
    }
}

#[tokio::test]
async fn of_the_marks_of_a_day_only_how_likely_they_were_is_kept() {
    let world = World::new().await;
    let db = &world.db;
    office(db).await;
    let mut number = 0;
    let mut day = async |day: i64, marks: &[(i64, i64)]| {
        let mut batch = Vec::new();
        for ((mark, unit), hour) in marks.iter().zip(7..) {
            number += 1;
            let at = Day::from_number(day).unwrap().begins_ms() + hour * HOUR_MS;
            let person = Person { unit: *unit, channel: Channel::Counter, at, levels: vec![4], more: vec![] };
            let trace = Some(Trace { mark: Some(*mark), staff: false, hasty: false, at });
            batch.push(Submission { point: Some(PointId(1)), trace, ..submission(&person, number) });
        }
        append(db, &keys(), noon(day), &batch).await.unwrap();
        release::cut(db, noon(day), 1).await.unwrap();
        signals::nightly(db, noon(day) + 24 * HOUR_MS).await.unwrap();
        suspicion::forget(db, noon(day) + 49 * HOUR_MS).await.unwrap();
    };
    // In October six answers came from four places; what is learnt in a month counts from the next on.
    day(20_261_015, &[(1, 1), (1, 1), (1, 1), (2, 1), (3, 2), (4, 2)]).await;
    let marks: Vec<(i64, i64)> = (0..12).map(|_| (7, 2)).chain([(8, 2), (9, 1)]).collect();
    day(20_261_110, &marks).await;
    day(20_261_111, &[(7, 2), (9, 1), (9, 1)]).await;
    let rate = truncated_poisson_rate(6.0 / 4.0).unwrap().unwrap();
    let found = kept(db).await;
    let of = |unit: i64| found.iter().find(|row| row.unit_id == unit && row.signal == "device").unwrap();
    for (unit, most, devices) in [(2, 12, 2), (1, 2, 1)] {
        let expected = (2.0 * device(most, devices, rate).unwrap().p_value).min(1.0);
        assert!((of(unit).p_value - expected).abs() <= 1e-9 * expected, "two days: {:?} is {expected}", of(unit));
        assert_eq!((of(unit).seen, of(unit).total), (None, None));
    }
    let named: Vec<_> = listed(db, &Scope::All).await.raised.iter().map(|one| (one.unit.0, one.signal)).collect();
    assert_eq!(named, [(2, Signal::Device)]);
}

#[tokio::test]
async fn two_years_of_ordinary_people_raise_next_to_nothing_and_a_made_up_hour_names_its_unit() {
    let world = World::new().await;
    let db = &world.db;
    let now = noon(20_261_201);
    simulate::load(db, &keys(), now, 1, &mut |_, _, _| ()).await.unwrap();
    release::cut(db, now, 1).await.unwrap();
    let months = [202_609, 202_610, MONTH];
    let mut ordinary = Vec::new();
    for month in months {
        ordinary.extend(signals::judge(db, month).await.unwrap());
    }
    let raised = ordinary.iter().filter(|found| found.p_value <= ALPHA).collect::<Vec<_>>();
    assert!(ordinary.len() > 100 && raised.len() <= 2, "{} tests raised {raised:?}", ordinary.len());

    // Forty times the same within an hour, at the unit that has the most answers.
    let busiest = ordinary.iter().filter(|found| found.signal == Signal::Run).max_by_key(|found| found.total).unwrap();
    let questionnaire = simulated_form(db).await;
    let at = Day::from_number(20_261_130).unwrap().begins_ms() + 10 * HOUR_MS;
    let person = Person { unit: busiest.unit, channel: Channel::Counter, at, levels: vec![], more: vec![] };
    let batch: Vec<Submission> = (0..40)
        .map(|n| Submission {
            questionnaire: questionnaire.0,
            answers: vec![(questionnaire.1, 5)],
            ..submission(&person, u64::MAX - n)
        })
        .collect();
    append(db, &keys(), now, &batch).await.unwrap();
    let period = Period::parse("2026-11", CutOff::Calendar).unwrap();
    release::cut(db, now, 1).await.unwrap();
    let figures = assess::findings(db, &period, assess::Audience::Management, now).await.unwrap();
    signals::nightly(db, now).await.unwrap();
    let listed = listed(db, &Scope::All).await;
    let named = |signal| listed.raised.iter().any(|one| one.unit.0 == busiest.unit && one.signal == signal);
    assert!(named(Signal::Burst) && named(Signal::Run), "{:?}", listed.raised);
    let after = assess::findings(db, &period, assess::Audience::Management, now).await.unwrap();
    assert_eq!(figures, after, "no figure changes");
}

/// The form of the procedures and its closing question.
async fn simulated_form(db: &Db) -> (QuestionnaireId, QuestionId) {
    let forms = hailong::store::questionnaires::all(db).await.unwrap();
    let form = forms.iter().find(|form| form.form == "procedure").unwrap();
    (form.id, form.overall().unwrap().id)
}

#[tokio::test]
async fn i8_the_inspector_sees_signals_in_detail_others_counts_and_all_how_many_are_false() {
    let site = Site::department().await;
    let db = &site.world.db;
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    let page = inspector.get("/admin/suspicion?period=2026-11").await.text;
    assert!(page.contains("Chưa có tháng nào của kỳ này được so sánh"), "{page}");
    let unit = site.app.catalogue().unit_by_code("SGD-GL.VP").unwrap().id;
    let form = site.app.catalogue().latest("procedure").unwrap();
    let at = Day::from_number(20_261_118).unwrap().begins_ms() + 9 * HOUR_MS;
    let person = |at| Person { unit: unit.0, channel: Channel::Counter, at, levels: vec![], more: vec![] };
    let hours = (1..=8).rev().map(|week| at - week * 7 * 24 * HOUR_MS).chain(std::iter::repeat_n(at, 40));
    let batch: Vec<Submission> = hours
        .zip(1..)
        .map(|(at, n)| Submission {
            questionnaire: form.id,
            answers: vec![(form.overall().unwrap().id, 5)],
            ..submission(&person(at), n)
        })
        .collect();
    append(db, &site.keys, 0, &batch).await.unwrap();
    release::cut(db, noon(20_261_201), 1).await.unwrap();
    signals::nightly(db, noon(20_261_201)).await.unwrap();
    let page = inspector.get("/admin/suspicion?period=2026-11").await.text;
    for told in [
        "40 phiếu dồn trong một giờ; cùng giờ ấy của tám tuần trước cộng lại chỉ có 8",
        "Tháng 11 năm 2026",
        "Văn phòng Sở",
        "với 1 đơn vị, 1 tháng và 5 phép so sánh, mỗi phép có thể báo nhầm với xác suất 1/10.000",
        "trung bình sẽ có dưới 0,01 lần báo nhầm",
        "một trường học",
        "dưới 1/1.000.000.000",
    ] {
        assert!(page.contains(told), "«{told}»: {page}");
    }
    let english = inspector.get("/admin/suspicion?period=2026-11&lang=en").await.text;
    assert!(english.contains("40 answers within an hour") && english.contains("below 1 in 1,000,000,000"), "{english}");
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    let page = manager.get("/admin/suspicion?period=2026-11").await.text;
    assert!(page.contains("Số lần được nêu") && !page.contains("dồn trong một giờ"), "{page}");
    let mut other = site.person("ba", &[site.grant(Role::Manager, Some("SGD-GL.MC"))]).await;
    assert!(!other.get("/admin/suspicion?period=2026-11").await.text.contains("Số lần được nêu"));
}
