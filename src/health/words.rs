//! What an operator reads in English: what is wrong, and the remedy.

use super::Condition;

impl Condition {
    /// What is wrong, in a clause.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::NotRunning { stopped: true } => {
                "the daemon does not run: it was stopped, or ended by a fault".to_owned()
            }
            Self::NotRunning { stopped: false } => "the daemon does not run, or hangs".to_owned(),
            Self::StoreSilent { why } => format!("the database does not answer: {why}"),
            Self::Stalled { part } => format!("the loop `{part}` of the daemon does not turn"),
            Self::MailboxSilent { mailbox, why } => {
                behind(format!("mailbox {mailbox}: no poll was completed for long"), why)
            }
            Self::LoginRefused { place, account, why } => {
                behind(format!("{place}: the login of {account} is refused"), why)
            }
            Self::MessagesFailed { count: 1 } => "1 message could not be read".to_owned(),
            Self::MessagesFailed { count } => format!("{count} messages could not be read"),
            Self::MessagesWait { why } => behind("messages are kept and cannot be read".to_owned(), why),
            Self::MessagesLeft { mailbox, count, why } => behind(
                format!("mailbox {mailbox}: the server lists messages and does not give them, left there: {count}"),
                why,
            ),
            Self::OutboxStuck { transport, count, why } => {
                behind(format!("transport {transport}: nothing leaves the outbox, notices waiting: {count}"), why)
            }
            Self::DiskLow { free, least } => {
                format!("the disk of the data folder has {} MiB free, less than {}", free >> 20, least >> 20)
            }
            Self::BackupOld { why } => behind("no backup was made for two days".to_owned(), why),
            Self::ReadersBreak { count } => format!("readers broke {count} times within an hour"),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotRunning { .. } => {
                "start it (`systemctl start postroom`); if it ends again, its last log line says why"
            }
            Self::StoreSilent { .. } => {
                "see that the data folder is there, has room, and that no other program locks postroom.db"
            }
            Self::Stalled { .. } => {
                "systemd starts it anew by its watchdog; elsewhere restart it, and report the log of before"
            }
            Self::MailboxSilent { .. } => {
                "try `postroom check --connect`; see network, server and the log (`disconnected`)"
            }
            Self::LoginRefused { .. } => {
                "renew the authorisation code in the mailbox's web settings, then restart; try `postroom check --connect`"
            }
            Self::MessagesFailed { .. } => "see `failed` in the log for why, then `postroom retry --all`",
            Self::MessagesWait { .. } => {
                "see the log (`not read`) for what is in the way: clamd, or the start of a reader; they are read by themselves afterwards"
            }
            Self::MessagesLeft { .. } => {
                "see `left at the server` in the log for which; save them from the web mail as files and `postroom ingest` those; then restart"
            }
            Self::OutboxStuck { .. } => {
                "try `postroom check --connect`; see the log (`deferred`); notices go by themselves afterwards"
            }
            Self::DiskLow { .. } => "free or add space; what cannot be stored stays on the mail server until then",
            Self::BackupOld { .. } => {
                "see the log (`backup failed`) for why, mend that, or name another folder by `to` under [backup]; try `postroom backup`"
            }
            Self::ReadersBreak { .. } => {
                "see which mails by the log (`postroom show` names the broken part); raise `[reader] memory_mib` if they are honest"
            }
        }
    }
}

fn behind(what: String, why: &str) -> String {
    if why.is_empty() { what } else { format!("{what} ({why})") }
}
