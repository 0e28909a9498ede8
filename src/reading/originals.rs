//! The files of a message as they came, for whoever wants the originals back: attachments, members of archives, attachments of
//! forwarded messages, under the paths that reading gives them. Only what holds files is opened, no document.

use crate::document::{self, Budget, Content, Fault, Limits, Member};
use crate::mail::{self, Message};
use crate::personal;
use crate::place::BODY;

/// The files of a message.
#[derive(Debug, Default)]
pub struct Originals {
    /// Paths and bytes, containers before their members.
    pub files: Vec<(String, Vec<u8>)>,
    /// Paths of what could not be taken out, and why.
    pub faults: Vec<(String, Fault)>,
}

/// Takes all files out of a message.
#[must_use]
pub fn originals(message: &Message, limits: Limits) -> Originals {
    let mut walk = Walk { budget: Budget::new(limits), found: Originals::default() };
    walk.message(message, "", 0);
    walk.found
}

struct Walk {
    budget: Budget,
    found: Originals,
}

impl Walk {
    fn message(&mut self, message: &Message, folder: &str, depth: u32) {
        for attachment in &message.attachments {
            let path = format!("{folder}{}", attachment.name);
            let content = if attachment.is_message {
                Ok(Some(Content::Message(attachment.bytes.clone())))
            } else {
                document::unpack(&path, &attachment.bytes, &mut self.budget)
            };
            self.file(path, attachment.bytes.clone(), content, depth);
        }
    }

    fn file(&mut self, path: String, bytes: Vec<u8>, content: Result<Option<Content>, Fault>, depth: u32) {
        let is_message = document::is_tnef(&bytes);
        self.found.files.push((path.clone(), bytes));
        match content {
            Ok(Some(Content::Container(_) | Content::Message(_))) if depth >= self.budget.limits().depth => {
                self.found.faults.push((path, Fault::TooLarge("archive depth".into())));
            }
            Ok(Some(Content::Container(members))) => self.members(&path, is_message, members, depth + 1),
            Ok(Some(Content::Message(bytes))) => self.message(&mail::parse(&bytes), &format!("{path}/"), depth + 1),
            Ok(_) => {}
            Err(fault) => self.found.faults.push((path, fault)),
        }
    }

    fn members(&mut self, container: &str, is_message: bool, members: Vec<Member>, depth: u32) {
        // The text of a `winmail.dat` is a text and no file.
        for member in members.into_iter().filter(|member| !(is_message && member.name == BODY)) {
            let path = format!("{container}/{}", personal::redacted(&member.name));
            match member.bytes {
                Ok(bytes) => {
                    let content = document::unpack(&path, &bytes, &mut self.budget);
                    self.file(path, bytes, content, depth);
                }
                Err(fault) => self.found.faults.push((path, fault)),
            }
        }
    }
}
