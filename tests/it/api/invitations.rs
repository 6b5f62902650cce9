//! Invitations that another system asks for.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::flow::upkeep::nightly;
use serde_json::{Value, json as make};

use super::{System, codes, json};
use crate::accounts::texts;
use crate::desk::{answer, futures};
use crate::site::Site;

const UNIT: &str = "SGD-GL.MC";
const OTHER: &str = "SGD-GL.VP";
const PROCEDURE: &str = "1.012944";
const CASE: &str = "000.00.12.H21-261123-0417";
const DAY_MINUTES: i64 = 24 * 60;

fn asked(case: &str, unit: &str) -> Value {
    make!({ "case": case, "procedure": PROCEDURE, "unit": unit, "event": "finished" })
}

fn numbered(n: usize) -> String {
    format!("000.00.12.H21-261123-{n:04}")
}

async fn portal<'a>(site: &'a Site, units: &[&str]) -> System<'a> {
    System::new(site, &["invitations"], Some(units)).await
}

async fn count(site: &Site) -> usize {
    texts(&site.world.db, "SELECT reference FROM invitations").await.len()
}

#[tokio::test]
async fn a_case_gets_a_code_a_link_and_a_symbol_and_is_answered_once() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let page = portal.make("mot", &asked(CASE, UNIT)).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    let made = json(&page);
    let (id, code) = (made["id"].as_str().unwrap(), made["code"].as_str().unwrap());
    assert_eq!(made["link"], format!("http://site.test/q/{code}"));
    assert_eq!(made["qr"], format!("http://site.test/api/v1/invitations/{id}/qr"));
    assert_eq!((&made["new"], &made["event"]), (&true.into(), &"finished".into()));
    assert!(made["expires_at"].as_str().unwrap().starts_with("2026-12-08T"), "{made}");
    let path = format!("/api/v1/invitations/{id}");
    let standing = json(&portal.get(&path).await);
    assert_eq!(
        standing,
        make!({
            "id": id, "status": "open", "unit": UNIT, "procedure": PROCEDURE, "channel": "case",
            "expires_at": made["expires_at"],
        })
    );
    answer(&site, made["typed_code"].as_str().unwrap()).await;
    let used = json(&portal.get(&path).await);
    assert_eq!(used["status"], "used");
    assert_eq!(used.as_object().unwrap().len(), 6, "not when, not what: {used}");
    let again = portal.make("hai", &asked(" 000.00.12.h21–261123-0417 ", UNIT)).await;
    assert_eq!(
        (again.status, &json(&again)["code"], &json(&again)["new"]),
        (StatusCode::OK, &made["code"], &false.into())
    );
    assert_eq!(count(&site).await, 1);
}

#[tokio::test]
async fn r6_the_same_call_gets_the_same_answer_for_30_days_and_another_body_is_refused() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let body = asked(CASE, UNIT);
    let all = futures(30, || portal.make("lan-1", &body)).await;
    for page in &all {
        assert_eq!((page.status, &page.text), (StatusCode::CREATED, &all[0].text));
    }
    assert_eq!(count(&site).await, 1);
    assert_eq!(texts(&site.world.db, "SELECT act FROM audit WHERE act = 'invitations-made'").await.len(), 1);
    let other = portal.make("lan-1", &asked(&numbered(9), UNIT)).await;
    assert_eq!((other.status, codes(&json(&other))), (StatusCode::CONFLICT, vec!["api-call-other-body"]));
    // The call of another key is another call.
    let second = System::new(&site, &["invitations"], None).await;
    assert_eq!(second.make("lan-1", &asked(&numbered(9), UNIT)).await.status, StatusCode::CREATED);
    for call in ["", "a b", "ễ"] {
        let page = portal.make(call, &body).await;
        assert_eq!((page.status, codes(&json(&page))), (StatusCode::BAD_REQUEST, vec!["api-call-needed"]), "«{call}»");
    }
    let head = [("content-type", "application/json")];
    let page = portal.ask(Method::POST, "/api/v1/invitations", &head, body.to_string()).await;
    assert_eq!(codes(&json(&page)), ["api-call-needed"]);
    site.wait(30 * DAY_MINUTES);
    nightly(&site.world.db, &site.keys, site.clock.now_ms()).await.unwrap();
    assert_eq!(portal.make("lan-1", &body).await.text, all[0].text, "the last day");
    site.wait(DAY_MINUTES);
    nightly(&site.world.db, &site.keys, site.clock.now_ms()).await.unwrap();
    assert_eq!(portal.make("lan-1", &asked(&numbered(9), UNIT)).await.status, StatusCode::OK, "the name is free again");
}

