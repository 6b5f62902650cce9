//! QR symbols: what a phone's camera reads, as SVG and PNG. Capital letters, so that the alphanumeric mode applies.

use qrcode::{EcLevel, QrCode};

use crate::domain::code::Code;
use crate::error::{Error, Result};

/// White modules around the symbol.
pub const QUIET: usize = 4;

/// How much of the symbol may be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 15 %: only where 20 mm is all there is.
    M,
    /// 25 %: slips and cards.
    Q,
    /// 30 %: posters.
    H,
}

/// The address in a symbol: `HTTPS://HOST/Q/CODE` in capitals.
#[must_use]
pub fn address(base: &str, code: &Code) -> String {
    format!("{}/Q/{}", base.trim_end_matches('/'), code.as_str()).to_uppercase()
}

/// A symbol: rows of modules, dark ones true, without the quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    size: usize,
    dark: Vec<bool>,
}

/// The symbol of an address.
///
/// # Errors
/// When the address is too long for a symbol, or has characters that would leave the alphanumeric mode.
pub fn symbol(address: &str, level: Level) -> Result<Symbol> {
    if !address.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(&byte)) {
        return Err(Error::Conflict(format!("«{address}» has characters that a QR in alphanumeric mode cannot hold")));
    }
    let level = match level {
        Level::M => EcLevel::M,
        Level::Q => EcLevel::Q,
        Level::H => EcLevel::H,
    };
    let mut bits = None;
    for version in 1..=40 {
        let mut attempt = qrcode::bits::Bits::new(qrcode::Version::Normal(version));
        let pushed = attempt.push_alphanumeric_data(address.as_bytes()).and_then(|()| attempt.push_terminator(level));
        if pushed.is_ok() {
            bits = Some(attempt);
            break;
        }
    }
    let too_long = || Error::Conflict("the address is too long for a QR".into());
    let code = QrCode::with_bits(bits.ok_or_else(too_long)?, level).map_err(Error::internal)?;
    let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    Ok(Symbol { size: code.width(), dark })
}

/// The symbol of any text that is read by machines of which we know nothing, such as what an authenticator takes.
///
/// # Errors
/// When the text is too long for a symbol.
pub fn text(text: &str) -> Result<Symbol> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    Ok(Symbol { size: code.width(), dark })
}

impl Symbol {
    /// Modules along a side, without the quiet zone.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Dark modules that lie beside each other, as column, row and length, without the quiet zone.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..self.size).flat_map(move |y| {
            let row = &self.dark[y * self.size..(y + 1) * self.size];
            row.chunk_by(|a, b| a == b)
                .scan(0, |x, run| Some((std::mem::replace(x, *x + run.len()), run)))
                .filter_map(move |(x, run)| run.first().copied().unwrap_or(false).then_some((x, y, run.len())))
        })
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.size);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| self.dark[y * self.size + x])
    }

    /// An SVG drawing, one unit a module, black on white, quiet zone included.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.size + 2 * QUIET;
        let run = |(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
        let path: String = self.runs().map(run).collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{0}\" height=\"{0}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path d=\"{path}\"/></svg>\n",
            side * 8
        )
    }

    /// A PNG image in black and white, `dots` pixels a module.
    ///
    /// # Errors
    /// Internal, when the encoder fails.
    pub fn png(&self, dots: usize) -> Result<Vec<u8>> {
        let side = (self.size + 2 * QUIET) * dots;
        let pixel = |x: usize, y: usize| if self.is_dark(x / dots, y / dots) { 0u8 } else { 255 };
        let pixels: Vec<u8> = (0..side * side).map(|at| pixel(at % side, at / side)).collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(Error::internal)?;
        writer.write_image_data(&pixels).map_err(Error::internal)?;
        writer.finish().map_err(Error::internal)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_version_three_at_level_q() {
        let code = Code::from_random([7; 10]);
        let address = address("https://hl.gialai.gov.vn", &code);
        assert!(address.len() <= 44, "{address}");
        assert_eq!(symbol(&address, Level::Q).unwrap().size(), 29);
    }

    #[test]
    fn a_decoder_reads_what_was_drawn() {
        let address = address("http://127.0.0.1:8080", &Code::from_random([200; 10]));
        for level in [Level::M, Level::Q, Level::H] {
            let symbol = symbol(&address, level).unwrap();
            let side = (symbol.size() + 2 * QUIET) * 6;
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
                if symbol.is_dark(x / 6, y / 6) { 0 } else { 255 }
            });
            let grids = image.detect_grids();
            assert_eq!(grids.first().unwrap().decode().unwrap().1, address);
        }
    }
}
