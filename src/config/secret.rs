//! Where a password comes from: the file itself (for tests), a file beside it, the environment, or a systemd credential.
//! It is never printed.

use std::path::Path;

use super::file::Server;
use crate::secret::Secret;
use crate::written::Fault;

/// The password that a table gives, if it gives one. `folder` is what relative paths start from.
pub(super) fn find(server: &Server<'_>, folder: &Path, text: &str) -> Result<Option<Secret>, Fault> {
    if let Some(password) = server.password {
        return Ok(Some(Secret::new(password.get_ref().clone())));
    }
    if let Some(file) = server.password_file {
        let path = folder.join(file.get_ref());
        return from_file(&path, text, file.span()).map(Some);
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
