//! Indicators for reporting systems: flat rows of the daily cut, as JSON or CSV, hidden where figures are.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::flow::{cut, release};
use serde_json::Value;

use super::{System, json};
use crate::rows::{self, Answer, OVERALL};
use crate::site::Site;

async fn answered() -> Site {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    rows::unit(db, 1, "Văn phòng A", "office").await;
    rows::unit(db, 2, "Văn phòng B", "office").await;
    rows::unit(db, 3, "Văn phòng C", "office").await;
    rows::procedure(db, 1, "Chuyển trường").await;
    rows::target(db, "procedures", None, 9_000, 20_250_101, None).await;
    let answer = |i: i64| {
        // The three of the last are hidden, and so are those of the one before: their difference would tell.
        let unit = if i < 60 {
            1
        } else if i < 90 {
            2
        } else {
            3
        };
        Answer::new(1 + i, 20_261_110, OVERALL, if i < 20 { 5 } else { 1 }).at(unit).about(1)
    };
    rows::responses(db, &(0..93).map(answer).collect::<Vec<_>>()).await;
    release::cut(db, site.clock.now_ms(), 1).await.unwrap();
    cut::daily(db, site.clock.now_ms()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    hailong::store::marks::raise(&mut tx, hailong::store::marks::Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    site
}

fn row<'a>(told: &'a Value, organisation: &Value) -> &'a Value {
    let rows = told["indicators"].as_array().unwrap();
    rows.iter().find(|row| row["code"] == "procedures" && row["organisation"] == *organisation).unwrap()
}

#[tokio::test]
async fn rows_are_flat_and_hidden_as_figures_are_and_come_again_only_when_they_changed() {
    let site = answered().await;
    let system = System::new(&site, &["figures"], None).await;
    let page = system.get("/api/v1/indicators?period=2026").await;
    let told = json(&page);
    let one = row(&told, &"U1".into());
    assert_eq!(
        (&one["numerator"], &one["denominator"], &one["value"]),
        (&20.into(), &60.into(), &33.33.into()),
        "{one}"
    );
    assert_eq!((&one["unit"], &one["status"], &one["period"]), (&"percent".into(), &"below".into(), &"2026".into()));
    for unit in ["U2", "U3"] {
        let hidden = row(&told, &unit.into());
        assert_eq!(hidden["status"], "hidden");
        assert!(["value", "numerator", "denominator"].iter().all(|name| hidden[name].is_null()), "{hidden}");
    }
    assert!(told["open_data"].as_str().unwrap().ends_with("/results/open"));
    let tag = page.head["etag"].to_str().unwrap().to_owned();
    let again =
        system.ask(Method::GET, "/api/v1/indicators?period=2026", &[("if-none-match", &tag)], Body::empty()).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    // What is released in between waits for the next cut.
    let more: Vec<Answer> = (0..40).map(|i| Answer::new(200 + i, 20_261_111, OVERALL, 5).at(1).about(1)).collect();
    rows::responses(&site.world.db, &more).await;
    release::cut(&site.world.db, site.clock.now_ms(), 1).await.unwrap();
    assert_eq!(json(&system.get("/api/v1/indicators?period=2026").await), told);
    site.wait(24 * 60);
    cut::daily(&site.world.db, site.clock.now_ms()).await.unwrap();
    assert_eq!(row(&json(&system.get("/api/v1/indicators?period=2026").await), &"U1".into())["denominator"], 100);
}

#[tokio::test]
async fn a_spreadsheet_gets_the_same_rows_and_a_key_of_one_unit_its_own() {
    let site = answered().await;
    let system = System::new(&site, &["figures"], None).await;
    let ask = async |accept: &str| {
        system
            .ask(
                Method::GET,
                "/api/v1/indicators?period=2026&indicator=procedures",
                &[("accept", accept)],
                Body::empty(),
            )
            .await
    };
    let page = ask("text/csv").await;
    assert_eq!(page.head["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = page.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "code,name,period,value,numerator,denominator,unit,status,organisation");
    assert!(lines.iter().any(|line| line.ends_with(",2026,33.33,20,60,percent,below,U1")), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with(",2026,,,,percent,hidden,U2")), "{lines:?}");
    assert_eq!(page.head["vary"], "Accept, Accept-Language");
    assert_eq!(ask("application/pdf").await.status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(ask("text/csv;q=0.5, application/json").await.head["content-type"], "application/json");
    let own = System::new(&site, &["figures"], Some(&["U1"])).await;
    let told = json(&own.get("/api/v1/indicators?period=2026").await);
    let organisations: Vec<&Value> =
        told["indicators"].as_array().unwrap().iter().map(|row| &row["organisation"]).collect();
    assert!(!organisations.is_empty() && organisations.iter().all(|one| *one == "U1"), "{organisations:?}");
    assert_eq!(own.get("/api/v1/indicators?unit=U2").await.status, StatusCode::NOT_FOUND);
    assert_eq!(own.get("/api/v1/indicators?nam=2026").await.status, StatusCode::BAD_REQUEST);
}
