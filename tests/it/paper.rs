//! Paper forms typed in: by somebody outside the unit, twice by two people, each sheet stored once.

use axum::http::StatusCode;
use hailong::domain::account::{Role, Scope};
use hailong::domain::period::{CutOff, Period};
use hailong::error::Error;
use hailong::flow::assess::{Audience, findings};
use hailong::flow::design::{self, Mode};
use hailong::flow::paper::keep::{self, Door};
use hailong::flow::{paper, release};
use hailong::store::Db;
use hailong::words;

use crate::site::{Page, Person, Site};

const UNIT: &str = "SGD-GL.VP";
/// What stands on a sheet, as digits.
const SHEET: [(&str, &str); 10] = [
    ("overall", "5"),
    ("aspects", "13"),
    ("f_access", "4"),
    ("f_rules", "9"),
    ("f_staff", "5"),
    ("f_result", "0"),
    ("f_feedback", "3"),
    ("papers_again", "1"),
    ("trips", "2"),
    ("comment", "Nhanh, gọn."),
];

/// The sheet with one question read otherwise.
fn but(question: &'static str, typed: &'static str) -> Vec<(&'static str, &'static str)> {
    SHEET.iter().map(|(name, digits)| if *name == question { (*name, typed) } else { (*name, *digits) }).collect()
}

async fn type_sheet(person: &mut Person<'_>, path: &str, day: &str, sheet: &[(&str, &str)]) -> Page {
    let names: Vec<String> = sheet.iter().map(|(name, _)| format!("q.{name}")).collect();
    let typed = names.iter().zip(sheet).map(|(name, (_, typed))| (name.as_str(), *typed));
    let fields: Vec<(&str, &str)> = std::iter::once(("day", day)).chain(typed).collect();
    person.post(path, &fields).await
}

/// Opens a batch of the unit as the programme office does; gives its path.
async fn open(site: &Site, label: &str, twice: bool) -> String {
    let mut admin = site.person(&format!("mo-{label}"), &[site.grant(Role::Admin, None)]).await;
    let form = site.app.catalogue().latest("procedure").unwrap().id.0.to_string();
    let page = admin.get("/desk/paper/new").await;
    assert!(page.text.contains("name=\"twice\" value=\"1\" checked"), "twice unless somebody says otherwise");
    let mut fields = vec![
        ("label", label),
        ("unit", UNIT),
        ("procedure", "1.005092"),
        ("form", &form),
        ("first", "01/11/2026"),
        ("last", "20/11/2026"),
        ("sheets", "3"),
    ];
    if twice {
        fields.push(("twice", "1"));
    }
    let page = admin.post("/desk/paper/new", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let path = page.location().split('?').next().unwrap().to_owned();
    assert!(admin.get(&path).await.text.contains("Chưa nhập</dt><dd>1–3"));
    assert_eq!(admin.get(&format!("{path}/1")).await.status, StatusCode::FORBIDDEN, "the office does not type");
    path
}

async fn typist<'a>(site: &'a Site, login: &str) -> Person<'a> {
    site.person(login, &[site.grant(Role::Typist, None)]).await
}

/// (channel, day, unit, answers) of every response.
async fn responses(db: &Db) -> Vec<(String, i64, String, String)> {
    const ROWS: &str =
        "SELECT r.channel, r.day, u.code, r.answers FROM responses r JOIN units u ON u.id = r.unit_id ORDER BY r.n";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_as(ROWS).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(ROWS).fetch_all(pool).await.unwrap(),
    }
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

