//! Codes of an authenticator (RFC 6238): six digits that change every thirty seconds, from a seed that both sides keep.
//! Written out, for it is ten lines over HMAC: a crate for them brings a URL parser and a second generation of hashes.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::password::same;

/// Bytes of a seed: as many as SHA-1 gives, which RFC 4226 recommends.
pub const SEED_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: u32 = 1_000_000;

/// What the codes of an authenticator are computed from.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; SEED_BYTES]);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    /// A seed of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; SEED_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads one that was kept; `None` when it cannot be one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for sealing.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an authenticator: base32.
    #[must_use]
    pub fn base32(&self) -> String {
        data_encoding::BASE32_NOPAD.encode(&self.0)
    }

    /// As an authenticator reads it from a QR, with the name it shows.
    #[must_use]
    pub fn address(&self, issuer: &str, login: &str) -> String {
        let encode = |text: &str| -> String {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
            text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
        };
        let (issuer, login) = (encode(issuer), encode(login));
        format!(
            "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            self.base32()
        )
    }

    /// The code of a time step.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
        format!("{:06}", number % DIGITS)
    }

    /// The time step of a code that is right now, a step early or a step late, and later than the last one taken.
    #[must_use]
    pub fn accept(&self, typed: &str, now_ms: i64, last_step: i64) -> Option<i64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let now = step(now_ms);
        let right = (now - 1..=now + 1).filter(|step| same(self.code(*step).as_bytes(), typed.as_bytes()));
        right.filter(|step| *step > last_step).min()
    }
}

/// The time step of an instant.
#[must_use]
pub fn step(now_ms: i64) -> i64 {
    now_ms.div_euclid(STEP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::from_random(*b"12345678901234567890")
    }

    #[test]
    fn rfc_6238_appendix_b() {
        // The appendix prints eight digits; an authenticator shows the last six.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(seed().code(step(seconds * 1000)), code[2..], "{seconds} s");
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_once() {
        let (seed, now_ms) = (seed(), 1_795_500_000_000);
        let now = step(now_ms);
        for near in now - 1..=now + 1 {
            assert_eq!(seed.accept(&seed.code(near), now_ms, 0), Some(near));
        }
        for far in [now - 2, now + 2] {
            assert_eq!(seed.accept(&seed.code(far), now_ms, 0), None);
        }
        assert_eq!(seed.accept(&seed.code(now), now_ms, now), None, "the same again");
        assert_eq!(seed.accept(&seed.code(now - 1), now_ms, now), None, "an older one");
        let code = seed.code(now);
        assert_eq!(seed.accept(&format!(" {} {} ", &code[..3], &code[3..]), now_ms, 0), Some(now));
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(seed.accept(wrong, now_ms, 0), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_qr_holds_is_what_authenticators_read() {
        assert_eq!(
            seed().address("Hài Lòng", "an@so.vn"),
            "otpauth://totp/H%C3%A0i%20L%C3%B2ng:an@so.vn?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=H%C3%A0i%20L%C3%B2ng&algorithm=SHA1&digits=6&period=30"
        );
    }
}
