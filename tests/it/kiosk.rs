//! Tablets at counters: pairing with an administrator's word, batches, clocks that lie, and revocation.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use hailong::domain::account::Role;
use hailong::domain::{Channel, Day};
use hailong::flow::audit::By;
use hailong::flow::issue::{self, NewPoint};
use hailong::store::Db;
use serde_json::{Value, json};

use crate::site::{Page, Person, Site};

const MINUTE: i64 = 60_000;

/// A department with two counters that have a place for a tablet, and its administrator.
pub struct Office {
    pub site: Site,
}

impl Office {
    pub async fn new() -> Self {
        let site = Site::department().await;
        let point =
            |label| NewPoint { unit: "SGD-GL.VP", procedure: None, channel: Channel::Kiosk, form: "procedure", label };
        let (db, catalogue) = (&site.world.db, site.app.catalogue());
        let points = [point("Quầy 1"), point("Quầy 2")];
        issue::points(db, &site.keys, &catalogue, site.clock.now_ms(), By::OPERATOR, &points).await.unwrap();
        site.app.refresh().await.unwrap();
        Self { site }
    }

    pub async fn admin(&self) -> Person<'_> {
        let mut admin = self.site.person("an", &[self.site.grant(Role::Admin, None)]).await;
        admin.get("/admin/kiosks").await;
        admin
    }

    /// Adds a kiosk; gives its page and its code.
    pub async fn add(&self, admin: &mut Person<'_>) -> (String, String) {
        let sent = admin.post("/admin/kiosks/new", &[("label", "Máy 1"), ("counter", "1")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = admin.get(sent.location()).await;
        let code = page.between("id=\"pairing-code\">", "<").to_owned();
        assert_eq!(code.len(), 6);
        (sent.location().split('?').next().unwrap().to_owned(), code)
    }

    /// A tablet that is paired.
    pub async fn paired(&self, admin: &mut Person<'_>) -> (String, Person<'_>) {
        let (page, code) = self.add(admin).await;
        let mut tablet = self.site.stranger();
        let told = tell(&mut tablet, "/kiosk/pair", &json!({ "code": code })).await;
        let number = read(&told)["check_number"].to_string();
        admin.post(&format!("{page}/confirm"), &[("check", &number)]).await;
        assert_eq!(read(&tell(&mut tablet, "/kiosk/start", &json!({})).await)["state"], "paired");
        (page, tablet)
    }

    pub fn now(&self) -> i64 {
        self.site.clock.now_ms()
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        match &self.site.world.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    pub async fn answers(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM responses").await
    }

    pub fn form(&self) -> i64 {
        self.site.app.catalogue().latest("procedure").unwrap().id.0
    }

    /// A tap on a level, at a time.
    pub fn tap(&self, id: u8, level: &str, at: i64) -> Value {
        json!({ "id": id_of(id), "form": self.form(), "at": at, "lang": "vi", "answers": [["overall", level]] })
    }

    pub fn batch(&self, device_now: i64, items: &[Value]) -> Value {
        json!({ "device_now": device_now, "waiting": items.len(), "version": "v1", "items": items })
    }
}

pub fn id_of(n: u8) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&[n; 16])
}

pub async fn tell(tablet: &mut Person<'_>, path: &str, body: &Value) -> Page {
    tablet.send_json(path, body.to_string(), &[("sec-fetch-site", "same-origin")]).await
}

pub fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).map_err(|_| (page.status, &page.text)).unwrap()
}

