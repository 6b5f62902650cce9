//! Cases of one-stop systems: by API, as a file, from a watched folder; each counted once, and whoever was served invited.

use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use hailong::cli::import::watch::{self, Known, lines, take};
use hailong::clock::Clock;
use hailong::domain::Day;
use hailong::domain::account::Role;
use hailong::domain::keys::Keys;
use hailong::domain::record::{Mapping, Meaning, Part};
use hailong::flow::audit;
use hailong::flow::design::{self, Mode, What};
use hailong::flow::issue::feed::file::Came;
use hailong::flow::upkeep;
use hailong::store::Db;
use serde_json::{Value, json};

use crate::accounts::texts;
use crate::api::{System, codes, json as read};
use crate::site::{Page, Site};

const DAY_MINUTES: i64 = 24 * 60;
const CASELOAD: &str =
    "SELECT CAST(month AS TEXT) || ' ' || u.code || ' ' || p.code || ' ' || channel || ' ' || CAST(received AS TEXT)
    || '/' || CAST(finished AS TEXT) || '/' || CAST(late AS TEXT)
    FROM case_counts c JOIN units u ON u.id = c.unit_id JOIN procedures p ON p.id = c.procedure_id ORDER BY 1";
/// What is the population of figures.
const POPULATION: &str = "SELECT CAST(month AS TEXT) || ' ' || channel || ' ' || CAST(received AS TEXT) || '/'
    || CAST(finished AS TEXT) || '/' || CAST(late AS TEXT) FROM caseload ORDER BY 1";

/// A record in the documented shape, with changes; what is null is left out.
fn record(number: usize, changes: &Value) -> Value {
    let mut record = json!({
        "MaHoSo": format!("000.00.12.H21-261120-{number:04}"),
        "MaTTHC": "1.012944",
        "TenTTHC": "Chuyển trường",
        "ChuHoSo": "Nguyễn Văn A",
        "SoDienThoai": "0905123456",
        "DonViXuLy": "SGD-GL.MC",
        "NgayTiepNhan": "20261120083000",
        "NgayHenTra": "20261124170000",
        "NgayTra": "20261124",
        "TrangThaiHoSo": "10",
        "HinhThuc": 0,
        "TaiLieuNop": [{ "TenTepDinhKem": "đơn.pdf" }],
    });
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(record.as_object_mut().unwrap().remove(name)),
            value => record[name] = value.clone(),
        }
    }
    record
}

async fn send(system: &System<'_>, body: &Value) -> Page {
    let head = [("content-type", "application/json")];
    system.ask(Method::POST, "/api/v1/cases", &head, body.to_string()).await
}

#[tokio::test]
async fn a_batch_counts_each_case_once_and_invites_whoever_was_served() {
    let site = Site::department().await;
    let system = System::new(&site, &["cases"], None).await;
    let batch = json!([
        record(1, &json!({})),
        record(2, &json!({ "HinhThuc": "Trực tuyến", "NgayTra": "25/11/2026 08:00" })),
        record(3, &json!({ "TrangThaiHoSo": "4", "NgayTra": null })),
        record(4, &json!({ "TrangThaiHoSo": 3, "NgayTra": null })),
        record(5, &json!({ "TrangThaiHoSo": "99", "DonViXuLy": "Ở đâu đó" })),
        record(6, &json!({ "MaTTHC": "9.999999" })),
        7,
        record(8, &json!({ "NgayTra": "26/11/2026" })),
        record(9, &json!({ "NgayTiepNhan": "20/11/0226" })),
    ]);
    site.wait(DAY_MINUTES);
    let page = send(&system, &batch).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let results = read(&page);
    let counted: Vec<&str> =
        results.as_array().unwrap().iter().map(|one| one["counted"].as_str().unwrap_or("-")).collect();
    assert_eq!(counted, ["new", "new", "new", "new", "-", "-", "-", "-", "-"]);
    let events: Vec<&str> =
        results.as_array().unwrap().iter().map(|one| one["invitation"]["event"].as_str().unwrap_or("-")).collect();
    assert_eq!(events, ["finished", "finished", "-", "refused", "-", "-", "-", "-", "-"]);
    assert_eq!(codes(&results[4]["problem"]), ["record-status"]);
    assert!(results[4].to_string().contains("«99»"), "an unknown state is named: {}", results[4]);
    assert_eq!(codes(&results[5]["problem"]), ["record-procedure"]);
    assert_eq!(codes(&results[6]["problem"]).len(), 5, "each field that is needed: {}", results[6]);
    assert_eq!(codes(&results[7]["problem"]), ["record-day-ahead"], "tomorrow");
    assert_eq!(codes(&results[8]["problem"]), ["record-day"]);
    let rows = ["202611 SGD-GL.MC 1.012944 direct 3/1/0", "202611 SGD-GL.MC 1.012944 online 1/1/1"];
    assert_eq!(texts(&site.world.db, CASELOAD).await, rows);
    // The same again, and what came of the open one.
    let again = read(&send(&system, &json!({ "isUpdating": true, "data": batch })).await);
    assert_eq!(again[0]["counted"], "same");
    for i in [0, 1, 3] {
        let [before, after] = [&results[i]["invitation"], &again[i]["invitation"]];
        assert_eq!((&before["id"], &before["code"], &after["new"]), (&after["id"], &after["code"], &json!(false)));
    }
    assert_eq!(texts(&site.world.db, CASELOAD).await, rows);
    let done = read(&send(&system, &record(3, &json!({ "NgayTra": "25/11/2026" }))).await);
    assert_eq!((&done[0]["counted"], &done[0]["invitation"]["new"]), (&json!("changed"), &json!(true)));
    assert_eq!(texts(&site.world.db, CASELOAD).await[0], "202611 SGD-GL.MC 1.012944 direct 3/2/1");
    // Its code leads to the form.
    let code = done[0]["invitation"]["code"].as_str().unwrap();
    assert_eq!(site.stranger().get(&format!("/q/{code}")).await.status, StatusCode::OK);
    // Nothing of a person, and no case, is kept or noted.
    for sql in [
        "SELECT detail || subject FROM audit",
        "SELECT step || channel FROM cases",
        "SELECT form || event || channel FROM invitations",
    ] {
        for row in texts(&site.world.db, sql).await {
            assert!(!row.contains("261120") && !row.contains("Nguyễn") && !row.contains("0905"), "{row}");
        }
    }
}

