//! Two programs watch one folder of cases, and one is killed over a file: each file is taken, counted and moved once.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use hailong::clock::Stopwatch;

use crate::harness::program::{Place, postgres};

fn watch(place: &Place, folder: &Path) -> Child {
    let mut command = place.command(&["import", "cases", "--watch", folder.to_str().unwrap()]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// A file of as many cases, all of which were received in October: none is invited.
fn cases(first: usize, count: usize) -> String {
    let line = |n| format!("000.00.12.H21-261005-{n:05},1.012944,SGD-GL.MC,05/10/2026,,4\n");
    let heading = "MaHoSo,MaTTHC,DonViXuLy,NgayTiepNhan,NgayTra,TrangThaiHoSo\n";
    heading.to_owned() + &(first..first + count).map(line).collect::<String>()
}

fn results(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("done")).into_iter().flatten().map(|entry| entry.unwrap().path());
    let texts = entries.filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    texts.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_watchers_one_of_them_killed_take_each_file_once() {
    let place = Place::new(postgres().as_deref()).await;
    place.open_office();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for n in 0..6 {
        // Renamed when it is whole, as careful systems do.
        let part = folder.join(format!("{n}.csv.part"));
        fs::write(&part, cases(n * 1_000, 1_000)).unwrap();
        let old = std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        fs::File::options().write(true).open(&part).unwrap().set_modified(old).unwrap();
        fs::rename(&part, folder.join(format!("{n}.csv"))).unwrap();
    }
    let (mut one, mut two) = (watch(&place, folder), watch(&place, folder));
    let clock = Stopwatch::start();
    while results(folder).is_empty() && clock.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    one.kill().unwrap();
    one.wait().unwrap();
    while results(folder).len() < 6 && clock.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    two.kill().unwrap();
    two.wait().unwrap();
    assert_eq!(results(folder).len(), 6, "each has one result");
    let left = fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count();
    assert_eq!(left, 0);
    // Everything again changes nothing: it was all there.
    fs::write(folder.join("alle.csv"), cases(0, 6_000)).unwrap();
    let said = place.run(&["import", "cases", folder.join("alle.csv").to_str().unwrap()]);
    assert!(said.contains("Hồ sơ mới: 0\n") && said.contains("Hồ sơ không đổi: 6000\n"), "{said}");
}
