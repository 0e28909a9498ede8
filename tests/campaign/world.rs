//! The world around the office: a queue of what happens when, the people, and the post between them. The clock jumps from one
//! happening to the next.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, civil};

use super::behaviour::{Behaviour, First, Mailbox, Mend, When};
use super::chance::Chance;
use super::deeds::Deed;
use super::digests;
use super::enterprise::{self, Answers, Enterprise};
use super::files::Office as Program;
use super::ledger::Told;
use super::letters::{Client, Letter};
use super::office::{Caps, Office};
use super::post::{Received, bounce};

/// First day of the collection, a Monday; Qingming and a Sunday that is worked lie within it.
pub(super) const OPENS: civil::Date = civil::date(2018, 3, 26);
/// Last day in time.
pub(super) const DEADLINE: civil::Date = civil::date(2018, 4, 13);
/// Days that the campaign runs.
pub(super) const DAYS: i64 = 30;

/// How long a mail is on its way.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(30);

/// How often the follow-up task looks at least; it looks as well whenever it has planned something.
const LOOK: SignedDuration = SignedDuration::from_mins(30);

/// Somebody with a mailbox, by the number of the enterprise or park that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// The enterprise itself.
    Firm(usize),
    /// Its colleague, whom the invitation is handed to.
    Colleague(usize),
    /// Its accountant.
    Accountant(usize),
    /// A stranger who writes in its name.
    Stranger(usize),
    /// A park that answers for its enterprises.
    Park(usize),
}

/// An enterprise with its behaviour and how far its story is told.
pub(super) struct Firm {
    pub(super) enterprise: Enterprise,
    pub(super) behaviour: Behaviour,
    pub(super) client: Client,
    pub(super) program: Program,
    pub(super) invited: bool,
    pub(super) reminders: u32,
    pub(super) answered: bool,
    pub(super) mended: bool,
    pub(super) material_sent: bool,
}

impl Firm {
    /// The answers of its first table, and the place of the one that has to be mended.
    pub(super) fn first_answers(&self) -> (Answers, Option<usize>) {
        let mut answers = self.enterprise.truth.clone();
        match self.behaviour.first {
            First::UnitMissing => {
                answers[enterprise::REVENUE] = answers[enterprise::REVENUE].as_deref().map(without_unit);
                (answers, Some(enterprise::REVENUE))
            }
            First::ItemMissing => {
                answers[enterprise::DIRECTION] = None;
                (answers, Some(enterprise::DIRECTION))
            }
            _ => (answers, None),
        }
    }
}

fn without_unit(amount: &str) -> String {
    amount.trim_matches(|letter: char| !letter.is_ascii_digit()).to_owned()
}

/// A park and the enterprises that it answers for.
pub(super) struct Park {
    pub(super) address: String,
    pub(super) firms: Vec<usize>,
    /// Those whose revenue it first gives without a unit.
    pub(super) faulty: Vec<usize>,
}

/// A mail that reached the collection mailbox.
#[derive(Debug, Clone)]
pub(super) struct Incoming {
    pub(super) at: Timestamp,
    pub(super) from: String,
    pub(super) message_id: String,
    pub(super) nature: Nature,
}

/// What a mail asks of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// A person wrote about the survey: it is answered.
    Matter,
    /// Mere courtesy, or a second mail without anything in it: it need not be answered.
    Courtesy,
    /// No person wrote it: it is never answered.
    Automatic,
}

/// What happens.
enum Happening {
    /// A mail reaches the collection mailbox.
    Arrives(Vec<u8>),
    /// A notice reaches a mailbox, or finds none.
    Delivered(Box<Received>),
    /// Somebody does something.
    Does(Who, Deed),
    /// An operator goes through what waits.
    OperatorLooks,
    /// The follow-up task looks whether something is due.
    FollowUp,
    /// The digest's task starts and looks whether one is due.
    Digest,
}

/// Everything.
pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) chance: Chance,
    pub(super) office: Office,
    pub(super) firms: Vec<Firm>,
    pub(super) parks: Vec<Park>,
    /// Whose mailbox an address is.
    pub(super) owners: BTreeMap<String, Who>,
    /// The last notice that each has had.
    pub(super) last: BTreeMap<Who, Received>,
    /// What the office was told of each enterprise.
    pub(super) told: Vec<Vec<(Timestamp, Told)>>,
    pub(super) incoming: Vec<Incoming>,
    pub(super) outgoing: Vec<Received>,
    queue: BTreeMap<(Timestamp, u64), Happening>,
    happenings: u64,
    pub(super) mails: u64,
    /// Figures of accountants that wait for an operator's word.
    pub(super) differing: BTreeMap<usize, Answers>,
    /// Replies that a person had to read.
    pub(super) for_a_person: Vec<String>,
    /// What happened that must not.
    pub(super) faults: Vec<String>,
}

