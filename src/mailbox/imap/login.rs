//! From an open connection to a session that may open folders: greeting, STARTTLS, login, capabilities, ID.

use std::collections::BTreeSet;

use imap_proto::{Capability, Response, Status};
use tokio::time::timeout;

use super::settings::{ImapError, Settings};
use super::stream;
use super::wire::{Done, Wire, quoted};
use crate::mailbox::utf7::base64;
use crate::tls::Tls;

/// What the server can do, in upper case: `IDLE`, `MOVE`, `AUTH=PLAIN`.
pub(super) type Capabilities = BTreeSet<String>;

/// Connects and logs in. The capabilities are those after the login: QQ tells of IDLE and MOVE only then.
pub(super) async fn open(settings: &Settings) -> Result<(Wire, Capabilities), ImapError> {
    let silent = |doing: &str| ImapError::Silent {
        server: settings.server(),
        doing: doing.into(),
        seconds: settings.command_deadline.as_secs_f64(),
    };
    let connected = timeout(settings.command_deadline, stream::connect(settings)).await;
    let mut wire = Wire::new(connected.map_err(|_| silent("connecting"))??, settings);
    let mut known = greet(&mut wire).await?;
    if settings.tls == Tls::StartTls {
        let protecting = start_tls(wire, known, settings);
        wire = timeout(settings.command_deadline, protecting).await.map_err(|_| silent("STARTTLS"))??;
        known = false;
    }
    if !known {
        log_in(&mut wire, settings).await?;
    }
    let capabilities = ask_capabilities(&mut wire).await?;
    if capabilities.contains("ID") {
        identify(&mut wire).await?;
    }
    Ok((wire, capabilities))
}

/// Reads the greeting; true if the server knows us already (PREAUTH).
async fn greet(wire: &mut Wire) -> Result<bool, ImapError> {
    loop {
        let greeted = wire.next("greeting", 0, |response| match response {
            Response::Data { status, .. } => Some(*status == Status::PreAuth),
            _ => None,
        });
        if let Some(known) = greeted.await? {
            return Ok(known);
        }
    }
}

/// Protects the connection. PREAUTH before TLS forbids STARTTLS (RFC 9051, 11.1), so that it counts as not offered.
async fn start_tls(mut wire: Wire, known: bool, settings: &Settings) -> Result<Wire, ImapError> {
    let offered = !known && ask_capabilities(&mut wire).await?.contains("STARTTLS");
    if !offered || !wire.ask("STARTTLS", "STARTTLS", |_| {}).await?.ok {
        return Err(ImapError::NoStartTls { server: settings.server() });
    }
    let stream = wire.into_stream().protect(settings).await?;
    Ok(Wire::new(stream, settings))
}

async fn ask_capabilities(wire: &mut Wire) -> Result<Capabilities, ImapError> {
    let mut found = Capabilities::new();
    let done = wire
        .ask("CAPABILITY", "CAPABILITY", |response| {
            if let Response::Capabilities(capabilities) = response {
                found.extend(capabilities.iter().map(capability));
            }
        })
        .await?;
    if done.ok { Ok(found) } else { Err(wire.refused("CAPABILITY", &done)) }
}

fn capability(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4REV1".into(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(atom) => atom.to_ascii_uppercase(),
    }
}

/// Logs in by LOGIN, or by AUTHENTICATE PLAIN where the server disables LOGIN.
async fn log_in(wire: &mut Wire, settings: &Settings) -> Result<(), ImapError> {
    let offered = ask_capabilities(wire).await?;
    let done = if !offered.contains("LOGINDISABLED") {
        login(wire, settings).await?
    } else if offered.contains("AUTH=PLAIN") {
        authenticate_plain(wire, settings).await?
    } else {
        return Err(ImapError::NoLogin { server: settings.server() });
    };
    if done.ok {
        return Ok(());
    }
    Err(login_refused(settings, done.words))
}

pub(super) fn login_refused(settings: &Settings, words: String) -> ImapError {
    let words = settings.password.hidden_in(&settings.user, &words);
    ImapError::LoginRefused { server: settings.server(), user: settings.user.clone(), words }
}

async fn login(wire: &mut Wire, settings: &Settings) -> Result<Done, ImapError> {
    let password = settings.password.reveal();
    if let (Some(user), Some(password)) = (quoted(&settings.user), quoted(password)) {
        return wire.ask(&format!("LOGIN {user} {password}"), "LOGIN", |_| {}).await;
    }
    let id = wire.send(&format!("LOGIN {{{}}}", settings.user.len()), "LOGIN").await?;
    let next_lines = [format!("{} {{{}}}", settings.user, password.len()), password.to_owned()];
    for line in next_lines {
        if let Err(refused) = wire.leave(&id, "LOGIN").await? {
            return Ok(refused);
        }
        wire.send_line(&line, "LOGIN").await?;
    }
    wire.finish(&id, "LOGIN", |_| {}).await
}

/// SASL PLAIN (RFC 4616).
async fn authenticate_plain(wire: &mut Wire, settings: &Settings) -> Result<Done, ImapError> {
    let id = wire.send("AUTHENTICATE PLAIN", "AUTHENTICATE PLAIN").await?;
    if let Err(refused) = wire.leave(&id, "AUTHENTICATE PLAIN").await? {
        return Ok(refused);
    }
    let message = format!("\0{}\0{}", settings.user, settings.password.reveal());
    let mut coded = base64(message.as_bytes());
    while !coded.len().is_multiple_of(4) {
        coded.push('=');
    }
    wire.send_line(&coded, "AUTHENTICATE PLAIN").await?;
    wire.finish(&id, "AUTHENTICATE PLAIN", |_| {}).await
}

/// Says who we are (RFC 2971). NetEase opens no folder without it ("Unsafe Login"); others break when it comes unasked for.
async fn identify(wire: &mut Wire) -> Result<(), ImapError> {
    let command = concat!("ID (\"name\" \"postroom\" \"version\" \"", env!("CARGO_PKG_VERSION"), "\")");
    // A refusal changes nothing: what follows shows whether the server needed it.
    wire.ask(command, "ID", |_| {}).await.map(drop)
}

/// Whether a server tells that it distrusts the client (NetEase, without ID or for an account it watches). The account is
/// paused as after a refused login: insisting locks it.
pub(super) fn is_unsafe_login(words: &str) -> bool {
    words.to_ascii_lowercase().contains("unsafe login")
}

/// Tells refusals of the account from lost connections, also when the server hangs up with them.
pub(super) fn as_refusal(error: ImapError, settings: &Settings) -> ImapError {
    match error {
        ImapError::Closed { cause, .. } if is_unsafe_login(&cause) => login_refused(settings, cause),
        other => other,
    }
}
