//! The disk: how long one flushed write takes. One connection alone cannot be answered faster than that.

use std::fs::File;
use std::io::Write;

use hailong::clock::Stopwatch;

use crate::table::Table;

const WRITES: usize = 200;

/// Appends pages to a file in the folder that the places are in, flushing each.
pub fn measure(table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    let mut file = File::create(folder.path().join("flushed")).unwrap();
    let mut took = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let watch = Stopwatch::start();
        file.write_all(&[7; 4_096]).and_then(|()| file.sync_data()).unwrap();
        took.push(watch.elapsed());
    }
    took.sort_unstable();
    let ms = |share: f64| took[(WRITES as f64 * share) as usize].as_secs_f64() * 1_000.0;
    table.row("disk: write and flush 4 KiB", &format!("{:.2} ms", ms(0.5)), &format!("p99 {:.2} ms", ms(0.99)));
}
