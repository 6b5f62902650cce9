//! Nobody can be found by subtracting what two pictures, reports or publications show, whatever was filtered: two figures
//! of which one holds the other's persons differ by nobody or by five at least.

mod index;
mod joint;

use std::collections::BTreeSet;

use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Day, Indicator, ProcedureId, UnitId};
use hailong::flow::assess::picture::Picture;
use hailong::flow::assess::{
    Audience, Excluded, Figure, Finding, NO_PROCEDURE, Organisation, Place, View, findings_with, picture,
};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::{publish, release};
use hailong::store::Db;

use crate::dice::Dice;
use crate::rows::{self, Answer, OVERALL, noon};
use crate::world::World;

const UNITS: i64 = 5;
const PROCEDURES: i64 = 3;
const CHANNELS: [Channel; 3] = [Channel::Counter, Channel::Kiosk, Channel::Case];
const TODAY: i64 = 20_260_105;

/// Two years of few answers: unit 4 has hardly any, unit 5 ended with June 2025 and went into unit 1.
fn people(dice: &mut Dice) -> Vec<Answer> {
    (1..=700)
        .map(|n| {
            let month = 1 + dice.below(12);
            let day = (2024 + dice.below(2)) * 10_000 + month * 100 + 1 + dice.below(28);
            let unit = if dice.below(40) == 0 { 4 } else { dice.of(&[1, 1, 1, 1, 2, 2, 3, 5]) };
            let unit = if unit == 5 && day > 20_250_630 && dice.below(6) > 0 { 1 } else { unit };
            let procedure = Some(dice.of(&[1, 1, 1, 2, 2, 0])).filter(|id| *id > 0);
            let procedure = if dice.below(50) == 0 { Some(3) } else { procedure };
            let channel = if dice.below(12) == 0 { Channel::Case } else { dice.of(&CHANNELS[..2]) };
            Answer { procedure, channel, ..Answer::new(n, day, OVERALL, 1 + dice.below(5)) }.at(unit)
        })
        .collect()
}

async fn world(people: &[Answer]) -> World {
    let world = World::new().await;
    rows::form(&world.db).await;
    for id in 1..=UNITS {
        rows::unit(&world.db, id, &format!("Đơn vị {id}"), "office").await;
    }
    for id in 1..=PROCEDURES {
        rows::procedure(&world.db, id, &format!("Thủ tục {id}")).await;
    }
    const ENDED: &str = "UPDATE units SET valid_to = 20250630, successor_id = 1 WHERE id = 5";
    match &world.db {
        Db::Sqlite { write, .. } => sqlx::query(ENDED).execute(write).await.map(drop).unwrap(),
        Db::Postgres(pool) => sqlx::query(ENDED).execute(pool).await.map(drop).unwrap(),
    }
    rows::responses(&world.db, people).await;
    release::cut(&world.db, noon(TODAY), 1).await.unwrap();
    world
}

fn periods() -> Vec<String> {
    (2024..=2025)
        .flat_map(|year| {
            let parts = ["", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4"].map(|part| format!("{year}{part}"));
            parts.into_iter().chain((1..=12).map(move |month| format!("{year}-{month:02}")))
        })
        .chain(["2024-02-01..2024-05-31", "2024-07-01..2025-06-30", "2025-03-09..2025-08-20"].map(str::to_owned))
        .collect()
}

fn views(dice: &mut Dice, how_many: usize) -> Vec<View> {
    let periods = periods();
    let units: Vec<UnitId> = (1..=UNITS).map(UnitId).collect();
    let procedures: Vec<ProcedureId> = (1..=PROCEDURES).map(ProcedureId).chain([NO_PROCEDURE]).collect();
    (0..how_many)
        .map(|_| {
            let (unit, procedure) = (dice.of(&units), dice.of(&procedures));
            let place = match dice.below(6) {
                0 | 1 => Place::Department,
                2 | 3 => Place::Units(vec![unit]),
                4 => Place::Procedure(procedure),
                _ => Place::UnitProcedure(unit, procedure),
            };
            let cut_off = if dice.below(4) == 0 { CutOff::FifteenToFourteen } else { CutOff::Calendar };
            let name = &periods[dice.below(periods.len() as i64) as usize];
            let period = match name.contains("..") {
                true => Period::parse(name, CutOff::Calendar).unwrap(),
                false => Period::parse(name, cut_off).unwrap(),
            };
            let channel = if dice.below(4) == 0 { Some(dice.of(&CHANNELS)) } else { None };
            let organisation = if dice.below(4) == 0 { Organisation::AsItIs } else { Organisation::AsItWas };
            View { channel, organisation, ..View::of(Indicator::Procedures, place, period) }
        })
        .collect()
}

/// A figure that is shown: whose, and by which view.
struct Shown {
    persons: BTreeSet<i64>,
    /// Which answers of [`everything`] it would hold.
    kinds: BTreeSet<i64>,
    what: String,
}

/// Whose answers a figure holds, counted by hand; its number must be theirs.
struct Counter<'a> {
    people: &'a [Answer],
    everything: &'a [Answer],
    view: &'a View,
    shown: Vec<Shown>,
    /// Figures of a few persons that are not shown.
    secrets: Vec<Shown>,
}

