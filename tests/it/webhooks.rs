//! Webhooks that an administrator registers: told of what happens here once, under one id, signed, however long it takes;
//! and never where no webhook may go.

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use data_encoding::BASE64;
use hailong::domain::account::Role;
use hailong::domain::{Day, UnitId};
use hailong::flow::audit::By;
use hailong::flow::post::{Post, Rounds, deliver};
use hailong::flow::webhook::Names;
use hailong::flow::{cut, endpoints};
use hailong::store::outbox;
use hailong::web::Settings;
use ring::hmac;
use serde_json::{Value, json};

use crate::accounts::texts;
use crate::api::System;
use crate::receiver::{BROKEN, OK, REDIRECT, Receiver, SILENT, field};
use crate::rows::{self, Answer, OVERALL};
use crate::seal::execute;
use crate::site::{Person, Site};

const DAY_MINUTES: i64 = 24 * 60;

fn here() -> Post {
    Post::default().with_networks(vec!["127.0.0.1/32".parse().unwrap()])
}

async fn site() -> Site {
    Site::department_with(Settings { own_url: "http://site.test".into(), post: here(), ..Settings::default() }).await
}

/// Registers an address as the operator does; gives its number and secret.
async fn register(site: &Site, url: &str, topics: &[&str]) -> (i64, String) {
    let (db, now_ms) = (&site.world.db, site.clock.now_ms());
    endpoints::add(db, &site.keys, &here(), now_ms, By::OPERATOR, ("Trục tỉnh", url, topics)).await.unwrap()
}

async fn hand_out(site: &Site) -> usize {
    deliver(&site.world.db, &site.keys, &here(), &site.clock).await.unwrap()
}

async fn admin(site: &Site) -> Person<'_> {
    site.person("an", &[site.grant(Role::Admin, None)]).await
}

fn bodies(receiver: &Receiver) -> Vec<Value> {
    receiver.taken().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
}

fn ids(receiver: &Receiver) -> Vec<String> {
    receiver.taken().iter().map(|(head, _)| field(head, "webhook-id").to_owned()).collect()
}

/// Every message is as the OpenAPI document says.
async fn as_documented(site: &Site, receiver: &Receiver) {
    let document = crate::api::json(&site.stranger().get("/api/v1/openapi.json").await);
    for body in bodies(receiver) {
        let described = &document["webhooks"][body["type"].as_str().unwrap()]["post"]["requestBody"];
        let schema = &described["content"]["application/json"]["schema"];
        crate::api::docs::check(&document, schema, &body, "webhook").unwrap();
    }
}

/// The signature that a receiver computes by itself.
fn signature(secret: &str, (head, body): &(String, String)) -> String {
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let said = format!("{}.{}.{body}", field(head, "webhook-id"), field(head, "webhook-timestamp"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), said.as_bytes());
    format!("v1,{}", BASE64.encode(tag.as_ref()))
}