#[tokio::test]
async fn a_sheet_that_two_people_read_alike_is_stored_once() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", true).await;
    let (mut one, mut other) = (typist(&site, "mot").await, typist(&site, "hai").await);
    let page = one.get(&format!("{path}/1")).await;
    assert!(page.text.contains("1 = Rất không hài lòng · 2 = "), "{}", page.text);
    assert!(!page.text.contains("checked") && !page.text.contains("value=\"5\""), "nothing is chosen beforehand");
    let saved = type_sheet(&mut one, &format!("{path}/1"), "05/11/2026", &SHEET).await;
    assert_eq!(saved.location(), format!("{path}/2?lang=vi&luu=1&ngay=05/11/2026"), "{}", saved.text);
    assert!(one.get(saved.location()).await.text.contains("value=\"05/11/2026\""), "the day stays");
    assert_eq!(responses(&site.world.db).await, [], "one reading is not enough");

    // The second person sees nothing of what the first one read.
    assert!(!other.get(&format!("{path}/1")).await.text.contains("Nhanh"));
    let saved = type_sheet(&mut other, &format!("{path}/1"), "05/11/2026", &but("comment", "nhanh gọn")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let form = site.app.catalogue().latest("procedure").unwrap();
    let id = |name: &str| form.question(name).unwrap().id.0;
    let rows = responses(&site.world.db).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].0.as_str(), rows[0].1, rows[0].2.as_str()), ("paper", 20_261_105, UNIT));
    let mut answers: Vec<(i64, i64)> = serde_json::from_str(&rows[0].3).unwrap();
    answers.sort_unstable();
    let mut expected = vec![
        (id("overall"), 5),
        (id("aspects"), 1),
        (id("aspects"), 3),
        (id("f_access"), 4),
        (id("f_rules"), -1),
        (id("f_staff"), 5),
        (id("f_result"), 0),
        (id("f_feedback"), 3),
        (id("papers_again"), 1),
        (id("trips"), 2),
    ];
    expected.sort_unstable();
    assert_eq!(answers, expected);
    let db = &site.world.db;
    assert_eq!(count(db, "SELECT count(*) FROM comments WHERE body = 'nhanh gọn'").await, 1);
    assert_eq!(count(db, "SELECT count(*) FROM paper_entries").await, 2, "who typed stays");
    assert_eq!(count(db, "SELECT count(*) FROM paper_entries WHERE content IS NOT NULL").await, 0, "what does not");

    // Sent again, by whom ever, it is still one.
    for person in [&mut one, &mut other] {
        let again = type_sheet(person, &format!("{path}/1"), "05/11/2026", &SHEET).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    }
    let mut third = typist(&site, "ba").await;
    let late = type_sheet(&mut third, &format!("{path}/1"), "05/11/2026", &SHEET).await;
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.text.contains("đã được nhập đủ"), "{}", late.text);
    assert_eq!(responses(db).await.len(), 1);
    assert!(one.get(&path).await.text.contains("Đã ghi</dt><dd>1<"));
    assert_eq!(count(db, "SELECT count(*) FROM audit WHERE act = 'paper-typed'").await, 2);
    assert_eq!(count(db, "SELECT count(*) FROM audit WHERE detail LIKE '%nhanh%' OR detail LIKE '%Nhanh%'").await, 0);
}

#[tokio::test]
async fn one_person_cannot_do_both_entries_and_differences_are_settled_by_the_inspector() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", true).await;
    let first = format!("{path}/1");
    let (mut one, mut other) = (typist(&site, "mot").await, typist(&site, "hai").await);
    one.get(&first).await;
    type_sheet(&mut one, &first, "05/11/2026", &SHEET).await;
    let twice = type_sheet(&mut one, &first, "05/11/2026", &but("overall", "1")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text.contains("Người khác phải nhập lần hai"), "{}", twice.text);
    type_sheet(&mut other, &first, "06/11/2026", &but("f_staff", "1")).await;
    assert_eq!(responses(&site.world.db).await.len(), 0);
    assert_eq!(other.get(&format!("{first}/settle")).await.status, StatusCode::FORBIDDEN);

    let both = [site.grant(Role::Typist, None), site.grant(Role::Inspector, None)];
    let mut inspector = site.person("giamsat", &both).await;
    assert!(inspector.get(&path).await.text.contains("Xử lý phiếu số 1"));
    assert_eq!(inspector.get(&format!("{path}/2/settle")).await.status, StatusCode::NOT_FOUND, "nothing to settle");
    let page = inspector.get(&format!("{first}/settle")).await;
    assert!(
        page.text.contains("Lần một: “5”. Lần hai: “1”.") && page.text.contains("“05/11/2026”. Lần hai: “06/11/2026”")
    );
    assert!(page.text.contains("id=\"q-overall\" name=\"q.overall\" value=\"5\""), "what both read stands there");
    assert!(page.text.contains("id=\"q-f_staff\" name=\"q.f_staff\" value=\"\""), "what differs does not");
    let missing = type_sheet(&mut inspector, &format!("{first}/settle"), "06/11/2026", &but("f_staff", "")).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let settled = type_sheet(&mut inspector, &format!("{first}/settle"), "06/11/2026", &but("f_staff", "2")).await;
    assert_eq!(settled.location(), format!("{path}?lang=vi&luu=1"), "{}", settled.text);
    let again = type_sheet(&mut inspector, &format!("{first}/settle"), "06/11/2026", &but("f_staff", "4")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let rows = responses(&site.world.db).await;
    let staff = site.app.catalogue().latest("procedure").unwrap().question("f_staff").unwrap().id.0;
    assert!(rows.len() == 1 && rows[0].1 == 20_261_106 && rows[0].3.contains(&format!("[{staff},2]")), "{rows:?}");

    // An inspector who typed one of the readings settles nothing of that sheet.
    let second = format!("{path}/2");
    type_sheet(&mut inspector, &second, "05/11/2026", &SHEET).await;
    type_sheet(&mut one, &second, "05/11/2026", &but("overall", "2")).await;
    let own = type_sheet(&mut inspector, &format!("{second}/settle"), "05/11/2026", &SHEET).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert_eq!(responses(&site.world.db).await.len(), 1);
}

