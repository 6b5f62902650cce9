//! `verify`, `anchor` and `key` as the operator runs them.

use std::process::Output;

use crate::harness::http::{Connection, new_visit, post};
use crate::harness::program::{Place, postgres};
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
