//! The one table that a run prints, in Markdown.

use std::time::Duration;

use crate::load::Figures;

/// Rows in the order they were measured.
#[derive(Default)]
pub struct Table {
    rows: Vec<[String; 3]>,
}

impl Table {
    /// A row: what, its figure, more about it. Also said at once, so that one can watch.
    pub fn row(&mut self, what: &str, figure: &str, more: &str) {
        eprintln!("{what}: {figure} {more}");
        self.rows.push([what.to_owned(), figure.to_owned(), more.to_owned()]);
    }

    /// A row about a load, with its share of another when one is given.
    pub fn load(&mut self, what: &str, figures: &Figures, of: Option<&Figures>) {
        let share = of.map_or(String::new(), |of| format!("{:.2} × ", figures.per_second / of.per_second));
        let refused = if figures.refused > 0 { format!(", {} refused", figures.refused) } else { String::new() };
        let more = format!("{share}p50 {}, p99 {}{refused}", ms(figures.median), ms(figures.p99));
        self.row(what, &format!("{:.0} /s", figures.per_second), more.trim());
    }

    /// Prints it.
    pub fn print(&self) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("\nMeasured with `cargo bench --bench ingest` on {cores} × {}:\n", processor());
        let head = ["what", "figure", "more"].map(str::to_owned);
        let width = |column: usize| {
            self.rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let widths = [width(0), width(1), width(2)];
        print_row(&head, widths);
        println!("|-{}-|-{}-|-{}-|", "-".repeat(widths[0]), "-".repeat(widths[1]), "-".repeat(widths[2]));
        for row in &self.rows {
            print_row(row, widths);
        }
    }
}

fn print_row(row: &[String; 3], widths: [usize; 3]) {
    println!("| {:<3$} | {:<4$} | {:<5$} |", row[0], row[1], row[2], widths[0], widths[1], widths[2]);
}

fn ms(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1_000.0)
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("an unknown processor", |(_, name)| name).trim().to_owned()
}
