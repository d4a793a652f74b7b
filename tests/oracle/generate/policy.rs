//! Generated policy documents: numbers first, which shrink well, and then their text for the request at hand.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::alphabet::{HOME, KEYS, PRINCIPALS, PROVIDERS};

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Grants: identity and resource policies.
    Grants,
    /// Limits: allows everything more often than not.
    Limits,
}

/// What documents are written for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    /// Whether statements name principals.
    pub(crate) principals: bool,
    /// Whether `Principal` is `*` and there is nothing but Deny: RCPs (E105).
    pub(crate) control: bool,
    /// Whether there is no Resource: trust policies.
    pub(crate) trust: bool,
    /// Whether the caller is one of an identity provider.
    pub(crate) provider: bool,
    /// `CallerArn`.
    pub(crate) caller: &'a str,
}

#[derive(Debug, Clone)]
pub(crate) struct Condition {
    operator: u8,
    /// 0 to 9: none; else a set operator.
    qualifier: u8,
    if_exists: u8,
    key: u8,
    values: Vec<u8>,
    /// Seldom: an operator for another kind of values, one that is not known, no values.
    odd: u8,
}

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    effect: u8,
    action: u8,
    resource: u8,
    negated: u8,
    principals: Vec<u8>,
    conditions: Vec<Condition>,
    odd: u8,
}

#[derive(Debug, Clone)]
pub(crate) struct Document {
    version: u8,
    everything: u8,
    statements: Vec<Statement>,
    odd: u8,
    as_text: bool,
}

pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    (any::<u8>(), 0..16u8, 0..5u8, 0..KEYS.len() as u8, vec(any::<u8>(), 1..=2), any::<u8>()).prop_map(
        |(operator, qualifier, if_exists, key, values, odd)| Condition {
            operator,
            qualifier,
            if_exists,
            key,
            values,
            odd,
        },
    )
}

fn conditions() -> impl Strategy<Value = Vec<Condition>> {
    prop_oneof![
        4 => Just(Vec::new()),
        1 => vec(condition(), 1..=1),
        1 => vec(condition(), 1..=2),
    ]
}

fn statement() -> impl Strategy<Value = Statement> {
    (0..20u8, 0..32u8, 0..32u8, any::<u8>(), vec(any::<u8>(), 1..=3), conditions(), any::<u8>()).prop_map(
        |(effect, action, resource, negated, principals, conditions, odd)| Statement {
            effect,
            action,
            resource,
            negated,
            principals,
            conditions,
            odd,
        },
    )
}

pub(crate) fn document() -> impl Strategy<Value = Document> {
    (0..20u8, 0..8u8, vec(statement(), 1..=2), any::<u8>(), any::<bool>()).prop_map(
        |(version, everything, statements, odd, as_text)| Document { version, everything, statements, odd, as_text },
    )
}

/// A list of documents, seldom an empty one.
pub(crate) fn documents(most: usize) -> impl Strategy<Value = Vec<Document>> {
    prop_oneof![8 => vec(document(), 1..=most), 1 => Just(Vec::new())]
}

impl Document {
    /// The document as the request holds it.
    pub(crate) fn render(&self, role: Role, setting: Setting<'_>) -> Value {
        // E49: documents that are refused.
        let refused = [
            r"not JSON",
            r"[]",
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Version":"2012-10-17","Statement":{"Action":"*","Resource":"*","Principal":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}}"#,
        ];
        if let Some(text) = usize::from(self.odd).checked_sub(251).and_then(|at| refused.get(at)) {
            return json!(text);
        }
        let mut statements: Vec<Value> =
            self.statements.iter().map(|statement| statement.render(role, setting)).collect();
        if role == Role::Limits && !setting.control && self.everything < 6 {
            let mut all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
            if setting.principals {
                all["Principal"] = json!("*");
            }
            statements.insert(0, all);
        }
        let mut document = json!({"Version": "2012-10-17", "Statement": statements});
        match self.version {
            0..=16 => {}
            17 => document["Version"] = json!("2008-10-17"),
            _ => {
                document.as_object_mut().unwrap().remove("Version");
            }
        }
        if self.odd == 250 {
            document["Colour"] = json!("blue");
        }
        if let [statement] = statements.as_slice() {
            document["Statement"] = statement.clone();
        }
        if self.as_text { json!(document.to_string()) } else { document }
    }
}

