//! A portal: another site that citizens come from and may go back to, known by an origin and the beginning of a path.

use url::Url;

use crate::error::Fault;

/// The longest address that somebody is led back to.
pub const LONGEST: usize = 500;
/// The longest that can be listed.
const LONGEST_LISTED: usize = 200;

/// What is listed: an exact origin, and the beginning of a path, whole segments of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host, and the port when it is not that of the scheme.
    pub origin: String,
    /// Begins with a slash.
    pub path: String,
}

/// A portal on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    /// Row number.
    pub id: i64,
    /// What people call it.
    pub label: String,
    /// Its address.
    pub address: Address,
}

impl Address {
    /// Reads an address for the list: https, or http on this very machine; no name, password, query or fragment.
    ///
    /// # Errors
    /// The fault, when it is none.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = || Fault::new("portal-address-needed");
        let url = plain(text.trim(), LONGEST_LISTED).ok_or_else(fault)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fault());
        }
        Ok(Self { origin: url.origin().ascii_serialization(), path: url.path().to_owned() })
    }

    /// Whether an address lies here: at the same origin, at this path or below it.
    fn holds(&self, url: &Url) -> bool {
        let below = url.path().strip_prefix(self.path.as_str());
        let whole = |rest: &str| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/');
        url.origin().ascii_serialization() == self.origin && below.is_some_and(whole)
    }
}

/// An address that every reader takes for the same: nothing that browsers leave out or turn about, no step upwards
/// however it is written.
fn plain(text: &str, longest: usize) -> Option<Url> {
    let odd = |c: char| c.is_ascii_control() || c.is_whitespace() || c == '\\';
    if text.len() > longest || text.contains(odd) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let own = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    // Names and no signs: it stands in a policy, where a star means any name and a semicolon begins something else.
    let lettered = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    let scheme = url.scheme() == "https" || url.scheme() == "http" && own;
    let named = !url.username().is_empty() || url.password().is_some();
    // The steps are looked for as they were written: reading an address takes them already.
    let written = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let steps = ["..", "%2e", "%2f", "%5c", "%00"].iter().any(|step| written.contains(step));
    let lower = text.to_ascii_lowercase();
    let after = lower.strip_prefix(&format!("{}://", url.scheme()))?;
    (scheme && (own || lettered) && !named && !steps && !after.starts_with('/')).then_some(url)
}

/// The portal that an address lies on, and the address as browsers write it; none for whatever is not listed.
#[must_use]
pub fn way_back<'a>(portals: &'a [Portal], asked: &str) -> Option<(&'a Portal, String)> {
    let url = plain(asked, LONGEST)?;
    let portal = portals.iter().find(|portal| portal.address.holds(&url))?;
    Some((portal, url.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(addresses: &[&str]) -> Vec<Portal> {
        let portal =
            |address: &&str| Portal { id: 1, label: "Cổng".into(), address: Address::parse(address).unwrap() };
        addresses.iter().map(portal).collect()
    }

    #[test]
    fn an_address_is_listed_by_its_origin_and_the_beginning_of_its_path() {
        for (text, origin, path) in [
            ("https://dvc.gialai.gov.vn", "https://dvc.gialai.gov.vn", "/"),
            (" HTTPS://DVC.gialai.gov.vn:443/ket-qua ", "https://dvc.gialai.gov.vn", "/ket-qua"),
            ("https://cổng.vn:8443/a/", "https://xn--cng-qmz.vn:8443", "/a/"),
            ("http://127.0.0.1:9/x", "http://127.0.0.1:9", "/x"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.origin.as_str(), address.path.as_str()), (origin, path), "{text}");
        }
        for text in [
            "",
            "dvc.vn",
            "//dvc.vn",
            "http://dvc.vn",
            "https://",
            "https:dvc.vn",
            "https://a@dvc.vn",
            "https://a:b@dvc.vn",
            "https://dvc.vn/?a",
            "https://dvc.vn/#a",
            "https://dvc.vn/a/../b",
            "https://dvc.vn/%2e%2e/b",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://dvc.vn\\a",
            "https://dvc.vn/a b",
            "ftp://dvc.vn/",
            "https://*.vn/",
            "https://a;script-src.vn/",
            "https://a,b.vn/",
            "https://'none'/",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_way_back_leads_to_what_is_listed_and_nowhere_else() {
        let portals = listed(&["https://dvc.vn/ket-qua", "https://other.vn:8443"]);
        for (asked, leads) in [
            ("https://dvc.vn/ket-qua", "https://dvc.vn/ket-qua"),
            ("https://dvc.vn/ket-qua/1?a=b&c=%C3%A1#d", "https://dvc.vn/ket-qua/1?a=b&c=%C3%A1#d"),
            ("https://DVC.vn:443/ket-qua?x=<\"'>", "https://dvc.vn/ket-qua?x=%3C%22%27%3E"),
            ("https://other.vn:8443/", "https://other.vn:8443/"),
        ] {
            assert_eq!(way_back(&portals, asked).map(|(_, url)| url).as_deref(), Some(leads), "{asked}");
        }
        for asked in [
            "",
            "/ket-qua",
            "//dvc.vn/ket-qua",
            "https://dvc.vn/",
            "https://dvc.vn/ket-quan",
            "https://dvc.vn/ket-qua/../x",
            "https://dvc.vn/ket-qua/%2e%2e/x",
            "https://dvc.vn/ket-qua/..%2fx",
            "https://dvc.vn/ket-qua/..;/x",
            "https://dvc.vn/ket-qua%2f..%2fx",
            "https://dvc.vn\\@evil.vn/ket-qua",
            "https://dvc.vn@evil.vn/ket-qua",
            "https://evil.vn/https://dvc.vn/ket-qua",
            "https://dvc.vn.evil.vn/ket-qua",
            "https://sub.dvc.vn/ket-qua",
            "http://dvc.vn/ket-qua",
            "https://dvc.vn:8443/ket-qua",
            "https://other.vn/",
            "java\nscript:alert(1)",
            "javascript:alert(1)//https://dvc.vn/ket-qua",
            "https:dvc.vn/ket-qua",
            "https:///dvc.vn/ket-qua",
            "https://dvc.vn/ket-qua\r\nx: y",
            "\thttps://dvc.vn/ket-qua",
        ] {
            assert_eq!(way_back(&portals, asked), None, "{asked}");
        }
        let long = format!("https://dvc.vn/ket-qua?{}", "x".repeat(LONGEST));
        assert_eq!(way_back(&portals, &long), None);
    }
}
