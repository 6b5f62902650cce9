//! Every number of a picture as a file is known: it is counted again, or it is said why not.

use serde_json::Value;

use super::*;

/// Numbers of a figure, wherever it stands: all are counted again, in [`Recount::same`] and [`Recount::saw_of_question`].
const OF_A_FIGURE: [&str; 18] = [
    "n",
    "answers",
    "levels[]",
    "satisfied",
    "blank",
    "not_applicable",
    "excluded",
    "share",
    "lower",
    "upper",
    "target",
    "at_least",
    "at_most",
    "needed.more",
    "needed.best_case_met",
    "needed.best_case_not_met",
    "population",
    "coverage",
];

/// Where figures and other numbers stand that are counted again.
const RECOUNTED: [&str; 50] = [
    "headline.figure",
    "headline.index",
    "year.now",
    "year.before",
    "course.months[].figure",
    "units[].figure",
    "procedures[].figure",
    "points[].figure",
    "channels[].figure",
    "questions[].figure",
    "behind.raters[].low",
    "behind.raters[].high",
    "marked_answers",
    "year.difference.difference",
    "year.difference.lower",
    "year.difference.upper",
    "year.duty_bounds[]",
    "course.center",
    "course.trend.slope",
    "course.trend.p",
    "course.months[].limits[]",
    "course.months[].channels[].n",
    "units[].position.lower_998",
    "units[].position.lower_95",
    "units[].position.upper_95",
    "units[].position.upper_998",
    "units[].shrunk",
    "funnel.center",
    "funnel.units",
    "funnel.tau2",
    "mix.share",
    "mix.change",
    "mix.by_mix",
    "aspects[].ticked[].n",
    "files.files",
    "files.late",
    "files.dissatisfied",
    "files.lower",
    "files.upper",
    "behind.ticked[].things[].low",
    "behind.ticked[].things[].high",
    "behind.drivers[].n",
    "behind.drivers[].more",
    "behind.drivers[].r2",
    "behind.drivers[].factors[].share",
    "behind.drivers[].factors[].tau_b",
    "behind.drivers[].factors[].satisfied",
    "invited.issued",
    "invited.answered",
    "invited.rate",
];

/// Numbers that are not, and why.
const NOT_RECOUNTED: [(&str, &str); 5] = [
    ("released_at", "an instant"),
    ("disclosure_threshold", "a constant"),
    ("points[].id", "names a point"),
    (
        "behind.drivers[].factors[].lower",
        "an interval by a method of its own, tried on made-up surveys among the properties of the statistics",
    ),
    ("behind.drivers[].factors[].upper", "the same"),
];

/// Where numbers were found.
#[derive(Default)]
pub(super) struct Leaves {
    places: BTreeSet<String>,
    of_figures: BTreeSet<String>,
}

impl Leaves {
    pub(super) fn gather(&mut self, picture: &Picture) {
        self.walk(&serde_json::to_value(picture).unwrap(), "", false);
    }

    fn walk(&mut self, value: &Value, path: &str, in_figure: bool) {
        match value {
            Value::Number(_) if in_figure => {
                self.of_figures.insert(path.to_owned());
            }
            Value::Number(_) => {
                self.places.insert(path.to_owned());
            }
            Value::Array(values) => {
                let path = format!("{path}[]");
                values.iter().for_each(|value| self.walk(value, &path, in_figure));
            }
            Value::Object(fields) if fields.contains_key("more_answers_than_files") => {
                self.places.insert(path.to_owned());
                fields.iter().for_each(|(name, value)| self.walk(value, name, true));
            }
            Value::Object(fields) => {
                let dot = if path.is_empty() { "" } else { "." };
                fields.iter().for_each(|(name, value)| self.walk(value, &format!("{path}{dot}{name}"), in_figure));
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }

    /// What was found is what is listed.
    pub(super) fn are_known(&self) {
        let listed = RECOUNTED.into_iter().chain(NOT_RECOUNTED.map(|(path, _)| path));
        assert_eq!(self.places, listed.map(str::to_owned).collect(), "numbers of pictures");
        assert_eq!(self.of_figures, OF_A_FIGURE.map(str::to_owned).into(), "numbers of figures");
    }
}
