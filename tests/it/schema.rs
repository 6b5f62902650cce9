//! The two engines hold the same tables, take the same statements, and every migration carries data along.

use std::collections::BTreeSet;

use hailong::store::rollups::{self, Level};
use hailong::store::{self, Db};
use sqlx::{Executor, Row};

use crate::world::World;

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let world = World::new().await;
    let common = store::STATEMENTS.iter().copied();
    let mut prepared = 0;
    match &world.db {
        Db::Sqlite { write, .. } => {
            for sql in common.chain(store::SQLITE_STATEMENTS.iter().copied()).flatten() {
                let mut connection = write.acquire().await.unwrap();
                connection
                    .prepare(sqlx::SqlSafeStr::into_sql_str(*sql))
                    .await
                    .map_err(|e| format!("{e}: {sql}"))
                    .unwrap();
                prepared += 1;
            }
        }
        Db::Postgres(pool) => {
            for sql in common.chain(store::POSTGRES_STATEMENTS.iter().copied()).flatten() {
                let mut connection = pool.acquire().await.unwrap();
                connection
                    .prepare(sqlx::SqlSafeStr::into_sql_str(*sql))
                    .await
                    .map_err(|e| format!("{e}: {sql}"))
                    .unwrap();
                prepared += 1;
            }
        }
    }
    assert!(prepared > 40, "only {prepared} statements are listed");
}

#[test]
fn every_statement_of_the_store_is_listed() {
    for file in std::fs::read_dir("src/store").unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let lists: String = text.split("STATEMENTS: &").skip(1).map(|rest| rest.split("];").next().unwrap()).collect();
        let listed: BTreeSet<&str> = lists.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let consts = text.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("const "));
        for name in consts.filter(|line| line.contains(": &str =")).map(|line| line.split(':').next().unwrap()) {
            assert!(listed.contains(name) || name == "SCALE_ORDER", "{name} is in no list of statements");
        }
    }
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_keys() {
    let world = World::new().await;
    let mut lines = BTreeSet::new();
    match &world.db {
        Db::Sqlite { read, .. } => {
            // The index of words is SQLite's own tables; PostgreSQL's is no table.
            const COLUMNS: &str =
                "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema m, pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'inbox\\_words%' ESCAPE '\\'";
            for row in sqlx::query(COLUMNS).fetch_all(read).await.unwrap() {
                let (table, column, kind, required): (String, String, String, i64) =
                    (row.get(0), row.get(1), row.get(2), row.get(3));
                let kind = match kind.as_str() {
                    "INTEGER" => "number",
                    "TEXT" => "text",
                    "BLOB" => "bytes",
                    "REAL" => "real",
                    other => panic!("{other}"),
                };
                lines.insert(format!("{table}.{column} {kind}{}", if required == 1 { " required" } else { "" }));
            }
            const KEYS: &str = "SELECT m.name, (SELECT group_concat(i.name, ', ') FROM pragma_index_info(l.name) i)
                FROM sqlite_schema m, pragma_index_list(m.name) l
                WHERE m.type = 'table' AND l.\"unique\" = 1 AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
                    AND m.name NOT LIKE 'inbox\\_words%' ESCAPE '\\'";
            for row in sqlx::query(KEYS).fetch_all(read).await.unwrap() {
                lines.insert(format!("{} unique ({})", row.get::<String, _>(0), row.get::<String, _>(1)));
            }
            // A single number as primary key is SQLite's own row number and has no index of its own.
            const ROW_NUMBERS: &str = "SELECT m.name, max(c.name) FROM sqlite_schema m, pragma_table_info(m.name) c
                WHERE m.type = 'table' AND c.pk > 0 AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
                    AND m.name NOT LIKE 'inbox\\_words%' ESCAPE '\\'
                GROUP BY m.name HAVING count(*) = 1";
            for row in sqlx::query(ROW_NUMBERS).fetch_all(read).await.unwrap() {
                lines.insert(format!("{} unique ({})", row.get::<String, _>(0), row.get::<String, _>(1)));
            }
        }
        Db::Postgres(pool) => {
            const COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
                FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
                WHERE table_type = 'BASE TABLE' AND table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx%'";
            for row in sqlx::query(COLUMNS).fetch_all(pool).await.unwrap() {
                let (table, column, kind, nullable): (String, String, String, String) =
                    (row.get(0), row.get(1), row.get(2), row.get(3));
                let kind = match kind.as_str() {
                    "bigint" => "number",
                    "text" => "text",
                    "bytea" => "bytes",
                    "double precision" => "real",
                    other => panic!("{other}"),
                };
                lines.insert(format!("{table}.{column} {kind}{}", if nullable == "NO" { " required" } else { "" }));
            }
            const KEYS: &str = "SELECT t.relname::text, (SELECT string_agg(a.attname::text, ', ' ORDER BY k.place)
                    FROM unnest(i.indkey) WITH ORDINALITY k (attnum, place)
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
                    WHERE k.place <= i.indnkeyatts)
                FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
                WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE '\\_sqlx%'";
            for row in sqlx::query(KEYS).fetch_all(pool).await.unwrap() {
                lines.insert(format!("{} unique ({})", row.get::<String, _>(0), row.get::<String, _>(1)));
            }
        }
    }
    let found = lines.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    if std::env::var_os("HAILONG_WRITE_SCHEMA").is_some() {
        std::fs::write("tests/data/schema.txt", &found).unwrap();
    }
    // One file for both engines: where they differ, one of the two runs fails.
    assert_eq!(found, std::fs::read_to_string("tests/data/schema.txt").unwrap());
}

