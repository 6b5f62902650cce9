//! Names that people type are text in our documents and nothing else: read back out of the file they are what was typed,
//! and the file holds no link, action, field or program, whatever they say.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::ZlibDecoder;
use hailong::present::draw::{Item, pdf, svg};
use hailong::present::print::Piece;

use crate::print::{card, print};

/// What typesetters, viewers, word processors and terminals take for orders.
const HOSTILE: [&str; 10] = [
    "\u{0}\u{1b}[2J\u{7}Quầy\t1\r\n\u{85}\u{9f}\u{7f}hai",
    "#include(\"/etc/passwd\") $x^2$ @a",
    "\\input{/etc/passwd} \\write18{id}",
    ") Tj ET Q (x) Tj",
    "<</S/JavaScript /JS(app.alert(1))>>",
    "/URI(http://evil.vn) /Annots[9 0 R]",
    "endstream endobj 9 0 obj",
    "{HYPERLINK \"http://evil.vn\"}",
    "https://evil.vn/?a=1&b=<c>",
    "\u{202e}lật\u{2066} ngược\u{200b}\u{feff}",
];
/// What makes a document do something, or leads out of it.
const ACTIVE: [&str; 20] = [
    "Annots",
    "Annot",
    "A",
    "AA",
    "OpenAction",
    "Action",
    "URI",
    "JS",
    "JavaScript",
    "Launch",
    "GoTo",
    "GoToR",
    "SubmitForm",
    "AcroForm",
    "XFA",
    "Names",
    "EmbeddedFile",
    "EF",
    "RichMedia",
    "Movie",
];
/// The operators that draw letters, lines and the symbol.
const DRAWING: [&str; 15] = ["cm", "g", "rg", "re", "f", "m", "l", "c", "h", "BT", "ET", "Tf", "Td", "Ts", "TJ"];

#[test]
fn s13_whatever_a_name_says_it_is_text_in_every_document() {
    for piece in Piece::ALL {
        let plain = Document::read(&file(piece, "Quầy một"));
        assert!(ACTIVE.iter().all(|name| !plain.names.contains(*name)), "{piece:?}: {:?}", plain.names);
        for said in HOSTILE {
            let document = Document::read(&file(piece, said));
            assert_eq!(document.names, plain.names, "{piece:?} {said:?}");
            assert_eq!(document.objects, plain.objects, "{piece:?} {said:?}");
            let strange: Vec<_> = document.operators.iter().filter(|word| !DRAWING.contains(&word.as_str())).collect();
            assert!(strange.is_empty(), "{piece:?} {said:?}: {strange:?}");
            assert!(!document.title.contains(hidden), "{piece:?} {said:?}: {:?}", document.title);
            // Each line that was set is read back as it was set.
            let sheet = &print(piece, &[card(said, said, Some(said))])[0];
            let set = sheet.items.iter().filter_map(|item| match item {
                Item::Text { run, .. } => Some(run.text.replace('\u{a0}', " ")),
                _ => None,
            });
            assert_eq!(document.lines, set.collect::<Vec<_>>(), "{piece:?} {said:?}");
            // And together they are what was typed, but for what nobody sees; stickers cut what is long.
            let (all, typed) = (squeezed(&document.lines.concat()), squeezed(said));
            let times = all.matches(&typed).count();
            assert!(times >= [2, 0][usize::from(matches!(piece, Piece::Code | Piece::Stickers))], "{piece:?}: {all}");
            let drawing = svg::draw(sheet);
            assert!(!drawing.contains(hidden) && !drawing.contains("<a ") && !drawing.contains("<script"), "{piece:?}");
        }
    }
}

fn file(piece: Piece, said: &str) -> Vec<u8> {
    let sheets = print(piece, &[card(said, said, Some(said))]);
    pdf::draw(&sheets[0].title, &sheets).unwrap()
}

/// Characters that do something and show nothing.
fn hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !hidden(*c)).collect()
}

/// What a reader finds in a file.
struct Document {
    objects: usize,
    names: BTreeSet<String>,
    operators: BTreeSet<String>,
    lines: Vec<String>,
    title: String,
}

