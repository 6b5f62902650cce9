//! Checks what was sent for some questions of a form: nothing is guessed, nothing is filled in.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::QuestionId;
pub use super::questionnaire::Chosen;
use super::questionnaire::{BLANK, Kind, Question, Questionnaire};

/// The longest comment, in characters after NFC.
pub const LONGEST_TEXT: usize = 1000;

/// What one page of answers comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Choices, blanks among them.
    pub answers: Vec<(QuestionId, i64)>,
    /// Free text.
    pub texts: Vec<(QuestionId, String)>,
}

/// Why a page of answers cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The person must do something about the question of that name.
    Answer(String, Mend),
    /// No form of ours sends this: a field that is unknown, repeated, or with a value that is not offered.
    Malformed,
}

/// What the person should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// Choose something.
    Choose,
    /// Answer at least one question of the page.
    ChooseAny,
    /// Write something.
    Write,
    /// Shorten the text by so many characters.
    Shorten(usize),
}

/// Checks the fields sent for the questions of a page, given what earlier pages chose.
///
/// # Errors
/// Every fault of the page, in the order of its questions.
pub fn check(
    form: &Questionnaire,
    page: &[usize],
    earlier: &Chosen,
    fields: &[(String, String)],
    at_least_one: bool,
) -> Result<Checked, Vec<Fault>> {
    let asked = || page.iter().map(|i| &form.questions[*i]).filter(|q| q.kind != Kind::Note);
    if fields.iter().any(|(name, _)| asked().all(|q| q.name != *name)) {
        return Err(vec![Fault::Malformed]);
    }
    let mut chosen = earlier.clone();
    for (name, value) in fields {
        chosen.entry(name.clone()).or_default().insert(value.clone());
    }
    let (mut checked, mut faults) = (Checked::default(), Vec::new());
    for question in asked() {
        if question.relevant.as_ref().is_some_and(|relevant| !relevant.holds(&chosen)) {
            continue;
        }
        let sent: Vec<&str> =
            fields.iter().filter(|(name, _)| *name == question.name).map(|(_, v)| v.as_str()).collect();
        if let Err(fault) = take(question, &sent, &mut checked) {
            faults.push(fault);
        }
    }
    let nothing = checked.texts.is_empty() && checked.answers.iter().all(|(_, choice)| *choice == BLANK);
    if at_least_one && nothing && faults.is_empty() {
        faults.extend(asked().next().map(|q| Fault::Answer(q.name.clone(), Mend::ChooseAny)));
    }
    if faults.is_empty() { Ok(checked) } else { Err(faults) }
}

fn take(question: &Question, sent: &[&str], checked: &mut Checked) -> Result<(), Fault> {
    let missing = |mend| if question.required { Err(Fault::Answer(question.name.clone(), mend)) } else { Ok(()) };
    match (question.kind, sent) {
        (Kind::Note, _) => Ok(()),
        (Kind::Text, [] | [""]) => missing(Mend::Write),
        (Kind::Text, [text]) => {
            let text = clean(text).ok_or(Fault::Malformed)?;
            let length = text.chars().count();
            if length > LONGEST_TEXT {
                return Err(Fault::Answer(question.name.clone(), Mend::Shorten(length - LONGEST_TEXT)));
            }
            if text.is_empty() {
                return missing(Mend::Write);
            }
            checked.texts.push((question.id, text));
            Ok(())
        }
        (Kind::Text, _) => Err(Fault::Malformed),
        (_, []) => {
            missing(Mend::Choose)?;
            checked.answers.push((question.id, BLANK));
            Ok(())
        }
        (Kind::Level | Kind::One, [_, _, ..]) => Err(Fault::Malformed),
        (_, names) => {
            let distinct: BTreeSet<&str> = names.iter().copied().collect();
            if distinct.len() < names.len() {
                return Err(Fault::Malformed);
            }
            for name in names {
                let choice = question.choices.iter().find(|choice| choice.name == *name).ok_or(Fault::Malformed)?;
                checked.answers.push((question.id, choice.value));
            }
            Ok(())
        }
    }
}

/// NFC, line ends as one character, control characters gone, ends trimmed; `None` when there is a NUL in it.
fn clean(text: &str) -> Option<String> {
    if text.contains('\0') {
        return None;
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = lines.nfc().filter(|c| *c == '\n' || !c.is_control()).collect();
    Some(kept.trim().to_owned())
}

/// The names of stored choices, for conditions on later pages.
#[must_use]
pub fn names_of(form: &Questionnaire, answers: &[(QuestionId, i64)]) -> Chosen {
    let mut chosen = Chosen::new();
    for (id, value) in answers {
        let Some(question) = form.questions.iter().find(|q| q.id == *id) else { continue };
        if let Some(choice) = question.choices.iter().find(|choice| choice.value == *value) {
            chosen.entry(question.name.clone()).or_default().insert(choice.name.clone());
        }
    }
    chosen
}
