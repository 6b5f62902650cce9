//! The plan: first the files that come in, then which of their owners answer, when and how. Each person is drawn
//! only when the plan is read, so that two years of answers never stand in memory together.

use std::collections::BTreeMap;
use std::ops::Range;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Poisson};

use super::calendar::{Calendar, Rhythm, Season, draw_hour};
use super::department::{House, files_by_procedure, houses, normal, ways_in, ways_to_answer};
use super::form::Form;
use super::person::{self, Case};
use super::remarks::{Remarks, Setting};
use super::{Visit, draw};
use crate::domain::caseload::Caseload;
use crate::domain::procedure::Procedure;
use crate::domain::questionnaire::Questionnaire;
use crate::domain::school::School;
use crate::domain::unit::Unit;
use crate::domain::{Channel, Day, ProcedureId, UnitId};
use crate::flow::collect::Submission;

/// Years of answers, up to yesterday.
const YEARS: i64 = 2;
/// Share of the counter's people who answer, among people who filed online, and by post: mail is easily put aside.
const COVERAGE_ONLINE: f64 = 0.60;
/// See [`COVERAGE_ONLINE`].
const COVERAGE_POSTAL: f64 = 0.45;
/// The survey becomes known: share of the usual coverage at the start and at the end.
const COVERAGE_GROWTH: (f64, f64) = (0.85, 1.15);
/// People who get the long form about the office, per person who gets the short one.
const SERVICE_SHARE: f64 = 0.17;
/// Learners and parents asked in a year's two rounds, per learner.
const ROUND_SHARE: f64 = 0.085;
/// Who answers a round: learners, the rest parents. In upper-secondary schools the learners are asked themselves.
const LEARNERS_SHARE: f64 = 0.76;
/// How much easier or harder one procedure is than another, in logits.
const PROCEDURE_SPREAD: f64 = 0.22;
/// What the crowd of a busy season costs, in logits per average month of traffic above the first.
const CROWDING: f64 = 0.06;
/// Answers given under the eyes of the counter are kinder; those given at home less so. In logits.
const KIOSK_KINDNESS: f64 = 0.20;
/// See [`KIOSK_KINDNESS`].
const ONLINE_CANDOUR: f64 = -0.15;
/// Share of monthly file counts that were entered too low, as happens where they are typed by hand.
const MISCOUNTED: f64 = 0.006;
/// Files still open at the end of a month, per file finished in it.
const OPEN_FILES: f64 = 0.03;

/// What people will answer and how many files there were; read it as an iterator over the visits, in order of time.
#[derive(Debug)]
pub struct Plan {
    rng: Xoshiro256PlusPlus,
    calendar: Calendar,
    houses: Vec<House>,
    forms: Vec<Form>,
    remarks: Remarks,
    streams: Vec<Stream>,
    slots: std::vec::IntoIter<Slot>,
    caseload: Vec<Caseload>,
}

/// People of one kind: the same unit, procedure, form and way of answering.
#[derive(Debug, Clone, Copy)]
struct Stream {
    unit: UnitId,
    house: usize,
    procedure: Option<ProcedureId>,
    /// What the procedure adds to the level.
    ease: f64,
    channel: Channel,
    season: Season,
    setting: Setting,
    form: usize,
}

/// One person to come: when, and of which stream. In order of time; the tie decides within the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    day: u16,
    hour: u8,
    tie: u32,
    stream: u32,
}

/// Plans two years of answers up to the day before `today`. The same arguments give the same plan.
#[must_use]
pub fn plan(
    units: &[Unit],
    procedures: &[Procedure],
    questionnaires: &[Questionnaire],
    schools: &[School],
    today: Day,
    seed: u64,
) -> Plan {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let from = Day::of(today.date().saturating_sub(jiff::Span::new().years(YEARS)));
    let calendar = Calendar::new(from, today.plus(-1));
    let enrolments = schools.iter().map(|school| (school.unit_id, school.enrolment)).collect();
    let (houses, house_of) = houses(&mut rng, units, &enrolments);
    let forms: Vec<Form> = questionnaires.iter().map(|form| Form::new(&mut rng, form)).collect();
    let ease = procedures.iter().map(|procedure| (procedure.id, normal(&mut rng, 0.0, PROCEDURE_SPREAD))).collect();
    let mut draft = Draft {
        rng,
        calendar: &calendar,
        questionnaires,
        ease,
        streams: Vec::new(),
        slots: Vec::new(),
        caseload: Vec::new(),
    };
    for unit in units {
        if let Some(index) = house_of.get(&unit.id) {
            draft.files(unit, *index, &houses[*index], procedures);
            draft.service(unit, *index, &houses[*index]);
            draft.rounds(unit, *index, &houses[*index]);
        }
    }
    let Draft { rng, streams, mut slots, caseload, .. } = draft;
    slots.sort_unstable();
    let remarks = Remarks::read(&super::file("remarks.csv"));
    Plan { rng, calendar, houses, forms, remarks, streams, slots: slots.into_iter(), caseload }
}

