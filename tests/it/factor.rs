//! The second factor: setting it up, its codes, recovery codes, and what happens when all of them are lost.

use axum::http::StatusCode;
use hailong::domain::account::Role;
use hailong::domain::totp::{self, Seed};
use hailong::web::Settings;
use hailong::web::permit::Need;
use hailong::web::routes;

use crate::accounts::{acts, texts};
use crate::site::{PASSWORD, Page, Person, Site};

/// The seed that a page of setting up shows for typing.
fn shown(page: &Page) -> Seed {
    let typed = page.between("id=\"secret\">", "<").replace(' ', "");
    Seed::from_bytes(&data_encoding::BASE32_NOPAD.decode(typed.as_bytes()).unwrap()).unwrap()
}

/// An account that its roles ask for a second factor, and that has none yet, signed in by password.
async fn bare<'a>(site: &'a Site, login: &str, role: Role) -> Person<'a> {
    let id = site.account(login, &[]).await;
    site.operator().set_grants(id, &[site.grant(role, None)]).await.unwrap();
    let mut person = site.stranger();
    let page = person.try_sign_in(login, PASSWORD).await;
    assert!(page.location().starts_with("/account/second-factor"), "{} {}", page.status, page.text);
    person
}

async fn enrol(site: &Site, person: &mut Person<'_>) -> (Seed, Page) {
    let page = person.get("/account/second-factor").await;
    let seed = shown(&page);
    let code = seed.code(totp::step(site.clock.now_ms()));
    let offer = page.between("name=\"offer\" value=\"", "\"").to_owned();
    let page = person.post("/account/second-factor", &[("offer", &offer), ("code", &code)]).await;
    (seed, page)
}

