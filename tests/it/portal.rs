//! Portals: the list of them, the way back, and the first question on their pages.

use axum::http::{Method, StatusCode};
use hailong::domain::Channel;
use hailong::domain::account::Role;
use hailong::flow::audit::By;
use hailong::flow::issue::{self, NewPoint};
use hailong::flow::portal;
use serde_json::{Value, json as make};

use crate::accounts::{acts, texts};
use crate::api::{System, codes, json};
use crate::desk::futures;
use crate::site::{Page, Site, form};

const PORTAL: &str = "https://dvc.tinh.vn";
const BACK: &str = "https://dvc.tinh.vn/ket-qua/7?ma=a%26b";

async fn site() -> Site {
    let site = Site::department().await;
    list(&site, "Cổng <tỉnh>", "https://dvc.tinh.vn/ket-qua").await;
    site
}

async fn list(site: &Site, label: &str, address: &str) -> i64 {
    let now_ms = site.clock.now_ms();
    let id = portal::add(&site.world.db, &site.keys, now_ms, By::OPERATOR, label, address).await.unwrap();
    site.app.refresh().await.unwrap();
    id
}

fn asked(case: &str) -> Value {
    make!({ "case": case, "procedure": "1.012944", "unit": "SGD-GL.MC", "event": "finished", "channel": "online", "return": BACK })
}

async fn stored(site: &Site) -> usize {
    texts(&site.world.db, "SELECT CAST(n AS TEXT) FROM responses").await.len()
}

/// The path of an address of ours.
fn path(address: &str) -> &str {
    address.strip_prefix("http://site.test").expect(address)
}

/// What a form of ours sends when the level is chosen, and where.
fn filled(page: &str, level: &str) -> (String, String) {
    let value = |before: &str| page.split(before).nth(1).expect(page).split('"').next().unwrap().replace("&amp;", "&");
    let name = value("type=\"radio\" name=\"");
    (value("action=\""), form(&[("visit", &value("name=\"visit\" value=\"")), (&name, level)]))
}

/// What a browser sends with a form of another site.
fn from(origin: &str) -> [(&str, &str); 2] {
    [("origin", origin), ("sec-fetch-site", "cross-site")]
}

