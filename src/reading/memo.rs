//! Remembers what was worked out for a text: a form's labels come again with every mail, and each cell is asked about by
//! every step that lays out a table.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Texts that are remembered; beyond it everything is forgotten, so that a reader does not grow.
const MOST: usize = 2_000;

/// What a pure function answered for texts.
#[derive(Debug)]
pub(super) struct Memo<T>(RefCell<BTreeMap<String, T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Memo<T> {
    /// The answer for a text, worked out if it is not known.
    pub(super) fn of(&self, text: &str, work: impl FnOnce() -> T) -> T {
        if let Some(known) = self.0.borrow().get(text) {
            return known.clone();
        }
        let answer = work();
        let mut known = self.0.borrow_mut();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(text.to_owned(), answer.clone());
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_comes_again_is_answered_alike_and_a_flood_of_texts_is_forgotten() {
        let memo = Memo::default();
        assert_eq!(memo.of("a", || 1), 1);
        assert_eq!(memo.of("a", || unreachable!("it is known")), 1);
        (0..=MOST).for_each(|n| {
            memo.of(&format!("text {n}"), || n);
        });
        assert!(memo.0.borrow().len() <= MOST);
    }
}
