//! What is asked: every place in every period, with filters drawn by lot.

use hailong::flow::assess::Depth;

use super::*;
use crate::dice::Dice;

pub(super) fn views(dice: &mut Dice) -> Vec<View> {
    let period = |text: &str, cut_off| Period::parse(text, cut_off).unwrap();
    let periods = [
        period("2025", CutOff::Calendar),
        period("2024", CutOff::Calendar),
        period("2025-Q3", CutOff::Calendar),
        period("2025-11", CutOff::Calendar),
        period("2025", CutOff::FifteenToFourteen),
        period("2025-H2", CutOff::FifteenToFourteen),
        period("2025-10", CutOff::FifteenToFourteen),
        period("2024-11-20..2025-08-09", CutOff::Calendar),
        period("2025-06-03..2025-06-19", CutOff::Calendar),
    ];
    let places = [
        Place::Department,
        Place::Units(vec![UnitId(3)]),
        Place::Units(vec![UnitId(2), UnitId(3), UnitId(112), UnitId(17)]),
        Place::Units(vec![UnitId(111)]),
        Place::Units(vec![UnitId(7)]),
        Place::Procedure(ProcedureId(1)),
        Place::Procedure(ProcedureId(31)),
        Place::Procedure(NO_PROCEDURE),
        Place::UnitProcedure(UnitId(2), ProcedureId(1)),
        Place::UnitProcedure(UnitId(5), ProcedureId(31)),
        Place::Point(UnitId(4), PointId(7)),
        Place::Point(UnitId(9), PointId(16)),
    ];
    let question = |name: &str| Subject::Question { form: "all".to_owned(), name: name.to_owned() };
    let subjects = [
        Subject::Indicator(Indicator::Procedures),
        Subject::Indicator(Indicator::Service),
        Subject::Indicator(Indicator::Education),
        Subject::Indicator(Indicator::PapersAgain),
        question("f_staff"),
        question("f_result"),
    ];
    let mut views = Vec::new();
    let mut depths = [Depth::Line, Depth::Judged, Depth::Judged].into_iter().cycle();
    for place in &places {
        for period in &periods {
            let mut view = View::of(Indicator::Procedures, place.clone(), *period);
            view.lines = depths.next().unwrap();
            views.push(view.clone());
            view.subject = subjects[dice.below(6) as usize].clone();
            view.organisation = [Organisation::AsItWas, Organisation::AsItIs][dice.below(2) as usize];
            view.excluded = [Excluded::LeftOut, Excluded::Included][dice.below(2) as usize];
            view.marked = [Marked::Included, Marked::LeftOut][dice.below(2) as usize];
            view.lines = depths.next().unwrap();
            views.push(view.clone());
            view.channel = Some(Channel::ALL[dice.below(7) as usize]);
            view.organisation = Organisation::AsItIs;
            view.subject = subjects[dice.below(6) as usize].clone();
            views.push(view);
        }
    }
    views
}
