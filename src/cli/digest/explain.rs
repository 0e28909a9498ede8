//! `postroom digest --explain`: what a figure counts, the query that finds it, and the returns behind it.

use anyhow::{Context, bail};
use jiff::ToSpan;
use jiff::civil::Date;

use super::super::print;
use crate::calendar;
use crate::config::Config;
use crate::figures::{Class, Figures, Name};
use crate::store::{Asked, Behind, Store};
use crate::survey::Survey;
use crate::tasks::digest::Edition;
use crate::tasks::now;

/// Explains one figure, or lists them all.
pub(super) fn perform(
    name: Option<&Name>,
    week: Option<Date>,
    edition: &Edition,
    store: &Store,
    config: &Config,
) -> anyhow::Result<()> {
    let survey = config.survey(&edition.settings.survey).context("the digest's survey is not configured")?;
    let figures = match week {
        Some(week) => sent(week, edition, store)?,
        None => {
            store.sort(edition.sorted(store)?).wait()?;
            edition.count(store, now())?.figures
        }
    };
    let Some(name) = name else {
        return list(&figures);
    };
    let Some(count) = figures.count(name) else {
        bail!("there is no {name} in this digest; `postroom digest --explain` lists what there is");
    };
    let query = asked(name, edition, survey, &figures, config).query(name);
    print::line(format!("{name} = {}", count.number()));
    print::line(format!("  {}", name.meaning()));
    print::line(format!("  data of {}", calendar::in_words(figures.at, &config.time_zone)));
    print::lines(format!("\n{query};\n"));
    let rows: Vec<Behind> = store.behind(&query)?;
    let own: Vec<&Behind> = rows.iter().filter(|row| count.has(row.respondent)).collect();
    own.iter().for_each(|row| print::line(line(row)));
    for id in count.respondents().iter().filter(|id| !rows.iter().any(|row| row.respondent == **id)) {
        print::line(format!("respondent {id}: counted then, and not found by the query today"));
    }
    let later = rows.len() - own.len();
    if later > 0 {
        print::line(format!("({later} more are found today, and were not when it was counted)"));
    }
    Ok(())
}

fn line(row: &Behind) -> String {
    let version = row.version.map(|version| format!("r{version}")).unwrap_or_default();
    let text = row.text.as_deref().map(|text| print::short(text, 60)).unwrap_or_default();
    let name = print::short(&row.name, 40);
    [format!("{:>8}", version), format!("respondent {}", row.respondent), name, text].join("  ").trim_end().to_owned()
}

fn list(figures: &Figures) -> anyhow::Result<()> {
    let rows = figures.names().into_iter().map(|name| {
        let number = figures.count(&name).map_or(0, crate::figures::Count::number);
        vec![name.to_string(), number.to_string(), name.meaning().to_owned()]
    });
    print::table(&["figure", "", ""], &rows.collect::<Vec<_>>());
    Ok(())
}

/// The figures of a digest that was made.
fn sent(week: Date, edition: &Edition, store: &Store) -> anyhow::Result<Figures> {
    let name = &edition.settings.name;
    let made = store.digests(name)?;
    let weeks: Vec<String> = made.iter().map(|one| one.week.to_string()).collect();
    let found = made.into_iter().find(|one| one.week == week);
    let weeks =
        if weeks.is_empty() { "none was made yet".to_owned() } else { format!("there are {}", weeks.join(", ")) };
    Ok(found.with_context(|| format!("no digest {name} was made for {week}: {weeks}"))?.figures)
}

fn asked<'a>(name: &Name, edition: &'a Edition, survey: &'a Survey, figures: &Figures, config: &Config) -> Asked<'a> {
    let settings = &edition.settings;
    let pair = |pair: &'a Option<(String, String)>| pair.as_ref().map(|(one, other)| (one.as_str(), other.as_str()));
    let start = |day: Date| day.to_zoned(config.time_zone.clone()).map(|day| day.timestamp());
    let day = match name {
        Name::Day(day) => start(*day).ok().zip(day.checked_add(1.day()).and_then(start).ok()),
        _ => None,
    };
    let class = match name {
        Name::Class(number) => figures.classes.get(number.saturating_sub(1)),
        _ => None,
    };
    let class = match class {
        Some(Class::Between { from, to, .. }) => (from.map(|from| from.to_string()), to.map(|to| to.to_string())),
        _ => (None, None),
    };
    Asked {
        survey: &survey.id,
        scope: pair(&settings.tag),
        at: figures.at,
        before: figures.before_at,
        deadline_end: calendar::deadline_end(survey.deadline, &config.time_zone),
        day,
        by: settings.by.as_deref(),
        amount: pair(&settings.amount),
        class,
    }
}
