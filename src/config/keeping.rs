//! The tables `[backup]`, `[limits]` and `[retention]`: how the archive is kept, how full it may get, and how long.

use std::path::Path;

use jiff::SignedDuration;
use toml::Spanned;

use super::file;
use super::meaning::Meaning;
use super::{Backup, Bounds, Retention};
use crate::calendar::Daily;
use crate::written::Fault;

/// Backups that are kept when the configuration does not say.
const KEEP: usize = 14;
/// MiB that are left free on the disk of the data folder: many times what is under way at once.
const DISK_FLOOR: u64 = 256;
/// Mails of one sender within an hour that are read at once. A district that forwards its enterprises' answers stays below it.
const PER_SENDER_HOUR: u32 = 200;
/// Notices in the outbox beyond which no letter is added that nobody waits for.
const OUTBOX: u32 = 5_000;
/// The longest retention, in days: a hundred years.
const LONGEST: i64 = 36_500;

impl Meaning<'_> {
    /// How backups are made.
    pub(super) fn backup(&self, written: &file::Backup, data: &Path) -> Result<Backup, Fault> {
        let at = written.at.as_ref().map(|text| self.time_of_day(text)).transpose()?;
        let keep = match &written.keep {
            Some(keep) if *keep.get_ref() == 0 => {
                return Err(self.at(keep.span(), "`keep = 0` would keep no backup; leave out `at` to make none"));
            }
            keep => keep.as_ref().map_or(KEEP, |keep| *keep.get_ref()),
        };
        let to = written.to.as_ref().map_or_else(|| data.join("backups"), |to| self.folder.join(to));
        Ok(Backup { at, to, keep })
    }

    fn time_of_day(&self, text: &Spanned<String>) -> Result<Daily, Fault> {
        let wrong = || self.at(text.span(), format!("`{}` is no time of day; write it like 03:30", text.get_ref()));
        Daily::parse(text.get_ref()).ok_or_else(wrong)
    }

    /// How full the archive may get, and how fast.
    pub(super) fn limits(&self, written: &file::Bounds) -> Result<Bounds, Fault> {
        if let Some(least) = written.per_sender_hour.as_ref().filter(|number| *number.get_ref() == 0) {
            return Err(self.at(least.span(), "with `per_sender_hour = 0` no mail would ever be read; 200 serves most"));
        }
        Ok(Bounds {
            disk_floor: written.disk_floor_mib.unwrap_or(DISK_FLOOR).saturating_mul(1 << 20),
            per_sender_hour: written.per_sender_hour.as_ref().map_or(PER_SENDER_HOUR, |number| *number.get_ref()),
            outbox: written.outbox.unwrap_or(OUTBOX),
        })
    }

    /// How long what is kept is kept.
    pub(super) fn retention(&self, written: &file::Retention) -> Result<Retention, Fault> {
        Ok(Retention { raw_mail: written.raw_mail.as_ref().map(|text| self.days(text)).transpose()? })
    }

    /// A number of days such as `180d`.
    fn days(&self, text: &Spanned<String>) -> Result<SignedDuration, Fault> {
        let days = text.get_ref().trim().strip_suffix('d').and_then(|days| days.trim_end().parse::<i64>().ok());
        let days = days.filter(|days| (1..=LONGEST).contains(days));
        let wrong = || self.at(text.span(), format!("`{}` is no number of days; write it like 180d", text.get_ref()));
        days.map(|days| SignedDuration::from_hours(24 * days)).ok_or_else(wrong)
    }
}
