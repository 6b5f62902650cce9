//! `hailong demo`: a sample department with two years of simulated answers, in a database of its own.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::opened;
use super::serve::{self, Running};
use crate::clock::{Clock, Stopwatch};
use crate::config::{Place, Serve};
use crate::domain::account::{Role, Scope};
use crate::domain::api_key::{Access, ApiKey};
use crate::domain::keys::Keys;
use crate::domain::period::{CutOff, Period};
use crate::domain::{Channel, Day};
use crate::error::{Error, Result};
use crate::flow::api_key::{self, Wanted};
use crate::flow::audit::By;
use crate::flow::collect::catalogue::{Catalogue, Point, open_codes};
use crate::flow::issue::{self, Issued, NewInvitation, NewPoint};
use crate::flow::kiosk::{self, Office};
use crate::flow::people::hashing::Hashing;
use crate::flow::people::sample::{self, Sample, Set};
use crate::flow::{cut, publish, release, simulate};
use crate::store::Db;
use crate::store::marks::{self, Mark};
use crate::words;

/// The same people come at every start.
const SEED: u64 = 20_210_914;
/// The counter that prints its code for one procedure, and the office whose visitors choose.
const OFFICE: &str = "SGD-GL.VP";
const PROCEDURE: &str = "1.005092";
/// The unit of the second set of accounts.
const OTHER_OFFICE: &str = "SGD-GL.MC";
const SCHOOL: &str = "GL.THPT.002";
const INVITATIONS: usize = 20;
/// What the key of another system is called.
const API_LABEL: &str = "Cổng mô phỏng";
/// Fresh pairing codes at every start.
const KIOSKS: usize = 10;

/// The demonstration runs like the service.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// How it runs.
    #[command(flatten)]
    pub serve: Serve,
}

/// Fills an empty database and serves it; a database it filled before is served as it is.
///
/// # Errors
/// Conflict when the database holds real answers.
pub async fn run(place: &Place, demo: &Demo) -> Result<()> {
    let place = Place { data: demo_folder(place), ..place.clone() };
    let ((db, keys), now_ms) = (opened(&place).await?, Clock::System.now_ms());
    let listener = serve::listen(demo.serve.listen).await?;
    let base = serve::base_url(&demo.serve, &listener)?;
    let watch = Stopwatch::start();
    fill(&db, &keys, now_ms).await?;
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await?;
    let codes = codes(&db, &keys, &catalogue, now_ms).await?;
    let unit = |code| catalogue.unit_by_code(code).map(|unit| unit.id).ok_or(Error::NotFound("unit"));
    let offices = (unit(OFFICE)?, unit(OTHER_OFFICE)?);
    let accounts = sample::accounts(&db, &keys, &Hashing::new(keys.clone()), now_ms, offices).await?;
    eprintln!("{}", words::FIRST.text("demo-step-comments"));
    let login =
        |role| accounts.iter().find(|one| one.role == role && one.set == Set::First).map_or("", |one| one.login);
    let people = (login(Role::Manager), login(Role::Leader));
    simulate::handle(&db, &keys, now_ms, offices.0, people).await?;
    let kiosks = kiosks(&db, &keys, &Catalogue::read(&db, Day::at(now_ms)).await?, now_ms).await?;
    let api_key = api_key(&db, &keys, &catalogue, now_ms).await?;
    published(&db, &keys, now_ms).await?;
    // Whoever tries the commands of a key at once gets figures, not the hour at which they come.
    cut::daily(&db, now_ms).await?;
    let link = |issued: &Issued| format!("{base}/q/{}", issued.code.as_str());
    let ready = json!({
        "base_url": base,
        "point_url": link(&codes.point),
        "office_point_url": link(&codes.office),
        "education_point_url": link(&codes.education),
        "service_point_url": link(&codes.service),
        "kiosk_url": format!("{base}/kiosk"),
        "kiosk_pairing_code": kiosks[0],
        "kiosk_pairing_codes": kiosks,
        "invitation_urls": codes.invitations.iter().map(link).collect::<Vec<_>>(),
        "results_url": format!("{base}/results"),
        "api_url": format!("{base}/api/v1"),
        "api_docs_url": format!("{base}/api/v1/docs"),
        "api_key": api_key.as_str(),
        "sign_in_url": format!("{base}/sign-in"),
        "accounts": by_role(&catalogue, &accounts, Set::First),
        "other_accounts": by_role(&catalogue, &accounts, Set::Other),
        "second_accounts": by_role(&catalogue, &accounts, Set::Second),
    });
    let running = Running::start(db, keys, &demo.serve, listener, None).await?;
    println!(
        "{}",
        words::FIRST.text_with("demo-ready", &[("seconds", &format!("{:.1}", watch.elapsed().as_secs_f64()))])
    );
    for (key, url) in [
        ("demo-home", base.clone()),
        ("demo-point", link(&codes.point)),
        ("demo-office", link(&codes.office)),
        ("demo-service", link(&codes.service)),
        ("demo-education", link(&codes.education)),
        ("demo-invitation", link(&codes.invitations[0])),
        ("demo-kiosk", format!("{base}/kiosk")),
        ("demo-kiosk-code", kiosks[0].clone()),
        ("demo-results", format!("{base}/results")),
        ("demo-sign-in", format!("{base}/sign-in")),
        ("demo-api", format!("{base}/api/v1/docs")),
        ("demo-api-key", api_key.as_str().to_owned()),
    ] {
        println!("  {}: {url}", words::FIRST.text(key));
    }
    println!("{}", words::FIRST.text("demo-accounts"));
    for one in &accounts {
        println!("  {:<12} {}  {}", one.login, one.password, one.name);
        if let Some(seed) = &one.seed {
            let secret = seed.base32();
            println!("  {:<12} {}", "", words::FIRST.text_with("demo-second-factor", &[("secret", &secret)]));
        }
    }
    if let Some(file) = &demo.serve.ready_file {
        serve::write_ready(file, &ready)?;
    }
    running.until_stopped().await
}

