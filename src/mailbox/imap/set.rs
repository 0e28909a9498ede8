//! Sets of UIDs as commands write them: `1:3,7,9:12`, ascending, in texts of bounded length.

/// Longest text of a set in one command, in bytes. Servers take lines of 8 KiB (RFC 7162, 4); some take less.
pub(super) const MOST_BYTES: usize = 2_000;

/// Writes ascending UIDs as a set; runs become ranges. Ranges are never descending: QQ refuses those.
pub(super) fn write(uids: &[u32]) -> String {
    let mut parts = Vec::new();
    for run in runs(uids) {
        match (run.first(), run.last()) {
            (Some(first), Some(last)) if first != last => parts.push(format!("{first}:{last}")),
            (Some(only), _) => parts.push(only.to_string()),
            _ => {}
        }
    }
    parts.join(",")
}

/// Cuts ascending UIDs into lots whose sets fit in a command.
pub(super) fn lots(uids: &[u32]) -> Vec<Vec<u32>> {
    let mut lots: Vec<Vec<u32>> = Vec::new();
    let mut length = 0;
    for run in runs(uids) {
        let written = write(run).len() + 1;
        match lots.last_mut() {
            Some(lot) if length + written <= MOST_BYTES => lot.extend(run),
            _ => {
                lots.push(run.to_vec());
                length = 0;
            }
        }
        length += written;
    }
    lots
}

fn runs(uids: &[u32]) -> impl Iterator<Item = &[u32]> {
    uids.chunk_by(|a, b| a.checked_add(1) == Some(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_marks_are_one_short_command() {
        for (uids, set) in [
            (&[][..], ""),
            (&[7], "7"),
            (&[1, 2, 3], "1:3"),
            (&[1, 3, 4, 9], "1,3:4,9"),
            (&[u32::MAX - 1, u32::MAX], "4294967294:4294967295"),
        ] {
            assert_eq!(write(uids), set);
        }
        assert_eq!(write(&(1..=1000).collect::<Vec<_>>()), "1:1000");
    }

    #[test]
    fn scattered_uids_keep_commands_short_and_lose_none() {
        let uids: Vec<u32> = (0..5_000).map(|n| 4_000_000_000 + 2 * n).collect();
        let lots = lots(&uids);
        assert!(lots.iter().all(|lot| write(lot).len() <= MOST_BYTES));
        assert_eq!(lots.concat(), uids);
    }
}
