//! Printed pieces: what hangs on the wall leads to the form, at true size, and no name breaks a layout.

use std::path::{Path, PathBuf};
use std::process::Command;

use hailong::domain::Day;
use hailong::domain::code::{Code, TypedCode};
use hailong::present::draw::text::{Align, Stand, Style};
use hailong::present::draw::{Area, Item, POINT, Path as Outline, Sheet, Step, pdf, png, svg};
use hailong::present::print::{Card, Piece, sheets};
use hailong::present::qr;
use hailong::words::Lang;
use proptest::prelude::*;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::world::World;

const PROCEDURE: &str = "Thành lập hoặc cho phép thành lập trường trung học phổ thông, trường phổ thông có nhiều cấp \
    học có cấp học cao nhất là trung học phổ thông; công nhận trường mầm non, trường tiểu học đạt chuẩn quốc gia mức \
    hai";
const UNIT: &str = "Quầy tiếp nhận và trả kết quả giải quyết thủ tục hành chính của Sở Giáo dục và Đào tạo tại Trung \
    tâm Phục vụ hành chính công tỉnh Gia Lai, cơ sở thứ hai đặt tại phường Quy Nhơn Đông, thành phố cũ Quy Nhơn";
const BASE: &str = "https://hl.gialai.gov.vn";

pub fn card(unit: &str, label: &str, procedure: Option<&str>) -> Card {
    let code = Code::from_random([201, 7, 99, 40, 5, 66, 7, 88, 9, 10]);
    Card {
        address: qr::address(BASE, &code),
        host: "hl.gialai.gov.vn".into(),
        typed: TypedCode::from_random([3, 77, 55, 4, 120]),
        unit: unit.into(),
        unit_short: unit.into(),
        unit_code: "SGD-GL.MC".into(),
        label: label.into(),
        procedure: procedure.map(str::to_owned),
        expires: Day::from_number(20_261_208),
        simulated: false,
    }
}

fn office() -> Card {
    card("Văn phòng Sở", "Quầy 1", Some("Cấp bản sao văn bằng, chứng chỉ từ sổ gốc"))
}

pub fn print(piece: Piece, cards: &[Card]) -> Vec<Sheet> {
    sheets(piece, cards, &piece.langs(), Day::from_number(20_261_124).unwrap()).unwrap()
}

fn langs() -> [Lang; 2] {
    ["vi", "en"].map(|code| Lang::by_code(code).unwrap())
}

fn lines(sheet: &Sheet) -> Vec<&str> {
    sheet.items.iter().filter_map(text).collect()
}

fn text(item: &Item) -> Option<&str> {
    if let Item::Text { run, .. } = item { Some(&run.text) } else { None }
}

fn symbols(sheet: &Sheet) -> Vec<(&Item, f32)> {
    let module = |item| if let &Item::Symbol { module, .. } = item { Some((item, module)) } else { None };
    sheet.items.iter().filter_map(module).collect()
}

/// Pixels of a PNG as grey, its width, and its pixels a metre.
fn pixels(file: &[u8]) -> (Vec<u8>, usize, u32) {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let samples = info.color_type.samples();
    let dims = reader.info().pixel_dims.unwrap();
    (bytes.chunks(samples).map(|pixel| pixel[0]).collect(), info.width as usize, dims.xppu)
}

/// What a reader finds in a part of a picture.
fn read(grey: &[u8], columns: usize, sheet: &Sheet, part: Area) -> String {
    let dots = |length: f32| (length * sheet.raster.dots).round() as usize;
    let (left, top) = (dots(part.x - sheet.raster.edge), dots(part.y));
    let pixel = |x: usize, y: usize| grey[(top + y) * columns + left + x];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(dots(part.width), dots(part.height), pixel);
    image.detect_grids().first().unwrap().decode().unwrap().1
}

