//! What the fuzz targets share: words that policies are made of, and inputs built from them.
//!
//! An input that the library refuses at once teaches the fuzzer little, so structured targets choose from tables of words
//! by number and mix in free text.

mod condition;
mod request;
mod words;

pub use condition::{Condition, Given, Hidden, Key, Value};
pub use request::{Policy, Request, Statement};
pub use words::{ACTIONS, CALLERS, KEYS, RESOURCES, VALUES, choose};