impl<'a> Counter<'a> {
    fn new(people: &'a [Answer], everything: &'a [Answer], view: &'a View) -> Self {
        Self { people, everything, view, shown: Vec::new(), secrets: Vec::new() }
    }

    /// The unit that answers about a unit are counted under.
    fn unit(&self, id: i64) -> i64 {
        let moved = self.view.organisation == Organisation::AsItIs && self.view.period.last().number() > 20_250_630;
        if moved && id == 5 { 1 } else { id }
    }

    fn here(&self, answer: &Answer) -> bool {
        let of_unit = |unit: UnitId| self.unit(answer.unit) == self.unit(unit.0);
        let of_procedure = |procedure: ProcedureId| answer.procedure.unwrap_or(0) == procedure.0;
        let placed = match &self.view.place {
            Place::Department => true,
            Place::Units(units) => units.iter().any(|unit| of_unit(*unit)),
            Place::Procedure(procedure) => of_procedure(*procedure),
            Place::UnitProcedure(unit, procedure) => of_unit(*unit) && of_procedure(*procedure),
            Place::Point(..) => false,
        };
        placed && self.view.channel.is_none_or(|channel| channel == answer.channel)
    }

    fn see(&mut self, n: Option<u64>, period: &Period, what: &str, of: impl Fn(&Self, &Answer) -> bool) {
        let days = period.from().number()..period.to().number();
        let among = |answers: &[Answer]| -> BTreeSet<i64> {
            let inside = answers.iter().filter(|answer| days.contains(&answer.day) && self.here(answer));
            inside.filter(|answer| of(self, answer)).map(|answer| answer.n).collect()
        };
        let (persons, kinds) = (among(self.people), among(self.everything));
        let what = format!("{what} in {period} of {:?}", self.view);
        let Some(n) = n else {
            self.secrets.extend((1..5).contains(&persons.len()).then_some(Shown { persons, kinds, what }));
            return;
        };
        assert_eq!(n, persons.len() as u64, "{what}");
        assert!(n == 0 || n >= 5, "{what}");
        self.shown.push(Shown { persons, kinds, what });
    }

    /// The lines of a report or of a publication.
    fn lines_of(&mut self, finding: &Finding) {
        let period = self.view.period;
        self.see(finding.department.figure.n, &period, "the whole of a report", |_, _| true);
        for line in &finding.units {
            let id: i64 = line.code[1..].parse().unwrap();
            self.see(line.figure.n, &period, &line.code, |counter, answer| counter.unit(answer.unit) == id);
        }
        for line in &finding.procedures {
            let id = line.code.strip_prefix("1.").map_or(0, |id| id.parse::<i64>().unwrap());
            self.see(line.figure.n, &period, &line.code, |_, answer| answer.procedure.unwrap_or(0) == id);
        }
    }

    fn all_of(&mut self, picture: &Picture) {
        let period = self.view.period;
        let n = |figure: &Figure| figure.n;
        self.see(n(&picture.headline.figure), &period, "the whole", |_, _| true);
        for row in &picture.units {
            let id: i64 = row.line.code[1..].parse().unwrap();
            self.see(n(&row.line.figure), &period, &row.line.code, |counter, answer| counter.unit(answer.unit) == id);
        }
        for row in &picture.procedures {
            let id = row.line.code.strip_prefix("1.").map_or(0, |id| id.parse::<i64>().unwrap());
            self.see(n(&row.line.figure), &period, &row.line.code, |_, answer| answer.procedure.unwrap_or(0) == id);
        }
        for row in &picture.channels {
            self.see(n(&row.figure), &period, row.channel, |_, answer| answer.channel.name() == row.channel);
        }
        for month in &picture.course.months {
            self.see(n(&month.figure), &month.period, "month", |_, _| true);
            for channel in &month.channels {
                let by = channel.channel;
                self.see(channel.n, &month.period, by, |_, answer| answer.channel.name() == by);
            }
        }
    }
}

