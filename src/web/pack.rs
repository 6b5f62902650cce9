//! Pages made for one request, packed the way the browser takes.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::splice::Encoding;

/// Below this a packed page is no smaller on the wire.
const WORTHWHILE: usize = 600;

/// Puts a page into its answer.
pub fn page(response: &mut Response, encoding: Encoding, page: String) {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    *response.body_mut() = match encoding.name().filter(|_| page.len() >= WORTHWHILE) {
        Some(name) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            Body::from(packed(encoding, page.into_bytes()))
        }
        None => Body::from(page),
    };
}

fn packed(encoding: Encoding, page: Vec<u8>) -> Vec<u8> {
    match encoding {
        Encoding::Plain => page,
        Encoding::Gzip => {
            let mut gzip = GzEncoder::new(Vec::with_capacity(page.len() / 2), Compression::default());
            gzip.write_all(&page).and_then(|()| gzip.finish()).expect("a vector takes every write")
        }
        Encoding::Brotli => {
            // The quality that packs a page of the results in about a millisecond.
            let mut brotli = brotli::CompressorWriter::new(Vec::with_capacity(page.len() / 2), 4096, 5, 20);
            brotli.write_all(&page).expect("a vector takes every write");
            brotli.into_inner()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_packed_page_unpacks_to_itself() {
        let page = "Đánh giá đã được ghi nhận. ".repeat(200);
        for encoding in [Encoding::Plain, Encoding::Gzip, Encoding::Brotli] {
            let body = packed(encoding, page.clone().into_bytes());
            let mut plain = Vec::new();
            match encoding {
                Encoding::Plain => plain = body,
                Encoding::Gzip => drop(flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap()),
                Encoding::Brotli => drop(brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut plain).unwrap()),
            }
            assert_eq!(plain, page.as_bytes());
        }
    }
}
