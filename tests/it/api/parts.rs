//! Figures for other systems by channel, by month and under the units of today: those of managers' pages, cut once a day.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{Channel, Indicator, ProcedureId, UnitId};
use hailong::flow::assess::{Figure, Organisation, Place, View, picture};
use hailong::flow::collect::catalogue::Catalogue;
use hailong::flow::{cut, release};
use hailong::store::Db;
use hailong::store::marks::{self, Mark};
use serde_json::{Value, json as make};

use super::docs::check;
use super::{System, codes, json};
use crate::rows::{self, Answer, OVERALL};
use crate::site::{NOW, Page, Site};

const PATH: &str = "/api/v1/figures?indicator=procedures&period=2026";

/// Answers of some months at three offices; the fourth ended with September and went into the first.
async fn site() -> Site {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    for (id, name) in [(1, "Văn phòng Sở"), (2, "Thanh tra"), (3, "Phòng Đào tạo"), (4, "Phòng Tổ chức")]
    {
        rows::unit(db, id, name, "office").await;
    }
    const ENDED: &str = "UPDATE units SET valid_to = 20260930, successor_id = 1 WHERE id = 4";
    match db {
        Db::Sqlite { write, .. } => sqlx::query(ENDED).execute(write).await.map(drop).unwrap(),
        Db::Postgres(pool) => sqlx::query(ENDED).execute(pool).await.map(drop).unwrap(),
    }
    rows::procedure(db, 1, "Chuyển trường").await;
    rows::target(db, "procedures", None, 9_000, 20_250_101, None).await;
    let mut answers = Vec::new();
    for (unit, day, channel, count) in [
        (1, 20_261_010, Channel::Counter, 30),
        (1, 20_261_110, Channel::Counter, 25),
        (1, 20_261_110, Channel::Kiosk, 20),
        (1, 20_261_110, Channel::Case, 3),
        (2, 20_261_010, Channel::Counter, 3),
        (2, 20_261_110, Channel::Counter, 40),
        (3, 20_261_010, Channel::Counter, 104),
        (3, 20_261_110, Channel::Kiosk, 28),
        (4, 20_260_910, Channel::Counter, 35),
    ] {
        for i in 0..count {
            let n = answers.len() as i64 + 1;
            let answer = Answer::new(n, day, OVERALL, if i % 6 == 0 { 2 } else { 5 }).at(unit).about(1);
            answers.push(Answer { channel, ..answer });
        }
    }
    rows::responses(db, &answers).await;
    release::cut(db, NOW, 1).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    cut::daily(db, NOW).await.unwrap();
    site
}

fn figures(found: &Value) -> &[Value] {
    found["figures"].as_array().unwrap()
}

/// Whether two values are the same, but for what is lost when a number is written and read.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-12,
        _ => one == other,
    }
}

/// What managers see of a view: scope and code of a line, channel, month, and the figure.
async fn managed(site: &Site, view: &View, by: &str) -> Vec<(String, Figure)> {
    let catalogue = Catalogue::read(&site.world.db, site.app.today()).await.unwrap();
    let seen = picture(&site.world.db, &catalogue, view, NOW).await.unwrap();
    let own = |channel: Option<&str>, month: &str| format!("{} {channel:?} {month}", seen.headline.code);
    match by {
        "channel" => seen.channels.iter().map(|row| (own(Some(row.channel), ""), row.figure.clone())).collect(),
        "month" => {
            let inside = seen.course.months.iter().filter(|month| month.period.from() >= seen.period.from());
            inside.map(|month| (own(seen.channel, &month.period.to_string()), month.figure.clone())).collect()
        }
        "unit" if view.place == Place::Department => {
            let rows = seen
                .units
                .iter()
                .map(|row| (format!("{} {:?} ", row.line.code, seen.channel), row.line.figure.clone()));
            rows.collect()
        }
        _ => vec![(own(seen.channel, ""), seen.headline.figure.clone())],
    }
}

