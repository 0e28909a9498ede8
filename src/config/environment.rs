//! Variables of the environment over top-level keys and single tables. One that means nothing is an error, as an unknown key is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Spanned;

use super::file::File;
use super::{ConfigError, Notices};
use crate::written::nearest;

/// How the names of all variables begin.
const PREFIX: &str = "POSTROOM_";

/// The variables that begin so, by the rest of their names.
pub(super) fn variables() -> BTreeMap<String, String> {
    let text = |written: std::ffi::OsString| written.to_string_lossy().into_owned();
    let ours = |(name, value)| Some((text(name).strip_prefix(PREFIX)?.to_owned(), text(value)));
    std::env::vars_os().filter_map(ours).collect()
}

/// Puts the given variables over what the file says.
///
/// # Errors
/// [`ConfigError::Environment`] for a value that cannot be read, and for a variable that means nothing.
pub(super) fn overrule(file: &mut File, given: BTreeMap<String, String>) -> Result<(), ConfigError> {
    let spanned = |value: String| Spanned::new(0..0, value);
    let mut variables = Variables { given, known: Vec::new() };
    variables.set(&mut file.data, "DATA", |value| Ok(PathBuf::from(value)))?;
    variables.set(&mut file.time_zone, "TIME_ZONE", |value| Ok(spanned(value)))?;
    variables.set(&mut file.answer_since, "ANSWER_SINCE", |value| Ok(spanned(value)))?;
    variables.set(&mut file.notices, "NOTICES", notices)?;
    variables.set(&mut file.log.format, "LOG_FORMAT", |value| Ok(spanned(value)))?;
    variables.set(&mut file.log.level, "LOG_LEVEL", |value| Ok(spanned(value)))?;
    variables.set(&mut file.reader.readers, "READER_READERS", number)?;
    variables.set(&mut file.senders.evaluate, "SENDERS_EVALUATE", truth)?;
    variables.set(&mut file.caps.per_sender_day, "CAPS_PER_SENDER_DAY", number)?;
    variables.set(&mut file.caps.per_domain_hour, "CAPS_PER_DOMAIN_HOUR", number)?;
    variables.set(&mut file.caps.per_day, "CAPS_PER_DAY", number)?;
    variables.set(&mut file.follow_up.per_day, "FOLLOW_UP_PER_DAY", number)?;
    variables.set(&mut file.caps.together, "CAPS_TOGETHER", |value| Ok(spanned(value)))?;
    variables.set(&mut file.http.listen, "HTTP_LISTEN", |value| Ok(spanned(value)))?;
    variables.set(&mut file.backup.at, "BACKUP_AT", |value| Ok(spanned(value)))?;
    variables.set(&mut file.backup.to, "BACKUP_TO", |value| Ok(PathBuf::from(value)))?;
    variables.set(&mut file.backup.keep, "BACKUP_KEEP", |value| Ok(Spanned::new(0..0, number(value)?)))?;
    variables.set(&mut file.limits.disk_floor_mib, "LIMITS_DISK_FLOOR_MIB", number)?;
    variables.set(&mut file.limits.per_sender_hour, "LIMITS_PER_SENDER_HOUR", |value| {
        Ok(Spanned::new(0..0, number(value)?))
    })?;
    variables.set(&mut file.limits.outbox, "LIMITS_OUTBOX", number)?;
    variables.set(&mut file.retention.raw_mail, "RETENTION_RAW_MAIL", |value| Ok(spanned(value)))?;
    for name in password_variables(file) {
        variables.given.remove(name);
    }
    variables.none_left()
}

/// Variables that hold passwords may be called as one likes.
fn password_variables(file: &File) -> impl Iterator<Item = &str> {
    let mailboxes = file.mailbox.iter().filter_map(|mailbox| mailbox.get_ref().password_env.as_ref());
    let transports = file.transport.iter().filter_map(|transport| transport.get_ref().password_env.as_ref());
    mailboxes.chain(transports).filter_map(|name| name.get_ref().strip_prefix(PREFIX))
}

/// What is given and not yet used, and what would have been known.
struct Variables {
    given: BTreeMap<String, String>,
    known: Vec<&'static str>,
}

impl Variables {
    fn set<T>(
        &mut self,
        slot: &mut Option<T>,
        name: &'static str,
        read: impl Fn(String) -> Result<T, String>,
    ) -> Result<(), ConfigError> {
        self.known.push(name);
        if let Some(value) = self.given.remove(name) {
            *slot = Some(read(value).map_err(|message| fault(name, message))?);
        }
        Ok(())
    }

    fn none_left(&self) -> Result<(), ConfigError> {
        let Some(name) = self.given.keys().next() else { return Ok(()) };
        let message = match nearest(name, &self.known) {
            Some(near) => format!("it means nothing here; did you mean {PREFIX}{near}? If not, unset it"),
            None => {
                let known: Vec<String> = self.known.iter().map(|name| format!("{PREFIX}{name}")).collect();
                format!("it means nothing here; unset it (known: {})", known.join(", "))
            }
        };
        Err(fault(name, message))
    }
}

fn fault(name: &str, message: String) -> ConfigError {
    ConfigError::Environment { name: format!("{PREFIX}{name}"), message }
}

fn notices(value: String) -> Result<Notices, String> {
    match value.as_str() {
        "on" => Ok(Notices::On),
        "hold" => Ok(Notices::Hold),
        "off" => Ok(Notices::Off),
        _ => Err("expected on, hold or off".into()),
    }
}

fn truth(value: String) -> Result<bool, String> {
    value.parse().map_err(|_| format!("`{value}` is neither true nor false"))
}

fn number<T: std::str::FromStr>(value: String) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{value}` is no whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_is_not_passed_over_in_silence() {
        let text = "[[mailbox]]\nname = \"main\"\npassword_env = \"POSTROOM_MAIL_PASSWORD\"\n";
        let check = |name: &str, value: &str, said: Option<&str>| {
            let mut file: File = toml::from_str(text).unwrap();
            let outcome = overrule(&mut file, [(name.to_owned(), value.to_owned())].into());
            assert_eq!(outcome.err().map(|error| error.to_string()).as_deref(), said);
        };
        check("NOTICES", "hold", None);
        check("MAIL_PASSWORD", "secret", None);
        let meant = "environment variable POSTROOM_NOTICE: it means nothing here; did you mean POSTROOM_NOTICES? If not, unset it";
        check("NOTICE", "hold", Some(meant));
        check("CAPS_PER_DAY", "many", Some("environment variable POSTROOM_CAPS_PER_DAY: `many` is no whole number"));
    }
}
