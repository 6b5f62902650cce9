//! People who sign in: the first one, invitations, passwords, sessions, and how guessing is slowed.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use hailong::clock::Stopwatch;
use hailong::domain::account::{Function, Role};
use hailong::flow::people::links;
use hailong::store::Db;
use hailong::web::Settings;
use sha2::{Digest, Sha256};

use crate::site::{NOW, PASSWORD, Person, Site, form};

/// One column of text.
pub async fn texts(db: &Db, sql: &'static str) -> Vec<String> {
    match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
    }
}

pub async fn acts(site: &Site) -> Vec<String> {
    texts(&site.world.db, "SELECT act FROM audit ORDER BY n").await
}

async fn setup_path(site: &Site) -> Option<String> {
    let token = links::for_setup(&site.world.db, &site.keys, site.clock.now_ms()).await.unwrap();
    token.map(|token| format!("/link/{token}"))
}

const FIRST: [(&str, &str); 3] = [("name", "Trần Văn Bình"), ("login", "Binh"), ("password", PASSWORD)];

#[tokio::test]
async fn the_setup_link_makes_the_first_administrator_once() {
    let site = Site::new().await;
    let path = setup_path(&site).await.unwrap();
    let mut person = site.stranger();
    assert!(person.get(&path).await.text.contains("Lập tài khoản quản trị đầu tiên"));
    let page = person.post(&path, &FIRST).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/sign-in?lang=vi&moi=1"));
    assert!(person.get("/sign-in?moi=1").await.text.contains("Mật khẩu đã được đặt"));
    assert_eq!(person.try_sign_in("BINH", PASSWORD).await.location(), "/account/second-factor?lang=vi");
    assert!(
        person.get("/admin/users").await.location().starts_with("/account/second-factor"),
        "an authenticator first"
    );

    let mut second = site.stranger();
    assert_eq!(second.get(&path).await.status, StatusCode::GONE);
    assert_eq!(second.post(&path, &FIRST).await.status, StatusCode::GONE);
    assert_eq!(setup_path(&site).await, None, "there is nothing left to set up");
    assert_eq!(acts(&site).await, ["set-up", "signed-in"]);
}

