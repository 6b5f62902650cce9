//! Load: so many connections, each asking again as soon as it was answered.

use std::time::Duration;

use hailong::clock::Stopwatch;
use tokio::task::JoinSet;

use crate::harness::http::Connection;

/// What a run measured.
pub struct Figures {
    /// Answers a second.
    pub per_second: f64,
    /// Time that half of the requests took at most.
    pub median: Duration,
    /// Time that 99 of 100 requests took at most.
    pub p99: Duration,
    /// Requests refused with 503.
    pub refused: usize,
    /// Bytes of the last answer's body.
    pub body_bytes: usize,
}

/// A load to put on one or more addresses.
#[derive(Clone, Copy)]
pub struct Load {
    /// Connections over all addresses together.
    pub connections: usize,
    /// How long to measure, after a warm-up of a quarter of it.
    pub seconds: f64,
    /// The status of a request that was served.
    pub expected: u16,
}

/// Puts the load on the addresses in turn; `request` makes the next request to an address.
pub async fn run(
    load: Load,
    addresses: &[&str],
    request: impl Fn(&str) -> Vec<u8> + Clone + Send + 'static,
) -> Figures {
    let mut connections = JoinSet::new();
    for address in addresses.iter().cycle().take(load.connections) {
        connections.spawn(ask_on(load, (*address).to_owned(), request.clone()));
    }
    let mut took = Vec::new();
    let mut refused = 0;
    let mut body_bytes = 0;
    for one in connections.join_all().await {
        took.extend(one.took);
        refused += one.refused;
        body_bytes = one.body_bytes;
    }
    took.sort_unstable();
    let at = |share: f64| took.get(((took.len() as f64 * share) as usize).min(took.len().saturating_sub(1)));
    Figures {
        per_second: took.len() as f64 / load.seconds,
        median: at(0.5).copied().unwrap_or_default(),
        p99: at(0.99).copied().unwrap_or_default(),
        refused,
        body_bytes,
    }
}

struct One {
    took: Vec<Duration>,
    refused: usize,
    body_bytes: usize,
}

async fn ask_on(load: Load, address: String, request: impl Fn(&str) -> Vec<u8>) -> One {
    let warm_up = Duration::from_secs_f64(load.seconds / 4.0);
    let end = warm_up + Duration::from_secs_f64(load.seconds);
    let mut one = One { took: Vec::new(), refused: 0, body_bytes: 0 };
    let mut connection = Connection::open(&address).await.unwrap();
    let whole = Stopwatch::start();
    while whole.elapsed() < end {
        let request = request(&address);
        let watch = Stopwatch::start();
        let answer = connection.send(&request).await.unwrap();
        let measured = whole.elapsed() > warm_up;
        match answer.status {
            503 => one.refused += usize::from(measured),
            status => {
                assert_eq!(status, load.expected, "{}\n{}", answer.head, answer.text());
                one.body_bytes = answer.body.len();
                if measured {
                    one.took.push(watch.elapsed());
                }
            }
        }
    }
    // A connection ended in order leaves no reset behind for the next run.
    let _ = connection.end().await;
    one
}
