//! A copy of the master key under a passphrase: argon2id makes the key, XChaCha20-Poly1305 seals.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64;

/// Fewest characters of a passphrase.
pub const SHORTEST: usize = 12;
/// First words of a copy; bound to what is sealed.
const HEAD: &str = "hailong-key-1";
/// Memory in KiB, passes, lanes: a copy is opened once in years, so it may cost a second.
const COST: (u32, u32, u32) = (262_144, 3, 1);

/// Seals a text under a passphrase, as one line of letters.
#[must_use]
pub fn seal(passphrase: &str, salt: [u8; 16], nonce: [u8; 24], text: &[u8]) -> String {
    let payload = Payload { msg: text, aad: HEAD.as_bytes() };
    let sealed =
        cipher(passphrase, &salt).encrypt(&XNonce::from(nonce), payload).expect("a short message fits the cipher");
    format!("{HEAD} {} {} {}\n", BASE64.encode(&salt), BASE64.encode(&nonce), BASE64.encode(&sealed))
}

/// Opens what [`seal`] sealed; `None` when it is anything else or the passphrase is another.
#[must_use]
pub fn open(passphrase: &str, sealed: &str) -> Option<Vec<u8>> {
    let [HEAD, salt, nonce, body] = sealed.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    let part = |text: &str| BASE64.decode(text.as_bytes()).ok();
    let salt: [u8; 16] = part(salt)?.try_into().ok()?;
    let nonce: [u8; 24] = part(nonce)?.try_into().ok()?;
    let payload = Payload { msg: &part(body)?, aad: HEAD.as_bytes() };
    cipher(passphrase, &salt).decrypt(&XNonce::from(nonce), payload).ok()
}

fn cipher(passphrase: &str, salt: &[u8; 16]) -> XChaCha20Poly1305 {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(32)).expect("the cost is within argon2's limits");
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .expect("salt and key have lengths that argon2 takes");
    XChaCha20Poly1305::new(&key.into())
}
