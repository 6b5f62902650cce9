//! A receiver of webhooks on a thread of its own, so that it answers while a test waits for a program. It says what it
//! is told to say, also what no good receiver would.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub const OK: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
pub const BROKEN: &str = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
pub const REDIRECT: &str =
    "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// Takes the request and says nothing.
pub const SILENT: &str = "";
/// Says yes and then talks without end.
pub const ENDLESS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n";

/// The first byte of a conversation by TLS.
const TLS: u8 = 22;

/// A listening receiver; it ends with the process of the test.
pub struct Receiver {
    /// `http://127.0.0.1:PORT/anchors`.
    pub url: String,
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl Receiver {
    /// Answers in turn, the last answer for ever.
    pub fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/anchors", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let keep = taken.clone();
        std::thread::spawn(move || {
            for (i, stream) in listener.incoming().enumerate() {
                let (keep, answer) = (keep.clone(), answers[i.min(answers.len() - 1)]);
                std::thread::spawn(move || answer_one(stream.unwrap(), answer, &keep));
            }
        });
        Self { url, taken }
    }

    /// What was sent so far: heads and bodies.
    pub fn taken(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap().clone()
    }
}

fn answer_one(mut stream: TcpStream, answer: &str, keep: &Mutex<Vec<(String, String)>>) {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    let (head, length, at) = loop {
        let read = stream.read(&mut part).unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend(&part[..read]);
        // It speaks no TLS.
        if bytes[0] == TLS {
            return;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(at) = text.find("\r\n\r\n") {
            let head = text[..at].to_owned();
            break (head.clone(), field(&head, "content-length").parse::<usize>().unwrap_or(0), at + 4);
        }
    };
    while bytes.len() < at + length {
        let read = stream.read(&mut part).unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend(&part[..read]);
    }
    keep.lock().unwrap().push((head, String::from_utf8_lossy(&bytes[at..]).into_owned()));
    if answer == SILENT {
        // Until the other side gives up.
        let _ = stream.read(&mut part);
        return;
    }
    let _ = stream.write_all(answer.as_bytes());
    while answer == ENDLESS && stream.write_all(&[b'x'; 4096]).is_ok() {}
}

/// A field of a head, by its name in lower case, as the program sends it.
pub fn field<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_default()
}
