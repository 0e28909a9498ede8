//! What must hold of the weekly digest: one on each Monday however often its task starts, with the figures of the world's own books,
//! and fit for the programs that officials read it with.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use mail_parser::{Message, MimeHeaders, PartType};
use postroom::figures::Figures;
use postroom::verdict::Progress;

use super::check::deadline_end;
use super::ledger;
use super::world::{World, on};
use crate::looks;

/// Who reads the digest.
pub(super) const READER: &str = "office@district.example";
/// The digest as it is configured.
pub(super) const CONFIGURATION: &str = "[[digest]]\nto = [\"office@district.example\"]\nat = \"Mon 08:30\"\nby = \"所属镇街\"\ndistrict = \"岭泽市禾塘区\"\n";
/// Mondays of the campaign; on the first nothing is there yet.
const MONDAYS: [Date; 5] =
    [date(2018, 3, 26), date(2018, 4, 2), date(2018, 4, 9), date(2018, 4, 16), date(2018, 4, 23)];
/// Largest digest with its pictures, without the attached tables, in bytes.
const LARGEST: usize = 300_000;

/// The HTML of a mail with its pictures in it, as a reader's program draws it.
pub(super) fn page(mail: &Message<'_>) -> String {
    let html = mail.body_html(0).expect("a digest has HTML").into_owned();
    mail.parts.iter().fold(html, |html, part| match (&part.body, part.content_id()) {
        (PartType::InlineBinary(png) | PartType::Binary(png), Some(id)) => {
            let coded = base64_simd::STANDARD.encode_to_string(png.as_ref());
            html.replace(&format!("cid:{id}"), &format!("data:image/png;base64,{coded}"))
        }
        _ => html,
    })
}

/// Everything that is wrong with the digests of a campaign.
pub(super) fn faults(world: &World) -> Vec<String> {
    let sent: Vec<_> = world.outgoing.iter().filter(|notice| notice.kind == "digest").collect();
    let mondays = MONDAYS.map(|day| on(day, 8, 30));
    let soon = SignedDuration::from_mins(2);
    let is_on_time = sent.len() == mondays.len()
        && sent.iter().zip(mondays).all(|(notice, monday)| notice.at >= monday && notice.at < monday + soon);
    let mut faults = Vec::new();
    if !is_on_time {
        let moments: Vec<_> = sent.iter().map(|notice| notice.at.to_string()).collect();
        faults.push(format!("digests came at {moments:?}"));
    }
    let mut made = world.office.store.digests("digest").unwrap();
    made.reverse();
    faults.extend(made.iter().flat_map(|digest| wrong_figures(world, &digest.figures)));
    let pages: Vec<(String, String)> =
        sent.iter().map(|notice| (format!("digest-{}", notice.at.as_second()), notice.page.clone())).collect();
    faults.extend(
        pages
            .iter()
            .filter(|(_, page)| page.len() > LARGEST)
            .map(|(name, page)| format!("{name} has {} bytes", page.len())),
    );
    faults.extend(looks::faults(&pages));
    faults
}

/// Prints the figures of each digest, and writes their pages into the folder that `CAMPAIGN_DIGESTS` names.
pub(super) fn print(world: &World) {
    let sent: Vec<_> = world.outgoing.iter().filter(|notice| notice.kind == "digest").collect();
    let mut made = world.office.store.digests("digest").unwrap();
    made.reverse();
    for (digest, notice) in made.iter().zip(&sent) {
        let totals = &digest.figures.totals;
        let (returned, complete) = (totals.returned.number(), totals.complete.number());
        println!("digest of {}: {returned} returned, {complete} complete, {} bytes", digest.week, notice.page.len());
        if let Some(folder) = std::env::var_os("CAMPAIGN_DIGESTS") {
            let file = std::path::Path::new(&folder).join(format!("{}.html", digest.week));
            std::fs::write(file, &notice.page).unwrap();
        }
    }
}

fn wrong_figures(world: &World, figures: &Figures) -> Vec<String> {
    let books = Books::at(world, figures.at);
    let totals = &figures.totals;
    let told = [
        ("returned", totals.returned.number(), books.returned..=books.returned),
        ("complete", totals.complete.number(), books.complete..=books.complete),
        (
            "in correction",
            totals.in_correction.number(),
            books.returned - books.complete..=books.returned - books.complete,
        ),
        ("outstanding", totals.outstanding.number(), books.outstanding..=books.outstanding),
        // Of a late return that has to be mended the books do not say that it is late.
        ("late", totals.late.number(), books.late..=books.late + books.returned - books.complete),
    ];
    let wrong = told.into_iter().filter(|(_, number, expected)| !expected.contains(number));
    wrong
        .map(|(what, number, expected)| format!("digest of {}: {number} {what}, not {expected:?}", figures.at))
        .collect()
}

/// What the world knows of a moment.
struct Books {
    returned: usize,
    complete: usize,
    outstanding: usize,
    late: usize,
}

impl Books {
    fn at(world: &World, moment: Timestamp) -> Self {
        let ends: Vec<Progress> = world
            .told
            .iter()
            .map(|told| {
                let until: Vec<_> = told.iter().filter(|(at, _)| *at <= moment).cloned().collect();
                ledger::expected(&until, deadline_end()).end
            })
            .collect();
        let number = |of: &[Progress]| ends.iter().filter(|end| of.contains(end)).count();
        let complete = number(&[Progress::Returned, Progress::Late]);
        let returned = complete + number(&[Progress::InCorrection]);
        let outstanding = ends.len() - returned - number(&[Progress::Excused]);
        Self { returned, complete, outstanding, late: number(&[Progress::Late]) }
    }
}
