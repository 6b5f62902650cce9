//! One question as the citizen sees it, on whatever page it stands; and what is said when it must be answered again.

use maud::{Markup, html};

use crate::domain::answer::{Fault, Mend};
use crate::domain::questionnaire::{Choice, Kind, Question, Questionnaire, Texts};
use crate::web::fields::errors;
use crate::web::sound;
use crate::words::Lang;

/// A page of questions: in which language, what was entered, and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// The form.
    pub form: &'a Questionnaire,
    /// What was entered.
    pub fields: &'a [(String, String)],
    /// What is wrong with it.
    pub faults: &'a [Fault],
}

impl Page<'_> {
    /// A question with what answers it. `instead` stands for its own words.
    #[must_use]
    pub fn question(&self, question: &Question, instead: Option<&str>) -> Markup {
        let own = self.said(&question.label);
        let (label, language) = instead.map_or(own, |words| (words, None));
        match question.kind {
            Kind::Note => html! { p.note lang=[language] { (label) } (sound::player(self.lang, question, label)) },
            Kind::Text => self.text(question, label, language),
            Kind::Level | Kind::One | Kind::Many => html! {
                fieldset.question id=(self.id(question)) aria-describedby=[self.described(question)] {
                    legend.ask lang=[language] { (label) }
                    (sound::player(self.lang, question, label))
                    (self.hint(question))
                    (self.fault(question))
                    @for (at, choice) in question.choices.iter().enumerate() { (self.choice(question, at, choice)) }
                }
            },
        }
    }

    /// One row that can be chosen: the whole of it is the target.
    #[must_use]
    pub fn choice(&self, question: &Question, at: usize, choice: &Choice) -> Markup {
        let (words, language) = self.said(&choice.label);
        let level = (question.kind == Kind::Level).then_some(choice.value).filter(|value| (1..=5).contains(value));
        html! {
            label.row for=(self.id_of_choice(question, at)) {
                input type=(if question.kind == Kind::Many { "checkbox" } else { "radio" }) name=(question.name)
                    value=(choice.name) id=(self.id_of_choice(question, at))
                    checked[self.fields.iter().any(|(key, value)| *key == question.name && *value == choice.name)];
                span lang=[language] { (words) }
                @if let Some(level) = level { (face(level)) }
            }
        }
    }

    fn text(&self, question: &Question, label: &str, language: Option<&str>) -> Markup {
        let id = self.id(question);
        let entered = self.fields.iter().find(|(key, _)| *key == question.name).map(|(_, value)| value.as_str());
        html! {
            div.question {
                label.ask for=(id) lang=[language] { (label) }
                (sound::player(self.lang, question, label))
                (self.hint(question))
                (self.fault(question))
                // The first line break of a textarea is not part of its text.
                textarea id=(id) name=(question.name) rows="4" aria-describedby=[self.described(question)]
                    aria-invalid=[self.fault_of(question).map(|_| "true")] { "\n" (entered.unwrap_or_default()) }
            }
        }
    }

    /// Words of help under a question.
    #[must_use]
    pub fn hint(&self, question: &Question) -> Markup {
        let own = self.said(&question.hint);
        let standard = self.lang.text("t-comment-hint");
        let (hint, language) = match question.kind {
            Kind::Text if own.0.is_empty() => (standard.as_str(), None),
            _ => own,
        };
        html! { @if !hint.is_empty() { p.hint id=(format!("{}-hint", self.id(question))) lang=[language] { (hint) } } }
    }

    /// What is wrong with a question, beside it.
    #[must_use]
    pub fn fault(&self, question: &Question) -> Markup {
        html! {
            @if let Some(mend) = self.fault_of(question) {
                p.fault id=(format!("{}-loi", self.id(question))) {
                    strong { (self.lang.text("err-word")) } " " (self.sentence(question, mend))
                }
            }
        }
    }

    /// The ids of the hint and of the fault of a question, for screen readers.
    #[must_use]
    pub fn described(&self, question: &Question) -> Option<String> {
        let id = self.id(question);
        let hinted = question.kind == Kind::Text || !question.hint.is_empty();
        let hint = hinted.then(|| format!("{id}-hint"));
        let fault = self.fault_of(question).map(|_| format!("{id}-loi"));
        let ids: Vec<String> = hint.into_iter().chain(fault).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The box at the top of a page that came back: what to do, each line leading to its place.
    #[must_use]
    pub fn summary(&self) -> Markup {
        let target = |fault: &Fault| match fault {
            Fault::Answer(name, mend) => self.form.question(name).map(|question| {
                let id = if question.choices.is_empty() { self.id(question) } else { self.id_of_choice(question, 0) };
                (id, self.sentence(question, *mend))
            }),
            Fault::Malformed => None,
        };
        errors(self.lang, self.faults.iter().filter_map(target))
    }

    /// The page's title, which says first that something must be mended.
    #[must_use]
    pub fn title(&self, title: &str) -> String {
        if self.faults.is_empty() { title.to_owned() } else { format!("{}{title}", self.lang.text("err-prefix")) }
    }

    /// Words in the page's language, else in the form's own, and then which that is.
    #[must_use]
    pub fn said<'t>(&'t self, texts: &'t Texts) -> (&'t str, Option<&'t str>) {
        let own = self.form.default_language.as_str();
        let language = (!texts.contains_key(self.lang.code()) && texts.contains_key(own)).then_some(own);
        (self.form.words(texts, self.lang.code()), language)
    }

    /// The names of questions may be anything; ids count them, so that none can clash.
    #[must_use]
    pub fn id(&self, question: &Question) -> String {
        let at = self.form.questions.iter().position(|q| q.name == question.name).unwrap_or_default();
        format!("q{}", at + 1)
    }

    /// The id of a choice; `r1` to `r5` for the levels of the opening question.
    fn id_of_choice(&self, question: &Question, at: usize) -> String {
        let opening = self.form.opening().is_some_and(|opening| opening.name == question.name);
        if opening { format!("r{}", at + 1) } else { format!("{}-{}", self.id(question), at + 1) }
    }

    fn fault_of(&self, question: &Question) -> Option<Mend> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Answer(name, mend) if *name == question.name => Some(*mend),
            _ => None,
        })
    }

    /// What to do. On a page with several questions it names the one it means.
    fn sentence(&self, question: &Question, mend: Mend) -> String {
        let lang = self.lang;
        let about = |key: &str| lang.text_with(key, &[("question", self.said(&question.label).0)]);
        let opening = self.form.opening().is_some_and(|opening| opening.name == question.name);
        match (mend, question.kind) {
            (Mend::Choose, _) if opening => lang.text("err-choose"),
            (Mend::Choose, Kind::Level) => about("err-choose-level"),
            (Mend::Choose, Kind::Many) => about("err-choose-some"),
            (Mend::Choose, _) => about("err-choose-one"),
            (Mend::ChooseAny, _) => lang.text("err-choose-any"),
            (Mend::Write, _) => about("err-write"),
            (Mend::Shorten(by), _) => {
                lang.text_with("err-long", &[("n", &crate::present::number::count(lang, by as u64))])
            }
        }
    }
}

/// A face in one ink: brows raised in worry at 1, mouth open at 5, so that the ends differ by more than a curve.
#[must_use]
pub fn face(level: i64) -> Markup {
    let mouth = match level {
        1 => "M11 26q7-8 14 0M9 12l5-3M27 12l-5-3",
        2 => "M12 25q6-4 12 0",
        3 => "M12 24h12",
        4 => "M12 22q6 5 12 0",
        _ => "M10 21h16q-2 8-8 8t-8-8z",
    };
    html! {
        svg.face viewBox="0 0 36 36" width="36" height="36" aria-hidden="true" focusable="false" {
            circle cx="18" cy="18" r="16" {}
            path d="M13 15v2M23 15v2" {}
            path d=(mouth) {}
        }
    }
}
