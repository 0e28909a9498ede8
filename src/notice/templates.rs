//! The templates: shipped in `config/notices/`, replaced one by one by configuration, checked before the first notice.
//!
//! A template is checked when it is loaded, not when a mail waits for its answer: it must parse, name only variables that exist
//! ([`View`]), and render with sample data of every variant.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::notice::Kind;
use crate::notice::samples;
use crate::notice::view::View;

/// Templates by name, as they ship.
const SHIPPED: [(&str, &str); 9] = [
    ("receipt.subject.j2", include_str!("../../config/notices/receipt.subject.j2")),
    ("receipt.txt.j2", include_str!("../../config/notices/receipt.txt.j2")),
    ("receipt.html.j2", include_str!("../../config/notices/receipt.html.j2")),
    ("correction.subject.j2", include_str!("../../config/notices/correction.subject.j2")),
    ("correction.txt.j2", include_str!("../../config/notices/correction.txt.j2")),
    ("correction.html.j2", include_str!("../../config/notices/correction.html.j2")),
    ("handover.subject.j2", include_str!("../../config/notices/handover.subject.j2")),
    ("handover.txt.j2", include_str!("../../config/notices/handover.txt.j2")),
    ("handover.html.j2", include_str!("../../config/notices/handover.html.j2")),
];

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
    SHIPPED.iter().map(|(name, _)| *name).collect()
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
        for (name, shipped) in SHIPPED {
            let source = overrides.get(name).map_or(shipped, String::as_str);
            environment.add_template_owned(name, source.to_owned()).map_err(|error| unusable(name, &error))?;
        }
        let templates = Self(environment);
        templates.check()?;
        Ok(templates)
    }

    /// Renders the three parts of a notice.
    pub(super) fn render(&self, kind: Kind, view: &View) -> Result<Rendered, TemplateError> {
        let part = |part: &str| self.render_one(&format!("{}.{part}.j2", kind.as_str()), view);
        Ok(Rendered {
            subject: part("subject")?.split_whitespace().collect::<Vec<_>>().join(" "),
            text: tidy(&part("txt")?),
            html: part("html")?,
        })
    }

    fn render_one(&self, name: &str, view: &View) -> Result<String, TemplateError> {
        let template = self.0.get_template(name).map_err(|error| unusable(name, &error))?;
        template.render(Serde(view)).map_err(|error| unusable(name, &error))
    }

    fn check(&self) -> Result<(), TemplateError> {
        let known = variables();
        for name in names() {
            let template = self.0.get_template(name).map_err(|error| unusable(name, &error))?;
            let used: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
            let is_function = |variable: &&String| self.0.globals().any(|(name, _)| name == variable.as_str());
            if let Some(variable) = used.difference(&known).find(|variable| !is_function(variable)) {
                let (name, variable) = (name.to_owned(), variable.clone());
                return Err(TemplateError::UnknownVariable { name, variable, known: known.into_iter().collect() });
            }
        }
        for view in samples::all() {
            for kind in [Kind::Receipt, Kind::Correction, Kind::Handover] {
                let rendered = self.render(kind, &view)?;
                if !rendered.subject.contains(&format!("[收{}]", view.token)) {
                    return Err(TemplateError::NoToken { name: format!("{}.subject.j2", kind.as_str()) });
                }
            }
        }
        Ok(())
    }
}

/// The names that a template may use: the fields of [`View`].
fn variables() -> BTreeSet<String> {
    let fields = samples::all().into_iter().next().and_then(|view| serde_json::to_value(view).ok());
    let object = fields.and_then(|value| value.as_object().cloned()).unwrap_or_default();
    object.keys().cloned().collect()
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
        let view = samples::all().remove(0);
        let rendered = templates.render(Kind::Receipt, &view).expect("a rendering");
        assert_eq!(rendered.text, format!("编号 {}\n", view.token));
        assert!(rendered.html.contains("收到时间"));
    }

    #[test]
    fn empty_lines_do_not_pile_up() {
        assert_eq!(tidy("\n\na  \n\n\nb\n\n"), "a\n\nb\n");
    }
}
