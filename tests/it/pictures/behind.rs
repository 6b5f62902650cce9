//! Low and high raters apart and the drivers, from whole answers of the whole months.

use hailong::flow::assess::behind::Factor;

use super::*;

impl Recount<'_> {
    /// Low and high raters apart and the drivers, from whole answers of the whole months.
    pub(super) fn behind(&mut self, picture: &Picture, what: &str) {
        let Some(behind) = &picture.behind else {
            let kept = !matches!(self.view.place, Place::UnitProcedure(..) | Place::Point(..));
            assert!(!kept, "{what}: nothing is said of what is behind it");
            return;
        };
        let filtered = self.view.channel.is_some()
            || self.view.excluded == Excluded::Included
            || self.view.marked == Marked::LeftOut;
        let months = self.view.period.parts().months;
        assert_eq!(behind.silent.is_some(), filtered || months.is_none(), "{what}: {:?}", behind.silent);
        let (Some((first, last)), None) = (months, behind.silent) else { return };
        let name = |month: i64| format!("{:04}-{:02}", month / 100, month % 100);
        let [from, to] = [first, last].map(|month| Period::parse(&name(month), CutOff::Calendar).unwrap());
        let days = Period::range(from.from(), to.last()).unwrap();
        let told = [days.from(), days.last()].map(|day| day.date().to_string());
        assert_eq!(behind.days.as_ref(), Some(&told), "{what}");
        let people: Vec<&Person> = self.all(&days).into_iter().filter(|person| !person.excluded).collect();
        let rated = |levels: std::ops::RangeInclusive<i64>| -> Vec<&Person> {
            people
                .iter()
                .copied()
                .filter(|person| overall(person).is_some_and(|(_, level)| levels.contains(&level)))
                .collect()
        };
        let (low, high) = (rated(1..=2), rated(4..=5));
        for row in &behind.raters {
            for (figure, group) in [(&row.low, &low), (&row.high, &high)] {
                self.saw_of_question(figure, group, &row.name, &format!("{what}, {} apart", row.name));
                self.saw("raters apart", usize::from(figure.n.is_some_and(|n| n > 0)));
            }
        }
        for thing in behind.ticked.iter().flat_map(|list| &list.things) {
            let choice = (ASPECTS, thing.name.parse::<i64>().unwrap());
            for (told, group) in [(thing.low, &low), (thing.high, &high)] {
                let n = group.iter().filter(|person| person.answers.contains(&choice)).count() as u64;
                assert_eq!(told.unwrap_or(n), n, "{what}: {choice:?} apart");
                assert!(told.is_none() || n == 0 || n >= 5, "{what}: {choice:?} tells of {n} persons");
                self.saw("ticked apart", usize::from(n > 0 && told.is_some()));
            }
        }
        for found in &behind.drivers {
            let factors = [ACCESS, RESULT, STAFF, FEEDBACK];
            let level = |person: &Person, of: i64| {
                person.answers.iter().find(|(question, level)| *question == of && *level > 0).map(|(_, level)| *level)
            };
            // Only who answered everything, in a column for each factor and last the overall level.
            let row = |person: &&Person| -> Option<Vec<i64>> {
                let (_, overall) = overall(person).filter(|(closing, _)| *closing == OVERALL)?;
                factors.iter().map(|of| level(person, *of)).chain([Some(overall)]).collect()
            };
            let rows: Vec<Vec<i64>> = people.iter().filter_map(row).collect();
            let n = rows.len() as u64;
            let missing = 100_u64.saturating_sub(n).div_ceil(10) * 10;
            assert_eq!(found.more, (missing > 0).then_some(missing), "{what}: {n} complete");
            assert_eq!(found.n, (missing == 0 && !found.hidden).then_some(n), "{what}");
            if found.n.is_none() {
                let told = |factor: &Factor| factor.share.or(factor.tau_b).or(factor.satisfied).is_some();
                assert!(found.r2.is_none() && !found.factors.iter().any(told), "{what}: {found:?}");
                continue;
            }
            let column = |at: usize| rows.iter().map(|row| row[at] as f64).collect::<Vec<f64>>();
            let columns: Vec<Vec<f64>> = (0..factors.len()).map(column).collect();
            let expected = judged::drivers(&columns, &column(factors.len()));
            let same = |told: Option<f64>, expected: f64| told.is_some_and(|told| (told - expected).abs() < 1e-9);
            assert!(same(found.r2, expected.r2), "{what}: {:?}, expected {}", found.r2, expected.r2);
            assert_eq!(found.factors.len(), factors.len(), "{what}");
            for (at, (factor, of)) in found.factors.iter().zip(factors).enumerate() {
                let (share, tau_b) = (expected.shares[at], expected.tau_b[at]);
                assert!(same(factor.share, share), "{what}: {factor:?}, expected {share}");
                assert!(same(factor.tau_b, tau_b), "{what}: {factor:?}, expected {tau_b}");
                let all = count(&people, &[of]);
                let share = all.satisfied as f64 / all.answers as f64;
                assert!(factor.satisfied.is_none_or(|told| (told - share).abs() < 1e-12), "{what}: {factor:?}");
            }
            self.saw("drivers", 1);
        }
    }
}
