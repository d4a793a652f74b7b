//! A plain search through the whole graph, as any graph database does it: backwards from a resource, along edges that are
//! let through, to the principals that hold a session it comes by.

use std::collections::{BTreeMap, BTreeSet};

use iamreach::evaluate::Outcome;
use iamreach::model::Environment;
use iamreach::query::{ReachGraph, Requirement, Source, Subject, SubjectKind};

/// Who comes to do an action to a resource, each with the best outcome: allowed if a way of edges that require nothing is
/// there, unknown if every way has an edge that is undecided.
pub(crate) fn who_reaches(
    environment: &Environment,
    graph: &ReachGraph,
    action: &str,
    resource: &str,
) -> BTreeMap<(SubjectKind, String), Outcome> {
    let mut best = BTreeMap::new();
    // The widest view first, so that narrower ones overwrite what it found.
    for outcome in [Outcome::Unknown, Outcome::AllowedIf, Outcome::Allowed] {
        for subject in search(environment, graph, action, resource, outcome) {
            best.insert(subject, outcome);
        }
    }
    best
}

fn search(
    environment: &Environment,
    graph: &ReachGraph,
    action: &str,
    resource: &str,
    at_worst: Outcome,
) -> BTreeSet<(SubjectKind, String)> {
    let number = graph.resources.iter().position(|known| &**known == resource).expect("a resource of the graph");
    let service = format!("{}:*", action.split(':').next().unwrap());
    let mut open: Vec<Source> = Vec::new();
    for access in graph.accesses.iter().filter(|access| access.resource as usize == number) {
        let terms = &graph.access_terms[access.terms as usize];
        let fits = terms.actions.iter().any(|name| name.eq_ignore_ascii_case(action) || **name == *service);
        if fits && Outcome::when(&terms.condition) <= at_worst {
            open.push(access.from);
        }
    }
    let mut into: BTreeMap<u32, Vec<Source>> = BTreeMap::new();
    for call in &graph.calls {
        if Outcome::when(&graph.call_terms[call.terms as usize].condition) <= at_worst {
            into.entry(call.to).or_default().push(call.from);
        }
    }
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(source) = open.pop() {
        let number = match source {
            Source::Set(set) => {
                if seen.insert(source) {
                    open.extend(graph.sets[set as usize].iter().map(|member| Source::Session(*member)));
                }
                continue;
            }
            Source::Session(number) => number,
        };
        if !seen.insert(source) {
            continue;
        }
        open.extend(into.get(&number).into_iter().flatten());
        let session = &graph.sessions[number as usize];
        if let Some(held) = session.held {
            let mut takes = Outcome::when(&session.carried);
            if Requirement::of_credentials(held).is_some() {
                takes = takes.max(Outcome::AllowedIf);
            }
            if takes <= at_worst {
                let subject = Subject::of(environment, &session.caller);
                found.insert((subject.kind, subject.name.to_string()));
            }
        }
    }
    found
}
