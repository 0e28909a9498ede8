//! The encoding of HTML that comes as a file.

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};

use crate::document::text;

/// Where a declaration has to stand (HTML standard, 13.2.3.2).
const HEAD: usize = 1024;

/// Characters of an HTML file: by a byte order mark, as UTF-8 where it is that without an error, as its `meta` element
/// declares, else as GB18030. Bytes go before the declaration because pages saved anew keep the old one.
#[must_use]
pub(crate) fn decode(bytes: &[u8]) -> String {
    let declared = declared(bytes);
    text::by_mark(bytes)
        .or_else(|| bytes.contains(&0).then(|| text::utf_16_without_mark(bytes)).flatten())
        .or_else(|| text::strict(UTF_8, bytes))
        .or_else(|| text::strict(declared?, bytes))
        .or_else(|| text::strict(GB18030, bytes))
        .unwrap_or_else(|| declared.unwrap_or(GB18030).decode_without_bom_handling(bytes).0.into_owned())
}

/// The encoding that `charset=` names near the beginning.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, value) = head.split_once("charset=")?;
    let label = value.trim_start_matches(['"', '\'', ' ']);
    let label = label.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).next()?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(if encoding == GBK { GB18030 } else { encoding })
}
