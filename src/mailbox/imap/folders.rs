//! Folders: which one is for junk, and how a folder is opened.

use imap_proto::{MailboxDatum, NameAttribute, Response, ResponseCode};

use super::settings::{ImapError, Settings};
use super::wire::{Done, Wire, quoted};
use crate::mailbox::utf7;

/// Names under which junk folders are known, where the server does not mark them (RFC 6154): QQ, NetEase, Outlook, Gmail,
/// Coremail, Dovecot.
const JUNK_NAMES: [&str; 10] = [
    "junk",
    "垃圾邮件",
    "垃圾箱",
    "垃圾邮箱",
    "垃圾信件",
    "spam",
    "junk e-mail",
    "junk email",
    "bulk mail",
    "[gmail]/spam",
];

/// A folder to be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// Its name, decoded.
    pub(super) name: String,
    /// Whether it is for junk.
    pub(super) junk: bool,
}

/// What SELECT told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Selected {
    /// UIDVALIDITY; 0 if the server told none.
    pub(super) validity: u32,
    /// UIDNEXT, if told.
    pub(super) uid_next: Option<u32>,
    /// Messages in the folder.
    pub(super) exists: u32,
}

/// A folder of the server as LIST tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    name: String,
    delimiter: Option<String>,
    junk: bool,
    selectable: bool,
}

/// The folders to watch: the configured ones, and the junk folder if it is wanted and found.
pub(super) async fn watched(wire: &mut Wire, settings: &Settings) -> Result<Vec<Folder>, ImapError> {
    let mut folders: Vec<Folder> =
        settings.folders.iter().map(|name| Folder { name: name.clone(), junk: false }).collect();
    if !settings.watch_junk {
        return Ok(folders);
    }
    let listed = list(wire).await?;
    if let Some(name) = junk_among(&listed) {
        match folders.iter_mut().find(|folder| folder.name == name) {
            Some(folder) => folder.junk = true,
            None => folders.push(Folder { name: name.to_owned(), junk: true }),
        }
    }
    Ok(folders)
}

/// Names of all folders, decoded.
pub(super) async fn names(wire: &mut Wire) -> Result<Vec<String>, ImapError> {
    Ok(list(wire).await?.into_iter().map(|folder| folder.name).collect())
}

async fn list(wire: &mut Wire) -> Result<Vec<Listed>, ImapError> {
    let mut listed = Vec::new();
    let done = wire
        .ask("LIST \"\" \"*\"", "LIST", |response| {
            let Response::MailboxData(MailboxDatum::List(data)) = response else {
                return;
            };
            listed.push(Listed {
                name: utf7::decode(&data.name),
                delimiter: data.delimiter.as_deref().map(str::to_owned),
                junk: data.name_attributes.contains(&NameAttribute::Junk),
                selectable: !data.name_attributes.contains(&NameAttribute::NoSelect),
            });
        })
        .await?;
    if done.ok { Ok(listed) } else { Err(wire.refused("LIST", &done)) }
}

/// The junk folder: the one the server marks, else the first that bears a known name, also below INBOX.
fn junk_among(listed: &[Listed]) -> Option<&str> {
    let selectable = || listed.iter().filter(|folder| folder.selectable);
    let marked = selectable().find(|folder| folder.junk);
    let by_name = || JUNK_NAMES.iter().find_map(|name| selectable().find(|folder| bears(folder, name)));
    marked.or_else(by_name).map(|folder| folder.name.as_str())
}

fn bears(folder: &Listed, junk_name: &str) -> bool {
    let name = folder.name.to_lowercase();
    let below = |delimiter: &String| name.strip_prefix("inbox").and_then(|rest| rest.strip_prefix(delimiter.as_str()));
    name == junk_name || folder.delimiter.as_ref().and_then(below) == Some(junk_name)
}

/// A folder's name as an argument of a command.
pub(super) fn argument(folder: &str) -> String {
    let encoded = utf7::encode(folder);
    // Modified UTF-7 is printable ASCII, so that it can always be quoted.
    quoted(&encoded).unwrap_or(encoded)
}

/// Opens a folder for reading and marking. The inner `Err` is the server's refusal.
pub(super) async fn select(wire: &mut Wire, folder: &str) -> Result<Result<Selected, Done>, ImapError> {
    let mut selected = Selected::default();
    let command = format!("SELECT {}", argument(folder));
    let done = wire
        .ask(&command, &format!("SELECT {folder}"), |response| match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => selected.exists = *count,
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(validity)) => selected.validity = validity,
                Some(ResponseCode::UidNext(uid)) => selected.uid_next = Some(uid),
                _ => {}
            },
            _ => {}
        })
        .await?;
    Ok(if done.ok { Ok(selected) } else { Err(done) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, junk: bool) -> Listed {
        Listed { name: name.into(), delimiter: Some("/".into()), junk, selectable: true }
    }

    #[test]
    fn answers_in_the_junk_folder_are_found_at_every_provider() {
        for (names, junk) in [
            (&["INBOX", "Sent Messages", "Drafts", "Deleted Messages", "Junk"][..], Some("Junk")),
            (&["INBOX", "草稿箱", "已发送", "垃圾邮件", "病毒文件夹"], Some("垃圾邮件")),
            (&["INBOX", "INBOX/Spam", "Trash"], Some("INBOX/Spam")),
            (&["INBOX", "Junk E-mail"], Some("Junk E-mail")),
            (&["INBOX", "Junkyard reports"], None),
        ] {
            let all: Vec<_> = names.iter().map(|name| listed(name, false)).collect();
            assert_eq!(junk_among(&all), junk, "{names:?}");
        }
    }

    #[test]
    fn the_servers_mark_counts_more_than_a_name() {
        let all = [listed("Junk", false), listed("可疑邮件", true)];
        assert_eq!(junk_among(&all), Some("可疑邮件"));
    }

    #[test]
    fn a_folder_that_cannot_be_opened_is_not_watched() {
        let mut junk = listed("Junk", true);
        junk.selectable = false;
        assert_eq!(junk_among(&[junk]), None);
    }
}
