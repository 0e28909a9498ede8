//! One connection: greeted, logged in, and then a notice after the other.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;

use super::connect::Route;
use super::fault::{Fault, Step};
use super::record::Record;
use super::settings::Login;

/// The ways of logging in, the better first. Both show the password to the server, so they are for TLS and loopback.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// An open connection, ready for a notice.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    record: Record,
}

impl Session {
    /// Connects, greets and logs in.
    pub(super) async fn open(route: &Route, login: Option<&Login>) -> Result<Self, Fault> {
        let record = Record::default();
        let stream = route.connect(&record).await?;
        let host = match stream.peer_addr().map(|peer| peer.ip()) {
            Ok(IpAddr::V6(_)) => ClientId::Ipv6(std::net::Ipv6Addr::LOCALHOST),
            _ => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(stream, &host);
        let connection = step(route, &record, Step::Greeting, greeting).await?;
        let mut session = Self { connection, record };
        if let Some(login) = login {
            session.login(route, login).await?;
        }
        Ok(session)
    }

    async fn login(&mut self, route: &Route, login: &Login) -> Result<(), Fault> {
        if self.connection.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
            return Err(Fault::NoLogin { server: route.server.clone() });
        }
        let credentials = Credentials::new(login.user.clone(), login.password.reveal().to_owned());
        let answer = self.connection.auth(&MECHANISMS, &credentials);
        let logged_in = step(route, &self.record, Step::Login, answer).await;
        logged_in.map(drop).map_err(|fault| fault.without(|words| login.password.hidden_in(&login.user, words)))
    }

    /// Delivers one mail to one recipient; the server's words.
    ///
    /// The commands are given one by one and not by lettre's `send`, which hangs up on every refusal: providers count logins.
    pub(super) async fn deliver(
        &mut self,
        route: &Route,
        from: &Address,
        to: &Address,
        mail: &[u8],
    ) -> Result<String, Fault> {
        let mut options = Vec::new();
        if !mail.is_ascii() && self.connection.server_info().supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let Self { connection, record } = self;
        reply(route, record, Step::Sender, connection.command(Mail::new(Some(from.clone()), options))).await?;
        reply(route, record, Step::Recipient, connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        reply(route, record, Step::Data, connection.command(Data)).await?;
        // lettre puts a line break before the closing dot, so the mail's own last one would make an empty line.
        let content = mail.strip_suffix(b"\r\n").unwrap_or(mail);
        let code = reply(route, record, Step::Content, connection.message(content)).await?;
        Ok(record.words(code))
    }

    /// Forgets a notice that was refused half-way; whether the connection still serves.
    pub(super) async fn reset(&mut self, route: &Route) -> bool {
        let reset = self.connection.command(Rset);
        reply(route, &self.record, Step::Sender, reset).await.is_ok()
    }

    /// Says farewell, without waiting long for an answer.
    pub(super) async fn quit(mut self, route: &Route) {
        // Nothing hangs on the answer.
        let _ = route.within(Step::Greeting, self.connection.quit()).await;
    }
}

/// One step whose reply must be of the right kind; its code. lettre takes any positive reply at any step: when a server gives two to
/// a command, each is taken for that to the next one, and the verdict on a mail for that on another.
async fn reply(
    route: &Route,
    record: &Record,
    at: Step,
    doing: impl Future<Output = Result<Response, Error>>,
) -> Result<u16, Fault> {
    let replied = step(route, record, at, doing).await;
    let code = match (replied, record.bare_code()) {
        (Ok(response), _) => u16::from(response.code()),
        (Err(Fault::Lost { .. }), Some(code)) => code,
        (Err(fault), _) => return Err(fault),
    };
    let words = || record.words(code);
    match code {
        354 if at == Step::Data => Ok(code),
        200..300 if at != Step::Data => Ok(code),
        400..600 => Err(Fault::Reply { server: route.server.clone(), step: at, code, words: words() }),
        _ => Err(route.lost(at, format!("out of step: {}", words()))),
    }
}

/// One step under its deadline; lettre's error becomes a fault with the server's true words.
async fn step<T>(
    route: &Route,
    record: &Record,
    step: Step,
    doing: impl Future<Output = Result<T, Error>>,
) -> Result<T, Fault> {
    record.clear();
    route.within(step, doing).await?.map_err(|error| match error.status() {
        Some(code) => {
            let code = u16::from(code);
            Fault::Reply { server: route.server.clone(), step, code, words: record.words(code) }
        }
        None => route.lost(step, error.to_string()),
    })
}
