//! What commands list, as plain data: status, returns, the chain behind an answer, messages, the table of a survey.
//!
//! Times are RFC 3339 text in UTC, words are those of the schema, absence is `null`.

mod behind;
mod facts;
mod formerly;
mod message;
mod returns;
mod sources;
mod status;
mod story;
mod table;
mod why;

/// Whether the figure of a row of `answer` looks odd and nobody has said that it is right: [`crate::issue::Problem::is_odd`].
const IS_ODD: &str = "EXISTS (SELECT 1 FROM issue WHERE issue.version = answer.version AND issue.item = answer.item \
    AND issue.code IN ('implausible', 'unlike_before', 'unlike_size'))";

pub use behind::{Asked, Behind};
pub use formerly::{Formerly, ReadAnew};
pub(super) use message::attachments;
pub use message::{AttachmentRow, IssueRow, LocationRow, MessageView, NoticeRow};
pub use returns::{AnswerRow, ReturnRow, ReturnView};
pub use sources::{FileOf, Sources};
pub use status::{Status, SurveyStatus};
pub use story::{ChangedAnswer, Chapter};
pub use why::{FormerAnswer, Link, Why};
