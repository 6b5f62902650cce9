//! The typeface of everything printed: letters shaped as HarfBuzz does, their outlines and their measures.

use std::sync::LazyLock;

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathElement};
use harfrust::{Buffer, Direction, Feature, Font, GlyphId, Language, Script, ShapeOptions, ShapePlan, ShaperFont, Tag};
use unicode_normalization::UnicodeNormalization;

use super::{Path, Step};

/// A weight of the typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// For reading.
    Regular,
    /// For headings and codes.
    Bold,
}

/// How far letters reach above the baseline, in ems: two marks on a capital (Ẳ).
pub const ASCENT: f32 = 1.08;
/// How far they reach below it.
pub const DESCENT: f32 = 0.22;

struct Loaded {
    font: Font,
    plan: ShapePlan,
    features: [Feature; 1],
}

static REGULAR: LazyLock<Loaded> = LazyLock::new(|| load(Face::Regular));
static BOLD: LazyLock<Loaded> = LazyLock::new(|| load(Face::Bold));

fn load(face: Face) -> Loaded {
    let font = Font::new(face.file(), 0).expect("the embedded font is a font");
    // Figures of one width, so that codes and dates stand under each other.
    let features = [Feature::new(Tag::new(b"tnum"), 1, ..)];
    let plan =
        ShapePlan::new(&font, Direction::LeftToRight, Some(Script::LATIN), Language::new("vi").as_ref(), &features);
    Loaded { font, plan, features }
}

impl Face {
    /// Both weights.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// The font file.
    #[must_use]
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../static/fonts/Inter-Regular.otf"),
            Self::Bold => include_bytes!("../../../static/fonts/Inter-Bold.otf"),
        }
    }

    /// Its name inside files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "Inter-Regular",
            Self::Bold => "Inter-Bold",
        }
    }

    /// Units in an em.
    #[must_use]
    pub fn units(self) -> f32 {
        f32::from(self.loaded().font.units_per_em())
    }

    /// The advance of a glyph in ems.
    #[must_use]
    pub fn advance(self, glyph: u16) -> f32 {
        self.loaded().font.glyph_metrics().h_advance(GlyphId::new(glyph.into())) / self.units()
    }

    fn loaded(self) -> &'static Loaded {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

/// A line of text as glyphs, measured in ems.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Weight.
    pub face: Face,
    /// The text in composed letters.
    pub text: String,
    /// Its glyphs from left to right.
    pub glyphs: Vec<Glyph>,
    /// Where the next run would begin.
    pub width: f32,
}

/// A glyph at its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// Number in the font.
    pub id: u16,
    /// Byte of the text where its letter begins; marks share it with the letter they stand on.
    pub cluster: usize,
    /// From the begin of the run to the right.
    pub x: f32,
    /// From the baseline upwards.
    pub y: f32,
}

impl Run {
    /// Shapes a line of text.
    #[must_use]
    pub fn new(face: Face, text: &str) -> Self {
        let text: String = text.nfc().collect();
        let Loaded { font, plan, features } = face.loaded();
        let mut buffer = Buffer::new();
        buffer.push_str(&text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(Some(Script::LATIN));
        buffer.set_language(Language::new("vi"));
        let options = ShapeOptions::new().plan(Some(plan)).features(features);
        harfrust::shape(&ShaperFont::new(font), &mut buffer, options).expect("the plan was made for this direction");
        let mut at = (0, 0);
        let mut glyphs = Vec::with_capacity(buffer.len());
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            glyphs.push(Glyph {
                id: u16::try_from(info.glyph_id).unwrap_or_default(),
                cluster: info.cluster as usize,
                x: (at.0 + position.x_offset) as f32 / face.units(),
                y: (at.1 + position.y_offset) as f32 / face.units(),
            });
            at = (at.0 + position.x_advance, at.1 + position.y_advance);
        }
        Self { face, text, glyphs, width: at.0 as f32 / face.units() }
    }

    /// What each glyph stands for: its letter; of letters that became several glyphs, the first stands for all.
    pub fn letters(&self) -> impl Iterator<Item = (&Glyph, &str)> {
        self.glyphs.iter().enumerate().map(|(i, glyph)| {
            let first = i.checked_sub(1).is_none_or(|before| self.glyphs[before].cluster != glyph.cluster);
            let end = self.glyphs[i..].iter().map(|next| next.cluster).find(|next| *next != glyph.cluster);
            let letter = &self.text[glyph.cluster..end.unwrap_or(self.text.len())];
            (glyph, if first { letter } else { "" })
        })
    }