#[tokio::test]
async fn whoever_works_in_the_unit_does_not_type_its_sheets() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", false).await;
    let above = site.app.catalogue().units.values().find(|unit| unit.code == UNIT).unwrap().parent.unwrap();
    let school = site.app.catalogue().units.values().find(|unit| unit.kind == "school").unwrap().code.clone();
    let manager_above = hailong::domain::account::Grant { role: Role::Manager, unit: Some(above) };
    for (login, more) in [
        ("can-bo", site.grant(Role::Officer, Some(UNIT))),
        ("truong", manager_above),
        ("khap-noi", site.grant(Role::Officer, None)),
    ] {
        let mut person = site.person(login, &[site.grant(Role::Typist, None), more]).await;
        assert_eq!(person.get(&format!("{path}/1")).await.status, StatusCode::NOT_FOUND, "{login}");
        let sent = type_sheet(&mut person, &format!("{path}/1"), "05/11/2026", &SHEET).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND, "{login}");
        assert!(!person.get(&path).await.text.contains("Nhập phiếu số"), "{login}");
    }
    let mut elsewhere = site.person("noi-khac", &[site.grant(Role::Typist, Some(&school))]).await;
    for path in [path.clone(), format!("{path}/1")] {
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    assert!(!elsewhere.get("/desk/paper").await.text.contains("VP-11"));
    let mine = [site.grant(Role::Typist, Some(UNIT)), site.grant(Role::Officer, Some(&school))];
    let mut outside = site.person("ngoai", &mine).await;
    outside.get(&format!("{path}/1")).await;
    let saved = type_sheet(&mut outside, &format!("{path}/1"), "", &SHEET).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let rows = responses(&site.world.db).await;
    assert!(
        rows.len() == 1 && rows[0].1 == 20_261_120,
        "a sheet without a day has the last one of the batch: {rows:?}"
    );
}

