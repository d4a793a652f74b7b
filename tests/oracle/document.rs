//! Policy documents as they are written (E43-E49, E21, E22).

use crate::json::Json;

/// What a kind of policy asks of its statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// Identity policies, boundaries, SCPs: no Principal (E21), a Resource.
    Identity,
    /// Session policies: the same, with complete ARNs (E62).
    Session,
    /// Resource and VPC endpoint policies: a Principal; the Resource may be left out (E48).
    Resource,
    /// Trust policies: a Principal, no Resource (E48).
    Trust,
    /// RCPs: Principal `*`, a Resource (E105).
    ResourceControl,
}

impl Grammar {
    fn has_principal(self) -> bool {
        !matches!(self, Self::Identity | Self::Session)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// Where it stands in the request.
    pub(crate) place: String,
    /// Nothing when it is refused (E49).
    pub(crate) policy: Option<Policy>,
}

#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// E43: whether `${…}` is a variable.
    pub(crate) variables: bool,
    pub(crate) statements: Vec<Statement>,
}

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) denies: bool,
    pub(crate) principal: Option<Principals>,
    pub(crate) actions: Listed,
    pub(crate) resources: Option<Listed>,
    pub(crate) conditions: Vec<Condition>,
    /// E49: it holds something whose meaning is not known. The text says what.
    pub(crate) unknown: Option<String>,
    /// The same of its principal: nobody can tell whom it names.
    pub(crate) names_unknown: bool,
}

/// An element and its opposite, `Action` and `NotAction`.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) values: Vec<String>,
    pub(crate) negated: bool,
}

/// `Principal` and `NotPrincipal`: the key of the map (`*` where there is no map) and the value (E22).
#[derive(Debug, Clone)]
pub(crate) struct Principals {
    pub(crate) values: Vec<(String, String)>,
    pub(crate) negated: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

impl Document {
    /// Reads a document: its text, or the object itself.
    pub(crate) fn read(json: &Json, grammar: Grammar, place: &str) -> Self {
        let policy = match json {
            Json::Text(text) => serde_json::from_str(text).ok().and_then(|json| policy(&json, grammar)),
            json => policy(json, grammar),
        };
        Self { place: place.to_owned(), policy }
    }
}

/// Nothing when the document is refused: not an object, a key twice, a statement that lacks what it needs (E45, E49).
fn policy(json: &Json, grammar: Grammar) -> Option<Policy> {
    let mut found = Policy { variables: false, statements: Vec::new() };
    let mut unknown = None;
    for (name, value) in json.entries()? {
        match name.as_str() {
            "Version" => found.variables = value.scalar()? == "2012-10-17",
            "Id" => {}
            "Statement" => {
                found.statements = match value {
                    Json::List(items) => items.iter().map(|item| statement(item, grammar)).collect::<Option<_>>()?,
                    one => vec![statement(one, grammar)?],
                };
            }
            other => unknown = Some(other.to_owned()),
        }
    }
    json.get("Statement")?;
    for statement in &mut found.statements {
        statement.unknown = statement.unknown.take().or_else(|| unknown.clone());
    }
    let incomplete = |value: &String| value != "*" && value.matches(':').count() < 5;
    let mut values = found.statements.iter().filter_map(|one| one.resources.as_ref()).flat_map(|listed| &listed.values);
    if grammar == Grammar::Session && values.any(incomplete) {
        return None;
    }
    Some(found)
}

fn statement(json: &Json, grammar: Grammar) -> Option<Statement> {
    let (mut effect, mut actions, mut resources, mut principal) = (None, None, None, None);
    let (mut conditions, mut unknown, mut names_unknown) = (Vec::new(), None, false);
    for (name, value) in json.entries()? {
        match name.as_str() {
            "Sid" => {}
            // E46.
            "Effect" => {
                effect = match value.scalar()? {
                    "Allow" => Some(false),
                    "Deny" => Some(true),
                    _ => return None,
                }
            }
            "Action" | "NotAction" => {
                if actions.replace(listed(value, name == "NotAction")?).is_some() {
                    unknown = Some(name.clone());
                }
            }
            "Resource" | "NotResource" if grammar != Grammar::Trust => {
                if resources.replace(listed(value, name == "NotResource")?).is_some() {
                    unknown = Some(name.clone());
                }
            }
            "Principal" | "NotPrincipal" if grammar.has_principal() => {
                let mut strange = None;
                let values = principals(value, &mut strange)?;
                names_unknown |= strange.is_some();
                unknown = unknown.or(strange);
                if principal.replace(Principals { values, negated: name == "NotPrincipal" }).is_some() {
                    names_unknown = true;
                    unknown = Some(name.clone());
                }
            }
            "Condition" => conditions = self::conditions(value)?,
            other => unknown = Some(other.to_owned()),
        }
    }
    // E48, E49: what a statement cannot do without.
    let needs_resource = matches!(grammar, Grammar::Identity | Grammar::Session | Grammar::ResourceControl);
    if (grammar.has_principal() && principal.is_none()) || (needs_resource && resources.is_none()) {
        return None;
    }
    Some(Statement { denies: effect?, principal, actions: actions?, resources, conditions, unknown, names_unknown })
}

fn listed(json: &Json, negated: bool) -> Option<Listed> {
    Some(Listed { values: json.scalars()?, negated })
}

/// E22. A text that is not `*`, or a key of the map that is not known, makes the statement unknown (E49).
fn principals(json: &Json, unknown: &mut Option<String>) -> Option<Vec<(String, String)>> {
    if let Json::Text(text) = json {
        if text == "*" {
            return Some(vec![("*".to_owned(), "*".to_owned())]);
        }
        *unknown = Some("Principal".to_owned());
        return Some(Vec::new());
    }
    let mut values = Vec::new();
    for (kind, named) in json.entries()? {
        if !["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str()) {
            *unknown = Some(kind.clone());
            continue;
        }
        values.extend(named.scalars()?.into_iter().map(|value| (kind.clone(), value)));
    }
    Some(values)
}

/// E74: operator, then key, then values. The same key twice in different letter case stays twice (E75).
fn conditions(json: &Json) -> Option<Vec<Condition>> {
    let mut found = Vec::new();
    for (operator, keys) in json.entries()? {
        for (key, values) in keys.entries()? {
            found.push(Condition { operator: operator.clone(), key: key.clone(), values: values.scalars()? });
        }
    }
    Some(found)
}