/// The zone that everybody lives in.
pub(super) fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// An instant of a day.
pub(super) fn on(day: civil::Date, hour: i8, minute: i8) -> Timestamp {
    day.at(hour, minute, 0, 0).to_zoned(zone()).unwrap().timestamp()
}

impl World {
    /// A world with so many enterprises in it.
    pub(super) fn new(folder: &Path, seed: u64, enterprises: usize, caps: Caps) -> Self {
        let now = on(OPENS, 8, 30);
        let mut chance = Chance::new(seed);
        let firms: Vec<Firm> = (1..=enterprises).map(|number| firm(number, &mut chance)).collect();
        let office = Office::open(folder, &OPENS.to_string(), &DEADLINE.to_string(), caps, now);
        let told = firms.iter().map(|_| Vec::new()).collect();
        let mut world = Self {
            now,
            chance,
            office,
            firms,
            parks: Vec::new(),
            owners: BTreeMap::new(),
            last: BTreeMap::new(),
            told,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            queue: BTreeMap::new(),
            happenings: 0,
            mails: 0,
            differing: BTreeMap::new(),
            for_a_person: Vec::new(),
            faults: Vec::new(),
        };
        world.found_parks();
        world.own_mailboxes();
        world
    }

    /// One park for every four hundred enterprises, with thirty of them, or an eighth of a small world's.
    fn found_parks(&mut self) {
        let size = (self.firms.len() / 8).min(30);
        for number in 0..self.firms.len().div_ceil(400) {
            let firms: Vec<usize> = (number * size..(number + 1) * size).collect();
            for &firm in &firms {
                let behaviour = &mut self.firms[firm].behaviour;
                (behaviour.when, behaviour.first, behaviour.mailbox) = (When::ByPark, First::Sound, Mailbox::Read);
                behaviour.forestalled = false;
            }
            let faulty = firms.iter().copied().take(3).collect();
            self.parks.push(Park { address: format!("service@park{number}.example"), firms, faulty });
        }
    }

    fn own_mailboxes(&mut self) {
        (0..self.firms.len()).for_each(|number| self.own_mailboxes_of(number));
        for (number, park) in self.parks.iter().enumerate() {
            self.owners.insert(park.address.clone(), Who::Park(number));
        }
    }

    /// The mailboxes of those around an enterprise, where it is now.
    pub(super) fn own_mailboxes_of(&mut self, number: usize) {
        for who in [Who::Firm(number), Who::Colleague(number), Who::Accountant(number), Who::Stranger(number)] {
            self.owners.insert(address(who, &self.firms[number]), who);
        }
    }

    /// The address of somebody.
    pub(super) fn address(&self, who: Who) -> String {
        match who {
            Who::Park(number) => self.parks[number].address.clone(),
            Who::Firm(number) | Who::Colleague(number) | Who::Accountant(number) | Who::Stranger(number) => {
                address(who, &self.firms[number])
            }
        }
    }

    /// Runs the campaign to its end.
    pub(super) fn run(&mut self) {
        self.open();
        let end = on(OPENS.checked_add(DAYS.days()).unwrap(), 18, 0);
        loop {
            let next = self.queue.keys().next().map(|(at, _)| *at);
            let due = self.office.next_due().map(|due| due.max(self.now));
            match (next, due) {
                (_, Some(due)) if due <= end && next.is_none_or(|next| due <= next) => {
                    self.now = due;
                    self.office_sends();
                }
                (Some(next), _) if next <= end => {
                    self.now = next;
                    let (_, happening) = self.queue.pop_first().unwrap();
                    self.happens(happening);
                }
                _ => return,
            }
        }
    }

    /// The first day: everybody is invited, and the operator's rounds are set.
    fn open(&mut self) {
        for day in 0..=DAYS {
            self.at(on(OPENS.checked_add(day.days()).unwrap(), 16, 0), Happening::OperatorLooks);
            for (hour, minute) in [(8, 29), (8, 30), (8, 31), (12, 0)] {
                self.at(on(OPENS.checked_add(day.days()).unwrap(), hour, minute), Happening::Digest);
            }
        }
        self.at(self.now, Happening::FollowUp);
        self.give_roster();
        self.invite();
    }

    fn at(&mut self, at: Timestamp, happening: Happening) {
        self.happenings += 1;
        self.queue.insert((at, self.happenings), happening);
    }

    /// Somebody will do something then.
    pub(super) fn plan(&mut self, at: Timestamp, who: Who, deed: Deed) {
        self.at(at, Happening::Does(who, deed));
    }

    /// Somebody will do something as soon as people do such things: so many minutes by the median, and not by night.
    pub(super) fn plan_soon(&mut self, median: f64, who: Who, deed: Deed) {
        let minutes = self.chance.log_normal(median, 0.9) as i64;
        let at = self.awake(self.now + SignedDuration::from_mins(minutes + 1));
        self.plan(at, who, deed);
    }

