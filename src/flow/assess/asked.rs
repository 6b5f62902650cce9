//! What a view measures: which questions, and as what they are counted.

use std::collections::{BTreeSet, HashMap};

use super::Measure;
use super::read::{Role, roles};
use super::view::{Place, Subject, View};
use crate::domain::Indicator;
use crate::domain::questionnaire::{Kind, Question, Questionnaire};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::Catalogue;

/// What a view measures, question by question.
pub(super) struct Asked<'a> {
    pub(super) indicator: Indicator,
    pub(super) measure: Measure,
    /// What is counted for the measure and the index beside it, and as what.
    pub(super) roles: HashMap<i64, Role>,
    /// The same without the criteria, whose moments are enough for a line.
    pub(super) light: HashMap<i64, Role>,
    /// Of these, what tells how many persons the measure has.
    pub(super) counting: HashMap<i64, Role>,
    /// Every question of the forms that ask for the indicator, as told apart: the same name in all versions of a form
    /// is one question. The newest wording, and the questions by number.
    pub(super) questions: Vec<(&'a Questionnaire, &'a Question, BTreeSet<i64>)>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(catalogue: &'a Catalogue, view: &View) -> Result<Self> {
        let mut forms: Vec<&Questionnaire> = catalogue.questionnaires.values().map(AsRef::as_ref).collect();
        forms.sort_by(|a, b| (&a.form, b.version).cmp(&(&b.form, a.version)));
        let all = roles(forms.iter().copied());
        let (indicator, own): (Indicator, HashMap<i64, Role>) = match &view.subject {
            Subject::Indicator(indicator) => {
                let of = all.iter().filter(|(_, (of, _))| of == indicator);
                (*indicator, of.map(|(id, (_, role))| (*id, *role)).collect())
            }
            Subject::Question { form, name } => one(&forms, form, name)?,
        };
        let light: HashMap<i64, Role> =
            own.iter().filter(|(_, role)| **role != Role::Criterion).map(|(id, role)| (*id, *role)).collect();
        let measure = view.subject.measure();
        let counts = |role: &Role| match measure {
            Measure::Closing => *role == Role::Closing,
            Measure::PooledIndex => *role == Role::Moments,
            Measure::ShareOfNo => matches!(role, Role::NoOrYes(..)),
        };
        let counting = light.iter().filter(|(_, role)| counts(role)).map(|(id, role)| (*id, *role)).collect();
        // Places that have no rows of other questions.
        let feeding_only = matches!(view.place, Place::UnitProcedure(..) | Place::Point(..));
        let asks = |form: &&Questionnaire| form.questions.iter().any(|q| q.indicator == Some(indicator));
        let names: BTreeSet<&str> = forms.iter().filter(|form| asks(form)).map(|form| form.form.as_str()).collect();
        let mut questions: Vec<(&Questionnaire, &Question, BTreeSet<i64>)> = Vec::new();
        let mut place: HashMap<(&str, &str), usize> = HashMap::new();
        for form in forms.into_iter().filter(|form| names.contains(form.form.as_str())) {
            for question in &form.questions {
                let wanted = match question.kind {
                    Kind::Level => question.indicator == Some(indicator),
                    Kind::Many => !feeding_only || question.indicator.is_some(),
                    Kind::One | Kind::Text | Kind::Note => false,
                };
                if !wanted {
                    continue;
                }
                // Newer versions come first, so that theirs are the words.
                let at = *place.entry((&form.form, &question.name)).or_insert_with(|| {
                    questions.push((form, question, BTreeSet::new()));
                    questions.len() - 1
                });
                if questions[at].1.kind == question.kind {
                    questions[at].2.insert(question.id.0);
                }
            }
        }
        Ok(Self { indicator, measure, roles: own, light, counting, questions })
    }

    /// Every question told apart, by number.
    pub(super) fn all(&self) -> Vec<i64> {
        self.questions.iter().flat_map(|(_, _, ids)| ids.iter().copied()).collect()
    }
}

/// One question in all versions of a form that ask it by levels for the same indicator.
fn one(forms: &[&Questionnaire], form: &str, name: &str) -> Result<(Indicator, HashMap<i64, Role>)> {
    let asked: Vec<&Question> = forms
        .iter()
        .filter(|each| each.form == form)
        .filter_map(|each| each.question(name))
        .filter(|question| question.kind == Kind::Level && question.indicator.is_some())
        .collect();
    let indicator = asked.first().and_then(|question| question.indicator).ok_or(Error::NotFound("question"))?;
    let same = asked.into_iter().filter(|question| question.indicator == Some(indicator));
    Ok((indicator, same.map(|question| (question.id.0, Role::Closing)).collect()))
}
