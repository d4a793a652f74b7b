//! `kms list-grants`: who may use a key beside its policy. Each grant becomes a policy of its own (E130, E131).

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::{AccountId, Arn};
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::node::{Fields, Node};
use crate::load::place::{arn_by_place, unplaced};
use crate::load::resources::Listed;
use crate::load::roles::cut_off;
use crate::load::told::Finding;
use crate::model::{Collected, PolicyKind};
use crate::policy::KeyGrant;

/// What an entry has. Anything else may change what the grant means.
const ENTRY: [&str; 11] = [
    "KeyId",
    "GrantId",
    "Name",
    "CreationDate",
    "GranteePrincipal",
    "GranteeServicePrincipal",
    "RetiringPrincipal",
    "RetiringServicePrincipal",
    "IssuingAccount",
    "Operations",
    "Constraints",
];
const CONSTRAINTS: [&str; 3] = ["EncryptionContextEquals", "EncryptionContextSubset", "SourceArn"];

/// What the call prints that has the same shape, and gives the grants of one principal on several keys.
pub(super) const RETIRABLE: &str = "kms-list-retirable-grants";

/// Grants, each with its id.
type Grants = Vec<(String, Listed)>;

/// The grants of one key out of one file.
struct Page {
    grants: Grants,
    whole: bool,
    origin: Origin,
}

type Keys = BTreeMap<Box<str>, (Arn, Option<AccountId>, Vec<Page>)>;

/// Reads all the files: a list may be spread over several.
pub(super) fn read<'i>(builder: &mut Builder, inputs: impl Iterator<Item = &'i Input>) {
    let mut keys = Keys::new();
    for input in inputs {
        page(builder, &mut keys, input);
    }
    for (arn, account, pages) in keys.into_values() {
        let in_pages = pages.len() > 1;
        for finding in lists(pages) {
            let documents = &builder.documents;
            let diagnostic = builder.resources.set_grants(arn.clone(), account, finding, in_pages, documents);
            builder.diagnostics.extend(diagnostic);
        }
    }
}

fn page(builder: &mut Builder, keys: &mut Keys, input: &Input) {
    let Ok(fields) = input.root().fields() else { return };
    let account = builder.folders.of(&input.path);
    let by_place = input.layout.item.as_deref();
    let by_place = by_place.and_then(|id| arn_by_place(builder, input, "kms-list-grants", id, account));
    let mut found: BTreeMap<Box<str>, (Arn, Grants)> = BTreeMap::new();
    let entries = fields.list("Grants");
    for node in &entries {
        let of_entry = node.fields().ok().and_then(|fields| fields.text("KeyId"));
        let of_entry = of_entry.and_then(|id| arn_by_place(builder, input, "kms-list-grants", &id, account));
        let Some(key) = of_entry.or_else(|| by_place.clone()) else {
            builder.report(unplaced("unplaced-answer", "nothing tells which key this grant is on", node));
            continue;
        };
        let grant = grant(builder, node);
        found.entry(key.as_str().into()).or_insert_with(|| (key, Vec::new())).1.push(grant);
    }
    if let Some(key) = by_place.filter(|_| entries.is_empty()) {
        found.insert(key.as_str().into(), (key, Vec::new()));
    } else if entries.is_empty() {
        builder.report(unplaced("unplaced-answer", "nothing tells which key has no grants", &fields.node));
    }
    if fields.is_cut() {
        builder.report(cut_off(&fields.node));
    }
    // A list that speaks of several keys is no list of all the grants on one.
    let whole = !fields.is_cut() && found.len() < 2 && input.layout.operation != RETIRABLE;
    for (name, (key, grants)) in found {
        let page = Page { grants, whole, origin: fields.node.place() };
        keys.entry(name).or_insert_with(|| (key, account, Vec::new())).2.push(page);
    }
}

