//! XLSForm, the workbook in which the field exchanges questionnaires, into a [`Questionnaire`]: the sheets `survey`,
//! `choices` and `settings`, with our two columns `indicator` and `factor`.

use std::collections::{BTreeMap, BTreeSet};

use super::questionnaire::{Choice, Kind, NOT_APPLICABLE, Question, Questionnaire, Relevant, Section, Texts};
use super::remarks::Remarks;
use super::sheet::{Line, Sheet, Table};
use super::sound::{self, Sounds};
use super::{Indicator, QuestionId, QuestionnaireId, relevant};
use crate::error::Fault;

mod check;

/// A form may have this many questions and notes.
const QUESTIONS: usize = 100;
/// A list may have this many choices.
const CHOICES: usize = 50;

/// The column that names the files in which questions are read aloud.
const AUDIO: &str = "media::audio";

/// The questionnaire of a workbook and the files it came with; none when it has faults that leave nothing to build.
pub fn read(sheets: &[Sheet], sounds: &Sounds, remarks: &mut Remarks) -> Option<Questionnaire> {
    let settings = named(sheets, "settings", remarks);
    let choices = named(sheets, "choices", remarks);
    let survey = named(sheets, "survey", remarks);
    let (settings, choices, survey) = (settings?, choices?, survey?);

    let settings = Table::new(settings, is_setting, &["form_title", "form_id", "version"], remarks);
    let survey = Table::new(survey, is_question_column, &["type", "name"], remarks);
    let choices = Table::new(choices, is_choice_column, &["list_name", "name"], remarks);

    let default_language = default_language(&settings, &survey, remarks);
    let head = head(&settings, &default_language, remarks);
    let label = Words::of(&survey, "label", &default_language, remarks);
    let choice_label = Words::of(&choices, "label", &default_language, remarks);
    let hint = Words::of(&survey, "hint", &default_language, remarks);
    let lists = lists(&choices, &choice_label, remarks);
    let audio = Words::of(&survey, AUDIO, &default_language, remarks);
    let (sections, groups, questions) = (Vec::new(), Vec::new(), Vec::new());
    let mut reader = Reader { lists, label, hint, audio, sounds, sections, groups, questions };
    for line in survey.lines() {
        reader.read(line, remarks);
    }
    reader.close(remarks);
    check::all(&reader.questions, &survey, remarks);
    let (form, version, title) = head?;
    Some(Questionnaire {
        id: QuestionnaireId(0),
        form,
        version,
        default_language,
        title,
        sections: reader.sections,
        questions: reader.questions.into_iter().map(|(question, _)| question).collect(),
    })
}

