//! Policy variables (E43, E66-E72).

use crate::context::{Context, is_multivalued};
use crate::readings::{Readings, VARIABLE_BEFORE_RESOURCE, VARIABLE_EMPTY};
use crate::wildcard::{Symbol, symbols};

/// What a value of a policy says in a request.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) symbols: Vec<Symbol>,
    /// Whether a variable stands before the sixth field of an ARN, where there should be none (E66).
    before_resource: bool,
}

/// The value with its variables resolved; nothing where one of them has no value (E50).
pub(crate) fn resolve(value: &str, variables: bool, context: &Context, readings: &Readings) -> Option<Resolved> {
    let mut resolved = Resolved { symbols: Vec::new(), before_resource: false };
    let mut rest = value;
    // E43: before 2012-10-17 a variable is text.
    while let Some(at) = rest.find("${").filter(|_| variables) {
        let Some(end) = rest[at..].find('}').map(|end| at + end) else { break };
        resolved.symbols.extend(symbols(&rest[..at]));
        let inside = &rest[at + 2..end];
        rest = &rest[end + 1..];
        if let "*" | "?" | "$" = inside {
            // E69.
            resolved.symbols.extend(literal(inside));
            continue;
        }
        let fields = 1 + resolved.symbols.iter().filter(|symbol| symbol.text == ':').count();
        resolved.before_resource |= fields < 6;
        // E68.
        let (key, default) = match inside.split_once(", ") {
            Some((key, quoted)) => (key, Some(quoted.trim_matches('\''))),
            None => (inside, None),
        };
        resolved.symbols.extend(literal(&replacement(key, default, context, readings)?));
    }
    resolved.symbols.extend(symbols(rest));
    Some(resolved)
}

/// E71: the value of an entry of Resource or NotResource, under the reading of E66 that is the case.
pub(crate) fn resolve_resource(
    value: &str,
    variables: bool,
    context: &Context,
    readings: &Readings,
) -> Option<Vec<Symbol>> {
    let resolved = resolve(value, variables, context, readings)?;
    (!resolved.before_resource || readings.holds(VARIABLE_BEFORE_RESOURCE)).then_some(resolved.symbols)
}

/// E70: what a variable stands for holds no wildcards.
fn literal(text: &str) -> Vec<Symbol> {
    text.chars().map(|text| Symbol { text, literal: true }).collect()
}

/// What stands in a variable's place: the value of a single-valued key (E67), else the default (E68).
fn replacement(key: &str, default: Option<&str>, context: &Context, readings: &Readings) -> Option<String> {
    let default = default.map(str::to_owned);
    if is_multivalued(key) {
        return None;
    }
    match context.values(key) {
        // E71: whether an empty text is a value is not documented.
        Some([value]) if value.is_empty() && !readings.holds(VARIABLE_EMPTY) => default,
        Some([value]) => Some(value.clone()),
        Some(_) => None,
        None => default,
    }
}
