//! Stickers: an A4 sheet of twelve to cut along a grid. One code fills the sheet; several follow one another.

use super::{Card, Words};
use crate::error::Result;
use crate::present::draw::font::Face;
use crate::present::draw::text::{Align, Stand, Style};
use crate::present::draw::{Area, Ink, Item, Path, Raster, Sheet};
use crate::present::qr::{self, Level, QUIET};

const PAPER: Area = Area::new(0.0, 0.0, 210.0, 297.0);
/// White at every edge of the sheet.
const MARGIN: f32 = 10.0;
const COLUMNS: usize = 3;
const ROWS: usize = 4;
/// Stickers on one sheet.
pub const A_SHEET: usize = COLUMNS * ROWS;
/// White at every edge of a sticker: scissors are not exact.
const INSET: f32 = 3.2;
/// Width of the symbol, read from 19 cm.
const SYMBOL: f32 = 32.0;

const QUESTION: Style = Style::of(Face::Bold, 11.0, Align::Centre).down_to(8.0);
const PLACE: Style = Style::of(Face::Regular, 8.0, Align::Centre).down_to(6.0);
const CODE: Style = Style::of(Face::Bold, 18.0, Align::Centre).down_to(16.0).leading(1.3);
const MARK: Style = Style::of(Face::Regular, 7.0, Align::Centre).down_to(6.0).leading(1.3).ink(Ink::GREY);

pub(super) fn sheets(cards: &[Card], words: &Words) -> Result<Vec<Sheet>> {
    let fill = match cards {
        [only] => vec![only; COLUMNS * ROWS],
        several => several.iter().collect(),
    };
    fill.chunks(COLUMNS * ROWS).map(|cards| sheet(cards, words)).collect()
}

fn sheet(cards: &[&Card], words: &Words) -> Result<Sheet> {
    let inside = PAPER.inset(MARGIN);
    let (width, height) = (inside.width / COLUMNS as f32, inside.height / ROWS as f32);
    let mut items = vec![Item::Shape { path: grid(inside, width, height), ink: Ink::PALE }];
    for (i, card) in cards.iter().enumerate() {
        let (column, row) = ((i % COLUMNS) as f32, (i / COLUMNS) as f32);
        let cell = Area::new(inside.x + column * width, inside.y + row * height, width, height);
        items.extend(sticker(card, words, cell.inset(INSET))?);
    }
    let title = cards.first().map_or_else(String::new, |card| card.title(words.main));
    let (width, height, lang) = (PAPER.width, PAPER.height, words.main.code());
    Ok(Sheet { width, height, raster: Raster::PAPER, title, lang, items })
}

fn sticker(card: &Card, words: &Words, area: Area) -> Result<Vec<Item>> {
    let symbol = qr::symbol(&card.address, Level::Q)?;
    let module = SYMBOL / symbol.size() as f32;
    let question = Area { height: 5.2, ..area };
    let y = question.bottom() + QUIET as f32 * module;
    let x = area.x + (area.width - SYMBOL) / 2.0;
    let below = y + SYMBOL + QUIET as f32 * module;
    let place = Area { y: below, height: 3.8, ..area };
    let code = Area { y: place.bottom(), height: 7.2, ..area };
    let mark = Area { y: code.bottom(), height: area.bottom() - code.bottom(), ..area };
    let simulated = if card.simulated { words.main.text("print-simulated") } else { String::new() };
    let names = [simulated.as_str(), &card.label, &card.unit_short];
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let mut items = QUESTION.set(&words.main.text("print-question"), question, Stand::Middle);
    items.push(Item::Symbol { symbol, x, y, module });
    items.extend(PLACE.set(&words.main.text_with("print-place", &[("host", &card.host)]), place, Stand::Middle));
    items.extend(CODE.set(&card.typed.to_string(), code, Stand::Middle));
    items.extend(MARK.set(&names.join(" · "), mark, Stand::Middle));
    Ok(items)
}

/// Dashes to cut along.
fn grid(area: Area, width: f32, height: f32) -> Path {
    const DASH: f32 = 2.0;
    const THICK: f32 = 0.15;
    let dashes =
        |length: f32| (0..(length / (2.0 * DASH)).floor() as usize).map(|i| i as f32 * 2.0 * DASH + DASH / 2.0);
    let mut path = Path::new();
    for column in 0..=COLUMNS {
        let x = area.x + column as f32 * width - THICK / 2.0;
        path.extend(dashes(area.height).flat_map(|at| Area::new(x, area.y + at, THICK, DASH).path(0.0)));
    }
    for row in 0..=ROWS {
        let y = area.y + row as f32 * height - THICK / 2.0;
        path.extend(dashes(area.width).flat_map(|at| Area::new(area.x + at, y, DASH, THICK).path(0.0)));
    }
    path
}
