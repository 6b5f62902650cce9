//! Ten thousand requests that nobody would send, to every route there is, from every role and a stranger: nothing
//! breaks, and nothing of another unit's people comes out. `HAILONG_FUZZ` makes it longer, `HAILONG_FUZZ_SEED` another.

use axum::http::{Method, StatusCode};
use hailong::domain::account::Role;
use hailong::store::Db;
use hailong::web::routes;

use crate::api::System;
use crate::site::{PASSWORD, Person, Site, form};

/// The name of somebody in another unit; and what is in a comment.
const CANARY: &str = "Chim Hoàng Yến";
const COMMENT: &str = "chim-hoang-yen-trong-gop-y";

/// What stands in the places of a path: good, foreign and none at all.
const PARTS: [&str; 18] = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "0",
    "-1",
    "999999999999999999999",
    "disable",
    "ZZZZZZZZZZZZZZZZ",
    "%00",
    "..%2F..%2Fetc%2Fpasswd",
    "%F0%9F%98%80",
    "%C3%28",
    "a%0D%0Ab:%20c",
];
/// What is sent in fields and asked for in addresses.
const VALUES: [&str; 22] = [
    "",
    "1",
    "0",
    "-1",
    "9223372036854775808",
    "vi",
    "en",
    "xx",
    "2026-Q3",
    "31/12/2026",
    "99/99/9999",
    "admin",
    "SGD-GL.VP",
    "manager:1",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "=1+1",
    "\u{0}",
    "\u{202e}ngược",
    "ễỗữ",
    "/admin/users",
    "//evil.test/",
];
const NAMES: [&str; 34] = [
    "lang",
    "to",
    "period",
    "cut_off",
    "link",
    "before",
    "person",
    "act",
    "from",
    "subject",
    "code",
    "state",
    "iss",
    "recovery",
    "again",
    "sends",
    "kept.name",
    "name",
    "login",
    "password",
    "present-password",
    "role",
    "unit",
    "keep",
    "session",
    "offer",
    "label",
    "form",
    "first",
    "last",
    "sheets",
    "visit",
    "q1",
    "unit_code",
];
const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS, Method::PATCH];

/// Chance that comes again: xorshift64*.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn value(&mut self) -> String {
        match self.below(12) {
            0 => self.of(&VALUES).repeat(1 + self.below(300)),
            _ => (*self.of(&VALUES)).to_owned(),
        }
    }

    fn fields(&mut self, most: usize, csrf: &str) -> String {
        let mut fields: Vec<(&str, String)> =
            (0..self.below(most + 1)).map(|_| (*self.of(&NAMES), self.value())).collect();
        if self.below(4) > 0 && !csrf.is_empty() {
            fields.push(("csrf", csrf.to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        form(&fields)
    }

    fn path(&mut self, template: &str) -> String {
        let parts = template
            .split('/')
            .map(|part| if part.starts_with('{') { (*self.of(&PARTS)).to_owned() } else { part.to_owned() });
        let mut path = parts.collect::<Vec<_>>().join("/");
        if self.below(40) == 0 {
            path = path.replacen('/', "//", 1);
        }
        if self.below(2) == 0 {
            let query = self.fields(4, "");
            path = format!("{path}?{query}");
        }
        path
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

async fn seed_canaries(site: &Site) {
    let school = site.app.catalogue().units.values().find(|unit| unit.kind == "school").unwrap().code.clone();
    site.operator().add("hoang-yen", CANARY, &[site.grant(Role::Manager, Some(&school))]).await.unwrap();
    crate::rows::responses(&site.world.db, &[crate::rows::Answer::new(1, 20_261_124, 1, 5)]).await;
    const INSERT: &str =
        "INSERT INTO comments (response_n, question_id, body, salt) SELECT 1, MIN(id), $1, $2 FROM questions";
    let salt = vec![7_u8; 32];
    match &site.world.db {
        Db::Sqlite { write, .. } => drop(sqlx::query(INSERT).bind(COMMENT).bind(salt).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(INSERT).bind(COMMENT).bind(salt).execute(pool).await.unwrap()),
    }
}

/// Somebody whose session the walk ended comes in again, if they still can.
async fn come_back(person: &mut Person<'_>, login: &str) {
    if person.get("/account").await.status == StatusCode::OK {
        return;
    }
    let page = person.try_sign_in(login, PASSWORD).await;
    if page.location() == "/account" || page.location().starts_with("/sign-in/code") {
        person.sign_in(login, PASSWORD).await;
    }
}

#[tokio::test]
async fn r17_no_request_breaks_it_and_nothing_of_another_unit_comes_out() {
    let site = Site::department().await;
    seed_canaries(&site).await;
    let table = routes(site.app.clone()).table().to_vec();
    let unit = "SGD-GL.VP";
    let mut people = vec![("", site.stranger(), true)];
    for (login, role) in [
        ("canbo", Role::Officer),
        ("nhap", Role::Typist),
        ("truong", Role::Manager),
        ("giamdoc", Role::Leader),
        ("quantri", Role::Admin),
        ("giamsat", Role::Inspector),
    ] {
        let unit = (!role.is_for_all()).then_some(unit);
        people.push((login, site.person(login, &[site.grant(role, unit)]).await, unit.is_some()));
    }
    // A system with a key of the same unit, as a stranger who shows it.
    people.push(("cong", site.stranger(), true));
    let portal = System::new(&site, &["invitations", "figures", "catalogue"], Some(&[unit])).await;
    let bearer = format!("Bearer {}", portal.key);
    let (requests, seed) = (number("HAILONG_FUZZ", 10_000), number("HAILONG_FUZZ_SEED", 20_261_124));
    let mut dice = Dice(seed | 1);
    let mut seen = std::collections::BTreeMap::<u16, u64>::new();
    for i in 0..requests {
        let who = dice.below(people.len());
        let (login, person, confined) = &mut people[who];
        // From elsewhere each time: one address would soon be slowed, and the walk would end at the door.
        person.address = std::net::Ipv4Addr::from(0x0a00_0000 | i as u32).into();
        if i % 50 < 7 && !matches!(*login, "" | "cong") {
            come_back(person, login).await;
        }
        let route = dice.of(&table);
        let method = match dice.below(10) {
            0 => dice.of(&METHODS).clone(),
            _ => route.method.parse().unwrap(),
        };
        let path = dice.path(route.path);
        let body = (method != Method::GET).then(|| dice.fields(12, &person.csrf));
        let site_field = *dice.of(&["same-origin", "same-origin", "same-origin", "cross-site", "none"]);
        let mut head = vec![("sec-fetch-site", site_field)];
        if *login == "cong" {
            head.push(("authorization", bearer.as_str()));
        }
        if dice.below(20) == 0 {
            head.push(("x-forwarded-for", "1.2.3.4, ::1, x"));
        }
        let page = person.ask(method.clone(), &path, body.clone(), &head).await;
        let about = format!("request {i} of seed {seed}, {login}: {method} {path} {body:?}");
        let status = page.status;
        assert!(!status.is_server_error() || status == StatusCode::SERVICE_UNAVAILABLE, "{status}: {about}");
        assert!(!*confined || !page.text.contains(CANARY), "another unit's people: {about}");
        assert!(*login == "giamdoc" || *login == "giamsat" || !page.text.contains(COMMENT), "a comment: {about}");
        *seen.entry(status.as_u16()).or_default() += 1;
    }
    // The walk is worth something only if it gets in.
    for status in [200, 303, 403, 404, 422] {
        assert!(seen.get(&status).is_some_and(|n| *n > requests / 1000), "{seen:?}");
    }
}
