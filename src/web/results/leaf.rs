//! A publication on its page: which one it is, what became of it, what was done, and what else there is.

use maud::{Markup, html};

use super::address;
use crate::domain::period::written;
use crate::domain::{Day, PublicationId};
use crate::flow::assess::{Excluded, Findings};
use crate::flow::publish::{Publication, Standing};
use crate::present::number;
use crate::web::ui;
use crate::words::Lang;

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'a> {
    /// The figures.
    pub findings: &'a Findings,
    /// Whose they are; none for what is not published yet.
    pub publication: Option<&'a Publication>,
    /// What was done about the results before, in words.
    pub did: &'a str,
    /// What units say that they did about comments of the period: their names and words, the newest first.
    pub answered: &'a [(String, String)],
    /// Every publication, for the list below.
    pub all: &'a [Publication],
}

impl<'a> Leaf<'a> {
    /// A publication.
    #[must_use]
    pub fn of(
        findings: &'a Findings,
        publication: &'a Publication,
        answered: &'a [(String, String)],
        all: &'a [Publication],
    ) -> Self {
        Self { findings, publication: Some(publication), did: &publication.did, answered, all }
    }

    /// What would be published.
    #[must_use]
    pub fn preview(findings: &'a Findings, did: &'a str) -> Self {
        Self { findings, publication: None, did, answered: &[], all: &[] }
    }

    /// Number, day, and whether the figures may still change.
    pub(super) fn head(&self, lang: Lang) -> Markup {
        let Some(publication) = self.publication else { return html! {} };
        let day = |at: i64| written(lang, Day::at(at));
        let args = [("n", publication.id.0.to_string()), ("day", day(publication.at))];
        html! {
            p class="publication" {
                (lang.text_with("published-number", &args.each_ref().map(|(name, text)| (*name, text.as_str())))) " "
                @match publication.frozen_at {
                    Some(at) => (lang.text_with("published-frozen", &[("day", &day(at))])),
                    None => (lang.text("published-live")),
                }
                @if let Some(old) = publication.replaces { " " (corrects(lang, self.all, old)) }
            }
            @if let Standing::Replaced(by) = publication.standing {
                p class="notice" {
                    (lang.text_with("published-replaced", &[("n", &by.0.to_string())])) " "
                    @if let Some(by) = self.all.iter().find(|one| one.id == by) {
                        a href=(href(lang, by)) { (lang.text("published-replaced-see")) }
                    }
                }
            }
        }
    }

    /// "Chúng tôi đã làm gì": a paragraph for each line, and what units did about comments.
    pub(super) fn did(&self, lang: Lang) -> Markup {
        html! {
            @if !self.did.is_empty() || !self.answered.is_empty() {
                section class="did" aria-labelledby="h-did" {
                    h2 id="h-did" { (lang.text("published-did")) }
                    @for line in self.did.lines() { p lang=[ui::named(lang)] { (line) } }
                    @if !self.answered.is_empty() {
                        h3 { (lang.text("published-answered")) }
                        ul {
                            @for (unit, words) in self.answered {
                                li lang=[ui::named(lang)] { strong { (unit) } ": " (words) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn corrects(lang: Lang, all: &[Publication], old: PublicationId) -> Markup {
    let words = lang.text_with("published-corrects", &[("n", &old.0.to_string())]);
    html! {
        @match all.iter().find(|one| one.id == old) {
            Some(old) => a href=(href(lang, old)) { (words) },
            None => (words),
        }
    }
}

/// The address of a publication.
#[must_use]
pub fn href(lang: Lang, publication: &Publication) -> String {
    format!("/results?{}&lang={}", address(publication, Excluded::LeftOut), lang.code())
}

/// Every publication, the newest period first; those corrected and taken back too.
pub(super) fn list(lang: Lang, all: &[Publication], shown: Option<&Publication>) -> Markup {
    html! {
        @if !all.is_empty() {
            section class="all" aria-labelledby="h-all" {
                h2 id="h-all" { (lang.text("published-all")) }
                ul {
                    @for one in all {
                        li {
                            @let here = shown.is_some_and(|shown| shown.id == one.id);
                            a href=(href(lang, one)) aria-current=[here.then_some("page")] { (one.period.label(lang)) }
                            " · " (standing(lang, one))
                        }
                    }
                }
            }
        }
    }
}

/// What a publication is, in a few words.
#[must_use]
pub fn standing(lang: Lang, publication: &Publication) -> String {
    let day = |at: i64| written(lang, Day::at(at));
    let number = number::count(lang, u64::try_from(publication.id.0).unwrap_or_default());
    let with = |key, more: (&str, &str)| lang.text_with(key, &[("n", &number), more]);
    match (&publication.standing, publication.frozen_at) {
        (Standing::Withdrawn { at, .. }, _) => with("published-list-withdrawn", ("day", &day(*at))),
        (Standing::Replaced(by), _) => with("published-list-replaced", ("by", &by.0.to_string())),
        (Standing::InForce, Some(_)) => with("published-list-frozen", ("day", &day(publication.at))),
        (Standing::InForce, None) => with("published-list-live", ("day", &day(publication.at))),
    }
}
