//! What a roster says for the figures of a survey to be compared with: whoever wrote it is told what cannot be read, since nothing
//! is compared with that.

use super::{Fault, Roster};
use crate::survey::{self, Item, Size, Source, Survey};
use crate::value::figure::in_column;

impl Roster {
    /// Adds a warning for each column that the survey's figures are compared with and that is not there, and for each cell of one
    /// that cannot be read.
    pub fn check_figures(&mut self, survey: &Survey) {
        let mut faults = Vec::new();
        for item in &survey.items {
            if let Some(Source::Roster(heading)) = item.previous.as_ref().map(|previous| &previous.source) {
                faults.extend(self.check_column(item, heading, "figure of the period before", &|text| {
                    in_column(item, heading, text).err().map(|_| {
                        format!(
                            "`{text}` under {heading} is no figure with a unit; {} is compared with nothing",
                            item.key
                        )
                    })
                }));
            }
            if let Some(size) = &item.size {
                faults.extend(self.check_column(item, &size.roster, "size", &|text| unknown_class(item, size, text)));
            }
        }
        self.faults.extend(faults);
    }

    fn check_column(
        &self,
        item: &Item,
        heading: &str,
        what: &str,
        complaint: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Fault> {
        let cells = self.invited.iter().map(|one| survey::column(&one.tags, heading));
        let filled: Vec<(u32, &str)> =
            self.rows.iter().zip(cells).filter_map(|(row, text)| Some((*row, text?))).collect();
        if filled.is_empty() && !self.invited.is_empty() {
            let message = format!(
                "no column {heading} with anything in it: {} is compared with no {what}; add the column, or mend `roster` in the survey file",
                item.key
            );
            return vec![Fault::warning(0, message)];
        }
        filled.into_iter().filter_map(|(row, text)| Some(Fault::warning(row, complaint(text)?))).collect()
    }
}

fn unknown_class(item: &Item, size: &Size, text: &str) -> Option<String> {
    if size.class(text).is_some() {
        return None;
    }
    let known = size.classes.iter().map(|class| class.name.as_str()).collect::<Vec<_>>().join(", ");
    Some(format!("`{text}` under {} is none of {known}; {} is compared with no size", size.roster, item.key))
}
