//! One message, checked. What the library says is put in the words of RFC 8601, and no further than it carries.

use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, MessageAuthenticator, SpfOutput, SpfResult,
};

use super::Origin;
use crate::mail;
use crate::verdict::senders::Evaluated;

/// Signatures of a message that are looked at; honest mail has one to three.
const SIGNATURES: usize = 8;

/// Where a message was taken from, as far as SPF needs it.
struct Way {
    client: std::net::IpAddr,
    helo: String,
    by: String,
    /// The address before delivery began.
    mail_from: String,
    /// Whether that is told by `Return-Path`, and not only taken from `From`.
    is_told: bool,
}

/// Checks a message.
pub(super) async fn check(library: &MessageAuthenticator, raw: &[u8], origin: &Origin) -> Evaluated {
    let from = origin.from.as_str();
    let own_from = format!("From: <{from}>\r\n");
    let Some(mut message) = parse(raw, from, own_from.as_bytes()) else { return not("none") };
    if message.froms().iter().any(|other| domain(other) != domain(from)) {
        // Two readers see two senders in it: nothing that holds for the one holds for the other.
        return not("fail");
    }
    message.dkim_headers.truncate(SIGNATURES);
    let dkim = library.verify_dkim(&message).await;
    let way = way(raw, origin);
    let spf = match &way {
        Some(way) => {
            library.verify_spf(SpfParameters::verify_mail_from(way.client, &way.helo, &way.by, &way.mail_from)).await
        }
        None => SpfOutput::new(String::new()),
    };
    let spf_domain = way.as_ref().map(mail_from_domain).unwrap_or_default();
    let dmarc = library.verify_dmarc(DmarcParameters::new(&message, &dkim, spf_domain, &spf)).await;
    // Where it is not told for whom the client spoke, SPF can vouch and cannot accuse.
    let knows_all = way.as_ref().is_some_and(|way| way.is_told);
    Evaluated {
        dmarc: match dmarc.result() {
            DmarcResult::Pass => "pass",
            DmarcResult::Fail(_) if knows_all => "fail",
            DmarcResult::TempError(_) => "temperror",
            DmarcResult::PermError(_) => "permerror",
            DmarcResult::Fail(_) | DmarcResult::None => "none",
        }
        .into(),
        spf: if way.is_some() { spf_word(spf.result()) } else { "none" }.into(),
        dkim: dkim_word(&dkim).into(),
    }
}

/// The message as the library sees it. A `From` that only our reader understands is put before it.
fn parse<'x>(raw: &'x [u8], from: &str, own_from: &'x [u8]) -> Option<AuthenticatedMessage<'x>> {
    let message = AuthenticatedMessage::parse(raw)?;
    if !message.froms().is_empty() || from.is_empty() {
        return Some(message);
    }
    AuthenticatedMessage::parse_with_opts(raw, Some(own_from), true)
}

fn not(dmarc: &str) -> Evaluated {
    Evaluated { dmarc: dmarc.into(), spf: "none".into(), dkim: "none".into() }
}

fn way(raw: &[u8], origin: &Origin) -> Option<Way> {
    let (envelope, trace) = mail::parse_way(raw);
    let edge = trace.edge(|client| origin.relays.has(client))?;
    Some(Way {
        client: edge.client?,
        helo: edge.helo.trim_matches(['[', ']']).to_owned(),
        by: edge.by.clone(),
        is_told: envelope.return_path.is_some(),
        mail_from: envelope.return_path.unwrap_or_else(|| origin.from.clone()),
    })
}

/// The domain for which SPF was looked at: without a sender before delivery, that of the greeting (RFC 7208, 2.4).
fn mail_from_domain(way: &Way) -> &str {
    way.mail_from.rsplit_once('@').map_or(way.helo.as_str(), |(_, domain)| domain)
}

pub(super) fn domain(address: &str) -> String {
    let written = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    idna::domain_to_ascii(written).unwrap_or_else(|_| written.to_lowercase())
}

fn spf_word(result: SpfResult) -> &'static str {
    match result {
        SpfResult::Pass => "pass",
        SpfResult::Fail => "fail",
        SpfResult::SoftFail => "softfail",
        SpfResult::Neutral => "neutral",
        SpfResult::TempError => "temperror",
        SpfResult::PermError => "permerror",
        SpfResult::None => "none",
    }
}

/// The best of the signatures.
fn dkim_word(outputs: &[DkimOutput<'_>]) -> &'static str {
    let rank = |result: &DkimResult| match result {
        DkimResult::Pass => (0, "pass"),
        DkimResult::TempError(_) => (1, "temperror"),
        DkimResult::Fail(_) => (2, "fail"),
        DkimResult::PermError(_) => (3, "permerror"),
        DkimResult::Neutral(_) => (4, "neutral"),
        DkimResult::None => (5, "none"),
    };
    outputs.iter().map(|output| rank(output.result())).min().map_or("none", |(_, word)| word)
}
