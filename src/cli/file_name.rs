//! Names that senders chose, made into names of files and folders: no path, nothing hidden, nothing that another system keeps for
//! itself or cannot hold, and no two alike in one folder.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::survey::is_invisible;

/// Most characters of a file's name: those from the end stay, where its format stands.
const LONGEST_FILE: usize = 80;
/// Most characters of a folder's name.
const LONGEST_FOLDER: usize = 60;
/// Signs that mean something in a path or to a shell of some system.
const SIGNS: &str = "/\\:*?\"<>|";
/// Names that Windows keeps for itself, with any ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The names given out in one folder.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// As systems compare them that see no difference of case or form.
    taken: BTreeSet<String>,
}

impl Names {
    /// A name for a file of that path in its message; with a number before it where another file has that name.
    pub(super) fn file(&mut self, path: &str) -> String {
        let safe = safe(path, LONGEST_FILE, true, "file");
        self.free(&safe, &|number| format!("{number}-{safe}"))
    }

    /// A name for the folder of somebody; with a number behind it where somebody else has that name.
    pub(super) fn folder(&mut self, name: &str, nameless: &str) -> String {
        let safe = safe(name, LONGEST_FOLDER, false, nameless);
        self.free(&safe, &|number| format!("{safe}-{number}"))
    }

    fn free(&mut self, name: &str, numbered: &dyn Fn(u64) -> String) -> String {
        let mut all = std::iter::once(name.to_owned()).chain((2..).map(numbered));
        let free = all.find(|name| self.taken.insert(name.nfkc().collect::<String>().to_lowercase()));
        free.unwrap_or_default()
    }
}

fn safe(name: &str, most: usize, keeps_end: bool, instead: &str) -> String {
    let seen = name.chars().filter(|letter| !is_invisible(*letter));
    let mapped: String =
        seen.map(|letter| if letter.is_control() || SIGNS.contains(letter) { '_' } else { letter }).collect();
    let letters: Vec<char> = bare(&mapped).chars().collect();
    let skipped = if keeps_end { letters.len().saturating_sub(most) } else { 0 };
    let cut: String = letters.into_iter().skip(skipped).take(most).collect();
    let cut = bare(&cut);
    if cut.is_empty() {
        instead.to_owned()
    } else if is_device(cut) || cut.starts_with('-') {
        // A name that begins with a hyphen is an option to many a command.
        format!("_{cut}")
    } else {
        cut.to_owned()
    }
}

/// Without dots and spaces around it: those before hide a file, those behind are lost on Windows.
fn bare(name: &str) -> &str {
    let is_edge = |letter: char| letter == '.' || letter.is_whitespace();
    name.trim_start_matches(is_edge).trim_end_matches(is_edge)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    DEVICES.contains(&stem.as_str())
        || port.is_some_and(|rest| rest.chars().count() == 1 && rest.chars().all(char::is_numeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_files_called_alike_both_are_written() {
        let mut names = Names::default();
        let found = ["表.xls", "表.xls", "表.XLS", "表.xls"].map(|name| names.file(name));
        assert_eq!(found, ["表.xls", "2-表.xls", "3-表.XLS", "4-表.xls"]);
    }

    #[test]
    fn two_enterprises_of_one_name_stay_apart() {
        let mut names = Names::default();
        let found = ["甲/乙公司", "甲:乙公司", "甲_乙公司-2", "ＡＢ公司", "ab公司", "", "..."]
            .map(|name| names.folder(name, "未署名"));
        let expected = ["甲_乙公司", "甲_乙公司-2", "甲_乙公司-2-2", "ＡＢ公司", "ab公司-2", "未署名", "未署名-2"];
        assert_eq!(found, expected);
        let long = "长".repeat(100);
        let folders = [long.clone() + "甲", long + "乙"].map(|name| names.folder(&name, "未署名"));
        assert_ne!(folders[0], folders[1], "what differs only in what is cut off");
    }

    #[test]
    fn a_hostile_file_name_stays_in_the_folder() {
        for (name, safe) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..\\..\\x.exe", "_.._x.exe"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\x", "C__x"),
            ("..", "file"),
            (" . . ", "file"),
            ("", "file"),
            ("表.docx", "表.docx"),
            ("a\0b\n.xls", "a_b_.xls"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("com1.xlsx", "_com1.xlsx"),
            ("LPT¹", "_LPT¹"),
            ("company.xlsx", "company.xlsx"),
            ("表.xlsx. .", "表.xlsx"),
            ("-rf", "_-rf"),
            ("表\u{202e}slx.exe", "表slx.exe"),
            ("a|b?*<>\".xls", "a_b_____.xls"),
        ] {
            assert_eq!(Names::default().file(name), safe, "{name:?}");
        }
        let long = Names::default().file(&format!("{}.xlsx", "长".repeat(300)));
        assert!(long.len() <= 240 && long.ends_with("长.xlsx"), "{long}");
    }
}
