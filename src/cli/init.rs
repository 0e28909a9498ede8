//! `postroom init`: a configuration for a provider's mailbox, printed to standard output.

use super::print;
use crate::mailbox::provider::{self, PROVIDERS, Provider, Server};

/// What `init` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// qq, exmail, 163, 126, aliyun, gmail, or custom
    #[arg(value_parser = known)]
    provider: &'static Provider,
    /// The mailbox's address, which is its user as well
    #[arg(long, value_name = "ADDRESS", value_parser = quotable, default_value = "collect@district.example")]
    user: String,
    /// The sender's name on notices
    #[arg(long, value_name = "NAME", value_parser = quotable, default_value = "调查表收件处")]
    sender: String,
}

/// Prints the configuration.
pub(super) fn perform(arguments: &Arguments) {
    print::raw(configuration(arguments.provider, &arguments.user, &arguments.sender));
}

fn known(id: &str) -> Result<&'static Provider, String> {
    let ids: Vec<&str> = PROVIDERS.iter().map(|provider| provider.id).collect();
    provider::provider(id).ok_or_else(|| format!("no provider is called so; known: {}", ids.join(", ")))
}

/// A text that may stand between quotation marks in the file.
fn quotable(text: &str) -> Result<String, &'static str> {
    if text.contains(['"', '\\', '\n']) {
        return Err("this cannot be written between quotation marks; put it into the file by hand");
    }
    Ok(text.to_owned())
}

fn configuration(provider: &Provider, user: &str, sender: &str) -> String {
    let hint: Vec<String> = provider.hint.split_inclusive('。').map(|sentence| format!("# {sentence}")).collect();
    format!(
        r#"# {title}
{hint}
# The password or authorisation code stands alone in secrets/mail; keep that file to yourself (chmod 600).
# Try the servers with `postroom check --connect`. Every key: config/postroom.toml.

data = "data"
time_zone = "Asia/Shanghai"
notices = "on"                # hold: look at each notice before it goes, with `postroom release`

[[mailbox]]
name = "main"
kind = "imap"
{imap}user = "{user}"
password_file = "secrets/mail"
poll = "{poll}s"
after = "seen"
reply_by = "main"

[[transport]]
name = "main"
kind = "smtp"
{smtp}user = "{user}"
password_file = "secrets/mail"
from = "{sender} <{user}>"    # must be the address that logs in"#,
        title = provider.title,
        hint = hint.join("\n"),
        imap = server(&provider.imap),
        smtp = server(&provider.smtp),
        poll = provider.poll_seconds,
    )
}

fn server(server: &Server) -> String {
    format!("host = \"{}\"\nport = {}\ntls = \"{}\"\n", server.host, server.port, server.tls.as_str())
}
