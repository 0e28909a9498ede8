//! Values with parameters: `Content-Type` and `Content-Disposition` (RFC 2045, 2183, 2231), as clients really write
//! them: folded behind the `=`, unquoted encoded words, raw GBK, continuations cut inside a character.

use super::charset;
use super::header::unfold;
use super::transfer::hex_pair;
use super::word;

/// A header value with its parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    /// What stands before the first `;`, lower-cased.
    pub(super) value: String,
    /// Names lower-cased, with their `*` marks; values unquoted.
    given: Vec<(String, Vec<u8>)>,
}

impl Parameters {
    /// Reads a raw header value.
    pub(super) fn read(value: &[u8]) -> Self {
        let line = unfold(value);
        let end = line.iter().position(|byte| *byte == b';').unwrap_or(line.len());
        let (value, mut rest) = line.split_at_checked(end).unwrap_or_default();
        let mut given = Vec::new();
        while let Some((name, value, after)) = next_parameter(rest) {
            if !name.is_empty() {
                given.push((name, value));
            }
            rest = after;
        }
        Self { value: String::from_utf8_lossy(value).trim().to_ascii_lowercase(), given }
    }

    /// The parameter as plain bytes, for boundaries and charsets.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.plain(name).map(<[u8]>::to_vec).or_else(|| self.continued(name).map(|(_, bytes)| bytes))
    }

    /// The parameter as an ASCII word.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.bytes(name).map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    /// The parameter in its plain form (`name=`), decoded.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.plain(name).map(plain_text)
    }

    /// The parameter in its extended form (`name*=`, `name*0=`, …), decoded.
    pub(super) fn extended(&self, name: &str) -> Option<String> {
        let (charset, bytes) = self.continued(name)?;
        Some(match charset {
            Some(charset) => word::one_line(&charset::decode(Some(&charset), &bytes)),
            None => word::decode(&bytes),
        })
    }

    fn plain(&self, name: &str) -> Option<&[u8]> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_slice())
    }

    /// The segments of an extended parameter joined, percent escapes undone, with the charset the first one names.
    fn continued(&self, name: &str) -> Option<(Option<String>, Vec<u8>)> {
        let mut segments: Vec<(u32, bool, &[u8])> = self
            .given
            .iter()
            .filter_map(|(given, value)| {
                let (index, escaped) = segment(given.strip_prefix(name)?)?;
                Some((index, escaped, value.as_slice()))
            })
            .collect();
        segments.sort_by_key(|(index, ..)| *index);
        // Some clients leave the second star out: filename*0="UTF-8''%E8%B0…".
        let starless = segments.first().is_some_and(|(_, _, value)| escaped_in(value).is_some());
        let mut charset = None;
        let mut joined = Vec::new();
        // An escape may be cut in two where one segment ends and the next begins.
        let mut escapes = Vec::new();
        for (place, (_, escaped, value)) in segments.iter().enumerate() {
            if *escaped || starless {
                escapes.extend_from_slice(if place == 0 { take_charset(value, &mut charset) } else { value });
            } else {
                joined.extend(percent_decode(&std::mem::take(&mut escapes)));
                joined.extend_from_slice(value);
            }
        }
        joined.extend(percent_decode(&escapes));
        (!segments.is_empty()).then_some((charset, joined))
    }
}

/// What the marks behind an extended parameter's name say: its number, and whether its value is escaped.
fn segment(marks: &str) -> Option<(u32, bool)> {
    let marks = marks.strip_prefix('*')?;
    if marks.is_empty() {
        return Some((0, true));
    }
    let (number, escaped) = marks.strip_suffix('*').map_or((marks, false), |number| (number, true));
    number.parse().ok().map(|number| (number, escaped))
}

/// Takes `charset'language'` off the value.
fn take_charset<'a>(value: &'a [u8], charset: &mut Option<String>) -> &'a [u8] {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (Some(label), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return value };
    *charset = Some(String::from_utf8_lossy(label).into_owned());
    rest
}