    /// The outline of all its letters in ems, upwards from the baseline.
    #[must_use]
    pub fn outline(&self) -> Path {
        let (glyphs, units) = (self.face.loaded().font.outline_glyphs(), self.face.units());
        let mut path = Path::new();
        for glyph in &self.glyphs {
            let mut elements = Vec::new();
            let Some(outline) = glyphs.get(GlyphId::new(glyph.id.into())) else { continue };
            if outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut elements).is_ok() {
                let place = |x: f32, y: f32| (glyph.x + x / units, glyph.y + y / units);
                steps(&elements, &mut path, place);
            }
        }
        path
    }
}

fn steps(elements: &[PathElement], path: &mut Path, place: impl Fn(f32, f32) -> (f32, f32)) {
    let mut from = (0.0, 0.0);
    for element in elements {
        let step = match *element {
            PathElement::MoveTo { x, y } => Step::Move(x, y),
            PathElement::LineTo { x, y } => Step::Line(x, y),
            PathElement::CurveTo { cx0, cy0, cx1, cy1, x, y } => Step::Curve([cx0, cy0, cx1, cy1, x, y]),
            // A quadratic curve is a cubic one with its control points two thirds of the way.
            PathElement::QuadTo { cx0, cy0, x, y } => {
                let near = |end: f32, control: f32| end + (control - end) * 2.0 / 3.0;
                Step::Curve([near(from.0, cx0), near(from.1, cy0), near(x, cx0), near(y, cy0), x, y])
            }
            PathElement::Close => Step::Close,
        };
        if let Step::Move(x, y) | Step::Line(x, y) | Step::Curve([.., x, y]) = step {
            from = (x, y);
        }
        path.push(step.map(&place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST_STRING: &str = "ĐÃ GHI NHẬN — Ẩn, Ặng, Ễ, Ỗ, Ữ; quỹ, khuỷu, ngoẵng; Sở Giáo dục và Đào tạo";

    #[test]
    fn every_vietnamese_letter_has_its_glyph_and_stays_within_the_line() {
        let letters = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ";
        for text in [letters, &letters.to_uppercase(), TEST_STRING, "ĕ ĭ ŏ ŭ ơ̆ ư̆ č ƀ ñ … – « » “ ”"]
        {
            for face in Face::ALL {
                let run = Run::new(face, text);
                assert!(run.glyphs.iter().all(|glyph| glyph.id != 0), "{face:?} lacks a letter of {text}");
                let bounds = super::super::bounds(&run.outline()).unwrap();
                assert!(bounds.bottom() <= ASCENT && bounds.y >= -DESCENT, "{face:?} {bounds:?}");
            }
        }
    }

    #[test]
    fn both_ways_of_typing_give_the_same_glyphs() {
        let decomposed: String = TEST_STRING.nfd().collect();
        assert_ne!(decomposed, TEST_STRING);
        assert_eq!(Run::new(Face::Bold, &decomposed), Run::new(Face::Bold, TEST_STRING));
    }

    #[test]
    fn pairs_are_kerned_and_figures_stand_under_each_other() {
        let width = |text: &str| Run::new(Face::Regular, text).width;
        assert!(width("Tư") < width("T") + width("ư"));
        assert!((width("11/11/1111") - width("24/08/2026")).abs() < 1e-4);
    }

    #[test]
    fn a_mark_that_has_no_composed_letter_stands_over_its_letter() {
        let run = Run::new(Face::Regular, "ơ̆n");
        assert_eq!(run.glyphs[0].cluster, run.glyphs[1].cluster);
        let [alone, marked] = ["ơ", "ơ̆"].map(|text| Run::new(Face::Regular, text));
        assert_eq!(alone.width, marked.width);
        let [low, high] = [alone, marked].map(|run| super::super::bounds(&run.outline()).unwrap());
        assert!(high.bottom() > low.bottom() && high.x >= low.x && high.right() <= low.right(), "{high:?} {low:?}");
        let letters: Vec<&str> = run.letters().map(|(_, letter)| letter).collect();
        assert_eq!(letters, ["ơ̆", "", "n"]);
    }
}
