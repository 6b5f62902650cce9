//! What must hold between the questions of a form, beyond each row by itself.

use std::collections::BTreeMap;

use crate::domain::questionnaire::{Choice, Kind, Op, Question, Relevant};
use crate::domain::remarks::Remarks;
use crate::domain::sheet::{Line, Table};
use crate::domain::{Indicator, OVERALL, relevant as conditions};
use crate::error::Fault;

/// Checks indicators, factors and levels of all questions.
pub(super) fn all(questions: &[(Question, Line)], survey: &Table, remarks: &mut Remarks) {
    if !questions.iter().any(|(question, _)| question.kind != Kind::Note) && remarks.is_clean() {
        remarks.fault(survey.in_sheet(Fault::new("import-no-questions")));
    }
    let mut closing = BTreeMap::new();
    let mut papers = None;
    for (question, line) in questions {
        indicator(question, line, remarks);
        if question.kind == Kind::Level {
            levels(question, line, remarks);
        }
        if question.kind == Kind::Note && question.required {
            remarks.fault(line.fault("required", "import-required-note"));
        }
        if question.factor.as_deref() == Some(OVERALL) {
            if question.kind != Kind::Level || question.indicator.is_none() {
                remarks.fault(line.fault("factor", "import-overall-not-level"));
            } else if let Some(other) = closing.insert(question.indicator, &question.name) {
                remarks.fault(line.fault("factor", "import-overall-twice").with("other", other));
            }
        }
        if question.indicator == Some(Indicator::PapersAgain)
            && let Some(other) = papers.replace(&question.name)
        {
            remarks.fault(line.fault("indicator", "import-papers-twice").with("other", other));
        }
    }
}

fn indicator(question: &Question, line: &Line, remarks: &mut Remarks) {
    match (question.indicator, question.kind) {
        (None, _) => {}
        (Some(Indicator::PapersAgain), Kind::One) => {
            let has = |name: &str| question.choices.iter().any(|choice| choice.name == name);
            if !has("no") || !has("yes") {
                remarks.fault(line.fault("indicator", "import-papers-choices"));
            }
        }
        (Some(Indicator::PapersAgain), _) => remarks.fault(line.fault("indicator", "import-papers-choices")),
        (Some(_), Kind::Level) => {}
        (Some(_), _) => remarks.fault(line.fault("indicator", "import-indicator-not-level")),
    }
}

/// Levels run from worst to best, in their numbers and in their words: a list turned over would turn every figure over.
fn levels(question: &Question, line: &Line, remarks: &mut Remarks) {
    let names: Vec<_> = question.choices.iter().map(|choice| choice.name.as_str()).collect();
    if names[..names.len().min(5)] != ["1", "2", "3", "4", "5"] {
        remarks.fault(line.fault("type", "import-level-order").with("found", names.join(", ")));
        return;
    }
    let pleased = |choice: &&Choice| {
        choice.label.values().map(|label| label.to_lowercase()).any(|label| {
            let words = ["không", "chưa", "dis", "not", "un"];
            (label.contains("hài lòng") || label.contains("satisfied"))
                && !words.iter().any(|word| label.contains(word))
        })
    };
    if let Some(choice) = question.choices.iter().take(2).find(pleased) {
        let label = choice.label.values().next().map_or("", String::as_str);
        remarks.fault(line.fault("type", "import-level-words").with("level", &choice.name).with("label", label));
    }
}

/// Checks that a condition speaks of earlier questions with choices, and of choices that they have.
pub(super) fn relevant(relevant: &Relevant, earlier: &[&Question], line: &Line, remarks: &mut Remarks) {
    for (name, op, value) in conditions::parts(relevant) {
        let fault = |key| line.fault("relevant", key).with("question", name);
        let Some(question) = earlier.iter().find(|question| question.name == name) else {
            remarks.fault(fault("import-relevant-unknown"));
            continue;
        };
        if question.choices.is_empty() {
            remarks.fault(fault("import-relevant-no-choices"));
            continue;
        }
        if question.kind == Kind::Many && op.is_some() {
            remarks.fault(fault("import-relevant-many"));
        }
        let ordered = matches!(op, Some(Op::Lt | Op::Le | Op::Gt | Op::Ge));
        let known = question.choices.iter().any(|choice| choice.name == value);
        // An empty value asks whether the question was answered at all.
        let blank = value.is_empty() && matches!(op, Some(Op::Eq | Op::Ne));
        if ordered && value.parse::<f64>().is_err() {
            remarks.fault(fault("import-relevant-number").with("choice", value));
        } else if !ordered && !known && !blank {
            let names: Vec<_> = question.choices.iter().map(|choice| choice.name.as_str()).collect();
            remarks.fault(fault("import-relevant-choice").with("choice", value).with("known", names.join(", ")));
        }
    }
}
