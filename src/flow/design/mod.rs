//! Design: what is asked, where, and about what. Files of units, procedures, forms, case files and schools are taken
//! all or nothing, in one transaction.

mod archive;
mod caseload;
mod codes;
mod links;
mod paper;
mod procedures;
mod questionnaire;
mod read;
mod report;
mod schools;
mod text;
mod units;

pub use paper::import_paper;
pub use report::{Detail, Report, sentence};

use crate::domain::remarks::Remarks;
use crate::domain::sheet::Sheet;
use crate::domain::sound::Sounds;
use crate::error::{Error, Fault, Result};
use crate::store::marks::{self, Mark};
use crate::store::{Db, Tx};

/// An import may have this many bytes.
pub const FILE_BYTES: usize = 5 * 1024 * 1024;
/// An import may have this many rows under its heading.
pub const ROWS: usize = 20_000;
/// A sheet may be this many columns wide.
const COLUMNS: u32 = 64;

/// What a file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Units and their tree.
    Units,
    /// The catalogue of procedures.
    Procedures,
    /// One version of a form.
    Questionnaire,
    /// Case files per month.
    Caseload,
    /// Schools of education surveys.
    Schools,
    /// Paper forms that somebody typed.
    Paper,
    /// Cases, as a one-stop system keeps them.
    Cases,
}

impl What {
    /// Everything that can be imported.
    pub const ALL: [Self; 7] =
        [Self::Units, Self::Procedures, Self::Questionnaire, Self::Caseload, Self::Schools, Self::Paper, Self::Cases];

    /// The name used in commands and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Procedures => "procedures",
            Self::Questionnaire => "questionnaire",
            Self::Caseload => "caseload",
            Self::Schools => "schools",
            Self::Paper => "paper",
            Self::Cases => "cases",
        }
    }

    /// What goes by that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }
}

/// Whether an import is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Keep what the file says.
    Keep,
    /// Do everything but keep it.
    Try,
}

/// Takes a file, all or nothing. The name of the file is only shown; its content decides how it is read.
///
/// # Errors
/// Every fault of the file, each with its place and what was expected; or busy or internal. Nothing is kept then.
pub async fn import(db: &Db, what: What, file_name: &str, bytes: &[u8], mode: Mode) -> Result<Report> {
    import_with(db, what, file_name, bytes, &Sounds::new(), mode).await
}

/// Takes a file with the sounds that a form names.
///
/// # Errors
/// As [`import`]; and when a sound is missing, too large, or no sound.
pub async fn import_with(
    db: &Db,
    what: What,
    file_name: &str,
    bytes: &[u8],
    sounds: &Sounds,
    mode: Mode,
) -> Result<Report> {
    let (sheets, remarks) = read_apart(what, bytes).await?;
    let mut tx = db.begin().await?;
    // Raised first: its row lock makes a second import wait for this one, so that neither checks against stale rows.
    marks::raise(&mut tx, Mark::Revision).await?;
    let taken = take(&mut tx, what, &sheets, sounds, remarks).await;
    match taken {
        Ok(report) if mode == Mode::Keep && report.changes() > 0 => {
            tx.commit().await?;
            Ok(report.of(file_name, what, mode))
        }
        Ok(report) => {
            tx.rollback().await?;
            Ok(report.of(file_name, what, mode))
        }
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

async fn take(tx: &mut Tx<'_>, what: What, sheets: &[Sheet], sounds: &Sounds, remarks: Remarks) -> Result<Report> {
    if what == What::Questionnaire {
        return questionnaire::take(tx, sheets, sounds, remarks).await;
    }
    let Some(sheet) = sheets.first().filter(|sheet| sheet.rows.len() > 1) else {
        return Err(Error::invalid(Fault::new("import-no-rows").with("in", "whole")));
    };
    match what {
        What::Units => units::take(tx, sheet, remarks).await,
        What::Procedures => procedures::take(tx, sheet, remarks).await,
        What::Caseload => caseload::take(tx, sheet, remarks).await,
        What::Schools => schools::take(tx, sheet, remarks).await,
        // A form was taken above; sheets of paper come with the account that typed them, by a door of their own.
        // So do cases.
        What::Questionnaire | What::Paper | What::Cases => Err(Error::invalid(Fault::new("import-paper-account"))),
    }
}

/// The one sheet of a file that is taken elsewhere.
///
/// # Errors
/// Every fault of the file that can be seen before its rows are read.
pub(super) async fn one_sheet(what: What, bytes: &[u8]) -> Result<(Sheet, Remarks)> {
    let (sheets, remarks) = read_apart(what, bytes).await?;
    match sheets.into_iter().next().filter(|sheet| sheet.rows.len() > 1) {
        Some(sheet) => Ok((sheet, remarks)),
        None => Err(Error::invalid(Fault::new("import-no-rows").with("in", "whole"))),
    }
}

/// Reads on a thread that may take its time: a workbook can keep a processor busy for seconds. A crash of the
/// workbook reader over a hostile file ends that thread alone and is a fault of the file.
async fn read_apart(what: What, bytes: &[u8]) -> Result<(Vec<Sheet>, Remarks)> {
    if bytes.len() > FILE_BYTES {
        return Err(Error::invalid(Fault::new("import-file-too-big").with("most", FILE_BYTES / 1024 / 1024)));
    }
    let bytes = bytes.to_vec();
    let reading = tokio::task::spawn_blocking(move || {
        let mut remarks = Remarks::default();
        read::sheets(what, &bytes, &mut remarks).map(|sheets| (sheets, remarks))
    });
    reading.await.unwrap_or_else(|crash| {
        tracing::warn!(cause = %crash, "an imported file could not be read");
        Err(Error::invalid(Fault::new("import-unreadable-workbook")))
    })
}
