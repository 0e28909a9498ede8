//! `Authentication-Results` (RFC 8601), as far as a verdict needs it: who says so, and what it says of DMARC.

use super::envelope::without_comments;
use super::trace::AuthenticationResult;

/// What an unfolded `Authentication-Results` says.
pub(super) fn read_one(value: &str) -> AuthenticationResult {
    let value = without_comments(value);
    let parts = split_outside_quotes(&value);
    let first = parts.first().copied().unwrap_or_default();
    // Exchange leaves its own name out and begins with a result.
    let authserv_id = if first.contains('=') { "" } else { first.split_whitespace().next().unwrap_or_default() };
    let (dmarc, from) = parts.into_iter().find_map(dmarc_result).unzip();
    AuthenticationResult {
        authserv_id: authserv_id.trim_matches('"').to_ascii_lowercase(),
        dmarc,
        from: from.flatten(),
    }
}

/// Cuts at semicolons that stand in no quoted text.
fn split_outside_quotes(value: &str) -> Vec<&str> {
    let mut quoted = false;
    value
        .split(|c| {
            quoted ^= c == '"';
            c == ';' && !quoted
        })
        .map(str::trim)
        .collect()
}

/// The result of a `dmarc=…` (or `dmarc/1=…`) statement, and the domain that it is of, where it says.
fn dmarc_result(statement: &str) -> Option<(String, Option<String>)> {
    let (method, rest) = statement.split_once('=')?;
    let method = method.split('/').next()?.trim();
    let mut words = rest.split_whitespace();
    let result = words.next()?.trim_matches('"').to_ascii_lowercase();
    method.eq_ignore_ascii_case("dmarc").then(|| (result, words.find_map(header_from)))
}

/// The domain that a word `header.from=…` names. Some servers write the whole address.
fn header_from(word: &str) -> Option<String> {
    let (property, value) = word.split_once('=')?;
    let value = value.trim_matches(['"', '<', '>']);
    let domain = value.rsplit_once('@').map_or(value, |(_, domain)| domain).trim_end_matches('.');
    (property.eq_ignore_ascii_case("header.from") && !domain.is_empty()).then(|| domain.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, authserv_id: &str, dmarc: Option<&str>) {
        let read = read_one(value);
        assert_eq!((read.authserv_id.as_str(), read.dmarc.as_deref()), (authserv_id, dmarc), "{value}");
    }

    #[test]
    fn a_forged_sender_is_noticed_in_every_spelling() {
        check("mx.collect.example;\tspf=pass; dmarc=fail header.from=a.example", "mx.collect.example", Some("fail"));
        check("MX.example 1; dmarc=FAIL (p=none; dis=none)", "mx.example", Some("fail"));
        check("mx.example (a (b) c); dmarc/1 = fail", "mx.example", Some("fail"));
        check("spf=pass (sender IP is 192.0.2.1); dmarc=fail action=none", "", Some("fail"));
        check("dmarc=fail; spf=pass", "", Some("fail"));
        check("mx.example; spf=pass reason=\"x; dmarc=fail\"; dmarc=pass", "mx.example", Some("pass"));
    }

    #[test]
    fn whom_a_result_is_of_is_kept_in_every_spelling() {
        let of = |value: &str| read_one(value).from.unwrap_or_default();
        assert_eq!(of("mx; dmarc=pass (p=reject) header.from=Firm.example; spf=pass"), "firm.example");
        assert_eq!(of("mx; dmarc=pass action=none Header.From=\"<li@firm.example>\""), "firm.example");
        assert_eq!(of("mx; spf=pass header.from=other.example; dmarc=pass"), "");
        assert_eq!(of("mx; dmarc=pass policy.dmarc=none header.from="), "");
    }

    #[test]
    fn no_result_is_no_failure() {
        check("mx.example; none", "mx.example", None);
        check("", "", None);
        check("mx.example; spf=fail smtp.mailfrom=dmarc=fail", "mx.example", None);
    }
}
