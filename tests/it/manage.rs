//! The pages of figures: who sees which, what they say in which state, and that page and files agree.

use axum::http::StatusCode;
use calamine::{DataType, Reader, Xlsx};
use hailong::domain::account::{Grant, Role};
use hailong::domain::{Channel, UnitId};
use hailong::flow::release::cut;
use hailong::store::Db;
use hailong::store::marks::{self, Mark};

use crate::rows::{self, ACCESS, ASPECTS, Answer, OVERALL, RESULT, STAFF, noon};
use crate::seal::tamper;
use crate::site::{Page, Person, Site};

/// A month of one unit: so many answers, and how many of them at a low level.
type Batch = (i64, i64, Option<i64>, Channel, i64, i64);

const COUNTER: Channel = Channel::Counter;
/// Three offices in 2026: the first meets its target, the second does not, the third has three answers, and the fifth so few that
/// it is hidden with the third.
const BATCHES: [Batch; 9] = [
    (1, 20_260_112, Some(1), COUNTER, 400, 12),
    (1, 20_260_210, Some(1), COUNTER, 300, 9),
    (1, 20_260_310, Some(2), Channel::Kiosk, 250, 8),
    (1, 20_260_407, None, COUNTER, 12, 1),
    (2, 20_260_113, Some(1), COUNTER, 90, 30),
    (2, 20_260_214, Some(1), Channel::Paper, 80, 26),
    (2, 20_260_315, Some(2), COUNTER, 35, 4),
    (3, 20_260_316, Some(1), COUNTER, 3, 1),
    (5, 20_260_317, Some(1), COUNTER, 6, 0),
];

async fn office() -> Site {
    let site = Site::new().await;
    let db = &site.world.db;
    rows::form(db).await;
    for (id, name) in
        [(1, "Văn phòng Sở"), (2, "Phòng <Đào tạo>"), (3, "Phòng Ít người"), (4, "Phòng Trống"), (5, "Phòng Sáu")]
    {
        rows::unit(db, id, name, "office").await;
    }
    rows::procedure(db, 1, "Chuyển trường").await;
    rows::procedure(db, 2, "Cấp bản sao văn bằng").await;
    let mut answers: Vec<Answer> = Vec::new();
    for (unit, day, procedure, channel, count, low) in BATCHES {
        for at in 0..count {
            let level = if at < low { 1 + at % 3 } else { 4 + at % 2 };
            let answer = Answer::new(answers.len() as i64 + 1, day, OVERALL, level).at(unit);
            let mut answer = Answer { procedure, channel, ..answer };
            if unit == 1 {
                answer.answers.extend([(ACCESS, level), (RESULT, 5), (STAFF, 4), (ASPECTS, 1 + at % 2)]);
            }
            answers.push(answer);
        }
    }
    rows::responses(db, &answers).await;
    cut(db, noon(20_260_430), 5).await.unwrap();
    changed(&site).await;
    site
}

/// The process hears that the organisation changed.
async fn changed(site: &Site) {
    let mut tx = site.world.db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
}

fn over(unit: i64) -> [Grant; 1] {
    [Grant { role: Role::Manager, unit: Some(UnitId(unit)) }]
}

async fn leader(site: &Site) -> Person<'_> {
    site.person("giamdoc", &[Grant { role: Role::Leader, unit: None }]).await
}

/// The page, which is whole: one main heading, no key of words left, no id twice, no style or script inside.
async fn open(person: &mut Person<'_>, path: &str) -> Page {
    let page = person.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    whole(path, &page);
    page
}

