//! The bytes of messages that were just kept: what is read a moment later need not be unpacked again.
//!
//! Fetching waits a little for reading where it is far ahead ([`Fresh::room`]), so that the bytes are still here when they are
//! wanted, and few. What is not here lies in the store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Bytes that are held at most.
const MOST: usize = 12 << 20;
/// How long fetching waits for reading: a message that is slow to read must not keep others on the server.
const PATIENCE: Duration = Duration::from_secs(1);

/// Messages by their hash, the longest held first. A handle: clones share it.
#[derive(Debug, Clone, Default)]
pub struct Fresh {
    shelf: Arc<Mutex<Shelf>>,
    taken: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Shelf {
    messages: VecDeque<(String, Vec<u8>)>,
    bytes: usize,
}

impl Fresh {
    /// Holds a message, in place of those held longest where there is no room.
    pub fn put(&self, sha256: String, bytes: Vec<u8>) {
        let mut shelf = self.shelf();
        if bytes.len() <= MOST {
            shelf.bytes += bytes.len();
            shelf.messages.push_back((sha256, bytes));
            shelf.shrink(MOST);
        }
    }

    /// Takes a message out.
    #[must_use]
    pub fn take(&self, sha256: &str) -> Option<Vec<u8>> {
        let mut shelf = self.shelf();
        let at = shelf.messages.iter().position(|(held, _)| held == sha256)?;
        let (_, bytes) = shelf.messages.remove(at)?;
        shelf.bytes -= bytes.len();
        drop(shelf);
        self.taken.notify_waiters();
        Some(bytes)
    }

    /// Waits until no more than half of the room is taken. After a second the messages held longest make room: whoever was to
    /// read them is slow, or they were settled otherwise.
    pub async fn room(&self) {
        let wait = async {
            loop {
                let taken = self.taken.notified();
                if self.shelf().bytes <= MOST / 2 {
                    return;
                }
                taken.await;
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            self.shelf().shrink(MOST / 2);
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn shrink(&mut self, most: usize) {
        while self.bytes > most
            && let Some((_, oldest)) = self.messages.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_once_and_a_flood_is_not_held() {
        let fresh = Fresh::default();
        fresh.put("a".into(), b"mail".to_vec());
        assert_eq!((fresh.take("a"), fresh.take("a")), (Some(b"mail".to_vec()), None));
        for name in ["b", "c", "d"] {
            fresh.put(name.into(), vec![0; MOST / 2]);
        }
        assert_eq!(["b", "c", "d"].map(|name| fresh.take(name).is_some()), [false, true, true]);
    }

    #[tokio::test]
    async fn fetching_goes_on_when_reading_has_caught_up_and_when_it_does_not() {
        let fresh = Fresh::default();
        fresh.put("a".into(), vec![0; MOST]);
        fresh.room().await;
        assert_eq!(fresh.take("a"), None, "nobody took it in time");
        fresh.put("b".into(), vec![0; MOST]);
        let mut waiting = std::pin::pin!(fresh.room());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        assert!(fresh.take("b").is_some());
        assert!(futures_util::poll!(waiting).is_ready());
    }
}
