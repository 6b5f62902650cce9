//! Anchors by webhook: signed as Standard Webhooks say, to where the operator may send them, and whoever does not take
//! one is told.

use data_encoding::BASE64;
use hailong::clock::{Clock, Stopwatch};
use hailong::domain::anchor::Anchor;
use hailong::domain::webhook::Secrets;
use hailong::flow::seal::anchor::{self, Receiver as Outside};
use hailong::flow::webhook::Hook;
use ipnet::IpNet;
use ring::hmac;

use crate::receiver::{BROKEN, ENDLESS, OK, REDIRECT, Receiver, SILENT, field};
use crate::seal::Sealed;

const HOUR_MS: i64 = 3_600_000;
const SECRET: [u8; 32] = [9; 32];

fn secrets() -> Secrets {
    Secrets::parse(&format!("whsec_{}", BASE64.encode(&SECRET))).unwrap()
}

fn here() -> IpNet {
    "127.0.0.1/32".parse().unwrap()
}

fn hook(receiver: &Receiver) -> Outside {
    Outside::Hook(Hook::new(&receiver.url, secrets(), &[here()]).unwrap())
}

/// Whether a signature is the one that a receiver computes by itself.
fn is_signed(head: &str, body: &str) -> bool {
    let said = format!("{}.{}.{body}", field(head, "webhook-id"), field(head, "webhook-timestamp"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &SECRET), said.as_bytes());
    field(head, "webhook-signature") == format!("v1,{}", BASE64.encode(tag.as_ref()))
}

#[tokio::test]
async fn s15_an_anchor_goes_out_signed_and_its_receiver_counts_as_outside() {
    let sealed = Sealed::new().await;
    let receiver = Receiver::start(&[OK]);
    let now = Clock::System.now_ms();
    let made = anchor::make(sealed.db(), &sealed.keys, now, "https://hl.vn", &[hook(&receiver)]).await.unwrap();
    assert_eq!(made.missed, [] as [&str; 0]);
    let taken = receiver.taken();
    let (head, body) = &taken[0];
    assert!(taken.len() == 1 && head.starts_with("POST /anchors HTTP/1.1\r\n"), "{head}");
    assert_eq!(Anchor::parse(body), Some(made.anchor.clone()));
    assert_eq!(field(head, "content-type"), "application/json");
    assert_eq!(field(head, "webhook-id"), format!("anchor-{}", made.anchor.code));
    let seconds: i64 = field(head, "webhook-timestamp").parse().unwrap();
    assert!((now / 1000..now / 1000 + 30).contains(&seconds), "{seconds}");
    assert!(is_signed(head, body), "{head}");
    assert!(!anchor::is_late(sealed.db(), now + 47 * HOUR_MS).await.unwrap());
    assert!(anchor::is_late(sealed.db(), now + 49 * HOUR_MS).await.unwrap());
    assert_eq!(anchor::last(sealed.db(), 1).await.unwrap()[0].1, 1, "one receiver outside");
}

#[tokio::test]
async fn s15_who_was_not_there_is_asked_again_with_the_same_id() {
    let sealed = Sealed::new().await;
    let receiver = Receiver::start(&[BROKEN, OK]);
    let made = anchor::make(sealed.db(), &sealed.keys, 0, "x", &[hook(&receiver)]).await.unwrap();
    assert_eq!(made.missed, [] as [&str; 0]);
    let taken = receiver.taken();
    assert!(taken.iter().all(|(head, body)| is_signed(head, body)), "{taken:?}");
    let of = |i: usize, name: &str| field(&taken[i].0, name).to_owned();
    assert_eq!((taken.len(), of(0, "webhook-id")), (2, of(1, "webhook-id")));
    assert_eq!(taken[0].1, taken[1].1);
    let seconds = |i: usize| of(i, "webhook-timestamp").parse::<i64>().unwrap();
    assert!(seconds(1) - seconds(0) >= 5 && of(0, "webhook-signature") != of(1, "webhook-signature"));
}

