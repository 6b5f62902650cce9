//! The codes of faults that each operation names in `errors[].code`; they do not change with the language. A test finds
//! every fault of the source here.

/// Of invitations that are asked for: of the call, and of each of them.
pub const INVITATIONS: &[&str] = &[
    "api-call-needed",
    "api-call-other-body",
    "api-body-broken",
    "api-too-many",
    "api-none",
    "api-item-odd",
    "api-field-unknown",
    "api-field-repeated",
    "api-field-text",
    "desk-case-needed",
    "desk-case-marks",
    "desk-case-long",
    "desk-case-form",
    "desk-case-day",
    "api-case-elsewhere",
    "issue-unknown-unit",
    "api-unit-over",
    "issue-unknown-procedure",
    "api-procedure-over",
    "api-procedure-elsewhere",
    "api-channel-unknown",
    "api-event-unknown",
    "api-language-unknown",
    "api-return-unlisted",
];
/// Of the first question.
pub const QUESTION: &[&str] = &["api-language-unknown", "api-return-unlisted"];
/// Of a revocation.
pub const REVOKE: &[&str] = &["api-invitation-over"];
/// Of figures.
pub const FIGURES: &[&str] = &[
    "period-not-understood",
    "period-ends-before-it-starts",
    "cut-off-not-understood",
    "api-value-unknown",
    "api-months-whole",
    "api-one-place",
    "api-figures-later",
    "api-figures-never",
];
/// Of figures as flat rows.
pub const INDICATORS: &[&str] = &[
    "period-not-understood",
    "period-ends-before-it-starts",
    "cut-off-not-understood",
    "api-value-unknown",
    "api-figures-later",
    "api-figures-never",
];
/// Of cases that are told of: of the call, and of each record.
pub const CASES: &[&str] = &[
    "api-body-broken",
    "api-too-many",
    "api-none",
    "record-field-needed",
    "record-case",
    "record-day",
    "record-days",
    "record-day-ahead",
    "record-status",
    "record-channel",
    "record-unit",
    "record-procedure",
    "record-elsewhere",
    "api-case-elsewhere",
];