#[tokio::test]
async fn two_hundred_calls_for_one_case_at_once_make_one_invitation() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let number = std::cell::Cell::new(0);
    let body = asked(CASE, UNIT);
    assert_eq!(portal.get("/api/v1/invitations/x").await.status, StatusCode::NOT_FOUND);
    let all = futures(200, || {
        number.set(number.get() + 1);
        let call = format!("lan-{}", number.get());
        let (portal, body) = (&portal, &body);
        async move {
            loop {
                let page = portal.make(&call, body).await;
                // There is room for 128 at once; the others come again, as the answer tells them to.
                if page.status != StatusCode::SERVICE_UNAVAILABLE {
                    return page;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    })
    .await;
    let codes: std::collections::BTreeSet<String> = all.iter().map(|page| json(page)["code"].to_string()).collect();
    assert_eq!(codes.len(), 1);
    assert_eq!(all.iter().filter(|page| page.status == StatusCode::CREATED).count(), 1);
    assert_eq!(count(&site).await, 1);
}

#[tokio::test]
async fn in_a_list_each_has_a_result_and_none_blocks_another() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let odd = |name: &str, value: Value| {
        let mut item = asked(&numbered(1), UNIT);
        item[name] = value;
        item
    };
    let list = make!([
        asked(&numbered(1), UNIT),
        asked("000.00.12.H21-261344-0004", UNIT),
        odd("unit", "KHÔNG-CÓ".into()),
        odd("procedure", "9.999999".into()),
        odd("event", "closed".into()),
        odd("channel", "counter".into()),
        odd("language", "xx".into()),
        odd("ten", "A".into()),
        odd("case", 7.into()),
        7,
        odd("procedure", "2.002854".into()),
        asked(&numbered(2), UNIT),
    ]);
    let page = portal.make("tap", &list).await;
    assert_eq!(page.status, StatusCode::OK);
    let results = json(&page);
    let told: Vec<(u64, Vec<&str>)> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (result["status"].as_u64().unwrap(), codes(&result["problem"])))
        .collect();
    let wrong = |code| (422, vec![code]);
    assert_eq!(
        told,
        [
            (201, vec![]),
            wrong("desk-case-day"),
            wrong("issue-unknown-unit"),
            wrong("issue-unknown-procedure"),
            wrong("api-event-unknown"),
            wrong("api-channel-unknown"),
            wrong("api-language-unknown"),
            wrong("api-field-unknown"),
            wrong("api-field-text"),
            wrong("api-item-odd"),
            wrong("api-procedure-elsewhere"),
            (201, vec![]),
        ]
    );
    assert_eq!(count(&site).await, 2);
    assert_eq!(portal.make("tap", &list).await.text, page.text, "the same answer, faults included");
    // As lines: one result a line.
    let lines = format!("{}\n\n{}\n", asked(&numbered(2), UNIT), asked(&numbered(3), UNIT));
    let head = [("idempotency-key", "dong"), ("content-type", "application/x-ndjson")];
    let page = portal.ask(Method::POST, "/api/v1/invitations", &head, lines).await;
    assert_eq!(page.head["content-type"], "application/x-ndjson");
    let statuses: Vec<u64> = page
        .text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 201]);
    let many: Vec<Value> = (0..1001).map(|n| asked(&numbered(n), UNIT)).collect();
    let page = portal.make("nhieu", &many.into()).await;
    assert_eq!((page.status, codes(&json(&page))), (StatusCode::PAYLOAD_TOO_LARGE, vec!["api-too-many"]));
    assert_eq!(codes(&json(&portal.make("khong", &make!([])).await)), ["api-none"]);
    assert_eq!(count(&site).await, 3);
}

