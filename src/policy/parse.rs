//! JSON text to [`Document`] (E43-E49, E92c).
//!
//! What cannot be read at all refuses the document; what is merely not understood makes one statement or one condition
//! unknown and leaves the rest (E49).

use std::collections::BTreeSet;

use crate::action::ActionPattern;
use crate::policy::json::{self, Node, child, entries, refuse};
use crate::policy::{
    ActionElement, Condition, Document, DocumentKind, Effect, Notice, Operator, PrincipalElement, PrincipalValue,
    Refusal, ResourceElement, SetQualifier, Statement, Template, Version,
};

/// Reads a document of the given kind.
///
/// # Errors
/// A [`Refusal`] for bad JSON, duplicate keys (E45), a missing or malformed element (E48, E49).
pub fn parse(text: &str, kind: DocumentKind) -> Result<(Document, Vec<Notice>), Refusal> {
    let root = json::read(text)?;
    let mut reader = Reader { kind, version: Version::Legacy, notices: Vec::new() };
    let document = reader.document(&root)?;
    Ok((document, reader.notices))
}

struct Reader {
    kind: DocumentKind,
    version: Version,
    notices: Vec<Notice>,
}

/// Where every element of a statement ends up before it is judged.
#[derive(Default)]
struct Elements<'n> {
    sid: Option<Box<str>>,
    effect: Option<Effect>,
    principal: Option<(&'n str, &'n Node)>,
    action: Option<(&'n str, &'n Node)>,
    resource: Option<(&'n str, &'n Node)>,
    condition: Option<&'n Node>,
    unknown: Option<Box<str>>,
    /// Both a Principal and a NotPrincipal: nobody can tell whom the statement names.
    two_principals: bool,
}

impl Reader {
    fn notice(&mut self, code: &'static str, pointer: &str, message: impl Into<String>) {
        self.notices.push(Notice { code, message: message.into(), pointer: pointer.to_owned() });
    }

    fn document(&mut self, root: &Node) -> Result<Document, Refusal> {
        let mut statements = None;
        let mut unknown = None;
        for (key, node) in entries(root, "", "a policy document")? {
            let pointer = child("", key);
            match (key.as_str(), node) {
                ("Version", Node::Text(text)) => {
                    self.version = match text.as_str() {
                        "2012-10-17" => Version::Current,
                        "2008-10-17" => Version::Legacy,
                        _ => return refuse(&pointer, format!("unknown policy language version `{text}`")),
                    }
                }
                ("Version", other) => {
                    return refuse(&pointer, format!("Version must be a string, found {}", other.kind()));
                }
                ("Id", _) => {} // E47
                ("Statement", node) => statements = Some(node),
                _ => {
                    self.notice("unknown-element", &pointer, format!("`{key}` is not an element of a policy document"));
                    unknown = Some(key.as_str().into());
                }
            }
        }
        let statements = match statements {
            None => return refuse("", "a policy document needs a Statement"),
            Some(Node::List(nodes)) => nodes
                .iter()
                .enumerate()
                .map(|(index, node)| self.statement(node, &format!("/Statement/{index}")))
                .collect::<Result<Vec<_>, _>>()?,
            Some(node) => vec![self.statement(node, "/Statement")?],
        };
        let spread = |mut statement: Statement| {
            statement.unknown_element = statement.unknown_element.or_else(|| unknown.clone());
            statement
        };
        Ok(Document { version: self.version, statements: statements.into_iter().map(spread).collect() })
    }

    fn statement(&mut self, node: &Node, pointer: &str) -> Result<Statement, Refusal> {
        let mut elements = self.elements(entries(node, pointer, "a statement")?, pointer)?;
        self.require(&elements, pointer)?;
        let (Some(effect), Some((action_name, action_node))) = (elements.effect, elements.action) else {
            return refuse(pointer, "the statement needs Effect and Action");
        };
        let mut unknown_principal = elements.two_principals;
        let principal = match elements.principal {
            None => None,
            Some((name, node)) => {
                let pointer = child(pointer, name);
                let (values, unknown) = self.principals(node, &pointer)?;
                unknown_principal |= unknown.is_some();
                elements.unknown = elements.unknown.or(unknown);
                if name == "NotPrincipal" && effect == Effect::Allow {
                    self.notice("allow-not-principal", &pointer, "Allow with NotPrincipal admits everyone not listed");
                }
                Some(if name == "Principal" {
                    PrincipalElement::Principal(values)
                } else {
                    PrincipalElement::NotPrincipal(values)
                })
            }
        };
        let actions: Vec<_> = self
            .values(action_node, &child(pointer, action_name))?
            .into_iter()
            .map(|text| ActionPattern::parse(&text))
            .collect();
        for action in actions.iter().filter(|action| action.is_no_action()) {
            let message = format!("`{action}` is not `service:Name`: it matches no action");
            self.notice("malformed-action", &child(pointer, action_name), message);
        }
        for action in actions.iter().filter(|action| action.has_wildcard_service()) {
            let message = format!("wildcard in the service of `{action}`: IAM itself would not store it");
            self.notice("wildcard-in-service", &child(pointer, action_name), message);
        }
        let resources = match elements.resource {
            None => None,
            Some((name, node)) => {
                let values = self.values(node, &child(pointer, name))?;
                self.require_complete(&values, &child(pointer, name))?;
                let values = values.into_iter().map(|text| self.template(&text)).collect();
                Some(if name == "Resource" {
                    ResourceElement::Resource(values)
                } else {
                    ResourceElement::NotResource(values)
                })
            }
        };
        let conditions = match elements.condition {
            None => Vec::new(),
            Some(node) => self.conditions(node, &child(pointer, "Condition"))?,
        };
        let actions =
            if action_name == "Action" { ActionElement::Action(actions) } else { ActionElement::NotAction(actions) };
        Ok(Statement {
            sid: elements.sid,
            effect,
            principal,
            actions,
            resources,
            conditions,
            unknown_element: elements.unknown,
            unknown_principal,
        })
    }