#[test]
fn a_reader_finds_the_address_in_every_picture() {
    for (piece, width, per_metre) in [
        (Piece::Code, 904, 11_811),
        (Piece::A4, 2480, 11_811),
        (Piece::A5, 1748, 11_811),
        (Piece::Slip58, 384, 8_000),
        (Piece::Slip80, 576, 8_000),
        (Piece::Stickers, 2480, 11_811),
    ] {
        let sheet = &print(piece, &[office()])[0];
        let (grey, columns, dims) = pixels(&png::draw(sheet).unwrap());
        assert_eq!((columns, dims), (width, per_metre), "{piece:?}");
        // Of a sheet of stickers people see one, cut out.
        let found = symbols(sheet);
        let whole = Area::new(sheet.raster.edge, 0.0, sheet.width - 2.0 * sheet.raster.edge, sheet.height);
        let parts = found.iter().map(|(item, _)| if found.len() > 1 { item.bounds().unwrap() } else { whole });
        let addresses: Vec<String> = parts.map(|part| read(&grey, columns, sheet, part)).collect();
        assert_eq!(addresses, vec![office().address; if piece == Piece::Stickers { 12 } else { 1 }], "{piece:?}");
    }
}

#[test]
fn symbols_are_as_wide_and_as_strong_as_their_distance_asks() {
    let width = |piece| {
        let sheets = print(piece, &[office()]);
        let (item, module) = symbols(&sheets[0])[0];
        let side = item.bounds().unwrap().width - 8.0 * module;
        ((side * 100.0).round() / 100.0, (side / module).round() as usize)
    };
    // Level H needs version 4 for this address, level Q version 3.
    assert_eq!(width(Piece::A4), (120.0, 33));
    assert_eq!(width(Piece::A5), (70.0, 33));
    assert_eq!(width(Piece::Slip58), (29.0, 29));
    assert_eq!(width(Piece::Slip80), (36.25, 29));
    assert_eq!(width(Piece::Stickers), (32.0, 29));
}

#[test]
fn modules_of_a_slip_are_whole_dots_at_whole_dots() {
    for (piece, edge) in [(Piece::Slip58, 5.0), (Piece::Slip80, 4.0)] {
        let mut long = card(UNIT, "Quầy 1", Some(PROCEDURE));
        long.address =
            qr::address("https://khaosat-hailong.sogiaoducdaotao.gialai.gov.vn", &Code::from_random([9; 10]));
        for card in [office(), long] {
            let sheets = print(piece, &[card]);
            let Item::Symbol { x, y, module, .. } = symbols(&sheets[0])[0].0 else { unreachable!("only symbols") };
            for dots in [(x - edge) * 8.0, y * 8.0, module * 8.0, sheets[0].height * 8.0] {
                assert!((dots - dots.round()).abs() < 1e-3, "{piece:?}: {dots}");
            }
            assert!(*module >= 0.5);
        }
    }
}

#[test]
fn an_address_that_no_slip_holds_is_refused() {
    let mut card = office();
    card.address = format!("HTTPS://{}/Q/0123456789ABCDEF", "A".repeat(600));
    let lang = langs()[0];
    let refused = sheets(Piece::Slip58, &[card], &[lang], Day::from_number(20_261_124).unwrap());
    assert!(refused.unwrap_err().to_string().contains("too long"));
}

