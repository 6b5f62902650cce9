//! From a view to its picture.

use std::collections::BTreeSet;

use super::apart::Apart;
use super::asked::Asked;
use super::case::{known, target_of};
use super::figure::{Depth, Figure, Question};
use super::files::Caseload;
use super::gallery::State;
use super::gather::{Gathered, Reader, Trio};
use super::ground::{Ground, Time};
use super::memory::Memory;
use super::named::{Named, named};
use super::picture::Picture;
use super::sheet::Sheet;
use super::veil::{Stretch, Tables, Told, Veil, veil_of};
use super::view::{Marked, Place, Subject, View};
use super::{Excluded, Line, Measure, Scope, rows};
use crate::domain::period::Period;
use crate::domain::{Channel, Day, Indicator};
use crate::error::{Error, Result};
use crate::flow::collect::catalogue::Catalogue;
use crate::stats::disclosure::{DEFAULT_THRESHOLD, is_sensitive};
use crate::stats::{BasisPoints, Population};
use crate::store::Db;
use crate::store::rollups::Pile;
use crate::store::targets::Target;

/// Reads and paints a view; what changes without a change of the figures is left open. Whether the place is `known`: a list
/// of others shows its number.
///
/// # Errors
/// As [`super::picture()`].
pub(super) async fn paint(
    db: &Db,
    catalogue: &Catalogue,
    view: &View,
    state: &State,
    memory: &Memory,
    known: bool,
) -> Result<Picture> {
    let named = named(catalogue, view)?;
    let asked = Asked::of(catalogue, view)?;
    let ground = Ground::of(catalogue, view);
    let released = (state.released_at > 0).then(|| Day::at(state.released_at));
    let time = Time::of(&view.period, released)?;
    let sheet = Sheet::default();
    let reader =
        Reader { db, catalogue, view, ground: &ground, time: &time, asked: &asked, state, memory, sheet: &sheet };
    let gathered = reader.read().await?;
    let apart = reader.apart().await?;
    let behind = reader.behind(released).await?;
    let invited = reader.invited(state.today).await?;
    let caseload = Caseload::of(db, view, &ground).await?;
    let targets = state.targets.clone();
    let painter = Painter {
        catalogue,
        view,
        ground,
        time: &time,
        asked: &asked,
        gathered,
        apart,
        caseload,
        targets,
        named,
        known,
    };
    Ok(Picture { released_at: state.released_at, behind, invited, ..painter.paint()? })
}

/// Makes a picture of what was read.
pub(super) struct Painter<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) view: &'a View,
    pub(super) ground: Ground,
    pub(super) time: &'a Time,
    pub(super) asked: &'a Asked<'a>,
    pub(super) gathered: Gathered,
    apart: Apart,
    pub(super) caseload: Caseload,
    targets: Vec<Target>,
    named: Named,
    known: bool,
}

/// What stays hidden of a figure: as the view counts it, and how many two people left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hidden {
    pub(super) view: bool,
    pub(super) excluded: bool,
}

/// What stays hidden of a picture, likewise; and whether it may be said how many are marked.
pub(super) struct Veils {
    pub(super) view: Veil,
    excluded: Veil,
    marked: Veil,
}

impl Veils {
    pub(super) fn of(&self, pick: impl Fn(&Veil) -> bool) -> Hidden {
        Hidden { view: pick(&self.view), excluded: pick(&self.excluded) }
    }
}

/// What a figure is about: every figure of a picture is made from one of these, in [`Painter::figure`].
pub(super) struct About<'a> {
    pub(super) scope: Scope,
    pub(super) code: &'a str,
    pub(super) period: &'a Period,
    pub(super) channel: Option<Channel>,
    pub(super) measure: Measure,
    pub(super) target: Option<BasisPoints>,
    pub(super) population: Population,
    pub(super) depth: Depth,
}

