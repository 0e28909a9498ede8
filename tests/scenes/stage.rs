//! Where a scene plays: a Postfix that takes everybody's mail, a Dovecot with everybody's mailbox, the daemon on one of them,
//! and people who write and receive.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use jiff::civil::Weekday;
use jiff::{ToSpan, Zoned};
use lettre::Transport;
use lettre::address::Envelope;
use lettre::transport::smtp::SmtpTransport;
use postroom::mail::{Message, parse};

use super::client::{Client, Draft, Words};
use crate::support::daemon::{PATIENCE, Postroom};
use crate::support::dovecot::{Dovecot, free_port};
use crate::support::letter::header;
use crate::support::post::{COLLECT, imap, smtp};
use crate::support::postfix::Postfix;

/// The survey's file, whose days a scene moves.
const SURVEY: &str = include_str!("../../config/surveys/ai-industry-2017.toml");

/// The servers, and the daemon of an office.
pub(crate) struct Stage {
    servers: Rc<Servers>,
    /// The daemon and its commands.
    pub postroom: Postroom,
}

struct Servers {
    dovecot: Dovecot,
    postfix: RefCell<Postfix>,
}

impl Stage {
    /// A survey that is still open for three weeks.
    pub(crate) fn open() -> Self {
        Self::with_deadline(21)
    }

    /// A survey whose last day is so many days away.
    pub(crate) fn with_deadline(days: i64) -> Self {
        Self::of(&survey_due_in(days))
    }

    /// Another survey than the founding one.
    pub(crate) fn of(survey: &str) -> Self {
        Self::set("", survey)
    }

    /// A survey whose last day is today, with this calendar of reminders; the office works at all hours of all days, and writes many
    /// letters a minute.
    pub(crate) fn campaign(reminders: &str) -> Self {
        let hours = "[follow_up]\nhours = \"00:00-24:00\"\nholidays = \"holidays.toml\"\nper_day = 20000\n";
        Self::set(hours, &format!("{}\n[reminders]\n{reminders}\n", survey_due_in(0)))
    }

    fn set(configuration: &str, survey: &str) -> Self {
        let servers = Rc::new(Servers::start());
        let mailbox = imap("main", COLLECT, "implicit", servers.dovecot.tls_port, &servers.dovecot);
        let signed = if survey.contains("language = \"en\"") {
            ""
        } else {
            "sign_off = \"禾塘区经济和科技促进局\"\n"
        };
        let top = format!("surveys = [\"survey.toml\"]\n{signed}");
        let smtp = smtp(servers.postfix.borrow().port);
        let mut postroom = Postroom::new(&format!("{top}{mailbox}{smtp}{configuration}"));
        std::fs::write(postroom.home().join("survey.toml"), survey).unwrap();
        std::fs::write(postroom.home().join("holidays.toml"), no_day_is_free()).unwrap();
        postroom.run();
        postroom.wait(&["connected", "idle=true"]);
        Self { servers, postroom }
    }

    /// Invites everybody on the roster.
    pub(crate) fn invites_all(&self) {
        self.postroom.say(&["invite", "--all"]);
        self.writes_letters();
    }

    /// Writes the letters that are due, without waiting for the daemon's next look.
    pub(crate) fn writes_letters(&self) {
        self.postroom.say(&["remind"]);
    }

    /// So many days pass: what was written is so much older.
    pub(crate) fn days_pass(&self, days: u32) {
        self.postroom.write(&older_by(days));
    }

    /// The mail server does not take mail any more.
    pub(crate) fn mail_server_goes_down(&self) {
        self.servers.postfix.borrow_mut().go_down();
    }

    /// It takes mail again, and whoever waited tries again.
    pub(crate) fn mail_server_comes_up(&self) {
        self.servers.postfix.borrow_mut().come_up();
        self.postroom.make_due();
    }

    /// The office stops collecting the one survey and begins the next.
    pub(crate) fn turns_to(&mut self, survey: &str) {
        self.postroom.stop();
        std::fs::write(self.postroom.home().join("survey.toml"), survey).unwrap();
        self.postroom.run();
        self.postroom.wait_count(&["connected", "idle=true"], 2);
    }

    /// Somebody with a mailbox, such as `张颖 <zhang@firm.example>`, who writes with a client.
    pub(crate) fn person(&self, name: &str, client: Client) -> Person {
        let (name, address) = name.trim_end_matches('>').split_once(" <").expect("a name and an address");
        Person {
            servers: Rc::clone(&self.servers),
            name: name.to_owned(),
            address: address.to_owned(),
            client,
            seen: RefCell::default(),
        }
    }

