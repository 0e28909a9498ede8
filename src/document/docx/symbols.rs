//! Characters of symbol fonts, which stand for shapes rather than letters: ticked and empty boxes above all.

/// Whether a font is one whose characters are shapes.
pub(super) fn is_symbol_font(name: &str) -> bool {
    name.starts_with("Wingdings") || name == "Webdings" || name == "Symbol"
}

/// The Unicode character for a character of a symbol font; the character itself when the shape is not known.
///
/// `code` is the code in the font, with or without the private-use offset F000 that Word adds.
pub(super) fn shape(font: &str, code: u32) -> Option<char> {
    let low = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    let shape = match font {
        "Wingdings" => wingdings(low),
        "Wingdings 2" => wingdings2(low),
        "Webdings" => webdings(low),
        _ => None,
    };
    shape.or_else(|| char::from_u32(code))
}

fn wingdings(code: u32) -> Option<char> {
    Some(match code {
        0x6C => '●',
        0x6E => '■',
        0x6F | 0x70 | 0x71 | 0x72 | 0xA8 => '☐',
        0xA1 => '○',
        0xFB => '✗',
        0xFC => '✓',
        0xFD => '☒',
        0xFE => '☑',
        0x20 => ' ',
        _ => return None,
    })
}

fn wingdings2(code: u32) -> Option<char> {
    Some(match code {
        0x4F => '✗',
        0x50 => '✓',
        0x51 | 0x53 | 0x54 => '☒',
        0x52 => '☑',
        0x2A | 0xA3 => '☐',
        0x20 => ' ',
        _ => return None,
    })
}

fn webdings(code: u32) -> Option<char> {
    Some(match code {
        0x61 => '✓',
        0x63 => '☐',
        0x72 => '✗',
        0x20 => ' ',
        _ => return None,
    })
}
