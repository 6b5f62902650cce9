//! The inbox of comments: who reads which and when, what is hidden of a text, what is done about it, and what is found.

use axum::http::{Method, StatusCode};
use hailong::clock;
use hailong::domain::account::Role;
use hailong::domain::{AccountId, Channel, Day};
use hailong::flow::collect::Submission;
use hailong::flow::collect::append::append;
use hailong::flow::exclude::{self, Decision, Reason};
use hailong::flow::seal::verify::Outside;
use hailong::flow::{alerts, comments, release};
use hailong::store::{self, Db};

use crate::accounts::texts;
use crate::exclusion::{WHY, acting};
use crate::rows::noon;
use crate::site::{PASSWORD, Page, Person, Site, form};

/// The office of most tests, and another.
pub const OFFICE: &str = "SGD-GL.VP";
const OTHER: &str = "SGD-GL.MC";
/// Monday, the day before the clock of a site stands.
const MONDAY: i64 = 20261123;

/// What people wrote about a unit on a day, each with a level.
pub fn written(site: &Site, unit: &str, day: i64, said: &[(i64, &str)]) -> Vec<Submission> {
    let catalogue = site.app.catalogue();
    let questionnaire = catalogue.latest("procedure").unwrap();
    let question = |name: &str| questionnaire.question(name).unwrap().id;
    let aspect = questionnaire.question("aspects").unwrap().choices[0].value;
    let answer = |(level, text): &(i64, &str)| Submission {
        key: clock::random(),
        first: None,
        invitation: None,
        unit: catalogue.unit_by_code(unit).unwrap().id,
        procedure: Some(catalogue.procedure_by_code("1.005092").unwrap().id),
        point: None,
        channel: Channel::Counter,
        questionnaire: questionnaire.id,
        language: "vi".into(),
        day: Day::from_number(day).unwrap(),
        received_at: 0,
        answers: vec![(question("overall"), *level), (question("aspects"), aspect)],
        trace: None,
        texts: vec![(question("comment"), (*text).into())],
    };
    said.iter().map(answer).collect()
}

/// Stores it, releases it and puts it into the inbox.
pub async fn arrive(site: &Site, batch: &[Submission], least: u64) {
    let (db, now_ms) = (&site.world.db, site.clock.now_ms());
    append(db, &site.keys, now_ms, batch).await.unwrap();
    release::cut(db, now_ms, least).await.unwrap();
    comments::gather(db).await.unwrap();
}

/// A department in which people wrote about the office on Monday.
async fn wrote(said: &[(i64, &str)]) -> Site {
    let site = Site::department().await;
    let batch = written(&site, OFFICE, MONDAY, said);
    arrive(&site, &batch, 1).await;
    site
}

/// The addresses of the comments on a page, in order.
pub fn tokens(page: &Page) -> Vec<String> {
    let links = page.text.split("<h2><a href=\"/manage/comments/").skip(1);
    links.map(|rest| rest.split('?').next().unwrap().to_owned()).collect()
}

/// The address of the comment that says something.
pub fn address(page: &Page, said: &str) -> String {
    let entry = page.text.split("<li>").find(|entry| entry.contains(said));
    assert!(entry.is_some(), "«{said}» is not on the page: {}", page.text);
    let token = entry.unwrap().split("/manage/comments/").nth(1).unwrap().split('?').next().unwrap();
    format!("/manage/comments/{token}")
}

pub async fn manager<'s>(site: &'s Site, login: &str, unit: &str) -> Person<'s> {
    site.person(login, &[site.grant(Role::Manager, Some(unit))]).await
}

pub async fn leader(site: &Site) -> Person<'_> {
    site.person("giamdoc", &[site.grant(Role::Leader, None)]).await
}

