//! The table `[follow_up]`: when letters are written that answer none, and how many a day.

use toml::Spanned;

use super::FollowUp;
use super::file;
use super::meaning::Meaning;
use crate::calendar::{Holidays, Office, OfficeHours};
use crate::written::Fault;
use jiff::tz::TimeZone;

/// Letters a day where the configuration does not say: free mailboxes of the large providers take some hundreds of them.
const PER_DAY: u32 = 500;

impl Meaning<'_> {
    /// What the table means.
    pub(super) fn follow_up(&self, written: &file::FollowUp, zone: &TimeZone) -> Result<FollowUp, Fault> {
        let office = Office {
            hours: self.hours(written.hours.as_ref())?,
            holidays: self.holidays(written.holidays.as_ref())?,
            zone: zone.clone(),
        };
        Ok(FollowUp { office, per_day: written.per_day.unwrap_or(PER_DAY) })
    }

    fn hours(&self, written: Option<&Spanned<String>>) -> Result<OfficeHours, Fault> {
        let Some(written) = written else { return Ok(OfficeHours::default()) };
        OfficeHours::parse(written.get_ref()).ok_or_else(|| {
            let message =
                format!("`{}` are no hours; write them in order, like 09:30-11:30, 14:30-17:00", written.get_ref());
            self.at(written.span(), message)
        })
    }

    fn holidays(&self, written: Option<&Spanned<std::path::PathBuf>>) -> Result<Holidays, Fault> {
        let Some(written) = written else {
            return Holidays::of_china().map_err(|fault| self.at(0..0, fault.to_string()));
        };
        let path = self.folder.join(written.get_ref());
        let fault = |what: String| self.at(written.span(), format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(&path)
            .map_err(|error| fault(format!("{error}; name a file like config/holidays-cn.toml")))?;
        Holidays::from_toml(&text).map_err(|error| fault(error.to_string()))
    }
}
