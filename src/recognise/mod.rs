//! Text recognition of scans and photos: the pixels of a page become lines of text, each with its place and how sure it is.
//!
//! The models are PP-OCRv4's ([`models`]): one finds where on a page text stands ([`detect`], [`strip`]), the other reads a
//! strip of it ([`read`]). What is read so is for a person to review and never a return: recognition drops check boxes and
//! takes one character for another without a doubt, so the sender is asked for the editable file.

mod detect;
pub mod models;
mod read;
mod strip;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use image::RgbImage;
use rten::{Model, RunOptions, ThreadPool, Value};
use serde::{Deserialize, Serialize};

use crate::personal;
use strip::Strip;

/// Lines under this are noise: stamps, stains, patterns.
const LEAST_SURE: f32 = 0.5;
/// Strips by which it is found out whether a page stands on its head.
const SAMPLE: usize = 5;
/// A page whose sample is read so surely stands upright.
const UPRIGHT: f32 = 0.85;

/// Why recognition cannot work.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A model cannot be loaded.
    #[error("the model {name} cannot be used ({why}): install the models anew, `postroom models install`")]
    Model {
        /// Its file name.
        name: &'static str,
        /// The engine's words.
        why: String,
    },
    /// A model failed on a page.
    #[error("a model failed on this page: {0}")]
    Run(String),
}

/// A line of text on a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it reads.
    pub text: String,
    /// How sure that is, the mean over its characters, 0 to 1.
    pub confidence: f32,
    /// Where it stands.
    pub frame: Frame,
}

/// Where something stands on a page, in parts of the page's width and height from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Its left side.
    pub left: f32,
    /// Its upper side.
    pub top: f32,
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
}

/// The two models, loaded.
pub struct Engine {
    detector: Network,
    reader: Network,
    letters: Vec<String>,
}

impl Engine {
    /// Loads the models.
    ///
    /// # Errors
    /// [`EngineError::Model`] when one of them is no model, or not of the expected kind.
    pub fn new(files: models::Files) -> Result<Self, EngineError> {
        // One thread: a scan is in no hurry, and mail is.
        let threads = Arc::new(ThreadPool::with_num_threads(1));
        let detector = Network::load(models::DETECTION.name, files.detection, Arc::clone(&threads))?;
        let reader = Network::load(models::RECOGNITION.name, files.recognition, threads)?;
        let letters = read::letters(reader.model.metadata().get("character").unwrap_or_default());
        Ok(Self { detector, reader, letters })
    }

    /// The lines of a page in reading order.
    ///
    /// # Errors
    /// [`EngineError::Run`] when a model cannot work on the page.
    pub fn lines(&self, page: &RgbImage) -> Result<Vec<Line>, EngineError> {
        let mut strips = detect::strips(&self.detector, page)?;
        self.put_upright(page, &mut strips)?;
        strip::put_in_order(&mut strips);
        let mut lines = Vec::new();
        for strip in strips {
            let (text, confidence) = self.read(page, &strip)?;
            if confidence >= LEAST_SURE && !text.trim().is_empty() {
                lines.push(Line { text: redacted(&text), confidence, frame: strip.frame(page) });
            }
        }
        Ok(lines)
    }

    /// A page that was scanned head down is recognised by its longest lines, which make no sense that way round.
    fn put_upright(&self, page: &RgbImage, strips: &mut [Strip]) -> Result<(), EngineError> {
        let mut sample = strips.to_vec();
        sample.sort_by(|one, other| other.length().total_cmp(&one.length()));
        sample.truncate(SAMPLE);
        let upright = self.confidence(page, &sample)?;
        if upright >= UPRIGHT || sample.is_empty() {
            return Ok(());
        }
        sample.iter_mut().for_each(Strip::turn_over);
        if self.confidence(page, &sample)? > upright {
            strips.iter_mut().for_each(Strip::turn_over);
        }
        Ok(())
    }

    fn confidence(&self, page: &RgbImage, sample: &[Strip]) -> Result<f32, EngineError> {
        let each = sample.iter().map(|strip| Ok(self.read(page, strip)?.1));
        let all = each.collect::<Result<Vec<f32>, EngineError>>()?;
        Ok(all.iter().sum::<f32>() / all.len().max(1) as f32)
    }

    fn read(&self, page: &RgbImage, strip: &Strip) -> Result<(String, f32), EngineError> {
        read::read(&self.reader, &self.letters, &strip.cut(page, read::HEIGHT, read::MOST_WIDTH))
    }
}

/// The text without numbers that may be a person's identity number: as long as one, whatever its digits, since any of them may be
/// misread. A credit code of an enterprise begins with 9 (GB 32100) and stays.
fn redacted(text: &str) -> String {
    let may_be_personal = |number: &str| number.len() == 18 && !number.starts_with('9');
    personal::redacted_where(text, &may_be_personal).into_owned()
}

/// A model that works on pictures.
struct Network {
    model: Model,
    threads: Arc<ThreadPool>,
}

impl Network {
    fn load(name: &'static str, bytes: Vec<u8>, threads: Arc<ThreadPool>) -> Result<Self, EngineError> {
        let model = Model::load(bytes).map_err(|error| EngineError::Model { name, why: error.to_string() })?;
        Ok(Self { model, threads })
    }

    /// What the model says of a picture: its numbers, and their shape in `N` dimensions.
    fn run<const N: usize>(&self, picture: &RgbImage) -> Result<([usize; N], Vec<f32>), EngineError> {
        let failed = |error: &dyn std::fmt::Display| EngineError::Run(error.to_string());
        let input = Value::from_shape(&input_shape(picture), planes(picture)).map_err(|error| failed(&error))?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let output = self.model.run_one(input.into(), Some(options)).map_err(|error| failed(&error))?;
        output.into_shape_vec().map_err(|error| failed(&error))
    }
}

fn input_shape(picture: &RgbImage) -> [usize; 4] {
    [1, 3, picture.height() as usize, picture.width() as usize]
}

/// Pixels as the models were taught with them: blue, green and red apart, from -1 to 1.
fn planes(picture: &RgbImage) -> Vec<f32> {
    let plane = |channel: usize| {
        picture.pixels().map(move |pixel| f32::from(pixel.0.get(channel).copied().unwrap_or_default()) / 127.5 - 1.0)
    };
    plane(2).chain(plane(1)).chain(plane(0)).collect()
}
