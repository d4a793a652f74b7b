//! Policy documents as written: the language of E21-E92, before any evaluation.
//!
//! **Architecture invariant:** nothing here decides anything. A document that cannot be read whole is a [`Refusal`]; what
//! was read but deserves a remark is a [`Notice`]. Whoever holds the document turns both into diagnostics.
#![deny(clippy::indexing_slicing)]

mod condition_block;
mod document;
mod json;
mod parse;
mod principal_element;
mod remark;
mod statement_part;
mod template;
mod translation;
mod write;

pub use condition_block::{Condition, Operator, SetQualifier};
pub use document::{
    ActionElement, Document, DocumentKind, Effect, PrincipalElement, ResourceElement, Statement, Version,
};
pub(crate) use json::{RawEntries, raw_items};
pub use parse::parse;
pub use principal_element::PrincipalValue;
pub use remark::{Notice, Refusal};
pub use statement_part::{Element, StatementPart};
pub use template::{Part, Template};
pub use translation::{AclGrant, AclOf, KeyGrant, Translation};