#[tokio::test]
async fn a_key_tells_of_its_own_units_alone_and_bad_bodies_are_told_why() {
    let site = Site::department().await;
    let system = System::new(&site, &["cases"], Some(&["SGD-GL.VP"])).await;
    let outside = read(&send(&system, &record(1, &json!({}))).await);
    assert_eq!(codes(&outside[0]["problem"]), ["record-unit"]);
    assert!(texts(&site.world.db, CASELOAD).await.is_empty());
    assert_eq!(send(&system, &json!([])).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let many: Vec<Value> = vec![json!({}); 1_001];
    assert_eq!(send(&system, &json!(many)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let head = [("content-type", "application/json")];
    assert_eq!(system.ask(Method::POST, "/api/v1/cases", &head, "[{").await.status, StatusCode::BAD_REQUEST);
    let plain = system.ask(Method::POST, "/api/v1/cases", &[], Body::from("x")).await;
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let lines = format!("{}\n\n{}\n", record(2, &json!({ "DonViXuLy": "SGD-GL.VP" })), json!({ "MaHoSo": "x" }));
    let head = [("content-type", "application/x-ndjson")];
    let page = system.ask(Method::POST, "/api/v1/cases", &head, lines).await;
    assert_eq!((page.status, page.text.lines().count()), (StatusCode::OK, 2), "{}", page.text);
}

#[tokio::test]
async fn a_key_changes_no_case_that_another_unit_told_of_and_learns_nothing_of_it() {
    let site = Site::department().await;
    let [theirs, ours] = [System::new(&site, &["cases"], Some(&["SGD-GL.MC"])).await, {
        System::new(&site, &["cases"], Some(&["SGD-GL.VP"])).await
    }];
    assert_eq!(read(&send(&theirs, &record(1, &json!({}))).await)[0]["counted"], "new");
    let rows = texts(&site.world.db, CASELOAD).await;
    let stolen = json!({ "DonViXuLy": "SGD-GL.VP", "TrangThaiHoSo": "4", "NgayTra": null });
    let told = read(&send(&ours, &json!([record(1, &stolen), record(2, &stolen)])).await);
    assert_eq!((&told[0]["status"], codes(&told[0]["problem"])), (&409.into(), vec!["api-case-elsewhere"]));
    assert!(!told[0].to_string().contains("MC") && told[1]["counted"] == "new", "{told}");
    assert_eq!(texts(&site.world.db, CASELOAD).await[..1], rows);
    assert_eq!(read(&send(&theirs, &record(1, &json!({}))).await)[0]["counted"], "same");
    // Whoever runs the service may move it.
    let moved = csv(&[record(1, &json!({ "DonViXuLy": "SGD-GL.VP" }))]);
    let came = take(&site.world.db, &site.keys, site.clock.now_ms(), moved.as_bytes()).await.unwrap();
    assert!(matches!(came, Came::Taken { changed: 1, .. }), "{:?}", lines(&came));
}

#[tokio::test]
async fn successors_of_retired_units_and_procedures_are_followed() {
    let site = Site::department().await;
    let db = &site.world.db;
    let units = "code,name,kind,valid_to,successor\nCU,Phòng cũ,counter,2026-11-22,SGD-GL.MC";
    design::import(db, What::Units, "u.csv", units.as_bytes(), Mode::Keep).await.unwrap();
    let procedures =
        "code,name,field,level,valid_to,successor\n1.999001,Chuyển trường cũ,Giáo dục,shared,2026-10-31,1.012944";
    design::import(db, What::Procedures, "p.csv", procedures.as_bytes(), Mode::Keep).await.unwrap();
    site.app.refresh().await.unwrap();
    let system = System::new(&site, &["cases", "invitations"], None).await;
    let old = json!({ "DonViXuLy": "phòng  CŨ", "MaTTHC": "1.999001" });
    let told = read(&send(&system, &record(1, &old)).await);
    assert_eq!(told[0]["counted"], "new", "{told}");
    let standing =
        read(&system.get(&format!("/api/v1/invitations/{}", told[0]["invitation"]["id"].as_str().unwrap())).await);
    assert_eq!((&standing["unit"], &standing["procedure"]), (&json!("SGD-GL.MC"), &json!("1.012944")));
    assert_eq!(texts(db, CASELOAD).await, ["202611 SGD-GL.MC 1.012944 direct 1/1/0"]);
    // While the old unit stood, it counts there; whoever stands in its place asks.
    let before = json!({ "DonViXuLy": "CU", "NgayTiepNhan": "20/10/2026", "NgayTra": "21/11/2026" });
    let told = read(&send(&system, &record(2, &before)).await);
    assert_eq!((&told[0]["counted"], told[0]["invitation"].is_object()), (&json!("new"), true), "{told}");
    let rows = texts(db, CASELOAD).await;
    assert_eq!(rows[..2], ["202610 CU 1.012944 direct 1/0/0", "202611 CU 1.012944 direct 0/1/0"]);
}

#[tokio::test]
async fn a_case_older_than_the_unit_and_procedure_that_handle_it_is_taken() {
    let site = Site::department().await;
    let db = &site.world.db;
    let units = "code,name,kind,valid_from\nMOI,Phòng mới,counter,2026-11-15";
    design::import(db, What::Units, "u.csv", units.as_bytes(), Mode::Keep).await.unwrap();
    let procedures = "code,name,field,level,valid_from\n1.999002,Chuyển trường mới,Giáo dục,shared,2026-11-15";
    design::import(db, What::Procedures, "p.csv", procedures.as_bytes(), Mode::Keep).await.unwrap();
    let open = json!({ "DonViXuLy": "MOI", "MaTTHC": "1.999002", "NgayTiepNhan": "2026-11-02", "NgayTra": null, "TrangThaiHoSo": "4" });
    let came = take(db, &site.keys, site.clock.now_ms(), csv(&[record(1, &open)]).as_bytes()).await.unwrap();
    assert!(matches!(came, Came::Taken { new: 1, .. }), "{:?}", lines(&came));
    assert_eq!(texts(db, CASELOAD).await, ["202611 MOI 1.999002 direct 1/0/0"]);
}

#[tokio::test]
async fn what_a_file_said_of_a_month_stays_and_old_cases_are_neither_counted_twice_nor_invited() {
    let site = Site::department().await;
    let db = &site.world.db;
    let file = "month,unit_code,procedure_code,received,finished,late\n2026-10,SGD-GL.MC,1.012944,40,38,2";
    design::import(db, What::Caseload, "c.csv", file.as_bytes(), Mode::Keep).await.unwrap();
    let system = System::new(&site, &["cases"], None).await;
    let october = json!({ "NgayTiepNhan": "2026-10-05", "NgayTra": "2026-10-20", "NgayHenTra": null });
    let told = read(&send(&system, &record(1, &october)).await);
    assert_eq!((&told[0]["counted"], &told[0]["invitation"]), (&json!("new"), &Value::Null), "served five weeks ago");
    assert_eq!(texts(db, POPULATION).await, ["202610 all 40/38/2"]);
    let summer = json!({ "NgayTiepNhan": "2026-07-05", "NgayTra": "2026-08-20" });
    assert_eq!(read(&send(&system, &record(2, &summer)).await)[0]["counted"], "old");
    // What nobody tells of any more is forgotten; what it added up to stays, and telling of it again changes nothing.
    assert_eq!(texts(db, "SELECT step FROM cases").await.len(), 1);
    site.wait(61 * DAY_MINUTES);
    upkeep::nightly(db, &site.keys, site.clock.now_ms()).await.unwrap();
    assert!(texts(db, "SELECT step FROM cases").await.is_empty());
    assert_eq!(read(&send(&system, &record(1, &october)).await)[0]["counted"], "old");
    assert_eq!(texts(db, "SELECT channel FROM case_counts").await.len(), 1);
    // However often it is told of, a finished case is forgotten; and its hash is no invitation's.
    let served = json!({ "NgayTiepNhan": "2027-01-20", "NgayTra": "2027-01-23", "NgayHenTra": null });
    let told = read(&send(&system, &record(3, &served)).await);
    assert!(told[0]["invitation"].is_object(), "{told}");
    let shared = "SELECT c.step FROM cases c JOIN invitations i ON i.case_mac = c.case_mac";
    assert!(texts(db, shared).await.is_empty());
    for (days, left) in [(55, 1), (10, 0)] {
        site.wait(days * DAY_MINUTES);
        send(&system, &record(3, &served)).await;
        upkeep::nightly(db, &site.keys, site.clock.now_ms()).await.unwrap();
        assert_eq!(texts(db, "SELECT step FROM cases").await.len(), left, "{days}");
    }
}

#[tokio::test]
async fn what_systems_tell_of_is_a_population_only_once_somebody_says_that_nothing_is_missing() {
    let site = Site::department().await;
    let db = &site.world.db;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let system = System::new(&site, &["cases"], None).await;
    let october = json!({ "NgayTiepNhan": "2026-10-15", "NgayTra": "2026-10-20", "NgayHenTra": null });
    let open = json!({ "NgayTiepNhan": "2026-10-16", "TrangThaiHoSo": "4", "NgayTra": null, "HinhThuc": 1 });
    let told = read(&send(&system, &json!([record(1, &october), record(2, &json!({})), record(3, &open)])).await);
    assert_eq!(told[2]["counted"], "new", "{told}");
    let revision = "SELECT name || ' ' || CAST(n AS TEXT) FROM marks WHERE name = 'revision'";
    let revision = texts(db, revision).await.remove(0);
    let night = async || upkeep::nightly(db, &site.keys, site.clock.now_ms()).await.unwrap();
    night().await;
    assert!(texts(db, POPULATION).await.is_empty(), "nobody said that these are all");
    let shown = async |admin: &mut crate::site::Person<'_>| admin.get("/admin/cases").await.text;
    assert!(shown(&mut admin).await.contains("<td>2</td><td>1</td><td>Không</td>"), "told of all the same");
    let mut fields: Vec<(String, String)> = Vec::new();
    let usual = Mapping::default();
    for part in Part::ALL {
        fields.push((format!("field-{}", part.name()), usual.field(part).to_owned()));
    }
    for meaning in Meaning::STATUS.into_iter().chain(Meaning::CHANNEL) {
        fields.push((meaning.name().to_owned(), usual.said(meaning).join(";")));
    }
    let with = |whole: &str| -> Vec<(String, String)> {
        fields.iter().cloned().chain([("whole".to_owned(), whole.to_owned())]).collect()
    };
    let say = async |admin: &mut crate::site::Person<'_>, whole: &str| {
        let fields = with(whole);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        admin.post("/admin/cases", &fields).await.status
    };
    assert_eq!(say(&mut admin, "hôm nay").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(say(&mut admin, "11/2026").await, StatusCode::SEE_OTHER);
    assert!(texts(db, POPULATION).await.is_empty(), "October was not whole, November is not over");
    // October from now on too; what nothing is finished of makes no month known.
    assert_eq!(say(&mut admin, "10/2026").await, StatusCode::SEE_OTHER);
    assert_eq!(texts(db, POPULATION).await, ["202610 direct 1/1/0"]);
    let marks = "SELECT name || ' ' || CAST(n AS TEXT) FROM marks WHERE name IN ('revision', 'caseload') ORDER BY 1";
    assert_eq!(texts(db, marks).await[0], "caseload 1");
    assert_eq!(texts(db, marks).await[1], revision, "the organisation is the same, and nobody reads it again");
    assert!(shown(&mut admin).await.contains("<td>2</td><td>1</td><td>Có</td>"));
    site.wait(8 * DAY_MINUTES);
    night().await;
    assert_eq!(texts(db, POPULATION).await, ["202610 direct 1/1/0", "202611 direct 1/1/0"]);
    // A file takes the place of what was told, and keeps it.
    let file = "month,unit_code,procedure_code,received,finished,late\n2026-11,SGD-GL.MC,1.012944,40,38,2";
    design::import(db, What::Caseload, "c.csv", file.as_bytes(), Mode::Keep).await.unwrap();
    site.wait(DAY_MINUTES);
    night().await;
    assert_eq!(texts(db, POPULATION).await, ["202610 direct 1/1/0", "202611 all 40/38/2"]);
    let mut admin = site.person("binh", &[site.grant(Role::Admin, None)]).await;
    assert_eq!(say(&mut admin, "").await, StatusCode::SEE_OTHER);
    assert_eq!(texts(db, POPULATION).await, ["202611 all 40/38/2"]);
}

#[tokio::test]
async fn a_first_bulk_load_invites_nobody_of_years_ago_and_what_is_older_undoes_nothing() {
    let site = Site::department().await;
    let db = &site.world.db;
    let system = System::new(&site, &["cases"], None).await;
    let told = async |number: usize, changes: Value| read(&send(&system, &record(number, &changes)).await)[0].clone();
    let refused = |received: &str| json!({ "NgayTiepNhan": received, "TrangThaiHoSo": "3", "NgayTra": null });
    let open = |received: &str| json!({ "NgayTiepNhan": received, "TrangThaiHoSo": "4", "NgayTra": null });
    // Refused nobody knows when: only a case of these two weeks was surely refused in them.
    for (number, received, counted, invited) in
        [(1, "2024-03-01", "old", false), (2, "2026-10-20", "new", false), (3, "2026-11-20", "new", true)]
    {
        let one = told(number, refused(received)).await;
        assert_eq!((&one["counted"], one["invitation"].is_object()), (&json!(counted), invited), "{received}");
        let again = told(number, refused(received)).await;
        let counted = if received < "2026" { "old" } else { "same" };
        assert_eq!((&again["counted"], again["invitation"].is_object()), (&json!(counted), invited), "{received}");
    }
    // That it was refused since it was last told is seen; but not of a case of years ago.
    for (number, received, invited) in [(4, "2026-10-20", true), (5, "2024-03-01", false)] {
        told(number, open(received)).await;
        assert_eq!(told(number, refused(received)).await["invitation"].is_object(), invited, "{received}");
    }
    // Told of late: the case stays finished, until a newer record says otherwise.
    assert_eq!(told(6, json!({})).await["counted"], "new");
    let rows = texts(db, CASELOAD).await;
    assert_eq!(told(6, open("2026-11-20")).await["counted"], "same");
    assert_eq!(texts(db, CASELOAD).await, rows);
    site.wait(2 * DAY_MINUTES);
    assert_eq!(told(6, open("2026-11-25")).await["counted"], "changed");
    assert_eq!(told(6, json!({ "NgayTra": "2026-11-26" })).await["counted"], "changed");
    // Forgotten and told again as open: it was received once.
    let received = "SELECT CAST(SUM(received) AS TEXT) FROM case_counts";
    let before = texts(db, received).await;
    site.wait(70 * DAY_MINUTES);
    upkeep::nightly(db, &site.keys, site.clock.now_ms()).await.unwrap();
    assert_eq!(told(6, open("2026-11-20")).await["counted"], "old");
    assert_eq!(texts(db, received).await, before);
    let finished = json!({ "NgayTra": Day::at(site.clock.now_ms()).number().to_string() });
    assert_eq!(told(6, finished).await["counted"], "changed", "what happens to it from now on counts");
    assert_eq!(texts(db, received).await, before);
}

#[tokio::test]
async fn the_files_of_a_folder_are_taken_in_the_order_of_their_numbers() {
    let (site, folder) = (Site::department().await, tempfile::tempdir().unwrap());
    let finished = |channel: u8| csv(&[record(1, &json!({ "HinhThuc": channel }))]);
    put(folder.path(), "cases-10.csv", finished(1).as_bytes());
    put(folder.path(), "cases-9.csv", finished(2).as_bytes());
    assert_eq!(sweep(&site.world.db, &site.keys, &site.clock, folder.path()).await.unwrap(), 2);
    assert_eq!(
        texts(&site.world.db, CASELOAD).await,
        ["202611 SGD-GL.MC 1.012944 postal 1/1/0"],
        "10 is the last word"
    );
}

fn csv(rows: &[Value]) -> String {
    let names = [
        "MaHoSo",
        "MaTTHC",
        "DonViXuLy",
        "NgayTiepNhan",
        "NgayHenTra",
        "NgayTra",
        "TrangThaiHoSo",
        "HinhThuc",
        "ChuHoSo",
    ];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string().replace("null", ""), str::to_owned);
    let line = |row: &Value| names.map(|name| text(&row[name])).join(",");
    format!("{}\n{}\n", names.join(","), rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

/// One look at a folder by a process that just began.
async fn sweep(db: &Db, keys: &Keys, clock: &Clock, folder: &Path) -> hailong::error::Result<usize> {
    watch::sweep(db, keys, clock, folder, &mut Known::default()).await
}

/// Puts a file where it is watched for; nobody writes to it any more.
fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000)).unwrap();
}

#[tokio::test]
async fn a_watched_folder_takes_each_file_once_and_says_what_came_of_it() {
    let site = Site::department().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let good: Vec<Value> = (1..=30).map(|n| record(n, &json!({}))).collect();
    put(folder, "a.csv", csv(&good).as_bytes());
    let bad = [
        record(31, &json!({})),
        record(32, &json!({ "NgayTra": "31/02/2026" })),
        record(33, &json!({ "TrangThaiHoSo": "bay" })),
    ];
    put(folder, "b.csv", csv(&bad).as_bytes());
    put(folder, "c.csv", b"MaHoSo,MaTTHC\n1,2\n");
    put(folder, ".an.csv", csv(&good).as_bytes());
    put(folder, "d.csv.part", csv(&good).as_bytes());
    fs::write(folder.join("moi.csv"), csv(&good)).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in csv(&[record(40, &json!({})), record(41, &json!({ "HinhThuc": 1 }))]).lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), cell).unwrap();
        }
    }
    put(folder, "e.xlsx", &book.save_to_buffer().unwrap());
    // Two watch at once.
    let (db, keys) = (&site.world.db, &*site.keys);
    let (a, b) = tokio::join!(sweep(db, keys, &site.clock, folder), sweep(db, keys, &site.clock, folder));
    assert_eq!(a.unwrap() + b.unwrap(), 4);
    assert_eq!(names(folder), [".an.csv", "d.csv.part", "done", "failed", "moi.csv"]);
    assert_eq!(names(&folder.join("done")), ["a.csv", "a.csv.result.txt", "e.xlsx", "e.xlsx.result.txt"]);
    assert_eq!(names(&folder.join("failed")), ["b.csv", "b.csv.result.txt", "c.csv", "c.csv.result.txt"]);
    let said = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(
        said("done/a.csv.result.txt"),
        "Hồ sơ mới: 30\nHồ sơ thay đổi: 0\nHồ sơ không đổi: 0\nPhiếu mời mới: 30\n"
    );
    let wrong = said("failed/b.csv.result.txt");
    assert!(wrong.contains("Dòng 3: Trường «NgayTra»: không đọc được ngày «31/02/2026»"), "{wrong}");
    assert!(
        wrong.contains("Dòng 4: Trường «TrangThaiHoSo»: chưa biết trạng thái «bay»") && !wrong.contains("Dòng 2"),
        "{wrong}"
    );
    assert!(said("failed/c.csv.result.txt").contains("donvixuly"), "{}", said("failed/c.csv.result.txt"));
    let rows = ["202611 SGD-GL.MC 1.012944 direct 31/31/0", "202611 SGD-GL.MC 1.012944 postal 1/1/0"];
    assert_eq!(texts(db, CASELOAD).await, rows, "nothing of the file with bad rows");
    // The same file again changes nothing and does not take the place of the first.
    put(folder, "a.csv", csv(&good).as_bytes());
    assert_eq!(sweep(db, keys, &site.clock, folder).await.unwrap(), 1);
    assert_eq!(names(&folder.join("done")).len(), 6);
    assert_eq!(texts(db, CASELOAD).await, rows);
    assert_eq!(texts(db, "SELECT reference FROM invitations").await.len(), 32);
    assert_eq!(sweep(db, keys, &site.clock, folder).await.unwrap(), 0);
}

