//! The templates: shipped in `config/notices/`, a set for each language, replaced one by one by configuration, checked before the first notice.
//!
//! A template is checked when it is loaded, not when a mail waits for its answer: it must parse, name only variables that exist
//! in the view of its kind, and render with sample data of every variant.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::notice::Kind;
use crate::notice::samples;
use crate::survey::Language;

/// The three templates of a kind, as they ship; those that are not Chinese in a folder of their language.
macro_rules! shipped {
    ($kind:literal) => {
        [
            (concat!($kind, ".subject.j2"), include_str!(concat!("../../config/notices/", $kind, ".subject.j2"))),
            (concat!($kind, ".txt.j2"), include_str!(concat!("../../config/notices/", $kind, ".txt.j2"))),
            (concat!($kind, ".html.j2"), include_str!(concat!("../../config/notices/", $kind, ".html.j2"))),
        ]
    };
}

/// Names and texts of a kind's templates: subject, text, HTML.
type Shipped = [(&'static str, &'static str); 3];

fn shipped(kind: Kind, language: Language) -> Shipped {
    match (language, kind) {
        (Language::Zh, Kind::Receipt) => shipped!("receipt"),
        (Language::Zh, Kind::Correction) => shipped!("correction"),
        (Language::Zh, Kind::Handover) => shipped!("handover"),
        (Language::Zh, Kind::Invitation) => shipped!("invitation"),
        (Language::Zh, Kind::Reminder) => shipped!("reminder"),
        (Language::Zh, Kind::Dispute) => shipped!("dispute"),
        (Language::Zh, Kind::Alarm) => shipped!("alarm"),
        (Language::Zh, Kind::Infected) => shipped!("infected"),
        (Language::En, Kind::Receipt) => shipped!("en/receipt"),
        (Language::En, Kind::Correction) => shipped!("en/correction"),
        (Language::En, Kind::Handover) => shipped!("en/handover"),
        (Language::En, Kind::Invitation) => shipped!("en/invitation"),
        (Language::En, Kind::Reminder) => shipped!("en/reminder"),
        (Language::En, Kind::Dispute) => shipped!("en/dispute"),
        (Language::En, Kind::Alarm) => shipped!("en/alarm"),
        (Language::En, Kind::Infected) => shipped!("en/infected"),
        // Officials read it, who are no respondents.
        (_, Kind::Digest) => shipped!("digest"),
    }
}

/// Every kind in every language that it is written in.
fn kinds() -> impl Iterator<Item = (Kind, Language)> {
    let all = Language::ALL.into_iter().flat_map(|language| Kind::ALL.map(|kind| (kind, language)));
    all.filter(|(kind, language)| *kind != Kind::Digest || *language == Language::Zh)
}

/// Steps that one rendering may take, some hundred times what the shipped ones need.
const FUEL: u64 = 200_000;

/// Why the notices cannot be composed as configured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A replacement for a template that there is not.
    #[error("there is no notice template {name:?}; the names are {}", names().join(", "))]
    UnknownTemplate {
        /// The name that was given.
        name: String,
    },
    /// The template is no template, or does not render.
    #[error("notice template {name} cannot be used: {cause}; mend it, or remove it to use the shipped one")]
    Unusable {
        /// The template's name.
        name: String,
        /// What the template engine says, with the line.
        cause: String,
    },
    /// The template names a variable that there is not.
    #[error("notice template {name} uses {variable:?}, which does not exist; the variables are {}", known.join(", "))]
    UnknownVariable {
        /// The template's name.
        name: String,
        /// The variable.
        variable: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A subject without the token: an answer could not be told from a new mail.
    #[error("notice template {name} leaves out the thread's token; end it with [收{{{{ token }}}}]")]
    NoToken {
        /// The template's name.
        name: String,
    },
    /// The configured sender is no address.
    #[error("the sender {from:?} is no address; write it as name <user@domain>, the address in ASCII")]
    From {
        /// What was configured.
        from: String,
    },
}

/// Names of the templates that configuration may replace.
fn names() -> Vec<&'static str> {
    kinds().flat_map(|(kind, language)| shipped(kind, language)).map(|(name, _)| name).collect()
}

