//! Finding the focus areas of returns whose areas are not known yet: before they are counted, and before they are listed.

use crate::areas::{Found, Taxonomy, Text};
use crate::config::{Config, TaxonomyError};
use crate::figures::AreaName;
use crate::store::{Sorted, Store, StoreError, Unsorted};
use crate::survey::Survey;

/// Words of an area that are kept as evidence, at most.
const EVIDENCE: usize = 8;

/// The taxonomy of a survey; none for one that names none.
///
/// # Errors
/// When its file cannot be read or is no taxonomy.
pub fn taxonomy(config: &Config, survey: &Survey) -> Result<Option<Taxonomy>, TaxonomyError> {
    config.taxonomies.get(&survey.id).map(|source| source.load()).transpose()
}

/// The areas of a taxonomy with the names of their tasks, in its order.
#[must_use]
pub fn names(taxonomy: &Taxonomy) -> Vec<AreaName> {
    let task = |key: &str| taxonomy.tasks.iter().find(|task| task.key == key).map(|task| task.name.clone());
    let name = |area: &crate::areas::Area| AreaName {
        key: area.key.clone(),
        name: area.name.clone(),
        task: task(&area.task).unwrap_or_default(),
    };
    taxonomy.areas.iter().map(name).collect()
}

/// What the rules find for the returns of a survey that they were not asked about yet; to be handed to [`Store::sort`].
///
/// # Errors
/// When the store cannot be read.
pub fn found(store: &Store, survey: &Survey, taxonomy: &Taxonomy) -> Result<Vec<Sorted>, StoreError> {
    let unsorted = store.unsorted(&survey.id, &taxonomy.revision)?;
    Ok(unsorted.into_iter().map(|one| sorted(one, survey, taxonomy)).collect())
}

fn sorted(one: Unsorted, survey: &Survey, taxonomy: &Taxonomy) -> Sorted {
    // What an enterprise is called says little of what it does.
    let name = survey.identity().map(|item| item.key.as_str());
    let texts = one.texts.iter().filter(|(item, _)| Some(item.as_str()) != name);
    let texts: Vec<Text<'_>> = texts.map(|(item, words)| Text { item, words }).collect();
    let areas = taxonomy.classify(&texts).iter().map(area).collect();
    Sorted { respondent: one.respondent, basis: one.basis, areas }
}

fn area(found: &Found<'_>) -> (String, u8, String) {
    let mut words: Vec<&str> = Vec::new();
    for evidence in &found.evidence {
        if !words.contains(&evidence.words) {
            words.push(evidence.words);
        }
    }
    words.truncate(EVIDENCE);
    (found.key.to_owned(), hundredths(found.score), words.join("、"))
}

/// A score from 0 to 1 in hundredths.
fn hundredths(score: f64) -> u8 {
    (0..=100_u8).rev().find(|hundredth| f64::from(*hundredth) <= score * 100.0 + 0.5).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_told_in_hundredths() {
        for (score, hundredth) in [(0.5, 50), (0.994, 99), (0.996, 100), (1.0, 100), (0.0, 0)] {
            assert_eq!(hundredths(score), hundredth, "{score}");
        }
    }

    #[test]
    fn a_return_gets_the_areas_of_its_answers_and_its_name_says_nothing() {
        let survey = Survey::founding().unwrap();
        let taxonomy = Taxonomy::built_in().unwrap();
        let text = |item: &str, words: &str| (item.to_owned(), words.to_owned());
        let texts =
            vec![text("name", "某某无人机有限公司"), text("products", "自主研发毫米波雷达和激光雷达传感器，已量产")];
        let one = Unsorted { respondent: 1, basis: "1".into(), texts };
        let keys: Vec<String> = sorted(one, &survey, &taxonomy).areas.into_iter().map(|(key, ..)| key).collect();
        assert_eq!(keys, ["sensors"]);
    }
}
