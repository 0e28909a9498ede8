//! Marking in the reader's process: a file of the message is taken out and given back with its faulty cells marked.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;

use super::MARKED_MOST;
use super::protocol::{self, Marking, Setup, Word};
use crate::document::Limits;
use crate::mark::{self, Mark, Marked};
use crate::{mail, reading};

/// Answers one question for a marked file.
pub(super) fn answer(message: &File, setup: &Setup, marking: &Marking, parent: &mut UnixStream) -> io::Result<()> {
    let mut raw = vec![0; usize::try_from(marking.size.min(setup.limits.message)).map_err(io::Error::other)?];
    message.read_exact_at(&mut raw, 0)?;
    match marked(&raw, marking, &setup.limits) {
        Ok(Marked { bytes, kind, .. }) => {
            protocol::write(parent, &Word::Marked(kind))?;
            protocol::write_bytes(parent, &bytes)
        }
        Err(why) => protocol::write(parent, &Word::Unmarkable(why)),
    }
}

fn marked(raw: &[u8], marking: &Marking, limits: &Limits) -> Result<Marked, String> {
    if marking.size > limits.message {
        return Err("the message is too large".to_owned());
    }
    let files = reading::originals(&mail::parse(raw), limits.clone()).files;
    let file = files.into_iter().find(|(path, _)| *path == marking.path);
    let (_, bytes) = file.ok_or_else(|| format!("there is no file {:?} in the message", marking.path))?;
    let marks: Vec<Mark> =
        marking.notes.iter().map(|note| Mark { place: note.place.clone(), note: note.text.clone() }).collect();
    let marked = mark::mark(&bytes, &marks, marking.language, limits).map_err(|error| error.to_string())?;
    if !marked.left_out.is_empty() {
        // Whoever mends what is marked must be done with it.
        return Err(format!("{} of {} cells cannot be marked", marked.left_out.len(), marks.len()));
    }
    let size = marked.bytes.len();
    let is_small = u64::try_from(size).is_ok_and(|size| size <= MARKED_MOST);
    if is_small {
        Ok(marked)
    } else {
        Err(format!("with its marks it has {size} bytes, and {MARKED_MOST} are the most"))
    }
}
