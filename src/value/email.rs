//! Email addresses: one or several, with full-width signs put right, the domain in its ASCII form.

use unicode_normalization::UnicodeNormalization as _;

use super::{Understood, Value, text};
use crate::issue::{Misfit, Problem};

/// Endings that no domain has, and hands that meant another one make.
const SLIPS: [&str; 7] = ["con", "cmo", "ocm", "vom", "xom", "comm", "coom"];

/// Reads one or several addresses.
pub(super) fn read(written: &str, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    if text::is_blank(&text, prompts) || text::says_none(&text) {
        return Understood { text: None, value: Value::Email(Vec::new()), problems: vec![Problem::Missing] };
    }
    match addresses(&text) {
        Some(addresses) => Understood { text: Some(text), value: Value::Email(addresses), problems: Vec::new() },
        None => {
            let problems = vec![Problem::Misfit { misfit: Misfit::NotAnEmail, text: text.clone() }];
            Understood { text: Some(text), value: Value::Email(Vec::new()), problems }
        }
    }
}

/// The addresses of a text; none when anything in it is neither an address nor the words beside one.
fn addresses(text: &str) -> Option<Vec<String>> {
    let plain: String = text.nfkc().map(|c| if c == '﹫' { '@' } else { c }).collect();
    let mut found: Vec<String> = Vec::new();
    for part in plain.split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | ';' | '/' | '|' | '<' | '(' | '或'))
    {
        let part = part.trim_matches(|c: char| matches!(c, '>' | ')' | '"' | '\'' | ':')).trim_end_matches(['。', '.']);
        if !part.contains('@') {
            // A name or a label beside an address; what has a dot may be half of one.
            if part.contains('.') || part.contains('。') {
                return None;
            }
            continue;
        }
        let address = address(&part.replace('。', "."))?;
        if !found.contains(&address) {
            found.push(address);
        }
    }
    (!found.is_empty()).then_some(found)
}

fn address(text: &str) -> Option<String> {
    let bare = text.rsplit_once(':').map_or(text, |(_, behind)| behind);
    let bare = bare.trim_start_matches(|c: char| c.is_alphabetic() && !c.is_ascii());
    let (local, domain) = bare.split_once('@')?;
    let domain = ascii_domain(domain)?;
    is_local_part(local).then(|| format!("{local}@{domain}"))
}

/// A local part as mailboxes have it (RFC 5321, dot-string).
fn is_local_part(local: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-=?^_`{|}~.".contains(c);
    (1..=64).contains(&local.len())
        && local.chars().all(fits)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

/// A domain of at least two labels, in lower case and in its ASCII form (IDNA).
fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let last = ascii.rsplit('.').next().unwrap_or_default();
    let is_name = last.starts_with("xn--") || (last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    (ascii.contains('.') && is_name && !SLIPS.contains(&last)).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let understood = read(written, &[]);
        let codes = understood.problems.iter().map(|problem| problem.code().to_owned());
        let Value::Email(addresses) = understood.value else { panic!("no address") };
        assert_eq!(addresses.into_iter().chain(codes).collect::<Vec<_>>().join(" "), expected, "{written}");
    }

    #[test]
    fn an_address_is_kept_in_one_form() {
        for written in [
            "office@firm.example",
            "office@Firm.Example",
            "office＠firm.example",
            "office@firm。example",
            "mailto:office@firm.example",
            "林晓 <office@firm.example>",
            "邮箱：office@firm.example",
            "office@firm.example。",
            "office@firm.example（林晓）",
        ] {
            check(written, "office@firm.example");
        }
        check("a.b+c@mail.firm.example", "a.b+c@mail.firm.example");
        check("office@例子.example", "office@xn--fsqu00a.example");
        check("a@firm.example；b@firm.example", "a@firm.example b@firm.example");
        check("a@firm.example\nb@firm.example", "a@firm.example b@firm.example");
    }

    #[test]
    fn what_is_no_address_is_asked_about() {
        for written in [
            "office",
            "office@firm",
            "office@@firm.example",
            "@firm.example",
            "office@firm..example",
            ".office@firm.example",
            "office.firm.example",
            "办公室@firm.example",
            "office@firm.con",
            "office@-firm.example",
            "office@firm.example、firm.example",
        ] {
            check(written, "not_an_email");
        }
        for written in ["", "/", "无"] {
            check(written, "missing");
        }
    }
}
