//! One SQLite file holds everything: raw messages, returns, notices. One writer commits all that waits for it together; readers
//! stand beside it.
