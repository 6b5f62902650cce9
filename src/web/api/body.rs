//! What another system sends: JSON, one thing or a list, or a line for each (NDJSON); read within limits. Fields that
//! are unknown, repeated or no text are faults of the one thing that has them.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::problem;
use crate::error::Fault;

/// Longest body: a thousand invitations take 200 KiB.
pub const BODY: usize = 512 * 1024;
/// Longest time a whole body may take.
const BODY_TIME: Duration = Duration::from_secs(15);
/// The type of a line for each.
pub const LINES: &str = "application/x-ndjson";
const JSON: &str = "application/json";

/// How what was sent is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// One document.
    Document,
    /// A line for each.
    Lines,
}

/// What was sent, within limits and of a type that we read.
#[derive(Debug)]
pub struct Sent {
    /// The head.
    pub head: HeaderMap,
    /// How it is written.
    pub written: Written,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let lang = problem::lang_of(&parts.headers);
        let refuse = |status| problem::plain(status, lang);
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let written = match kind.as_str() {
            JSON => Written::Document,
            LINES => Written::Lines,
            _ => return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
        };
        if parts.headers.contains_key(header::CONTENT_ENCODING) {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        if text(header::CONTENT_LENGTH).parse::<usize>().is_ok_and(|length| length > BODY) {
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let bytes = match tokio::time::timeout(BODY_TIME, read(body)).await {
            Ok(read) => read.map_err(refuse)?,
            Err(_) => {
                let mut response = refuse(StatusCode::REQUEST_TIMEOUT);
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                return Err(response);
            }
        };
        Ok(Self { head: parts.headers, written, bytes })
    }
}

async fn read(body: Body) -> Result<Vec<u8>, StatusCode> {
    match Limited::new(body, BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// One thing that was sent: its fields in their order, as far as they are texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thing {
    fields: Vec<(String, Option<String>)>,
    /// It is something else than an object.
    odd: bool,
}

/// One thing, or several.
#[derive(Debug, PartialEq, Eq)]
pub enum Things {
    /// One, as an object.
    One(Thing),
    /// A list of them.
    Many(Vec<Thing>),
}

impl Sent {
    /// What was sent.
    ///
    /// # Errors
    /// The fault, when it is no JSON at all.
    pub fn things(&self) -> Result<Things, Fault> {
        let fault = |error: serde_json::Error| {
            Fault::new("api-body-broken").with("line", error.line()).with("column", error.column())
        };
        if self.written == Written::Document {
            return serde_json::from_slice(&self.bytes).map_err(fault);
        }
        let lines = self.bytes.split(|byte| *byte == b'\n').enumerate();
        let full = lines.filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace));
        let thing = |(number, line): (usize, &[u8])| {
            serde_json::from_slice::<Thing>(line)
                .map_err(|error| Fault::new("api-body-broken").with("line", number + 1).with("column", error.column()))
        };
        full.map(thing).collect::<Result<_, _>>().map(Things::Many)
    }
}

impl Thing {
    /// What stands in each of the fields that are known, in their order; an empty text for one that was not sent.
    ///
    /// # Errors
    /// A fault for each field that is unknown, repeated or no text.
    pub fn texts<const N: usize>(&self, known: [&'static str; N]) -> Result<[&str; N], Vec<Fault>> {
        if self.odd {
            return Err(vec![Fault::new("api-item-odd")]);
        }
        let mut texts = [None; N];
        let mut faults = Vec::new();
        for (name, value) in &self.fields {
            let fault = |key| Fault::new(key).with("field", name.chars().take(40).collect::<String>());
            match (known.iter().position(|each| each == name), value) {
                (None, _) => faults.push(fault("api-field-unknown")),
                (Some(at), _) if texts[at].is_some() => faults.push(fault("api-field-repeated")),
                (Some(_), None) => faults.push(fault("api-field-text")),
                (Some(at), Some(text)) => texts[at] = Some(text.as_str()),
            }
        }
        if faults.is_empty() { Ok(texts.map(Option::unwrap_or_default)) } else { Err(faults) }
    }
}

impl<'de> Deserialize<'de> for Thing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(|read| match read {
            Things::One(thing) => thing,
            Things::Many(_) => Self { odd: true, ..Self::default() },
        })
    }
}

impl<'de> Deserialize<'de> for Things {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// A text, or that there was something else.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.to_owned())))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(One)
    }
}

struct Reader;

impl Reader {
    fn odd() -> Things {
        Things::One(Thing { odd: true, ..Thing::default() })
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Things;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Things, A::Error> {
        let mut thing = Thing::default();
        while let Some((name, Text(text))) = map.next_entry::<String, Text>()? {
            thing.fields.push((name, text));
        }
        Ok(Things::One(thing))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Things, A::Error> {
        let mut things = Vec::new();
        while let Some(thing) = list.next_element()? {
            things.push(thing);
        }
        Ok(Things::Many(things))
    }

    fn visit_str<E>(self, _: &str) -> Result<Things, E> {
        Ok(Self::odd())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Things, E> {
        Ok(Self::odd())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Things, E> {
        Ok(Self::odd())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Things, E> {
        Ok(Self::odd())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Things, E> {
        Ok(Self::odd())
    }

    fn visit_unit<E>(self) -> Result<Things, E> {
        Ok(Self::odd())
    }
}
