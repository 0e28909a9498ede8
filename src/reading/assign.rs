//! Which column answers which item: the best assignment over a whole header, one item a column.

use std::collections::BTreeMap;

use pathfinding::prelude::{Matrix, kuhn_munkres};

use super::label::{LIKELY, Score};

/// From here on a second column of an item is one without a doubt.
const SURELY_TOO: Score = 850;

/// An item's columns: the best one first, then others that surely fit it and are no other item's.
pub(super) type Columns = BTreeMap<usize, Vec<u32>>;

/// Assigns columns to items. `scores` holds, for each column, how well its label fits each item.
pub(super) fn assign(scores: &BTreeMap<u32, Vec<Score>>, items: usize) -> Columns {
    let columns: Vec<u32> =
        scores.iter().filter(|(_, fits)| fits.iter().any(|fit| *fit >= LIKELY)).map(|(column, _)| *column).collect();
    let fit = |column: u32, item: usize| {
        let fit = scores.get(&column).and_then(|fits| fits.get(item)).copied().unwrap_or_default();
        if fit >= LIKELY { fit } else { 0 }
    };
    if columns.is_empty() || items == 0 {
        return Columns::new();
    }
    let width = columns.len().max(items);
    let last = columns.len();
    // Among equals the left column is meant, hence the small bonus.
    let weight = |(item, at): (usize, usize)| {
        let score = columns.get(at).map_or(0, |column| fit(*column, item));
        if score == 0 { 0 } else { i64::from(score) * 1000 + i64::try_from(last - at).unwrap_or_default().min(900) }
    };
    let (_, chosen) = kuhn_munkres(&Matrix::from_fn(items, width, weight));
    let mut assigned = Columns::new();
    for (item, at) in chosen.into_iter().enumerate() {
        if let Some(column) = columns.get(at)
            && fit(*column, item) > 0
        {
            assigned.insert(item, vec![*column]);
        }
    }
    add_others(&mut assigned, &columns, fit);
    assigned
}

/// Adds to each item the columns that fit it too and are no other item's.
fn add_others(assigned: &mut Columns, columns: &[u32], fit: impl Fn(u32, usize) -> Score) {
    for column in columns {
        if assigned.values().any(|taken| taken.contains(column)) {
            continue;
        }
        let best = assigned.keys().copied().max_by_key(|item| fit(*column, *item));
        let Some(item) = best.filter(|item| fit(*column, *item) >= SURELY_TOO) else { continue };
        if let Some(taken) = assigned.get_mut(&item) {
            taken.push(*column);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scores: &[&[Score]], expected: &[(usize, &[u32])]) {
        let scores = (0..).zip(scores.iter().map(|row| row.to_vec())).collect();
        let expected: Columns = expected.iter().map(|(item, columns)| (*item, columns.to_vec())).collect();
        assert_eq!(assign(&scores, 2), expected);
    }

    #[test]
    fn the_whole_header_decides_not_the_first_column() {
        check(&[&[900, 800], &[950, 0]], &[(0, &[1]), (1, &[0])]);
    }

    #[test]
    fn a_doubtful_column_is_nobodys() {
        check(&[&[1000, 0], &[0, 650]], &[(0, &[0])]);
    }

    #[test]
    fn a_second_column_of_an_item_is_not_lost() {
        check(&[&[1000, 0], &[0, 960], &[0, 960]], &[(0, &[0]), (1, &[1, 2])]);
    }

    #[test]
    fn fewer_columns_than_items_are_fine() {
        check(&[&[0, 1000]], &[(1, &[0])]);
        check(&[], &[]);
    }
}
