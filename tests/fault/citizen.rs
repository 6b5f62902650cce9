//! What a citizen meets when something is not as usual: codes that open no form, hostile text, too many at once, and
//! changes made elsewhere while the form is being served.

use std::path::Path;
use std::time::Duration;

use hailong::clock::Stopwatch;
use unicode_normalization::UnicodeNormalization;

use crate::harness::http::{Answer, Connection, get, new_visit, post};
use crate::harness::program::{Place, Program, postgres};
use crate::rows;

/// How soon a change must be seen by every process.
const SOON: Duration = Duration::from_secs(5);

fn form(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/forms").join(name);
    path.to_str().unwrap().to_owned()
}

async fn see(program: &Program, path: &str) -> Answer {
    Connection::open(program.address()).await.unwrap().send(&plain_get(program.address(), path)).await.unwrap()
}

async fn send(program: &Program, path: &str, body: &str) -> Answer {
    Connection::open(program.address()).await.unwrap().send(&post(program.address(), path, body)).await.unwrap()
}

/// A GET whose answer is not packed.
fn plain_get(address: &str, path: &str) -> Vec<u8> {
    String::from_utf8(get(address, path)).unwrap().replace("Accept-Encoding: gzip\r\n", "").into_bytes()
}

/// A value as a form sends it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Where an answer leads.
fn location(answer: &Answer) -> &str {
    answer.header("location").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_seen_in_the_forms_of_every_process() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    place.run(&["import", "questionnaire", &form("moi-kieu.xlsx")]);
    let path = place.issue_at("SGD-GL.MC", "point", "moi-kieu", &["--channel", "counter"]);
    let (first, second) = (place.start(&["serve"]).await, place.start(&["serve"]).await);
    for program in [&first, &second] {
        for language in ["", "?lang=en"] {
            let page = see(program, &format!("{path}{language}")).await;
            assert!(page.text().contains(if language.is_empty() {
                "hài lòng ở mức nào"
            } else {
                "How satisfied"
            }));
        }
    }

    place.run(&["import", "questionnaire", &form("moi-kieu-2.xlsx")]);
    let units = place.folder.path().join("units.csv");
    std::fs::write(&units, "code,name,kind\nSGD-GL.MC,Bộ phận Một cửa đổi tên,counter\n").unwrap();
    place.run(&["import", "units", units.to_str().unwrap()]);
    for program in [&first, &second] {
        until(program, &path, |page| page.contains("thấy lần làm việc này thế nào") && page.contains("đổi tên")).await;
    }

    place.run(&["issue", "revoke", "--point", "2"]);
    for program in [&first, &second] {
        until(program, &path, |page| page.contains("Mã này không còn dùng nữa")).await;
    }
}

