//! A place over time and by channel: its course, the year against the year before, its channels.

use super::figure::{Depth, Figure, State};
use super::gather::Trio;
use super::paint::{About, Hidden, Painter, Veils};
use super::picture::{Change, ChannelRow, Course, Difference, Mix, Month, MonthChannel, Trend, Year};
use super::veil::Veil;
use crate::domain::period::Period;
use crate::domain::{Channel, Day, ProcedureId, UnitId};
use crate::error::{Error, Result};
use crate::stats::compare::{self, PeriodShare, compare_periods};
use crate::stats::trend::{FEWEST_PERIODS, TrendDirection, control_chart, trend};
use crate::stats::{Population, Responses};

/// Confidence of what is said of a difference.
const LEVEL: f64 = 0.95;
/// Two-sided error of a trend.
const ALPHA: f64 = 0.05;

impl Painter<'_> {
    pub(super) fn course(&self, channels: &[Channel], veils: &Veils) -> Result<Course> {
        let mut months = Vec::with_capacity(self.time.months.len());
        for period in &self.time.months {
            let trio = self.gathered.over(self.time.inside(period), None);
            if months.is_empty() && trio == Trio::default() {
                continue;
            }
            months.push(self.month(period, &trio, channels, veils)?);
        }
        let shown: Vec<Responses> = months.iter().map(|month: &Month| counted(&month.figure)).collect();
        let chart = control_chart(&shown, None).map_err(Error::internal)?.filter(|chart| chart.limits_are_drawn());
        if let Some(chart) = &chart {
            for (month, point) in months.iter_mut().zip(&chart.points) {
                let Some(point) = point else { continue };
                month.limits = Some([point.laney.lower, point.laney.upper]);
                (month.beyond, month.run) = (point.beyond, point.run);
            }
        }
        let points = shown.iter().filter(|month| month.n > 0).count();
        let found = trend(&shown, None, ALPHA, 1.0).map_err(Error::internal)?;
        let trend = found.test.filter(|_| points >= FEWEST_PERIODS).map(|test| Trend {
            direction: match found.direction {
                TrendDirection::Rising => Change::Higher,
                TrendDirection::Falling => Change::Lower,
                TrendDirection::NoClearTrend => Change::NoClearChange,
            },
            slope: test.slope,
            p: test.p_two_sided,
        });
        Ok(Course { months, center: chart.map(|chart| chart.center), trend })
    }

    fn month(&self, period: &Period, trio: &Trio, channels: &[Channel], veils: &Veils) -> Result<Month> {
        let pieces: Vec<usize> = self.time.inside(period).collect();
        let hidden = veils.of(|veil| pieces.iter().any(|at| self.piece(veil, *at).0));
        let figure = self.figure(&self.about(period, None)?, trio, hidden)?;
        let channels = channels.iter().enumerate().map(|(place, channel)| {
            let veiled = hidden.view || pieces.iter().any(|at| self.piece(&veils.view, *at).1[place]);
            let seen = self.gathered.over(pieces.iter().copied(), Some(*channel)).seen(self.view)?;
            let n = (!veiled).then(|| seen.light(self.asked.measure).persons());
            Ok(MonthChannel { channel: channel.name(), n })
        });
        let channels = channels.collect::<Result<_>>()?;
        Ok(Month { period: *period, figure, limits: None, beyond: false, run: false, channels })
    }

    /// What stays hidden of a piece of time: itself, and each of its channels.
    fn piece<'v>(&self, veil: &'v Veil, at: usize) -> &'v (bool, Vec<bool>) {
        veil.pieces.iter().flatten().nth(at).expect("as many pieces are veiled as there are")
    }

    fn about<'p>(&'p self, period: &'p Period, channel: Option<Channel>) -> Result<About<'p>> {
        Ok(About {
            scope: self.scope(),
            code: self.code(),
            period,
            channel: channel.or(self.view.channel),
            measure: self.asked.measure,
            target: self.target(self.ground.one_unit())?,
            population: Population::Unknown,
            depth: self.view.lines,
        })
    }

    /// The year so far against the same part of the year before. Their files are not looked at, which errs on the
    /// careful side.
    pub(super) fn year(&self, veils: &Veils) -> Result<Option<Year>> {
        let Some([now, before]) = &self.time.year else { return Ok(None) };
        let figure = |period: &Period| {
            let about = About { depth: Depth::Whole, ..self.about(period, None)? };
            self.figure(&about, &self.gathered.over(self.time.inside(period), None), veils.of(|veil| veil.years))
        };
        let days = |period: &Period| [period.from(), period.last()].map(|day: Day| day.date().to_string());
        let (days, days_before) = (days(now), days(before));
        let stands_since = self.younger_than(before).map(|day| day.date().to_string());
        let (now, before) = (figure(now)?, figure(before)?);
        let mut year = Year {
            days,
            days_before,
            difference: None,
            change: Change::Unknown,
            duty: Change::Unknown,
            duty_bounds: None,
            stands_since,
            now,
            before,
        };
        let shares = share(&year.before).zip(share(&year.now)).filter(|_| year.stands_since.is_none());
        if let Some((earlier, later)) = shares {
            let found = compare_periods(earlier, later, LEVEL).map_err(Error::internal)?;
            year.difference = found.two_sided.map(|found| Difference {
                difference: found.difference,
                lower: found.lower,
                upper: found.upper,
            });
            year.duty_bounds = found.one_sided.map(|found| [found.lower, found.upper]);
            if found.two_sided.is_some() {
                (year.change, year.duty) = (named(found.words()), named(found.verdict()));
            }
        }
        Ok(Some(year))
    }

    /// The first day of the place where it did not stand through a whole period: of the units, with those before them
    /// where they are counted with them, or of the procedures.
    fn younger_than(&self, period: &Period) -> Option<Day> {
        let units = self.ground.of_units.iter().flatten();
        let procedures = self.ground.of_procedures.iter().flatten();
        // Nothing is less than a day: what stood always comes first.
        let unit = units.map(|id| self.catalogue.units.get(&UnitId(*id))?.valid_from).min().flatten();
        let procedure =
            procedures.map(|id| self.catalogue.procedures.get(&ProcedureId(*id))?.valid_from).min().flatten();
        unit.max(procedure).filter(|day| period.from() < *day)
    }

    pub(super) fn by_channel(&self, channels: &[Channel], veils: &Veils) -> Result<Vec<ChannelRow>> {
        let mut rows = Vec::with_capacity(channels.len());
        for (place, channel) in channels.iter().enumerate() {
            let trio = self.gathered.over(self.time.inside(&self.view.period), Some(*channel));
            if trio == Trio::default() {
                continue;
            }
            let about = self.about(&self.view.period, Some(*channel))?;
            let hidden: Hidden = veils.of(|veil| veil.channels[place]);
            rows.push(ChannelRow { channel: channel.name(), figure: self.figure(&about, &trio, hidden)? });
        }
        Ok(rows)
    }

    /// What the mix of channels does: only where every channel of both years may be told.
    pub(super) fn mix(&self, channels: &[Channel], veils: &Veils) -> Result<Option<Mix>> {
        let Some([now, before]) = &self.time.year else { return Ok(None) };
        if veils.view.years || channels.len() < 2 || self.younger_than(before).is_some() {
            return Ok(None);
        }
        let (mut parts, mut totals) = (Vec::new(), [(0, 0); 2]);
        for channel in channels {
            let mut part = [(0, 0); 2];
            for (at, period) in [before, now].into_iter().enumerate() {
                let trio = self.gathered.over(self.time.inside(period), Some(*channel));
                if self.small(&trio, self.asked.measure).view {
                    return Ok(None);
                }
                let basis = trio.seen(self.view)?.light(self.asked.measure);
                part[at] = (basis.satisfied(), basis.answers());
                totals[at] = (totals[at].0 + part[at].0, totals[at].1 + part[at].1);
            }
            parts.push(part);
        }
        let share = |(satisfied, answers): (u64, u64)| (answers > 0).then(|| satisfied as f64 / answers as f64);
        let (Some(earlier), Some(later)) = (share(totals[0]), share(totals[1])) else { return Ok(None) };
        let mut weighted = 0.0;
        for [then, now] in parts {
            let weight = then.1 as f64 / totals[0].1 as f64;
            match share(now) {
                Some(share) => weighted += weight * share,
                // Nobody came by it this year: the weights of the year before cannot be given.
                None if then.1 > 0 => return Ok(None),
                None => {}
            }
        }
        Ok(Some(Mix { share: weighted, change: later - earlier, by_mix: later - weighted }))
    }
}

/// The share of a figure that is shown, with the design effect that its interval was made with.
fn share(figure: &Figure) -> Option<PeriodShare> {
    let (share, n, deff) = (figure.share?, figure.n?, figure.deff?);
    Some(PeriodShare { share, n, population: Population::Unknown, deff })
}

/// Persons of a figure that is shown, and those of them satisfied; of a pooled index its share of them.
pub(super) fn counted(figure: &Figure) -> Responses {
    match (figure.state, figure.n, figure.share) {
        (State::Hidden | State::None, ..) | (_, None, _) | (.., None) => Responses { x: 0, n: 0 },
        (_, Some(n), Some(share)) => Responses { x: (share * n as f64).round() as u64, n },
    }
}

fn named(change: compare::Change) -> Change {
    match change {
        compare::Change::Higher => Change::Higher,
        compare::Change::Lower => Change::Lower,
        compare::Change::NoClearChange => Change::NoClearChange,
    }
}
