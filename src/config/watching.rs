//! The tables `[http]` and `[alarm]`: who watches over Postroom, and from when on something is wrong.

use std::net::SocketAddr;

use jiff::SignedDuration;
use toml::Spanned;

use super::file;
use super::meaning::Meaning;
use super::{Alarm, Bounds, Mailbox, MailboxKind, Transport};
use crate::health::Thresholds;
use crate::notice;
use crate::survey::Language;
use crate::written::Fault;

impl Meaning<'_> {
    /// Where health and metrics are told.
    pub(super) fn listen(&self, written: &file::Http) -> Result<Option<SocketAddr>, Fault> {
        let Some(text) = &written.listen else { return Ok(None) };
        let address: Option<SocketAddr> = text.get_ref().parse().ok();
        match address.filter(|address| address.ip().is_loopback()) {
            Some(address) => Ok(Some(address)),
            None => {
                let message = format!(
                    "`{}` is no address of this machine alone; write 127.0.0.1:9187 or [::1]:9187, and let a proxy or a tunnel reach it from elsewhere",
                    text.get_ref()
                );
                Err(self.at(text.span(), message))
            }
        }
    }

    /// Whom alarms go to.
    pub(super) fn alarm(
        &self,
        written: &file::Alarm,
        mailboxes: &[Mailbox],
        transports: &[Transport],
        bounds: Bounds,
    ) -> Result<Alarm, Fault> {
        let to: Vec<String> =
            written.to.iter().map(|one| self.operator(one, mailboxes, transports)).collect::<Result<_, _>>()?;
        if let (Some(first), true) = (written.to.first(), transports.is_empty()) {
            return Err(self.at(first.span(), "an alarm needs a transport to send it by; add a [[transport]]"));
        }
        if let Some(name) = &written.transport {
            let known: Vec<&str> = transports.iter().map(|transport| transport.name.as_str()).collect();
            self.known(name, &known, "transport")?;
        }
        Ok(Alarm {
            to,
            language: self.language(written.language.as_ref())?,
            transport: written.transport.as_ref().map(|name| name.get_ref().clone()),
            thresholds: self.thresholds(written, bounds)?,
        })
    }

    /// An address that an operator reads: not one of ours, whose mail Postroom itself reads.
    fn operator(
        &self,
        written: &Spanned<String>,
        mailboxes: &[Mailbox],
        transports: &[Transport],
    ) -> Result<String, Fault> {
        let address = written.get_ref();
        if notice::sender_address(address).as_ref() != Some(address) {
            return Err(self.at(written.span(), format!("`{address}` is no address; write user@domain")));
        }
        let users = mailboxes.iter().filter_map(|mailbox| match &mailbox.kind {
            MailboxKind::Imap(settings) => Some(settings.user.clone()),
            MailboxKind::Maildir(_) => None,
        });
        let senders = transports.iter().filter_map(|transport| notice::sender_address(&transport.from));
        if users.chain(senders).any(|own| own.eq_ignore_ascii_case(address)) {
            let message = format!("{address} is the mailbox that is watched; name one that a person reads otherwise");
            return Err(self.at(written.span(), message));
        }
        Ok(address.clone())
    }

    fn language(&self, written: Option<&Spanned<String>>) -> Result<Language, Fault> {
        let Some(written) = written else { return Ok(Language::Zh) };
        let found = Language::ALL.into_iter().find(|language| language.as_str() == written.get_ref());
        found.ok_or_else(|| {
            self.at(written.span(), format!("alarms are not written in `{}`; use zh or en", written.get_ref()))
        })
    }

    fn thresholds(&self, written: &file::Alarm, bounds: Bounds) -> Result<Thresholds, Fault> {
        let default = Thresholds::default();
        let time = |text: Option<&Spanned<String>>, default: SignedDuration| match text {
            None => Ok(default),
            Some(_) => self
                .duration(text, default.unsigned_abs())
                .map(|time| SignedDuration::try_from(time).unwrap_or(default)),
        };
        Ok(Thresholds {
            mailbox_silent: time(written.mailbox_silent.as_ref(), default.mailbox_silent)?,
            messages_wait: time(written.messages_wait.as_ref(), default.messages_wait)?,
            outbox_stuck: time(written.outbox_stuck.as_ref(), default.outbox_stuck)?,
            // While fetching stands still for want of room, the disk is low whatever else is wanted of it.
            disk_free: written
                .disk_free_mib
                .map_or(default.disk_free, |mib| mib.saturating_mul(1 << 20))
                .max(bounds.disk_enough()),
            readers_broken: written.readers_broken.unwrap_or(default.readers_broken),
        })
    }
}
