//! Keys of other systems: made once, shown once, kept as a keyed hash; what one opens, and for how long.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::domain::account::Role;

use super::{System, json};
use crate::accounts::texts;
use crate::site::{PASSWORD, Site, form};

const DAY_MINUTES: i64 = 24 * 60;

#[tokio::test]
async fn s16_a_key_is_shown_once_to_whoever_made_it_and_revoked_at_once() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    admin.get("/admin/keys/new").await;
    let fields = [("label", "Cổng tỉnh"), ("access", "catalogue"), ("units", "SGD-GL.VP, SGD-GL.MC"), ("days", "30")];
    let made = admin.post("/admin/keys/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let key = made.between("<code id=\"api-key\">", "</code>").to_owned();
    assert_eq!(key.len(), 55);

    let system = System { site: &site, key: key.clone() };
    let units = json(&system.get("/api/v1/catalogue/units").await);
    let codes: Vec<&str> =
        units["units"].as_array().unwrap().iter().map(|unit| unit["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["SGD-GL.MC", "SGD-GL.VP"]);

    let list = inspector.get("/admin/keys").await;
    assert!(list.text.contains("Cổng tỉnh") && list.text.contains(&key[4..12]) && list.text.contains("24/11/2026"));
    assert!(!list.text.contains(&key[12..]) && !list.text.contains("/revoke"), "{}", list.text);
    assert_eq!(inspector.get("/admin/keys/new").await.status, StatusCode::FORBIDDEN);
    for table in ["SELECT detail || subject FROM audit", "SELECT public || label || scopes FROM api_keys"] {
        for row in texts(&site.world.db, table).await {
            assert!(!row.contains(&key[12..]), "{row}");
        }
    }

    let list = admin.get("/admin/keys").await;
    let id = list.text.split("/revoke").next().unwrap().rsplit('/').next().unwrap();
    let revoke = format!("/admin/keys/{id}/revoke");
    assert!(admin.get(&revoke).await.text.contains("Thu hồi khoá «Cổng tỉnh»"));
    assert_eq!(admin.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(system.get("/api/v1/catalogue/units").await.status, StatusCode::UNAUTHORIZED);
    let acts =
        texts(&site.world.db, "SELECT act || ' ' || subject FROM audit WHERE act LIKE 'api-key%' ORDER BY n").await;
    assert_eq!(acts, [format!("api-key-added api-key {id}"), format!("api-key-revoked api-key {id}")]);
}

#[tokio::test]
async fn a_form_that_lacks_something_says_what_and_keeps_the_rest() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let page = admin.post("/admin/keys/new", &[("label", ""), ("units", "KHÔNG"), ("days", "366")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in
        ["Nhập tên hệ thống dùng khoá", "Chọn ít nhất một việc", "Không có đơn vị nào mang mã «KHÔNG»", "từ 1 đến 365"]
    {
        assert!(page.text.contains(words), "«{words}»: {}", page.text);
    }
    assert!(page.text.contains("value=\"KHÔNG\"") && page.text.contains("value=\"366\""));
    let page =
        admin.post("/admin/keys/new", &[("label", "A"), ("access", "figures"), ("units", ""), ("days", "1")]).await;
    assert!(page.text.contains("Nhập mã ít nhất một đơn vị"), "no unit is not all units");
    assert!(texts(&site.world.db, "SELECT public FROM api_keys").await.is_empty());
}

#[tokio::test]
async fn making_a_key_asks_for_the_password_again() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    site.wait(11);
    let page = admin.get("/admin/keys/new").await;
    assert!(page.location().starts_with("/sign-in/again"), "{}", page.text);
    let fields = [("label", "Cổng"), ("access", "figures"), ("units", "*"), ("days", "30")];
    let page = admin.post("/admin/keys/new", &fields).await;
    assert!(!page.text.contains("hla_"), "{}", page.text);
    assert!(texts(&site.world.db, "SELECT public FROM api_keys").await.is_empty());
}

#[tokio::test]
async fn s16_a_key_opens_nothing_when_it_is_over_wrong_or_for_something_else() {
    let site = Site::department().await;
    let system = System::new(&site, &["catalogue"], None).await;
    let path = "/api/v1/catalogue/procedures";
    assert_eq!(system.get(path).await.status, StatusCode::OK);
    assert_eq!(texts(&site.world.db, "SELECT CAST(used_day AS TEXT) FROM api_keys").await, ["20261124"]);

    let other = System {
        site: &site,
        key: format!("{}{}", &system.key[..54], if system.key.ends_with('A') { "B" } else { "A" }),
    };
    for wrong in [&other.key, "", "hla_", &system.key[..54], &format!("{} ", &system.key[4..])] {
        let wrong = System { site: &site, key: wrong.to_owned() };
        let page = wrong.get(path).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", wrong.key);
        assert_eq!(page.head["www-authenticate"], "Bearer");
        assert_eq!(page.head["content-type"], "application/problem+json");
    }
    let refused = system.get("/api/v1/figures").await;
    assert_eq!(
        (refused.status, json(&refused)["type"].as_str().unwrap()),
        (StatusCode::FORBIDDEN, "urn:hailong:problem:access")
    );
    let noted = texts(&site.world.db, "SELECT subject || ' ' || detail FROM audit WHERE act = 'refused'").await;
    assert_eq!(noted, ["/api/v1/figures {\"key\":1}"]);

    site.wait(365 * DAY_MINUTES - 1);
    assert_eq!(system.get(path).await.status, StatusCode::OK);
    site.wait(1);
    assert_eq!(system.get(path).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn cookies_open_nothing_here_and_keys_nothing_elsewhere() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    assert_eq!(admin.get("/api/v1/catalogue/units").await.status, StatusCode::UNAUTHORIZED);
    let system = System::new(&site, &["invitations", "figures", "catalogue"], None).await;
    for path in ["/admin/keys", "/account", "/desk", "/admin/users"] {
        assert_eq!(system.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    admin.sign_in("an", PASSWORD).await;
    let bearer = format!("Bearer {}", system.key);
    let page = admin.ask(Method::GET, "/account", None, &[("authorization", &bearer)]).await;
    assert_eq!(page.status, StatusCode::OK, "a key takes nothing from whoever is signed in");
    let sent = admin.ask(Method::POST, "/api/v1/invitations", Some(form(&[])), &[]).await;
    assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_problem_is_told_in_the_language_asked_for_and_never_as_a_page() {
    let site = Site::department().await;
    let system = System::new(&site, &["figures"], None).await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v2/figures", StatusCode::NOT_FOUND),
        (Method::DELETE, "/api/v1/figures", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/api/v1/figures?kenh=case", StatusCode::BAD_REQUEST),
        (Method::GET, "/api/v1/figures?period=x%00", StatusCode::BAD_REQUEST),
        (Method::GET, "/api/v1/figures?period=2026-Q9", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        for (asked, code, word) in [("vi", "vi", "Không"), ("en-US,en;q=0.9", "en", "the")] {
            let page = system.ask(method.clone(), path, &[("accept-language", asked)], Body::empty()).await;
            assert_eq!(page.status, status, "{path}: {}", page.text);
            assert_eq!(page.head["content-type"], "application/problem+json", "{path}");
            assert_eq!(page.head["content-language"], code);
            let told = json(&page);
            assert_eq!(told["status"], status.as_u16());
            let said = format!("{} {}", told["title"], told["detail"]);
            assert!(
                code == "vi" || said.contains(word) || said.contains("This") || said.contains("sent has"),
                "{path} in {code}: {said}"
            );
        }
    }
}
