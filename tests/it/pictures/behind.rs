//! Low and high raters apart and the drivers, from whole answers of the whole months.

use hailong::stats::drivers::key_drivers;

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
            let row = |person: &&Person| -> Option<(Vec<f64>, u8)> {
                let (closing, overall) = overall(person).filter(|(closing, _)| *closing == OVERALL)?;
                assert_eq!(closing, OVERALL);
                let row: Option<Vec<f64>> =
                    factors.iter().map(|of| level(person, *of).map(|level| level as f64)).collect();
                Some((row?, u8::try_from(overall).unwrap()))
            };
            let (rows, overall): (Vec<Vec<f64>>, Vec<u8>) = people.iter().filter_map(row).unzip();
            let expected = key_drivers(&rows, &overall).unwrap();
            let missing = 100_u64.saturating_sub(expected.n).div_ceil(10) * 10;
            assert_eq!(found.more, (missing > 0).then_some(missing), "{what}: {} complete", expected.n);
            assert_eq!(found.n.unwrap_or(expected.n), expected.n, "{what}");
            assert_eq!(found.n.is_some(), missing == 0 && !found.hidden, "{what}");
            let close = |told: Option<f64>, expected: Option<f64>| match (told, expected) {
                (Some(told), Some(expected)) => (told - expected).abs() < 1e-9,
                (told, _) => told.is_none() && found.n.is_none(),
            };
            assert!(close(found.r2, expected.r2), "{what}: {:?} {:?}", found.r2, expected.r2);
            for ((factor, driver), of) in found.factors.iter().zip(&expected.drivers).zip(factors) {
                assert!(close(factor.share, driver.share) && close(factor.tau_b, driver.tau_b), "{what}: {factor:?}");
                let all = count(&people, &[of]);
                let share = all.satisfied as f64 / all.answers as f64;
                assert!(factor.satisfied.is_none_or(|told| (told - share).abs() < 1e-12), "{what}: {factor:?}");
            }
            self.saw("drivers", usize::from(found.n.is_some()));
        }
    }
}
