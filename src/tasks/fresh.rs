//! The bytes of messages that were just kept: what is read a moment later need not be unpacked again.
//!
//! Fetching waits a little for reading where it is far ahead ([`Fresh::room`]), so that the bytes are still here when they are
//! wanted, and few. What is not here lies in the store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
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
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.bytes += bytes.len();
        shelf.messages.push_back((sha256, bytes));
        while shelf.bytes > MOST
            && let Some((_, oldest)) = shelf.messages.pop_front()
        {
            shelf.bytes -= oldest.len();
        }
    }

    /// Takes a message out.
    #[must_use]
    pub fn take(&self, sha256: &str) -> Option<Vec<u8>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let at = shelf.messages.iter().position(|(held, _)| held == sha256)?;
        let (_, bytes) = shelf.messages.remove(at)?;
        shelf.bytes -= bytes.len();
        drop(shelf);
        self.taken.notify_waiters();
        Some(bytes)
    }

    /// Waits until less than half of the room is taken, or for a second.
    pub async fn room(&self) {
        let wait = async {
            loop {
                let taken = self.taken.notified();
                if self.shelf.lock().unwrap_or_else(PoisonError::into_inner).bytes < MOST / 2 {
                    return;
                }
                taken.await;
            }
        };
        // When the time is up, the longest held make room.
        let _ = tokio::time::timeout(PATIENCE, wait).await;
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
        // Ends by itself, or this test never does.
        fresh.room().await;
        let mut waiting = std::pin::pin!(fresh.room());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        assert!(fresh.take("a").is_some());
        assert!(futures_util::poll!(waiting).is_ready());
    }
}
