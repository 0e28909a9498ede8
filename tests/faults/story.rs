//! What a daemon does in its life, in small: stories that are told to their end, with or without a kill in them.

use std::time::{Duration, Instant};

use super::end_state;
use crate::support::daemon::{PATIENCE, Postroom};
use crate::support::letter::Letter;
use crate::support::post::{Post, imap};

/// What a story tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A return, a faulty one that gets its file back, a question.
    Mails,
    /// A mail that comes in pieces.
    Large,
    /// A respondent that is silent is reminded.
    Reminder,
    /// Officials get the digest of the week.
    Digest,
    /// The archive is read again under a mended survey.
    Replay,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Mails, Self::Large, Self::Reminder, Self::Digest, Self::Replay];

    /// Notices that are sent by the end.
    fn notices(self) -> i64 {
        match self {
            Self::Mails => 3,
            Self::Large | Self::Digest => 1,
            Self::Reminder | Self::Replay => 2,
        }
    }
}

/// The end of a story that nobody disturbs.
pub(crate) fn undisturbed(post: &Post, kind: Kind) -> Vec<String> {
    let mut story = Story::begin(post, kind, &format!("u00{}x", kind as usize));
    assert!(story.go_on(None));
    story.end()
}

/// A story under way.
pub(crate) struct Story<'p> {
    /// The daemon of it.
    pub postroom: Postroom,
    post: &'p Post,
    kind: Kind,
    name: String,
}

impl<'p> Story<'p> {
    /// Lays everything out up to the moment that matters. Nothing runs. Names have five letters, so that mails of the same story are
    /// of one size.
    pub(crate) fn begin(post: &'p Post, kind: Kind, name: &str) -> Self {
        assert_eq!(name.len(), 5, "{name}");
        let mailbox = imap(name, name, "implicit", post.dovecot.tls_port, &post.dovecot);
        let digest = match kind {
            Kind::Digest => format!("[[digest]]\nto = [\"{name}-office@corp.example\"]\nat = \"Mon 08:30\"\n"),
            _ => String::new(),
        };
        let hours = "[follow_up]\nhours = \"00:00-24:00\"\nholidays = \"holidays.toml\"\n";
        let caps = "[caps]\nper_domain_hour = 100000\nper_day = 100000\n";
        let top = format!("surveys = [\"survey.toml\"]\n{}", super::EVER);
        let postroom = Postroom::new(&format!("{top}{mailbox}{}{digest}{hours}{caps}", post.transport()));
        std::fs::write(postroom.home().join("holidays.toml"), crate::scenes::stage::no_day_is_free()).unwrap();
        let mut story = Self { postroom, post, kind, name: name.to_owned() };
        story.write_survey(kind != Kind::Replay);
        story.prepare();
        story
    }