async fn until(program: &Program, path: &str, agrees: impl Fn(&str) -> bool) {
    let watch = Stopwatch::start();
    loop {
        let page = see(program, path).await.text();
        if agrees(&page) {
            return;
        }
        assert!(watch.elapsed() < SOON, "not seen within {SOON:?}: {page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_code_that_opens_no_form_has_its_page() {
    const EXPIRE: &str = "UPDATE invitations SET expires_at = 1700000000000";
    let place = Place::new(postgres().as_deref()).await;
    let counter = place.open_office();
    let revoked = place.issue("point", &["--channel", "counter"]);
    place.run(&["issue", "revoke", "--point", "2"]);
    let closed = place.issue_at("SGD-BD.VP", "point", "procedure", &["--channel", "counter"]);
    let expired = place.issue("invitation", &["--channel", "case", "--case", "H-1"]);
    rows::execute(&place, EXPIRE).await;
    let used = place.issue("invitation", &["--channel", "case", "--case", "H-2"]);
    let program = place.start(&["serve", "--contact-phone", "0256 3822 222"]).await;
    assert_eq!(send(&program, &used, &format!("visit={}&overall=4", new_visit())).await.status, 303);
    let now = hailong::domain::Day::at(1_700_000_000_000 - 1);
    let expired_say = [
        format!("Phiếu này đã hết hạn ngày {now}."),
        "Quý vị vẫn có thể góp ý: gọi 0256 3822 222 hoặc quét mã tại quầy.".to_owned(),
    ];
    for (path, status, say) in [
        (
            &used,
            200,
            &["Đánh giá của quý vị đã được ghi nhận.", "Mỗi phiếu dùng một lần. Quý vị không cần gửi lại."][..],
        ),
        (&expired, 410, &[expired_say[0].as_str(), expired_say[1].as_str()]),
        (&"/q/ZZZZZZZZZZZZZZZZ".to_owned(), 404, &["Không tìm thấy mã này.", "rồi nhập vào đây", "name=\"code\""]),
        (&"/Q/khong-phai-ma".to_owned(), 404, &["Không tìm thấy mã này."]),
        (&closed, 503, &["Khảo sát này đã kết thúc ngày 30/06/2025.", "Cảm ơn quý vị."]),
        (&revoked, 410, &["Mã này không còn dùng nữa."]),
        (&counter, 200, &["Gửi đánh giá"]),
    ] {
        for path in [path.clone(), path.replace("/q/", "/Q/").to_uppercase()] {
            let page = see(&program, &path).await;
            let text = page.text();
            assert_eq!(page.status, status, "{path}: {text}");
            assert!(say.iter().all(|say| text.contains(say)), "{path}: {text}");
            assert!(text.contains("<html lang=\"vi\">") && text.contains("<h1"), "{path}: {text}");
        }
        // What is sent to them is refused with the same page, but for the slip that somebody used.
        let refused = send(&program, path, &format!("visit={}&overall=4", new_visit())).await;
        let expected = if path == &used {
            410
        } else if path == &counter {
            303
        } else {
            status
        };
        assert_eq!(refused.status, expected, "{path}");
    }
    assert_eq!(rows::stored(&place).await, 2, "the used slip's and the counter's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_hides_the_origin_of_a_form_is_believed_with_the_cookie_of_its_page_alone() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let visit = new_visit();
    let hidden = async |path: &str, body: &str, more: &str| {
        let fields = format!("Origin: null\r\n{more}");
        let request = String::from_utf8(post(program.address(), path, body)).unwrap();
        let request = request.replace("Sec-Fetch-Site: same-origin\r\n", &fields);
        Connection::open(program.address()).await.unwrap().send(request.as_bytes()).await.unwrap()
    };
    let body = format!("visit={visit}&overall=4");
    assert_eq!(hidden(&path, &body, "").await.status, 403, "anyone can send this");
    assert_eq!(hidden(&path, &body, &format!("Cookie: visit={}\r\n", new_visit())).await.status, 403, "another visit");
    let cross = format!("Sec-Fetch-Site: cross-site\r\nCookie: visit={visit}\r\n");
    assert_eq!(hidden(&path, &body, &cross).await.status, 403, "it says itself that it comes from elsewhere");
    assert_eq!(rows::stored(&place).await, 0);

    let first = hidden(&path, &body, &format!("Cookie: visit={visit}\r\n")).await;
    assert_eq!(first.status, 303, "{}", first.text());
    let part = location(&first).split_once("p=").unwrap().1.to_owned();
    let later = hidden(&format!("{path}/thanks"), &format!("p={part}&comment=ok"), "").await;
    assert_eq!(later.status, 303, "{}", later.text());
    assert_eq!(hidden("/", "code=7K3M-9X2P", "").await.status, 422);
    assert_eq!(rows::stored(&place).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_wrong_codes_are_told_to_wait_and_an_answer_sent_too_often_keeps_what_it_said() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve", "--limits", "on"]).await;
    let mut statuses = Vec::new();
    for _ in 0..31 {
        statuses.push(see(&program, "/q/ZZZZZZZZZZZZZZZZ").await.status);
    }
    assert_eq!(statuses[..30], [404; 30]);
    let page = see(&program, "/q/ZZZZZZZZZZZZZZZZ").await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("Có nhiều lần nhập mã sai.") && page.text().contains("Thử lại sau 1 phút."));
    assert!(page.header("retry-after").is_some());
    // A known code still opens, and a whole office behind one address may answer.
    assert_eq!(see(&program, &path).await.status, 200);
    let mut last = None;
    for _ in 0..400 {
        let visit = new_visit();
        let answer = send(&program, &path, &format!("visit={visit}&overall=2")).await;
        if answer.status == 429 {
            last = Some((visit, answer));
            break;
        }
        assert_eq!(answer.status, 303);
    }
    let (visit, refused) = last.expect("there is a limit");
    let text = refused.text();
    assert!(text.contains("Đánh giá chưa được ghi nhận.") && text.contains("Gửi lại"), "{text}");
    assert!(text.contains(&visit) && text.contains("name=\"overall\" value=\"2\""), "{text}");
    assert!(rows::stored(&place).await >= 300, "sixty people in half a minute are never too many");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_text_is_stored_as_text_or_refused_with_a_sentence() {
    let naughty: Vec<String> = serde_json::from_str(include_str!("../data/naughty.json")).unwrap();
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let choosing = place.issue_at("SGD-GL.VP", "point", "procedure", &["--channel", "counter"]);
    let program = place.start(&["serve"]).await;
    let mut expected = Vec::new();
    for text in &naughty {
        let value = encoded(text);
        for answer in [
            see(&program, &format!("/q/{value}")).await,
            see(&program, &format!("/?lang={value}")).await,
            see(&program, &format!("{path}?lang={value}&moi={value}")).await,
            see(&program, &format!("{choosing}?tim={value}")).await,
            see(&program, &format!("{choosing}?t={value}")).await,
            see(&program, &format!("{path}/thanks?p={value}")).await,
            see(&program, &format!("/sound/{value}")).await,
            send(&program, "/", &format!("code={value}")).await,
            send(&program, &path, &format!("visit={value}&overall=5")).await,
            send(&program, &path, &format!("visit={}&overall={value}", new_visit())).await,
            send(&program, &path, &format!("visit={}&overall=5&{value}={value}", new_visit())).await,
            send(&program, &format!("{path}/thanks"), &format!("p={value}&comment={value}")).await,
        ] {
            assert!(answer.status < 500 && answer.status != 405, "{} to {text:?}: {}", answer.status, answer.text());
            assert_inert(&answer.text(), text);
        }
        let first = send(&program, &path, &format!("visit={}&overall=5", new_visit())).await;
        let part = location(&first).split_once("p=").unwrap().1.to_owned();
        let answer = send(&program, &format!("{path}/thanks"), &format!("p={part}&comment={value}")).await;
        assert_inert(&answer.text(), text);
        let kept = as_kept(text);
        if text.contains('\0') || kept.chars().count() > 1000 {
            let said = answer.text();
            assert_eq!(answer.status, 422, "{text:?}: {said}");
            assert!(said.contains("Rút ngắn còn 1.000 ký tự") || said.contains("không khớp"), "{text:?}: {said}");
        } else {
            assert_eq!(answer.status, 303, "{text:?}: {}", answer.text());
            expected.extend(Some(kept).filter(|kept| !kept.is_empty()));
        }
    }
    let mut stored = rows::comments(&place).await;
    stored.sort();
    expected.sort();
    assert_eq!(stored, expected);
    assert!(!place.read_log().contains("panicked"), "{}", place.read_log());
}

/// What of a comment is kept: composed letters, one kind of line end, no other control characters, no blank ends.
fn as_kept(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.nfc().filter(|c| *c == '\n' || !c.is_control()).collect::<String>().trim().to_owned()
}

/// Nothing of what was sent may stand in a page as markup.
fn assert_inert(page: &str, sent: &str) {
    for markup in ["<script", "<img", "<svg onload", "<style>*{display", "<!-- ", "]]>"] {
        assert!(!sent.contains(markup) || !page.contains(markup), "{sent:?} stands in the page as it is: {page}");
    }
}
