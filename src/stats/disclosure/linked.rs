//! Tables that share entries.

use std::collections::BTreeSet;

use super::{Entry, StatsError, Suppression, Table, suppress};

/// An entry of one of several tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Position of the table in the list.
    pub table: usize,
    /// The entry in that table.
    pub entry: Entry,
}

/// Two places that hold the same responses: what is hidden at one must be hidden at the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link(
    /// One place.
    pub Place,
    /// The other.
    pub Place,
);

/// [`suppress`] for tables that share entries: a unit tree from the root down, months and quarters, channels.
///
/// Tables are computed in the order given (parents first). What one hides is forced in every table that shows the same
/// entry, and those are computed again, until all agree; each round but the last hides at least one shared entry more,
/// so there are at most as many rounds as links. One suppression a table, in the same order; the whole set may be
/// published only if every status is [`super::Status::Ok`].
///
/// # Errors
/// As [`suppress`], and [`StatsError::Inconsistent`] when a link leads outside the tables, stays in one,
/// or joins different counts.
///
/// ```
/// use hailong::stats::disclosure::{Entry, Link, Place, suppress_linked};
/// // Two districts, and the three communes of the first; two procedures.
/// let districts = vec![vec![39, 26], vec![70, 44]];
/// let communes = vec![vec![20, 3], vec![12, 15], vec![7, 8]];
/// let links: Vec<Link> = (0..=2)
///     .map(|column| {
///         let of_district = Place { table: 0, entry: Entry { row: 0, column } };
///         Link(of_district, Place { table: 1, entry: Entry { row: 3, column } })
///     })
///     .collect();
/// let found = suppress_linked(&[districts, communes], 5, &links)?;
/// assert_eq!(found[0].published(Entry { row: 0, column: 1 }), Some(26));
/// assert_eq!(found[1].published(Entry { row: 0, column: 1 }), None);
/// # Ok::<(), hailong::stats::StatsError>(())
/// ```
pub fn suppress_linked<R: AsRef<[u64]>>(
    tables: &[Vec<R>],
    k: u64,
    links: &[Link],
) -> Result<Vec<Suppression>, StatsError> {
    check(tables, links)?;
    let mut forced = vec![BTreeSet::new(); tables.len()];
    let mut found: Vec<Option<Suppression>> = vec![None; tables.len()];
    // Forced entries only ever grow, and only at the ends of links.
    for _ in 0..=2 * links.len() {
        for table in 0..tables.len() {
            if found[table].is_some() {
                continue;
            }
            let entries: Vec<Entry> = forced[table].iter().copied().collect();
            let result = suppress(&tables[table], k, &entries)?;
            for link in links {
                for (here, there) in [(link.0, link.1), (link.1, link.0)] {
                    let shown_there = |found: &Suppression| !found.is_hidden(there.entry);
                    if here.table == table && result.is_hidden(here.entry) && forced[there.table].insert(there.entry) {
                        found[there.table].take_if(|found| shown_there(found));
                    }
                }
            }
            found[table] = Some(result);
        }
        if found.iter().all(Option::is_some) {
            break;
        }
    }
    found.into_iter().collect::<Option<Vec<_>>>().ok_or(StatsError::NotConverged { function: "suppress_linked" })
}

fn check<R: AsRef<[u64]>>(tables: &[Vec<R>], links: &[Link]) -> Result<(), StatsError> {
    let bad = |rule| Err(StatsError::Inconsistent { argument: "links", rule });
    let totals = tables.iter().map(|table| Table::with_totals(table)).collect::<Result<Vec<_>, _>>()?;
    let count = |place: Place| {
        let table = totals.get(place.table).filter(|table| table.contains(place.entry))?;
        Some(table.counts[table.index(place.entry)])
    };
    for link in links {
        if link.0.table == link.1.table {
            return bad("the ends of a link lie in different tables");
        }
        match (count(link.0), count(link.1)) {
            (Some(one), Some(other)) if one == other => {}
            (Some(_), Some(_)) => return bad("both ends of a link hold the same count"),
            _ => return bad("both ends of a link lie in a table"),
        }
    }
    Ok(())
}
