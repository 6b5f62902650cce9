//! Figures for other systems: those of the pages, cut once a day, in the units of the key.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::flow::{cut, release};
use hailong::store::marks::{self, Mark};
use serde_json::Value;

use super::{System, codes, json};
use crate::rows::{self, Answer, OVERALL};
use crate::site::{NOW, Site};

const DAY: i64 = 20_261_120;

/// Two offices with answers enough and one between them with three, released; nothing is cut yet.
async fn site() -> Site {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    for (id, name) in [(1, "Văn phòng Sở"), (2, "Thanh tra"), (3, "Phòng Đào tạo")] {
        rows::unit(db, id, name, "office").await;
    }
    rows::procedure(db, 1, "Chuyển trường").await;
    let mut answers = Vec::new();
    for (unit, count) in [(1, 40), (2, 3), (3, 37)] {
        for i in 0..count {
            let n = answers.len() as i64 + 1;
            answers.push(Answer::new(n, DAY, OVERALL, if i % 13 == 0 { 3 } else { 5 }).at(unit).about(1));
        }
    }
    rows::responses(db, &answers).await;
    release::cut(db, NOW, 1).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    site
}

async fn more(site: &Site, first: i64, unit: i64) {
    let answers: Vec<Answer> = (first..first + 10).map(|n| Answer::new(n, DAY, OVERALL, 1).at(unit).about(1)).collect();
    rows::responses(&site.world.db, &answers).await;
    release::cut(&site.world.db, site.clock.now_ms(), 1).await.unwrap();
}

async fn cut_now(site: &Site) -> bool {
    cut::daily(&site.world.db, site.clock.now_ms()).await.unwrap()
}

fn line<'a>(figures: &'a Value, indicator: &str, code: &str) -> Option<&'a Value> {
    figures["figures"].as_array().unwrap().iter().find(|line| line["indicator"] == indicator && line["code"] == code)
}

#[tokio::test]
async fn figures_are_those_of_the_page_and_hide_what_it_hides() {
    let site = site().await;
    assert!(cut_now(&site).await && !cut_now(&site).await, "once a day");
    let system = System::new(&site, &["figures"], None).await;
    for query in ["period=2026-11", "period=2026-Q4", "period=2026", "period=2026-11-01..2026-11-20"] {
        let found = json(&system.get(&format!("/api/v1/figures?{query}")).await);
        site.publish(query.strip_prefix("period=").unwrap()).await;
        let page: Value = json(&site.stranger().get(&format!("/results.json?{query}")).await);
        let mut of_page = Vec::new();
        for finding in page["indicators"].as_array().unwrap() {
            for (part, one) in [("department", true), ("units", false), ("procedures", false)] {
                let lines = if one { vec![finding[part].clone()] } else { finding[part].as_array().unwrap().clone() };
                for line in lines {
                    let found = found["figures"].as_array().unwrap().iter().find(|each| {
                        each["indicator"] == finding["indicator"]
                            && each["scope"] == line["scope"]
                            && each["code"] == line["code"]
                    });
                    let found = found.unwrap_or_else(|| panic!("{line} is not told"));
                    for (name, value) in line["figure"].as_object().unwrap() {
                        assert_eq!(&found[name], value, "{name} of {}", line["code"]);
                    }
                    of_page.push(line);
                }
            }
        }
        assert_eq!(found["figures"].as_array().unwrap().len(), of_page.len());
        assert_eq!((&found["cut"], &found["period"]), (&"2026-11-24".into(), &page["period"]));
    }
    let found = json(&system.get("/api/v1/figures?period=2026-11").await);
    assert_eq!(
        (&line(&found, "procedures", "U2").unwrap()["state"], &line(&found, "procedures", "U2").unwrap()["n"]),
        (&"hidden".into(), &Value::Null)
    );
    assert_eq!(line(&found, "procedures", "U1").unwrap()["n"], 40);
}

#[tokio::test]
async fn p4_nothing_changes_between_two_cuts_whatever_is_released() {
    let site = site().await;
    cut_now(&site).await;
    let system = System::new(&site, &["figures"], None).await;
    let before = system.get("/api/v1/figures?period=2026").await;
    more(&site, 1000, 1).await;
    site.publish("2026").await;
    let shown = json(&site.stranger().get("/results.json?period=2026").await);
    assert_eq!(shown["indicators"][0]["department"]["figure"]["n"], 90, "people see the release");
    let after = system.get("/api/v1/figures?period=2026").await;
    assert_eq!((after.status, &after.text), (StatusCode::OK, &before.text));
    // A period that was not cut yet would tell of it: it is there tomorrow.
    let range = "/api/v1/figures?period=2026-11-02..2026-11-23";
    let later = system.get(range).await;
    assert_eq!((later.status, codes(&json(&later))), (StatusCode::NOT_FOUND, vec!["api-figures-later"]));
    let seconds: i64 = later.head["retry-after"].to_str().unwrap().parse().unwrap();
    site.clock.set(site.clock.now_ms() + (seconds - 2) * 1000);
    assert!(!cut_now(&site).await, "not a second before half past midnight");
    site.clock.set(site.clock.now_ms() + 2000);
    assert!(cut_now(&site).await);
    let found = json(&system.get(range).await);
    assert_eq!(line(&found, "procedures", "all").unwrap()["n"], 90);
    let year = json(&system.get("/api/v1/figures?period=2026").await);
    assert_eq!((&year["cut"], &line(&year, "procedures", "all").unwrap()["n"]), (&"2026-11-25".into(), &90.into()));
}

