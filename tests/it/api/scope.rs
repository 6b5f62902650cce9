//! What a key can do in no way: see or make anything of a unit that is not its own, and tell from what it may see who
//! answered what.

use axum::body::Body;
use axum::http::Method;
use hailong::domain::UnitId;
use hailong::flow::{cut, release};
use hailong::web::api::document;
use serde_json::{Value, json as make};

use super::{System, json};
use crate::accounts::texts;
use crate::desk::answer;
use crate::rows;
use crate::site::{Site, form};

const OURS: &str = "SGD-GL.VP";
const THEIRS: &str = "SGD-GL.MC";
const PROCEDURE: &str = "1.012944";
const ACCESS: [&str; 4] = ["invitations", "figures", "catalogue", "cases"];
const LINES: &str = "application/x-ndjson";

fn asked(n: usize, unit: &str) -> Value {
    make!({ "case": format!("000.00.12.H21-261123-{n:04}"), "procedure": PROCEDURE, "unit": unit, "event": "finished" })
}

fn record(n: usize, unit: &str) -> Value {
    make!({ "MaHoSo": format!("000.00.12.H21-261123-{n:04}"), "MaTTHC": PROCEDURE, "DonViXuLy": unit,
        "NgayTiepNhan": "20261123", "NgayTra": "20261124", "TrangThaiHoSo": "10" })
}

