//! The OpenAPI document: what it says is what there is.

use std::collections::BTreeSet;
use std::fs;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::domain::topic::Topic;
use hailong::flow::cut;
use hailong::web::api::{document, problem};
use hailong::web::permit::Need;
use hailong::web::routes;
use hailong::words::Lang;
use serde_json::{Value, json as make};

use super::{System, codes, json};
use crate::site::Site;

async fn department() -> Site {
    let site = Site::department().await;
    cut::daily(&site.world.db, site.clock.now_ms()).await.unwrap();
    site
}

#[tokio::test]
async fn the_document_has_every_route_that_needs_a_key_and_no_other() {
    let site = department().await;
    let document = json(&site.stranger().get("/api/v1/openapi.json").await);
    assert_eq!(document["openapi"], "3.1.0");
    let mut described = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.push((
                method.to_uppercase(),
                path.clone(),
                operation["security"][0]["key"][0].as_str().unwrap().to_owned(),
            ));
        }
    }
    let table = routes(site.app.clone()).table().to_vec();
    let needed = |need: Need| if let Need::Key(access) = need { Some(access.name().to_owned()) } else { None };
    let mut needing: Vec<_> = table
        .iter()
        .filter_map(|route| Some((route.method.to_owned(), route.path.to_owned(), needed(route.need)?)))
        .collect();
    described.sort();
    needing.sort();
    assert_eq!(described, needing);
    let webhooks: Vec<&String> = document["webhooks"].as_object().unwrap().keys().collect();
    let mut topics = Topic::ALL.map(Topic::name);
    topics.sort_unstable();
    assert_eq!(webhooks, topics);
    // What is referred to is there, and no word is missing.
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
    for lang in ["vi", "en"] {
        let mut document = json(&site.stranger().get(&format!("/api/v1/openapi.json?lang={lang}")).await);
        // Codes of faults are names, not words.
        let operations = document["paths"].as_object_mut().unwrap().values_mut();
        operations.flat_map(|path| path.as_object_mut().unwrap().values_mut()).for_each(|operation| {
            operation.as_object_mut().unwrap().remove("x-problem-codes").unwrap();
        });
        let text = document.to_string();
        for prefix in [
            "\"api-op-",
            "\"api-param-",
            "\"api-answer-",
            "\"api-problem-",
            "\"api-docs-",
            "\"api-field-",
            "\"api-webhook-",
        ] {
            assert!(!text.contains(prefix), "{lang}: {prefix}");
        }
    }
}

/// Whether a value is as its schema says, and has every field of it: nothing is described that is not there.
pub fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return check(document, &document["components"]["schemas"][name], value, &format!("{at}:{name}"));
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        let faults: Vec<String> = kinds.iter().filter_map(|kind| check(document, kind, value, at).err()).collect();
        return if faults.len() + 1 == kinds.len() { Ok(()) } else { Err(faults.join("; ")) };
    }
    if let Some(names) = schema["enum"].as_array() {
        return names.contains(value).then_some(()).ok_or(format!("{at}: {value} is none of {names:?}"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !(kinds.contains(&kind) || kind == "integer" && kinds.contains(&"number")) {
        return Err(format!("{at}: {value} is {kind}, expected {kinds:?}"));
    }
    match value {
        Value::Array(list) => list.iter().try_for_each(|one| check(document, &schema["items"], one, at)),
        Value::Object(fields) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                if !fields.contains_key(required.as_str().unwrap()) {
                    return Err(format!("{at}: {required} is absent from {value}"));
                }
            }
            fields.iter().try_for_each(|(name, value)| match schema["properties"].get(name) {
                Some(schema) => check(document, schema, value, &format!("{at}.{name}")),
                None => Err(format!("{at}: {name} is not described")),
            })
        }
        _ => Ok(()),
    }
}

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let site = department().await;
    let system = System::new(&site, &["invitations", "figures", "catalogue", "cases"], None).await;
    let document = json(&site.stranger().get("/api/v1/openapi.json").await);
    let item = make!({ "case": "000.00.12.H21-261123-0417", "procedure": "1.012944", "unit": "SGD-GL.MC", "event": "finished" });
    let case = make!({ "MaHoSo": "000.00.12.H21-261123-0418", "MaTTHC": "1.012944", "DonViXuLy": "SGD-GL.MC",
        "NgayTiepNhan": "20261123", "NgayTra": "20261124", "TrangThaiHoSo": "10" });
    let send = async |system: &System<'_>, body: &Value| {
        let head = [("content-type", "application/json")];
        system.ask(Method::POST, "/api/v1/cases", &head, body.to_string()).await
    };
    let made = system.make("mot", &item).await;
    let id = json(&made)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/invitations/{id}");
    let question = system.get(&format!("{path}/question")).await;
    let pages = [
        ("post", "/api/v1/invitations", made),
        ("post", "/api/v1/invitations", system.make("hai", &make!([item, 7])).await),
        ("post", "/api/v1/invitations", system.make("ba", &make!({ "case": "x" })).await),
        ("get", "/api/v1/invitations/{id}", system.get(&path).await),
        ("get", "/api/v1/invitations/{id}", system.get("/api/v1/invitations/x").await),
        (
            "post",
            "/api/v1/invitations/{id}/revoke",
            system.ask(Method::POST, &format!("{path}/revoke"), &[], Body::empty()).await,
        ),
        ("get", "/api/v1/invitations/{id}/qr", system.get(&format!("{path}/qr")).await),
        ("get", "/api/v1/invitations/{id}/question", question),
        ("get", "/api/v1/figures", system.get("/api/v1/figures").await),
        ("get", "/api/v1/figures", system.get("/api/v1/figures?period=x").await),
        ("get", "/api/v1/figures", system.get("/api/v1/figures?by=channel&unit=SGD-GL.MC").await),
        ("get", "/api/v1/indicators", system.get("/api/v1/indicators").await),
        ("post", "/api/v1/cases", send(&system, &case).await),
        ("post", "/api/v1/cases", send(&system, &make!([case, 7])).await),
        ("get", "/api/v1/targets", system.get("/api/v1/targets").await),
        ("get", "/api/v1/catalogue/units", system.get("/api/v1/catalogue/units").await),
        ("get", "/api/v1/catalogue/procedures", system.get("/api/v1/catalogue/procedures").await),
    ];
    for (method, path, page) in pages {
        let answer = &document["paths"][path][method]["responses"][page.status.as_str()];
        assert!(answer.is_object(), "{path} answers {} and does not say so", page.status);
        let kind = page.head["content-type"].to_str().unwrap().trim_end_matches("; charset=utf-8");
        let schema = &answer["content"][kind]["schema"];
        assert!(schema.is_object(), "{path} {}: {kind} is not described", page.status);
        let value =
            if kind.starts_with("image/") || kind == "text/html" { Value::String(page.text) } else { json(&page) };
        check(&document, schema, &value, path).unwrap_or_else(|fault| panic!("{fault}"));
        // Every code of a fault, of the whole and of each thing in a list, is listed.
        let named = document["paths"][path][method]["x-problem-codes"].as_array().unwrap().clone();
        let results = value.as_array().into_iter().flatten().map(|result| &result["problem"]);
        for code in std::iter::once(&value).chain(results).flat_map(codes) {
            assert!(named.contains(&code.into()), "{path} names {code} and does not say so");
        }
    }
}

