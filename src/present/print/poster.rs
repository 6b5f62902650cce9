//! Posters: A4 for the wall, read from 72 cm; A5 for the counter, read from 42 cm. Every part has a place of its own;
//! whatever the names are, nothing else moves.

use super::{Card, Words};
use crate::error::Result;
use crate::present::draw::font::{Face, Run};
use crate::present::draw::text::{Align, Stand, Style};
use crate::present::draw::{Area, Ink, Item, POINT, Raster, Sheet};
use crate::present::qr::{self, Level};

/// Measures of a poster, in millimetres and points.
pub(super) struct Poster {
    width: f32,
    height: f32,
    /// White at every edge, so that a crooked cut or feed costs nothing.
    margin: f32,
    /// Height of the coloured head, of the unit's name and of the second language in it.
    head: f32,
    unit: (f32, Style),
    question: Style,
    second: (f32, Style),
    /// Width of the symbol, without its quiet zone.
    symbol: f32,
    quick: (f32, Style),
    /// The three steps, where there is room for them.
    steps: Option<(f32, Style)>,
    /// Height of the line to type, size of the address and of the code.
    typed: (f32, Style, f32),
    label: (f32, Style),
    procedure: Style,
    mark: (f32, Style),
    /// White between the parts below the symbol.
    gap: f32,
}

const REGULAR: Style = Style::of(Face::Regular, 10.0, Align::Centre);
const BOLD: Style = Style { face: Face::Bold, ..REGULAR };

const fn regular(largest: f32, smallest: f32) -> Style {
    Style { largest, smallest, ..REGULAR }
}

const fn bold(largest: f32, smallest: f32) -> Style {
    Style { largest, smallest, ..BOLD }
}

pub(super) const A4: Poster = Poster {
    width: 210.0,
    height: 297.0,
    margin: 10.0,
    head: 56.0,
    unit: (11.5, regular(14.0, 9.0).leading(1.3).ink(Ink::WHITE)),
    question: bold(46.0, 24.0).leading(1.3).ink(Ink::WHITE),
    second: (7.5, regular(15.0, 10.0).ink(Ink::WHITE)),
    symbol: 120.0,
    quick: (8.0, bold(16.0, 10.0)),
    steps: Some((12.0, Style { align: Align::Left, ..regular(12.5, 9.0).leading(1.3) })),
    typed: (13.5, regular(15.0, 8.0), 26.0),
    label: (8.5, bold(17.0, 10.0)),
    procedure: regular(10.5, 8.0).leading(1.3),
    mark: (4.0, regular(7.0, 6.0).ink(Ink::GREY)),
    gap: 3.8,
};

pub(super) const A5: Poster = Poster {
    width: 148.0,
    height: 210.0,
    margin: 10.0,
    head: 46.0,
    unit: (9.7, regular(10.5, 7.0).leading(1.3).ink(Ink::WHITE)),
    question: bold(36.0, 18.0).leading(1.3).ink(Ink::WHITE),
    second: (5.5, regular(11.5, 8.0).ink(Ink::WHITE)),
    symbol: 70.0,
    quick: (7.0, bold(12.5, 8.0)),
    steps: None,
    typed: (12.5, regular(12.0, 7.5), 21.0),
    label: (8.0, bold(14.0, 8.5)),
    procedure: regular(9.5, 7.5).leading(1.3),
    mark: (3.6, regular(6.5, 6.0).ink(Ink::GREY)),
    gap: 3.8,
};

pub(super) fn sheet(poster: &Poster, card: &Card, words: &Words) -> Result<Sheet> {
    let symbol = qr::symbol(&card.address, Level::H)?;
    let lang = words.main;
    let paper = Area::new(0.0, 0.0, poster.width, poster.height);
    let inside = paper.inset(poster.margin);
    let band = |y: f32, height: f32| Area::new(inside.x, y, inside.width, height);
    let mut items = head(poster, card, words, band(inside.y, poster.head));

    let module = poster.symbol / symbol.size() as f32;
    let item = Item::Symbol {
        symbol,
        x: (poster.width - poster.symbol) / 2.0,
        y: inside.y + poster.head + qr::QUIET as f32 * module,
        module,
    };
    let mut y = item.bounds().map_or(inside.y, |area| area.bottom());
    items.push(item);

    let (height, style) = poster.quick;
    items.extend(style.set(&lang.text("print-quick"), band(y, height), Stand::Middle));
    y += height + poster.gap;
    if let Some((height, style)) = poster.steps {
        items.extend(steps(words, band(y, height), style));
        y += height + poster.gap;
    }
    let (height, ..) = poster.typed;
    items.extend(typed(poster, card, words, band(y, height)));
    y += height + poster.gap;

    // The names share what is left above the mark.
    let (mark_height, mark_style) = poster.mark;
    let foot = inside.bottom() - mark_height;
    items.extend(names(poster, card, words, band(y, foot - y)));
    let mark = card.mark(lang, words.today, &[&card.label, &card.typed.to_string()]);
    items.extend(mark_style.set(&mark, band(foot, mark_height), Stand::Bottom));
    let (title, lang) = (card.title(lang), lang.code());
    Ok(Sheet { width: poster.width, height: poster.height, raster: Raster::PAPER, title, lang, items })
}

