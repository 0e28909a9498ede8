//! What is left out of a message that broke a reader, and how often it is tried again.

use crate::document::Fault;
use crate::reading::LeftOut;

/// Readings of one message that may break before it is given up as a fault of ours.
const TRIES: usize = 10;

/// How often one message was tried, and what is left out of the next try.
#[derive(Default)]
pub(super) struct Tries {
    pub(super) left_out: Vec<LeftOut>,
    /// Readers that broke before they named a part: the reader itself may have been at fault.
    unnamed: u32,
}

impl Tries {
    /// Leaves out the part that broke a reader: itself at first, then the attachment it lies in, so that an archive of
    /// broken files costs two tries. Says whether another try makes sense; one does after a break that names no part, and
    /// after two that a limit was met while the message was taken apart: then only its headers are read.
    pub(super) fn again(&mut self, part: Option<String>, fault: Fault) -> bool {
        let Some(path) = part else {
            self.unnamed += 1;
            let is_whole = self.unnamed == 2 && matches!(fault, Fault::TooLarge(_));
            if is_whole {
                self.left_out.push(LeftOut::whole(fault));
            }
            return self.unnamed == 1 || is_whole;
        };
        let outermost = path.split('/').next().unwrap_or(&path).to_owned();
        let again = self.left_out.iter().any(|known| known.path.split('/').next() == Some(outermost.as_str()));
        let path = if again { outermost } else { path };
        if self.left_out.len() >= TRIES || self.left_out.iter().any(|known| known.path == path) {
            return false;
        }
        self.left_out.push(LeftOut { path, fault });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(parts: &[Option<&str>]) -> Vec<bool> {
        let mut tries = Tries::default();
        let fault = Fault::Unreadable("x".into());
        parts.iter().map(|part| tries.again(part.map(str::to_owned), fault.clone())).collect()
    }

    #[test]
    fn a_message_is_read_again_without_what_broke_the_reader_and_not_for_ever() {
        assert_eq!(tries(&[Some("a.xls"), Some("b.xls")]), [true, true]);
        assert_eq!(tries(&[Some("a.zip/1.xls"), Some("a.zip/2.xls"), Some("a.zip")]), [true, true, false]);
        assert_eq!(tries(&[Some("a.xls"), Some("a.xls")]), [true, false]);
    }

    #[test]
    fn a_message_too_large_to_be_taken_apart_is_answered_by_its_headers() {
        let mut tries = Tries::default();
        let again: Vec<bool> = (0..3).map(|_| tries.again(None, Fault::TooLarge("time or memory".into()))).collect();
        assert_eq!(again, [true, true, false]);
        assert!(tries.left_out.iter().any(LeftOut::is_whole));
    }

    #[test]
    fn a_reader_that_was_killed_while_idle_costs_no_message() {
        assert_eq!(tries(&[None, Some("a.xls"), None]), [true, true, false]);
    }
}
