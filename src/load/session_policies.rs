//! Policies passed with a session, given as files by whoever asks.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Origin};
use crate::load::builder::Builder;
use crate::load::locate::Text;
use crate::load::node::Node;
use crate::load::{files, locate};
use crate::model::{Policy, PolicyId, PolicyKind};

/// One policy a file. A file that cannot be read is a policy whose document is unknown, so that nothing passes for want of
/// it.
pub(super) fn read(builder: &mut Builder, paths: &[PathBuf]) -> Vec<PolicyId> {
    paths.iter().map(|path| one(builder, path)).collect()
}

fn one(builder: &mut Builder, path: &Path) -> PolicyId {
    let file = files::shown(path);
    let name: Box<str> = (&*file).into();
    let text = match files::read(path) {
        Ok(text) => text,
        Err(diagnostic) => {
            builder.report(diagnostic);
            return builder.add_policy(Policy {
                name,
                arn: None,
                kind: PolicyKind::Session,
                document: None,
                source: None,
            });
        }
    };
    if let Err(error) = locate::check(&text) {
        let at = locate::in_characters(&text, error.line(), error.column());
        let origin = Origin { position: Some(at), ..Origin::file(&file) };
        builder.report(
            Diagnostic::error("invalid-json", format!("the session policy is not valid JSON: {error}")).at(origin),
        );
        return builder.add_policy(Policy { name, arn: None, kind: PolicyKind::Session, document: None, source: None });
    }
    let text = Text::from(text);
    let node = Node { file: &file, whole: &text, raw: text.trim(), pointer: String::new() };
    builder.policy_at(&node, &name, PolicyKind::Session, "the session policy")
}
