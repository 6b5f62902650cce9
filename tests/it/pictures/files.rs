//! Files finished, coverage and the ratio of files, counted again from what was loaded and the raw answers.

use super::*;

/// Files finished, by unit and month: of offices that stand today, in 2025, all about procedure 1.
pub(super) fn finished(unit: i64, month: i64) -> Option<i64> {
    let known = (1..=50).contains(&unit) && !is_school(unit) && month / 100 == 2025;
    known.then_some(400 + unit + month % 100)
}

/// Of these late.
fn late(unit: i64, month: i64) -> Option<i64> {
    finished(unit, month).map(|_| (unit + month) % 7)
}

fn close(told: f64, expected: f64, what: &str) {
    assert!((told - expected).abs() < 1e-9, "{what}: {told} is told, {expected} is counted");
}

impl Recount<'_> {
    /// Files of the period, finished or late, where `unit` says which units count.
    fn sum(&self, files: fn(i64, i64) -> Option<i64>, unit: impl Fn(i64) -> bool) -> u64 {
        let months = (1..=12).map(|month| 202_500 + month);
        let inside = months.filter(|month| self.view.period.contains(Day::from_number(month * 100 + 1).unwrap()));
        let units: Vec<i64> = (1..=UNITS).filter(|id| unit(*id)).collect();
        let all = inside.flat_map(|month| units.iter().filter_map(move |unit| files(*unit, month)));
        all.sum::<i64>().unsigned_abs()
    }

    pub(super) fn files(&mut self, picture: &Picture, what: &str) {
        let procedure = match &self.view.place {
            Place::Procedure(asked) | Place::UnitProcedure(_, asked) => Some(*asked),
            _ => None,
        };
        let about = procedure.is_none_or(|asked| self.procedure(asked.0) == self.procedure(1));
        let here = |id: i64| match &self.view.place {
            Place::Units(units) => units.iter().any(|asked| self.unit(asked.0) == self.unit(id)),
            Place::UnitProcedure(asked, _) => self.unit(asked.0) == self.unit(id),
            _ => true,
        };
        let late = self.sum(late, |id| about && here(id));
        let mut lines = vec![(&picture.headline, self.sum(finished, |id| about && here(id)))];
        for row in &picture.units {
            let unit: i64 = row.line.code[1..].parse().unwrap();
            lines.push((&row.line, self.sum(finished, |id| about && here(id) && self.unit(id) == unit)));
        }
        let (all, mut coverages) = (lines[0].1, 0);
        for (line, files) in lines {
            let Some(told) = line.figure.population else { continue };
            assert_eq!(told, files, "{what}: files of {}", line.code);
            let n = line.figure.n.unwrap();
            close(line.figure.coverage.unwrap(), n as f64 / files as f64, what);
            coverages += 1;
        }
        self.saw("populations", coverages);
        if let Some(ratio) = &picture.files {
            let all_people = self.all(&self.view.period);
            let seen: Vec<&Person> = all_people.into_iter().filter(|person| self.counts(person)).collect();
            let count = count(&seen, &self.questions);
            let dissatisfied = count.levels[0] + count.levels[1];
            assert_eq!((ratio.files, ratio.late, ratio.dissatisfied), (all, late, dissatisfied), "{what}");
            // No dissatisfied answer is about a late file, or as many as can be.
            close(ratio.lower, all.saturating_sub(dissatisfied + late) as f64 / all as f64, what);
            close(ratio.upper, all.saturating_sub(dissatisfied.max(late)) as f64 / all as f64, what);
            self.saw("ratios of files", 1);
        }
    }
}
