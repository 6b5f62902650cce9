//! What tablets hand in: about cases, late, after they were switched off, and what they say of themselves.

use axum::http::StatusCode;
use hailong::domain::{Channel, Day};
use hailong::flow::issue::{self, NewInvitation};
use hailong::flow::kiosk::take::ASIDE;
use hailong::flow::seal::verify::{self, Outside};
use serde_json::{Value, json};

use crate::kiosk::{Office, id_of, read, results, tell};

const DAY: i64 = 24 * 60 * 60_000;

/// The code of a case that was just finished.
async fn invite(office: &Office, case: &str) -> String {
    let catalogue = office.site.app.catalogue();
    let new = NewInvitation {
        unit: "SGD-GL.VP",
        procedure: Some("1.005092"),
        channel: Channel::Case,
        form: "procedure",
        case,
        event: "finished",
    };
    let (db, keys) = (&office.site.world.db, &office.site.keys);
    let issued = issue::invitations(db, keys, &catalogue, office.now(), &[new]).await.unwrap();
    issued[0].code.as_str().to_owned()
}

fn with(mut item: Value, more: &[(&str, Value)]) -> Value {
    for (name, value) in more {
        item[*name] = value.clone();
    }
    item
}

#[tokio::test]
async fn what_adds_to_a_tap_about_an_answered_case_is_done_with_like_the_tap() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, mut tablet) = office.paired(&mut admin).await;
    let now = office.now();
    let (answered, open) = (invite(&office, "A-1").await, invite(&office, "A-2").await);
    let about = |id: u8, code: &str| with(office.tap(id, "2", now), &[("invitation", json!(code))]);
    let adds = |id: u8, first: u8, code: &str| {
        let more =
            [("first", json!(id_of(first))), ("invitation", json!(code)), ("answers", json!([["aspects", "time"]]))];
        with(office.tap(id, "2", now), &more)
    };
    let first = office.batch(now, &[about(1, &answered), adds(2, 1, &answered)]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &first).await), ["stored", "stored"]);
    // Woken for the same case again: rejected, either would be put aside on the tablet and tell that it was answered.
    let again = office.batch(now, &[about(3, &answered), adds(4, 3, &answered)]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &again).await), ["duplicate", "duplicate"]);
    let lost = tell(&mut tablet, "/kiosk/batch", &office.batch(now, &[adds(6, 5, &open)])).await;
    assert_eq!(read(&lost)["results"][0]["reason"], "first", "nobody answered this case");
    assert_eq!(office.answers().await, 2);
}

#[tokio::test]
async fn a_case_is_answered_when_it_was_tapped_however_late_the_tablet_finds_a_line() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, mut tablet) = office.paired(&mut admin).await;
    let (early, late) = (invite(&office, "B-1").await, invite(&office, "B-2").await);
    office.site.wait(16 * 24 * 60);
    let now = office.now();
    let about = |id, code: &str, at| with(office.tap(id, "4", at), &[("invitation", json!(code))]);
    // Thirteen days old, and fifteen: a slip works for fourteen. The tablet's clock is a year behind.
    let clock = now - 365 * DAY;
    let batch = office.batch(clock, &[about(1, &early, clock - 3 * DAY), about(2, &late, clock - DAY)]);
    let told = tell(&mut tablet, "/kiosk/batch", &batch).await;
    assert_eq!(results(&told), ["stored", "rejected"], "{}", told.text);
    let day = Day::at(now - 3 * DAY).number();
    let dated: &'static str = Box::leak(format!("SELECT COUNT(*) FROM responses WHERE day = {day}").into_boxed_str());
    assert_eq!(office.number(dated).await, 1);
    let verified = verify::run(&office.site.world.db, &office.site.keys, &Outside::default()).await.unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
}

#[tokio::test]
async fn of_a_revoked_tablet_as_much_is_put_aside_as_fits_on_one() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, mut tablet) = office.paired(&mut admin).await;
    let now = office.now();
    assert_eq!(admin.post(&format!("{page}/revoke"), &[]).await.status, StatusCode::SEE_OTHER);
    let tap = |n: u32| {
        let id = [n.to_be_bytes(); 4].concat();
        with(office.tap(0, "1", now), &[("id", json!(data_encoding::BASE64URL_NOPAD.encode(&id)))])
    };
    let long = with(tap(u32::MAX), &[("answers", json!([["overall", "1".repeat(5_000)]]))]);
    let first = office.batch(now, &(0..99).map(tap).chain([long]).collect::<Vec<_>>());
    let told = read(&tell(&mut tablet, "/kiosk/batch", &first).await);
    assert_eq!(told["results"][98]["result"], "quarantined");
    assert_eq!(told["results"][99]["reason"], "malformed", "an item is short");
    office.site.wait(24 * 60);
    for from in (99..5_099).step_by(100) {
        let told =
            tell(&mut tablet, "/kiosk/batch", &office.batch(now, &(from..from + 100).map(tap).collect::<Vec<_>>()))
                .await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    }
    assert_eq!(office.number("SELECT COUNT(*) FROM kiosk_quarantine").await, ASIDE);
    let told = read(&tell(&mut tablet, "/kiosk/batch", &office.batch(now, &[tap(5_098), tap(0)])).await);
    assert_eq!(told["results"][0]["reason"], "full");
    assert_eq!(told["results"][1]["result"], "quarantined", "what is there is told so");
    // The inspector sees how many there are, of which tablet and day; never what they say.
    let mut inspector =
        office.site.person("thanh", &[office.site.grant(hailong::domain::account::Role::Inspector, None)]).await;
    let list = inspector.get("/admin/kiosks").await.text;
    assert!(list.contains("<td class=\"number\">5.000</td>"), "{list}");
    let shown = inspector.get(&page).await.text;
    let days: Vec<&str> = shown.split("<li>").skip(1).filter_map(|li| li.split("</li>").next()).collect();
    let ends = |n: &str| days.iter().any(|day| day.ends_with(n));
    assert!(ends(": 99") && ends(": 4.901"), "{days:?}");
}

#[tokio::test]
async fn a_tablet_says_what_it_could_not_hand_in_and_how_its_screen_stood() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, mut tablet) = office.paired(&mut admin).await;
    let now = office.now();
    let taps = [
        with(office.tap(1, "5", now), &[("portrait", json!(true))]),
        with(office.tap(2, "5", now), &[("portrait", json!(false))]),
        office.tap(3, "5", now),
    ];
    let batch = with(office.batch(now, &taps), &[("aside", json!(7))]);
    for result in ["stored", "duplicate"] {
        assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &batch).await), [result; 3]);
    }
    assert_eq!(office.number("SELECT COUNT(*) FROM kiosk_screens").await, 2);
    assert_eq!(office.number("SELECT n FROM kiosk_screens WHERE portrait = 1").await, 1);
    assert!(admin.get("/admin/kiosks").await.text.contains("<td class=\"number\">7</td>"));
    assert!(admin.get(&page).await.text.contains("còn giữ trên máy</dt><dd>7<"));
}