#[tokio::test]
async fn codes_that_have_ended_go_to_their_successors_or_are_named() {
    let site = Site::department().await;
    let system = System::new(&site, &["invitations"], None).await;
    let school = site
        .app
        .catalogue()
        .units
        .values()
        .find(|unit| unit.kind == "school" && unit.valid_on(site.app.today()))
        .unwrap()
        .code
        .clone();
    let item = |case, unit: &str, procedure: &str| make!({ "case": case, "unit": unit, "procedure": procedure, "event": "late" });
    let list = make!([
        item(numbered(1), "SGD-BD.VP", PROCEDURE),
        item(numbered(2), &school, "2.002478"),
        item(numbered(3), "SGD-BD.TTR", PROCEDURE),
        item(numbered(4), UNIT, "1.000288"),
    ]);
    let results = json(&system.make("cu", &list).await);
    let stands = |at: usize| {
        let id = results[at]["invitation"]["id"].as_str().unwrap().to_owned();
        let system = &system;
        async move { json(&system.get(&format!("/api/v1/invitations/{id}")).await) }
    };
    assert_eq!(stands(0).await["unit"], "SGD-GL.VP");
    assert_eq!(stands(1).await["procedure"], "2.002854");
    for (at, code, named) in [(2, "api-unit-over", "SGD-BD.TTR"), (3, "api-procedure-over", "1.000288")] {
        assert_eq!(codes(&results[at]["problem"]), [code]);
        assert!(results[at]["problem"]["detail"].as_str().unwrap().contains(named), "{results}");
    }
    // A key of the successor takes the old code; that of another unit does not learn that there is one.
    let heir = portal(&site, &["SGD-GL.VP"]).await;
    assert_eq!(heir.make("a", &item(numbered(5), "SGD-BD.VP", PROCEDURE)).await.status, StatusCode::CREATED);
    let stranger = portal(&site, &[UNIT]).await;
    let absent = stranger.make("a", &item(numbered(6), "SGD-BD.VP", PROCEDURE)).await;
    let made_up = stranger.make("b", &item(numbered(6), "SGD-XX.VP", PROCEDURE)).await;
    assert_eq!(absent.text.replace("SGD-BD", "SGD-XX"), made_up.text);
}

#[tokio::test]
async fn an_invitation_expires_or_is_revoked_and_its_code_then_opens_nothing() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let one = json(&portal.make("1", &asked(&numbered(1), UNIT)).await);
    let two = json(&portal.make("2", &asked(&numbered(2), UNIT)).await);
    let path = |made: &Value| format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    let revoke = format!("{}/revoke", path(&one));
    for _ in 0..2 {
        let page = portal.ask(Method::POST, &revoke, &[], Body::empty()).await;
        assert_eq!((page.status, &json(&page)["status"]), (StatusCode::OK, &"revoked".into()));
    }
    let revoked =
        texts(&site.world.db, "SELECT subject || ' ' || detail FROM audit WHERE act = 'invitation-revoked'").await;
    assert_eq!(revoked, [format!("api-key 1 {{\"units\":\"{UNIT}\"}}")]);
    let form = site.stranger().get(&format!("/q/{}", one["code"].as_str().unwrap())).await;
    assert_eq!(form.status, StatusCode::GONE, "{}", form.text);
    assert_eq!(portal.get(&format!("{}/qr", path(&one))).await.status, StatusCode::GONE);
    let again = json(&portal.make("3", &asked(&numbered(1), UNIT)).await);
    assert_eq!((&again["id"], &again["new"]), (&one["id"], &false.into()), "the same case keeps its invitation");

    site.wait(14 * DAY_MINUTES);
    assert_eq!(json(&portal.get(&path(&two)).await)["status"], "expired");
    assert_eq!(json(&portal.get(&path(&one)).await)["status"], "revoked");
    let late = portal.ask(Method::POST, &format!("{}/revoke", path(&two)), &[], Body::empty()).await;
    assert_eq!((late.status, codes(&json(&late))), (StatusCode::CONFLICT, vec!["api-invitation-over"]));
}

