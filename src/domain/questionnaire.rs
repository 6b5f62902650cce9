//! A questionnaire (phiếu khảo sát): what is asked, in which words and which order. Immutable once published;
//! a change is a new version.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Indicator, OVERALL, QuestionId, QuestionnaireId, relevant};

/// A text in several languages, by language code.
pub type Texts = BTreeMap<String, String>;

/// Names of what was chosen so far, by question name; what conditions look at.
pub type Chosen = BTreeMap<String, BTreeSet<String>>;

/// A page asks at most this many questions.
const MOST_ON_PAGE: usize = 5;

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
    /// Files in which the question is read aloud, by language.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub sound: Texts,
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

/// Name of the question about what mattered, which is asked with our own words above its choices: what was good or bad,
/// by what the rating was.
pub const ASPECTS: &str = "aspects";
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

    /// The closing question when it can be asked first: asked of everyone, whatever else they answer.
    #[must_use]
    pub fn opening(&self) -> Option<&Question> {
        self.overall().filter(|question| question.relevant.is_none())
    }

    /// The pages of the form, as indexes of questions: first the closing question (or, in a form that cannot open with
    /// one, the first questions), then what people are most ready to add (lists of reasons, free text), then the rest,
    /// at most five questions a page. A question asked on a condition stands on a later page than what it depends on,
    /// so that no script is needed to show or hide it; a note stays with the question after it.
    #[must_use]
    pub fn pages(&self) -> Vec<Vec<usize>> {
        let opening = self.opening().map(|question| question.name.as_str());
        let index = |wanted: &str| self.questions.iter().position(|q| q.name == wanted);
        let mut pages: Vec<Vec<usize>> = opening.and_then(index).map(|i| vec![i]).into_iter().collect();
        let quick = |q: &Question| {
            let known = |name: &str| Some(name) == opening;
            opening.is_some() && matches!(q.kind, Kind::Many | Kind::Text) && q.depends_on().into_iter().all(known)
        };
        let all = || (0..self.questions.len()).filter(|i| Some(self.questions[*i].name.as_str()) != opening);
        let quick_ones = all().filter(|i| quick(&self.questions[*i])).collect();
        let others = all().filter(|i| !quick(&self.questions[*i])).collect();
        pages.extend(self.broken_into_pages(quick_ones));
        pages.extend(self.broken_into_pages(others));
        pages
    }

    fn broken_into_pages(&self, questions: Vec<usize>) -> Vec<Vec<usize>> {
        let mut pages: Vec<Vec<usize>> = Vec::new();
        let (mut page, mut notes, mut asked) = (Vec::new(), Vec::new(), 0);
        for index in questions {
            if self.questions[index].kind == Kind::Note {
                notes.push(index);
                continue;
            }
            let on_page = |name: &str| page.iter().any(|i: &usize| self.questions[*i].name == name);
            let depends_on_page =
                notes.iter().chain([&index]).flat_map(|i| self.questions[*i].depends_on()).any(on_page);
            if asked == MOST_ON_PAGE || depends_on_page {
                pages.push(std::mem::take(&mut page));
                asked = 0;
            }
            page.append(&mut notes);
            page.push(index);
            asked += 1;
        }
        page.append(&mut notes);
        match pages.last_mut() {
            // Notes after the last question need no page of their own.
            Some(last) if asked == 0 => last.append(&mut page),
            _ if page.is_empty() => {}
            _ => pages.push(page),
        }
        pages
    }

    /// What a page shows, given what was chosen before.
    pub fn shown<'a>(&'a self, page: &'a [usize], chosen: &'a Chosen) -> impl Iterator<Item = &'a Question> {
        let holds = |q: &&Question| q.relevant.as_ref().is_none_or(|relevant| relevant.holds(chosen));
        page.iter().map(|i| &self.questions[*i]).filter(holds)
    }

    /// The first page from `from` on that asks something, given what was chosen before.
    #[must_use]
    pub fn next_page(&self, pages: &[Vec<usize>], from: usize, chosen: &Chosen) -> Option<usize> {
        (from..pages.len()).find(|page| self.shown(&pages[*page], chosen).any(|question| question.kind != Kind::Note))
    }
}

