//! How many invitations were issued and answered, told from monthly sums: whatever happens to them, and whoever sums when,
//! it is what a count of each of them tells.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Day, Indicator, InvitationId, PointId};
use hailong::flow::assess::{Place, View, picture};
use hailong::flow::audit::By;
use hailong::flow::collect::append::append;
use hailong::flow::collect::catalogue::{Catalogue, code_mac};
use hailong::flow::collect::{Outcome, Submission};
use hailong::flow::issue::{self, NewInvitation, NewPoint, sums};
use hailong::flow::suspicion::Trace;
use hailong::flow::{release, upkeep};
use hailong::store::invitations;
use hailong::store::marks::{self, Mark};

use super::System;
use crate::dice::Dice;
use crate::rows::noon;
use crate::seal::execute;
use crate::site::Site;

const UNITS: [&str; 3] = ["SGD-GL.VP", "SGD-GL.TCCB", "SGD-GL.KHTC"];
const PROCEDURES: [Option<&str>; 3] = [Some("1.012944"), Some("1.005092"), None];
const HOUR_MS: i64 = 60 * 60 * 1000;

/// An invitation as the test remembers it.
struct Made {
    id: i64,
    reference: String,
    unit: usize,
    procedure: usize,
    day: i64,
    expires_at: i64,
    answered: bool,
    revoked: bool,
}

impl Made {
    fn is_open(&self, at_ms: i64) -> bool {
        !self.answered && !self.revoked && self.expires_at > at_ms
    }
}

/// A department whose invitations are remembered one by one.
struct Told<'a> {
    site: &'a Site,
    portal: System<'a>,
    point: PointId,
    dice: Dice,
    made: Vec<Made>,
    answers: u128,
    /// Answers that came when their day was summed.
    late: usize,
}

impl<'a> Told<'a> {
    async fn new(site: &'a Site, seed: u64) -> Self {
        site.clock.set(noon(20_260_105));
        let portal = System::new(site, &["invitations"], None).await;
        let new = NewPoint { unit: UNITS[0], procedure: None, channel: Channel::Kiosk, form: "procedure", label: "" };
        let (db, keys, now_ms) = (&site.world.db, &site.keys, site.clock.now_ms());
        let issued = issue::points(db, keys, &site.app.catalogue(), now_ms, By::OPERATOR, &[new]).await.unwrap();
        site.app.refresh().await.unwrap();
        let point = PointId(issued[0].id.unwrap());
        Self { site, portal, point, dice: Dice(seed), made: Vec::new(), answers: 0, late: 0 }
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        self.site.app.catalogue()
    }

    async fn invite(&mut self, number: i64) {
        let (site, now_ms) = (self.site, self.site.clock.now_ms());
        let catalogue = self.catalogue();
        for _ in 0..number {
            let (unit, procedure) = (self.dice.below(3) as usize, self.dice.of(&[0, 0, 1, 1, 2]));
            let case = format!("000.00.12.H21-261123-{:05}", self.made.len());
            let new = NewInvitation {
                unit: UNITS[unit],
                procedure: PROCEDURES[procedure],
                channel: Channel::Case,
                form: "procedure",
                case: &case,
                event: "finished",
            };
            let db = &site.world.db;
            let issued = issue::invitations(db, &site.keys, &catalogue, now_ms, &[new]).await.unwrap();
            let row = invitations::by_code(db, code_mac(&site.keys, &issued[0].code)).await.unwrap().unwrap();
            self.made.push(Made {
                id: row.id,
                reference: row.reference,
                unit,
                procedure,
                day: row.issued_day,
                expires_at: row.expires_at,
                answered: false,
                revoked: false,
            });
        }
    }