impl Statement {
    fn render(&self, role: Role, setting: Setting<'_>) -> Value {
        let denies = setting.control || self.effect >= if role == Role::Limits { 13 } else { 16 };
        let mut statement = json!({"Effect": if denies { "Deny" } else { "Allow" }});
        // A Deny that concerns the request as often as an Allow would leave little allowed.
        let number = |number: u8| if denies { number + 8 } else { number - number / 4 };
        let (action, resource) = (number(self.action), number(self.resource));
        let not_action = !setting.control && (240..250).contains(&self.negated);
        statement[if not_action { "NotAction" } else { "Action" }] = action_value(action, self.odd, setting.action);
        if !setting.trust {
            let not_resource = (230..240).contains(&self.negated);
            statement[if not_resource { "NotResource" } else { "Resource" }] = resource_value(resource, setting);
        }
        if setting.control {
            statement["Principal"] = json!("*");
        } else if setting.principals {
            // E39: not in trust policies.
            let not_principal = !setting.trust && (210..if denies { 230 } else { 213 }).contains(&self.negated);
            statement[if not_principal { "NotPrincipal" } else { "Principal" }] = self.principals(setting);
        }
        if !self.conditions.is_empty() {
            statement["Condition"] = block(&self.conditions, setting);
        }
        match self.odd {
            247 => statement["Colour"] = json!("blue"),
            248 if !setting.principals => statement["Principal"] = json!("*"),
            249 => statement["Condition"] = json!({}),
            250 => statement["Sid"] = json!("One"),
            246 => statement["Condition"]["StringEquals"] = json!({}),
            245 => {
                statement["Action"] = json!("*");
                statement["NotAction"] = json!("logs:*");
            }
            _ => {}
        }
        statement
    }

    fn principals(&self, setting: Setting<'_>) -> Value {
        let table: &[(&str, &str)] = if setting.provider { &PROVIDERS } else { &PRINCIPALS };
        match self.odd {
            251 => return json!({}),
            252 => return json!("arn:aws:iam::111111111111:user/ana"),
            253 => return json!({"Other": "x", "AWS": HOME}),
            _ => {}
        }
        let mut map: Map<String, Value> = Map::new();
        let own = own(setting.caller);
        for number in &self.principals {
            // Every other names the caller in one of its ways.
            let list = if number % 2 == 0 && !setting.provider { own.as_slice() } else { table };
            let (kind, value) = list[usize::from(number / 2) % list.len()];
            if kind == "*" {
                if map.is_empty() {
                    return json!("*");
                }
                continue;
            }
            let values = map.entry(kind).or_insert_with(|| json!([]));
            values.as_array_mut().unwrap().push(json!(value));
        }
        for values in map.values_mut() {
            if let Some([value]) = values.as_array().map(Vec::as_slice) {
                *values = value.clone();
            }
        }
        Value::Object(map)
    }
}

/// Conditions that keep to the first keys of a list of them.
pub(crate) fn conditions_on(keys: &[u8], conditions: &[Condition], setting: Setting<'_>) -> Value {
    let keep = |condition: &Condition| {
        let key = keys[usize::from(condition.key) % keys.len()];
        // An operator that is not known would leave nothing to simplify.
        Condition { key, odd: condition.odd % 240, ..condition.clone() }
    };
    block(&conditions.iter().map(keep).collect::<Vec<_>>(), setting)
}

/// The Condition element.
fn block(conditions: &[Condition], setting: Setting<'_>) -> Value {
    let mut block: Map<String, Value> = Map::new();
    for condition in conditions {
        let (operator, key, values) = condition.render(setting);
        let keys = block.entry(operator).or_insert_with(|| json!({}));
        keys[key] = values;
    }
    Value::Object(block)
}

impl Condition {
    fn render(&self, setting: Setting<'_>) -> (String, String, Value) {
        let (key, kind, many, fixed) = KEYS[usize::from(self.key)];
        let named = |list: &[&str], number: u8| list[usize::from(number) % list.len()].to_owned();
        let mut operator = named(kind.operators(), self.operator);
        let other = KEYS[usize::from(self.operator) % KEYS.len()].1;
        match self.odd {
            240..=251 => operator = named(other.operators(), self.operator / 24),
            // E49.
            252 => operator = "StringMatches".to_owned(),
            _ => {}
        }
        let mut written = kind.written();
        // What the caller or the resource fixes is mostly asked for as it is.
        let own = [setting.resource];
        if fixed && key == "aws:ResourceAccount" && self.odd < 40 {
            written = &["111111111111", "222222222222"];
        } else if self.odd == 239 {
            written = &own;
        }
        let qualifier = match (self.qualifier, many) {
            (0..=5, true) | (14, _) => "ForAnyValue:",
            (6..=11, true) | (15, _) => "ForAllValues:",
            _ => "",
        };
        let if_exists = if self.if_exists == 4 { "IfExists" } else { "" };
        let null = operator == "Null";
        let values: Vec<Value> = self
            .values
            .iter()
            .map(|number| match named(if null { &["true", "false"] } else { written }, *number) {
                // E79.
                truth if truth == "true" && *number % 2 == 1 => json!(true),
                five if five == "5" && *number % 2 == 1 => json!(5),
                value => json!(value),
            })
            .collect();
        let values = match (self.odd, values.as_slice()) {
            (253, _) => json!([]),
            (_, [value]) => value.clone(),
            _ => json!(values),
        };
        let key = if self.odd % 8 == 7 { key.to_uppercase() } else { key.to_owned() };
        (format!("{qualifier}{operator}{if_exists}"), key, values)
    }
}

