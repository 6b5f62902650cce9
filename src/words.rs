//! Every sentence a person sees, from `static/lang/*.ftl`: a language is one file. Uses nothing of ours.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

#[derive(rust_embed::RustEmbed)]
#[folder = "static/lang"]
struct Files;

static BUNDLES: LazyLock<BTreeMap<String, FluentBundle<FluentResource>>> = LazyLock::new(load);
/// Files that the operator adds: read once, when the first word is asked for.
static ADDED: OnceLock<Vec<(String, String)>> = OnceLock::new();

/// Adds the languages of a folder, one `CODE.ftl` each, to those built in; a file of a built-in language changes the
/// words that it has. To be called before anything is said.
///
/// # Errors
/// When the folder or a file cannot be read, or is not named like a language.
pub fn add(folder: &Path) -> io::Result<()> {
    let mut added = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let Some(code) = name.strip_suffix(".ftl") else { continue };
        if !(2..=12).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
            let expected = "is not named after a language code such as km.ftl";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} {expected}", path.display())));
        }
        added.push((code.to_owned(), std::fs::read_to_string(&path)?));
    }
    ADDED.set(added).map_err(|_| io::Error::other("languages were added before"))
}

/// The language that is complete by definition and stands in for missing words.
pub const FIRST: Lang = Lang("vi");

/// A language we have words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(&'static str);

impl Lang {
    /// The language of that code, when we have its file.
    #[must_use]
    pub fn by_code(code: &str) -> Option<Self> {
        BUNDLES.get_key_value(code).map(|(code, _)| Self(code.as_str()))
    }

    /// Every language, the first one first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let others = BUNDLES.keys().map(|code| Self(code.as_str())).filter(|lang| *lang != FIRST);
        std::iter::once(FIRST).chain(others).collect()
    }

    /// The language code, for `lang=`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The message of a key.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// The message of a key with its arguments filled in.
    #[must_use]
    pub fn text_with(self, key: &str, args: &[(&str, &str)]) -> String {
        message(self.0, key, args).or_else(|| message(FIRST.0, key, args)).unwrap_or_else(|| key.to_owned())
    }

    /// The keys of this language that begin with a text, in order.
    #[must_use]
    pub fn keys(self, prefix: &str) -> Vec<String> {
        let texts = Files::get(&format!("{}.ftl", self.0));
        let text = texts.map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default();
        let keys = text.lines().filter(|line| line.starts_with(prefix)).filter_map(|line| line.split_once(" ="));
        keys.map(|(key, _)| key.to_owned()).collect()
    }

    /// Whether this language itself has the key.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        BUNDLES.get(self.0).is_some_and(|bundle| bundle.has_message(key))
    }
}

fn message(code: &str, key: &str, args: &[(&str, &str)]) -> Option<String> {
    let bundle = BUNDLES.get(code)?;
    let pattern = bundle.get_message(key)?.value()?;
    let mut fluent = FluentArgs::new();
    for (name, value) in args {
        fluent.set(*name, FluentValue::from(*value));
    }
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned())
}

fn load() -> BTreeMap<String, FluentBundle<FluentResource>> {
    let built_in = Files::iter().filter_map(|path| {
        let file = Files::get(&path)?;
        Some((path.strip_suffix(".ftl")?.to_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    });
    let mut bundles = BTreeMap::new();
    for (code, text) in built_in.chain(ADDED.get().into_iter().flatten().cloned()) {
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(lang = code, ?errors, "a language file has faults");
            resource
        });
        let bundle = bundles.entry(code).or_insert_with_key(|code: &String| {
            let mut bundle = FluentBundle::new_concurrent(vec![code.parse().unwrap_or_default()]);
            bundle.set_use_isolating(false);
            bundle
        });
        bundle.add_resource_overriding(resource);
    }
    bundles
}
