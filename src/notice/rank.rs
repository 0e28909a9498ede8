//! Many issues become a few lines: one root cause is one line, the most important come first.
//!
//! A column that is missing in thirty rows is one cause, and so is a unit that a whole column lacks. Issues of one item
//! with one code are therefore one [`Group`].

use crate::issue::{About, Issue, Problem};
use crate::notice::remedy::Cause;
use crate::survey::Survey;
use crate::verdict::importance;

/// One issue, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding<'a> {
    /// Which return of the mail it is of; none when it is of the mail or a file.
    pub(super) of: Option<usize>,
    /// Name of the enterprise, where the return tells it.
    pub(super) who: Option<String>,
    /// What is wrong.
    pub(super) issue: &'a Issue,
    /// Whether it was found in the mail that is answered; otherwise it is left over from an earlier one.
    pub(super) is_own: bool,
}

/// Issues with one root cause. Never empty, so the first stands apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group<'a> {
    /// The first of them.
    pub(super) first: Finding<'a>,
    /// The others.
    pub(super) others: Vec<Finding<'a>>,
}

impl<'a> Group<'a> {
    /// All of them, in the order in which they were found.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding<'a>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        1 + self.others.len()
    }
}

/// Groups findings by root cause, the most important first.
pub(super) fn group<'a>(findings: Vec<Finding<'a>>, survey: &Survey) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|group| is_same_cause(group.first.issue, finding.issue)) {
            Some(group) => group.others.push(finding),
            None => groups.push(Group { first: finding, others: Vec::new() }),
        }
    }
    groups.sort_by_cached_key(|group| {
        let (weight, order) = importance(group.first.issue, survey);
        (weight, usize::MAX - group.len(), order)
    });
    groups
}

fn is_same_cause(one: &Issue, other: &Issue) -> bool {
    let about = match (&one.about, &other.about) {
        (About::Item(one), About::Item(other)) => one == other,
        (About::Message, About::Message) => true,
        _ => false,
    };
    if let (About::Attachment(_), About::Attachment(_)) = (&one.about, &other.about) {
        return Cause::of(&one.problem) == Cause::of(&other.problem);
    }
    // A missing column is another cause than an empty cell.
    let alike = match (&one.problem, &other.problem) {
        (Problem::Missing, Problem::Missing) => one.place.is_some() == other.place.is_some(),
        (one, other) => one.code() == other.code(),
    };
    about && alike
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::sample;
    use crate::place::Place;

    fn of(issue: &Issue) -> Finding<'_> {
        Finding { of: None, who: None, issue, is_own: true }
    }

    fn check(issues: &[Issue], expected: &[(&str, usize)]) {
        let survey = sample::survey();
        let groups = group(issues.iter().map(of).collect(), &survey);
        let found: Vec<_> = groups.iter().map(|group| (group.first.issue.problem.code(), group.len())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_column_that_is_missing_in_thirty_rows_is_one_line() {
        check(&vec![Issue::of_item("products", Problem::Missing, None); 30], &[("missing", 30)]);
    }

    #[test]
    fn an_empty_cell_is_not_taken_for_a_missing_column() {
        let cell = Issue::of_item("products", Problem::Missing, Some(Place::whole("表.xlsx")));
        check(&[Issue::of_item("products", Problem::Missing, None), cell], &[("missing", 1), ("missing", 1)]);
    }

    #[test]
    fn what_hides_the_whole_mail_is_said_first() {
        let issues = [
            Issue::of_item("products", Problem::Missing, None),
            Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, None),
            Issue::of_attachment("专利.rar", Problem::Encrypted),
            Issue::of_item("name", Problem::Missing, None),
            Issue::of_message(Problem::NoTable),
        ];
        check(&issues, &[("no_table", 1), ("encrypted", 1), ("missing", 1), ("unit_missing", 1), ("missing", 1)]);
    }

    #[test]
    fn what_concerns_more_enterprises_is_said_before_what_concerns_one() {
        let position = Issue::of_item("position", Problem::Missing, None);
        let direction = Issue::of_item("direction", Problem::Missing, None);
        let survey = sample::survey();
        let groups = group([&position, &direction, &direction].into_iter().map(of).collect(), &survey);
        let items: Vec<_> = groups.iter().map(|group| group.first.issue.about.clone()).collect();
        assert_eq!(items, [About::Item("direction".into()), About::Item("position".into())]);
    }
}
