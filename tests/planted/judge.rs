//! What the library answers, held against what was planted.

use std::collections::{BTreeMap, BTreeSet};

use iamreach::action::ActionName;
use iamreach::diagnostic::{Diagnostic, Severity};
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::query::{AccessRow, Engine, WhoCan};

use crate::organization::planted::{MAX_HOPS, Planted};

/// What decoys are warned of: trusted groups (E23) and unique ids (E30). Any other warning is a mistake of the writer's.
const WARNED_OF: [&str; 2] = ["unmatchable-principal", "unique-id-principal"];

/// Asks who can read the treasure.
pub(crate) fn ask(planted: &Planted) -> Vec<AccessRow> {
    let folder = planted.organization.write();
    let loaded = folder.load();
    let wrong = |one: &&Diagnostic| one.severity > Severity::Info && !WARNED_OF.contains(&one.code);
    let complaints: Vec<String> = loaded.diagnostics.iter().filter(wrong).map(|one| format!("{one:?}")).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let question = WhoCan {
        actions: vec![ActionName::parse("s3:GetObject").unwrap()],
        resources: vec![planted.organization.vault.treasure()],
        max_hops: u32::try_from(MAX_HOPS).unwrap(),
    };
    engine.who_can(&question)
}

/// Counts and names.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// How many are found as they were planted.
    pub(crate) right: usize,
    /// Who was planted and is not found.
    pub(crate) missed: Vec<String>,
    /// Who is found and was not planted.
    pub(crate) invented: Vec<String>,
    /// Who is found otherwise than planted, and how.
    pub(crate) wrong: Vec<String>,
}

impl Judged {
    /// What is wrong, in words; of a decoy with its reason.
    pub(crate) fn complaints(&self, planted: &Planted) -> Vec<String> {
        let told = |name: &String| match planted.decoys.iter().find(|decoy| decoy.start == *name) {
            Some(decoy) => format!("{name} ({:?})", decoy.kind),
            None => name.clone(),
        };
        let missed = self.missed.iter().map(|name| format!("missed {}", told(name)));
        let invented = self.invented.iter().map(|name| format!("invented {}", told(name)));
        missed.chain(invented).chain(self.wrong.iter().cloned()).collect()
    }
}

/// Holds rows against the truth.
pub(crate) fn judge(rows: &[AccessRow], planted: &Planted) -> Judged {
    let mut found: BTreeMap<&str, Vec<&AccessRow>> = BTreeMap::new();
    for row in rows {
        found.entry(&row.subject.name).or_default().push(row);
    }
    let mut judged = Judged::default();
    for name in planted.reach.keys().filter(|name| !found.contains_key(name.as_str())) {
        judged.missed.push(name.clone());
    }
    for (name, rows) in found {
        if planted.unjudged.contains(name) {
            continue;
        }
        let Some(reach) = planted.reach.get(name) else {
            judged.invented.push(name.to_owned());
            continue;
        };
        let mut faults: BTreeSet<String> = BTreeSet::new();
        for row in &rows {
            let roles: Vec<&str> = row.path.iter().map(|hop| &*hop.role).collect();
            if !planted.facts.is_way(name, &roles, row.needs_mfa()) {
                faults.insert(format!("{name} does not get there by {roles:?}"));
            }
        }
        let best = rows.iter().map(|row| (row.needs_mfa(), row.outcome, row.path.len())).min();
        let outcome = if reach.mfa || reach.conditional { Outcome::AllowedIf } else { Outcome::Allowed };
        let expected = (reach.mfa, outcome, reach.chain.len());
        if best != Some(expected) {
            faults.insert(format!("{name} is told as {best:?}, not {expected:?} by {:?}", reach.chain));
        }
        match faults.is_empty() {
            true => judged.right += 1,
            false => judged.wrong.extend(faults),
        }
    }
    judged
}
