//! What pages of a large province weigh as they are sent.

#[expect(dead_code, reason = "measurements use the rest")]
#[path = "../bench/filled.rs"]
mod filled;

use axum::http::{Method, StatusCode};
use hailong::domain::account::Role;
use hailong::store::Db;
use hailong::store::marks::{self, Mark};

use crate::site::Site;

/// A page and everything it needs.
const MOST: usize = 60 * 1024;

/// Sums of a year and its months: 1,300 units with 20 to 269 answers each.
async fn rated(db: &Db) {
    let list = |of: &mut dyn Iterator<Item = i64>| of.map(|n| format!("({n})")).collect::<Vec<_>>().join(", ");
    let units = list(&mut (1..=filled::UNITS));
    let times = list(&mut [2026].into_iter().chain(202_601..=202_611));
    let n = "(20 + (u.v * 37) % 250) / (CASE WHEN t.v > 9999 THEN 11 ELSE 1 END)";
    // One in twelve stands out.
    let low = "(CASE WHEN u.v % 12 = 0 THEN 450 ELSE 30 + (u.v * 7919) % 101 END)";
    let low = format!("(({n}) * {low} / 1000)");
    let values = [
        ("(1), (2), (3), (4), (5), (6), (7), (8)", format!("{low}, 0, 0, 0, ({n}) - {low}, 0")),
        ("(-1), (-2)", format!("{n}, ({n}) * 3, ({n}) * 3, ({n}) * 9, ({n}) * 9, ({n}) * 9")),
    ];
    let columns = "level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7";
    let mut script = String::new();
    for (whats, values) in values {
        script += &format!(
            "WITH l (v, by_channel) AS (VALUES (2, ''), (3, 'counter')), w (v) AS (VALUES {whats}),
                 t (v) AS (VALUES {times}), u (v) AS (VALUES {units})
             INSERT INTO rollups ({columns})
             SELECT l.v, w.v, t.v, u.v, 0, l.by_channel, 0, 0, {values}, 0
             FROM l CROSS JOIN w CROSS JOIN t CROSS JOIN u;"
        );
    }
    let sums = ["v1", "v2", "v3", "v4", "v5", "v6", "v7"].map(|v| format!("CAST(SUM({v}) AS BIGINT)")).join(", ");
    script += &format!(
        "INSERT INTO rollups ({columns})
         SELECT 1, what, time, 0, 0, 'counter', 0, 0, {sums} FROM rollups WHERE level = 2 GROUP BY what, time;
         UPDATE marks SET n = 1795496400000 WHERE name = 'released_at'"
    );
    let script: &'static str = Box::leak(script.into_boxed_str());
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(script).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(script).execute(pool).await.unwrap()),
    }
}

#[tokio::test]
async fn of_1300_units_that_differ_the_page_of_all_stays_within_60_kib() {
    let site = Site::new().await;
    let db = &site.world.db;
    filled::organisation(db).await;
    rated(db).await;
    let mut tx = db.begin().await.unwrap();
    marks::raise(&mut tx, Mark::Revision).await.unwrap();
    tx.commit().await.unwrap();
    site.app.refresh().await.unwrap();
    let mut leader = site.person("giamdoc", &[site.grant(Role::Leader, None)]).await;
    let page = leader.get("/manage/units?period=2026").await;
    let told = page.between("id=\"h-funnel\">", "</h3>");
    assert!(told.ends_with("đơn vị khác"), "many stand out: {told}");
    let linked = page.text.split('"').filter(|link| link.starts_with("/static/"));
    let files: Vec<&str> = linked.collect();
    assert!(files.len() <= 2, "{files:?}");
    // A page of somebody signed in is not packed, its files are.
    let mut weights = vec![page.bytes.len()];
    for path in files {
        let file = site.stranger().ask(Method::GET, path, None, &[("accept-encoding", "gzip")]).await;
        assert_eq!(file.status, StatusCode::OK);
        weights.push(file.bytes.len());
    }
    assert!(weights.iter().sum::<usize>() <= MOST, "{weights:?} bytes");
}
