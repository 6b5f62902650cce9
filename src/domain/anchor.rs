//! An anchor: both heads of the seal, signed, to be kept where the operator of the service does not reach. With any one
//! of them it shows when rows before it were removed or changed, whatever was done to the database since.

use std::collections::BTreeMap;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keys::{self, Keys};

/// Characters of the short code: 100 bits.
const CODE_LENGTH: usize = 20;
/// Set before what is signed, so that no signature of ours can be taken for one of something else.
const PURPOSE: &[u8] = b"hailong anchor 1\n";

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Whose anchor it is: the address that people use.
    pub service: String,
    /// When it was made, in unix ms.
    pub at: i64,
    /// The last response.
    pub responses: Head,
    /// The last row of the audit log.
    pub audit: Head,
    /// The last frozen report; number 0 as long as there is none.
    pub reports: Head,
    /// Responses of each unit up to the last one, by the unit's code.
    pub units: BTreeMap<String, i64>,
}

/// The last row of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its number.
    pub n: i64,
    /// Its link, in hexadecimal.
    pub hash: String,
}

/// A signed statement, as its receivers keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// What is signed.
    pub statement: Statement,
    /// The public key, in hexadecimal.
    pub key: String,
    /// The Ed25519 signature, in hexadecimal.
    pub signature: String,
    /// The short code for paper; follows from the statement.
    pub code: String,
}

impl Head {
    /// Of a row.
    #[must_use]
    pub fn new(n: i64, hash: &[u8]) -> Self {
        Self { n, hash: HEXLOWER.encode(hash) }
    }
}

impl Anchor {
    /// Signs a statement.
    #[must_use]
    pub fn sign(keys: &Keys, statement: Statement) -> Self {
        let signed = signed(&statement);
        Self {
            key: keys.public().first().map(|key| HEXLOWER.encode(key)).unwrap_or_default(),
            signature: HEXLOWER.encode(&keys.sign(&signed)),
            code: code(&signed),
            statement,
        }
    }

    /// Reads what a receiver kept; `None` when it is no anchor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As receivers keep it.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }

    /// Whether one of these keys signed it and its code is that of its statement.
    #[must_use]
    pub fn is_signed_by(&self, public: &[[u8; 32]]) -> bool {
        let signed = signed(&self.statement);
        let Ok(signature) = HEXLOWER.decode(self.signature.as_bytes()) else { return false };
        let ours = public.iter().find(|key| HEXLOWER.encode(*key) == self.key);
        ours.is_some_and(|key| keys::is_signed(key, &signed, &signature)) && self.code == code(&signed)
    }
}

fn signed(statement: &Statement) -> Vec<u8> {
    let mut bytes = PURPOSE.to_vec();
    bytes.extend(serde_json::to_vec(statement).expect("texts and numbers are JSON"));
    bytes
}

/// The first characters of the base32 of the statement's SHA-256, in groups of five.
fn code(signed: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(&Sha256::digest(signed));
    let groups: Vec<&str> = (0..CODE_LENGTH).step_by(5).map(|at| &text[at..at + 5]).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_read_back_and_any_change_of_it_shows() {
        let keys = Keys::from_master(&[7; 32]);
        let statement = Statement {
            service: "https://hl.example.vn".into(),
            at: 1_795_500_000_000,
            responses: Head::new(3, &[1; 32]),
            audit: Head::new(2, &[2; 32]),
            reports: Head::default(),
            units: BTreeMap::from([("SGD-GL.VP".to_owned(), 3)]),
        };
        let anchor = Anchor::sign(&keys, statement);
        assert_eq!(Anchor::parse(&anchor.text()), Some(anchor.clone()));
        assert!(anchor.is_signed_by(&keys.public()));
        assert_eq!((anchor.code.len(), anchor.code.split('-').count()), (23, 4));
        let mut fewer = anchor.clone();
        fewer.statement.responses.n = 2;
        assert!(!fewer.is_signed_by(&keys.public()));
        let other_code = Anchor { code: "AAAAA-AAAAA-AAAAA-AAAAA".into(), ..anchor.clone() };
        assert!(!other_code.is_signed_by(&keys.public()));
        assert!(!anchor.is_signed_by(&Keys::from_master(&[8; 32]).public()));
        let rotated = Keys::from_masters(&[7; 32], &[[8; 32]]);
        assert!(anchor.is_signed_by(&rotated.public()), "anchors of an earlier key stay good");
    }
}
