//! `hailong qr`: the symbol of a code, as SVG or PNG.

use std::io::Write;
use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::Place;
use crate::domain::Day;
use crate::domain::code::{Code, TypedCode};
use crate::error::{Context, Error, Result};
use crate::flow::collect::catalogue::{Catalogue, code_mac, open_codes};
use crate::flow::collect::open::{self, Opened};
use crate::present::qr::{self, Level};

/// Draws a symbol.
#[derive(Debug, clap::Args)]
pub struct Qr {
    /// Code or typed code of a point or invitation, or `point:ID`.
    code: String,
    /// Drawing.
    #[arg(long, default_value = "svg", value_parser = ["svg", "png"])]
    format: String,
    /// Damage it must survive: m 15 %, q 25 % (slips), h 30 % (posters).
    #[arg(long, default_value = "q", value_parser = ["m", "q", "h"])]
    level: String,
    /// Pixels a module, in a PNG.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    dots: u16,
    /// File to write; without it, standard output.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Address people use, which the symbol holds.
    #[arg(long, env = "HAILONG_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    public_url: String,
}

/// Runs it.
///
/// # Errors
/// Not found when the code leads nowhere.
pub async fn run(place: &Place, qr: &Qr) -> Result<()> {
    let code = find(place, &qr.code).await?;
    let level = match qr.level.as_str() {
        "m" => Level::M,
        "q" => Level::Q,
        _ => Level::H,
    };
    let symbol = qr::symbol(&qr::address(&qr.public_url, &code), level)?;
    let file = if qr.format == "png" { symbol.png(usize::from(qr.dots))? } else { symbol.svg().into_bytes() };
    match &qr.out {
        Some(path) => std::fs::write(path, file).context("write the drawing"),
        None => std::io::stdout().write_all(&file).context("write the drawing"),
    }
}

/// The code in whatever way it was named; only codes that are ours are drawn.
async fn find(place: &Place, named: &str) -> Result<Code> {
    let (db, keys, now_ms) = (place.open().await?, place.keys()?, Clock::System.now_ms());
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await?;
    if let Some(id) = named.strip_prefix("point:") {
        let point = catalogue.all_points().into_iter().find(|point| point.id.0.to_string() == id);
        let codes = point.and_then(|point| open_codes(&keys, &point.sealed));
        return codes.map(|(code, _)| code).ok_or(Error::NotFound("point"));
    }
    if let Some(typed) = TypedCode::parse(named) {
        return open::code_of_typed(&db, &keys, &catalogue, &typed).await?.ok_or(Error::NotFound("code"));
    }
    let code = Code::parse(named).ok_or(Error::NotFound("code"))?;
    match open::open(&db, &catalogue, now_ms, code_mac(&keys, &code)).await? {
        Opened::Unknown => Err(Error::NotFound("code")),
        _ => Ok(code),
    }
}
