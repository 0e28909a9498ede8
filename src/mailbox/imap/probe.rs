//! What `check` asks a server: whether it can be reached, trusted and logged in to, what it can do, what lies in it.

use super::FAREWELL;
use super::folders;
use super::login;
use super::settings::{ImapError, Settings};

/// What a server told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Capabilities after the login, in upper case.
    pub capabilities: Vec<String>,
    /// All folders, decoded.
    pub folders: Vec<String>,
    /// The folders that would be watched.
    pub watched: Vec<ProbeFolder>,
}

/// A folder that would be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeFolder {
    /// Its name, decoded.
    pub name: String,
    /// Whether it is for junk.
    pub junk: bool,
    /// How many messages it holds, or why it can't be opened.
    pub messages: Result<u32, String>,
}

/// Logs in, opens the folders as the mailbox does, and logs out. No message is fetched or marked.
///
/// # Errors
///
/// Whatever keeps the mailbox from being read, with its remedy; see [`ImapError`].
pub async fn probe(settings: &Settings) -> Result<Probe, ImapError> {
    let outcome = look(settings).await;
    outcome.map_err(|error| login::as_refusal(error, settings))
}

async fn look(settings: &Settings) -> Result<Probe, ImapError> {
    let (mut wire, capabilities) = login::open(settings).await?;
    let names = folders::names(&mut wire).await?;
    let mut watched = Vec::new();
    for folder in folders::watched(&mut wire, settings).await? {
        let messages = match folders::select(&mut wire, &folder.name).await? {
            Ok(selected) => Ok(selected.exists),
            Err(done) if login::is_unsafe_login(&done.words) => {
                return Err(login::login_refused(settings, done.words));
            }
            Err(done) => Err(done.words),
        };
        watched.push(ProbeFolder { name: folder.name, junk: folder.junk, messages });
    }
    wire.logout(FAREWELL).await;
    Ok(Probe { capabilities: capabilities.into_iter().collect(), folders: names, watched })
}