impl Plan {
    /// The files of each month, unit, procedure and way of filing that the answers come from.
    #[must_use]
    pub fn caseload(&self) -> &[Caseload] {
        &self.caseload
    }
}

impl Iterator for Plan {
    type Item = Visit;

    fn next(&mut self) -> Option<Visit> {
        let slot = self.slots.next()?;
        let stream = self.streams[slot.stream as usize];
        let at = usize::from(slot.day);
        let house = &self.houses[stream.house];
        let form = &self.forms[stream.form];
        let kindness = match stream.channel {
            Channel::Kiosk => KIOSK_KINDNESS,
            Channel::Online => ONLINE_CANDOUR,
            _ => 0.0,
        };
        let crowd = (self.calendar.crowd(stream.season, at) - 1.0).max(0.0);
        let drift = house.drift * (at as f64 / self.calendar.len() as f64 - 0.5);
        let level = if form.teaching {
            house.teaching + drift
        } else {
            house.quality + drift + stream.ease + kindness - CROWDING * crowd
        };
        let case = Case {
            form,
            channel: stream.channel,
            level,
            strengths: &house.strengths,
            papers: house.papers + drift,
            setting: stream.setting,
        };
        let (sheets, language) = person::answer(&mut self.rng, &case, &self.remarks);
        let mut parts = sheets.into_iter().map(|sheet| Submission {
            key: self.rng.random(),
            first: None,
            invitation: None,
            unit: stream.unit,
            procedure: stream.procedure,
            point: None,
            channel: stream.channel,
            questionnaire: form.id,
            language: language.to_owned(),
            day: self.calendar.day(at),
            received_at: self.calendar.instant(at, slot.hour),
            answers: sheet.answers,
            texts: sheet.texts,
            trace: None,
        });
        let first = parts.next()?;
        Some(Visit { first, later: parts.collect() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

/// What is drawn unit by unit.
struct Draft<'a> {
    rng: Xoshiro256PlusPlus,
    calendar: &'a Calendar,
    questionnaires: &'a [Questionnaire],
    ease: BTreeMap<ProcedureId, f64>,
    streams: Vec<Stream>,
    slots: Vec<Slot>,
    caseload: Vec<Caseload>,
}

impl Draft<'_> {
    /// The files of a unit, and the people among their owners who answer the short form.
    fn files(&mut self, unit: &Unit, house_index: usize, house: &House, procedures: &[Procedure]) {
        let Some(form) = self.form("procedure").filter(|_| unit.kind != "department") else { return };
        let setting = setting_of(unit);
        let all = self.calendar.months(None, None);
        let reported = all.len().saturating_sub(house.unreported);
        let first_open = all.get(reported).map_or(usize::MAX, |month| month.start);
        for (procedure, files, season) in files_by_procedure(unit, house, procedures) {
            let ease = self.ease.get(&procedure.id).copied().unwrap_or(0.0);
            let months = self
                .calendar
                .months(later(unit.valid_from, procedure.valid_from), earlier(unit.valid_to, procedure.valid_to));
            for (way, share) in ways_in(&unit.kind) {
                let (answering, kept): (&[(Channel, f64)], f64) = match way {
                    "online" => (&[(Channel::Online, 1.0)], COVERAGE_ONLINE),
                    "postal" => (&[(Channel::Postal, 1.0)], COVERAGE_POSTAL),
                    _ => (ways_to_answer(&unit.kind), 1.0),
                };
                let streams = self.streams.len();
                self.streams.extend(answering.iter().map(|(channel, _)| Stream {
                    unit: unit.id,
                    house: house_index,
                    procedure: Some(procedure.id),
                    ease,
                    channel: *channel,
                    season,
                    setting,
                    form,
                }));
                for month in &months {
                    let finished =
                        poisson(&mut self.rng, files * share * self.calendar.share(Rhythm::Desk, season, month));
                    let chance = house.coverage * kept * self.growth(month);
                    for _ in 0..binomial(&mut self.rng, finished, chance) {
                        let stream = streams + draw(&mut self.rng, answering.iter().map(|(_, weight)| *weight));
                        self.visit(stream, month);
                    }
                    if month.start < first_open {
                        self.count_files(unit.id, procedure.id, way, month, finished, house.late);
                    }
                }
            }
        }
    }

    /// The people who answer the long form about the office; it asks about no single procedure.
    fn service(&mut self, unit: &Unit, house_index: usize, house: &House) {
        let Some(form) = self.form("service-16").filter(|_| matches!(unit.kind.as_str(), "counter" | "office")) else {
            return;
        };
        let season = Season::Copies;
        let (streams, answering) = (self.streams.len(), ways_to_answer(&unit.kind));
        let asked = answering.iter().filter(|(channel, _)| *channel != Channel::Case);
        self.streams.extend(asked.clone().map(|(channel, _)| Stream {
            unit: unit.id,
            house: house_index,
            procedure: None,
            ease: 0.0,
            channel: *channel,
            season,
            setting: setting_of(unit),
            form,
        }));
        for month in self.calendar.months(unit.valid_from, unit.valid_to) {
            let people = house.files * house.coverage * SERVICE_SHARE * self.growth(&month);
            for _ in 0..poisson(&mut self.rng, people * self.calendar.share(Rhythm::Desk, season, &month)) {
                let stream = streams + draw(&mut self.rng, asked.clone().map(|(_, weight)| *weight));
                self.visit(stream, &month);
            }
        }
    }

    /// The rounds at a school or centre.
    fn rounds(&mut self, unit: &Unit, house_index: usize, house: &House) {
        let at_school = matches!(unit.kind.as_str(), "school" | "centre");
        let Some(learners) = house.learners.filter(|_| at_school) else { return };
        for (name, share, setting) in [
            ("education-learners", LEARNERS_SHARE, Setting::Learners),
            ("education-parents", 1.0 - LEARNERS_SHARE, Setting::Parents),
        ] {
            let Some(form) = self.form(name) else { continue };
            let stream = self.streams.len();
            self.streams.push(Stream {
                unit: unit.id,
                house: house_index,
                procedure: None,
                ease: 0.0,
                channel: Channel::Round,
                season: Season::Survey,
                setting,
                form,
            });
            for month in self.calendar.months(unit.valid_from, unit.valid_to) {
                let people = learners * ROUND_SHARE * share;
                for _ in 0..poisson(&mut self.rng, people * self.calendar.share(Rhythm::Class, Season::Survey, &month))
                {
                    self.visit(stream, &month);
                }
            }
        }
    }

    fn visit(&mut self, stream: usize, month: &Range<usize>) {
        let Stream { channel, season, .. } = self.streams[stream];
        let rhythm = match channel {
            Channel::Counter | Channel::Kiosk | Channel::Paper => Rhythm::Desk,
            Channel::Case | Channel::Online | Channel::Postal => Rhythm::Phone,
            Channel::Round => Rhythm::Class,
        };
        let day = self.calendar.draw_day(&mut self.rng, rhythm, season, month);
        let hour = draw_hour(&mut self.rng, rhythm);
        self.slots.push(Slot { day: day as u16, hour, tie: self.rng.random(), stream: stream as u32 });
    }

    fn count_files(
        &mut self,
        unit: UnitId,
        procedure: ProcedureId,
        way: &'static str,
        month: &Range<usize>,
        finished: u64,
        late: f64,
    ) {
        let miscounted = self.rng.random_bool(MISCOUNTED);
        let kept = if miscounted { self.rng.random_range(0.1..0.6) } else { 1.0 };
        let finished = (finished as f64 * kept).round() as u64;
        let received = finished + poisson(&mut self.rng, finished as f64 * OPEN_FILES);
        let late = binomial(&mut self.rng, finished, late);
        if received > 0 {
            self.caseload.push(Caseload {
                month: self.calendar.day(month.start).month(),
                unit_id: unit,
                procedure_id: procedure,
                channel: way.to_owned(),
                received: received as i64,
                finished: finished as i64,
                late: late as i64,
            });
        }
    }

    /// Place of a form in the list given.
    fn form(&self, name: &str) -> Option<usize> {
        self.questionnaires.iter().position(|form| form.form == name)
    }

    /// How far the survey has become known by that month.
    fn growth(&self, month: &Range<usize>) -> f64 {
        let (start, end) = COVERAGE_GROWTH;
        start + (end - start) * month.start as f64 / self.calendar.len() as f64
    }
}

fn setting_of(unit: &Unit) -> Setting {
    if matches!(unit.kind.as_str(), "school" | "centre") { Setting::School } else { Setting::Office }
}

fn later(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    a.max(b)
}

fn earlier(a: Option<Day>, b: Option<Day>) -> Option<Day> {
    a.into_iter().chain(b).min()
}

fn poisson<R: Rng>(rng: &mut R, mean: f64) -> u64 {
    Poisson::new(mean).map_or(0, |poisson| poisson.sample(rng) as u64)
}

fn binomial<R: Rng>(rng: &mut R, trials: u64, chance: f64) -> u64 {
    Binomial::new(trials, chance.clamp(0.0, 1.0)).map_or(0, |binomial| binomial.sample(rng))
}
