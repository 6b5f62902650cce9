//! `/api/v1`: what other systems ask, as JSON. Each route names what a key must be for; [`document`] describes each.

use super::permit::Need;
use super::routes::Routes;
use crate::domain::api_key::Access;

pub mod body;
pub mod cases;
pub mod catalogue;
pub mod codes;
pub mod conditional;
pub mod docs;
pub mod document;
pub mod figures;
pub mod indicators;
pub mod invitations;
pub mod problem;
pub mod schemas;
pub mod system;
pub mod webhooks;

/// Adds the routes of this folder.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    const INVITATIONS: Need = Need::Key(Access::Invitations);
    const FIGURES: Need = Need::Key(Access::Figures);
    const CASES: Need = Need::Key(Access::Cases);
    const CATALOGUE: Need = Need::Key(Access::Catalogue);
    routes
        .post("/api/v1/invitations", INVITATIONS, invitations::create)
        .get("/api/v1/invitations/{id}", INVITATIONS, invitations::show)
        .post("/api/v1/invitations/{id}/revoke", INVITATIONS, invitations::revoke)
        .get("/api/v1/invitations/{id}/qr", INVITATIONS, invitations::symbol)
        .get("/api/v1/invitations/{id}/question", INVITATIONS, invitations::question)
        .get("/api/v1/figures", FIGURES, figures::show)
        .post("/api/v1/cases", CASES, cases::take)
        .get("/api/v1/indicators", FIGURES, indicators::show)
        .get("/api/v1/targets", FIGURES, figures::targets)
        .get("/api/v1/catalogue/units", CATALOGUE, catalogue::units)
        .get("/api/v1/catalogue/procedures", CATALOGUE, catalogue::procedures)
        .get("/api/v1/openapi.json", Need::Public, document::serve)
        .get("/api/v1/docs", Need::Public, docs::show)
}