/// What names a caller.
fn own(caller: &str) -> Vec<(&str, &str)> {
    let arn = match caller {
        "logs.amazonaws.com" => return vec![("Service", caller), ("*", "*")],
        "anonymous" | "*" | "" => return vec![("*", "*"), ("AWS", "*"), ("AWS", HOME)],
        arn => arn,
    };
    let role = match arn.rsplit('/').next() {
        Some("ci" | "cd") => "arn:aws:iam::111111111111:role/reader",
        _ => "arn:aws:sts::111111111111:assumed-role/reader/ci",
    };
    let named = [("AWS", arn), ("AWS", HOME), ("AWS", arn), ("*", "*"), ("AWS", "arn:aws:iam::111111111111:root")];
    if arn.contains("/reader") { [&named[..], &[("AWS", role), ("AWS", role)]].concat() } else { named.to_vec() }
}

/// Patterns of actions: those that match first. Those with a wildcard in the service stand for many and are seldom.
fn action_value(number: u8, odd: u8, action: &str) -> Value {
    let (service, name) = action.split_once(':').unwrap();
    let swapped = |text: &str| -> String {
        let swap = |c: char| if c.is_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
        text.chars().map(swap).collect()
    };
    let (head, tail) = (&name[..3], &name[name.len() - 2..]);
    match number {
        0..=7 => json!("*"),
        8..=11 => json!(action),
        12..=13 => json!(format!("{service}:*")),
        14 => json!(format!("{service}:{head}*")),
        15 => json!([format!("{service}:Other"), action]),
        16 => json!(swapped(action)),
        17 => json!(format!("{service}:?{}", &name[1..])),
        18 => json!(format!("{service}:*{tail}")),
        19 => json!("*:*"),
        20 if odd.is_multiple_of(4) => json!(format!("{}*:{name}", &service[..1])),
        20 => json!([format!("{service}:Other"), format!("{service}:*")]),
        21 => json!(format!("{service}:{head}*{tail}")),
        22 => json!([]),
        23 => json!(format!("{service}:{name}?")),
        24 => json!(format!("{service}:Other")),
        25 => json!(format!("{service}:{name}*Other")),
        26 => json!("logs:*"),
        27 => json!(format!("{service}:Put*")),
        28 => json!([format!("{service}:Describe*"), format!("{service}:Get*")]),
        29 => json!(name),
        30 if odd.is_multiple_of(4) => json!(format!("*:{head}*")),
        30 => json!("*:*"),
        _ => json!(["logs:*", format!("{service}:{head}?*")]),
    }
}

/// Patterns of resources: those that match first.
fn resource_value(number: u8, setting: Setting<'_>) -> Value {
    let resource = setting.resource;
    let fields: Vec<&str> = resource.splitn(6, ':').collect();
    let [_, partition, service, region, account, name] = fields.as_slice() else {
        return match number {
            0..=24 => json!("*"),
            25..=28 => json!("arn:aws:s3:::*"),
            29 => json!([]),
            _ => json!("arn:*"),
        };
    };
    let before = format!("arn:{partition}:{service}:{region}:{account}");
    let half = name.len() / 2;
    let ends = format!("{region}:{account}");
    let (first, last) = (&ends[..1], &ends[ends.len() - 1..]);
    match number {
        0..=7 => json!("*"),
        8..=11 => json!(resource),
        12 => json!(format!("{before}:*")),
        13 => json!(format!("{before}:{}*", &name[..half])),
        14 => json!(format!("arn:aws:{service}:*:*:{name}")),
        15 => json!(format!("{before}:{}?", &name[..name.len() - 1])),
        16 => json!(["arn:aws:logs:*", resource]),
        17 => json!(format!("arn:aws:{service}:*")),
        18 => json!(format!("arn:*:{name}")),
        19 => json!(format!("{before}:{}", name.replace("ana", "${aws:username}"))),
        20 => json!(format!("{before}:{}", name.replace("ana", "${aws:PrincipalTag/team}"))),
        21 => json!(format!("{before}:{}*", name.replace("ana", "${aws:PrincipalTag/team, 'ana'}"))),
        // E61: a wildcard that would have to cross a colon.
        22 => json!(format!("arn:{partition}:{service}:{first}*{last}:{name}")),
        23 => json!(format!("arn:{partition}:{}*{}:{name}", &service[..1], &ends[ends.len() - 1..])),
        24 => json!(format!("{before}:{name}x")),
        25 => json!(format!("arn:aws:logs:{region}:{account}:*")),
        26 => json!(format!("{before}:{}", name.to_uppercase())),
        27 if account.is_empty() => json!(format!("arn:aws:s3::{}:{name}", "${aws:SourceVpc}")),
        27 => json!(format!("arn:aws:{service}:{region}:{}:{name}", "${aws:PrincipalAccount}")),
        28 => json!(format!("arn:aws:{service}")),
        29 => json!([]),
        30 => json!(format!("{before}:{}", name.replace('*', "${*}").replace("data", "${*}"))),
        31 => json!(format!("{before}:{}${{aws:TagKeys}}", &name[..half])),
        32..=35 => json!(format!("{before}:other*")),
        36 => json!(format!("arn:aws:*{}*:*:{name}", &service[1..2])),
        _ => json!(format!("arn:{partition}:{service}:{region}:{}*:{name}", account.get(..3).unwrap_or_default())),
    }
}
