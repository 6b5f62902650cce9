//! SVG of a sheet, at true size. Letters are outlines, so that it looks the same on every machine.

use std::fmt::Write;

use super::{Ink, Item, Path, Sheet, Step};

/// The file.
#[must_use]
pub fn draw(sheet: &Sheet) -> String {
    let (width, height) = (number(sheet.width), number(sheet.height));
    let title = escaped(&sheet.title);
    let mut file = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" lang=\"{}\"><title>{title}</title>\
         <path fill=\"#fff\" d=\"M0 0H{width}V{height}H0z\"/>\n",
        sheet.lang
    );
    for item in &sheet.items {
        let edges = if matches!(item, Item::Symbol { .. }) { " shape-rendering=\"crispEdges\"" } else { "" };
        let Ink(red, green, blue) = item.ink();
        let data = data(&item.outline());
        file.push_str(&format!("<path fill=\"#{red:02x}{green:02x}{blue:02x}\"{edges} d=\"{data}\"/>\n"));
    }
    file.push_str("</svg>\n");
    file
}

fn data(path: &Path) -> String {
    let mut data = String::new();
    for step in path {
        let written = match *step {
            Step::Move(x, y) => write!(data, "M{} {}", number(x), number(y)),
            Step::Line(x, y) => write!(data, "L{} {}", number(x), number(y)),
            Step::Curve(points) => write!(data, "C{}", points.map(number).join(" ")),
            Step::Close => write!(data, "z"),
        };
        written.expect("a string takes all that is written");
    }
    data
}

/// Thousandths of a millimetre, without zeros at the end.
fn number(value: f32) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, -0.0001, 10.1239, 100.0].map(number), ["1", "0.5", "0", "10.124", "100"]);
    }
}
