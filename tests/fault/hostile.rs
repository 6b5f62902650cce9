//! What no browser sends. Every answer is a plain refusal or a closed connection; nothing is stored; nothing breaks.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use crate::harness::http::{Connection, get, new_visit, post};
use crate::harness::program::{Place, postgres};
use crate::rows;

/// A request, what it is, and the statuses that refuse it; `CLOSED` is a connection closed without an answer.
struct Refused {
    what: &'static str,
    request: Vec<u8>,
    statuses: &'static [u16],
}

const CLOSED: u16 = 0;
const WHOLE: Duration = Duration::from_secs(4);
const PERHAPS_PART: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_browser_sends_is_refused_plainly_and_stores_nothing() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    let mut wrong = Vec::new();
    for case in cases(program.address(), &path) {
        let (status, text) = status_of(program.address(), &case.request, WHOLE).await;
        if !case.statuses.contains(&status) {
            wrong.push(format!("{}: {status}, expected one of {:?}\n    {text}", case.what, case.statuses));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rows::stored(&place).await, 0, "a refused request was stored");
    assert!(!place.read_log().contains("panicked"), "{}", place.read_log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_mutated_requests_break_nothing() {
    const SEED: u64 = 20_261_124;
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve", "--release-every", "1s", "--release-min", "1"]).await;
    let mut clients = JoinSet::new();
    for client in 0..8 {
        let (address, path) = (program.address().to_owned(), path.clone());
        clients.spawn(async move {
            let mut chance = StdRng::seed_from_u64(SEED + client);
            for _ in 0..250 {
                let request = mutated(&mut chance, &address, &path);
                let (status, text) = status_of(&address, &request, PERHAPS_PART).await;
                let shown = String::from_utf8_lossy(&request).into_owned();
                assert!(status < 500 || status == 503, "{status} to {shown:?}\n{text}");
            }
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    assert!(!place.read_log().contains("panicked"), "{}", place.read_log());
    for page in ["/", path.as_str(), "/results", "/healthz", "/readyz", "/metrics"] {
        assert_eq!(
            status_of(program.address(), &get(program.address(), page), WHOLE).await.0,
            200,
            "{page} after it all"
        );
    }
    place.run(&["rebuild", "--check"]);
}

/// A request with a few bytes changed, taken out, doubled or put in.
fn mutated(chance: &mut StdRng, address: &str, path: &str) -> Vec<u8> {
    let visit = new_visit();
    let mut request = match chance.random_range(0..4) {
        0 => get(address, path),
        1 => get(address, "/results"),
        2 => post(address, path, &format!("visit={visit}&overall={}", chance.random_range(0..9))),
        _ => {
            post(address, path, &format!("visit={visit}&overall=5&overall=%F0%9F%98%80&comment=%00%27%22%3Cscript%3E"))
        }
    };
    for _ in 0..chance.random_range(1..6) {
        let at = chance.random_range(0..request.len());
        match chance.random_range(0..4) {
            0 => request[at] = chance.random(),
            1 => drop(request.remove(at)),
            2 => request.insert(at, chance.random()),
            _ => request.extend_from_within(at..),
        }
    }
    request
}

/// Sends bytes and gives the status that came back within 5 s, or `CLOSED`. A request that is not whole by then is
/// given up after `patience`, as a client that goes away would.
async fn status_of(address: &str, request: &[u8], patience: Duration) -> (u16, String) {
    let shown = String::from_utf8_lossy(&request[..request.len().min(300)]);
    let Ok(mut connection) = Connection::open(address).await else { return (CLOSED, String::new()) };
    // The program may refuse before it has read all: then writing fails and the answer is still to be read.
    let _ = connection.write(request).await;
    let answer = match tokio::time::timeout(patience, connection.answer()).await {
        Ok(answer) => answer,
        Err(_) => {
            let _ = connection.end().await;
            let last = tokio::time::timeout(Duration::from_secs(5), connection.answer()).await;
            last.unwrap_or_else(|_| panic!("no answer within 5 s to {shown:?}"))
        }
    };
    answer.map_or((CLOSED, String::new()), |answer| (answer.status, answer.text().chars().take(300).collect()))
}

fn cases(address: &str, path: &str) -> Vec<Refused> {
    let mut cases = Vec::new();
    let mut add = |what, request: Vec<u8>, statuses| cases.push(Refused { what, request, statuses });
    let visit = new_visit();
    let form = format!("visit={visit}&overall=5");
    let sent = |body: &str| post(address, path, body);
    let with = |field: &str| changed(&sent(&form), "Sec-Fetch-Site: same-origin", field);

    for method in ["DELETE", "PUT", "PATCH", "OPTIONS", "BREW"] {
        add("a method the form has not", changed(&get(address, path), "GET ", &format!("{method} ")), &[400, 405]);
    }
    add("an unknown code", get(address, "/q/ZZZZZZZZZZZZZZZZ"), &[404]);
    add("a code too long", get(address, &format!("/q/{}", "A".repeat(500))), &[404]);
    add("dots in the path", get(address, "/q/../../etc/passwd"), &[400, 404]);
    add("escaped dots in the path", get(address, "/q/%2e%2e%2fetc%2fpasswd"), &[400, 404]);
    add("a NUL in the path", get(address, "/q/%00"), &[400, 404]);
    add("bytes that are no text in the path", get(address, "/q/%ff%fe"), &[400, 404]);
    add("an address of 3 KiB", get(address, &format!("/q/{}", "A".repeat(3_072))), &[404, 414, 431]);
    add("an answer to an unknown code", post(address, "/q/ZZZZZZZZZZZZZZZZ", &form), &[404]);

    add(
        "no content type",
        with("Accept: */*").replacing("Content-Type: application/x-www-form-urlencoded\r\n", ""),
        &[415],
    );
    add("JSON", sent(&form).replacing("application/x-www-form-urlencoded", "application/json"), &[415]);
    add(
        "a multipart form",
        sent(&form).replacing("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        &[415],
    );
    add("plain text", sent(&form).replacing("application/x-www-form-urlencoded", "text/plain"), &[415]);
    add("a packed body", with("Sec-Fetch-Site: same-origin\r\nContent-Encoding: gzip"), &[415]);
    add("another site's form", with("Sec-Fetch-Site: cross-site"), &[403]);
    add("another site's form, by its origin", with("Origin: https://elsewhere.example"), &[403]);

    add("no choice", sent(&format!("visit={visit}")), &[422]);
    add("an empty choice", sent(&format!("visit={visit}&overall=")), &[422]);
    add("a sixth level", sent(&format!("visit={visit}&overall=6")), &[422]);
    add("a level below", sent(&format!("visit={visit}&overall=-1")), &[422]);
    add("a level in letters", sent(&format!("visit={visit}&overall=abc")), &[422]);
    add("a level beyond integers", sent(&format!("visit={visit}&overall=99999999999999999999")), &[422]);
    add("two choices", sent(&format!("visit={visit}&overall=1&overall=5")), &[422]);
    add("an unknown field", sent(&format!("{form}&colour=red")), &[422]);
    add("a hundred and one fields", sent(&format!("{form}{}", "&a=1".repeat(101))), &[422]);
    add("a broken escape", sent(&format!("visit={visit}&overall=%zz")), &[400, 422]);
    add("bytes that are no text", sent(&format!("visit={visit}&overall=%ff")), &[400, 422]);
    add("a NUL", sent(&format!("visit={visit}&overall=5%00")), &[400, 422]);
    add("an empty body", sent(""), &[422]);

    add("70 KiB", sent(&format!("{form}&comment={}", "a".repeat(70 * 1_024))), &[413]);
    add("10 GB announced", sent(&form).replacing("Content-Length: ", "Content-Length: 100000000"), &[413]);
    add("70 KiB in chunks", in_chunks(address, path, &format!("{form}&comment={}", "a".repeat(70 * 1_024))), &[413]);
    add("a length below nothing", sent(&form).replacing("Content-Length: ", "Content-Length: -"), &[400]);
    add("two lengths", with("Content-Length: 3"), &[400]);
    add("length and chunks at once", with("Sec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked"), &[400, CLOSED]);

    add("a head of 20 KiB", with(&format!("X-Long: {}", "a".repeat(20_480))), &[431, CLOSED]);
    add("two hundred head fields", with("X-Many: 1\r\n".repeat(200).trim_end()), &[431, CLOSED]);
    add("a field with no name", with(": x"), &[400, CLOSED]);
    add("no host", sent(&form).replacing(&format!("Host: {address}\r\n"), ""), &[400, 421]);
    add("two hosts", with("Host: elsewhere.example"), &[400, 421]);
    add("a host that cannot be", sent(&form).replacing(&format!("Host: {address}"), "Host: a b/c"), &[400, 421]);
    add("another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[400, 505, CLOSED]);
    add("TLS to a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400, CLOSED]);
    add("not a request at all", b"\xc3\x00\xff hello \r\n\r\n".to_vec(), &[400, CLOSED]);
    add("a future version", sent(&form).replacing("HTTP/1.1", "HTTP/9.9"), &[400, 505, CLOSED]);
    cases
}

fn in_chunks(address: &str, path: &str, body: &str) -> Vec<u8> {
    let head = post(address, path, "").replacing("Content-Length: 0", "Transfer-Encoding: chunked");
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    [head, chunks.into_bytes()].concat()
}

fn changed(request: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(request).unwrap();
    assert!(text.contains(from), "{from:?} is not in the request");
    text.replacen(from, to, 1).into_bytes()
}

/// Reads better at the end of a line than around it.
trait Replacing {
    /// The request with the first `from` replaced.
    fn replacing(&self, from: &str, to: &str) -> Vec<u8>;
}

impl Replacing for Vec<u8> {
    fn replacing(&self, from: &str, to: &str) -> Vec<u8> {
        changed(self, from, to)
    }
}
