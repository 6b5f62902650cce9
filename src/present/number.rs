//! Numbers as people of a language write them: `92,3%` and `1.234`, `92.3%` and `1,234`.

use crate::stats::BasisPoints;
use crate::stats::display::{PercentFigure, display_percent};
use crate::words::Lang;

/// A count, with its thousands apart.
#[must_use]
pub fn count(lang: Lang, n: u64) -> String {
    grouped(n.to_string(), &lang.text("number-group"))
}

/// A share as a percentage: one decimal, more where one would put it on the wrong side of its target.
#[must_use]
pub fn percent(lang: Lang, share: f64, target: Option<u32>) -> String {
    let target = target.and_then(|points| BasisPoints::new(points).ok());
    let number = display_percent(share.clamp(-1.0, 1.0), target).map_or_else(
        // Not a number: nothing computes one, and a dash is the honest answer if something did.
        |_| "–".to_owned(),
        |figure| decimal(lang, figure),
    );
    lang.text_with("number-percent", &[("number", &number)])
}

/// A difference of two shares in points of a percent, with its sign: `+2,3 điểm phần trăm`.
#[must_use]
pub fn points(lang: Lang, difference: f64) -> String {
    let number = display_percent(difference.clamp(-1.0, 1.0), None)
        .map_or_else(|_| "–".to_owned(), |figure| decimal(lang, figure));
    let sign = if difference > 0.0 { "+" } else { "" };
    lang.text_with("number-points", &[("number", &format!("{sign}{number}"))])
}

/// A target as a percentage, with as many decimals as it was set with: `90%`, `92,5%`.
#[must_use]
pub fn target(lang: Lang, points: u32) -> String {
    let (whole, rest) = (points / 100, points % 100);
    let number = match rest {
        0 => whole.to_string(),
        _ => format!("{whole}{}{}", lang.text("number-decimal"), format!("{rest:02}").trim_end_matches('0')),
    };
    lang.text_with("number-percent", &[("number", &number)])
}

/// A number of 0 or more with so many decimals; one that they would make 0 is told to be less than the last of them.
#[must_use]
pub fn fixed(lang: Lang, value: f64, decimals: usize) -> String {
    let least = 10_f64.powi(-i32::try_from(decimals).unwrap_or_default());
    let written = |value: f64| format!("{value:.decimals$}").replace('.', &lang.text("number-decimal"));
    if value > 0.0 && value < least / 2.0 {
        return lang.text_with("number-below", &[("number", &written(least))]);
    }
    written(value)
}

fn decimal(lang: Lang, figure: PercentFigure) -> String {
    let sign = if figure.is_negative() { "−" } else { "" };
    let (whole, fraction) = (figure.whole(), figure.fraction());
    let separator = lang.text("number-decimal");
    format!("{sign}{whole}{separator}{fraction:0width$}", width = figure.decimals() as usize)
}

fn grouped(digits: String, separator: &str) -> String {
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn langs() -> [Lang; 2] {
        ["vi", "en"].map(|code| Lang::by_code(code).unwrap())
    }

    #[test]
    fn numbers_are_written_as_in_the_language() {
        let [vi, en] = langs();
        assert_eq!(
            [count(vi, 0), count(vi, 999), count(vi, 1234), count(vi, 1_234_567)],
            ["0", "999", "1.234", "1.234.567"]
        );
        assert_eq!(count(en, 1_234_567), "1,234,567");
        assert_eq!([percent(vi, 0.923, None), percent(en, 0.923, None)], ["92,3%", "92.3%"]);
        assert_eq!([target(vi, 9000), target(vi, 9250), target(en, 9205)], ["90%", "92,5%", "92.05%"]);
        assert_eq!(percent(vi, -0.0125, None), "−1,3%");
        assert_eq!([points(vi, 0.0231), points(en, -0.004)], ["+2,3 điểm phần trăm", "−0.4 percentage points"]);
        assert_eq!([fixed(vi, 0.036, 2), fixed(vi, 0.004, 2), fixed(en, 0.0, 2)], ["0,04", "dưới 0,01", "0.00"]);
    }

    #[test]
    fn a_rounded_share_never_reaches_a_target_that_the_share_does_not() {
        let [vi, _] = langs();
        assert_eq!(percent(vi, 0.89996, Some(9000)), "89,996%");
        assert_eq!(percent(vi, 0.9, Some(9000)), "90,0%");
    }
}
