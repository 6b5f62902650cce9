//! The forms about one comment. Each is sent by itself; what was entered in one that came back is there again.

use maud::{Markup, html};

use super::filter::{status_words, units};
use crate::domain::Day;
use crate::domain::account::Scope;
use crate::domain::working::WorkingDays;
use crate::error::Fault;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::comments::{Comment, HideReason, Status};
use crate::store::handlings::Row;
use crate::web::fields::Entry;
use crate::web::ui;
use crate::web::visitor::Fields;

/// So many working days from today are named where a day is chosen.
const USUAL: u32 = 5;

/// What a form does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Assign,
    Note,
    Answer,
    Status,
    Hide,
    Show,
    Mask,
    Unmask,
}

impl Way {
    const ALL: [Self; 8] =
        [Self::Assign, Self::Note, Self::Answer, Self::Status, Self::Hide, Self::Show, Self::Mask, Self::Unmask];

    /// The name in addresses and keys of words.
    fn name(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Note => "note",
            Self::Answer => "answer",
            Self::Status => "status",
            Self::Hide => "hide",
            Self::Show => "show",
            Self::Mask => "mask",
            Self::Unmask => "unmask",
        }
    }

    /// That of a name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// The field that a fault is about.
pub(super) fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        "comments-due-wrong" => "due",
        "comments-note-needed" => "note",
        "comments-answer-needed" => "answer",
        "comments-reason-needed" => "reason",
        "comments-reason-words-needed" => "why",
        "comments-name-not-there" | "comments-name-needed" => "name",
        _ => "main",
    }
}

/// What the forms of a page share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) entry: &'a Entry<'a>,
    pub(super) entered: &'a Fields,
    pub(super) comment: &'a Comment,
    pub(super) token: &'a Markup,
}

