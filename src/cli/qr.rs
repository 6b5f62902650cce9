//! `hailong qr`: the symbol of a code, or printed pieces around it: posters, slips, stickers; as PDF, SVG or PNG.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::opened;
use crate::clock::Clock;
use crate::config::Place;
use crate::domain::Day;
use crate::domain::code::{Code, TypedCode};
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Fault, Result};
use crate::flow::collect::catalogue::{Catalogue, code_mac, open_codes};
use crate::flow::collect::open::{self, Opened};
use crate::present::draw::{pdf, png, svg};
use crate::present::print::{self, Card, Piece};
use crate::present::qr::{self, Level};
use crate::store::Db;
use crate::words::Lang;

/// Draws a symbol, or prints pieces around it.
#[derive(Debug, clap::Args)]
pub struct Qr {
    #[command(flatten)]
    which: Which,
    /// What to print: the symbol alone, a poster for the wall or the counter, a slip for paper of 58 or 80 mm, or
    /// stickers to cut.
    #[arg(long, default_value = "code", value_parser = piece)]
    piece: Piece,
    /// Kind of file; without it, what the name of the file says, else SVG for a symbol and PDF for the rest.
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// Languages: the first speaks, a second adds a line. Without it Vietnamese, on slip-80 with an English line.
    #[arg(long, value_name = "LANG,…", value_delimiter = ',', value_parser = lang)]
    lang: Vec<Lang>,
    /// Damage a symbol alone must survive: m 15 %, q 25 %, h 30 %; q unless told otherwise.
    #[arg(long, value_parser = ["m", "q", "h"])]
    level: Option<String>,
    /// Pixels a module, in the PNG of a symbol alone; 8 unless told otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
    dots: Option<u16>,
    /// File to write; without it, standard output.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Address people use, which the symbol holds.
    #[arg(long, env = "HAILONG_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    public_url: String,
}

/// Which codes.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Code or typed code of a point or invitation, or `point:ID`.
    code: Option<String>,
    /// Every open point of the unit with this code and of the units below it.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Every open point.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Pdf,
    Svg,
    Png,
}

fn format(name: &str) -> Result<Format, String> {
    match name.to_lowercase().as_str() {
        "pdf" => Ok(Format::Pdf),
        "svg" => Ok(Format::Svg),
        "png" => Ok(Format::Png),
        _ => Err("expected pdf, svg or png".into()),
    }
}

fn piece(name: &str) -> Result<Piece, String> {
    let names = Piece::ALL.map(Piece::name).join(", ");
    Piece::by_name(name).ok_or(format!("expected one of {names}"))
}

fn lang(code: &str) -> Result<Lang, String> {
    let codes: Vec<&str> = Lang::all().into_iter().map(Lang::code).collect();
    Lang::by_code(code).ok_or(format!("expected one of {}", codes.join(", ")))
}

/// Runs it.
///
/// # Errors
/// Not found when a code leads nowhere; invalid when what was asked for does not go together.
pub async fn run(place: &Place, qr: &Qr) -> Result<()> {
    let format = kind(qr)?;
    let file = match (&qr.which.code, qr.piece, format) {
        (Some(named), Piece::Code, Format::Svg | Format::Png) => symbol(place, qr, named, format).await?,
        _ => sheets(place, qr, format).await?,
    };
    match &qr.out {
        Some(path) => std::fs::write(path, file).context("write the drawing"),
        None if format != Format::Svg && std::io::stdout().is_terminal() => {
            Err(Error::invalid(Fault::new("print-terminal")))
        }
        None => std::io::stdout().write_all(&file).context("write the drawing"),
    }
}

/// The kind of file that was asked for.
fn kind(qr: &Qr) -> Result<Format> {
    let ending = |path: &Path| path.extension().and_then(|ending| format(ending.to_str()?).ok());
    match (qr.format, &qr.out) {
        (Some(format), _) => Ok(format),
        // A symbol alone has always been an SVG, whatever its file is called.
        (None, Some(path)) => match ending(path) {
            Some(format) => Ok(format),
            None if qr.piece == Piece::Code => Ok(Format::Svg),
            None => Err(Error::invalid(Fault::new("print-format").with("file", path.display()))),
        },
        (None, None) => Ok(if qr.piece == Piece::Code { Format::Svg } else { Format::Pdf }),
    }
}