pub fn results(page: &Page) -> Vec<String> {
    let told = read(page);
    told["results"].as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_tablet_is_paired_by_a_code_and_the_word_of_an_administrator() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, code) = office.add(&mut admin).await;
    let mut tablet = office.site.stranger();
    assert_eq!(read(&tablet.get("/kiosk/setup").await)["state"], "unpaired");
    let told = read(&tell(&mut tablet, "/kiosk/pair", &json!({ "code": code })).await);
    assert_eq!(told["counter"], "Quầy 1");
    // The code is used up, and nothing begins before the administrator has seen the device.
    let other = tell(&mut office.site.stranger(), "/kiosk/pair", &json!({ "code": code })).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(read(&tell(&mut tablet, "/kiosk/start", &json!({})).await)["state"], "waiting");
    let number = told["check_number"].to_string();
    assert!(admin.get(&page).await.text.contains(&format!("số kiểm tra {number}")));
    assert_eq!(admin.get(&format!("{page}/confirm")).await.between("id=\"check-number\">", "<"), number);
    let wrong = admin.post(&format!("{page}/confirm"), &[("check", "9")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    admin.post(&format!("{page}/confirm"), &[("check", &number)]).await;
    let started = tell(&mut tablet, "/kiosk/start", &json!({})).await;
    let cookie = started.cookies()[0].to_owned();
    assert!(cookie.starts_with("kiosk=hlk_") && cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    assert_eq!(cookie.split(';').next().unwrap().len(), "kiosk=hlk_".len() + 43);
    // The answer with the key may be lost: until the key is used, asking again gives another.
    assert_eq!(read(&tell(&mut tablet, "/kiosk/start", &json!({})).await)["state"], "paired");
    let setup = read(&tablet.get("/kiosk/setup").await);
    assert_eq!((&setup["state"], &setup["unit"]), (&json!("paired"), &json!("Văn phòng Sở")));
    assert_eq!(setup["rating"]["choices"].as_array().unwrap().len(), 5);
    assert!(setup["qr"].as_str().unwrap().starts_with("<svg"));
    assert_eq!(tell(&mut tablet, "/kiosk/start", &json!({})).await.status, StatusCode::GONE);
    assert!(admin.get("/admin/kiosks").await.text.contains("Đang dùng"));
    for act in ["kiosk-added", "kiosk-entered", "kiosk-confirmed", "kiosk-paired"] {
        let sql: &'static str = Box::leak(format!("SELECT COUNT(*) FROM audit WHERE act = '{act}'").into_boxed_str());
        assert!(office.number(sql).await >= 1, "{act}");
    }
}

#[tokio::test]
async fn a_device_that_does_not_belong_there_gets_no_key() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, code) = office.add(&mut admin).await;
    let mut tablet = office.site.stranger();
    let number = read(&tell(&mut tablet, "/kiosk/pair", &json!({ "code": code })).await)["check_number"].to_string();
    tell(&mut tablet, "/kiosk/decline", &json!({})).await;
    let late = admin.post(&format!("{page}/confirm"), &[("check", &number)]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(tell(&mut tablet, "/kiosk/start", &json!({})).await.status, StatusCode::GONE);
    // Nor is a key worth anything that it got before its holder said no.
    let sent = admin.post(&format!("{page}/code"), &[]).await;
    let code = admin.get(sent.location()).await.between("id=\"pairing-code\">", "<").to_owned();
    let number = read(&tell(&mut tablet, "/kiosk/pair", &json!({ "code": code })).await)["check_number"].to_string();
    admin.post(&format!("{page}/confirm"), &[("check", &number)]).await;
    assert_eq!(read(&tell(&mut tablet, "/kiosk/start", &json!({})).await)["state"], "paired");
    let keeps_the_key = tablet.clone();
    tell(&mut tablet, "/kiosk/decline", &json!({})).await;
    assert_eq!(keeps_the_key.clone().get("/kiosk/setup").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(read(&tablet.get("/kiosk/setup").await)["state"], "unpaired");
    assert!(admin.get(&page).await.text.contains("Chưa ghép. Tạo mã ghép mới."));
    // Nor one that nobody confirms in time.
    let sent = admin.post(&format!("{page}/code"), &[]).await;
    let code = admin.get(sent.location()).await.between("id=\"pairing-code\">", "<").to_owned();
    tell(&mut tablet, "/kiosk/pair", &json!({ "code": code })).await;
    office.site.wait(11);
    assert_eq!(tell(&mut tablet, "/kiosk/start", &json!({})).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_code_dies_by_time_by_five_misses_and_twenty_stop_pairing() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, code) = office.add(&mut admin).await;
    let wrong = |n: usize| {
        let mut guess = format!("{n:06}");
        if guess == code {
            guess = "999999".into();
        }
        json!({ "code": guess })
    };
    let mut tablet = office.site.stranger();
    for n in 0..5 {
        assert_eq!(tell(&mut tablet, "/kiosk/pair", &wrong(n)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let dead = tell(&mut tablet, "/kiosk/pair", &json!({ "code": code })).await;
    assert_eq!(dead.status, StatusCode::UNPROCESSABLE_ENTITY, "five misses kill it");
    for n in 6..20 {
        assert_eq!(tell(&mut tablet, "/kiosk/pair", &wrong(n)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    let sent = admin.post(&format!("{page}/code"), &[]).await;
    let fresh = json!({ "code": admin.get(sent.location()).await.between("id=\"pairing-code\">", "<") });
    assert_eq!(tell(&mut tablet, "/kiosk/pair", &fresh).await.status, StatusCode::TOO_MANY_REQUESTS);
    office.site.wait(11);
    assert_eq!(tell(&mut tablet, "/kiosk/pair", &fresh).await.status, StatusCode::UNPROCESSABLE_ENTITY, "too old");
    let sent = admin.post(&format!("{page}/code"), &[]).await;
    let fresh = json!({ "code": admin.get(sent.location()).await.between("id=\"pairing-code\">", "<") });
    assert_eq!(tell(&mut tablet, "/kiosk/pair", &fresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_bad_item_never_blocks_the_rest_and_the_same_item_is_stored_once() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, mut tablet) = office.paired(&mut admin).await;
    let now = office.now();
    let mut items: Vec<Value> = (1..=9).map(|n| office.tap(n, "5", now)).collect();
    items.insert(
        4,
        json!({ "id": id_of(77), "form": office.form(), "at": now, "lang": "vi", "answers": [["overall", "9"]] }),
    );
    let batch = office.batch(now, &items);
    let told = tell(&mut tablet, "/kiosk/batch", &batch).await;
    let mut expected = vec!["stored".to_owned(); 10];
    expected[4] = "rejected".into();
    assert_eq!(results(&told), expected, "{}", told.text);
    for _ in 0..3 {
        let again = results(&tell(&mut tablet, "/kiosk/batch", &batch).await);
        assert_eq!(again.iter().filter(|one| *one == "duplicate").count(), 9);
    }
    assert_eq!(office.answers().await, 9);
    assert_eq!(office.number("SELECT COUNT(*) FROM responses WHERE channel = 'kiosk' AND point_id = 1").await, 9);
    // The same key with another content: the first is kept, and the tablet is told.
    let other = office.batch(now, &[office.tap(1, "1", now)]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &other).await), ["conflict"]);
    assert_eq!(office.answers().await, 9);
    let malformed = office.batch(now, &[json!(7), json!({ "id": "x" }), office.tap(20, "3", now)]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &malformed).await), ["rejected", "rejected", "stored"]);
}

#[tokio::test]
async fn what_mattered_most_is_a_later_part_of_the_same_answer() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, mut tablet) = office.paired(&mut admin).await;
    let now = office.now();
    let adds = |id: u8, first: u8, reasons: &[&str]| {
        let answers: Vec<_> = reasons.iter().map(|reason| json!(["aspects", reason])).collect();
        json!({ "id": id_of(id), "first": id_of(first), "form": office.form(), "at": now, "lang": "en", "answers": answers })
    };
    // Even when it stands before what it adds to.
    let batch = office.batch(now, &[adds(2, 1, &["time", "fees"]), office.tap(1, "2", now)]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &batch).await), ["stored", "stored"]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &batch).await), ["duplicate", "duplicate"]);
    let first = "SELECT COUNT(*) FROM responses a JOIN responses b ON b.first = a.n WHERE a.point_id = b.point_id";
    assert_eq!(office.number(first).await, 1);
    let more = office.batch(now, &[adds(3, 1, &["place"]), adds(4, 99, &["place"])]);
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &more).await), ["conflict", "rejected"]);
    assert_eq!(office.answers().await, 2);
}

