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

pub use behind::{Asked, Behind};
pub use formerly::{Formerly, ReadAnew};
pub(super) use message::attachments;
pub use message::{AttachmentRow, IssueRow, LocationRow, MessageView, NoticeRow};
pub use returns::{AnswerRow, ReturnRow, ReturnView};
pub use sources::{FileOf, Sources};
pub use status::{Status, SurveyStatus};
pub use story::{ChangedAnswer, Chapter};
pub use why::{FormerAnswer, Link, Why};