/// The symbol alone, one unit or so many pixels a module.
async fn symbol(place: &Place, qr: &Qr, named: &str, format: Format) -> Result<Vec<u8>> {
    let ((db, keys), now_ms) = (opened(place).await?, Clock::System.now_ms());
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await?;
    let code = find(&db, &keys, &catalogue, named).await?;
    if let Opened::Unknown = open::open(&db, &catalogue, now_ms, code_mac(&keys, &code)).await? {
        return Err(Error::NotFound("code"));
    }
    let level = match qr.level.as_deref() {
        Some("m") => Level::M,
        Some("h") => Level::H,
        _ => Level::Q,
    };
    let symbol = qr::symbol(&qr::address(&qr.public_url, &code), level)?;
    match format {
        Format::Png => symbol.png(usize::from(qr.dots.unwrap_or(8))),
        _ => Ok(symbol.svg().into_bytes()),
    }
}

/// Printed pieces, a sheet or many.
async fn sheets(place: &Place, qr: &Qr, format: Format) -> Result<Vec<u8>> {
    for (option, given) in [("level", qr.level.is_some()), ("dots", qr.dots.is_some())] {
        if given {
            return Err(Error::invalid(Fault::new("print-only-code").with("option", option)));
        }
    }
    let ((db, keys), now_ms) = (opened(place).await?, Clock::System.now_ms());
    let today = Day::at(now_ms);
    let catalogue = Catalogue::read(&db, today).await?;
    let cards = match (&qr.which.code, &qr.which.unit) {
        (Some(named), _) => vec![card(&db, &keys, &catalogue, now_ms, qr, named).await?],
        (None, Some(unit)) => {
            let unknown = || Error::invalid(Fault::new("print-unknown-unit").with("code", unit));
            let unit = catalogue.unit_by_code(unit).ok_or_else(unknown)?;
            print::cards(&keys, &catalogue, today, &qr.public_url, |point| catalogue.is_under(&point.unit, unit))?
        }
        (None, None) => print::cards(&keys, &catalogue, today, &qr.public_url, |_| true)?,
    };
    db.close().await;
    let langs = if qr.lang.is_empty() { qr.piece.langs() } else { qr.lang.clone() };
    let sheets = print::sheets(qr.piece, &cards, &langs, today)?;
    match (format, sheets.as_slice()) {
        (Format::Pdf, [sheet]) => pdf::draw(&sheet.title, sheets.as_slice()),
        (Format::Pdf, several) => pdf::draw(&langs[0].text("print-question"), several),
        (Format::Svg, [sheet]) => Ok(svg::draw(sheet).into_bytes()),
        (Format::Png, [sheet]) => png::draw(sheet),
        (format, sheets) => {
            let name = if format == Format::Svg { "SVG" } else { "PNG" };
            Err(Error::invalid(Fault::new("print-pages").with("n", sheets.len()).with("format", name)))
        }
    }
}

/// The card of one code. What can no longer be answered is not printed, and what works once only on slips.
async fn card(db: &Db, keys: &Keys, catalogue: &Catalogue, now_ms: i64, qr: &Qr, named: &str) -> Result<Card> {
    let code = find(db, keys, catalogue, named).await?;
    let place = match open::open(db, catalogue, now_ms, code_mac(keys, &code)).await? {
        Opened::Form(place) => place,
        Opened::Used(_) => return Err(Error::invalid(Fault::new("print-used"))),
        Opened::Expired(day) => return Err(Error::invalid(Fault::new("print-expired").with("day", day))),
        Opened::Closed(_) | Opened::Revoked => return Err(Error::invalid(Fault::new("print-closed"))),
        Opened::Unknown => return Err(Error::NotFound("code")),
    };
    if place.invitation.is_some() && !qr.piece.takes_invitations() {
        return Err(Error::invalid(Fault::new("print-once").with("piece", qr.piece.name())));
    }
    let codes = open::both_codes(db, keys, catalogue, &code).await?.ok_or(Error::NotFound("code"))?;
    Ok(Card::of(&place, &codes, &qr.public_url, catalogue.simulated))
}

/// The code in whatever way it was named; only codes that are ours are drawn.
async fn find(db: &Db, keys: &Keys, catalogue: &Catalogue, named: &str) -> Result<Code> {
    if let Some(id) = named.strip_prefix("point:") {
        let point = catalogue.all_points().into_iter().find(|point| point.id.0.to_string() == id);
        let codes = point.and_then(|point| open_codes(keys, &point.sealed));
        return codes.map(|(code, _)| code).ok_or(Error::NotFound("point"));
    }
    if let Some(typed) = TypedCode::parse(named) {
        return open::code_of_typed(db, keys, catalogue, &typed).await?.ok_or(Error::NotFound("code"));
    }
    Code::parse(named).ok_or(Error::NotFound("code"))
}
