//! When a page of questions was made, told by its own form beside the visit: the low bits of the millisecond and a short
//! keyed hash of visit and millisecond. Only a form that comes back within two seconds is looked at closer, so nobody
//! waits for a hash; nothing of it is kept but whether it was that quick.

use data_encoding::BASE64URL_NOPAD;

use crate::domain::keys::Keys;
use crate::web::visitor::Visit;

/// Characters of a stamp: three of the time, four of the hash.
pub const STAMP: usize = 7;
const TIME: usize = 3;
/// The time comes around after so many ms; a page that is older has another hash.
const ROUND_MS: i64 = 1 << 18;
/// Nobody reads and answers a question in less.
const HASTY_MS: i64 = 2_000;

/// The stamp of a page made for a visit at an instant.
#[must_use]
pub fn stamp(keys: &Keys, visit: Visit, made_ms: i64) -> [u8; STAMP] {
    // 18 bits are three characters; the six bits behind them, a fourth, are none of ours.
    let time = BASE64URL_NOPAD.encode(&(made_ms.rem_euclid(ROUND_MS) << 6).to_be_bytes()[5..]);
    let hash = BASE64URL_NOPAD.encode(&keys.mac("made", &[&visit.0[..], &made_ms.to_be_bytes()].concat())[..3]);
    [&time.as_bytes()[..TIME], hash.as_bytes()].concat().try_into().expect("three and four characters")
}

/// Whether a form came back so soon that nobody can have read it. What is missing, not ours or from elsewhere says no.
#[must_use]
pub fn is_hasty(keys: &Keys, visit: Visit, stamp_sent: &str, now_ms: i64) -> bool {
    let Some(time) = stamp_sent.get(..TIME).and_then(|time| BASE64URL_NOPAD.decode(format!("{time}A").as_bytes()).ok())
    else {
        return false;
    };
    let time = time.iter().fold(0, |number, byte| number << 8 | i64::from(*byte)) >> 6;
    let age_ms = (now_ms - time).rem_euclid(ROUND_MS);
    // A hash of three bytes keeps nobody out of anything: it is compared as it is.
    age_ms < HASTY_MS && stamp(keys, visit, now_ms - age_ms)[..] == *stamp_sent.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i8_a_form_is_hasty_for_two_seconds_and_only_with_its_own_stamp() {
        let keys = Keys::from_master(&[7; 32]);
        let (visit, other) = (Visit::from_random([1; 16]), Visit::from_random([2; 16]));
        for made in [0, 1_795_500_000_000, 1_795_500_000_000 - 1_795_500_000_000 % ROUND_MS - 1] {
            let stamp = stamp(&keys, visit, made);
            let text = std::str::from_utf8(&stamp).unwrap();
            let hasty = |visit, text: &str, after: i64| is_hasty(&keys, visit, text, made + after);
            assert!(hasty(visit, text, 0) && hasty(visit, text, 1_999));
            assert!(!hasty(visit, text, 2_000) && !hasty(visit, text, 60_000));
            assert!(!hasty(visit, text, ROUND_MS + 1_000), "the time came around, the hash did not");
            assert!(!hasty(visit, text, -1_000), "made later than it was sent");
            assert!(!hasty(other, text, 1_000), "of another visit");
            let wrong = text.chars().rev().collect::<String>();
            for sent in ["", "A", "???????", &text[..3], &text[..6], &format!("{text}A"), &wrong, "ệệệ"] {
                assert!(!hasty(visit, sent, 1_000), "{sent}");
            }
        }
    }
}
