//! Days off and days worked instead: the list of them, and what is due by working days.

use axum::http::StatusCode;
use hailong::domain::Day;
use hailong::domain::account::Role;

use crate::accounts::{acts, texts};
use crate::comments::{OFFICE, address, arrive, done, leader, manager, tokens, written};
use crate::rows::noon;
use crate::site::{PASSWORD, Person, Site};

/// Sends the form and gives the page that comes back.
async fn list(admin: &mut Person<'_>, [kind, first, last, name]: [&str; 4]) -> crate::site::Page {
    admin.post("/admin/holidays", &[("kind", kind), ("first", first), ("last", last), ("name", name)]).await
}

#[tokio::test]
async fn an_administrator_lists_days_off_and_days_worked_and_takes_them_off() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    let mut head = manager(&site, "hoa", OFFICE).await;
    let page = admin.get("/admin/holidays").await;
    assert!(page.text.contains("Năm 2026 chưa ghi ngày nào.") && page.text.contains("Bộ luật Lao động 2019, Điều 112"));
    let page = list(&mut admin, ["", "2026-02-30", "x", " "]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (field, words) in [
        ("kind", "Chọn loại ngày: ngày nghỉ hay ngày làm bù."),
        ("first", "Nhập ngày đầu tiên, trong vòng 10 năm"),
        ("last", "Ngày cuối phải từ ngày đầu trở đi"),
        ("name", "Nhập tên ngày, không quá 60 ký tự"),
    ] {
        assert!(page.text.contains(&format!("<a href=\"#{field}\">{words}")), "«{words}»: {}", page.text);
    }
    for (first, last, fault) in [
        ("2026-12-31", "2026-12-30", "Ngày cuối phải"),
        ("2026-12-01", "2027-01-01", "không quá 31 ngày"),
        ("2040-01-02", "", "trong vòng 10 năm"),
    ] {
        let page = list(&mut admin, ["off", first, last, "Nghỉ"]).await;
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.text.contains(fault), "{first}: {}", page.text);
    }
    let page = list(&mut admin, ["worked", "2027-09-01", "2027-09-03", "Làm bù"]).await;
    assert!(page.text.contains("Ngày 02/09/2027 luôn là ngày nghỉ"), "{}", page.text);

    let page = list(&mut admin, ["off", "2026-12-30", "2027-01-03", "Nghỉ <cuối năm>"]).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/admin/holidays?year=2026&lang=vi"));
    assert_eq!(list(&mut admin, ["worked", "2027-01-09", "", "Làm bù"]).await.status, StatusCode::SEE_OTHER);
    let page = list(&mut admin, ["off", "2027-01-08", "2027-01-10", "Nghỉ"]).await;
    assert!(page.text.contains("Ngày 09/01/2027 đã có trong danh sách («Làm bù»)"), "{}", page.text);
    let works = |number| site.app.working().has(Day::from_number(number).unwrap());
    assert_eq!([20261229, 20261230, 20270103, 20270109, 20270110].map(works), [true, false, false, true, false]);

    for (year, lines) in [(2026, 1), (2027, 2), (2028, 0)] {
        let text = inspector.get(&format!("/admin/holidays?year={year}")).await.text;
        assert_eq!(text.matches("<th scope=\"row\"").count(), lines, "{year}: {text}");
        assert_eq!(text.contains("Nghỉ &lt;cuối năm&gt;"), lines > 0, "in both years");
        assert!(!text.contains("/remove") && !text.contains("<form class=\"narrow\""), "{text}");
    }
    let remove = "/admin/holidays/20261230/remove";
    assert!(admin.get(remove).await.text.contains("Gỡ «Nghỉ &lt;cuối năm&gt;» (30/12/2026 – 03/01/2027)"));
    for person in [&mut inspector, &mut head] {
        let page = list(person, ["off", "2026-12-24", "", "Nghỉ"]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(person.post(remove, &[]).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(head.get("/admin/holidays").await.status, StatusCode::FORBIDDEN);
    for not_first in ["20261231", "20270110", "x"] {
        let page = admin.post(&format!("/admin/holidays/{not_first}/remove"), &[]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{not_first}");
    }
    assert_eq!(admin.post(remove, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post(remove, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(works(20261230) && works(20270109), "the other line stays");
    let noted = texts(&site.world.db, "SELECT subject || ' ' || detail FROM audit WHERE act LIKE 'holiday-%'").await;
    assert_eq!(noted.len(), 3, "{noted:?}");
    assert!(noted[0].contains("holiday 30/12/2026") && noted[0].contains("03/01/2027"), "{noted:?}");
    assert!(acts(&site).await.iter().any(|act| act == "holiday-removed"));
}

#[tokio::test]
async fn a_day_off_moves_the_day_a_comment_is_due_and_the_day_it_shows() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    // Written on Monday, shown on Tuesday, to be done by Thursday 26 November.
    let monday = written(&site, OFFICE, 20261123, &[(2, "Nóng quá")]);
    arrive(&site, &monday, 1).await;
    let mut leader = leader(&site).await;
    let path = address(&leader.get("/manage/comments").await, "Nóng quá");
    assert!(leader.get(&path).await.text.contains("5 ngày làm việc kể từ hôm nay là ngày 01/12/2026"));
    done(&mut leader, &format!("{path}/assign"), &[("unit", OFFICE), ("due", "2026-11-26")]).await;
    let shown = "(ngày nghỉ, tính đến hết ngày 30/11/2026)";
    assert!(!leader.get(&path).await.text.contains(shown));
    site.clock.set(noon(20261127));
    leader.sign_in("giamdoc", PASSWORD).await;
    assert!(leader.get("/manage/comments").await.text.contains("1 ý kiến đã quá hạn xử lý."));

    admin.sign_in("an", PASSWORD).await;
    let page = list(&mut admin, ["off", "2026-11-26", "2026-11-27", "Nghỉ lễ"]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let page = leader.get("/manage/comments").await;
    assert!(page.text.contains(shown) && !page.text.contains("quá hạn xử lý"), "{}", page.text);
    assert!(tokens(&leader.get("/manage/comments?late=1").await).is_empty());
    // What was written on Wednesday waits for Monday as well.
    let wednesday = written(&site, OFFICE, 20261125, &[(3, "Sạch sẽ")]);
    arrive(&site, &wednesday, 1).await;
    for (day, late, comments) in [(20261129, 0, 1), (20261130, 0, 2), (20261201, 1, 2)] {
        site.clock.set(noon(day));
        leader.sign_in("giamdoc", PASSWORD).await;
        assert_eq!(tokens(&leader.get("/manage/comments").await).len(), comments, "{day}");
        assert_eq!(tokens(&leader.get("/manage/comments?late=1").await).len(), late, "{day}");
    }
}
