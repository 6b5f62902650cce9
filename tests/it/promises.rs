//! The list of promises names tests that exist; and promises that had no test named after them have one here.

use std::fs;
use std::path::Path;

use axum::http::{Method, StatusCode};
use hailong::web::{Settings, routes};

use crate::site::Site;

fn texts(folder: &Path, ending: &str) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| !path.ends_with("node_modules"))
        .map(|path| match path.is_dir() {
            true => texts(&path, ending),
            false if path.extension().is_some_and(|extension| extension == ending) => {
                fs::read_to_string(&path).unwrap()
            }
            false => String::new(),
        })
        .collect()
}

#[test]
fn every_test_that_the_list_of_promises_names_exists() {
    let list = fs::read_to_string("docs/promises.md").unwrap();
    let rust = texts(Path::new("tests"), "rs") + &texts(Path::new("src"), "rs");
    let browser = texts(Path::new("tests/web"), "mjs");
    let mut named = 0;
    for row in list.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise")) {
        let proof = row.split(" | ").nth(1).unwrap();
        for name in proof.split('`').skip(1).step_by(2) {
            let beginning = name.strip_suffix('…').map_or_else(|| format!("fn {name}("), |name| format!("fn {name}"));
            assert!(rust.contains(&beginning), "{name} is named, but is no test");
            named += 1;
        }
        for sentence in proof.split('“').skip(1).map(|rest| rest.split('”').next().unwrap()) {
            assert!(browser.contains(&format!("test('{sentence}'")), "«{sentence}» is named, but is no test");
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}

#[tokio::test]
async fn s19_an_address_in_a_header_counts_only_from_a_trusted_proxy() {
    // Sixty failures of one address are free; whoever may name another address each time is never slowed.
    let own_url = "http://site.test".to_owned();
    let trusting = Settings { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() };
    for (settings, slowed) in [(Settings::default(), true), (trusting, false)] {
        let site = Site::with(Settings { own_url: own_url.clone(), ..settings }).await;
        let mut person = site.stranger();
        let mut last = StatusCode::OK;
        for i in 0..62 {
            let body = crate::site::form(&[("login", &format!("name{i}")), ("password", "x")]);
            let named = format!("10.0.0.{i}, 127.0.0.1");
            let head = [("sec-fetch-site", "same-origin"), ("x-forwarded-for", &*named)];
            last = person.ask(Method::POST, "/sign-in", Some(body), &head).await.status;
        }
        assert_eq!(last == StatusCode::TOO_MANY_REQUESTS, slowed, "{last}");
    }
}

#[tokio::test]
async fn s20_every_answer_has_the_headers_of_the_guide() {
    let url = "https://site.test".to_owned();
    let site = Site::with(Settings { public_url: Some(url.clone()), own_url: url, ..Settings::default() }).await;
    let mut person = site.stranger();
    let mut paths: Vec<String> = routes(site.app.clone()).table().iter().map(|route| route.path.to_owned()).collect();
    paths.extend(["/nothing-here".to_owned(), "/healthz?".to_owned() + &"x".repeat(3000)]);
    for path in paths {
        let path = path.replace(['{', '}'], "x");
        for method in [Method::GET, Method::POST, Method::PUT] {
            let page =
                person.ask(method.clone(), &path, Some(String::new()), &[("sec-fetch-site", "cross-site")]).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
                ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ] {
                assert_eq!(
                    page.head.get(name).map(|value| value.to_str().unwrap()),
                    Some(value),
                    "{method} {path} {name}"
                );
            }
            let policy = page.head["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{path}: {policy}");
            assert!(
                policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
                "{path}: {policy}"
            );
            assert!(
                !page.head.contains_key("server")
                    && !page.head.keys().any(|name| name.as_str().starts_with("access-control"))
            );
            let kind = page.head.get("content-type").map_or("", |kind| kind.to_str().unwrap());
            assert!(!kind.starts_with("text/") || kind.contains("charset=utf-8"), "{path}: {kind}");
        }
    }
}
