//! PDF of sheets, one page each at true size. Text is text: it can be searched, copied and read aloud, in composed
//! letters; of each font only the letters that are shown go into the file. The same sheets always give the same bytes.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Settings, Str, TextStr};
use subsetter::GlyphRemapper;

use super::font::{ASCENT, DESCENT, Face, Run};
use super::{Ink, Item, POINT, Sheet, Step};
use crate::error::{Context, Error, Result};
use crate::words::FIRST;

/// The file of some sheets, which readers show under a title.
///
/// # Errors
/// Internal, when a font cannot be cut.
pub fn draw(title: &str, sheets: &[Sheet]) -> Result<Vec<u8>> {
    let fonts: Vec<Shown> = Face::ALL.into_iter().map(|face| Shown::of(face, sheets)).collect();
    let mut refs = Refs(0);
    let (catalog, pages, info) = (refs.next(), refs.next(), refs.next());
    let mut pdf = Pdf::with_settings(Settings { pretty: false });
    let mut font_refs = Vec::new();
    for font in fonts.iter().filter(|font| font.is_shown()) {
        font_refs.push((font.face, font.write(&mut pdf, &mut refs)?));
    }
    let mut page_refs = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let (page_ref, content_ref) = (refs.next(), refs.next());
        let content = compressed(&content(sheet, &fonts))?;
        pdf.stream(content_ref, &content).filter(Filter::FlateDecode);
        let mut page = pdf.page(page_ref);
        page.parent(pages).contents(content_ref);
        page.media_box(Rect::new(0.0, 0.0, sheet.width / POINT, sheet.height / POINT));
        let mut resources = page.resources();
        let mut named = resources.fonts();
        for (face, font) in &font_refs {
            named.pair(name(*face), *font);
        }
        page_refs.push(page_ref);
    }
    pdf.pages(pages).count(i32::try_from(page_refs.len()).map_err(Error::internal)?).kids(page_refs);
    let lang = sheets.first().map_or(FIRST.code(), |sheet| sheet.lang);
    pdf.document_info(info).title(TextStr(title)).creator(TextStr("Hài Lòng"));
    let mut root = pdf.catalog(catalog);
    root.pages(pages).lang(TextStr(lang));
    // A printer that fits pages to its paper would shrink the modules: at true size they are whole dots.
    root.viewer_preferences().display_doc_title(true).pair(Name(b"PrintScaling"), Name(b"None"));
    root.finish();
    Ok(pdf.finish())
}

/// A font and what of it is shown.
struct Shown {
    face: Face,
    cut: GlyphRemapper,
    /// What each glyph of the file stands for.
    letters: BTreeMap<u16, String>,
}

impl Shown {
    fn of(face: Face, sheets: &[Sheet]) -> Self {
        let (mut cut, mut letters) = (GlyphRemapper::new(), BTreeMap::new());
        let runs = sheets.iter().flat_map(|sheet| &sheet.items).filter_map(|item| match item {
            Item::Text { run, .. } if run.face == face => Some(run),
            _ => None,
        });
        for (glyph, letter) in runs.flat_map(Run::letters) {
            let here = cut.remap(glyph.id);
            // A space that may not be broken at looks like one that may; people search for the latter.
            let letter = if letter == "\u{a0}" { " " } else { letter };
            letters.entry(here).or_insert_with(|| letter.to_owned());
        }
        Self { face, cut, letters }
    }

    fn is_shown(&self) -> bool {
        !self.letters.is_empty()
    }

    fn write(&self, pdf: &mut Pdf, refs: &mut Refs) -> Result<Ref> {
        let (font, letters, descriptor, to_unicode, data) =
            (refs.next(), refs.next(), refs.next(), refs.next(), refs.next());
        let name = format!("HAILON+{}", self.face.name());
        let name = Name(name.as_bytes());
        let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(letters)
            .to_unicode(to_unicode);
        let mut cid = pdf.cid_font(letters);
        cid.subtype(CidFontType::Type0).base_font(name).system_info(system).font_descriptor(descriptor);
        cid.widths().consecutive(0, self.cut.remapped_gids().map(|glyph| self.face.advance(glyph) * 1000.0));
        cid.finish();
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(-750.0, -DESCENT * 1000.0, 2600.0, ASCENT * 1000.0))
            .italic_angle(0.0)
            .ascent(ASCENT * 1000.0)
            .descent(-DESCENT * 1000.0)
            .cap_height(727.0)
            .stem_v(if self.face == Face::Bold { 140.0 } else { 80.0 })
            .font_file3(data);
        let mut map = UnicodeCmap::<u16>::new(Name(b"Letters"), system);
        for (glyph, letter) in &self.letters {
            map.pair_with_multiple(*glyph, letter.chars());
        }
        pdf.cmap(to_unicode, &map.finish());
        let file = subsetter::subset(self.face.file(), 0, &self.cut).map_err(Error::internal)?;
        let outlines = table(&file, *b"CFF ").ok_or_else(|| Error::internal("the font has no CFF outlines"))?;
        let outlines = compressed(outlines)?;
        let mut stream = pdf.stream(data, &outlines);
        stream.filter(Filter::FlateDecode).pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        stream.finish();
        Ok(font)
    }
}

