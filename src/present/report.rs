//! Findings as JSON, with the names of their fields.

use crate::error::Result;
use crate::flow::assess::Findings;

/// The file: indented, ended by a line feed.
///
/// # Errors
/// Internal, when memory for it cannot be had.
pub fn json(findings: &Findings) -> Result<String> {
    let mut text = serde_json::to_string_pretty(findings)?;
    text.push('\n');
    Ok(text)
}
