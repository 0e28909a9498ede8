//! The reader pool: child processes that read messages without network and files, under limits on memory and time.
//!
//! A reader that dies, hangs or grows is ended and replaced. The part that broke it is left out and named, and the message
//! is read again without it, so the sender is answered and all other mail goes on.
