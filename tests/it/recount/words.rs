//! The words that come back in comments, counted again in comments of which every word is known: each is put together of
//! phrases with a comma between, and of every phrase it is known as which word it is told.

use std::collections::{BTreeMap, BTreeSet};

use hailong::domain::collate;

use crate::comments::{OFFICE, arrive, leader, written};
use crate::dice::Dice;
use crate::site::{Page, Site};

const COUNTER: &str = "SGD-GL.MC";
const DAYS: [i64; 3] = [20_261_119, 20_261_120, 20_261_123];
const COMMENTS: usize = 450;
/// So many words are told at most of each side, each of so many comments.
const MOST: usize = 30;
const LEAST: u64 = 5;

/// What people write, and the word it is told as.
const PHRASES: [(&str, Option<&str>); 46] = [
    ("thái độ", Some("thái độ")),
    ("THÁI ĐỘ", Some("thái độ")),
    ("thủ tục", Some("thủ tục")),
    ("hồ sơ", Some("hồ sơ")),
    ("nhiệt tình", Some("nhiệt tình")),
    ("tận tình", Some("tận tình")),
    ("rõ ràng", Some("rõ ràng")),
    ("không rõ ràng", Some("không rõ ràng")),
    ("ko rõ ràng", Some("không rõ ràng")),
    ("chưa hướng dẫn", Some("chưa hướng dẫn")),
    ("hướng dẫn", Some("hướng dẫn")),
    ("hoà nhã", Some("hòa nhã")),
    ("hòa nhã", Some("hòa nhã")),
    ("lệ phí", Some("lệ phí")),
    ("trễ hẹn", Some("trễ hẹn")),
    ("đúng hẹn", Some("đúng hẹn")),
    ("phiền hà", Some("phiền hà")),
    ("vui vẻ", Some("vui vẻ")),
    ("lịch sự", Some("lịch sự")),
    ("sạch sẽ", Some("sạch sẽ")),
    ("nước uống", Some("nước uống")),
    ("chỗ ngồi", Some("chỗ ngồi")),
    ("xếp hàng", Some("xếp hàng")),
    ("giấy tờ", Some("giấy tờ")),
    ("biểu mẫu", Some("biểu mẫu")),
    ("chữ ký", Some("chữ ký")),
    ("bản sao", Some("bản sao")),
    ("bưu điện", Some("bưu điện")),
    ("thanh toán", Some("thanh toán")),
    ("niềm nở", Some("niềm nở")),
    ("chu đáo", Some("chu đáo")),
    ("giải thích", Some("giải thích")),
    ("nhanh chóng", Some("nhanh chóng")),
    ("trả lời", Some("trả lời")),
    ("liên hệ", Some("liên hệ")),
    ("kết quả", Some("kết quả")),
    ("công khai", Some("công khai")),
    ("ghế nhựa", Some("ghế nhựa")),
    ("bộ phận một cửa", Some("bộ phận một cửa")),
    ("ồn", Some("ồn")),
    ("bẩn", Some("bẩn")),
    ("nóng", Some("nóng")),
    ("cảm ơn", None),
    ("cô Lan", None),
    ("0905 123 456", None),
    ("quầy 2", Some("quầy")),
];

/// Which comments are asked for.
type Inside = dyn Fn(&Comment) -> bool;

/// A comment: where, when, at which level, and its words.
struct Comment {
    unit: &'static str,
    day: i64,
    level: i64,
    words: BTreeSet<&'static str>,
    text: String,
}