/// The names of faults in a file of the source.
fn faults_of(path: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let named = |before: &str| {
        code.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    named("fault(\"").into_iter().chain(named("Fault::new(\"")).collect()
}

#[tokio::test]
async fn every_fault_and_type_of_problem_of_the_source_is_in_the_document_and_no_other() {
    let site = department().await;
    for lang in ["vi", "en"] {
        let document = json(&site.stranger().get(&format!("/api/v1/openapi.json?lang={lang}")).await);
        let said = document["info"]["description"].as_str().unwrap();
        let page = site.stranger().get(&format!("/api/v1/docs?lang={lang}")).await.text;
        let operations =
            || document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        let statuses: BTreeSet<u16> = operations()
            .flat_map(|operation| operation["responses"].as_object().unwrap().keys())
            .map(|status| status.parse().unwrap())
            .filter(|status| *status >= 400)
            .collect();
        let mut typed = BTreeSet::from([405]);
        for (name, status, title) in problem::types(Lang::by_code(lang).unwrap()) {
            assert!(said.contains(&format!("- `{name}` ({status}): {title}")), "{lang}: {name}");
            assert!(page.contains(&format!("<code>{name}</code>")), "{lang}: {name}");
            typed.insert(status);
        }
        // 405 is of no operation: it says that there is none.
        assert_eq!(statuses.union(&[405].into()).copied().collect::<BTreeSet<_>>(), typed, "no status without a type");
        let listed: BTreeSet<String> = operations()
            .flat_map(|operation| operation["x-problem-codes"].as_array().unwrap())
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        let mut files: Vec<String> = fs::read_dir("src/web/api")
            .unwrap()
            .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
            .collect();
        let others = ["issue/system.rs", "issue/feed.rs", "issue/feed/place.rs", "issue/feed/count.rs"];
        files.extend(others.map(|name| format!("src/flow/{name}")));
        files.extend(["record", "case", "period"].map(|name| format!("src/domain/{name}.rs")));
        files.push("src/web/results/filter.rs".to_owned());
        let made: BTreeSet<String> = files.iter().flat_map(|path| faults_of(path)).collect();
        // A mapping is kept at a page of ours.
        let made: BTreeSet<String> = made.into_iter().filter(|name| !name.starts_with("mapping-")).collect();
        assert_eq!(listed, made);
        assert!(listed.iter().all(|code| page.contains(&format!("<code>{code}</code>"))));
    }
}

#[tokio::test]
async fn what_every_operation_may_answer_is_said_of_every_one() {
    let site = department().await;
    let access = ["invitations", "figures", "catalogue", "cases"];
    let system = System::new(&site, &access, None).await;
    let document = json(&site.stranger().get("/api/v1/openapi.json").await);
    for operation in document::OPERATIONS {
        let method: Method = operation.method.parse().unwrap();
        let path = operation.path.replace("{id}", "%FF");
        let broken = format!("{path}?%00");
        let long = format!("{path}?{}", "a".repeat(3_000));
        let mut answered = vec![
            system.ask(method.clone(), &broken, &[], Body::empty()).await,
            system.ask(method.clone(), &long, &[], Body::empty()).await,
            System::with_key(&site, "hla_x").ask(method.clone(), &path, &[], Body::empty()).await,
        ];
        if operation.path.contains("{id}") {
            answered.push(system.ask(method.clone(), &path, &[], Body::empty()).await);
        }
        for page in answered {
            let said = &document["paths"][operation.path][operation.method.to_lowercase()]["responses"];
            assert!(said[page.status.as_str()].is_object(), "{} answers {}", operation.name, page.status);
            assert!(page.status.is_client_error(), "{} answers {}", operation.name, page.status);
        }
    }
    // A case of another unit, and one too old to be counted.
    let head = [("content-type", "application/json")];
    let told = make!({ "MaHoSo": "000.00.12.H21-261123-0419", "MaTTHC": "1.012944", "DonViXuLy": "SGD-GL.MC",
        "NgayTiepNhan": "20261123", "NgayTra": "20261124", "TrangThaiHoSo": "10" });
    system.ask(Method::POST, "/api/v1/cases", &head, told.to_string()).await;
    let other = System::new(&site, &["cases"], Some(&["SGD-GL.VP"])).await;
    let mut elsewhere = told.clone();
    elsewhere["DonViXuLy"] = "SGD-GL.VP".into();
    let refused = json(&other.ask(Method::POST, "/api/v1/cases", &head, elsewhere.to_string()).await);
    assert_eq!(refused[0]["status"], 409, "{refused}");
    let document = json(&site.stranger().get("/api/v1/openapi.json?lang=en").await);
    let said = document["paths"]["/api/v1/cases"]["post"]["description"]
        .as_str()
        .unwrap()
        .replace(['\u{2068}', '\u{2069}'], "");
    assert!(codes(&refused[0]["problem"]).iter().all(|code| said.contains(&format!("`{code}`"))), "{said}");
    assert!(
        said.contains("409 and api-case-elsewhere") && said.contains("60 days") && said.contains("45 days"),
        "{said}"
    );
}

/// The words of a line of a shell, as far as our examples go: quotes of both kinds and variables in the double ones.
fn words(line: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (_, Some(open)) if c == open => quote = None,
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().unwrap().push(if c == '$' && quote == Some('\'') { '\u{1}' } else { c }),
        }
    }
    let filled = |mut word: String| {
        for (name, value) in variables {
            word = word.replace(&format!("${name}"), value);
        }
        word.replace('\u{1}', "$")
    };
    words.into_iter().filter(|word| !word.is_empty()).map(filled).collect()
}

