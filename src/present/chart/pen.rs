//! Writes SVG: shapes with a class each, and words that are made safe.

use std::fmt::Write;

/// What has been drawn so far.
#[derive(Debug, Default)]
pub(super) struct Pen(String);

impl Pen {
    /// What was drawn.
    pub(super) fn done(self) -> String {
        self.0
    }

    /// Markup of our own.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// An element with an id and words.
    pub(super) fn element(&mut self, name: &str, id: &str, words: &str) {
        self.put(format_args!("<{name} id=\"{id}\">"));
        self.words(words);
        self.put(format_args!("</{name}>"));
    }

    /// A straight line.
    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let path = path(&[from, to]);
        self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    /// A line from point to point; nothing for less than two.
    pub(super) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 1 {
            let path = path(points);
            self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// Straight lines of one look, in one shape; nothing for none.
    pub(super) fn lines(&mut self, class: &str, lines: &[[(f64, f64); 2]]) {
        let path: String = lines.iter().map(|line| path(line)).collect();
        if !path.is_empty() {
            self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// Rectangles of one look, in one shape: corner and size of each; nothing for none.
    pub(super) fn boxes(&mut self, class: &str, boxes: &[[(f64, f64); 2]]) {
        let one = |[(x, y), (width, height)]: &[(f64, f64); 2]| {
            let (x, y, width, height) = (short(*x), short(*y), short(*width), short(*height));
            format!("M{x} {y}h{width}v{height}h-{width}z")
        };
        let path: String = boxes.iter().map(one).collect();
        if !path.is_empty() {
            self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// A closed shape.
    pub(super) fn area(&mut self, class: &str, points: &[(f64, f64)]) {
        let path = path(points);
        self.put(format_args!("<path class=\"{class}\" d=\"{path}Z\"/>"));
    }

    /// A rectangle.
    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let (x, y, width, height) = (short(x), short(y), short(width), short(height));
        self.put(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"));
    }

    /// A shape that the page has drawn, so far along.
    pub(super) fn again(&mut self, shape: &str, x: f64) {
        let x = short(x);
        self.put(format_args!("<use href=\"#{shape}\" x=\"{x}\"/>"));
    }

    /// A circle.
    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let (x, y, radius) = (short(x), short(y), short(radius));
        self.put(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    /// Words; the class says how they look, and where they are tied to their place unless it is where they begin.
    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        let (class, x, y) = (classed(class), short(x), short(y));
        self.put(format_args!("<text{class} x=\"{x}\" y=\"{y}\">"));
        self.words(words);
        self.raw("</text>");
    }

    /// Words of one look, each at its place.
    pub(super) fn texts(&mut self, class: &str, texts: &[((f64, f64), String)]) {
        self.put(format_args!("<g{}>", classed(class)));
        for ((x, y), words) in texts {
            let (x, y) = (short(*x), short(*y));
            self.put(format_args!("<text x=\"{x}\" y=\"{y}\">"));
            self.words(words);
            self.raw("</text>");
        }
        self.raw("</g>");
    }

    /// Words of one look in a row, which is so far down.
    pub(super) fn row(&mut self, class: &str, y: f64, texts: &[(f64, String)]) {
        self.put(format_args!("<g{} transform=\"translate(0 {})\">", classed(class), short(y)));
        for (x, words) in texts {
            self.put(format_args!("<text x=\"{}\">", short(*x)));
            self.words(words);
            self.raw("</text>");
        }
        self.raw("</g>");
    }

    /// Words of one look that run upwards, each from its place.
    pub(super) fn upright(&mut self, class: &str, texts: &[((f64, f64), String)]) {
        self.put(format_args!("<g{}>", classed(class)));
        for ((x, y), words) in texts {
            let (x, y) = (short(*x), short(*y));
            self.put(format_args!("<text x=\"{x}\" y=\"{y}\" transform=\"rotate(-90 {x} {y})\">"));
            self.words(words);
            self.raw("</text>");
        }
        self.raw("</g>");
    }

    /// Dots of one look, in one shape: its stroke is as wide as they are and has round ends.
    pub(super) fn points(&mut self, class: &str, points: &[(f64, f64)]) {
        // Each from the one before: what lies side by side is short. Tenths are rounded first, so that none adds up.
        let tenth = |length: f64| (length * 10.0).round() / 10.0;
        let mut before = (0.0, 0.0);
        let path: String = points
            .iter()
            .map(|(x, y)| (tenth(*x), tenth(*y)))
            .map(|to| {
                let step = format!("m{} {}h0", short(to.0 - before.0), short(to.1 - before.1));
                before = to;
                step
            })
            .collect();
        if !path.is_empty() {
            self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    fn words(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                other => self.0.push(other),
            }
        }
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // A String takes whatever is written to it.
        let _ = self.0.write_fmt(text);
    }
}

fn classed(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

/// From point to point; a step along one axis names that one alone.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let mut before: Option<(String, String)> = None;
    for (x, y) in points.iter().map(|(x, y)| (short(*x), short(*y))) {
        let _ = match &before {
            None => write!(path, "M{x} {y}"),
            Some((_, same)) if *same == y => write!(path, "H{x}"),
            Some((same, _)) if *same == x => write!(path, "V{y}"),
            Some(_) => write!(path, "L{x} {y}"),
        };
        before = Some((x, y));
    }
    path
}

/// A length to a tenth, without a tenth of zero.
pub(super) fn short(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Pen, path, short};

    #[test]
    fn words_cannot_become_markup() {
        let mut pen = Pen::default();
        pen.text("mid", (1.0, 2.55), "Phòng <A> & \"B\"");
        assert_eq!(pen.done(), "<text class=\"mid\" x=\"1\" y=\"2.5\">Phòng &lt;A&gt; &amp; &quot;B&quot;</text>");
        assert_eq!(path(&[(1.0, 2.0), (5.0, 2.0), (5.0, 4.5), (6.0, 1.0)]), "M1 2H5V4.5L6 1");
        assert_eq!([short(3.0), short(3.25), short(-0.5)], ["3", "3.2", "-0.5"]);
    }
}
