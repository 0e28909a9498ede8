//! What a FETCH response says: a message of a list, or bytes.

use imap_proto::AttributeValue;
use jiff::Timestamp;

use super::ranges::Meta;

/// What was found in a FETCH response.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A message of a list.
    Meta(Meta),
    /// Bytes of a message.
    Body {
        /// UID.
        uid: u32,
        /// Offset, if it is a piece.
        offset: Option<u32>,
        /// The bytes.
        bytes: &'a [u8],
    },
}

/// Reads the attributes of a FETCH response. `None` if it is neither: flags that changed, or a body that is NIL.
pub(super) fn read<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<Found<'a>> {
    let (mut uid, mut size, mut date, mut body) = (None, None, None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::Rfc822Size(value) => size = Some(u64::from(*value)),
            AttributeValue::InternalDate(text) => date = Some(internal_date(text)),
            AttributeValue::BodySection { section: None, index, data: Some(bytes) } => body = Some((*index, &**bytes)),
            _ => {}
        }
    }
    let uid = uid?;
    if let Some((offset, bytes)) = body {
        return Some(Found::Body { uid, offset, bytes });
    }
    // Whichever of the two is there: an answer to the list, and the message must not be lost for the lack of the other.
    if size.is_none() && date.is_none() {
        return None;
    }
    let date = date.unwrap_or(Timestamp::UNIX_EPOCH);
    Some(Found::Meta(Meta { uid, size: size.unwrap_or_default(), date }))
}

/// A date-time of RFC 9051 (`" 7-Feb-2018 21:52:25 +0800"`). One that can't be read becomes the epoch: such a message is old
/// mail, read and never answered, rather than an answer sent for a mail of long ago.
fn internal_date(text: &str) -> Timestamp {
    jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim())
        .and_then(|parsed| parsed.to_timestamp())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_date_decides_whether_mail_is_old() {
        for (text, read) in [
            ("17-Jul-2018 02:44:25 -0700", "2018-07-17T09:44:25Z"),
            (" 7-Feb-2018 21:52:25 +0800", "2018-02-07T13:52:25Z"),
            ("01-Jan-2018 00:00:00 +0000", "2018-01-01T00:00:00Z"),
            ("yesterday", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(internal_date(text).to_string(), read);
        }
    }

    #[test]
    fn changed_flags_are_not_taken_for_a_message() {
        assert_eq!(read(&[AttributeValue::Uid(7), AttributeValue::Flags(vec![])]), None);
        assert_eq!(read(&[AttributeValue::Rfc822Size(7)]), None);
    }

    #[test]
    fn a_message_without_a_date_is_still_listed() {
        let found = read(&[AttributeValue::Rfc822Size(9), AttributeValue::Uid(7)]);
        assert_eq!(found, Some(Found::Meta(Meta { uid: 7, size: 9, date: Timestamp::UNIX_EPOCH })));
    }
}
