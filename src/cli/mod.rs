//! The command line: one enum of commands, one file per command.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{Place, Serve};
use crate::domain::keys::Keys;
use crate::error::{Context, Error, Result};
use crate::flow::seal::fit;
use crate::store::Db;
use crate::web::respond::fault_text;
use crate::words;

pub mod anchor;
pub mod api_key;
pub mod demo;
pub mod import;
pub mod issue;
pub mod key;
pub mod publish;
pub mod qr;
pub mod rebuild;
pub mod report;
pub mod serve;
pub mod setup;
pub mod user;
pub mod verify;
pub mod webhook;

/// Hài Lòng: asks citizens, right after a procedure, whether they are satisfied.
#[derive(Debug, Parser)]
#[command(name = "hailong", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service.
    Serve(Serve),
    /// Run with a sample department and two years of simulated answers, marked as such.
    Demo(demo::Demo),
    /// Load units, procedures, a questionnaire, caseload, schools, paper forms or cases from a CSV or XLSX file: all or nothing.
    Import(import::Import),
    /// Make a point or an invitation and its codes.
    #[command(subcommand)]
    Issue(issue::Issue),
    /// Draw the QR of a code.
    Qr(qr::Qr),
    /// Print the figures of a period.
    Report(report::Report),
    /// Publish a period: everybody sees its figures from then on.
    Publish(publish::Publish),
    /// Add, reset, disable and list the accounts of those who sign in.
    #[command(subcommand)]
    User(user::User),
    /// Make, list and revoke the keys with which other systems ask.
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// Register addresses that are told of what happens, and list them.
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Recompute all tallies from the released answers.
    Rebuild(rebuild::Rebuild),
    /// Read everything sealed and tell each place that is not as it was: exit code 0 whole, 1 broken, 2 cannot run.
    Verify(verify::Verify),
    /// Give the signed head of the seal away now, and print it.
    Anchor(anchor::Anchor),
    /// Make, show, copy, put back and change the master key.
    #[command(subcommand)]
    Key(key::Key),
}

/// Runs the command that was asked for.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match parse(std::env::args_os().collect()) {
        Ok(cli) => cli,
        Err(error) => return fail(&error),
    };
    start_log();
    if let Some(folder) = &cli.place.languages
        && let Err(error) = words::add(folder).context("read the folder of languages")
    {
        return fail(&error);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => Err(Error::internal(error)),
    };
    result.unwrap_or_else(|error| fail(&error))
}

async fn run(cli: Cli) -> Result<ExitCode> {
    let place = cli.place;
    match cli.command {
        // Its exit codes are its answer.
        Command::Verify(verify) => return Ok(verify::run(&place, &verify).await),
        Command::Serve(serve) => serve::run(&place, &serve).await,
        Command::Demo(demo) => demo::run(&place, &demo).await,
        Command::Import(import) => import::run(&place, &import).await,
        Command::Issue(issue) => issue::run(&place, &issue).await,
        Command::Qr(qr) => qr::run(&place, &qr).await,
        Command::Report(report) => report::run(&place, &report).await,
        Command::Publish(publish) => publish::run(&place, &publish).await,
        Command::User(user) => user::run(&place, &user).await,
        Command::ApiKey(command) => api_key::run(&place, &command).await,
        Command::Webhook(command) => webhook::run(&place, &command).await,
        Command::Rebuild(rebuild) => rebuild::run(&place, &rebuild).await,
        Command::Anchor(anchor) => anchor::run(&place, &anchor).await,
        Command::Key(key) => key::run(&place, &key).await,
    }
    .map(|()| ExitCode::SUCCESS)
}

/// Opens the database, and the keys that it was written with.
///
/// # Errors
/// When either cannot be opened; conflict when they do not belong together.
pub async fn opened(place: &Place) -> Result<(Db, Arc<Keys>)> {
    let db = place.open().await?;
    let keys = keys_of(place, &db).await?;
    Ok((db, keys))
}

/// The keys that a database was written with; makes the master key when nothing was written yet.
///
/// # Errors
/// Conflict when the key file is not there or is another one.
pub async fn keys_of(place: &Place, db: &Db) -> Result<Arc<Keys>> {
    let file = place.key_path();
    if !file.exists() && fit::is_written(db).await? {
        return Err(Error::Conflict(format!(
            "the key file {} is not there, and the database was written with one: name it with --key-file, or put a copy \
             of it back with «hailong key restore»",
            file.display()
        )));
    }
    let keys = place.keys()?;
    fit::refuse_other_keys(db, &keys).await?;
    Ok(keys)
}

/// Parses the command line; a configuration file gives the defaults that flags and variables override.
fn parse(args: Vec<OsString>) -> Result<Cli> {
    let first = Cli::parse_from(&args);
    let Some(file) = first.place.config else { return Ok(first) };
    let command = with_defaults(Cli::command(), &read_table(&file)?)?;
    Cli::from_arg_matches(&command.get_matches_from(args)).map_err(Error::internal)
}

fn read_table(file: &Path) -> Result<toml::Table> {
    let text = std::fs::read_to_string(file).context("read the configuration file")?;
    text.parse().map_err(|error| Error::Conflict(format!("{}: {error}", file.display())))
}

fn with_defaults(mut command: clap::Command, table: &toml::Table) -> Result<clap::Command> {
    for (key, value) in table {
        let value = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        };
        let known = |command: &clap::Command| command.get_arguments().any(|arg| arg.get_id() == key.as_str());
        let set = |command: clap::Command| {
            let value = value.clone();
            if known(&command) { command.mut_arg(key.clone(), |arg| arg.default_value(value)) } else { command }
        };
        if !known(&command) && !command.get_subcommands().any(known) {
            return Err(Error::Conflict(format!("the configuration file has the unknown key «{key}»")));
        }
        command = set(command).mut_subcommands(set);
    }
    Ok(command)
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HAILONG_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}

/// Says what went wrong, in the first language where it is input of theirs, and gives the exit code.
fn fail(error: &Error) -> ExitCode {
    match error {
        Error::Invalid(faults) => faults.iter().for_each(|fault| eprintln!("{}", fault_text(words::FIRST, fault))),
        other => eprintln!("hailong: {other}"),
    }
    ExitCode::from(match error {
        Error::Invalid(_) | Error::NotFound(_) => 2,
        Error::Conflict(_) => 3,
        _ => 1,
    })
}
