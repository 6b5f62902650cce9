//! Printed pieces: what leads a citizen from paper to the form. Pure layout, from codes and names to sheets.

use std::sync::Arc;

use super::draw::Sheet;
use super::draw::text::plain;
use super::qr;
use crate::domain::Day;
use crate::domain::code::{Code, TypedCode};
use crate::domain::keys::Keys;
use crate::domain::procedure::Procedure;
use crate::domain::unit::Unit;
use crate::error::{Error, Fault, Result};
use crate::flow::collect::catalogue::{Catalogue, Point, open_codes};
use crate::flow::collect::open::Place;
use crate::words::{FIRST, Lang};

mod poster;
mod slip;
mod sticker;
mod symbol;

/// Stickers on one sheet.
pub const STICKERS: usize = sticker::A_SHEET;

/// A kind of printed piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The symbol alone.
    Code,
    /// A poster for the wall.
    A4,
    /// A stand for the counter.
    A5,
    /// A slip from a thermal printer with paper of 58 mm.
    Slip58,
    /// A slip from a thermal printer with paper of 80 mm.
    Slip80,
    /// A sheet of stickers to cut.
    Stickers,
}

impl Piece {
    /// Every piece.
    pub const ALL: [Self; 6] = [Self::Code, Self::A4, Self::A5, Self::Slip58, Self::Slip80, Self::Stickers];

    /// The name used on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::A4 => "a4",
            Self::A5 => "a5",
            Self::Slip58 => "slip-58",
            Self::Slip80 => "slip-80",
            Self::Stickers => "stickers",
        }
    }

    /// The piece of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|piece| piece.name() == name)
    }

    /// Whether a code that works once belongs on it: what hangs on a wall serves everybody.
    #[must_use]
    pub fn takes_invitations(self) -> bool {
        matches!(self, Self::Code | Self::Slip58 | Self::Slip80)
    }

    /// The languages it speaks unless told otherwise.
    #[must_use]
    pub fn langs(self) -> Vec<Lang> {
        match self {
            Self::Slip80 => std::iter::once(FIRST).chain(Lang::by_code("en")).collect(),
            _ => vec![FIRST],
        }
    }
}

/// A code with what stands beside it on paper.
#[derive(Debug, Clone)]
pub struct Card {
    /// The address in the symbol.
    pub address: String,
    /// Where the typed code is entered.
    pub host: String,
    /// The code for typing.
    pub typed: TypedCode,
    /// Name of the unit.
    pub unit: String,
    /// Its name where there is little room.
    pub unit_short: String,
    /// Its code, for staff.
    pub unit_code: String,
    /// What people call the place; may be empty.
    pub label: String,
    /// Name of the procedure, when the code stands for one.
    pub procedure: Option<String>,
    /// Last day on which it works.
    pub expires: Option<Day>,
    /// Whether the data behind it are made up.
    pub simulated: bool,
}

impl Card {
    /// The card of a place that a code opens.
    #[must_use]
    pub fn of(place: &Place, codes: &(Code, TypedCode), base: &str, simulated: bool) -> Self {
        let card = Self::new(&place.unit, &place.label, place.procedure.as_deref(), codes, base, simulated);
        Self { expires: place.expires, ..card }
    }

    /// The card of a point.
    #[must_use]
    pub fn of_point(point: &Point, codes: &(Code, TypedCode), base: &str, simulated: bool) -> Self {
        Self::new(&point.unit, &point.label, point.procedure.as_deref(), codes, base, simulated)
    }

    fn new(
        unit: &Unit,
        label: &str,
        procedure: Option<&Procedure>,
        (code, typed): &(Code, TypedCode),
        base: &str,
        simulated: bool,
    ) -> Self {
        Self {
            address: qr::address(base, code),
            host: host(base),
            typed: typed.clone(),
            unit: unit.name.clone(),
            unit_short: unit.short_name.clone(),
            unit_code: unit.code.clone(),
            label: label.to_owned(),
            procedure: procedure.map(|procedure| procedure.name.clone()),
            expires: None,
            simulated,
        }
    }

    /// What it is, for the title of a file.
    fn title(&self, lang: Lang) -> String {
        let name = if self.label.is_empty() { &self.unit } else { &self.label };
        format!("{} {} · {}", lang.text("print-question"), plain(name), self.typed)
    }

    /// The mark for staff: unit, counter, code and the day of printing. Lines break after a dot.
    fn mark(&self, lang: Lang, today: Day, named: &[&str]) -> String {
        let printed = lang.text_with("print-printed", &[("day", &today.to_string())]);
        let simulated = if self.simulated { lang.text("print-simulated") } else { String::new() };
        let parts = [&[simulated.as_str(), &self.unit_code], named, &[printed.as_str()]].concat();
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\u{a0}· ")
    }
}

/// The cards of the points that belong on paper and are wanted.
///
/// # Errors
/// Invalid when there is none.
pub fn cards(
    keys: &Keys,
    catalogue: &Catalogue,
    today: Day,
    base: &str,
    wanted: impl Fn(&Point) -> bool,
) -> Result<Vec<Card>> {
    let points = catalogue.all_points().into_iter().filter(|point| point.is_for_paper(today) && wanted(point));
    let card = |point: Arc<Point>| {
        let codes = open_codes(keys, &point.sealed).ok_or_else(|| Error::internal("a sealed code does not open"))?;
        Ok(Card::of_point(&point, &codes, base, catalogue.simulated))
    };
    let cards: Vec<Card> = points.map(card).collect::<Result<_>>()?;
    if cards.is_empty() { Err(Error::invalid(Fault::new("print-no-points"))) } else { Ok(cards) }
}

/// The sheets of a piece for some codes: one code a sheet, stickers as many as a sheet holds. The second language, if
/// any, adds a line.
///
/// # Errors
/// When an address is too long for a symbol or has characters that it cannot hold.
pub fn sheets(piece: Piece, cards: &[Card], langs: &[Lang], today: Day) -> Result<Vec<Sheet>> {
    let words = Words { main: langs.first().copied().unwrap_or(FIRST), second: langs.get(1).copied(), today };
    let sheet: fn(&Card, &Words) -> Result<Sheet> = match piece {
        Piece::Stickers => return sticker::sheets(cards, &words),
        Piece::Code => symbol::sheet,
        Piece::A4 => |card, words| poster::sheet(&poster::A4, card, words),
        Piece::A5 => |card, words| poster::sheet(&poster::A5, card, words),
        Piece::Slip58 => |card, words| slip::sheet(&slip::NARROW, card, words),
        Piece::Slip80 => |card, words| slip::sheet(&slip::WIDE, card, words),
    };
    cards.iter().map(|card| sheet(card, &words)).collect()
}

/// What all sheets of a print have in common.
struct Words {
    main: Lang,
    second: Option<Lang>,
    today: Day,
}

fn host(base: &str) -> String {
    let bare = base.trim_end_matches('/');
    bare.split_once("://").map_or(bare, |(_, host)| host).to_lowercase()
}