/// A request: its method, address and body, and of which type that is.
struct Try {
    path: String,
    body: Option<(&'static str, String)>,
}

fn get(path: impl Into<String>) -> Try {
    Try { path: path.into(), body: None }
}

fn post(path: &str, kind: &'static str, body: &Value) -> Try {
    Try { path: path.to_owned(), body: Some((kind, body.to_string())) }
}

/// Every way in which an operation could reach what is theirs: an invitation, a case (numbers 1 and 2) and a unit. An
/// operation that is not listed here fails the test.
fn tries(name: &str, id: &str) -> Vec<Try> {
    let (invitations, cases, one) = ("/api/v1/invitations", "/api/v1/cases", format!("/api/v1/invitations/{id}"));
    let json = "application/json";
    let lines = |all: &[Value]| all.iter().map(|one| format!("{one}\n")).collect::<String>();
    match name {
        "create-invitations" => {
            let many = [asked(11, THEIRS), asked(1, OURS), asked(1, THEIRS)];
            vec![
                post(invitations, json, &asked(12, THEIRS)),
                post(invitations, json, &asked(1, OURS)),
                post(invitations, json, &make!(many)),
                Try { path: invitations.to_owned(), body: Some((LINES, lines(&many))) },
            ]
        }
        "show-invitation" => vec![get(one)],
        "show-symbol" => vec![get(format!("{one}/qr"))],
        "show-question" => vec![get(format!("{one}/question")), get(format!("{one}/question?language=en"))],
        "revoke-invitation" => vec![Try { path: format!("{one}/revoke"), body: Some((json, String::new())) }],
        "show-figures" => {
            let base = "/api/v1/figures?period=2026";
            let by = ["", "&by=department", "&by=unit", "&by=procedure", "&by=channel", "&by=month"];
            let at =
                ["", &format!("&unit={THEIRS}"), &format!("&procedure={PROCEDURE}"), "&unit=SGD-GL"].map(str::to_owned);
            let more = ["", "&organisation=as_it_is", "&channel=case", "&excluded=with"];
            let all = by.iter().flat_map(|by| at.iter().map(move |at| format!("{by}{at}")));
            all.flat_map(|query| more.iter().map(move |more| get(format!("{base}{query}{more}")))).collect()
        }
        "show-indicators" => ["", &format!("&unit={THEIRS}"), "&unit=SGD-GL", "&indicator=procedures"]
            .iter()
            .map(|query| get(format!("/api/v1/indicators?period=2026{query}")))
            .collect(),
        "send-cases" => {
            let many = [record(2, OURS), record(13, THEIRS), record(2, THEIRS)];
            vec![
                post(cases, json, &record(14, THEIRS)),
                post(cases, json, &record(2, OURS)),
                post(cases, json, &make!(many)),
                post(cases, json, &make!({ "data": many })),
                Try { path: cases.to_owned(), body: Some((LINES, lines(&many))) },
            ]
        }
        "show-targets" => vec![get("/api/v1/targets")],
        "show-units" => vec![get("/api/v1/catalogue/units")],
        "show-procedures" => vec![get("/api/v1/catalogue/procedures")],
        _ => Vec::new(),
    }
}

/// Everything that is answered to whoever tries, as one text.
async fn answered(system: &System<'_>, operation: &document::Operation, id: &str) -> String {
    let mut all = String::new();
    let tries = tries(operation.name, id);
    assert!(!tries.is_empty(), "how {} could reach another unit is not listed", operation.name);
    for (n, one) in tries.into_iter().enumerate() {
        let call = format!("{}-{n}", operation.name);
        let (kind, body) = one.body.unwrap_or_default();
        let head: Vec<(&str, &str)> = [("idempotency-key", call.as_str()), ("content-type", kind)]
            .into_iter()
            .filter(|_| !kind.is_empty())
            .collect();
        let page = system.ask(operation.method.parse().unwrap(), &one.path, &head, Body::from(body)).await;
        assert!(!page.status.is_server_error(), "{} {}: {}", one.path, page.status, page.text);
        all += &format!("{} {}\n", page.status, page.text);
    }
    all
}

#[tokio::test]
async fn s3_no_operation_shows_or_makes_anything_of_a_unit_that_is_not_the_keys() {
    let site = Site::department().await;
    let (db, now_ms) = (&site.world.db, site.clock.now_ms());
    let catalogue = site.app.catalogue();
    let unit = catalogue.unit_by_code(THEIRS).unwrap().clone();
    let UnitId(number) = unit.id;
    rows::target(db, "procedures", Some(number), 8_765, 20_260_101, None).await;
    let theirs = System::new(&site, &ACCESS, Some(&[THEIRS])).await;
    let ours = System::new(&site, &ACCESS, Some(&[OURS])).await;
    let head = [("content-type", "application/json")];
    let case = json(&theirs.ask(Method::POST, "/api/v1/cases", &head, record(2, THEIRS).to_string()).await);
    for n in 20..30 {
        let made = json(&theirs.make(&format!("{n}"), &asked(n, THEIRS)).await);
        answer(&site, made["typed_code"].as_str().unwrap()).await;
    }
    release::cut(db, now_ms, 5).await.unwrap();
    cut::daily(db, now_ms).await.unwrap();
    let made = json(&theirs.make("mot", &asked(1, THEIRS)).await);
    let id = made["id"].as_str().unwrap();
    let case = &case[0]["invitation"];
    let [code, typed] = ["code", "typed_code"].map(|name| made[name].as_str().unwrap());
    let [case_id, case_code] = ["id", "code"].map(|name| case[name].as_str().unwrap());
    let row = format!("\"organisation\":\"{THEIRS}\"");
    let secrets = [id, code, typed, case_id, case_code, &unit.name, "8765", &row];
    let kept = async || {
        let mut all = Vec::new();
        for sql in [
            "SELECT reference || CAST(used AS TEXT) FROM invitations i JOIN units u ON u.id = i.unit_id
             WHERE u.code = 'SGD-GL.MC' ORDER BY 1",
            "SELECT CAST(month AS TEXT) || channel || CAST(received AS TEXT) || CAST(finished AS TEXT) FROM case_counts c
             JOIN units u ON u.id = c.unit_id WHERE u.code = 'SGD-GL.MC' ORDER BY 1",
        ] {
            all.push(texts(db, sql).await);
        }
        all
    };
    let before = kept().await;
    assert!(before.iter().all(|rows| !rows.is_empty()), "{before:?}");
    for operation in document::OPERATIONS {
        let told = answered(&ours, operation, id).await;
        for secret in secrets {
            assert!(!told.contains(secret), "{} tells {secret}: {told}", operation.name);
        }
        assert_eq!(kept().await, before, "{} changes what is theirs", operation.name);
    }
    // Whoever may see it is told by the same requests: each of these would have been noticed.
    let mut seen = String::new();
    for operation in document::OPERATIONS.iter().filter(|operation| operation.name != "revoke-invitation") {
        let told = answered(&theirs, operation, id).await;
        let shows = secrets.iter().any(|secret| told.contains(secret));
        assert!(shows || matches!(operation.name, "show-symbol" | "show-procedures"), "{}: {told}", operation.name);
        seen += &told;
    }
    assert!(secrets.iter().all(|secret| seen.contains(secret)));
    assert_ne!(kept().await, before);
}

/// Answers an invitation with the level at that place of the form.
async fn rate(site: &Site, typed: &str, place: usize) {
    let mut citizen = site.stranger();
    let address = citizen.post("/", &[("code", typed)]).await.location().to_owned();
    let page = citizen.get(&address).await;
    let visit = page.between("name=\"visit\" value=\"", "\"").to_owned();
    let name = page.between("type=\"radio\" name=\"", "\"").to_owned();
    let before = format!("name=\"{name}\" value=\"");
    let values: Vec<String> =
        page.text.split(&before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    let fields = form(&[("visit", &visit), (&name, &values[place])]);
    let stored = citizen.ask(Method::POST, &address, Some(fields), &[("sec-fetch-site", "same-origin")]).await;
    assert!(stored.status.is_redirection(), "{}", stored.text);
}

/// Everything a portal with every access sees before and after each of twelve answers, all of which are released at once,
/// without the names of invitations; they rate as `places` says.
async fn watched(places: impl Fn(usize) -> usize) -> Vec<String> {
    let site = Site::department().await;
    let (db, now_ms) = (&site.world.db, site.clock.now_ms());
    let portal = System::new(&site, &ACCESS, None).await;
    let mut made = Vec::new();
    for n in 0..12 {
        made.push(json(&portal.make(&format!("{n}"), &asked(n, THEIRS)).await));
    }
    // Ten who came before: there are figures.
    for n in 20..30 {
        let one = json(&portal.make(&format!("{n}"), &asked(n, THEIRS)).await);
        rate(&site, one["typed_code"].as_str().unwrap(), 0).await;
    }
    release::cut(db, now_ms, 5).await.unwrap();
    cut::daily(db, now_ms).await.unwrap();
    let unit = format!("unit={THEIRS}");
    let paths = [
        "/api/v1/figures?period=2026".to_owned(),
        "/api/v1/figures?period=2026-11&by=month".to_owned(),
        format!("/api/v1/figures?period=2026&by=channel&{unit}"),
        format!("/api/v1/figures?period=2026&by=unit&{unit}&channel=case"),
        "/api/v1/figures?period=2026-11-20..2026-11-24".to_owned(),
        "/api/v1/indicators?period=2026".to_owned(),
        "/api/v1/targets".to_owned(),
        "/api/v1/catalogue/units".to_owned(),
    ];
    let look = async || {
        let mut all = String::new();
        for path in &paths {
            let page = portal.get(path).await;
            all += &format!("{path} {} {}\n", page.status, page.text);
        }
        for one in &made {
            let standing = json(&portal.get(&format!("/api/v1/invitations/{}", one["id"].as_str().unwrap())).await);
            all += &format!("{} {}\n", standing["status"], standing.as_object().unwrap().len());
        }
        all
    };
    // What is asked for the first time after a release is not there before the next cut, whatever was released.
    look().await;
    let mut seen = vec![look().await];
    assert!(seen[0].contains("\"n\":10"), "{}", seen[0]);
    for (n, one) in made.iter().enumerate() {
        rate(&site, one["typed_code"].as_str().unwrap(), places(n)).await;
        release::cut(db, now_ms, 1).await.unwrap();
        seen.push(look().await);
    }
    assert_eq!(texts(db, "SELECT CAST(COUNT(*) AS TEXT) FROM responses").await, ["22"]);
    assert!(texts(db, "SELECT CAST(n AS TEXT) FROM waiting").await.is_empty(), "all of them are released");
    seen
}

#[tokio::test]
async fn p2_whoever_looks_after_each_answer_sees_that_a_code_was_used_and_nothing_of_what_was_said() {
    let low = watched(|_| 0).await;
    let high = watched(|n| if n % 2 == 0 { 4 } else { 2 }).await;
    assert_eq!(low, high, "whatever they said, it looks the same");
    for (n, pair) in low.windows(2).enumerate() {
        let changed: Vec<(&str, &str)> = pair[0].lines().zip(pair[1].lines()).filter(|(a, b)| a != b).collect();
        assert_eq!(changed, [("\"open\" 6", "\"used\" 6")], "after answer {n}");
    }
}
