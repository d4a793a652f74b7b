//! `list`: what there is.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use iamreach::export::policy_kind_text;
use iamreach::model::{Collected, Environment, PolicyId, PrincipalKind, UserStatus};
use iamreach::policy::PrincipalElement;

use crate::arguments::{InputArguments, OutputArguments};
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// The accounts, principals, policies, resources, trusts or people of the input
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach list principals --data ./collected
  iamreach list policies --data ./collected --format csv -o policies.csv")]
pub(crate) struct Arguments {
    /// What to list
    what: What,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    input: InputArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    Accounts,
    Principals,
    Policies,
    Resources,
    Trusts,
    People,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loaded = input::read(&arguments.input, &[])?;
    let environment = &loaded.environment;
    let (what, header, lines): (&str, &[&str], Vec<Vec<String>>) = match arguments.what {
        What::Accounts => {
            ("accounts", &["account_id", "name", "principals", "resources", "details"], accounts(environment))
        }
        What::Principals => (
            "principals",
            &["principal", "kind", "account_id", "policies", "groups", "boundary"],
            principals(environment),
        ),
        What::Policies => ("policies", &["policy", "kind", "document", "attached_to"], policies(environment)),
        What::Resources => ("resources", &["resource", "account_id", "policy", "tags"], resources(environment)),
        What::Trusts => ("trusts", &["role", "account_id", "trusted", "statement", "conditions"], trusts(environment)),
        What::People => {
            ("people", &["role", "account_id", "person", "display_name", "by", "status"], people(environment))
        }
    };
    let empty = lines.is_empty();
    output::listing(header, lines, what, &arguments.output)?;
    Ok(input::exit(if empty { Exit::No } else { Exit::Yes }, &arguments.input, &loaded))
}

fn collected<T>(state: &Collected<T>, present: impl FnOnce(&T) -> String) -> String {
    match state {
        Collected::NotCollected => "not collected".to_owned(),
        Collected::Absent => "none".to_owned(),
        Collected::Present(value) => present(value),
        Collected::Unknown(reason) => format!("unknown: {reason}"),
    }
}

fn accounts(environment: &Environment) -> Vec<Vec<String>> {
    let line = |account: &iamreach::model::Account| {
        let resources = environment.resources().filter(|resource| resource.account == Some(account.id)).count();
        vec![
            account.id.to_string(),
            account.name.as_deref().unwrap_or_default().to_owned(),
            environment.principals_of(account.id).count().to_string(),
            resources.to_string(),
            collected(&account.details, |()| "collected".to_owned()),
        ]
    };
    environment.accounts().map(line).collect()
}

fn policy_name(environment: &Environment, id: PolicyId) -> String {
    environment.policy(id).name.to_string()
}

fn principals(environment: &Environment) -> Vec<Vec<String>> {
    environment
        .principals()
        .map(|(_, principal)| {
            let names =
                |ids: &[PolicyId]| ids.iter().map(|id| policy_name(environment, *id)).collect::<Vec<_>>().join(", ");
            let groups: Vec<_> =
                principal.groups.iter().map(|group| environment.group(*group).name.to_string()).collect();
            let kind = if principal.kind == PrincipalKind::User { "user" } else { "role" };
            vec![
                principal.arn.to_string(),
                kind.to_owned(),
                principal.account.to_string(),
                names(&principal.policies),
                groups.join(", "),
                principal.boundary.map(|id| policy_name(environment, id)).unwrap_or_default(),
            ]
        })
        .collect()
}