#[tokio::test]
async fn a_form_opened_before_it_was_revoked_is_not_taken() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let made = json(&portal.make("1", &asked(CASE, UNIT)).await);
    let form = format!("/q/{}", made["code"].as_str().unwrap());
    let mut citizen = site.stranger();
    let page = citizen.get(&form).await;
    let visit = page.between("name=\"visit\" value=\"", "\"").to_owned();
    let name = page.between("type=\"radio\" name=\"", "\"").to_owned();
    let revoke = format!("/api/v1/invitations/{}/revoke", made["id"].as_str().unwrap());
    assert_eq!(portal.ask(Method::POST, &revoke, &[], Body::empty()).await.status, StatusCode::OK);
    let fields = crate::site::form(&[("visit", &visit), (&name, "5")]);
    let sent = citizen.ask(Method::POST, &form, Some(fields), &[("sec-fetch-site", "same-origin")]).await;
    assert!(sent.status.is_client_error() && !sent.text.contains("đã được ghi nhận"), "{}: {}", sent.status, sent.text);
    assert!(texts(&site.world.db, "SELECT language FROM responses").await.is_empty());
}

#[tokio::test]
async fn the_symbol_comes_as_it_is_accepted_and_leads_to_the_code() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let made = json(&portal.make("1", &asked(CASE, UNIT)).await);
    let path = format!("/api/v1/invitations/{}/qr", made["id"].as_str().unwrap());
    for (accept, kind) in [
        ("image/png", "image/png"),
        ("image/svg+xml", "image/svg+xml"),
        ("*/*", "image/svg+xml"),
        ("image/svg+xml;q=0.5, image/png", "image/png"),
    ] {
        let page = portal.ask(Method::GET, &path, &[("accept", accept)], Body::empty()).await;
        assert_eq!((page.status, page.head["content-type"].to_str().unwrap()), (StatusCode::OK, kind), "{accept}");
        assert_eq!(page.head["vary"], "Accept");
    }
    let svg = portal.get(&path).await;
    let address = hailong::present::qr::address("http://site.test", &code_of(&made));
    let symbol = hailong::present::qr::symbol(&address, hailong::present::qr::Level::Q).unwrap();
    assert_eq!(svg.text, symbol.svg());
    let page = portal.ask(Method::GET, &path, &[("accept", "text/html")], Body::empty()).await;
    assert_eq!(page.status, StatusCode::NOT_ACCEPTABLE);
}