#[tokio::test]
async fn an_administrator_lists_portals_and_takes_them_off() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    assert!(admin.get("/admin/portals").await.text.contains("Chưa có cổng nào"));
    let page = admin.post("/admin/portals", &[("label", ""), ("address", "http://dvc.tinh.vn/<x>")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Nhập tên cổng", "Nhập địa chỉ bắt đầu bằng https://", "value=\"http://dvc.tinh.vn/&lt;x&gt;\""]
    {
        assert!(page.text.contains(words), "«{words}»: {}", page.text);
    }
    let fields = [("label", "Cổng tỉnh"), ("address", "https://DVC.tinh.vn:443/ket-qua")];
    assert_eq!(admin.post("/admin/portals", &fields).await.status, StatusCode::SEE_OTHER);
    assert!(admin.post("/admin/portals", &fields).await.text.contains("đã có trong danh sách"));
    let list = inspector.get("/admin/portals").await.text;
    assert!(list.contains("<code>https://dvc.tinh.vn/ket-qua</code>") && !list.contains("/remove"), "{list}");
    assert_eq!(inspector.post("/admin/portals", &fields).await.status, StatusCode::FORBIDDEN);
    let list = admin.get("/admin/portals").await;
    let remove = format!("/admin/portals/{}/remove", list.between("/admin/portals/", "/remove"));
    assert!(admin.get(&remove).await.text.contains("Gỡ «Cổng tỉnh»"));
    assert_eq!(admin.post(&remove, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post(&remove, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(site.app.catalogue().portals.is_empty());
    let acts = acts(&site).await;
    assert!(acts.iter().any(|act| act == "portal-added") && acts.iter().any(|act| act == "portal-removed"), "{acts:?}");
    for n in 0..portal::MOST {
        self::list(&site, "Cổng", &format!("https://c{n}.tinh.vn")).await;
    }
    assert!(admin.post("/admin/portals", &fields).await.text.contains("có tối đa 20 địa chỉ"));
}

#[tokio::test]
async fn whoever_came_from_a_listed_portal_is_shown_the_way_back_and_nobody_is_sent_elsewhere() {
    let site = site().await;
    let portal = System::new(&site, &["invitations"], None).await;
    let made = json(&portal.make("mot", &asked("000.00.12.H21-261123-0001")).await);
    let link = path(made["link"].as_str().unwrap()).to_owned();
    assert!(link.ends_with("?return=https%3A//dvc.tinh.vn/ket-qua/7%3Fma%3Da%2526b"), "{link}");
    let mut citizen = site.stranger();
    let page = citizen.get(&link).await;
    assert!(!page.text.contains("href=\"https://"), "the way back comes after the answer: {}", page.text);
    assert!(page.text.contains("href=\"?return=https%3A//dvc.tinh.vn/ket-qua/7%3Fma%3Da%2526b&amp;lang=en\""));
    // The form goes to the address of its page.
    let visit = page.between("name=\"visit\" value=\"", "\"").to_owned();
    let name = page.between("type=\"radio\" name=\"", "\"").to_owned();
    let fields = form(&[("visit", &visit), (&name, "5")]);
    let sent = citizen.ask(Method::POST, &link, Some(fields), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let has_way = |page: &Page| {
        page.text.contains("href=\"https://dvc.tinh.vn/ket-qua/7?ma=a%26b\"")
            && page.text.contains("Quay lại Cổng &lt;tỉnh&gt;")
    };
    let thanks = citizen.get(sent.location()).await;
    assert!(has_way(&thanks), "{}", thanks.text);
    assert!(has_way(&citizen.get(&link).await), "a return visit");
    assert!(has_way(&site.stranger().get(&link).await), "a used one");
    let plain = sent.location().split("return=").next().unwrap().to_owned();
    let tail = sent.location().rsplit('&').next().unwrap().to_owned();
    for elsewhere in [
        "https://evil.vn/ket-qua",
        "https://dvc.tinh.vn/",
        "https://dvc.tinh.vn/ket-quan",
        "//evil.vn",
        "javascript:alert(1)",
    ] {
        let address = format!("{plain}return={}&{tail}", hailong::web::visitor::encode(elsewhere));
        let page = citizen.get(&address).await;
        assert!(
            page.status == StatusCode::OK && !page.text.contains("Quay lại") && !page.text.contains("evil.vn\""),
            "{elsewhere}"
        );
        assert!(!page.head.contains_key("location") && !page.head.contains_key("refresh"));
        let mut item = asked("000.00.12.H21-261123-0002");
        item["return"] = elsewhere.into();
        let refused = portal.make(elsewhere.split(':').next().unwrap_or("x"), &item).await;
        assert_eq!(
            (refused.status, codes(&json(&refused))),
            (StatusCode::UNPROCESSABLE_ENTITY, vec!["api-return-unlisted"]),
            "{elsewhere}"
        );
    }
    // Taken off the list, the way is no longer shown; the link still works.
    let id = site.app.catalogue().portals[0].id;
    portal::remove(&site.world.db, &site.keys, site.clock.now_ms(), By::OPERATOR, id).await.unwrap();
    site.app.refresh().await.unwrap();
    let page = citizen.get(&link).await;
    assert!(page.status == StatusCode::OK && !page.text.contains("Quay lại"));
}

#[tokio::test]
async fn the_first_question_on_a_portals_page_is_stored_once_and_leads_to_the_rest() {
    let site = site().await;
    let portal = System::new(&site, &["invitations"], None).await;
    let made = json(&portal.make("mot", &asked("000.00.12.H21-261123-0001")).await);
    let question = format!("/api/v1/invitations/{}/question", made["id"].as_str().unwrap());
    let page = portal.get(&format!("{question}?return={}", hailong::web::visitor::encode(BACK))).await;
    assert_eq!(
        (page.status, page.head["content-type"].to_str().unwrap()),
        (StatusCode::OK, "text/html; charset=utf-8")
    );
    assert!(
        page.text.starts_with("<form method=\"post\" action=\"http://site.test/q/") && !page.text.contains("checked")
    );
    for active in ["<script", "style", " on", "javascript", "<link", "<img"] {
        assert!(!page.text.contains(active), "{active}: {}", page.text);
    }
    let (action, fields) = filled(&page.text, "4");
    let (_, other) = filled(&portal.get(&question).await.text, "1");
    let mut citizen = site.stranger();
    let sent = citizen.ask(Method::POST, path(&action), Some(fields.clone()), &from(PORTAL)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let code = made["code"].as_str().unwrap();
    assert!(sent.location().starts_with(&format!("/q/{code}/thanks?return=")), "{}", sent.location());
    assert!(sent.cookies()[0].contains(&format!("Path=/q/{code};")), "{:?}", sent.cookies());
    // Twenty more times at once: the same answer. Another form of the same invitation comes too late.
    let again = futures(20, || {
        let (site, action, fields) = (&site, path(&action), fields.clone());
        async move { site.stranger().ask(Method::POST, action, Some(fields), &from(PORTAL)).await }
    })
    .await;
    assert!(again.iter().all(|page| page.status == StatusCode::SEE_OTHER));
    let late = site.stranger().ask(Method::POST, path(&action), Some(other), &from(PORTAL)).await;
    assert!(late.status == StatusCode::GONE && late.text.contains("Mỗi phiếu dùng một lần"), "{}", late.text);
    assert_eq!(stored(&site).await, 1);
    let standing = json(&portal.get(&format!("/api/v1/invitations/{}", made["id"].as_str().unwrap())).await);
    assert_eq!(standing["status"], "used");
    assert_eq!(portal.get(&question).await.status, StatusCode::GONE);
    let rest = citizen.get(sent.location()).await;
    assert!(rest.text.contains("Quay lại Cổng") && rest.text.contains("name=\"p\""), "{}", rest.text);
    assert!(citizen.get(&format!("/q/{code}")).await.text.contains("đã được ghi nhận"));
    // Nothing chosen: the whole page comes back, and what it sends comes to the same door.
    let made = json(&portal.make("hai", &asked("000.00.12.H21-261123-0002")).await);
    let page = portal.get(&format!("/api/v1/invitations/{}/question", made["id"].as_str().unwrap())).await;
    let (action, fields) = filled(&page.text, "3");
    let blank = fields.split('&').next().unwrap().to_owned();
    let page = site.stranger().ask(Method::POST, path(&action), Some(blank), &from(PORTAL)).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.text.contains("class=\"errors\""), "{}", page.text);
    let own = [("origin", "http://site.test"), ("sec-fetch-site", "same-origin")];
    assert_eq!(
        site.stranger().ask(Method::POST, path(&action), Some(fields), &own).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(stored(&site).await, 2);
}

#[tokio::test]
async fn p2_a_form_that_a_portal_kept_leads_to_no_answer_once_the_day_is_over() {
    let site = site().await;
    let portal = System::new(&site, &["invitations"], None).await;
    let made = json(&portal.make("mot", &asked("000.00.12.H21-261123-0001")).await);
    let page = portal.get(&format!("/api/v1/invitations/{}/question", made["id"].as_str().unwrap())).await;
    let (action, fields) = filled(&page.text, "2");
    let mut citizen = site.stranger();
    let sent = citizen.ask(Method::POST, path(&action), Some(fields.clone()), &from(PORTAL)).await;
    let visit = fields.split('=').nth(1).unwrap()[..22].to_owned();
    assert!(!sent.cookies()[0].contains(&visit), "what the portal saw is not what the answer is known by");
    let code = made["code"].as_str().unwrap();
    let mut portal_itself = site.stranger();
    portal_itself.cookies.insert("visit".into(), visit);
    let page = portal_itself.get(&format!("/q/{code}")).await;
    assert!(page.text.contains("đã được ghi nhận") && !page.text.contains("name=\"p\""), "{}", page.text);
    let sent = citizen.ask(Method::POST, path(&action), Some(fields.clone()), &from(PORTAL)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "the same day it is the same answer");
    site.wait(24 * 60);
    let late = site.stranger().ask(Method::POST, path(&action), Some(fields), &from(PORTAL)).await;
    assert_eq!(late.status, StatusCode::GONE, "{}", late.text);
    assert_eq!(stored(&site).await, 1);
}

#[tokio::test]
async fn a_frame_may_be_shown_by_the_listed_origins_and_nobody_else() {
    let site = site().await;
    list(&site, "Cổng", "https://dvc.tinh.vn/khac").await;
    list(&site, "Cổng", "https://b.tinh.vn:8443").await;
    let portal = System::new(&site, &["invitations"], None).await;
    let made = json(&portal.make("mot", &asked("000.00.12.H21-261123-0001")).await);
    let frame = path(made["frame"].as_str().unwrap()).to_owned();
    let page = site.stranger().get(&frame).await;
    let policy = page.head["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("; frame-ancestors https://b.tinh.vn:8443 https://dvc.tinh.vn; ")
            && policy.starts_with("default-src 'none'; "),
        "{policy}"
    );
    assert!(!page.head.contains_key("x-frame-options") && !page.head.contains_key("set-cookie"));
    assert_eq!(page.head["cross-origin-resource-policy"], "cross-origin");
    assert!(page.text.len() <= 3 * 1024, "{}", page.text.len());
    assert!(!page.text.contains("<script") && page.text.contains("target=\"_top\"") && !page.text.contains("checked>"));
    let (action, fields) = filled(&page.text, "5");
    let sent = site.stranger().ask(Method::POST, &action, Some(fields), &[("origin", "null")]).await;
    assert!(sent.status == StatusCode::SEE_OTHER && sent.location().contains("return="), "{}", sent.text);
    let used = site.stranger().get(&frame).await;
    assert!(
        used.text.contains("Đánh giá của quý vị đã được ghi nhận") && !used.text.contains("<form"),
        "{}",
        used.text
    );
    assert!(!used.head.contains_key("x-frame-options"), "this too stands in the frame");
    // Opened by itself it leads to the whole form.
    let whole = site.stranger().ask(Method::GET, &frame, None, &[("sec-fetch-dest", "document")]).await;
    assert!(whole.status == StatusCode::SEE_OTHER && !whole.location().contains("embed"), "{}", whole.location());
    for portal in site.app.catalogue().portals.clone() {
        let now_ms = site.clock.now_ms();
        portal::remove(&site.world.db, &site.keys, now_ms, By::OPERATOR, portal.id).await.unwrap();
    }
    site.app.refresh().await.unwrap();
    let page = site.stranger().get(&frame).await;
    assert!(page.head["content-security-policy"].to_str().unwrap().contains("; frame-ancestors 'none'; "));
    // Every other page stays out of every frame.
    let page = site.stranger().get(path(made["link"].as_str().unwrap())).await;
    assert_eq!(page.head["x-frame-options"], "DENY");
}

#[tokio::test]
async fn s9_a_form_of_another_site_can_only_spend_a_code_that_it_knows() {
    let site = site().await;
    let portal = System::new(&site, &["invitations"], None).await;
    let made = json(&portal.make("mot", &asked("000.00.12.H21-261123-0001")).await);
    let page = portal.get(&format!("/api/v1/invitations/{}/question", made["id"].as_str().unwrap())).await;
    let (action, fields) = filled(&page.text, "5");
    // A code that hangs on a wall is known to everybody: this door does not take it, whoever sends it.
    let point = NewPoint {
        unit: "SGD-GL.MC",
        procedure: Some("1.012944"),
        channel: Channel::Counter,
        form: "procedure",
        label: "Quầy 1",
    };
    let catalogue = site.app.catalogue();
    let points = issue::points(&site.world.db, &site.keys, &catalogue, site.clock.now_ms(), By::OPERATOR, &[point])
        .await
        .unwrap();
    site.app.refresh().await.unwrap();
    let wall = format!("/q/{}/embed", points[0].code.as_str());
    for head in
        [&from(PORTAL)[..], &from("https://evil.vn"), &[("origin", "null")], &[("sec-fetch-site", "same-origin")], &[]]
    {
        let page = site.stranger().ask(Method::POST, &wall, Some(fields.clone()), head).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{head:?}");
        assert_eq!(site.stranger().get(&wall).await.status, StatusCode::NOT_FOUND);
    }
    // The other doors of citizens stay closed to other sites, those on the list too.
    let doors = [format!("/q/{}", points[0].code.as_str()), format!("/q/{}", made["code"].as_str().unwrap())];
    for door in doors.iter().chain([&format!("{}/thanks", doors[1])]) {
        let page = site.stranger().ask(Method::POST, door, Some(fields.clone()), &from(PORTAL)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{door}");
    }
    // A code that nobody was given, and an origin that is not on the list.
    let guessed = "/q/0123456789ABCDEF/embed";
    assert_eq!(
        site.stranger().ask(Method::POST, guessed, Some(fields.clone()), &from(PORTAL)).await.status,
        StatusCode::NOT_FOUND
    );
    for evil in [
        "https://evil.vn",
        "http://dvc.tinh.vn",
        "https://dvc.tinh.vn:8443",
        "https://dvc.tinh.vn.evil.vn",
        "https://xdvc.tinh.vn",
    ] {
        let page = site.stranger().ask(Method::POST, path(&action), Some(fields.clone()), &from(evil)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{evil}");
    }
    for broken in ["", "visit=", "visit=x", &format!("{fields}&x=1"), &format!("{fields}&{fields}")] {
        let page = site.stranger().ask(Method::POST, path(&action), Some(broken.to_owned()), &from(PORTAL)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{broken}");
    }
    assert_eq!(stored(&site).await, 0);
    // Who hides where the form stands knows the code, and spends this one.
    let page = site.stranger().ask(Method::POST, path(&action), Some(fields), &from("null")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert_eq!(stored(&site).await, 1);
}
