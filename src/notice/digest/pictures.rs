//! The pictures of a digest: figures become series, series become charts, each with what it shows in words.

use jiff::civil::Date;

use super::{Picture, amount};
use crate::chart::{self, Bar, ChartError, DayBar, Drawn, Font};
use crate::figures::{AreaFigure, Class, Day, Figures, Group};
use crate::notice::clean;

/// Most groups that are drawn; the table has them all.
const GROUPS: usize = 16;

impl Picture {
    /// The pictures of a digest: returns by day, response by group, returns by class, returns by focus area. What there is nothing of
    /// is not drawn.
    ///
    /// # Errors
    /// When a chart cannot be drawn.
    pub fn all(figures: &Figures, deadline: Date, font: &Font) -> Result<Vec<Self>, ChartError> {
        let mut pictures = Vec::new();
        if !figures.days.is_empty() {
            pictures.push(days(figures, deadline, font)?);
        }
        if !figures.groups.is_empty() {
            pictures.push(groups(&figures.groups, font)?);
        }
        if !figures.sum.given.is_empty() {
            pictures.push(classes(&figures.classes, font)?);
        }
        if figures.areas.iter().any(|one| !one.respondents.is_empty()) {
            pictures.push(areas(&figures.areas, font)?);
        }
        Ok(pictures)
    }

    fn new(name: &'static str, alt: String, drawn: Drawn) -> Self {
        let Drawn { width, height, png } = drawn;
        Self { name, alt, width, height, png }
    }
}

fn days(figures: &Figures, deadline: Date, font: &Font) -> Result<Picture, ChartError> {
    let bar = |day: &Day| DayBar {
        label: format!("{}-{:02}", day.day.month(), day.day.day()),
        value: day.returned.number(),
        so_far: day.so_far,
        is_deadline: day.day == deadline,
    };
    let bars: Vec<DayBar> = figures.days.iter().map(bar).collect();
    let of = Some(figures.totals.invited.number()).filter(|invited| *invited > 0);
    let all = bars.last().map_or(0, |day| day.so_far);
    let alt = format!("每日回收图：累计 {all} 份，本期新收 {} 份", figures.week.new.number());
    Ok(Picture::new("days", alt, chart::days(&bars, of, font)?))
}

fn groups(groups: &[Group], font: &Font) -> Result<Picture, ChartError> {
    let said = |one: &Group| format!("{}/{}", one.returned.number(), one.invited.number());
    let label = |one: &Group| match clean::line(&one.value, clean::NAME) {
        value if value.is_empty() => "（未填）".to_owned(),
        value => value,
    };
    let bar = |one: &Group| Bar {
        label: label(one),
        value: one.returned.number(),
        of: Some(one.invited.number()),
        said: said(one),
    };
    let bars: Vec<Bar> = groups.iter().take(GROUPS).map(bar).collect();
    let words: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.label, bar.said)).collect();
    Ok(Picture::new("groups", format!("回收情况图：{}", words.join("，")), chart::bars(&bars, font)?))
}

fn classes(classes: &[Class], font: &Font) -> Result<Picture, ChartError> {
    let bar = |class: &Class| {
        let (Class::Between { respondents, .. } | Class::Undecided(respondents) | Class::Unknown(respondents)) = class;
        let value = respondents.number();
        Bar { label: amount::name(class), value, of: None, said: format!("{value} 家") }
    };
    let bars: Vec<Bar> = classes.iter().map(bar).collect();
    Ok(Picture::new("classes", words("规模分布图", &bars), chart::bars(&bars, font)?))
}

fn areas(areas: &[AreaFigure], font: &Font) -> Result<Picture, ChartError> {
    let bar = |one: &AreaFigure| {
        let value = one.respondents.number();
        Bar { label: one.area.name.clone(), value, of: None, said: format!("{value} 家") }
    };
    let bars: Vec<Bar> = areas.iter().map(bar).collect();
    Ok(Picture::new("areas", words("重点领域图", &bars), chart::bars(&bars, font)?))
}

fn words(title: &str, bars: &[Bar]) -> String {
    let some: Vec<String> =
        bars.iter().filter(|bar| bar.value > 0).map(|bar| format!("{} {}", bar.label, bar.said)).collect();
    format!("{title}：{}", some.join("，"))
}
