//! How many more answers settle a verdict (section 9 of the method): the fewest, by trying, and the expected number.

use hailong::flow::assess::{Figure, VerdictName};

use super::{Chances, Counted, Z_ONE};

/// The normal quantile of the power, 80 %.
const Z_POWER: f64 = 0.841_621_233_572_914_2;
/// Where the files are not known, answers are tried up to so many more.
const TRIED: u64 = 200_000;

impl Chances {
    /// What is missing of a figure of one question; true when it is told.
    pub(super) fn missing(&self, figure: &Figure, (x, n): Counted, files: Option<u64>, what: &str) -> bool {
        let Some(needed) = figure.needed else { return false };
        assert_eq!(figure.verdict, Some(VerdictName::NotEnough), "{what}: something is needed");
        let points = figure.target.unwrap();
        let farthest = files.map_or(TRIED, |files| files - n);
        let best = fewest(farthest, |more| self.settled((x + more, n + more), files, points).0);
        let worst = fewest(farthest, |more| self.settled((x, n + more), files, points).1);
        let told = (needed.best_case_met, needed.best_case_not_met);
        assert_eq!(told, (best, worst), "{what}: {x} of {n}, files {files:?}");
        let target = f64::from(points) / 10_000.0;
        assert_eq!(needed.more, expected(x as f64 / n as f64, (n, files), 1.0, target), "{what}: {x} of {n}");
        true
    }
}

/// The fewest with which something holds that goes on holding: doubled, then halved between.
fn fewest(farthest: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut fails, mut found) = (0, 1.min(farthest));
    while !holds(found) {
        if found == farthest {
            return None;
        }
        (fails, found) = (found, (2 * found).min(farthest));
    }
    while found - fails > 1 {
        let middle = u64::midpoint(fails, found);
        if holds(middle) { found = middle } else { fails = middle }
    }
    Some(found)
}

/// Expected if the share stays as it is: a normal approximation with the correction of Fleiss, Levin and Paik.
pub(super) fn expected(share: f64, (n, files): (u64, Option<u64>), deff: f64, target: f64) -> Option<u64> {
    let away = (share - target).abs();
    if away < 1e-12 {
        return files.map(|files| files - n);
    }
    let spread = |p: f64| (p * (1.0 - p)).sqrt();
    let simple = ((Z_ONE * spread(target) + Z_POWER * spread(share)) / away).powi(2);
    let corrected = simple / 4.0 * (1.0 + (1.0 + 2.0 / (simple * away)).sqrt()).powi(2);
    let countless = deff * corrected;
    let all = files.map_or(countless, |files| countless * files as f64 / (files as f64 - 1.0 + countless));
    let more = ((all - 1e-9).ceil() - n as f64).max(1.0) as u64;
    Some(files.map_or(more, |files| more.min(files - n)))
}
