//! The operators: who sends the letter out, answers the telephone, and decides what Postroom leaves to people.

use jiff::{SignedDuration, Timestamp};
use postroom::store::{Held, Target};
use postroom::verdict::Progress;

use super::behaviour::{Mailbox, When};
use super::deeds::Deed;
use super::files;
use super::ledger::Told;
use super::world::{Who, World};

impl World {
    /// The roster as an office keeps it, in separated text.
    fn roster(&self) -> String {
        let mut lines = String::from("企业名称,曾用名,邮箱,重点企业,所属镇街\r\n");
        for firm in &self.firms {
            let one = &firm.enterprise;
            let former = one.former_name.as_deref().unwrap_or_default();
            let is_key = if one.is_key { "是" } else { "否" };
            lines += &format!("{},{former},{},{is_key},{}\r\n", one.name, one.address, one.district);
        }
        lines
    }

    /// Postroom is given the roster as it is now.
    pub(super) fn give_roster(&mut self) {
        let roster = self.roster();
        self.office.set_roster(&roster, self.now);
    }

    /// The letter is ordered for all.
    pub(super) fn invite(&mut self) {
        self.office.order_invitations(&[], false, self.now);
        for park in 0..self.parks.len() {
            let at = self.now + SignedDuration::from_hours(50);
            self.plan(at, Who::Park(park), Deed::Answer);
        }
    }

    /// Somebody rings up.
    pub(super) fn rings_up(&mut self, number: usize) {
        let enterprise = &self.firms[number].enterprise;
        if self.firms[number].behaviour.when == When::Excused {
            self.office.excuse(&enterprise.name, self.now);
            return self.tell(number, self.now, Told::Excused);
        }
        let answers = enterprise.truth.clone();
        let lines: Vec<String> = files::LABELS
            .iter()
            .zip(&answers)
            .map(|(label, text)| format!("{label}：{}\n", text.as_ref().unwrap()))
            .collect();
        self.office.enter(&enterprise.name.clone(), &lines.concat(), self.now);
        self.tell(number, self.now, Told::Table { answers, open: None });
    }

    /// The daily round over what waits for a person, who knows by telephone who is who.
    pub(super) fn operator_looks(&mut self) {
        for held in self.office.store.held().unwrap() {
            match held.target {
                Target::Return(_) => self.rule(&held),
                Target::Message(_) => self.read_by_a_person(&held),
                Target::Notice(_) => self.faults.push(format!("a notice is held without need: {held:?}")),
            }
        }
        self.office.read_what_waits(self.now);
        self.find_those_who_moved();
    }

    /// Of those whose mail comes back the operator asks around, and finds some at another address.
    fn find_those_who_moved(&mut self) {
        let bounced = self.office.roster().into_iter().filter(|row| row.state == Progress::Bounced);
        let bounced: Vec<String> = bounced.map(|row| row.invited.name).collect();
        let moved: Vec<usize> = (0..self.firms.len())
            .filter(|&number| self.firms[number].behaviour.mailbox == Mailbox::Moved)
            .filter(|&number| bounced.contains(&self.firms[number].enterprise.name))
            .collect();
        for &number in &moved {
            let firm = &mut self.firms[number];
            firm.behaviour.mailbox = Mailbox::Read;
            firm.enterprise.address = format!("new{number}@moved{number}.example");
            self.own_mailboxes_of(number);
            self.tell(number, self.now, Told::Moved);
        }
        if !moved.is_empty() {
            self.give_roster();
            let names: Vec<&str> = moved.iter().map(|&number| self.firms[number].enterprise.name.as_str()).collect();
            self.office.order_invitations(&names, true, self.now);
        }
    }

    /// A reply that Postroom did not understand: a person does what it asks for.
    fn read_by_a_person(&mut self, held: &Held) {
        self.for_a_person.push(held.why.clone());
        self.office.store.discard(held.target, self.now).wait().unwrap();
        let Some(Who::Firm(number) | Who::Colleague(number)) = self.owners.get(&held.address) else {
            return self.faults.push(format!("held though it is nobody's reply: {held:?}"));
        };
        let since: Timestamp = held.since.parse().unwrap();
        let told = self.told[*number].iter().rev().find(|(at, _)| *at <= since);
        match told.map(|(_, told)| told.clone()) {
            Some(Told::Withdrawn) => {
                // What was reported before stands again once the newest is put aside.
                while let Some(current) = self.current_return(*number) {
                    self.office.store.discard(Target::Return(current), self.now).wait().unwrap();
                }
            }
            told => self.faults.push(format!("a person had to read {told:?}: {held:?}")),
        }
    }

    fn current_return(&self, firm: usize) -> Option<i64> {
        let name = &self.firms[firm].enterprise.name;
        let returns = self.office.store.returns(None).unwrap();
        returns.iter().find(|one| one.respondent == *name && one.state == "complete").map(|one| one.id)
    }

    fn rule(&mut self, held: &Held) {
        match self.owners.get(&held.address) {
            Some(Who::Accountant(number)) => {
                let number = *number;
                self.office.store.release(held.target, None, self.now).wait().unwrap();
                let answers = self.differing.remove(&number).unwrap();
                self.tell(number, self.now, Told::Table { answers, open: None });
            }
            // The roster names the enterprises' own addresses; that the park may answer for them the operator knows.
            Some(Who::Park(_)) => drop(self.office.store.release(held.target, None, self.now).wait().unwrap()),
            Some(Who::Stranger(_)) => drop(self.office.store.discard(held.target, self.now).wait().unwrap()),
            _ => self.faults.push(format!("contested though it is no stranger's: {held:?}")),
        }
    }
}
