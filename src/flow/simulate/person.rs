//! One person: how satisfied, which pages they fill in, what they tick and write. An ordered logit with a mood that
//! all answers of a person share, so that one person's answers go together as they do in life.

use rand::{Rng, RngExt};

use super::department::normal;
use super::draw;
use super::form::{Ask, FACTORS, Form};
use super::remarks::{Remarks, Setting, Tone};
use crate::domain::questionnaire::{BLANK, NOT_APPLICABLE};
use crate::domain::{Channel, QuestionId};

/// Spread of the mood that colours all answers of one person, in logits: answers to two questions then correlate
/// by a little less than 0.5, as in published surveys of this kind.
const MOOD: f64 = 1.9;
/// Spread of what one person met on one side of the visit, in logits.
const EXPERIENCE: f64 = 1.0;
/// A share on the logit scale shrinks by `1/sqrt(1 + 0.346·variance)` when a normal number is added before it is
/// cut at 0 (the usual approximation, (16√3/15π)²); the wanted share is stretched by as much beforehand.
const SHRINK: f64 = 0.346;
/// Above this a satisfied person says "very".
const VERY_SATISFIED: f64 = 3.4;
/// Below this a person who is not satisfied is dissatisfied, not in between.
const DISSATISFIED: f64 = -1.3;
/// Below this "very".
const VERY_DISSATISFIED: f64 = -3.0;

/// Share of people who, having more to say, give every question the level of the first.
const STRAIGHT_LINE: f64 = 0.09;
/// Share of questions left blank on the first page of items; it grows by half with each page.
const LEFT_BLANK: f64 = 0.025;
/// Most people stop after the first tap; the dissatisfied have more to say.
const GO_ON: f64 = 0.19;
/// See [`GO_ON`].
const GO_ON_DISSATISFIED: f64 = 0.40;
/// At a tablet, with people waiting behind, fewer go on.
const GO_ON_AT_KIOSK: f64 = 0.5;
/// Of those who went on, how many fill in each further page.
const NEXT_PAGE: f64 = 0.62;
/// A form without a closing question is long from the start: who begins mostly goes on.
const GO_ON_LONG: f64 = 0.70;
/// In a class there is time set apart for the survey.
const GO_ON_IN_CLASS: f64 = 0.90;
/// Share of those who see the box for remarks and write, by tone: good, bad, in between.
const WRITE: [f64; 3] = [0.20, 0.58, 0.34];
/// Share of satisfied people whose remark is a wish, not praise.
const WISH: f64 = 0.14;
/// Share of people who read the pages in another language.
const OTHER_LANGUAGE: f64 = 0.008;

/// What is known of somebody before they answer.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// The form they get.
    pub(super) form: &'a Form,
    /// The way they answer.
    pub(super) channel: Channel,
    /// Wanted share of satisfied people, on the logit scale.
    pub(super) level: f64,
    /// The same for single factors, added to the level.
    pub(super) strengths: &'a [f64; FACTORS.len()],
    /// Share of people spared from handing in papers again, on the logit scale.
    pub(super) papers: f64,
    /// Where remarks are written.
    pub(super) setting: Setting,
}

/// What they sent: the answers of each page sent, and what was written there.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Answers of the page.
    pub(super) answers: Vec<(QuestionId, i64)>,
    /// Free text of the page.
    pub(super) texts: Vec<(QuestionId, String)>,
}

/// A person in the middle of the form.
struct Person {
    mood: f64,
    experience: [f64; FACTORS.len()],
    level: f64,
    /// Level of the first answer, for those who give every question the same.
    first: Option<i64>,
    straight: bool,
    /// Reason that moved them most, for what they write.
    reason: Option<&'static str>,
}