#[tokio::test]
async fn a_link_that_is_old_replaced_or_made_up_shows_the_same_page() {
    let site = Site::new().await;
    let old = setup_path(&site).await.unwrap();
    let path = setup_path(&site).await.unwrap();
    let mut person = site.stranger();
    let told = person.get("/link/AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(told.status, StatusCode::GONE);
    assert_eq!(person.get(&old).await.text, told.text, "a second start makes the first link useless");
    site.wait(29);
    assert_eq!(person.get(&path).await.status, StatusCode::OK);
    site.wait(1);
    assert_eq!(person.get(&path).await.text, told.text);
    assert_eq!(person.post(&path, &FIRST).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn weak_passwords_are_refused_with_what_to_do_and_nothing_is_used_up() {
    let site = Site::department().await;
    let path = setup_path(&site).await.unwrap();
    let mut person = site.stranger();
    for (password, said) in [
        ("ngắn quá thôi", "Đặt mật khẩu dài từ 15 ký tự trở lên."),
        ("123456789123456789", "có nhiều người dùng"),
        ("tran van binh 12", "chứa tên người"),
        ("HaiLong 2026 abc xyz", "chứa tên người"),
        (&"dài ".repeat(40), "nhiều nhất 128 ký tự"),
    ] {
        let fields = [FIRST[0], FIRST[1], ("password", password)];
        let page = person.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(page.text.contains(said), "{password}: {}", page.text);
        assert!(page.text.contains("<title>Lỗi: ") && page.text.contains("Trần Văn Bình"));
        assert!(!page.text.contains(password), "the page tells the password again");
    }
    assert_eq!(person.post(&path, &FIRST).await.status, StatusCode::SEE_OTHER);
    // Twelve are enough for a head of unit, but not with the unit's name in them.
    let (_, token) =
        site.operator().add("hoa", "Lê Hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await.unwrap();
    let name = site.app.catalogue().unit_by_code("SGD-GL.VP").unwrap().name.clone();
    let path = format!("/link/{token}");
    let page = person.post(&path, &[("password", &format!("{name} 99"))]).await;
    assert!(page.text.contains("chứa tên người"), "{}", page.text);
    assert_eq!(person.post(&path, &[("password", "mười hai chữ")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_words_in_the_same_time() {
    let site = Site::new().await;
    site.account("quang", &[]).await;
    let mut quickest = [Duration::MAX; 2];
    let mut pages = Vec::new();
    let apart = |[known, unknown]: [Duration; 2]| known.abs_diff(unknown).as_secs_f64() / known.as_secs_f64();
    // The quickest of many tries is what the work takes; more of them are made while the machine is busy with others.
    for turn in 0..60 {
        for (i, login) in ["quang", "khong-co"].into_iter().enumerate() {
            // From elsewhere each time, past the quiet time: nothing is throttled.
            site.wait(16);
            let mut person = site.stranger();
            let watch = Stopwatch::start();
            let page = person.try_sign_in(login, "không phải mật khẩu").await;
            quickest[i] = quickest[i].min(watch.elapsed());
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            if turn == 0 {
                pages.push(page.text.replace(login, "?"));
            }
        }
        if turn >= 4 && apart(quickest) < 0.35 {
            break;
        }
    }
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0].contains("Tên đăng nhập hoặc mật khẩu chưa đúng."));
    assert!(apart(quickest) < 0.35, "known and unknown: {quickest:?}");
}

#[tokio::test]
async fn guessing_is_slowed_and_nobody_is_locked_out() {
    let site = Site::new().await;
    let mut owner = site.person("an", &[]).await;
    site.account("binh", &[]).await;
    site.wait(1);
    let mut attacker = site.stranger();
    let mut tries = 0;
    let told = loop {
        tries += 1;
        assert!(tries <= 30, "thirty tries and no wait");
        let page = attacker.try_sign_in("an", &format!("guess number {tries}")).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            break page;
        }
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    };
    assert_eq!(tries, 6);
    assert_eq!(told.head["retry-after"], "1");
    assert!(told.text.contains("Thử lại sau 1 phút."), "{}", told.text);
    // Not even the right password helps a browser that is not known; a name that does not exist waits likewise.
    assert_eq!(attacker.try_sign_in("an", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut other = site.stranger();
    for _ in 0..5 {
        assert_eq!(other.try_sign_in("khong-co", "x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(other.try_sign_in("khong-co", "x").await.status, StatusCode::TOO_MANY_REQUESTS);
    other.sign_in("binh", PASSWORD).await;
    let page = owner.get("/account").await;
    assert_eq!(page.status, StatusCode::OK);
    owner.cookies.remove("sid");
    owner.sign_in("an", PASSWORD).await;
    // The attacker cannot pass for that browser by taking its cookie's word for another name.
    let mut known = site.stranger();
    known.cookies.insert("kb".into(), other.cookies["kb"].clone());
    assert_eq!(known.try_sign_in("an", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.wait(15);
    attacker.sign_in("an", PASSWORD).await;
}

#[tokio::test]
async fn more_passwords_than_can_wait_are_told_to_come_back() {
    let site = Site::new().await;
    site.account("an", &[]).await;
    let mut people: Vec<Person<'_>> = (0..40)
        .map(|i| {
            let mut person = site.stranger();
            person.address = format!("10.0.0.{i}").parse().unwrap();
            person
        })
        .collect();
    let logins: Vec<String> = (0..40).map(|i| format!("name{i}")).collect();
    let tries = people.iter_mut().zip(&logins).map(|(person, login)| person.try_sign_in(login, "x"));
    let mut statuses: Vec<u16> = join_all(tries).await.iter().map(|page| page.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 18, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 503).count(), 22, "{statuses:?}");
}

/// Runs all at once in this task.
async fn join_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(move |context| {
        for (one, done) in &mut all {
            if done.is_none()
                && let std::task::Poll::Ready(output) = one.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        match all.iter().all(|(_, done)| done.is_some()) {
            true => std::task::Poll::Ready(all.drain(..).map(|(_, done)| done.unwrap()).collect()),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_session_is_known_by_a_cookie_that_the_database_does_not_hold() {
    let site = Site::new().await;
    site.account("an", &[]).await;
    let mut person = site.stranger();
    let page = person.try_sign_in("an", PASSWORD).await;
    let sid = person.cookies["sid"].clone();
    assert_eq!(sid.len(), 43);
    assert!(page.cookies().contains(&&*format!("sid={sid}; Path=/; HttpOnly; SameSite=Lax")), "{:?}", page.cookies());
    assert!(page.cookies().iter().any(|cookie| cookie.starts_with("kb=") && cookie.contains("Max-Age=15552000")));
    const HASHES: &str = "SELECT hash FROM sessions";
    let hashes: Vec<Vec<u8>> = match &site.world.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(HASHES).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(HASHES).fetch_all(pool).await.unwrap(),
    };
    assert_eq!(hashes, [Sha256::digest(&sid).to_vec()]);

    // Signing in again gives another value, and the one before is dead.
    let mut thief = site.stranger();
    thief.cookies.insert("sid".into(), sid.clone());
    assert_eq!(thief.get("/account").await.status, StatusCode::OK);
    person.sign_in("an", PASSWORD).await;
    assert_ne!(person.cookies["sid"], sid);
    assert_eq!(thief.get("/account").await.status, StatusCode::SEE_OTHER);

    let page = person.post("/sign-out", &[]).await;
    assert_eq!(page.head["clear-site-data"], "\"cache\", \"cookies\", \"storage\"");
    assert_eq!(texts(&site.world.db, "SELECT CAST(id AS TEXT) FROM sessions").await.len(), 0);
}

#[tokio::test]
async fn over_tls_cookies_are_bound_to_it_and_to_this_host() {
    let url = "https://site.test".to_owned();
    let site = Site::with(Settings { public_url: Some(url.clone()), own_url: url, ..Settings::default() }).await;
    site.account("an", &[]).await;
    let mut person = site.stranger();
    let page = person.try_sign_in("an", PASSWORD).await;
    let sid = page.cookies().iter().find(|cookie| cookie.starts_with("__Host-sid=")).unwrap().to_string();
    let value =
        sid.strip_prefix("__Host-sid=").and_then(|rest| rest.strip_suffix("; Path=/; Secure; HttpOnly; SameSite=Lax"));
    assert_eq!(value.map(str::len), Some(43), "{sid}");
    assert!(page.cookies().iter().any(|cookie| cookie.starts_with("__Host-kb=")));
    assert_eq!(person.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s10_another_host_than_the_public_one_is_misdirected() {
    let url = "https://site.test".to_owned();
    let site = Site::with(Settings { public_url: Some(url.clone()), own_url: url, ..Settings::default() }).await;
    let status = async |path: &str, host: &str| {
        let request = axum::http::Request::get(path).header("host", host).body(axum::body::Body::empty()).unwrap();
        site.send(request).await
    };
    for path in ["/", "/sign-in", "/results", "/static/app.css", "/q/AAAA", "/link/x"] {
        for host in ["evil.test", "site.test.evil.test", "site.test:8080", "127.0.0.1"] {
            let page = status(path, host).await;
            assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{path} {host}");
            assert!(
                !page.text.contains(host) && page.cookies().is_empty() && page.location().is_empty(),
                "{path} {host}"
            );
        }
        assert_ne!(status(path, "SITE.test").await.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
    }
    assert_eq!(status("/healthz", "127.0.0.1").await.status, StatusCode::OK, "who probes knows no name");
}

#[tokio::test]
async fn sessions_end_when_idle_when_old_and_when_there_are_too_many() {
    let site = Site::new().await;
    site.account("an", &[]).await;
    let mut person = site.stranger();
    person.sign_in("an", PASSWORD).await;
    site.wait(29);
    assert_eq!(person.get("/account").await.status, StatusCode::OK);
    site.wait(29);
    assert_eq!(person.get("/account").await.status, StatusCode::OK, "each use counts");
    site.wait(30);
    let ended = person.get("/account").await;
    assert_eq!(ended.location(), "/sign-in?lang=vi&het=1&to=/account");
    assert!(person.get(ended.location()).await.text.contains("Phiên làm việc đã hết."));

    person.sign_in("an", PASSWORD).await;
    for _ in 0..35 {
        site.wait(20);
        assert_eq!(person.get("/account").await.status, StatusCode::OK);
    }
    site.wait(20);
    assert_eq!(person.get("/account").await.status, StatusCode::SEE_OTHER, "twelve hours are the end");

    let mut browsers = Vec::new();
    for _ in 0..6 {
        let mut browser = site.stranger();
        browser.sign_in("an", PASSWORD).await;
        browsers.push(browser);
    }
    assert_eq!(browsers[0].get("/account").await.status, StatusCode::SEE_OTHER, "the oldest ended");
    assert_eq!(browsers[1].get("/account").await.status, StatusCode::OK);
    browsers[1].post("/account/sessions", &[]).await;
    assert_eq!(browsers[1].get("/account").await.status, StatusCode::OK);
    for browser in &mut browsers[2..] {
        assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER, "ended from elsewhere");
    }
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let site = Site::new().await;
    site.account("an", &[]).await;
    let (mut here, mut there) = (site.stranger(), site.stranger());
    here.sign_in("an", PASSWORD).await;
    there.sign_in("an", PASSWORD).await;
    here.get("/account/password").await;
    let wrong = here.post("/account/password", &[("present-password", "x"), ("password", "một câu khác hẳn")]).await;
    assert!(wrong.text.contains("Mật khẩu hiện tại chưa đúng."), "{}", wrong.text);
    let new = [("present-password", PASSWORD), ("password", "một câu khác hẳn")];
    assert_eq!(here.post("/account/password", &new).await.location(), "/account?lang=vi&doi=1");
    assert_eq!(here.get("/account").await.status, StatusCode::OK);
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(there.try_sign_in("an", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    there.sign_in("an", "một câu khác hẳn").await;
}

/// What it is, and method, body and further fields of the head.
type Forged<'a> = (&'static str, Method, Option<String>, Vec<(&'a str, &'a str)>);

#[tokio::test]
async fn forged_requests_change_nothing() {
    let site = Site::new().await;
    let mut person = site.person("an", &[]).await;
    let mut other = site.person("binh", &[]).await;
    let own = person.csrf.clone();
    let same = ("sec-fetch-site", "same-origin");
    let with = |csrf: &str| Some(form(&[("csrf", csrf)]));
    let cases: [Forged<'_>; 8] = [
        ("no token", Method::POST, with(""), vec![same]),
        ("no body", Method::POST, Some(String::new()), vec![same]),
        ("another's token", Method::POST, with(&other.csrf), vec![same]),
        ("a token cut short", Method::POST, with(&own[..21]), vec![same]),
        ("from another site", Method::POST, with(&own), vec![("sec-fetch-site", "cross-site")]),
        ("from another origin", Method::POST, with(&own), vec![("origin", "https://evil.test")]),
        ("the token twice", Method::POST, Some(form(&[("csrf", &own), ("csrf", &own)])), vec![same]),
        ("by GET", Method::GET, None, vec![]),
    ];
    for (what, method, body, head) in cases {
        let page = person.ask(method, "/sign-out", body, &head).await;
        assert!([403, 405].contains(&page.status.as_u16()), "{what}: {}", page.status);
        assert_eq!(person.clone().get("/account").await.status, StatusCode::OK, "{what}");
    }
    let page = person.ask(Method::POST, "/sign-out", None, &[same, ("content-type", "text/plain")]).await;
    assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(other.get("/account").await.status, StatusCode::OK);
    person.csrf = own;
    assert_eq!(person.post("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn weighty_acts_ask_for_the_password_again_and_keep_what_was_typed() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    assert!(Function::People.is_weighty());
    let form = admin.get("/admin/users/new").await;
    assert_eq!(form.status, StatusCode::OK);
    site.wait(11);
    assert_eq!(admin.get("/admin/users").await.status, StatusCode::OK, "looking is not weighty");
    assert_eq!(admin.get("/admin/users/new").await.location(), "/sign-in/again?lang=vi&to=/admin/users/new");
    let fields = [("name", "Lê <Hoa>"), ("login", "hoa"), ("role", ""), ("unit", "")];
    let page = admin.post("/admin/users/new", &fields).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("name=\"kept.name\" value=\"Lê &lt;Hoa&gt;\""), "{}", page.text);
    assert!(!page.text.contains("kept.csrf"));
    let kept = [("to", "/admin/users/new"), ("sends", "1"), ("kept.name", "Lê <Hoa>"), ("kept.login", "hoa")];
    let before = admin.cookies["sid"].clone();
    let wrong = [&kept[..], &[("password", "không đúng đâu nhé")]].concat();
    let page = admin.post("/sign-in/again", &wrong).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.text.contains("value=\"Lê &lt;Hoa&gt;\""));
    let page = admin.post("/sign-in/again", &[&kept[..], &[("password", PASSWORD)]].concat()).await;
    assert!(page.text.contains("Gửi phần đang nhập") && page.text.contains("name=\"login\" value=\"hoa\""));
    assert_ne!(admin.cookies["sid"], before);
    let page = admin.post("/admin/users/new", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);

    // After the session ended, likewise; and nobody is led to another site.
    site.wait(31);
    let page = admin.post("/admin/users/new", &fields).await;
    assert!(page.status == StatusCode::UNAUTHORIZED && page.text.contains("phần đang nhập vẫn được giữ"));
    let away = [("login", "an"), ("password", PASSWORD), ("to", "//evil.test/x")];
    assert_eq!(admin.post("/sign-in", &away).await.location(), "/sign-in/code?lang=vi");
    admin.get("/sign-in/code").await;
    let away = [("code", &*site.code("an")), ("to", "//evil.test/x")];
    assert_eq!(admin.post("/sign-in/code", &away).await.location(), "/account");
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_a_disabled_one_is_out_at_once() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let fields = [("name", "Lê Hoa"), ("login", "hoa@so.vn"), ("role", "manager"), ("unit", "SGD-GL.VP")];
    admin.get("/admin/users/new").await;
    let shown = admin.post("/admin/users/new", &fields).await.location().to_owned();
    let page = admin.get(&shown).await;
    let link = page.between("id=\"given-link\">http://site.test", "<").to_owned();
    assert!(page.text.contains("Trưởng đơn vị: "), "{}", page.text);
    // The address shows the link only to whoever made it.
    let mut other = site.person("binh", &[site.grant(Role::Admin, None)]).await;
    assert!(!other.get(&shown).await.text.contains("given-link"));
    let taken = admin.post("/admin/users/new", &fields).await;
    assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.text.contains("đã có người dùng"));

    let mut hoa = site.stranger();
    assert_eq!(hoa.try_sign_in("hoa@so.vn", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hoa.post(&link, &[("password", PASSWORD)]).await.status, StatusCode::SEE_OTHER);
    hoa.sign_in("HOA@so.vn", PASSWORD).await;
    assert_eq!(hoa.get("/admin/users").await.status, StatusCode::FORBIDDEN);

    let own = shown.split('?').next().unwrap().to_owned();
    admin.get(&format!("{own}/disable")).await;
    assert_eq!(admin.post(&format!("{own}/disable"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(hoa.get("/account").await.status, StatusCode::SEE_OTHER, "at the next request");
    assert_eq!(hoa.try_sign_in("hoa@so.vn", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    admin.post(&format!("{own}/enable"), &[]).await;
    hoa.sign_in("hoa@so.vn", PASSWORD).await;
    // A role given takes effect at the next sign-in, with a new session.
    let kept = format!("manager:{}", site.grant(Role::Manager, Some("SGD-GL.VP")).unit.unwrap().0);
    let page = admin.post(&format!("{own}/roles"), &[("keep", &kept), ("role", "leader"), ("unit", "")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert_eq!(hoa.get("/account").await.status, StatusCode::SEE_OTHER);
    hoa.sign_in("hoa@so.vn", PASSWORD).await;
    assert!(hoa.get("/account").await.text.contains("Lãnh đạo Sở: Tất cả đơn vị"));
    for expected in ["account-added", "link-made", "password-chosen", "refused", "disabled", "enabled", "roles-changed"]
    {
        assert!(acts(&site).await.iter().any(|act| act == expected), "{expected}");
    }
}

#[tokio::test]
async fn a_role_that_needs_a_longer_password_leads_to_choosing_one() {
    let site = Site::new().await;
    let (id, token) = site.operator().add("an", "Nguyễn An", &[]).await.unwrap();
    let mut person = site.stranger();
    person.post(&format!("/link/{token}"), &[("password", "mười hai chữ")]).await;
    person.sign_in("an", "mười hai chữ").await;
    site.operator().set_grants(id, &[site.grant(Role::Inspector, None)]).await.unwrap();
    let page = person.try_sign_in("an", "mười hai chữ").await;
    let link = page.location().to_owned();
    assert!(link.starts_with("/link/"), "{link}");
    assert!(person.get(&link).await.text.contains("từ 15 ký tự"));
    person.post(&link, &[("password", PASSWORD)]).await;
    assert_eq!(person.try_sign_in("an", PASSWORD).await.location(), "/account/second-factor?lang=vi");
}

#[tokio::test]
async fn the_audit_log_cannot_be_changed_is_linked_and_holds_no_secret() {
    let site = Site::department().await;
    let mut person = site.person("an", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    person.try_sign_in("an", "một lần gõ nhầm").await;
    for forbidden in ["UPDATE audit SET act = 'nothing'", "DELETE FROM audit"] {
        let refused = match &site.world.db {
            Db::Sqlite { write, .. } => sqlx::query(forbidden).execute(write).await.map(drop),
            Db::Postgres(pool) => sqlx::query(forbidden).execute(pool).await.map(drop),
        };
        assert!(refused.unwrap_err().to_string().contains("the audit log is append-only"), "{forbidden}");
    }
    type Row = (i64, i64, Option<i64>, String, String, String, String, Vec<u8>);
    const ROWS: &str = "SELECT n, at, account_id, act, subject, detail, request, hash FROM audit ORDER BY n";
    let rows: Vec<Row> = match &site.world.db {
        Db::Sqlite { read, .. } => sqlx::query_as(ROWS).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(ROWS).fetch_all(pool).await.unwrap(),
    };
    let mut previous = vec![0; 32];
    for (i, (n, at, account, act, subject, detail, request, hash)) in rows.iter().enumerate() {
        assert_eq!(*n, i as i64 + 1);
        let row = serde_json::to_string(&(n, at, account, act, subject, detail, request)).unwrap();
        assert_eq!(*hash, site.keys.link(b"a1", *n, &previous, row.as_bytes()), "row {n}");
        previous.clone_from(hash);
        for secret in [PASSWORD, "gõ nhầm", &person.cookies["sid"], "$argon2"] {
            assert!(!row.contains(secret), "{row}");
        }
    }
    let acts: Vec<&str> = rows.iter().map(|row| row.3.as_str()).collect();
    assert_eq!(acts, ["account-added", "link-made", "password-chosen", "signed-in"]);
    assert!(rows[3].6.len() == 16 && rows[0].6 == "server", "each row names its request");
}

#[tokio::test]
async fn i6_failures_to_sign_in_are_one_row_of_the_audit_log_for_each_account_and_hour() {
    use hailong::flow::people::tries;
    let site = Site::new().await;
    site.account("an", &[]).await;
    let mut person = site.stranger();
    for _ in 0..3 {
        person.try_sign_in("an", "sai mật khẩu").await;
        person.try_sign_in("khong-co", "sai mật khẩu").await;
    }
    let sum_up = || tries::sum_up(&site.world.db, &site.keys, site.clock.now_ms());
    sum_up().await.unwrap();
    assert!(!acts(&site).await.contains(&"sign-in-failed".to_owned()), "the hour is not over");
    site.wait(60);
    sum_up().await.unwrap();
    sum_up().await.unwrap();
    const ROWS: &str = "SELECT subject || ' ' || detail FROM audit WHERE act = 'sign-in-failed' ORDER BY n";
    let rows = texts(&site.world.db, ROWS).await;
    let hour = NOW - NOW % 3_600_000;
    assert_eq!(rows, [format!("nobody {{\"hour\":{hour},\"n\":3}}"), format!("account 1 {{\"hour\":{hour},\"n\":3}}")]);
    // After a day the counts are gone; the audit log stays.
    site.wait(24 * 60);
    sum_up().await.unwrap();
    for table in ["SELECT CAST(n AS TEXT) FROM sign_in_failures", "SELECT CAST(failures AS TEXT) FROM sign_in_tries"] {
        assert_eq!(texts(&site.world.db, table).await.len(), 0, "{table}");
    }
    assert_eq!(texts(&site.world.db, ROWS).await.len(), 2);
}

#[tokio::test]
async fn s8_all_processes_slow_guessing_together() {
    use hailong::flow::people::tries::{self, Tries};
    let site = Site::new().await;
    let (db, keys, now_ms) = (&site.world.db, &site.keys, site.clock.now_ms());
    // Ten at once from wherever: five go through.
    let all = join_all((0..10).map(|_| tries::begin(db, keys, now_ms, Tries::Name("an")))).await;
    let free = all.into_iter().filter(|wait| matches!(wait, Ok(None))).count();
    assert_eq!(free, 5);
    // Another process is another state over the same database.
    let mut person = site.stranger();
    assert_eq!(person.try_sign_in("an", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
}
