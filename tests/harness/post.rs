//! A mail server on a thread of its own that speaks as much SMTP as a sender needs, and keeps what it took.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A letter as it came.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub text: String,
}

/// A listening server; it ends with the process of the test.
pub struct Post {
    /// `smtp://127.0.0.1:PORT`.
    pub url: String,
    taken: Arc<Mutex<Vec<Letter>>>,
}

impl Post {
    /// Answers each letter in turn, the last answer for ever: `250 taken`, `451 later`, `550 never`.
    pub fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let keep = taken.clone();
        std::thread::spawn(move || {
            let mut letters = 0;
            for stream in listener.incoming() {
                talk(stream.unwrap(), answers, &mut letters, &keep);
            }
        });
        Self { url, taken }
    }

    /// What was taken so far.
    pub fn taken(&self) -> Vec<Letter> {
        self.taken.lock().unwrap().clone()
    }
}

fn talk(mut stream: TcpStream, answers: &[&str], letters: &mut usize, keep: &Mutex<Vec<Letter>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut to = String::new();
    let mut say = move |text: &str| drop(stream.write_all(format!("{text}\r\n").as_bytes()));
    say("220 test");
    while let Some(Ok(line)) = lines.next() {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match word.as_str() {
            "EHLO" | "HELO" => say("250 test"),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                say("250 ok");
            }
            "DATA" => {
                say("354 go on");
                let body = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                let text = body.collect::<Vec<_>>().join("\n");
                let answer = answers[(*letters).min(answers.len() - 1)];
                *letters += 1;
                if answer.starts_with('2') {
                    keep.lock().unwrap().push(Letter { to: to.clone(), text });
                }
                say(answer);
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("250 ok"),
        }
    }
}
