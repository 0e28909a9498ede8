//! What a session hears of a server, without a server: for fuzzing, which throws bytes at it.

use std::collections::BTreeMap;

use imap_proto::RequestId;
use jiff::Timestamp;

use super::asked::{Asked, What};
use super::intake::Intake;
use super::ranges::Meta;
use super::wire::{done, quoted};
use crate::mailbox::utf7;

/// Most bytes of literals in a response.
const MOST: u64 = 1 << 20;

/// Hears what a server says while commands of every kind are under way, in packets of `packet` bytes; how many responses that were.
/// What cannot be understood ends it, as it ends a session.
#[must_use]
pub fn hear(bytes: &[u8], packet: usize) -> usize {
    let mut intake = Intake::new(MOST);
    let mut asked = asked();
    let mut count = 0;
    for packet in bytes.chunks(packet.max(1)) {
        intake.push(packet);
        loop {
            let heard = intake.next(|response| {
                asked.hear(response);
                done(response).map(|(_, done)| quoted(&utf7::decode(&done.words)))
            });
            match heard {
                Ok(Some(_)) => count += 1,
                Ok(None) => break,
                Err(_) => return count,
            }
        }
    }
    count
}

fn asked() -> Asked {
    let meta = |uid| Meta { uid, size: 1, date: Timestamp::UNIX_EPOCH };
    let mut asked = Asked::default();
    let questions = [
        What::Noop,
        What::List(Vec::new()),
        What::Bodies(vec![meta(1), meta(2)], BTreeMap::new()),
        What::Piece { uid: 3, offset: 0, bytes: None },
    ];
    for (number, question) in (1..).zip(questions) {
        asked.push(RequestId(format!("A{number:04}")), question);
    }
    asked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words of which responses are made, and what does not belong there.
    const WORDS: [&str; 30] = [
        "* ",
        "+ ",
        "A0001 ",
        "A0003 ",
        "OK ",
        "NO ",
        "BAD ",
        "BYE ",
        "1 ",
        "FETCH ",
        "(",
        ")",
        "UID ",
        "BODY[] ",
        "BODY[]<0> ",
        "RFC822.SIZE ",
        "INTERNALDATE ",
        "FLAGS ",
        "{5}\r\n",
        "{99999999}\r\n",
        "\"",
        "\\",
        "[UIDNEXT 4] ",
        "LIST ",
        "NIL ",
        "BODYSTRUCTURE ",
        "\r\n",
        "\n",
        "x",
        "\u{fe}",
    ];

    proptest! {
        #[test]
        fn what_is_heard_does_not_hang_on_the_packets(
            words in proptest::collection::vec(0..WORDS.len(), 0..200),
            packet in 1_usize..40,
        ) {
            let said: String = words.into_iter().filter_map(|at| WORDS.get(at).copied()).collect();
            prop_assert_eq!(hear(said.as_bytes(), said.len()), hear(said.as_bytes(), packet));
        }

        #[test]
        fn no_bytes_break_a_session(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = hear(&bytes, 16);
        }
    }
}
