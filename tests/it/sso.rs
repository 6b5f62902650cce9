//! Single sign-on against a provider of our own that can lie in every way there is: what it says is believed only when
//! all of it is right.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use hailong::domain::account::Role;
use hailong::web::Settings;
use hailong::web::provider::{Provider, Registration};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use crate::accounts::{acts, texts};
use crate::site::{NOW, Page, Person, Site};

const CLIENT: &str = "hai-long";
const SECRET: &str = "a secret between us";

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Signed {
    Es256,
    EdDsa,
    Hs256,
    WrongKey,
    None,
}

/// What the provider does when it is asked for a token.
struct Lies {
    claims: Value,
    signed: Signed,
    /// What was sent to the place of tokens, decoded.
    asked: Vec<(String, String)>,
    /// The client's own name and secret, as it gave them.
    client: String,
}

struct Fake {
    base: String,
    lies: Mutex<Lies>,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    other: EcdsaKeyPair,
}

impl Fake {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let random = SystemRandom::new();
        let ec = || {
            let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).unwrap()
        };
        let ed = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref()).unwrap();
        let lies = Lies { claims: json!({}), signed: Signed::Es256, asked: Vec::new(), client: String::new() };
        let base = format!("http://{}", listener.local_addr().unwrap());
        let fake = Arc::new(Self { base, lies: Mutex::new(lies), ec: ec(), ed, other: ec() });
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(fake.clone());
        tokio::spawn(hailong::web::serve::serve(listener, router, tokio_util::sync::CancellationToken::new()));
        fake
    }

    fn sign(&self, signed: Signed, claims: &Value) -> String {
        let (alg, kid) = match signed {
            Signed::Es256 | Signed::WrongKey => ("ES256", "ec"),
            Signed::EdDsa => ("EdDSA", "ed"),
            Signed::Hs256 => ("HS256", "ec"),
            Signed::None => ("none", "ec"),
        };
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let said = format!("{}.{}", part(&json!({ "alg": alg, "kid": kid, "typ": "JWT" })), part(claims));
        let random = SystemRandom::new();
        let signature = match signed {
            Signed::Es256 => self.ec.sign(&random, said.as_bytes()).unwrap().as_ref().to_vec(),
            Signed::WrongKey => self.other.sign(&random, said.as_bytes()).unwrap().as_ref().to_vec(),
            Signed::EdDsa => self.ed.sign(said.as_bytes()).as_ref().to_vec(),
            Signed::Hs256 => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
                ring::hmac::sign(&key, said.as_bytes()).as_ref().to_vec()
            }
            Signed::None => Vec::new(),
        };
        format!("{said}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

type Answer = ([(&'static str, &'static str); 1], String);

fn answer(value: &Value) -> Answer {
    ([("content-type", "application/json")], value.to_string())
}

async fn configuration(State(fake): State<Arc<Fake>>) -> Answer {
    let at = |path: &str| format!("{}{path}", fake.base);
    answer(&json!({
        "issuer": fake.base, "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA", "HS256", "none"],
    }))
}

async fn keys(State(fake): State<Arc<Fake>>) -> Answer {
    let point = fake.ec.public_key().as_ref();
    let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..]));
    let ed = BASE64URL_NOPAD.encode(fake.ed.public_key().as_ref());
    answer(&json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "use": "sig", "kid": "ec", "x": x, "y": y },
        { "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "ed", "x": ed },
    ] }))
}

async fn token(State(fake): State<Arc<Fake>>, head: axum::http::HeaderMap, body: String) -> Answer {
    let mut lies = fake.lies.lock().unwrap();
    lies.client = head.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    lies.asked = pairs(&body);
    let token = fake.sign(lies.signed, &lies.claims);
    answer(&json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token }))
}

/// Fields of a query or form.
fn pairs(text: &str) -> Vec<(String, String)> {
    let url = format!("http://x/?{text}");
    openidconnect::url::Url::parse(&url).unwrap().query_pairs().into_owned().collect()
}

fn field<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

async fn site(fake: &Fake) -> Site {
    site_that(fake, false).await
}

/// The operator says whether the provider always asks for a second factor.
async fn site_that(fake: &Fake, second_factor: bool) -> Site {
    let own_url = "http://site.test".to_owned();
    let (issuer, client_id, client_secret) = (fake.base.clone(), CLIENT.into(), SECRET.into());
    let registration = Registration { issuer, client_id, client_secret, name: "Cổng tỉnh".into(), second_factor };
    let provider = Provider::new(registration, &own_url).unwrap();
    Site::of(Settings { own_url, ..Settings::default() }, Some(provider)).await
}

/// Goes to the provider; gives what the address there says.
async fn go(person: &mut Person<'_>, path: &str) -> Vec<(String, String)> {
    let page = person.get(path).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    pairs(page.location().split_once('?').unwrap().1)
}

