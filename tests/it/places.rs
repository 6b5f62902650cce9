//! Places people answer from, as the programme office makes, prints, renews and ends them.

use axum::http::StatusCode;
use hailong::domain::account::Role;
use hailong::flow::collect::catalogue::open_codes;
use insta::assert_snapshot;

use crate::accounts::texts;
use crate::site::{Page, Person, Site};

/// Makes a place through the form; gives the page that it leads to.
async fn make(admin: &mut Person<'_>, unit: &str, label: &str) -> Page {
    admin.get("/admin/codes/new").await;
    let fields = [("unit", unit), ("label", label), ("procedure", "1.005092"), ("channel", "counter")];
    admin.post("/admin/codes/new", &fields).await
}

/// The path of the form of a place, by its number.
fn form_of(site: &Site, number: i64) -> String {
    let points = site.app.catalogue().all_points();
    let point = points.iter().find(|point| point.id.0 == number).unwrap();
    format!("/q/{}", open_codes(&site.keys, &point.sealed).unwrap().0.as_str())
}

#[tokio::test]
async fn a_place_is_made_printed_given_a_new_code_and_ended() {
    let site = Site::department().await;
    let mut admin = site.person("quan-tri", &[site.grant(Role::Admin, None)]).await;
    assert!(admin.get("/admin/codes").await.text.contains("Chưa có mã nào"));
    let made = make(&mut admin, "SGD-GL.VP", "Quầy 1").await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/admin/codes/print?point=1&lang=vi"));

    let preview = admin.get(made.location()).await;
    assert!(preview.text.contains("Sẽ in 1 tờ"), "{}", preview.text);
    assert!(preview.text.contains("Quét thử mã này bằng điện thoại trước khi in."));
    let picture = admin.get("/admin/codes/file?point=1&piece=a5&as=svg").await;
    assert_eq!(picture.head["content-type"], "image/svg+xml; charset=utf-8");
    assert!(picture.text.starts_with("<svg"));
    let file = admin.get("/admin/codes/file?point=1&piece=a4&second=en").await;
    assert_eq!(file.head["content-disposition"], "attachment; filename=\"ma-qr-a4-20261124.pdf\"");
    assert!(file.text.starts_with("%PDF"));

    let mut citizen = site.stranger();
    let first = form_of(&site, 1);
    assert_eq!(citizen.get(&first).await.status, StatusCode::OK);
    assert!(admin.get("/admin/codes/1/renew").await.text.contains("Mọi tờ đã in của mã cũ ngừng dùng ngay"));
    let renewed = admin.post("/admin/codes/1/renew", &[]).await;
    assert_eq!(renewed.location(), "/admin/codes/print?point=2&lang=vi");
    assert_eq!(site.stranger().get(&first).await.status, StatusCode::GONE, "what was printed has ended");
    let second = form_of(&site, 2);
    let asked = site.stranger().get(&second).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(admin.get("/admin/codes").await.text.contains("/admin/codes/print?point=2&amp;"));
    assert_eq!(
        admin.get("/admin/codes/1/renew").await.status,
        StatusCode::NOT_FOUND,
        "an old code is not renewed twice"
    );

    assert_eq!(admin.post("/admin/codes/2/revoke", &[]).await.location(), "/admin/codes?lang=vi");
    assert_eq!(site.stranger().get(&second).await.status, StatusCode::GONE);
    assert!(admin.get("/admin/codes").await.text.contains("Chưa có mã nào"));
    let acts =
        texts(&site.world.db, "SELECT act || ': ' || subject FROM audit WHERE act LIKE 'point-%' ORDER BY n").await;
    assert_eq!(
        acts,
        ["point-issued: point 1", "point-revoked: point 1", "point-issued: point 2", "point-revoked: point 2"]
    );
}

#[tokio::test]
async fn what_is_missing_in_a_new_place_is_said_beside_its_field() {
    let site = Site::department().await;
    let mut admin = site.person("quan-tri", &[site.grant(Role::Admin, None)]).await;
    admin.get("/admin/codes/new").await;
    let page = admin.post("/admin/codes/new", &[("unit", ""), ("label", " "), ("channel", "kiosk")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_snapshot!(page.between("<ul>", "</ul>").replace("</li>", "</li>\n"), @r##"
    <li><a href="#unit">Chọn một đơn vị đang hoạt động.</a></li>
    <li><a href="#label">Nhập tên nơi đặt mã, không quá 60 ký tự.</a></li>
    <li><a href="#channel">Chọn một cách đánh giá.</a></li>
    "##);
    let page = make(&mut admin, "SGD-BD.VP", "Quầy cũ").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "a unit that has ended gets no new place");
    assert!(site.app.catalogue().all_points().is_empty());
}

#[tokio::test]
async fn codes_of_other_units_are_as_if_they_were_not_there() {
    let site = Site::department().await;
    let mut office = site.person("so", &[site.grant(Role::Admin, None)]).await;
    make(&mut office, "SGD-GL.VP", "Quầy của Văn phòng").await;
    make(&mut office, "SGD-GL.TCCB", "Quầy của Tổ chức").await;
    for (login, role) in [("to-chuc", Role::Admin), ("truong-phong", Role::Manager)] {
        let mut other = site.person(login, &[site.grant(role, Some("SGD-GL.TCCB"))]).await;
        let list = other.get("/admin/codes").await.text;
        assert!(list.contains("Quầy của Tổ chức") && !list.contains("Quầy của Văn phòng"), "{list}");
        for path in [
            "/admin/codes/print?point=1",
            "/admin/codes/print?unit=SGD-GL.VP",
            "/admin/codes/file?point=1",
            "/admin/codes/file?point=1&as=svg",
        ] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND, "{role:?} {path}");
        }
        let expected = if role == Role::Admin { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN };
        assert_eq!(other.get("/admin/codes/1/revoke").await.status, expected);
        assert_eq!(other.post("/admin/codes/1/revoke", &[]).await.status, expected);
    }
    let mut elsewhere = site.person("to-chuc-2", &[site.grant(Role::Admin, Some("SGD-GL.TCCB"))]).await;
    assert_eq!(make(&mut elsewhere, "SGD-GL.VP", "Quầy 9").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.get("/admin/codes/file").await.status, StatusCode::OK, "all of them in one file");
}
