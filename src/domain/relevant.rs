//! Reads the `relevant` column of an XLSForm: comparisons of earlier answers, joined by `and`, `or`, `not()` and
//! parentheses. Other XPath is refused rather than half understood.

use super::questionnaire::{Op, Relevant};

/// Deeper parentheses than anyone writes; keeps a hostile file from exhausting the stack.
const DEPTH: usize = 20;

/// The condition that a text describes.
///
/// # Errors
/// The rest of the text from where it is no longer understood.
pub fn parse(text: &str) -> Result<Relevant, String> {
    let mut reader = Reader { rest: text.trim(), depth: 0 };
    let relevant = reader.either().ok_or_else(|| reader.rest.to_owned())?;
    if reader.rest.is_empty() { Ok(relevant) } else { Err(reader.rest.to_owned()) }
}

/// Every comparison in a condition: the question, the operator (none for `selected`) and the value.
#[must_use]
pub fn parts(relevant: &Relevant) -> Vec<(&str, Option<Op>, &str)> {
    match relevant {
        Relevant::Compare { question, op, value } => vec![(question, Some(*op), value)],
        Relevant::Selected { question, value } => vec![(question, None, value)],
        Relevant::And(all) | Relevant::Or(all) => all.iter().flat_map(parts).collect(),
        Relevant::Not(inner) => parts(inner),
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn either(&mut self) -> Option<Relevant> {
        let mut any = vec![self.both()?];
        while self.word("or") {
            any.push(self.both()?);
        }
        Some(if any.len() == 1 { any.remove(0) } else { Relevant::Or(any) })
    }

    fn both(&mut self) -> Option<Relevant> {
        let mut all = vec![self.one()?];
        while self.word("and") {
            all.push(self.one()?);
        }
        Some(if all.len() == 1 { all.remove(0) } else { Relevant::And(all) })
    }

    fn one(&mut self) -> Option<Relevant> {
        if self.word("not") {
            return Some(Relevant::Not(Box::new(self.in_parentheses()?)));
        }
        if self.word("selected") {
            self.sign("(").then_some(())?;
            let question = self.question()?;
            self.sign(",").then_some(())?;
            let value = self.value()?;
            return self.sign(")").then_some(Relevant::Selected { question, value });
        }
        if self.rest.starts_with('(') {
            return self.in_parentheses();
        }
        let question = self.question()?;
        let op = self.op()?;
        Some(Relevant::Compare { question, op, value: self.value()? })
    }

    fn in_parentheses(&mut self) -> Option<Relevant> {
        self.depth += 1;
        if self.depth > DEPTH || !self.sign("(") {
            return None;
        }
        let inner = self.either()?;
        self.depth -= 1;
        self.sign(")").then_some(inner)
    }

    fn question(&mut self) -> Option<String> {
        let (name, rest) = self.rest.strip_prefix("${")?.split_once('}')?;
        self.rest = rest.trim_start();
        Some(name.trim().to_owned())
    }

    fn op(&mut self) -> Option<Op> {
        let ops = [("!=", Op::Ne), ("<=", Op::Le), (">=", Op::Ge), ("=", Op::Eq), ("<", Op::Lt), (">", Op::Gt)];
        ops.into_iter().find(|(sign, _)| self.sign(sign)).map(|(_, op)| op)
    }

    fn value(&mut self) -> Option<String> {
        // Spreadsheets turn straight quotes into curly ones while people type.
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '‘' | '’' | '“' | '”'));
        let (value, rest) = match quote {
            Some(open) => {
                let inside = &self.rest[open.len_utf8()..];
                let is_close = |c: char| match open {
                    '\'' | '"' => c == open,
                    '‘' | '’' => matches!(c, '‘' | '’'),
                    _ => matches!(c, '“' | '”'),
                };
                let end = inside.find(is_close)?;
                let close = inside[end..].chars().next()?;
                (&inside[..end], &inside[end + close.len_utf8()..])
            }
            None => {
                let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
                let end = self.rest.find(|c| !number(c)).unwrap_or(self.rest.len());
                self.rest[..end].parse::<f64>().ok()?;
                self.rest.split_at(end)
            }
        };
        let value = value.trim().to_owned();
        self.rest = rest.trim_start();
        Some(value)
    }

    fn word(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word) else { return false };
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-')) {
            return false;
        }
        self.rest = rest.trim_start();
        true
    }

    fn sign(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}
