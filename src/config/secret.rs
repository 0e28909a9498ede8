//! Where a password comes from: the file itself (for tests), a file beside it, the environment, or a systemd credential.
//! It is never printed, and a file with one that others may read is refused: what others could read meanwhile is no secret any more.
//! A credential is guarded by systemd, which gives it to the unit's user alone by means that the mode does not show.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::file::Server;
use crate::secret::Secret;
use crate::written::Fault;

/// Who reads the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// One who logs in to servers.
    LogsIn,
    /// A command beside the service, which has none of what systemd gives to the service alone.
    Beside,
}

/// The password that a table gives, if it gives one. `folder` is what relative paths start from.
pub(super) fn find(
    server: &Server<'_>,
    (folder, file): (&Path, Option<&Path>),
    text: &str,
    reader: Reader,
) -> Result<Option<Secret>, Fault> {
    if let Some(password) = server.password {
        if let Some(open) = file.and_then(open_to_others) {
            return Err(Fault::at(
                text,
                password.span(),
                format!("{open}; or put the password into a file of its own"),
            ));
        }
        return Ok(Some(Secret::new(password.get_ref().clone())));
    }
    if let Some(file) = server.password_file {
        let path = folder.join(file.get_ref());
        if let Some(open) = open_to_others(&path) {
            return Err(Fault::at(text, file.span(), open));
        }
        return from_file(&path, text, file.span()).map(Some);
    }
    let is_given_to_the_service = server.password_env.is_some() || server.password_credential.is_some();
    if reader == Reader::Beside && is_given_to_the_service {
        return Ok(Some(Secret::new("")));
    }
    if let Some(name) = server.password_env {
        let value = std::env::var(name.get_ref());
        let fault =
            |_| Fault::at(text, name.span(), format!("the environment has no variable `{}`; set it", name.get_ref()));
        return value.map(|value| Some(Secret::new(value))).map_err(fault);
    }
    if let Some(name) = server.password_credential {
        let missing = || Fault::at(text, name.span(), "no systemd credentials here; add LoadCredential= to the unit");
        let folder = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or_else(missing)?;
        return from_file(&Path::new(&folder).join(name.get_ref()), text, name.span()).map(Some);
    }
    Ok(None)
}

/// What is wrong with the permissions of a file that holds a password, and the remedy. One that is not there is another matter.
fn open_to_others(path: &Path) -> Option<String> {
    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        format!("{0} holds a password and is open to others ({mode:03o}); close it: chmod 600 {0}", path.display())
    })
}

fn from_file(path: &Path, text: &str, span: std::ops::Range<usize>) -> Result<Secret, Fault> {
    let read = std::fs::read_to_string(path);
    let fault =
        |error| Fault::at(text, span.clone(), format!("{}: {error}; put the password into that file", path.display()));
    let password = read.map_err(fault)?.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err(Fault::at(text, span, format!("{} is empty; put the password into it", path.display())));
    }
    Ok(Secret::new(password))
}
