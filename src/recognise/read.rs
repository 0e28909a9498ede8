//! What a strip of text reads: the model says for each of its columns how likely each character is; the likeliest, with repeats
//! and blanks dropped, are the text (greedy decoding of connectionist temporal classification, Graves and others 2006).

use image::{Rgb, RgbImage};

use super::{EngineError, Network};

/// Height of a strip as the model wants it.
pub(super) const HEIGHT: u32 = 48;
/// Width of a strip that is bounded so: some 130 characters.
pub(super) const MOST_WIDTH: u32 = 4_800;
/// A shorter strip is filled up to this width, as the model was taught.
const LEAST_WIDTH: u32 = 320;
/// What it is filled up with: the middle between black and white.
const FILLING: Rgb<u8> = Rgb([128; 3]);

/// The characters that a model knows, by the number that it gives them: 0 is a blank, the last one a space.
pub(super) fn letters(listed: &str) -> Vec<String> {
    let known = listed.lines().map(str::to_owned);
    std::iter::once(String::new()).chain(known).chain([" ".to_owned()]).collect()
}

/// The text of a strip, and the mean of how sure each character is.
pub(super) fn read(reader: &Network, letters: &[String], strip: &RgbImage) -> Result<(String, f32), EngineError> {
    let mut filled = RgbImage::from_pixel(strip.width().max(LEAST_WIDTH), HEIGHT, FILLING);
    image::imageops::replace(&mut filled, strip, 0, 0);
    let ([_, _, classes], likelihoods) = reader.run::<3>(&filled)?;
    Ok(decode(likelihoods.chunks_exact(classes.max(1)), letters))
}

fn decode<'c>(columns: impl Iterator<Item = &'c [f32]>, letters: &[String]) -> (String, f32) {
    let (mut text, mut sure, mut last) = (String::new(), Vec::new(), 0);
    for column in columns {
        let likeliest = column.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
        let Some((class, likelihood)) = likeliest else { continue };
        if class != 0 && class != last {
            text.push_str(letters.get(class).map_or("", String::as_str));
            sure.push(*likelihood);
        }
        last = class;
    }
    (text, sure.iter().sum::<f32>() / sure.len().max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_over_several_columns_is_one_and_a_doubled_one_two() {
        let letters = letters("万\n元");
        assert_eq!(letters, ["", "万", "元", " "]);
        let columns = |classes: &[usize]| -> Vec<[f32; 4]> {
            classes.iter().map(|class| [0, 1, 2, 3].map(|one| if one == *class { 0.8 } else { 0.1 })).collect()
        };
        for (classes, text) in
            [(&[1, 1, 0, 2, 2][..], "万元"), (&[1, 0, 1][..], "万万"), (&[1, 3, 2][..], "万 元"), (&[0, 0][..], "")]
        {
            let columns = columns(classes);
            assert_eq!(decode(columns.iter().map(<[f32; 4]>::as_slice), &letters).0, text);
        }
    }
}
