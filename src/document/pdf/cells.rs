//! Which cell a character belongs to: the one that it is seen in, or the one from which its text runs out over the border.
//!
//! Programs break lines wrongly, and print what has no room in a cell over the next one, empty or not. Such a text goes on
//! without a gap across the border, and the border cuts one of its characters.

use std::collections::BTreeMap;

use super::device::Glyph;
use super::lattice::Lattice;

/// Characters follow on one another when the next begins this near to where the last ends, in parts of the font's size.
const TOUCH: f64 = 0.03;
/// A border cuts a character when so much of it stands out on either side, in parts of the font's size: less is the rounding
/// of tables that keep no room between border and text.
const CUT: f64 = 0.1;

/// Characters by cell.
pub(super) type Cells<'g> = Vec<Vec<&'g Glyph>>;

/// A table and one of its cells; nothing outside all tables.
type Place = Option<(usize, usize)>;

/// Sorts characters into the cells of the innermost table around them, and into those outside all tables.
pub(super) fn sort_into<'g>(glyphs: &'g [Glyph], lattices: &[Lattice]) -> (Vec<Cells<'g>>, Vec<&'g Glyph>) {
    let mut inside: Vec<Cells<'g>> = lattices.iter().map(|lattice| vec![Vec::new(); lattice.fields.len()]).collect();
    let mut outside = Vec::new();
    for (glyph, place) in glyphs.iter().zip(places(glyphs, lattices)) {
        let cell = place.and_then(|(table, cell)| inside.get_mut(table)?.get_mut(cell));
        cell.unwrap_or(&mut outside).push(glyph);
    }
    (inside, outside)
}

fn places(glyphs: &[Glyph], lattices: &[Lattice]) -> Vec<Place> {
    let mut places = seen_in(glyphs, lattices);
    for (before, after) in successions(glyphs) {
        let (Some(from), Some(seen)) = (places.get(before).copied(), places.get(after).copied()) else { continue };
        let (Some(last), Some(next)) = (glyphs.get(before), glyphs.get(after)) else { continue };
        if from != seen && runs_out(last, next, from, seen, lattices) {
            places.iter_mut().skip(after).take(1).for_each(|place| *place = from);
        }
    }
    places
}

/// Where characters are seen.
fn seen_in(glyphs: &[Glyph], lattices: &[Lattice]) -> Vec<Place> {
    let mut order: Vec<(usize, &Lattice)> = lattices.iter().enumerate().collect();
    order.sort_by(|(_, one), (_, other)| one.bounds().area().total_cmp(&other.bounds().area()));
    let place = |glyph: &Glyph| order.iter().find_map(|(table, lattice)| Some((*table, lattice.cell_at(glyph.seen)?)));
    glyphs.iter().map(place).collect()
}

/// Whether a text goes on over the right border of the cell that it began in. What a program cuts off there does not.
fn runs_out(last: &Glyph, next: &Glyph, from: Place, seen: Place, lattices: &[Lattice]) -> bool {
    let Some((table, cell)) = from else { return false };
    let Some(lattice) = lattices.get(table) else { return false };
    let Some(field) = lattice.fields.get(cell) else { return false };
    let (border, cut) = (lattice.bounds_of(field).x1, CUT * last.size());
    let in_same_table = seen.is_none_or(|(other, _)| other == table);
    let is_cut = next.origin.x < border - cut || last.end() > border + cut;
    in_same_table && is_cut && next.end() > border && !last.is_cut_off && !next.is_cut_off
}

/// Pairs of characters that follow on one another on a baseline, from left to right. Where several might, the two that are
/// drawn soonest one after the other do. A space ends a run: some programs set a whole row as one text with spaces in it.
fn successions(glyphs: &[Glyph]) -> Vec<(usize, usize)> {
    let shown = glyphs.iter().enumerate().filter(|(_, glyph)| !glyph.text.trim().is_empty());
    let mut sorted: Vec<(usize, &Glyph)> = shown.collect();
    sorted.sort_by(|(_, one), (_, other)| one.origin.x.total_cmp(&other.origin.x));
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, glyph) in &sorted {
        let near = TOUCH * glyph.size();
        let from = sorted.partition_point(|(_, next)| next.origin.x < glyph.end() - near);
        let touching = sorted.iter().skip(from).take_while(|(_, next)| next.origin.x <= glyph.end() + near);
        let follows = |next: &Glyph| next.origin.x > glyph.origin.x && (next.origin.y - glyph.origin.y).abs() <= near;
        let following = touching.filter(|(_, next)| follows(next)).map(|(next, _)| *next);
        if let Some(next) = following.min_by_key(|next| next.abs_diff(*index)) {
            let known = before.entry(next).or_insert(*index);
            if next.abs_diff(*index) < next.abs_diff(*known) {
                *known = *index;
            }
        }
    }
    sorted.iter().filter_map(|(after, _)| Some((*before.get(after)?, *after))).collect()
}