/// A table of an OpenType file: PDF wants the outlines alone.
fn table(file: &[u8], tag: [u8; 4]) -> Option<&[u8]> {
    let number = |at: usize| Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize);
    let tables = usize::from(u16::from_be_bytes(file.get(4..6)?.try_into().ok()?));
    let entry = (0..tables).map(|i| 12 + 16 * i).find(|at| file.get(*at..at + 4) == Some(&tag))?;
    let (from, length) = (number(entry + 8)?, number(entry + 12)?);
    file.get(from..from + length)
}

fn content(sheet: &Sheet, fonts: &[Shown]) -> Vec<u8> {
    let mut content = Content::with_settings(Settings { pretty: false });
    let up = |y: f32| sheet.height - y;
    // From millimetres to points; y goes upwards.
    content.transform([1.0 / POINT, 0.0, 0.0, 1.0 / POINT, 0.0, 0.0]);
    let mut ink = Ink::BLACK;
    for item in &sheet.items {
        if item.ink() != ink {
            ink = item.ink();
            set_ink(&mut content, ink);
        }
        match item {
            Item::Text { run, size, x, baseline, .. } => {
                let font = fonts.iter().find(|font| font.face == run.face);
                if let Some(font) = font.filter(|_| !run.glyphs.is_empty()) {
                    text(&mut content, run, *size, (*x, up(*baseline)), &font.cut);
                }
            }
            Item::Symbol { symbol, x, y, module } => {
                for (column, row, length) in symbol.runs() {
                    let (left, bottom) = (x + column as f32 * module, up(y + (row + 1) as f32 * module));
                    content.rect(left, bottom, length as f32 * module, *module);
                }
                content.fill_nonzero();
            }
            Item::Shape { path, .. } => {
                for step in path {
                    match step.map(|x, y| (x, up(y))) {
                        Step::Move(x, y) => content.move_to(x, y),
                        Step::Line(x, y) => content.line_to(x, y),
                        Step::Curve([ax, ay, bx, by, x, y]) => content.cubic_to(ax, ay, bx, by, x, y),
                        Step::Close => content.close_path(),
                    };
                }
                content.fill_nonzero();
            }
        }
    }
    content.finish().into_vec()
}

fn set_ink(content: &mut Content, Ink(red, green, blue): Ink) {
    let part = |value: u8| f32::from(value) / 255.0;
    if red == green && green == blue {
        content.set_fill_gray(part(red));
    } else {
        content.set_fill_rgb(part(red), part(green), part(blue));
    }
}

/// One line of text: glyphs follow each other by their advances, moved where kerning or a mark moves them.
fn text(content: &mut Content, run: &Run, size: f32, (x, y): (f32, f32), cut: &GlyphRemapper) {
    content.begin_text().set_font(name(run.face), size).next_line(x, y);
    let mut rest = run.glyphs.as_slice();
    let mut reached = 0.0;
    while let Some(first) = rest.first() {
        let level = rest.iter().take_while(|glyph| glyph.y == first.y).count();
        let (these, after) = rest.split_at(level);
        content.set_rise(first.y * size);
        let mut shown = content.show_positioned();
        let mut items = shown.items();
        for glyph in these {
            let moved = (reached - glyph.x) * 1000.0;
            if moved.abs() > 0.05 {
                items.adjust(moved);
            }
            items.show(Str(&cut.get(glyph.id).unwrap_or_default().to_be_bytes()));
            reached = glyph.x + run.face.advance(glyph.id);
        }
        items.finish();
        shown.finish();
        rest = after;
    }
    content.end_text();
}

fn name(face: Face) -> Name<'static> {
    Name(match face {
        Face::Regular => b"R",
        Face::Bold => b"B",
    })
}

fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).context("compress a page")
}

/// Numbers of objects, one after the other.
struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}