fn whole(path: &str, page: &Page) {
    let html = &page.text;
    assert_eq!(html.matches("<h1").count(), 1, "{path}");
    for absent in ["style=", "<style", "<script>", "onclick", ">manage-", ">chart-", ">results-", "NaN", "undefined"] {
        assert!(!html.contains(absent), "{absent} is at {path}");
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    for words in html.split("labelledby=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        for id in words.split(' ') {
            assert!(ids.contains(&id), "#{id} is missing at {path}");
        }
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{path}: an id stands twice");
}

fn says(page: &Page, words: &[&str]) {
    for text in words {
        assert!(page.text.contains(text), "«{text}» is not on the page:\n{}", page.text);
    }
}

#[tokio::test]
async fn the_overview_says_what_was_found_and_leads_on() {
    let site = office().await;
    let mut leader = leader(&site).await;
    let page = open(&mut leader, "/manage?period=2026").await;
    says(
        &page,
        &[
            "<h1>Tổng quan mức độ hài lòng</h1>",
            "1.176 đánh giá · Năm 2026 · kênh: tất cả",
            "92,3% hài lòng",
            "Tạm tính",
            "Đạt chỉ tiêu: 1 đơn vị; chưa đạt: 1; chưa đủ căn cứ: 0",
            "Phòng &lt;Đào tạo&gt;: chưa đạt chỉ tiêu",
            "href=\"/manage/units/U1?period=2026&amp;lang=vi\"",
            "Chỉ tiêu 90%",
            "Khoảng 95%: vì chỉ một số người trả lời",
            "Nhiều đánh giá nhất từ kênh Mã tại quầy",
            "Mức độ hài lòng đối với sự phục vụ của cơ quan hành chính",
            "Khảo sát tại đơn vị, không phải SIPAS.",
        ],
    );
    assert!(!page.text.contains("<Đào tạo>"), "names cannot become markup");
    assert!(page.text.contains("Không hiện số"), "three answers are not shown");
    let english = open(&mut leader, "/manage?period=2026&lang=en").await;
    says(&english, &["Overview of satisfaction", "1,176 ratings", "Meet the target: 1 units", "Target 90%"]);
}

#[tokio::test]
async fn every_place_has_its_page_and_keeps_period_and_filters() {
    let site = office().await;
    let mut leader = leader(&site).await;
    for path in [
        "/manage",
        "/manage?indicator=service",
        "/manage?indicator=education",
        "/manage?indicator=papers_again",
        "/manage/units",
        "/manage/units?sort=-share",
        "/manage/units/U1",
        "/manage/units/U2",
        "/manage/units/U4",
        "/manage/units/U1/procedures/1.000001",
        "/manage/units/U1/procedures/none",
        "/manage/procedures",
        "/manage/procedures/1.000002",
        "/manage/procedures/none",
        "/manage/questions/all/f_access",
        "/manage/questions/all/f_access?unit=U1",
        "/manage/questions/all/f_access?unit=U1&procedure=1.000001",
    ] {
        let sign = if path.contains('?') { '&' } else { '?' };
        for more in ["period=2026-Q1", "period=2026&channel=kiosk&excluded=with&marked=without&organisation=now&in=1"] {
            let page = open(&mut leader, &format!("{path}{sign}{more}")).await;
            let kept = more.replace("&in=1", "").replace('&', "&amp;");
            let to_overview = page.text.split("href=\"/manage?").nth(1).unwrap().split('"').next().unwrap();
            for pair in kept.split("&amp;") {
                assert!(to_overview.contains(pair), "{path}: {pair} is lost in {to_overview}");
            }
        }
    }
    let unit = open(&mut leader, "/manage/units/U1?period=2026").await;
    says(
        &unit,
        &[
            "<h1>Văn phòng Sở</h1>",
            "href=\"/manage/units/U1/procedures/1.000001?period=2026&amp;lang=vi\"",
            "href=\"/manage/units?period=2026&amp;lang=vi\"",
            "Việc khác",
            "Đạt chỉ tiêu 90%.",
        ],
    );
}

#[tokio::test]
async fn s2_a_manager_sees_the_own_units_and_others_look_absent() {
    let site = office().await;
    let mut manager = site.person("truong", &over(2)).await;
    let page = open(&mut manager, "/manage?period=2026").await;
    says(&page, &["205 đánh giá", "Chưa đạt chỉ tiêu 90%"]);
    let own = open(&mut manager, "/manage/units/U2?period=2026").await;
    says(&own, &["205 đánh giá"]);
    for path in
        ["/manage", "/manage/units", "/manage/procedures", "/manage/units/U2", "/manage/units/U2/procedures/1.000001"]
    {
        let page = open(&mut manager, &format!("{path}?period=2026")).await;
        for foreign in ["Văn phòng Sở", "Phòng Ít người", "Phòng Trống", ">962<", "962 đánh giá", "1.176"]
        {
            assert!(!page.text.contains(foreign), "{foreign} is at {path}");
        }
    }
    let mut seen = Vec::new();
    for code in ["U1", "U3", "KHONG-CO"] {
        for path in [format!("/manage/units/{code}"), format!("/manage/units/{code}/procedures/1.000001")] {
            let page = manager.get(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            whole(&path, &page);
            // The token first: by chance it may hold the code.
            seen.push(page.text.replace(&manager.csrf, "").replace(code, "CODE"));
            for ending in ["csv", "json"] {
                assert_eq!(manager.get(&format!("{path}.{ending}")).await.status, StatusCode::NOT_FOUND);
            }
        }
    }
    assert!(seen.iter().all(|page| page.contains("Tài khoản này không xem được đơn vị «CODE».")));
    assert!(seen.iter().step_by(2).all(|page| *page == seen[0]), "what is another's and what is not there look alike");
    // A procedure of all units is not theirs to see: with one unit, theirs is shown.
    let to = manager.get("/manage/procedures/1.000001?period=2026").await;
    assert_eq!(to.location(), "/manage/units/U2/procedures/1.000001?period=2026&lang=vi");
    let question = manager.get("/manage/questions/all/f_access?unit=U1").await;
    assert_eq!(question.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_manager_of_several_units_chooses_where_to_look_at_a_procedure() {
    let site = office().await;
    let both = [over(1), over(2)].concat();
    let mut manager = site.person("pho", &both).await;
    let page = open(&mut manager, "/manage/procedures/1.000001?period=2026").await;
    says(&page, &["Chọn đơn vị", "/manage/units/U1/procedures/1.000001?", "/manage/units/U2/procedures/1.000001?"]);
    assert!(!page.text.contains("Phòng Trống"));
}

#[tokio::test]
async fn each_state_is_said_in_words() {
    let site = office().await;
    let mut leader = leader(&site).await;
    for (path, words) in [
        ("/manage/units/U1?period=2026", "Đạt chỉ tiêu 90%."),
        ("/manage/units/U2?period=2026", "Chưa đạt chỉ tiêu 90%."),
        ("/manage/units/U2?period=2026-03", "Chưa đủ căn cứ kết luận"),
        ("/manage/units/U2?period=2026-03", "Tỷ lệ nằm quá sát chỉ tiêu"),
        ("/manage/units/U1?period=2026-04", "Ít đánh giá, chỉ để tham khảo"),
        ("/manage/units/U3?period=2026", "Không hiện số, để bảo vệ người góp ý"),
        ("/manage/units/U4?period=2026", "Chưa có đánh giá nào trong kỳ và phạm vi này."),
        ("/manage?period=2025", "Chưa có đánh giá nào trong kỳ và phạm vi này."),
        ("/manage?period=2026", "Số liệu đến 12:00 30/04/2026: đã hơn một ngày chưa có số liệu mới."),
        ("/manage?period=2026-Q1", "Số liệu đến 12:00 30/04/2026."),
        ("/manage?excluded=with", "đây không phải số liệu báo cáo"),
    ] {
        let page = open(&mut leader, path).await;
        assert!(page.text.contains(words), "«{words}» is not at {path}:\n{}", page.text);
    }
    let hidden = open(&mut leader, "/manage/units/U3?period=2026").await;
    assert!(!hidden.text.contains("66,7%") && !hidden.text.contains("3 đánh giá"));
}

#[tokio::test]
async fn an_empty_service_says_what_to_do_next() {
    let site = Site::new().await;
    let mut leader = leader(&site).await;
    let page = open(&mut leader, "/manage").await;
    says(
        &page,
        &["Chưa có đánh giá nào. Bước tiếp theo: in mã cho quầy.", "/admin/codes?lang=vi", "Chưa có số liệu nào."],
    );
}

#[tokio::test]
async fn what_was_not_understood_comes_back_with_the_form() {
    let site = office().await;
    let mut leader = leader(&site).await;
    for (query, field) in [("year=20x6", "year"), ("channel=fax", "channel"), ("cut_off=never", "cut_off")] {
        let page = leader.get(&format!("/manage?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        whole(query, &page);
        says(&page, &["<title>Lỗi: ", "role=\"alert\"", &format!("href=\"#{field}\""), &format!("id=\"{field}\"")]);
    }
    let page = leader.get("/manage?part=range&from=2026-03-05&to=2026-03-01").await;
    says(&page, &["value=\"2026-03-05\"", "value=\"2026-03-01\""]);
    assert_eq!(leader.get("/manage.csv?year=20x6").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_form_finds_units_and_procedures_by_code_or_name() {
    let site = office().await;
    let mut leader = leader(&site).await;
    for (query, to) in [
        ("unit=U2", "/manage/units/U2?period=2026-Q1&lang=vi"),
        ("unit=van%20phong", "/manage/units/U1?period=2026-Q1&lang=vi"),
        ("unit=phong", "/manage/units?period=2026-Q1&lang=vi&find=phong"),
        ("procedure=1.000002", "/manage/procedures/1.000002?period=2026-Q1&lang=vi"),
        ("unit=U1&procedure=ban%20sao", "/manage/units/U1/procedures/1.000002?period=2026-Q1&lang=vi"),
        ("procedure=kh%C3%B4ng", "/manage/procedures?period=2026-Q1&lang=vi&find=kh%C3%B4ng"),
    ] {
        let page = leader.get(&format!("/manage?year=2026&part=Q1&{query}")).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, to), "{query}");
    }
    let found = open(&mut leader, "/manage/units?period=2026&find=dao").await;
    assert!(found.text.contains("Phòng &lt;Đào tạo&gt;</a>") && !found.text.contains("Phòng Trống</a>"));
    says(&open(&mut leader, "/manage/procedures?find=xyz").await, &["Không có tên hoặc mã nào khớp «xyz»."]);
}

#[tokio::test]
async fn tables_sort_by_links_and_what_is_hidden_comes_last() {
    let site = office().await;
    let mut leader = leader(&site).await;
    let order = |page: &Page| -> Vec<usize> {
        let body = page.text.split("<tbody>").find(|part| part.contains("/manage/units/U1?")).unwrap().to_owned();
        let place = |code: &str| body.find(&format!("/manage/units/{code}?")).unwrap();
        let mut units: Vec<(usize, usize)> = (1..=5).map(|n| (place(&format!("U{n}")), n)).collect();
        units.sort_unstable();
        units.into_iter().map(|(_, n)| n).collect()
    };
    for (sort, expected) in
        [("", [2, 1, 3, 5, 4]), ("-name", [1, 2, 5, 3, 4]), ("-n", [1, 2, 3, 5, 4]), ("share", [2, 1, 3, 5, 4])]
    {
        let page = open(&mut leader, &format!("/manage/units?period=2026&sort={sort}")).await;
        assert_eq!(order(&page), expected, "{sort}");
    }
}

#[tokio::test]
async fn page_and_files_of_a_view_hold_the_same() {
    let site = office().await;
    let mut leader = leader(&site).await;
    for path in ["/manage", "/manage/units", "/manage/procedures", "/manage/units/U1", "/manage/procedures/1.000001"] {
        let query = "?period=2026&lang=vi";
        let csv = leader.get(&format!("{path}.csv{query}")).await;
        assert_eq!(
            (csv.status, csv.head["content-type"].to_str().unwrap()),
            (StatusCode::OK, "text/csv; charset=utf-8")
        );
        let json = leader.get(&format!("{path}.json{query}")).await;
        let picture: serde_json::Value = serde_json::from_str(&json.text).unwrap();
        let mut reader = csv::Reader::from_reader(csv.text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let at = |name: &str| header.iter().position(|column| column == name).unwrap();
        let place = rows.iter().find(|row| &row[at("part")] == "place").unwrap();
        assert_eq!(place[at("n")], picture["headline"]["figure"]["n"].to_string(), "{path}");
        for (part, lines) in [("unit", "units"), ("procedure", "procedures")] {
            let in_file: Vec<(&str, &str)> = rows
                .iter()
                .filter(|row| &row[at("part")] == part)
                .map(|row| (&row[at("code")], &row[at("n")]))
                .collect();
            let empty = Vec::new();
            let lines = picture[lines].as_array().unwrap_or(&empty);
            assert_eq!(in_file.len(), lines.len(), "{path} {part}");
            for ((code, n), line) in in_file.iter().zip(lines) {
                assert_eq!(*code, line["code"].as_str().unwrap());
                assert_eq!(n.parse::<u64>().ok(), line["figure"]["n"].as_u64(), "{path} {code}");
            }
        }
        let book = leader.get(&format!("{path}.xlsx{query}")).await;
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(book.bytes)).unwrap();
        let sheets = book.sheet_names();
        assert_eq!(sheets, ["Cách tính", "Số liệu"], "{path}");
        let sheet = book.worksheet_range(&sheets[1]).unwrap();
        assert_eq!(sheet.height(), rows.len() + 1, "{path}");
        for (cells, row) in sheet.rows().skip(1).zip(&rows) {
            assert_eq!(cells[at("code")].to_string(), row[at("code")]);
            for number in ["n", "share", "target"] {
                assert_eq!(cells[at(number)].as_f64(), row[at(number)].parse().ok(), "{path} {number}");
            }
        }
        let page = open(&mut leader, &format!("{path}{query}")).await;
        let n = picture["headline"]["figure"]["n"].as_u64().unwrap();
        let words = hailong::present::number::count(hailong::words::Lang::by_code("vi").unwrap(), n);
        says(&page, &[&format!("{words} đánh giá"), &format!("href=\"{path}.csv?period=2026&amp;lang=vi\"")]);
        says(&page, &[&format!("href=\"{path}.xlsx?period=2026&amp;lang=vi\"")]);
    }
}

/// Says so many more of a unit about a day, of which so many are satisfied.
async fn more(site: &Site, unit: i64, day: i64, (satisfied, all): (i64, i64), ticked: &dyn Fn(i64) -> Option<i64>) {
    let db = &site.world.db;
    let last =
        crate::accounts::texts(db, "SELECT CAST(MAX(n) AS TEXT) FROM responses").await[0].parse::<i64>().unwrap();
    let answer = |at: i64| {
        let mut answer = Answer::new(last + 1 + at, day, OVERALL, if at < satisfied { 5 } else { 1 }).at(unit);
        answer.answers.extend(ticked(at).map(|choice| (ASPECTS, choice)));
        answer
    };
    rows::responses(db, &(0..all).map(answer).collect::<Vec<_>>()).await;
    cut(db, noon(20_260_430), 5).await.unwrap();
}

#[tokio::test]
async fn a_need_that_nobody_can_meet_is_said_as_what_it_means() {
    let site = office().await;
    // Just beside 90 %.
    more(&site, 4, 20_260_118, (451, 500), &|_| None).await;
    let mut leader = leader(&site).await;
    for (lang, words, number) in [
        ("vi", "Tỷ lệ nằm quá sát chỉ tiêu", "Cần thêm khoảng"),
        ("en", "The share lies so close to the target", "more ratings needed"),
    ] {
        let page = open(&mut leader, &format!("/manage/units/U4?period=2026&lang={lang}")).await.text;
        assert!(page.contains(words) && !page.contains(number), "{page}");
    }
}

#[tokio::test]
async fn the_most_named_is_the_most_of_what_is_shown_where_something_is_hidden() {
    let site = office().await;
    let mut leader = leader(&site).await;
    assert!(open(&mut leader, "/manage?period=2026").await.text.contains("Được nêu nhiều nhất: «"));
    // Two who named one thing would be known.
    more(&site, 4, 20_260_118, (60, 62), &|at| {
        Some(if at < 40 {
            1
        } else if at < 60 {
            2
        } else {
            3
        })
    })
    .await;
    let page = open(&mut leader, "/manage?period=2026").await.text;
    assert!(page.contains("Được nêu nhiều nhất trong số được hiện: «"), "{page}");
    assert!(!page.contains("Được nêu nhiều nhất: «"), "{page}");
}

#[tokio::test]
async fn two_units_of_one_name_are_told_apart_by_their_codes() {
    let site = office().await;
    rows::unit(&site.world.db, 6, "Văn phòng Sở", "office").await;
    let mut tx = site.world.db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    more(&site, 6, 20_260_118, (50, 60), &|_| None).await;
    let mut leader = leader(&site).await;
    let page = open(&mut leader, "/manage/units?period=2026").await;
    says(&page, &[">Văn phòng Sở (U1)</a>", ">Văn phòng Sở (U6)</a>", "value=\"U6\""]);
    assert!(!page.text.contains("Phòng Sáu (U5)"), "one alone needs no code");
    site.publish("2026").await;
    says(&leader.get("/results").await, &[">Văn phòng Sở (U1)<", ">Văn phòng Sở (U6)<"]);
}

#[tokio::test]
async fn the_ways_are_the_same_on_all_pages_of_managers_and_a_unit_leads_to_its_comments() {
    let site = office().await;
    let mut leader = leader(&site).await;
    let nav = |page: &Page| -> Vec<String> {
        let nav = page.between("<nav class=\"places\"", "<form").to_owned();
        nav.split("<a href=\"").skip(1).map(|rest| rest.split(['?', '"']).next().unwrap().to_owned()).collect()
    };
    let ways = nav(&leader.get("/manage").await);
    assert!(ways.contains(&"/manage/units".to_owned()) && ways.contains(&"/manage/procedures".to_owned()));
    for path in ["/manage/comments", "/manage/comments/words", "/manage/alerts", "/manage/publish"] {
        let page = leader.get(path).await;
        assert_eq!(nav(&page), ways, "{path}");
        assert_eq!(page.text.matches("aria-current=\"page\"").count(), 1, "{path}");
    }
    let page = leader.get("/manage/units/U1?period=2026-Q1").await;
    let way = "/manage/comments?unit=U1&amp;from=2026-01-01&amp;to=2026-03-31&amp;lang=vi";
    says(&page, &[way]);
    assert_eq!(leader.get(&way.replace("&amp;", "&")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_published_and_what_is_said_of_it_agree() {
    let site = office().await;
    let mut leader = leader(&site).await;
    let page = leader.get("/manage/publish").await;
    says(
        &page,
        &["Bản tạm tính tự cập nhật theo mỗi lần tổng hợp cho đến khi kỳ chốt xong; bản đã chốt không đổi nữa."],
    );
}

#[tokio::test]
async fn a_year_is_compared_only_with_one_in_which_the_place_stood() {
    let site = office().await;
    let db = &site.world.db;
    let before = [(20_250_215, COUNTER, 60), (20_250_310, Channel::Paper, 50)];
    let days = before.iter().flat_map(|(day, channel, count)| (0..*count).map(move |at| (*day, *channel, at)));
    let answers = days.zip(2_000..).map(|((day, channel, at), n)| {
        let answer = Answer::new(n, day, OVERALL, if at % 5 == 0 { 2 } else { 5 }).at(2);
        Answer { procedure: Some(1), channel, ..answer }
    });
    rows::responses(db, &answers.collect::<Vec<Answer>>()).await;
    cut(db, noon(20_260_430), 5).await.unwrap();
    let mut leader = leader(&site).await;
    let path = "/manage/units/U2?period=2026";
    let page = open(&mut leader, path).await;
    says(&page, &["So với cùng kỳ năm trước", "So sánh đơn giản: tỷ lệ thay đổi"]);
    for (since, told) in [
        ("UPDATE units SET valid_from = 20250101 WHERE id = 2", None),
        ("UPDATE units SET valid_from = 20250301 WHERE id = 2", Some("Nơi này có từ ngày 01/03/2025")),
    ] {
        tamper(db, &[since]).await;
        changed(&site).await;
        let page = open(&mut leader, path).await;
        assert_eq!(page.text.contains("So với cùng kỳ năm trước"), told.is_none(), "{}", page.text);
        assert_eq!(page.text.contains("So sánh đơn giản"), told.is_none(), "{}", page.text);
        says(&page, told.as_slice());
    }
    let page = open(&mut leader, "/manage/units/U1?period=2026").await;
    says(&page, &["Chưa so được với cùng kỳ năm trước"]);
}

#[tokio::test]
async fn print_opens_what_is_closed_and_leaves_the_form_away() {
    let site = office().await;
    let mut leader = leader(&site).await;
    let page = open(&mut leader, "/manage/units/U1?period=2026&in=1").await;
    assert!(page.text.contains("<details open") && !page.text.contains("<details>"));
    assert!(!page.text.contains("<form class=\"filter\""));
    says(&page, &["Lập lúc "]);
}

#[tokio::test]
async fn whoever_has_no_figures_to_see_is_sent_away() {
    let site = office().await;
    let mut officer = site.person("mot-cua", &[Grant { role: Role::Officer, unit: Some(UnitId(1)) }]).await;
    for path in ["/manage", "/manage.csv", "/manage/units/U1", "/manage/units/U1.json"] {
        assert_eq!(officer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn long_lists_come_in_pages_that_say_how_many_there_are() {
    let site = office().await;
    for id in 6..=1_300 {
        rows::unit(&site.world.db, id, &format!("Trường số {id}"), "office").await;
    }
    let mut tx = site.world.db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    let mut leader = leader(&site).await;
    for path in ["/manage", "/manage/units", "/manage/units?page=65", "/manage/units?page=9999"] {
        let page = open(&mut leader, path).await;
        assert!(page.text.len() < 60 * 1024, "{path}: {} bytes", page.text.len());
        says(&page, &["trên 1.300"]);
    }
    says(&open(&mut leader, "/manage/units?page=2").await, &["Hiện 21–40 trên 1.300"]);
}

#[tokio::test]
async fn figures_that_cannot_be_read_leave_a_page_with_a_number_to_tell_and_a_way_to_try_again() {
    let site = office().await;
    let mut leader = leader(&site).await;
    let rename = async |from: &str, to: &str| {
        let script: &'static str = Box::leak(format!("ALTER TABLE {from} RENAME TO {to}").into_boxed_str());
        match &site.world.db {
            Db::Sqlite { write, .. } => drop(sqlx::query(script).execute(write).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(script).execute(pool).await.unwrap()),
        }
    };
    rename("rollups", "elsewhere").await;
    let path = "/manage?year=2026&channel=counter";
    let page = leader.get(path).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
    whole(path, &page);
    let number = page.head["x-request-id"].to_str().unwrap();
    assert!(page.text.contains(&format!("số tham chiếu: {number}")), "{}", page.text);
    assert!(page.text.contains("Thử lại") && page.text.contains("channel=counter"), "{}", page.text);
    assert!(!page.text.contains("rollups"), "what failed is for the log");
    rename("elsewhere", "rollups").await;
    assert_eq!(leader.get(path).await.status, StatusCode::OK);
}