fn code_of(made: &Value) -> hailong::domain::code::Code {
    hailong::domain::code::Code::parse(made["code"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn s3_a_key_of_one_unit_sees_and_makes_nothing_of_another() {
    let site = Site::department().await;
    let (here, there) = (portal(&site, &[UNIT]).await, portal(&site, &[OTHER]).await);
    let theirs = json(&there.make("1", &asked(&numbered(1), OTHER)).await);
    let id = theirs["id"].as_str().unwrap();
    for (method, path) in [
        (Method::GET, format!("/api/v1/invitations/{id}")),
        (Method::GET, format!("/api/v1/invitations/{id}/qr")),
        (Method::POST, format!("/api/v1/invitations/{id}/revoke")),
    ] {
        let page = here.ask(method.clone(), &path, &[], Body::empty()).await;
        let absent = here.ask(method, &path.replace(id, &"0".repeat(32)), &[], Body::empty()).await;
        assert_eq!((page.status, &page.text), (StatusCode::NOT_FOUND, &absent.text), "{path}");
    }
    assert_eq!(json(&there.get(&format!("/api/v1/invitations/{id}")).await)["status"], "open");
    // An item of their unit among one's own; their case under one's own unit.
    let list = make!([asked(&numbered(2), OTHER), asked(&numbered(3), UNIT), asked(&numbered(1), UNIT)]);
    let results = json(&here.make("2", &list).await);
    assert_eq!(codes(&results[0]["problem"]), ["issue-unknown-unit"]);
    assert_eq!(results[1]["status"], 201);
    assert_eq!((&results[2]["status"], codes(&results[2]["problem"])), (&409.into(), vec!["api-case-elsewhere"]));
    assert!(!results.to_string().contains(theirs["code"].as_str().unwrap()));
    assert_eq!(count(&site).await, 2);
    // What the rows are numbered with tells nothing: names are chance.
    assert_ne!(results[1]["invitation"]["id"].as_str().unwrap()[..8], id[..8]);
}

#[tokio::test]
async fn p2_neither_case_nor_code_is_kept_and_nothing_leads_from_a_call_to_an_answer() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let made = json(&portal.make("ho-so-0417", &asked(CASE, UNIT)).await);
    answer(&site, made["typed_code"].as_str().unwrap()).await;
    let mut dump = Vec::new();
    for sql in [
        "SELECT outcome FROM api_calls",
        "SELECT act || subject || detail || request FROM audit",
        "SELECT reference || channel || event FROM invitations",
        "SELECT answers || language || channel FROM responses",
    ] {
        dump.extend(texts(&site.world.db, sql).await);
    }
    let typed = made["typed_code"].as_str().unwrap().replace('-', "");
    for line in &dump {
        for secret in ["261123-0417", "ho-so-0417", made["code"].as_str().unwrap(), &typed] {
            assert!(!line.contains(secret), "{secret}: {line}");
        }
    }
    let answers = texts(&site.world.db, "SELECT answers || language || channel FROM responses").await;
    assert!(answers.iter().all(|line| !line.contains(made["id"].as_str().unwrap())));
    let noted = texts(&site.world.db, "SELECT detail FROM audit WHERE act = 'invitations-made'").await;
    assert_eq!(noted, [format!("{{\"again\":0,\"made\":1,\"units\":\"{UNIT} 1\"}}")]);
}

#[tokio::test]
async fn r17_whatever_is_sent_is_taken_or_refused_with_a_sentence() {
    let site = Site::department().await;
    let portal = portal(&site, &[UNIT]).await;
    let good = asked(CASE, UNIT).to_string();
    let deep = "[".repeat(100_000);
    let long = format!("{{\"case\":\"{}\"}}", "9".repeat(400_000));
    for (body, kind) in [
        ("", "application/json"),
        ("{", "application/json"),
        ("null", "application/json"),
        ("\"x\"", "application/json"),
        ("[[],{}]", "application/json"),
        (
            "{\"case\":\"\\u0000\",\"unit\":\"\\u0000\",\"procedure\":\"ễ\",\"event\":\"\\ud83d\\ude00\"}",
            "application/json",
        ),
        ("{\"case\":\"a\",\"case\":\"b\"}", "application/json"),
        ("{\"\\u0000\":{\"a\":[1,{\"b\":null}]}}", "application/json"),
        (&deep, "application/json"),
        (&long, "application/json"),
        ("\u{feff}{}", "application/x-ndjson"),
        ("{}\n{", "application/x-ndjson"),
        (&good, "text/plain"),
        (&good, "application/x-www-form-urlencoded"),
    ] {
        let head = [("idempotency-key", "x"), ("content-type", kind)];
        let page = portal.ask(Method::POST, "/api/v1/invitations", &head, body.to_owned()).await;
        let about = format!("{} {}", page.status, body.chars().take(60).collect::<String>());
        assert!(page.status.is_client_error() || page.status == StatusCode::OK, "{about}");
        assert!(page.text.len() < 4_000, "{about}");
    }
    for raw in [&b"\xff\xfe{}"[..], b"{\"case\":\"\xc3\x28\"}"] {
        let head = [("idempotency-key", "x"), ("content-type", "application/json")];
        assert!(portal.ask(Method::POST, "/api/v1/invitations", &head, raw.to_vec()).await.status.is_client_error());
    }
    let large = format!("[{}]", " ".repeat(600_000));
    let page = portal
        .ask(
            Method::POST,
            "/api/v1/invitations",
            &[("idempotency-key", "x"), ("content-type", "application/json")],
            large,
        )
        .await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let head = [("idempotency-key", "x"), ("content-type", "application/json"), ("content-encoding", "gzip")];
    assert_eq!(
        portal.ask(Method::POST, "/api/v1/invitations", &head, good).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(count(&site).await, 0);
}