    /// Takes in a roster: lines of `企业名称,邮箱`.
    pub(crate) fn invited(&self, lines: &[&str]) {
        let csv = format!("\u{feff}企业名称,邮箱\r\n{}\r\n", lines.join("\r\n"));
        std::fs::write(self.postroom.home().join("roster.csv"), csv).unwrap();
        self.postroom.say(&["roster", "import", "roster.csv"]);
    }

    /// How far a respondent of the roster is.
    pub(crate) fn progress(&self, name: &str) -> String {
        let rows = self.postroom.json(&["roster"]);
        let row =
            rows.iter().find(|row| row["invited"]["name"] == name).unwrap_or_else(|| panic!("no {name} in {rows:?}"));
        row["state"].as_str().expect("a state").to_owned()
    }

    /// Waits until the daemon has read so many messages and has nothing left to send.
    pub(crate) fn settle(&self, messages: usize) {
        let sql =
            "SELECT (SELECT count(*) FROM message WHERE state = 'read'), count(*) FROM notice WHERE state = 'queued'";
        self.postroom.until(sql, &[&format!("{messages}|0")]);
    }

    /// What the survey's table says: `respondent|state|revenue` of each, by name.
    pub(crate) fn table(&self) -> Vec<String> {
        self.postroom.rows("SELECT respondent, state, revenue FROM survey_ai_industry_2017 ORDER BY respondent")
    }

    /// What was sent to an address, in order: the kinds of the notices.
    pub(crate) fn notices_to(&self, person: &Person) -> Vec<String> {
        self.postroom.rows(&format!("SELECT kind FROM notice WHERE recipient = '{}' ORDER BY id", person.address))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Servers { dovecot, postfix } = &*self.servers;
            println!("-- the daemon\n{}\n-- Postfix\n{}", self.postroom.log(), postfix.borrow().log());
            println!("-- Dovecot\n{}", dovecot.log());
        }
    }
}

impl Servers {
    /// Dovecot delivers what Postfix hands it over LMTP, by each mailbox's own rules, whose answers go out over Postfix.
    fn start() -> Self {
        let lmtp_port = free_port();
        let postfix = Postfix::start_before(lmtp_port);
        let further = format!(
            "protocols = imap lmtp
submission_host = 127.0.0.1:{}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@mx.collect.example
}}
plugin {{
  sieve = file:~/rules;active=~/.dovecot.sieve
}}
",
            postfix.port
        );
        Self { dovecot: Dovecot::start_with(&further), postfix: RefCell::new(postfix) }
    }

    fn send(&self, from: &str, message: &[u8]) {
        let envelope = Envelope::new(Some(from.parse().unwrap()), vec![COLLECT.parse().unwrap()]).unwrap();
        let client = SmtpTransport::builder_dangerous("127.0.0.1").port(self.postfix.borrow().port).build();
        client.send_raw(&envelope, message).expect("Postfix takes it");
    }
}

/// Somebody with a mailbox.
pub(crate) struct Person {
    servers: Rc<Servers>,
    name: String,
    /// The mailbox's address.
    pub address: String,
    client: Client,
    /// Files of the mailbox that were looked at.
    seen: RefCell<BTreeSet<PathBuf>>,
}

impl Person {
    /// Writes to the office for the first time.
    pub(crate) fn writes(&self, subject: &str, words: Words) {
        self.send(subject, words, None);
    }

    /// Answers a notice with the client's own button.
    pub(crate) fn answers(&self, notice: &Notice, words: Words) {
        self.send(&notice.message.envelope.subject, words, Some(notice));
    }

    /// Hands a mail of any shape to the server.
    pub(crate) fn sends(&self, message: &[u8]) {
        self.servers.send(&self.address, message);
    }

    /// Answers a notice over a server of the person's own, which delivers into the collection mailbox.
    pub(crate) fn answers_over_another_server(&self, notice: &Notice, words: Words) {
        let mail = self.draft(&notice.message.envelope.subject, words, Some(notice));
        self.servers.dovecot.deliver(COLLECT, &mail);
    }

    fn send(&self, subject: &str, words: Words, answered: Option<&Notice>) {
        self.servers.send(&self.address, &self.draft(subject, words, answered));
    }

    fn draft(&self, subject: &str, words: Words, answered: Option<&Notice>) -> Vec<u8> {
        self.client.write(&Draft {
            name: &self.name,
            address: &self.address,
            to: COLLECT,
            subject: subject.to_owned(),
            words,
            answered: answered.map(|notice| &notice.message),
        })
    }

