//! Notices as files in a folder: for trials, and for offices whose mail is fetched from there by another program.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::transport::{Outcome, Outgoing};

/// A folder that takes one `.eml` file per notice.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A transport into the folder at `path`, which is made when the first notice comes.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Writes the notice as `<name>.eml`. It is there whole or not at all, and sending it again leaves one file.
    pub async fn send(&self, one: &Outgoing) -> Outcome {
        let folder = self.path.clone();
        let name = file_name(&one.name);
        let bytes = one.bytes.clone();
        let shown = folder.join(&name).display().to_string();
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
        match written {
            Ok(Ok(())) => Outcome::Sent(shown),
            Ok(Err(error)) => Outcome::Later(format!("cannot write {shown}: {error}; check the folder and its space")),
            Err(error) => Outcome::Later(format!("writing {shown} broke off: {error}")),
        }
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{name}.part"));
    let mut file = File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(name))?;
    // The name itself is durable only once the folder is.
    File::open(folder)?.sync_all()
}

/// The notice's name with everything left out that could lead elsewhere.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    format!("{}.eml", name.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(name: &str, text: &str) -> Outgoing {
        Outgoing { recipient: "a@b.example".into(), bytes: text.into(), name: name.into() }
    }

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect()
    }

    #[tokio::test]
    async fn a_notice_sent_again_is_still_one_file() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("out");
        let folder = Folder::new(&path);
        for text in ["one", "two"] {
            let outcome = folder.send(&outgoing("reply-17", text)).await;
            assert!(matches!(outcome, Outcome::Sent(words) if words.ends_with("reply-17.eml")));
        }
        assert_eq!(files(&path), ["reply-17.eml"]);
        assert_eq!(fs::read_to_string(path.join("reply-17.eml")).expect("a file"), "two");
    }

    #[tokio::test]
    async fn a_name_cannot_lead_out_of_the_folder() {
        let home = tempfile::tempdir().expect("a folder");
        Folder::new(home.path()).send(&outgoing("../reply:17", "x")).await;
        assert_eq!(files(home.path()), ["___reply_17.eml"]);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_tried_again() {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("file");
        fs::write(&file, "").expect("a file");
        let outcome = Folder::new(&file).send(&outgoing("reply-17", "x")).await;
        assert!(matches!(&outcome, Outcome::Later(why) if why.contains("reply-17.eml")), "{outcome:?}");
    }
}