impl Question {
    /// The names of the questions that its condition looks at.
    fn depends_on(&self) -> Vec<&str> {
        let parts = self.relevant.iter().flat_map(relevant::parts);
        parts.map(|(question, ..)| question).collect()
    }
}

impl Relevant {
    /// Whether it holds for what was chosen so far: names of the choices, by question name.
    #[must_use]
    pub fn holds(&self, chosen: &Chosen) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A form of questions named q0, q1, …: each of a kind, perhaps asked only when an earlier one was answered so.
    fn form(questions: Vec<(Kind, Option<usize>, bool)>) -> Questionnaire {
        let question = |(i, (kind, needs, closing)): (usize, (Kind, Option<usize>, bool))| {
            let needs = needs.filter(|_| i > 0).map(|n| format!("q{}", n % i));
            Question {
                id: QuestionId(0),
                name: format!("q{i}"),
                kind,
                label: Texts::new(),
                hint: Texts::new(),
                sound: Texts::new(),
                required: false,
                relevant: needs.map(|question| Relevant::Selected { question, value: "1".into() }),
                indicator: None,
                factor: closing.then(|| OVERALL.to_owned()),
                section: None,
                choices: Vec::new(),
            }
        };
        Questionnaire {
            id: QuestionnaireId(0),
            form: "f".into(),
            version: 1,
            default_language: "vi".into(),
            title: Texts::new(),
            sections: Vec::new(),
            questions: questions.into_iter().enumerate().map(question).collect(),
        }
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop::sample::select(vec![Kind::Level, Kind::One, Kind::Many, Kind::Text, Kind::Note])
    }

    proptest! {
        #[test]
        fn every_question_has_one_page_of_at_most_five_and_comes_after_what_it_depends_on(
            questions in prop::collection::vec((kinds(), prop::option::of(0usize..40), any::<bool>()), 1..40),
        ) {
            let form = form(questions);
            let pages = form.pages();
            let mut order: Vec<usize> = pages.iter().flatten().copied().collect();
            order.sort_unstable();
            prop_assert_eq!(order, (0..form.questions.len()).collect::<Vec<_>>());
            let page_of = |name: &str| pages.iter().position(|page| page.iter().any(|i| form.questions[*i].name == name));
            for (at, page) in pages.iter().enumerate() {
                let asked = page.iter().filter(|i| form.questions[**i].kind != Kind::Note).count();
                prop_assert!(asked <= MOST_ON_PAGE);
                for question in page.iter().map(|i| &form.questions[*i]).filter(|q| q.kind != Kind::Note) {
                    for needed in question.depends_on() {
                        let note = form.question(needed).is_some_and(|q| q.kind == Kind::Note);
                        prop_assert!(note || page_of(needed) < Some(at), "{} depends on {}", question.name, needed);
                    }
                }
            }
        }
    }

    #[test]
    fn a_page_on_which_nothing_is_asked_of_this_person_is_passed_over() {
        let one = |needs| (Kind::One, needs, false);
        let form = form(vec![one(None), one(Some(0)), one(None)]);
        let pages = form.pages();
        assert_eq!(pages, [vec![0], vec![1, 2]]);
        let chosen = |name: &str| Chosen::from([("q0".to_owned(), BTreeSet::from([name.to_owned()]))]);
        assert_eq!(form.next_page(&pages[..2], 1, &chosen("2")), Some(1));
        let only_that = vec![vec![0], vec![1]];
        assert_eq!(form.next_page(&only_that, 1, &chosen("2")), None);
        assert_eq!(form.next_page(&only_that, 1, &chosen("1")), Some(1));
    }
}
