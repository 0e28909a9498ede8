//! Everything that can be wrong with a message or a return, as data: no prose is made here.
//!
//! The codes and severities are the table "Issues" of the reading contract (`docs/reading.md`); the words that a sender reads are
//! made in [`crate::notice`].

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// One problem found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// What is wrong.
    pub problem: Problem,
    /// What it is wrong with.
    pub about: About,
    /// Where it stands, if it stands anywhere (a missing column has no place).
    pub place: Option<Place>,
}

/// What an issue is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum About {
    /// An item of a return, by its key.
    Item(String),
    /// An attachment, by its path.
    Attachment(String),
    /// The message as a whole.
    Message,
}

/// Whether the sender has to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The sender is asked to mend it.
    Error,
    /// Worth knowing; nothing is asked.
    Remark,
}

/// What is wrong, with the data that a notice needs to say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// A required item has no answer, or its column is not there.
    Missing,
    /// A number without a unit anywhere; the text that stands there.
    UnitMissing {
        /// The number as written.
        text: String,
    },
    /// A text in which no amount can be found.
    NotAnAmount {
        /// The text as written.
        text: String,
    },
    /// Several amounts and nothing that tells which one is meant.
    AmbiguousAmount {
        /// The text as written.
        text: String,
    },
    /// An answer that is not, or not certainly, of its item's type.
    Misfit {
        /// What is wrong with it.
        misfit: Misfit,
        /// The text as written, without any personal number.
        text: String,
    },
    /// Two sources of one return disagree.
    Conflict {
        /// The answer that was taken.
        taken: String,
        /// What the other source says.
        other: String,
        /// Where the other source says it.
        other_place: Place,
    },
    /// The amount is a range or open at one end.
    Range,
    /// The sender declines to tell the amount.
    Withheld,
    /// 同上: the value of the row above was taken.
    Ditto,
    /// 详见附件, and a narrative came along.
    SeeAttachment,
    /// Read, but out of all proportion.
    Implausible,
    /// Far from the respondent's figure of the period before.
    UnlikeBefore {
        /// That figure.
        before: Figure,
        /// How many times that figure the answer is; none where one of them is nothing, or below.
        times: Option<Decimal>,
        /// What the address that is answered may be told.
        hint: Hint,
    },
    /// Far from what enterprises of the respondent's size have.
    UnlikeSize {
        /// The size as the roster calls it.
        class: String,
        /// How many times the nearest end of what its size has the answer is.
        times: Decimal,
        /// What the address that is answered may be told.
        hint: Hint,
    },
    /// Nothing that could be a filled table, from a person.
    NoTable,
    /// The survey's form, not filled in.
    BlankForm,
    /// The only table is a picture or a scan.
    ScanOnly,
    /// Only a link to a provider's cloud attachment, no file.
    LinkedAttachment {
        /// The name of the linked file, where the mail tells it.
        name: Option<String>,
    },
    /// An archive or document asks for a password.
    Encrypted,
    /// Damaged, truncated or empty; what the program saw, for operators.
    Unreadable {
        /// The cause, in a few words.
        why: String,
    },
    /// A format that cannot be read.
    Unsupported {
        /// The format's name, such as `PDF` or `7z`.
        format: String,
    },
    /// Over the configured limits.
    TooLarge {
        /// The limit that was met, in a few words.
        limit: String,
    },
}

/// A figure that an answer is compared with: an interval, in the main unit of a currency where it is an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Lower bound; none when open.
    pub low: Option<Decimal>,
    /// Upper bound; none when open.
    pub high: Option<Decimal>,
    /// ISO 4217 code of an amount of money.
    pub currency: Option<String>,
}

/// What the address that is answered may be told of a comparison: what others supplied is none of its business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Nothing: only operators see the remark, and nobody is asked.
    Nothing,
    /// That the figure is far from the other one.
    Unlike,
    /// The other figure as well, which it supplied itself.
    Figure,
}

/// What is wrong with an answer of an item that is neither text nor money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfit {
    /// No whole number can be found.
    NotANumber,
    /// A number that is not whole.
    Fraction,
    /// Several numbers, and nothing that tells which one is meant.
    AmbiguousNumber,
    /// Counted in something else than the survey asks for.
    OtherUnit,
    /// Beyond what the survey allows.
    OutOfBounds,
    /// No share in percent can be found.
    NotAPercentage,
    /// A number that may be a share, a fraction or anything.
    PercentMissing,
    /// No date can be found.
    NotADate,
    /// A date that is not in the calendar.
    ImpossibleDate,
    /// Day and month, or several dates, cannot be told apart.
    AmbiguousDate,
    /// A year of two digits.
    TwoDigitYear,
    /// A number that looks like a spreadsheet's serial number of a day.
    SerialDate,
    /// Less precise than asked.
    ImpreciseDate,
    /// None of the options.
    UnknownOption,
    /// Several options where one is asked.
    SeveralChosen,
    /// Marks from which nobody can tell what is chosen.
    UnclearChoice,
    /// No telephone number.
    NotATelephone,
    /// A local number without its area code.
    AreaCodeMissing,
    /// No email address.
    NotAnEmail,
    /// No unified social credit code.
    NotACreditCode,
    /// A registration number or organisation code of before 2015.
    OldCode,
    /// A code that a spreadsheet rounded as if it were a number.
    DigitsLost,
    /// A person's identity number instead of the organisation's; nothing of it is kept.
    PersonalNumber,
    /// Neither yes nor no.
    NotYesOrNo,
    /// The credit code's check character does not fit.
    CodeChecksum,
    /// The credit code has letters that no code has (I, O, S, V, Z).
    CodeLetters,
    /// A person's identity number stood in the answer; nothing of it is kept.
    PersonalNumberRemoved,
}

