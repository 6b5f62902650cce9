//! The fields of a form that may come back: what was entered, what is wrong with it, and where.

use maud::{Markup, html};

use super::respond::fault_text;
use crate::domain::collate;
use crate::error::Fault;
use crate::words::Lang;

/// A form as it is shown, perhaps again.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// What is wrong with what was entered.
    pub faults: &'a [Fault],
    /// The field that a fault is about.
    pub field_of: fn(&Fault) -> &'static str,
}

impl Entry<'_> {
    /// The box at the top of a form that came back.
    #[must_use]
    pub fn errors(&self) -> Markup {
        let line = |fault: &Fault| ((self.field_of)(fault).to_owned(), fault_text(self.lang, fault));
        errors(self.lang, self.faults.iter().map(line))
    }

    /// The title of a page, marked when it came back with faults.
    #[must_use]
    pub fn titled(&self, title: &str) -> String {
        if self.faults.is_empty() { title.to_owned() } else { format!("{}{title}", self.lang.text("err-prefix")) }
    }

    /// A line of text.
    #[must_use]
    pub fn line(&self, name: &str, label: &str, value: &str) -> Markup {
        html! {
            div.field {
                label for=(name) { (self.lang.text(label)) }
                (self.fault(name))
                input type="text" id=(name) name=(name) value=(value) autocomplete="off";
            }
        }
    }

    /// One of several, none of them chosen before; `none` is the key of what stands for that.
    #[must_use]
    pub fn choice(&self, name: &str, label: &str, none: &str, options: &[(String, String)], value: &str) -> Markup {
        html! {
            div.field {
                label for=(name) { (self.lang.text(label)) }
                (self.fault(name))
                select id=(name) name=(name) {
                    option value="" { (self.lang.text(none)) }
                    @for (code, words) in options { option value=(code) selected[code == value] { (words) } }
                }
            }
        }
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn fault(&self, name: &str) -> Markup {
        html! {
            @for fault in self.faults.iter().filter(|fault| (self.field_of)(fault) == name) {
                p.fault { strong { (self.lang.text("err-word")) } " " (fault_text(self.lang, fault)) }
            }
        }
    }
}

/// The box at the top of a form that came back: the id of each field that must be mended, and how.
#[must_use]
pub fn errors(lang: Lang, faults: impl Iterator<Item = (String, String)>) -> Markup {
    let faults: Vec<(String, String)> = faults.collect();
    html! {
        @if !faults.is_empty() {
            div.errors role="alert" tabindex="-1" autofocus id="loi" {
                h2 { (lang.text("err-title")) }
                ul { @for (id, sentence) in &faults { li { a href=(format!("#{id}")) { (sentence) } } } }
            }
        }
    }
}

/// What can be chosen, in the order of the alphabet: the value sent, and the words.
#[must_use]
pub fn options(values: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = values.collect();
    options.sort_by_key(|(_, name)| collate::key(name));
    options
}