#[tokio::test]
async fn a_clock_that_lies_is_shifted_and_pointed_out_never_refused() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, mut tablet) = office.paired(&mut admin).await;
    office.site.wait(3 * 24 * 60);
    let (today, now) = (Day::at(office.now()).number(), office.now());
    for (n, clock) in [(1, 0), (2, 4_070_908_800_000)] {
        let batch = office.batch(clock, &[office.tap(n, "4", clock - MINUTE)]);
        assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &batch).await), ["stored"]);
    }
    let dated: &'static str = Box::leak(format!("SELECT COUNT(*) FROM responses WHERE day = {today}").into_boxed_str());
    assert_eq!(office.number(dated).await, 2);
    admin.sign_in("an", crate::site::PASSWORD).await;
    assert!(admin.get(&page).await.text.contains("Nhanh"));
    // A tap of yesterday is dated yesterday, one before the pairing on its day, one of tomorrow today.
    let day = 24 * 60 * MINUTE;
    let items = [office.tap(3, "4", now - day), office.tap(4, "4", now - 400 * day), office.tap(5, "4", now + day)];
    assert_eq!(results(&tell(&mut tablet, "/kiosk/batch", &office.batch(now, &items)).await), ["stored"; 3]);
    let days = "SELECT CAST(SUM(day) AS BIGINT) FROM responses WHERE n > 2";
    let expected = [now - day, now - 3 * day, now].iter().map(|at| Day::at(*at).number()).sum::<i64>();
    assert_eq!(office.number(days).await, expected);
}

