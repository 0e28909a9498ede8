//! Charts for the digest: plain series become pictures, drawn here with nothing fetched.
//!
//! Pure: the font is an argument, since servers have none by nature that knows Chinese. Colours and greys are such that lines and labels
//! can be read on white and on black: the background stays transparent, as clients in dark mode change it.

mod bars;
mod days;
mod draw;
mod svg;

pub use bars::{Bar, bars};
pub use days::{DayBar, days};
pub use draw::{ChartError, Drawn, Font};

/// Width at which charts are shown, in pixels.
const WIDTH: u32 = 640;
/// Labels and axes: 4.5 to 1 against white and against black.
const GREY: &str = "#767676";
/// What was reached.
const BLUE: &str = "#2f7fd0";
/// What is still missing, and gaps.
const PALE: &str = "#9fb8d0";
/// The deadline.
const RED: &str = "#d0473a";