#[tokio::test]
async fn figures_by_channel_and_month_are_those_of_managers_and_hide_what_they_hide() {
    let site = site().await;
    let system = System::new(&site, &["figures"], None).await;
    let document = json(&site.stranger().get("/api/v1/openapi.json").await);
    let schema = make!({ "$ref": "#/components/schemas/PeriodFigures" });
    let period = Period::parse("2026", CutOff::Calendar).unwrap();
    let (mut told, mut hidden) = (0, 0);
    for (place, at) in [
        (Place::Department, ""),
        (Place::Units(vec![UnitId(1)]), "&unit=U1"),
        (Place::Units(vec![UnitId(2)]), "&unit=U2"),
        (Place::Procedure(ProcedureId(1)), "&procedure=1.000001"),
    ] {
        for (organisation, channel, by) in [
            (Organisation::AsItWas, None, "channel"),
            (Organisation::AsItWas, None, "month"),
            (Organisation::AsItIs, None, "month"),
            (Organisation::AsItIs, None, "unit"),
            (Organisation::AsItWas, Some(Channel::Kiosk), "month"),
            (Organisation::AsItWas, Some(Channel::Counter), "unit"),
        ] {
            if by == "unit" && at.starts_with("&procedure") {
                continue;
            }
            let view = View { organisation, channel, ..View::of(Indicator::Procedures, place.clone(), period) };
            let channel = channel.map_or_else(String::new, |channel| format!("&channel={}", channel.name()));
            let query = format!("{PATH}{at}&by={by}{channel}&organisation={}", organisation.name());
            let page = system.get(&query).await;
            assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text);
            let found = json(&page);
            check(&document, &schema, &found, &query).unwrap_or_else(|fault| panic!("{fault}"));
            assert_eq!((&found["organisation"], &found["cut"]), (&organisation.name().into(), &"2026-11-24".into()));
            let expected = managed(&site, &view, by).await;
            assert_eq!(figures(&found).len(), expected.len(), "{query}: {found}");
            for (line, (about, figure)) in figures(&found).iter().zip(expected) {
                let month = line["month"].as_str().unwrap_or_default();
                assert_eq!(format!("{} {:?} {month}", line["code"].as_str().unwrap(), line["channel"].as_str()), about);
                let figure = serde_json::to_value(figure).unwrap();
                for name in ["state", "n", "answers", "levels", "share", "lower", "upper", "target", "verdict"] {
                    assert!(same(&line[name], &figure[name]), "{query}: {name} of {about}: {line} {figure}");
                }
                told += usize::from(line["n"].as_u64().is_some_and(|n| n > 0));
                hidden += usize::from(line["state"] == "hidden");
                assert_eq!(line["verdict"] == "not_enough", !line["needed"].is_null(), "{line}");
                assert_eq!(line["verdict"].is_null(), line["at_least"].is_null(), "{line}");
                assert!(line["n"].as_u64().is_none_or(|n| n == 0 || n >= 5), "{line}");
            }
        }
    }
    assert!(told > 15 && hidden > 5, "{told} {hidden}");
    let found = json(&system.get(&format!("{PATH}&unit=U1&by=channel")).await);
    let case = figures(&found).iter().find(|line| line["channel"] == "case").unwrap();
    assert_eq!((&case["state"], &case["n"]), (&"hidden".into(), &Value::Null));
    // A place by one channel tells what is missing; the unit that ended counts under the first.
    let merged = json(&system.get(&format!("{PATH}&unit=U1&by=unit&organisation=as_it_is")).await);
    let apart = json(&system.get(&format!("{PATH}&unit=U1&by=unit&organisation=as_it_is&channel=counter")).await);
    assert_eq!((&figures(&merged)[0]["n"], &figures(&apart)[0]["channel"]), (&113.into(), &"counter".into()));
}