fn closing(indicators: &[Finding]) -> &Finding {
    indicators.iter().find(|finding| finding.indicator == Indicator::Procedures).unwrap()
}

#[tokio::test]
async fn what_a_list_shows_of_a_line_the_page_of_that_line_shows_too() {
    let world = world(&people(&mut Dice(7))).await;
    let catalogue = Catalogue::read(&world.db, Day::from_number(TODAY).unwrap()).await.unwrap();
    let places = (1..=UNITS).map(|id| Place::Units(vec![UnitId(id)]));
    let places: Vec<Place> = places.chain((1..=PROCEDURES).map(|id| Place::Procedure(ProcedureId(id)))).collect();
    let mut shown = 0;
    for name in periods() {
        let period = Period::parse(&name, CutOff::Calendar).unwrap();
        let all = View::of(Indicator::Procedures, Place::Department, period);
        let list = picture(&world.db, &catalogue, &all, noon(TODAY)).await.unwrap();
        for place in &places {
            let one = View { place: place.clone(), ..all.clone() };
            let page = picture(&world.db, &catalogue, &one, noon(TODAY)).await.unwrap();
            let mut lines = list.units.iter().chain(&list.procedures).map(|row| &row.line);
            let line = lines.find(|line| line.code == page.headline.code && line.figure.n.is_some_and(|n| n > 0));
            if let Some(line) = line {
                assert_eq!(line.figure.n, page.headline.figure.n, "{one:?}");
                shown += 1;
            }
        }
    }
    assert!(shown > 100, "{shown}: nothing is proved");
}

#[tokio::test]
async fn no_two_pictures_reports_or_publications_tell_of_a_few_persons_by_subtraction() {
    let mut dice = Dice(2026);
    let people = people(&mut dice);
    let world = world(&people).await;
    let catalogue = Catalogue::read(&world.db, Day::from_number(TODAY).unwrap()).await.unwrap();
    let mut shown: Vec<Shown> = Vec::new();
    for view in views(&mut dice, 150) {
        let picture = picture(&world.db, &catalogue, &view, noon(TODAY)).await.unwrap();
        let mut counter = Counter::new(&people, &[], &view);
        counter.all_of(&picture);
        shown.append(&mut counter.shown);
    }
    let of_pictures = shown.len();
    for name in periods() {
        let cut_offs = if name.contains("..") { &CutOff::ALL[..1] } else { &CutOff::ALL[..] };
        for cut_off in cut_offs.iter().copied() {
            let period = Period::parse(&name, cut_off).unwrap();
            let view = View::of(Indicator::Procedures, Place::Department, period);
            let mut counter = Counter::new(&people, &[], &view);
            let report = findings_with(&world.db, &period, Audience::Management, Excluded::LeftOut, noon(TODAY));
            counter.lines_of(closing(&report.await.unwrap().indicators));
            let publication = publish::preview(&world.db, &period, noon(TODAY)).await.unwrap();
            counter.lines_of(closing(&publication.findings(Excluded::LeftOut).indicators));
            shown.append(&mut counter.shown);
        }
    }
    assert!(shown.len() - of_pictures > 300, "reports and publications take part");
    tells_of_no_few(shown, 150);
}

/// No figure less another that it holds is of a few persons.
fn tells_of_no_few(mut shown: Vec<Shown>, least: usize) {
    shown.sort_by(|a, b| a.persons.cmp(&b.persons));
    shown.dedup_by(|a, b| a.persons == b.persons);
    let told = shown.iter().filter(|shown| !shown.persons.is_empty()).count();
    assert!(told > least, "only {told} different figures are shown: nothing is proved");
    let mut found = Vec::new();
    for (at, outer) in shown.iter().enumerate() {
        for (_, inner) in shown.iter().enumerate().filter(|(other, _)| *other != at) {
            let few = outer.persons.len().saturating_sub(inner.persons.len());
            if (1..5).contains(&few) && inner.persons.is_subset(&outer.persons) && !inner.persons.is_empty() {
                found.push(format!("{} less {} tells of {few} persons", outer.what, inner.what));
            }
        }
    }
    assert!(found.is_empty(), "{} of {told}:\n{}", found.len(), found[..found.len().min(12)].join("\n"));
}