#[test]
fn the_guides_words_stand_on_every_piece() {
    let said = |piece, card: Card| lines(&print(piece, &[card])[0]).join(" ").replace('\u{a0}', " ");
    for piece in [Piece::A4, Piece::A5] {
        let said = said(piece, office());
        for words in [
            "Quý vị hài lòng ở mức nào?",
            "Chỉ 10 giây · không cần đăng nhập · không ghi tên",
            "hl.gialai.gov.vn · mã",
            "Quầy 1",
            "Thủ tục: Cấp bản sao văn bằng, chứng chỉ từ sổ gốc",
            "SGD-GL.MC · Quầy 1 · ",
            "In ngày 24/11/2026",
            "Văn phòng Sở",
        ] {
            assert!(said.contains(words), "{piece:?}: {words} in {said}");
        }
        assert!(!said.contains("How satisfied"), "{said}");
    }
    for (piece, english) in [(Piece::Slip58, false), (Piece::Slip80, true)] {
        let said = said(piece, office());
        for words in [
            "Mời quý vị đánh giá",
            "Thủ tục: Cấp bản sao",
            "hoặc vào hl.gialai.gov.vn và nhập mã",
            &office().typed.to_string(),
            "Không ghi tên người đánh giá.",
            "Dùng đến hết ngày 08/12/2026.",
        ] {
            assert!(said.contains(words), "{piece:?}: {words} in {said}");
        }
        assert_eq!(said.contains("Please rate your visit"), english, "{said}");
    }
    let standing = said(Piece::Slip58, Card { expires: None, ..office() });
    assert!(!standing.contains("Dùng đến"), "a point has no end: {standing}");
    let simulated = said(Piece::A4, Card { simulated: true, ..office() });
    assert!(simulated.contains("Dữ liệu mô phỏng"), "{simulated}");
}

#[test]
fn the_code_to_type_is_sixteen_points_at_least() {
    for piece in Piece::ALL.into_iter().filter(|piece| *piece != Piece::Code) {
        for card in [office(), card(UNIT, UNIT, Some(PROCEDURE))] {
            let sheets = print(piece, std::slice::from_ref(&card));
            let sizes = sheets[0].items.iter().filter_map(|item| match item {
                Item::Text { run, size, .. } if run.text == card.typed.to_string() => Some(size / POINT),
                _ => None,
            });
            let sizes: Vec<f32> = sizes.collect();
            assert!(!sizes.is_empty() && sizes.iter().all(|size| *size > 15.99), "{piece:?}: {sizes:?}");
        }
    }
}

#[test]
fn names_of_two_hundred_letters_are_read_in_full_or_cut_at_a_word_and_nothing_else_moves() {
    assert!(PROCEDURE.chars().count() >= 200 && UNIT.chars().count() >= 200);
    for piece in [Piece::A4, Piece::A5, Piece::Stickers] {
        let [plain, long] = [office(), card(UNIT, "Quầy 1", Some(PROCEDURE))].map(|card| print(piece, &[card]));
        let drawn =
            |sheet: &Sheet| -> Vec<Item> { sheet.items.iter().filter(|item| text(item).is_none()).cloned().collect() };
        assert_eq!(drawn(&plain[0]), drawn(&long[0]), "{piece:?}");
        for item in plain[0].items.iter().filter(|item| text(item).is_some()) {
            let said = text(item).unwrap();
            match long[0].items.iter().find(|other| text(other) == Some(said)) {
                Some(other) if piece != Piece::Stickers => assert_eq!(item, other, "{piece:?}"),
                Some(_) => {}
                None => {
                    assert!(["Văn phòng", "Cấp bản sao"].iter().any(|name| said.contains(name)), "{piece:?}: {said}")
                }
            }
        }
    }
    for piece in [Piece::A4, Piece::A5, Piece::Slip58, Piece::Slip80] {
        let sheets = print(piece, &[card(UNIT, "Quầy 1", Some(PROCEDURE))]);
        let said = lines(&sheets[0]).join(" ");
        assert!(said.contains(UNIT) && said.contains(PROCEDURE), "{piece:?} has room for both: {said}");
    }
    let endless = print(Piece::A4, &[card(&UNIT.repeat(4), "Quầy 1", Some(&PROCEDURE.repeat(4)))]);
    assert_eq!(lines(&endless[0]).iter().filter(|line| line.ends_with('…')).count(), 2);
}