#[tokio::test]
async fn what_few_persons_said_does_not_follow_from_two_periods() {
    let site = site().await;
    let system = System::new(&site, &["figures"], None).await;
    let mut seen = Vec::new();
    for period in ["2026", "2026-10", "2026-11", "2026-10-01..2026-11-09", "2026-11-01..2026-11-24"] {
        let path = format!("/api/v1/figures?indicator=procedures&by=unit&period={period}");
        let found = json(&system.get(&path).await);
        let line = figures(&found).iter().find(|line| line["code"] == "U2").unwrap().clone();
        seen.push((period, line["n"].as_u64()));
    }
    let n = |period: &str| seen.iter().find(|(name, _)| *name == period).unwrap().1;
    assert_eq!((n("2026-10"), n("2026-10-01..2026-11-09")), (None, None), "three persons");
    // All of the year less November would be those three.
    assert!(n("2026").is_none() || n("2026-11").is_none(), "{seen:?}");
    assert!(n("2026").is_none() || n("2026-11-01..2026-11-24").is_none(), "{seen:?}");
}

#[tokio::test]
async fn p4_no_part_changes_between_two_cuts_whatever_is_released() {
    let site = site().await;
    let system = System::new(&site, &["figures"], None).await;
    let kept = ["&by=channel", "&by=month", "&channel=kiosk", "&unit=U3&by=month&organisation=as_it_is"];
    let mut before = Vec::new();
    for part in kept {
        before.push(system.get(&format!("{PATH}{part}")).await);
    }
    let more = (1000..1010).map(|n| Answer::new(n, 20_261_120, OVERALL, 1).at(3).about(1));
    let more: Vec<Answer> = more.map(|answer| Answer { channel: Channel::Kiosk, ..answer }).collect();
    rows::responses(&site.world.db, &more).await;
    release::cut(&site.world.db, NOW, 1).await.unwrap();
    for (part, before) in kept.iter().zip(&before) {
        let path = format!("{PATH}{part}");
        let after = system.get(&path).await;
        assert_eq!((after.status, &after.text), (StatusCode::OK, &before.text), "{part}");
        let tag = before.head["etag"].to_str().unwrap();
        let again = system.ask(Method::GET, &path, &[("if-none-match", tag)], Body::empty()).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{part}");
    }
    // What was not asked for before would tell of the release.
    for part in ["&unit=U3&by=channel", "&channel=counter", "&by=month&procedure=1.000001"] {
        let later = system.get(&format!("{PATH}{part}")).await;
        assert_eq!((later.status, codes(&json(&later))), (StatusCode::NOT_FOUND, vec!["api-figures-later"]), "{part}");
    }
    site.clock.set(NOW + 24 * 60 * 60 * 1000);
    assert!(cut::daily(&site.world.db, site.clock.now_ms()).await.unwrap());
    let n = |page: &Page, by: &str, name: &str| {
        let found = json(page);
        figures(&found).iter().find(|line| line[by] == name).unwrap()["n"].as_u64().unwrap()
    };
    let now = system.get(&format!("{PATH}{}", kept[3])).await;
    assert_eq!((n(&before[3], "month", "2026-11"), n(&now, "month", "2026-11")), (28, 38));
    let unit = system.get(&format!("{PATH}&unit=U3&by=channel")).await;
    assert_eq!((unit.status, n(&unit, "channel", "kiosk")), (StatusCode::OK, 38));
}

#[tokio::test]
async fn s3_a_key_of_one_unit_sees_the_channels_and_months_of_that_unit_only() {
    let site = site().await;
    let system = System::new(&site, &["figures"], Some(&["U1"])).await;
    for part in ["&unit=U1&by=channel", "&unit=U1&by=month", "&channel=counter", "&organisation=as_it_is&by=unit"] {
        let page = system.get(&format!("{PATH}{part}")).await;
        let found = json(&page);
        assert!(!figures(&found).is_empty(), "{part}: {found}");
        assert!(figures(&found).iter().all(|line| line["scope"] == "unit" && line["code"] == "U1"), "{part}: {found}");
        for other in ["Thanh tra", "Phòng Đào tạo", "U2", "U3"] {
            assert!(!page.text.contains(other), "{part}: {other}");
        }
    }
    for part in
        ["&by=channel", "&by=month", "&unit=U3&by=channel", "&unit=KHONG&by=month", "&procedure=1.000001&by=month"]
    {
        let page = system.get(&format!("{PATH}{part}")).await;
        assert_eq!(
            (page.status, json(&page)["type"].as_str().unwrap()),
            (StatusCode::NOT_FOUND, "urn:hailong:problem:absent"),
            "{part}"
        );
    }
}
