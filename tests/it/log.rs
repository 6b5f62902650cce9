//! The audit log on its page: read by those who may, searched, exported, and the reading itself noted.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use hailong::domain::account::Role;
use hailong::flow::audit::{self, Act, By};
use hailong::store::failures;
use hailong::web::limit::Peer;
use hailong::words::Lang;

use crate::accounts::{acts, texts};
use crate::site::Site;

#[tokio::test]
async fn i6_the_audit_log_tells_who_did_what_with_before_and_after_and_its_reading_is_noted() {
    let site = Site::department().await;
    let mut inspector = site.person("giamsat", &[site.grant(Role::Inspector, None)]).await;
    let hoa = site.account("hoa", &[site.grant(Role::Officer, Some("SGD-GL.VP"))]).await;
    site.operator().set_grants(hoa, &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await.unwrap();
    let page = inspector.get("/admin/audit").await;
    assert_eq!(page.status, StatusCode::OK);
    for said in [
        "Đổi vai trò",
        "Người vận hành máy chủ",
        "Người hoa (hoa)",
        "Trước: <bdi>Cán bộ một cửa: ",
        "Sau: <bdi>Trưởng đơn vị: ",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert_eq!(acts(&site).await.last().unwrap(), "audit-read");
    // Searched by person, act, span of days and subject, alone and together.
    let rows = |text: &str| text.matches("<tr>").count() - usize::from(text.contains("<thead>"));
    let day = "24/11/2026";
    for (query, expected) in [
        ("act=roles-changed", 1),
        ("act=roles-changed&subject=Ng%C6%B0%E1%BB%9Di+HOA", 1),
        ("act=roles-changed&subject=nguoi+hoa&person=giamsat", 0),
        ("act=signed-in&person=NGUOI+giamsat", 1),
        ("act=roles-changed&from=01/01/2020&to=01/02/2020", 0),
        ("act=roles-changed&subject=%25", 1),
        ("act=%27+OR+1%3D1", 0),
    ] {
        assert_eq!(rows(&inspector.get(&format!("/admin/audit?{query}")).await.text), expected, "{query}");
    }
    let today = inspector.get(&format!("/admin/audit?act=roles-changed&from={day}&to={day}")).await;
    assert_eq!(rows(&today.text), usize::from(hailong::domain::Day::at(site.clock.now_ms()).to_string() == day));
    let english = inspector.get("/admin/audit?lang=en").await;
    assert!(english.text.contains("Changed roles") && english.text.contains("The operator at the server"));
    let file = inspector.get("/admin/audit.csv?act=roles-changed").await;
    assert!(file.text.starts_with("\u{feff}n,time,name,login,act,subject,") && file.text.lines().count() == 2);
    assert!(file.head["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(acts(&site).await.last().unwrap(), "audit-exported");
}

#[tokio::test]
async fn pages_of_fifty_lead_from_the_newest_to_the_oldest() {
    let site = Site::department().await;
    let mut inspector = site.person("giamsat", &[site.grant(Role::Inspector, None)]).await;
    for _ in 0..60 {
        inspector.get("/admin/audit").await;
    }
    let page = inspector.get("/admin/audit?act=audit-read").await;
    assert_eq!(page.text.matches("<tr>").count(), 51);
    let older = page.between("act=audit-read&amp;before=", "\"").replace("&amp;", "&");
    let page = inspector.get(&format!("/admin/audit?act=audit-read&before={older}")).await;
    assert_eq!(page.text.matches("<tr>").count(), 11, "{}", page.text);
}

#[tokio::test]
async fn an_export_is_streamed_whole_and_there_are_only_so_many() {
    let site = Site::department().await;
    let mut inspector = site.person("giamsat", &[site.grant(Role::Inspector, None)]).await;
    let mut tx = site.world.db.begin().await.unwrap();
    for n in 0..2_500_i64 {
        let detail = serde_json::json!({ "n": n });
        audit::note(&mut tx, &site.keys, n, By::OPERATOR, Act::Flagged, "answers".into(), detail).await.unwrap();
    }
    tx.commit().await.unwrap();
    let file = inspector.get("/admin/audit.csv?act=flagged").await;
    let lines: Vec<&str> = file.text.lines().skip(1).collect();
    assert_eq!(lines.len(), 2_500, "in pieces of a thousand");
    let number = |line: &&str| line.split(',').next().unwrap().parse::<i64>().unwrap();
    assert!(lines.is_sorted_by(|one, next| number(one) == number(next) + 1), "each once, the newest first");
    let noted = texts(&site.world.db, "SELECT detail FROM audit WHERE act = 'audit-exported'").await;
    assert!(noted[0].contains("\"rows\":2500"), "{noted:?}");
    // One at a time: the second waits until the first was read, or its reader has gone.
    let sid = inspector.cookies["sid"].clone();
    let ask = || {
        let request = Request::get("/admin/audit.csv?act=flagged").header("host", "site.test");
        let mut request = request.header("cookie", format!("sid={sid}")).body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer("127.0.0.1:40000".parse().unwrap()));
        site.open(request)
    };
    let first = ask().await;
    assert_eq!(first.status(), StatusCode::OK);
    let page = inspector.get("/admin/audit.csv").await;
    assert_eq!((page.status, &page.head["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"10".parse().unwrap()));
    assert!(page.text.contains("Mỗi người xuất một tệp một lúc"), "{}", page.text);
    drop(first);
    let mut begun = 2;
    while begun < 20 {
        let page = inspector.get("/admin/audit.csv?act=flagged").await;
        if page.status == StatusCode::OK {
            begun += 1;
        } else {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
    let page = inspector.get("/admin/audit.csv").await;
    assert_eq!((page.status, &page.head["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"3600".parse().unwrap()));
    site.wait(60);
    inspector.sign_in("giamsat", crate::site::PASSWORD).await;
    assert_eq!(inspector.get("/admin/audit.csv").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_failure_that_comes_while_its_hour_is_noted_is_noted_later() {
    let site = Site::new().await;
    let mut tx = site.world.db.begin().await.unwrap();
    failures::count(&mut tx, 0, 0).await.unwrap();
    assert_eq!(failures::due(&mut tx, 1).await.unwrap(), [(0, 0, 1)]);
    // As another process does between reading and noting.
    failures::count(&mut tx, 0, 0).await.unwrap();
    failures::noted(&mut tx, (0, 0), 1).await.unwrap();
    assert_eq!(failures::due(&mut tx, 1).await.unwrap(), [(0, 0, 2)]);
    failures::noted(&mut tx, (0, 0), 2).await.unwrap();
    assert!(failures::due(&mut tx, 1).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_manager_sees_own_acts_and_an_administrator_of_a_unit_those_of_its_people() {
    let site = Site::department().await;
    let school = site.app.catalogue().units.values().find(|unit| unit.kind == "school").unwrap().code.clone();
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    site.person("ngoai", &[site.grant(Role::Manager, Some(&school))]).await;
    let own = manager.get("/account/acts").await.text;
    assert!(own.contains("Đăng nhập") && own.contains("Người hoa") && !own.contains("ngoai"), "{own}");
    assert!(!own.contains("Người vận hành máy chủ</td>"), "{own}");
    assert_eq!(manager.get("/admin/audit").await.status, StatusCode::FORBIDDEN);
    assert_eq!(manager.get("/admin/audit.csv").await.status, StatusCode::FORBIDDEN);
    let mut admin = site.person("an", &[site.grant(Role::Admin, Some("SGD-GL.VP"))]).await;
    let page = admin.get("/admin/audit").await.text;
    assert!(
        page.contains("Người hoa (hoa)") && !page.contains("ngoai") && !page.contains("Người vận hành máy chủ</td>")
    );
    assert!(!admin.get("/admin/audit?person=ngoai").await.text.contains("Người ngoai"));
    assert_eq!(admin.get("/account/acts").await.status, StatusCode::FORBIDDEN);
}

#[test]
fn every_act_has_words_in_every_language() {
    let source = std::fs::read_to_string("src/flow/audit.rs").unwrap();
    let names: Vec<&str> = source.split(" => \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(names.len() > 20, "{names:?}");
    for lang in Lang::all() {
        let missing: Vec<&&str> = names.iter().filter(|name| !lang.has(&format!("act-{name}"))).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", lang.code());
    }
}
