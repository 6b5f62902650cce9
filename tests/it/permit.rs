//! Who may do what: the table of roles, walked over every route of the site; scopes; and what nobody may do.

use axum::http::{Method, StatusCode};
use hailong::domain::account::{Function, Reach, Role};
use hailong::domain::api_key::Access;
use hailong::error::Error;
use hailong::web::permit::Need;
use hailong::web::routes::Route;
use hailong::web::{frame, routes};

use crate::api::System;
use crate::site::{PASSWORD, Person, Site, form};

/// Section 4 of the trust guide, with the rows of paper: officer, typist, manager, leader, admin, inspector.
/// U within the granted units, A all, - no.
const TABLE: [(Function, &str); 26] = [
    (Function::Desk, "U-----"),
    (Function::Figures, "--UA-A"),
    (Function::Comments, "--UA-A"),
    (Function::Export, "--UA-A"),
    (Function::ExportComments, "--UA-A"),
    (Function::Propose, "--U-U-"),
    (Function::Approve, "-----A"),
    (Function::SuspicionCounts, "--UAUA"),
    (Function::SuspicionDetail, "-----A"),
    (Function::OrganisationRead, "--UAUA"),
    (Function::Organisation, "----U-"),
    (Function::ReportPublish, "---A--"),
    (Function::ReportPrepare, "----U-"),
    (Function::ReportRead, "---AUA"),
    (Function::PeopleRead, "----UA"),
    (Function::People, "----U-"),
    (Function::SettingsRead, "----AA"),
    (Function::Settings, "----A-"),
    (Function::Invitations, "------"),
    (Function::InvitationsRead, "----UA"),
    (Function::AuditOwn, "--U---"),
    (Function::AuditRead, "---AUA"),
    (Function::PaperSee, "-U--UA"),
    (Function::PaperOpen, "----U-"),
    (Function::PaperType, "-U----"),
    (Function::PaperSettle, "-----A"),
];

fn cell(function: Function, role: Role) -> char {
    let (_, row) = TABLE.iter().find(|(each, _)| *each == function).unwrap();
    row.chars().nth(Role::ALL.iter().position(|each| *each == role).unwrap()).unwrap()
}

#[test]
fn the_program_holds_the_table_of_the_guide() {
    for function in Function::ALL {
        for role in Role::ALL {
            let found = match function.reach(role) {
                None => '-',
                Some(Reach::Granted) => 'U',
                Some(Reach::All) => 'A',
            };
            assert_eq!(found, cell(function, role), "{function:?} {role:?}");
        }
    }
    let weighty: Vec<Function> = Function::ALL.into_iter().filter(|function| function.is_weighty()).collect();
    assert_eq!(weighty, [Function::ExportComments, Function::Approve, Function::People, Function::Settings]);
}

/// A path of a route with something in each place of its template that leads nowhere.
fn path_of(route: &Route) -> String {
    route
        .path
        .replace("{id}", "999999")
        .replace("{act}", "disable")
        .replace("{n}", "1")
        .replace("{code}", "ZZZZZZZZZZZZZZZZ")
        .replace("{token}", "x")
        .replace("{name}", "x")
}

async fn knock(person: &mut Person<'_>, route: &Route) -> StatusCode {
    let fields = form(&[("csrf", &person.csrf)]);
    let head = [("sec-fetch-site", "same-origin")];
    match route.method {
        "GET" => person.ask(Method::GET, &path_of(route), None, &[]).await.status,
        _ => person.ask(Method::POST, &path_of(route), Some(fields), &head).await.status,
    }
}