fn percent_decode(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        match hex_pair(tail).filter(|_| byte == b'%') {
            Some((decoded, after)) => {
                out.push(decoded);
                rest = after;
            }
            None => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    out
}

/// The text of a plain value: as it stands, in encoded words, or escaped where only the extended form may be.
fn plain_text(value: &[u8]) -> String {
    if let Some((charset, escapes)) = escaped_in(value) {
        return word::one_line(&charset::decode(Some(&charset), &percent_decode(escapes)));
    }
    let text = word::decode(value);
    match percent_decoded(&text) {
        Some(decoded) => word::one_line(&decoded),
        None => text,
    }
}

/// The charset and the escapes of a value in the extended form: `UTF-8''%E8%B0%83.xls`. Tom's 'new' 5% is none.
fn escaped_in(value: &[u8]) -> Option<(String, &[u8])> {
    let mut charset = None;
    let rest = take_charset(value, &mut charset);
    let charset = charset.filter(|label| charset::resolve(label).is_some())?;
    rest.contains(&b'%').then_some((charset, rest))
}

/// Some web clients escape a plain name like a URL: all of it, or no more than its brackets. It is undone when that gives Chinese
/// text or a pair of brackets; 增长30%25家.xls is left as it is.
fn percent_decoded(text: &str) -> Option<String> {
    let opened = text.find("%28").and_then(|at| text.get(at..)).is_some_and(|behind| behind.contains("%29"));
    if !(text.is_ascii() || opened) || !text.contains('%') {
        return None;
    }
    let decoded = String::from_utf8(percent_decode(text.as_bytes())).ok()?;
    let is_name = !decoded.chars().any(char::is_control);
    (is_name && (opened || !decoded.is_ascii())).then_some(decoded)
}

/// The next `name=value` of `rest`, and what follows it. The name is empty for a stray word.
fn next_parameter(rest: &[u8]) -> Option<(String, Vec<u8>, &[u8])> {
    let start = rest.iter().position(|byte| !matches!(byte, b';' | b' ' | b'\t'))?;
    let rest = rest.get(start..)?;
    let name_end = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(name_end)?;
    let Some(after) = after.strip_prefix(b"=") else { return Some((String::new(), Vec::new(), after)) };
    let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
    let after = after.trim_ascii_start();
    let (value, after) = match after.strip_prefix(b"\"") {
        Some(quoted) => quoted_value(quoted),
        None => {
            let end = after.iter().position(|byte| *byte == b';').unwrap_or(after.len());
            let (value, after) = after.split_at_checked(end)?;
            (value.trim_ascii().to_vec(), after)
        }
    };
    Some((name, value, after))
}

/// A quoted value up to the quote that ends it. A quote in the midst of the text does not, nor does a backslash
/// escape anything but a quote or itself: paths and GBK characters hold backslashes.
fn quoted_value(quoted: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut rest = quoted;
    let mut before = 0_u8;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.first()) {
            (b'\\', Some(&escaped @ (b'"' | b'\\'))) if before.is_ascii() && !(escaped == b'"' && ends_value(tail)) => {
                value.push(escaped);
                rest = tail.get(1..).unwrap_or_default();
            }
            (b'"', _) if ends_value(rest) || rest.trim_ascii_start().starts_with(b"(") => break,
            _ => value.push(byte),
        }
        before = byte;
    }
    (value, rest)
}

