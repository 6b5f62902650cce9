//! Answers left out of the figures and comments erased: by two people, in the open, and nothing else changes.

use axum::http::StatusCode;
use hailong::domain::account::{Role, Scope};
use hailong::domain::keys::Keys;
use hailong::domain::period::{CutOff, Period};
use hailong::domain::{AccountId, Channel, Day, PointId, QuestionId, UnitId};
use hailong::error::Error;
use hailong::flow::assess::{Audience, Excluded, Figure, State, findings_with};
use hailong::flow::audit::By;
use hailong::flow::collect::Submission;
use hailong::flow::collect::append::append;
use hailong::flow::exclude::{self, Criterion, Decision, NewProposal, Reason, Step, What};
use hailong::flow::people::change::Changer;
use hailong::flow::release;
use hailong::store::Db;
use hailong::store::counts::{Grain, all_moments, all_tallies};
use hailong::store::rollups;

use crate::accounts::texts;
use crate::rows::{self, Answer, OVERALL, STAFF, noon};
use crate::site::{Person, Site};
use crate::world::World;

pub const DAY: i64 = 20261110;
pub const WHY: &str = "Tổ kỹ thuật thử máy lúc lắp đặt, có biên bản.";

async fn write(db: &Db, sql: String) {
    let sql: &'static str = Box::leak(sql.into_boxed_str());
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(sql).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(sql).execute(pool).await.unwrap()),
    }
}

/// Two accounts whose numbers are all that a flow needs to know of them.
pub async fn two_people(db: &Db) -> [AccountId; 2] {
    for (id, name) in [(1, "hoa"), (2, "giam")] {
        write(db, format!("INSERT INTO accounts (id, login, name, created_at) VALUES ({id}, '{name}', '{name}', 0)"))
            .await;
    }
    [AccountId(1), AccountId(2)]
}

pub fn acting<'a>(db: &'a Db, keys: &'a Keys, now_ms: i64, account: AccountId) -> Changer<'a> {
    Changer { db, keys, now_ms, by: By { account: Some(account), request: "test" }, scope: &Scope::All }
}

/// Leaves out one answer; gives the number of the proposal.
pub async fn leave_out(db: &Db, keys: &Keys, now_ms: i64, [one, other]: [AccountId; 2], answer: i64) -> i64 {
    let new = NewProposal {
        what: Some(What::Exclude),
        criterion: Some(Criterion::Answer(answer)),
        reason: Some(Reason::Trial),
        body: WHY,
    };
    let n = exclude::propose(&acting(db, keys, now_ms, one), &new).await.unwrap();
    exclude::decide(&acting(db, keys, now_ms, other), n, Decision::Approve, "").await.unwrap();
    n
}

/// The closing question of all units in November.
async fn figure(db: &Db, excluded: Excluded) -> Figure {
    let period = Period::parse("2026-11", CutOff::Calendar).unwrap();
    let found = findings_with(db, &period, Audience::Management, excluded, noon(20261130)).await.unwrap();
    found.indicators[0].department.figure.clone()
}

/// Everything in the seven tables, rows of nothing left away.
async fn everything(db: &Db) -> Vec<String> {
    let mut rows = Vec::new();
    for grain in [Grain::Day, Grain::Excluded, Grain::Marked] {
        for (key, n) in all_tallies(db, grain).await.unwrap() {
            rows.extend((n != 0).then(|| format!("{grain:?} {key:?} {n}")));
        }
        for (key, sums) in all_moments(db, grain).await.unwrap() {
            rows.extend((sums != [0; 6]).then(|| format!("{grain:?} {key:?} {sums:?}")));
        }
    }
    for (key, values) in rollups::all(db).await.unwrap() {
        rows.extend((values != [0; 7]).then(|| format!("{key:?} {values:?}")));
    }
    rows.sort_unstable();
    rows
}

/// A unit with 40 answers, of which every fifth is dissatisfied, and 12 more that rate 5, numbers 41 to 52.
pub async fn rated() -> (World, Keys, [AccountId; 2]) {
    let world = World::new().await;
    rows::form(&world.db).await;
    rows::unit(&world.db, 1, "Văn phòng Sở", "office").await;
    let mut answers: Vec<Answer> =
        (1..=40).map(|n| Answer::new(n, DAY, OVERALL, if n % 5 == 0 { 2 } else { 4 })).collect();
    answers.extend((41..=52).map(|n| Answer::new(n, DAY, OVERALL, 5)));
    rows::responses(&world.db, &answers).await;
    release::cut(&world.db, noon(DAY), 5).await.unwrap();
    let people = two_people(&world.db).await;
    (world, Keys::from_master(&[7; 32]), people)
}