#[tokio::test]
async fn before_the_first_cut_nothing_is_told() {
    let site = site().await;
    let system = System::new(&site, &["figures"], None).await;
    let page = system.get("/api/v1/figures").await;
    assert_eq!((page.status, codes(&json(&page))), (StatusCode::NOT_FOUND, vec!["api-figures-never"]));
    assert_eq!(page.head["retry-after"], "601", "the first cut does not wait for midnight");
}

#[tokio::test]
async fn s3_a_key_of_one_unit_sees_the_lines_of_that_unit_only() {
    let site = site().await;
    rows::target(&site.world.db, "procedures", Some(3), 9500, 20_260_101, None).await;
    rows::target(&site.world.db, "procedures", Some(1), 9400, 20_260_101, None).await;
    cut_now(&site).await;
    let system = System::new(&site, &["figures", "catalogue"], Some(&["U1"])).await;
    let found = json(&system.get("/api/v1/figures?period=2026").await);
    let lines = found["figures"].as_array().unwrap();
    assert!(!lines.is_empty() && lines.iter().all(|line| line["scope"] == "unit" && line["code"] == "U1"), "{found}");
    for text in [
        system.get("/api/v1/figures?period=2026").await.text,
        system.get("/api/v1/catalogue/units").await.text,
        system.get("/api/v1/targets").await.text,
    ] {
        for other in ["Thanh tra", "Phòng Đào tạo", "U2", "U3", "9500"] {
            assert!(!text.contains(other), "{other}: {text}");
        }
    }
    assert!(system.get("/api/v1/targets").await.text.contains("9400"));
    for path in ["unit=U3", "unit=KHONG", "by=department", "by=procedure", "procedure=1.000001"] {
        let page = system.get(&format!("/api/v1/figures?period=2026&{path}")).await;
        assert_eq!(
            (page.status, json(&page)["type"].as_str().unwrap()),
            (StatusCode::NOT_FOUND, "urn:hailong:problem:absent"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn filters_choose_lines_and_unknown_ones_are_refused() {
    let site = site().await;
    cut_now(&site).await;
    let system = System::new(&site, &["figures"], None).await;
    for (query, expected) in [
        ("indicator=procedures&by=unit", 3),
        ("indicator=procedures&by=department", 1),
        ("indicator=procedures&unit=U1", 1),
        ("indicator=procedures&procedure=1.000001", 1),
        ("indicator=procedures&excluded=with&unit=U1", 1),
    ] {
        let found = json(&system.get(&format!("/api/v1/figures?period=2026&{query}")).await);
        assert_eq!(found["figures"].as_array().unwrap().len(), expected, "{query}: {found}");
    }
    for query in [
        "indicator=x",
        "by=kenh",
        "excluded=maybe",
        "cut_off=x",
        "period=x",
        "channel=fax",
        "organisation=then",
        "by=month&period=2026-01-05..2026-02-03",
        "by=channel&unit=U1&procedure=1.000001",
    ] {
        let page = system.get(&format!("/api/v1/figures?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    assert_eq!(system.get("/api/v1/figures?colour=case").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(system.get("/api/v1/targets?on=2026-01-01").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn whoever_has_an_answer_is_told_that_it_has_not_changed() {
    let site = site().await;
    cut_now(&site).await;
    let system = System::new(&site, &["figures", "catalogue"], None).await;
    for path in
        ["/api/v1/figures?period=2026", "/api/v1/targets", "/api/v1/catalogue/units", "/api/v1/catalogue/procedures"]
    {
        let page = system.get(path).await;
        let tag = page.head["etag"].to_str().unwrap().to_owned();
        assert_eq!(page.head["cache-control"], "private, no-cache");
        for asked in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = system.ask(Method::GET, path, &[("if-none-match", &asked)], Body::empty()).await;
            assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path} {asked}");
            assert_eq!(again.head["etag"], *tag);
        }
        let other = system.ask(Method::GET, path, &[("if-none-match", "\"x\"")], Body::empty()).await;
        assert_eq!((other.status, &other.text), (StatusCode::OK, &page.text));
    }
}
