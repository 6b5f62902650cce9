//! Marks of suspicion: made of how answers came, which is known for 48 hours, and without a say in any figure.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use hailong::domain::Channel;
use hailong::domain::account::Role;
use hailong::domain::hours::Hours;
use hailong::domain::period::{CutOff, Period};
use hailong::flow::assess::{Audience, findings};
use hailong::flow::audit::By;
use hailong::flow::collect::Submission;
use hailong::flow::collect::append::Appender;
use hailong::flow::issue::{self, NewPoint};
use hailong::flow::suspicion::Trace;
use hailong::flow::{release, suspicion};
use hailong::web::Settings;

use crate::accounts::texts;
use crate::seal::{NOW, Sealed, submission};
use crate::site::{Site, form};

/// A department with a point; gives the path of its form.
async fn department() -> (Site, String) {
    department_with(Settings { own_url: "http://site.test".into(), ..Settings::default() }).await
}

async fn department_with(settings: Settings) -> (Site, String) {
    let site = Site::department_with(settings).await;
    let point = NewPoint {
        unit: "SGD-GL.VP",
        procedure: Some("1.005092"),
        channel: Channel::Counter,
        form: "procedure",
        label: "Quầy 1",
    };
    let catalogue = site.app.catalogue();
    let issued = issue::points(&site.world.db, &site.keys, &catalogue, site.clock.now_ms(), By::OPERATOR, &[point])
        .await
        .unwrap();
    site.app.refresh().await.unwrap();
    let path = format!("/q/{}", issued[0].code.as_str());
    (site, path)
}

/// Somebody at an address rates.
async fn rate(site: &Site, path: &str, n: u8, address: &str, level: &str) {
    let mut citizen = site.stranger();
    citizen.address = address.parse().unwrap();
    let visit = data_encoding::BASE64URL_NOPAD.encode(&[n; 16]);
    let fields = form(&[("visit", &visit), ("overall", level)]);
    let page = citizen.ask(Method::POST, path, Some(fields), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
}

async fn flags(site: &Site) -> Vec<String> {
    texts(&site.world.db, "SELECT rule || ' ' || CAST(n AS TEXT) FROM flags ORDER BY n, rule").await
}

#[tokio::test]
async fn i8_marks_are_made_noted_and_change_no_figure() {
    let (site, path) = department().await;
    let db = &site.world.db;
    // Four from one house, whatever the end of their addresses; the fifth an hour later; five from elsewhere.
    for n in 1..=4 {
        rate(&site, &path, n, &format!("2001:db8:1:2::{n}"), "5").await;
        site.wait(1);
    }
    for n in 5..=9 {
        rate(&site, &path, n, &format!("203.0.113.{n}"), "2").await;
        site.wait(1);
    }
    let working = site.app.working();
    let mark = || suspicion::mark(db, &site.keys, site.clock.now_ms(), &working);
    assert_eq!(mark().await.unwrap(), 0, "four are not five: {:?}", flags(&site).await);
    site.wait(60);
    rate(&site, &path, 10, "2001:db8:1:2:ffff::1", "5").await;
    release::cut(db, site.clock.now_ms(), 5).await.unwrap();
    let period = Period::parse("2026-11", CutOff::Calendar).unwrap();
    let figures = || findings(db, &period, Audience::Management, site.clock.now_ms());
    let before = figures().await.unwrap();
    assert_eq!(before.indicators[0].department.figure.n, Some(10));
    assert_eq!(mark().await.unwrap(), 5);
    assert_eq!(flags(&site).await, ["address 1", "address 2", "address 3", "address 4", "address 10"]);
    assert_eq!(mark().await.unwrap(), 0, "each is marked once");
    assert_eq!(figures().await.unwrap(), before);
    assert!(release::check(db).await.unwrap().is_empty());
    let noted = texts(db, "SELECT detail FROM audit WHERE act = 'flagged'").await;
    assert!(noted.len() == 1 && noted[0].starts_with("{\"address\":5,\"digest\":\""), "{noted:?}");

    // Counts for those who may see counts, the rest for the inspector.
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    let page = manager.get("/admin/suspicion").await;
    assert!(page.text.contains("Từ 5 phiếu cùng một nơi gửi") && page.text.contains(">5</td>"), "{}", page.text);
    assert!(!page.text.contains("/admin/suspicion/"), "a manager sees counts only");
    let mut other = site.person("ba", &[site.grant(Role::Manager, Some("SGD-GL.MC"))]).await;
    assert!(other.get("/admin/suspicion").await.text.contains("Không có phiếu nào có dấu hiệu"));
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    let page = inspector.get("/admin/suspicion").await;
    let detail = page.between("href=\"/admin/suspicion/", "\"").replace("&amp;", "&");
    assert_eq!(manager.get(&format!("/admin/suspicion/{detail}")).await.status, StatusCode::FORBIDDEN);
    let page = inspector.get(&format!("/admin/suspicion/{detail}")).await;
    // Five of ten satisfied; without the five marked none of five.
    assert!(page.text.contains("50,0%") && page.text.contains("0,0%</td>"), "{}", page.text);
}

#[tokio::test]
async fn p5_no_address_is_kept_and_its_mark_is_gone_after_48_hours() {
    let (site, path) = department().await;
    let db = &site.world.db;
    rate(&site, &path, 1, "203.0.113.77", "5").await;
    rate(&site, &path, 2, "203.0.113.77", "5").await;
    rate(&site, &path, 3, "203.0.113.78", "5").await;
    let marks = texts(db, "SELECT CAST(mark AS TEXT) FROM traces ORDER BY n").await;
    assert_eq!(marks[0], marks[1]);
    assert_ne!(marks[0], marks[2]);
    if site.world.url.is_none() {
        for file in std::fs::read_dir(site.world.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(11).any(|part| part == b"203.0.113.7"), "an address is in the file");
        }
    }
    site.wait(24 * 60);
    rate(&site, &path, 4, "203.0.113.77", "5").await;
    let marks = texts(db, "SELECT CAST(mark AS TEXT) FROM traces ORDER BY n").await;
    assert_ne!(marks[0], marks[3], "the next day the same address has another mark");
    site.wait(24 * 60 - 1);
    suspicion::forget(db, site.clock.now_ms()).await.unwrap();
    assert_eq!(texts(db, "SELECT CAST(n AS TEXT) FROM traces ORDER BY n").await, ["1", "2", "3", "4"]);
    site.wait(1);
    suspicion::forget(db, site.clock.now_ms()).await.unwrap();
    assert_eq!(texts(db, "SELECT CAST(n AS TEXT) FROM traces").await, ["4"]);
    assert_eq!(texts(db, "SELECT CAST(day AS TEXT) FROM day_keys").await, ["20261125"]);
    site.wait(49 * 60);
    suspicion::forget(db, site.clock.now_ms()).await.unwrap();
    assert!(texts(db, "SELECT CAST(n AS TEXT) FROM traces").await.is_empty());
    assert!(texts(db, "SELECT CAST(day AS TEXT) FROM day_keys").await.is_empty());
}

