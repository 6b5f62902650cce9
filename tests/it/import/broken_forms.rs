//! Forms with faults: what the person reads.

use hailong::flow::design::What;
use insta::assert_snapshot;

use super::{form, form_with, refused, texts, workbook};
use crate::world::World;

async fn form_refused(survey: &[&[&'static str]]) -> String {
    refused(&World::new().await, What::Questionnaire, form(survey)).await
}

#[tokio::test]
async fn a_form_needs_its_three_sheets_and_its_columns() {
    let world = World::new().await;
    let file = workbook(&[("Sheet1", texts(&[&["type", "name"]]))]);
    assert_snapshot!(refused(&world, What::Questionnaire, file).await, @r"
    Sổ thiếu trang tính «settings»; cần ba trang tính survey, choices và settings, hiện có: Sheet1.
    Sổ thiếu trang tính «choices»; cần ba trang tính survey, choices và settings, hiện có: Sheet1.
    Sổ thiếu trang tính «survey»; cần ba trang tính survey, choices và settings, hiện có: Sheet1.
    ");
    let empty = || texts(&[&["type"], &["note"]]);
    let file = workbook(&[("survey", empty()), ("choices", empty()), ("settings", empty())]);
    assert_snapshot!(refused(&world, What::Questionnaire, file).await, @r"
    Trang tính «settings» thiếu cột: form_title, form_id, version. Các cột đang có: type.
    Trang tính «survey» thiếu cột: name. Các cột đang có: type.
    Trang tính «choices» thiếu cột: list_name, name. Các cột đang có: type.
    ");
    assert_snapshot!(refused(&world, What::Questionnaire, "type,name\nnote,a\n").await, @"Phiếu khảo sát phải là sổ Excel (.xlsx) theo mẫu XLSForm, có ba trang tính survey, choices và settings.");
}

#[tokio::test]
async fn settings_are_checked() {
    let world = World::new().await;
    let note: &[&[&str]] = &[&["text", "a", "A"]];
    assert_snapshot!(refused(&world, What::Questionnaire, form_with(note, &[&["phiếu thử", "v2"]])).await, @r"
    Trang tính «settings», dòng 2, cột «form_id» (A): «phiếu thử» không phải là tên; cần chữ cái không dấu, chữ số và các dấu _ - . , không quá 64 ký tự, khác với visit và p là tên dành riêng.
    Trang tính «settings», dòng 2, cột «version» (B): «v2» không phải là phiên bản; cần số nguyên từ 1.
    ");
    assert_snapshot!(refused(&world, What::Questionnaire, form_with(note, &[])).await, @"Trang tính «settings» không có dòng dữ liệu nào dưới dòng tiêu đề.");
}

#[tokio::test]
async fn types_lists_names_and_groups_are_checked() {
    let said = form_refused(&[
        &["integer", "tuoi", "Tuổi"],
        &["select_one muc", "q1", "Câu"],
        &["select_one level or_other", "q2", "Câu"],
        &["text", "câu 3", "Câu"],
        &["text", "q4", ""],
        &["text", "q5", "Câu", "bắt buộc"],
        &["text", "q5", "Câu"],
        &["end_group"],
        &["note", "n", "Đọc", "yes"],
        &["begin_group", "g", "Nhóm"],
    ])
    .await;
    assert_snapshot!(said, @r"
    Trang tính «survey», dòng 2, cột «type» (A): kiểu «integer» không dùng được; cần select_one DANH_SÁCH, select_multiple DANH_SÁCH, text, note, begin_group hoặc end_group.
    Trang tính «survey», dòng 3, cột «type» (A): không có danh sách lựa chọn «muc» ở trang tính choices; hiện có: aspect, crossed, level, level_na, papers, upside.
    Trang tính «survey», dòng 4, cột «type» (A): kiểu «select_one level or_other» không dùng được; cần select_one DANH_SÁCH, select_multiple DANH_SÁCH, text, note, begin_group hoặc end_group.
    Trang tính «survey», dòng 5, cột «name» (B): «câu 3» không phải là tên; cần chữ cái không dấu, chữ số và các dấu _ - . , không quá 64 ký tự, khác với visit và p là tên dành riêng.
    Trang tính «survey», dòng 6, cột «label» (C): thiếu lời văn bằng ngôn ngữ chính của phiếu (vi).
    Trang tính «survey», dòng 7, cột «required» (D): «bắt buộc» không hợp lệ; cần yes, no hoặc để trống.
    Trang tính «survey», dòng 8, cột «name» (B): tên «q5» đã dùng ở một dòng trên.
    Trang tính «survey», dòng 9: end_group mà không có begin_group trước đó.
    Trang tính «survey», dòng 10, cột «required» (D): dòng note không có câu trả lời nên không thể bắt buộc.
    Trang tính «survey», dòng 11: begin_group mà không có end_group.
    ");
}

#[tokio::test]
async fn indicators_and_factors_are_checked() {
    let said = form_refused(&[
        &["select_one level", "q1", "Câu", "", "", "procedures", "overall"],
        &["select_one level", "q2", "Câu", "", "", "procedures", "overall"],
        &["select_one aspect", "q3", "Câu", "", "", "service", ""],
        &["text", "q4", "Câu", "", "", "", "overall"],
        &["select_one level", "q5", "Câu", "", "", "hai_long", ""],
        &["select_one aspect", "q6", "Câu", "", "", "papers_again", ""],
        &["select_one papers", "q7", "Câu", "", "", "papers_again", ""],
        &["select_one level", "q8", "Câu", "", "", "", "overall"],
    ])
    .await;
    assert_snapshot!(said, @r"
    Trang tính «survey», dòng 3, cột «factor» (G): chỉ số này đã có câu hỏi chung là «q1»; mỗi chỉ số chỉ một câu.
    Trang tính «survey», dòng 4, cột «indicator» (F): chỉ số «service» chỉ tính từ câu hỏi năm mức (lựa chọn 1, 2, 3, 4, 5 và na nếu cần).
    Trang tính «survey», dòng 5, cột «factor» (G): overall chỉ dùng cho câu hỏi năm mức có ghi chỉ số ở cột indicator.
    Trang tính «survey», dòng 6, cột «indicator» (F): «hai_long» không hợp lệ; cần một trong: procedures, service, education, papers_again.
    Trang tính «survey», dòng 7, cột «indicator» (F): chỉ số papers_again cần câu hỏi select_one có hai lựa chọn tên là no và yes.
    Trang tính «survey», dòng 8, cột «indicator» (F): chỉ số papers_again đã có ở câu hỏi «q6»; mỗi phiếu chỉ một câu.
    Trang tính «survey», dòng 9, cột «factor» (G): overall chỉ dùng cho câu hỏi năm mức có ghi chỉ số ở cột indicator.
    ");
}

#[tokio::test]
async fn levels_run_from_worst_to_best() {
    let said = form_refused(&[
        &["select_one upside", "q1", "Câu", "", "", "service", ""],
        &["select_one crossed", "q2", "Câu", "", "", "service", ""],
    ])
    .await;
    assert_snapshot!(said, @r"
    Trang tính «survey», dòng 2, cột «type» (A): các mức phải xếp từ kém nhất đến tốt nhất 1, 2, 3, 4, 5, rồi na nếu có; đang là 5, 4, 3, 2, 1.
    Trang tính «survey», dòng 3, cột «type» (A): mức 1 là mức kém nhất hoặc nhì nhưng lời văn là «Rất hài lòng»; mức 1 là rất không hài lòng, mức 5 là rất hài lòng.
    ");
}

#[tokio::test]
async fn conditions_are_checked() {
    let said = form_refused(&[
        &["select_one level", "q1", "Câu"],
        &["select_multiple aspect", "q2", "Câu"],
        &["text", "q3", "Câu", "", "${q1} = '6'"],
        &["text", "q4", "Câu", "", "${q9} = '1'"],
        &["text", "q5", "Câu", "", "${q6} = '1'"],
        &["text", "q6", "Câu", "", "${q2} = 'time'"],
        &["text", "q7", "Câu", "", "selected(${q2}, 'giá')"],
        &["text", "q8", "Câu", "", "${q1} < 'kém'"],
        &["text", "q9", "Câu", "", "${q1} = '1' và ${q1} = '2'"],
        &["text", "q10", "Câu", "", "count-selected(${q2}) > 1"],
        &["text", "q11", "Câu", "", "${q3} = 'x'"],
        &["text", "q12", "Câu", "", "(${q1} = '1'"],
    ])
    .await;
    assert_snapshot!(said, @r"
    Trang tính «survey», dòng 4, cột «relevant» (E): câu hỏi «q1» không có lựa chọn «6»; có: 1, 2, 3, 4, 5.
    Trang tính «survey», dòng 5, cột «relevant» (E): điều kiện nhắc đến câu hỏi «q9» không có ở các dòng trên.
    Trang tính «survey», dòng 6, cột «relevant» (E): điều kiện nhắc đến câu hỏi «q6» không có ở các dòng trên.
    Trang tính «survey», dòng 7, cột «relevant» (E): «q2» cho chọn nhiều; hãy dùng selected(${q2}, 'lựa_chọn').
    Trang tính «survey», dòng 8, cột «relevant» (E): câu hỏi «q2» không có lựa chọn «giá»; có: time, staff.
    Trang tính «survey», dòng 9, cột «relevant» (E): so sánh lớn bé với «q1» cần một con số, không phải «kém».
    Trang tính «survey», dòng 10, cột «relevant» (E): không hiểu điều kiện từ chỗ «và ${q1} = '2'»; cần dạng ${câu} = 'lựa_chọn', selected(${câu}, 'lựa_chọn'), nối bằng and, or, not().
    Trang tính «survey», dòng 11, cột «relevant» (E): không hiểu điều kiện từ chỗ «count-selected(${q2}) > 1»; cần dạng ${câu} = 'lựa_chọn', selected(${câu}, 'lựa_chọn'), nối bằng and, or, not().
    Trang tính «survey», dòng 12, cột «relevant» (E): điều kiện nhắc đến «q3» là câu không có lựa chọn.
    Trang tính «survey», dòng 13, cột «relevant» (E): điều kiện chưa viết hết («(${q1} = '1'»); có thể thiếu dấu ngoặc, dấu nháy hoặc giá trị.
    ");
}

#[tokio::test]
async fn languages_are_checked() {
    let world = World::new().await;
    let file = workbook(&[
        ("survey", texts(&[&["type", "name", "label::English (en)", "label::Tiếng Việt"], &["text", "a", "A", "Á"]])),
        ("choices", texts(&[&["list_name", "name", "label::English (en)"]])),
        (
            "settings",
            texts(&[&["form_title", "form_id", "version", "default_language"], &["T", "t", "1", "Tiếng Việt (vi)"]]),
        ),
    ]);
    assert_snapshot!(refused(&world, What::Questionnaire, file).await, @r"
    Trang tính «survey»: cột «label::Tiếng Việt» không có mã ngôn ngữ; cần dạng «label::Tiếng Việt (vi)».
    Trang tính «survey», dòng 2, cột «label»: thiếu lời văn bằng ngôn ngữ chính của phiếu (vi).
    ");
}
