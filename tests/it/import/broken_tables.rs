//! Tables with faults: what the person reads.

use hailong::flow::design::What;
use insta::assert_snapshot;

use super::{In, department_world, refused, texts, workbook};
use crate::world::World;

/// What a person reads about a CSV file of units.
async fn units(rows: &str) -> String {
    refused(&World::new().await, What::Units, rows).await
}

#[tokio::test]
async fn missing_columns_are_named_together() {
    assert_snapshot!(units("mã,tên,kind\nA,B,office\n").await, @"Tệp thiếu cột: code, name. Các cột đang có: mã, tên, kind.");
    assert_snapshot!(units("code,name,kind,Name\nA,B,office,C\n").await, @"Tệp có hai cột cùng tên «Name»; hãy xóa hoặc đổi tên một cột.");
    assert_snapshot!(units("code,name,kind\n").await, @"Tệp không có dòng dữ liệu nào dưới dòng tiêu đề.");
}

#[tokio::test]
async fn every_fault_of_a_file_is_told_at_once() {
    let rows = "code,name,kind,valid_from,valid_to,parent\n\
        A,,department,2026-13-01,,\n\
        B C,Phòng,office,,,\n\
        D,Phòng D,phong,01/07/2026,30/06/2026,KHÔNG-CÓ\n\
        A,Lặp lại,office,hôm qua,07/31/2026,\n\
        E,Phòng E,office,1/7/26,,\n\
        F,Phòng F,office,,,,,thừa\n";
    assert_snapshot!(units(rows).await, @r"
    Dòng 2, cột «name» (B): để trống; ô này bắt buộc phải có.
    Dòng 2, cột «valid_from» (D): «2026-13-01» không phải là ngày; cần dạng 31/12/2026 hoặc 2026-12-31.
    Dòng 3, cột «code» (A): «B C» không phải là mã; mã không có dấu cách và không quá 64 ký tự.
    Dòng 4, cột «kind» (C): «phong» không hợp lệ; cần một trong: department, office, counter, district_office, school, centre.
    Dòng 4, cột «valid_to» (E): hết hiệu lực 30/06/2026 trước khi có hiệu lực 01/07/2026; ngày kết thúc không được sớm hơn ngày bắt đầu.
    Dòng 4, cột «parent» (F): chưa có mã «KHÔNG-CÓ»; hãy kiểm tra lại mã hoặc nạp mã này trước.
    Dòng 5, cột «valid_from» (D): «hôm qua» không phải là ngày; cần dạng 31/12/2026 hoặc 2026-12-31.
    Dòng 5, cột «valid_to» (E): «07/31/2026» không phải là ngày; cần dạng 31/12/2026 hoặc 2026-12-31.
    Dòng 5, cột «code» (A): mã «A» đã có ở một dòng trên; mỗi mã chỉ ghi một lần.
    Dòng 6, cột «valid_from» (D): «1/7/26» không phải là ngày; cần dạng 31/12/2026 hoặc 2026-12-31.
    Dòng 7: có 8 ô nhưng tiêu đề chỉ có 6 cột; nếu tên có dấu phân cách, hãy đặt tên trong ngoặc kép.
    ");
}

#[tokio::test]
async fn circles_are_shown_with_their_way_round() {
    let rows = "code,name,kind,parent,successor\nA,a,office,B,A\nB,b,office,C,\nC,c,office,A,\nD,d,office,A,\n";
    assert_snapshot!(units(rows).await, @r"
    Dòng 2, cột «parent» (D): đơn vị cấp trên tạo thành vòng: A → B → C → A.
    Dòng 2, cột «successor» (E): mã kế thừa tạo thành vòng: A → A.
    ");
}

#[tokio::test]
async fn a_circle_may_close_through_what_is_stored() {
    let world = World::new().await;
    super::kept(&world, What::Units, "code,name,kind,parent\nA,a,office,B\nB,b,office,\n").await;
    assert_snapshot!(refused(&world, What::Units, "code,name,kind,parent\nB,b,office,A\n").await, @"Dòng 2, cột «parent» (D): đơn vị cấp trên tạo thành vòng: B → A → B.");
}

#[tokio::test]
async fn letters_that_were_lost_are_noticed() {
    assert_snapshot!(units("code,name,kind\nA,S? Giáo d?c,department\n").await, @"Dòng 2, cột «name» (B): chữ có dấu đã bị mất khi lưu tệp («S? Giáo d?c»); hãy lưu lại từ tệp gốc thành «CSV UTF-8» hoặc .xlsx.");
    assert_snapshot!(units("code,name,kind\nA,S\u{FFFD} GD,department\n").await, @"Dòng 2, cột «name» (B): chữ có dấu đã bị mất khi lưu tệp («S� GD»); hãy lưu lại từ tệp gốc thành «CSV UTF-8» hoặc .xlsx.");
}

#[tokio::test]
async fn a_quote_that_never_closes_does_not_swallow_the_file() {
    assert_snapshot!(units("code,name,kind\nA,a,office\nB,\"Phòng B,office\nC,c,office\n").await, @"Dòng 3: có dấu ngoặc kép mở mà không đóng; mỗi dấu ngoặc kép trong tên phải được viết hai lần.");
}

#[tokio::test]
async fn more_than_a_hundred_faults_are_counted() {
    let rows: String = (0..130).map(|n| format!("U{n},tên,sai\n")).collect();
    let said = units(&format!("code,name,kind\n{rows}")).await;
    assert_eq!(said.lines().count(), 101);
    assert_snapshot!(said.lines().last().unwrap(), @"… và còn 30 lỗi nữa.");
}

#[tokio::test]
async fn codes_that_a_spreadsheet_spoilt_are_explained() {
    let world = World::new().await;
    let mut rows = texts(&[&["code", "name", "kind", "parent"]]);
    rows.push(vec![In::T("0012"), In::T("Sở"), In::T("department")]);
    rows.push(vec![In::T("A"), In::T("Phòng A"), In::T("office"), In::N(12.0)]);
    rows.push(vec![In::N(1.1), In::T("Phòng B"), In::T("office")]);
    rows.push(vec![In::D(2026, 1, 2), In::T("Phòng C"), In::T("office")]);
    rows.push(vec![In::T("D"), In::F("=VLOOKUP(A1,B:C,2,0)", "#N/A"), In::T("office")]);
    assert_snapshot!(refused(&world, What::Units, workbook(&[("units", rows)])).await, @r"
    Trang tính «units», dòng 3, cột «parent» (D): không có mã «12»; có phải là «0012»? Hãy kiểm tra số 0 ở đầu và chữ hoa, chữ thường.
    Trang tính «units», dòng 4, cột «code» (A): mã đang là số thập phân «1.1», số 0 ở cuối có thể đã mất; hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
    Trang tính «units», dòng 5, cột «code» (A): Excel đã đổi mã thành ngày «02/01/2026»; hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
    Trang tính «units», dòng 6, cột «name» (B): công thức bị lỗi (#N/A); hãy thay bằng giá trị.
    ");
}

#[tokio::test]
async fn procedure_codes_without_their_zeros_are_explained() {
    let head = "code,name,field,level,successor\n";
    let rows = "1.00528,a,Thi,province,\n\"1,005092\",b,Thi,province,\n1.005093,c,Thi,tỉnh,1.005094\n1.005095,d,,province,1.005095\n";
    assert_snapshot!(refused(&World::new().await, What::Procedures, format!("{head}{rows}")).await, @r"
    Dòng 2, cột «code» (A): «1.00528» thiếu số 0 ở cuối hoặc dùng dấu phẩy; có phải là «1.005280»? Hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
    Dòng 3, cột «code» (A): «1,005092» thiếu số 0 ở cuối hoặc dùng dấu phẩy; có phải là «1.005092»? Hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
    Dòng 4, cột «level» (D): «tỉnh» không hợp lệ; cần một trong: province, school, commune, shared.
    Dòng 4, cột «successor» (E): chưa có mã «1.005094»; hãy kiểm tra lại mã hoặc nạp mã này trước.
    Dòng 5, cột «field» (C): để trống; ô này bắt buộc phải có.
    Dòng 5, cột «successor» (E): mã kế thừa tạo thành vòng: 1.005095 → 1.005095.
    ");
    let mut cells = texts(&[&["code", "name", "field", "level"]]);
    cells.push(vec![In::N(2.0), In::T("a"), In::T("Thi"), In::T("school")]);
    let file = workbook(&[("procedures", cells)]);
    assert_snapshot!(refused(&World::new().await, What::Procedures, file).await, @"Trang tính «procedures», dòng 2, cột «code» (A): số «2» không phải là mã thủ tục; cần dạng 1.005092, định dạng cột là Văn bản (Text).");
}

#[tokio::test]
async fn case_files_must_belong_to_what_was_there_in_their_month() {
    let world = department_world().await;
    let head = "month,unit_code,procedure_code,channel,received,finished,late\n";
    let rows = "2025-07,SGD-BD.VP,1.005092,,1,1,0\n\
        2026-06,GL.THPT.001,2.002854,,1,1,0\n\
        tháng 7,GL.THPT.001,1.005092,,1,1,0\n\
        07/2026,THPT-KHÔNG,1.005092,,1,1,0\n\
        07/2026,GL.THPT.001,9.999999,,1,1,0\n\
        07/2026,GL.THPT.001,1.005092,fax,-1,2.5,1e3\n\
        07/2026,GL.THPT.001,1.005092,direct,5,3,4\n\
        07/2026,GL.THPT.001,1.005092,direct,5,5,0\n\
        07/2026,GL.THPT.001,1.005092,all,5,5,0\n\
        08/2026,GL.THPT.001,1.005092,online,12.34,,0\n\
        08/2026,GL.THPT.001,1.005092,online,1,1,0\n\
        08/2026,GL.THPT.001,1.005092,online,1,1,0\n\
        08/2026,GL.THPT.001,1.005092,all,1,1,0\n";
    assert_snapshot!(refused(&world, What::Caseload, format!("{head}{rows}")).await, @r"
    Dòng 2, cột «unit_code» (B): «SGD-BD.VP» chỉ có hiệu lực từ 01/01/2021 đến 30/06/2025, không có trong tháng 07/2025.
    Dòng 3, cột «procedure_code» (C): «2.002854» chỉ có hiệu lực từ 01/07/2026 đến …, không có trong tháng 06/2026.
    Dòng 4, cột «month» (A): «tháng 7» không phải là tháng; cần dạng 07/2026 hoặc 2026-07.
    Dòng 5, cột «unit_code» (B): chưa có mã «THPT-KHÔNG»; hãy kiểm tra lại mã hoặc nạp mã này trước.
    Dòng 6, cột «procedure_code» (C): chưa có mã «9.999999»; hãy kiểm tra lại mã hoặc nạp mã này trước.
    Dòng 7, cột «channel» (D): «fax» không hợp lệ; cần một trong: direct, online, postal, all.
    Dòng 7, cột «received» (E): «-1» không phải là số lượng; cần số nguyên từ 0 trở lên, như 1234 hoặc 1.234.
    Dòng 7, cột «finished» (F): «2.5» không phải là số lượng; cần số nguyên từ 0 trở lên, như 1234 hoặc 1.234.
    Dòng 7, cột «late» (G): «1e3» không phải là số lượng; cần số nguyên từ 0 trở lên, như 1234 hoặc 1.234.
    Dòng 8, cột «late» (G): 4 hồ sơ trễ hạn nhiều hơn 3 hồ sơ đã giải quyết.
    Dòng 9: tháng, đơn vị, thủ tục và kênh này đã có ở một dòng trên; mỗi tổ hợp chỉ ghi một lần.
    Dòng 10, cột «channel» (D): cùng tháng, đơn vị, thủ tục vừa ghi số chung (all) vừa ghi theo kênh; chỉ ghi một cách để không đếm hai lần.
    Dòng 11, cột «received» (E): «12.34» không phải là số lượng; cần số nguyên từ 0 trở lên, như 1234 hoặc 1.234.
    Dòng 11, cột «finished» (F): để trống; ô này bắt buộc phải có.
    Dòng 13: tháng, đơn vị, thủ tục và kênh này đã có ở một dòng trên; mỗi tổ hợp chỉ ghi một lần.
    Dòng 14, cột «channel» (D): cùng tháng, đơn vị, thủ tục vừa ghi số chung (all) vừa ghi theo kênh; chỉ ghi một cách để không đếm hai lần.
    ");
}

#[tokio::test]
async fn schools_must_be_units_that_teach() {
    let world = department_world().await;
    let rows = "unit_code,level,area,enrolment\nGL.THPT.001,thpt,QN,nhiều\nSGD-GL.VP,thpt,QN,10\nLẠ,thpt,QN,10\n";
    assert_snapshot!(refused(&world, What::Schools, rows).await, @r"
    Dòng 2, cột «enrolment» (D): «nhiều» không phải là số lượng; cần số nguyên từ 0 trở lên, như 1234 hoặc 1.234.
    Dòng 3, cột «unit_code» (A): đơn vị «SGD-GL.VP» thuộc loại office; cần đơn vị loại school hoặc centre.
    Dòng 4, cột «unit_code» (A): chưa có mã «LẠ»; hãy kiểm tra lại mã hoặc nạp mã này trước.
    ");
    assert_snapshot!(refused(&world, What::Schools, "unit_code,level\nGL.THPT.001,thpt\n").await, @"Tệp thiếu cột: enrolment. Các cột đang có: unit_code, level.");
}