/// Puts a file there that was last written so many seconds ago by its own clock.
fn put_lately(folder: &Path, name: &str, bytes: &[u8], seconds: i64) {
    put(folder, name, bytes);
    let file = fs::File::options().write(true).open(folder.join(name)).unwrap();
    let at = u64::try_from(Clock::System.now_ms() / 1_000 - seconds).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(at)).unwrap();
}

#[tokio::test]
async fn a_file_that_may_still_be_written_is_left_until_it_has_rested() {
    let (site, folder) = (Site::department().await, tempfile::tempdir().unwrap());
    let (db, keys, folder) = (&site.world.db, &*site.keys, folder.path());
    let whole = |number| csv(&[record(number, &json!({}))]).into_bytes();
    let open = |number| whole(number).strip_suffix(b"\n").unwrap().to_vec();
    put_lately(folder, "1-just-now.csv", &whole(1), 3);
    put_lately(folder, "2-rested.csv", &whole(2), 30);
    put_lately(folder, "3-last-line-open.csv", &open(3), 30);
    put_lately(folder, "4-open-and-rested.csv", &open(4), 180);
    put_lately(folder, "5-of-a-clock-ahead.csv", &whole(5), -3_600);
    put_lately(folder, "6-empty.csv", b"", 30);
    put_lately(folder, "7-half-a-workbook.xlsx", b"PK\x03\x04 and so on", 30);
    let mut known = Known::default();
    assert_eq!(watch::sweep(db, keys, &site.clock, folder, &mut known).await.unwrap(), 2);
    assert_eq!(names(&folder.join("done")).len(), 4, "a file and what came of it, each");
    assert_eq!(
        names(folder),
        [
            "1-just-now.csv",
            "3-last-line-open.csv",
            "5-of-a-clock-ahead.csv",
            "6-empty.csv",
            "7-half-a-workbook.xlsx",
            "done"
        ]
    );
    // What has not changed since it was seen has rested, whatever its own clock says; what was written to begins anew.
    let later = |site: &Site, seconds: i64| site.clock.set(site.clock.now_ms() + seconds * 1_000);
    later(&site, 9);
    put_lately(folder, "1-just-now.csv", &csv(&[record(1, &json!({})), record(6, &json!({}))]).into_bytes(), 3);
    assert_eq!(watch::sweep(db, keys, &site.clock, folder, &mut known).await.unwrap(), 0);
    later(&site, 1);
    assert_eq!(watch::sweep(db, keys, &site.clock, folder, &mut known).await.unwrap(), 1);
    assert_eq!(
        names(folder),
        ["1-just-now.csv", "3-last-line-open.csv", "6-empty.csv", "7-half-a-workbook.xlsx", "done"]
    );
    later(&site, 120);
    assert_eq!(watch::sweep(db, keys, &site.clock, folder, &mut known).await.unwrap(), 4);
}