/// Comes back from there with the claims that an honest provider would make, changed by `lie`.
async fn come(
    fake: &Fake,
    person: &mut Person<'_>,
    sent: &[(String, String)],
    signed: Signed,
    lie: impl Fn(&mut Value),
) -> Page {
    let now = NOW / 1000;
    let mut claims = json!({
        "iss": fake.base, "sub": "nguyen-an", "aud": CLIENT, "exp": now + 300, "iat": now, "auth_time": now,
        "nonce": field(sent, "nonce"), "amr": ["pwd", "otp"],
    });
    lie(&mut claims);
    {
        let mut lies = fake.lies.lock().unwrap();
        (lies.claims, lies.signed) = (claims, signed);
    }
    person.get(&format!("/sign-in/sso/back?code=abc&state={}", field(sent, "state"))).await
}

async fn sessions(site: &Site) -> usize {
    texts(&site.world.db, "SELECT CAST(id AS TEXT) FROM sessions").await.len()
}

#[tokio::test]
async fn s18_single_sign_on_by_code_with_pkce_state_and_nonce_and_only_for_a_linked_account() {
    let fake = Fake::start().await;
    let site = site(&fake).await;
    let mut person = site.stranger();
    assert!(person.get("/sign-in").await.text.contains("Đăng nhập bằng Cổng tỉnh"));
    let sent = go(&mut person, "/sign-in/sso?to=/admin/users").await;
    assert_eq!((field(&sent, "response_type"), field(&sent, "client_id")), ("code", CLIENT));
    assert_eq!(field(&sent, "redirect_uri"), "http://site.test/sign-in/sso/back", "never from the Host");
    assert_eq!(field(&sent, "code_challenge_method"), "S256");
    assert!(field(&sent, "state").len() == 43 && field(&sent, "nonce").len() == 43);
    let page = come(&fake, &mut person, &sent, Signed::Es256, |_| {}).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("id=\"subject\">nguyen-an<"), "{}", page.text);
    assert_eq!(texts(&site.world.db, "SELECT login FROM accounts").await.len(), 0, "no account makes itself");
    {
        use sha2::{Digest, Sha256};
        let lies = fake.lies.lock().unwrap();
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(field(&lies.asked, "code_verifier")));
        assert_eq!(challenge, field(&sent, "code_challenge"));
        assert_eq!(field(&lies.asked, "redirect_uri"), "http://site.test/sign-in/sso/back");
        let client = String::from_utf8(BASE64.decode(lies.client.trim_start_matches("Basic ").as_bytes()).unwrap());
        assert!(client.unwrap().starts_with("hai-long:"));
    }

    // An administrator links it; then whoever the provider says it is comes in, to where they were going.
    let mut admin = site.person("quan-tri", &[site.grant(Role::Admin, None)]).await;
    let id = site.account("an", &[site.grant(Role::Inspector, None)]).await;
    let path = format!("/admin/users/{}/identity", id.0);
    assert!(admin.get(&path).await.text.contains("Cổng tỉnh"));
    assert_eq!(admin.post(&path, &[("subject", "nguyen-an")]).await.status, StatusCode::SEE_OTHER);
    let other = site.account("binh", &[]).await;
    let taken = admin.post(&format!("/admin/users/{}/identity", other.0), &[("subject", "nguyen-an")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = format!("/admin/users/{}/identity", admin.account.unwrap().0);
    assert_eq!(admin.post(&own, &[("subject", "nguyen-an-2")]).await.status, StatusCode::FORBIDDEN);
    for signed in [Signed::Es256, Signed::EdDsa] {
        let mut person = site.stranger();
        let sent = go(&mut person, "/sign-in/sso?to=/admin/users").await;
        let page = come(&fake, &mut person, &sent, signed, |_| {}).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/admin/users"), "{signed:?} {}", page.text);
        // The provider's second factor stands for ours; the way cannot be gone twice.
        assert_eq!(person.get("/admin/users").await.status, StatusCode::OK);
        let again = person.get(&format!("/sign-in/sso/back?code=abc&state={}", field(&sent, "state"))).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN);
    }
    // Disabled, it is out like any other.
    site.operator().disable(other).await.unwrap();
    admin.post(&path, &[("subject", "")]).await;
    let mut person = site.stranger();
    let sent = go(&mut person, "/sign-in/sso").await;
    assert_eq!(come(&fake, &mut person, &sent, Signed::Es256, |_| {}).await.status, StatusCode::FORBIDDEN);
    let acts = acts(&site).await;
    assert!(["identity-linked", "identity-unlinked"].iter().all(|act| acts.iter().any(|each| each == act)), "{acts:?}");
}