    /// The answer to an invitation, given at an instant: at its own form or at a tablet.
    fn answer(&mut self, at: usize, given_ms: i64, tablet: bool) -> Submission {
        let catalogue = self.catalogue();
        let form = catalogue.latest("procedure").unwrap();
        let made = &mut self.made[at];
        made.answered = true;
        self.answers += 1;
        Submission {
            key: self.answers.to_be_bytes(),
            first: None,
            invitation: Some(InvitationId(made.id)),
            unit: catalogue.unit_by_code(UNITS[made.unit]).unwrap().id,
            procedure: PROCEDURES[made.procedure].map(|code| catalogue.procedure_by_code(code).unwrap().id),
            point: tablet.then_some(self.point),
            channel: if tablet { Channel::Kiosk } else { Channel::Case },
            questionnaire: form.id,
            language: "vi".into(),
            day: Day::at(given_ms),
            received_at: given_ms,
            answers: vec![(form.overall().unwrap().id, 4)],
            trace: Some(Trace { mark: None, staff: false, hasty: false, at: given_ms }),
            texts: Vec::new(),
        }
    }

    /// Some of those that can be answered are, or are revoked; and some taps of before their end come only now.
    async fn happen(&mut self) -> Vec<Submission> {
        let now_ms = self.site.clock.now_ms();
        let through = marks::get(&self.site.world.db, Mark::InvitedThrough).await.unwrap();
        let mut answers = Vec::new();
        for at in 0..self.made.len() {
            let (open, silent) = (self.made[at].is_open(now_ms), self.made[at].is_open(i64::MIN));
            match self.dice.below(100) {
                0..9 if open => answers.push(self.answer(at, now_ms, false)),
                9..18 if open => answers.push(self.answer(at, now_ms, true)),
                18..20 if open => {
                    let path = format!("/api/v1/invitations/{}/revoke", self.made[at].reference);
                    let page = self.portal.ask(Method::POST, &path, &[], Body::empty()).await;
                    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
                    self.made[at].revoked = true;
                    self.made[at].expires_at = now_ms;
                }
                0 if silent => {
                    self.late += usize::from(self.made[at].day <= through);
                    answers.push(self.answer(at, self.made[at].expires_at - HOUR_MS, true));
                }
                _ => {}
            }
        }
        answers
    }

    /// What a count of each invitation tells of a place in months of 2026: the last of them, issued and answered.
    fn counted(&self, place: &dyn Fn(&Made) -> bool, (first, last): (i64, i64)) -> Option<(i64, u64, u64)> {
        let today = Day::at(self.site.clock.now_ms());
        let alive = self.made.iter().filter(|made| made.expires_at > today.begins_ms()).map(|made| made.day / 100);
        let open = alive.chain([today.month()]).min().unwrap();
        let told = |made: &&Made| (first..=last).contains(&(made.day / 100)) && made.day / 100 < open;
        let valid: Vec<&Made> = self.made.iter().filter(told).filter(|made| place(made) && !made.revoked).collect();
        let answered = valid.iter().filter(|made| made.answered).count() as u64;
        (!valid.is_empty()).then_some((last.min(open - 1), valid.len() as u64, answered))
    }

    /// What the pictures tell, which is what a count tells; gives how many numbers were told, and hidden.
    async fn compare(&self, when: &str) -> [usize; 2] {
        let (db, now_ms, catalogue) = (&self.site.world.db, self.site.clock.now_ms(), self.catalogue());
        let mut seen = [0, 0];
        for (name, months) in [
            ("2026", (202_601, 202_612)),
            ("2026-Q1", (202_601, 202_603)),
            ("2026-01", (202_601, 202_601)),
            ("2026-02", (202_602, 202_602)),
            ("2026-03", (202_603, 202_603)),
        ] {
            let units = UNITS.map(|code| Place::Units(vec![catalogue.unit_by_code(code).unwrap().id]));
            let procedures = PROCEDURES[..2].iter().flatten();
            let procedures = procedures.map(|code| Place::Procedure(catalogue.procedure_by_code(code).unwrap().id));
            for (at, place) in [Place::Department].into_iter().chain(units).chain(procedures).enumerate() {
                let here = |made: &Made| match at {
                    0 => true,
                    1..4 => made.unit == at - 1,
                    _ => made.procedure == at - 4,
                };
                let counted = self.counted(&here, months);
                let view = View::of(Indicator::Procedures, place, Period::parse(name, CutOff::Calendar).unwrap());
                let found = picture(db, &catalogue, &view, now_ms).await.unwrap().invited;
                let last = found.as_ref().map(|found| found.days[1][..7].replace('-', ""));
                assert_eq!(last, counted.map(|(last, ..)| last.to_string()), "{when}: {name}, place {at}");
                let Some((found, (_, issued, answered))) = found.zip(counted) else { continue };
                let told = found.issued.zip(found.answered);
                assert_eq!(told, (!found.hidden).then_some((issued, answered)), "{when}: {name}, place {at}");
                assert!(found.hidden || (answered >= 5 && issued - answered >= 5), "{when}: {name}, place {at}");
                seen[usize::from(found.hidden)] += 1;
            }
        }
        seen
    }

