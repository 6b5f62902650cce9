//! Keyed hashes and seals, all derived from the one master key. Pure: bytes in, bytes out; nonces come from outside.

use std::net::IpAddr;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

/// A keyed hash as stored: the first 16 bytes of HMAC-SHA-256.
pub type Mac16 = [u8; 16];

/// The bytes that everything else is derived from.
pub type Master = [u8; 32];

/// The subkeys, one per purpose, from HKDF-SHA-256 over the master keys. There is one master key for each epoch; the
/// newest is the one that seals, links, signs and hashes from now on. The older ones stay for what was made with them.
#[derive(Clone)]
pub struct Keys {
    token: Hmac<Sha256>,
    /// Of the first epoch, for ever: see [`Keys::lasting_mac`].
    lasting: Hmac<Sha256>,
    csrf: Hmac<Sha256>,
    seal: XChaCha20Poly1305,
    /// Of the epochs before, oldest first, and then of today's.
    epochs: Vec<Epoch>,
}

/// The subkeys that go on to prove or open what was made with them.
#[derive(Clone)]
struct Epoch {
    chain: Hmac<Sha256>,
    pepper: [u8; 32],
    anchor: [u8; 32],
    check: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Derives the subkeys of a master key that was never changed.
    #[must_use]
    pub fn from_master(master: &Master) -> Self {
        Self::from_masters(master, &[])
    }

    /// Derives the subkeys of the first master key and of those that came after it, oldest first.
    #[must_use]
    pub fn from_masters(first: &Master, later: &[Master]) -> Self {
        let newest = later.last().unwrap_or(first);
        let epoch = |master: &Master| Epoch {
            chain: keyed(master, b"chain"),
            pepper: derive(master, b"pepper"),
            anchor: derive(master, b"anchor"),
            check: derive(master, b"check"),
        };
        Self {
            token: keyed(newest, b"token"),
            lasting: keyed(first, b"token"),
            csrf: keyed(newest, b"csrf"),
            seal: XChaCha20Poly1305::new(&derive(newest, b"seal").into()),
            epochs: std::iter::once(first).chain(later).map(epoch).collect(),
        }
    }

    /// How many master keys there have been.
    #[must_use]
    pub fn epochs(&self) -> usize {
        self.epochs.len()
    }

    /// What a database keeps of each master key, so that the file of another database is known; oldest first. Nothing
    /// else is derived from it.
    pub fn checks(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.epochs.iter().map(|epoch| &epoch.check)
    }

    fn newest(&self) -> &Epoch {
        self.epochs.last().expect("there is a first epoch")
    }

    /// Keyed hash of a secret, apart for each purpose: the same bytes give other hashes under another label. Another
    /// master key gives others too, so whoever changes it must be able to make them anew.
    #[must_use]
    pub fn mac(&self, label: &str, secret: &[u8]) -> Mac16 {
        short_mac(&self.token, label, secret)
    }

    /// Keyed hash of what nobody keeps and must yet be known again for ever: idempotency keys and case codes. It could
    /// not be made anew, so it stays with the first master key. So do the keys of tablets: nobody is to pair them again.
    #[must_use]
    pub fn lasting_mac(&self, label: &str, secret: &[u8]) -> Mac16 {
        short_mac(&self.lasting, label, secret)
    }

    /// What a form of a session carries to show that it came from one of our pages.
    #[must_use]
    pub fn csrf(&self, session: &[u8]) -> Mac16 {
        short_mac(&self.csrf, "form", session)
    }

    /// The secret of the server that every password is hashed with.
    #[must_use]
    pub fn pepper(&self) -> &[u8; 32] {
        &self.newest().pepper
    }

    /// The secrets that passwords were hashed with, today's first.
    pub fn peppers(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.epochs.iter().rev().map(|epoch| &epoch.pepper)
    }

    /// Next hash of a chain: HMAC("r1" ‖ n ‖ previous ‖ SHA-256(row)).
    #[must_use]
    pub fn link(&self, label: &[u8], n: i64, previous: &[u8], row: &[u8]) -> [u8; 32] {
        link(self.newest(), label, n, previous, row)
    }

    /// The same as it was in an epoch, counted from 0; `None` when there is no such epoch.
    #[must_use]
    pub fn link_in(&self, epoch: usize, label: &[u8], n: i64, previous: &[u8], row: &[u8]) -> Option<[u8; 32]> {
        self.epochs.get(epoch).map(|epoch| link(epoch, label, n, previous, row))
    }

    /// Signs an anchor.
    #[must_use]
    pub fn sign(&self, statement: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(pair(self.newest()).sign(statement).as_ref());
        signature
    }

    /// The public keys that anchors were signed with, today's first.
    #[must_use]
    pub fn public(&self) -> Vec<[u8; 32]> {
        let public = |epoch: &Epoch| {
            let mut bytes = [0; 32];
            bytes.copy_from_slice(pair(epoch).public_key().as_ref());
            bytes
        };
        self.epochs.iter().rev().map(public).collect()
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

/// Whether a public key signed this.
#[must_use]
pub fn is_signed(public: &[u8; 32], statement: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(statement, signature).is_ok()
}

fn derive(master: &Master, label: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, master).expand(label, &mut key).expect("32 bytes are within HKDF's limit");
    key
}

/// HMAC begins with a block made of its key: it is hashed here once, not for every answer.
fn keyed(master: &Master, label: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(&derive(master, label)).expect("HMAC takes keys of any length")
}

fn pair(epoch: &Epoch) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&epoch.anchor).expect("a seed of 32 bytes is one of Ed25519")
}

fn link(epoch: &Epoch, label: &[u8], n: i64, previous: &[u8], row: &[u8]) -> [u8; 32] {
    let mut mac = epoch.chain.clone();
    mac.update(label);
    mac.update(&n.to_be_bytes());
    mac.update(previous);
    mac.update(&Sha256::digest(row));
    mac.finalize().into_bytes().into()
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

/// What a form that another site handed on is known by: the first 16 bytes of HMAC-SHA-256 under the key of a day, so that
/// once that key is gone nobody can tell any more which answer a form led to.
#[must_use]
pub fn handed_on(day_key: &[u8; 32], form: &[u8]) -> Mac16 {
    let keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(day_key).expect("HMAC takes keys of any length");
    short_mac(&keyed, "handed on", form)
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
