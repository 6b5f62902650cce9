//! A part of the figures: of one place by channel and by month, of one channel, or under the units of today. It is made
//! of pictures, as managers see them: what they hide, beside whatever else can be asked for, is hidden here.

use serde_json::{Value, json};

use super::{Origin, Wanted};
use crate::domain::period::Period;
use crate::domain::{Channel, Indicator, ProcedureId, UnitId};
use crate::error::Result;
use crate::flow::assess::picture::{Picture, Row};
use crate::flow::assess::{Audience, Depth, Figure, Line, Marked, Organisation, Place, Subject, View};
use crate::flow::seal::anchor;

/// What is asked for besides period and what was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Of what.
    pub at: At,
    /// By one channel only; none for all.
    pub channel: Option<Channel>,
    /// Units and procedures as they were, or as they are.
    pub organisation: Organisation,
}

/// Of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// All units.
    All,
    /// One unit.
    Unit(UnitId),
    /// One procedure.
    Procedure(ProcedureId),
}

impl At {
    fn name(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Unit(id) => format!("unit-{}", id.0),
            Self::Procedure(id) => format!("procedure-{}", id.0),
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        match name.split_once('-') {
            None => (name == "all").then_some(Self::All),
            Some(("unit", id)) => Some(Self::Unit(UnitId(id.parse().ok()?))),
            Some(("procedure", id)) => Some(Self::Procedure(ProcedureId(id.parse().ok()?))),
            Some(_) => None,
        }
    }

    fn place(self) -> Place {
        match self {
            Self::All => Place::Department,
            Self::Unit(id) => Place::Units(vec![id]),
            Self::Procedure(id) => Place::Procedure(id),
        }
    }
}

/// What stands for all channels.
const EVERY: &str = "every";

impl Part {
    pub(super) fn name(self) -> String {
        let channel = self.channel.map_or(EVERY, Channel::name);
        format!("{} {channel} {}", self.at.name(), self.organisation.name())
    }

    /// The part of that name; none for no name.
    pub(super) fn by_name<'n>(mut names: impl Iterator<Item = &'n str>) -> Option<Option<Self>> {
        let Some(at) = names.next() else { return Some(None) };
        let (channel, organisation) = (names.next()?, names.next()?);
        let both = [Organisation::AsItWas, Organisation::AsItIs];
        Some(Some(Self {
            at: At::by_name(at)?,
            channel: if channel == EVERY { None } else { Some(Channel::by_name(channel)?) },
            organisation: both.into_iter().find(|each| each.name() == organisation)?,
        }))
    }
}

/// The picture of an indicator, as systems are told of it: fewer than ten who all chose the same are told of as on public
/// pages.
async fn seen(from: &Origin<'_>, wanted: &Wanted, part: Part, indicator: Indicator) -> Result<Picture> {
    let Part { at, channel, organisation } = part;
    let view = View {
        subject: Subject::Indicator(indicator),
        place: at.place(),
        period: wanted.period,
        channel,
        organisation,
        excluded: wanted.excluded,
        marked: Marked::Included,
        audience: Audience::Public,
        lines: Depth::Judged,
    };
    from.gallery.picture(from.db, from.catalogue, &view, from.now_ms).await
}

/// The findings of a part, in the shape of those of a whole period, with channels and months besides.
pub(super) async fn findings(from: &Origin<'_>, wanted: &Wanted, part: Part) -> Result<Value> {
    let (mut found, mut indicators) = (Value::Null, Vec::with_capacity(Indicator::ALL.len()));
    for indicator in Indicator::ALL {
        let seen = seen(from, wanted, part, indicator).await?;
        if found.is_null() {
            found = json!({
                "period": seen.period,
                "provisional": seen.provisional,
                "released_at": seen.released_at,
                "simulated": seen.simulated,
                "source": seen.source,
                "seal": anchor::last_code(from.db).await?,
                "excluded": seen.excluded,
                "disclosure_threshold": seen.disclosure_threshold,
                "organisation": seen.organisation,
            });
        }
        indicators.push(finding(part, &seen)?);
    }
    found["indicators"] = indicators.into();
    Ok(found)
}

fn finding(part: Part, seen: &Picture) -> Result<Value> {
    let own = std::slice::from_ref(&seen.headline);
    let of = |figure: &Figure| Line { figure: figure.clone(), index: None, ..seen.headline.clone() };
    let lines = |lines: &[Line]| lines.iter().map(|line| lined(line, seen.channel, None)).collect::<Result<Vec<_>>>();
    let below = |rows: &[Row]| rows.iter().map(|row| lined(&row.line, seen.channel, None)).collect::<Result<Vec<_>>>();
    let (department, units, procedures) = match part.at {
        At::All => (lines(own)?, below(&seen.units)?, below(&seen.procedures)?),
        At::Unit(_) => (Vec::new(), lines(own)?, Vec::new()),
        At::Procedure(_) => (Vec::new(), Vec::new(), lines(own)?),
    };
    let channels = seen.channels.iter().map(|row| lined(&of(&row.figure), Some(row.channel), None));
    let (from, to) = (seen.period.from(), seen.period.to());
    let inside = seen.course.months.iter().filter(|month| from <= month.period.from() && month.period.to() <= to);
    let months = inside.map(|month| lined(&of(&month.figure), seen.channel, Some(&month.period)));
    Ok(json!({
        "indicator": seen.indicator,
        "measure": seen.measure,
        "department": department,
        "units": units,
        "procedures": procedures,
        "channels": channels.collect::<Result<Vec<Value>>>()?,
        "months": months.collect::<Result<Vec<Value>>>()?,
    }))
}

/// A line that says which channel and month it is of.
fn lined(line: &Line, channel: Option<&str>, month: Option<&Period>) -> Result<Value> {
    let mut line = serde_json::to_value(line)?;
    line["channel"] = channel.into();
    line["month"] = month.map(Period::to_string).into();
    Ok(line)
}
