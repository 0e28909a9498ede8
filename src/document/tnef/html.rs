//! The text of a message as a file of HTML.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// HTML in UTF-8, with the mark that goes before what the page declares.
pub(super) fn marked<'a>(encoding: &'static Encoding, page: &'a [u8]) -> Cow<'a, [u8]> {
    if Encoding::for_bom(page).is_some() {
        return Cow::Borrowed(page);
    }
    let text = encoding.decode_without_bom_handling(page).0;
    Cow::Owned(format!("\u{FEFF}{text}").into_bytes())
}

/// Plain text as a page, so that nothing else can be seen in it; empty for an empty one.
pub(super) fn from_text(text: &str) -> Vec<u8> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace("\r\n", "\n");
    format!("\u{FEFF}<html><body><div>{}</div></body></html>", escaped.replace(['\n', '\r'], "<br>")).into_bytes()
}
