//! What needs attention: found by rule, seen by those whose function it is, told once, and handed out for sure.

use axum::http::StatusCode;
use hailong::domain::account::Role;
use hailong::domain::webhook::Secrets;
use hailong::domain::{AccountId, Day};
use hailong::flow::alerts::{self, Limits, Rule};
use hailong::flow::audit::By;
use hailong::flow::endpoints;
use hailong::flow::holiday::{self, Wanted};
use hailong::flow::post::{Post, deliver};
use hailong::flow::release;
use hailong::flow::webhook::Hook;
use hailong::present::alerts::sentence;
use hailong::store::Db;
use hailong::store::marks::{self, Mark};
use hailong::words::Lang;
use serde_json::Value;

use crate::accounts::texts;
use crate::post::Post as Server;
use crate::receiver::{BROKEN, OK, Receiver, field};
use crate::rows::{self, Answer, OVERALL};
use crate::seal::execute;
use crate::site::{NOW, Person, Site};

const MINUTE_MS: i64 = 60 * 1000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Two offices with a target of 90 %.
async fn offices() -> Site {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    for (id, name) in [(1, "Văn phòng A"), (2, "Văn phòng B")] {
        rows::unit(db, id, name, "office").await;
    }
    rows::procedure(db, 1, "Chuyển trường").await;
    rows::target(db, "procedures", None, 9_000, 20_250_101, None).await;
    let mut tx = db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    site
}

/// So many answers of a unit on a day, of which so many are satisfied.
async fn answered(site: &Site, unit: i64, day: i64, (satisfied, all): (i64, i64)) {
    let db = &site.world.db;
    let last = texts(db, "SELECT CAST(COALESCE(MAX(n), 0) AS TEXT) FROM responses").await[0].parse::<i64>().unwrap();
    let answers: Vec<Answer> = (0..all)
        .map(|i| Answer::new(last + 1 + i, day, OVERALL, if i < satisfied { 5 } else { 1 }).at(unit).about(1))
        .collect();
    rows::responses(db, &answers).await;
    release::cut(db, site.clock.now_ms(), 1).await.unwrap();
}

async fn watch(site: &Site, hooks: &[String]) -> bool {
    let limits = Limits::default();
    alerts::watch(&site.world.db, &site.app.catalogue(), &limits, hooks, site.clock.now_ms()).await.unwrap()
}

async fn write(site: &Site) -> usize {
    let catalogue = site.app.catalogue();
    let say = |news: &[&alerts::Alert], open| hailong::web::alerts::letter(&site.app, &catalogue, news, open);
    alerts::write_mail(&site.world.db, say, site.clock.now_ms()).await.unwrap()
}

/// Rule and unit of what somebody sees open.
async fn open(site: &Site, account: Option<AccountId>, role: Role, unit: Option<i64>) -> Vec<(Rule, Option<i64>)> {
    let grant = hailong::domain::account::Grant { role, unit: unit.map(hailong::domain::UnitId) };
    let all = alerts::of(&site.world.db, account.unwrap(), &[grant], site.clock.now_ms()).await.unwrap();
    let open = all.iter().filter(|alert| alert.closed_at.is_none());
    open.map(|alert| (alert.rule, alert.unit.map(|unit| unit.0))).collect()
}

async fn person<'a>(site: &'a Site, login: &str, role: Role, unit: Option<i64>) -> Person<'a> {
    let grant = hailong::domain::account::Grant { role, unit: unit.map(hailong::domain::UnitId) };
    site.person(login, &[grant]).await
}

