//! Fields: a code that is not shown, then a result that is. Legacy form fields show the state that their data say.

use crate::document::xml::Element;

/// The fields that the walker is in.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Outermost first.
    open: Vec<Field>,
    /// How many of them are in their code.
    codes: usize,
}

#[derive(Debug, Default)]
struct Field {
    in_result: bool,
    has_result: bool,
    form: Form,
}

/// The data of a legacy form field (ECMA-376 part 1, 17.16.17).
#[derive(Debug, Default)]
enum Form {
    #[default]
    None,
    CheckBox {
        default: bool,
        checked: Option<bool>,
    },
    List {
        entries: Vec<String>,
        chosen: usize,
    },
}

impl Fields {
    /// Whether text here is part of a code, not of a result.
    pub(super) fn in_code(&self) -> bool {
        self.codes > 0
    }

    /// Takes a field character; returns what a form field shows instead of a result.
    pub(super) fn mark(&mut self, kind: &str) -> Option<String> {
        match kind {
            "begin" => {
                self.open.push(Field::default());
                self.codes += 1;
            }
            "separate" => {
                if let Some(field) = self.open.last_mut() {
                    self.codes -= usize::from(!std::mem::replace(&mut field.in_result, true));
                }
            }
            "end" => return self.end(),
            _ => {}
        }
        None
    }

    fn end(&mut self) -> Option<String> {
        let field = self.open.pop()?;
        self.codes -= usize::from(!field.in_result);
        if field.has_result { None } else { field.form.shown() }
    }

    /// Takes an element of a form field's data.
    pub(super) fn data(&mut self, element: &Element<'_>) {
        let Some(field) = self.open.last_mut().filter(|field| !field.in_result) else { return };
        let value = element.attribute("val");
        let is_on = is_on(value.as_deref());
        match (element.name(), &mut field.form) {
            ("checkBox", form) => *form = Form::CheckBox { default: false, checked: None },
            ("ddList", form) => *form = Form::List { entries: Vec::new(), chosen: 0 },
            ("default", Form::CheckBox { default, .. }) => *default = is_on,
            ("checked", Form::CheckBox { checked, .. }) => *checked = Some(is_on),
            ("listEntry", Form::List { entries, .. }) => entries.push(value.unwrap_or_default()),
            ("default" | "result", Form::List { chosen, .. }) => {
                *chosen = value.and_then(|value| value.parse().ok()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Takes note that a result is written out.
    pub(super) fn text(&mut self) {
        if let Some(field) = self.open.last_mut() {
            field.has_result = true;
        }
    }

    /// A code that runs past its paragraph was never closed: better to show what follows than to lose it.
    pub(super) fn end_paragraph(&mut self) {
        if std::mem::take(&mut self.codes) > 0 {
            self.open.iter_mut().for_each(|field| field.in_result = true);
        }
    }
}

impl Form {
    fn shown(self) -> Option<String> {
        match self {
            Form::None => None,
            Form::CheckBox { default, checked } => Some(check_box(checked.unwrap_or(default)).to_string()),
            Form::List { entries, chosen } => entries.into_iter().nth(chosen),
        }
    }
}

/// The character that shows a check box.
pub(super) fn check_box(is_checked: bool) -> char {
    if is_checked { '☑' } else { '☐' }
}

/// Whether an on-off property is on: it is when it stands there without a value (ECMA-376 part 1, 17.17.4).
pub(super) fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off"))
}