#[tokio::test]
async fn a_file_that_is_written_to_while_it_is_taken_is_taken_again_with_all_that_it_holds() {
    let (site, folder) = (Site::department().await, tempfile::tempdir().unwrap());
    let (db, folder) = (&site.world.db, folder.path());
    let all = csv(&[record(1, &json!({})), record(2, &json!({}))]);
    let (first, second) = all.trim_end().rsplit_once('\n').unwrap();
    put(folder, "a.csv", format!("{first}\n").as_bytes());
    // Whoever takes it has read it by now, and waits for this one.
    let mut tx = db.begin().await.unwrap();
    audit::hold(&mut tx).await.unwrap();
    let (swept, ()) = tokio::join!(sweep(db, &site.keys, &site.clock, folder), async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        put(folder, "a.csv", format!("{first}\n{second}\n").as_bytes());
        tx.rollback().await.unwrap();
    });
    assert_eq!((swept.unwrap(), names(folder)), (0, vec!["a.csv".to_owned()]));
    assert_eq!(texts(db, CASELOAD).await, ["202611 SGD-GL.MC 1.012944 direct 1/1/0"]);
    assert_eq!(sweep(db, &site.keys, &site.clock, folder).await.unwrap(), 1);
    assert_eq!(texts(db, CASELOAD).await, ["202611 SGD-GL.MC 1.012944 direct 2/2/0"]);
    assert_eq!(texts(db, "SELECT reference FROM invitations").await.len(), 2, "each is invited once");
}

