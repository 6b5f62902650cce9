//! Slips from a thermal printer, as long as what they say. Black dots only; a module of the symbol is a whole number of
//! dots.

use super::{Card, Words};
use crate::error::{Error, Result};
use crate::present::draw::font::Face;
use crate::present::draw::text::{Align, Stand, Style};
use crate::present::draw::{Area, Item, POINT, Raster, Sheet};
use crate::present::qr::{self, Level, QUIET};

/// A dot of the printer's head, in millimetres.
const DOT: f32 = 0.125;
/// The smallest module that cameras read well, in dots: 0.5 mm.
const FEWEST: usize = 4;

/// Measures of a slip, in millimetres and points.
pub(super) struct Slip {
    /// Width of the paper.
    width: f32,
    /// Paper at each side that the head does not reach.
    edge: f32,
    /// Dots a module, when the symbol has room.
    dots: usize,
    title: Style,
    unit: Style,
    text: Style,
    code: Style,
    until: Style,
    mark: Style,
}

const REGULAR: Style = Style::of(Face::Regular, 8.0, Align::Centre).leading(1.3);
const BOLD: Style = Style { face: Face::Bold, ..REGULAR };

const fn regular(largest: f32, smallest: f32) -> Style {
    Style { largest, smallest, ..REGULAR }
}

const fn bold(largest: f32, smallest: f32) -> Style {
    Style { largest, smallest, ..BOLD }
}

/// Paper of 58 mm: 48 mm, 384 dots are printed.
pub(super) const NARROW: Slip = Slip {
    width: 58.0,
    edge: 5.0,
    dots: 8,
    title: bold(12.5, 9.0),
    unit: regular(8.5, 7.5),
    text: regular(8.5, 7.5),
    code: bold(18.0, 16.0),
    until: bold(8.5, 7.5),
    mark: regular(7.0, 6.5),
};

/// Paper of 80 mm: 72 mm, 576 dots are printed.
pub(super) const WIDE: Slip = Slip {
    width: 80.0,
    edge: 4.0,
    dots: 10,
    title: bold(17.0, 12.0),
    unit: regular(10.5, 8.5),
    text: regular(10.5, 8.5),
    code: bold(24.0, 16.0),
    until: bold(10.5, 8.5),
    mark: regular(7.5, 6.5),
};

/// White at both ends of a line: paper does not run straight.
const ASIDE: f32 = 1.0;
/// Most lines of a name.
const NAME_LINES: f32 = 7.0;

pub(super) fn sheet(slip: &Slip, card: &Card, words: &Words) -> Result<Sheet> {
    let (lang, second) = (words.main, words.second);
    let mut column = Column { items: Vec::new(), x: slip.edge, width: slip.width - 2.0 * slip.edge, y: 2.0 };
    column.add(&lang.text("print-invite"), slip.title, 2.0);
    column.add(&card.unit, slip.unit, NAME_LINES);
    if let Some(name) = &card.procedure {
        column.add(&lang.text_with("print-procedure", &[("name", name)]), slip.text, NAME_LINES);
    }
    if !card.label.is_empty() {
        column.add(&card.label, slip.text, 2.0);
    }
    column.symbol(&card.address, slip.dots)?;
    column.add(&lang.text_with("print-scan", &[("host", &card.host)]), slip.text, 4.0);
    column.add(&card.typed.to_string(), slip.code, 1.0);
    if let Some(second) = second {
        column.add(&second.text_with("print-scan-line", &[("host", &card.host)]), slip.text, 3.0);
    }
    column.y += 1.0;
    column.add(&lang.text("print-no-name"), slip.text, 2.0);
    if let Some(day) = card.expires {
        column.add(&lang.text_with("print-until", &[("day", &day.to_string())]), slip.until, 2.0);
    }
    column.y += 1.0;
    column.add(&card.mark(lang, words.today, &[]), slip.mark, 2.0);
    Ok(Sheet {
        width: slip.width,
        height: whole(column.y + 3.0),
        raster: Raster::thermal(slip.edge),
        title: card.title(lang),
        lang: lang.code(),
        items: column.items,
    })
}

/// Things below each other.
struct Column {
    items: Vec<Item>,
    x: f32,
    width: f32,
    y: f32,
}

impl Column {
    /// A text of so many lines at most, at its smallest size, a little away from where the head ends.
    fn add(&mut self, text: &str, style: Style, lines: f32) {
        let width = self.width - 2.0 * ASIDE;
        let block = style.fit(text, width, lines * style.smallest * POINT * style.leading);
        let area = Area::new(self.x + ASIDE, self.y, width, block.height());
        self.y = area.bottom() + 0.8;
        self.items.extend(block.place(area, Stand::Top));
    }

    /// The symbol, with as many dots a module as there is room for.
    fn symbol(&mut self, address: &str, dots: usize) -> Result<()> {
        let symbol = qr::symbol(address, Level::Q)?;
        let modules = symbol.size() + 2 * QUIET;
        let head = (self.width / DOT).round() as usize;
        let dots = dots.min(head / modules);
        if dots < FEWEST {
            return Err(Error::Conflict("the address is too long for the symbol of a slip".into()));
        }
        let module = dots as f32 * DOT;
        let left = (head - symbol.size() * dots) / 2;
        let y = whole(self.y + QUIET as f32 * module);
        self.y = y + (symbol.size() + QUIET) as f32 * module;
        self.items.push(Item::Symbol { symbol, x: self.x + left as f32 * DOT, y, module });
        Ok(())
    }
}

/// The next whole dot.
fn whole(length: f32) -> f32 {
    (length / DOT).ceil() * DOT
}
