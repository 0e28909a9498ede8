//! In which bounded ranges a folder is listed.
//!
//! A folder may hold 100,000 old messages, or UIDs so sparse that a million of them hold ten messages. The step grows where
//! a range held little and shrinks where it held much, so that neither memory nor the number of commands runs away.

use std::collections::VecDeque;

/// First width of a range.
const FIRST: u32 = 1_000;
/// Widest range.
const WIDEST: u32 = 64_000;
/// A range that held fewer is followed by a wider one, one that held more than four times as many by a narrower one.
const FEW: usize = 500;

/// The ranges still to be asked for, as arguments of UID FETCH.
#[derive(Debug)]
pub(super) struct Ranges {
    next: Option<u32>,
    /// First UID beyond what SELECT told of; from there on the range is open.
    open_from: u32,
    width: u32,
}

impl Ranges {
    /// All from `first` on; `uid_next` is what SELECT told.
    pub(super) fn new(first: u32, uid_next: Option<u32>) -> Self {
        Self { next: Some(first), open_from: uid_next.unwrap_or(first).max(first), width: FIRST }
    }

    /// The next range. The last one is open (`n:*`): it holds what came since SELECT, and what a server with a wrong UIDNEXT
    /// kept quiet about. Such a range brings the last message even when none is new.
    pub(super) fn next(&mut self) -> Option<String> {
        let first = self.next?;
        if first >= self.open_from {
            self.next = None;
            return Some(format!("{first}:*"));
        }
        let last = first.saturating_add(self.width - 1).min(self.open_from - 1);
        self.next = Some(last + 1);
        Some(format!("{first}:{last}"))
    }

    /// Learns how many messages a range held.
    pub(super) fn held(&mut self, count: usize) {
        if count < FEW {
            self.width = (self.width * 2).min(WIDEST);
        } else if count > 4 * FEW {
            self.width = (self.width / 2).max(FIRST);
        }
    }
}

/// A message as the list tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meta {
    /// UID.
    pub(super) uid: u32,
    /// RFC822.SIZE in bytes.
    pub(super) size: u64,
    /// INTERNALDATE.
    pub(super) date: jiff::Timestamp,
}

/// Most messages asked for in one command.
const GROUP_MESSAGES: usize = 64;
/// Most bytes asked for in one command, and kept in one transaction. Half of it made twice the transactions, a tenth more work.
const GROUP_BYTES: u64 = 4 << 20;

/// Takes the next messages that one command asks for: as many small ones as the bounds allow, at least one. Stops before a
/// message above `large_from`; takes one at a time up to `one_by_one`.
pub(super) fn take_group(listed: &mut VecDeque<Meta>, large_from: u64, one_by_one: u32) -> Vec<Meta> {
    let mut group: Vec<Meta> = Vec::new();
    let mut bytes = 0;
    while let Some(meta) = listed.front() {
        let alone = group.last().is_some_and(|last| last.uid <= one_by_one);
        let full = group.len() >= GROUP_MESSAGES || bytes + meta.size > GROUP_BYTES || meta.size > large_from;
        if alone || (full && !group.is_empty()) {
            break;
        }
        bytes += meta.size;
        group.extend(listed.pop_front());
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(uid: u32, size: u64) -> Meta {
        Meta { uid, size, date: jiff::Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn an_old_mailbox_is_listed_in_bounded_ranges_to_its_open_end() {
        let mut ranges = Ranges::new(1, Some(2_501));
        let mut asked = Vec::new();
        while let Some(range) = ranges.next() {
            asked.push(range);
            ranges.held(1_000);
        }
        assert_eq!(asked, ["1:1000", "1001:2000", "2001:2500", "2501:*"]);
    }

    #[test]
    fn sparse_uids_do_not_cost_a_command_each_thousand() {
        let mut ranges = Ranges::new(1, Some(4_000_000));
        let mut count = 0;
        while ranges.next().is_some() {
            ranges.held(0);
            count += 1;
        }
        assert!(count < 75, "{count} commands");
    }

    #[test]
    fn the_highest_uid_does_not_overflow() {
        let mut ranges = Ranges::new(u32::MAX, Some(u32::MAX));
        assert_eq!(ranges.next().as_deref(), Some("4294967295:*"));
        assert_eq!(ranges.next(), None);
    }

    #[test]
    fn a_server_without_uidnext_is_read_to_its_end() {
        let mut ranges = Ranges::new(8, None);
        assert_eq!(ranges.next().as_deref(), Some("8:*"));
        assert_eq!(ranges.next(), None);
    }

    #[test]
    fn groups_are_bounded_by_count_bytes_and_large_messages() {
        let mut listed: VecDeque<_> = (1..=100).map(|uid| meta(uid, 1_000)).collect();
        listed.extend([meta(101, 4_000_000), meta(102, 200_000), meta(103, 9_000_000), meta(104, 10)]);
        let mut sizes = Vec::new();
        while !listed.is_empty() {
            sizes.push(take_group(&mut listed, 4 << 20, 0).len());
        }
        assert_eq!(sizes, [64, 37, 1, 1, 1]);
    }

    #[test]
    fn after_a_refused_group_messages_come_one_by_one() {
        let mut listed: VecDeque<_> = (1..=5).map(|uid| meta(uid, 10)).collect();
        let mut sizes = Vec::new();
        while !listed.is_empty() {
            sizes.push(take_group(&mut listed, 1_000, 3).len());
        }
        assert_eq!(sizes, [1, 1, 1, 2]);
    }
}
