//! Who may answer: forged senders, names and domains that pass for others, lists; through the daemon, as an operator configures it.

mod evaluated;
mod infected;
mod lookalike;
mod policy;

use std::cell::Cell;

use crate::support::daemon::Postroom;
use crate::support::letter::Letter;
use crate::support::post::REPLIES;

/// The name under which the collection server speaks.
const OURS: &str = "mx.collect.example";

/// An office whose collection server delivers into a folder.
struct Office {
    postroom: Postroom,
    mails: Cell<usize>,
}

impl Office {
    /// An office with these lines in its table `[senders]`.
    fn open(senders: &str) -> Self {
        Self::with("", senders)
    }

    /// The same with further tables.
    fn with(tables: &str, senders: &str) -> Self {
        Self::with_mailbox("", tables, senders)
    }

    /// The same with further lines of its mailbox.
    fn with_mailbox(mailbox: &str, tables: &str, senders: &str) -> Self {
        let configuration = configuration(mailbox, tables, senders);
        let mut office = Self { postroom: Postroom::new(&configuration), mails: Cell::new(0) };
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(office.postroom.home().join("mails").join(part)).unwrap();
        }
        office.postroom.run();
        office
    }

    /// Invites these respondents, given as lines of `企业名称,邮箱`.
    fn invited(self, lines: &[&str]) -> Self {
        let csv = format!("\u{feff}企业名称,邮箱\r\n{}\r\n", lines.join("\r\n"));
        std::fs::write(self.postroom.home().join("roster.csv"), csv).unwrap();
        self.postroom.say(&["roster", "import", "roster.csv"]);
        self
    }

    /// A mail comes, and is read.
    fn receives(&self, mail: &[u8]) -> String {
        let number = self.brings(mail);
        self.postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &[&number.to_string()]);
        format!("m{number}")
    }

    /// A mail comes; its number.
    fn brings(&self, mail: &[u8]) -> usize {
        let number = self.mails.get() + 1;
        self.mails.set(number);
        let at = |part: &str| self.postroom.home().join(format!("mails/{part}/{number:04}.a.b"));
        std::fs::write(at("tmp"), mail).unwrap();
        std::fs::rename(at("tmp"), at("new")).unwrap();
        number
    }

    /// A mail comes; what becomes of it, and whom it is answered to.
    fn settles(&self, mail: &[u8]) -> (String, String) {
        let id = self.receives(mail);
        let view = self.postroom.json(&["show", &id]).swap_remove(0);
        let notices = view["notices"].as_array().unwrap();
        let to: Vec<&str> = notices.iter().map(|notice| notice["recipient"].as_str().unwrap()).collect();
        (view["disposition"].as_str().unwrap().to_owned(), to.join(" "))
    }

    /// What `show` says of the last mail.
    fn shows(&self) -> String {
        self.postroom.say(&["show", &format!("m{}", self.mails.get())])
    }
}

fn configuration(mailbox: &str, tables: &str, senders: &str) -> String {
    let place = "[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\npoll = \"100ms\"\n";
    format!(
        "answer_since = \"2017-01-01\"\n{place}authserv_id = \"{OURS}\"\n{mailbox}{REPLIES}[caps]\ntogether = \"0s\"\n\
         {tables}[senders]\n{senders}\n"
    )
}

/// A filled-in form as it lies at the collection server, with the header fields that were put before it on its way.
fn form_from(from: &str, company: &str, way: &[&str]) -> Vec<u8> {
    let fields = way.iter().map(|line| format!("{line}\r\n")).collect::<String>();
    [fields.into_bytes(), Letter::with_form(from, company, "300万元").bytes()].concat()
}