impl Form<'_> {
    fn sent(&self, way: Way, fields: &Markup) -> Markup {
        let (lang, name) = (self.entry.lang, way.name());
        let action = format!("/manage/comments/{}/{name}?lang={}#loi", self.comment.token, lang.code());
        html! {
            form.narrow method="post" action=(action) novalidate { (self.token) (fields) }
        }
    }

    fn button(&self, way: Way) -> Markup {
        html! { button.main type="submit" { (self.entry.lang.text(&format!("comments-{}-go", way.name()))) } }
    }

    fn area(&self, (name, field): (&str, &str), label: &str, hint: &str, value: &str) -> Markup {
        let lang = self.entry.lang;
        html! {
            div.field {
                label for=(field) { (lang.text(label)) }
                (self.entry.fault(field))
                p.hint { (lang.text(hint)) }
                textarea id=(field) name=(name) rows="3" { (value) }
            }
        }
    }

    /// Where it stands: a button for each of the others.
    pub(super) fn status(&self) -> Markup {
        let lang = self.entry.lang;
        let others =
            [Status::New, Status::Open, Status::Done].into_iter().filter(|status| *status != self.comment.status);
        let buttons = html! {
            @for status in others {
                button.second type="submit" name="status" value=(status.name()) {
                    (lang.text_with("comments-status-go", &[("status", &status_words(lang, status))]))
                }
                " "
            }
        };
        html! { h2 { (lang.text("comments-handling")) } (self.sent(Way::Status, &buttons)) }
    }

    /// Who is to see to it, until when.
    pub(super) fn assign(&self, catalogue: &Catalogue, own: &Scope, (today, working): (Day, &WorkingDays)) -> Markup {
        let lang = self.entry.lang;
        let came_back = !self.entry.faults.is_empty();
        let stored =
            self.comment.assigned.and_then(|unit| catalogue.units.get(&unit)).map_or("", |unit| unit.code.as_str());
        let due = self.comment.due.map(|due| due.date().to_string()).unwrap_or_default();
        let soon = working.after(today, USUAL).to_string();
        let unit = if came_back && self.entered.0.iter().any(|(name, _)| name == "unit") {
            self.entered.text("unit")
        } else {
            stored
        };
        let due = if came_back && self.entered.0.iter().any(|(name, _)| name == "due") {
            self.entered.text("due")
        } else {
            &due
        };
        let fields = html! {
            div.field {
                label for="unit" { (lang.text("comments-assigned")) }
                select id="unit" name="unit" {
                    option value="" { (lang.text("comments-nobody")) }
                    @for (code, words) in units(catalogue, lang, own, Some(today)) {
                        option value=(code) selected[code == unit] lang=[ui::named(lang)] { (words) }
                    }
                }
            }
            div.field {
                label for="due" { (lang.text("comments-due")) }
                p.hint id="due-hint" { (lang.text_with("comments-due-hint", &[("n", &USUAL.to_string()), ("day", &soon)])) }
                (self.entry.fault("due"))
                input id="due" name="due" type="date" value=(due) aria-describedby="due-hint";
            }
            (self.button(Way::Assign))
        };
        html! { h3 { (lang.text("comments-assign")) } (self.sent(Way::Assign, &fields)) }
    }

    /// A note for whoever handles it.
    pub(super) fn note(&self) -> Markup {
        let fields = html! {
            (self.area(("note", "note"), "comments-note", "comments-note-hint", self.entered.text("note")))
            (self.button(Way::Note))
        };
        html! { h3 { (self.entry.lang.text("comments-note-title")) } (self.sent(Way::Note, &fields)) }
    }

    /// What was done, filled with what was last said.
    pub(super) fn answer(&self, history: &[Row]) -> Markup {
        let lang = self.entry.lang;
        let last = history.iter().rev().find(|row| row.act == "answered");
        let again = self.entered.0.iter().any(|(name, _)| name == "answer");
        let said = if again { self.entered.text("answer") } else { last.map_or("", |row| row.body.as_str()) };
        let published = if again {
            self.entered.text("published") == "1"
        } else {
            last.is_some_and(|row| row.published == Some(1))
        };
        let fields = html! {
            (self.area(("answer", "answer"), "comments-answer", "comments-answer-hint", said))
            div.field {
                label.plain { input type="checkbox" name="published" value="1" checked[published]; " " (lang.text("comments-publish")) }
            }
            (self.button(Way::Answer))
        };
        html! { h3 { (lang.text("comments-answer-title")) } (self.sent(Way::Answer, &fields)) }
    }

    /// Names: those that seem to be one to tick, any other to type; those hidden to show again.
    pub(super) fn mask(&self) -> Markup {
        let lang = self.entry.lang;
        let suggested = self.comment.suggested();
        let fields = html! {
            @if !suggested.is_empty() {
                fieldset.field {
                    legend { (lang.text("comments-names")) }
                    @for (range, words) in &suggested {
                        label.plain {
                            input type="checkbox" name="range" value=(format!("{}-{}", range.start, range.end));
                            " " bdi lang=[ui::named(lang)] { (words) }
                        }
                    }
                }
            }
            div.field {
                label for="name" { (lang.text("comments-name")) }
                (self.entry.fault("name"))
                p.hint { (lang.text("comments-name-hint")) }
                input type="text" id="name" name="name" value=(self.entered.text("name")) autocomplete="off" maxlength="100";
            }
            (self.button(Way::Mask))
        };
        html! {
            h3 { (lang.text("comments-mask")) }
            (self.sent(Way::Mask, &fields))
            @for (place, range) in self.comment.masked().iter().enumerate() {
                (self.sent(Way::Unmask, &html! {
                    input type="hidden" name="range" value=(format!("{}-{}", range.start, range.end));
                    button.second type="submit" { (lang.text_with("comments-unmask-go", &[("n", &(place + 1).to_string())])) }
                }))
            }
        }
    }

    /// Hiding, with its reason.
    pub(super) fn hide(&self) -> Markup {
        let lang = self.entry.lang;
        let reason =
            |reason: HideReason| (reason.name().to_owned(), lang.text(&format!("comments-reason-{}", reason.name())));
        let reasons = HideReason::ALL.map(reason);
        let fields = html! {
            p { (lang.text("comments-hide-say")) }
            (self.entry.choice("reason", "exclude-reason", "exclude-choose", &reasons, self.entered.text("reason")))
            (self.area(("hide_why", "why"), "comments-why", "comments-why-hint", self.entered.text("hide_why")))
            (self.button(Way::Hide))
        };
        html! { h3 { (lang.text("comments-hide")) } (self.sent(Way::Hide, &fields)) }
    }

    /// Showing it again, with the reason.
    pub(super) fn show(&self) -> Markup {
        let lang = self.entry.lang;
        let fields = html! {
            (self.area(("show_why", "why"), "comments-why", "comments-why-hint", self.entered.text("show_why")))
            (self.button(Way::Show))
        };
        html! { h2 { (lang.text("comments-show")) } (self.sent(Way::Show, &fields)) }
    }
}
