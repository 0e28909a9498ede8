//! Characters of RTF: bytes in the code page of their font, and `\u` with the replacements that follow it.

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1252};

/// Code pages of the file and its fonts.
#[derive(Debug, Default)]
pub(super) struct CodePages {
    default: Option<&'static Encoding>,
    fonts: BTreeMap<i32, &'static Encoding>,
}

impl CodePages {
    /// `\ansicpg`: the code page of the file.
    pub(super) fn set_default(&mut self, code_page: i32) {
        self.default = by_code_page(code_page);
    }

    /// `\fcharset` or `\cpg` in the font table.
    pub(super) fn set_font(&mut self, font: i32, charset: i32) {
        let encoding = match charset {
            128 => SHIFT_JIS,
            129 => EUC_KR,
            134 => GB18030,
            136 => BIG5,
            _ => return,
        };
        self.fonts.insert(font, encoding);
    }

    /// Decodes the text bytes of a font. Without any code page named, bytes that make Chinese are Chinese.
    pub(super) fn decode(&self, bytes: &[u8], font: Option<i32>) -> String {
        let named = font.and_then(|font| self.fonts.get(&font)).copied().or(self.default);
        if let Some(encoding) = named {
            return encoding.decode_without_bom_handling(bytes).0.into_owned();
        }
        let (text, has_errors) = GB18030.decode_without_bom_handling(bytes);
        if has_errors { WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned() } else { text.into_owned() }
    }
}

fn by_code_page(code_page: i32) -> Option<&'static Encoding> {
    match code_page {
        932 => Some(SHIFT_JIS),
        936 | 54936 => Some(GB18030),
        949 => Some(EUC_KR),
        950 => Some(BIG5),
        65001 => Some(encoding_rs::UTF_8),
        _ => None,
    }
}

/// Puts `\u` numbers together: negative ones above 32767, surrogates in pairs.
#[derive(Debug, Default)]
pub(super) struct Units {
    high: Option<u16>,
}

impl Units {
    /// The character that is complete with this number.
    pub(super) fn push(&mut self, number: i32) -> Option<char> {
        let unit = u16::try_from(number.rem_euclid(1 << 16)).ok()?;
        let high = self.high.take();
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return None;
        }
        let units = high.into_iter().chain(std::iter::once(unit));
        char::decode_utf16(units).last().map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}