#[tokio::test]
async fn s15_an_address_is_registered_and_its_secret_shown_once_and_changed_with_both_valid() {
    let site = site().await;
    let receiver = Receiver::start(&[OK]);
    let mut admin = admin(&site).await;
    admin.get("/admin/webhooks/new").await;
    let new = |url: &str, topic: &str| {
        [("label", "Trục tỉnh"), ("url", url), ("topic", topic)].map(|(name, value)| (name, value.to_owned()))
    };
    for (url, topic, said) in [
        ("", "report.published", "Nhập địa chỉ bắt đầu bằng https://"),
        ("http://truc.example.vn/", "report.published", "Nhập địa chỉ bắt đầu bằng https://"),
        ("https://10.0.0.1/", "report.published", "thuộc mạng nội bộ"),
        ("https://127.0.0.2:9/", "report.published", "thuộc mạng nội bộ"),
        ("https://an:mat-khau@truc.example.vn/", "report.published", "Bỏ tên và mật khẩu"),
        ("https://khong-co.invalid/", "report.published", "Không tìm thấy tên miền"),
        (&receiver.url, "comment.written", "Chọn ít nhất một sự kiện"),
    ] {
        let fields = new(url, topic);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = admin.post("/admin/webhooks/new", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
        assert!(page.text.contains(said), "{url}: {}", page.text);
    }
    let fields = [("label", "Trục tỉnh"), ("url", receiver.url.as_str()), ("topic", "report.published")];
    let made = admin.post("/admin/webhooks/new", &fields).await;
    let secret = made.between("<code id=\"webhook-secret\">", "</code>").to_owned();
    assert_eq!(secret.len(), "whsec_".len() + 44);
    site.publish("2026").await;
    assert_eq!((hand_out(&site).await, hand_out(&site).await), (1, 0));
    let taken = receiver.taken();
    assert_eq!(field(&taken[0].0, "webhook-signature"), signature(&secret, &taken[0]));
    assert_eq!(field(&taken[0].0, "webhook-timestamp"), (site.clock.now_ms() / 1000).to_string());

    // Whoever may only look sees the host alone, and nobody the secret.
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    for page in [inspector.get("/admin/webhooks").await, inspector.get("/admin/webhooks/1").await] {
        assert!(page.text.contains("127.0.0.1:") && !page.text.contains("/anchors"), "{}", page.text);
        assert!(!page.text.contains("/rotate") && !page.text.contains(&secret), "{}", page.text);
    }
    assert_eq!(inspector.post("/admin/webhooks/1/rotate", &[]).await.status, StatusCode::FORBIDDEN);
    assert!(!admin.get("/admin/webhooks/1").await.text.contains(&secret));

    // Both sign for three days, and no third one.
    let second =
        admin.post("/admin/webhooks/1/rotate", &[]).await.between("<code id=\"webhook-secret\">", "</code>").to_owned();
    let third = admin.post("/admin/webhooks/1/rotate", &[]).await;
    assert!(third.text.contains("cả mã mới và mã cũ đến"), "{}", third.text);
    let third = third.between("<code id=\"webhook-secret\">", "</code>").to_owned();
    for (days, both) in [(2, true), (2, false)] {
        site.wait(days * DAY_MINUTES);
        site.publish("2026").await;
        assert_eq!(hand_out(&site).await, 1);
        let taken = receiver.taken();
        let last = taken.last().unwrap();
        let expected = match both {
            true => format!("{} {}", signature(&third, last), signature(&second, last)),
            false => signature(&third, last),
        };
        assert_eq!(field(&last.0, "webhook-signature"), expected, "{days}");
    }
    assert_eq!(
        texts(&site.world.db, "SELECT label FROM endpoints WHERE old_sealed IS NOT NULL").await.len(),
        0,
        "forgotten"
    );
    let noted = texts(&site.world.db, "SELECT act || detail FROM audit WHERE act LIKE 'webhook-%' ORDER BY n").await;
    assert_eq!(noted.len(), 3, "{noted:?}");
    assert!(
        noted[0].contains("report.published") && !noted.join("").contains("whsec_") && !noted[0].contains("/anchors")
    );
}

#[tokio::test]
async fn s15_a_secret_opens_under_the_next_master_key() {
    let site = site().await;
    let receiver = Receiver::start(&[OK]);
    let (_, secret) = register(&site, &receiver.url, &["report.published"]).await;
    site.publish("2026").await;
    let new = hailong::domain::keys::Keys::from_masters(&[7; 32], &[[8; 32]]);
    hailong::flow::seal::rotate::run(&site.world.db, &site.keys, &new, site.clock.now_ms()).await.unwrap();
    assert_eq!(deliver(&site.world.db, &Arc::new(new), &here(), &site.clock).await.unwrap(), 1);
    let taken = receiver.taken();
    assert_eq!(field(&taken[0].0, "webhook-signature"), signature(&secret, &taken[0]));
}

#[tokio::test]
async fn s15_who_is_broken_for_days_is_switched_off_and_gets_everything_later_with_the_same_ids() {
    let site = site().await;
    let receiver =
        Receiver::start(&[BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, OK]);
    let (id, _) = register(&site, &receiver.url, &["report.published"]).await;
    site.publish("2026").await;
    // Not before its time, and again after each: 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h, with a tenth of jitter.
    for (n, minutes) in [0, 1, 6, 34, 133, 331, 661, 925, 1_321, 1_585].into_iter().enumerate() {
        if n > 1 {
            site.wait(minutes * 10 / 11 - 1);
            assert_eq!(hand_out(&site).await, 0, "try {n} is too early");
            site.wait(minutes - (minutes * 10 / 11 - 1));
        } else {
            site.wait(minutes);
        }
        assert_eq!(hand_out(&site).await, 1, "try {n}");
    }
    assert_eq!(texts(&site.world.db, "SELECT state FROM outbox").await, ["given_up"]);
    // It is off, and what happens now is held.
    site.publish("2026").await;
    assert_eq!((hand_out(&site).await, receiver.taken().len()), (0, 10));
    let mut admin = admin(&site).await;
    let page = admin.get(&format!("/admin/webhooks/{id}")).await.text;
    for said in ["nên tự tắt ngày", "Trả lời 500", "Thôi không gửi", "Giữ lại", ">10<"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(admin.get("/admin/webhooks").await.text.contains("vì nhiều ngày không nhận tin"));
    let off = texts(&site.world.db, "SELECT detail FROM audit WHERE act = 'webhook-off'").await;
    assert_eq!(off, [r#"{"held":0,"why":"failed"}"#]);
    // Mended: everything again, and each was told under one id.
    let to = |act: &str| format!("/admin/webhooks/{id}/{act}");
    assert_eq!(admin.post(&to("since"), &[("since", "hôm qua")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(admin.post(&to("on"), &[]).await.location().contains("xong=on"));
    let since = Day::at(site.clock.now_ms()).plus(-5).to_string();
    let answer = admin.post(&to("since"), &[("since", &since)]).await;
    assert!(answer.location().ends_with("&n=2"), "{}", answer.location());
    assert_eq!(hand_out(&site).await, 2);
    let all = ids(&receiver);
    assert_eq!(all.len(), 12);
    assert!(all[..10].iter().all(|one| *one == all[0]) && all[10..].contains(&all[0]) && all[10] != all[11], "{all:?}");
    assert_eq!(texts(&site.world.db, "SELECT state FROM outbox").await, ["done", "done"]);
    // One that was taken may be sent again too.
    assert!(admin.post(&to("again"), &[("message", &all[0])]).await.location().contains("xong=again"));
    assert_eq!((hand_out(&site).await, ids(&receiver).last()), (1, Some(&all[0])));
    for (act, message) in [("again", "msg_khong-co"), ("on", "")] {
        assert_eq!(admin.post(&to(act), &[("message", message)]).await.status, StatusCode::NOT_FOUND, "{act}");
    }
    // Off by hand, then gone: nothing more leaves.
    assert!(admin.post(&to("off"), &[]).await.location().contains("xong=off"));
    site.publish("2026").await;
    assert_eq!(hand_out(&site).await, 0);
    assert_eq!(admin.post(&to("remove"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.get(&to("rotate")).await.status, StatusCode::NOT_FOUND);
    site.publish("2026").await;
    assert_eq!((hand_out(&site).await, receiver.taken().len()), (0, 13));
}

#[tokio::test]
async fn s15_who_redirects_hangs_or_lies_inside_gets_nothing_more_and_keeps_nobody_waiting() {
    let site = site().await;
    let [silent, redirecting, well] =
        [&[SILENT], &[REDIRECT], &[OK]].map(|answers: &'static [&'static str; 1]| Receiver::start(answers));
    for receiver in [&silent, &redirecting, &well] {
        register(&site, &receiver.url, &["report.published"]).await;
    }
    site.publish("2026").await;
    let (all, soon) = tokio::join!(hand_out(&site), async {
        for _ in 0..100 {
            if !well.taken().is_empty() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    });
    assert_eq!((all, soon), (3, true), "the one that hangs does not keep the others waiting");
    let said = texts(
        &site.world.db,
        "SELECT o.target || ' ' || d.outcome FROM deliveries d JOIN outbox o ON o.id = d.outbox_id ORDER BY o.target",
    )
    .await;
    assert_eq!(said, ["1 silent", "2 redirected 307", "3 ok"]);
    assert_eq!((silent.taken().len(), redirecting.taken().len(), well.taken().len()), (1, 1, 1));
}

/// Puts messages for somebody into the outbox.
async fn waiting(site: &Site, (kind, target, body): (&str, &str, &str), ids: &[String]) {
    let mut tx = site.world.db.begin().await.unwrap();
    for id in ids {
        let at = site.clock.now_ms();
        let new = outbox::New { id, kind, target, about: None, body, state: "waiting", at };
        outbox::put(&mut tx, new).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn s15_a_dead_endpoint_keeps_neither_other_endpoints_nor_letters_waiting() {
    let site = site().await;
    // Nobody listens there any more.
    let dead = format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let well = Receiver::start(&[OK]);
    let server = crate::post::Post::start(&["250 taken"]);
    let post = here().with_mail(&server.url, "hailong@so.vn").unwrap();
    let (dead, _) = register(&site, &dead, &["report.published"]).await;
    let (id, _) = register(&site, &well.url, &["report.published"]).await;
    let mut head = site.person("hoa", &[site.grant(Role::Leader, None)]).await;
    head.get("/manage/alerts").await;
    head.post("/account/mail", &[("address", "hoa@so.vn")]).await;
    let account = texts(&site.world.db, "SELECT CAST(account_id AS TEXT) FROM mail_wishes").await.remove(0);
    let many: Vec<String> = (0..120).map(|n| format!("msg_{n:03}")).collect();
    waiting(&site, ("webhook", &dead.to_string(), "{}"), &many).await;
    site.wait(1);
    waiting(&site, ("webhook", &id.to_string(), "{}"), &["msg_well".to_owned()]).await;
    let letter = json!({ "subject": "Cần chú ý", "text": "Có việc." }).to_string();
    waiting(&site, ("mail", &account, &letter), &["msg_letter".to_owned()]).await;
    let hand_out = async || deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap();
    assert_eq!(hand_out().await, 4, "two tries show that nobody is there");
    assert_eq!((ids(&well), server.taken().len()), (vec!["msg_well".to_owned()], 1));
    assert_eq!(hand_out().await, 0, "the other 118 wait for the same time");
    // The one that was tried most goes first, so that the end of its tries comes.
    site.wait(1);
    assert_eq!(hand_out().await, 2);
    let most = texts(&site.world.db, "SELECT CAST(MAX(tries) AS TEXT) FROM outbox WHERE state = 'waiting'").await;
    assert_eq!(most, ["2"]);
}

#[tokio::test]
async fn s15_a_message_that_is_never_taken_does_not_stop_those_behind_it() {
    let site = site().await;
    let receiver = Receiver::start(&[BROKEN, OK]);
    let (id, _) = register(&site, &receiver.url, &["report.published"]).await;
    let many: Vec<String> = (0..30).map(|n| format!("msg_{n:03}")).collect();
    waiting(&site, ("webhook", &id.to_string(), "{}"), &many).await;
    assert_eq!(hand_out(&site).await, 30, "all in one round");
    assert_eq!(texts(&site.world.db, "SELECT id FROM outbox WHERE state = 'waiting'").await, ["msg_000"]);
}

#[tokio::test]
async fn s15_the_next_round_does_not_wait_for_who_hangs_in_this_one() {
    let site = site().await;
    let [silent, well] = [&[SILENT], &[OK]].map(|answers: &'static [&'static str; 1]| Receiver::start(answers));
    let (hangs, _) = register(&site, &silent.url, &["report.published"]).await;
    let (id, _) = register(&site, &well.url, &["report.published"]).await;
    let mut rounds = Rounds::default();
    waiting(&site, ("webhook", &hangs.to_string(), "{}"), &["msg_1".to_owned(), "msg_2".to_owned()]).await;
    let watch = hailong::clock::Stopwatch::start();
    rounds.begin(&site.world.db, &site.keys, &here(), &site.clock).await.unwrap();
    waiting(&site, ("webhook", &id.to_string(), "{}"), &["msg_3".to_owned()]).await;
    rounds.begin(&site.world.db, &site.keys, &here(), &site.clock).await.unwrap();
    while well.taken().is_empty() && watch.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(ids(&well), ["msg_3"]);
    assert!(silent.taken().len() <= 1, "one after the other");
}

/// A name that leads to one address after another, and how often somebody asked.
fn leading(addresses: &'static [&'static str]) -> (Post, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let tell = move |host: &str| -> Vec<IpAddr> {
        assert_eq!(host, "truc.example.vn");
        let n = count.fetch_add(1, Ordering::SeqCst);
        vec![addresses[n.min(addresses.len() - 1)].parse().unwrap()]
    };
    (Post::default().with_names(Names::Told(Arc::new(tell))), asked)
}

#[tokio::test]
async fn s15_a_name_that_leads_elsewhere_later_is_followed_to_no_inner_address() {
    let site = site().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://truc.example.vn:{}/", listener.local_addr().unwrap().port());
    let add = async |post: &Post| {
        let wanted = ("Trục tỉnh", url.as_str(), &["report.published"][..]);
        endpoints::add(&site.world.db, &site.keys, post, site.clock.now_ms(), By::OPERATOR, wanted).await
    };
    // Inside when it is registered: refused.
    assert!(add(&leading(&["192.168.1.9"]).0).await.is_err());
    // Public then, and this machine when something is sent: nothing leaves.
    let (post, asked) = leading(&["93.184.216.34", "127.0.0.1"]);
    add(&post).await.unwrap();
    site.publish("2026").await;
    assert_eq!(deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 2, "once when it was registered, once when it was sent");
    assert!(listener.accept().is_err(), "nothing knocked");
    assert_eq!(texts(&site.world.db, "SELECT outcome FROM deliveries").await, ["inner"]);
    // What was checked is what is spoken to: a third answer is never asked for.
    site.wait(1);
    let (post, asked) = leading(&["127.0.0.1", "192.168.1.9"]);
    let post = post.with_networks(vec!["127.0.0.1/32".parse().unwrap()]);
    listener.set_nonblocking(false).unwrap();
    // Whoever knocks is let in and sent away.
    let knocked = std::thread::spawn(move || listener.accept().is_ok());
    assert_eq!(deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(knocked.join().unwrap(), "it knocked where it was allowed to");
    assert_eq!(texts(&site.world.db, "SELECT outcome FROM deliveries ORDER BY try").await[1], "unreachable");
}

#[tokio::test]
async fn s15_two_processes_send_nothing_twice_and_one_that_ends_in_between_loses_nothing() {
    let site = site().await;
    let receiver = Receiver::start(&[OK]);
    register(&site, &receiver.url, &["report.published"]).await;
    for _ in 0..8 {
        site.publish("2026").await;
    }
    let (a, b) = tokio::join!(hand_out(&site), hand_out(&site));
    assert_eq!(a + b, 8);
    let all = ids(&receiver);
    let each: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!((all.len(), each.len()), (8, 8));
    let numbers: Vec<i64> =
        bodies(&receiver).iter().map(|body| body["data"]["publication"].as_i64().unwrap()).collect();
    assert_eq!(numbers.iter().collect::<std::collections::BTreeSet<_>>().len(), 8, "{numbers:?}");
}

#[tokio::test]
async fn only_whoever_asked_for_it_is_told_of_a_publication() {
    let site = site().await;
    let [all, other] = [&[OK], &[OK]].map(|answers: &'static [&'static str; 1]| Receiver::start(answers));
    register(&site, &all.url, &["report.published", "figure.released"]).await;
    let (id, _) = register(&site, &other.url, &["kiosk.silent"]).await;
    let first = site.publish("2026").await;
    let second = site.publish("2026").await;
    hand_out(&site).await;
    let told = bodies(&all);
    assert!(told.iter().all(|body| body["type"] == "report.published"), "{told:?}");
    let expected = json!({ "publication": second.0, "period": "2026", "cut_off": "calendar", "replaces": first.0, "live": true,
        "path": format!("/results/open/{}.json", second.0) });
    assert!(told.len() == 2 && told.iter().any(|body| body["data"] == expected), "{told:?}");
    as_documented(&site, &all).await;
    assert_eq!(other.taken(), []);
    // From the next one on, when it is chosen.
    let mut admin = admin(&site).await;
    admin.get("/admin/webhooks").await;
    let path = format!("/admin/webhooks/{id}/topics");
    assert_eq!(admin.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(admin.post(&path, &[("topic", "report.published")]).await.status, StatusCode::SEE_OTHER);
    site.publish("2026").await;
    hand_out(&site).await;
    assert_eq!(other.taken().len(), 1);
}

#[tokio::test]
async fn p3_invitations_are_told_of_once_by_the_day_and_only_where_five_hide_each() {
    let site = site().await;
    let receiver = Receiver::start(&[OK]);
    register(&site, &receiver.url, &["invitation.used"]).await;
    let system = System::new(&site, &["invitations"], None).await;
    for (unit, n) in [("SGD-GL.MC", 6), ("SGD-GL.VP", 4)] {
        let asked: Vec<Value> = (0..n)
            .map(|i| json!({ "case": format!("000.00.12.H21-261123-{}{i:03}", unit.len() % 7), "procedure": "1.012944", "unit": unit, "event": if unit.ends_with("VP") { "late" } else { "finished" } }))
            .collect();
        assert_eq!(system.make(unit, &json!(asked)).await.status, StatusCode::OK);
    }
    execute(&site.world.db, "UPDATE invitations SET used = 1, used_day = 20261124").await;
    let tell = async || endpoints::tell_used(&site.world.db, &site.app.catalogue(), site.clock.now_ms()).await.unwrap();
    tell().await;
    assert_eq!(hand_out(&site).await, 0, "the day is not over");
    site.wait(DAY_MINUTES);
    let (a, b) = tokio::join!(tell(), tell());
    assert_eq!((a, b), ((), ()));
    tell().await;
    assert_eq!(hand_out(&site).await, 1);
    let told = &bodies(&receiver)[0];
    let unit = site.app.catalogue().unit_by_code("SGD-GL.MC").unwrap().id;
    assert_ne!(unit, UnitId(0));
    assert_eq!(told["data"], json!({ "day": "2026-11-24", "unit": "SGD-GL.MC", "used": 6 }));
    as_documented(&site, &receiver).await;
    assert!(!told.to_string().contains("2026-11-24T"), "no hour of an answer: {told}");
    // One more from a tablet that was away changes nothing that was told.
    execute(&site.world.db, "UPDATE invitations SET used_day = 20261124, used = 2 WHERE used = 1").await;
    site.wait(DAY_MINUTES);
    tell().await;
    assert_eq!(hand_out(&site).await, 0);
}

#[tokio::test]
async fn figures_and_verdicts_are_told_of_at_the_daily_cut_and_only_when_they_changed() {
    let site = Site::with(Settings { own_url: "http://site.test".into(), post: here(), ..Settings::default() }).await;
    let db = &site.world.db;
    rows::form(db).await;
    rows::unit(db, 1, "Văn phòng A", "office").await;
    rows::procedure(db, 1, "Chuyển trường").await;
    rows::target(db, "procedures", None, 9_000, 20_250_101, None).await;
    let receiver = Receiver::start(&[OK]);
    register(&site, &receiver.url, &["figure.released", "verdict.changed"]).await;
    let answered = async |first: i64, satisfied: i64, all: i64| {
        let one = |i| Answer::new(first + i, 20_261_110, OVERALL, if i < satisfied { 5 } else { 1 }).at(1).about(1);
        rows::responses(db, &(0..all).map(one).collect::<Vec<_>>()).await;
        hailong::flow::release::cut(db, site.clock.now_ms(), 1).await.unwrap();
    };
    answered(1, 20, 60).await;
    let cut_and_tell = async || {
        site.wait(DAY_MINUTES);
        let (a, b) = tokio::join!(cut::daily(db, site.clock.now_ms()), cut::daily(db, site.clock.now_ms()));
        assert!(a.unwrap() || b.unwrap());
        hand_out(&site).await
    };
    assert_eq!(cut_and_tell().await, 1);
    assert_eq!(bodies(&receiver)[0]["type"], "figure.released");
    assert_eq!(cut_and_tell().await, 0, "nothing new");
    answered(101, 3_000, 3_000).await;
    assert_eq!(cut_and_tell().await, 3, "figures, the unit's verdict, and that of all");
    let told = bodies(&receiver);
    let turned: Vec<&Value> =
        told.iter().filter(|body| body["type"] == "verdict.changed").map(|body| &body["data"]).collect();
    let day = Day::at(site.clock.now_ms()).date().to_string();
    let expected = |unit: Value| json!({ "cut": day, "period": "2026", "indicator": "procedures", "unit": unit, "from": "not_met", "to": "met" });
    as_documented(&site, &receiver).await;
    assert!(turned.contains(&&expected(Value::Null)) && turned.contains(&&expected("U1".into())), "{turned:?}");
}