impl Document {
    fn read(file: &[u8]) -> Self {
        let objects = objects(file);
        let mut names = BTreeSet::new();
        objects.values().for_each(|(value, _)| value.names(&mut names));
        let (mut operators, mut lines, mut title) = (BTreeSet::new(), Vec::new(), String::new());
        for (value, _) in objects.values() {
            if let Some(Value::Bytes(bytes)) = value.get("Title") {
                title = text(bytes);
            }
            if value.get("Type").is_some_and(|kind| *kind == Value::Name("Page".into())) {
                let fonts: BTreeMap<String, BTreeMap<u16, String>> =
                    match value.get("Resources").and_then(|resources| resources.get("Font")) {
                        Some(Value::Dict(fonts)) => {
                            fonts.iter().map(|(name, font)| (name.clone(), letters(&objects, font))).collect()
                        }
                        _ => BTreeMap::new(),
                    };
                let content = &follow(&objects, value.get("Contents").unwrap()).1;
                lines.extend(shown(content, &fonts, &mut operators));
            }
        }
        Self { objects: objects.len(), names, operators, lines, title }
    }
}

type Objects = BTreeMap<i32, (Value, Vec<u8>)>;

fn follow<'a>(objects: &'a Objects, value: &Value) -> &'a (Value, Vec<u8>) {
    let Value::Ref(n) = value else { unreachable!("{value:?} is no reference") };
    &objects[n]
}

/// What each glyph of a font stands for, as the file says for copying.
fn letters(objects: &Objects, font: &Value) -> BTreeMap<u16, String> {
    let font = &follow(objects, font).0;
    let map = &follow(objects, font.get("ToUnicode").unwrap()).1;
    let mut tokens = Tokens { bytes: map, at: 0 };
    let (mut letters, mut inside, mut glyph) = (BTreeMap::new(), false, None);
    while let Some(token) = tokens.next() {
        match token {
            Value::Word(word) if word == "beginbfchar" => inside = true,
            Value::Word(word) if word == "endbfchar" => inside = false,
            Value::Word(word) => assert_ne!(word, "beginbfrange"),
            Value::Bytes(bytes) if inside => match glyph.take() {
                None => glyph = Some(u16::from_be_bytes([bytes[0], bytes[1]])),
                Some(glyph) => drop(letters.insert(glyph, utf16(&bytes))),
            },
            _ => {}
        }
    }
    letters
}

/// The lines of text of a page, in the order in which they are drawn.
fn shown(
    content: &[u8],
    fonts: &BTreeMap<String, BTreeMap<u16, String>>,
    operators: &mut BTreeSet<String>,
) -> Vec<String> {
    let (mut lines, mut before, mut font) = (Vec::new(), Vec::new(), String::new());
    let mut tokens = Tokens { bytes: content, at: 0 };
    while let Some(token) = tokens.next() {
        let Value::Word(operator) = token else {
            before.push(token);
            continue;
        };
        match (operator.as_str(), before.as_slice()) {
            ("BT", _) => lines.push(String::new()),
            ("Tf", [Value::Name(name), ..]) => font.clone_from(name),
            ("TJ", [Value::Array(parts)]) => {
                for bytes in
                    parts.iter().filter_map(|part| if let Value::Bytes(bytes) = part { Some(bytes) } else { None })
                {
                    let glyphs = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                    let line = lines.last_mut().unwrap();
                    glyphs.for_each(|glyph| line.push_str(fonts[&font].get(&glyph).map_or("", String::as_str)));
                }
            }
            _ => {}
        }
        operators.insert(operator);
        before.clear();
    }
    lines
}

/// Text of a document's own strings.
fn text(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(rest) => utf16(rest),
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).unwrap()
}

/// Every object that the table at the end of a file names, with its stream unpacked.
fn objects(file: &[u8]) -> Objects {
    let tail = String::from_utf8_lossy(&file[file.len() - 64..]).into_owned();
    let start: usize = tail.split("startxref").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let table = String::from_utf8_lossy(&file[start..]).into_owned();
    let entries = table.lines().filter(|line| line.trim_end().ends_with(" n"));
    entries.map(|entry| object(file, entry[..10].parse().unwrap())).collect()
}