impl Painter<'_> {
    fn paint(&self) -> Result<Picture> {
        let channels = self.channels();
        let tables = rows::Tabled::of(self);
        let veils = self.veils(&tables, &channels)?;
        let whole = self.gathered.over(self.time.inside(&self.view.period), None).plus(&self.gathered.criteria);
        let headline = self.headline(&whole, &veils)?;
        let (excluded, marked) = (self.view.excluded, self.view.marked);
        let hidden_marked = veils.marked.whole || is_sensitive(whole.persons(self.asked.measure)[2], DEFAULT_THRESHOLD);
        let units = rows::rows(self, &tables.units, &veils, 0)?;
        let (funnel, units) = rows::compared(units)?;
        Ok(Picture {
            period: self.view.period,
            provisional: false,
            released_at: 0,
            simulated: self.catalogue.simulated,
            source: "survey_at_unit_not_sipas",
            disclosure_threshold: DEFAULT_THRESHOLD,
            indicator: self.asked.indicator,
            measure: self.asked.measure,
            question: match &self.view.subject {
                Subject::Indicator(_) => None,
                Subject::Question { form, name } => Some([form.clone(), name.clone()]),
            },
            channel: self.view.channel.map(Channel::name),
            organisation: self.view.organisation,
            excluded,
            marked,
            marked_answers: (!hidden_marked).then(|| whole.persons(self.asked.measure)[2]),
            year: self.year(&veils)?,
            course: self.course(&channels, &veils)?,
            funnel,
            units,
            procedures: rows::rows(self, &tables.procedures, &veils, 1)?,
            points: rows::points(self, &tables.points, &veils)?,
            channels: self.by_channel(&channels, &veils)?,
            mix: self.mix(&channels, &veils)?,
            questions: rows::questions(self, &tables.closing, &veils)?,
            aspects: rows::aspects(self, &veils)?,
            files: self.file_ratio(&headline),
            behind: None,
            invited: None,
            headline,
        })
    }

    /// The channels that anything came by in the course, in the order of the forms.
    fn channels(&self) -> Vec<Channel> {
        let seen: BTreeSet<Channel> = self.gathered.own.keys().filter_map(|(_, channel)| *channel).collect();
        seen.into_iter().collect()
    }

    /// The figure of something: the one place where persons become a figure.
    pub(super) fn figure(&self, about: &About<'_>, trio: &Trio, hidden: Hidden) -> Result<Figure> {
        let audience = self.view.audience;
        let question = Question {
            target: about.target,
            population: about.population,
            audience,
            threshold: DEFAULT_THRESHOLD,
            depth: about.depth,
        };
        let seen = trio.seen(self.view)?;
        let basis = match about.depth {
            Depth::Whole => seen.basis(about.measure),
            Depth::Judged | Depth::Line => seen.light(about.measure),
        };
        let left_out = trio.persons(about.measure)[1];
        let figure = question.answer(&basis, hidden.view).map_err(|error| {
            let channel = about.channel.map_or("all channels", Channel::name);
            let About { scope, code, period, .. } = about;
            Error::internal(format!("figure of {} {code} in {period} by {channel}: {error}", scope.name()))
        })?;
        Ok(Figure {
            excluded: (!hidden.excluded).then_some(left_out),
            excluded_few: is_sensitive(left_out, DEFAULT_THRESHOLD),
            ..figure
        })
    }

    fn headline(&self, whole: &Trio, veils: &Veils) -> Result<Line> {
        let Named { scope, code, name } = &self.named;
        let measure = self.asked.measure;
        let about = About {
            scope: *scope,
            code,
            period: &self.view.period,
            channel: self.view.channel,
            measure,
            target: self.target(self.ground.one_unit())?,
            population: self.population(|| self.files()),
            depth: Depth::Whole,
        };
        let figure = self.figure(&about, whole, veils.of(|veil| veil.whole))?;
        let beside = matches!(self.view.subject, Subject::Indicator(_)) && measure == Measure::Closing;
        let index = beside.then(|| {
            let measure = Measure::PooledIndex;
            let hidden = self.small(whole, measure);
            let told = self.apart.hides_index((self.view.period.from(), self.view.period.to()))?;
            let hidden = Hidden { view: hidden.view || veils.view.whole || told, excluded: hidden.excluded };
            self.figure(&About { measure, ..about }, whole, hidden)
        });
        let (code, name) = (code.clone(), name.clone());
        Ok(Line { scope: *scope, code, name, figure, index: index.transpose()? })
    }

    pub(super) fn scope(&self) -> Scope {
        self.named.scope
    }

    pub(super) fn code(&self) -> &str {
        &self.named.code
    }

    /// What stays hidden of persons that stand in no table.
    pub(super) fn small(&self, trio: &Trio, measure: Measure) -> Hidden {
        let [counted, excluded, marked] = trio.persons(measure);
        let any = |counts: &[u64]| counts.iter().any(|n| is_sensitive(*n, DEFAULT_THRESHOLD));
        let with = any(&[counted, excluded, counted + excluded]);
        let without = any(&[counted, marked, counted.saturating_sub(marked)]);
        let both = with || without || any(&[(counted + excluded).saturating_sub(marked)]);
        let view = match (self.view.excluded, self.view.marked) {
            (Excluded::LeftOut, Marked::Included) => any(&[counted]),
            (Excluded::Included, Marked::Included) => with,
            (Excluded::LeftOut, Marked::LeftOut) => without,
            (Excluded::Included, Marked::LeftOut) => both,
        };
        Hidden { view, excluded: with }
    }

    /// The target; one question has none.
    pub(super) fn target(&self, unit: Option<i64>) -> Result<Option<BasisPoints>> {
        match self.view.subject {
            Subject::Indicator(indicator) => target_of(&self.targets, indicator, unit),
            Subject::Question { .. } => Ok(None),
        }
    }

    pub(super) fn population(&self, files: impl FnOnce() -> Option<u64>) -> Population {
        match self.view.subject {
            Subject::Indicator(indicator) => known(indicator, files),
            Subject::Question { .. } => Population::Unknown,
        }
    }

    /// The files of the place: known of all only when they are known of every unit that has answers.
    fn files(&self) -> Option<u64> {
        let all = self.view.place == Place::Department;
        let unknown = all && self.gathered.units.keys().any(|id| self.caseload.unit(*id).is_none());
        self.caseload.whole().filter(|_| !unknown).map(|(files, _)| files)
    }

    fn file_ratio(&self, headline: &Line) -> Option<super::picture::FileRatio> {
        let closing = self.view.subject == Subject::Indicator(Indicator::Procedures);
        let (files, late) = self.caseload.whole().filter(|_| closing)?;
        self.files().filter(|files| *files > 0)?;
        let levels = headline.figure.levels?;
        let dissatisfied = levels[0] + levels[1];
        let ratio = |out: u64| files.saturating_sub(out) as f64 / files as f64;
        let (lower, upper) = (ratio(late + dissatisfied), ratio(late.max(dissatisfied)));
        Some(super::picture::FileRatio { files, late, dissatisfied, lower, upper })
    }

    /// What stays hidden in all tables together, in this view and beside the others that can be asked for.
    fn veils(&self, tabled: &rows::Tabled<'_>, channels: &[Channel]) -> Result<Veils> {
        let told = self.told(tabled, channels)?;
        let counted = self.tables(tabled, channels, &told, &|[counted, ..]| counted)?;
        // Of what was left out or is marked no list tells as much.
        let told = Told { known: false, ..told };
        let tables = |pick: &dyn Fn([u64; 3]) -> u64| self.tables(tabled, channels, &told, pick);
        let mut with = Vec::new();
        if self.gathered.any(Pile::Excluded) {
            with.push(tables(&|[_, excluded, _]| excluded)?);
            with.push(tables(&|[counted, excluded, _]| counted + excluded)?);
        }
        let mut without = Vec::new();
        if self.gathered.any(Pile::Marked) {
            without.push(tables(&|[_, _, marked]| marked)?);
            without.push(tables(&|[counted, _, marked]| counted.saturating_sub(marked))?);
        }
        let mut both: Vec<Tables> = with.iter().chain(&without).cloned().collect();
        both.push(tables(&|[counted, excluded, marked]| (counted + excluded).saturating_sub(marked))?);
        let veil = |others: &[Tables]| veil_of(&counted, others, DEFAULT_THRESHOLD);
        let view = match (self.view.excluded, self.view.marked) {
            (Excluded::LeftOut, Marked::Included) => veil(&[])?,
            (Excluded::Included, Marked::Included) => veil(&with)?,
            (Excluded::LeftOut, Marked::LeftOut) => veil(&without)?,
            (Excluded::Included, Marked::LeftOut) => veil(&both)?,
        };
        Ok(Veils { view, excluded: veil(&with)?, marked: veil(&without)? })
    }

    /// What other pictures would tell.
    fn told(&self, tabled: &rows::Tabled<'_>, channels: &[Channel]) -> Result<Told> {
        let of = |lines: &[(i64, Line, Trio)], hidden: &BTreeSet<i64>| -> Vec<bool> {
            lines.iter().map(|(id, ..)| hidden.contains(id)).collect()
        };
        let lines = vec![
            of(&tabled.units, &self.apart.units),
            of(&tabled.procedures, &self.apart.procedures),
            of(&tabled.points, &self.apart.points),
        ];
        let ends = |period: &Period| (period.from(), period.to());
        let period = ends(&self.view.period);
        let channels = channels.iter().map(|channel| self.apart.hides_channel(*channel, period));
        let mut years = false;
        for stretch in self.time.year.iter().flatten() {
            years |= self.apart.hides(ends(stretch))?;
        }
        let (whole, known) = (self.apart.hides(period)?, self.known);
        Ok(Told { whole, known, lines, channels: channels.collect::<Result<_>>()?, years })
    }

    fn tables(
        &self,
        tabled: &rows::Tabled<'_>,
        channels: &[Channel],
        told: &Told,
        pick: &dyn Fn([u64; 3]) -> u64,
    ) -> Result<Tables> {
        let persons = |trio: &Trio| pick(trio.persons(self.asked.measure));
        let whole = persons(&self.gathered.over(self.time.inside(&self.view.period), None));
        let of = |line: &[(i64, Line, Trio)]| line.iter().map(|(_, _, trio)| persons(trio)).collect::<Vec<u64>>();
        let mut points = of(&tabled.points);
        points.push(whole.saturating_sub(points.iter().sum()));
        let lines = vec![of(&tabled.units), of(&tabled.procedures), points, tabled.closing(self, pick)];
        let mut stretches: Vec<(Vec<bool>, Stretch)> = Vec::new();
        for (at, piece) in self.time.pieces.iter().enumerate() {
            let inside = self.time.covered(&self.view.period, *piece);
            let counts = match channels {
                [] => vec![self.gathered.own.get(&(at, None)).map_or(pick([0; 3]), persons)],
                channels => channels
                    .iter()
                    .map(|channel| self.gathered.own.get(&(at, Some(*channel))).map_or(pick([0; 3]), persons))
                    .collect(),
            };
            let of_channels = channels.iter().map(|channel| self.apart.hides_channel(*channel, *piece));
            let told = (self.apart.hides(*piece)?, of_channels.collect::<Result<Vec<bool>>>()?);
            match stretches.last_mut().filter(|(before, _)| *before == inside) {
                Some((_, stretch)) => {
                    stretch.pieces.push(counts);
                    stretch.told.push(told);
                }
                None => {
                    let stretch = Stretch { in_period: inside[0], pieces: vec![counts], told: vec![told] };
                    stretches.push((inside.clone(), stretch));
                }
            }
        }
        Ok(Tables {
            lines,
            told: told.clone(),
            stretches: stretches.into_iter().map(|(_, stretch)| stretch).collect(),
            channels: channels.len().max(1),
        })
    }
}