    /// The next mail in the mailbox, which must be a notice of this kind.
    pub(crate) fn receives(&self, kind: &str) -> Notice {
        let deadline = Instant::now() + PATIENCE;
        let path = loop {
            if let Some(path) = self.unseen().into_iter().next() {
                break path;
            }
            assert!(Instant::now() < deadline, "no {kind} for {}", self.address);
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        let bytes = std::fs::read(&path).unwrap();
        let number = self.note(path);
        let notice = Notice { message: parse(&bytes), bytes };
        keep(&notice, &self.address, number);
        assert_eq!(notice.kind(), kind, "{}", notice.text());
        notice
    }

    /// Whether nothing has come that was not looked at.
    pub(crate) fn has_no_more(&self) -> bool {
        self.unseen().is_empty()
    }

    /// Sets the rules (Sieve) by which the server treats mail to this mailbox.
    pub(crate) fn sets_rules(&self, script: &str) {
        let home = self.servers.dovecot.maildir(&self.address);
        self.servers.dovecot.make_home(&self.address);
        std::fs::write(home.join(".dovecot.sieve"), script).unwrap();
    }

    /// Mails that were not looked at yet, in order of delivery.
    fn unseen(&self) -> Vec<PathBuf> {
        let folder = self.servers.dovecot.maildir(&self.address).join("new");
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut new: Vec<PathBuf> = paths.filter(|path| !self.seen.borrow().contains(path)).collect();
        new.sort_by_key(|path| std::fs::metadata(path).and_then(|data| data.modified()).ok());
        new
    }

    /// Marks a mail as looked at; how many were.
    fn note(&self, path: PathBuf) -> usize {
        let mut seen = self.seen.borrow_mut();
        seen.insert(path);
        seen.len()
    }
}

/// A mail of the daemon's as it lies in somebody's mailbox.
pub(crate) struct Notice {
    /// The mail as it came.
    pub bytes: Vec<u8>,
    /// The same, parsed.
    pub message: Message,
}

impl Notice {
    /// What kind of notice it says it is.
    pub(crate) fn kind(&self) -> String {
        header(&self.bytes, "X-Postroom-Notice")
    }

    /// Its whole text.
    pub(crate) fn text(&self) -> String {
        [self.message.envelope.subject.as_str(), &self.message.body.text, &self.message.body.quoted_text].join("\n")
    }

    /// Its enclosure with this extension.
    pub(crate) fn file(&self, extension: &str) -> Option<&[u8]> {
        let mut files = self.message.attachments.iter();
        let file = files.find(|file| Path::new(&file.name).extension().is_some_and(|own| own == extension))?;
        Some(&file.bytes)
    }

    /// The token of its thread, as it stands in the subject.
    pub(crate) fn token(&self) -> &str {
        self.message.envelope.tokens.first().map_or("", String::as_str)
    }
}

/// Writes a notice into the folder that the tester named.
fn keep(notice: &Notice, address: &str, number: usize) {
    let Some(folder) = std::env::var_os("POSTROOM_SCENES") else { return };
    let thread = std::thread::current();
    let scene = thread.name().unwrap_or("scene").replace("::", ".");
    let name = format!("{scene}-{number}-{}-{address}.eml", notice.kind());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(Path::new(&folder).join(name), &notice.bytes).unwrap();
}

/// What makes all that was written so many days older.
pub(crate) fn older_by(days: u32) -> String {
    let earlier =
        |column: &str| format!("{column} = date(substr({column}, 1, 10), '-{days} days') || substr({column}, 11)");
    let notice = ["queued_at", "next_at", "done_at"].map(earlier).join(", ");
    format!("UPDATE notice SET {notice}; UPDATE follow_up SET {}", earlier("made_at"))
}

/// The founding survey, moved to the present.
pub(crate) fn survey_due_in(days: i64) -> String {
    due_in(SURVEY, days)
}

/// A survey of 2017, moved to the present.
pub(crate) fn due_in(survey: &str, days: i64) -> String {
    let today = Zoned::now().in_tz("Asia/Shanghai").unwrap().date();
    let deadline = today.checked_add(days.days()).unwrap();
    let opens = deadline.checked_sub(30.days()).unwrap();
    let moved = survey
        .replace("deadline = 2017-12-20", &format!("deadline = {deadline}"))
        .replace("opens = 2017-12-18", &format!("opens = {opens}"));
    assert_ne!(moved, survey, "the survey's days");
    moved
}

/// Holidays by which every weekend of these weeks is worked.
pub(crate) fn no_day_is_free() -> String {
    let today = Zoned::now().in_tz("Asia/Shanghai").unwrap().date();
    let days = today.checked_sub(30.days()).unwrap().series(1.day()).take(60);
    let weekends = days.filter(|day| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    let worked: Vec<String> = weekends.map(|day| day.to_string()).collect();
    let holiday = format!("{{ from = 2000-01-01, to = 2000-01-01, work = [{}] }}", worked.join(", "));
    format!("[[year]]\nyear = 2000\nholidays = [{holiday}]\n")
}
