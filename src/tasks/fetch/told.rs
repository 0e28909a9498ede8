//! What a mailbox tells, for the log, for health and for the store; and what was kept of it.

use std::time::Duration;

use super::Fetch;
use crate::failpoint::{self, Point};
use crate::mailbox::Event;
use crate::store::{Found, Kept, StoreError};
use crate::tasks::{now, short_id};
use crate::telemetry;

impl Fetch {
    /// Tells of messages that are kept, and wakes whoever reads.
    pub(super) fn kept(&self, found: &[Found], kept: &[Kept]) {
        for (found, kept) in found.iter().zip(kept) {
            let id = short_id(kept.id);
            if kept.fresh {
                telemetry::kept(&id, &self.mailbox.name, &found.sender, kept.size);
                self.put_off(&id, &found.sender, kept);
            } else {
                // Nobody reads it.
                drop(self.fresh.take(&kept.sha256));
                telemetry::known(&id, &self.mailbox.name);
            }
        }
        if kept.iter().any(|kept| kept.fresh) {
            self.read.wake();
        }
    }

    /// Tells of a message that is not read yet. Its bytes are not held at hand for so long.
    fn put_off(&self, id: &str, sender: &str, kept: &Kept) {
        if let Some(until) = kept.put_off_until.filter(|until| *until > now()) {
            drop(self.fresh.take(&kept.sha256));
            telemetry::put_off(id, sender, &until.to_string());
        }
    }

    /// Passes on what a mailbox tells beside messages.
    pub(super) async fn tell(&self, event: Event) -> Result<(), StoreError> {
        let name = &self.mailbox.name;
        match event {
            Event::Arrived(_) => {}
            Event::Connected { folders, idle } => {
                self.vitals.connected(name);
                telemetry::connected(name, &folders.join(", "), idle);
            }
            Event::Disconnected { why, retry_in } => {
                self.vitals.disconnected(name, &why);
                telemetry::disconnected(name, &why, retry_in);
            }
            Event::CaughtUp { found } => {
                self.vitals.polled(name, now());
                telemetry::poll(name, found);
            }
            Event::Quiet => self.vitals.polled(name, now()),
            Event::Settled(locations) => {
                failpoint::pass(Point::Settled);
                self.store.mark_settled(locations).await?;
                failpoint::pass(Point::SettledNoted);
            }
            Event::NotSettled { count, why } => {
                telemetry::trouble(&format!("{name}: {count} messages not settled"), &why)
            }
            Event::NotFetched { location, why } => {
                let which = match location.name.as_str() {
                    "" => format!("{} uid {}", location.folder, location.uid),
                    file => file.to_owned(),
                };
                let what = "left at the server: save it from the web mail as a file and `postroom ingest` that";
                telemetry::trouble(&format!("{name}: {which} {what}"), &why);
                self.vitals.left(name, format!("{which}: {why}"), now());
            }
            Event::FolderRefused { folder, why } => {
                telemetry::trouble(&format!("{name}: folder {folder} not watched"), &why);
                self.vitals.folder_refused(name, format!("folder {folder} can't be opened: {why}; check `folders`"));
            }
            Event::LoginRefused { why, retry_in } => {
                self.vitals.disconnected(name, &why);
                self.vitals.login_refused(&format!("mailbox {name}"), self.account(), &why, now());
                telemetry::login_paused(self.account(), &why, retry_in);
                self.pauses.pause(self.account(), now(), Duration::from_secs(retry_in));
            }
        }
        Ok(())
    }
}
