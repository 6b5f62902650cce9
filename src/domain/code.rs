//! Codes that open a form: sixteen characters in a QR, eight for typing by hand. Crockford's base32: no I, L, O, U.

use std::fmt;

/// Crockford's alphabet.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code in a QR: 16 characters, 80 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; 16]);

/// The code for typing: 8 characters, 35 bits and a check character, written `7K3M-9X2P`.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCode([u8; 8]);

impl Code {
    /// The code of 80 random bits.
    #[must_use]
    pub fn from_random(bytes: [u8; 10]) -> Self {
        Self(characters(&bytes))
    }

    /// Reads a code in any spelling people use; `None` when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        normalise(text).map(Self)
    }

    /// The sixteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl TypedCode {
    /// The code of 35 random bits (the top five of the last byte are used) and its check character.
    #[must_use]
    pub fn from_random(bytes: [u8; 5]) -> Self {
        let drawn: [u8; 8] = characters(&bytes);
        let mut code = drawn;
        code[7] = ALPHABET[usize::from(check(&drawn[..7]))];
        Self(code)
    }

    /// Reads a typed code in any spelling people use; `None` when it cannot be one, a slip of one character included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 8] = normalise(text)?;
        (ALPHABET[usize::from(check(&code[..7]))] == code[7]).then_some(Self(code))
    }

    /// The eight characters without the hyphen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl fmt::Display for TypedCode {
    /// Writes `7K3M-9X2P`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.as_str().split_at(4);
        write!(f, "{left}-{right}")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode(…)")
    }
}

/// Five bits a character, most significant first; bits that are missing at the end count as zero.
fn characters<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let bits = bytes.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let total = bytes.len() * 8;
    std::array::from_fn(|i| ALPHABET[(bits >> (total - 5 * (i + 1)) & 31) as usize])
}

/// Capital letters, no spaces or hyphens of any kind (keyboards put long ones for short ones), O as 0, I and L as 1;
/// exactly `N` characters of the alphabet.
fn normalise<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut code = [0; N];
    let mut length = 0;
    for character in text.chars() {
        let character = match character.to_ascii_uppercase() {
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => continue,
            space if space.is_whitespace() => continue,
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let byte = u8::try_from(character).ok().filter(|byte| ALPHABET.contains(byte))?;
        *code.get_mut(length)? = byte;
        length += 1;
    }
    (length == N).then_some(code)
}

/// Check value: Σ aⁱ·cᵢ in the field of 32 elements, a the root of x⁵+x²+1. Distinct non-zero weights in a field, so
/// every single wrong character and every swap of two neighbours changes it.
fn check(characters: &[u8]) -> u8 {
    let value = |character: &u8| ALPHABET.iter().position(|c| c == character).unwrap_or(0) as u8;
    characters.iter().fold(0, |sum, character| times_a(sum ^ value(character)))
}

fn times_a(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_people_use_is_the_same_code() {
        let code = TypedCode::from_random([0x01, 0x23, 0x45, 0x67, 0x89]);
        let shown = code.to_string();
        for spelling in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            shown.replace('-', "\u{a0}–\t"),
            shown.replace('0', "o").replace('1', "L"),
        ] {
            assert_eq!(TypedCode::parse(&spelling), Some(code.clone()), "{spelling}");
        }
        assert_eq!(TypedCode::parse("7K3M-9X2"), None);
        assert_eq!(Code::parse("7K3M9X2P7K3M9X2U"), None);
    }

    proptest! {
        #[test]
        fn one_wrong_character_or_two_swapped_neighbours_are_noticed(bytes: [u8; 5], at in 0usize..8, other in 0usize..32) {
            let code = TypedCode::from_random(bytes);
            let mut wrong = code.0;
            wrong[at] = ALPHABET[other];
            prop_assert_eq!(TypedCode::parse(std::str::from_utf8(&wrong).unwrap()).is_some(), wrong == code.0);
            let mut swapped = code.0;
            swapped.swap(at.min(6), at.min(6) + 1);
            prop_assert_eq!(TypedCode::parse(std::str::from_utf8(&swapped).unwrap()).is_some(), swapped == code.0);
        }

        #[test]
        fn a_code_reads_back(bytes: [u8; 10]) {
            let code = Code::from_random(bytes);
            prop_assert_eq!(Code::parse(&code.as_str().to_lowercase()), Some(code));
        }
    }
}