#[test]
fn five_hundred_posters_are_one_file_of_five_hundred_pages() {
    let cards: Vec<Card> = (0..500u16)
        .map(|i| {
            let [high, low] = i.to_be_bytes();
            let code = Code::from_random([high, low, 1, 2, 3, 4, 5, 6, 7, 8]);
            let typed = TypedCode::from_random([high, low, 1, 2, 3]);
            let label = format!("Quầy {i}");
            Card { address: qr::address(BASE, &code), typed, ..card("Văn phòng Sở", &label, Some(PROCEDURE)) }
        })
        .collect();
    let file = pdf::draw("Tên", &print(Piece::A4, &cards)).unwrap();
    assert_eq!(media_boxes(&file), vec![(210.0, 297.0); 500]);
    assert_eq!(occurrences(&file, b"/CIDFontType0C"), 2, "each font once, whatever the number of pages");
    assert!(file.len() < 3_000_000, "{} bytes", file.len());
}

#[test]
fn pages_have_the_size_of_their_paper() {
    for (piece, width, height) in
        [(Piece::A4, 210.0, 297.0), (Piece::A5, 148.0, 210.0), (Piece::Stickers, 210.0, 297.0)]
    {
        let file = pdf::draw("Tên", &print(piece, &[office()])).unwrap();
        assert_eq!(media_boxes(&file), [(width, height)], "{piece:?}");
        assert_eq!(occurrences(&file, b"/PrintScaling/None"), 1, "printers leave the size alone");
        let drawing = svg::draw(&print(piece, &[office()])[0]);
        assert!(drawing.contains(&format!("width=\"{width}mm\" height=\"{height}mm\"")), "{piece:?}");
    }
    for (piece, width) in [(Piece::Slip58, 58.0), (Piece::Slip80, 80.0)] {
        let [short, long] = [office(), card(UNIT, "Quầy 1", Some(PROCEDURE))]
            .map(|card| media_boxes(&pdf::draw("Tên", &print(piece, &[card])).unwrap())[0]);
        assert_eq!((short.0, long.0), (width, width));
        assert!(short.1 < long.1 && long.1 < 220.0, "{short:?} {long:?}");
    }
}

#[test]
fn stickers_of_many_codes_follow_one_another() {
    let cards: Vec<Card> = (1..=13).map(|i| card("Văn phòng Sở", &format!("Quầy {i}"), None)).collect();
    let sheets = print(Piece::Stickers, &cards);
    assert_eq!(sheets.iter().map(|sheet| symbols(sheet).len()).collect::<Vec<_>>(), [12, 1]);
}

#[test]
fn svg_has_no_text_that_a_machine_without_the_font_would_set_otherwise() {
    let mut card = office();
    card.label = "Quầy <1> & \"2\"".into();
    let drawing = svg::draw(&print(Piece::A5, &[card])[0]);
    assert!(!drawing.contains("<text") && !drawing.contains("font"));
    assert!(drawing.contains("<title>") && drawing.contains("Quầy &lt;1&gt; &amp;"), "{}", &drawing[..400]);
}

/// Width and height of every page, in whole millimetres.
fn media_boxes(file: &[u8]) -> Vec<(f32, f32)> {
    let text = String::from_utf8_lossy(file);
    let size = |rest: &str| {
        let numbers = rest.split(']').next().unwrap().split_whitespace().map(|number| number.parse::<f32>().unwrap());
        let corner: Vec<f32> = numbers.map(|points| (points * POINT).round()).collect();
        (corner[2], corner[3])
    };
    text.split("/MediaBox[").skip(1).map(size).collect()
}

fn occurrences(file: &[u8], what: &[u8]) -> usize {
    file.windows(what.len()).filter(|window| *window == what).count()
}