/// Draws one person's sheets, at least one, and the language of their pages.
pub(super) fn answer<R: Rng>(rng: &mut R, case: &Case<'_>, remarks: &Remarks) -> (Vec<Sheet>, &'static str) {
    let language = if rng.random_bool(OTHER_LANGUAGE) { "en" } else { "vi" };
    let squares: f64 = case.form.weights.iter().map(|weight| weight * weight).sum();
    let spread = MOOD * MOOD + EXPERIENCE * EXPERIENCE * squares;
    let mut person = Person {
        mood: normal(rng, 0.0, MOOD),
        experience: std::array::from_fn(|_| normal(rng, 0.0, EXPERIENCE)),
        level: case.level * (1.0 + SHRINK * spread).sqrt(),
        first: None,
        straight: rng.random_bool(STRAIGHT_LINE),
        reason: None,
    };
    let mut sheets = Vec::with_capacity(1);
    for (number, page) in case.form.pages.iter().enumerate() {
        if number > 0 && !rng.random_bool(person.goes_on(case, number)) {
            break;
        }
        let sheet = person.fill(rng, case, page, number, remarks, language);
        // A page of a remark only, left empty, is not sent.
        if !sheet.answers.is_empty() || !sheet.texts.is_empty() {
            sheets.push(sheet);
        }
    }
    (sheets, language)
}

impl Person {
    fn goes_on(&self, case: &Case<'_>, page: usize) -> f64 {
        let quick = matches!(case.form.pages.first().map(Vec::as_slice), Some([Ask::Overall(_)]));
        match (case.channel, quick, page) {
            (Channel::Round, ..) => GO_ON_IN_CLASS,
            (_, false, _) => GO_ON_LONG,
            (channel, true, 1) => {
                let dissatisfied = self.first.is_some_and(|level| level <= 2);
                let ready = if dissatisfied { GO_ON_DISSATISFIED } else { GO_ON };
                if channel == Channel::Kiosk { ready * GO_ON_AT_KIOSK } else { ready }
            }
            _ => NEXT_PAGE,
        }
    }

    fn fill<R: Rng>(
        &mut self,
        rng: &mut R,
        case: &Case<'_>,
        page: &[Ask],
        number: usize,
        remarks: &Remarks,
        language: &str,
    ) -> Sheet {
        let mut sheet = Sheet { answers: Vec::with_capacity(page.len()), texts: Vec::new() };
        let blank = LEFT_BLANK * (1.0 + number as f64 / 2.0);
        for ask in page {
            match ask {
                Ask::Overall(question) => {
                    let coloured: f64 =
                        case.form.weights.iter().zip(&self.experience).map(|(weight, felt)| weight * felt).sum();
                    let level = level_of(self.level + self.mood + coloured + logistic(rng));
                    self.first = Some(level);
                    sheet.answers.push((*question, level));
                }
                Ask::Item { question, factor, ease, na } => {
                    let value = self.item(rng, case, *factor, *ease, *na, blank);
                    sheet.answers.push((*question, value));
                }
                Ask::Papers { question, spared, again, na } => {
                    let value = match rng.random::<f64>() {
                        at if *na && at < 0.08 => NOT_APPLICABLE,
                        at if at > 1.0 - blank => BLANK,
                        _ if logistic(rng) + 0.3 * self.mood + case.papers > 0.0 => *spared,
                        _ => *again,
                    };
                    sheet.answers.push((*question, value));
                }
                Ask::Ladder { question, values } => {
                    // Who is content came once; each further choice is the rarer, the better the mood.
                    let steps = (0..values.len()).map(|step| (-(1.5 + 0.3 * self.mood) * step as f64).exp());
                    let value = if rng.random_bool(blank) { BLANK } else { values[draw(rng, steps)] };
                    sheet.answers.push((*question, value));
                }
                Ask::Reasons { question, reasons } => {
                    let ticked = self.reasons(rng, case, reasons);
                    if ticked.is_empty() {
                        sheet.answers.push((*question, BLANK));
                    }
                    sheet.answers.extend(ticked.into_iter().map(|value| (*question, value)));
                }
                Ask::Words(question) => {
                    let text = (language == "vi").then(|| self.words(rng, case, remarks)).flatten();
                    sheet.texts.extend(text.map(|text| (*question, text)));
                }
            }
        }
        sheet
    }