    fn elements<'n>(&mut self, entries: &'n [(String, Node)], pointer: &str) -> Result<Elements<'n>, Refusal> {
        let mut elements = Elements::default();
        for (key, node) in entries {
            let here = child(pointer, key);
            let mut misplaced = None;
            match (key.as_str(), node) {
                ("Sid", Node::Text(text)) => elements.sid = (!text.is_empty()).then(|| text.as_str().into()),
                ("Sid", _) => self.notice("malformed-sid", &here, "Sid should be a string"),
                // E46: names and effects are written in exactly this way.
                ("Effect", Node::Text(text)) if text == "Allow" => elements.effect = Some(Effect::Allow),
                ("Effect", Node::Text(text)) if text == "Deny" => elements.effect = Some(Effect::Deny),
                ("Effect", Node::Text(text)) => {
                    return Err(Refusal {
                        message: format!("Effect must be `Allow` or `Deny`, found `{text}`"),
                        hint: Some("letter case matters".into()),
                        pointer: here,
                        position: None,
                    });
                }
                ("Effect", node) => return refuse(&here, format!("Effect must be a string, found {}", node.kind())),
                ("Principal" | "NotPrincipal", node) if self.kind.needs_principal() => {
                    elements.two_principals = elements.principal.is_some();
                    misplaced = elements.principal.replace((key, node)).map(|_| "beside its opposite");
                }
                ("Principal" | "NotPrincipal", _) => misplaced = Some("not allowed in this kind of policy"),
                ("Action" | "NotAction", node) => {
                    misplaced = elements.action.replace((key, node)).map(|_| "beside its opposite");
                }
                ("Resource" | "NotResource", _) if self.kind == DocumentKind::Trust => {
                    misplaced = Some("not allowed in a trust policy");
                }
                ("Resource" | "NotResource", node) => {
                    misplaced = elements.resource.replace((key, node)).map(|_| "beside its opposite");
                }
                ("Condition", node) => elements.condition = Some(node),
                _ => misplaced = Some("not an element of a statement"),
            }
            if let Some(why) = misplaced {
                self.notice("unknown-element", &here, format!("`{key}` is {why}: the statement is unknown"));
                elements.unknown = Some(key.as_str().into());
            }
        }
        Ok(elements)
    }

    /// Refuses a statement that lacks what it needs, naming everything that is missing at once.
    fn require(&self, elements: &Elements<'_>, pointer: &str) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if elements.effect.is_none() {
            missing.push("Effect");
        }
        if elements.action.is_none() {
            missing.push("Action");
        }
        if self.kind.needs_principal() && elements.principal.is_none() {
            missing.push("Principal");
        }
        if self.kind.needs_resource() && elements.resource.is_none() {
            missing.push("Resource");
        }
        if missing.is_empty() {
            return Ok(());
        }
        let hint = match missing.as_slice() {
            ["Effect", "Action", ..] => "this looks like a fragment: write the whole statement",
            ["Principal"] => "policies of resources and roles say whom they concern",
            _ => "every statement needs Effect, an Action or NotAction, and what its kind of policy asks for",
        };
        Err(Refusal {
            message: format!("the statement lacks {}", missing.join(" and ")),
            hint: Some(hint.into()),
            pointer: pointer.to_owned(),
            position: None,
        })
    }

    /// E62: STS refuses session policies with incomplete ARNs, where IAM pads those of other policies.
    fn require_complete(&self, resources: &[String], pointer: &str) -> Result<(), Refusal> {
        let incomplete = |text: &&String| *text != "*" && text.matches(':').count() < 5;
        match resources.iter().find(incomplete).filter(|_| self.kind == DocumentKind::Session) {
            Some(text) => refuse(pointer, format!("`{text}` is no complete ARN, as session policies need")),
            None => Ok(()),
        }
    }

    fn template(&self, text: &str) -> Template {
        match self.version {
            Version::Current => Template::parse(text),
            Version::Legacy => Template::plain(text),
        }
    }

    /// A scalar or a list of scalars (E45, E79).
    fn values(&mut self, node: &Node, pointer: &str) -> Result<Vec<String>, Refusal> {
        let one = |node: &Node, pointer: &str| match node {
            Node::Text(text) | Node::Scalar(text) => Ok(text.clone()),
            other => refuse(pointer, format!("expected a string, found {}", other.kind())),
        };
        match node {
            Node::List(nodes) => {
                if nodes.is_empty() {
                    self.notice("empty-list", pointer, "an empty list matches nothing");
                }
                nodes.iter().enumerate().map(|(index, node)| one(node, &format!("{pointer}/{index}"))).collect()
            }
            node => Ok(vec![one(node, pointer)?]),
        }
    }

    /// The principals, and the map key that is not known, if one is not.
    fn principals(&mut self, node: &Node, pointer: &str) -> Result<(Vec<PrincipalValue>, Option<Box<str>>), Refusal> {
        if let Node::Text(text) = node {
            if text == "*" {
                return Ok((vec![PrincipalValue::Everyone], None));
            }
            self.notice(
                "malformed-principal",
                pointer,
                format!("`{text}` stands where `*` or a map of principals belongs"),
            );
            return Ok((Vec::new(), Some("Principal".into())));
        }
        // E92c: nobody is named.
        if let Node::List(values) = node
            && values.is_empty()
        {
            self.notice("empty-list", pointer, "an empty list matches nothing");
            return Ok((Vec::new(), None));
        }
        let mut principals = Vec::new();
        let mut unknown = None;
        for (key, node) in entries(node, pointer, "a principal element")? {
            let here = child(pointer, key);
            let read: fn(&str) -> PrincipalValue = match key.as_str() {
                "AWS" => PrincipalValue::parse_aws,
                "Service" => PrincipalValue::parse_service,
                "Federated" => |text| PrincipalValue::Federated(text.into()),
                "CanonicalUser" => |text| PrincipalValue::CanonicalUser(text.into()),
                _ => {
                    self.notice("unknown-element", &here, format!("`{key}` is not a kind of principal"));
                    unknown = Some(key.as_str().into());
                    continue;
                }
            };
            for text in self.values(node, &here)? {
                let value = read(&text);
                match &value {
                    PrincipalValue::Nobody(_) => {
                        self.notice(
                            "unmatchable-principal",
                            &here,
                            format!("`{text}` is no principal: it matches nobody"),
                        );
                    }
                    PrincipalValue::UniqueId(_) => {
                        let message =
                            format!("`{text}` is a unique id: it matches only a living user or role with that id");
                        self.notice("unique-id-principal", &here, message);
                    }
                    _ => {}
                }
                principals.push(value);
            }
        }
        Ok((principals, unknown))
    }

    fn conditions(&mut self, node: &Node, pointer: &str) -> Result<Vec<Condition>, Refusal> {
        let mut conditions = Vec::new();
        for (written, keys) in entries(node, pointer, "a condition element")? {
            let here = child(pointer, written);
            let (qualifier, rest) = match written.split_once(':') {
                Some((name, rest)) if name.eq_ignore_ascii_case("ForAllValues") => {
                    (Some(SetQualifier::ForAllValues), rest)
                }
                Some((name, rest)) if name.eq_ignore_ascii_case("ForAnyValue") => {
                    (Some(SetQualifier::ForAnyValue), rest)
                }
                _ => (None, written.as_str()),
            };
            let suffix = rest.len().checked_sub("IfExists".len()).and_then(|at| rest.split_at_checked(at));
            let (name, if_exists) = match suffix {
                Some((name, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => (name, true),
                _ => (rest, false),
            };
            let operator = Operator::parse(name).filter(|operator| !(*operator == Operator::Null && if_exists));
            if operator.is_none() {
                self.notice(
                    "unknown-operator",
                    &here,
                    format!("`{written}` is not a condition operator: the condition is unknown"),
                );
            }
            let mut seen = BTreeSet::new();
            for (key, values) in entries(keys, &here, "a condition operator")? {
                let here = child(&here, key);
                if !seen.insert(key.to_lowercase()) {
                    self.notice(
                        "duplicate-key-by-case",
                        &here,
                        format!("`{key}` stands twice in different letter case: both must hold"),
                    );
                }
                let values = self.values(values, &here)?.into_iter();
                let values = match operator {
                    Some(operator) if operator.takes_variables() => values.map(|text| self.template(&text)).collect(),
                    _ => values.map(|text| Template::plain(&text)).collect(),
                };
                let condition = Condition {
                    written: written.as_str().into(),
                    operator,
                    qualifier,
                    if_exists,
                    key: key.as_str().into(),
                    values,
                };
                conditions.push(condition);
            }
        }
        Ok(conditions)
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