#[tokio::test]
async fn every_route_lets_in_the_roles_of_the_table_and_nobody_else() {
    let site = Site::department().await;
    let table = routes(site.app.clone()).table().to_vec();
    assert!(table.len() >= 37, "{}", table.len());
    let mut stranger = site.stranger();
    for route in &table {
        assert_ne!(frame::template(route.path), "other", "{} has no name in logs and metrics", route.path);
        let status = knock(&mut stranger, route).await;
        match (route.need, route.method) {
            (Need::Public, _) => assert!(![401, 403].contains(&status.as_u16()), "{route:?}: {status}"),
            (Need::Key(_), _) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{route:?}"),
            // A step of signing in has nothing of its own to keep: it leads to the first one.
            (Need::Came(_), "POST") => assert!([303, 401].contains(&status.as_u16()), "{route:?}: {status}"),
            (_, "GET") => assert_eq!(status, StatusCode::SEE_OTHER, "{route:?}"),
            (_, _) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{route:?}"),
        }
    }
    for role in Role::ALL {
        let unit = (!role.is_for_all() && role != Role::Admin).then_some("SGD-GL.VP");
        let mut person = site.person(role.name(), &[site.grant(role, unit)]).await;
        for route in &table {
            let status = knock(&mut person.clone(), route).await;
            if let Need::Key(_) = route.need {
                assert_eq!(status, StatusCode::UNAUTHORIZED, "no account is a key: {role:?} {route:?}");
                continue;
            }
            let may = match route.need {
                Need::Key(_) => false,
                Need::Public | Need::Came(_) | Need::SignedIn => true,
                Need::May(function) => cell(function, role) != '-',
            };
            if !may {
                assert_eq!(status, StatusCode::FORBIDDEN, "{role:?} {route:?}");
            } else {
                assert!(
                    ![401, 403].contains(&status.as_u16()) && !status.is_server_error(),
                    "{role:?} {route:?}: {status}"
                );
            }
            if route.path == "/sign-out" {
                // The walk goes on.
                person.sign_in(role.name(), PASSWORD).await;
            }
        }
    }
}

/// The portal's column of section 4, in functions: figures, and invitations of its units; nothing of what people do.
const PORTAL: [(Access, &[&str]); 4] = [
    (
        Access::Invitations,
        &[
            "POST /api/v1/invitations",
            "GET /api/v1/invitations/{id}",
            "POST /api/v1/invitations/{id}/revoke",
            "GET /api/v1/invitations/{id}/qr",
            "GET /api/v1/invitations/{id}/question",
        ],
    ),
    (Access::Figures, &["GET /api/v1/figures", "GET /api/v1/indicators", "GET /api/v1/targets"]),
    (Access::Cases, &["POST /api/v1/cases"]),
    (Access::Catalogue, &["GET /api/v1/catalogue/units", "GET /api/v1/catalogue/procedures"]),
];

