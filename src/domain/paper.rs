//! A paper form typed in: digits into answers, and what two typists read differently.
//!
//! For each question one types the level or the place in the list, 0 when the paper has nothing, 9 (or a hyphen) for
//! "does not apply"; several digits for a question with several choices. Nothing typed is not the same as 0: it is a
//! question that was skipped by the typist, and is asked for again.

use serde::{Deserialize, Serialize};

use super::answer::{self, Checked, Chosen, Fault, Mend};
use super::questionnaire::{BLANK, Kind, NOT_APPLICABLE, Question, Questionnaire};
use super::{Day, QuestionId};

/// What one person typed of one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Day on the sheet.
    pub day: Day,
    /// Choices, blanks among them.
    pub answers: Vec<(QuestionId, i64)>,
    /// Free text.
    pub texts: Vec<(QuestionId, String)>,
}

/// What is wrong with what was typed for a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing was typed.
    Missing,
    /// The question has no such choice.
    Unknown,
    /// It takes one number.
    Several,
    /// The text is so many characters too long.
    Long(usize),
    /// Every question is blank: there is nothing to store.
    Blank,
}

/// Reads what was typed, by question name.
///
/// # Errors
/// What is wrong, in the order of the questions.
pub fn read(form: &Questionnaire, typed: &[(String, String)]) -> Result<Checked, Vec<(String, Wrong)>> {
    let of =
        |question: &Question| typed.iter().find(|(name, _)| *name == question.name).map_or("", |(_, text)| text.trim());
    let (mut fields, mut faults) = (Vec::new(), Vec::new());
    for question in &form.questions {
        match choices(question, of(question)) {
            Ok(names) => fields.extend(names.into_iter().map(|name| (question.name.clone(), name))),
            Err(wrong) => faults.push((question.name.clone(), wrong)),
        }
    }
    let mut chosen = Chosen::new();
    for (name, value) in &fields {
        chosen.entry(name.clone()).or_default().insert(value.clone());
    }
    for question in &form.questions {
        let asked = question.relevant.as_ref().is_none_or(|relevant| relevant.holds(&chosen));
        if asked && !matches!(question.kind, Kind::Note | Kind::Text) && of(question).is_empty() {
            faults.push((question.name.clone(), Wrong::Missing));
        }
    }
    let place = |name: &String| form.questions.iter().position(|question| question.name == *name);
    faults.sort_by_key(|(name, _)| place(name));
    if faults.is_empty() { check(form, &fields) } else { Err(faults) }
}

/// The same rules as for any answer, but that a person may leave blank on paper what a page would ask for again.
fn check(form: &Questionnaire, fields: &[(String, String)]) -> Result<Checked, Vec<(String, Wrong)>> {
    let mut lenient = form.clone();
    lenient.questions.iter_mut().for_each(|question| question.required = false);
    let page: Vec<usize> = (0..form.questions.len()).collect();
    answer::check(&lenient, &page, &Chosen::new(), fields, true).map_err(|faults| {
        let first = form.questions.first().map_or_else(String::new, |question| question.name.clone());
        let wrong = |fault| match fault {
            Fault::Answer(name, Mend::Shorten(by)) => (name, Wrong::Long(by)),
            Fault::Answer(name, _) => (name, Wrong::Blank),
            Fault::Malformed => (first.clone(), Wrong::Unknown),
        };
        faults.into_iter().map(wrong).collect()
    })
}

/// Names of the choices that were typed for a question; the text itself for free text.
fn choices(question: &Question, typed: &str) -> Result<Vec<String>, Wrong> {
    match question.kind {
        Kind::Note => return Ok(Vec::new()),
        Kind::Text if typed.is_empty() => return Ok(Vec::new()),
        Kind::Text => return Ok(vec![typed.to_owned()]),
        Kind::Level | Kind::One | Kind::Many => {}
    }
    let numbers = numbers(question, typed)?;
    if question.kind != Kind::Many && numbers.len() > 1 {
        return Err(Wrong::Several);
    }
    if numbers == [BLANK] {
        return Ok(Vec::new());
    }
    let name = |number: &i64| question.choices.iter().find(|choice| choice.value == *number).map(|c| c.name.clone());
    let names: Option<Vec<String>> = numbers.iter().map(name).collect();
    let mut names = names.ok_or(Wrong::Unknown)?;
    names.dedup();
    Ok(names)
}

/// Numbers typed, apart by anything else; digits without anything between are numbers of their own where several may
/// be chosen and none needs two digits.
fn numbers(question: &Question, typed: &str) -> Result<Vec<i64>, Wrong> {
    let last = question.choices.iter().map(|choice| choice.value).max().unwrap_or(0);
    let single = question.kind == Kind::Many && last <= 9;
    let mut numbers = Vec::new();
    for part in typed.split([' ', ',', ';', '.', '+']).filter(|part| !part.is_empty()) {
        if part == "-" {
            numbers.push(NOT_APPLICABLE);
        } else if !part.bytes().all(|byte| byte.is_ascii_digit()) || part.len() > 9 {
            return Err(Wrong::Unknown);
        } else if single {
            numbers.extend(part.bytes().map(|byte| i64::from(byte - b'0')));
        } else {
            numbers.push(part.parse().map_err(|_| Wrong::Unknown)?);
        }
    }
    let offers = |value| question.choices.iter().any(|choice| choice.value == value);
    if offers(NOT_APPLICABLE) && !offers(9) {
        numbers.iter_mut().filter(|number| **number == 9).for_each(|number| *number = NOT_APPLICABLE);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

impl Sheet {
    /// What would be typed for a question to read as it stands here.
    #[must_use]
    pub fn typed(&self, question: &Question) -> String {
        if question.kind == Kind::Text {
            let text = self.texts.iter().find(|(id, _)| *id == question.id);
            return text.map_or_else(String::new, |(_, text)| text.clone());
        }
        let values = self.answers.iter().filter(|(id, _)| *id == question.id).map(|(_, value)| *value);
        let digit = |value| if value == NOT_APPLICABLE { "-".to_owned() } else { i64::to_string(&value) };
        values.map(digit).collect::<Vec<_>>().join(" ")
    }

    /// Whether two typists read a question alike. Of free text the letters and digits count, not how they stand.
    #[must_use]
    pub fn agrees(&self, other: &Self, question: &Question) -> bool {
        let bare = |sheet: &Self| {
            let text = sheet.typed(question).to_lowercase();
            text.chars().filter(|c| c.is_alphanumeric()).collect::<String>()
        };
        match question.kind {
            Kind::Note => true,
            Kind::Text => bare(self) == bare(other),
            Kind::Level | Kind::One | Kind::Many => self.typed(question) == other.typed(question),
        }
    }

    /// Whether two typists read the whole sheet alike.
    #[must_use]
    pub fn agrees_in_all(&self, other: &Self, form: &Questionnaire) -> bool {
        self.day == other.day && form.questions.iter().all(|question| self.agrees(other, question))
    }
}
