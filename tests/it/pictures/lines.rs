//! What stands below a place: units, procedures, points, questions, and what was ticked.

use super::*;

impl<'a> Recount<'a> {
    pub(super) fn lines(&mut self, picture: &Picture, all: &[&'a Person], what: &str) {
        let questions = self.questions.clone();
        let mut places: HashMap<(Scope, String), Vec<&Person>> = HashMap::new();
        for person in all {
            let procedure = match self.procedure(person.procedure) {
                0 => (Scope::NoProcedure, "none".to_owned()),
                id => (Scope::Procedure, format!("1.{id:06}")),
            };
            let unit = (Scope::Unit, format!("U{}", self.unit(person.unit)));
            for place in [unit, procedure, (Scope::Point, person.point.to_string())] {
                places.entry(place).or_default().push(person);
            }
        }
        let lines = picture.units.iter().chain(&picture.procedures).map(|row| &row.line);
        let mut seen = BTreeSet::new();
        for line in lines.chain(picture.points.iter().map(|row| &row.line)) {
            let nobody = Vec::new();
            let here = places.get(&(line.scope, line.code.clone())).unwrap_or(&nobody);
            self.same(&line.figure, here, &questions, &format!("{what}, {:?} {}", line.scope, line.code));
            assert!(seen.insert((line.scope.name(), line.code.clone())), "{what}: {} stands twice", line.code);
        }
        for row in &picture.points {
            let nobody = Vec::new();
            let here = places.get(&(Scope::Point, row.line.code.clone())).unwrap_or(&nobody);
            let answered = here.iter().filter(|person| !person.excluded && count(&[person], &questions).n > 0);
            let last = answered.map(|person| person.day).max().and_then(Day::from_number);
            let told = row.last_answer.as_deref().unwrap_or_default();
            assert!(last.is_none_or(|last| last.date().to_string().as_str() <= told), "{what} {last:?} {row:?}");
        }
        // Nobody is missing: where lines are told at all, everybody stands in one.
        for (rows, scopes) in
            [(&picture.units, &[Scope::Unit][..]), (&picture.procedures, &[Scope::Procedure, Scope::NoProcedure][..])]
        {
            let answered = |people: &[&Person]| count(people, &questions).n > 0;
            for ((scope, code), people) in places.iter().filter(|((scope, _), _)| scopes.contains(scope)) {
                let told = rows.iter().any(|row| row.line.code == *code);
                assert!(rows.is_empty() || told || !answered(people), "{what}: {scope:?} {code} is missing");
            }
        }
    }

    pub(super) fn questions(&mut self, picture: &Picture, all: &[&Person], what: &str) {
        let seen: Vec<&Person> = all.iter().copied().filter(|person| self.counts(person)).collect();
        for row in &picture.questions {
            self.saw_of_question(&row.figure, &seen, &row.name, &format!("{what}, {}", row.name));
        }
        for ticked in picture.aspects.iter().flat_map(|list| &list.ticked) {
            let choice = (ASPECTS, ticked.name.parse::<i64>().unwrap());
            let n = seen.iter().filter(|person| person.answers.contains(&choice)).count() as u64;
            assert_eq!(ticked.n.unwrap_or(n), n, "{what}: {choice:?}");
            assert!(ticked.n.is_none() || n == 0 || n >= 5, "{what}: {choice:?} tells of {n} persons");
            self.saw("ticked things", usize::from(n > 0 && ticked.n.is_some()));
        }
    }

    /// What some persons answered to one question; it has no target.
    pub(super) fn saw_of_question(&mut self, figure: &Figure, persons: &[&Person], name: &str, what: &str) {
        let expected = count(persons, &[id_of(name)]);
        assert_eq!(figure.target, None, "{what}");
        self.chances.check(figure, (expected.satisfied, expected.n), what);
        self.saw(if same(figure, &expected, what) { "questions" } else { "hidden" }, 1);
    }
}