/// The accounts of a set in the ready-file: what to sign in with, under the name of its role.
fn by_role(catalogue: &Catalogue, accounts: &[Sample], set: Set) -> Map<String, Value> {
    let account = |sample: &Sample| {
        let Sample { role, unit, login, name, password, seed, .. } = sample;
        let unit = unit.and_then(|unit| catalogue.units.get(&unit)).map(|unit| &unit.code);
        let mut account =
            json!({ "login": login, "name": name, "password": password, "unit": unit, "simulated": true });
        if let Some(seed) = seed {
            account["totp_secret"] = seed.base32().into();
        }
        (role.name().to_owned(), account)
    };
    accounts.iter().filter(|sample| sample.set == set).map(account).collect()
}

/// Without a folder of its own the demonstration keeps apart from real data.
fn demo_folder(place: &Place) -> std::path::PathBuf {
    if place.data.as_os_str() == "data" { "demo-data".into() } else { place.data.clone() }
}

async fn fill(db: &Db, keys: &Keys, now_ms: i64) -> Result<()> {
    if marks::get(db, Mark::Simulated).await? == 1 && marks::get(db, Mark::ReleasedThrough).await? > 0 {
        return Ok(());
    }
    let lang = words::FIRST;
    let mut last = None;
    let mut progress = |step: simulate::Step, done: usize, of: usize| {
        let tenth = (step, done * 10 / of.max(1));
        if last.replace(tenth) != Some(tenth) {
            eprintln!("{}: {} %", lang.text(step.key()), done * 100 / of.max(1));
        }
    };
    simulate::load(db, keys, now_ms, SEED, &mut progress).await?;
    eprintln!("{}", lang.text("demo-step-release"));
    release::cut(db, now_ms, 1).await?;
    Ok(())
}

/// Publishes last year, which is over, and this year, which follows the releases; what an earlier start published stays.
async fn published(db: &Db, keys: &Keys, now_ms: i64) -> Result<()> {
    let this_year = Period::year_of(Day::at(now_ms), CutOff::Calendar);
    let earlier = publish::all(db).await?;
    for (period, did) in [(this_year.previous(), "demo-did"), (this_year, "demo-did-so-far")] {
        if !earlier.iter().any(|one| one.period == period) {
            let wanted = publish::Wanted { period, live: true, did: &words::FIRST.text(did) };
            publish::publish(db, keys, now_ms, By::OPERATOR, wanted).await?;
        }
    }
    Ok(())
}