#[tokio::test]
async fn i5_the_figure_and_the_count_change_together_and_come_back() {
    let (world, keys, people) = rated().await;
    let db = &world.db;
    let before = everything(db).await;
    let all = figure(db, Excluded::LeftOut).await;
    assert_eq!((all.n, all.satisfied, all.excluded), (Some(52), Some(44), Some(0)));
    let mut proposals = Vec::new();
    for n in 41..=52 {
        proposals.push(leave_out(db, &keys, noon(DAY), people, n).await);
    }
    let without = figure(db, Excluded::LeftOut).await;
    assert_eq!((without.n, without.satisfied, without.excluded), (Some(40), Some(32), Some(12)));
    let with = figure(db, Excluded::Included).await;
    assert_eq!((with.n, with.satisfied, with.excluded, with.share), (Some(52), Some(44), Some(12), all.share));
    assert_eq!(release::check(db).await.unwrap(), []);

    // A later part goes where its first part went.
    let late = Answer::new(41, DAY, OVERALL, 5).later(53, &[(STAFF, 1)]);
    let kept = Answer::new(1, DAY, OVERALL, 4).later(54, &[(STAFF, 3)]);
    rows::responses(db, &[late, kept]).await;
    release::cut(db, noon(DAY) + 1, 5).await.unwrap();
    assert_eq!(release::check(db).await.unwrap(), []);
    let staff = |rows: &[String], grain: &str| {
        rows.iter().filter(|row| row.starts_with(grain) && row.contains("question: 4,")).count()
    };
    let rows = everything(db).await;
    assert_eq!((staff(&rows, "Day"), staff(&rows, "Excluded")), (1, 1));

    // What a rebuild makes is the same.
    release::rebuild(db).await.unwrap();
    assert_eq!(everything(db).await, rows);

    for n in proposals {
        exclude::propose_undo(&acting(db, &keys, noon(DAY), people[0]), n, WHY).await.unwrap();
        exclude::decide(&acting(db, &keys, noon(DAY), people[1]), n, Decision::Approve, "").await.unwrap();
    }
    let back = figure(db, Excluded::LeftOut).await;
    assert_eq!((back.n, back.satisfied, back.excluded), (Some(52), Some(44), Some(0)));
    assert_eq!(release::check(db).await.unwrap(), []);
    let rows = everything(db).await;
    assert!(rows.iter().all(|row| !row.starts_with("Excluded") && !row.contains("pile: Excluded")), "{rows:?}");
    assert!(before.iter().all(|row| rows.contains(row)), "all that was counted before is counted again");
}

#[tokio::test]
async fn i5_an_answer_that_waited_is_left_out_once_released_and_comes_back() {
    let (world, keys, people) = rated().await;
    let db = &world.db;
    rows::responses(db, &[Answer::new(53, 20261111, OVERALL, 5)]).await;
    release::cut(db, noon(20261111), 5).await.unwrap();
    assert_eq!(figure(db, Excluded::LeftOut).await.n, Some(52));
    // The period is over: all that waits is released.
    release::cut(db, noon(20261201), 5).await.unwrap();
    assert_eq!(figure(db, Excluded::LeftOut).await.n, Some(53));
    let n = leave_out(db, &keys, noon(20261201), people, 53).await;
    assert_eq!(figure(db, Excluded::LeftOut).await.n, Some(52));
    assert_eq!(release::check(db).await.unwrap(), []);
    exclude::propose_undo(&acting(db, &keys, noon(DAY), people[0]), n, WHY).await.unwrap();
    exclude::decide(&acting(db, &keys, noon(DAY), people[1]), n, Decision::Approve, "").await.unwrap();
    assert_eq!(figure(db, Excluded::LeftOut).await.n, Some(53));
    assert_eq!(release::check(db).await.unwrap(), []);
}

