//! Which questions of a form make which factor, beside a closing question: what drivers are computed from.

use crate::domain::OVERALL;
use crate::stats::drivers::MOST_FACTORS;

/// Sums over more questions than this are not kept.
const MOST_QUESTIONS: usize = 100;

/// A question of one form that is answered by levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub(super) id: i64,
    pub(super) indicator: Option<&'a str>,
    pub(super) factor: Option<&'a str>,
}

/// The factors beside a closing question, each with its questions, in the order of the form. What feeds an indicator that
/// another closing question of the form closes belongs to that one. Empty where there is nothing to compare, or too much.
pub(super) fn factors<'a>(closing: i64, form: &[Item<'a>]) -> Vec<(&'a str, Vec<i64>)> {
    let closes = |item: &Item<'_>| item.factor == Some(OVERALL);
    let elsewhere: Vec<Option<&str>> =
        form.iter().filter(|item| closes(item) && item.id != closing).map(|item| item.indicator).collect();
    let mut factors: Vec<(&str, Vec<i64>)> = Vec::new();
    for item in form.iter().filter(|item| !closes(item) && !elsewhere.contains(&item.indicator)) {
        let Some(factor) = item.factor else { continue };
        match factors.iter_mut().find(|(name, _)| *name == factor) {
            Some((_, questions)) => questions.push(item.id),
            None => factors.push((factor, vec![item.id])),
        }
    }
    let fits =
        (2..=MOST_FACTORS).contains(&factors.len()) && factors.iter().all(|(_, ids)| ids.len() <= MOST_QUESTIONS);
    if fits { factors } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::{Item, factors};

    #[test]
    fn a_factor_belongs_to_the_closing_question_of_its_indicator_or_to_all() {
        let item = |id, indicator, factor| Item { id, indicator: Some(indicator), factor: Some(factor) };
        let form = [
            item(1, "procedures", "overall"),
            item(2, "procedures", "access"),
            item(3, "service", "staff"),
            item(4, "procedures", "access"),
            item(5, "education", "overall"),
            item(6, "education", "lessons"),
        ];
        assert_eq!(factors(1, &form), [("access", vec![2, 4]), ("staff", vec![3])]);
        assert_eq!(factors(5, &form), [("staff", vec![3]), ("lessons", vec![6])]);
        assert_eq!(factors(1, &form[..2]), [], "one factor has nothing to be compared with");
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let many: Vec<Item<'_>> = (2..).zip(names).map(|(id, name)| item(id, "procedures", name)).collect();
        assert_eq!((factors(1, &many[..6]).len(), factors(1, &many).len()), (6, 0));
    }
}
