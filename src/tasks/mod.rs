//! tasks
pub mod fetch;
pub mod read;
pub mod send;