#[tokio::test]
async fn what_a_revoked_tablet_sends_is_put_aside_and_never_counted() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (page, mut tablet) = office.paired(&mut admin).await;
    let now = office.now();
    let before = office.tap(1, "5", now);
    tell(&mut tablet, "/kiosk/batch", &office.batch(now, std::slice::from_ref(&before))).await;
    assert_eq!(admin.post(&format!("{page}/revoke"), &[]).await.status, StatusCode::SEE_OTHER);
    let batch = office.batch(now, &[before, office.tap(2, "1", now), office.tap(3, "1", now)]);
    for _ in 0..2 {
        let told = tell(&mut tablet, "/kiosk/batch", &batch).await;
        assert_eq!(results(&told), ["duplicate", "quarantined", "quarantined"]);
        assert_eq!(read(&told)["state"], "revoked");
    }
    assert_eq!(office.answers().await, 1);
    assert_eq!(office.number("SELECT COUNT(*) FROM kiosk_quarantine").await, 2);
    assert_eq!(read(&tablet.get("/kiosk/setup").await)["state"], "revoked");
    let text = admin.get(&page).await.text;
    assert!(text.contains("Ngừng dùng từ") && text.contains("để riêng cho người giám sát</dt><dd>2<"), "{text}");
}

#[tokio::test]
async fn a_key_is_renewed_each_month_and_the_old_one_works_until_the_new_one_is_used() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, mut tablet) = office.paired(&mut admin).await;
    tablet.get("/kiosk/setup").await;
    let old = tablet.clone();
    office.site.wait(31 * 24 * 60);
    let renewed = tablet.get("/kiosk/setup").await;
    assert!(renewed.cookies()[0].starts_with("kiosk=hlk_"));
    assert_ne!(old.cookies["kiosk"], tablet.cookies["kiosk"]);
    assert_eq!(read(&old.clone().get("/kiosk/setup").await)["state"], "paired", "the answer may have been lost");
    assert_eq!(read(&tablet.get("/kiosk/setup").await)["state"], "paired");
    assert_eq!(
        read(&old.clone().get("/kiosk/setup").await)["state"],
        "paired",
        "or the power may go before it is kept"
    );
    office.site.wait(6);
    assert_eq!(read(&tablet.get("/kiosk/setup").await)["state"], "paired");
    assert_eq!(old.clone().get("/kiosk/setup").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_door_of_batches_takes_nothing_else() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, mut tablet) = office.paired(&mut admin).await;
    let batch = office.batch(office.now(), &[office.tap(1, "5", office.now())]).to_string();
    let mut stranger = office.site.stranger();
    assert_eq!(stranger.send_json("/kiosk/batch", batch.clone(), &[]).await.status, StatusCode::UNAUTHORIZED);
    for site in ["cross-site", "same-site", "none"] {
        let refused = tablet.send_json("/kiosk/batch", batch.clone(), &[("sec-fetch-site", site)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{site}");
    }
    let form = tablet.ask(Method::POST, "/kiosk/batch", Some("a=b".into()), &[]).await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = " ".repeat(512 * 1024 + 1);
    assert_eq!(tablet.send_json("/kiosk/batch", large, &[]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let many: Vec<Value> = (0..101).map(|n| office.tap(n, "5", office.now())).collect();
    let many = office.batch(office.now(), &many).to_string();
    assert_eq!(tablet.send_json("/kiosk/batch", many, &[]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(tablet.send_json("/kiosk/batch", "{".into(), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.answers().await, 0);
    // The key opens nothing else.
    assert_eq!(tablet.get("/admin/kiosks").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn twelve_copies_of_one_batch_at_once_are_stored_once() {
    let office = Office::new().await;
    let mut admin = office.admin().await;
    let (_, tablet) = office.paired(&mut admin).await;
    let now = office.now();
    let items: Vec<Value> = (1..=10).map(|n| office.tap(n, "4", now)).collect();
    let batch = office.batch(now, &items);
    let copies = (0..12).map(|_| {
        let (mut tablet, batch) = (tablet.clone(), batch.clone());
        async move { tell(&mut tablet, "/kiosk/batch", &batch).await.status }
    });
    let mut all = Vec::new();
    for status in futures_all(copies).await {
        all.push(status);
    }
    assert_eq!(all, [StatusCode::OK; 12]);
    assert_eq!(office.answers().await, 10);
}

async fn futures_all<F: std::future::Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (one, done) in all.iter_mut().zip(done.iter_mut()).filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(output) = one.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(done.drain(..).flatten().collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn the_code_that_a_tablet_shows_is_answered_as_at_any_counter() {
    let office = Office::new().await;
    let point = office.site.app.catalogue().all_points().into_iter().find(|p| p.channel == Channel::Kiosk).unwrap();
    let (code, _) = hailong::flow::collect::catalogue::open_codes(&office.site.keys, &point.sealed).unwrap();
    let mut person = office.site.stranger();
    let path = format!("/q/{}?t=khac", code.as_str());
    let page = person.get(&path).await;
    let visit = page.between("name=\"visit\" value=\"", "\"").to_owned();
    let sent = person.post_public(&path, &[("visit", &visit), ("overall", "4")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(office.number("SELECT COUNT(*) FROM responses WHERE channel = 'counter'").await, 1);
}

impl Person<'_> {
    pub async fn send_json(&mut self, path: &str, body: String, head: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(Method::POST).uri(path).header("host", "site.test");
        request = request.header("content-type", "application/json");
        for (name, value) in head {
            request = request.header(*name, *value);
        }
        self.send_request(request, Body::from(body)).await
    }

    async fn post_public(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = crate::site::form(fields);
        self.ask(Method::POST, path, Some(body), &[("sec-fetch-site", "same-origin")]).await
    }
}
