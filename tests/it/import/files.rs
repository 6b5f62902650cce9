//! Files that are not what they should be.

use hailong::flow::design::What;
use insta::assert_snapshot;

use super::refused;
use crate::world::World;

async fn units(bytes: impl AsRef<[u8]>) -> String {
    refused(&World::new().await, What::Units, bytes).await
}

#[tokio::test]
async fn the_content_decides_and_the_person_is_told_how_to_save() {
    assert_snapshot!(units("").await, @"Tệp rỗng; cần một tệp CSV hoặc Excel (.xlsx) có dòng tiêu đề và dữ liệu.");
    assert_snapshot!(units(b"code,name,kind\nA,S\xF4,office\n").await, @"Dòng 2: tệp không dùng bảng mã UTF-8 nên chữ có dấu sẽ sai; trong Excel hãy chọn «Lưu dưới dạng» rồi chọn «CSV UTF-8».");
    assert_snapshot!(units(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old").await, @"Tệp là sổ Excel kiểu cũ (.xls) hoặc có mật khẩu; hãy lưu lại thành .xlsx, không đặt mật khẩu.");
    assert_snapshot!(units(b"PK\x03\x04 not really").await, @"Không đọc được sổ Excel này; hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx, không đặt mật khẩu.");
    assert_snapshot!(units(b"c\0o\0d\0e\0,\0").await, @"Tệp không phải là văn bản CSV, cũng không phải là sổ Excel .xlsx; hãy lưu lại thành «CSV UTF-8» hoặc .xlsx.");
    assert_snapshot!(units([0xFF, 0xFE, 0x00, 0xD8]).await, @"Tệp không phải là văn bản CSV, cũng không phải là sổ Excel .xlsx; hãy lưu lại thành «CSV UTF-8» hoặc .xlsx.");
}

#[tokio::test]
async fn a_file_may_be_so_long_and_no_longer() {
    assert_snapshot!(units(vec![b'a'; 5 * 1024 * 1024 + 1]).await, @"Tệp lớn hơn 5 MiB; hãy chia thành nhiều tệp nhỏ hơn.");
    let rows: String = (0..=20_000).map(|n| format!("U{n},tên,office\n")).collect();
    assert_snapshot!(units(format!("code,name,kind\n{rows}")).await, @"Tệp có hơn 20000 dòng dữ liệu; hãy chia thành nhiều tệp nhỏ hơn.");
}

#[tokio::test]
async fn twenty_thousand_rows_are_taken() {
    let world = World::new().await;
    let rows: String = (0..20_000).map(|n| format!("U{n:05},Đơn vị số {n},office,U{:05}\n", n / 10)).collect();
    let rows = rows.replacen(",U00000", ",", 1);
    let report = super::keep(&world, What::Units, format!("code,name,kind,parent\n{rows}")).await.unwrap();
    assert_eq!(report.added, 20_000);
}