/// Whether nothing but the end of the parameter follows.
fn ends_value(tail: &[u8]) -> bool {
    let tail = tail.trim_ascii_start();
    tail.is_empty() || tail.starts_with(b";")
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    fn name(value: &[u8]) -> Option<String> {
        let parameters = Parameters::read(value);
        parameters.extended("filename").or_else(|| parameters.text("filename"))
    }

    fn check(value: &[u8], expected: &str) {
        assert_eq!(name(value).as_deref(), Some(expected), "{}", String::from_utf8_lossy(value));
    }

    fn gbk_name(before: &str, name: &str, after: &str) -> Vec<u8> {
        [before.as_bytes(), &GB18030.encode(name).0, after.as_bytes()].concat()
    }

    #[test]
    fn a_file_name_survives_whatever_the_client_did_to_it() {
        check(b"attachment; filename=\"=?GBK?B?tfey6bHtLnhscw==?=\"", "调查表.xls");
        check(b"attachment; filename==?utf-8?B?6LCD5p+l6KGoLnhsc3g=?=", "调查表.xlsx");
        check(b"attachment; filename=\r\n \"a b.xls\"", "a b.xls");
        check(b"attachment; filename=a b (1).xls; size=3", "a b (1).xls");
        check(b"attachment; filename*=gb18030''%B5%F7%B2%E9%B1%ED.xls", "调查表.xls");
        check(b"attachment; filename*=%E8%B0%83.xls", "调.xls");
        check(b"attachment; filename=\"%E8%B0%83.xls\"", "调.xls");
        check(b"attachment; filename=\"100%.xls\"", "100%.xls");
        check(b"attachment; filename=\"UTF-8''%E8%B0%83%281%29.xls\"", "调(1).xls");
        check("attachment; filename=\"调查表%281%29.xls\"".as_bytes(), "调查表(1).xls");
        check(b"attachment; filename=\"=?utf-8?B?6LCD5p+l?=%281%29.xls\"", "调查(1).xls");
        check(b"attachment; filename=\"form%20%281%29.xls\"", "form (1).xls");
        check("attachment; filename=\"增长30%25家.xls\"".as_bytes(), "增长30%25家.xls");
        check(b"attachment; filename=\"Tom's 'new' 5%.xls\"", "Tom's 'new' 5%.xls");
        check(b"attachment; filename=\"=?utf-8?B?6LCD5p+l?=\r\n =?utf-8?Q?.xlsx?=\"", "调查.xlsx");
    }

    #[test]
    fn continuations_cut_inside_a_character_are_joined_first() {
        check(b"attachment; filename*0*=utf-8''%E8%B0; filename*1*=%83%E6%9F%A5; filename*2=.xlsx", "调查.xlsx");
        check(b"attachment; filename*0*=utf-8''%E8%B; filename*1*=0%83.xls", "调.xls");
        check(b"attachment; filename*0=\"UTF-8''%E8%B0%83\"; filename*1=\"%281%29.xls\"", "调(1).xls");
        check(b"attachment; filename*1*=%F7.xls; filename*0*=gbk''%B5", "调.xls");
        check(b"attachment; filename*0=\"=?utf-8?B?6LCD\"; filename*1=\"?=.xls\"", "调.xls");
    }

    #[test]
    fn raw_gbk_names_are_read_even_when_a_byte_is_a_backslash_or_quote_like() {
        check(&gbk_name("attachment; filename=\"", "调查表.xls", "\""), "调查表.xls");
        check(&gbk_name("attachment; filename=", "调查表.xls", "; x=1"), "调查表.xls");
        // The second byte of 乗 is a backslash.
        check(&gbk_name("attachment; filename=\"", "报乗", "\""), "报乗");
        check("attachment; filename=\"某\"好\"公司.xls\"".as_bytes(), "某\"好\"公司.xls");
        check(b"attachment; filename=\"C:\\dir\\a.xls\"", "C:\\dir\\a.xls");
        check(b"attachment; filename=\"a\\\"b.xls\"", "a\"b.xls");
    }

    #[test]
    fn a_boundary_folded_behind_its_sign_is_found() {
        let parameters = Parameters::read(b"Multipart/Mixed;\r\n boundary=\r\n \"--=_a;b\"");
        assert_eq!(parameters.value, "multipart/mixed");
        assert_eq!(parameters.word("boundary").as_deref(), Some("--=_a;b"));
    }
}
