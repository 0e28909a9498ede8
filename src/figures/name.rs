//! The names of figures, by which they are asked for: `returned`, `area:sensors`, `day:2017-12-19`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::{Class, Count, Figures};

/// The name of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// Respondents that are asked.
    Invited,
    /// Respondents that need not answer.
    Excused,
    /// Respondents with a return.
    Returned,
    /// Respondents whose return is complete.
    Complete,
    /// Respondents whose return has to be mended.
    InCorrection,
    /// Respondents whose first return came after the deadline's day.
    Late,
    /// Respondents with a return that are not on the roster.
    Unlisted,
    /// Respondents without a return.
    Outstanding,
    /// Respondents whose first return came since the digest before.
    New,
    /// Respondents whose first return came on a day.
    Day(Date),
    /// Respondents with a return, of one value of the tag.
    Group(String),
    /// Complete returns of a focus area.
    Area(String),
    /// Complete returns whose amounts are added up.
    Sum,
    /// Complete returns of a class of amounts, counted from 1.
    Class(usize),
    /// Complete returns with an amount in another currency.
    Foreign,
}

const PLAIN: [(&str, Name); 11] = [
    ("invited", Name::Invited),
    ("excused", Name::Excused),
    ("returned", Name::Returned),
    ("complete", Name::Complete),
    ("in_correction", Name::InCorrection),
    ("late", Name::Late),
    ("unlisted", Name::Unlisted),
    ("outstanding", Name::Outstanding),
    ("new", Name::New),
    ("sum", Name::Sum),
    ("foreign", Name::Foreign),
];

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, name)) = PLAIN.iter().find(|(word, _)| *word == text) {
            return Ok(name.clone());
        }
        let parsed = text.split_once(':').and_then(|(kind, rest)| match kind {
            "day" => rest.parse().ok().map(Self::Day),
            "group" => Some(Self::Group(rest.to_owned())),
            "area" => Some(Self::Area(rest.to_owned())),
            "class" => rest.parse().ok().filter(|number| *number > 0).map(Self::Class),
            _ => None,
        });
        parsed.ok_or_else(|| {
            let words: Vec<&str> = PLAIN.iter().map(|(word, _)| *word).collect();
            format!(
                "no figure is called `{text}`; there are {}, day:2017-12-19, group:VALUE, area:KEY and class:1",
                words.join(", ")
            )
        })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "day:{day}"),
            Self::Group(value) => write!(f, "group:{value}"),
            Self::Area(key) => write!(f, "area:{key}"),
            Self::Class(number) => write!(f, "class:{number}"),
            plain => f.write_str(PLAIN.iter().find(|(_, name)| name == plain).map_or("", |(word, _)| word)),
        }
    }
}

impl Name {
    /// What it counts, for an operator.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Invited => {
                "respondents of the roster that are asked; excused ones only when they answered all the same"
            }
            Self::Excused => "respondents of the roster that need not answer, and did not",
            Self::Returned => "respondents with a return that counts, whether it is complete or not",
            Self::Complete => "respondents whose return is complete",
            Self::InCorrection => "respondents whose return has still to be mended",
            Self::Late => "respondents whose first return came after the deadline's day",
            Self::Unlisted => "respondents with a return that are not on the roster",
            Self::Outstanding => "respondents that are asked and have no return",
            Self::New => "respondents whose first return came since the digest before",
            Self::Day(_) => "respondents whose first return came on this day",
            Self::Group(_) => "respondents of the roster with this value that have a return",
            Self::Area(_) => "respondents whose complete return is of this focus area",
            Self::Sum => "complete returns whose amounts are added up; ranges add to both ends",
            Self::Class(_) => "complete returns whose amount lies in this class with both its ends",
            Self::Foreign => "complete returns with an amount in another currency, which is in no sum",
        }
    }
}

impl Figures {
    /// The respondents that a figure counts; none where there is no such day, group, area or class.
    #[must_use]
    pub fn count(&self, name: &Name) -> Option<&Count> {
        let totals = &self.totals;
        Some(match name {
            Name::Invited => &totals.invited,
            Name::Excused => &totals.excused,
            Name::Returned => &totals.returned,
            Name::Complete => &totals.complete,
            Name::InCorrection => &totals.in_correction,
            Name::Late => &totals.late,
            Name::Unlisted => &totals.unlisted,
            Name::Outstanding => &totals.outstanding,
            Name::New => &self.week.new,
            Name::Day(day) => &self.days.iter().find(|one| one.day == *day)?.returned,
            Name::Group(value) => &self.groups.iter().find(|one| one.value == *value)?.returned,
            Name::Area(key) => &self.areas.iter().find(|one| one.area.key == *key)?.respondents,
            Name::Sum => &self.sum.given,
            Name::Foreign => &self.sum.foreign,
            Name::Class(number) => match self.classes.get(number.checked_sub(1)?)? {
                Class::Between { respondents, .. } => respondents,
                Class::Undecided(_) | Class::Unknown(_) => return None,
            },
        })
    }

    /// The names of all figures that there are.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = PLAIN.iter().map(|(_, name)| name.clone()).collect();
        names.extend(self.groups.iter().map(|one| Name::Group(one.value.clone())));
        names.extend(self.areas.iter().map(|one| Name::Area(one.area.key.clone())));
        names.extend((1..=self.classes.len()).map(Name::Class).filter(|name| self.count(name).is_some()));
        names.extend(self.days.iter().map(|one| Name::Day(one.day)));
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_asked_for_by_the_name_that_it_is_listed_under() {
        for text in ["returned", "in_correction", "day:2017-12-19", "group:东街", "group:", "area:sensors", "class:3"]
        {
            assert_eq!(text.parse::<Name>().unwrap().to_string(), text);
        }
        for text in ["", "retuned", "day:yesterday", "class:0", "class:x", "area"] {
            let error = text.parse::<Name>().unwrap_err();
            assert!(error.contains("returned") && error.contains("day:2017-12-19"), "{error}");
        }
    }
}
