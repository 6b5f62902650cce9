//! Nor by any sums and differences of all that two pictures show: linear algebra over the kinds of answers there could be.

use std::collections::{BTreeMap, BTreeSet};

use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Day, Indicator, ProcedureId, UnitId};
use hailong::flow::assess::{Place, View, picture};
use hailong::flow::collect::catalogue::Catalogue;

use super::{Answer, CHANNELS, Counter, Dice, PROCEDURES, Shown, TODAY, UNITS, people, periods, views, world};
use crate::rows::{OVERALL, noon};
use crate::world::World;

/// Pairs that are tried.
const PAIRS: usize = 400;

/// One answer of every kind there could be: whoever works out numbers knows which kinds a figure holds, but not of which
/// there is nobody.
fn everything() -> Vec<Answer> {
    let mut all = Vec::new();
    for (year, month) in (2024..=2025).flat_map(|year| (1..=12).map(move |month| (year, month))) {
        for (unit, procedure) in (1..=UNITS).flat_map(|unit| (0..=PROCEDURES).map(move |id| (unit, id))) {
            for (channel, day) in CHANNELS.into_iter().flat_map(|channel| [4, 12, 17, 25].map(|day| (channel, day))) {
                let day = year * 10_000 + month * 100 + day;
                let procedure = Some(procedure).filter(|id| *id > 0);
                all.push(Answer { procedure, channel, ..Answer::new(all.len() as i64, day, OVERALL, 1) }.at(unit));
            }
        }
    }
    all
}

/// Sums that are known, over kinds of answers; all numbers are counted modulo a prime.
struct Known(Vec<Vec<u64>>);

const PRIME: u64 = 1_000_000_007;

impl Known {
    fn reduced(&self, mut row: Vec<u64>) -> Vec<u64> {
        for known in &self.0 {
            let lead = known.iter().position(|value| *value > 0).unwrap();
            let times = PRIME - row[lead];
            if times < PRIME {
                row.iter_mut().zip(known).for_each(|(a, b)| *a = (*a + times * b) % PRIME);
            }
        }
        row
    }

    fn learn(&mut self, row: Vec<u64>) {
        let mut row = self.reduced(row);
        let Some(lead) = row.iter().position(|value| *value > 0) else { return };
        let inverse = power(row[lead], PRIME - 2);
        row.iter_mut().for_each(|value| *value = *value * inverse % PRIME);
        self.0.push(row);
    }
}

fn power(base: u64, exponent: u64) -> u64 {
    let half = if exponent == 0 { return 1 } else { power(base * base % PRIME, exponent / 2) };
    if exponent % 2 == 1 { half * base % PRIME } else { half }
}

/// Secrets that follow from sums and differences of all that is shown, however many are taken.
fn worked_out<'s>(shown: &[&Shown], secrets: &[&'s Shown]) -> Vec<&'s str> {
    // Kinds that are in the same figures are one unknown.
    let all = || shown.iter().chain(secrets);
    let held: BTreeSet<i64> = all().flat_map(|figure| figure.kinds.iter().copied()).collect();
    let unknown: BTreeMap<Vec<bool>, i64> =
        held.into_iter().map(|kind| (all().map(|figure| figure.kinds.contains(&kind)).collect(), kind)).collect();
    let row = |figure: &Shown| unknown.values().map(|kind| u64::from(figure.kinds.contains(kind))).collect();
    let mut known = Known(Vec::new());
    shown.iter().filter(|figure| !figure.persons.is_empty()).for_each(|figure| known.learn(row(figure)));
    // Where there is nobody, there is nobody of any kind.
    for figure in shown.iter().filter(|figure| figure.persons.is_empty()) {
        for kind in unknown.values().filter(|kind| figure.kinds.contains(kind)) {
            known.learn(unknown.values().map(|other| u64::from(other == kind)).collect());
        }
    }
    let follows = |secret: &&&Shown| known.reduced(row(secret)).iter().all(|value| *value == 0);
    secrets.iter().filter(follows).map(|secret| secret.what.as_str()).collect()
}