    /// Half a year: each few days some are invited, answer, have it revoked, and two processes sum while answers come.
    async fn live(&mut self) -> [usize; 2] {
        let site = self.site;
        let (db, keys) = (&site.world.db, &*site.keys);
        let mut seen = [0, 0];
        for step in 0..32 {
            self.site.wait(24 * 60 * (3 + self.dice.below(4)) + self.dice.below(600));
            let now_ms = self.site.clock.now_ms();
            if step < 24 {
                let number = 4 + self.dice.below(12);
                self.invite(number).await;
            }
            let answers = self.happen().await;
            let night = async |wanted: bool| {
                if wanted {
                    upkeep::nightly(db, keys, now_ms).await.unwrap();
                }
            };
            let (here, there) = (self.dice.below(2) == 0, self.dice.below(2) == 0);
            let (outcomes, (), ()) = tokio::join!(append(db, keys, now_ms, &answers), night(here), night(there));
            assert!(outcomes.unwrap().iter().all(|outcome| matches!(outcome, Outcome::Stored(_))));
            release::cut(db, now_ms, 1).await.unwrap();
            assert_eq!(release::check(db).await.unwrap(), [], "step {step}");
            if step % 4 == 3 {
                let now = self.compare(&format!("step {step}")).await;
                seen = [seen[0] + now[0], seen[1] + now[1]];
            }
        }
        seen
    }
}

#[tokio::test]
async fn sums_of_invitations_are_what_a_count_of_each_tells_whatever_happens_to_them() {
    let mut seen = [0, 0];
    for seed in [3, 20] {
        let site = Site::department().await;
        let mut told = Told::new(&site, seed).await;
        let lived = told.live().await;
        seen = [seen[0] + lived[0], seen[1] + lived[1]];
        assert!(told.late > 3, "only {} answers came after their day was summed", told.late);
        // Summed by a night, anew, and not at all: the same is told.
        let (db, now_ms) = (&site.world.db, site.clock.now_ms());
        upkeep::nightly(db, &site.keys, now_ms).await.unwrap();
        let night = told.compare("after a night").await;
        let through = marks::get(db, Mark::InvitedThrough).await.unwrap();
        assert!(through >= told.made.iter().map(|made| made.day).max().unwrap(), "{through}");
        // What was tampered with is found and mended.
        execute(db, "UPDATE invitation_sums SET answered = answered + 1 WHERE level = 1 AND month = 202602").await;
        let found = release::check(db).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|one| one.table == "invitation_sums"), "{found:?}");
        sums::rebuild(db, now_ms).await.unwrap();
        assert_eq!(release::check(db).await.unwrap(), []);
        assert_eq!(marks::get(db, Mark::InvitedThrough).await.unwrap(), through);
        assert_eq!(told.compare("summed anew").await, night);
        sums::rebuild(db, noon(20_260_105)).await.unwrap();
        assert_eq!(marks::get(db, Mark::InvitedThrough).await.unwrap(), 0);
        assert_eq!(told.compare("read one by one").await, night);
    }
    assert!(seen.iter().all(|seen| *seen > 20), "told and hidden: {seen:?}");
}