fn named<'a>(sheets: &'a [Sheet], name: &'static str, remarks: &mut Remarks) -> Option<&'a Sheet> {
    let found = sheets.iter().find(|s| s.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
    if found.is_none() {
        let there: Vec<_> = sheets.iter().filter_map(|sheet| sheet.name.as_deref()).collect();
        remarks.fault(Fault::new("import-missing-sheet").with("name", name).with("found", there.join(", ")));
    }
    found
}

fn is_setting(column: &str) -> bool {
    matches!(column, "form_title" | "form_id" | "version" | "default_language") || is_words(column, "form_title")
}

fn is_question_column(column: &str) -> bool {
    matches!(column, "type" | "name" | "required" | "relevant" | "indicator" | "factor")
        || is_words(column, AUDIO)
        || is_words(column, "label")
        || is_words(column, "hint")
}

fn is_choice_column(column: &str) -> bool {
    matches!(column, "list_name" | "name") || is_words(column, "label")
}

fn is_words(column: &str, what: &str) -> bool {
    column.strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// `vi` of `Tiếng Việt (vi)` and of `vi`.
fn language(written: &str) -> Option<String> {
    let inside = written.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(written).trim();
    let is_code = (2..=12).contains(&inside.len())
        && inside.split('-').enumerate().all(|(i, part)| {
            part.len() >= 2 && part.bytes().all(|b| b.is_ascii_alphanumeric()) && (i > 0 || part.len() <= 3)
        });
    is_code.then(|| inside.to_lowercase())
}

fn default_language(settings: &Table, survey: &Table, remarks: &mut Remarks) -> String {
    let written = settings.lines().next().and_then(|line| line.text("default_language").map(|text| (line, text)));
    if let Some((line, text)) = written {
        return language(&text).unwrap_or_else(|| {
            remarks.fault(line.fault("default_language", "import-bad-language"));
            "vi".to_owned()
        });
    }
    // Without a setting, plain columns are in the service's own language; else the first language column leads.
    let first = survey.columns().iter().find_map(|column| language(column.strip_prefix("label::")?));
    if survey.has("label") { "vi".to_owned() } else { first.unwrap_or_else(|| "vi".to_owned()) }
}

fn head(settings: &Table, default_language: &str, remarks: &mut Remarks) -> Option<(String, i64, Texts)> {
    let Some(line) = settings.lines().next() else {
        remarks.fault(settings.in_sheet(Fault::new("import-no-rows")));
        return None;
    };
    let form = line.required("form_id", remarks);
    let form = form.filter(|form| {
        let good = is_name(form);
        if !good {
            remarks.fault(line.fault("form_id", "import-bad-name"));
        }
        good
    });
    let version = line.required("version", remarks).and_then(|text| {
        let version = text.parse::<i64>().ok().filter(|version| *version >= 1);
        if version.is_none() {
            remarks.fault(line.fault("version", "import-bad-version"));
        }
        version
    });
    let words = Words::of(settings, "form_title", default_language, remarks);
    let title = words.read(&line);
    if settings.has("form_title") && !title.contains_key(default_language) {
        remarks.fault(line.fault("form_title", "import-empty"));
    }
    Some((form?, version?, title))
}

/// A name that can be the name of a form field and of a column in an export.
fn is_name(text: &str) -> bool {
    // The form itself sends `visit` and `p`.
    text.len() <= 64
        && !matches!(text, "visit" | "p")
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// The columns that hold one text in several languages.
struct Words {
    columns: Vec<(String, String)>,
    default_language: String,
}

impl Words {
    fn of(table: &Table, what: &str, default_language: &str, remarks: &mut Remarks) -> Self {
        let mut columns = Vec::new();
        for column in table.columns() {
            let folded = column.to_lowercase();
            let Some(rest) = folded.strip_prefix(what) else { continue };
            if rest.is_empty() {
                columns.push((column.clone(), default_language.to_owned()));
            } else if let Some(written) = rest.strip_prefix("::") {
                match language(written.trim()) {
                    Some(code) => columns.push((column.clone(), code)),
                    None => {
                        let fault = Fault::new("import-column-language").with("column", column);
                        remarks.fault(table.in_sheet(fault));
                    }
                }
            }
        }
        Self { columns, default_language: default_language.to_owned() }
    }

    fn read(&self, line: &Line) -> Texts {
        self.columns.iter().filter_map(|(column, code)| Some((code.clone(), line.text(column)?))).collect()
    }

    /// Reads texts of which the default language must be there; others missing are warned about.
    fn required(&self, line: &Line, what: &'static str, remarks: &mut Remarks) -> Texts {
        let texts = self.read(line);
        if !texts.contains_key(&self.default_language) {
            let column = self.columns.iter().find(|(_, code)| *code == self.default_language);
            let column = column.map_or(what, |(column, _)| column.as_str());
            remarks.fault(line.fault(column, "import-no-words").with("language", &self.default_language));
        }
        for (column, code) in self.columns.iter().filter(|(_, code)| !texts.contains_key(code)) {
            if *code != self.default_language {
                remarks.warn(line.fault(column, "import-untranslated").with("language", code));
            }
        }
        texts
    }
}

/// Choice lists by name.
type Lists = BTreeMap<String, Vec<Choice>>;

fn lists(choices: &Table, label: &Words, remarks: &mut Remarks) -> Lists {
    let mut lists = Lists::new();
    for line in choices.lines() {
        let list = line.required("list_name", remarks);
        let name = line.required("name", remarks);
        let (Some(list), Some(name)) = (list, name) else { continue };
        if !is_name(&name) {
            remarks.fault(line.fault("name", "import-bad-name"));
        }
        let label = label.required(&line, "label", remarks);
        let list = lists.entry(list).or_default();
        if list.iter().any(|choice| choice.name == name) {
            remarks.fault(line.fault("name", "import-choice-twice"));
        } else if list.len() == CHOICES {
            remarks.fault(line.row_fault("import-too-many-choices").with("most", CHOICES));
        } else {
            let place = list.len() as i64 + 1;
            let value = if name == "na" { NOT_APPLICABLE } else { place };
            list.push(Choice { name, label, value });
        }
    }
    for list in lists.values_mut().filter(|list| is_level(list)) {
        list.iter_mut().for_each(|choice| choice.value = choice.name.parse().unwrap_or(NOT_APPLICABLE));
    }
    lists
}

/// Exactly 1 to 5, perhaps with "does not apply".
fn is_level(list: &[Choice]) -> bool {
    let names: BTreeSet<_> = list.iter().map(|choice| choice.name.as_str()).filter(|name| *name != "na").collect();
    names == BTreeSet::from(["1", "2", "3", "4", "5"])
}

struct Group {
    section: usize,
    relevant: Option<Relevant>,
    row: Fault,
}

struct Reader<'a> {
    lists: Lists,
    label: Words,
    hint: Words,
    audio: Words,
    sounds: &'a Sounds,
    sections: Vec<Section>,
    groups: Vec<Group>,
    questions: Vec<(Question, Line<'a>)>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: Line<'a>, remarks: &mut Remarks) {
        let Some(written) = line.required("type", remarks) else { return };
        let mut words = written.split_whitespace();
        match (words.next().unwrap_or_default(), words.next(), words.next()) {
            ("begin_group", None, _) | ("begin", Some("group"), None) => self.begin(line, remarks),
            ("end_group", None, _) | ("end", Some("group"), None) => {
                if self.groups.pop().is_none() {
                    remarks.fault(line.row_fault("import-group-not-open"));
                }
            }
            ("text", None, _) => self.question(line, Kind::Text, Vec::new(), remarks),
            ("note", None, _) => self.question(line, Kind::Note, Vec::new(), remarks),
            ("select_one", Some(list), None) => self.select(line, list, Kind::One, remarks),
            ("select_multiple", Some(list), None) => self.select(line, list, Kind::Many, remarks),
            _ => remarks.fault(line.fault("type", "import-bad-type")),
        }
    }

    fn begin(&mut self, line: Line, remarks: &mut Remarks) {
        let name = name(&line, remarks).unwrap_or_default();
        if self.sections.iter().any(|section| section.name == name) {
            remarks.fault(line.fault("name", "import-name-twice"));
        }
        let relevant = self.relevant(&line, remarks);
        if self.sections.len() == QUESTIONS {
            remarks.fault(line.row_fault("import-too-many-questions").with("most", QUESTIONS));
            self.sections.pop();
        }
        let section = self.sections.len();
        self.sections.push(Section { name, title: self.label.read(&line) });
        self.groups.push(Group { section, relevant, row: line.row_fault("import-group-not-closed") });
    }

    fn select(&mut self, line: Line<'a>, list: &str, kind: Kind, remarks: &mut Remarks) {
        let Some(choices) = self.lists.get(list).cloned() else {
            let known: Vec<_> = self.lists.keys().map(String::as_str).collect();
            remarks.fault(line.fault("type", "import-unknown-list").with("list", list).with("known", known.join(", ")));
            return;
        };
        let kind = if kind == Kind::One && is_level(&choices) { Kind::Level } else { kind };
        self.question(line, kind, choices, remarks);
    }

    fn question(&mut self, line: Line<'a>, kind: Kind, choices: Vec<Choice>, remarks: &mut Remarks) {
        let Some(name) = name(&line, remarks) else { return };
        if self.questions.iter().any(|(question, _)| question.name == name) {
            remarks.fault(line.fault("name", "import-name-twice"));
            return;
        }
        if self.questions.len() == QUESTIONS {
            remarks.fault(line.row_fault("import-too-many-questions").with("most", QUESTIONS));
            return;
        }
        let own = self.relevant(&line, remarks);
        let mut conditions: Vec<_> = self.groups.iter().filter_map(|group| group.relevant.clone()).chain(own).collect();
        let relevant = if conditions.len() > 1 { Some(Relevant::And(conditions)) } else { conditions.pop() };
        let question = Question {
            id: QuestionId(0),
            name,
            kind,
            label: self.label.required(&line, "label", remarks),
            hint: self.hint.read(&line),
            sound: self.sound(&line, remarks),
            required: required(&line, remarks),
            relevant,
            indicator: indicator(&line, remarks),
            factor: line.text("factor"),
            section: self.groups.last().map(|group| group.section),
            choices,
        };
        self.questions.push((question, line));
    }

    /// The files in which a question is read aloud, named by what is in them.
    fn sound(&self, line: &Line, remarks: &mut Remarks) -> Texts {
        let mut named = Texts::new();
        for (column, code) in &self.audio.columns {
            let Some(file) = line.text(column) else { continue };
            match self.sounds.get(&file).map(|body| sound::name_of(body)) {
                Some(Ok(name)) => drop(named.insert(code.clone(), name)),
                Some(Err(key)) => remarks.fault(line.fault(column, key).with("most", sound::MOST_BYTES / 1024)),
                None => {
                    let known: Vec<&str> = self.sounds.keys().map(String::as_str).collect();
                    let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
                    remarks.fault(line.fault(column, "import-sound-missing").with("known", known));
                }
            }
        }
        named
    }

    fn relevant(&self, line: &Line, remarks: &mut Remarks) -> Option<Relevant> {
        match relevant::parse(&line.text("relevant")?) {
            Ok(relevant) => {
                let earlier: Vec<_> = self.questions.iter().map(|(question, _)| question).collect();
                check::relevant(&relevant, &earlier, line, remarks);
                Some(relevant)
            }
            Err(rest) => {
                let key = if rest.is_empty() { "import-relevant-unfinished" } else { "import-bad-relevant" };
                remarks.fault(line.fault("relevant", key).with("rest", rest));
                None
            }
        }
    }

    fn close(&mut self, remarks: &mut Remarks) {
        self.groups.drain(..).for_each(|group| remarks.fault(group.row));
    }
}

fn name(line: &Line, remarks: &mut Remarks) -> Option<String> {
    let name = line.required("name", remarks)?;
    if !is_name(&name) {
        remarks.fault(line.fault("name", "import-bad-name"));
        return None;
    }
    Some(name)
}

fn required(line: &Line, remarks: &mut Remarks) -> bool {
    match line.text("required").map(|text| text.to_lowercase()).as_deref() {
        Some("yes" | "true" | "true()") => true,
        None | Some("no" | "false" | "false()") => false,
        Some(_) => {
            remarks.fault(line.fault("required", "import-bad-required"));
            false
        }
    }
}

fn indicator(line: &Line, remarks: &mut Remarks) -> Option<Indicator> {
    let text = line.text("indicator")?;
    let indicator = Indicator::by_name(&text);
    if indicator.is_none() {
        let known = Indicator::ALL.map(Indicator::name).join(", ");
        remarks.fault(line.fault("indicator", "import-bad-choice").with("known", known));
    }
    indicator
}
