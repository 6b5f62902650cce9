//! Files made to hurt: nothing here may crash, hang or fill the memory.

use std::io::{Cursor, Read, Write};

use hailong::domain::relevant;
use hailong::error::Error;
use hailong::flow::design::{self, Mode, What};
use insta::assert_snapshot;
use proptest::prelude::*;
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{refused, texts, workbook};
use crate::world::World;

/// A good workbook whose parts are rewritten.
fn rewritten(change: impl Fn(&str, String) -> String, extra: &[(String, Vec<u8>)]) -> Vec<u8> {
    let good = workbook(&[("units", texts(&[&["code", "name", "kind"], &["A", "Phòng A", "office"]]))]);
    let mut from = ZipArchive::new(Cursor::new(good)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let name = entry.name().unwrap().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        to.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        to.write_all(change(&name, text).as_bytes()).unwrap();
    }
    for (name, content) in extra {
        to.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        to.write_all(content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

async fn units(bytes: Vec<u8>) -> String {
    refused(&World::new().await, What::Units, bytes).await
}

#[tokio::test]
async fn a_rewritten_workbook_is_still_good() {
    let report = super::keep(&World::new().await, What::Units, rewritten(|_, text| text, &[])).await.unwrap();
    assert_eq!(report.added, 1);
}

#[tokio::test]
async fn archives_with_too_much_in_them_are_refused() {
    let many: Vec<_> = (0..200).map(|n| (format!("x/{n}"), Vec::new())).collect();
    assert_snapshot!(units(rewritten(|_, text| text, &many)).await, @"Sổ Excel chứa 210 thành phần, tối đa là 200; hãy chép dữ liệu sang một sổ mới rồi lưu lại.");
    let bomb = [("x/big".to_owned(), vec![0; 51 * 1024 * 1024])];
    assert_snapshot!(units(rewritten(|_, text| text, &bomb)).await, @"Sổ Excel khi mở ra lớn hơn 50 MiB; hãy chép riêng phần dữ liệu sang một sổ mới rồi lưu lại.");
}

#[tokio::test]
async fn an_archive_that_lies_about_its_size_is_refused() {
    let mut bytes = rewritten(|_, text| text, &[("x/big".to_owned(), vec![0; 51 * 1024 * 1024])]);
    let size = (51_u32 * 1024 * 1024).to_le_bytes();
    let places: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    assert!(matches!(
        design::import(&World::new().await.db, What::Units, "x", &bytes, Mode::Keep).await,
        Err(Error::Invalid(_))
    ));
}

#[tokio::test]
async fn entities_and_false_announcements_are_refused() {
    let entities = rewritten(
        |name, text| {
            if name.ends_with("sheet1.xml") {
                text.replacen("<worksheet", "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet", 1)
            } else {
                text
            }
        },
        &[],
    );
    assert_snapshot!(units(entities).await, @"Sổ Excel chứa khai báo XML không được phép; hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx.");
    let announced = rewritten(
        |name, text| {
            if !name.ends_with("sharedStrings.xml") {
                return text;
            }
            let (before, after) = text.split_once("uniqueCount=\"").unwrap();
            format!("{before}uniqueCount=\"99999999999{after}")
        },
        &[],
    );
    assert_snapshot!(units(announced).await, @"Không đọc được sổ Excel này; hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx, không đặt mật khẩu.");
}

#[tokio::test]
async fn a_cell_at_the_far_corner_costs_nothing() {
    let far =
        rewritten(|name, text| if name.ends_with("sheet1.xml") { text.replace("C2", "XFD1048576") } else { text }, &[]);
    assert_snapshot!(units(far).await, @"Trang tính «units» có dữ liệu ngoài cột thứ 64; hãy xóa các cột thừa.");
}

#[test]
fn parentheses_without_end_are_refused() {
    assert!(relevant::parse(&"(".repeat(100_000)).is_err());
    assert!(relevant::parse(&"not(".repeat(100_000)).is_err());
}

fn try_all(bytes: &[u8]) {
    thread_local! {
        static WORLD: (tokio::runtime::Runtime, World) = {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let world = runtime.block_on(World::new());
            (runtime, world)
        };
    }
    WORLD.with(|(runtime, world)| {
        for what in What::ALL {
            let taken = runtime.block_on(design::import(&world.db, what, "tệp", bytes, Mode::Try));
            assert!(matches!(taken, Ok(_) | Err(Error::Invalid(_))), "{taken:?}");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_refused_or_taken_and_never_crash(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        try_all(&bytes);
    }

    #[test]
    fn arbitrary_tables_are_refused_or_taken_and_never_crash(
        rows in prop::collection::vec("([^,\n]{0,8}[,;\t\n\"]){0,12}", 0..6),
    ) {
        let heading = "code,name,kind,field,level,valid_from,valid_to,parent,successor,month,unit_code,procedure_code,received,finished,late,enrolment";
        try_all(format!("{heading}\n{}", rows.join("\n")).as_bytes());
    }

    #[test]
    fn arbitrary_conditions_are_refused_or_read_and_never_crash(text in "([$][{]q[}]|not|and|or|selected|[-()'‘’= <>!,.0-9a]){0,40}") {
        if let Ok(relevant) = relevant::parse(&text) {
            prop_assert!(!relevant::parts(&relevant).is_empty(), "a condition compares something: {text}");
        }
    }

    #[test]
    fn spoilt_workbooks_are_refused_or_taken_and_never_crash(
        part in prop::sample::select(vec!["sheet1.xml", "workbook.xml", "styles.xml", "sharedStrings.xml", ".rels"]),
        at in any::<prop::sample::Index>(),
        put in "[<>/&;\"0-9a-zA-Z= ]{0,6}",
        cut in 0..9_usize,
    ) {
        let spoilt = rewritten(
            |name, text| {
                if !name.ends_with(part) {
                    return text;
                }
                let chars: Vec<char> = text.chars().collect();
                let at = at.index(chars.len());
                let rest = &chars[(at + cut).min(chars.len())..];
                chars[..at].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(rest).collect()
            },
            &[],
        );
        try_all(&spoilt);
    }
}
