//! What a process knows by heart while it serves: units, procedures, forms and points, read again when any changes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::code::{Code, TypedCode};
use crate::domain::collate;
use crate::domain::holiday::Holidays;
use crate::domain::keys::{Keys, Mac16};
use crate::domain::portal::Portal;
use crate::domain::procedure::Procedure;
use crate::domain::questionnaire::Questionnaire;
use crate::domain::unit::Unit;
use crate::domain::{Channel, Day, PointId, ProcedureId, QuestionnaireId, UnitId};
use crate::error::Result;
use crate::store::marks::{self, Mark};
use crate::store::{Db, holidays, points, portals, procedures, questionnaires, units};

/// One consistent reading of the organisation and its forms.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The revision it was read at.
    pub revision: i64,
    /// Whether the answers in this database are made up.
    pub simulated: bool,
    /// Units by row number.
    pub units: HashMap<UnitId, Arc<Unit>>,
    /// Units by name.
    pub units_by_name: Vec<Arc<Unit>>,
    /// Procedures by row number.
    pub procedures: HashMap<ProcedureId, Arc<Procedure>>,
    /// Procedures by name.
    pub procedures_by_name: Vec<Arc<Procedure>>,
    /// Every version of every form.
    pub questionnaires: HashMap<QuestionnaireId, Arc<Questionnaire>>,
    /// Other sites that citizens come from and may go back to.
    pub portals: Vec<Portal>,
    /// Days that are off, and days worked instead.
    pub holidays: Holidays,
    points: HashMap<Mac16, Arc<Point>>,
    typed: HashMap<Mac16, Mac16>,
    used: HashMap<(UnitId, ProcedureId), i64>,
}

/// A point, ready to be opened.
#[derive(Debug)]
pub struct Point {
    /// Row number.
    pub id: PointId,
    /// Unit that is answered about.
    pub unit: Arc<Unit>,
    /// Procedure, when the point stands for one.
    pub procedure: Option<Arc<Procedure>>,
    /// Channel.
    pub channel: Channel,
    /// Latest version of its form.
    pub questionnaire: Arc<Questionnaire>,
    /// What people call the place.
    pub label: Arc<str>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Both codes, sealed.
    pub sealed: Vec<u8>,
}

impl Point {
    /// Whether it belongs on paper: it can be answered, and not from a tablet, for a phone that scanned the code of one
    /// would count as the tablet.
    #[must_use]
    pub fn is_for_paper(&self, today: Day) -> bool {
        !self.revoked && self.unit.valid_on(today) && self.channel != Channel::Kiosk
    }
}