struct Codes {
    point: Issued,
    office: Issued,
    service: Issued,
    education: Issued,
    invitations: Vec<Issued>,
}

/// The codes to try: those of an earlier start where they still stand, and fresh invitations.
async fn codes(db: &Db, keys: &Keys, catalogue: &Catalogue, now_ms: i64) -> Result<Codes> {
    let new = |unit, procedure, channel, form, label| NewPoint { unit, procedure, channel, form, label };
    let points = [
        new(OFFICE, Some(PROCEDURE), Channel::Counter, "procedure", "Quầy 1"),
        new(OFFICE, None, Channel::Counter, "procedure", "Quầy 2"),
        new(OFFICE, None, Channel::Counter, "service-16", "Bộ phận một cửa"),
        new(SCHOOL, None, Channel::Round, "education-learners", ""),
        new(OFFICE, None, Channel::Kiosk, "procedure", "Quầy 3"),
    ];
    let mut issued = Vec::with_capacity(points.len());
    for point in points {
        match standing(keys, catalogue, &point) {
            Some(earlier) => issued.push(earlier),
            None => issued.extend(issue::points(db, keys, catalogue, now_ms, By::OPERATOR, &[point]).await?),
        }
    }
    let [point, office, service, education, _kiosk] =
        <[Issued; 5]>::try_from(issued).map_err(|_| Error::internal("five points were asked for"))?;
    let cases: Vec<String> = (1..=INVITATIONS).map(|i| format!("MO-PHONG-{now_ms}-{i:04}")).collect();
    let invite = |case| NewInvitation {
        unit: OFFICE,
        procedure: Some(PROCEDURE),
        channel: Channel::Case,
        form: "procedure",
        case,
        event: "finished",
    };
    let invitations: Vec<NewInvitation<'_>> = cases.iter().map(|case| invite(case)).collect();
    let invitations = issue::invitations(db, keys, catalogue, now_ms, &invitations).await?;
    Ok(Codes { point, office, service, education, invitations })
}

/// The open point of an earlier start that stands for the same.
fn standing(keys: &Keys, catalogue: &Catalogue, wanted: &NewPoint<'_>) -> Option<Issued> {
    let same = |point: &&Arc<Point>| {
        !point.revoked
            && point.unit.code == wanted.unit
            && point.procedure.as_ref().map(|procedure| procedure.code.as_str()) == wanted.procedure
            && point.channel == wanted.channel
            && point.questionnaire.form == wanted.form
            && *point.label == *wanted.label
    };
    let points = catalogue.all_points();
    let point = points.iter().find(same)?;
    open_codes(keys, &point.sealed).map(|(code, typed)| Issued { id: Some(point.id.0), code, typed })
}

/// A key for another system, over every unit; those of earlier starts are revoked.
async fn api_key(db: &Db, keys: &Keys, catalogue: &Catalogue, now_ms: i64) -> Result<ApiKey> {
    for earlier in api_key::all(db).await?.iter().filter(|key| key.label == API_LABEL && key.is_live(now_ms)) {
        api_key::revoke(db, keys, now_ms, By::OPERATOR, earlier.id).await?;
    }
    let access = Access::ALL.map(Access::name);
    let wanted = Wanted { label: API_LABEL, access: &access, units: None, days: 30 };
    api_key::add(db, keys, catalogue, now_ms, By::OPERATOR, wanted).await
}

/// Kiosks that wait for a tablet. Nobody else is there to confirm it, so whoever enters one of these codes is believed.
async fn kiosks(db: &Db, keys: &Keys, catalogue: &Catalogue, now_ms: i64) -> Result<Vec<String>> {
    let office = Office { db, keys, now_ms, by: By::OPERATOR, scope: &Scope::All };
    let counters = kiosk::counters(catalogue, &Scope::All);
    let counter = counters.first().ok_or(Error::NotFound("counter"))?.id;
    let mut codes = Vec::with_capacity(KIOSKS);
    // Of those of an earlier start the ones that no tablet has become stay in the list, without a code that works.
    for i in 1..=KIOSKS {
        let (_, code) = office.add(catalogue, counter, &format!("Máy mô phỏng {i}"), true).await?;
        codes.push(code);
    }
    Ok(codes)
}
