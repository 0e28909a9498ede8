//! Which survey a command means.

use anyhow::Context;

use crate::config::Config;
use crate::survey::Survey;

/// The survey that is named, or the only one.
pub(super) fn one<'c>(config: &'c Config, named: Option<&str>) -> anyhow::Result<&'c Survey> {
    let mut surveys = some(config, named)?.into_iter();
    match (surveys.next(), surveys.next()) {
        (Some(survey), None) => Ok(survey),
        _ => anyhow::bail!("several surveys are configured; name one with --survey: {}", ids(config)),
    }
}

/// The survey that is named, or all.
pub(super) fn some<'c>(config: &'c Config, named: Option<&str>) -> anyhow::Result<Vec<&'c Survey>> {
    let Some(id) = named else { return Ok(config.surveys.iter().collect()) };
    let survey = config.survey(id);
    let survey = survey.with_context(|| format!("no survey is called `{id}`; configured: {}", ids(config)))?;
    Ok(vec![survey])
}

fn ids(config: &Config) -> String {
    config.surveys.iter().map(|survey| survey.id.as_str()).collect::<Vec<_>>().join(", ")
}
