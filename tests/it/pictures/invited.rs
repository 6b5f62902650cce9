//! Invitations of a province, and how many were answered, counted again one by one.

use hailong::store::invitations;

use super::*;

/// One invitation, as it was issued and what became of it.
pub(super) struct Invitation {
    unit: i64,
    procedure: i64,
    day: i64,
    ends_ms: i64,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Silent,
    Answered,
    AtTablet,
    Revoked,
}

const DAY_MS: i64 = 86_400_000;

/// Invites people of the first thirty units and of some that ended, in most months of two years; the last of them may
/// still answer.
pub(super) async fn issue(db: &Db, dice: &mut Dice) -> Vec<Invitation> {
    let mut all = Vec::new();
    for (year, month) in [2024, 2025].into_iter().flat_map(|year| (1..=12).map(move |month| (year, month))) {
        for unit in (1..=30).chain(111..=120).filter(|unit| !province::is_school(*unit)) {
            let invited = if dice.below(3) == 0 { 0 } else { dice.below(15) };
            for _ in 0..invited {
                let day = year * 10_000 + month * 100 + 1 + dice.below(28);
                if unit_ends(unit).is_some_and(|(last, _)| last < day) {
                    continue;
                }
                let lives = if day > 20_251_215 { 30 } else { 10 };
                let fate = dice.of(&[Fate::Silent, Fate::Silent, Fate::Silent, Fate::Answered, Fate::AtTablet]);
                let fate = if dice.below(20) == 0 { Fate::Revoked } else { fate };
                let procedure = dice.below(6);
                all.push(Invitation { unit, procedure, day, ends_ms: noon(day) + lives * DAY_MS, fate });
            }
        }
    }
    let mut tx = db.begin().await.unwrap();
    for (n, invitation) in all.iter().enumerate() {
        let mac = |kind: u128| (kind << 64 | n as u128).to_be_bytes();
        let new = invitations::New {
            code_mac: mac(1),
            typed_mac: mac(2),
            sealed: vec![0],
            unit_id: invitation.unit,
            procedure_id: Some(invitation.procedure).filter(|id| *id > 0),
            channel: "case",
            form: "all".to_owned(),
            case_mac: mac(3),
            event: "finished".to_owned(),
            issued_day: invitation.day,
            expires_at: invitation.ends_ms,
            reference: format!("r{n}"),
        };
        assert!(invitations::insert(&mut tx, &new).await.unwrap());
        let id = invitations::by_case(&mut tx, mac(3), "finished").await.unwrap().id;
        let then = noon(invitation.day) + DAY_MS;
        let done = match invitation.fate {
            Fate::Silent => true,
            Fate::Revoked => invitations::revoke(&mut tx, id, then).await.unwrap(),
            fate => {
                let at_tablet = fate == Fate::AtTablet;
                invitations::use_up(&mut tx, id, invitation.day, then, at_tablet).await.unwrap()
            }
        };
        assert!(done, "{:?}", invitation.fate);
    }
    tx.commit().await.unwrap();
    all
}

impl Recount<'_> {
    /// Whole months of which nobody can answer any more: how many were invited, and how many of them answered.
    pub(super) fn invited(&mut self, picture: &Picture, what: &str) {
        let place = &self.view.place;
        let months = self.view.period.parts().months.filter(|_| self.view.channel.is_none());
        let (Some((first, last)), false) = (months, matches!(place, Place::UnitProcedure(..) | Place::Point(..)))
        else {
            return assert_eq!(picture.invited, None, "{what}");
        };
        let today = noon(TODAY) - DAY_MS / 2;
        let all = &self.province.invitations;
        let alive = |of: &&Invitation| of.ends_ms > today && of.fate != Fate::Revoked;
        let open = all.iter().filter(alive).map(|of| of.day / 100).min().unwrap_or(TODAY / 100).min(TODAY / 100);
        let here = |of: &&Invitation| match place {
            Place::Units(units) => units.iter().any(|asked| self.unit(asked.0) == self.unit(of.unit)),
            Place::Procedure(asked) => self.procedure(asked.0) == self.procedure(of.procedure),
            _ => true,
        };
        let settled = |of: &&Invitation| (first..=last).contains(&(of.day / 100)) && of.day / 100 < open;
        let issued: Vec<&Invitation> =
            all.iter().filter(here).filter(settled).filter(|of| of.fate != Fate::Revoked).collect();
        let answered = issued.iter().filter(|of| of.fate != Fate::Silent).count() as u64;
        let issued = issued.len() as u64;
        let Some(told) = &picture.invited else {
            return assert_eq!(issued, 0, "{what}: {issued} invitations are not told of");
        };
        let end =
            if last < open { Period::parse(&month(last), CutOff::Calendar).unwrap().last() } else { before(open) };
        assert_eq!(
            told.days,
            [Day::from_number(first * 100 + 1).unwrap(), end].map(|day| day.date().to_string()),
            "{what}"
        );
        if told.hidden {
            assert_eq!((told.issued, told.answered, told.rate), (None, None, None), "{what}");
            assert!(*place != Place::Department, "{what}: all invitations are hidden");
            return self.saw("hidden invitations", 1);
        }
        assert_eq!((told.issued, told.answered), (Some(issued), Some(answered)), "{what}: invitations");
        assert!((told.rate.unwrap() - answered as f64 / issued as f64).abs() < 1e-12, "{what}: {told:?}");
        for few in [answered, issued - answered] {
            assert!(!(1..5).contains(&few), "{what}: invitations tell of {few} persons");
        }
        self.saw("invitations", 1);
    }
}

fn month(month: i64) -> String {
    format!("{:04}-{:02}", month / 100, month % 100)
}

/// The day before a month.
fn before(month: i64) -> Day {
    Day::from_number(month * 100 + 1).unwrap().plus(-1)
}
