//! Keyed hashes and seals, all derived from the one master key. Pure: bytes in, bytes out; nonces come from outside.

use std::net::IpAddr;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// A keyed hash as stored: the first 16 bytes of HMAC-SHA-256.
pub type Mac16 = [u8; 16];

/// The subkeys, one per purpose, from HKDF-SHA-256 over the master key.
#[derive(Clone)]
pub struct Keys {
    token: Hmac<Sha256>,
    csrf: Hmac<Sha256>,
    pepper: [u8; 32],
    chain: Hmac<Sha256>,
    seal: XChaCha20Poly1305,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Derives the subkeys.
    #[must_use]
    pub fn from_master(master: &[u8; 32]) -> Self {
        let derive = |label: &[u8]| {
            let mut key = [0; 32];
            Hkdf::<Sha256>::new(None, master).expand(label, &mut key).expect("32 bytes are within HKDF's limit");
            key
        };
        // HMAC begins with a block made of its key: it is hashed here once, not for every answer.
        let keyed =
            |label| <Hmac<Sha256> as KeyInit>::new_from_slice(&derive(label)).expect("HMAC takes keys of any length");
        Self {
            token: keyed(b"token"),
            csrf: keyed(b"csrf"),
            pepper: derive(b"pepper"),
            chain: keyed(b"chain"),
            seal: XChaCha20Poly1305::new(&derive(b"seal").into()),
        }
    }

    /// Keyed hash of a secret, apart for each purpose: the same bytes give other hashes under another label.
    #[must_use]
    pub fn mac(&self, label: &str, secret: &[u8]) -> Mac16 {
        short_mac(&self.token, label, secret)
    }

    /// What a form of a session carries to show that it came from one of our pages.
    #[must_use]
    pub fn csrf(&self, session: &[u8]) -> Mac16 {
        short_mac(&self.csrf, "form", session)
    }

    /// The secret of the server that every password is hashed with.
    #[must_use]
    pub fn pepper(&self) -> &[u8; 32] {
        &self.pepper
    }

    /// Next hash of a chain: HMAC("r1" ‖ n ‖ previous ‖ SHA-256(row)).
    #[must_use]
    pub fn link(&self, label: &[u8], n: i64, previous: &[u8], row: &[u8]) -> [u8; 32] {
        let mut mac = self.chain.clone();
        mac.update(label);
        mac.update(&n.to_be_bytes());
        mac.update(previous);
        mac.update(&Sha256::digest(row));
        mac.finalize().into_bytes().into()
    }

    /// Seals bytes for one place (`about` is bound to them); the nonce is kept in front.
    #[must_use]
    pub fn seal(&self, about: &str, nonce: [u8; 24], plain: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: plain, aad: about.as_bytes() };
        let mut sealed = nonce.to_vec();
        sealed.extend(self.seal.encrypt(&XNonce::from(nonce), payload).expect("a short message fits the cipher"));
        sealed
    }

    /// Opens what [`Keys::seal`] sealed for the same place; `None` when it is anything else.
    #[must_use]
    pub fn open(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_first_chunk::<24>()?;
        self.seal.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: about.as_bytes() }).ok()
    }
}

/// The mark of an address: the first 8 bytes of HMAC-SHA-256 under the key of a day, of the IPv4 address or of the /64
/// that an IPv6 address lies in.
#[must_use]
pub fn address_mark(day_key: &[u8; 32], address: IpAddr) -> i64 {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(day_key).expect("HMAC takes keys of any length");
    match address.to_canonical() {
        IpAddr::V4(address) => mac.update(&address.octets()),
        IpAddr::V6(address) => mac.update(&address.octets()[..8]),
    }
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut short = [0; 8];
    short.copy_from_slice(&full[..8]);
    i64::from_be_bytes(short)
}

fn short_mac(keyed: &Hmac<Sha256>, label: &str, secret: &[u8]) -> Mac16 {
    let mut mac = keyed.clone();
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(secret);
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut short = [0; 16];
    short.copy_from_slice(&full[..16]);
    short
}