    /// Runs what the story is about until it is done. With a place armed it must die there; whether it lived.
    pub(crate) fn go_on(&mut self, armed: Option<String>) -> bool {
        if self.kind == Kind::Replay {
            let mut command = self.postroom.program();
            command.args(["replay", "--apply"]).envs(armed.map(|point| ("FAILPOINT", point)));
            let output = command.output().unwrap();
            let lived = output.status.code().is_some();
            assert!(!lived || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            return lived;
        }
        let mut command = self.postroom.program();
        command.arg("run").envs(armed.map(|point| ("FAILPOINT", point)));
        let before = self.postroom.count(&["started"]);
        self.postroom.spawn_as(command);
        // Before that it has no ears for a word to stop.
        while !self.postroom.has_ended() && self.postroom.count(&["started"]) == before {
            std::thread::sleep(Duration::from_millis(10));
        }
        let lived = self.finish_or_end();
        let log = self.postroom.log();
        assert!(lived || !log.contains("ended: see to it"), "it ended by itself\n{log}");
        lived
    }

    /// Waits until the daemon has done everything, and stops it.
    pub(crate) fn finish(&mut self) {
        assert!(self.finish_or_end(), "{}", self.postroom.log());
    }

    /// Waits until the daemon has done everything, and stops it, or until it has ended in another way; whether it lived.
    pub(crate) fn finish_or_end(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE * 2 {
            if self.postroom.has_ended() {
                self.postroom.end();
                return false;
            }
            if self.is_done() {
                // It may die at its very last step.
                let code = self.postroom.stop_or_end();
                assert!([None, Some(0)].contains(&code), "{}", self.postroom.log());
                return code.is_some();
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        panic!("{}: not done\n{}", self.name, self.postroom.log());
    }

    /// How it ended. What must hold of any database holds.
    pub(crate) fn end(&self) -> Vec<String> {
        end_state::check_whole(&self.postroom);
        let digests = self.postroom.rows("SELECT 'digest', name, week FROM digest");
        let letters = self.postroom.rows("SELECT 'letter', topic, number FROM follow_up ORDER BY 2, 3");
        let rereadings = self.postroom.rows("SELECT 'rereading', message FROM rereading");
        let own = [digests, letters, rereadings].concat();
        end_state::of(&self.postroom, self.post, &self.name).into_iter().chain(own).collect()
    }

    /// The same installation in another folder, with this database and write-ahead log.
    pub(crate) fn again(&self, database: &[u8], log: &[u8]) -> Self {
        let of = |name: &str| std::fs::read_to_string(self.postroom.home().join(name)).unwrap();
        let postroom = Postroom::new(&of("postroom.toml"));
        for name in ["survey.toml", "holidays.toml"] {
            std::fs::write(postroom.home().join(name), of(name)).unwrap();
        }
        let data = postroom.home().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("postroom.db"), database).unwrap();
        std::fs::write(data.join("postroom.db-wal"), log).unwrap();
        Self { postroom, post: self.post, kind: self.kind, name: self.name.clone() }
    }

    /// One more mail comes.
    pub(crate) fn more(&self) {
        self.deliver(&self.letter("d", "300万元").bytes());
    }

    fn address(&self, who: &str) -> String {
        format!("{}-{who}@corp.example", self.name)
    }

    fn letter(&self, who: &str, revenue: &str) -> Letter {
        Letter::with_form(&self.address(who), &format!("{}{who}科技有限公司", self.name), revenue)
    }

    fn deliver(&self, mail: &[u8]) {
        self.post.dovecot.deliver(&self.name, mail);
    }

    /// The founding survey, moved to the present; or as an earlier office wrote it.
    fn write_survey(&self, is_right: bool) {
        let survey = if is_right { crate::scenes::stage::survey_due_in(0) } else { crate::replay::wrong() };
        let reminders = "\n[reminders]\nbefore = [2]\non_day = true\nmin_days = 1\nmost = 4\n";
        std::fs::write(self.postroom.home().join("survey.toml"), survey + reminders).unwrap();
    }

    fn prepare(&mut self) {
        match self.kind {
            Kind::Mails => {
                self.deliver(&self.letter("a", "300万元").bytes());
                self.deliver(&self.letter("b", "1200").bytes());
                let question = Letter::new(&self.address("c")).text("人工智能产业调查表的截止日期能延后吗？");
                self.deliver(&question.bytes());
            }
            Kind::Large => {
                let noise = (0_u32..5_000_000).map(|at| (at.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
                self.deliver(&self.letter("a", "300万元").file("照片.bin", noise).bytes());
            }
            Kind::Reminder => {
                let csv = format!("\u{feff}企业名称,邮箱\r\n{}甲科技有限公司,{}\r\n", self.name, self.address("a"));
                std::fs::write(self.postroom.home().join("roster.csv"), csv).unwrap();
                self.postroom.say(&["roster", "import", "roster.csv"]);
                self.postroom.say(&["invite", "--all"]);
                self.live_until("SELECT count(*) FROM notice WHERE state = 'sent'", "1");
                self.postroom.write(&crate::scenes::stage::older_by(5));
            }
            Kind::Digest => {
                self.live_until("SELECT count(*) FROM meta WHERE key LIKE 'digest_since:%'", "1");
                let sql = "UPDATE meta SET value = '2020-01-01T00:00:00.000000Z' WHERE key LIKE 'digest_since:%'";
                self.postroom.write(sql);
            }
            Kind::Replay => {
                self.deliver(&self.letter("a", "300万元").bytes());
                self.deliver(&self.letter("b", "2亿元").bytes());
                self.live_until(
                    "SELECT count(*) FROM notice WHERE state = 'sent' AND NOT EXISTS (SELECT 1 FROM location WHERE settled = 0)",
                    "2",
                );
                // Moved in time the survey would be another one in more than the item.
                let text = std::fs::read_to_string(crate::replay::right()).unwrap();
                std::fs::write(self.postroom.home().join("survey.toml"), text).unwrap();
            }
        }
    }

    fn live_until(&mut self, sql: &str, wanted: &str) {
        self.postroom.run();
        self.postroom.until(sql, &[wanted]);
        self.postroom.stop();
    }

    /// Whether the daemon has nothing left to do.
    fn is_done(&self) -> bool {
        let path = self.postroom.home().join("data/postroom.db");
        let Ok(connection) = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
        else {
            return false;
        };
        let sql = "SELECT (SELECT count(*) FROM notice WHERE state = 'sent') = ?1
                AND NOT EXISTS (SELECT 1 FROM location WHERE settled = 0)
                AND NOT EXISTS (SELECT 1 FROM message WHERE state = 'kept')";
        connection.query_row(sql, [self.kind.notices()], |row| row.get(0)).unwrap_or(false)
    }
}
