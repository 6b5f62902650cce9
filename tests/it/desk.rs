//! The officer's desk: the code of a case in one step, the same for the same case, never telling whether it was used.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use hailong::domain::account::{Role, Scope};
use hailong::domain::{AccountId, Channel, KioskId, PointId};
use hailong::flow::audit::By;
use hailong::flow::issue::desk::{self, Entered, Officer};
use hailong::flow::issue::{self, NewPoint, wake};
use hailong::flow::kiosk::{self, Office};
use hailong::flow::seal::verify::{self, Outside};
use hailong::web::limit::Peer;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::accounts::texts;
use crate::site::{NOW, Page, Person, Site, form as form_of};

const UNIT: &str = "SGD-GL.MC";
const CASE: &str = "000.00.12.H21-261123-0417";
const PROCEDURE: &str = "1.012944";

async fn officer(site: &Site) -> Person<'_> {
    let mut person = site.person("hoa", &[site.grant(Role::Officer, Some(UNIT))]).await;
    assert_eq!(person.get("/desk").await.status, StatusCode::OK);
    person
}

/// A case as the form sends it.
fn case<'a>(case: &'a str, event: &'a str) -> [(&'a str, &'a str); 5] {
    [("unit", UNIT), ("procedure", PROCEDURE), ("event", event), ("case", case), ("words", "vi")]
}