impl Catalogue {
    /// Reads everything.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read(db: &Db, today: Day) -> Result<Self> {
        // The revision is read first: a change that comes while the rest is read shows as a newer one.
        let revision = marks::get(db, Mark::Revision).await?;
        let mut catalogue = Self {
            revision,
            simulated: marks::get(db, Mark::Simulated).await? == 1,
            units: units::all(db).await?.into_iter().map(|unit| (unit.id, Arc::new(unit))).collect(),
            procedures: procedures::all(db).await?.into_iter().map(|p| (p.id, Arc::new(p))).collect(),
            questionnaires: questionnaires::all(db).await?.into_iter().map(|q| (q.id, Arc::new(q))).collect(),
            portals: portals::all(db).await?,
            holidays: Holidays::of(&holidays::all(db).await?),
            ..Self::default()
        };
        catalogue.units_by_name = catalogue.units.values().cloned().collect();
        catalogue.units_by_name.sort_by_cached_key(|unit| (collate::key(&unit.name), unit.code.clone()));
        catalogue.procedures_by_name = catalogue.procedures.values().cloned().collect();
        catalogue.procedures_by_name.sort_by_cached_key(|p| (collate::key(&p.name), p.code.clone()));
        for (unit, procedure, n) in points::use_of_procedures(db, today.plus(-90).number()).await? {
            catalogue.used.insert((UnitId(unit), ProcedureId(procedure)), n);
        }
        for row in points::all(db).await? {
            catalogue.add_point(row);
        }
        Ok(catalogue)
    }

    fn add_point(&mut self, row: points::Row) {
        let (Ok(code), Ok(typed)) = (Mac16::try_from(row.code_mac), Mac16::try_from(row.typed_mac)) else { return };
        let parts =
            (self.units.get(&UnitId(row.unit_id)).cloned(), Channel::by_name(&row.channel), self.latest(&row.form));
        let (Some(unit), Some(channel), Some(questionnaire)) = parts else {
            tracing::error!(point = row.id, "a point names a unit, channel or form that is not there");
            return;
        };
        let procedure = row.procedure_id.and_then(|id| self.procedures.get(&ProcedureId(id)).cloned());
        let (id, label, revoked, sealed) = (PointId(row.id), row.label.into(), row.revoked_at.is_some(), row.sealed);
        let point = Point { id, unit, procedure, channel, questionnaire, label, revoked, sealed };
        self.points.insert(code, Arc::new(point));
        self.typed.insert(typed, code);
    }

    /// The latest version of a form.
    #[must_use]
    pub fn latest(&self, form: &str) -> Option<Arc<Questionnaire>> {
        self.questionnaires.values().filter(|q| q.form == form).max_by_key(|q| q.version).cloned()
    }

    /// The point of a code.
    #[must_use]
    pub fn point(&self, code_mac: Mac16) -> Option<Arc<Point>> {
        self.points.get(&code_mac).cloned()
    }

    /// The point of a typed code.
    #[must_use]
    pub fn point_typed(&self, typed_mac: Mac16) -> Option<Arc<Point>> {
        self.point(*self.typed.get(&typed_mac)?)
    }

    /// The point of a row number.
    #[must_use]
    pub fn point_of(&self, id: PointId) -> Option<Arc<Point>> {
        self.points.values().find(|point| point.id == id).cloned()
    }

    /// Every point, by row number.
    #[must_use]
    pub fn all_points(&self) -> Vec<Arc<Point>> {
        let mut all: Vec<_> = self.points.values().cloned().collect();
        all.sort_by_key(|point| point.id);
        all
    }

    /// The unit of that code.
    #[must_use]
    pub fn unit_by_code(&self, code: &str) -> Option<&Arc<Unit>> {
        self.units.values().find(|unit| unit.code == code)
    }

    /// Whether a unit is another or lies below it.
    #[must_use]
    pub fn is_under(&self, unit: &Unit, above: &Unit) -> bool {
        // No tree is deeper than it has units, so a circle in the data ends too.
        let up = |unit: &&Unit| unit.parent.and_then(|parent| self.units.get(&parent)).map(Arc::as_ref);
        std::iter::successors(Some(unit), up).take(self.units.len()).any(|unit| unit.id == above.id)
    }

    /// The procedure of that code.
    #[must_use]
    pub fn procedure_by_code(&self, code: &str) -> Option<&Arc<Procedure>> {
        self.procedures.values().find(|procedure| procedure.code == code)
    }

    /// The procedures a unit offers on a day, most used first.
    #[must_use]
    pub fn offered(&self, unit: &Unit, day: Day) -> Vec<Arc<Procedure>> {
        let mut offered: Vec<_> =
            self.procedures.values().filter(|p| p.valid_on(day) && p.offered_by(&unit.kind)).cloned().collect();
        let used = |p: &Procedure| self.used.get(&(unit.id, p.id)).copied().unwrap_or(0);
        offered.sort_by_cached_key(|p| (std::cmp::Reverse(used(p)), collate::key(&p.name)));
        offered
    }
}

/// The keyed hash by which the place of a code is found.
#[must_use]
pub fn code_mac(keys: &Keys, code: &Code) -> Mac16 {
    keys.mac(CODE, code.as_str().as_bytes())
}

/// The keyed hash by which the place of a typed code is found.
#[must_use]
pub fn typed_mac(keys: &Keys, typed: &TypedCode) -> Mac16 {
    keys.mac(TYPED, typed.as_str().as_bytes())
}

/// Label under which a code's keyed hash is made.
const CODE: &str = "code";
/// Label under which a typed code's keyed hash is made.
const TYPED: &str = "typed";

/// What both codes are sealed as, for one place.
#[must_use]
pub fn seal_codes(keys: &Keys, nonce: [u8; 24], code: &Code, typed: &TypedCode) -> Vec<u8> {
    keys.seal("codes", nonce, format!("{}{}", code.as_str(), typed.as_str()).as_bytes())
}

/// Opens both codes.
#[must_use]
pub fn open_codes(keys: &Keys, sealed: &[u8]) -> Option<(Code, TypedCode)> {
    let plain = String::from_utf8(keys.open("codes", sealed)?).ok()?;
    let (code, typed) = plain.split_at_checked(16)?;
    Some((Code::parse(code)?, TypedCode::parse(typed)?))
}
