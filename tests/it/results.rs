//! Page, CSV and JSON show the same findings, and tell nothing that is hidden.

use hailong::domain::Day;
use hailong::domain::period::{CutOff, Period};
use hailong::error::Error;
use hailong::flow::assess::{Audience, Findings, findings};
use hailong::flow::release::cut;
use hailong::present::{csv as sheet, report};
use hailong::web::results::{Filter, Leaf, page};
use hailong::words::Lang;

use crate::rows::{self, ACCESS, Answer, OVERALL, PAPERS, RESULT, SCHOOL, STAFF, noon};
use crate::world::World;

/// Three offices and a school in March 2026; the second office has three answers, and one has a name that a
/// spreadsheet would run.
async fn found(audience: Audience) -> (World, Findings) {
    let world = World::new().await;
    rows::form(&world.db).await;
    for (id, name, kind) in [
        (1, "Văn phòng Sở", "office"),
        (2, "Phòng Đào tạo", "office"),
        (3, "=HYPERLINK(\"http://x\")", "office"),
        (4, "Trường <THPT> Trưng Vương", "school"),
    ] {
        rows::unit(&world.db, id, name, kind).await;
    }
    rows::procedure(&world.db, 1, "Chuyển trường, lớp 10 \"đầu năm\"").await;
    let mut answers: Vec<Answer> = Vec::new();
    for (unit, count, question) in [(1, 1200, OVERALL), (2, 3, OVERALL), (3, 37, OVERALL), (4, 20, SCHOOL)] {
        for i in 0..count {
            let n = answers.len() as i64 + 1;
            let level = if i % 13 == 0 { 3 } else { 4 + i % 2 };
            let mut answer = Answer::new(n, 20260310, question, level).at(unit);
            if unit == 1 {
                answer = answer.about(1);
                answer.answers.extend([(ACCESS, level), (RESULT, 5), (STAFF, 5 - i % 3), (PAPERS, 1 + i % 7 / 6)]);
            }
            answers.push(answer);
        }
    }
    rows::responses(&world.db, &answers).await;
    cut(&world.db, noon(20260401), 5).await.unwrap();
    let march = Period::parse("2026-03", CutOff::Calendar).unwrap();
    let found = findings(&world.db, &march, audience, noon(20260401)).await.unwrap();
    (world, found)
}

fn langs() -> [Lang; 2] {
    ["vi", "en"].map(|code| Lang::by_code(code).unwrap())
}

