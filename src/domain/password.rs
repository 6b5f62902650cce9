//! Passwords: which are taken, and how they are kept. Chance comes in as an argument.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most characters a password may have.
pub const LONGEST: usize = 128;
/// Memory in KiB, passes and lanes of argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);
const TAG_BYTES: usize = 32;
/// What a password may not hold when it is shorter than this is too short to mean anything.
const SHORTEST_NAME: usize = 4;
/// Those of the 20,000 commonest passwords that are long enough to be tried at all, by the list that Django carries.
static COMMONEST: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../static/passwords/commonest.txt").lines().collect());

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has fewer characters than this.
    Short(usize),
    /// It has more than [`LONGEST`].
    Long,
    /// Many people use it.
    Common,
    /// It holds the name of the person, the unit or the product.
    Name,
}

/// A password as it is hashed: NFC, since one keyboard sends letters composed and another in parts; else as typed.
#[must_use]
pub fn normal(typed: &str) -> String {
    typed.nfc().collect()
}

/// Whether a password is taken. `names` are those it must not hold: of the person, the login, the units.
///
/// # Errors
/// The reason why it is not.
pub fn check(typed: &str, shortest: usize, names: &[&str]) -> Result<(), Refusal> {
    let password = normal(typed);
    let length = password.chars().count();
    if length < shortest {
        return Err(Refusal::Short(shortest));
    }
    if length > LONGEST {
        return Err(Refusal::Long);
    }
    if COMMONEST.contains(password.to_lowercase().as_str()) {
        return Err(Refusal::Common);
    }
    let bare = folded(&password);
    let holds = |name: &str| {
        let name = folded(name);
        name.len() >= SHORTEST_NAME && bare.contains(&name)
    };
    let local = |name: &&str| name.split_once('@').map(|(local, _)| local.to_owned());
    let held = names.iter().any(|name| holds(name)) || names.iter().filter_map(local).any(|name| holds(&name));
    if held || holds("Hài Lòng") { Err(Refusal::Name) } else { Ok(()) }
}

/// Small letters and digits without marks or anything between them.
fn folded(text: &str) -> String {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    letters.map(|c| if c == 'đ' { 'd' } else { c }).filter(|c| c.is_alphanumeric()).collect()
}

/// Hashes a password: takes tens of milliseconds and 19 MiB by intent. The text tells its own parameters.
#[must_use]
pub fn hash(typed: &str, pepper: &[u8; 32], salt: &[u8; 16]) -> String {
    let kept: PasswordHash = hasher(pepper)
        .hash_password_with_salt(normal(typed).as_bytes(), salt)
        .expect("these parameters are within argon2's limits");
    kept.to_string()
}

/// Whether a password is the one that was hashed.
#[must_use]
pub fn verify(typed: &str, pepper: &[u8; 32], kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| hasher(pepper).verify_password(normal(typed).as_bytes(), &kept).is_ok())
}

/// Whether a hash can be read, so that comparing with it takes its time.
#[must_use]
pub fn is_readable(kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| kept.hash.is_some_and(|tag| tag.len() == TAG_BYTES))
}

/// Whether it was hashed at another cost than today's.
#[must_use]
pub fn is_outdated(kept: &str) -> bool {
    let (m, t, p) = COST;
    !kept.starts_with(&format!("$argon2id$v=19$m={m},t={t},p={p}$"))
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn hasher(pepper: &[u8; 32]) -> Argon2<'_> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(TAG_BYTES)).expect("the cost is within argon2's limits");
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).expect("32 bytes are a short secret")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_however_it_was_typed_and_only_with_the_secret_of_the_server() {
        let kept = hash("tiếng mưa rơi ngoài hiên", &[1; 32], &[2; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let in_parts: String = "tiếng mưa rơi ngoài hiên".nfd().collect();
        assert!(verify(&in_parts, &[1; 32], &kept));
        assert!(!verify("tiếng mưa rơi ngoài hiên", &[9; 32], &kept), "another server's secret opens it");
        assert!(!verify("tiếng mưa rơi ngoài hiện", &[1; 32], &kept));
        assert!(!verify("anything", &[1; 32], "not a hash"));
        assert!(!is_outdated(&kept));
        assert!(is_outdated("$argon2id$v=19$m=4096,t=3,p=1$AAAA$AAAA"));
    }

    #[test]
    fn lengths_are_counted_in_characters_after_composition() {
        let twelve = "ắắắắắắắắắắắắ";
        assert_eq!(check(twelve, 12, &[]), Ok(()));
        assert_eq!(check(&twelve.nfd().collect::<String>(), 12, &[]), Ok(()));
        assert_eq!(check("ắắắắắắắắắắắ", 12, &[]), Err(Refusal::Short(12)));
        assert_eq!(check(twelve, 15, &[]), Err(Refusal::Short(15)));
        assert_eq!(check(&"x".repeat(128), 12, &[]), Ok(()));
        assert_eq!(check(&"x".repeat(129), 12, &[]), Err(Refusal::Long));
    }

    #[test]
    fn common_passwords_and_names_are_refused_with_and_without_marks() {
        assert_eq!(check("1q2w3e4r5t6y", 12, &[]), Err(Refusal::Common));
        assert_eq!(check("QwertyQwerty", 12, &[]), Err(Refusal::Common));
        let names = ["Nguyễn Thị Đào", "dao.nguyen@so.vn", "Trường THPT Trưng Vương", "VP"];
        for holding in ["nguyenthidao2026", "Nguyễn Thị Đào 26", "dao.nguyen-0123456", "truong THPT trung vuong 1"]
        {
            assert_eq!(check(holding, 12, &names), Err(Refusal::Name), "{holding}");
        }
        assert_eq!(check("hailong-2026-xyz", 12, &[]), Err(Refusal::Name));
        assert_eq!(check("cầu vồng vpxyz 7 sắc", 12, &names), Ok(()), "two letters are no name");
    }
}
