//! The first run: no account, no default password, nobody listened to but this machine.

use std::time::Duration;

use tokio::net::TcpStream;

use crate::harness::http::{Connection, get, post};
use crate::harness::program::{Place, postgres};
use crate::rows;

const PASSWORD: &str = "password=m%C6%B0a+r%C6%A1i+tr%C3%AAn+m%C3%A1i+l%C3%A1+c%E1%BB%8D";

/// Runs one command that must not succeed; gives its exit code and what it says of it.
fn refused(place: &Place, arguments: &[&str]) -> (i32, String) {
    let output = place.command(arguments).output().unwrap();
    assert!(!output.status.success(), "hailong {arguments:?} succeeded");
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// What the services of a place have said on the console.
fn said(place: &Place) -> String {
    std::fs::read_to_string(place.folder.path().join("stdout.log")).unwrap_or_default()
}

/// The path of the last link on the console.
fn link(said: &str) -> String {
    let (_, token) = said.rsplit_once("/link/").unwrap();
    format!("/link/{}", token.trim())
}

#[tokio::test]
async fn until_there_is_an_account_only_this_machine_is_listened_to() {
    let place = Place::new(postgres().as_deref()).await;
    // All of 127/8 is this machine, but only a service that listens to all answers at .2.
    let program = place.start(&["serve", "--listen", "0.0.0.0:0", "--trusted-proxies", "10.0.0.0/8"]).await;
    let (_, port) = program.address().rsplit_once(':').unwrap();
    let (here, elsewhere) = (format!("127.0.0.1:{port}"), format!("127.0.0.2:{port}"));
    assert!(TcpStream::connect(&elsewhere).await.is_err(), "the world is let in before setting up");
    let path = link(&said(&place));
    let mut connection = Connection::open(&here).await.unwrap();
    assert_eq!(connection.send(&get(&here, &path)).await.unwrap().status, 200);
    let sent = connection.send(&post(&here, &path, &format!("login=an&name=An&{PASSWORD}"))).await.unwrap();
    assert_eq!(sent.status, 303, "{}", sent.text());
    drop(connection);
    let mut patience = 100;
    while TcpStream::connect(&elsewhere).await.is_err() {
        patience -= 1;
        assert!(patience > 0, "the world is still not let in\n{}", place.read_log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let again = Connection::open(&elsewhere).await.unwrap().send(&get(&here, &path)).await.unwrap();
    assert_eq!(again.status, 410, "a setup link works once");
    assert!(!place.read_log().contains(path.strip_prefix("/link/").unwrap()), "the token is in the log");
    let (status, _) = program.stop().await;
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn passwords_are_not_taken_in_the_clear_from_other_machines() {
    let place = Place::new(postgres().as_deref()).await;
    let (code, told) = refused(&place, &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(code, 3);
    assert!(told.contains("--public-url") && told.contains("--trusted-proxies"), "{told}");
}

#[tokio::test]
async fn the_operator_adds_resets_disables_and_lists_accounts() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    let url = ["--public-url", "https://hl.example.vn"];
    let add = ["user", "add", "An@so.vn", "--name", "Trần An", "--role", "admin", "--role", "manager:SGD-GL.VP"];
    let invited = place.run(&[&add[..], &url].concat());
    assert!(invited.starts_with("https://hl.example.vn/link/"), "{invited}");
    assert_eq!(place.run(&["user", "list"]), "an@so.vn\tTrần An\tadmin,manager:SGD-GL.VP\t-\tinvited\n");
    assert_eq!(refused(&place, &add).0, 2, "a login name is one person's");
    assert_eq!(refused(&place, &["user", "add", "b", "--name", "B"]).0, 2);
    assert_eq!(refused(&place, &["user", "add", "binh", "--name", "B", "--role", "king"]).0, 2);
    assert_eq!(refused(&place, &["user", "add", "binh", "--name", "B", "--role", "manager:NOWHERE"]).0, 2);
    assert_eq!(refused(&place, &["user", "reset", "nobody"]).0, 2);
    let reset = place.run(&[&["user", "reset", "an@so.vn"][..], &url].concat());

    let program = place.start(&["serve"]).await;
    assert!(!said(&place).contains("/link/"), "there is an account: nothing to set up");
    let address = program.address();
    let mut connection = Connection::open(address).await.unwrap();
    assert_eq!(connection.send(&get(address, &link(&invited))).await.unwrap().status, 410, "replaced by the reset");
    assert_eq!(connection.send(&post(address, &link(&reset), PASSWORD)).await.unwrap().status, 303);
    assert!(place.run(&["user", "list"]).ends_with("active\n"));
    let (code, told) = refused(&place, &["user", "disable", "an@so.vn"]);
    assert!(code == 2 && told.contains("người quản trị cuối cùng"), "{told}");
    place.run(&["user", "add", "binh", "--name", "Lê Bình", "--role", "officer:SGD-GL.MC"]);
    place.run(&["user", "disable", "binh"]);
    assert!(place.run(&["user", "list"]).contains("binh\tLê Bình\tofficer:SGD-GL.MC\t-\tdisabled\n"));
    place.run(&["user", "enable", "binh"]);
    assert!(place.run(&["user", "list"]).contains("invited\n"));
}

#[tokio::test]
async fn typed_sheets_are_imported_for_the_account_that_typed_them() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    place.run(&["user", "add", "nhap", "--name", "Người nhập", "--role", "typist"]);
    let template = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("static/demo/paper.csv");
    let import = ["import", "paper", template.to_str().unwrap()];
    let (code, told) = refused(&place, &import);
    assert!(code == 2 && told.contains("--by"), "{told}");
    let by = |more: &[&'static str]| [&import[..], &["--by", "nhap"], more].concat();
    place.run(&by(&["--dry-run"]));
    assert_eq!(rows::stored(&place).await, 0);
    place.run(&by(&[]));
    place.run(&by(&[]));
    assert_eq!(rows::stored(&place).await, 2);
    place.run(&["rebuild", "--check"]);
}