fn object(file: &[u8], at: usize) -> (i32, (Value, Vec<u8>)) {
    let mut tokens = Tokens { bytes: file, at };
    let Some(Value::Number(n)) = tokens.next() else { unreachable!("an object has a number") };
    tokens.next();
    assert_eq!(tokens.next(), Some(Value::Word("obj".into())));
    let value = tokens.next().unwrap();
    let mut stream = Vec::new();
    if tokens.next() == Some(Value::Word("stream".into())) {
        let Some(Value::Number(length)) = value.get("Length") else { unreachable!("a stream has a length") };
        let from = tokens.at + if file[tokens.at] == b'\r' { 2 } else { 1 };
        let raw = &file[from..from + *length as usize];
        match value.get("Filter") {
            Some(_) => drop(ZlibDecoder::new(raw).read_to_end(&mut stream).unwrap()),
            None => stream.extend(raw),
        }
    }
    (n as i32, (value, stream))
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Name(String),
    Bytes(Vec<u8>),
    Array(Vec<Value>),
    Dict(Vec<(String, Value)>),
    Ref(i32),
    Word(String),
    End,
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        let Value::Dict(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn names(&self, found: &mut BTreeSet<String>) {
        match self {
            Value::Name(name) => drop(found.insert(name.clone())),
            Value::Array(values) => values.iter().for_each(|value| value.names(found)),
            Value::Dict(pairs) => pairs.iter().for_each(|(name, value)| {
                found.insert(name.clone());
                value.names(found);
            }),
            _ => {}
        }
    }
}

/// Reads what a file or a page is made of.
struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

const WHITE: &[u8] = b" \t\r\n\x0c\0";
const ENDS: &[u8] = b" \t\r\n\x0c\0()<>[]/%";

impl Tokens<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, until: impl Fn(u8) -> bool) -> &[u8] {
        let from = self.at;
        while self.peek().is_some_and(|byte| !until(byte)) {
            self.at += 1;
        }
        &self.bytes[from..self.at]
    }

    fn word(&mut self) -> String {
        String::from_utf8_lossy(self.take(|byte| ENDS.contains(&byte))).into_owned()
    }

    fn next(&mut self) -> Option<Value> {
        loop {
            self.take(|byte| !WHITE.contains(&byte));
            if self.peek() != Some(b'%') {
                break;
            }
            self.take(|byte| byte == b'\n');
        }
        let next = self.bytes.get(self.at + 1).copied();
        match self.peek()? {
            b'/' => {
                self.at += 1;
                Some(Value::Name(self.word()))
            }
            b'(' => Some(Value::Bytes(self.literal())),
            b'<' if next == Some(b'<') => {
                self.at += 2;
                Some(Value::Dict(self.pairs()))
            }
            b'<' => {
                self.at += 1;
                let digits = self.take(|byte| byte == b'>').to_ascii_lowercase();
                self.at += 1;
                Some(Value::Bytes(data_encoding::HEXLOWER.decode(&digits).unwrap()))
            }
            b'[' => {
                self.at += 1;
                let values = std::iter::from_fn(|| self.next().filter(|value| *value != Value::End));
                Some(Value::Array(values.collect()))
            }
            b']' => {
                self.at += 1;
                Some(Value::End)
            }
            b'>' => {
                self.at += 2;
                Some(Value::End)
            }
            _ => Some(self.number_or_word()),
        }
    }

    fn pairs(&mut self) -> Vec<(String, Value)> {
        let mut pairs = Vec::new();
        while let Some(Value::Name(name)) = self.next() {
            pairs.push((name, self.next().unwrap()));
        }
        pairs
    }

    fn number_or_word(&mut self) -> Value {
        let word = self.word();
        assert!(!word.is_empty(), "cannot be read at {}", self.at);
        let Ok(number) = word.parse::<f64>() else { return Value::Word(word) };
        // «7 0 R» is a reference.
        let behind = &self.bytes[self.at..];
        if behind.starts_with(b" 0 R") && behind.get(4).is_none_or(|byte| ENDS.contains(byte)) {
            self.at += 4;
            return Value::Ref(number as i32);
        }
        Value::Number(number)
    }

    /// A string in parentheses, which may hold others in pairs.
    fn literal(&mut self) -> Vec<u8> {
        let (mut bytes, mut depth) = (Vec::new(), 1);
        self.at += 1;
        loop {
            let byte = self.bytes[self.at];
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => return bytes,
                b')' => depth -= 1,
                b'\\' => {
                    bytes.push(self.escaped());
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
    }

    fn escaped(&mut self) -> u8 {
        let byte = self.bytes[self.at];
        self.at += 1;
        match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let digits = std::str::from_utf8(&self.bytes[self.at - 1..self.at + 2]).unwrap();
                self.at += 2;
                u8::from_str_radix(digits, 8).unwrap()
            }
            other => other,
        }
    }
}