#[tokio::test]
async fn links_in_a_watched_folder_are_not_followed_and_keep_nobody_waiting() {
    let (site, outside) = (Site::department().await, tempfile::tempdir().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(outside.path(), "secret.csv", csv(&[record(1, &json!({}))]).as_bytes());
    std::os::unix::fs::symlink(outside.path().join("secret.csv"), folder.join("a.csv")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.join("done")).unwrap();
    put(folder, "b.csv", csv(&[record(2, &json!({}))]).as_bytes());
    put(folder, "c.csv", b"MaHoSo\n1\n");
    fs::create_dir(folder.join("failed")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("written"), folder.join("failed/c.csv.result.part")).unwrap();
    let (db, mut known) = (&site.world.db, Known::default());
    for put_away in [1, 0] {
        let swept = watch::sweep(db, &site.keys, &site.clock, folder, &mut known).await.unwrap();
        assert_eq!(swept, put_away);
    }
    assert_eq!(names(outside.path()), ["secret.csv"], "nothing is written behind a link");
    assert_eq!(texts(db, CASELOAD).await, ["202611 SGD-GL.MC 1.012944 direct 1/1/0"], "nothing is read behind one");
    let taken = "SELECT act FROM audit WHERE act = 'cases-taken'";
    assert_eq!(texts(db, taken).await.len(), 1, "what was taken and cannot be put away is not taken again");
    assert_eq!(names(&folder.join("failed")), ["c.csv", "c.csv.result.txt"]);
    fs::remove_file(folder.join("done")).unwrap();
    assert_eq!(watch::sweep(db, &site.keys, &site.clock, folder, &mut known).await.unwrap(), 1);
    assert_eq!(names(&folder.join("done")), ["b.csv", "b.csv.result.txt"]);
    assert_eq!(texts(db, taken).await.len(), 1);
}

#[tokio::test]
async fn names_as_long_as_can_be_are_put_away_with_what_came_of_them() {
    let (site, folder) = (Site::department().await, tempfile::tempdir().unwrap());
    let folder = folder.path();
    let good = csv(&[record(1, &json!({}))]);
    let long = ["ồ".repeat(80), format!("{}a", "ồ".repeat(80))].map(|name| format!("{name}.csv"));
    assert_eq!(long.each_ref().map(String::len), [244, 245]);
    long.iter().for_each(|name| put(folder, name, good.as_bytes()));
    assert_eq!(sweep(&site.world.db, &site.keys, &site.clock, folder).await.unwrap(), 2);
    let done = names(&folder.join("done"));
    assert_eq!(done.iter().filter(|name| name.ends_with("ồ.csv") || name.ends_with("ồa.csv")).count(), 2, "{done:?}");
    assert_eq!(done.iter().filter(|name| name.ends_with(".csv.result.txt")).count(), 2, "{done:?}");
    assert_eq!(names(folder), ["done"]);
}

#[tokio::test]
async fn a_file_of_more_columns_than_a_sheet_may_have_is_refused() {
    let site = Site::department().await;
    let wide = |columns: usize| -> Vec<u8> {
        let more: Vec<String> = (0..columns).map(|n| format!(",cot{n}")).collect();
        let text = csv(&[record(1, &json!({}))]);
        text.replacen('\n', &format!("{}\n", more.concat()), 1).into_bytes()
    };
    let taken = async |bytes: Vec<u8>| take(&site.world.db, &site.keys, site.clock.now_ms(), &bytes).await.unwrap();
    let refused = taken(wide(600)).await;
    assert!(lines(&refused).join(" ").contains("Dòng 1 có quá nhiều cột; tối đa 64 cột."), "{:?}", lines(&refused));
    assert!(matches!(taken(wide(55)).await, Came::Taken { new: 1, .. }));
}

#[tokio::test]
async fn an_administrator_says_how_another_system_calls_its_fields() {
    let site = Site::department().await;
    let mut admin = site.person("an", &[site.grant(Role::Admin, None)]).await;
    let mut inspector = site.person("giam", &[site.grant(Role::Inspector, None)]).await;
    let page = admin.get("/admin/cases").await;
    assert!(page.text.contains("value=\"MaHoSo\"") && page.text.contains("10; Đã trả kết quả"), "{}", page.text);
    assert!(
        page.text.contains("chưa có danh mục chính thức nào xác nhận"),
        "the usual numbers are a guess: {}",
        page.text
    );
    assert!(inspector.get("/admin/cases").await.text.contains("<code>MaHoSo</code>"));
    assert_eq!(inspector.post("/admin/cases", &[]).await.status, StatusCode::FORBIDDEN);
    let fields = [
        ("field-case", "Số hồ sơ"),
        ("field-procedure", "Thủ tục"),
        ("field-unit", "Nơi xử lý"),
        ("field-received", "Nhận"),
        ("field-due", "Hẹn"),
        ("field-finished", "Trả"),
        ("field-status", "Tình trạng"),
        ("field-channel", "Cách nộp"),
        ("finished", "xong; trả rồi"),
        ("open", "đang làm"),
        ("direct", "tại quầy"),
    ];
    let twice: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, if *name == "open" { "XONG" } else { *value })).collect();
    let refused = admin.post("/admin/cases", &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("«XONG» có hai nghĩa"), "{}", refused.text);
    assert_eq!(admin.post("/admin/cases", &fields).await.status, StatusCode::SEE_OTHER);
    let file = "Số hồ sơ,Thủ tục,Nơi xử lý,Nhận,Trả,Tình trạng,Cách nộp\n000.00.12.H21-261120-0001,1.012944,SGD-GL.MC,20/11/2026,24/11/2026,Trả rồi,Tại quầy\n";
    let came = take(&site.world.db, &site.keys, site.clock.now_ms(), file.as_bytes()).await.unwrap();
    assert!(matches!(came, Came::Taken { new: 1, made: 1, .. }), "{:?}", lines(&came));
    assert_eq!(admin.post("/admin/cases", &[("act", "default")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(hailong::flow::issue::feed::mapping(&site.world.db).await.unwrap(), Mapping::default());
    assert_eq!(texts(&site.world.db, "SELECT act FROM audit WHERE act = 'cases-mapped'").await.len(), 2);
}

#[tokio::test]
async fn two_that_tell_of_the_same_cases_at_once_count_them_once() {
    let site = Site::department().await;
    let rows: Vec<Value> = (1..=40).map(|n| record(n, &json!({}))).collect();
    let turned: Vec<Value> = rows.iter().rev().cloned().collect();
    let (a, b) = (csv(&rows), csv(&turned));
    let at = Clock::fixed(site.clock.now_ms()).now_ms();
    let (db, keys) = (&site.world.db, &*site.keys);
    let (a, b) = tokio::join!(take(db, keys, at, a.as_bytes()), take(db, keys, at, b.as_bytes()));
    let counts = [a.unwrap(), b.unwrap()].map(|came| match came {
        Came::Taken { new, same, .. } => (new, same),
        Came::Refused(_) => (0, 0),
    });
    assert!(counts.contains(&(40, 0)) && counts.contains(&(0, 40)), "{counts:?}");
    assert_eq!(texts(db, CASELOAD).await, ["202611 SGD-GL.MC 1.012944 direct 40/40/0"]);
    assert_eq!(Day::at(at).number(), 20_261_124);
}
