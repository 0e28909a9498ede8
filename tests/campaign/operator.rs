//! The operators: who sends the letter out, answers the telephone, and decides what Postroom leaves to people.

use jiff::SignedDuration;
use postroom::store::{Held, Target};

use super::behaviour::When;
use super::deeds::Deed;
use super::ledger::Told;
use super::post::Received;
use super::world::{Who, World};

impl World {
    /// The letter goes out to all.
    pub(super) fn invite(&mut self) {
        for number in 0..self.firms.len() {
            let to = self.firms[number].enterprise.address.clone();
            self.deliver_by_hand(Received {
                kind: "invitation".into(),
                to,
                from: super::letters::COLLECTION.into(),
                subject: "人工智能产业相关企业、技术平台调查表".into(),
                message_id: format!("letter{number}@district.example"),
                in_reply_to: None,
                auto_submitted: None,
                text: "各有关企业：请于4月13日前报送。".into(),
                at: self.now,
            });
        }
        for park in 0..self.parks.len() {
            let at = self.now + SignedDuration::from_hours(50);
            self.plan(at, Who::Park(park), Deed::Answer);
        }
    }

    /// Somebody rings up.
    pub(super) fn rings_up(&mut self, number: usize) {
        if self.firms[number].behaviour.when == When::Excused {
            self.tell(number, self.now, Told::Excused);
        }
    }

    /// The daily round over what waits for a person, who knows by telephone who is who.
    pub(super) fn operator_looks(&mut self) {
        for held in self.office.store.held().unwrap() {
            match held.target {
                Target::Return(_) => self.rule(&held),
                Target::Message(_) | Target::Notice(_) => self.faults.push(format!("held without need: {held:?}")),
            }
        }
        self.office.read_what_waits(self.now);
    }

    fn rule(&mut self, held: &Held) {
        match self.owners.get(&held.address) {
            Some(Who::Accountant(number)) => {
                let number = *number;
                self.office.store.release(held.target, None, self.now).wait().unwrap();
                let answers = self.differing.remove(&number).unwrap();
                self.tell(number, self.now, Told::Table { answers, open: None });
            }
            Some(Who::Stranger(_)) => self.office.store.discard(held.target, self.now).wait().unwrap(),
            _ => self.faults.push(format!("contested though it is no stranger's: {held:?}")),
        }
    }
}
