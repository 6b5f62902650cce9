//! Signing in and out, one's own account, and the accounts of others. Plain pages; scripts only add.

use maud::{Markup, html};

use super::assets;
use super::fields::Entry;
use super::permit::Need;
use super::respond::fault_text;
use super::routes::Routes;
use crate::domain::account::Function;
use crate::error::Fault;
use crate::flow::people::session::Stage;
use crate::words::Lang;

pub mod change;
pub mod factor;
pub mod link;
pub mod log;
pub mod mine;
pub mod sign_in;
pub mod sso;
pub mod users;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const SEE: Need = Need::May(Function::PeopleRead);
    const CHANGE: Need = Need::May(Function::People);
    routes
        .get("/sign-in", Need::Public, sign_in::show)
        .post("/sign-in", Need::Public, sign_in::enter)
        .get("/sign-in/sso", Need::Public, sso::go)
        .get("/sign-in/sso/back", Need::Public, sso::back)
        .get("/sign-in/code", Need::Came(Stage::Code), factor::show_code)
        .post("/sign-in/code", Need::Came(Stage::Code), factor::code)
        .get("/sign-in/again", Need::Came(Stage::Enrol), sign_in::show_again)
        .post("/sign-in/again", Need::Came(Stage::Enrol), sign_in::again)
        .post("/sign-out", Need::Came(Stage::Code), sign_in::out)
        .get("/link/{token}", Need::Public, link::show)
        .post("/link/{token}", Need::Public, link::take)
        .get("/account", Need::SignedIn, mine::show)
        .post("/account/sessions", Need::SignedIn, mine::end)
        .get("/account/password", Need::SignedIn, mine::show_password)
        .post("/account/password", Need::SignedIn, mine::password)
        .get("/account/second-factor", Need::Came(Stage::Enrol), factor::show)
        .post("/account/second-factor", Need::Came(Stage::Enrol), factor::enrol)
        .post("/account/second-factor/codes", Need::SignedIn, factor::codes)
        .get("/account/acts", Need::May(Function::AuditOwn), log::own)
        .get("/admin/audit", Need::May(Function::AuditRead), log::show)
        .get("/admin/audit.csv", Need::May(Function::AuditRead), log::csv)
        .get("/admin/users", SEE, users::list)
        .get("/admin/users/new", CHANGE, change::show_new)
        .post("/admin/users/new", CHANGE, change::add)
        .get("/admin/users/{id}", SEE, users::show)
        .get("/admin/users/{id}/roles", CHANGE, change::show_roles)
        .post("/admin/users/{id}/roles", CHANGE, change::roles)
        .get("/admin/users/{id}/identity", CHANGE, change::show_identity)
        .post("/admin/users/{id}/identity", CHANGE, change::identity)
        .get("/admin/users/{id}/{act}", CHANGE, change::ask)
        .post("/admin/users/{id}/{act}", CHANGE, change::act)
}

/// The field that a fault is about, by the key of its message; the first field of a form for all others.
fn field_of(fault: &Fault) -> &'static str {
    match fault.key {
        key if key.starts_with("password-") => "password",
        key if key.starts_with("account-login-") => "login",
        key if key.starts_with("account-name-") => "name",
        key if key.starts_with("account-role-") => "role",
        "sign-in-wrong" => "login",
        "account-identity-wrong" | "account-identity-taken" => "subject",
        "factor-code-wrong" => "code",
        "factor-recovery-wrong" => "recovery",
        "sign-in-present-wrong" => "present-password",
        _ => "main",
    }
}

/// The box at the top of a form that came back: what to do, each line leading to its place.
fn errors(lang: Lang, faults: &[Fault]) -> Markup {
    Entry { lang, faults, field_of }.errors()
}

/// The title of a page, marked when it came back with faults.
fn titled(lang: Lang, title: &str, faults: &[Fault]) -> String {
    Entry { lang, faults, field_of }.titled(title)
}

/// One field of a form.
#[derive(Debug, Clone, Copy)]
struct Field<'a> {
    lang: Lang,
    name: &'static str,
    label: &'static str,
    hint: Option<&'a str>,
    value: &'a str,
    complete: &'static str,
    faults: &'a [Fault],
}

impl Field<'_> {
    /// A line of text.
    fn text(self) -> Markup {
        self.input("text", html! {})
    }

    /// A password, with a button that scripts add to show it.
    fn password(self) -> Markup {
        let (show, hide) = (self.lang.text("password-show"), self.lang.text("password-hide"));
        let button = html! {
            button.show type="button" hidden aria-controls=(self.name) data-hide=(hide) { (show) }
            // Each form has one field of this name, and the script looks after all of them.
            @if self.name == "password" { script src=(assets::href("show.js")) defer {} }
        };
        self.input("password", button)
    }

    fn input(self, kind: &str, after: Markup) -> Markup {
        let faults: Vec<&Fault> = self.faults.iter().filter(|fault| field_of(fault) == self.name).collect();
        let hint = self.hint.map(|_| format!("{}-hint ", self.name)).unwrap_or_default();
        let fault = if faults.is_empty() { String::new() } else { format!("{}-loi", self.name) };
        let described = Some(hint + &fault).filter(|ids| !ids.is_empty());
        html! {
            div.field {
                label for=(self.name) { (self.lang.text(self.label)) }
                @if let Some(hint) = self.hint { p.hint id=(format!("{}-hint", self.name)) { (hint) } }
                @if !faults.is_empty() {
                    p.fault id=(format!("{}-loi", self.name)) {
                        strong { (self.lang.text("err-word")) }
                        @for fault in faults { " " (fault_text(self.lang, fault)) }
                    }
                }
                input type=(kind) id=(self.name) name=(self.name) value=(self.value) autocomplete=(self.complete)
                    autocapitalize="none" spellcheck="false" aria-describedby=[described];
                (after)
            }
        }
    }
}
