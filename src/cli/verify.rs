//! `hailong verify`: is everything as it was sealed?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::anchor::service;
use crate::clock::Clock;
use crate::config::Place;
use crate::error::{Error, Result};
use crate::flow::seal::anchor::{self, Receiver};
use crate::flow::seal::verify::{self, Outside, Verified};
use crate::web::respond::fault_text;
use crate::words::{FIRST, Lang};

/// Exit code when something is not as it was sealed.
const BROKEN: u8 = 1;
/// Exit code when nothing can be said.
const CANNOT_RUN: u8 = 2;
/// No anchor is longer: a larger file is none.
const LONGEST: u64 = 4 << 20;

/// Verifies the seal.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// An anchor that a receiver kept; may be repeated.
    #[arg(long = "anchor", value_name = "FILE", num_args = 1..)]
    anchors: Vec<PathBuf>,
    /// The short code of an anchor as it stands on paper; may be repeated.
    #[arg(long = "code", value_name = "CODE", num_args = 1..)]
    codes: Vec<String>,
    /// When all is whole, makes an anchor now, keeps it and writes it into this file.
    #[arg(long, value_name = "FILE")]
    write_anchor: Option<PathBuf>,
    /// Address people use, named in the anchor.
    #[arg(long, env = "HAILONG_PUBLIC_URL")]
    public_url: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    /// Language of the findings.
    #[arg(long, default_value = "vi", value_name = "CODE")]
    lang: String,
}

/// Runs it: 0 when whole, 1 when broken, 2 when it cannot run.
pub async fn run(place: &Place, verify: &Verify) -> ExitCode {
    match verified(place, verify).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(BROKEN),
        Err(Error::Invalid(faults)) => {
            faults.iter().for_each(|fault| eprintln!("{}", fault_text(FIRST, fault)));
            ExitCode::from(CANNOT_RUN)
        }
        Err(error) => {
            eprintln!("hailong: {error}");
            ExitCode::from(CANNOT_RUN)
        }
    }
}

async fn verified(place: &Place, verify: &Verify) -> Result<bool> {
    let keys = place.held_keys()?;
    let anchors = verify.anchors.iter().map(|file| Ok((file.display().to_string(), read(file)?)));
    let outside = Outside { anchors: anchors.collect::<Result<_>>()?, codes: verify.codes.clone() };
    let db = place.open_as_it_is().await?;
    let verified = verify::run(&db, &keys, &outside).await?;
    let mut code = None;
    if let Some(file) = verify.write_anchor.as_ref().filter(|_| verified.is_whole()) {
        let receivers = [Receiver::File(file.clone())];
        let service = service(verify.public_url.as_deref());
        code = Some(anchor::make(&db, &keys, Clock::System.now_ms(), service, &receivers).await?.anchor.code);
    }
    db.close().await;
    print(verify, &verified, code.as_deref())?;
    Ok(verified.is_whole())
}

fn read(file: &Path) -> Result<String> {
    let told = |cause: std::io::Error| Error::Conflict(format!("{} cannot be read: {cause}", file.display()));
    if std::fs::metadata(file).map_err(told)?.len() > LONGEST {
        return Ok(String::new());
    }
    Ok(String::from_utf8_lossy(&std::fs::read(file).map_err(told)?).into_owned())
}

fn print(verify: &Verify, verified: &Verified, code: Option<&str>) -> Result<()> {
    let lang = Lang::by_code(&verify.lang).unwrap_or(FIRST);
    if verify.json {
        let findings = verified.findings.iter().map(|finding| {
            let args: serde_json::Map<_, _> =
                finding.args.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            json!({ "finding": finding.key, "where": args, "text": fault_text(lang, finding) })
        });
        let report = json!({
            "whole": verified.is_whole(),
            "found": verified.found,
            "findings": findings.collect::<Vec<_>>(),
            "responses": verified.responses,
            "audit": verified.audit,
            "erased": verified.erased,
            "anchors": verified.anchors,
            "code": code,
        });
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    verified.findings.iter().for_each(|finding| println!("{}", fault_text(lang, finding)));
    let say = |key: &str, args: &[(&str, String)]| {
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        println!("{}", lang.text_with(key, &args));
    };
    let more = verified.found - verified.findings.len() as u64;
    if more > 0 {
        say("verify-more", &[("n", more.to_string())]);
    }
    let (responses, audit) = (("responses", verified.responses.to_string()), ("audit", verified.audit.to_string()));
    say("verify-read", &[responses, audit, ("anchors", verified.anchors.to_string())]);
    if verified.erased > 0 {
        say("verify-erased", &[("n", verified.erased.to_string())]);
    }
    match verified.found {
        0 => say("verify-whole", &[]),
        n => say("verify-broken", &[("n", n.to_string())]),
    }
    if let Some(code) = code {
        say("verify-code-made", &[("code", code.to_owned())]);
    }
    Ok(())
}
