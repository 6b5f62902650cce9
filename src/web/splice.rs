//! Pages rendered and compressed once, with the few bytes that differ per visit spliced into the compressed stream.
//!
//! A page holds its slot once, filled with [`slot`] bytes that nothing else on a page repeats, so that no
//! back-reference of the compressor points into it. The compressor is flushed before and after the slot; what it wrote
//! for the slot is then replaced by a stored (uncompressed) block, which both formats allow at a byte boundary.

use std::io::Write;

use axum::body::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

/// Length of the bytes that differ: a visit id and the stamp of when the page was made for it.
pub const SLOT: usize = 29;

/// Bytes after the slot that travel in the stored block too: Brotli models the next bytes by the two before them.
const TAIL: usize = 2;

/// What stands in a page where the visit id and the stamp go: control characters, which no page of ours has, each once, so that
/// the compressor finds nothing to repeat in it (a repeat would change Brotli's memory of distances).
#[must_use]
pub fn slot() -> String {
    (1..=8).chain(11..=12).chain(14..=31).chain([127]).map(char::from).collect()
}

/// A page in the three ways it can be sent.
#[derive(Debug)]
pub struct Spliced {
    plain: Cut,
    gzip: Cut,
    brotli: Cut,
    /// CRC-32 of what comes before and after the slot, and the length of all, for gzip's trailer.
    crc_before: Hasher,
    crc_after: Hasher,
    length: u32,
}

#[derive(Debug)]
struct Cut {
    before: Bytes,
    after: Bytes,
}

/// How a page travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Encoding {
    /// The best one that a browser says it takes.
    #[must_use]
    pub fn accepted(header: Option<&str>) -> Self {
        let takes = |name: &str| {
            header.is_some_and(|header| {
                header.split(',').any(|part| {
                    let mut pieces = part.trim().split(';');
                    pieces.next() == Some(name)
                        && pieces.all(|p| !matches!(p.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
                })
            })
        };
        match () {
            () if takes("br") => Self::Brotli,
            () if takes("gzip") => Self::Gzip,
            () => Self::Plain,
        }
    }

    /// The `Content-Encoding`, unless plain.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

impl Spliced {
    /// Compresses a page around its slot; a page without a slot is one with an empty end.
    #[must_use]
    pub fn new(page: &str) -> Option<Self> {
        let at = page.find(&slot())?;
        let (before, rest) = page.split_at(at);
        let after = &rest[SLOT..];
        (after.len() > TAIL).then(|| {
            let (mut crc_before, mut crc_after) = (Hasher::new(), Hasher::new());
            crc_before.update(before.as_bytes());
            crc_after.update(after.as_bytes());
            Self {
                plain: Cut { before: copy(before.as_bytes()), after: copy(after.as_bytes()) },
                gzip: deflate(before.as_bytes(), rest.as_bytes()),
                brotli: brotli(before.as_bytes(), rest.as_bytes()),
                crc_before,
                crc_after,
                length: page.len() as u32,
            }
        })
    }

    /// The page for one visit.
    #[must_use]
    pub fn fill(&self, encoding: Encoding, visit: &[u8; SLOT]) -> Bytes {
        let tail = &self.plain.after[..TAIL];
        let stored_length = (SLOT + TAIL) as u16;
        match encoding {
            Encoding::Plain => join(&[&self.plain.before, visit, &self.plain.after]),
            Encoding::Gzip => {
                let mut crc = self.crc_before.clone();
                crc.update(visit);
                crc.combine(&self.crc_after);
                let crc = crc.finalize();
                let [a, b] = stored_length.to_le_bytes();
                join(&[
                    &self.gzip.before,
                    &[0, a, b, !a, !b],
                    visit,
                    tail,
                    &self.gzip.after,
                    &crc.to_le_bytes(),
                    &self.length.to_le_bytes(),
                ])
            }
            Encoding::Brotli => {
                // Not last; four nibbles of length minus one; uncompressed: 1 + 2 + 16 + 1 bits, padded to three bytes.
                let header = (u32::from(stored_length) - 1) << 3 | 1 << 19;
                join(&[&self.brotli.before, &header.to_le_bytes()[..3], visit, tail, &self.brotli.after])
            }
        }
    }
}

fn copy(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

fn join(parts: &[&[u8]]) -> Bytes {
    Bytes::from(parts.concat())
}

/// A gzip member cut before and after the slot and its tail; the trailer is added when it is filled.
fn deflate(before: &[u8], rest: &[u8]) -> Cut {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    let mut compress = Compress::new(Compression::best(), false);
    let mut run = |input: &[u8], flush| {
        let mut output = Vec::with_capacity(input.len() + 256);
        compress.compress_vec(input, &mut output, flush).expect("the output has room for incompressible input");
        output
    };
    let (middle, end) = rest.split_at(SLOT + TAIL);
    let head = [&HEADER[..], &run(before, FlushCompress::Sync)].concat();
    run(middle, FlushCompress::Sync);
    Cut { before: Bytes::from(head), after: Bytes::from(run(end, FlushCompress::Finish)) }
}

/// A Brotli stream cut before and after the slot and its tail.
fn brotli(before: &[u8], rest: &[u8]) -> Cut {
    let (middle, end) = rest.split_at(SLOT + TAIL);
    let mut stream = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 18);
    let mut run = |input: &[u8]| {
        stream.write_all(input).and_then(|()| stream.flush()).expect("a vector takes every write");
        stream.get_ref().len()
    };
    let (head, slot) = (run(before), run(middle));
    run(end);
    let whole = stream.into_inner();
    Cut { before: copy(&whole[..head]), after: copy(&whole[slot..]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

    fn read(encoding: Encoding, body: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        match encoding {
            Encoding::Plain => plain.extend_from_slice(body),
            Encoding::Gzip => drop(flate2::read::GzDecoder::new(body).read_to_end(&mut plain).unwrap()),
            Encoding::Brotli => drop(brotli::Decompressor::new(body, 4096).read_to_end(&mut plain).unwrap()),
        }
        plain
    }

    proptest! {
        #[test]
        fn every_encoding_gives_the_page_with_the_visit_in_its_place(
            before in "[ -~àđệ\n]{0,3000}", after in "[ -~àđệ\n]{3,3000}", visit in "[A-Za-z0-9_-]{29}",
        ) {
            let page = Spliced::new(&format!("{before}{}{after}", slot())).unwrap();
            let visit: [u8; SLOT] = visit.into_bytes().try_into().unwrap();
            for encoding in [Encoding::Plain, Encoding::Gzip, Encoding::Brotli] {
                let body = page.fill(encoding, &visit);
                let expected = [before.as_bytes(), &visit, after.as_bytes()].concat();
                prop_assert_eq!(read(encoding, &body), expected);
            }
        }
    }

    #[test]
    fn the_best_encoding_offered_is_taken_and_refused_ones_are_not() {
        assert_eq!(Encoding::accepted(Some("gzip, deflate, br;q=0.9")), Encoding::Brotli);
        assert_eq!(Encoding::accepted(Some("br;q=0, gzip")), Encoding::Gzip);
        assert_eq!(Encoding::accepted(None), Encoding::Plain);
    }
}
