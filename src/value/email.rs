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
    for entry in plain.split(['\n', '、', ',', ';', '/', '|', '或']) {
        for part in without_names(entry).split_whitespace() {
            let part = part.trim_matches(['>', ')', '"', '\'', ':']).trim_end_matches(['。', '.']);
            if !part.contains('@') {
                if is_beside(part) { continue } else { return None }
            }
            let address = address(&part.replace('。', "."))?;
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// What an entry says without the name before an address in brackets, and without a bracket that holds none.
fn without_names(entry: &str) -> String {
    let mut kept = String::new();
    let mut rest = entry;
    while let Some((before, bracket)) = rest.split_once(['<', '(']) {
        let (inner, after) = bracket.split_once(['>', ')']).unwrap_or((bracket, ""));
        let holds_address = inner.contains('@');
        // Lin Xiao <office@firm.example>; but in a@firm.example (b@firm.example) both are addresses.
        if !holds_address || before.contains('@') {
            kept.push_str(before);
        }
        kept.push(' ');
        kept.push_str(if holds_address { inner } else { "" });
        kept.push(' ');
        rest = after;
    }
    kept + rest
}

/// Whether a word may stand beside an address without being a part of it that a space tore off: zhang san@firm.example.
fn is_beside(word: &str) -> bool {
    let is_label = ["email", "e-mail", "mail", "mailto", "qq"].contains(&word.to_lowercase().as_str());
    word.is_empty()
        || is_label
        || !(word.is_ascii() || word.ends_with(|c: char| c.is_ascii_alphanumeric()) || word.contains(['.', '。']))
}

fn address(text: &str) -> Option<String> {
    let bare = match text.rsplit_once(':') {
        Some((label, bare)) => Some(bare).filter(|_| is_beside(label))?,
        None => text,
    };
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
            "office@firm.example (Lin Xiao)",
            "Lin Xiao <office@firm.example>",
            "林晓（office@firm.example）",
            "Email: office@firm.example",
            "E-mail office@firm.example",
            "QQ邮箱：office@firm.example",
            "电子邮箱 office@firm.example",
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
        // A space, or a slip of the finger, may have torn an address.
        for written in
            ["lin xiao@firm.example", "lin. xiao@firm.example", "lin:xiao@firm.example", "office@firm.example cn"]
        {
            check(written, "not_an_email");
        }
        for written in ["", "/", "无"] {
            check(written, "missing");
        }
    }
}
