//! The index beside a closing question is made by fewer people than answered that: its numbers tell of no few of them either.

use super::*;
use crate::rows::ACCESS;

/// The same people, a quarter of whom answered a criterion as well; and those.
fn asked(dice: &mut Dice) -> (Vec<Answer>, Vec<Answer>) {
    let mut all = people(dice);
    for answer in &mut all {
        if dice.below(4) == 0 {
            answer.answers.push((ACCESS, 1 + dice.below(5)));
        }
    }
    let some = all.iter().filter(|answer| answer.answers.len() > 1).cloned().collect();
    (all, some)
}

fn see_page(counter: &mut Counter<'_>, picture: &Picture) {
    let index = picture.headline.index.as_ref().unwrap();
    counter.see(index.n, &picture.period, "the index", |_, _| true);
}

fn see_report(counter: &mut Counter<'_>, finding: &Finding) {
    let mut indices = finding.clone();
    let lines = std::iter::once(&mut indices.department).chain(&mut indices.units).chain(&mut indices.procedures);
    lines.for_each(|line| line.figure = line.index.take().unwrap());
    counter.lines_of(&indices);
}

#[tokio::test]
async fn no_two_indices_beside_closing_questions_tell_of_a_few_persons() {
    let mut dice = Dice(2027);
    let (all, some) = asked(&mut dice);
    let world = world(&all).await;
    let catalogue = Catalogue::read(&world.db, Day::from_number(TODAY).unwrap()).await.unwrap();
    let mut shown: Vec<Shown> = Vec::new();
    for view in views(&mut dice, 400) {
        let picture = picture(&world.db, &catalogue, &view, noon(TODAY)).await.unwrap();
        let mut counter = Counter::new(&some, &[], &view);
        see_page(&mut counter, &picture);
        shown.append(&mut counter.shown);
    }
    for name in periods() {
        let period = Period::parse(&name, CutOff::Calendar).unwrap();
        let view = View::of(Indicator::Procedures, Place::Department, period);
        let mut counter = Counter::new(&some, &[], &view);
        let report = findings_with(&world.db, &period, Audience::Management, Excluded::LeftOut, noon(TODAY)).await;
        see_report(&mut counter, closing(&report.unwrap().indicators));
        let publication = publish::preview(&world.db, &period, noon(TODAY)).await.unwrap();
        see_report(&mut counter, closing(&publication.findings(Excluded::LeftOut).indicators));
        shown.append(&mut counter.shown);
    }
    tells_of_no_few(shown, 60);
}

/// A report beside the pages of all its lines: who stays hidden is nobody, or five at least.
#[tokio::test]
async fn a_report_and_the_pages_of_its_lines_leave_no_few_persons_of_an_index() {
    let (all, some) = asked(&mut Dice(2028));
    let world = world(&all).await;
    let catalogue = Catalogue::read(&world.db, Day::from_number(TODAY).unwrap()).await.unwrap();
    let mut left = 0;
    for name in periods() {
        let period = Period::parse(&name, CutOff::Calendar).unwrap();
        let here = |answer: &&Answer| (period.from().number()..period.to().number()).contains(&answer.day);
        let view = View::of(Indicator::Procedures, Place::Department, period);
        let report =
            findings_with(&world.db, &period, Audience::Management, Excluded::LeftOut, noon(TODAY)).await.unwrap();
        let report = closing(&report.indicators);
        let index = async |place: &Place| {
            let view = View { place: place.clone(), ..view.clone() };
            let page = picture(&world.db, &catalogue, &view, noon(TODAY)).await.unwrap();
            page.headline.index.unwrap().n
        };
        let whole = report.department.index.as_ref().unwrap().n;
        assert_eq!(index(&Place::Department).await, whole, "{name}");
        let Some(whole) = whole else { continue };
        for lines in [&report.units, &report.procedures] {
            let mut hidden = whole;
            for line in lines {
                let id = line.code.trim_start_matches("1.").trim_start_matches('U').parse::<i64>();
                let place = match (line.code.starts_with('U'), id) {
                    (true, Ok(id)) => Place::Units(vec![UnitId(id)]),
                    (_, Ok(id)) => Place::Procedure(ProcedureId(id)),
                    (_, Err(_)) => Place::Procedure(NO_PROCEDURE),
                };
                let told = [line.index.as_ref().unwrap().n, index(&place).await].into_iter().flatten().max();
                hidden -= told.unwrap_or(0);
            }
            left += usize::from(hidden > 0);
            assert!(
                hidden == 0 || hidden >= 5,
                "{name}: {hidden} of {whole} persons of {}",
                some.iter().filter(here).count()
            );
        }
    }
    assert!(left > 5, "{left}: nothing is proved");
}
