//! A questionnaire (phiếu khảo sát): what is asked, in which words and which order. Immutable once published;
//! a change is a new version.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Indicator, OVERALL, QuestionId, QuestionnaireId};

/// A text in several languages, by language code.
pub type Texts = BTreeMap<String, String>;

/// One version of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Row number; 0 before it is stored.
    #[serde(skip, default = "unstored")]
    pub id: QuestionnaireId,
    /// Name shared by all versions of the form, such as `procedure`.
    pub form: String,
    /// Version, from 1.
    pub version: i64,
    /// Code of the language to fall back to.
    pub default_language: String,
    /// Title.
    pub title: Texts,
    /// Groups of questions, in order.
    pub sections: Vec<Section>,
    /// Questions and notes, in order.
    pub questions: Vec<Question>,
}

/// A group of questions with a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Name of the group.
    pub name: String,
    /// Heading.
    pub title: Texts,
}

/// One question, or a note to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Row number; 0 before it is stored.
    #[serde(skip, default = "unstored_question")]
    pub id: QuestionId,
    /// Name, unique in the form; also the name of the form field.
    pub name: String,
    /// How it is answered.
    pub kind: Kind,
    /// Words of the question.
    pub label: Texts,
    /// Words of help under it.
    #[serde(default)]
    pub hint: Texts,
    /// Must be answered before its page can be sent.
    pub required: bool,
    /// Asked only when this holds.
    pub relevant: Option<Relevant>,
    /// Which indicator the answer feeds.
    pub indicator: Option<Indicator>,
    /// Which factor it belongs to; `overall` for a closing question.
    pub factor: Option<String>,
    /// Index into the sections.
    pub section: Option<usize>,
    /// What can be chosen, in order from worst to best for levels.
    pub choices: Vec<Choice>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One of the five levels 1–5, perhaps "does not apply".
    Level,
    /// One of a list.
    One,
    /// Any number of a list.
    Many,
    /// Free text.
    Text,
    /// Nothing to answer, only to read.
    Note,
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Name within its list; what the form field carries.
    pub name: String,
    /// Words.
    pub label: Texts,
    /// What is stored: the level for levels, else the place in the list from 1; [`NOT_APPLICABLE`] for `na`.
    pub value: i64,
}

/// Stored for "does not apply": neither satisfied nor dissatisfied nor blank.
pub const NOT_APPLICABLE: i64 = -1;
/// Stored for a question that was on the page and left blank.
pub const BLANK: i64 = 0;

/// When a question is asked, over the answers to earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relevant {
    /// `${question} <op> value`; numbers compare as numbers, else as text by equality.
    Compare {
        /// Name of the earlier question.
        question: String,
        /// How to compare.
        op: Op,
        /// Choice name to compare with.
        value: String,
    },
    /// `selected(${question}, 'value')`.
    Selected {
        /// Name of the earlier question.
        question: String,
        /// Choice name.
        value: String,
    },
    /// All hold.
    And(Vec<Relevant>),
    /// At least one holds.
    Or(Vec<Relevant>),
    /// The opposite.
    Not(Box<Relevant>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

fn unstored() -> QuestionnaireId {
    QuestionnaireId(0)
}

fn unstored_question() -> QuestionId {
    QuestionId(0)
}

impl Questionnaire {
    /// The form's one closing question, when it has one.
    #[must_use]
    pub fn overall(&self) -> Option<&Question> {
        self.questions.iter().find(|q| q.kind == Kind::Level && q.factor.as_deref() == Some(OVERALL))
    }

    /// The question of that name.
    #[must_use]
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.name == name)
    }

    /// The words in a language, else in the form's own.
    #[must_use]
    pub fn words<'a>(&self, texts: &'a Texts, language: &str) -> &'a str {
        texts.get(language).or_else(|| texts.get(&self.default_language)).map_or("", String::as_str)
    }

    /// The pages of the form, as indexes of questions: first the closing question (or, in a form without one, the
    /// first questions), then what people are most ready to add (lists of reasons, free text), then the rest, at
    /// most five questions a page.
    #[must_use]
    pub fn pages(&self) -> Vec<Vec<usize>> {
        let index_of = |wanted: &Question| self.questions.iter().position(|q| q.name == wanted.name);
        let first: Option<usize> = self.overall().and_then(index_of);
        let quick = |q: &Question| first.is_some() && matches!(q.kind, Kind::Many | Kind::Text);
        let all = || (0..self.questions.len()).filter(|i| Some(*i) != first);
        let mut pages: Vec<Vec<usize>> = first.map(|i| vec![i]).into_iter().collect();
        for part in [
            all().filter(|i| quick(&self.questions[*i])).collect(),
            all().filter(|i| !quick(&self.questions[*i])).collect(),
        ] as [Vec<usize>; 2]
        {
            let mut page = Vec::new();
            let mut asked = 0;
            for index in part {
                let counts = self.questions[index].kind != Kind::Note;
                if counts && asked == 5 {
                    pages.push(std::mem::take(&mut page));
                    asked = 0;
                }
                page.push(index);
                asked += usize::from(counts);
            }
            if !page.is_empty() {
                pages.push(page);
            }
        }
        pages
    }
}

impl Relevant {
    /// Whether it holds for what was chosen so far: names of the choices, by question name.
    #[must_use]
    pub fn holds(&self, chosen: &BTreeMap<String, BTreeSet<String>>) -> bool {
        let of = |question: &String| chosen.get(question);
        match self {
            Self::Compare { question, op, value } => {
                let one = of(question).and_then(|set| set.iter().next()).map_or("", String::as_str);
                compare(one, *op, value)
            }
            Self::Selected { question, value } => of(question).is_some_and(|set| set.contains(value)),
            Self::And(all) => all.iter().all(|each| each.holds(chosen)),
            Self::Or(any) => any.iter().any(|each| each.holds(chosen)),
            Self::Not(inner) => !inner.holds(chosen),
        }
    }
}

fn compare(left: &str, op: Op, right: &str) -> bool {
    let order = match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(l), Ok(r)) => l.partial_cmp(&r),
        _ => (left == right).then_some(std::cmp::Ordering::Equal),
    };
    match op {
        Op::Eq => order.is_some_and(std::cmp::Ordering::is_eq),
        Op::Ne => !order.is_some_and(std::cmp::Ordering::is_eq),
        Op::Lt => order.is_some_and(std::cmp::Ordering::is_lt),
        Op::Le => order.is_some_and(std::cmp::Ordering::is_le),
        Op::Gt => order.is_some_and(std::cmp::Ordering::is_gt),
        Op::Ge => order.is_some_and(std::cmp::Ordering::is_ge),
    }
}