fn recovery_codes(page: &Page) -> Vec<String> {
    let items = page.text.split("<code>").skip(1);
    items.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn s18_admin_and_inspector_set_up_a_second_factor_and_can_do_nothing_before() {
    let site = Site::department().await;
    for (login, role) in [("an", Role::Admin), ("giamsat", Role::Inspector)] {
        let mut person = bare(&site, login, role).await;
        for route in routes(site.app.clone()).table() {
            if !matches!(route.need, Need::SignedIn | Need::May(_)) || route.path.contains('{') {
                continue;
            }
            let page = match route.method {
                "GET" => person.clone().get(route.path).await,
                _ => person.clone().post(route.path, &[]).await,
            };
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{route:?}");
            assert!(page.location().starts_with("/account/second-factor?"), "{route:?}: {}", page.location());
        }
        let page = person.get("/account/second-factor").await;
        assert!(page.text.contains("phải dùng xác thực hai lớp"), "{}", page.text);
        let offer = page.between("name=\"offer\" value=\"", "\"").to_owned();
        let wrong = person.post("/account/second-factor", &[("offer", &offer), ("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(shown(&wrong).base32(), shown(&page).base32(), "the same seed stays on the page");
        let before = person.cookies["sid"].clone();
        let (_, page) = enrol(&site, &mut person).await;
        assert_eq!(recovery_codes(&page).len(), 10, "{}", page.text);
        assert_ne!(person.cookies["sid"], before, "another session");
        assert_eq!(person.get("/admin/users").await.status, StatusCode::OK);
        // The session from before is dead, and the seed of another's page cannot be set up.
        let mut thief = site.stranger();
        thief.cookies.insert("sid".into(), before);
        assert!(thief.get("/account").await.location().starts_with("/sign-in"));
    }
    let mut other = bare(&site, "binh", Role::Admin).await;
    let mut one = bare(&site, "chi", Role::Admin).await;
    let page = one.get("/account/second-factor").await;
    let (offer, code) =
        (page.between("name=\"offer\" value=\"", "\""), shown(&page).code(totp::step(site.clock.now_ms())));
    other.get("/account/second-factor").await;
    let stolen = other.post("/account/second-factor", &[("offer", offer), ("code", &code)]).await;
    assert!(stolen.location().starts_with("/account/second-factor"), "{}", stolen.status);
}

#[tokio::test]
async fn s18_each_code_counts_once_and_nobody_is_in_without_it() {
    let site = Site::department().await;
    let mut person = bare(&site, "an", Role::Admin).await;
    let (seed, _) = enrol(&site, &mut person).await;
    let now = totp::step(site.clock.now_ms());
    let mut again = site.stranger();
    let page = again.try_sign_in("an", PASSWORD).await;
    assert!(page.location().starts_with("/sign-in/code"), "{}", page.location());
    assert!(!again.cookies.contains_key("kb"), "a browser is not known before the code");
    // The password alone opens nothing, not even the page on which another authenticator is set up.
    for path in ["/account", "/admin/users", "/account/second-factor", "/sign-in/again"] {
        assert!(again.get(path).await.location().starts_with("/sign-in/code?"), "{path}");
    }
    let page = again.post("/admin/users/new", &[("name", "Lê Hoa"), ("login", "hoa")]).await;
    assert!(page.status == StatusCode::UNAUTHORIZED && page.text.contains("kept.name"), "{}", page.text);
    // The code with which it was set up, an earlier one and one far off are refused.
    for code in [seed.code(now), seed.code(now - 1), seed.code(now + 2), "".into(), "12345".into()] {
        let page = again.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        assert!(page.text.contains("autocomplete=\"one-time-code\"") && page.text.contains("<title>Lỗi: "));
    }
    site.wait(1);
    let (code, halfway) = (seed.code(totp::step(site.clock.now_ms())), again.cookies["sid"].clone());
    let kept = [("code", &*code), ("to", "/admin/users/new"), ("sends", "1"), ("kept.name", "Lê Hoa")];
    let page = again.post("/sign-in/code", &kept).await;
    assert!(page.text.contains("Gửi phần đang nhập"), "{} {}", page.status, page.text);
    assert!(again.cookies["sid"] != halfway && again.cookies.contains_key("kb"));
    assert_eq!(again.get("/admin/users").await.status, StatusCode::OK);
    let mut replay = site.stranger();
    replay.try_sign_in("an", PASSWORD).await;
    assert_eq!(replay.post("/sign-in/code", &[("code", &code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let last = acts(&site).await;
    assert_eq!(last.iter().filter(|act| *act == "signed-in").count(), 2, "{last:?}");
    // Nothing of the seed stands in the database in the clear, and no code anywhere.
    let kept = texts(&site.world.db, "SELECT detail FROM audit").await.join("\n");
    assert!(!kept.contains(&seed.base32()) && !kept.contains(&code), "{kept}");
}

#[tokio::test]
async fn s18_five_codes_a_minute_and_not_one_more() {
    let site = Site::department().await;
    site.account("an", &[site.grant(Role::Inspector, None)]).await;
    let mut person = site.stranger();
    person.try_sign_in("an", PASSWORD).await;
    for _ in 0..5 {
        let page = person.post("/sign-in/code", &[("code", "000000")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = person.post("/sign-in/code", &[("code", &site.code("an"))]).await;
    assert_eq!((page.status, &page.head["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"60".parse().unwrap()));
    // Not from another browser either, nor with a recovery code.
    let mut other = site.stranger();
    other.try_sign_in("an", PASSWORD).await;
    let page = other.post("/sign-in/code", &[("recovery", "AAAA-AAAA-AAAA-AAAA")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    site.wait(1);
    person.sign_in("an", PASSWORD).await;
}

#[tokio::test]
async fn s18_recovery_codes_work_once_each_and_are_kept_as_hashes() {
    let site = Site::department().await;
    let mut person = bare(&site, "an", Role::Admin).await;
    let (_, page) = enrol(&site, &mut person).await;
    let codes = recovery_codes(&page);
    assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
    assert!(codes.iter().all(|code| code.len() == 19), "80 bits in four groups: {codes:?}");
    let hashes = texts(&site.world.db, "SELECT hash FROM recovery_codes").await;
    assert!(hashes.len() == 10 && hashes.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456")));
    let mut lost = site.stranger();
    lost.try_sign_in("an", PASSWORD).await;
    assert!(lost.get("/sign-in/code?recovery=1").await.text.contains("Mã dự phòng"));
    let typed = codes[3].to_lowercase().replace('-', " ");
    let page = lost.post("/sign-in/code", &[("recovery", &typed)]).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/account"), "{}", page.text);
    let mut again = site.stranger();
    again.try_sign_in("an", PASSWORD).await;
    let page = again.post("/sign-in/code", &[("recovery", &codes[3])]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.text.contains("đã dùng"), "{}", page.text);
    // New ones make the old useless.
    let page = lost.get("/account/second-factor").await;
    assert!(page.text.contains("còn 9 mã dự phòng"), "{}", page.text);
    let page = lost.post("/account/second-factor/codes", &[]).await;
    assert_eq!(recovery_codes(&page).len(), 10);
    let old = again.post("/sign-in/code", &[("recovery", &codes[4])]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = again.post("/sign-in/code", &[("recovery", &recovery_codes(&page)[0])]).await;
    assert_eq!(new.location(), "/account");
}

#[tokio::test]
async fn s10_a_reset_link_does_not_pass_the_second_factor_and_an_administrator_can_take_it_off() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let mut lost = site.person("binh", &[site.grant(Role::Admin, None)]).await;
    let id = lost.account.unwrap();
    let token = site.operator().link(id).await.unwrap();
    lost.post(&format!("/link/{token}"), &[("password", "một câu khác hẳn rồi")]).await;
    let page = lost.try_sign_in("binh", "một câu khác hẳn rồi").await;
    assert!(page.location().starts_with("/sign-in/code"), "{}", page.location());
    let path = format!("/admin/users/{}/second-factor", id.0);
    assert!(admin.get(&path).await.text.contains("Gỡ xác thực hai lớp"));
    assert_eq!(admin.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "there is none any more");
    assert!(lost.get("/account").await.location().starts_with("/sign-in?"), "the session ended");
    let page = lost.try_sign_in("binh", "một câu khác hẳn rồi").await;
    assert!(page.location().starts_with("/account/second-factor"), "{}", page.location());
    assert_eq!(acts(&site).await.iter().filter(|act| *act == "factor-removed").count(), 1);
    // One's own cannot be taken off that way.
    let own = format!("/admin/users/{}/second-factor", admin.account.unwrap().0);
    assert_eq!(admin.post(&own, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s18_the_operator_can_ask_further_roles_for_it_and_anybody_may_have_it() {
    let own_url = "http://site.test".to_owned();
    let mfa_roles = [Role::Leader].into();
    let site = Site::with(Settings { own_url, mfa_roles, ..Settings::default() }).await;
    bare(&site, "giamdoc", Role::Leader).await;
    let mut free = site.person("hoa", &[site.grant(Role::Manager, None)]).await;
    assert_eq!(free.get("/account").await.status, StatusCode::OK);
    let (seed, page) = enrol(&site, &mut free).await;
    assert_eq!(recovery_codes(&page).len(), 10);
    let mut again = site.stranger();
    assert!(again.try_sign_in("hoa", PASSWORD).await.location().starts_with("/sign-in/code"));
    // Another authenticator takes the place of the first one, after the password.
    site.wait(11);
    assert!(free.get("/account/second-factor").await.location().starts_with("/sign-in/again"));
    free.get("/sign-in/again").await;
    free.post("/sign-in/again", &[("password", PASSWORD)]).await;
    let (another, _) = enrol(&site, &mut free).await;
    let step = totp::step(site.clock.now_ms()) + 1;
    let old = again.post("/sign-in/code", &[("code", &seed.code(step))]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.post("/sign-in/code", &[("code", &another.code(step))]).await.location(), "/manage");
}

#[tokio::test]
async fn what_the_page_draws_is_what_an_authenticator_reads() {
    let site = Site::department().await;
    let mut person = bare(&site, "an@so.vn", Role::Admin).await;
    let page = person.get("/account/second-factor").await;
    let seed = shown(&page);
    let symbol = hailong::present::qr::text(&seed.address("Hài Lòng", "an@so.vn")).unwrap();
    let side = symbol.size() + 8;
    assert!(page.text.contains(&format!("viewBox=\"0 0 {side} {side}\"")), "{}", page.text);
    let mut dark = vec![false; side * side];
    for (x, y, length) in symbol.runs() {
        let run = format!("M{} {}h{length}v1h-{length}z", x + 4, y + 4);
        assert!(page.text.contains(&run), "{run}");
        (0..length).for_each(|i| dark[(y + 4) * side + x + 4 + i] = true);
    }
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * 6, side * 6, |x, y| {
        if dark[y / 6 * side + x / 6] { 0 } else { 255 }
    });
    let read = image.detect_grids()[0].decode().unwrap().1;
    assert_eq!(read, seed.address("Hài Lòng", "an@so.vn"));
    assert_ne!(seed, crate::site::seed("an@so.vn"), "drawn, not made of the name");
}

#[tokio::test]
async fn s8_who_knows_the_password_alone_cannot_use_up_the_codes_of_a_known_browser() {
    let site = Site::department().await;
    let mut owner = site.person("an", &[site.grant(Role::Inspector, None)]).await;
    owner.cookies.remove("sid");
    let mut thief = site.stranger();
    thief.try_sign_in("an", PASSWORD).await;
    for _ in 0..5 {
        let page = thief.post("/sign-in/code", &[("code", "000000")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = thief.post("/sign-in/code", &[("code", "000000")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    owner.sign_in("an", PASSWORD).await;
    // A known browser has no more tries than any other.
    owner.cookies.remove("sid");
    owner.try_sign_in("an", PASSWORD).await;
    for _ in 0..5 {
        let page = owner.post("/sign-in/code", &[("code", "000000")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = owner.post("/sign-in/code", &[("code", &site.code("an"))]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_was_being_sent_is_kept_through_password_and_setting_up_however_often_a_session_ends() {
    let site = Site::department().await;
    let mut person = bare(&site, "an", Role::Admin).await;
    site.wait(11);
    let field = |page: &Page, name: &str| page.between(&format!("name=\"{name}\" value=\""), "\"").to_owned();
    let page = person.post("/admin/users/new", &[("name", "Lê Hoa"), ("login", "hoa")]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("action=\"/sign-in/again?"), "the password first: {}", page.text);
    let kept = [("to", "/admin/users/new"), ("sends", "1"), ("kept.name", "Lê Hoa"), ("kept.login", "hoa")];
    assert_eq!((field(&page, "kept.name"), field(&page, "to")), ("Lê Hoa".into(), "/admin/users/new".into()));
    // That session ends too: what is kept is kept once, and leads to where it was going.
    person.cookies.remove("sid");
    let page = person.post("/sign-in/again", &[&kept[..], &[("password", PASSWORD)]].concat()).await;
    assert_eq!((page.status, field(&page, "kept.name")), (StatusCode::UNAUTHORIZED, "Lê Hoa".into()));
    assert!(!page.text.contains("kept.kept") && field(&page, "to") == "/admin/users/new", "{}", page.text);
    let page = person.post("/sign-in", &[&kept[..], &[("login", "an"), ("password", PASSWORD)]].concat()).await;
    assert!(page.text.contains("phải dùng xác thực hai lớp"), "{}", page.text);
    assert_eq!((field(&page, "kept.name"), field(&page, "to")), ("Lê Hoa".into(), "/admin/users/new".into()));
    let (offer, code) = (field(&page, "offer"), shown(&page).code(totp::step(site.clock.now_ms())));
    let wrong = person.post("/account/second-factor", &[&kept[..], &[("offer", &offer), ("code", "0")]].concat()).await;
    assert_eq!(field(&wrong, "kept.name"), "Lê Hoa");
    let page =
        person.post("/account/second-factor", &[&kept[..], &[("offer", &offer), ("code", &code)]].concat()).await;
    assert!(page.text.contains("Gửi phần đang nhập") && recovery_codes(&page).len() == 10, "{}", page.text);
    assert_eq!((field(&page, "name"), field(&page, "login")), ("Lê Hoa".into(), "hoa".into()));
    let sent = person.post("/admin/users/new", &[("name", "Lê Hoa"), ("login", "hoa")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}
