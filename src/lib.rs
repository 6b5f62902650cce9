//! Hài Lòng asks people, right after a procedure, whether they are satisfied, and keeps the answer so that an office
//! can trust, defend and act on it.
//!
//! Arrows point one way: `main → cli → {web, jobs} → present → flow → {store → domain, stats}`; [`error`], [`clock`]
//! and [`words`] use nothing of ours and may be used by all.
//!
//! # From a code to an answer
//! [`flow::issue`] makes a point or an invitation: [`domain::code`] spells its codes, [`store::points`] and
//! [`store::invitations`] keep their keyed hashes. A phone scans the QR of [`present::qr`] on a piece of
//! [`present::print`] and asks
//! [`web::citizen::show`]: [`flow::collect::open`] tells where the code leads, and the page comes compressed from
//! [`web::citizen::forms`] with only the visit spliced in by [`web::splice`]. What is sent goes to
//! [`web::citizen::answer`]: [`domain::answer::check`] looks at it, and [`flow::collect::writer`] hands it with
//! whatever else waits to [`flow::collect::append`], which stores each key once and seals the rows in one transaction.
//! Only when that is on disk does the browser go to the thanks page ([`web::citizen::more`]), where a sealed
//! [`flow::collect::part::Part`] ties what people add to what they said first.
//!
//! # From answers to a figure
//! [`flow::release::cut`] moves what waits into tallies, per unit as soon as enough persons wait: day by day with
//! the full key, and summed beforehand over what most pages do not tell apart ([`store::rollups`]). Tallies are the only
//! thing that figures are computed from; [`flow::release::check`] counts everything anew and says where they differ.
//!
//! # From a figure to a report
//! [`flow::assess::findings`] reads the tallies of a [`domain::period::Period`] and makes one value of it with
//! [`stats`]: shares, intervals, verdicts against targets, what must stay hidden. [`web::results`], `results.json`,
//! `results.csv` and `hailong report` all show that one value, so they agree. What managers ask for beside it, by place,
//! channel and month, as it was or as it is, is a [`flow::assess::View`]; [`flow::assess::picture()`] makes one
//! [`flow::assess::picture::Picture`] of it, by the same figures and with the same care for what must stay hidden.
//!
//! # From a password to a page
//! Each route says in [`mod@web::routes`] what it needs of whoever asks; [`web::permit`] stands before its handler, finds the
//! session of the cookie with [`flow::people::session`], and asks [`domain::account`] whether any of the roles gives the
//! function, and the store in which units. A handler gets a [`web::permit::Permit`]; its scope goes into every query.
//! What is done is noted by [`flow::audit`] in the transaction of the act.
//!
//! # From another system's call to an invitation
//! [`web::api::system`] stands before the routes under `/api/v1`: it finds the key with [`flow::api_key`] and hands the
//! handler a [`web::api::system::System`] with the units of the key. [`web::api::invitations`] reads what was sent, and
//! [`flow::issue::system`] makes all of it or nothing, with the same function as an officer's desk. Figures come from
//! [`flow::cut`], which keeps what [`flow::assess`] found once a day. [`web::api::document`] describes each call, and a
//! test holds it to the routes and to what they answer.

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod flow;
pub mod jobs;
pub mod present;
pub mod stats;
pub mod store;
pub mod web;
pub mod words;
