//! The drawing room: sheets of paper described in millimetres, and three drawers that make PDF, SVG and PNG of them.
//! A sheet is a value; whoever lays one out knows nothing of the file it becomes.

use self::font::Run;
use super::qr::{QUIET, Symbol};

pub mod font;
pub mod pdf;
pub mod png;
pub mod svg;
pub mod text;

/// Millimetres in a typographic point.
pub const POINT: f32 = 25.4 / 72.0;

/// One page, its origin at the top left, all lengths in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Width of the paper.
    pub width: f32,
    /// Height of the paper.
    pub height: f32,
    /// How pixels are made of it.
    pub raster: Raster,
    /// What it is, for those who cannot see it.
    pub title: String,
    /// Code of the language it speaks.
    pub lang: &'static str,
    /// What is on it, in the order of drawing and of reading.
    pub items: Vec<Item>,
}

/// How a sheet becomes pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Raster {
    /// Pixels in a millimetre.
    pub dots: f32,
    /// Paper at the left and at the right that a printer's head does not reach; it is left out of the picture.
    pub edge: f32,
    /// The tones that the printer has.
    pub tones: Tones,
}

/// The tones of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tones {
    /// Any colour.
    All,
    /// A dot or none.
    Two,
}

impl Raster {
    /// Paper from an office printer or a print shop: 300 dpi.
    pub const PAPER: Self = Self { dots: 300.0 / 25.4, edge: 0.0, tones: Tones::All };
    /// A thermal printer: 8 dots a millimetre, 203 dpi. Its head is narrower than the paper.
    #[must_use]
    pub const fn thermal(edge: f32) -> Self {
        Self { dots: 8.0, edge, tones: Tones::Two }
    }
}

/// A thing on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A filled shape, drawn behind what comes after it.
    Shape {
        /// Its outline.
        path: Path,
        /// Its colour.
        ink: Ink,
    },
    /// A QR symbol, black on white.
    Symbol {
        /// The modules.
        symbol: Symbol,
        /// Left edge of the first module; the quiet zone lies outside.
        x: f32,
        /// Upper edge of the first module.
        y: f32,
        /// Side of a module.
        module: f32,
    },
    /// A line of text.
    Text {
        /// The letters.
        run: Run,
        /// Size of an em.
        size: f32,
        /// Where the first letter begins.
        x: f32,
        /// The line that letters stand on.
        baseline: f32,
        /// Its colour.
        ink: Ink,
    },
}

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    /// Black, which office printers print with black alone.
    pub const BLACK: Self = Self(0, 0, 0);
    /// Second text.
    pub const GREY: Self = Self(0x4a, 0x4a, 0x4a);
    /// Hairlines.
    pub const PALE: Self = Self(0xb0, 0xb0, 0xb0);
    /// The colour of the product.
    pub const BLUE: Self = Self(0x0b, 0x5c, 0xad);
    /// Ground of what stands out on white.
    pub const MIST: Self = Self(0xe8, 0xf1, 0xfb);
    /// Letters on blue.
    pub const WHITE: Self = Self(255, 255, 255);
}

/// An outline, in millimetres on a sheet or in ems of a letter.
pub type Path = Vec<Step>;

/// A step along an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Begins a contour.
    Move(f32, f32),
    /// Straight on.
    Line(f32, f32),
    /// A cubic curve: two control points and the end.
    Curve([f32; 6]),
    /// Back to where the contour began.
    Close,
}

