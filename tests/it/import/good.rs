//! Good files: the department's own, and the same said in other ways.

use hailong::domain::questionnaire::{Kind, NOT_APPLICABLE, Op, Relevant};
use hailong::domain::{Day, Indicator};
use hailong::flow::design::{self, Mode, What};
use hailong::store::marks::{self, Mark};
use hailong::store::{caseload, procedures, questionnaires, schools, units};
use hailong::words::FIRST;
use insta::assert_snapshot;

use super::{In, department, department_world, form, form_with, keep, kept, refused, texts, workbook};
use crate::world::World;

const FILES: [(What, &str); 7] = [
    (What::Units, "units.csv"),
    (What::Procedures, "procedures.csv"),
    (What::Schools, "schools.csv"),
    (What::Questionnaire, "questionnaires/procedure.xlsx"),
    (What::Questionnaire, "questionnaires/service-16.xlsx"),
    (What::Questionnaire, "questionnaires/education-learners.xlsx"),
    (What::Questionnaire, "questionnaires/education-parents.xlsx"),
];

#[tokio::test]
async fn the_department_s_own_files_are_taken_and_taking_them_again_changes_nothing() {
    let world = World::new().await;
    let mut said = String::new();
    for (what, name) in FILES {
        let report = design::import(&world.db, what, name, &department(name), Mode::Keep).await.unwrap();
        said += &format!("{}\n", report.lines(FIRST).join("\n"));
    }
    assert_snapshot!(said, @r"
    Đã nạp đơn vị từ tệp «units.csv».
    Thêm mới: 150; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Đã nạp thủ tục hành chính từ tệp «procedures.csv».
    Thêm mới: 31; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Lưu ý: Tệp có cột «evidence» không dùng đến; cột này được bỏ qua.
    Đã nạp trường học từ tệp «schools.csv».
    Thêm mới: 59; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Lưu ý: Cột «enrolment_simulated» là số liệu giả lập, chỉ dùng để chạy thử; hãy thay bằng cột enrolment có số liệu thật.
    Đã nạp phiếu khảo sát từ tệp «questionnaires/procedure.xlsx».
    Thêm mới: 1; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Đã nạp phiếu khảo sát từ tệp «questionnaires/service-16.xlsx».
    Thêm mới: 1; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Đã nạp phiếu khảo sát từ tệp «questionnaires/education-learners.xlsx».
    Thêm mới: 1; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Đã nạp phiếu khảo sát từ tệp «questionnaires/education-parents.xlsx».
    Thêm mới: 1; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    ");
    let revision = marks::get(&world.db, Mark::Revision).await.unwrap();
    assert_eq!(revision, 7);
    for (what, name) in FILES {
        let report = keep(&world, what, department(name)).await.unwrap();
        assert_eq!((report.changes(), report.unchanged > 0), (0, true), "{name}");
    }
    assert_eq!(marks::get(&world.db, Mark::Revision).await.unwrap(), revision);
}

#[tokio::test]
async fn what_was_taken_can_be_read_back() {
    let world = department_world().await;
    let sgd = units::by_code(&world.db, "SGD-BD").await.unwrap().unwrap();
    let heir = units::by_code(&world.db, "SGD-GL").await.unwrap().unwrap();
    assert_eq!(sgd.name, "Sở Giáo dục và Đào tạo tỉnh Bình Định");
    assert_eq!((sgd.successor, sgd.valid_to), (Some(heir.id), Day::from_number(20250630)));
    let office = units::by_code(&world.db, "SGD-GL.VP").await.unwrap().unwrap();
    assert_eq!(office.parent, Some(heir.id));
    assert_eq!(units::all(&world.db).await.unwrap().len(), 150);
    let old = procedures::by_code(&world.db, "2.002478").await.unwrap().unwrap();
    let new = procedures::by_code(&world.db, "2.002854").await.unwrap().unwrap();
    assert_eq!(old.successor, Some(new.id));
    assert_eq!(procedures::all(&world.db).await.unwrap().len(), 31);
    kept(&world, What::Schools, department("schools.csv")).await;
    let school = units::by_code(&world.db, "GL.THPT.001").await.unwrap().unwrap();
    let all = schools::all(&world.db).await.unwrap();
    let found = all.iter().find(|each| each.unit_id == school.id).unwrap();
    assert_eq!((found.level.as_str(), found.area.as_str(), found.enrolment), ("thpt", "QN", 480));
}

#[tokio::test]
async fn the_procedure_form_keeps_its_levels_languages_and_indicators() {
    let world = World::new().await;
    kept(&world, What::Questionnaire, department("questionnaires/procedure.xlsx")).await;
    let form = questionnaires::latest(&world.db, "procedure").await.unwrap().unwrap();
    assert_eq!((form.version, form.default_language.as_str(), form.questions.len()), (1, "vi", 10));
    assert_eq!(form.words(&form.title, "vi"), "Đánh giá việc giải quyết thủ tục hành chính");
    let overall = form.overall().unwrap();
    assert_eq!((overall.kind, overall.required, overall.indicator), (Kind::Level, true, Some(Indicator::Procedures)));
    assert_eq!(form.words(&overall.label, "en"), "How satisfied are you with how this procedure was handled?");
    let values = |name: &str| form.question(name).unwrap().choices.iter().map(|c| c.value).collect::<Vec<_>>();
    assert_eq!(values("f_staff"), [1, 2, 3, 4, 5, NOT_APPLICABLE]);
    assert_eq!(values("papers_again"), [1, 2, NOT_APPLICABLE]);
    assert_eq!(values("trips"), [1, 2, 3]);
    assert_eq!(form.question("aspects").unwrap().kind, Kind::Many);
    assert_eq!(form.question("comment").unwrap().kind, Kind::Text);
    assert!(form.questions.iter().all(|question| question.id.0 > 0), "every question has its row");
    let again = questionnaires::by_id(&world.db, form.id).await.unwrap().unwrap();
    assert_eq!(again, form);
    assert_eq!(questionnaires::all(&world.db).await.unwrap(), [form]);
}

#[tokio::test]
async fn trying_a_file_tells_everything_and_writes_nothing() {
    let world = World::new().await;
    for (what, name) in [FILES[0], FILES[3]] {
        let tried = design::import(&world.db, what, name, &department(name), Mode::Try).await.unwrap();
        assert!(tried.added > 0);
        assert!(tried.lines(FIRST)[0].contains("chưa ghi gì"));
    }
    assert!(units::all(&world.db).await.unwrap().is_empty());
    assert!(questionnaires::all(&world.db).await.unwrap().is_empty());
    assert_eq!(marks::get(&world.db, Mark::Revision).await.unwrap(), 0);
}

#[tokio::test]
async fn a_broken_row_among_good_ones_leaves_everything_as_it_was() {
    let world = department_world().await;
    let before = units::all(&world.db).await.unwrap();
    let file = "code,name,kind\nMOI-1,Phòng Mới,office\nSGD-GL,Tên khác,department\nMOI-2,Phòng Hỏng,phong\n";
    assert_snapshot!(refused(&world, What::Units, file).await, @"Dòng 4, cột «kind» (C): «phong» không hợp lệ; cần một trong: department, office, counter, district_office, school, centre.");
    assert_eq!(units::all(&world.db).await.unwrap(), before);
    assert_eq!(marks::get(&world.db, Mark::Revision).await.unwrap(), 2);
}

#[tokio::test]
async fn a_second_file_changes_ends_and_leaves_alone() {
    let world = World::new().await;
    let first =
        "code,name,short_name,kind,parent\nA,Sở A,SA,department,\nB,Phòng B,PB,office,A\nC,Phòng C,PC,office,A\n";
    kept(&world, What::Units, first).await;
    // No column short_name or parent: they stay. C is not named: it stays.
    let second = "code,name,kind,valid_to,successor\nA,Sở A mới,department,,\nB,Phòng B,office,30/06/2026,C\nD,Phòng D,office,,\n";
    assert_snapshot!(kept(&world, What::Units, second).await, @r"
    Đã nạp đơn vị từ tệp «tệp.csv».
    Thêm mới: 1; thay đổi: 1; hết hiệu lực: 1; giữ nguyên: 0.
    A, name: «Sở A» → «Sở A mới»
    B, valid_to: (trống) → «30/06/2026»
    B, successor: (trống) → «C»
    ");
    let all = units::all(&world.db).await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!((all[1].short_name.as_str(), all[1].parent), ("PB", Some(all[0].id)));
    assert_eq!((all[1].valid_to, all[1].successor), (Day::from_number(20260630), Some(all[2].id)));
    assert_eq!(all[3].short_name, "Phòng D");
}

#[tokio::test]
async fn a_workbook_may_hold_real_dates_numbers_as_text_and_codes_as_numbers() {
    let world = World::new().await;
    let mut rows = texts(&[&["CODE ", "Name", "field", "level", "valid_from", "valid_to", "successor"]]);
    let name = || In::T("Chuyển trường");
    let rest = || [In::T("Giáo dục trung học"), In::T("school")];
    rows.push([In::N(1.00528), name()].into_iter().chain(rest()).chain([In::D(2026, 7, 1)]).collect());
    rows.push(
        [In::N(1.005092), name()].into_iter().chain(rest()).chain([In::T("2026-07-01"), In::T("31/12/2026")]).collect(),
    );
    rows.push(Vec::new());
    rows.push(
        [In::T("  2.002481 "), In::T(" Cũ \u{a0} ")]
            .into_iter()
            .chain(rest())
            .chain([In::T(""), In::D(2026, 6, 30), In::N(1.00528)])
            .collect(),
    );
    let file = workbook(&[("Ghi chú", vec![]), ("Sheet1", rows)]);
    assert_snapshot!(kept(&world, What::Procedures, file).await, @r"
    Đã nạp thủ tục hành chính từ tệp «tệp.csv».
    Thêm mới: 3; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    Lưu ý: Chỉ đọc trang tính «Sheet1»; bỏ qua các trang tính khác: Ghi chú.
    Lưu ý: Trang tính «Sheet1», dòng 2, cột «CODE» (A): ô là số «1.00528» nên được hiểu là mã «1.005280»; nên định dạng cột là Văn bản (Text).
    Lưu ý: Trang tính «Sheet1», dòng 5, cột «successor» (G): ô là số «1.00528» nên được hiểu là mã «1.005280»; nên định dạng cột là Văn bản (Text).
    ");
    let all = procedures::all(&world.db).await.unwrap();
    let codes: Vec<_> = all.iter().map(|procedure| procedure.code.as_str()).collect();
    assert_eq!(codes, ["1.005092", "1.005280", "2.002481"]);
    assert_eq!(all[0].valid_to, Day::from_number(20261231));
    assert_eq!(all[1].valid_from, Day::from_number(20260701));
    assert_eq!((all[2].name.as_str(), all[2].successor), ("Cũ", Some(all[1].id)));
}

#[tokio::test]
async fn the_same_csv_is_the_same_however_it_was_saved() {
    let world = World::new().await;
    let plain = "code,name,kind\n\nSGD,Sở Giáo dục,department\n";
    let report = keep(&world, What::Units, plain).await.unwrap();
    assert_eq!(report.added, 1);
    let decomposed = {
        use unicode_normalization::UnicodeNormalization;
        plain.nfd().collect::<String>()
    };
    assert_ne!(decomposed, plain);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(plain.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ways: [(&str, Vec<u8>); 8] = [
        ("marks apart", decomposed.into_bytes()),
        ("byte order mark", format!("\u{FEFF}{plain}").into_bytes()),
        ("semicolons", plain.replace(',', ";").into_bytes()),
        ("sep line", format!("sep=;\r\n{}", plain.replace(',', ";")).into_bytes()),
        ("tabs and Windows lines", plain.replace(',', "\t").replace('\n', "\r\n").into_bytes()),
        ("quotes and empty rows", "code,name,kind\n,,\n\"SGD\",\"Sở  Giáo dục\",\"department\"\n,,\n".into()),
        ("titles above", format!("DANH SÁCH ĐƠN VỊ,,\nnăm 2026,,\n{plain}").into_bytes()),
        ("UTF-16", utf16),
    ];
    for (way, bytes) in ways {
        let report = keep(&world, What::Units, bytes).await.unwrap();
        assert_eq!((report.changes(), report.unchanged), (0, 1), "{way}");
    }
}

#[tokio::test]
async fn two_people_taking_the_same_file_at_once_add_it_once() {
    let world = World::new().await;
    let file = department("units.csv");
    let (one, two) = tokio::join!(keep(&world, What::Units, &file), keep(&world, What::Units, &file));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.added + two.added, one.unchanged + two.unchanged), (150, 150));
    assert_eq!(marks::get(&world.db, Mark::Revision).await.unwrap(), 1);
}

#[tokio::test]
async fn months_of_case_files_are_read_in_every_way_people_write_them() {
    let world = department_world().await;
    let head = "month,unit_code,procedure_code,channel,received,finished,late\n";
    let file = format!(
        "{head}2026-05,GL.THPT.001,2.002478,,1.234,1.200,5\n06/2026,GL.THPT.001,2.002478,direct,10,9,0\n\
         6/2026,GL.THPT.001,2.002478,ONLINE,20,20,1\n2025-06,SGD-BD.VP,1.005092,,7,7,0\n"
    );
    assert_snapshot!(kept(&world, What::Caseload, &file).await, @r"
    Đã nạp số hồ sơ từ tệp «tệp.csv».
    Thêm mới: 4; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    ");
    let all = caseload::all(&world.db).await.unwrap();
    let told: Vec<_> = all.iter().map(|row| (row.month, row.channel.as_str(), row.received, row.finished)).collect();
    let expected =
        [(202506, "all", 7, 7), (202605, "all", 1234, 1200), (202606, "direct", 10, 9), (202606, "online", 20, 20)];
    assert_eq!(told, expected);
    // Later the same month is told by channel: the total gives way, or its files would count twice.
    let finer = workbook(&[(
        "caseload",
        vec![
            texts(&[&["month", "unit_code", "procedure_code", "channel", "received", "finished", "late"]]).remove(0),
            vec![
                In::D(2026, 5, 1),
                In::T("GL.THPT.001"),
                In::T("2.002478"),
                In::T("direct"),
                In::N(1000.0),
                In::N(990.0),
                In::T("5"),
            ],
            vec![
                In::D(2026, 5, 1),
                In::T("GL.THPT.001"),
                In::T("2.002478"),
                In::T("postal"),
                In::N(234.0),
                In::N(210.0),
                In::N(0.0),
            ],
        ],
    )]);
    assert_snapshot!(kept(&world, What::Caseload, finer).await, @r"
    Đã nạp số hồ sơ từ tệp «tệp.csv».
    Thêm mới: 2; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    05/2026 · GL.THPT.001 · 2.002478 · all, received: «1234» → (trống)
    ");
    let may: i64 = caseload::between(&world.db, 202605, 202605).await.unwrap().iter().map(|row| row.received).sum();
    assert_eq!(may, 1234);
}

#[tokio::test]
async fn a_form_changes_only_by_a_higher_version() {
    let world = World::new().await;
    let question: &[&str] = &["select_one level", "q1", "Câu một", "yes", "", "service", "overall"];
    let reworded: &[&str] = &["select_one level", "q1", "Câu một, viết lại", "yes", "", "service", "overall"];
    kept(&world, What::Questionnaire, form(&[question])).await;
    let mut said = refused(&world, What::Questionnaire, form(&[reworded])).await;
    let second =
        kept(&world, What::Questionnaire, form_with(&[reworded, &["text", "y_kien", "Ý kiến"]], &[&["thu", "3"]]))
            .await;
    said += &format!("\n---\n{second}\n---\n");
    said += &refused(&world, What::Questionnaire, form_with(&[reworded], &[&["thu", "2"]])).await;
    assert_snapshot!(said, @r"
    Phiếu «thu» phiên bản 1 đã có với nội dung khác và không được sửa; hãy ghi phiên bản 2 ở trang tính settings, cột version.
    ---
    Đã nạp phiếu khảo sát từ tệp «tệp.csv».
    Thêm mới: 1; thay đổi: 0; hết hiệu lực: 0; giữ nguyên: 0.
    thu v1 → v3, q1, label: «Câu một» → «Câu một, viết lại»
    thu v1 → v3, y_kien, label: (trống) → «Ý kiến»
    ---
    Phiếu «thu» đã có phiên bản 3, mới hơn phiên bản 2 của tệp; hãy ghi phiên bản 4 ở trang tính settings, cột version.
    ");
    let old = keep(&world, What::Questionnaire, form(&[question])).await.unwrap();
    assert_eq!((old.changes(), old.unchanged), (0, 1));
    assert_eq!(questionnaires::latest(&world.db, "thu").await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn conditions_and_groups_are_understood() {
    let world = World::new().await;
    let file = form(&[
        &["select_one level", "q1", "Chung", "TRUE", "", "service", "overall"],
        &["begin group", "why", "Vì sao", "", "${q1} <= 3"],
        &["select_multiple aspect", "q2", "Điều gì"],
        &["text", "q3", "Khác", "", "not(selected(${q2}, ‘time’)) and (${q1} = '1' or ${q1}!=\"2\")"],
        &["end group"],
        &["note", "bye", "Cảm ơn"],
    ]);
    kept(&world, What::Questionnaire, file).await;
    let form = questionnaires::latest(&world.db, "thu").await.unwrap().unwrap();
    let compare = |op, value: &str| Relevant::Compare { question: "q1".into(), op, value: value.into() };
    let group = compare(Op::Le, "3");
    assert_eq!(form.question("q2").unwrap().relevant, Some(group.clone()));
    let not = Relevant::Not(Box::new(Relevant::Selected { question: "q2".into(), value: "time".into() }));
    let own = Relevant::And(vec![not, Relevant::Or(vec![compare(Op::Eq, "1"), compare(Op::Ne, "2")])]);
    assert_eq!(form.question("q3").unwrap().relevant, Some(Relevant::And(vec![group, own])));
    assert_eq!((form.question("q3").unwrap().section, form.question("bye").unwrap().section), (Some(0), None));
}
