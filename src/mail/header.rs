//! A block of header fields, kept as raw bytes: what they say is decoded where it is asked for.

/// One header field, as it stands in the message.
#[derive(Debug, Clone, Copy)]
struct Field<'a> {
    name: &'a [u8],
    /// With its line folds.
    value: &'a [u8],
}

/// The header fields of a message or part, topmost first.
#[derive(Debug, Clone, Default)]
pub(super) struct Headers<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> Headers<'a> {
    /// Reads the header block at the beginning of `raw`; returns it with the number of bytes it takes, the empty
    /// line behind it included.
    ///
    /// A line that is no field ends the block, as some programs forget the empty line before the text; unless a
    /// field of mail follows it: then it is a value that was broken over lines without a blank.
    pub(super) fn read(raw: &'a [u8]) -> (Self, usize) {
        let mut headers = Self::default();
        let mut start = if is_mbox_line(raw) { line_end(raw, 0) } else { 0 };
        while start < raw.len() {
            let end = field_end(raw, start);
            let field = raw.get(start..end).unwrap_or_default();
            if is_blank_line(field) {
                return (headers, end);
            }
            match split_field(field) {
                Some(field) => headers.fields.push(field),
                None if !headers.fields.is_empty() && is_field_of_mail(raw.get(end..).unwrap_or_default()) => {}
                None => break,
            }
            start = end;
        }
        (headers, start)
    }

    /// The values of the fields called `name` (any case), raw, topmost first.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|field| field.value)
    }

    /// The values of the fields called by one of `names` (any case), raw, topmost first, each with the place of its name among them.
    pub(super) fn of_names(&self, names: &[&str]) -> impl Iterator<Item = (usize, &'a [u8])> {
        self.fields.iter().filter_map(|field| {
            let place = names.iter().position(|name| field.name.eq_ignore_ascii_case(name.as_bytes()))?;
            Some((place, field.value))
        })
    }

    /// The value of the first field called `name`, raw.
    pub(super) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The value of the first field called `name`, unfolded and trimmed, for fields of plain ASCII words.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.first(name).map(|value| String::from_utf8_lossy(&unfold(value)).trim().to_owned())
    }
}

/// A field's value on one line: line breaks are removed, the blanks behind them stay.
pub(super) fn unfold(value: &[u8]) -> Vec<u8> {
    value.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect()
}

/// The line that mbox files put before a message.
fn is_mbox_line(raw: &[u8]) -> bool {
    raw.starts_with(b"From ") || raw.starts_with(b">From ")
}

/// Whether the line is empty but for its line break.
fn is_blank_line(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n" | b"\r" | b"")
}

/// Position behind the line that begins at `start`.
fn line_end(raw: &[u8], start: usize) -> usize {
    let rest = raw.get(start..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(raw.len(), |length| start + length + 1)
}

/// Position behind the field that begins at `start`, its continuation lines included.
fn field_end(raw: &[u8], start: usize) -> usize {
    let mut end = line_end(raw, start);
    if is_blank_line(raw.get(start..end).unwrap_or_default()) {
        return end;
    }
    while matches!(raw.get(end), Some(b' ' | b'\t')) {
        end = line_end(raw, end);
    }
    end
}

/// Whether `rest` begins with a field that hardly any text begins with.
fn is_field_of_mail(rest: &[u8]) -> bool {
    let names = ["Content-", "MIME-Version:", "Message-ID:", "Date:", "From:", "To:", "Received:", "X-"];
    names.iter().any(|name| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())))
}

/// Name and value of a field; `None` when the line is none.
fn split_field(field: &[u8]) -> Option<Field<'_>> {
    let colon = field.iter().position(|byte| *byte == b':')?;
    let (name, value) = field.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let is_name = !name.is_empty() && !name.starts_with(b"--") && name.iter().all(u8::is_ascii_graphic);
    is_name.then_some(Field { name, value: value.get(1..)?.trim_ascii() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &[u8], names: &[&str], body: &[u8]) {
        let (headers, length) = Headers::read(raw);
        let found: Vec<_> = headers.fields.iter().map(|field| String::from_utf8_lossy(field.name)).collect();
        assert_eq!(found, names);
        assert_eq!(&raw[length..], body);
    }

    #[test]
    fn the_text_begins_behind_the_empty_line() {
        check(b"A: 1\r\nB: 2\r\n 3\r\n\r\nbody", &["A", "B"], b"body");
        check(b"A: 1\nB : 2\n\nbody", &["A", "B"], b"body");
        check(b"From x Mon\nA: 1\n\nbody", &["A"], b"body");
        check(b"\r\nbody", &[], b"body");
        check(b"A: 1", &["A"], b"");
        check(b"", &[], b"");
    }

    #[test]
    fn a_forgotten_empty_line_does_not_swallow_the_text() {
        check(b"A: 1\nname of the firm\n", &["A"], b"name of the firm\n");
        check(b"Subject: a\nb\nContent-Type: x/y\n\nbody", &["Subject", "Content-Type"], b"body");
        check("企业名称：某某\n".as_bytes(), &[], "企业名称：某某\n".as_bytes());
    }

    #[test]
    fn folded_values_are_one_line() {
        let (headers, _) = Headers::read(b"Subject: a\r\n\tb\r\n\r\n");
        assert_eq!(unfold(headers.first("subject").unwrap()), b"a\tb");
    }
}
