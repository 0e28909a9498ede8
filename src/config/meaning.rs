//! What the written configuration means: paths made absolute, durations and times read, names that refer to one another
//! checked, secrets fetched, defaults filled in.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use toml::Spanned;

use super::file::{self, File};
use super::{
    Caps, Config, ConfigError, Log, Mailbox, MailboxKind, PLACES, Reader, Source, Transport, TransportKind, compared,
    environment, secret,
};
use crate::document::Limits;
use crate::mailbox::{After, imap, maildir};
use crate::notice;
use crate::reader::Layer;
use crate::secret::Secret;
use crate::survey::{Language, Survey};
use crate::telemetry;
use crate::tls::Tls;
use crate::transport::smtp;
use crate::value::figure;
use crate::written::Fault;

/// MiB of address space below which a reader cannot load its own program and a message.
const LEAST_MEMORY: u64 = 128;

/// How long after an answer further mails of its sender are answered together: mails that belong together come within minutes.
const TOGETHER: Duration = Duration::from_secs(300);

/// Reads the named file, or the first of [`PLACES`] that is there.
///
/// # Errors
/// [`ConfigError`] names file, line and remedy.
pub fn load(named: Option<&Path>) -> Result<Config, ConfigError> {
    read(named, secret::Reader::LogsIn)
}

/// The same for one who logs in nowhere: passwords that are given to the service alone, by systemd or in its environment, are not asked
/// for.
///
/// # Errors
/// As [`load`].
pub fn load_beside(named: Option<&Path>) -> Result<Config, ConfigError> {
    read(named, secret::Reader::Beside)
}

fn read(named: Option<&Path>, reader: secret::Reader) -> Result<Config, ConfigError> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => PLACES.iter().map(PathBuf::from).find(|path| path.exists()).ok_or(ConfigError::Nowhere)?,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| ConfigError::File { path: path.clone(), error })?;
    let fault = |fault| ConfigError::Fault { path: path.clone(), fault };
    let mut file: File = toml::from_str(&text).map_err(|error| fault(Fault::of_toml(&text, &error)))?;
    environment::overrule(&mut file, environment::variables())?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut config =
        Meaning { text: &text, folder: &folder, file: Some(&path), reader }.config(&file).map_err(fault)?;
    config.path = Some(path);
    Ok(config)
}

/// The built-in defaults.
pub(super) fn built_in(data: &Path) -> Result<Config, ConfigError> {
    let fault = |fault| ConfigError::Fault { path: PathBuf::from("built-in"), fault };
    let file = File { data: Some(data.to_owned()), ..File::default() };
    Meaning { text: "", folder: Path::new(""), file: None, reader: secret::Reader::LogsIn }.config(&file).map_err(fault)
}

/// What is needed to say what a key means, and where it stands if it means nothing.
pub(super) struct Meaning<'a> {
    pub(super) text: &'a str,
    pub(super) folder: &'a Path,
    /// The file itself; none for the built-in defaults.
    pub(super) file: Option<&'a Path>,
    pub(super) reader: secret::Reader,
}

