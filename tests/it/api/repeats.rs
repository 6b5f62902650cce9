//! One case has one invitation, through whichever doors and however often at once it is asked for.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use hailong::cli::import::watch;
use hailong::domain::account::Role;
use hailong::flow::issue::feed::file::Came;
use serde_json::{Value, json as make};

use super::{System, json};
use crate::accounts::texts;
use crate::desk::futures;
use crate::site::{Page, Person, Site};

const UNIT: &str = "SGD-GL.MC";
const PROCEDURE: &str = "1.012944";
const TIMES: usize = 200;

/// The ways a case comes in.
#[derive(Debug, Clone, Copy)]
enum Door {
    One,
    List,
    Lines,
    Cases,
    File,
    Desk,
}

const DOORS: [Door; 6] = [Door::One, Door::List, Door::Lines, Door::Cases, Door::File, Door::Desk];

/// Sends a case through a door, again while there is no room, and gives the code to type.
async fn send(door: Door, portal: &System<'_>, officer: Person<'_>, call: &str, case: &str) -> String {
    loop {
        let page = once(door, portal, officer.clone(), call, case).await;
        if page.status != StatusCode::SERVICE_UNAVAILABLE {
            return typed(door, &page);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn once(door: Door, portal: &System<'_>, mut officer: Person<'_>, call: &str, case: &str) -> Page {
    let asked = make!({ "case": case, "procedure": PROCEDURE, "unit": UNIT, "event": "finished" });
    let record = make!({ "MaHoSo": case, "MaTTHC": PROCEDURE, "DonViXuLy": UNIT, "NgayTiepNhan": "20261123",
        "NgayTra": "20261124", "TrangThaiHoSo": "10" });
    let head = |kind| [("idempotency-key", call), ("content-type", kind)];
    let invitations = "/api/v1/invitations";
    match door {
        Door::One => portal.make(call, &asked).await,
        Door::List => portal.make(call, &make!([asked, asked])).await,
        Door::Lines => {
            let lines = format!("{asked}\n{asked}\n");
            portal.ask(Method::POST, invitations, &head("application/x-ndjson"), lines).await
        }
        Door::Cases => {
            portal.ask(Method::POST, "/api/v1/cases", &head("application/json")[1..], record.to_string()).await
        }
        Door::File => {
            let line = format!("{case},{PROCEDURE},{UNIT},23/11/2026,24/11/2026,10");
            let file = format!("MaHoSo,MaTTHC,DonViXuLy,NgayTiepNhan,NgayTra,TrangThaiHoSo\n{line}\n{line}\n");
            let site = portal.site;
            match watch::take(&site.world.db, &site.keys, site.clock.now_ms(), file.as_bytes()).await {
                Ok(came) => assert!(matches!(came, Came::Taken { new: 0 | 1, made: 0 | 1, .. }), "{came:?}"),
                Err(error) => assert!(error.is_busy(), "{error}"),
            }
            // A file is answered with counts: which code its case has is asked for.
            portal.make(call, &asked).await
        }
        Door::Desk => {
            let fields =
                [("unit", UNIT), ("procedure", PROCEDURE), ("event", "finished"), ("case", case), ("words", "vi")];
            let sent = officer.post("/desk", &fields).await;
            if sent.status == StatusCode::SEE_OTHER { officer.get(sent.location()).await } else { sent }
        }
    }
}

fn typed(door: Door, page: &Page) -> String {
    let code = |made: &Value| made["typed_code"].as_str().expect(&page.text).to_owned();
    let all = |results: Vec<Value>| {
        let codes: BTreeSet<String> = results.iter().map(|result| code(&result["invitation"])).collect();
        assert_eq!(codes.len(), 1, "{}", page.text);
        codes.into_iter().next().unwrap()
    };
    match door {
        Door::One | Door::File => code(&json(page)),
        Door::List | Door::Cases => all(json(page).as_array().unwrap().clone()),
        Door::Lines => all(page.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()),
        Door::Desk => page.between("<p class=\"typed\">", "</p>").to_owned(),
    }
}

/// Sends one case so many times at once, through these doors in turn; gives the codes that came.
async fn repeat(site: &Site, doors: &[Door], case: &str) -> BTreeSet<String> {
    let portal = System::new(site, &["invitations", "cases"], Some(&[UNIT])).await;
    let mut officer = site.person("hoa", &[site.grant(Role::Officer, Some(UNIT))]).await;
    assert_eq!(officer.get("/desk").await.status, StatusCode::OK);
    let number = Cell::new(0);
    let codes = futures(TIMES, || {
        let n = number.replace(number.get() + 1);
        let (portal, officer, door) = (&portal, officer.clone(), doors[n % doors.len()]);
        async move { send(door, portal, officer, &format!("lan-{case}-{n}"), case).await }
    })
    .await;
    codes.into_iter().collect()
}

async fn count(site: &Site) -> usize {
    texts(&site.world.db, "SELECT reference FROM invitations").await.len()
}

#[tokio::test]
async fn two_hundred_times_through_all_doors_at_once_one_case_has_one_invitation() {
    let site = Site::department().await;
    let codes = repeat(&site, &DOORS, "000.00.12.H21-261123-0417").await;
    assert_eq!((codes.len(), count(&site).await), (1, 1), "{codes:?}");
}

#[tokio::test]
async fn two_hundred_times_as_a_list_one_case_has_one_invitation() {
    let site = Site::department().await;
    let codes = repeat(&site, &[Door::List], "000.00.12.H21-261123-0417").await;
    assert_eq!((codes.len(), count(&site).await), (1, 1), "{codes:?}");
}

#[tokio::test]
async fn two_hundred_times_as_lines_one_case_has_one_invitation() {
    let site = Site::department().await;
    let codes = repeat(&site, &[Door::Lines], "000.00.12.H21-261123-0417").await;
    assert_eq!((codes.len(), count(&site).await), (1, 1), "{codes:?}");
}

#[tokio::test]
async fn two_hundred_times_as_a_record_one_case_has_one_invitation() {
    let site = Site::department().await;
    let codes = repeat(&site, &[Door::Cases], "000.00.12.H21-261123-0417").await;
    assert_eq!((codes.len(), count(&site).await), (1, 1), "{codes:?}");
    let counted = texts(&site.world.db, "SELECT CAST(SUM(received) AS TEXT) FROM case_counts").await;
    assert_eq!(counted, ["1"]);
}

#[tokio::test]
async fn two_hundred_times_as_a_file_one_case_has_one_invitation() {
    let site = Site::department().await;
    let codes = repeat(&site, &[Door::File], "000.00.12.H21-261123-0417").await;
    assert_eq!((codes.len(), count(&site).await), (1, 1), "{codes:?}");
    let counted = texts(&site.world.db, "SELECT CAST(SUM(received) AS TEXT) FROM case_counts").await;
    assert_eq!(counted, ["1"]);
}

#[tokio::test]
async fn two_hundred_times_at_the_desk_one_case_has_one_invitation() {
    let site = Site::department().await;
    let codes = repeat(&site, &[Door::Desk], "000.00.12.H21-261123-0417").await;
    assert_eq!((codes.len(), count(&site).await), (1, 1), "{codes:?}");
}
