//! The key of another system: what it looks like, and what it opens.

use serde::{Deserialize, Serialize};

/// What every key begins with, so that whoever finds one knows what it is.
const PREFIX: &str = "hla_";
/// Characters that name a key; they are shown and kept in clear.
const PUBLIC: usize = 8;
/// Characters that only its holder has.
const SECRET: usize = 43;
/// The longest that a key may last, in days.
pub const LONGEST_DAYS: i64 = 365;

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Make, revoke and look at invitations.
    Invitations,
    /// Read figures and targets.
    Figures,
    /// Read units and procedures.
    Catalogue,
    /// Tell of cases, and get the invitations of those served.
    Cases,
}

impl Access {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Invitations, Self::Figures, Self::Catalogue, Self::Cases];

    /// The name used in tables, commands and forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitations => "invitations",
            Self::Figures => "figures",
            Self::Catalogue => "catalogue",
            Self::Cases => "cases",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.name() == name)
    }
}

/// A key as its holder has it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey({}…)", self.public())
    }
}

impl ApiKey {
    /// The key of so many random bits: 48 that name it, 256 that only its holder has.
    #[must_use]
    pub fn from_random(public: [u8; 6], secret: [u8; 32]) -> Self {
        let text = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        Self(format!("{PREFIX}{}{}", text(&public), text(&secret)))
    }

    /// Reads one; `None` when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let decodes = |part: &str| data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).is_ok();
        let (public, secret) = rest.split_at_checked(PUBLIC)?;
        (secret.len() == SECRET && decodes(public) && decodes(secret)).then(|| Self(text.to_owned()))
    }

    /// The characters that name it.
    #[must_use]
    pub fn public(&self) -> &str {
        self.0.get(PREFIX.len()..PREFIX.len() + PUBLIC).expect("a key is longer than its name")
    }

    /// The whole key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_four_eight_and_forty_three_characters_and_nothing_else_is_one() {
        let key = ApiKey::from_random([1; 6], [2; 32]);
        assert_eq!(key.as_str().len(), 4 + 8 + 43);
        assert_eq!(ApiKey::parse(key.as_str()), Some(key.clone()));
        assert_eq!(key.as_str().get(4..12), Some(key.public()));
        let whole = key.as_str();
        for wrong in
            ["", "hla_", &whole[1..], &whole[..54], &format!("{whole}A"), &whole.replace("hla_", "hlk_"), "hla_ễ"]
        {
            assert_eq!(ApiKey::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{key:?}").contains(&whole[12..]), "the secret is in no log");
    }
}