fn comments() -> Vec<Comment> {
    let mut dice = Dice(23);
    let comment = || {
        let (level, without_marks) = (1 + dice.below(5), dice.below(8) == 0);
        let mut said: Vec<(&str, Option<&str>)> = Vec::new();
        for _ in 0..2 + dice.below(5) {
            // Each level has phrases of its own that it says more often; some are rare.
            let at = (dice.below(24) + dice.below(24) * i64::from(level > 3)) % PHRASES.len() as i64;
            let phrase = PHRASES[if dice.below(4) == 0 { dice.below(PHRASES.len() as i64) } else { at } as usize];
            let listed = phrase.1.is_some_and(|word| word == phrase.0 && word.contains(' '));
            // Without marks only words of the list are known.
            if !without_marks || listed && !["không rõ ràng", "chưa hướng dẫn", "ghế nhựa"].contains(&phrase.0)
            {
                said.push(phrase);
            }
        }
        let text = said.iter().map(|(text, _)| *text).collect::<Vec<_>>().join(", ");
        Comment {
            unit: [OFFICE, COUNTER][usize::from(dice.below(3) == 0)],
            day: dice.of(&DAYS),
            level,
            words: said.iter().filter_map(|(_, word)| *word).collect(),
            text: if without_marks { collate::fold(&text) } else { text },
        }
    };
    let all = std::iter::repeat_with(comment);
    all.filter(|comment| !comment.text.is_empty()).take(COMMENTS).collect()
}

/// The words of each side of a page with their numbers, in order.
fn told(page: &Page) -> [Vec<(String, u64)>; 2] {
    let (low, high) = page.text.split_once("Ý kiến hài lòng và rất hài lòng</h2>").unwrap();
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from)?.1;
        Some(rest.split_once(to)?.0.to_owned())
    };
    [low, high].map(|side| {
        let rows = side.split("<th scope=\"row\">").skip(1);
        let row = |row: &str| {
            let word = between(row, "\">", "</a>").unwrap();
            let n = between(row, "<td class=\"number\">", "</td>").unwrap();
            (word, n.parse().unwrap())
        };
        rows.map(row).collect()
    })
}

#[tokio::test]
async fn the_words_that_come_back_are_those_of_a_naive_count() {
    let site = Site::department().await;
    let comments = comments();
    for unit in [OFFICE, COUNTER] {
        for day in DAYS {
            let here = comments.iter().filter(|comment| comment.unit == unit && comment.day == day);
            let said: Vec<(i64, &str)> = here.map(|comment| (comment.level, comment.text.as_str())).collect();
            arrive(&site, &written(&site, unit, day, &said), 1).await;
        }
    }
    let mut leader = leader(&site).await;
    let (mut words, mut cut) = (0, 0);
    let all = |_: &Comment| true;
    let asked: [(&str, &Inside); 7] = [
        ("", &all),
        ("?unit=SGD-GL.VP", &|of| of.unit == OFFICE),
        ("?unit=SGD-GL.MC", &|of| of.unit == COUNTER),
        ("?rating=low", &|of| of.level <= 3),
        ("?rating=5", &|of| of.level == 5),
        ("?from=2026-11-20&to=2026-11-23", &|of| of.day >= 20_261_120),
        ("?unit=SGD-GL.VP&from=2026-11-19&to=2026-11-19", &|of| of.unit == OFFICE && of.day == 20_261_119),
    ];
    for (query, wanted) in asked {
        let page = leader.get(&format!("/manage/comments/words{query}")).await;
        let inside: Vec<&Comment> = comments.iter().filter(|comment| wanted(comment)).collect();
        assert!(page.text.contains(&format!("Tính từ {} ý kiến", inside.len())), "{query}: {}", page.text);
        for (told, side) in told(&page).into_iter().zip([1..=3, 4..=5]) {
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for comment in inside.iter().filter(|comment| side.contains(&comment.level)) {
                comment.words.iter().for_each(|word| *counts.entry(*word).or_default() += 1);
            }
            for (word, n) in &told {
                assert_eq!(counts.get(word.as_str()), Some(n), "{query} {side:?}: «{word}»");
            }
            let mut most: Vec<u64> = counts.into_values().filter(|n| *n >= LEAST).collect();
            most.sort_unstable_by(|a, b| b.cmp(a));
            cut += usize::from(most.len() > MOST);
            most.truncate(MOST);
            assert_eq!(told.iter().map(|(_, n)| *n).collect::<Vec<_>>(), most, "{query} {side:?}: {told:?}");
            words += told.len();
        }
    }
    assert!(words > 100 && cut > 0, "{words} words compared, of {cut} sides not all");
}
