//! How an enterprise behaves: when it answers, with what, how it mends, and what else it does. The shares are guesses of somebody
//! who has run such collections, not measured ones.

use super::chance::Chance;

/// When an enterprise answers for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// Within two days of the invitation.
    AtOnce,
    /// In the last two days before the deadline.
    NearTheDeadline,
    /// After this many reminders.
    AfterReminder(u32),
    /// One to five days after the deadline, reminded or not.
    Late,
    /// Not at all.
    Never,
    /// By telephone: an operator enters what it says.
    ByTelephone,
    /// It tells by telephone that it need not answer, and an operator excuses it.
    Excused,
    /// Its park answers for it.
    ByPark,
}

/// What it sends first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum First {
    /// A table that is right.
    Sound,
    /// Its revenue has no unit.
    UnitMissing,
    /// One item is empty.
    ItemMissing,
    /// The form as it came.
    Blank,
    /// A photo of the form.
    Scan,
    /// An archive with a password.
    Locked,
    /// A link to a file in a provider's store.
    Linked,
    /// A true amount out of all proportion.
    Odd,
    /// No file at all: it was forgotten.
    Forgotten,
}

/// How it answers a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mend {
    /// With the table, mended.
    Table,
    /// With a line in the reply's own text.
    PlainReply,
    /// Not at all.
    Never,
}

/// Something that answers by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Responder {
    /// It says so in its headers, as the standard asks (RFC 3834).
    Marked,
    /// Only its subject says so.
    BySubject,
}

/// What becomes of mail to its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mailbox {
    /// It is read.
    Read,
    /// It comes back.
    Dead,
    /// It comes back; an operator finds another address by telephone.
    Moved,
}

/// Written material of a key enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Material {
    /// It comes with the table.
    WithTable,
    /// It comes once it is asked for.
    WhenAsked,
    /// It never comes.
    Never,
}

/// The behaviour of one enterprise.
#[derive(Debug, Clone)]
pub(super) struct Behaviour {
    pub(super) when: When,
    pub(super) first: First,
    pub(super) mend: Mend,
    pub(super) responder: Option<Responder>,
    pub(super) mailbox: Mailbox,
    pub(super) material: Material,
    /// Thanks for a receipt.
    pub(super) thanks: bool,
    /// Sends the same table again within minutes.
    pub(super) twice: bool,
    /// Notices a fault itself and sends the mended table within minutes.
    pub(super) hasty: bool,
    /// Takes its return back some days later.
    pub(super) withdraws: bool,
    /// Hands the invitation to a colleague, who answers from another address of the house.
    pub(super) by_colleague: bool,
    /// Its replies carry no header of a thread.
    pub(super) threadless: bool,
    /// Its accountant sends other figures later; an operator finds them to be right.
    pub(super) accountant: bool,
    /// Somebody else sends other figures in its name; an operator finds them to be wrong.
    pub(super) stranger: bool,
    /// Somebody whom the roster does not name answers before it does, which counts for nothing.
    pub(super) forestalled: bool,
}

/// A share of a hundred.
fn share(chance: &mut Chance, percent: u64) -> bool {
    chance.below(100) < percent
}

/// One of several by their shares.
fn by_shares<T: Copy>(chance: &mut Chance, shares: &[(u64, T)]) -> T {
    let whole: u64 = shares.iter().map(|(share, _)| share).sum();
    let mut at = chance.below(whole);
    for (share, one) in shares {
        match at.checked_sub(*share) {
            Some(rest) => at = rest,
            None => return *one,
        }
    }
    unreachable!("a number below the sum of the shares falls into one of them")
}

const WHEN: [(u64, When); 9] = [
    (33, When::AtOnce),
    (24, When::NearTheDeadline),
    (14, When::AfterReminder(1)),
    (8, When::AfterReminder(2)),
    (6, When::Late),
    (10, When::Never),
    (3, When::ByTelephone),
    (2, When::Excused),
    (0, When::ByPark),
];

const FIRST: [(u64, First); 9] = [
    (60, First::Sound),
    (14, First::UnitMissing),
    (9, First::ItemMissing),
    (4, First::Blank),
    (3, First::Scan),
    (2, First::Locked),
    (2, First::Linked),
    (3, First::Odd),
    (3, First::Forgotten),
];

impl Behaviour {
    /// A behaviour by chance.
    pub(super) fn by_chance(chance: &mut Chance) -> Self {
        let when = by_shares(chance, &WHEN);
        let first = by_shares(chance, &FIRST);
        let mend = by_shares(chance, &[(52, Mend::Table), (34, Mend::PlainReply), (14, Mend::Never)]);
        let readable = matches!(first, First::Sound | First::UnitMissing | First::ItemMissing | First::Odd);
        let sound = first == First::Sound;
        let responder = by_shares(chance, &[(93, None), (4, Some(Responder::Marked)), (3, Some(Responder::BySubject))]);
        Self {
            when,
            first,
            // What could not be read as a table is mended by a table.
            mend: if !readable && mend == Mend::PlainReply { Mend::Table } else { mend },
            responder,
            mailbox: by_shares(chance, &[(97, Mailbox::Read), (2, Mailbox::Dead), (1, Mailbox::Moved)]),
            material: by_shares(chance, &[(6, Material::WithTable), (2, Material::WhenAsked), (2, Material::Never)]),
            thanks: share(chance, 12),
            twice: share(chance, 4),
            hasty: share(chance, 15) && matches!(first, First::UnitMissing | First::ItemMissing),
            withdraws: sound && share(chance, 2),
            by_colleague: sound && share(chance, 6),
            threadless: share(chance, 8),
            accountant: sound && share(chance, 2),
            stranger: sound && share(chance, 2),
            forestalled: sound && when == When::NearTheDeadline && share(chance, 5),
        }
    }
}