/// A rectangle on a sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Area {
    /// The rectangle at a place with a size.
    #[must_use]
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    /// Right edge.
    #[must_use]
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// Lower edge.
    #[must_use]
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// Whether the two share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether the other lies inside.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x && self.y <= other.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }

    /// What is left when so much is cut off on every side.
    #[must_use]
    pub fn inset(&self, by: f32) -> Self {
        Self::new(self.x + by, self.y + by, self.width - 2.0 * by, self.height - 2.0 * by)
    }

    /// Its outline, with rounded corners where the radius is not zero.
    #[must_use]
    pub fn path(&self, radius: f32) -> Path {
        let (left, top, right, bottom) = (self.x, self.y, self.right(), self.bottom());
        if radius <= 0.0 {
            return vec![
                Step::Move(left, top),
                Step::Line(right, top),
                Step::Line(right, bottom),
                Step::Line(left, bottom),
                Step::Close,
            ];
        }
        // A quarter of a circle is a cubic curve with its control points at 0.5523 of the radius.
        let (r, k) = (radius, radius * (1.0 - 0.552_285));
        vec![
            Step::Move(left + r, top),
            Step::Line(right - r, top),
            Step::Curve([right - k, top, right, top + k, right, top + r]),
            Step::Line(right, bottom - r),
            Step::Curve([right, bottom - k, right - k, bottom, right - r, bottom]),
            Step::Line(left + r, bottom),
            Step::Curve([left + k, bottom, left, bottom - k, left, bottom - r]),
            Step::Line(left, top + r),
            Step::Curve([left, top + k, left + k, top, left + r, top]),
            Step::Close,
        ]
    }
}

impl Item {
    /// A filled rectangle.
    #[must_use]
    pub fn panel(area: Area, radius: f32, ink: Ink) -> Self {
        Self::Shape { path: area.path(radius), ink }
    }

    /// Where its ink is; of a symbol, its quiet zone too. None for blank text.
    #[must_use]
    pub fn bounds(&self) -> Option<Area> {
        match self {
            Self::Shape { path, .. } => bounds(path),
            Self::Symbol { symbol, x, y, module } => {
                let (quiet, side) = (QUIET as f32 * module, (symbol.size() + 2 * QUIET) as f32 * module);
                Some(Area::new(x - quiet, y - quiet, side, side))
            }
            Self::Text { .. } => bounds(&self.outline()),
        }
    }

    /// Its outline on the sheet: of text, that of all its letters; of a symbol, that of its dark modules.
    #[must_use]
    pub fn outline(&self) -> Path {
        match self {
            Self::Shape { path, .. } => path.clone(),
            Self::Symbol { symbol, x, y, module } => symbol
                .runs()
                .flat_map(|(column, row, length)| {
                    let at = |modules: usize| modules as f32 * module;
                    Area::new(x + at(column), y + at(row), at(length), *module).path(0.0)
                })
                .collect(),
            Self::Text { run, size, x, baseline, .. } => {
                run.outline().into_iter().map(|step| step.map(|px, py| (x + px * size, baseline - py * size))).collect()
            }
        }
    }

    /// Its colour.
    #[must_use]
    pub fn ink(&self) -> Ink {
        match self {
            Self::Shape { ink, .. } | Self::Text { ink, .. } => *ink,
            Self::Symbol { .. } => Ink::BLACK,
        }
    }
}

impl Step {
    /// The step with its points moved.
    #[must_use]
    pub fn map(self, to: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        match self {
            Self::Move(x, y) => {
                let (x, y) = to(x, y);
                Self::Move(x, y)
            }
            Self::Line(x, y) => {
                let (x, y) = to(x, y);
                Self::Line(x, y)
            }
            Self::Curve([ax, ay, bx, by, x, y]) => {
                let ((ax, ay), (bx, by), (x, y)) = (to(ax, ay), to(bx, by), to(x, y));
                Self::Curve([ax, ay, bx, by, x, y])
            }
            Self::Close => Self::Close,
        }
    }
}

/// The smallest rectangle around all points of an outline.
fn bounds(path: &Path) -> Option<Area> {
    let points = path.iter().flat_map(|step| match *step {
        Step::Move(x, y) | Step::Line(x, y) => vec![(x, y)],
        Step::Curve([ax, ay, bx, by, x, y]) => vec![(ax, ay), (bx, by), (x, y)],
        Step::Close => Vec::new(),
    });
    let all = points.map(|(x, y)| (x, y, x, y));
    let (left, top, right, bottom) = all.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)))?;
    Some(Area::new(left, top, right - left, bottom - top))
}