#[tokio::test]
async fn every_example_of_the_page_does_what_it_says() {
    let site = department().await;
    let system = System::new(&site, &["invitations", "figures", "catalogue", "cases"], None).await;
    let page = site.stranger().get("/api/v1/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    let mut id = String::new();
    for operation in document::OPERATIONS {
        assert!(page.text.contains(operation.path) && page.text.contains("curl --silent"), "{}", operation.path);
        let words = words(operation.example, &[("HAILONG_KEY", &system.key), ("HAILONG_URL", ""), ("ID", &id)]);
        assert_eq!(words[..3], ["curl", "--silent", "--show-error"]);
        let after = |option: &str| {
            words
                .iter()
                .zip(&words[1..])
                .filter(|(word, _)| *word == option)
                .map(|(_, next)| next.clone())
                .collect::<Vec<_>>()
        };
        let method = after("--request").first().map_or(Method::GET, |method| method.parse().unwrap());
        let heads: Vec<(String, String)> = after("--header")
            .iter()
            .map(|head| head.split_once(": ").unwrap())
            .filter(|(name, _)| *name != "Authorization")
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        assert!(after("--header").contains(&format!("Authorization: Bearer {}", system.key)), "{words:?}");
        let heads: Vec<(&str, &str)> = heads.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = after("--data").first().cloned().unwrap_or_default();
        let answered = system.ask(method, words.last().unwrap(), &heads, body).await;
        assert!(answered.status.is_success(), "{}: {} {}", operation.name, answered.status, answered.text);
        if operation.name == "create-invitations" {
            id = json(&answered)["id"].as_str().unwrap().to_owned();
        }
    }
}

#[tokio::test]
async fn the_page_is_whole_in_itself_and_in_both_languages() {
    let site = department().await;
    for (lang, word) in [("vi", "Tạo phiếu mời"), ("en", "Make invitations")] {
        let page = site.stranger().get(&format!("/api/v1/docs?lang={lang}")).await;
        assert!(page.text.contains(word) && page.text.contains(&format!("<html lang=\"{lang}\"")));
        for part in page.text.split(" src=\"").skip(1).chain(page.text.split("<link").skip(1)) {
            assert!(!part.split('>').next().unwrap().contains("://"), "{part}");
        }
        assert!(!page.text.contains("<script") && !page.text.contains(" style="));
        let ids: Vec<&str> = page.text.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len());
    }
}