async fn wants_mail(person: &mut Person<'_>, address: &str) {
    person.get("/account/mail").await;
    assert_eq!(person.post("/account/mail", &[("address", address)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_figure_that_falls_below_its_target_opens_an_alert_and_one_that_recovers_closes_it() {
    let site = offices().await;
    let mut head = person(&site, "hoa", Role::Manager, Some(1)).await;
    let mut other = person(&site, "binh", Role::Manager, Some(2)).await;
    let mut leader = person(&site, "giamdoc", Role::Leader, None).await;
    answered(&site, 1, 20_261_110, (20, 60)).await;
    answered(&site, 2, 20_261_110, (60, 60)).await;
    assert!(watch(&site, &[]).await && !watch(&site, &[]).await, "once in five minutes");
    assert_eq!(open(&site, head.account, Role::Manager, Some(1)).await, [(Rule::Below, Some(1))]);
    assert!(open(&site, other.account, Role::Manager, Some(2)).await.is_empty());
    let seen = open(&site, leader.account, Role::Leader, None).await;
    assert_eq!(seen.len(), 2, "the unit, and all of them together: {seen:?}");
    let page = head.get("/manage/alerts").await.text;
    assert!(page.contains("Văn phòng A: Mức độ hài lòng về giải quyết thủ tục hành chính năm nay chưa đạt chỉ tiêu 90% (33,3%, 60 người trả lời)."), "{page}");
    assert!(!other.get("/manage/alerts").await.text.contains("Văn phòng A"));
    assert!(leader.get("/manage/alerts?lang=en").await.text.contains("The whole office: "));
    // It gets better.
    answered(&site, 1, 20_261_111, (2_000, 2_000)).await;
    site.wait(6);
    assert!(watch(&site, &[]).await);
    assert!(open(&site, leader.account, Role::Leader, None).await.is_empty());
    let page = head.get("/manage/alerts").await.text;
    assert!(
        page.contains("Hiện không có việc nào cần chú ý.") && page.contains("Đã hết trong 30 ngày qua (1)"),
        "{page}"
    );
}

#[tokio::test]
async fn a_month_far_from_the_usual_level_is_pointed_out() {
    let site = offices().await;
    let leader = person(&site, "giamdoc", Role::Leader, None).await;
    for month in 1..=9 {
        answered(&site, 1, 20_260_010 + month * 100, (95, 100)).await;
    }
    answered(&site, 1, 20_261_010, (60, 100)).await;
    watch(&site, &[]).await;
    let seen = open(&site, leader.account, Role::Leader, None).await;
    assert!(seen.contains(&(Rule::Signal, Some(1))) && seen.contains(&(Rule::Signal, None)), "{seen:?}");
    assert!(!seen.contains(&(Rule::Signal, Some(2))), "{seen:?}");
}

#[tokio::test]
async fn few_ratings_of_many_finished_cases_are_pointed_out() {
    let site = offices().await;
    let leader = person(&site, "giamdoc", Role::Leader, None).await;
    for (unit, files) in [(1, 1_000), (2, 100)] {
        rows::caseload(&site.world.db, 202_610, unit, 1, files).await;
        answered(&site, unit, 20_261_010, (19, 20)).await;
    }
    watch(&site, &[]).await;
    let seen = open(&site, leader.account, Role::Leader, None).await;
    assert_eq!(seen, [(Rule::Coverage, Some(1))], "2 % of a thousand, 20 % of a hundred");
}

#[tokio::test]
async fn a_tablet_that_is_silent_while_the_office_is_open_is_pointed_out() {
    let site = offices().await;
    let db = &site.world.db;
    let bytes = if matches!(db, Db::Sqlite { .. }) {
        "CAST('aaaaaaaaaaaaaaaa' AS BLOB)"
    } else {
        "CAST('aaaaaaaaaaaaaaaa' AS BYTEA)"
    };
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    execute(
        db,
        leak(format!(
            "INSERT INTO points (id, code_mac, typed_mac, sealed, unit_id, channel, form, label, created_at)
         VALUES (1, {bytes}, {bytes}, {bytes}, 2, 'kiosk', 'all', 'Quầy 3', 0)"
        )),
    )
    .await;
    // Tuesday 24 November 2026, 8:00.
    let eight = Day::from_number(20_261_124).unwrap().begins_ms() + 8 * HOUR_MS;
    execute(db, leak(format!(
        "INSERT INTO kiosks (id, point_id, label, created_at, code_expires_at, code_misses, key_at, paired_at, seen_at, waiting, aside, version, clock_offset)
         VALUES (1, 1, 'Máy 1', 0, 0, 0, 0, 0, {eight}, 0, 0, '', 0)"
    ))).await;
    let mut tx = db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    let receiver = Receiver::start(&[OK]);
    let networks = Post::default().with_networks(vec!["127.0.0.0/8".parse().unwrap()]);
    let wanted = ("Trục", receiver.url.as_str(), &["kiosk.silent"][..]);
    endpoints::add(db, &site.keys, &networks, NOW, By::OPERATOR, wanted).await.unwrap();
    let admin = person(&site, "an", Role::Admin, None).await;
    let off = Wanted { kind: "off", first: "2026-11-24", last: "", name: "Nghỉ bù" };
    for (hours, silent, is_off) in [(3, false, false), (5, false, true), (6, true, false)] {
        let (now_ms, by) = (site.clock.now_ms(), By::OPERATOR);
        match is_off {
            true => drop(holiday::add(db, &site.keys, now_ms, by, off).await.unwrap()),
            false => drop(holiday::remove(db, &site.keys, now_ms, by, Day::from_number(20_261_124).unwrap()).await),
        }
        site.app.refresh().await.unwrap();
        site.clock.set(eight + hours * HOUR_MS);
        watch(&site, &[]).await;
        let seen = open(&site, admin.account, Role::Admin, None).await;
        assert_eq!(seen.contains(&(Rule::Kiosk, Some(2))), silent, "{hours} h: {seen:?}");
    }
    let seen =
        alerts::of(db, admin.account.unwrap(), &[site.grant(Role::Admin, None)], site.clock.now_ms()).await.unwrap();
    site.wait(6);
    watch(&site, &[]).await;
    deliver(db, &site.keys, &networks, &site.clock).await.unwrap();
    let told: Vec<Value> = receiver.taken().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
    let data = serde_json::json!({ "alert": seen[0].id, "kiosk": 1, "unit": "U2", "last_day": "2026-11-24" });
    assert_eq!((told.len(), &told[0]["type"], &told[0]["data"]), (1, &"kiosk.silent".into(), &data));
    let said = sentence(Lang::by_code("vi").unwrap(), Some("Văn phòng B"), &seen[0]);
    assert_eq!(
        said,
        "Văn phòng B: máy «Máy 1» không liên lạc trong giờ làm việc, lần cuối ngày 24/11/2026. Kiểm tra nguồn điện và Wi-Fi."
    );
}

#[tokio::test]
async fn suspicious_patterns_are_for_the_inspector_alone() {
    let site = offices().await;
    let db = &site.world.db;
    execute(db, "INSERT INTO signals (month, unit_id, signal, p_value, seen, total) VALUES (202611, 1, 'burst', 0.0000001, 50, 60)").await;
    watch(&site, &[]).await;
    let inspector = person(&site, "giamsat", Role::Inspector, None).await;
    assert_eq!(open(&site, inspector.account, Role::Inspector, None).await, [(Rule::Suspicious, Some(1))]);
    for (login, role, unit) in
        [("giamdoc", Role::Leader, None), ("hoa", Role::Manager, Some(1)), ("an", Role::Admin, None)]
    {
        let person = person(&site, login, role, unit).await;
        assert!(open(&site, person.account, role, unit).await.is_empty(), "{role:?}");
    }
}

#[tokio::test]
async fn muting_is_for_a_time_for_oneself_and_in_the_log() {
    let site = offices().await;
    let mut head = person(&site, "hoa", Role::Manager, Some(1)).await;
    let mut other = person(&site, "binh", Role::Manager, Some(2)).await;
    let mut leader = person(&site, "giamdoc", Role::Leader, None).await;
    answered(&site, 1, 20_261_110, (20, 60)).await;
    watch(&site, &[]).await;
    let page = head.get("/manage/alerts").await;
    let path = page.between("action=\"/manage/alerts/", "?").to_owned();
    let path = format!("/manage/alerts/{path}");
    other.get("/manage/alerts").await;
    assert_eq!(other.post(&path, &[("days", "7")]).await.status, StatusCode::NOT_FOUND, "of another unit");
    assert_eq!(head.post(&path, &[("days", "365")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(head.post(&path, &[("days", "7")]).await.status, StatusCode::SEE_OTHER);
    let page = head.get("/manage/alerts").await.text;
    assert!(page.contains("Hiện không có việc nào") && page.contains("Đang tạm ẩn (1)"), "{page}");
    assert!(leader.get("/manage/alerts").await.text.contains("Văn phòng A: "), "nobody mutes for others");
    assert_eq!(texts(&site.world.db, "SELECT act FROM audit WHERE act = 'alert-muted'").await.len(), 1);
    site.wait(8 * 24 * 60);
    head.sign_in("hoa", crate::site::PASSWORD).await;
    assert!(!head.get("/manage/alerts").await.text.contains("Hiện không có việc nào"), "a week later");
}

/// What a letter says, whichever of the two ways it was wrapped.
fn body(text: &str) -> String {
    let (head, body) = text.split_once("\n\n").unwrap();
    if head.contains("base64") {
        let encoded: String = body.lines().collect();
        return String::from_utf8(data_encoding::BASE64.decode(encoded.as_bytes()).unwrap()).unwrap();
    }
    let joined = body.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn mail_is_one_letter_a_day_and_at_once_only_for_what_fell_below() {
    let site = offices().await;
    let server = Server::start(&["250 taken"]);
    let post = Post::default().with_mail(&server.url, "Hài Lòng <hailong@so.vn>").unwrap();
    let mut head = person(&site, "hoa", Role::Manager, Some(1)).await;
    let refused = head.post("/account/mail", &[("address", "hoa@so.vn, binh@so.vn")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    wants_mail(&mut head, "hoa@so.vn").await;
    // Before seven in the morning: at once, for it is below.
    let six = Day::from_number(20_261_124).unwrap().begins_ms() + 6 * HOUR_MS;
    site.clock.set(six);
    answered(&site, 1, 20_261_110, (20, 60)).await;
    watch(&site, &[]).await;
    assert_eq!((write(&site).await, write(&site).await), (1, 0), "nothing twice");
    let hand_out = async || deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap();
    assert_eq!((hand_out().await, hand_out().await), (1, 0));
    let letter = &server.taken()[0];
    assert_eq!(letter.to, "hoa@so.vn");
    let id = letter.text.lines().find(|line| line.starts_with("Message-ID: <msg_")).unwrap();
    assert!(id.ends_with("@so.vn>"), "{id}");
    let said = body(&letter.text);
    assert!(said.contains("Văn phòng A: ") && said.contains("http://site.test/manage/alerts"), "{said}");
    // Another one within the hour waits for the digest, which comes at seven and holds what is new alone.
    rows::target(&site.world.db, "education", Some(1), 9_000, 20_250_101, None).await;
    let school: Vec<Answer> = (0..60).map(|i| Answer::new(1_000 + i, 20_261_110, rows::SCHOOL, 1).at(1)).collect();
    rows::responses(&site.world.db, &school).await;
    release::cut(&site.world.db, site.clock.now_ms(), 1).await.unwrap();
    site.wait(6);
    watch(&site, &[]).await;
    assert_eq!(write(&site).await, 0);
    site.clock.set(six + HOUR_MS);
    assert_eq!((write(&site).await, write(&site).await, hand_out().await), (1, 0, 1));
    let said = body(&server.taken()[1].text);
    assert!(said.contains("giáo dục") && !said.contains("thủ tục hành chính năm nay"), "{said}");
    // Nothing new, no letter; and none to whoever wants none.
    site.wait(24 * 60);
    watch(&site, &[]).await;
    assert_eq!(write(&site).await, 0);
    head.sign_in("hoa", crate::site::PASSWORD).await;
    wants_mail(&mut head, "").await;
    assert!(texts(&site.world.db, "SELECT address FROM mail_wishes").await.is_empty());
    let log = texts(&site.world.db, "SELECT detail FROM audit WHERE act = 'mail-chosen' ORDER BY n").await;
    assert_eq!(log, ["{\"mail\":true}", "{\"mail\":false}"], "no address in the log");
}

#[tokio::test]
async fn a_letter_that_is_not_taken_comes_again_with_the_same_id_until_it_is() {
    let site = offices().await;
    let server = Server::start(&["451 later", "451 later", "250 taken"]);
    let post = Post::default().with_mail(&server.url, "hailong@so.vn").unwrap();
    let mut leader = person(&site, "giamdoc", Role::Leader, None).await;
    wants_mail(&mut leader, "giamdoc@so.vn").await;
    answered(&site, 1, 20_261_110, (20, 60)).await;
    watch(&site, &[]).await;
    write(&site).await;
    let ids = texts(&site.world.db, "SELECT id FROM outbox").await;
    for (minutes, taken) in [(0, 0), (1, 0), (7, 1), (60, 1)] {
        site.wait(minutes);
        deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap();
        assert_eq!(server.taken().len(), taken, "{minutes}");
    }
    assert!(server.taken()[0].text.contains(&ids[0]));
    let tries = texts(&site.world.db, "SELECT CAST(try AS TEXT) || ' ' || outcome FROM deliveries ORDER BY try").await;
    assert_eq!(tries, ["1 answered 451", "2 answered 451", "3 ok"]);
    // A refusal for good is not asked again.
    let server = Server::start(&["550 never"]);
    let post = Post::default().with_mail(&server.url, "hailong@so.vn").unwrap();
    rows::unit(&site.world.db, 3, "Văn phòng C", "office").await;
    let mut tx = site.world.db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    answered(&site, 3, 20_261_110, (20, 60)).await;
    site.wait(24 * 60);
    watch(&site, &[]).await;
    assert_eq!(write(&site).await, 1);
    assert_eq!(deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap(), 1);
    site.wait(24 * 60);
    assert_eq!(deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap(), 0);
    assert_eq!(texts(&site.world.db, "SELECT state FROM outbox ORDER BY created_at").await, ["done", "given_up"]);
    let mut admin = person(&site, "an", Role::Admin, None).await;
    let page = admin.get("/manage/alerts").await.text;
    assert!(page.contains("thôi không gửi nữa") && !page.contains("giamdoc@so.vn"), "{page}");
}

fn hook(url: &str) -> Hook {
    let secrets = Secrets::parse(&format!("whsec_{}", data_encoding::BASE64.encode(&[7; 32]))).unwrap();
    Hook::new(url, secrets, &["127.0.0.0/8".parse().unwrap()]).unwrap()
}

#[tokio::test]
async fn s15_a_webhook_is_told_of_each_alert_once_with_one_id_however_often_it_is_tried() {
    let site = offices().await;
    let receiver = Receiver::start(&[BROKEN, BROKEN, OK]);
    let post = Post::to(vec![(receiver.url.clone(), hook(&receiver.url))]);
    answered(&site, 1, 20_261_110, (20, 60)).await;
    answered(&site, 2, 20_261_110, (2_000, 2_000)).await;
    assert!(watch(&site, &post.hooks()).await);
    for minutes in [0, 1, 7] {
        site.wait(minutes);
        deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap();
    }
    let taken = receiver.taken();
    assert_eq!(taken.len(), 3);
    let ids: Vec<&str> = taken.iter().map(|(head, _)| field(head, "webhook-id")).collect();
    assert!(ids[0].starts_with("msg_") && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert!(taken.iter().all(|(head, _)| field(head, "webhook-signature").starts_with("v1,")));
    let body: Value = serde_json::from_str(&taken[2].1).unwrap();
    assert_eq!((&body["type"], &body["data"]["unit"]), (&"alert.opened".into(), &"U1".into()));
    assert!(!taken[2].1.contains("0.33") && !taken[2].1.contains("60"), "no figure goes out: {}", taken[2].1);
    // What is over is told as well.
    answered(&site, 1, 20_261_111, (2_000, 2_000)).await;
    site.wait(6);
    watch(&site, &post.hooks()).await;
    deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap();
    let last: Value = serde_json::from_str(&receiver.taken().last().unwrap().1).unwrap();
    assert_eq!((&last["type"], &last["data"]["alert"]), (&"alert.closed".into(), &body["data"]["alert"]));
}

#[tokio::test]
async fn whoever_ends_while_handing_out_loses_nothing_and_two_do_not_hand_out_the_same() {
    let site = offices().await;
    let receiver = Receiver::start(&[OK]);
    let post = Post::to(vec![(receiver.url.clone(), hook(&receiver.url))]);
    answered(&site, 1, 20_261_110, (20, 60)).await;
    assert!(watch(&site, &post.hooks()).await);
    let waiting = texts(&site.world.db, "SELECT id FROM outbox").await.len();
    // Two processes at once.
    let (a, b) = tokio::join!(
        deliver(&site.world.db, &site.keys, &post, &site.clock),
        deliver(&site.world.db, &site.keys, &post, &site.clock)
    );
    assert_eq!(a.unwrap() + b.unwrap(), waiting);
    assert_eq!(receiver.taken().len(), waiting);
    // One that was killed after it took a message in hand, and before it noted how that ended.
    let id = field(&receiver.taken()[0].0, "webhook-id").to_owned();
    let in_hand: &'static str = Box::leak(format!(
        "UPDATE outbox SET state = 'waiting', next_at = {} WHERE id = '{id}'; DELETE FROM deliveries WHERE outbox_id = '{id}'",
        NOW + MINUTE_MS
    ).into_boxed_str());
    execute(&site.world.db, in_hand).await;
    assert_eq!(deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap(), 0, "it is in hand");
    site.wait(2);
    assert_eq!(deliver(&site.world.db, &site.keys, &post, &site.clock).await.unwrap(), 1);
    assert_eq!(field(&receiver.taken().last().unwrap().0, "webhook-id"), id, "the same id");
}

#[tokio::test]
async fn two_processes_that_look_at_once_keep_and_tell_everything_once() {
    let site = offices().await;
    answered(&site, 1, 20_261_110, (20, 60)).await;
    let hooks = ["https://x.example.vn/".to_owned()];
    let (a, b) = tokio::join!(watch(&site, &hooks), watch(&site, &hooks));
    assert!(a ^ b, "{a} {b}");
    let open = texts(&site.world.db, "SELECT rule FROM alerts").await;
    assert_eq!(open.len(), texts(&site.world.db, "SELECT id FROM outbox").await.len());
    let mut leader = person(&site, "giamdoc", Role::Leader, None).await;
    wants_mail(&mut leader, "giamdoc@so.vn").await;
    let (a, b) = tokio::join!(write(&site), write(&site));
    assert_eq!(a + b, 1);
}
