//! Whole messages, made after the shapes that clients send.