/// What a picture shows, and what it hides of a few persons.
async fn seen(world: &World, people: &[Answer], kinds: &[Answer], view: &View) -> (Vec<Shown>, Vec<Shown>) {
    let catalogue = Catalogue::read(&world.db, Day::from_number(TODAY).unwrap()).await.unwrap();
    let picture = picture(&world.db, &catalogue, view, noon(TODAY)).await.unwrap();
    let mut counter = Counter::new(people, kinds, view);
    counter.all_of(&picture);
    (counter.shown, counter.secrets)
}

/// What two pictures tell together.
fn told_by<'a>(one: &'a (Vec<Shown>, Vec<Shown>), other: &'a (Vec<Shown>, Vec<Shown>)) -> Vec<&'a str> {
    let shown: Vec<&Shown> = one.0.iter().chain(&other.0).collect();
    let secrets: Vec<&Shown> = one.1.iter().chain(&other.1).collect();
    worked_out(&shown, &secrets)
}

#[tokio::test]
async fn no_sums_of_two_pictures_tell_of_a_few_persons() {
    let mut dice = Dice(11);
    let people = people(&mut dice);
    let (world, kinds) = (world(&people).await, everything());
    let views = views(&mut dice, 150);
    let mut pictures = Vec::new();
    for view in &views {
        pictures.push(seen(&world, &people, &kinds, view).await);
    }
    let (mut found, mut secrets) = (Vec::new(), 0);
    for _ in 0..PAIRS {
        let [a, b] = [(); 2].map(|()| dice.below(views.len() as i64) as usize);
        let told = told_by(&pictures[a], &pictures[b]);
        secrets += pictures[a].1.len() + pictures[b].1.len();
        found.extend(told.into_iter().map(|what| format!("{what}\n  by {:?}\n  and {:?}", views[a], views[b])));
    }
    assert!(secrets > 1000, "{secrets}: nothing is proved");
    assert!(found.is_empty(), "{} of {secrets}:\n{}", found.len(), found[..found.len().min(12)].join("\n"));
}

#[tokio::test]
async fn a_list_and_the_page_of_one_of_its_lines_tell_nothing_together() {
    let mut dice = Dice(7);
    let people = people(&mut dice);
    let (world, kinds) = (world(&people).await, everything());
    let (units, procedures) = ((1..=UNITS).map(UnitId), (0..=PROCEDURES).map(ProcedureId));
    let alone = units.clone().map(|unit| Place::Units(vec![unit])).chain(procedures.clone().map(Place::Procedure));
    let mut pairs: Vec<(Place, Place)> = alone.map(|place| (Place::Department, place)).collect();
    for (unit, procedure) in units.flat_map(|unit| procedures.clone().map(move |procedure| (unit, procedure))) {
        let both = Place::UnitProcedure(unit, procedure);
        pairs.push((Place::Units(vec![unit]), both.clone()));
        pairs.push((Place::Procedure(procedure), both));
        pairs.push((Place::Procedure(procedure), Place::Units(vec![unit])));
    }
    let (mut found, mut secrets) = (Vec::new(), 0);
    let periods = periods();
    for (list, page) in pairs {
        for _ in 0..4 {
            let period = &periods[dice.below(periods.len() as i64) as usize];
            let period = Period::parse(period, CutOff::Calendar).unwrap();
            let [list, page] = [&list, &page].map(|place| View::of(Indicator::Procedures, place.clone(), period));
            let seen_of_list = seen(&world, &people, &kinds, &list).await;
            let seen_of_page = seen(&world, &people, &kinds, &page).await;
            secrets += seen_of_list.1.len() + seen_of_page.1.len();
            let told = told_by(&seen_of_list, &seen_of_page);
            found.extend(told.into_iter().map(|what| format!("{what}\n  by {list:?}\n  and {page:?}")));
        }
    }
    assert!(secrets > 200, "{secrets}: nothing is proved");
    assert!(found.is_empty(), "{}:\n{}", found.len(), found[..found.len().min(12)].join("\n"));
}
