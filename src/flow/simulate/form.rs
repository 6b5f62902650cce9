//! A questionnaire as the simulation sees it: page by page, what kind of answer each question takes and what drives
//! it. Worked out once, so that drawing an answer looks nothing up.

use rand::Rng;

use super::department::normal;
use crate::domain::questionnaire::{Kind, NOT_APPLICABLE, Question, Questionnaire};
use crate::domain::{Indicator, OVERALL, QuestionId, QuestionnaireId};

/// What people feel about one side of their visit.
pub(super) struct Factor {
    /// Name in the questionnaires.
    pub(super) name: &'static str,
    /// How much easier (or harder) to satisfy than the whole, in logits.
    pub(super) ease: f64,
    /// How much of what people feel here colours the closing question.
    pub(super) weight: f64,
    /// Share of people to whom such a question does not apply.
    pub(super) na: f64,
}

/// The factors. Staff and result weigh most in what people say at the end; few have ever filed a remark, so most
/// cannot judge how remarks are handled; buildings and equipment are what schools are faulted for.
pub(super) const FACTORS: [Factor; 10] = [
    Factor { name: "other", ease: 0.0, weight: 0.0, na: 0.02 },
    Factor { name: "access", ease: -0.10, weight: 0.25, na: 0.02 },
    Factor { name: "procedure", ease: -0.05, weight: 0.45, na: 0.03 },
    Factor { name: "staff", ease: 0.20, weight: 1.30, na: 0.01 },
    Factor { name: "result", ease: 0.10, weight: 1.00, na: 0.05 },
    Factor { name: "feedback", ease: -0.40, weight: 0.15, na: 0.34 },
    Factor { name: "facilities", ease: -0.55, weight: 0.40, na: 0.03 },
    Factor { name: "environment", ease: 0.20, weight: 0.60, na: 0.02 },
    Factor { name: "activities", ease: 0.10, weight: 0.70, na: 0.03 },
    Factor { name: "progress", ease: 0.15, weight: 0.50, na: 0.04 },
];

/// Reasons people can tick, and the factor each belongs to. A reason not listed belongs to the first factor.
pub(super) const THEMES: [(&str, &str); 7] = [
    ("time", "result"),
    ("guidance", "procedure"),
    ("attitude", "staff"),
    ("result", "result"),
    ("fees", "procedure"),
    ("place", "access"),
    ("other", "feedback"),
];

/// How differently the questions of one factor are answered, in logits.
const ITEM_SPREAD: f64 = 0.18;

/// One version of a form, page by page.
#[derive(Debug)]
pub(super) struct Form {
    /// Row number of the questionnaire.
    pub(super) id: QuestionnaireId,
    /// What is asked on each page.
    pub(super) pages: Vec<Vec<Ask>>,
    /// Whether it is about teaching: the level then comes from another side of the unit.
    pub(super) teaching: bool,
    /// How much each factor that the form asks about colours its closing question.
    pub(super) weights: [f64; FACTORS.len()],
}

/// One question.
#[derive(Debug)]
pub(super) enum Ask {
    /// The closing question; never left blank, as it must be answered.
    Overall(QuestionId),
    /// A level question about one factor.
    Item {
        /// Row number.
        question: QuestionId,
        /// Index into [`FACTORS`].
        factor: usize,
        /// How much easier than the rest of its factor, in logits.
        ease: f64,
        /// Whether "does not apply" is offered.
        na: bool,
    },
    /// Whether papers were asked for again.
    Papers {
        /// Row number.
        question: QuestionId,
        /// Value of "no, nothing again".
        spared: i64,
        /// Value of "yes, again".
        again: i64,
        /// Whether "does not know" is offered.
        na: bool,
    },
    /// Another list of one: values from the best case to the worst.
    Ladder {
        /// Row number.
        question: QuestionId,
        /// Values of the choices.
        values: Vec<i64>,
    },
    /// Reasons to tick.
    Reasons {
        /// Row number.
        question: QuestionId,
        /// Name of each reason, its factor and its value.
        reasons: Vec<(&'static str, usize, i64)>,
    },
    /// Free text.
    Words(QuestionId),
}

/// Index of a factor by name; the first one for names that are not known.
pub(super) fn factor(name: &str) -> usize {
    FACTORS.iter().position(|factor| factor.name == name).unwrap_or(0)
}

impl Form {
    /// Works a questionnaire out. A question that is asked only on a condition is left out: none of the sample
    /// department's forms has one.
    pub(super) fn new<R: Rng>(rng: &mut R, questionnaire: &Questionnaire) -> Self {
        let page = |rng: &mut R, page: Vec<usize>| -> Vec<Ask> {
            page.into_iter()
                .map(|index| &questionnaire.questions[index])
                .filter(|question| question.relevant.is_none())
                .filter_map(|question| Ask::new(rng, question))
                .collect()
        };
        let pages = questionnaire.pages().into_iter().map(|indexes| page(rng, indexes)).collect::<Vec<_>>();
        let mut weights = [0.0; FACTORS.len()];
        for index in questionnaire.questions.iter().filter_map(|q| q.factor.as_deref()).map(factor) {
            weights[index] = FACTORS[index].weight;
        }
        Self {
            id: questionnaire.id,
            weights,
            pages: pages.into_iter().filter(|page| !page.is_empty()).collect(),
            teaching: questionnaire.questions.iter().any(|q| q.indicator == Some(Indicator::Education)),
        }
    }
}

impl Ask {
    fn new<R: Rng>(rng: &mut R, question: &Question) -> Option<Self> {
        let id = question.id;
        let na = question.choices.iter().any(|choice| choice.value == NOT_APPLICABLE);
        let value_of = |name: &str| question.choices.iter().find(|choice| choice.name == name).map(|c| c.value);
        Some(match question.kind {
            Kind::Note => return None,
            Kind::Text => Self::Words(id),
            Kind::Level if question.factor.as_deref() == Some(OVERALL) => Self::Overall(id),
            Kind::Level => Self::Item {
                question: id,
                factor: question.factor.as_deref().map_or(0, factor),
                ease: normal(rng, 0.0, ITEM_SPREAD),
                na,
            },
            Kind::Many => Self::Reasons {
                question: id,
                reasons: question
                    .choices
                    .iter()
                    .map(|choice| {
                        let (name, of) = reason(&choice.name);
                        (name, factor(of), choice.value)
                    })
                    .collect(),
            },
            Kind::One => match (question.indicator, value_of("no"), value_of("yes")) {
                (Some(Indicator::PapersAgain), Some(spared), Some(again)) => {
                    Self::Papers { question: id, spared, again, na }
                }
                _ => Self::Ladder {
                    question: id,
                    values: question.choices.iter().map(|c| c.value).filter(|v| *v != NOT_APPLICABLE).collect(),
                },
            },
        })
    }
}

fn reason(name: &str) -> (&'static str, &'static str) {
    THEMES.into_iter().find(|(theme, _)| *theme == name).unwrap_or(("other", "other"))
}

/// Index of the factor that a theme of remarks belongs to; themes of schools are factors themselves.
pub(super) fn factor_of_theme(name: &str) -> usize {
    factor(THEMES.into_iter().find_map(|(theme, of)| (theme == name).then_some(of)).unwrap_or(name))
}