    /// The instant itself by day, the next morning by night.
    pub(super) fn awake(&mut self, at: Timestamp) -> Timestamp {
        let there = at.to_zoned(zone());
        let day = match there.hour() {
            0..8 => there.date(),
            8..22 => return at,
            _ => there.date().tomorrow().unwrap(),
        };
        on(day, 8, 30) + SignedDuration::from_mins(self.chance.below(120) as i64)
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Arrives(raw) => self.office.take_in(&raw, self.now),
            Happening::Delivered(notice) => self.delivered(*notice),
            Happening::Does(who, deed) => self.does(who, deed),
            Happening::OperatorLooks => self.operator_looks(),
            Happening::Digest => self.office.digest(self.now),
            Happening::FollowUp => {
                let next = self.office.follow_up(self.now);
                self.at(next.map_or(self.now + LOOK, |next| next.min(self.now + LOOK)), Happening::FollowUp);
            }
        }
    }

    fn office_sends(&mut self) {
        for notice in self.office.send_due(self.now) {
            self.outgoing.push(notice.clone());
            if notice.to == digests::READER {
                continue;
            }
            self.at(self.now + ON_ITS_WAY, Happening::Delivered(Box::new(notice)));
        }
    }

    /// Somebody sends a mail. Gives when it arrives.
    pub(super) fn send(&mut self, letter: &Letter<'_>, nature: Nature) -> Timestamp {
        self.mails += 1;
        let at = self.now + ON_ITS_WAY;
        let (raw, message_id) = letter.bytes(self.mails, self.now);
        self.incoming.push(Incoming { at, from: letter.from.to_owned(), message_id, nature });
        self.at(at, Happening::Arrives(raw));
        at
    }

    /// The office hears something of an enterprise.
    pub(super) fn tell(&mut self, firm: usize, at: Timestamp, told: Told) {
        self.told[firm].push((at, told));
    }

    fn delivered(&mut self, notice: Received) {
        let Some(&who) = self.owners.get(&notice.to) else {
            return self.faults.push(format!("a {} went to {}, whom nobody knows", notice.kind, notice.to));
        };
        if let Who::Firm(number) = who
            && self.firms[number].behaviour.mailbox != Mailbox::Read
        {
            return self.comes_back(number, &notice);
        }
        self.last.insert(who, notice.clone());
        self.reads(who, &notice);
    }

    fn comes_back(&mut self, firm: usize, notice: &Received) {
        self.mails += 1;
        let at = self.now + SignedDuration::from_mins(3);
        let raw = bounce(notice, self.mails);
        let message_id = format!("bounce{}@mx.{}", self.mails, notice.to.rsplit('@').next().unwrap());
        self.incoming.push(Incoming { at, from: "MAILER-DAEMON".into(), message_id, nature: Nature::Automatic });
        self.at(at, Happening::Arrives(raw));
        self.tell(firm, at, Told::Bounced);
    }
}

fn firm(number: usize, chance: &mut Chance) -> Firm {
    let enterprise = enterprise::enterprise(number, chance);
    let behaviour = Behaviour::by_chance(chance);
    let client = match enterprise.address.rsplit('@').next().unwrap() {
        "qq.example" => Client::Qq,
        "163.example" => Client::Coremail,
        _ => chance.one(&Client::ALL),
    };
    // A table in separated text is no file that one fills in by hand twice.
    let program = match chance.below(100) {
        0..55 => Program::Excel,
        55..92 => Program::Word,
        _ => Program::Separated,
    };
    Firm {
        enterprise,
        behaviour,
        client,
        program,
        invited: false,
        reminders: 0,
        answered: false,
        mended: false,
        material_sent: false,
    }
}

/// Addresses of those around an enterprise: a colleague in its house, an accountant and a stranger elsewhere.
fn address(who: Who, firm: &Firm) -> String {
    let own = &firm.enterprise.address;
    let (local, domain) = own.split_once('@').unwrap();
    let number = match who {
        Who::Firm(number) | Who::Colleague(number) | Who::Accountant(number) | Who::Stranger(number) => number,
        Who::Park(number) => number,
    };
    match who {
        Who::Firm(_) | Who::Park(_) => own.clone(),
        Who::Colleague(_) if domain.starts_with("firm") => format!("tech@{domain}"),
        Who::Colleague(_) => format!("c{local}@{domain}"),
        Who::Accountant(_) => format!("service{number}@ledger.example"),
        Who::Stranger(_) => format!("someone{number}@elsewhere.example"),
    }
}

/// Whether a behaviour mends at all.
pub(super) fn mends(firm: &Firm) -> bool {
    firm.behaviour.mend != Mend::Never && !firm.mended
}