#[tokio::test]
async fn slips_of_the_keyboard_are_named_and_what_was_typed_stays() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", false).await;
    let mut person = typist(&site, "mot").await;
    person.get(&format!("{path}/1")).await;
    for (sheet, day, said) in [
        (but("f_staff", ""), "05/11/2026", "gõ một chữ số, hoặc 0"),
        (but("overall", "6"), "05/11/2026", "không có lựa chọn này"),
        (but("overall", "9"), "05/11/2026", "không có lựa chọn này"),
        (but("overall", "x"), "05/11/2026", "không có lựa chọn này"),
        (but("overall", "4 5"), "05/11/2026", "chỉ gõ một chữ số"),
        (
            SHEET.iter().map(|(name, _)| (*name, if *name == "comment" { "" } else { "0" })).collect(),
            "05/11/2026",
            "để trống mọi câu",
        ),
        (SHEET.to_vec(), "25/11/2026", "phải từ 01/11/2026 đến 20/11/2026"),
        (SHEET.to_vec(), "hôm qua", "Nhập ngày dạng 31/12/2026"),
    ] {
        let page = type_sheet(&mut person, &format!("{path}/1"), day, &sheet).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{sheet:?}");
        assert!(page.text.contains(said) && page.text.contains("<title>Lỗi: "), "{said}: {}", page.text);
        assert!(page.text.contains(&format!("value=\"{day}\"")), "{said}");
    }
    assert_eq!(person.post(&format!("{path}/1"), &[("overall", "5")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(person.get(&format!("{path}/4")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(count(&site.world.db, "SELECT count(*) FROM paper_entries").await, 0);
}

#[tokio::test]
async fn what_a_crash_left_between_typing_and_storing_is_stored_once() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", false).await;
    let (db, keys, now) = (&site.world.db, &site.keys, site.clock.now_ms());
    let account = site.account("mot", &[site.grant(Role::Typist, None)]).await;
    let batch = paper::one(db, &Scope::All, path.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap();
    let overall = site.app.catalogue().latest("procedure").unwrap().overall().unwrap().id;
    let sheet = hailong::domain::paper::Sheet { day: batch.first, answers: vec![(overall, 2)], texts: Vec::new() };
    paper::enter(db, keys, now, "test", account, (&batch, 1), &sheet).await.unwrap();
    assert_eq!(responses(db).await.len(), 0);
    // Two processes look at once, one by its writer.
    let (one, other) = tokio::join!(
        keep::store_all(db, keys, now, Door::Writer(&site.app.writer)),
        keep::store_all(db, keys, now, Door::Alone)
    );
    one.unwrap();
    other.unwrap();
    keep::store_all(db, keys, now, Door::Alone).await.unwrap();
    assert_eq!(responses(db).await.len(), 1);
    assert_eq!(count(db, "SELECT count(*) FROM paper_sheets").await, 1);
}

#[tokio::test]
async fn paper_is_a_channel_of_its_own_in_tallies_and_counts_in_findings() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", false).await;
    let file = file(&(1..=6).map(|n| row("VP-12", n, "5")).collect::<Vec<_>>());
    site.account("mot", &[site.grant(Role::Typist, None)]).await;
    import(&site, "mot", &file, Mode::Keep).await.unwrap();
    let mut person = typist(&site, "hai").await;
    person.get(&format!("{path}/1")).await;
    type_sheet(&mut person, &format!("{path}/1"), "05/11/2026", &but("overall", "1")).await;
    let (db, now) = (&site.world.db, site.clock.now_ms());
    release::cut(db, now, 5).await.unwrap();
    assert!(release::check(db).await.unwrap().is_empty());
    const OVERALL: &str = "SELECT CAST(SUM(t.n) AS BIGINT) FROM tallies_day t JOIN questions q ON q.id = t.question_id
        WHERE t.channel = 'paper' AND q.name = 'overall'";
    assert_eq!(count(db, OVERALL).await, 7);
    assert_eq!(count(db, "SELECT count(*) FROM rollups WHERE channel NOT IN ('paper', '')").await, 0);
    let november = Period::parse("2026-11", CutOff::Calendar).unwrap();
    let found = findings(db, &november, Audience::Management, now).await.unwrap();
    let procedures = &found.indicators[0].department.figure;
    assert_eq!((procedures.n, procedures.satisfied), (Some(7), Some(6)));
}

const HEADING: &str = "batch,sheet,unit_code,procedure_code,form,day,overall,aspects,f_access,f_rules,f_staff,f_result,f_feedback,papers_again,trips,comment";

fn row(batch: &str, sheet: i64, overall: &str) -> String {
    format!("{batch},{sheet},{UNIT},1.005092,procedure,05/11/2026,{overall},13,4,9,5,0,3,1,2,\"Nhanh, gọn\"")
}

fn file(rows: &[String]) -> String {
    format!("{HEADING}\n{}\n", rows.join("\n"))
}

async fn import(site: &Site, by: &str, file: &str, mode: Mode) -> Result<design::Report, Error> {
    let now_ms = site.clock.now_ms();
    design::import_paper(&site.world.db, &site.keys, now_ms, by, ("phieu.csv", file.as_bytes()), mode).await
}

#[tokio::test]
async fn a_file_of_typed_sheets_goes_the_same_way_all_or_nothing() {
    let site = Site::department().await;
    site.account("mot", &[site.grant(Role::Typist, None)]).await;
    site.account("can-bo", &[site.grant(Role::Officer, Some(UNIT)), site.grant(Role::Typist, None)]).await;
    site.account("truong", &[site.grant(Role::Manager, Some(UNIT))]).await;
    let db = &site.world.db;
    let good = file(&[row("VP-12", 1, "5"), row("VP-12", 2, "2"), row("VP-13", 1, "4")]);
    let tried = import(&site, "mot", &good, Mode::Try).await.unwrap();
    assert_eq!((tried.added, responses(db).await.len()), (3, 0));
    assert_eq!(count(db, "SELECT count(*) FROM paper_batches").await, 0);
    assert!(matches!(import(&site, "khong-co", &good, Mode::Keep).await, Err(Error::NotFound("account"))));
    assert!(matches!(import(&site, "truong", &good, Mode::Keep).await, Err(Error::Forbidden(_))));

    let bad = file(&[
        row("VP-12", 1, "5"),
        row("VP-12", 1, "5"),
        row("VP-12", 3, "7"),
        row("VP-12", 0, "5"),
        row("VP-12", 4, ""),
        row("VP-12", 5, "5").replace("1.005092", "1.999999"),
        row("VP-12", 6, "5").replace("05/11/2026", "05/11/2027"),
        row("VP-12", 7, "5").replace(",1.005092,", ",,"),
        row("VP-12", 8, "5").replace(",procedure,", ",phieu-la,"),
        row("VP-12", 9, "0").replace(",13,4,9,5,0,3,1,2,\"Nhanh, gọn\"", ",0,0,0,0,0,0,0,0,"),
    ]);
    let Err(Error::Invalid(faults)) = import(&site, "mot", &bad, Mode::Keep).await else {
        unreachable!("it was taken")
    };
    let said: Vec<String> = faults.iter().map(|fault| design::sentence(words::FIRST, fault)).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    Dòng 3, cột «sheet» (B): phiếu số «1» của tập này đã có ở một dòng trên; mỗi phiếu chỉ ghi một dòng.
    Dòng 4, cột «overall» (G): không có lựa chọn «7»; cần một chữ số có trong câu hỏi, 0 nếu để trống, 9 nếu không áp dụng.
    Dòng 5, cột «sheet» (B): số phiếu phải từ 1 đến 500.
    Dòng 6, cột «overall» (G): để trống; cần một chữ số, hoặc 0 nếu câu để trống trên phiếu.
    Dòng 7, cột «procedure_code» (D): chưa có mã «1.999999»; hãy kiểm tra lại mã hoặc nạp mã này trước.
    Dòng 8, cột «day» (F): «05/11/2027» sau hôm nay, hoặc đơn vị không hoạt động trong ngày đó.
    Dòng 9, cột «batch» (A): tập phiếu «VP-12» thuộc đơn vị, thủ tục hoặc mẫu phiếu khác; mỗi tập chỉ có một đơn vị, một thủ tục và một mẫu.
    Dòng 10, cột «form» (E): «phieu-la» không hợp lệ; cần một trong: procedure.
    Dòng 11: phiếu để trống mọi câu nên không ghi; hãy bỏ dòng này.
    ");
    let Err(Error::Invalid(faults)) = import(&site, "can-bo", &good, Mode::Keep).await else {
        unreachable!("it was taken")
    };
    assert_eq!((faults.len(), faults[0].key), (3, "import-paper-not-yours"));
    assert_eq!(responses(db).await.len(), 0);

    let kept = import(&site, "mot", &good, Mode::Keep).await.unwrap();
    assert_eq!((kept.added, responses(db).await.len()), (3, 3));
    let again = import(&site, "mot", &good, Mode::Keep).await.unwrap();
    assert_eq!((again.added, again.unchanged, responses(db).await.len()), (0, 3, 3), "each sheet once for ever");
    site.account("ba", &[site.grant(Role::Typist, None)]).await;
    let Err(Error::Invalid(faults)) = import(&site, "ba", &good, Mode::Keep).await else {
        unreachable!("it was taken")
    };
    assert_eq!(faults[0].key, "import-paper-typed");
    let more = import(&site, "mot", &file(&[row("VP-12", 400, "5")]), Mode::Keep).await.unwrap();
    assert_eq!((more.added, responses(db).await.len()), (1, 4), "a batch grows");
}

#[tokio::test]
async fn a_file_is_one_of_the_two_times_of_a_batch_that_is_typed_twice() {
    let site = Site::department().await;
    let path = open(&site, "VP-11", true).await;
    let mut person = typist(&site, "mot").await;
    person.get(&format!("{path}/1")).await;
    type_sheet(&mut person, &format!("{path}/1"), "05/11/2026", &SHEET).await;
    let sheet = file(&[row("VP-11", 1, "5"), row("VP-11", 2, "5")]);
    let Err(Error::Invalid(faults)) = import(&site, "mot", &file(&[row("VP-11", 1, "1")]), Mode::Keep).await else {
        unreachable!("one person did both")
    };
    assert_eq!(faults[0].key, "import-paper-one-person");
    site.account("hai", &[site.grant(Role::Typist, None)]).await;
    import(&site, "hai", &sheet, Mode::Keep).await.unwrap();
    assert_eq!(responses(&site.world.db).await.len(), 1, "the first was read alike twice, the second once");
}