/// Cut pages add up with the one that ends the list; lists that are whole stand for themselves.
fn lists(pages: Vec<Page>) -> Vec<Finding<Vec<Listed>>> {
    let cut = pages.iter().any(|page| !page.whole);
    let ends = pages.iter().any(|page| page.whole);
    let Some(origin) = pages.first().map(|page| page.origin.clone()) else { return Vec::new() };
    if !ends {
        let reason = "the list of its grants is not whole".to_owned();
        return vec![Finding { value: Collected::Unknown(reason), origin }];
    }
    if !cut {
        let list = |page: Page| page.grants.into_iter().map(|(_, listed)| listed).collect();
        let finding = |page: Page| Finding { origin: page.origin.clone(), value: Collected::Present(list(page)) };
        return pages.into_iter().map(finding).collect();
    }
    let mut seen = BTreeSet::new();
    let grants = pages.into_iter().flat_map(|page| page.grants);
    // The same grant in two pages is one; one without an id is of no other page.
    let new = grants.filter(|(id, _)| id.is_empty() || seen.insert(id.clone()));
    vec![Finding { value: Collected::Present(new.map(|(_, listed)| listed).collect()), origin }]
}

/// One grant, with its id. What of it is not understood makes it unknown, never less (E49).
fn grant(builder: &mut Builder, node: &Node<'_>) -> (String, Listed) {
    let fields = node.fields();
    let text = |key: &str| fields.as_ref().ok().and_then(|fields| fields.text(key)).filter(|text| !text.is_empty());
    let id = text("GrantId").unwrap_or_default();
    let name = format!("grant {}", text("Name").unwrap_or_else(|| id.clone()));
    let read = match &fields {
        Ok(fields) => read_grant(fields, &id),
        Err(diagnostic) => Err(diagnostic.clone()),
    };
    let listed = match read {
        Ok((grant, strange)) => {
            let kind = PolicyKind::KeyGrant;
            builder.translated_policy(node, &name, kind, grant.translate(), strange.as_deref())
        }
        Err(diagnostic) => {
            builder.report(diagnostic);
            (builder.unknown_policy(node, &name, PolicyKind::KeyGrant), None)
        }
    };
    (id, listed)
}

/// The grant, and what of it is not known.
fn read_grant(fields: &Fields<'_>, id: &str) -> Result<(KeyGrant, Option<String>), Diagnostic> {
    // A service that is named as such is one; the other field may only look like it.
    let who = |service: &str, other: &str| fields.text(service).or_else(|| fields.text(other));
    let Some(grantee) = who("GranteeServicePrincipal", "GranteePrincipal") else {
        return Err(fields.node.malformed("the grant has no `GranteePrincipal`"));
    };
    let operations = fields.list("Operations");
    let operations: Option<Vec<String>> = operations.iter().map(Node::text).collect();
    let Some(operations) = operations.filter(|operations| !operations.is_empty()) else {
        return Err(fields.node.malformed("the grant has no list of `Operations`"));
    };
    let mut grant = KeyGrant {
        id: id.to_owned(),
        grantee,
        retiring: who("RetiringServicePrincipal", "RetiringPrincipal"),
        issuing_account: fields.text("IssuingAccount"),
        operations,
        ..KeyGrant::default()
    };
    let mut strange = fields.keys().find(|key| !ENTRY.contains(key)).map(str::to_owned);
    if let Some(constraints) = fields.get("Constraints") {
        strange = constrain(&mut grant, &constraints).or(strange);
    }
    Ok((grant, strange))
}

/// Reads the constraints; returns what of them is not known.
fn constrain(grant: &mut KeyGrant, node: &Node<'_>) -> Option<String> {
    let Ok(fields) = node.fields() else { return Some("Constraints".to_owned()) };
    let mut strange = fields.keys().find(|key| !CONSTRAINTS.contains(key)).map(str::to_owned);
    for (key, pairs) in
        [("EncryptionContextEquals", &mut grant.context_equals), ("EncryptionContextSubset", &mut grant.context_subset)]
    {
        let Some(node) = fields.get(key) else { continue };
        match pairs_of(&node) {
            Some(found) => *pairs = found,
            None => strange = Some(key.to_owned()),
        }
    }
    grant.source_arn = fields.text("SourceArn");
    if grant.source_arn.is_none() && fields.get("SourceArn").is_some() {
        strange = Some("SourceArn".to_owned());
    }
    strange
}

/// The pairs of an encryption context; `None` when it is something else.
fn pairs_of(node: &Node<'_>) -> Option<Vec<(String, String)>> {
    let fields = node.fields().ok()?;
    fields.keys().map(|key| Some((key.to_owned(), fields.text(key)?))).collect()
}