/// Sends a form about a comment that must be taken.
pub async fn done(person: &mut Person<'_>, path: &str, fields: &[(&str, &str)]) {
    let comment = path.rsplit_once('/').unwrap().0;
    assert_eq!(person.get(comment).await.status, StatusCode::OK);
    let page = person.post(path, fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{path} {fields:?}: {}", page.text);
}

#[tokio::test]
async fn s3_each_role_reads_the_comments_of_its_units_and_those_of_others_look_absent() {
    let site = Site::department().await;
    for (unit, canary) in [(OFFICE, "hoàng yến một"), (OTHER, "hoàng yến hai")] {
        let batch = written(&site, unit, MONDAY, &[(2, canary)]);
        arrive(&site, &batch, 1).await;
    }
    let mut leader = leader(&site).await;
    let all = leader.get("/manage/comments").await;
    assert!(all.text.contains("hoàng yến một") && all.text.contains("hoàng yến hai"), "{}", all.text);
    let (own, others) = (address(&all, "yến một"), address(&all, "yến hai"));
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    assert_eq!(tokens(&inspector.get("/manage/comments").await).len(), 2);
    for role in [Role::Officer, Role::Typist, Role::Admin] {
        let mut none = site.person(role.name(), &[site.grant(role, Some(OFFICE))]).await;
        for path in ["/manage/comments", "/manage/comments/words", &own] {
            assert_eq!(none.get(path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
        assert!(!none.get("/account").await.text.contains("/manage/comments"));
    }

    let mut head = manager(&site, "hoa", OFFICE).await;
    assert!(head.get("/account").await.text.contains("/manage/comments"));
    let absent = head.get("/manage/comments/AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    for path in [others.clone(), format!("{others}/note"), format!("{others}/nothing"), format!("{own}x")] {
        let page = head.get(&path).await;
        assert_eq!((page.status, &page.text), (StatusCode::NOT_FOUND, &absent.text), "{path}");
    }
    for act in ["assign", "note", "answer", "status", "hide", "show", "mask", "unmask", "nothing"] {
        let page = head.post(&format!("{others}/{act}"), &[("note", "Đã xem")]).await;
        assert_eq!((page.status, &page.text), (StatusCode::NOT_FOUND, &absent.text), "{act}");
    }
    let unknown = head.get("/manage/comments?unit=KHONG-CO").await;
    for name in ["unit", "assigned"] {
        let page = head.get(&format!("/manage/comments?{name}={OTHER}")).await;
        assert_eq!((page.status, &page.text), (StatusCode::NOT_FOUND, &unknown.text), "{name}");
    }
    for query in
        ["", "?words=hoang+yen", "?rating=low", "?from=2026-11-01&to=2026-11-30", "?status=new", "?aspect=time"]
    {
        let page = head.get(&format!("/manage/comments{query}")).await;
        assert!(page.text.contains("hoàng yến một") && page.text.contains(">1 ý kiến"), "{query}: {}", page.text);
        assert!(!page.text.contains("yến hai") && !page.text.contains(OTHER), "{query}");
    }
    assert!(head.get("/manage/comments/words").await.text.contains("Tính từ 1 ý kiến"));
    assert!(head.get("/manage/comments?words=hai").await.text.contains("Không có ý kiến nào khớp bộ lọc."));
}

#[tokio::test]
async fn p3_a_comment_shows_from_the_next_working_day_with_its_day_only_in_no_order_of_coming() {
    let site = Site::department().await;
    let friday: Vec<String> = (0..24).map(|i| format!("Lời thứ {i} của ngày.")).collect();
    let said: Vec<(i64, &str)> = friday.iter().map(|text| (3, text.as_str())).collect();
    let friday = written(&site, OFFICE, 20261120, &said);
    site.clock.set(noon(20261120));
    arrive(&site, &friday, 1).await;
    let mut leader = leader(&site).await;
    for (day, shown) in [(20261120, 0), (20261121, 0), (20261122, 0), (20261123, 24)] {
        site.clock.set(noon(day));
        leader.sign_in("giamdoc", PASSWORD).await;
        let page = leader.get("/manage/comments").await;
        assert_eq!(tokens(&page).len(), shown, "{day}");
        if shown == 0 {
            assert!(page.text.contains("Chưa có ý kiến nào.") && !page.text.contains("Lời thứ"), "{}", page.text);
            let token = &texts(&site.world.db, "SELECT token FROM inbox").await[0];
            assert_eq!(leader.get(&format!("/manage/comments/{token}")).await.status, StatusCode::NOT_FOUND);
            assert!(leader.get("/manage/comments/words").await.text.contains("Tính từ 0 ý kiến"));
        }
    }
    let page = leader.get("/manage/comments").await;
    let places = |text: &str| -> Vec<usize> {
        (0..24).map(|i| text.find(&format!("Lời thứ {i} của ngày.")).unwrap()).collect()
    };
    let order = places(&page.text);
    assert!(!order.is_sorted() && !order.iter().rev().is_sorted(), "in the order of coming: {order:?}");
    assert_eq!(order, places(&leader.get("/manage/comments").await.text), "the order stays");
    assert!(page.text.contains("20/11/2026"));
    let one = leader.get(&address(&page, "Lời thứ 7")).await;
    for page in [page, one] {
        let main = page.between("<main", "</main>");
        let digit = |c: Option<&u8>| c.is_some_and(u8::is_ascii_digit);
        let bytes = main.as_bytes();
        let time = (1..bytes.len()).any(|i| bytes[i] == b':' && digit(bytes.get(i - 1)) && digit(bytes.get(i + 1)));
        assert!(!time, "a time is told: {main}");
    }
}

#[tokio::test]
async fn p3_what_waits_for_its_release_is_in_no_list() {
    let site = Site::department().await;
    let four: Vec<(i64, &str)> = vec![(2, "Chờ lâu quá"); 4];
    let batch = written(&site, OFFICE, MONDAY, &four);
    arrive(&site, &batch, 5).await;
    let mut leader = leader(&site).await;
    assert!(tokens(&leader.get("/manage/comments").await).is_empty());
    assert!(texts(&site.world.db, "SELECT token FROM inbox").await.is_empty());
    let fifth = written(&site, OFFICE, MONDAY, &[(2, "Người thứ năm")]);
    arrive(&site, &fifth, 5).await;
    assert_eq!(tokens(&leader.get("/manage/comments").await).len(), 5);
    // Whoever gathers at the same time puts each in once.
    let more = written(&site, OFFICE, MONDAY, &four);
    append(&site.world.db, &site.keys, site.clock.now_ms(), &more).await.unwrap();
    release::cut(&site.world.db, site.clock.now_ms() + 1, 1).await.unwrap();
    let db = &site.world.db;
    let both = tokio::join!(comments::gather(db), comments::gather(db), comments::gather(db));
    assert!(both.0.is_ok() && both.1.is_ok() && both.2.is_ok(), "{both:?}");
    assert_eq!(tokens(&leader.get("/manage/comments").await).len(), 9);
}

#[tokio::test]
async fn what_leads_to_a_person_is_hidden_and_cannot_be_searched_for() {
    let said = "Gọi tôi 0905 123 456 hoặc +84.914.567.890, thẻ 052090001234, thư lan.nt@gmail.com; anh Nguyễn Văn Tèo ở quầy 2 \
                <script>alert(1)</script> https://evil.vn";
    let site = wrote(&[(1, said)]).await;
    let mut head = manager(&site, "hoa", OFFICE).await;
    let list = head.get("/manage/comments").await;
    let path = address(&list, "Gọi tôi");
    for page in [list, head.get(&path).await] {
        assert_eq!(page.text.matches("[đã ẩn số]").count(), 4, "{}", page.text);
        for hidden in ["0905", "123 456", "914.567", "052090001234", "gmail", "<script>alert", "href=\"https://evil"] {
            assert!(!page.text.contains(hidden), "«{hidden}»: {}", page.text);
        }
        assert!(page.text.contains("anh Nguyễn Văn Tèo ở quầy 2"), "no name is hidden before it is confirmed");
        assert!(page.text.contains("&lt;script&gt;") && page.text.contains("<bdi"), "{}", page.text);
    }
    for (words, found) in [("0905123456", false), ("0905", false), ("gmail", false), ("teo", true), ("goi", true)] {
        let page = head.get(&format!("/manage/comments?words={words}")).await;
        assert_eq!(page.text.contains("Gọi tôi"), found, "{words}");
    }
    // What was written stays as it was.
    let stored = texts(&site.world.db, "SELECT body FROM comments").await;
    assert_eq!(stored, [said]);

    let start = said
        .chars()
        .collect::<Vec<_>>()
        .windows(6)
        .position(|part| part.iter().collect::<String>() == "Nguyễn")
        .unwrap();
    let range = format!("{start}-{}", start + "Nguyễn Văn Tèo".chars().count());
    assert!(head.get(&path).await.text.contains(&format!("value=\"{range}\"")), "it is suggested");
    for (fields, said) in [
        (vec![("range", "0-3")], "Chọn một tên"),
        (vec![("name", "Trần Thị")], "Không thấy tên này"),
        (vec![], "Chọn một tên"),
    ] {
        let page = head.post(&format!("{path}/mask"), &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(page.text.contains(said) && page.text.contains("href=\"#name\""), "{}", page.text);
    }
    done(&mut head, &format!("{path}/mask"), &[("range", &range)]).await;
    let page = head.get(&path).await;
    assert!(page.text.contains("[đã ẩn tên]") && !page.text.contains("Tèo"), "{}", page.text);
    assert!(page.text.contains("Người hoa, 24/11/2026"), "who confirmed it is told: {}", page.text);
    assert!(!head.get("/manage/comments?words=teo").await.text.contains("Gọi tôi"), "nor is it found any more");
    assert_eq!(texts(&site.world.db, "SELECT body FROM comments").await, [said]);
    done(&mut head, &format!("{path}/unmask"), &[("range", &range)]).await;
    assert!(head.get(&path).await.text.contains("Nguyễn Văn Tèo"));
    assert!(head.get("/manage/comments?words=teo").await.text.contains("Gọi tôi"));
    // A name that nothing suggests is hidden wherever it stands.
    done(&mut head, &format!("{path}/mask"), &[("name", "Văn Tèo")]).await;
    assert!(
        head.get(&path).await.text.contains("Nguyễn </bdi>") || head.get(&path).await.text.contains("Nguyễn <span")
    );
    let log = texts(&site.world.db, "SELECT act || subject || detail FROM audit").await.join("\n");
    assert!(log.contains("name-masked") && log.contains("name-unmasked") && !log.contains("Tèo"), "{log}");
}

#[tokio::test]
async fn hiding_needs_a_reason_leaves_a_trace_and_is_seen_by_leader_and_inspector() {
    let site = wrote(&[(1, "Cán bộ quát mắng tôi"), (5, "Rất tốt")]).await;
    let mut head = manager(&site, "hoa", OFFICE).await;
    let path = address(&head.get("/manage/comments").await, "quát mắng");
    done(&mut head, &format!("{path}/status"), &[("status", "open")]).await;
    let hide = format!("{path}/hide");
    for (fields, faults) in [
        (vec![], vec!["Chọn một lý do trong danh sách", "Nêu rõ lý do bằng 10 đến 500 ký tự"]),
        (vec![("reason", "insult"), ("hide_why", "ngắn")], vec!["Nêu rõ lý do bằng 10 đến 500 ký tự"]),
        (vec![("reason", "none"), ("hide_why", WHY)], vec!["Chọn một lý do trong danh sách"]),
    ] {
        let page = head.post(&hide, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(faults.iter().all(|fault| page.text.contains(fault)), "{fields:?}: {}", page.text);
        assert!(page.text.contains("<title>Lỗi: "));
    }
    assert_eq!(tokens(&head.get("/manage/comments").await).len(), 2);
    // The words of hiding go by a form of our own only.
    let forged = form(&[("reason", "insult"), ("hide_why", WHY)]);
    let page = head.ask(Method::POST, &hide, Some(forged), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    done(&mut head, &hide, &[("reason", "insult"), ("hide_why", WHY)]).await;

    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    let mut leader = leader(&site).await;
    for person in [&mut head, &mut leader, &mut inspector] {
        let list = person.get("/manage/comments").await;
        assert!(!list.text.contains("quát mắng") && list.text.contains("Rất tốt"), "{}", list.text);
        assert!(list.text.contains("Đã ẩn 1 ý kiến, lý do: Xúc phạm người khác (1)."), "{}", list.text);
        let hidden = person.get("/manage/comments?status=hidden").await;
        assert!(hidden.text.contains("quát mắng") && !hidden.text.contains("Rất tốt</bdi>"), "{}", hidden.text);
        let one = person.get(&path).await;
        for told in ["quát mắng", "Xúc phạm người khác", WHY, "Người hoa, 24/11/2026"] {
            assert!(one.text.contains(told), "«{told}»: {}", one.text);
        }
    }
    // The inspector reads and does nothing; what is hidden is not handled.
    assert!(inspector.get(&path).await.text.contains("Tài khoản này chỉ xem"));
    for act in ["assign", "note", "answer", "status", "hide", "show", "mask", "unmask"] {
        let fields = [("note", "Đã xem"), ("answer", WHY), ("status", "done"), ("show_why", WHY), ("hide_why", WHY)];
        let fields = [&fields[..], &[("reason", "other"), ("name", "tôi"), ("range", "0-3")]].concat();
        let page = inspector.post(&format!("{path}/{act}"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{act}: {}", page.text);
    }
    let page = head.post(&format!("{path}/status"), &[("status", "done")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Ý kiến này đang ẩn"), "{}", page.text);

    for table in ["UPDATE handlings SET body = ''", "DELETE FROM handlings"] {
        let refused = match &site.world.db {
            Db::Sqlite { write, .. } => sqlx::query(table).execute(write).await.map(drop),
            Db::Postgres(pool) => sqlx::query(table).execute(pool).await.map(drop),
        };
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{table}");
    }
    head.get(&path).await;
    let page = head.post(&format!("{path}/show"), &[("show_why", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&mut leader, &format!("{path}/show"), &[("show_why", "Không có lời xúc phạm nào trong ý kiến.")]).await;
    let list = leader.get("/manage/comments?status=open").await;
    assert!(list.text.contains("quát mắng"), "it stands where it stood: {}", list.text);
    assert!(!list.text.contains("Đã ẩn 1 ý kiến"));
    let one = leader.get(&path).await;
    assert!(one.text.contains(WHY) && one.text.contains("Không có lời xúc phạm"), "both reasons stay: {}", one.text);
    let acts = texts(&site.world.db, "SELECT act FROM audit WHERE act LIKE 'comment-%' ORDER BY n").await;
    assert_eq!(acts, ["comment-moved", "comment-hidden", "comment-shown"]);
    let log = texts(&site.world.db, "SELECT subject || detail FROM audit WHERE act LIKE 'comment-%'").await.join(" ");
    assert!(log.contains("\"reason\":\"insult\"") && !log.contains("quát") && !log.contains("biên bản"), "{log}");
}

#[tokio::test]
async fn a_comment_is_given_to_a_unit_with_a_day_and_what_was_done_is_published_only_when_it_is_said() {
    let site = wrote(&[(2, "Phòng chờ nóng"), (2, "Thiếu ghế ngồi")]).await;
    let db = &site.world.db;
    let mut leader = leader(&site).await;
    let mut other = manager(&site, "ba", OTHER).await;
    let list = leader.get("/manage/comments").await;
    let (path, second) = (address(&list, "Phòng chờ"), address(&list, "Thiếu ghế"));
    for due in ["2026-11-23", "2028-01-01", "32/13/2026", "mai"] {
        leader.get(&path).await;
        let page = leader.post(&format!("{path}/assign"), &[("unit", OTHER), ("due", due)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{due}");
        assert!(
            page.text.contains("Chọn hạn xử lý") && page.text.contains(&format!("value=\"{due}\"")),
            "{}",
            page.text
        );
    }
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    done(&mut leader, &format!("{path}/assign"), &[("unit", OTHER), ("due", "2026-11-26")]).await;
    // To whom it was given may read it, write and move it; not give it on or hide it.
    let list = other.get("/manage/comments").await;
    assert!(list.text.contains("Phòng chờ nóng") && !list.text.contains("Thiếu ghế"), "{}", list.text);
    assert!(list.text.contains("Hạn 26/11/2026") && !list.text.contains("<strong>Quá hạn"), "{}", list.text);
    assert_eq!(other.get(&second).await.status, StatusCode::NOT_FOUND);
    done(&mut other, &format!("{path}/note"), &[("note", "Đã báo bộ phận quản trị.\nChờ trả lời.")]).await;
    done(&mut other, &format!("{path}/note"), &[("note", "Đã có quạt mới.")]).await;
    for act in ["assign", "hide", "mask"] {
        let fields = [("unit", ""), ("reason", "other"), ("hide_why", WHY), ("name", "nóng")];
        assert_eq!(other.post(&format!("{path}/{act}"), &fields).await.status, StatusCode::FORBIDDEN, "{act}");
    }
    let page = leader.get(&path).await;
    for told in ["Đã báo bộ phận quản trị.\nChờ trả lời.", "Đã có quạt mới.", "Người ba, 24/11/2026"]
    {
        assert!(page.text.contains(told), "«{told}»: {}", page.text);
    }

    site.publish("2026").await;
    let mut citizen = site.stranger();
    // What the public page lists under the units' names.
    let mut published = async || -> Vec<String> {
        let page = citizen.get("/results?period=2026").await;
        let list = page.text.split("Các đơn vị đã làm gì").nth(1).and_then(|rest| rest.split("</ul>").next());
        list.into_iter().flat_map(|list| list.split("<li").skip(1)).map(ToOwned::to_owned).collect()
    };
    let answer = format!("{path}/answer");
    done(&mut other, &answer, &[("answer", "Đã sửa quạt ở phòng chờ.")]).await;
    assert!(published().await.is_empty(), "nothing before it is said");
    done(&mut other, &answer, &[("answer", "Đã lắp quạt mới ở phòng chờ."), ("published", "1")]).await;
    done(&mut leader, &format!("{second}/answer"), &[("answer", "Đã đặt thêm mười ghế."), ("published", "1")]).await;
    let name = site.app.catalogue().unit_by_code(OFFICE).unwrap().name.clone();
    let both = published().await;
    assert_eq!(both.len(), 2);
    assert!(both[0].contains("Đã đặt thêm mười ghế.") && both[1].contains("Đã lắp quạt mới"), "{both:?}");
    assert!(both.iter().all(|said| said.contains(&name)), "under the unit that was commented on: {both:?}");
    done(&mut other, &answer, &[("answer", "Đã lắp quạt mới ở phòng chờ.")]).await;
    let last = published().await;
    assert!(last.len() == 1 && last[0].contains("Đã đặt thêm mười ghế."), "the last word counts: {last:?}");

    // The day comes and goes.
    for (day, late) in [(20261126, false), (20261127, true)] {
        site.clock.set(noon(day));
        leader.sign_in("giamdoc", PASSWORD).await;
        let page = leader.get("/manage/comments").await;
        assert_eq!(page.text.contains("<strong>Quá hạn"), late, "{day}: {}", page.text);
        assert_eq!(page.text.contains("1 ý kiến đã quá hạn xử lý."), late, "{day}");
        assert_eq!(tokens(&leader.get("/manage/comments?late=1").await).len(), usize::from(late), "{day}");
    }
    done(&mut leader, &format!("{path}/status"), &[("status", "done")]).await;
    assert!(!leader.get("/manage/comments").await.text.contains("quá hạn xử lý"), "what is done is not late");
    assert_eq!(tokens(&leader.get(&format!("/manage/comments?assigned={OTHER}")).await).len(), 1);
    assert_eq!(tokens(&leader.get("/manage/comments?status=done").await).len(), 1);
    let log = texts(db, "SELECT detail FROM audit WHERE act LIKE 'comment-%'").await.join(" ");
    assert!(log.contains("\"due\":\"26/11/2026\"") && log.contains("\"published\":true"), "{log}");
    assert!(!log.contains("quạt"), "{log}");
}

#[tokio::test]
async fn words_are_found_with_and_without_marks_and_filters_add_up() {
    let site = wrote(&[
        (1, "Thái độ chưa hòa nhã, thủ tục chậm"),
        (2, "thai do phuc vu cham"),
        (5, "Thủ tục nhanh gọn, thái độ tốt"),
        (4, "Độ dài hồ sơ thái quá"),
    ])
    .await;
    let mut leader = leader(&site).await;
    let count = |query: &'static str| {
        let mut person = leader.clone();
        async move { tokens(&person.get(&format!("/manage/comments?{query}")).await).len() }
    };
    for (query, found) in [
        ("words=thai+do", 4),
        ("words=%22thai+do%22", 3),
        ("words=%22Th%C3%A1i+%C4%91%E1%BB%99%22", 3),
        ("words=%22TH%C3%81I+%C4%90%E1%BB%98%22", 3),
        ("words=CH%E1%BA%ACM", 2),
        ("words=%22thai+do%22+cham", 2),
        ("words=%22thu+tuc%22+%22thai+do%22", 2),
        ("words=khongco", 0),
        ("words=%27+OR+1%3D1+--", 0),
        ("words=*", 4),
        ("words=NOT+%28", 0),
        ("words=%22thai+do%22&rating=low", 2),
        ("words=%22thai+do%22&rating=5", 1),
        ("rating=low", 2),
        ("rating=high", 2),
        ("rating=1", 1),
        ("aspect=time", 4),
        ("aspect=place", 0),
        ("procedure=1.005092", 4),
        ("procedure=2.001914", 0),
        ("unit=SGD-GL", 4),
        ("unit=SGD-GL.MC", 0),
        ("from=2026-11-23&to=2026-11-23", 4),
        ("from=2026-11-24", 0),
        ("to=2026-11-22", 0),
        ("period=2026-11", 4),
        ("period=2026-10", 0),
        ("status=new", 4),
        ("status=done", 0),
    ] {
        assert_eq!(count(query).await, found, "{query}");
    }
    let filtered = leader.get("/manage/comments?words=cham&rating=low&unit=SGD-GL.VP").await;
    let english = "?unit=SGD-GL.VP&amp;rating=low&amp;words=cham&amp;lang=en";
    assert!(filtered.text.contains(english), "every view has an address: {}", filtered.text);
    assert_eq!(leader.get("/manage/comments?from=hom-qua").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for query in ["rating=7", "status=x", "procedure=9.9", "aspect=%25"] {
        assert_eq!(leader.get(&format!("/manage/comments?{query}")).await.status, StatusCode::NOT_FOUND, "{query}");
    }
}

#[tokio::test]
async fn twenty_five_stand_on_a_page_the_newest_day_first() {
    let site = Site::department().await;
    let said: Vec<String> = (0..60).map(|i| format!("Câu {i}.")).collect();
    for (day, part) in [(20261119, &said[..20]), (MONDAY, &said[20..])] {
        let part: Vec<(i64, &str)> = part.iter().map(|text| (4, text.as_str())).collect();
        let batch = written(&site, OFFICE, day, &part);
        arrive(&site, &batch, 1).await;
    }
    let mut leader = leader(&site).await;
    let mut seen = Vec::new();
    for (page, n) in [(1, 25), (2, 25), (3, 10), (4, 10)] {
        let found = leader.get(&format!("/manage/comments?page={page}")).await;
        assert_eq!(tokens(&found).len(), n, "{page}");
        assert!(found.text.contains(">60 ý kiến"));
        assert_eq!(found.text.contains("23/11/2026"), page < 3, "{page}");
        assert_eq!(found.text.contains("rel=\"next\""), page < 3, "{page}");
        seen.extend(tokens(&found).into_iter().filter(|_| page < 4));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 60, "each stands on one page");
}

/// What verifying the seal finds, in words.
async fn sound(site: &Site) -> Vec<String> {
    let verified = hailong::flow::seal::verify::run(&site.world.db, &site.keys, &Outside::default()).await.unwrap();
    crate::seal::said(&verified)
}

#[tokio::test]
async fn p3_whoever_has_a_comment_erased_never_learns_the_number_of_its_answer() {
    let site = wrote(&[(5, "Tốt lắm"), (1, "Chị Hoa ở quầy ba quát tôi")]).await;
    let db = &site.world.db;
    let before = sound(&site).await;
    let mut head = manager(&site, "hoa", OFFICE).await;
    let path = address(&head.get("/manage/comments").await, "quát tôi");
    let token = path.rsplit('/').next().unwrap();
    head.get(&format!("/admin/exclusions/new?comment={token}")).await;
    let fields = [("comment", token), ("reason", Reason::Personal.name()), ("body", WHY)];
    let made = head.post("/admin/exclusions/new", &fields).await;
    let proposal = made.location().split('?').next().unwrap().to_owned();
    let link = format!("<a href=\"{path}?lang=vi\">Ý kiến ngày 23/11/2026</a>");
    let page = head.get(&proposal).await.text;
    assert!(page.contains(&link) && !page.contains("Phiếu số"), "{page}");
    assert!(head.get("/admin/exclusions").await.text.contains("Ý kiến ngày 23/11/2026"));
    let own = head.get("/account/acts?act=proposed").await.text;
    assert!(own.contains("23/11/2026") && !own.contains("{"), "no criterion as it is kept: {own}");
    // Nor can it be found by trying which number fits a digest.
    let kept = texts(db, "SELECT detail FROM audit WHERE act = 'proposed'").await.remove(0);
    assert!(!kept.contains("digest") && !kept.contains("answer\""), "{kept}");
    assert!(texts(db, "SELECT criterion FROM proposals").await[0].contains("\"salt\":\""));
    // Whoever decides reads what is to be erased, its day, and no number either.
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    let decide = format!("{proposal}/decide");
    let page = inspector.get(&decide).await.text;
    assert!(page.contains("quát tôi") && page.contains(&link) && !page.contains("Phiếu số"), "{page}");
    let decided = inspector.post(&decide, &[("decision", "approve"), ("body", "")]).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);
    let part = texts(db, "SELECT CAST(response_n AS TEXT) FROM erasures").await.remove(0);
    let own = inspector.get("/admin/audit?act=approved").await.text;
    assert!(own.contains("Số phần bị xoá lời: <bdi>1</bdi>") && !own.contains(&format!("[{part}]")), "{own}");
    // The way to it is gone with it, and its day stays.
    assert_eq!(head.get(&path).await.status, StatusCode::NOT_FOUND);
    let page = head.get(&proposal).await.text;
    assert!(page.contains("Ý kiến ngày 23/11/2026") && !page.contains(&link), "{page}");
    assert_eq!(sound(&site).await, before, "and the audit log proves it all the same");
}

#[tokio::test]
async fn the_page_of_results_shows_the_newest_replies_alone_and_is_new_when_one_is_erased() {
    let said: Vec<(i64, String)> = (0..31).map(|n| (3, format!("Ý kiến thứ {n:02}"))).collect();
    let said: Vec<(i64, &str)> = said.iter().map(|(level, text)| (*level, text.as_str())).collect();
    let site = wrote(&said).await;
    let db = &site.world.db;
    let mut leader = leader(&site).await;
    let account = texts(db, "SELECT CAST(id AS TEXT) FROM accounts").await[0].parse::<i64>().unwrap();
    let comments =
        texts(db, "SELECT CAST(response_n AS TEXT) || ' ' || CAST(question_id AS TEXT) FROM inbox ORDER BY response_n")
            .await;
    let mut tx = db.begin().await.unwrap();
    for (n, comment) in comments.iter().enumerate() {
        let (response, question) = comment.split_once(' ').unwrap();
        let new = store::handlings::New {
            comment: (response.parse().unwrap(), question.parse().unwrap()),
            act: "answered",
            unit: None,
            due: None,
            status: None,
            reason: None,
            published: Some(1),
            chars: None,
            body: &format!("Đã làm việc {n:02}."),
            account,
            at: site.clock.now_ms(),
        };
        store::handlings::insert(&mut tx, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
    site.publish("2026").await;
    let before = leader.get("/results").await;
    let shown = |page: &Page| page.text.matches("Đã làm việc ").count();
    assert_eq!(shown(&before), 30);
    assert!(!before.text.contains("Đã làm việc 00.") && before.text.contains("Đã làm việc 30."), "the newest");
    // One is taken away with its comment; whoever knows the page by an instant gets the new one.
    let answer = comments[30].split(' ').next().unwrap().parse().unwrap();
    let people = [("hoa", Role::Manager, Some(OFFICE)), ("giam", Role::Inspector, None)];
    let mut by = Vec::new();
    for (login, role, unit) in people {
        by.push(site.account(login, &[site.grant(role, unit)]).await);
    }
    let acting = |account: AccountId| acting(db, &site.keys, site.clock.now_ms(), account);
    let new = exclude::NewProposal {
        what: Some(exclude::What::Erase),
        criterion: Some(exclude::Criterion::Answer(answer)),
        reason: Some(Reason::Personal),
        body: WHY,
    };
    let n = exclude::propose(&acting(by[0]), &new).await.unwrap();
    exclude::decide(&acting(by[1]), n, Decision::Approve, "").await.unwrap();
    site.wait(1);
    let at = "Wed, 25 Nov 2026 00:00:00 GMT";
    let after = leader.ask(Method::GET, "/results", None, &[("if-modified-since", at)]).await;
    assert_eq!(after.status, StatusCode::OK);
    assert!(!after.text.contains("Đã làm việc 30.") && after.text.contains("Đã làm việc 00."), "{}", after.text);
}

#[tokio::test]
async fn p9_an_erased_comment_leaves_the_inbox_the_index_and_what_was_said_about_it() {
    let site = wrote(&[(1, "Khuỵukhoằm ở quầy ba quát tôi"), (5, "Tốt lắm")]).await;
    let db = &site.world.db;
    let mut head = manager(&site, "hoa", OFFICE).await;
    let path = address(&head.get("/manage/comments?words=khuyukhoam").await, "quát tôi");
    done(&mut head, &format!("{path}/note"), &[("note", "Người viết gọi tên khuỵukhoằm.")]).await;
    let inspector = site.account("giam", &[site.grant(Role::Inspector, None)]).await;
    let (keys, now) = (&*site.keys, site.clock.now_ms());
    let by = |account: AccountId| acting(db, keys, now, account);
    // Whoever reads it proposes it from there, and need not know the number of its answer.
    let token = path.rsplit('/').next().unwrap();
    let form = format!("/admin/exclusions/new?comment={token}");
    assert!(head.get(&path).await.text.contains(&form.replace('&', "&amp;")));
    let page = head.get(&form).await;
    assert!(
        page.text.contains(&format!("name=\"comment\" value=\"{token}\"")) && !page.text.contains("name=\"answer\"")
    );
    let fields = [("comment", token), ("reason", Reason::Personal.name()), ("body", WHY)];
    let page = head.post("/admin/exclusions/new", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let n = texts(db, "SELECT CAST(MAX(n) AS TEXT) FROM proposals").await[0].parse().unwrap();
    let mut other = manager(&site, "lan", OTHER).await;
    assert_eq!(other.get(&form).await.status, StatusCode::NOT_FOUND, "a comment of another unit");
    assert_eq!(other.post("/admin/exclusions/new", &fields).await.status, StatusCode::NOT_FOUND);
    exclude::decide(&by(inspector), n, Decision::Approve, "").await.unwrap();

    assert_eq!(head.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(tokens(&head.get("/manage/comments").await).len(), 1);
    assert!(tokens(&head.get("/manage/comments?words=khuyukhoam").await).is_empty());
    assert!(texts(db, "SELECT body FROM handlings").await.is_empty(), "notes may quote it");
    let log = texts(db, "SELECT act FROM audit WHERE act = 'comment-noted'").await;
    assert_eq!(log.len(), 1, "that there was a note stays");
    if site.world.url.is_none() {
        for file in std::fs::read_dir(site.world.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for gone in ["khuyukhoam", "Khuỵukhoằm", "khuỵukhoằm"] {
                let found = bytes.windows(gone.len()).any(|part| part == gone.as_bytes());
                assert!(!found, "«{gone}» is still in the file");
            }
        }
    }
    // The rest is still found.
    assert_eq!(tokens(&head.get("/manage/comments?words=tot").await).len(), 1);
}

#[tokio::test]
async fn p8_what_is_forgotten_by_itself_leaves_the_inbox_too() {
    let site = wrote(&[(3, "Bình thường")]).await;
    let db = &site.world.db;
    hailong::flow::upkeep::nightly(db, &site.keys, noon(20281123)).await.unwrap();
    assert_eq!(texts(db, "SELECT folded FROM inbox").await, ["binh thuong"]);
    hailong::flow::upkeep::nightly(db, &site.keys, noon(20281124)).await.unwrap();
    assert!(texts(db, "SELECT folded FROM inbox").await.is_empty());
    comments::gather(db).await.unwrap();
    assert!(texts(db, "SELECT folded FROM inbox").await.is_empty());
}

#[tokio::test]
async fn words_that_come_back_in_five_comments_are_told_for_each_side_and_lead_to_them() {
    let site = wrote(&[
        (1, "Thái độ phục vụ chưa tốt, phải chờ lâu."),
        (2, "Cô Lan có thái độ cộc lốc."),
        (2, "Thủ tục rườm rà, thái độ lạnh nhạt"),
        (3, "thai do binh thuong"),
        (1, "Chờ lâu, THÁI ĐỘ khó chịu. Gặp cô Lan."),
        (2, "Cô Lan không hướng dẫn rõ ràng"),
        (1, "Cô Lan quát, hướng dẫn không rõ ràng"),
        (2, "Cô Lan bỏ đi, ghi không rõ ràng"),
        (5, "Cán bộ nhiệt tình, hướng dẫn tận tình"),
        (5, "Rất nhiệt tình"),
        (4, "Các anh chị nhiệt tình"),
        (5, "nhiệt tình, vui vẻ"),
        (5, "Cảm ơn cán bộ nhiệt tình"),
    ])
    .await;
    let mut leader = leader(&site).await;
    let page = leader.get("/manage/comments/words").await;
    let (low, high) = page.text.split_once("Ý kiến hài lòng và rất hài lòng</h2>").unwrap();
    assert!(low.contains(">thái độ</a>") && !high.contains(">thái độ</a>"), "{low}");
    assert!(high.contains(">nhiệt tình</a>") && !low.contains(">nhiệt tình</a>"), "{high}");
    // Three are too few; a name is no word, however often it comes back; nor is what says nothing.
    for word in ["không rõ ràng", "rõ ràng", "lan", "Lan", "cán bộ", "tôi", "hướng dẫn"] {
        assert!(!page.text.contains(&format!(">{word}</a>")), "«{word}»: {}", page.text);
    }
    let link = "/manage/comments?rating=low&amp;words=%22th%C3%A1i%20%C4%91%E1%BB%99%22&amp;lang=vi";
    assert!(page.text.contains(link), "{}", page.text);
    assert_eq!(tokens(&leader.get(&link.replace("&amp;", "&")).await).len(), 5);
    let none = leader.get(&format!("/manage/comments/words?unit={OTHER}")).await;
    assert!(none.text.contains("Tính từ 0 ý kiến") && none.text.contains("Không có từ nào"), "{}", none.text);
}

#[tokio::test]
async fn the_made_up_department_has_an_inbox_that_is_in_use() {
    let site = Site::department().await;
    let db = &site.world.db;
    for i in 0..3 {
        let said: Vec<String> = (0..10).map(|n| format!("Chờ lâu {i} {n}.")).collect();
        let said: Vec<(i64, &str)> = said.iter().map(|text| (2, text.as_str())).collect();
        let batch = written(&site, if i == 2 { OTHER } else { OFFICE }, MONDAY, &said);
        append(db, &site.keys, site.clock.now_ms(), &batch).await.unwrap();
    }
    release::cut(db, site.clock.now_ms(), 1).await.unwrap();
    let unit = site.app.catalogue().unit_by_code(OFFICE).unwrap().id;
    manager(&site, "hoa", OFFICE).await;
    let mut leader = leader(&site).await;
    let handle = || hailong::flow::simulate::handle(db, &site.keys, site.clock.now_ms(), unit, ("hoa", "giamdoc"));
    assert!(handle().await.is_err(), "real comments are handled by people");
    let simulated = "UPDATE marks SET n = 1 WHERE name = 'simulated'";
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::query(simulated).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(simulated).execute(pool).await.unwrap()),
    }
    handle().await.unwrap();
    for (status, least) in [("new", 5), ("open", 2), ("done", 3), ("hidden", 1)] {
        let found = tokens(&leader.get(&format!("/manage/comments?status={status}")).await).len();
        assert!(found >= least, "{status}: {found}");
    }
    let before = texts(db, "SELECT body FROM handlings").await.len();
    handle().await.unwrap();
    assert_eq!(texts(db, "SELECT body FROM handlings").await.len(), before, "another start handles none again");
    let told = store::handlings::answered(db, (0, i64::MAX), i64::MAX).await.unwrap();
    assert_eq!(told.len(), 2);
}

#[test]
fn whatever_is_named_has_its_words() {
    use hailong::flow::comments::{Act, HideReason, Status};
    for lang in hailong::words::Lang::all() {
        let acts = Act::ALL.map(|act| format!("comments-act-{}", act.name()));
        let reasons = HideReason::ALL.map(|reason| format!("comments-reason-{}", reason.name()));
        let statuses = Status::ALL.map(|status| format!("comments-status-{}", status.name()));
        let forms = ["assign", "note", "answer", "mask", "hide", "show"].map(|way| format!("comments-{way}-go"));
        for key in acts.iter().chain(&reasons).chain(&statuses).chain(&forms) {
            assert!(lang.has(key), "{} {key}", lang.code());
        }
    }
}

#[tokio::test]
async fn a_comment_that_nobody_takes_up_for_more_than_five_working_days_asks_for_attention() {
    let site = Site::department().await;
    let old = written(&site, OFFICE, 20261116, &[(1, "Chờ lâu quá")]);
    let new = written(&site, OFFICE, 20261120, &[(5, "Rất tốt")]);
    arrive(&site, &[old, new].concat(), 1).await;
    let mut head = manager(&site, "hoa", OFFICE).await;
    let mut other = manager(&site, "binh", OTHER).await;
    let watch = || async {
        let (catalogue, limits) = (site.app.catalogue(), alerts::Limits::default());
        assert!(alerts::watch(&site.world.db, &catalogue, &limits, &[], site.clock.now_ms()).await.unwrap());
    };
    watch().await;
    let said = "1 ý kiến chờ quá 5 ngày làm việc chưa ai xử lý, sớm nhất từ ngày 16/11/2026.";
    assert!(head.get("/manage/alerts").await.text.contains(said));
    assert!(!other.get("/manage/alerts").await.text.contains("ý kiến chờ"));
    let path = address(&head.get("/manage/comments").await, "Chờ lâu quá");
    done(&mut head, &format!("{path}/status"), &[("status", "open")]).await;
    site.wait(6);
    watch().await;
    assert!(head.get("/manage/alerts").await.text.contains("Hiện không có việc nào cần chú ý."));
}