/// Names as files have them, and as nobody expects them: short, long, without spaces, in decomposed letters.
fn names() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => proptest::sample::select(vec!["Trường", "Tiểu học", "NGUYỄN", "Ẫ", "ỗng,", "(cơ sở 2)", "Đak Đoa", "ơ̆", "W"]),
        1 => Just("ThànhlậphoặcchophépthànhlậptrườngtrunghọcphổthôngtrườngphổthôngcónhiềucấphọcWWWWWWWWWWWWWW"),
    ];
    (proptest::collection::vec(word, 0..60), any::<bool>()).prop_map(|(words, decomposed)| {
        let name = words.join(" ");
        if decomposed { name.nfd().collect() } else { name }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_paper(
        unit in names(), label in names(), procedure in proptest::option::of(names()),
        host in "[a-z]{1,40}(\\.[a-z]{2,10}){1,2}", both: bool, piece in proptest::sample::select(Piece::ALL.to_vec()),
    ) {
        let mut card = card(&unit, &label, procedure.as_deref());
        card.address = qr::address(&format!("https://{host}"), &Code::from_random([77; 10]));
        card.host = host;
        let [vi, en] = langs();
        let langs = if both { vec![vi, en] } else { vec![vi] };
        for sheet in sheets(piece, &[card], &langs, Day::from_number(20_261_124).unwrap()).unwrap() {
            sound(&sheet, piece)?;
        }
    }

    #[test]
    fn text_stays_in_the_width_it_was_given(text in names(), width in 12f32..180.0, height in 3f32..40.0) {
        let style = Style::of(hailong::present::draw::font::Face::Bold, 14.0, Align::Centre).down_to(6.0);
        let area = Area::new(10.0, 10.0, width, height);
        for item in style.set(&text, area, Stand::Middle) {
            let Item::Text { run, size, x, .. } = &item else { unreachable!("text is set as text") };
            prop_assert!(is_nfc(&run.text));
            prop_assert!(*x >= area.x - 0.01 && x + run.width * size <= area.right() + 0.01, "{run:?}");
        }
    }
}

/// Ink of text and symbols, quiet zones included, shares no space and keeps off the edges; no shape cuts into a symbol.
fn sound(sheet: &Sheet, piece: Piece) -> Result<(), TestCaseError> {
    let margin = match piece {
        Piece::Code => 0.0,
        Piece::Slip58 | Piece::Slip80 => sheet.raster.edge,
        _ => 10.0,
    };
    let paper = Area::new(0.0, 0.0, sheet.width, sheet.height);
    let inside = Area::new(margin - 0.1, 1.0, sheet.width - 2.0 * margin + 0.2, sheet.height - 2.0);
    let mut placed: Vec<(Area, &Item)> = Vec::new();
    for item in &sheet.items {
        let Some(bounds) = item.bounds() else { continue };
        if let Item::Shape { path, .. } = item {
            prop_assert!(paper.contains(&bounds));
            for contour in contours(path) {
                for (symbol, _) in symbols(sheet) {
                    let quiet = symbol.bounds().unwrap().inset(0.01);
                    prop_assert!(!quiet.overlaps(&contour), "{contour:?} in {quiet:?}");
                }
            }
            continue;
        }
        prop_assert!(piece == Piece::Code || inside.contains(&bounds), "{bounds:?} leaves {inside:?}: {item:?}");
        for (other, what) in &placed {
            prop_assert!(!bounds.inset(0.01).overlaps(other), "{item:?} at {bounds:?} over {what:?} at {other:?}");
        }
        placed.push((bounds, item));
    }
    Ok(())
}

fn contours(path: &Outline) -> Vec<Area> {
    let parts = path.chunk_by(|_, next| !matches!(next, Step::Move(..)));
    parts
        .filter_map(|part| Item::Shape { path: part.to_vec(), ink: hailong::present::draw::Ink::BLACK }.bounds())
        .collect()
}

/// A department with points, invitations and the command line.
struct Office {
    world: World,
    folder: tempfile::TempDir,
}

impl Office {
    async fn open() -> Self {
        let office = Self { world: World::empty().await, folder: tempfile::tempdir().unwrap() };
        for (what, file) in [
            ("units", "units.csv"),
            ("procedures", "procedures.csv"),
            ("questionnaire", "questionnaires/procedure.xlsx"),
        ] {
            office.says(&["import", what, &format!("tests/data/department/{file}")]);
        }
        for (unit, channel) in [("SGD-GL.MC", "counter"), ("SGD-GL.VP", "counter"), ("SGD-GL.VP", "kiosk")] {
            office.says(&["issue", "point", "--unit", unit, "--channel", channel, "--label", "Quầy 1"]);
        }
        office
    }

    fn run(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
        command.args(arguments).arg("--data").arg(self.folder.path().join("data"));
        if let Some(url) = &self.world.url {
            command.args(["--database-url", url]);
        }
        command.env("HAILONG_PUBLIC_URL", BASE).output().unwrap()
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Prints into a file and reads it.
    fn prints(&self, name: &str, arguments: &[&str]) -> Vec<u8> {
        let file: PathBuf = self.folder.path().join(name);
        self.says(&[&["qr", "--out", file.to_str().unwrap()], arguments].concat());
        std::fs::read(Path::new(&file)).unwrap()
    }

    /// What is said on standard error when it is refused.
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["qr"], arguments].concat());
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[tokio::test]
async fn the_command_prints_one_code_a_unit_or_all_of_them() {
    let office = Office::open().await;
    let pages = |file: &[u8]| media_boxes(file).len();
    assert_eq!(pages(&office.prints("one.pdf", &["point:1", "--piece", "a4"])), 1);
    assert_eq!(pages(&office.prints("all.pdf", &["--all", "--piece", "a5"])), 2, "a tablet has no paper");
    assert_eq!(pages(&office.prints("unit.pdf", &["--unit", "SGD-GL.VP", "--piece", "a4"])), 1);
    assert_eq!(pages(&office.prints("below.pdf", &["--unit", "SGD-GL", "--piece", "a4"])), 2, "with the units below");
    assert!(office.prints("one.svg", &["point:1", "--piece", "stickers"]).starts_with(b"<svg"));
    assert!(office.prints("one.png", &["point:1", "--piece", "slip-58"]).starts_with(b"\x89PNG"));
    assert!(office.prints("any", &["point:1", "--piece", "a4", "--format", "png"]).starts_with(b"\x89PNG"));
    assert!(office.says(&["qr", "point:1"]).starts_with("<svg"), "a symbol alone is still an SVG on standard output");
    assert!(office.prints("symbol", &["point:1"]).starts_with(b"<svg"));

    let invitation = ["issue", "invitation", "--unit", "SGD-GL.MC", "--channel", "case", "--case", "H1"];
    let issued = office.says(&invitation);
    let typed = issued.lines().nth(1).unwrap();
    assert_eq!(pages(&office.prints("slip.pdf", &[typed, "--piece", "slip-80"])), 1);
    assert!(office.refuses(&[typed, "--piece", "a4"]).contains("chỉ dùng được một lần"));
    assert!(office.refuses(&["--all", "--piece", "a4", "--format", "png"]).contains("2 trang"));
    assert!(office.refuses(&["--unit", "KHONG-CO", "--piece", "a4"]).contains("«KHONG-CO»"));
    assert!(office.refuses(&["--unit", "SGD-GL.QLCL", "--piece", "a4"]).contains("Không có điểm khảo sát"));
    assert!(office.refuses(&["point:1", "--piece", "a4", "--out", "poster.doc"]).contains("«poster.doc»"));
    assert!(office.refuses(&["point:1", "--piece", "a4", "--level", "m"]).contains("--level"));
    assert!(office.refuses(&["point:9", "--piece", "a4"]).contains("point not found"));
    assert!(office.refuses(&["--piece", "a4"]).contains("--all"));
    assert!(office.refuses(&["point:1", "--all"]).contains("cannot be used with"));
}