#[tokio::test]
async fn i5_two_proposals_of_one_answer_leave_it_out_once() {
    let (world, keys, people) = rated().await;
    let db = &world.db;
    let first = leave_out(db, &keys, noon(DAY), people, 52).await;
    let second = leave_out(db, &keys, noon(DAY), people, 52).await;
    assert_eq!(figure(db, Excluded::LeftOut).await.n, Some(51));
    for (n, left) in [(first, 51), (second, 52)] {
        exclude::propose_undo(&acting(db, &keys, noon(DAY), people[0]), n, WHY).await.unwrap();
        exclude::decide(&acting(db, &keys, noon(DAY), people[1]), n, Decision::Approve, "").await.unwrap();
        assert_eq!(figure(db, Excluded::LeftOut).await.n, Some(left));
        assert_eq!(release::check(db).await.unwrap(), []);
    }
}

#[tokio::test]
async fn i5_fewer_than_five_left_out_are_told_as_few_and_the_figure_stays() {
    let (world, keys, people) = rated().await;
    for n in 41..=43 {
        leave_out(&world.db, &keys, noon(DAY), people, n).await;
    }
    let without = figure(&world.db, Excluded::LeftOut).await;
    assert_eq!((without.n, without.excluded, without.excluded_few), (Some(49), None, true));
    let with = figure(&world.db, Excluded::Included).await;
    assert_eq!((with.state, with.n, with.share, with.excluded_few), (State::Hidden, None, None, true));
}

#[tokio::test]
async fn i5_a_proposal_is_decided_once_and_not_by_who_made_it() {
    let (world, keys, people) = rated().await;
    let db = &world.db;
    let now = noon(DAY);
    let new = NewProposal {
        what: Some(What::Exclude),
        criterion: Some(Criterion::Answer(7)),
        reason: Some(Reason::Staff),
        body: WHY,
    };
    let n = exclude::propose(&acting(db, &keys, now, people[0]), &new).await.unwrap();
    let own = exclude::decide(&acting(db, &keys, now, people[0]), n, Decision::Approve, "").await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
    let undo = exclude::propose_undo(&acting(db, &keys, now, people[0]), n, WHY).await;
    assert!(matches!(undo, Err(Error::Invalid(_))), "nothing is left out yet");
    let (one, two) = (acting(db, &keys, now, people[1]), acting(db, &keys, now, people[1]));
    let both =
        tokio::join!(exclude::decide(&one, n, Decision::Approve, ""), exclude::decide(&two, n, Decision::Refuse, WHY));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{both:?}");
    let acts = texts(db, "SELECT act FROM audit ORDER BY n").await;
    assert_eq!(acts.len(), 2, "{acts:?}");
    assert_eq!(acts[0], "proposed");
}

#[tokio::test]
async fn i5_what_was_proposed_and_decided_cannot_be_changed() {
    let (world, keys, people) = rated().await;
    leave_out(&world.db, &keys, noon(DAY), people, 7).await;
    for table in ["proposals", "exclusions"] {
        for forbidden in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET n = n + 1")] {
            let forbidden = forbidden.replace("exclusions SET n = n", "exclusions SET response_n = response_n");
            let sql: &'static str = Box::leak(forbidden.into_boxed_str());
            let refused = match &world.db {
                Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(drop),
                Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
            };
            assert!(refused.unwrap_err().to_string().contains("are append-only"), "{sql}");
        }
    }
}

/// A department with a point whose number is 1, answers there, and people of three roles.
async fn department() -> Site {
    let site = Site::department().await;
    let db = &site.world.db;
    let unit = site.app.catalogue().unit_by_code("SGD-GL.VP").unwrap().id.0;
    let question: i64 =
        texts(db, "SELECT CAST(MIN(id) AS TEXT) FROM questions WHERE factor = 'overall'").await[0].parse().unwrap();
    let bytes = if matches!(db, Db::Sqlite { .. }) { "CAST('a' AS BLOB)" } else { "CAST('a' AS BYTEA)" };
    write(
        db,
        format!(
            "INSERT INTO points (id, code_mac, typed_mac, sealed, unit_id, channel, form, label, created_at)
         VALUES (1, {bytes}, {bytes}, {bytes}, {unit}, 'counter', 'procedure', 'Quầy 1', 0)"
        ),
    )
    .await;
    let keys = &*site.keys;
    let batch: Vec<Submission> = (0..60_u8)
        .map(|i| Submission {
            key: [i; 16],
            first: None,
            invitation: None,
            unit: UnitId(unit),
            procedure: None,
            point: Some(PointId(1)),
            channel: Channel::Counter,
            questionnaire: site.app.catalogue().latest("procedure").unwrap().id,
            language: "vi".into(),
            day: Day::from_number(if i < 40 { 20261110 } else { 20261111 }).unwrap(),
            received_at: 0,
            answers: vec![(QuestionId(question), if i < 40 { 4 } else { 5 })],
            trace: None,
            texts: if i == 0 {
                vec![(QuestionId(question), "Chị Hằng ở số 12 quát tôi".into())]
            } else {
                Vec::new()
            },
        })
        .collect();
    append(db, keys, site.clock.now_ms(), &batch).await.unwrap();
    release::cut(db, site.clock.now_ms(), 5).await.unwrap();
    site.publish("2026-11").await;
    site
}