async fn issue(person: &mut Person<'_>, code: &str, event: &str) -> (String, Page) {
    let sent = person.post("/desk?lang=vi", &case(code, event)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let address = sent.location().to_owned();
    let page = person.get(&address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    (address, page)
}

async fn issue_as(person: &mut Person<'_>, fields: &[(&str, &str)]) -> Page {
    let sent = person.post("/desk", fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    person.get(sent.location()).await
}

fn typed(page: &Page) -> String {
    page.between("<p class=\"typed\">", "</p>").to_owned()
}

/// The answer that the citizen's form sends for a typed code.
pub async fn answer(site: &Site, typed: &str) -> Page {
    let mut citizen = site.stranger();
    let opened = citizen.post("/", &[("code", typed)]).await;
    let form = opened.location().to_owned();
    let page = citizen.get(&form).await;
    let visit = page.between("name=\"visit\" value=\"", "\"").to_owned();
    let name = page.between("type=\"radio\" name=\"", "\"").to_owned();
    let choice = page.between(&format!("name=\"{name}\" value=\""), "\"").to_owned();
    // A citizen's form carries no token of a session.
    let fields = form_of(&[("visit", &visit), (&name, &choice)]);
    let stored = citizen.ask(Method::POST, &form, Some(fields), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(stored.status, StatusCode::SEE_OTHER, "{}", stored.text);
    stored
}

#[tokio::test]
async fn a_case_gives_a_code_that_a_citizen_answers_once() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let (address, page) = issue(&mut hoa, CASE, "finished").await;
    assert!(page.text.contains("Thành lập hoặc cho phép thành lập trường trung học phổ thông"));
    assert!(page.text.contains("8/12/2026") || page.text.contains("08/12/2026"), "the last day: {}", page.text);
    assert!(!page.text.contains(CASE) && !address.contains("0417"), "the case stays nowhere");
    let stored = answer(&site, &typed(&page)).await;
    assert_eq!(site.stranger().get(&format!("/q/{}", stored.location().split('/').nth(2).unwrap())).await.status, 200);
}

#[tokio::test]
async fn the_same_case_and_event_give_the_same_code_however_it_was_scanned() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let first = typed(&issue(&mut hoa, CASE, "finished").await.1);
    for spelling in [" 000.00.12.h21-261123-0417\r\n", "*000.00.12.H21–261123–0417*", "]C1000.00.12.H21-261123-0417"]
    {
        assert_eq!(typed(&issue(&mut hoa, spelling, "finished").await.1), first, "{spelling:?}");
    }
    assert_ne!(typed(&issue(&mut hoa, CASE, "refused").await.1), first, "another event is asked about again");
    let counts = hoa.get("/desk").await;
    assert!(
        counts.text.contains("<td class=\"number\">5</td><td class=\"number\">2</td><td class=\"number\">0</td>"),
        "{}",
        counts.text
    );
}

#[tokio::test]
async fn refused_returned_and_late_cases_are_offered_like_finished_ones() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let form = hoa.get("/desk").await;
    let mut looks = Vec::new();
    for event in ["finished", "refused", "returned", "late", "received"] {
        assert!(form.text.contains(&format!("name=\"event\" value=\"{event}\">")), "none is chosen beforehand");
        let (_, page) = issue(&mut hoa, CASE, event).await;
        let card = page.between("<section class=\"code-card\">", "</section>");
        let (code, token) = (typed(&page), page.between("src=\"/desk/slip/", "/"));
        looks.push(card.replace(token, "").replace(&code, "").replace(&format!("event={event}"), ""));
    }
    assert!(looks.iter().all(|look| *look == looks[0]), "{looks:?}");
}

#[tokio::test]
async fn twenty_officers_at_once_get_one_code() {
    let site = Site::department().await;
    let account = site.account("hoa", &[site.grant(Role::Officer, Some(UNIT))]).await;
    let catalogue = site.app.catalogue();
    let entered = Entered { unit: UNIT, procedure: PROCEDURE, event: "finished", case: CASE };
    let one = || async {
        let officer = Officer { account, scope: &Scope::All, request: "test" };
        desk::issue(&site.world.db, &site.keys, &catalogue, NOW, officer, entered).await.unwrap()
    };
    let all = futures(20, one).await;
    assert!(all.iter().all(|id| *id == all[0]), "{all:?}");
    let officer = Officer { account, scope: &Scope::All, request: "test" };
    let today = desk::today(&site.world.db, NOW, officer).await.unwrap();
    assert_eq!((today.own.entered, today.own.issued), (20, 1));
}

/// Runs the same thing so many times at once.
pub async fn futures<T: Send, F: Future<Output = T>>(n: usize, one: impl Fn() -> F) -> Vec<T> {
    let mut running: Vec<_> = (0..n).map(|_| Box::pin(one())).collect();
    let mut done: Vec<Option<T>> = (0..n).map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (at, future) in running.iter_mut().enumerate().filter(|(at, _)| done[*at].is_none()).collect::<Vec<_>>() {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                done[at] = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_used_code_looks_exactly_like_one_that_is_not() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let (address, before) = issue(&mut hoa, CASE, "finished").await;
    let token = address.split(['/', '?']).nth(3).unwrap().to_owned();
    let files = ["code.svg", "slip-58", "slip-80", "slip-58.svg", "slip-80.svg", "slip-58.css"];
    let mut shown = Vec::new();
    for name in files {
        shown.push(hoa.get(&format!("/desk/slip/{token}/{name}")).await.text);
    }
    answer(&site, &typed(&before)).await;
    let after = hoa.get(&address).await;
    assert_eq!((after.status, &after.text), (StatusCode::OK, &before.text));
    for (name, text) in files.iter().zip(&shown) {
        assert_eq!(&hoa.get(&format!("/desk/slip/{token}/{name}")).await.text, text, "{name}");
    }
    let (_, again) = issue(&mut hoa, CASE, "finished").await;
    let bare = |page: &Page| page.between("<section class=\"code-card\">", "<ul class=\"ways\">").replace(&token, "");
    let other = again.between("src=\"/desk/slip/", "/").to_owned();
    assert_eq!(bare(&again).replace(&other, ""), bare(&before), "entered again, it looks the same");
}

#[tokio::test]
async fn what_is_mistyped_is_told_and_everything_entered_stays() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    for (field, value, words) in [
        ("case", "", "Quét hoặc gõ mã hồ sơ"),
        ("case", "000.00.12.H21-261344-0004", "không có ngày nào là «261344»"),
        ("case", "000.00.12.H21-261123", "Mã hồ sơ gồm mã đơn vị"),
        ("case", "000.00.12.HƯ21-261123-0417", "Tắt bộ gõ tiếng Việt"),
        ("event", "", "Chọn tình trạng hồ sơ"),
        ("procedure", "", "Gõ mã hoặc vài chữ trong tên thủ tục"),
        ("procedure", "không thể có", "Không có thủ tục nào như vậy tại Quầy Giáo dục"),
        ("unit", "", "Chọn đơn vị giải quyết hồ sơ"),
    ] {
        let mut fields = case(CASE, "refused");
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value;
        let page = hoa.post("/desk", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert!(page.text.contains(words), "{field}={value}: {}", page.text);
        assert!(page.text.contains("<title>Lỗi: "));
        if field != "case" {
            assert!(page.text.contains(&format!("name=\"case\" value=\"{CASE}\"")), "the case stays");
        }
        if field != "event" {
            assert!(page.text.contains("value=\"refused\" checked"), "the event stays");
        }
    }
    assert!(hoa.get("/desk").await.text.contains("<td class=\"number\">0</td>"), "nothing was counted");
}

#[tokio::test]
async fn words_of_a_procedure_find_it_or_give_a_choice() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let mut fields = case(CASE, "finished");
    fields[1].1 = "thanh lap truong trung hoc pho thong";
    let page = hoa.post("/desk", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let choice = page.between("<select id=\"procedure\"", "</select>");
    assert!(choice.contains(&format!("value=\"{PROCEDURE}\"")) && choice.contains("value=\"\""), "{choice}");
    fields[1].1 = "GIẢI THỂ trường trung học phổ thông theo đề nghị";
    let sent = hoa.post("/desk", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert!(sent.location().contains("procedure=1.012956"), "{}", sent.location());
    let next = hoa.get(sent.location()).await;
    assert!(next.text.contains("value=\"finished\" checked"), "the next case starts from the last one's choices");
    let kept = next.between("id=\"procedure\" name=\"procedure\" value=\"", "\"");
    assert!(kept.starts_with("Giải thể trường trung học phổ thông"), "{kept}");
}

#[tokio::test]
async fn an_address_fills_the_form_in_and_changes_nothing() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let page = hoa.get(&format!("/desk?case={CASE}&procedure={PROCEDURE}&event=late")).await;
    assert!(page.text.contains(&format!("name=\"case\" value=\"{CASE}\"")));
    assert!(page.text.contains("value=\"late\" checked"));
    assert!(page.text.contains("<button class=\"main\" type=\"submit\" autofocus"), "one key is left: {}", page.text);
    assert!(!page.text.contains(&format!("case={CASE}")), "no link of ours carries the case on");
    assert!(page.text.contains("<td class=\"number\">0</td><td class=\"number\">0</td>"));
}

#[tokio::test]
async fn another_unit_and_another_officer_are_absent() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let (address, first) = issue(&mut hoa, CASE, "finished").await;
    let mut colleague = site.person("binh", &[site.grant(Role::Officer, Some(UNIT))]).await;
    assert_eq!(colleague.get(&address).await.status, StatusCode::NOT_FOUND, "made for somebody else");
    let mut other = site.person("an", &[site.grant(Role::Officer, Some("SGD-GL.VP"))]).await;
    other.get("/desk").await;
    let mut fields = case(CASE, "late");
    let absent = other.post("/desk", &fields).await;
    fields[0].1 = "KHÔNG-CÓ";
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post("/desk", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The case of another office, however it is written: its code is not told here, and it gets no second one.
    fields[0].1 = "SGD-GL.VP";
    fields[2].1 = "finished";
    for spelling in [CASE, " 000.00.12.h21–261123-0417 "] {
        fields[3].1 = spelling;
        for (lang, sentence) in
            [("vi", "Hồ sơ này do đơn vị khác nhập"), ("en", "This case was entered by another unit")]
        {
            let told = other.post(&format!("/desk?lang={lang}"), &fields).await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(told.text.contains(sentence) && told.text.contains("href=\"#case\""), "{}", told.text);
            assert!(!told.text.contains(&typed(&first)));
        }
    }
    let invitations = texts(&site.world.db, "SELECT reference FROM invitations").await;
    assert_eq!(invitations.len(), 1);
    let counted = other.get("/desk").await;
    assert!(counted.text.contains("<td class=\"number\">0</td><td class=\"number\">0</td>"), "{}", counted.text);
    // Another thing that happened to it is asked about where it is entered first.
    fields[2].1 = "late";
    let own = issue_as(&mut other, &fields).await;
    assert_ne!(typed(&own), typed(&first));
    assert_eq!(typed(&issue(&mut hoa, CASE, "finished").await.1), typed(&first));
    // Tomorrow the address is old, and with the role the right to see it goes.
    site.wait(13 * 60);
    hoa.sign_in("hoa", crate::site::PASSWORD).await;
    assert_eq!(hoa.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_slip_prints_at_its_width_in_the_language_chosen() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let (address, _) = issue(&mut hoa, CASE, "returned").await;
    let token = address.split(['/', '?']).nth(3).unwrap().to_owned();
    for (width, words) in [("58", "en"), ("80", "vi")] {
        let css = hoa.get(&format!("/desk/slip/{token}/slip-{width}.css?words={words}")).await;
        assert!(css.text.starts_with(&format!("@page {{ size: {width}mm ")), "{}", css.text);
        assert_eq!(css.head["content-type"], "text/css; charset=utf-8");
        let svg = hoa.get(&format!("/desk/slip/{token}/slip-{width}.svg?words={words}")).await;
        assert!(svg.text.contains(&format!("width=\"{width}mm\"")) && svg.text.contains(&format!("lang=\"{words}\"")));
        let page = hoa.get(&format!("/desk/slip/{token}/slip-{width}?words={words}")).await;
        assert!(page.text.contains(&format!("slip-{width}.svg?lang=vi&amp;words={words}")), "{}", page.text);
    }
    for name in ["slip-57", "a4", "slip-58.txt", "code.png", "slip-58.pdf.svg"] {
        assert_eq!(hoa.get(&format!("/desk/slip/{token}/{name}")).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    site.wait(15 * 24 * 60);
    hoa.sign_in("hoa", crate::site::PASSWORD).await;
    let (later, page) = issue(&mut hoa, CASE, "returned").await;
    assert!(page.text.contains("Phiếu này đã hết hạn"), "{}", page.text);
    let token = later.split(['/', '?']).nth(3).unwrap();
    assert_eq!(hoa.get(&format!("/desk/slip/{token}/slip-58")).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_issue_is_audited_without_the_case_and_nothing_leads_from_an_officer_to_an_answer() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let (_, page) = issue(&mut hoa, CASE, "finished").await;
    let code = typed(&page).replace('-', "");
    answer(&site, &typed(&page)).await;
    let dump = dump(&site).await;
    let audit: Vec<&String> =
        dump.iter().filter(|line| line.starts_with("audit") && line.contains("slip-issued")).collect();
    assert_eq!(audit.len(), 1);
    assert!(audit[0].contains(&format!("unit {UNIT}")), "{audit:?}");
    for line in &dump {
        assert!(!line.contains(CASE) && !line.contains("261123-0417") && !line.contains(&code), "{line}");
    }
    assert!(
        dump.iter().any(|line| line.starts_with("slips")) && dump.iter().any(|line| line.starts_with("invitations"))
    );
}

/// What the tables that could join an officer, an invitation and an answer hold, as text.
async fn dump(site: &Site) -> Vec<String> {
    use hailong::store::Db;
    let tables = [
        ("audit", "SELECT act || ' ' || subject || ' ' || detail || ' ' || request FROM audit"),
        (
            "slips",
            "SELECT CAST(day AS TEXT) || ' ' || CAST(account_id AS TEXT) || ' ' || CAST(entered AS TEXT) FROM slips",
        ),
        ("invitations", "SELECT event || ' ' || form || ' ' || channel FROM invitations"),
        ("responses", "SELECT channel || ' ' || answers || ' ' || language FROM responses"),
    ];
    let mut lines = Vec::new();
    for (table, sql) in tables {
        let rows: Vec<String> = match &site.world.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
        };
        lines.extend(rows.into_iter().map(|row| format!("{table} {row}")));
    }
    lines
}

async fn tablet(site: &Site, unit: &str, label: &str) -> i64 {
    let catalogue = site.app.catalogue();
    let new = NewPoint { unit, procedure: None, channel: Channel::Kiosk, form: "procedure", label };
    let issued = issue::points(&site.world.db, &site.keys, &catalogue, NOW, By::OPERATOR, &[new]).await.unwrap();
    site.app.refresh().await.unwrap();
    issued[0].id.unwrap()
}

#[tokio::test]
async fn a_tablet_is_woken_within_the_scope_and_the_officer_learns_nothing() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let (address, page) = issue(&mut hoa, CASE, "finished").await;
    assert!(!page.text.contains("Mời đánh giá trên máy tính bảng</button>"), "there is no tablet");
    let (own, others) = (tablet(&site, UNIT, "Máy 1").await, tablet(&site, "SGD-GL.VP", "Máy khác").await);
    let bare = tablet(&site, UNIT, "Máy trống").await;
    for point in [own, others] {
        Tablet::pair(&site, point).await;
    }
    let page = hoa.get(&address).await;
    assert!(page.text.contains("Mời đánh giá trên máy tính bảng</button>") && !page.text.contains("Máy khác"));
    assert!(
        page.text.contains(&format!("type=\"hidden\" name=\"tablet\" value=\"{own}\"")),
        "no tablet stands at the other"
    );
    let (path, query) = address.split_once('?').unwrap();
    let wake_at = format!("{path}/wake?{query}");
    for tablet in [others.to_string(), bare.to_string(), "999999".into(), "x".into()] {
        assert_eq!(hoa.post(&wake_at, &[("tablet", &tablet)]).await.status, StatusCode::NOT_FOUND, "{tablet}");
    }
    let sent = hoa.post(&wake_at, &[("tablet", &own.to_string())]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let invited = hoa.get(sent.location()).await;
    assert!(invited.text.contains("role=\"status\">Đã mời.<"));
    let point = PointId(own);
    let woken = wake::of(&site.world.db, &site.keys, NOW, point).await.unwrap().unwrap();
    assert_eq!((woken.point, woken.expires_at), (point, NOW + wake::LIFE_MS));
    assert_eq!(
        wake::of(&site.world.db, &site.keys, NOW + wake::LIFE_MS, point).await.unwrap(),
        None,
        "over after a minute"
    );
    // Answered meanwhile or not: the officer sees the same, and the tablet is woken the same.
    answer(&site, &typed(&page)).await;
    assert_eq!(hoa.get(sent.location()).await.text, invited.text);
    let again = hoa.post(&wake_at, &[("tablet", &own.to_string())]).await;
    assert_eq!((again.status, again.location()), (sent.status, sent.location()));
    let later = wake::of(&site.world.db, &site.keys, NOW, point).await.unwrap().unwrap();
    assert!(later.n > woken.n && later.wake == woken.wake);
    wake::forget(&site.world.db, NOW + wake::LIFE_MS).await.unwrap();
    assert_eq!(wake::of(&site.world.db, &site.keys, NOW, point).await.unwrap(), None, "what is over is removed");
    let officer = Officer { account: hoa.account.unwrap_or(AccountId(0)), scope: &Scope::All, request: "test" };
    assert_eq!(desk::today(&site.world.db, NOW, officer).await.unwrap().own.woken, 2);
}

/// A tablet paired with a counter, as its program: it holds a key and speaks JSON.
struct Tablet<'a> {
    site: &'a Site,
    key: String,
}

impl<'a> Tablet<'a> {
    async fn pair(site: &'a Site, point: i64) -> Self {
        let (db, keys, catalogue) = (&site.world.db, &site.keys, site.app.catalogue());
        let office = Office { db, keys, now_ms: NOW, by: By::OPERATOR, scope: &Scope::All };
        let (_, code) = office.add(&catalogue, PointId(point), "Máy thử", true).await.unwrap();
        let entered = kiosk::pair(db, keys, NOW, "test", &code).await.unwrap();
        let ticket = if let kiosk::Pairing::Waits(_, ticket, _) = entered { Some(ticket) } else { None }.unwrap();
        let started = kiosk::start(db, keys, NOW, "test", &ticket).await.unwrap();
        let key = if let kiosk::Start::Key(key) = started { Some(key) } else { None }.unwrap();
        Self { site, key: key.as_str().to_owned() }
    }

    fn request(&self, method: Method, path: &str, body: Body) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "site.test")
            .header("cookie", format!("kiosk={}", self.key))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        request.extensions_mut().insert(Peer((std::net::Ipv4Addr::LOCALHOST, 40_000).into()));
        request
    }

    /// Asks what to show.
    async fn wake(&self) -> Value {
        let page = self.site.send(self.request(Method::GET, "/kiosk/wake", Body::empty())).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        serde_json::from_str::<Value>(&page.text).unwrap()["wake"].take()
    }

    /// Listens for events.
    async fn listen(&self) -> Body {
        let response = self.site.open(self.request(Method::GET, "/kiosk/events", Body::empty())).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        response.into_body()
    }

    /// Hands in one tap; gives what became of it.
    async fn tap(&self, id: u8, invitation: Option<&str>) -> Value {
        let catalogue = self.site.app.catalogue();
        let form = catalogue.latest("procedure").unwrap();
        let opening = form.opening().unwrap();
        let id = data_encoding::BASE64URL_NOPAD.encode(&[id; 16]);
        let mut item = json!({
            "id": id, "form": form.id.0, "at": NOW, "lang": "vi",
            "answers": [[opening.name, opening.choices[0].name]],
        });
        if let Some(code) = invitation {
            item["invitation"] = code.into();
        }
        let batch = json!({ "device_now": NOW, "waiting": 1, "version": "test", "items": [item] });
        let request = self.request(Method::POST, "/kiosk/batch", Body::from(batch.to_string()));
        let page = self.site.send(request).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        serde_json::from_str::<Value>(&page.text).unwrap()["results"][0].take()
    }
}

/// Reads a stream until it has told of a wake.
async fn next_wake(stream: &mut Body) -> Value {
    let mut text = String::new();
    let read = async {
        loop {
            let frame = stream.frame().await.expect("the stream goes on").unwrap();
            text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
            if let Some((event, _)) = text.split_once("event: wake").and_then(|(_, rest)| rest.split_once("\n\n")) {
                return serde_json::from_str(event.split_once("data: ").unwrap().1).unwrap();
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), read).await.expect("woken within the time")
}

#[tokio::test]
async fn the_tablet_of_the_counter_hears_of_a_case_and_its_answer_uses_the_invitation_up_once() {
    let site = Site::department().await;
    let mut hoa = officer(&site).await;
    let own = tablet(&site, UNIT, "Máy 1").await;
    let other = tablet(&site, UNIT, "Máy 2").await;
    let (own_tablet, other_tablet) = (Tablet::pair(&site, own).await, Tablet::pair(&site, other).await);
    let app = site.app.clone();
    let telling = tokio::spawn(async move { app.tablets.tell(&app.db, &app.keys, &app.clock, &app.stopping).await });
    assert_eq!(own_tablet.wake().await, Value::Null);
    let mut stream = own_tablet.listen().await;
    let mut others = other_tablet.listen().await;

    let (address, _) = issue(&mut hoa, CASE, "finished").await;
    let (path, query) = address.split_once('?').unwrap();
    let wake_at = format!("{path}/wake?{query}");
    let sent = hoa.post(&wake_at, &[("tablet", &own.to_string())]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let told = next_wake(&mut stream).await;
    assert!(told["procedure"].as_str().unwrap().starts_with("Thành lập hoặc cho phép"), "{told}");
    assert_eq!((told["lang"].as_str(), told["left_ms"].as_i64()), (Some("vi"), Some(wake::LIFE_MS)));
    assert_eq!(own_tablet.wake().await, told, "asking tells the same");
    assert_eq!(next_wake(&mut own_tablet.listen().await).await, told, "and so does coming back");
    assert_eq!(other_tablet.wake().await, Value::Null, "only the tablet of the counter");
    let quiet = async { others.frame().await.unwrap().unwrap().into_data().unwrap() };
    assert_eq!(quiet.await, "retry: 50\n\n");
    assert!(tokio::time::timeout(std::time::Duration::from_millis(600), others.frame()).await.is_err());

    let code = told["invitation"].as_str().unwrap().to_owned();
    let shown = hoa.get(sent.location()).await.text;
    assert_eq!(own_tablet.tap(1, Some(&code)).await["result"], "stored");
    assert_eq!(own_tablet.tap(1, Some(&code)).await["result"], "duplicate", "sent again");
    assert_eq!(
        own_tablet.tap(2, Some(&code)).await["result"],
        "duplicate",
        "the case has its answer, and nobody is told"
    );
    assert_eq!(own_tablet.tap(3, None).await["result"], "stored", "the general question goes on");
    assert_eq!(own_tablet.tap(4, Some("ZZZZZZZZZZZZZZZZ")).await["reason"], "invitation");
    assert_eq!(hoa.get(sent.location()).await.text, shown, "the officer sees nothing of it");
    let responses = dump(&site).await.into_iter().filter(|line| line.starts_with("responses kiosk")).count();
    assert_eq!(responses, 2);
    // Woken again for the answered case it asks just the same.
    hoa.post(&wake_at, &[("tablet", &own.to_string())]).await;
    let again = next_wake(&mut stream).await;
    assert_eq!((&again["invitation"], &again["left_ms"]), (&told["invitation"], &told["left_ms"]));
    site.clock.set(NOW + wake::LIFE_MS);
    assert_eq!(own_tablet.wake().await, Value::Null, "after a minute it is over");
    site.app.stopping.cancel();
    telling.await.unwrap();
    let rest = tokio::time::timeout(std::time::Duration::from_secs(2), stream.collect()).await;
    assert!(rest.is_ok(), "a stop ends the streams");
    let verified = verify::run(&site.world.db, &site.keys, &Outside::default()).await.unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
}

#[tokio::test]
async fn only_a_tablet_in_use_is_told() {
    let site = Site::department().await;
    let own = tablet(&site, UNIT, "Máy 1").await;
    let mut tablet = Tablet::pair(&site, own).await;
    let office = Office { db: &site.world.db, keys: &site.keys, now_ms: NOW, by: By::OPERATOR, scope: &Scope::All };
    let kiosk = office.all().await.unwrap()[0].id;
    let tablets = |now_ms| {
        desk::tablets(&site.world.db, now_ms, Officer { account: AccountId(0), scope: &Scope::All, request: "test" })
    };
    assert_eq!(tablets(NOW + kiosk::SILENT_MS).await.unwrap().len(), 1);
    assert_eq!(tablets(NOW + kiosk::SILENT_MS + 1).await.unwrap().len(), 0, "one that is missing is not offered");
    office.revoke(KioskId(kiosk)).await.unwrap();
    assert_eq!(tablets(NOW).await.unwrap().len(), 0, "nor one that was switched off");
    for path in ["/kiosk/wake", "/kiosk/events"] {
        let page = site.send(tablet.request(Method::GET, path, Body::empty())).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    tablet.key = "x".into();
    for path in ["/kiosk/wake", "/kiosk/events"] {
        let page = site.send(tablet.request(Method::GET, path, Body::empty())).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}
