//! A return as it stands in its source, before its answers are normalised: which texts answer which item, and where.

use std::collections::BTreeMap;

use crate::issue::Problem;
use crate::place::Place;

/// The texts of one return by the position of their item.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    /// What answers each item.
    pub(super) pieces: BTreeMap<usize, Piece>,
    /// Which of the forms found in its grid or document it is of.
    pub(super) form: usize,
}

/// What answers one item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// The text.
    pub(super) text: String,
    /// Where it stands; the first place where it stands in several.
    pub(super) place: Place,
    /// Where further texts of it stand.
    pub(super) further: Vec<Place>,
    /// The label as it is written there.
    pub(super) label: String,
    /// What the form says of the unit beside the answer (a column 计量单位).
    pub(super) unit: String,
    /// Whether it was taken from the row above (同上).
    pub(super) ditto: bool,
    /// What stands against it, found where it stands.
    pub(super) doubt: Option<Problem>,
}

impl Piece {
    /// A plain answer.
    pub(super) fn new(text: impl Into<String>, place: Place, label: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            place,
            further: Vec::new(),
            label: label.into(),
            unit: String::new(),
            ditto: false,
            doubt: None,
        }
    }

    /// Adds a further text of the same answer, which stands at `place`.
    pub(super) fn join(&mut self, text: &str, between: &str, place: &Place) {
        if text.is_empty() {
            return;
        }
        if *place != self.place && self.further.last() != Some(place) {
            self.further.push(place.clone());
        }
        if !self.text.is_empty() {
            self.text.push_str(between);
        }
        self.text.push_str(text);
    }
}