#[tokio::test]
async fn the_page_says_what_was_found_in_words() {
    let (_world, found) = found(Audience::Public).await;
    let [vi, en] = langs().map(|lang| page(lang, &Leaf::preview(&found, "")).into_string());
    for text in [
        "Tháng 3 năm 2026: 92,2% hài lòng (từ 90,5% đến 93,5%), 1.240 đánh giá.",
        "Đạt chỉ tiêu 90%.",
        "Với độ tin cậy 95%, ít nhất 90,8%.",
        "Khảo sát tại đơn vị, không phải SIPAS.",
        "Không hiện số, để bảo vệ người góp ý",
        "Ít đánh giá, chỉ để tham khảo",
        "Trường &lt;THPT&gt; Trưng Vương",
        "Việc khác",
    ] {
        assert!(vi.contains(text), "«{text}» is not on the page:\n{vi}");
    }
    for text in ["Meets target", "1,240 ratings", "92.2% satisfied (90.5% to 93.5%)", "Not shown, to protect people"] {
        assert!(en.contains(text), "«{text}» is not on the page");
    }
    for html in [&vi, &en] {
        assert_eq!(html.matches("<h1").count(), 1);
        assert_eq!(html.matches("<table").count(), html.matches("<caption").count());
        for absent in ["style=", "<script", "results-sentence", "results-column", "period-", "number-percent"] {
            assert!(!html.replace("results-units-", "").contains(absent), "{absent} is on the page");
        }
        // Ids are unique, and what refers to an id finds it.
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        for id in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(ids.contains(&id), "#{id}");
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}

#[tokio::test]
async fn open_periods_are_marked() {
    let (world, found) = found(Audience::Public).await;
    let [vi, _] = langs();
    let html = page(vi, &Leaf::preview(&found, "")).into_string();
    assert!(!html.contains("Tạm tính"));
    let year = Period::parse("2026", CutOff::Calendar).unwrap();
    let open = findings(&world.db, &year, Audience::Public, noon(20260401)).await.unwrap();
    let html = page(vi, &Leaf::preview(&open, "")).into_string();
    assert!(html.contains("Tạm tính"));
    assert!(html.contains("Năm 2026 (đến 01/04/2026): 92,2% hài lòng"), "{html}");
    assert!(html.contains("(tạm tính)"));
}

#[tokio::test]
async fn the_sheet_and_the_report_hold_the_same_figures() {
    let (_world, found) = found(Audience::Management).await;
    let bytes = sheet::file(&found).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte-order mark comes first");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let json: serde_json::Value = serde_json::from_str(&report::json(&found).unwrap()).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut next = rows.iter();
    let mut compared = 0;
    for finding in json["indicators"].as_array().unwrap() {
        let lines = [&finding["units"], &finding["procedures"]].map(|lines| lines.as_array().unwrap().clone());
        for line in std::iter::once(finding["department"].clone()).chain(lines.into_iter().flatten()) {
            let row = next.next().unwrap();
            let cell = |name: &str| &row[header.iter().position(|column| column == name).unwrap()];
            assert_eq!(cell("indicator"), finding["indicator"].as_str().unwrap());
            assert_eq!(cell("scope"), line["scope"].as_str().unwrap());
            assert_eq!(cell("code"), line["code"].as_str().unwrap());
            assert_eq!(cell("first_day"), "2026-03-01");
            let plain = |value: &serde_json::Value| match value {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            for name in ["state", "n", "answers", "satisfied", "blank", "verdict", "population"] {
                assert_eq!(cell(name), plain(&line["figure"][name]), "{name}");
            }
            for name in ["share", "lower", "upper", "at_least", "at_most", "coverage"] {
                // The reader of JSON may be off by the last bit.
                let both = (cell(name).parse::<f64>().ok(), line["figure"][name].as_f64());
                let same = both.0.zip(both.1).map_or(both == (None, None), |(a, b)| (a - b).abs() < 1e-15);
                assert!(same, "{name}: {both:?}");
                compared += 1;
            }
            assert_eq!(cell("index_share").is_empty(), line["index"]["share"].is_null());
            assert_eq!(cell("index_n"), plain(&line["index"]["n"]));
            assert_eq!(cell("level_5"), plain(&line["figure"]["levels"][4]));
        }
    }
    assert!(next.next().is_none() && compared > 60);
    assert!(rows.iter().any(|row| &row[10] == "'=HYPERLINK(\"http://x\")"));
    // The name that was typed is whole where nothing runs it.
    assert!(json.to_string().contains("\"=HYPERLINK("));
}

#[tokio::test]
async fn what_is_hidden_is_hidden_in_every_file() {
    let (_world, found) = found(Audience::Management).await;
    let json = report::json(&found).unwrap();
    let sheet = String::from_utf8(sheet::file(&found).unwrap()).unwrap();
    let row = sheet.lines().find(|line| line.contains("Phòng Đào tạo") && line.contains("procedures")).unwrap();
    let rest = row.split("Phòng Đào tạo,").nth(1).unwrap();
    let cells: Vec<&str> = rest.split(',').filter(|cell| !cell.is_empty()).collect();
    assert_eq!(&cells[..3], ["hidden", "0.9", "false"], "{rest}");
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let units = value["indicators"][0]["units"].as_array().unwrap();
    let small = units.iter().find(|line| line["name"] == "Phòng Đào tạo").unwrap();
    assert_eq!(small["figure"]["n"], serde_json::Value::Null);
    // Whoever subtracts finds at least two hidden units.
    assert!(units.iter().filter(|line| line["figure"]["state"] == "hidden").count() >= 2);
}

#[test]
fn the_filter_reads_what_its_form_sends() {
    let today = Day::from_number(20261124).unwrap();
    let read = |period: &str, year: &str, part: &str, cut_off: &str| {
        let [period, year, part, cut_off] = [period, year, part, cut_off].map(str::to_owned);
        let (from, to) = ("2026-01-05".to_owned(), "2026-02-03".to_owned());
        Filter { period, year, part, from, to, cut_off, ..Filter::default() }
            .period(today)
            .map(|period| period.to_string())
    };
    assert_eq!(read("", "", "", "").unwrap(), "2026");
    assert_eq!(read("", "2025", "", "calendar").unwrap(), "2025");
    assert_eq!(read("", "2025", "Q3", "").unwrap(), "2025-Q3");
    assert_eq!(read("", "", "02", "15-14").unwrap(), "2026-02");
    assert_eq!(read("", "2025", "range", "").unwrap(), "2026-01-05..2026-02-03");
    assert_eq!(read("2024-H1", "2025", "Q3", "").unwrap(), "2024-H1");
    assert!(matches!(read("", "hai", "", ""), Err(Error::Invalid(_))));
    let Err(Error::Invalid(faults)) = read("", "", "", "lunar") else { panic!("a lunar cut-off is none") };
    assert!(langs()[0].text_with(faults[0].key, &[("value", "lunar")]).contains("«lunar»"));
}

#[test]
fn every_word_of_results_and_periods_exists_in_both_languages() {
    let mut keys: Vec<String> = Vec::new();
    for file in ["src/domain/period.rs", "src/present/number.rs"]
        .into_iter()
        .map(std::path::PathBuf::from)
        .chain(std::fs::read_dir("src/web/results").unwrap().map(|entry| entry.unwrap().path()))
    {
        let text = std::fs::read_to_string(file).unwrap();
        let quoted = text.split('"').skip(1).step_by(2);
        let ours = ["results-", "period-", "month-", "number-", "day-written", "cut-off-"];
        keys.extend(quoted.filter(|text| ours.iter().any(|start| text.starts_with(start))).map(str::to_owned));
    }
    assert!(keys.len() > 80, "{}", keys.len());
    for lang in langs() {
        let missing: Vec<&String> = keys.iter().filter(|key| !lang.has(key)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", lang.code());
    }
}
