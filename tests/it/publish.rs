//! What the office publishes: who may, what everybody sees, what stays, what is taken back, and what no two publications
//! tell together.

use axum::http::{Method, StatusCode, header};
use calamine::{Data, Reader, Xlsx};
use hailong::domain::account::Role;
use hailong::domain::period::{CutOff, Period};
use hailong::error::Error;
use hailong::flow::assess::{Audience, findings};
use hailong::flow::audit::By;
use hailong::flow::publish::{self, Wanted};
use hailong::flow::release;
use hailong::flow::seal::verify::{self, Outside};
use hailong::present::{fields, xlsx};
use hailong::words::Lang;
use serde_json::Value;

use crate::accounts::texts;
use crate::rows::{self, Answer, OVERALL, noon};
use crate::seal::tamper;
use crate::site::{NOW, Page, Person, Site};
use crate::world::World;

const REASON: &str = "Kỳ báo cáo bị chọn nhầm.";

/// Answers of units by month of 2026: (unit, month, how many).
async fn answered(site: &Site, answers: &[(i64, i64, u64)]) {
    let db = &site.world.db;
    let mut n = texts(db, "SELECT CAST(COALESCE(MAX(n), 0) AS TEXT) FROM responses").await[0].parse::<i64>().unwrap();
    let mut all = Vec::new();
    for (unit, month, count) in answers {
        for i in 0..*count {
            n += 1;
            let level = if i % 13 == 0 { 3 } else { 5 };
            all.push(Answer::new(n, 20_260_000 + month * 100 + 10, OVERALL, level).at(*unit).about(1));
        }
    }
    rows::responses(db, &all).await;
    release::cut(db, site.clock.now_ms(), 1).await.unwrap();
}

/// Two offices that are judged, at a site where nothing is published.
async fn offices() -> Site {
    let site = Site::new().await;
    rows::form(&site.world.db).await;
    for (id, name) in [(901, "Văn phòng A"), (902, "=HYPERLINK(\"http://x\")"), (903, "Văn phòng C")] {
        rows::unit(&site.world.db, id, name, "office").await;
    }
    rows::procedure(&site.world.db, 1, "Chuyển trường").await;
    site
}

fn told(page: &Page) -> Value {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    serde_json::from_str(&page.text).unwrap()
}

/// Persons of a unit as a publication tells them.
fn n(page: &Value, unit: &str) -> Option<u64> {
    let units = page["indicators"][0]["units"].as_array().unwrap();
    units.iter().find(|line| line["code"] == unit).and_then(|line| line["figure"]["n"].as_u64())
}

fn whole(page: &Value) -> Option<u64> {
    page["indicators"][0]["department"]["figure"]["n"].as_u64()
}

async fn asked(person: &mut Person<'_>, path: &str, head: &[(&str, &str)]) -> Page {
    person.ask(Method::GET, path, None, head).await
}