/// What it is, how the token is signed, and what is changed in it.
type Lie = (&'static str, Signed, fn(&mut Value));

#[tokio::test]
async fn s18_a_token_that_is_wrong_in_anything_signs_nobody_in() {
    let fake = Fake::start().await;
    let site = site(&fake).await;
    let id = site.account("an", &[]).await;
    site.operator().set_identity(id, &fake.base, "nguyen-an").await.unwrap();
    let cases: [Lie; 11] = [
        ("another issuer", Signed::Es256, |claims| claims["iss"] = json!("https://evil.test")),
        ("another audience", Signed::Es256, |claims| claims["aud"] = json!("another-client")),
        ("a further audience", Signed::Es256, |claims| claims["aud"] = json!([CLIENT, "another-client"])),
        ("another nonce", Signed::Es256, |claims| claims["nonce"] = json!("AAAA")),
        ("no nonce", Signed::Es256, |claims| drop(claims.as_object_mut().unwrap().remove("nonce"))),
        ("expired", Signed::Es256, |claims| claims["exp"] = json!(NOW / 1000 - 1)),
        ("no end", Signed::Es256, |claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("unsigned", Signed::None, |_| {}),
        ("signed with another key", Signed::WrongKey, |_| {}),
        ("signed with our own secret", Signed::Hs256, |_| {}),
        ("nobody", Signed::Es256, |claims| drop(claims.as_object_mut().unwrap().remove("sub"))),
    ];
    for (what, signed, lie) in cases {
        let mut person = site.stranger();
        let sent = go(&mut person, "/sign-in/sso").await;
        let page = come(&fake, &mut person, &sent, signed, lie).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}: {}", page.location());
        assert!(page.text.contains("Chưa đăng nhập được"), "{what}: {}", page.text);
        assert!(!person.cookies.contains_key("sid") && sessions(&site).await == 0, "{what}");
    }
    // Another state, none, another browser, too late, another provider's word, an error.
    let mut person = site.stranger();
    for (what, path, wait) in [
        ("another state", "/sign-in/sso/back?code=abc&state=AAAA".to_owned(), 0),
        ("no state", "/sign-in/sso/back?code=abc".to_owned(), 0),
        ("another issuer", "/sign-in/sso/back?code=abc&iss=https://evil.test&state=".to_owned(), 0),
        ("refused there", "/sign-in/sso/back?error=access_denied&state=".to_owned(), 0),
        ("too late", "/sign-in/sso/back?code=abc&state=".to_owned(), 10),
    ] {
        let sent = go(&mut person, "/sign-in/sso").await;
        site.wait(wait);
        let path = if path.ends_with("state=") { format!("{path}{}", field(&sent, "state")) } else { path };
        assert_eq!(person.get(&path).await.status, StatusCode::FORBIDDEN, "{what}");
    }
    let sent = go(&mut person, "/sign-in/sso").await;
    let mut other = site.stranger();
    let page = come(&fake, &mut other, &sent, Signed::Es256, |_| {}).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "another browser");
    assert_eq!(sessions(&site).await, 0);
}