#[tokio::test]
async fn sample_rows_loaded_after_each_migration_survive_the_next_ones() {
    let world = World::empty().await;
    for (number, step) in migrations(&world) {
        let samples = std::fs::read_to_string(format!("tests/data/migrations/{number}.sql"))
            .unwrap_or_else(|_| panic!("migration {number} has no sample rows"));
        execute(&world, step).await;
        execute(&world, samples).await;
    }
    for table in tables() {
        let count: &'static str = Box::leak(format!("SELECT count(*) FROM {table}").into_boxed_str());
        let rows: i64 = match &world.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(count).fetch_one(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
        };
        assert!(rows > 0, "{table} lost its sample rows, or has none");
    }
}

#[tokio::test]
async fn longer_times_are_summed_from_the_shorter_ones_of_before() {
    let world = World::empty().await;
    let mut before = migrations(&world);
    let after = before.split_off(before.iter().position(|(number, _)| number == "0028").unwrap());
    for (_, step) in before {
        execute(&world, step).await;
    }
    let rows =
        [(7, 20_260_130), (7, 20_260_131), (7, 20_260_201), (7, 20_270_101), (5, 202_601), (5, 202_602), (4, 202_601)]
            .map(|(level, time)| format!("({level}, 1, {time}, 2, 3, '', 0, 0, 1, 0, 0, 0, 5, 0, 0)"))
            .join(", ");
    let columns = "level, what, time, one_id, two_id, channel, pile, block, v1, v2, v3, v4, v5, v6, v7";
    execute(&world, format!("INSERT INTO rollups ({columns}) VALUES {rows}")).await;
    for (_, step) in after {
        execute(&world, step).await;
    }
    let all = rollups::all(&world.db).await.unwrap().into_iter().map(|(key, values)| (key.level, key.time, values));
    let mut found: Vec<(Level, i64, [i64; 7])> = all.filter(|(_, time, _)| *time < 1_000_000).collect();
    found.sort_unstable();
    let sums = |n: i64| [n, 0, 0, 0, 5 * n, 0, 0];
    let expected = [
        (Level::Procedure, 202_601, 1),
        (Level::UnitProcedure, 2026, 2),
        (Level::UnitProcedure, 202_601, 1),
        (Level::UnitProcedure, 202_602, 1),
        (Level::Point, 2026, 3),
        (Level::Point, 2027, 1),
        (Level::Point, 202_601, 2),
        (Level::Point, 202_602, 1),
        (Level::Point, 202_701, 1),
    ];
    assert_eq!(found, expected.map(|(level, time, n)| (level, time, sums(n))));
}

#[tokio::test]
async fn a_process_waits_as_long_as_another_migrates() {
    let world = World::new().await;
    let Db::Postgres(pool) = &world.db else { return };
    let mut other = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE _sqlx_migrations IN ACCESS EXCLUSIVE MODE").execute(&mut *other).await.unwrap();
    let (done, ()) = tokio::join!(world.db.migrate(), async {
        tokio::time::sleep(std::time::Duration::from_secs(6)).await;
        other.rollback().await.unwrap();
    });
    done.unwrap();
}

#[tokio::test]
async fn a_stored_answer_can_be_neither_changed_nor_removed() {
    let world = World::new().await;
    crate::rows::responses(&world.db, &[crate::rows::Answer::new(1, 20_261_124, 1, 5)]).await;
    for forbidden in ["UPDATE responses SET answers = '[[1,1]]'", "DELETE FROM responses"] {
        let refused = match &world.db {
            Db::Sqlite { write, .. } => sqlx::query(forbidden).execute(write).await.map(drop),
            Db::Postgres(pool) => sqlx::query(forbidden).execute(pool).await.map(drop),
        };
        assert!(refused.unwrap_err().to_string().contains("responses are append-only"), "{forbidden}");
    }
}

/// Numbers and texts of the migrations, in order.
fn migrations(world: &World) -> Vec<(String, String)> {
    let engine = if world.url.is_some() { "postgres" } else { "sqlite" };
    let files = std::fs::read_dir(format!("migrations/{engine}")).unwrap().map(|file| file.unwrap().path());
    let number = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap()[..4].to_owned();
    let mut steps: Vec<_> = files.map(|path| (number(&path), std::fs::read_to_string(&path).unwrap())).collect();
    steps.sort();
    steps
}

async fn execute(world: &World, script: String) {
    let script = if world.url.is_some() { script.replace(" AS BLOB)", " AS BYTEA)") } else { script };
    let script: &'static str = Box::leak(script.into_boxed_str());
    match &world.db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(script).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::raw_sql(script).execute(pool).await.unwrap()),
    }
}

fn tables() -> BTreeSet<String> {
    let schema = std::fs::read_to_string("tests/data/schema.txt").unwrap();
    schema.lines().filter_map(|line| line.split_once('.')).map(|(table, _)| table.to_owned()).collect()
}
