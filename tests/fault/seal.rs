//! `verify`, `anchor` and `key` as the operator runs them.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use hailong::clock::Stopwatch;

use crate::harness::http::{Connection, new_visit, post};
use crate::harness::program::{Place, postgres};
use crate::receiver::{BROKEN, OK, REDIRECT, Receiver, field};
use crate::rows::execute;

fn run(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = place.command(arguments).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(!said.contains("panicked"), "{said}");
    (status.code(), said)
}

/// Answers as a citizen does, and is thanked.
async fn answer(address: &str, path: &str, visit: &str) {
    let mut connection = Connection::open(address).await.unwrap();
    let answer = connection.send(&post(address, path, &format!("visit={visit}&overall=5"))).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test]
async fn i4_verify_says_by_its_exit_code_whole_broken_or_cannot_run() {
    let place = Place::new(postgres().as_deref()).await;
    let (code, said) = run(&place, &["verify"]);
    assert_eq!(code, Some(2), "no key file yet: {said}");
    assert!(!place.folder.path().join("master.key").exists(), "verify makes nothing");
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    for _ in 0..8 {
        answer(program.address(), &path, &new_visit()).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("neo.json");
    let file = file.to_str().unwrap();
    let (code, said) = run(&place, &["verify", "--write-anchor", file, "--lang", "en"]);
    assert_eq!(code, Some(0), "while the service runs: {said}");
    assert!(said.contains("Whole: every row is as it was sealed."), "{said}");
    let (code, said) = run(&place, &["anchor", "--anchor-dir", folder.path().to_str().unwrap()]);
    assert_eq!((code, std::fs::read_dir(&folder).unwrap().count()), (Some(0), 2), "{said}");
    let (_, public) = run(&place, &["key", "show"]);
    assert!(said.contains(public.trim()), "{said} {public}");
    program.stop().await;

    let drop = if place.url.is_some() {
        "DROP TRIGGER responses_no_delete ON responses"
    } else {
        "DROP TRIGGER responses_no_delete"
    };
    execute(&place, drop).await;
    execute(&place, "DELETE FROM responses WHERE n = 8").await;
    execute(&place, "UPDATE chain SET n = 7, hash = (SELECT hash FROM responses WHERE n = 7) WHERE name = 'responses'")
        .await;
    let (code, said) = run(&place, &["verify", "--anchor", file, "--json"]);
    assert_eq!(code, Some(1), "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let found: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["finding"].as_str().unwrap()).collect();
    assert!(found.contains(&"verify-trigger") && found.contains(&"verify-anchor-beyond"), "{said}");
    let (code, said) = run(&place, &["verify", "--anchor", "/no/such/file"]);
    assert_eq!(code, Some(2), "{said}");
}

#[tokio::test]
async fn a_copy_of_the_key_opens_with_its_passphrase_alone_and_a_changed_key_goes_on_serving() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let at = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("words"), "mưa rơi ngoài hiên vắng\n").unwrap();
    std::fs::write(at("other"), "another passphrase\n").unwrap();
    let key = std::fs::read(at("master.key")).unwrap();
    let (code, said) = run(&place, &["key", "backup", &at("copy"), "--passphrase-file", &at("words")]);
    assert_eq!(code, Some(0), "{said}");
    let copy = std::fs::read_to_string(at("copy")).unwrap();
    assert!(!copy.contains(std::str::from_utf8(&key).unwrap().trim()));
    assert_eq!(
        run(&place, &["key", "restore", &at("copy"), "--passphrase-file", &at("words")]).0,
        Some(3),
        "there is one"
    );
    std::fs::remove_file(at("master.key")).unwrap();
    assert_eq!(run(&place, &["key", "restore", &at("copy"), "--passphrase-file", &at("other")]).0, Some(3));
    assert_eq!(run(&place, &["key", "restore", &at("copy"), "--passphrase-file", &at("words")]).0, Some(0));
    assert_eq!(std::fs::read(at("master.key")).unwrap(), key);

    let (visit, program) = (new_visit(), place.start(&["serve"]).await);
    answer(program.address(), &path, &visit).await;
    program.stop().await;
    let (code, said) = run(&place, &["key", "rotate"]);
    assert_eq!((code, said.trim()), (Some(0), "1 points and 0 invitations sealed anew"));
    let program = place.start(&["serve"]).await;
    // The printed code opens, and the visit is known again.
    answer(program.address(), &path, &visit).await;
    answer(program.address(), &path, &new_visit()).await;
    program.stop().await;
    assert_eq!(crate::rows::stored(&place).await, 2, "the first answer was not stored again");
    let (code, said) = run(&place, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    std::fs::write(at("master.key"), &key).unwrap();
    let (code, said) = run(&place, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(3), "the old key file would break the chain: {said}");
}

#[tokio::test]
async fn s15_anchor_says_by_its_exit_code_and_in_words_who_did_not_take_it() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    let at = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, text: &str, mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(at(name), text).unwrap();
        std::fs::set_permissions(at(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    write("secret", "whsec_CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n", 0o600);
    write("open", "whsec_CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n", 0o644);
    write("other", "not a secret\n", 0o600);
    let [good, broken, redirecting] =
        [&[OK], &[BROKEN], &[REDIRECT]].map(|answers: &'static [&'static str; 1]| Receiver::start(answers));
    let anchor = |urls: &str, secret: &str, networks: &str| {
        let secret = at(secret);
        let mut arguments = vec!["anchor", "--anchor-webhook", urls, "--anchor-webhook-secret-file", &secret];
        if !networks.is_empty() {
            arguments.extend(["--webhook-networks", networks]);
        }
        run(&place, &arguments)
    };
    // The service gives the daily one away by itself.
    let secret = at("secret");
    let hook =
        ["--anchor-webhook", &good.url, "--anchor-webhook-secret-file", &secret, "--webhook-networks", "127.0.0.1"];
    let program = place.start(&[&["serve"], &hook[..]].concat()).await;
    let watch = Stopwatch::start();
    while !place.read_log().contains("gave an anchor away") {
        assert!(watch.elapsed() < Duration::from_secs(20), "{}", place.read_log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    program.stop().await;
    assert_eq!(good.taken().len(), 1);

    let (code, said) = anchor(&good.url, "secret", "127.0.0.0/8");
    assert_eq!((code, good.taken().len()), (Some(0), 2), "{said}");
    assert_eq!(said.lines().next().unwrap(), good.taken()[1].1, "what it prints is what it sends");
    assert!(field(&good.taken()[1].0, "webhook-signature").starts_with("v1,"));
    let some = format!("{},{},{}", good.url, broken.url, redirecting.url);
    let (code, said) = anchor(&some, "secret", "127.0.0.1");
    assert_eq!(code, Some(3), "{said}");
    for told in ["1 of 3 receivers took the anchor", "answered 500", "answered 307: redirects are not followed"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(said.matches("a receiver did not take the anchor").count() == 2, "and in the log: {said}");
    assert!(!said.contains("/anchors") && !said.contains("whsec_"), "neither paths nor secrets: {said}");
    let (code, said) = anchor(&broken.url, "secret", "127.0.0.1");
    assert!(code == Some(3) && said.contains("nobody took the anchor"), "{said}");
    for (secret, networks, told) in [
        ("secret", "", "is not a public address"),
        ("open", "127.0.0.1", "may be read by others"),
        ("other", "127.0.0.1", "holds no secret of webhooks"),
    ] {
        let (code, said) = anchor(&good.url, secret, networks);
        assert!(code == Some(3) && said.contains(told), "{told}: {said}");
    }
    let (code, said) = run(&place, &["anchor", "--anchor-webhook", &good.url]);
    assert!(code == Some(3) && said.contains("webhooks need a secret"), "{said}");
    assert_eq!(good.taken().len(), 3, "none of the refused was sent");
}

#[tokio::test]
async fn no_command_writes_with_a_key_file_that_is_not_that_of_the_database() {
    let place = Place::new(postgres().as_deref()).await;
    let path = place.open_office();
    let program = place.start(&["serve"]).await;
    answer(program.address(), &path, &new_visit()).await;
    program.stop().await;
    let at = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let commands: [&[&str]; 8] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["issue", "point", "--unit", "SGD-GL.VP", "--form", "procedure"],
        &["qr", "point:1"],
        &["user", "list"],
        &["import", "paper", "tests/data/department/units.csv", "--by", "an"],
        &["anchor"],
        &["key", "rotate"],
        &["key", "create"],
    ];
    std::fs::rename(at("master.key"), at("right.key")).unwrap();
    for command in commands {
        let (code, said) = run(&place, command);
        let told = said.contains("master.key") && said.contains("is not there");
        assert!(code == Some(3) && told && !Path::new(&at("master.key")).exists(), "{command:?}: {said}");
    }
    // One of the same length, made by somebody else.
    let other = Place::new(None).await;
    other.run(&["key", "create"]);
    std::fs::copy(other.folder.path().join("master.key"), at("master.key")).unwrap();
    for command in &commands[..7] {
        let (code, said) = run(&place, command);
        assert!(code == Some(3) && said.contains("is not that of this database"), "{command:?}: {said}");
    }
    let (code, said) = run(&place, &["verify", "--lang", "en", "--write-anchor", &at("neo.json")]);
    assert!(code == Some(1) && said.contains("The master key number 1 in the key file is another"), "{said}");
    assert!(!Path::new(&at("neo.json")).exists());
    std::fs::rename(at("right.key"), at("master.key")).unwrap();
    let (code, said) = run(&place, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    run(&place, &["issue", "point", "--unit", "SGD-GL.VP", "--form", "procedure"]);

    // A database of before these values were noted: the last links say whose it is.
    let guard = if place.url.is_some() {
        "ALTER TABLE key_checks DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER key_checks_no_delete"
    };
    execute(&place, guard).await;
    execute(&place, "DELETE FROM key_checks").await;
    std::fs::copy(other.folder.path().join("master.key"), at("master.key")).unwrap();
    let (code, said) = run(&place, &["user", "list"]);
    assert!(code == Some(3) && said.contains("is not that of this database"), "{said}");
}