const FORM: [(&str, &str); 7] = [
    ("what", "exclude"),
    ("by", "point"),
    ("point", "1"),
    ("first", "11/11/2026"),
    ("last", "11/11/2026"),
    ("reason", "staff"),
    ("body", WHY),
];

/// Proposes as a form does; gives the path of the proposal.
async fn propose(person: &mut Person<'_>, form: &[(&str, &str)]) -> String {
    assert_eq!(person.get("/admin/exclusions/new").await.status, StatusCode::OK);
    let page = person.post("/admin/exclusions/new", form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn i5_a_manager_proposes_an_inspector_approves_and_everybody_sees_both_views() {
    let site = department().await;
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    let path = propose(&mut manager, &FORM).await;
    let page = manager.get(&path).await;
    for told in ["Cán bộ tự đánh giá thay người dân", "Tổng số phiếu: 20", "11/11/2026", "Quầy 1", "Người hoa", WHY]
    {
        assert!(page.text.contains(told), "«{told}»: {}", page.text);
    }
    assert!(!page.text.contains("Rất hài lòng") && !page.text.contains("/decide"), "{}", page.text);
    assert_eq!(manager.get(&format!("{path}/decide")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(manager.post(&format!("{path}/decide"), &[("decision", "approve")]).await.status, StatusCode::FORBIDDEN);
    let mut public = site.stranger();
    let results = "/results?period=2026-11";
    assert!(public.get(results).await.text.contains("60 đánh giá"));

    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    assert!(inspector.get("/admin/exclusions").await.text.contains("chờ người giám sát quyết định"));
    site.wait(11);
    let again = inspector.get(&format!("{path}/decide")).await;
    assert!(again.location().starts_with("/sign-in/again"), "the password is asked for again: {again:?}");
    inspector.post(&format!("{path}/decide"), &[("decision", "approve")]).await;
    assert!(public.get(results).await.text.contains("60 đánh giá"), "nothing without the password");
    inspector.sign_in("giam", crate::site::PASSWORD).await;
    assert_eq!(inspector.get(&format!("{path}/decide")).await.status, StatusCode::OK);
    let done = inspector.post(&format!("{path}/decide"), &[("decision", "approve"), ("body", "")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);

    let without = public.get(results).await.text;
    for told in ["40 đánh giá", "Đã loại khỏi kết quả: 20 đánh giá.", "excluded=with"] {
        assert!(without.contains(told), "«{told}»: {without}");
    }
    let with = public.get("/results?period=2026-11&excluded=with").await.text;
    assert!(with.contains("60 đánh giá") && with.contains("đây không phải số liệu báo cáo"), "{with}");
    for (path, n) in [("/results.json?period=2026-11", 40), ("/results.json?period=2026-11&excluded=with", 60)] {
        let json: serde_json::Value = serde_json::from_str(&public.get(path).await.text).unwrap();
        let figure = &json["indicators"][0]["department"]["figure"];
        assert_eq!((figure["n"].as_i64(), figure["excluded"].as_i64()), (Some(n), Some(20)));
    }
    let csv = public.get("/results.csv?period=2026-11").await.text;
    assert!(
        csv.contains(",excluded,excluded_under_5,excluded_answers,seal\r\n") && csv.contains(",20,false,left_out,\r\n"),
        "{csv}"
    );
    let acts = texts(&site.world.db, "SELECT act FROM audit WHERE act IN ('proposed', 'approved') ORDER BY n").await;
    assert_eq!(acts, ["proposed", "approved"]);

    // And back again.
    site.clock.set(site.clock.now_ms() + 1);
    manager.sign_in("hoa", crate::site::PASSWORD).await;
    assert_eq!(manager.post(&format!("{path}/undo"), &[("body", WHY)]).await.status, StatusCode::SEE_OTHER);
    inspector.get("/account").await;
    inspector.post(&format!("{path}/decide"), &[("decision", "approve")]).await;
    assert!(public.get(results).await.text.contains("60 đánh giá"));
}

#[tokio::test]
async fn i5_one_person_with_both_roles_cannot_do_both() {
    let site = department().await;
    let mut both = site.person("an", &[site.grant(Role::Admin, None), site.grant(Role::Inspector, None)]).await;
    let path = propose(&mut both, &FORM).await;
    assert!(!both.get(&path).await.text.contains("/decide"));
    let page = both.post(&format!("{path}/decide"), &[("decision", "approve")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(site.stranger().get("/results?period=2026-11").await.text.contains("60 đánh giá"));
}

#[tokio::test]
async fn i10_who_heads_the_unit_cannot_approve_its_exclusions() {
    let site = department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let path = propose(&mut admin, &FORM).await;
    for role in [Role::Manager, Role::Officer] {
        let grants = [site.grant(Role::Inspector, None), site.grant(role, Some("SGD-GL.VP"))];
        let mut judged = site.person(role.name(), &grants).await;
        let page = judged.post(&format!("{path}/decide"), &[("decision", "approve")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let elsewhere = [site.grant(Role::Inspector, None), site.grant(Role::Manager, Some("SGD-GL.MC"))];
    let mut other = site.person("khac", &elsewhere).await;
    let page = other.post(&format!("{path}/decide"), &[("decision", "refuse"), ("body", "Chưa đủ căn cứ.")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let found = exclude::all(&site.world.db, &Scope::All).await.unwrap();
    assert_eq!(found[0].state(), Step::Refused);
}

#[tokio::test]
async fn i5_what_is_missing_is_said_and_other_units_look_absent() {
    let site = department().await;
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    manager.get("/admin/exclusions/new").await;
    let page = manager.post("/admin/exclusions/new", &[("body", "ngắn")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Chọn một lý do", "bằng 10 đến 500 ký tự", "Cho biết những phiếu nào", "Chọn loại phiếu"]
    {
        assert!(page.text.contains(said), "«{said}»: {}", page.text);
    }
    let path = propose(&mut manager, &FORM).await;
    let mut other = site.person("ba", &[site.grant(Role::Manager, Some("SGD-GL.MC"))]).await;
    let absent = other.get("/admin/exclusions/999999").await;
    assert_eq!(other.get(&path).await.text, absent.text);
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    other.get("/admin/exclusions/new").await;
    let one = [("what", "exclude"), ("by", "answer"), ("answer", "1"), ("reason", "trial"), ("body", WHY)];
    let page = other.post("/admin/exclusions/new", &one).await;
    assert!(page.text.contains("Không có phiếu số 1 trong các đơn vị của bạn"), "{}", page.text);
}

/// The answers that a proposal about the point names, from the 11th to another day.
async fn named(manager: &mut Person<'_>, db: &Db, last: &'static str) -> Vec<String> {
    let path = propose(manager, &FORM.map(|(name, value)| (name, if name == "last" { last } else { value }))).await;
    let n = path.rsplit('/').next().unwrap();
    let members = format!("SELECT CAST(response_n AS TEXT) FROM exclusions WHERE proposal = {n} ORDER BY response_n");
    texts(db, Box::leak(members.into_boxed_str())).await
}

#[tokio::test]
async fn i5_a_proposal_about_a_point_and_days_names_all_that_was_given_there_then_however_late_it_came() {
    let site = department().await;
    let (db, keys) = (&site.world.db, &*site.keys);
    let now = site.clock.now_ms();
    let first = site.app.catalogue().unit_by_code("SGD-GL.VP").unwrap().id;
    let question: i64 =
        texts(db, "SELECT CAST(MIN(id) AS TEXT) FROM questions WHERE factor = 'overall'").await[0].parse().unwrap();
    let form = site.app.catalogue().latest("procedure").unwrap().id;
    // Between them others of another point and day; then, at another release, a tablet's that had no line for a week.
    let answer = |n: u8, point: Option<i64>, day: i64| Submission {
        key: [n; 16],
        first: None,
        invitation: None,
        unit: first,
        procedure: None,
        point: point.map(PointId),
        channel: Channel::Counter,
        questionnaire: form,
        language: "vi".into(),
        day: Day::from_number(day).unwrap(),
        received_at: 0,
        answers: vec![(QuestionId(question), 4)],
        trace: None,
        texts: Vec::new(),
    };
    let early = [answer(100, Some(1), 20261112), answer(101, Some(2), 20261111), answer(102, None, 20261111)];
    append(db, keys, now, &early).await.unwrap();
    release::cut(db, now, 1).await.unwrap();
    let late = [answer(103, Some(2), 20261113), answer(104, Some(1), 20261111), answer(105, Some(1), 20261114)];
    append(db, keys, now, &late).await.unwrap();
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    let numbers =
        |extra: &[i64]| -> Vec<String> { (41..=60).chain(extra.iter().copied()).map(|n| n.to_string()).collect() };
    assert_eq!(named(&mut manager, db, "11/11/2026").await, numbers(&[]), "what was not released is not meant");
    release::cut(db, now, 1).await.unwrap();
    assert_eq!(named(&mut manager, db, "11/11/2026").await, numbers(&[65]));
    assert_eq!(named(&mut manager, db, "12/11/2026").await, numbers(&[61, 65]));
}

#[tokio::test]
async fn p3_no_proposal_tells_that_an_answer_came_before_it_is_released() {
    let site = department().await;
    let db = &site.world.db;
    let unit = site.app.catalogue().unit_by_code("SGD-GL.VP").unwrap().id.0;
    rows::responses(db, &[Answer::new(61, 20261124, 1, 5).at(unit)]).await;
    let mut manager = site.person("hoa", &[site.grant(Role::Manager, Some("SGD-GL.VP"))]).await;
    manager.get("/admin/exclusions/new").await;
    // Not looked at yet, and then waiting: nothing tells it from one that never came.
    for state in ["new", "waiting"] {
        for what in ["exclude", "erase"] {
            for n in ["61", "99"] {
                let form = [("what", what), ("by", "answer"), ("answer", n), ("reason", "trial"), ("body", WHY)];
                let page = manager.post("/admin/exclusions/new", &form).await;
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
                let said = format!("Không có phiếu số {n} trong các đơn vị của bạn");
                assert!(page.text.contains(&said), "{state} {what} {n}: {}", page.text);
            }
        }
        release::cut(db, site.clock.now_ms(), 5).await.unwrap();
        assert_eq!(texts(db, "SELECT CAST(n AS TEXT) FROM waiting").await, ["61"]);
    }
    let more: Vec<Answer> = (62..=65).map(|n| Answer::new(n, 20261124, 1, 5).at(unit)).collect();
    rows::responses(db, &more).await;
    release::cut(db, site.clock.now_ms() + 1, 5).await.unwrap();
    let form = [("what", "exclude"), ("by", "answer"), ("answer", "61"), ("reason", "trial"), ("body", WHY)];
    propose(&mut manager, &form).await;
}

#[tokio::test]
async fn p9_an_erased_comment_is_gone_from_the_file_and_its_commitment_stays() {
    let site = department().await;
    let db = &site.world.db;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let erase = [("what", "erase"), ("by", "answer"), ("answer", "1"), ("reason", "personal"), ("body", WHY)];
    let path = propose(&mut admin, &erase).await;
    assert!(!admin.get(&path).await.text.contains("Chị Hằng"), "the programme office reads no comments");
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    assert!(inspector.get(&format!("{path}/decide")).await.text.contains("Chị Hằng ở số 12"));
    let page = inspector.post(&format!("{path}/decide"), &[("decision", "approve")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);

    assert!(texts(db, "SELECT body FROM comments").await.is_empty());
    assert_eq!(texts(db, "SELECT CAST(response_n AS TEXT) FROM erasures WHERE proposal IS NOT NULL").await, ["1"]);
    let kept = texts(db, "SELECT CAST(n AS TEXT) FROM responses WHERE commitment IS NOT NULL").await;
    assert_eq!(kept, ["1"]);
    let log = texts(db, "SELECT act || subject || detail FROM audit").await.join("\n");
    assert!(log.contains("\"erased\":[1]") && !log.contains("Hằng"), "{log}");
    if site.world.url.is_none() {
        for file in std::fs::read_dir(site.world.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let text = "ở số 12 quát".as_bytes();
            assert!(!bytes.windows(text.len()).any(|part| part == text), "the text is still in the file");
        }
    }
    // It counts as before, also in a count of all answers, and cannot be erased twice.
    assert_eq!(release::check(db).await.unwrap(), []);
    assert!(site.stranger().get("/results?period=2026-11").await.text.contains("60 đánh giá"));
    admin.get("/admin/exclusions/new").await;
    let page = admin.post("/admin/exclusions/new", &erase).await;
    assert!(page.text.contains("không có ý kiến viết"), "{}", page.text);
}
