//! Attachments and bodies of the sample messages, for the tests of the formats' readers.

use mail_parser::{MessageParser, MimeHeaders};

fn message(number: u32) -> Vec<u8> {
    crate::corpus::message(&format!("{number:04}.eml"))
}

/// The first attachment that is not a picture.
pub(crate) fn attachment(number: u32) -> Vec<u8> {
    let raw = message(number);
    let parsed = MessageParser::default().parse(&raw).expect("a message");
    let is_file = |part: &&mail_parser::MessagePart<'_>| part.content_type().is_none_or(|kind| kind.ctype() != "image");
    let part = parsed.attachments().find(is_file).expect("an attachment");
    // Parts of type text are decoded by the parser; the file is what stands in the raw message.
    let start = usize::try_from(part.offset_body).expect("an offset");
    let end = usize::try_from(part.offset_end).expect("an offset");
    match part.is_text() {
        true => unpacked(&raw[start..end], part),
        false => part.contents().to_vec(),
    }
}

fn unpacked(raw: &[u8], part: &mail_parser::MessagePart<'_>) -> Vec<u8> {
    match part.content_transfer_encoding().map(str::to_ascii_lowercase).as_deref() {
        Some("base64") => mail_parser::decoders::base64::base64_decode(raw).expect("base64"),
        Some("quoted-printable") => {
            mail_parser::decoders::quoted_printable::quoted_printable_decode(raw).expect("quoted-printable")
        }
        _ => raw.to_vec(),
    }
}

/// The HTML body.
pub(crate) fn html_body(number: u32) -> String {
    let raw = message(number);
    let parsed = MessageParser::default().parse(&raw).expect("a message");
    parsed.body_html(0).expect("an HTML body").into_owned()
}