#[tokio::test]
async fn s15_who_redirects_breaks_or_is_silent_is_told_and_the_others_get_it() {
    let sealed = Sealed::new().await;
    let [redirecting, broken, silent, endless] = [&[REDIRECT], &[BROKEN], &[SILENT], &[ENDLESS]]
        .map(|answers: &'static [&'static str; 1]| Receiver::start(answers));
    let watch = Stopwatch::start();
    let all = [&redirecting, &broken, &silent, &endless].map(hook);
    let made = anchor::make(sealed.db(), &sealed.keys, 0, "x", &all).await.unwrap();
    assert!(watch.elapsed().as_secs() < 30, "all at once, and none for longer than its time");
    let missed = made.missed.join("\n");
    for (receiver, why) in [
        (&redirecting, "answered 307: redirects are not followed"),
        (&broken, "answered 500"),
        (&silent, "did not answer within 15 s"),
    ] {
        let host = receiver.url.trim_start_matches("http://").trim_end_matches("/anchors");
        assert!(missed.contains(&format!("the receiver {host} {why}")), "{missed}");
    }
    assert_eq!((made.missed.len(), broken.taken().len(), redirecting.taken().len()), (3, 2, 1));
    assert_eq!(anchor::last(sealed.db(), 1).await.unwrap()[0].1, 1, "the one that talks without end took it");
    let nobody = anchor::make(sealed.db(), &sealed.keys, 1, "x", &[hook(&redirecting)]).await.unwrap_err();
    assert!(nobody.to_string().starts_with("nobody took the anchor: the receiver 127.0.0.1:"), "{nobody}");
    assert_eq!(anchor::last(sealed.db(), 9).await.unwrap().len(), 1, "what nobody took is not kept");
}

#[tokio::test]
async fn s15_no_webhook_leaves_for_an_address_that_is_not_public_unless_it_is_listed() {
    let refused = [
        ("http://hl.example.vn/a", "it must be https"),
        ("http://10.0.0.1/a", "is not a public address"),
        ("http://127.0.0.1:9/a", "is not a public address"),
        ("https://127.0.0.1:9/a", "is not a public address"),
        ("https://[::1]/a", "is not a public address"),
        ("https://[::ffff:127.0.0.1]/a", "is not a public address"),
        ("https://169.254.169.254/latest", "is not a public address"),
        ("https://ai:mat-khau@hl.example.vn/a", "holds a name or password"),
        ("ftp://hl.example.vn/a", "must begin with https://"),
        ("hl.example.vn", "must begin with https://"),
        ("/a", "names no host"),
        ("https:// x", "is no address"),
    ];
    for (url, why) in refused {
        let error = Hook::new(url, secrets(), &[]).unwrap_err().to_string();
        assert!(error.contains(why), "{url}: {error}");
    }
    let inside: IpNet = "10.0.0.0/8".parse().unwrap();
    let clear = Hook::new("http://10.0.0.1/a", secrets(), &[inside]).unwrap_err().to_string();
    assert!(clear.contains("http goes only to this machine"), "{clear}");
    assert!(Hook::new("https://10.0.0.1/a", secrets(), &[inside]).is_ok());
    // A name shows where it leads only when it is asked; nothing is sent then either.
    let receiver = Receiver::start(&[OK]);
    let named = receiver.url.replace("http://127.0.0.1", "https://localhost");
    let missed = Hook::new(&named, secrets(), &[]).unwrap().deliver("a", 0, "{}").await.unwrap_err();
    assert!(missed.why.contains("which is not a public address"), "{missed:?}");
    assert_eq!(receiver.taken(), []);
    // And one that does not speak TLS gets nothing of what would be sealed by it.
    let listed = [here(), "::1/128".parse().unwrap()];
    let clear = Hook::new(&named, secrets(), &listed).unwrap().deliver("a", 0, "{}").await.unwrap_err();
    assert!(clear.why.contains("cannot be reached"), "{clear:?}");
    assert_eq!(receiver.taken(), []);
}
