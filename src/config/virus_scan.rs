//! What `[virus_scan]` means: where clamd is, and what becomes of what it does not find clean.

use std::net::IpAddr;
use std::time::Duration;

use super::file;
use super::meaning::Meaning;
use crate::virus_scan::{Address, Settings};
use crate::written::Fault;

/// How long clamd may take for one message.
const TIME: Duration = Duration::from_secs(60);

/// How messages are scanned before anything opens them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirusScan {
    /// Where clamd is.
    pub clamd: Settings,
    /// Whether messages are read unscanned while it cannot be asked; otherwise they wait.
    pub reads_while_down: bool,
    /// Whether messages are read that it cannot scan; otherwise they are put into quarantine.
    pub reads_unscannable: bool,
    /// Whether senders on the roster are told.
    pub tells_sender: bool,
}

impl Meaning<'_> {
    pub(super) fn virus_scan(&self, written: &file::VirusScan) -> Result<VirusScan, Fault> {
        let place = written.clamd.get_ref();
        let clamd = if place.contains('/') {
            Address::Unix(self.folder.join(place))
        } else {
            let (host, port) = place.rsplit_once(':').unwrap_or((place, ""));
            let host = host.trim_matches(['[', ']']);
            // Returns go in the clear over the loopback interface only.
            let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
            if !is_here || port.parse::<u16>().is_err() {
                let message = format!(
                    "`{place}` is no clamd of this machine; name its socket (LocalSocket in clamd.conf, as /run/clamav/clamd.ctl), or 127.0.0.1:3310"
                );
                return Err(self.at(written.clamd.span(), message));
            }
            Address::Tcp(place.clone())
        };
        Ok(VirusScan {
            clamd: Settings { clamd, time: self.duration(written.time.as_ref(), TIME)? },
            reads_while_down: written.down == Some(file::WhileDown::Read),
            reads_unscannable: written.unscannable == Some(file::Unscannable::Read),
            tells_sender: written.tell_sender.unwrap_or(true),
        })
    }
}