impl Misfit {
    /// The code by which contract, database and log name it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::Fraction => "fraction",
            Self::AmbiguousNumber => "ambiguous_number",
            Self::OtherUnit => "other_unit",
            Self::OutOfBounds => "out_of_bounds",
            Self::NotAPercentage => "not_a_percentage",
            Self::PercentMissing => "percent_missing",
            Self::NotADate => "not_a_date",
            Self::ImpossibleDate => "impossible_date",
            Self::AmbiguousDate => "ambiguous_date",
            Self::TwoDigitYear => "two_digit_year",
            Self::SerialDate => "serial_date",
            Self::ImpreciseDate => "imprecise_date",
            Self::UnknownOption => "unknown_option",
            Self::SeveralChosen => "several_chosen",
            Self::UnclearChoice => "unclear_choice",
            Self::NotATelephone => "not_a_telephone",
            Self::AreaCodeMissing => "area_code_missing",
            Self::NotAnEmail => "not_an_email",
            Self::NotACreditCode => "not_a_credit_code",
            Self::OldCode => "old_code",
            Self::DigitsLost => "digits_lost",
            Self::PersonalNumber => "personal_number",
            Self::NotYesOrNo => "not_yes_or_no",
            Self::CodeChecksum => "code_checksum",
            Self::CodeLetters => "code_letters",
            Self::PersonalNumberRemoved => "personal_number_removed",
        }
    }

    /// Whether the sender has to mend it.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::CodeChecksum | Self::CodeLetters | Self::PersonalNumberRemoved => Severity::Remark,
            _ => Severity::Error,
        }
    }
}

impl Problem {
    /// The code by which contract, database and log name the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::UnitMissing { .. } => "unit_missing",
            Self::NotAnAmount { .. } => "not_an_amount",
            Self::AmbiguousAmount { .. } => "ambiguous_amount",
            Self::Misfit { misfit, .. } => misfit.code(),
            Self::Conflict { .. } => "conflict",
            Self::Range => "range",
            Self::Withheld => "withheld",
            Self::Ditto => "ditto",
            Self::SeeAttachment => "see_attachment",
            Self::Implausible => "implausible",
            Self::UnlikeBefore { .. } => "unlike_before",
            Self::UnlikeSize { .. } => "unlike_size",
            Self::NoTable => "no_table",
            Self::BlankForm => "blank_form",
            Self::ScanOnly => "scan_only",
            Self::LinkedAttachment { .. } => "linked_attachment",
            Self::Encrypted => "encrypted",
            Self::Unreadable { .. } => "unreadable",
            Self::Unsupported { .. } => "unsupported",
            Self::TooLarge { .. } => "too_large",
        }
    }

    /// Whether it asks something that the sender may settle with a word: what is true though it looks odd.
    #[must_use]
    pub fn asks(&self) -> bool {
        match self {
            Self::Implausible => true,
            Self::UnlikeBefore { hint, .. } | Self::UnlikeSize { hint, .. } => *hint != Hint::Nothing,
            _ => false,
        }
    }

    /// Whether it says that a figure looks odd. It goes once the sender has said that the figure is right.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        matches!(self, Self::Implausible | Self::UnlikeBefore { .. } | Self::UnlikeSize { .. })
    }

    /// Whether the sender has to mend it.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Range | Self::Withheld | Self::Ditto | Self::SeeAttachment => Severity::Remark,
            Self::Implausible | Self::UnlikeBefore { .. } | Self::UnlikeSize { .. } => Severity::Remark,
            Self::Misfit { misfit, .. } => misfit.severity(),
            _ => Severity::Error,
        }
    }
}

impl About {
    /// The key of the item, where it is about one.
    #[must_use]
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::Item(key) => Some(key),
            Self::Attachment(_) | Self::Message => None,
        }
    }

    /// The path of the attachment, where it is about one.
    #[must_use]
    pub fn attachment(&self) -> Option<&str> {
        match self {
            Self::Attachment(path) => Some(path),
            Self::Item(_) | Self::Message => None,
        }
    }
}

impl Issue {
    /// An issue of an item of a return.
    #[must_use]
    pub fn of_item(item: impl Into<String>, problem: Problem, place: Option<Place>) -> Self {
        Self { problem, about: About::Item(item.into()), place }
    }

    /// An issue of an attachment as a whole.
    #[must_use]
    pub fn of_attachment(path: impl Into<String>, problem: Problem) -> Self {
        let path = path.into();
        Self { problem, about: About::Attachment(path.clone()), place: Some(Place::whole(path)) }
    }

    /// An issue of the message.
    #[must_use]
    pub fn of_message(problem: Problem) -> Self {
        Self { problem, about: About::Message, place: None }
    }

    /// Whether the sender has to mend it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.problem.severity() == Severity::Error
    }
}