/// The parts of a notice that templates make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// Templates, loaded and checked.
#[derive(Debug)]
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// The shipped templates with replacements by name.
    pub(super) fn load(overrides: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        if let Some(name) = overrides.keys().find(|name| !names().contains(&name.as_str())) {
            return Err(TemplateError::UnknownTemplate { name: name.clone() });
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(
            |name| {
                if name.contains(".html") { AutoEscape::Html } else { AutoEscape::None }
            },
        );
        for (name, shipped) in kinds().flat_map(|(kind, language)| shipped(kind, language)) {
            let source = overrides.get(name).map_or(shipped, String::as_str);
            environment.add_template_owned(name, source.to_owned()).map_err(|error| unusable(name, &error))?;
        }
        let templates = Self(environment);
        templates.check()?;
        Ok(templates)
    }

    /// Renders the three parts of a notice.
    pub(super) fn render(
        &self,
        kind: Kind,
        language: Language,
        view: &impl Serialize,
    ) -> Result<Rendered, TemplateError> {
        let [(subject, _), (text, _), (html, _)] = shipped(kind, language);
        let view = minijinja::Value::from(Serde(view));
        Ok(Rendered {
            subject: self.render_one(subject, view.clone())?.split_whitespace().collect::<Vec<_>>().join(" "),
            text: tidy(&self.render_one(text, view.clone())?),
            html: self.render_one(html, view)?,
        })
    }

    fn render_one(&self, name: &str, view: minijinja::Value) -> Result<String, TemplateError> {
        let template = self.0.get_template(name).map_err(|error| unusable(name, &error))?;
        template.render(view).map_err(|error| unusable(name, &error))
    }

    fn check(&self) -> Result<(), TemplateError> {
        kinds().try_for_each(|(kind, language)| self.check_kind(kind, language))
    }

    /// Templates of a kind know the variables of its view, and render with its samples.
    fn check_kind(&self, kind: Kind, language: Language) -> Result<(), TemplateError> {
        let views = samples::of(kind);
        let known: BTreeSet<String> = views.iter().filter_map(Value::as_object).flat_map(Map::keys).cloned().collect();
        let parts = shipped(kind, language);
        for (name, _) in parts {
            self.check_variables(name, &known)?;
        }
        for view in views {
            let rendered = self.render(kind, language, &view)?;
            let token = view.get("token").and_then(Value::as_str).unwrap_or_default();
            if !rendered.subject.contains(&format!("[收{token}]")) {
                let [(subject, _), ..] = parts;
                return Err(TemplateError::NoToken { name: subject.to_owned() });
            }
        }
        Ok(())
    }

    fn check_variables(&self, name: &str, known: &BTreeSet<String>) -> Result<(), TemplateError> {
        let template = self.0.get_template(name).map_err(|error| unusable(name, &error))?;
        let used: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
        let is_function = |variable: &&String| self.0.globals().any(|(name, _)| name == variable.as_str());
        match used.difference(known).find(|variable| !is_function(variable)) {
            None => Ok(()),
            Some(variable) => Err(TemplateError::UnknownVariable {
                name: name.to_owned(),
                variable: variable.clone(),
                known: known.iter().cloned().collect(),
            }),
        }
    }
}

fn unusable(name: &str, error: &minijinja::Error) -> TemplateError {
    TemplateError::Unusable { name: name.to_owned(), cause: error.to_string() }
}

/// Text without trailing spaces and with no more than one empty line at a time, so that a template need not fight for it.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.trim_end().lines().map(str::trim_end) {
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, source: &str, expected: &str) {
        let overrides = BTreeMap::from([(name.to_owned(), source.to_owned())]);
        let error = Templates::load(&overrides).expect_err("a template that cannot be used").to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_template_that_would_fail_later_is_refused_at_start() {
        check("receipt.txt", "x", "there is no notice template \"receipt.txt\"; the names are receipt.subject.j2");
        check(
            "receipt.txt.j2",
            "{{ tokem }}",
            "uses \"tokem\", which does not exist; the variables are changes, complete, confirmed, contact_name",
        );
        check("en/receipt.txt.j2", "{{ tokem }}", "notice template en/receipt.txt.j2 uses \"tokem\"");
        check("en/receipt.subject.j2", "Re: {{ subject }}", "notice template en/receipt.subject.j2 leaves out");
        check("fr/receipt.txt.j2", "x", "there is no notice template \"fr/receipt.txt.j2\"");
        check("receipt.txt.j2", "{% if %}", "notice template receipt.txt.j2 cannot be used: syntax error");
        check("correction.txt.j2", "{% for line in lines %}{{ line.wrong }}{% endfor %}", "undefined value");
        check(
            "receipt.subject.j2",
            "收到：{{ subject }}",
            "leaves out the thread's token; end it with [收{{ token }}]",
        );
        check(
            "receipt.txt.j2",
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "ran out of fuel",
        );
    }

    #[test]
    fn an_operator_replaces_one_template_and_keeps_the_others() {
        let overrides = BTreeMap::from([("receipt.txt.j2".to_owned(), "编号 {{ token }}".to_owned())]);
        let templates = Templates::load(&overrides).expect("good templates");
        let view = samples::of(Kind::Receipt).remove(0);
        let rendered = templates.render(Kind::Receipt, Language::Zh, &view).expect("a rendering");
        assert_eq!(rendered.text, "编号 K7M2QX\n");
        assert!(rendered.html.contains("收到时间"));
        let english = templates.render(Kind::Receipt, Language::En, &view).expect("a rendering");
        assert!(english.text.contains("Received:"), "each language has its own: {}", english.text);
    }

    #[test]
    fn empty_lines_do_not_pile_up() {
        assert_eq!(tidy("\n\na  \n\n\nb\n\n"), "a\n\nb\n");
    }
}
