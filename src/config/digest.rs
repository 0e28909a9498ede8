//! The tables `[[digest]]`: who is told how a survey stands, when, and what is shown.

use rust_decimal::Decimal;
use toml::Spanned;

use super::file;
use super::meaning::Meaning;
use super::{Digest, Transport};
use crate::calendar::Weekly;
use crate::notice;
use crate::survey::{ItemKind, Survey};
use crate::value::money;
use crate::value::{Money, Value};
use crate::written::Fault;

/// Name of a digest that is given none.
const NAME: &str = "digest";
/// Where classes of amounts end when the configuration does not say.
const BOUNDS: [&str; 4] = ["500万元", "2000万元", "1亿元", "10亿元"];

impl Meaning<'_> {
    /// What the tables mean.
    pub(super) fn digests(
        &self,
        written: &[Spanned<file::Digest>],
        surveys: &[Survey],
        transports: &[Transport],
    ) -> Result<Vec<Digest>, Fault> {
        let mut digests: Vec<Digest> = Vec::new();
        for one in written {
            let digest = self.digest(one, surveys, transports)?;
            if digests.iter().any(|other| other.name == digest.name) {
                let span = one.get_ref().name.as_ref().map_or(one.span(), Spanned::span);
                let message =
                    format!("the name `{}` is given twice; give each digest a `name` of its own", digest.name);
                return Err(self.at(span, message));
            }
            digests.push(digest);
        }
        Ok(digests)
    }

    fn digest(
        &self,
        written: &Spanned<file::Digest>,
        surveys: &[Survey],
        transports: &[Transport],
    ) -> Result<Digest, Fault> {
        let table = written.get_ref();
        if transports.is_empty() {
            return Err(self.at(written.span(), "a digest needs a transport to send it by; add a [[transport]]"));
        }
        let survey = self.survey_of(table.survey.as_ref(), written, surveys)?;
        if let Some(name) = &table.transport {
            let known: Vec<&str> = transports.iter().map(|transport| transport.name.as_str()).collect();
            self.known(name, &known, "transport")?;
        }
        Ok(Digest {
            name: table.name.as_ref().map_or(NAME, |name| name.get_ref()).to_owned(),
            to: self.recipients(&table.to)?,
            at: self.weekly(&table.at)?,
            survey: survey.id.clone(),
            tag: table.tag.as_ref().map(|tag| self.tag(tag)).transpose()?,
            by: table.by.clone(),
            district: table.district.clone().unwrap_or_default(),
            amount: self.amount(table.amount.as_ref(), survey)?,
            bounds: self.bounds(table.bounds.as_ref())?,
            transport: table.transport.as_ref().map(|name| name.get_ref().clone()),
        })
    }

    fn survey_of<'s>(
        &self,
        named: Option<&Spanned<String>>,
        digest: &Spanned<file::Digest>,
        surveys: &'s [Survey],
    ) -> Result<&'s Survey, Fault> {
        let several = || self.at(digest.span(), "several surveys are configured; name the digest's with `survey`");
        let Some(named) = named else {
            return if let [only] = surveys { Ok(only) } else { Err(several()) };
        };
        let known: Vec<&str> = surveys.iter().map(|survey| survey.id.as_str()).collect();
        self.known(named, &known, "survey")?;
        surveys.iter().find(|survey| survey.id == *named.get_ref()).ok_or_else(several)
    }

    fn recipients(&self, written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<String>, Fault> {
        if written.get_ref().is_empty() {
            return Err(self.at(written.span(), "a digest goes to at least one address"));
        }
        let one = |address: &Spanned<String>| {
            let wrong = || self.at(address.span(), format!("`{}` is no address; write user@domain", address.get_ref()));
            notice::sender_address(address.get_ref()).filter(|plain| plain == address.get_ref()).ok_or_else(wrong)
        };
        written.get_ref().iter().map(one).collect()
    }

    fn weekly(&self, written: &Spanned<String>) -> Result<Weekly, Fault> {
        Weekly::parse(written.get_ref()).ok_or_else(|| {
            let message = format!("`{}` is no moment of a week; write it like Mon 08:30", written.get_ref());
            self.at(written.span(), message)
        })
    }

    fn tag(&self, written: &Spanned<String>) -> Result<(String, String), Fault> {
        let parts = written.get_ref().split_once('=').map(|(tag, value)| (tag.trim(), value.trim()));
        match parts {
            Some((tag, value)) if !tag.is_empty() && !value.is_empty() => Ok((tag.to_owned(), value.to_owned())),
            _ => {
                let message = format!(
                    "`{}` names no respondents; write a column of the roster and its value, like 所属镇街=东街",
                    written.get_ref()
                );
                Err(self.at(written.span(), message))
            }
        }
    }

    /// The item whose amounts are added up: the named one, else the survey's first amount.
    fn amount(&self, named: Option<&Spanned<String>>, survey: &Survey) -> Result<Option<(String, String)>, Fault> {
        let Some(named) = named else { return Ok(amounts(survey).next()) };
        let amounts: Vec<(String, String)> = amounts(survey).collect();
        let found = amounts.iter().find(|(key, _)| key == named.get_ref()).cloned();
        let known: Vec<&str> = amounts.iter().map(|(key, _)| key.as_str()).collect();
        self.known(named, &known, &format!("amount of the survey {}", survey.id))?;
        Ok(found)
    }

    fn bounds(&self, written: Option<&Spanned<Vec<Spanned<String>>>>) -> Result<Vec<Decimal>, Fault> {
        let Some(written) = written else {
            return Ok(BOUNDS.iter().filter_map(|text| exactly(text)).collect());
        };
        let mut bounds: Vec<Decimal> = Vec::new();
        for text in written.get_ref() {
            let wrong = |what: &str| self.at(text.span(), format!("`{}` {what}", text.get_ref()));
            let bound = exactly(text.get_ref()).ok_or_else(|| wrong("is no amount; write it like 2000万元"))?;
            if bounds.last().is_some_and(|last| *last >= bound) {
                return Err(wrong("is not more than the bound before it; write them from the smallest on"));
            }
            bounds.push(bound);
        }
        Ok(bounds)
    }
}

impl Digest {
    /// A digest of all respondents of a survey, without anybody it goes to.
    #[must_use]
    pub fn plain(survey: &Survey) -> Self {
        Self {
            name: NAME.to_owned(),
            to: Vec::new(),
            at: Weekly::default(),
            survey: survey.id.clone(),
            tag: None,
            by: None,
            district: String::new(),
            amount: amounts(survey).next(),
            bounds: BOUNDS.iter().filter_map(|text| exactly(text)).collect(),
            transport: None,
        }
    }
}

/// The items of a survey that ask for amounts, each with its currency.
fn amounts(survey: &Survey) -> impl Iterator<Item = (String, String)> {
    survey.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Money { currency, .. } => Some((item.key.clone(), currency.clone())),
        _ => None,
    })
}

/// An amount that is written as one number with its unit.
fn exactly(text: &str) -> Option<Decimal> {
    let context = money::Context { currency: "CNY", ..money::Context::default() };
    match money::read(text, &context).value {
        Value::Money(Some(Money { low: Some(low), high, .. })) if high == Some(low) => Some(low),
        _ => None,
    }
}
