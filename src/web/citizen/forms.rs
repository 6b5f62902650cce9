//! Question pages rendered and compressed once per place and language; only the visit differs.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::view::Ask;
use crate::domain::procedure::Procedure;
use crate::flow::collect::open::Place;
use crate::web::App;
use crate::web::splice::{Spliced, slot};
use crate::words::Lang;

/// What a page depends on: revision of all that is named on it, unit, procedure, form, point, day of the slip,
/// language. With the revision in it, a page rendered while a change comes in cannot outlive that change.
type Key = (i64, i64, Option<i64>, i64, Option<i64>, Option<i64>, Lang);

/// More pages than this are not kept; a large department has some thousands.
const MOST: usize = 4096;

/// The pages kept by this process.
#[derive(Debug, Default)]
pub struct Forms(RwLock<HashMap<Key, Arc<Spliced>>>);

impl Forms {
    /// The page of a place, made when it is first asked for.
    #[must_use]
    pub fn get(&self, app: &App, lang: Lang, place: &Place, procedure: Option<&Procedure>) -> Arc<Spliced> {
        let key = (
            place.revision,
            place.unit.id.0,
            procedure.map(|procedure| procedure.id.0),
            place.questionnaire.id.0,
            place.point.map(|point| point.0),
            place.issued.map(|day| day.number()),
            lang,
        );
        if let Some(page) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return page.clone();
        }
        let slot = slot();
        let ask = Ask { lang, place, procedure, visit: &slot, kept: "", fields: &[], faults: &[] };
        let markup = ask.page(app.catalogue().simulated).into_string();
        let page = Arc::new(Spliced::new(&markup).expect("the question page holds its slot once, before its end"));
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, page.clone());
        page
    }

    /// Forgets all pages, when units, forms or points changed.
    pub fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
