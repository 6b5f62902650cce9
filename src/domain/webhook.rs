//! What a webhook carries to show that it is ours (Standard Webhooks), and which addresses none is sent to unless the
//! operator lists them. Pure: the clock, the network and the files are elsewhere.

use std::net::{IpAddr, Ipv6Addr};

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use sha2::Sha256;

/// What a secret begins with when it is written down.
const PREFIX: &str = "whsec_";
/// Bytes of a secret: ours have 32.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;
/// Secrets that are live at once: the second is the older one, while receivers change over.
const MOST: usize = 2;

/// The ranges of addresses that are not of the public network.
const INNER: [&str; 25] = [
    // IPv4: unspecified and this network, private, shared, loopback, link-local, special, for documents, for
    // measurements, multicast, reserved and broadcast.
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    // IPv6: unspecified, loopback and IPv4 inside, IPv4 mapped, translated to IPv4 (two ranges), discarded, tunnels that
    // hold an IPv4 address (two), for documents, private, link-local, once site-local, multicast.
    "::/96",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/9",
    "ff00::/8",
];

/// Whether a webhook may go to an address: to a public one, or to one in a network that the operator listed.
#[must_use]
pub fn may_go_to(address: IpAddr, listed: &[IpNet]) -> bool {
    let inner = INNER.iter().filter_map(|range| range.parse::<IpNet>().ok()).any(|range| range.contains(&address));
    !inner || is_listed(address, listed)
}

/// Whether an address is in a network that the operator listed. An IPv4 address inside an IPv6 one is what it is on the
/// wire, not what it looks like: it must be listed as it is written.
#[must_use]
pub fn is_listed(address: IpAddr, listed: &[IpNet]) -> bool {
    listed.iter().any(|network| network.contains(&address))
}

/// The address that a host in a URL is by itself; none when it is a name.
#[must_use]
pub fn literal(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inside) => inside.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    }
}

/// The secrets that a receiver knows us by, today's first.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets(Vec<Vec<u8>>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Secrets as they are written down, `whsec_…` one a line, today's first; `None` when there is none, more than two,
    /// or something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let secret = |line: &str| {
            let bytes = BASE64.decode(line.trim().strip_prefix(PREFIX)?.as_bytes()).ok()?;
            LENGTHS.contains(&bytes.len()).then_some(bytes)
        };
        let secrets: Vec<Vec<u8>> = text.trim().lines().map(secret).collect::<Option<_>>()?;
        (1..=MOST).contains(&secrets.len()).then_some(Self(secrets))
    }

    /// A secret of ours, made of chance; today's, and the one before it while both are live.
    #[must_use]
    pub fn of(today: [u8; 32], before: Option<[u8; 32]>) -> Self {
        Self(std::iter::once(today).chain(before).map(|secret| secret.to_vec()).collect())
    }

    /// Today's secret as it is written down, for whoever gets it.
    #[must_use]
    pub fn written(&self) -> String {
        self.0.first().map_or_else(String::new, |secret| format!("{PREFIX}{}", BASE64.encode(secret)))
    }

    /// The field `webhook-signature`: one signature for each secret.
    #[must_use]
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        let signature = |secret: &Vec<u8>| {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes keys of any length");
            mac.update(format!("{id}.{seconds}.{body}").as_bytes());
            format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
        };
        self.0.iter().map(signature).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s15_the_example_of_standard_webhooks_is_signed_as_it_says() {
        // The example of the specification, as its libraries test it.
        let secrets = Secrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secrets.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn s15_two_secrets_are_live_while_a_receiver_changes_over() {
        let (new, old) = (format!("whsec_{}", BASE64.encode(&[1; 32])), format!("whsec_{}", BASE64.encode(&[2; 32])));
        let alone = |text: &str| Secrets::parse(text).unwrap().sign("a", 1, "{}");
        let both = alone(&format!("{new}\n{old}\n"));
        assert_eq!(both, format!("{} {}", alone(&new), alone(&old)));
        let short = format!("whsec_{}", BASE64.encode(&[1; 23]));
        for wrong in ["", "whsec_", "AAAA", &short, &new["whsec_".len()..], &format!("{new}\n{new}\n{old}")] {
            assert_eq!(Secrets::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{:?}", Secrets::parse(&new)).contains("AQEB"));
        let made = Secrets::of([1; 32], Some([2; 32]));
        assert_eq!((made.sign("a", 1, "{}"), made.written()), (both, new));
    }

    #[test]
    fn s15_no_webhook_goes_to_an_inner_address_that_is_not_listed() {
        let inner = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
        ];
        for text in inner {
            let address: IpAddr = text.parse().unwrap();
            assert!(!may_go_to(address, &[]), "{text}");
            assert!(may_go_to(address, &[IpNet::from(address)]), "{text} is listed");
        }
        let outer = [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.169.0.1",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2400:cb00::1",
        ];
        for text in outer {
            assert!(may_go_to(text.parse().unwrap(), &[]), "{text}");
        }
        let ranges: Vec<IpNet> = INNER.iter().map(|range| range.parse().unwrap()).collect();
        assert!(ranges.iter().all(|range| range.trunc() == *range), "{ranges:?}");
        let listed = ["10.1.0.0/16".parse().unwrap()];
        assert!(may_go_to("10.1.2.3".parse().unwrap(), &listed) && !may_go_to("10.2.0.1".parse().unwrap(), &listed));
        assert!(!may_go_to("::ffff:10.1.2.3".parse().unwrap(), &listed), "as it is written");
    }

    #[test]
    fn s15_a_host_is_an_address_only_when_it_is_one() {
        assert_eq!(literal("127.0.0.1"), "127.0.0.1".parse().ok());
        assert_eq!(literal("[::1]"), "::1".parse().ok());
        for name in ["localhost", "example.vn", "127.1", "0x7f000001", "2130706433", "[127.0.0.1]"] {
            assert_eq!(literal(name), None, "{name}");
        }
    }
}