#[tokio::test]
async fn p5_what_a_tablet_hands_in_late_is_forgotten_by_the_time_of_its_tap() {
    const HOUR_MS: i64 = 3_600_000;
    let sealed = Sealed::new().await;
    let db = sealed.db();
    let came =
        |n, at| Submission { trace: Some(Trace { mark: None, staff: false, hasty: false, at }), ..submission(n) };
    let mut appender = Appender::new(db.clone(), Arc::new(sealed.keys.clone()));
    appender.append(NOW, &[came(13, NOW)]).await.unwrap();
    appender.append(NOW, &[came(14, NOW), came(15, NOW - 40 * HOUR_MS)]).await.unwrap();
    appender.rest();
    suspicion::forget(db, NOW + 8 * HOUR_MS).await.unwrap();
    assert_eq!(texts(db, "SELECT CAST(n AS TEXT) FROM traces ORDER BY n").await, ["13", "14"]);
}

#[tokio::test]
async fn i8_a_form_sent_within_two_seconds_is_marked_and_never_refused() {
    let (site, path) = department().await;
    let db = &site.world.db;
    let send = async |visit: &str, after_ms: i64| {
        let mut citizen = site.stranger();
        site.clock.set(site.clock.now_ms() + after_ms);
        let fields = form(&[("visit", visit), ("overall", "5")]);
        let page = citizen.ask(Method::POST, &path, Some(fields), &[("sec-fetch-site", "same-origin")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{visit} {}", page.text);
    };
    let open = async || {
        let mut citizen = site.stranger();
        let page = citizen.get(&path).await;
        let visit = page.between("name=\"visit\" value=\"", "\"").to_owned();
        assert_eq!(visit.len(), 29, "a visit of 22 characters and a stamp of seven");
        assert!(visit.starts_with(&citizen.cookies["visit"]) && citizen.cookies["visit"].len() == 22);
        visit
    };
    send(&open().await, 1_999).await;
    send(&open().await, 2_000).await;
    // Without a stamp, with that of another visit, with one that is none: taken, and not marked.
    let (one, other) = (open().await, open().await);
    send(&one[..22], 0).await;
    send(&format!("{}{}", &other[..22], &one[22..]), 0).await;
    send(&format!("{}<script>", &open().await[..22]), 0).await;
    // What is asked again, because nothing was chosen, was made when it was first.
    let visit = open().await;
    let mut citizen = site.stranger();
    let page = citizen.ask(Method::POST, &path, Some(form(&[("visit", &visit)])), &[("sec-fetch-site", "none")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.between("name=\"visit\" value=\"", "\""), visit);
    send(&visit, 1_000).await;
    // The same visit again is the same answer, whatever its stamp.
    send(&visit[..22], 60_000).await;
    suspicion::mark(db, &site.keys, site.clock.now_ms(), &site.app.working()).await.unwrap();
    let hasty: Vec<String> = flags(&site).await.into_iter().filter(|flag| flag.starts_with("hasty")).collect();
    assert_eq!(hasty, ["hasty 1", "hasty 6"]);
    assert_eq!(texts(db, "SELECT CAST(n AS TEXT) FROM responses").await.len(), 6);
}

#[tokio::test]
async fn i8_answers_from_a_network_of_the_staff_are_marked() {
    let settings = Settings {
        own_url: "http://site.test".into(),
        staff_networks: vec!["10.1.0.0/16".parse().unwrap()],
        opening_hours: "1-7 0:00-24:00".parse::<Hours>().unwrap(),
        ..Settings::default()
    };
    let (site, path) = department_with(settings).await;
    rate(&site, &path, 1, "10.1.2.3", "5").await;
    rate(&site, &path, 2, "::ffff:10.1.2.3", "5").await;
    rate(&site, &path, 3, "10.2.0.1", "5").await;
    suspicion::mark(&site.world.db, &site.keys, site.clock.now_ms(), &site.app.working()).await.unwrap();
    assert_eq!(flags(&site).await, ["staff 1", "staff 2"]);
}