fn policies(environment: &Environment) -> Vec<Vec<String>> {
    let mut attached: BTreeMap<PolicyId, Vec<String>> = BTreeMap::new();
    for (_, principal) in environment.principals() {
        for policy in &principal.policies {
            attached.entry(*policy).or_default().push(principal.arn.to_string());
        }
        if let Some(policy) = &principal.boundary {
            attached.entry(*policy).or_default().push(format!("{} (boundary)", principal.arn));
        }
        if let Some(policy) = &principal.trust {
            attached.entry(*policy).or_default().push(principal.arn.to_string());
        }
    }
    for (_, group) in environment.groups() {
        for policy in &group.policies {
            attached.entry(*policy).or_default().push(group.arn.to_string());
        }
    }
    for resource in environment.resources() {
        if let Collected::Present(policy) = &resource.policy {
            attached.entry(*policy).or_default().push(resource.arn.to_string());
        }
    }
    if let Collected::Present(organization) = environment.organization() {
        for target in organization.targets.values() {
            let lists = [&target.service_control, &target.resource_control];
            for policy in lists.into_iter().filter_map(Collected::present).flatten() {
                attached.entry(*policy).or_default().push(target.id.to_string());
            }
        }
    }
    environment
        .policies()
        .map(|(id, policy)| {
            let document = match policy.document.map(|document| &environment.document(document).content) {
                None => "not collected",
                Some(Ok(_)) => "read",
                Some(Err(_)) => "refused",
            };
            let name = policy.arn.as_ref().map_or_else(|| policy.name.to_string(), ToString::to_string);
            let to = attached.remove(&id).unwrap_or_default().join(", ");
            vec![name, policy_kind_text(policy.kind).to_owned(), document.to_owned(), to]
        })
        .collect()
}

fn resources(environment: &Environment) -> Vec<Vec<String>> {
    environment
        .resources()
        .map(|resource| {
            let tags = collected(&resource.tags, |tags| {
                tags.iter()
                    .map(|tag| format!("{}={}", tag.key, tag.value.as_deref().unwrap_or("?")))
                    .collect::<Vec<_>>()
                    .join(", ")
            });
            vec![
                resource.arn.to_string(),
                resource.account.map_or_else(|| "unknown".to_owned(), |account| account.to_string()),
                collected(&resource.policy, |_| "collected".to_owned()),
                tags,
            ]
        })
        .collect()
}

fn trusts(environment: &Environment) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for (_, principal) in environment.principals() {
        let Some(trust) = principal.trust else { continue };
        let line = |trusted: String, statement: String, conditions: String| {
            vec![principal.arn.to_string(), principal.account.to_string(), trusted, statement, conditions]
        };
        let Some(Ok(document)) = environment.policy(trust).document.map(|id| &environment.document(id).content) else {
            lines.push(line("unknown".to_owned(), String::new(), String::new()));
            continue;
        };
        for (index, statement) in document.statements.iter().enumerate() {
            let (values, not) = match &statement.principal {
                Some(PrincipalElement::Principal(values)) => (values, ""),
                Some(PrincipalElement::NotPrincipal(values)) => (values, "all but "),
                None => continue,
            };
            let conditions: Vec<_> = statement.conditions.iter().map(ToString::to_string).collect();
            let name = statement.sid.as_deref().map_or_else(|| index.to_string(), str::to_owned);
            let name = format!("{:?} {name}", statement.effect);
            for value in values {
                lines.push(line(format!("{not}{value}"), name.clone(), conditions.join(" and ")));
            }
        }
    }
    lines
}

/// One line for each way of a person into a role of IAM Identity Center, and one for what more there may be (E15).
fn people(environment: &Environment) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for (id, principal) in environment.principals() {
        let Some(people) = environment.people_of(id) else { continue };
        let mut line = |cells: [String; 4]| {
            let role = [principal.arn.to_string(), principal.account.to_string()];
            lines.push(role.into_iter().chain(cells).collect());
        };
        for entrant in &people.items {
            let display_name = entrant.user.and_then(|user| user.display_name.as_deref()).unwrap_or_default();
            let by = entrant.group.map_or_else(
                || "direct".to_owned(),
                |group| format!("group {}", group.name.as_deref().unwrap_or(&group.id)),
            );
            let status = match entrant.user.map(|user| user.status) {
                Some(Some(UserStatus::Enabled)) => "enabled",
                Some(Some(UserStatus::Disabled)) => "disabled",
                Some(None) => "",
                None => "not listed",
            };
            line([entrant.name().to_owned(), display_name.to_owned(), by, status.to_owned()]);
        }
        if people.all != Collected::Present(()) {
            line([String::new(), String::new(), String::new(), collected(&people.all, |()| String::new())]);
        } else if people.items.is_empty() {
            line([String::new(), String::new(), String::new(), "nobody".to_owned()]);
        }
    }
    lines
}
