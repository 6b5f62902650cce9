//! PNG of a sheet, with as many pixels as its printer has dots, and its true size written into the file.

use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Transform};

use super::{Ink, Item, Path, Sheet, Step, Tones};
use crate::error::{Error, Result};

/// The file.
///
/// # Errors
/// Internal, when the encoder fails.
pub fn draw(sheet: &Sheet) -> Result<Vec<u8>> {
    let raster = sheet.raster;
    let width = ((sheet.width - 2.0 * raster.edge) * raster.dots).round() as u32;
    let height = (sheet.height * raster.dots).round() as u32;
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| Error::internal("a sheet without size"))?;
    pixmap.fill(Color::WHITE);
    let place = |x: f32, y: f32| ((x - raster.edge) * raster.dots, y * raster.dots);
    for item in &sheet.items {
        let mut outline: Path = item.outline().into_iter().map(|step| step.map(place)).collect();
        let crisp = matches!(item, Item::Symbol { .. });
        if crisp {
            // Modules end where a pixel ends: no grey edges for a camera to guess at.
            outline = outline.into_iter().map(|step| step.map(|x, y| (x.round(), y.round()))).collect();
        }
        let Some(path) = path(&outline) else { continue };
        let Ink(red, green, blue) = item.ink();
        let mut paint = Paint { anti_alias: !crisp, ..Paint::default() };
        paint.set_color_rgba8(red, green, blue, 255);
        pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }
    encode(&pixmap, raster.tones, raster.dots)
}

fn path(steps: &Path) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(x, y) => builder.move_to(x, y),
            Step::Line(x, y) => builder.line_to(x, y),
            Step::Curve([ax, ay, bx, by, x, y]) => builder.cubic_to(ax, ay, bx, by, x, y),
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}

fn encode(pixmap: &Pixmap, tones: Tones, dots: f32) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixmap.width(), pixmap.height());
    let per_metre = (dots * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let pixels = match tones {
        Tones::All => {
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
        }
        Tones::Two => {
            encoder.set_color(png::ColorType::Grayscale);
            encoder.set_depth(png::BitDepth::One);
            packed(pixmap)
        }
    };
    let mut writer = encoder.write_header().map_err(Error::internal)?;
    writer.write_image_data(&pixels).map_err(Error::internal)?;
    writer.finish().map_err(Error::internal)?;
    Ok(file)
}

/// Eight pixels a byte, each row beginning a new one.
fn packed(pixmap: &Pixmap) -> Vec<u8> {
    // Ink on two fifths of a pixel makes a dot: thin strokes stay whole.
    let white = |pixel: &tiny_skia::PremultipliedColorU8| pixel.green() >= 153;
    let byte = |eight: &[tiny_skia::PremultipliedColorU8]| {
        (0..8).fold(0u8, |byte, at| byte << 1 | u8::from(eight.get(at).is_none_or(white)))
    };
    pixmap.pixels().chunks(pixmap.width() as usize).flat_map(|row| row.chunks(8).map(byte)).collect()
}
