//! The symbol alone, 60 mm wide, with its quiet zone: for those who design their own piece.

use super::{Card, Words};
use crate::error::Result;
use crate::present::draw::{Item, Raster, Sheet};
use crate::present::qr::{self, Level, QUIET};

const WIDTH: f32 = 60.0;

pub(super) fn sheet(card: &Card, words: &Words) -> Result<Sheet> {
    let symbol = qr::symbol(&card.address, Level::Q)?;
    let module = WIDTH / symbol.size() as f32;
    let (quiet, side) = (QUIET as f32 * module, (symbol.size() + 2 * QUIET) as f32 * module);
    Ok(Sheet {
        width: side,
        height: side,
        raster: Raster::PAPER,
        title: card.title(words.main),
        lang: words.main.code(),
        items: vec![Item::Symbol { symbol, x: quiet, y: quiet, module }],
    })
}