    fn item<R: Rng>(&mut self, rng: &mut R, case: &Case<'_>, factor: usize, ease: f64, na: bool, blank: f64) -> i64 {
        if let (true, Some(level)) = (self.straight, self.first) {
            return level;
        }
        let chance = rng.random::<f64>();
        if na && chance < FACTORS[factor].na {
            return NOT_APPLICABLE;
        }
        // Nobody can send a first page with nothing on it.
        if self.first.is_some() && chance > 1.0 - blank {
            return BLANK;
        }
        let felt = self.experience[factor] + case.strengths[factor] + FACTORS[factor].ease + ease;
        let level = level_of(self.level + self.mood + felt + logistic(rng));
        self.first.get_or_insert(level);
        level
    }

    /// One reason or two, those that moved the person most: what went well when satisfied, what did not otherwise.
    fn reasons<R: Rng>(&mut self, rng: &mut R, case: &Case<'_>, reasons: &[(&'static str, usize, i64)]) -> Vec<i64> {
        let number = draw(rng, [0.22, 0.50, 0.22, 0.06]).min(reasons.len());
        let mut ticked = Vec::with_capacity(number);
        for _ in 0..number {
            let weights = reasons.iter().map(|(name, factor, value)| {
                let usual = if *name == "other" { 0.3 } else { 1.0 };
                if ticked.contains(value) { 0.0 } else { usual * self.pull(case, *factor).exp() }
            });
            let (name, _, value) = reasons[draw(rng, weights)];
            self.reason.get_or_insert(name);
            ticked.push(value);
        }
        ticked.sort_unstable();
        ticked
    }

    /// How strongly a factor speaks for what the person says: upwards when satisfied, downwards otherwise.
    fn pull(&self, case: &Case<'_>, factor: usize) -> f64 {
        let felt = self.experience[factor] + 2.0 * case.strengths[factor] + FACTORS[factor].ease;
        1.5 * if self.first.is_none_or(|level| level >= 4) { felt } else { -felt }
    }

    fn words<R: Rng>(&self, rng: &mut R, case: &Case<'_>, remarks: &Remarks) -> Option<String> {
        let (tone, chance) = match self.first.unwrap_or(4) {
            ..=2 => (Tone::Bad, WRITE[1]),
            3 => (if rng.random_bool(0.5) { Tone::Bad } else { Tone::Wish }, WRITE[2]),
            _ => (if rng.random_bool(WISH) { Tone::Wish } else { Tone::Good }, WRITE[0]),
        };
        if !rng.random_bool(chance) {
            return None;
        }
        let theme = self.reason.unwrap_or_else(|| {
            let names: &[&str] = match case.setting {
                Setting::Parents | Setting::Learners => {
                    &["access", "facilities", "environment", "activities", "progress", "other"]
                }
                _ => &["time", "guidance", "attitude", "result", "fees", "place", "other"],
            };
            let weights = names.iter().map(|name| self.pull(case, super::form::factor_of_theme(name)).exp());
            names[draw(rng, weights)]
        });
        remarks.write(rng, case.setting, tone, theme)
    }
}

fn level_of(felt: f64) -> i64 {
    match felt {
        f if f > VERY_SATISFIED => 5,
        f if f > 0.0 => 4,
        f if f > DISSATISFIED => 3,
        f if f > VERY_DISSATISFIED => 2,
        _ => 1,
    }
}

/// A number from the standard logistic distribution.
fn logistic<R: Rng>(rng: &mut R) -> f64 {
    let at = rng.random::<f64>().clamp(1e-12, 1.0 - 1e-12);
    (at / (1.0 - at)).ln()
}