#[tokio::test]
async fn a_portal_gets_what_its_key_is_for_and_nothing_that_people_have() {
    let site = Site::department().await;
    let table = routes(site.app.clone()).table().to_vec();
    for (access, opened) in PORTAL {
        let portal = System::new(&site, &[access.name()], Some(&["SGD-GL.VP"])).await;
        for route in &table {
            let method = route.method.parse().unwrap();
            let status = portal.ask(method, &path_of(route), &[], axum::body::Body::empty()).await.status;
            let name = format!("{} {}", route.method, route.path);
            match route.need {
                Need::Key(needed) => {
                    assert_eq!(opened.contains(&name.as_str()), needed == access, "{name}");
                    let open = ![401, 403].contains(&status.as_u16()) && !status.is_server_error();
                    assert!(if needed == access { open } else { status == StatusCode::FORBIDDEN }, "{name}: {status}");
                }
                Need::Public => {}
                Need::Came(_) | Need::SignedIn | Need::May(_) => {
                    assert!([303, 401, 415].contains(&status.as_u16()), "{name}: {status}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_administrator_of_one_unit_sees_and_gives_nothing_outside_it() {
    let site = Site::department().await;
    let school = site.app.catalogue().units.values().find(|unit| unit.kind == "school").unwrap().code.clone();
    let inside = site.account("trong", &[site.grant(Role::Officer, Some("SGD-GL.VP"))]).await;
    let outside = site.account("ngoai", &[site.grant(Role::Manager, Some(&school))]).await;
    let both = site
        .account("hai", &[site.grant(Role::Officer, Some("SGD-GL.VP")), site.grant(Role::Officer, Some(&school))])
        .await;
    let leader = site.account("giamdoc", &[site.grant(Role::Leader, None)]).await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, Some("SGD-GL.VP"))]).await;

    let list = admin.get("/admin/users").await.text;
    assert!(list.contains("trong") && list.contains("Người an"));
    for hidden in ["ngoai", "Người hai", "giamdoc"] {
        assert!(!list.contains(hidden), "{hidden}");
    }
    let absent = admin.get("/admin/users/999999").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    for id in [outside, both, leader] {
        for path in ["", "/roles", "/disable", "/link"] {
            let page = admin.get(&format!("/admin/users/{}{path}", id.0)).await;
            assert_eq!((page.status, &page.text), (StatusCode::NOT_FOUND, &absent.text), "{id:?}{path}");
            if !path.is_empty() {
                assert_eq!(admin.post(&format!("/admin/users/{}{path}", id.0), &[]).await.text, absent.text);
            }
        }
    }
    let own = format!("/admin/users/{}/roles", inside.0);
    assert_eq!(admin.get(&own).await.status, StatusCode::OK);
    for (role, unit) in [("manager", &*school), ("officer", ""), ("leader", ""), ("inspector", "")] {
        let page = admin.post(&own, &[("role", role), ("unit", unit)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role} over {unit}");
        let new = [("name", "Mới"), ("login", "moi"), ("role", role), ("unit", unit)];
        assert_eq!(admin.post("/admin/users/new", &new).await.status, StatusCode::FORBIDDEN, "{role} over {unit}");
    }
    assert_eq!(admin.post(&own, &[("role", "manager"), ("unit", "SGD-GL.VP")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_unit_reaches_down_to_its_descendants_of_today() {
    let site = Site::department().await;
    let catalogue = site.app.catalogue();
    let top = catalogue.unit_by_code("SGD-GL").unwrap();
    let below =
        catalogue.units.values().filter(|unit| unit.parent == Some(top.id) && unit.valid_on(site.app.today())).count();
    assert!(below > 3);
    let mut admin = site.person("an", &[site.grant(Role::Admin, Some("SGD-GL"))]).await;
    site.account("ba", &[site.grant(Role::Officer, Some("SGD-GL.MC"))]).await;
    assert!(admin.get("/admin/users").await.text.contains("Người ba"));
    // The unit ends: from the next day on it is below nobody.
    let end = "UPDATE units SET valid_to = 20261124 WHERE code = 'SGD-GL.MC'";
    match &site.world.db {
        hailong::store::Db::Sqlite { write, .. } => drop(sqlx::query(end).execute(write).await.unwrap()),
        hailong::store::Db::Postgres(pool) => drop(sqlx::query(end).execute(pool).await.unwrap()),
    }
    let day_ends = (24 * 60) - (site.clock.now_ms() / 60_000 + 7 * 60) % (24 * 60);
    let before = site.clock.now_ms();
    assert!(admin.get("/admin/users").await.text.contains("Người ba"), "the last day still counts");
    site.clock.set(before + day_ends * 60_000);
    admin.sign_in("an", PASSWORD).await;
    assert!(!admin.get("/admin/users").await.text.contains("Người ba"));
}

#[tokio::test]
async fn nobody_gives_themselves_a_role_and_the_last_ones_stay() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let me = admin.account.unwrap();
    let inspector = site.account("giamsat", &[site.grant(Role::Inspector, None)]).await;
    for act in ["roles", "disable", "link", "sessions"] {
        let page = admin.post(&format!("/admin/users/{}/{act}", me.0), &[("role", "inspector"), ("unit", "")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{act}");
    }
    admin.get("/account").await;
    let last = |id: i64, act: &str| format!("/admin/users/{id}/{act}");
    for act in ["roles", "disable"] {
        let page = admin.post(&last(inspector.0, act), &[("role", ""), ("unit", "")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        assert!(page.text.contains("người giám sát cuối cùng"), "{}", page.text);
    }
    // Not even the operator can; an invitation that nobody took up does not count as another.
    site.operator().add("cho", "Chờ", &[site.grant(Role::Admin, None)]).await.unwrap();
    assert!(
        matches!(site.operator().disable(me).await, Err(Error::Invalid(faults)) if faults[0].key == "account-last-admin")
    );
    assert!(matches!(site.operator().set_grants(me, &[]).await, Err(Error::Invalid(_))));
    site.account("binh", &[site.grant(Role::Admin, None)]).await;
    site.operator().disable(me).await.unwrap();
    assert_eq!(admin.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other_at_once() {
    let site = Site::department().await;
    let one = site.account("mot", &[site.grant(Role::Admin, None)]).await;
    let two = site.account("hai", &[site.grant(Role::Admin, None)]).await;
    let (first, second) = (site.operator(), site.operator());
    let outcomes = tokio::join!(first.disable(one), second.disable(two));
    assert_eq!([outcomes.0.is_ok(), outcomes.1.is_ok()].iter().filter(|ok| **ok).count(), 1);
}
