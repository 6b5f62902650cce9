//! What publications show, kept while it cannot have changed: figures are computed once a release, not once a reader.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Day, PublicationId};
use crate::error::Result;
use crate::flow::publish::{self, Publication, Shown};
use crate::store::marks::{self, Mark};
use crate::web::App;

/// So many publications are kept at once.
const MOST: usize = 8;

/// What figures were computed from: releases, publications, the organisation with its targets, and the day; none for those
/// that are frozen.
type Since = Option<([i64; 4], Day)>;

/// What publications show.
#[derive(Debug, Default)]
pub struct Cache(Mutex<Vec<(PublicationId, Since, Arc<Shown>)>>);

impl Cache {
    fn get(&self, id: PublicationId, since: Since) -> Option<Arc<Shown>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(kept, from, _)| (*kept, *from) == (id, since)).map(|(_, _, shown)| shown.clone())
    }

    fn put(&self, id: PublicationId, since: Since, shown: Arc<Shown>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, ..)| *other != id);
        if kept.len() >= MOST {
            kept.remove(0);
        }
        kept.push((id, since, shown));
    }
}

/// What a publication shows.
///
/// # Errors
/// When the store does not answer; busy when releases keep coming between.
pub(super) async fn shown(app: &App, publication: &Publication) -> Result<Arc<Shown>> {
    let since = match publication.frozen_at {
        Some(_) => None,
        None => {
            let mut marked = [0; 4];
            for (mark, at) in
                [Mark::Tallied, Mark::Published, Mark::Revision, Mark::Caseload].into_iter().zip(&mut marked)
            {
                *at = marks::get(&app.db, mark).await?;
            }
            Some((marked, app.today()))
        }
    };
    if let Some(shown) = app.published.get(publication.id, since) {
        return Ok(shown);
    }
    let shown = Arc::new(publish::figures(&app.db, publication.id, app.clock.now_ms()).await?);
    app.published.put(publication.id, since, shown.clone());
    Ok(shown)
}