impl Meaning<'_> {
    fn config(&self, file: &File) -> Result<Config, Fault> {
        let time_zone = self.time_zone(file.time_zone.as_ref())?;
        let (surveys, taxonomies) = self.surveys(&file.surveys)?;
        let transports = file.transport.iter().map(|one| self.transport(one)).collect::<Result<Vec<_>, _>>()?;
        self.unique(file.transport.iter().map(|one| &one.get_ref().name))?;
        let mailboxes =
            file.mailbox.iter().map(|one| self.mailbox(one, &surveys, &transports)).collect::<Result<Vec<_>, _>>()?;
        self.unique(file.mailbox.iter().map(|one| &one.get_ref().name))?;
        let data = self.folder.join(file.data.as_deref().unwrap_or(Path::new("data")));
        let bounds = self.limits(&file.limits)?;
        Ok(Config {
            path: None,
            backup: self.backup(&file.backup, &data)?,
            bounds,
            retention: self.retention(&file.retention)?,
            data,
            answer_since: file.answer_since.as_ref().map(|since| self.moment(since, &time_zone)).transpose()?,
            templates: self.templates(file.templates.as_ref())?,
            notices: file.notices.unwrap_or_default(),
            sign_off: file.sign_off.clone().unwrap_or_default(),
            follow_up: self.follow_up(&file.follow_up, &time_zone)?,
            font: file.font.as_ref().map(|path| self.folder.join(path)),
            digests: self.digests(&file.digest, &surveys, &transports)?,
            caps: self.caps(&file.caps)?,
            senders: self.senders(&file.senders)?,
            virus_scan: file.virus_scan.as_ref().map(|written| self.virus_scan(written)).transpose()?,
            reader: self.reader(&file.reader)?,
            listen: self.listen(&file.http)?,
            alarm: self.alarm(&file.alarm, &mailboxes, &transports, bounds)?,
            log: self.log(&file.log)?,
            time_zone,
            rosters: self.rosters(&file.rosters, &surveys)?,
            surveys,
            taxonomies,
            mailboxes,
            transports,
        })
    }

    pub(super) fn at(&self, span: Range<usize>, message: impl Into<String>) -> Fault {
        Fault::at(self.text, span, message)
    }

    fn unique<'a>(&self, names: impl Iterator<Item = &'a Spanned<String>>) -> Result<(), Fault> {
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if seen.contains(&name.get_ref().as_str()) {
                return Err(
                    self.at(name.span(), format!("the name `{}` is given twice; choose another", name.get_ref()))
                );
            }
            seen.push(name.get_ref());
        }
        Ok(())
    }

    fn time_zone(&self, written: Option<&Spanned<String>>) -> Result<TimeZone, Fault> {
        let Some(written) = written else {
            return Ok(TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC));
        };
        let unknown = |_| {
            self.at(written.span(), format!("no time zone is called `{}`; for China: Asia/Shanghai", written.get_ref()))
        };
        TimeZone::get(written.get_ref()).map_err(unknown)
    }

    /// A moment with its offset, or a date or date and time in the configured zone.
    fn moment(&self, written: &Spanned<String>, zone: &TimeZone) -> Result<Timestamp, Fault> {
        let text = written.get_ref();
        let local = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(zone.clone()).ok();
        text.parse().ok().or_else(|| local().map(|zoned| zoned.timestamp())).ok_or_else(|| {
            self.at(
                written.span(),
                format!("`{text}` is no moment; write it like 2017-12-18T00:00:00+08:00 or 2017-12-18"),
            )
        })
    }

    pub(super) fn duration(&self, written: Option<&Spanned<String>>, default: Duration) -> Result<Duration, Fault> {
        let Some(written) = written else { return Ok(default) };
        let wrong =
            || self.at(written.span(), format!("`{}` is no duration; write it like 60s or 5m", written.get_ref()));
        let read = written.get_ref().parse::<SignedDuration>().map_err(|_| wrong())?;
        Duration::try_from(read).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
    }

    fn surveys(&self, files: &[Spanned<PathBuf>]) -> Result<(Vec<Survey>, BTreeMap<String, Source>), Fault> {
        let mut surveys: Vec<Survey> = Vec::new();
        let mut taxonomies = BTreeMap::new();
        if files.is_empty() {
            surveys.push(Survey::founding().map_err(|error| self.at(0..0, error.to_string()))?);
            taxonomies.extend(surveys.iter().map(|founding| (founding.id.clone(), Source::BuiltIn)));
        }
        for file in files {
            let path = self.folder.join(file.get_ref());
            let fault = |what: String| self.at(file.span(), format!("{}: {what}", path.display()));
            let text = std::fs::read_to_string(&path).map_err(|error| fault(format!("{error}; name a survey file")))?;
            let survey =
                Survey::from_toml(&text).and_then(figure::checked).map_err(|error| fault(error.to_string()))?;
            if surveys.iter().any(|other| other.id == survey.id) {
                return Err(fault(format!("another survey has the id `{}` already; choose another", survey.id)));
            }
            if let Some(named) = &survey.taxonomy {
                let source = Source::named(named, path.parent().unwrap_or(Path::new("")));
                source.check().map_err(|error| fault(format!("taxonomy: {error}")))?;
                taxonomies.insert(survey.id.clone(), source);
            }
            surveys.push(survey);
        }
        for (file, survey) in files.iter().zip(&surveys) {
            let path = self.folder.join(file.get_ref());
            compared::check(survey, &surveys)
                .map_err(|fault| self.at(file.span(), format!("{}: {fault}", path.display())))?;
        }
        Ok((surveys, taxonomies))
    }

    /// Files of rosters, each of a configured survey.
    fn rosters(
        &self,
        written: &BTreeMap<Spanned<String>, PathBuf>,
        surveys: &[Survey],
    ) -> Result<BTreeMap<String, PathBuf>, Fault> {
        let known: Vec<&str> = surveys.iter().map(|survey| survey.id.as_str()).collect();
        let roster = |(survey, path): (&Spanned<String>, &PathBuf)| {
            self.known(survey, &known, "survey")?;
            Ok((survey.get_ref().clone(), self.folder.join(path)))
        };
        written.iter().map(roster).collect()
    }

    /// Templates that replace the built-in ones: the files of a folder, by name, and of the folders of languages in it.
    fn templates(&self, folder: Option<&Spanned<PathBuf>>) -> Result<BTreeMap<String, String>, Fault> {
        let mut templates = BTreeMap::new();
        let Some(written) = folder else { return Ok(templates) };
        let folder = self.folder.join(written.get_ref());
        let languages =
            Language::ALL.map(Language::as_str).map(|language| (format!("{language}/"), folder.join(language)));
        let folders = languages.into_iter().filter(|(_, folder)| folder.is_dir());
        for (prefix, folder) in folders.chain([(String::new(), folder.clone())]) {
            let fault = |what: String| self.at(written.span(), format!("{}: {what}", folder.display()));
            for entry in std::fs::read_dir(&folder).map_err(|error| fault(error.to_string()))? {
                let path = entry.map_err(|error| fault(error.to_string()))?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if name.ends_with(".j2") {
                    let text = std::fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
                    templates.insert(format!("{prefix}{name}"), text);
                }
            }
        }
        Ok(templates)
    }

    fn reader(&self, written: &file::Reader) -> Result<Reader, Fault> {
        let default = Limits::default();
        if let Some(memory) = written.memory_mib.as_ref().filter(|memory| *memory.get_ref() < LEAST_MEMORY) {
            let message = format!("a reader does not start with less than {LEAST_MEMORY} MiB; 1024 serves most");
            return Err(self.at(memory.span(), message));
        }
        let mib = |written: Option<u64>, default: u64| written.map_or(default, |count| count.saturating_mul(1 << 20));
        Ok(Reader {
            readers: written.readers,
            limits: Limits {
                message: mib(written.message_mib, default.message),
                unpacked: mib(written.unpacked_mib, default.unpacked),
                entries: written.entries.unwrap_or(default.entries),
                depth: written.depth.unwrap_or(default.depth),
                cells: written.cells.unwrap_or(default.cells),
            },
            time: self.duration(written.time.as_ref(), Duration::from_secs(60))?,
            memory: mib(written.memory_mib.as_ref().map(|memory| *memory.get_ref()), 1 << 30),
            may_lack: written.may_lack.iter().map(|layer| self.layer(layer)).collect::<Result<_, _>>()?,
        })
    }

    /// A layer of the readers' confinement by its name.
    fn layer(&self, written: &Spanned<String>) -> Result<Layer, Fault> {
        Layer::named(written.get_ref()).ok_or_else(|| {
            let names = Layer::ALL.map(Layer::as_str).join(" and ");
            let name = written.get_ref();
            self.at(written.span(), format!("a machine may lack no `{name}`; what it may lack is {names}"))
        })
    }

    fn caps(&self, written: &file::Caps) -> Result<Caps, Fault> {
        let together = match &written.together {
            Some(text) if text.get_ref().parse::<SignedDuration>().is_ok_and(|time| time.is_zero()) => Duration::ZERO,
            written => self.duration(written.as_ref(), TOGETHER)?,
        };
        Ok(Caps {
            per_sender_day: written.per_sender_day.unwrap_or(10),
            per_domain_hour: written.per_domain_hour.unwrap_or(200),
            per_day: written.per_day.unwrap_or(2_000),
            together,
        })
    }

    fn log(&self, written: &file::Log) -> Result<Log, Fault> {
        let format = match written.format.as_ref().map(|format| (format.get_ref().as_str(), format.span())) {
            None | Some(("text", _)) => telemetry::Format::Text,
            Some(("json", _)) => telemetry::Format::Json,
            Some(("journald", _)) => telemetry::Format::Journald,
            Some((other, span)) => {
                return Err(self.at(span, format!("no log format is called `{other}`; use text, json or journald")));
            }
        };
        let level = written.level.as_ref().map_or("info", |level| level.get_ref().as_str());
        if let (Some(written), false) = (&written.level, telemetry::is_level(level)) {
            let message = format!("no log level is called `{level}`; use error, warn, info, debug or trace");
            return Err(self.at(written.span(), message));
        }
        Ok(Log { format, level: level.to_owned() })
    }

    fn transport(&self, written: &Spanned<file::Transport>) -> Result<Transport, Fault> {
        let table = written.get_ref();
        self.sender(&table.from)?;
        let kind = match table.kind.unwrap_or(file::TransportKind::Smtp) {
            file::TransportKind::Folder => {
                self.none_of(table.smtp_keys(), "a transport of the kind smtp", "a folder")?;
                let path =
                    table.path.as_ref().ok_or_else(|| self.at(written.span(), "a folder transport needs `path`"))?;
                TransportKind::Folder(self.folder.join(path.get_ref()))
            }
            file::TransportKind::Smtp => {
                self.none_of(table.folder_keys(), "a transport of the kind folder", "smtp (as without `kind`)")?;
                TransportKind::Smtp(Box::new(self.smtp(written)?))
            }
        };
        Ok(Transport { name: table.name.get_ref().clone(), from: table.from.get_ref().clone(), kind })
    }

    fn smtp(&self, written: &Spanned<file::Transport>) -> Result<smtp::Settings, Fault> {
        let table = written.get_ref();
        let server = table.server();
        let host = written_in(server.host).ok_or_else(|| self.at(written.span(), "an SMTP transport needs `host`"))?;
        let tls = self.protection(server.tls, &host)?;
        let login = match written_in(server.user) {
            None => None,
            Some(user) => Some(smtp::Login { user, password: self.password(&server, written.span())? }),
        };
        let usual = smtp::Deadlines::default();
        let command = self.duration(table.answer_within.as_ref(), usual.command)?;
        let deadlines = smtp::Deadlines {
            connect: command.min(usual.connect),
            command,
            content: self.duration(table.accept_within.as_ref(), usual.content)?,
        };
        let default_port = match tls {
            Tls::Implicit => 465,
            Tls::StartTls => 587,
            Tls::None => 25,
        };
        Ok(smtp::Settings {
            port: written_in(server.port).unwrap_or(default_port),
            ca_file: server.ca_file.map(|path| self.folder.join(path.get_ref())),
            from: self.sender(&table.from)?,
            deadlines,
            host,
            tls,
            login,
        })
    }

    /// The address of a sender such as `AI survey <collect@district.example>`.
    fn sender(&self, from: &Spanned<String>) -> Result<String, Fault> {
        let wrong =
            || self.at(from.span(), format!("`{}` is no sender; write it like name <user@domain>", from.get_ref()));
        notice::sender_address(from.get_ref()).ok_or_else(wrong)
    }

    fn mailbox(
        &self,
        written: &Spanned<file::Mailbox>,
        surveys: &[Survey],
        transports: &[Transport],
    ) -> Result<Mailbox, Fault> {
        let table = written.get_ref();
        let after = self.after(table.after.as_ref())?;
        let kind = match table.kind.unwrap_or(file::MailboxKind::Imap) {
            file::MailboxKind::Imap => {
                self.none_of(table.maildir_keys(), "a mailbox of the kind maildir", "imap (as without `kind`)")?;
                MailboxKind::Imap(Box::new(self.imap(written, after)?))
            }
            file::MailboxKind::Maildir => {
                self.none_of(table.imap_keys(), "a mailbox of the kind imap", "a maildir")?;
                let path = table.path.as_ref().ok_or_else(|| self.at(written.span(), "a Maildir needs `path`"))?;
                let mut settings = maildir::Settings::new(table.name.get_ref(), self.folder.join(path.get_ref()));
                settings.poll = self.duration(table.poll.as_ref(), settings.poll)?;
                settings.after = after;
                MailboxKind::Maildir(settings)
            }
        };
        for id in &table.surveys {
            let known: Vec<&str> = surveys.iter().map(|survey| survey.id.as_str()).collect();
            self.known(id, &known, "survey")?;
        }
        if let Some(name) = &table.reply_by {
            let known: Vec<&str> = transports.iter().map(|transport| transport.name.as_str()).collect();
            self.known(name, &known, "transport")?;
        }
        Ok(Mailbox {
            name: table.name.get_ref().clone(),
            kind,
            surveys: table.surveys.iter().map(|id| id.get_ref().clone()).collect(),
            authserv_id: table.authserv_id.clone(),
            relays: self.relays(&table.relays)?,
            reply_by: table.reply_by.as_ref().map(|name| name.get_ref().clone()),
        })
    }

    fn imap(&self, written: &Spanned<file::Mailbox>, after: After) -> Result<imap::Settings, Fault> {
        let table = written.get_ref();
        let need = |what: &str| self.at(written.span(), format!("an IMAP mailbox needs `{what}`"));
        let server = table.server();
        let host = written_in(server.host).ok_or_else(|| need("host"))?;
        let tls = self.protection(server.tls, &host)?;
        let port = written_in(server.port).unwrap_or(if tls == Tls::Implicit { 993 } else { 143 });
        let user = written_in(server.user).ok_or_else(|| need("user"))?;
        let password = self.password(&server, written.span())?;
        let mut settings = imap::Settings::new(table.name.get_ref(), &host, port, tls, &user, password);
        settings.ca_file = server.ca_file.map(|path| self.folder.join(path.get_ref()));
        settings.folders = written_in(table.folders.as_ref()).unwrap_or_else(|| vec!["INBOX".into()]);
        settings.watch_junk = written_in(table.junk.as_ref()).unwrap_or(true);
        settings.poll = self.duration(table.poll.as_ref(), settings.poll)?;
        settings.command_deadline = self.duration(table.answer_within.as_ref(), settings.command_deadline)?;
        settings.after = after;
        Ok(settings)
    }

    /// Keys that mean something to another kind of table only are not passed over in silence.
    fn none_of(&self, keys: impl Iterator<Item = file::Key>, theirs: &str, ours: &str) -> Result<(), Fault> {
        match keys.filter_map(|(key, span)| Some((key, span?))).min_by_key(|(_, span)| span.start) {
            Some((key, span)) => {
                let message = format!("`{key}` belongs to {theirs}, and this one is {ours}; remove it, or mend `kind`");
                Err(self.at(span, message))
            }
            None => Ok(()),
        }
    }

    pub(super) fn known(&self, name: &Spanned<String>, known: &[&str], what: &str) -> Result<(), Fault> {
        if known.contains(&name.get_ref().as_str()) {
            return Ok(());
        }
        let list = if known.is_empty() {
            "none is configured".to_owned()
        } else {
            format!("configured: {}", known.join(", "))
        };
        Err(self.at(name.span(), format!("no {what} is called `{}`; {list}", name.get_ref())))
    }

    fn password(&self, server: &file::Server<'_>, span: Range<usize>) -> Result<Secret, Fault> {
        let missing = || self.at(span, "no password; give password_file, password_env or password_credential");
        secret::find(server, (self.folder, self.file), self.text, self.reader)?.ok_or_else(missing)
    }

    /// Passwords and returns go in the clear over the loopback interface only.
    fn protection(&self, written: Option<&Spanned<Tls>>, host: &str) -> Result<Tls, Fault> {
        let Some(written) = written else { return Ok(Tls::Implicit) };
        let loopback = host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        if *written.get_ref() == Tls::None && !loopback {
            let message = format!(
                "tls = \"none\" is allowed for this machine only, not for {host}; use implicit or starttls, with ca_file for an intranet server"
            );
            return Err(self.at(written.span(), message));
        }
        Ok(*written.get_ref())
    }

    fn after(&self, written: Option<&Spanned<String>>) -> Result<After, Fault> {
        let Some(written) = written else { return Ok(After::Seen) };
        match written.get_ref().as_str() {
            "keep" => Ok(After::Keep),
            "seen" => Ok(After::Seen),
            other => match other.strip_prefix("move:").filter(|folder| !folder.is_empty()) {
                Some(folder) => Ok(After::Move(folder.to_owned())),
                None => Err(self.at(
                    written.span(),
                    format!("`{other}` is no way to settle a message; use keep, seen or move:<folder>"),
                )),
            },
        }
    }
}

/// The value of a key, without its place.
fn written_in<T: Clone>(written: Option<&Spanned<T>>) -> Option<T> {
    written.map(|written| written.get_ref().clone())
}