#[tokio::test]
async fn for_weighty_acts_the_provider_asks_again_or_is_not_believed() {
    let fake = Fake::start().await;
    let site = site(&fake).await;
    let id = site.account("an", &[site.grant(Role::Admin, None)]).await;
    site.operator().set_identity(id, &fake.base, "nguyen-an").await.unwrap();
    let mut person = site.stranger();
    let sent = go(&mut person, "/sign-in/sso").await;
    come(&fake, &mut person, &sent, Signed::Es256, |claims| claims["auth_time"] = json!(NOW / 1000 - 3600)).await;
    assert_eq!(person.get("/admin/users").await.status, StatusCode::OK);
    let page = person.get("/admin/users/new").await;
    assert!(page.location().starts_with("/sign-in/again"), "signed in there an hour ago");
    assert!(
        person.get(page.location()).await.text.contains("/sign-in/sso?lang=vi&amp;again=1&amp;to=/admin/users/new")
    );
    let path = "/sign-in/sso?again=1&to=/admin/users/new";
    let sent = go(&mut person, path).await;
    assert_eq!((field(&sent, "prompt"), field(&sent, "max_age")), ("login", "0"));
    let old = |claims: &mut Value| claims["auth_time"] = json!(NOW / 1000 - 3600);
    assert_eq!(come(&fake, &mut person, &sent, Signed::Es256, old).await.status, StatusCode::FORBIDDEN);
    let sent = go(&mut person, path).await;
    let page = come(&fake, &mut person, &sent, Signed::Es256, |_| {}).await;
    assert_eq!(page.location(), "/admin/users/new");
    assert_eq!(person.get("/admin/users/new").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_provider_in_the_clear_or_out_of_reach_is_told() {
    let registration = |issuer: &str| Registration {
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        client_secret: SECRET.into(),
        name: "SSO".into(),
        second_factor: false,
    };
    for wrong in ["http://sso.example.vn", "sso.example.vn", ""] {
        assert!(Provider::new(registration(wrong), "https://hl.example.vn").is_err(), "{wrong}");
    }
    let own_url = "http://site.test".to_owned();
    let provider = Provider::new(registration("http://127.0.0.1:1"), &own_url).unwrap();
    let site = Site::of(Settings { own_url, ..Settings::default() }, Some(provider)).await;
    let mut person = site.stranger();
    assert_eq!(person.get("/sign-in/sso").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(Site::new().await.stranger().get("/sign-in/sso").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn s18_a_provider_counts_as_second_factor_only_when_it_or_the_operator_says_so() {
    let fake = Fake::start().await;
    let without: [fn(&mut Value); 4] = [
        |claims| drop(claims.as_object_mut().unwrap().remove("amr")),
        |claims| claims["amr"] = json!(["pwd"]),
        |claims| claims["amr"] = json!(["pwd", "sms"]),
        |claims| (claims["amr"], claims["acr"]) = (json!([]), json!("0")),
    ];
    let with: [fn(&mut Value); 4] = [
        |claims| claims["amr"] = json!(["pwd", "otp"]),
        |claims| claims["amr"] = json!(["mfa"]),
        |claims| claims["amr"] = json!(["hwk"]),
        |claims| (claims["amr"], claims["acr"]) = (json!(["pwd"]), json!("phrh")),
    ];
    for operator in [false, true] {
        let site = site_that(&fake, operator).await;
        let an = site.account("an", &[site.grant(Role::Inspector, None)]).await;
        site.operator().set_identity(an, &fake.base, "nguyen-an").await.unwrap();
        let bare = site.account("binh", &[]).await;
        site.operator().set_grants(bare, &[site.grant(Role::Admin, None)]).await.unwrap();
        site.operator().set_identity(bare, &fake.base, "binh").await.unwrap();
        let officer = site.account("chi", &[]).await;
        site.operator().set_identity(officer, &fake.base, "chi").await.unwrap();
        for (claims, said) in without.map(|lie| (lie, false)).into_iter().chain(with.map(|lie| (lie, true))) {
            let counts = operator || said;
            for (subject, next) in
                [("nguyen-an", "/sign-in/code"), ("binh", "/account/second-factor"), ("chi", "/account")]
            {
                let before = acts(&site).await.len();
                let mut person = site.stranger();
                let sent = go(&mut person, "/sign-in/sso").await;
                let page = come(&fake, &mut person, &sent, Signed::Es256, |all| {
                    claims(all);
                    all["sub"] = json!(subject);
                })
                .await;
                let expected = if counts { "/account" } else { next };
                assert_eq!(page.location().split('?').next().unwrap(), expected, "{subject} {said} {operator}");
                let inside = person.get("/account").await.status == StatusCode::OK;
                assert_eq!(inside, counts || next == "/account", "{subject} {said} {operator}");
                // Nobody signed in before the code of a factor that they have.
                let noted = acts(&site).await[before..].iter().filter(|act| *act == "signed-in").count();
                assert_eq!(noted, usize::from(counts || subject != "nguyen-an"), "{subject} {said} {operator}");
            }
        }
    }
}

#[tokio::test]
async fn starting_single_sign_on_is_slowed_for_an_address_that_never_comes_back() {
    let fake = Fake::start().await;
    let site = site(&fake).await;
    let id = site.account("an", &[]).await;
    site.operator().set_identity(id, &fake.base, "nguyen-an").await.unwrap();
    // An office that comes back is not kept from anything.
    for _ in 0..70 {
        let mut person = site.stranger();
        let sent = go(&mut person, "/sign-in/sso").await;
        let page = come(&fake, &mut person, &sent, Signed::Es256, |_| {}).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    }
    let mut person = site.stranger();
    for _ in 0..60 {
        go(&mut person, "/sign-in/sso").await;
    }
    let page = person.get("/sign-in/sso").await;
    assert_eq!((page.status, &page.head["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"1".parse().unwrap()));
    let mut elsewhere = site.stranger();
    elsewhere.address = "10.0.0.1".parse().unwrap();
    go(&mut elsewhere, "/sign-in/sso").await;
}

#[tokio::test]
async fn who_would_lose_what_they_were_sending_is_told_before() {
    let fake = Fake::start().await;
    let site = site(&fake).await;
    let mut person = site.stranger();
    let page = person.post("/admin/users/new", &[("name", "Lê Hoa")]).await;
    assert!(page.text.contains("không đi theo khi đăng nhập bằng Cổng tỉnh"), "{}", page.text);
    assert!(page.text.contains("/sign-in/sso?lang=vi&amp;to=\""), "{}", page.text);
    assert!(!person.get("/sign-in").await.text.contains("không đi theo"));
}
