//! The built program as its operator knows it: a command line, a folder, a process, signals.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use hailong::clock::{self, Stopwatch};
use serde::Deserialize;

/// A data folder with its database: a file in the folder, or a schema of its own on a server.
pub struct Place {
    /// The data folder; vanishes with the place.
    pub folder: tempfile::TempDir,
    /// `--database-url`, when it is PostgreSQL.
    pub url: Option<String>,
}

/// A running `serve` or `demo`.
pub struct Program {
    child: Child,
    /// The ready-file.
    pub ready: serde_json::Value,
    /// Time from the start to the ready-file.
    pub took: Duration,
    log: PathBuf,
}

/// What `issue point --json` prints.
#[derive(Debug, Deserialize)]
struct Issued {
    url: String,
}

impl Place {
    /// An empty folder, and an empty schema when a server is given.
    pub async fn new(server: Option<&str>) -> Self {
        let url = match server {
            Some(server) => Some(new_schema(server).await),
            None => None,
        };
        Self { folder: tempfile::tempdir().unwrap(), url }
    }

    /// Runs one command to its end and gives its standard output; the test ends when it fails.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "hailong {arguments:?} ended with {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Imports the department of the test data and issues a point; gives the path of its form.
    pub fn open_office(&self) -> String {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/department");
        for (what, file) in [
            ("units", "units.csv"),
            ("procedures", "procedures.csv"),
            ("questionnaire", "questionnaires/procedure.xlsx"),
        ] {
            self.run(&["import", what, data.join(file).to_str().unwrap()]);
        }
        self.issue("point", &["--channel", "counter", "--label", "Quầy 1"])
    }

    /// Issues a point or an invitation of the one-stop counter; gives the path of its form.
    pub fn issue(&self, what: &str, more: &[&str]) -> String {
        self.issue_at("SGD-GL.MC", what, "procedure", &[&["--procedure", "1.012944"], more].concat())
    }

    /// Issues a point or an invitation of any unit; gives the path of its form.
    pub fn issue_at(&self, unit: &str, what: &str, form: &str, more: &[&str]) -> String {
        let about = ["issue", what, "--unit", unit, "--form", form, "--json"];
        let issued: Issued = serde_json::from_str(&self.run(&[&about[..], more].concat())).unwrap();
        let (_, path) = issued.url.split_once("/q/").unwrap();
        format!("/q/{path}")
    }

    /// Starts `serve` or `demo` with further arguments and waits until it is ready.
    pub async fn start(&self, arguments: &[&str]) -> Program {
        let ready_file = self.folder.path().join("ready.json");
        let _ = std::fs::remove_file(&ready_file);
        let watch = Stopwatch::start();
        let listen = if arguments.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let mut child = self
            .command(arguments)
            .args(listen)
            .args(if arguments.contains(&"--limits") { &[][..] } else { &["--limits", "off"] })
            .arg("--ready-file")
            .arg(&ready_file)
            .stdout(File::options().create(true).append(true).open(self.folder.path().join("stdout.log")).unwrap())
            .stderr(File::options().create(true).append(true).open(self.log()).unwrap())
            .spawn()
            .unwrap();
        let ready = loop {
            let text = std::fs::read(&ready_file).unwrap_or_default();
            if let Ok(ready) = serde_json::from_slice::<serde_json::Value>(&text) {
                break ready;
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none() && watch.elapsed() < START, "not ready, ended: {ended:?}\n{}", self.read_log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        Program { child, ready, took: watch.elapsed(), log: self.log() }
    }

    /// What every process of this place has logged.
    pub fn read_log(&self) -> String {
        std::fs::read(self.log()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("stderr.log")
    }

    /// One command of this place, ready to be run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
        let folder = self.folder.path();
        command.args(arguments).arg("--data").arg(folder).arg("--key-file").arg(folder.join("master.key"));
        command.stdin(Stdio::null());
        command.env_remove("HAILONG_DATABASE_URL");
        if let Some(url) = &self.url {
            command.args(["--database-url", url]);
        }
        command
    }
}

/// A simulated department on a loaded machine, in a build without optimisation, may take its time.
const START: Duration = Duration::from_secs(120);

impl Program {
    /// `127.0.0.1:port`.
    pub fn address(&self) -> &str {
        let base_url = self.ready["base_url"].as_str().unwrap();
        base_url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Kills it as a power cut would: no handler runs.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as systemd does, and waits for its end.
    pub async fn stop(mut self) -> (ExitStatus, Duration) {
        let watch = Stopwatch::start();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success(), "the process had ended before");
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, watch.elapsed());
            }
            assert!(watch.elapsed() < Duration::from_secs(40), "still running 40 s after SIGTERM");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until it rests: what it has to do at its start, such as the day's cut for other systems, is done.
    pub async fn rest(&self) {
        const BREATH: Duration = Duration::from_millis(500);
        let mut before = self.ticks();
        loop {
            tokio::time::sleep(BREATH).await;
            let now = self.ticks();
            if now - before < 5 {
                return;
            }
            before = now;
        }
    }

    /// Processor time used, in hundredths of a second.
    fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let fields: Vec<&str> = fields.split(' ').collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    /// Resident memory in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read(&self.log).unwrap_or_default();
            eprintln!("the program, ended by itself: {:?}\n{}", self.child.try_wait(), String::from_utf8_lossy(&log));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server that the environment names for tests, if any.
pub fn postgres() -> Option<String> {
    std::env::var("HAILONG_TEST_POSTGRES").ok()
}

async fn new_schema(server: &str) -> String {
    use sqlx::Connection;
    let name = format!("t_{:016x}", u64::from_be_bytes(clock::random()));
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let create: &'static str = Box::leak(format!("CREATE SCHEMA {name}").into_boxed_str());
    sqlx::query(create).execute(&mut connection).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options[search_path]={name}")
}