#[tokio::test]
async fn nothing_is_shown_that_was_not_published() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    let mut anybody = site.stranger();
    let empty = anybody.get("/results").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.text.contains("Cơ quan chưa công bố kết quả nào.") && empty.text.contains("/manage/publish"));
    assert!(!empty.text.contains("40 đánh giá"));
    site.publish("2026-Q1").await;
    assert!(anybody.get("/results").await.text.contains("40 đánh giá"));
    for path in ["/results?period=2026", "/results?period=2026-03", "/results?number=77"] {
        let page = anybody.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            page.text.contains("Kỳ này chưa được công bố") && page.text.contains("Quý I năm 2026"),
            "{}",
            page.text
        );
    }
    for file in ["/results.json", "/results.csv", "/results.xlsx"] {
        assert_eq!(anybody.get(&format!("{file}?period=2026")).await.status, StatusCode::NOT_FOUND, "{file}");
        assert_eq!(anybody.get(&format!("{file}?period=2026-Q1")).await.status, StatusCode::OK, "{file}");
    }
    assert_eq!(anybody.get("/results?period=hai").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_leader_publishes_what_the_preview_shows_and_others_only_look_or_not_even_that() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    let confirm = "/manage/publish/confirm?period=2026-Q1&cut_off=calendar";
    for (role, sees) in [(Role::Admin, true), (Role::Inspector, true), (Role::Manager, false), (Role::Officer, false)] {
        let mut person = site.person(role.name(), &[site.grant(role, None)]).await;
        let expected = if sees { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(person.get("/manage/publish").await.status, expected, "{role:?}");
        let preview = person.get("/manage/publish/new?period=2026-Q1").await;
        assert_eq!(preview.status, expected, "{role:?}");
        assert!(!preview.text.contains("/manage/publish/confirm"), "{role:?}");
        assert_eq!(person.post(confirm, &[("did", "")]).await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let mut leader = site.person("giamdoc", &[site.grant(Role::Leader, None)]).await;
    let preview = leader.get("/manage/publish/new?period=2026-Q1").await.text;
    assert!(
        preview.contains("Chưa công bố.")
            && preview.contains("40 đánh giá")
            && preview.contains(&confirm.replace('&', "&amp;")),
        "{preview}"
    );
    assert!(leader.get("/manage/publish/new?period=2027-Q1").await.text.contains("Kỳ này chưa bắt đầu"));
    let page = leader.get(confirm).await.text;
    assert!(page.contains("số liệu được giữ nguyên như bây giờ"), "{page}");
    let long = "a".repeat(3_001);
    let refused = leader.post(confirm, &[("did", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("<title>Lỗi: ") && refused.text.contains("3000") && refused.text.contains(&long));
    let done = leader.post(confirm, &[("did", "Mở thêm <b>một</b> quầy.\r\n\r\nNiêm yết lại hồ sơ.")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/manage/publish?lang=vi"));
    let public = site.stranger().get("/results?period=2026-Q1").await.text;
    for words in [
        "Chúng tôi đã làm gì",
        "<p>Mở thêm &lt;b&gt;một&lt;/b&gt; quầy.</p><p>Niêm yết lại hồ sơ.</p>",
        "Bản công bố số 1",
        "Số liệu đã chốt ngày",
        "40 đánh giá",
    ] {
        assert!(public.contains(words), "«{words}»: {public}");
    }
    // What was shown before is what is published.
    let figures = |page: &str| {
        page.split("<section class=\"indicator\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    assert_eq!(figures(&preview), figures(&public));
    let acts =
        texts(&site.world.db, "SELECT act || ' ' || subject FROM audit WHERE act LIKE 'publi%' ORDER BY n").await;
    assert_eq!(acts, ["published publication 1", "publication-frozen publication 1"]);
}

#[tokio::test]
async fn figures_of_a_year_that_goes_on_follow_the_releases_and_freeze_when_it_is_over() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    let period = Period::parse("2026", CutOff::Calendar).unwrap();
    let db = &site.world.db;
    let frozen = Wanted { period, live: false, did: "" };
    let refused = publish::publish(db, &site.keys, NOW, By::OPERATOR, frozen).await;
    assert!(matches!(refused, Err(Error::Invalid(faults)) if faults[0].key == "publish-not-over"));
    site.publish("2026").await;
    let mut anybody = site.stranger();
    let page = anybody.get("/results").await.text;
    assert!(page.contains("40 đánh giá") && page.contains("Số liệu tạm tính") && page.contains("Tạm tính:"), "{page}");
    answered(&site, &[(901, 11, 10)]).await;
    assert_eq!(whole(&told(&anybody.get("/results.json").await)), Some(50));
    assert_eq!(publish::freeze_due(db, &site.keys, site.clock.now_ms()).await.unwrap(), 0, "it goes on");

    // The year is over, but what came in its last hours is not released yet.
    site.clock.set(noon(20_270_101));
    assert_eq!(publish::freeze_due(db, &site.keys, site.clock.now_ms()).await.unwrap(), 0);
    answered(&site, &[(901, 12, 10)]).await;
    assert_eq!(publish::freeze_due(db, &site.keys, site.clock.now_ms()).await.unwrap(), 1);
    assert_eq!(publish::freeze_due(db, &site.keys, site.clock.now_ms()).await.unwrap(), 0, "once");
    answered(&site, &[(901, 12, 30)]).await;
    let page = told(&anybody.get("/results.json").await);
    assert_eq!((whole(&page), &page["provisional"]), (Some(60), &false.into()), "late answers change nothing");
    let page = anybody.get("/results").await.text;
    assert!(page.contains("Số liệu đã chốt ngày") && !page.contains("tạm tính"), "{page}");
}

#[tokio::test]
async fn a_correction_names_the_old_one_which_stays_readable() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    let first = site.publish("2026-Q1").await;
    answered(&site, &[(901, 3, 20)]).await;
    let mut anybody = site.stranger();
    assert_eq!(whole(&told(&anybody.get("/results.json?period=2026-Q1").await)), Some(40));
    let second = site.publish("2026-Q1").await;
    let page = anybody.get("/results?period=2026-Q1").await.text;
    let old = format!("/results?period=2026-Q1&amp;cut_off=calendar&amp;number={}", first.0);
    assert!(page.contains("60 đánh giá") && page.contains(&old), "{page}");
    assert!(page.contains(&format!("Bản này đính chính bản số {}", first.0)), "{page}");
    let page = anybody.get(&old.replace("&amp;", "&")).await.text;
    assert!(page.contains("40 đánh giá") && page.contains(&format!("thay bằng bản số {}", second.0)), "{page}");
    let csv = anybody.get(&format!("/results/open/{}.csv", first.0)).await;
    assert_eq!(csv.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_taken_back_leaves_its_trace_and_no_figures() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    let id = site.publish("2026").await;
    let mut leader = site.person("giamdoc", &[site.grant(Role::Leader, None)]).await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let path = format!("/manage/publish/{}/withdraw", id.0);
    assert_eq!(admin.post(&path, &[("reason", REASON)]).await.status, StatusCode::FORBIDDEN);
    assert!(leader.get(&path).await.text.contains("không còn hiển thị"));
    assert_eq!(leader.post(&path, &[("reason", "sai")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leader.post(&path, &[("reason", REASON)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(leader.post(&path, &[("reason", REASON)]).await.status, StatusCode::NOT_FOUND, "once");
    let mut anybody = site.stranger();
    let gone = anybody.get("/results?period=2026").await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.text.contains("đã rút ngày") && gone.text.contains(REASON) && !gone.text.contains("40 đánh giá"));
    for file in ["/results.json?period=2026", "/results.csv?period=2026", &format!("/results/open/{}.json", id.0)] {
        assert_eq!(anybody.get(file).await.status, StatusCode::GONE, "{file}");
    }
    assert!(anybody.get("/results").await.text.contains("đã rút ngày"), "the list tells of it");
    assert!(leader.get("/manage/publish").await.text.contains(REASON));
    let acts = texts(&site.world.db, "SELECT act FROM audit WHERE act LIKE 'publi%' ORDER BY n").await;
    assert_eq!(acts, ["published", "publication-frozen", "publication-withdrawn"], "what was seen last is kept");
}

#[tokio::test]
async fn i2_a_publication_changed_behind_the_back_is_named() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    let ids = [site.publish("2026-Q1").await, site.publish("2026-Q2").await];
    publish::withdraw(&site.world.db, &site.keys, NOW, By::OPERATOR, ids[1], REASON).await.unwrap();
    let faults = || async {
        let found = verify::run(&site.world.db, &site.keys, &Outside::default()).await.unwrap();
        let ours = found.findings.iter().filter(|fault| fault.key.starts_with("verify-publication"));
        ours.map(|fault| format!("{} {}", fault.key, fault.args[0].1)).collect::<Vec<String>>()
    };
    assert!(faults().await.is_empty());
    let blob = if site.world.url.is_some() { "CAST('x' AS BYTEA)" } else { "CAST('x' AS BLOB)" };
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    tamper(&site.world.db, &[leak(format!("UPDATE publication_figures SET body = {blob} WHERE publication_id = 1"))])
        .await;
    assert_eq!(faults().await, ["verify-publication 1"]);
    tamper(&site.world.db, &["UPDATE withdrawals SET reason = 'x' WHERE publication_id = 2"]).await;
    assert_eq!(faults().await, ["verify-publication 1", "verify-publication 2"]);
    tamper(
        &site.world.db,
        &[
            "DELETE FROM withdrawals",
            "DELETE FROM publication_figures WHERE publication_id = 2",
            "DELETE FROM publications WHERE id = 2",
        ],
    )
    .await;
    assert_eq!(faults().await, ["verify-publication 1", "verify-publication-missing 2"]);
}

#[tokio::test]
async fn pages_may_be_kept_and_are_the_same_for_everybody() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40)]).await;
    site.publish("2026").await;
    let mut leader = site.person("giamdoc", &[site.grant(Role::Leader, None)]).await;
    let mut anybody = site.stranger();
    for path in [
        "/results",
        "/results?lang=en",
        "/results.json",
        "/results.csv",
        "/results.xlsx",
        "/results/open",
        "/results/open/1.csv",
    ] {
        let page = anybody.get(path).await;
        assert_eq!(page.head[header::CACHE_CONTROL], "public, max-age=60", "{path}");
        assert!(page.cookies().is_empty(), "{path}");
        assert_eq!(leader.get(path).await.text, page.text, "{path}");
        let tag = page.head[header::ETAG].to_str().unwrap().to_owned();
        // The page of results holds words that may be erased, which takes the instant of their coming away: its mark alone
        // tells whether it is another one.
        let at = page.head.get(header::LAST_MODIFIED).map(|at| at.to_str().unwrap());
        assert_eq!(at.is_none(), path.starts_with("/results?") || path == "/results", "{path}");
        let known = at.map(|at| ("if-modified-since", at)).into_iter().chain([("if-none-match", tag.as_str())]);
        for known in known {
            let same = asked(&mut anybody, path, &[known]).await;
            assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path} {known:?}");
        }
        let old = "Thu, 01 Jan 2026 00:00:00 GMT";
        for unknown in [("if-none-match", "\"x\""), ("if-modified-since", old)] {
            assert_eq!(asked(&mut anybody, path, &[unknown]).await.status, StatusCode::OK, "{path} {unknown:?}");
        }
    }
    let before = anybody.get("/results").await;
    let tag = before.head[header::ETAG].to_str().unwrap().to_owned();
    site.wait(1);
    answered(&site, &[(901, 11, 10)]).await;
    assert_eq!(asked(&mut anybody, "/results", &[("if-none-match", &tag)]).await.status, StatusCode::OK, "a release");
}

#[tokio::test]
async fn open_data_has_a_licence_a_dictionary_and_the_same_rows_in_both_files() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40), (902, 3, 30), (903, 3, 20)]).await;
    let id = site.publish("2026-Q1").await.0;
    let mut anybody = site.stranger();
    let page = anybody.get("/results/open").await.text;
    for words in ["CC-BY-4.0", "creativecommons.org/licenses/by/4.0/", "/results/open/1.csv", "fields.json"] {
        assert!(page.contains(words), "«{words}»: {page}");
    }
    let csv = anybody.get(&format!("/results/open/{id}.csv")).await.text;
    let mut reader = csv::Reader::from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let json = told(&anybody.get(&format!("/results/open/{id}.json")).await);
    assert_eq!((&json["licence"], json["publication"].as_i64()), (&"CC-BY-4.0".into(), Some(id)));
    assert_eq!(json["rows"].as_array().unwrap().len(), rows.len());
    for (row, value) in rows.iter().zip(json["rows"].as_array().unwrap()) {
        for (name, cell) in names.iter().zip(row) {
            let plain = match &value[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell.trim_start_matches('\''), plain, "{name}");
        }
        assert_eq!((&value["licence"], &value["publication"]), (&"CC-BY-4.0".into(), &id.into()));
    }
    assert!(rows.iter().any(|row| row.iter().any(|cell| cell == "'=HYPERLINK(\"http://x\")")), "no cell is a formula");
    // Every field is explained in every language, and none that is not there.
    let dictionary = told(&anybody.get("/results/open/fields.json").await);
    let explained: Vec<&str> =
        dictionary["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(explained, names);
    for lang in Lang::all() {
        for field in fields::FINDINGS.iter().chain(&fields::OPEN) {
            assert!(!field.meaning(lang).starts_with("field-"), "{} in {}", field.name, lang.code());
            assert!(lang.has(&format!("unit-of-{}", field.unit)), "{} in {}", field.unit, lang.code());
        }
    }
    // What may stand in a field is all that stands there.
    for field in fields::FINDINGS.iter().filter(|field| !field.allowed.is_empty()) {
        let at = names.iter().position(|name| name == field.name).unwrap();
        let odd = rows.iter().map(|row| &row[at]).find(|cell| !cell.is_empty() && !field.allowed.contains(cell));
        assert_eq!(odd, None, "{}", field.name);
    }
    let table = anybody.get("/results/open/fields.csv").await.text;
    assert!(table.starts_with("\u{feff}field,unit,allowed,meaning_vi,meaning_en\r\n"), "{table}");
    for nothing in ["/results/open/99.csv", "/results/open/1.xml", "/results/open/fields", "/results/open/x.csv"] {
        assert_eq!(anybody.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn p4_a_quarter_beside_the_half_year_does_not_tell_three_people() {
    let site = offices().await;
    answered(&site, &[(901, 2, 30), (902, 2, 25), (903, 2, 20), (901, 5, 30), (902, 5, 3), (903, 5, 20)]).await;
    site.publish("2026-H1").await;
    let mut anybody = site.stranger();
    let half = told(&anybody.get("/results.json?period=2026-H1").await);
    assert_eq!((n(&half, "U901"), n(&half, "U902"), n(&half, "U903")), (Some(60), Some(28), Some(40)));
    site.publish("2026-Q1").await;
    let quarter = told(&anybody.get("/results.json?period=2026-Q1").await);
    assert_eq!(n(&quarter, "U902"), None, "28 less 25 would be three people");
    assert_eq!(whole(&quarter), Some(75));
    let hidden = ["U901", "U903"].into_iter().filter(|unit| n(&quarter, unit).is_none()).count();
    assert_eq!(hidden, 1, "and one more, or the sum would tell");
    let csv = anybody.get("/results.csv?period=2026-Q1").await.text;
    let line = csv.lines().find(|line| line.contains(",U902,") && line.contains("procedures")).unwrap();
    assert!(line.contains(",hidden,,,,,"), "{line}");
    // A report hides it as well, for pages tell of the year.
    let period = Period::parse("2026-Q1", CutOff::Calendar).unwrap();
    let report = findings(&site.world.db, &period, Audience::Management, NOW).await.unwrap();
    assert!(report.indicators[0].units.iter().any(|line| line.code == "U902" && line.figure.n.is_none()));
}

#[tokio::test]
async fn p4_figures_that_follow_the_releases_give_way_to_those_that_are_frozen() {
    let site = offices().await;
    answered(&site, &[(901, 2, 30), (902, 2, 25), (903, 2, 20)]).await;
    site.publish("2026").await;
    site.publish("2026-Q1").await;
    let mut anybody = site.stranger();
    assert_eq!(n(&told(&anybody.get("/results.json?period=2026").await), "U902"), Some(25), "the same people");
    answered(&site, &[(901, 11, 30), (902, 11, 3), (903, 11, 20)]).await;
    let year = told(&anybody.get("/results.json?period=2026").await);
    assert_eq!((n(&year, "U902"), whole(&year)), (None, Some(128)), "28 less 25 would be three people");
    assert_eq!(n(&told(&anybody.get("/results.json?period=2026-Q1").await), "U902"), Some(25), "frozen");
    answered(&site, &[(902, 11, 2)]).await;
    assert_eq!(n(&told(&anybody.get("/results.json?period=2026").await), "U902"), Some(30), "five may be told");
}

#[tokio::test]
async fn a_workbook_has_numbers_as_numbers_and_texts_as_texts() {
    let site = offices().await;
    answered(&site, &[(901, 3, 40), (902, 3, 30), (903, 3, 20)]).await;
    let period = Period::parse("2026-03", CutOff::Calendar).unwrap();
    let found = findings(&site.world.db, &period, Audience::Management, NOW).await.unwrap();
    let vi = Lang::by_code("vi").unwrap();
    let bytes = xlsx::findings(vi, &found).unwrap();
    assert_eq!(bytes, xlsx::findings(vi, &found).unwrap(), "the same figures are the same bytes");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Cách tính", "Số liệu"]);
    let cover = book.worksheet_range("Cách tính").unwrap();
    let said: Vec<String> = cover.cells().map(|(_, _, cell)| cell.to_string()).collect();
    for words in ["Tháng 3 năm 2026", "Khảo sát tại đơn vị, không phải SIPAS."] {
        assert!(said.iter().any(|cell| cell == words), "«{words}»: {said:?}");
    }
    let sheet = book.worksheet_range("Số liệu").unwrap();
    let place = |name: &str| fields::FINDINGS.iter().position(|field| field.name == name).unwrap();
    let rows: Vec<&[Data]> = sheet.rows().skip(1).collect();
    let odd = rows.iter().find(|row| row[place("code")] == Data::String("U902".into())).unwrap();
    assert_eq!(odd[place("name")], Data::String("=HYPERLINK(\"http://x\")".into()), "a text, whole");
    assert_eq!(odd[place("n")], Data::Float(30.0));
    let Data::Float(share) = odd[place("share")] else { panic!("{:?}", odd[place("share")]) };
    assert!((share - 27.0 / 30.0).abs() < 1e-12, "{share}");
    assert!(book.worksheet_formula("Số liệu").unwrap().cells().all(|(_, _, formula)| formula.is_empty()));
    // As many rows and columns as the CSV.
    let csv = String::from_utf8(hailong::present::csv::file(&found).unwrap()).unwrap();
    assert_eq!((rows.len(), sheet.width()), (csv.lines().count() - 1, csv.lines().next().unwrap().split(',').count()));
}

#[tokio::test]
async fn two_who_publish_at_once_make_one_after_the_other() {
    let world = World::new().await;
    let keys = hailong::domain::keys::Keys::from_master(&[7; 32]);
    let period = Period::parse("2026-Q1", CutOff::Calendar).unwrap();
    let one = || publish::publish(&world.db, &keys, NOW, By::OPERATOR, Wanted { period, live: true, did: "" });
    let (a, b) = tokio::join!(one(), one());
    let (a, b) = (a.unwrap(), b.unwrap());
    let all = publish::all(&world.db).await.unwrap();
    let in_force: Vec<_> = all.iter().filter(|one| one.is_in_force()).map(|one| one.id).collect();
    assert_eq!(in_force, [a.max(b)], "the later one corrects the earlier");
    assert_eq!(all.iter().filter_map(|one| one.replaces).collect::<Vec<_>>(), [a.min(b)]);
}