/// White on colour: who asks, and the question.
fn head(poster: &Poster, card: &Card, words: &Words, area: Area) -> Vec<Item> {
    let mut items = vec![Item::panel(area, 4.0, Ink::BLUE)];
    let inside = area.inset(4.0);
    let (unit_height, unit) = poster.unit;
    items.extend(unit.set(&card.unit, Area { height: unit_height, ..inside }, Stand::Middle));
    let mut question = Area { y: inside.y + unit_height, height: inside.height - unit_height, ..inside };
    if let Some(second) = words.second {
        let (height, style) = poster.second;
        question.height -= height;
        let line = Area { y: question.bottom(), height, ..inside };
        items.extend(poster.question.set(&words.main.text("print-question"), question, Stand::Middle));
        items.extend(style.set(&second.text("print-question"), line, Stand::Middle));
    } else {
        items.extend(poster.question.set(&words.main.text("print-question"), question, Stand::Middle));
    }
    items
}

/// Three numbered steps beside each other.
fn steps(words: &Words, area: Area, style: Style) -> Vec<Item> {
    const DISC: f32 = 10.0;
    let texts = ["print-step-open", "print-step-scan", "print-step-send"].map(|key| words.main.text(key));
    // Each step gets width by what it says.
    let needs = [0.42, 0.25, 0.33];
    let mut x = area.x;
    let mut items = Vec::new();
    for ((text, need), number) in texts.iter().zip(needs).zip(["1", "2", "3"]) {
        let width = area.width * need;
        let disc = Area::new(x, area.y + (area.height - DISC) / 2.0, DISC, DISC);
        items.push(Item::panel(disc, DISC / 2.0, Ink::BLUE));
        let figure = Style::of(Face::Bold, 15.0, Align::Centre).ink(Ink::WHITE);
        items.extend(centred(figure, number, disc));
        let beside = Area::new(disc.right() + 2.5, area.y, width - DISC - 6.0, area.height);
        items.extend(style.set(text, beside, Stand::Middle));
        x += width;
    }
    items
}

/// A figure in the middle of a disc, by its own height: figures have no marks above or parts below.
fn centred(style: Style, text: &str, area: Area) -> Option<Item> {
    let (run, size) = (Run::new(style.face, text), style.largest * POINT);
    let x = area.x + (area.width - run.width * size) / 2.0;
    Some(Item::Text { run, size, x, baseline: area.y + area.height / 2.0 + 0.364 * size, ink: style.ink })
}

/// Where to go and what to type, on one line: the address small, the code large.
fn typed(poster: &Poster, card: &Card, words: &Words, area: Area) -> Vec<Item> {
    const GAP: f32 = 3.0;
    let (_, style, points) = poster.typed;
    let (code, size) = (Run::new(Face::Bold, &card.typed.to_string()), points * POINT);
    let inside = area.inset(3.0);
    let place = words.main.text_with("print-place", &[("host", &card.host)]);
    let room = inside.width - code.width * size - GAP;
    let style = Style { align: Align::Left, ..style };
    let mut before = style.fit(&place, room, style.smallest * POINT * style.leading).place(inside, Stand::Middle);
    let width = before.iter().filter_map(Item::bounds).map(|bounds| bounds.right()).fold(inside.x, f32::max) - inside.x;
    let free = inside.width - width - GAP - code.width * size;
    let baseline = area.y + area.height / 2.0 + 0.364 * size;
    for item in &mut before {
        if let Item::Text { x, baseline: own, .. } = item {
            *x += free / 2.0;
            *own = baseline;
        }
    }
    let x = inside.x + free / 2.0 + width + GAP;
    let code = Item::Text { run: code, size, x, baseline, ink: Ink::BLACK };
    std::iter::once(Item::panel(area, 2.5, Ink::MIST)).chain(before).chain([code]).collect()
}

/// The counter and its procedure; a place without a name of its own is called by its unit.
fn names(poster: &Poster, card: &Card, words: &Words, area: Area) -> Vec<Item> {
    let (height, style) = poster.label;
    let label = if card.label.is_empty() { &card.unit } else { &card.label };
    let Some(name) = &card.procedure else { return style.set(label, area, Stand::Middle) };
    let procedure = words.main.text_with("print-procedure", &[("name", name)]);
    let rest = Area { y: area.y + height, height: area.height - height, ..area };
    let mut items = style.set(label, Area { height, ..area }, Stand::Middle);
    items.extend(poster.procedure.set(&procedure, rest, Stand::Top));
    items
}
