//! The way back to the portal that somebody came from: named by the address, shown when it is on the list, never taken
//! by itself.

use maud::{Markup, html};

use crate::domain::portal::{self, LONGEST};
use crate::flow::collect::catalogue::Catalogue;
use crate::web::visitor::{Visitor, encode};
use crate::web::{App, ui};

/// The parameter of the address that names it.
pub const RETURN: &str = "return";

/// A link to where somebody came from; nothing when that is not on the list.
#[must_use]
pub fn link(app: &App, visitor: &Visitor, class: Option<&str>) -> Markup {
    let (lang, catalogue) = (visitor.lang, app.catalogue());
    let back = visitor.param(RETURN).and_then(|asked| portal::way_back(&catalogue.portals, asked));
    html! {
        @if let Some((portal, address)) = back {
            p { a class=[class] href=(address) lang=[ui::named(lang)] {
                (lang.text_with("portal-back", &[("name", &portal.label)]))
            } }
        }
    }
}

/// What later addresses of a visit keep of it, ended by `&`.
#[must_use]
pub fn kept(visitor: &Visitor) -> String {
    let asked = visitor.param(RETURN).filter(|asked| asked.len() <= LONGEST);
    asked.map_or_else(String::new, |asked| format!("{}&", parameter(asked)))
}

/// An address as a parameter of another.
#[must_use]
pub fn parameter(address: &str) -> String {
    format!("{RETURN}={}", encode(address))
}

/// The origins that the list names, each once.
#[must_use]
pub fn origins(catalogue: &Catalogue) -> Vec<&str> {
    let mut origins: Vec<&str> = catalogue.portals.iter().map(|portal| portal.address.origin.as_str()).collect();
    origins.sort_unstable();
    origins.dedup();
    origins
}
