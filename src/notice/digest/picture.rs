//! A picture that stands in a mail, and what is said in its place where pictures are not shown.

use serde::Serialize;

/// A picture that stands in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its name in ASCII, such as `days`: it is referred to by it, and unique within the mail.
    pub name: &'static str,
    /// What is said where it is not shown.
    pub alt: String,
    /// Width in pixels at which it is shown; it is drawn twice as large.
    pub width: u32,
    /// Height in pixels at which it is shown.
    pub height: u32,
    /// Its bytes, a PNG.
    pub png: Vec<u8>,
}

/// A picture as the templates see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PictureView {
    /// Where its bytes are found, such as `cid:days@postroom`.
    pub(super) source: String,
    /// What is said where it is not shown.
    pub(super) alt: String,
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
}

impl Picture {
    /// Its identifier within the mail (RFC 2392), without angle brackets.
    #[must_use]
    pub fn content_id(&self) -> String {
        format!("{}@postroom", self.name)
    }

    pub(super) fn view(&self) -> PictureView {
        PictureView {
            source: format!("cid:{}", self.content_id()),
            alt: self.alt.clone(),
            width: self.width,
            height: self.height,
        }
    }
}
