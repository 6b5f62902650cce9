//! The rooms of the source: arrows go one way, and every word is there in every language.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hailong::words::Lang;

/// What each room may use, besides itself and what uses nothing of ours.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("stats", &[]),
    ("store", &["domain"]),
    ("flow", &["store", "domain", "stats"]),
    ("present", &["flow", "domain", "stats"]),
    ("web", &["present", "flow", "store", "domain", "stats"]),
    ("jobs", &["web", "flow", "store", "domain"]),
    ("config", &["store", "domain"]),
    ("cli", &["config", "jobs", "web", "present", "flow", "store", "domain", "stats"]),
    ("main", &["cli"]),
];
const USES_NOTHING: [&str; 3] = ["error", "clock", "words"];
/// Libraries that belong to one room.
const ONLY_IN: [(&str, &[&str]); 4] =
    [("sqlx", &["store", "error"]), ("axum", &["web"]), ("maud", &["web"]), ("clap", &["config", "cli"])];

fn sources(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path) } else { vec![path] }
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn room(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The code of a file without its comments and unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn arrows_between_rooms_go_one_way() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let (from, code) = (room(&path), code(&path));
        if from == "lib" {
            continue;
        }
        let allowed = MAY_USE.iter().find(|(name, _)| *name == from).map(|(_, allowed)| *allowed);
        let allowed = allowed.unwrap_or_else(|| {
            assert!(USES_NOTHING.contains(&from.as_str()), "the room {from} is not on the map");
            &[]
        });
        for used in code.split("crate::").skip(1) {
            let to: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if to != from && !allowed.contains(&to.as_str()) && !USES_NOTHING.contains(&to.as_str()) {
                wrong.push(format!("{}: {from} → {to}", path.display()));
            }
        }
        for (library, rooms) in ONLY_IN {
            if code.contains(&format!("{library}::")) && !rooms.contains(&from.as_str()) {
                wrong.push(format!("{}: {library} belongs to {rooms:?}", path.display()));
            }
        }
        if from != "flow" && from != "store" && code.contains(".begin()") {
            wrong.push(format!("{}: only flow opens a transaction", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small_enough_to_be_read() {
    let long =
        sources(Path::new("src")).into_iter().filter(|path| fs::read_to_string(path).unwrap().lines().count() > 460);
    let long: Vec<PathBuf> = long.collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_key_that_is_used_has_words_in_every_language() {
    let keys: BTreeSet<String> = sources(Path::new("src")).iter().flat_map(|path| keys_in(&code(path))).collect();
    assert!(keys.len() > 60, "{keys:?}");
    for lang in Lang::all() {
        let missing: Vec<&String> = keys.iter().filter(|key| !lang.has(key)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", lang.code());
    }
}

/// Literals handed to `text(…)`, `text_with(…)` and `Fault::new(…)`.
fn keys_in(code: &str) -> Vec<String> {
    [".text(\"", ".text_with(\"", "Fault::new(\""]
        .iter()
        .flat_map(|call| code.split(call).skip(1).filter_map(|rest| rest.split('"').next()))
        .filter(|key| key.contains('-'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn languages_have_the_same_keys_in_composed_letters() {
    use unicode_normalization::is_nfc;
    let read = |code: &str| fs::read_to_string(format!("static/lang/{code}.ftl")).unwrap();
    let keys = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        lines.filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect()
    };
    let vi = read("vi");
    assert!(is_nfc(&vi));
    for lang in Lang::all() {
        assert_eq!(keys(&read(lang.code())), keys(&vi), "{}", lang.code());
    }
}

#[test]
fn every_dependency_has_its_sentence() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let mut section = "";
    let mut before = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies]") && line.contains(" = ") {
            assert!(before.starts_with("# ") && before.ends_with('.'), "no sentence before: {line}");
        }
        before = line;
    }
}
