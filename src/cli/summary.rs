//! `summary`: what was loaded, and what it leaves open.

use std::collections::BTreeMap;

use clap::Args;

use iamreach::diagnostic::Severity;
use iamreach::model::{Collected, Environment, HeldCredentials, Principal, PrincipalId, PrincipalKind};

use crate::arguments::InputArguments;
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// What was loaded, what is unknown or assumed, and what the tool does not consider
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  iamreach summary --data ./collected")]
pub(crate) struct Arguments {
    /// Every diagnostic, information too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    input: InputArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loaded = input::read_quietly(&arguments.input)?;
    let environment = &loaded.environment;
    output::write(None, |out| {
        let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
        for file in &loaded.files {
            *formats.entry(file.format.unwrap_or("not recognised")).or_default() += 1;
        }
        writeln!(out, "Files")?;
        for (format, count) in formats {
            writeln!(out, "  {count:>6}  {format}")?;
        }
        writeln!(out, "\nLoaded")?;
        for (count, what) in counts(environment) {
            writeln!(out, "  {count:>6}  {what}")?;
        }
        writeln!(out, "\nOpen")?;
        for line in open(environment) {
            writeln!(out, "  {line}")?;
        }
        let shown =
            loaded.diagnostics.iter().filter(|diagnostic| arguments.all || diagnostic.severity > Severity::Info);
        let mut shown = shown.peekable();
        if shown.peek().is_some() {
            writeln!(out, "\nDiagnostics")?;
            for diagnostic in shown {
                writeln!(out, "{diagnostic}")?;
            }
        }
        writeln!(out, "\nNot considered")?;
        for line in NOT_CONSIDERED {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    })?;
    for (file, why) in input::useless(&arguments.input, &loaded) {
        output::warning(&format!("`{file}`: {why}"));
    }
    input::check(&loaded)?;
    Ok(input::exit(Exit::Yes, &arguments.input, &loaded))
}

const NOT_CONSIDERED: &[&str] = &[
    "changing policies to gain access (iam:Put*, iam:Attach*, iam:PassRole and the like)",
    "RAM shares; S3 access control lists of single objects; network paths",
];

fn counts(environment: &Environment) -> Vec<(usize, &'static str)> {
    let of_kind = |kind| environment.principals().filter(|(_, principal)| principal.kind == kind).count();
    let holders = held(environment);
    let known = |held: &&&HeldCredentials| parts(held).iter().all(|part| part.present().is_some());
    let with_mfa = |held: &&&HeldCredentials| held.mfa == Collected::Present(true);
    let duration = |(_, role): &(PrincipalId, &Principal)| role.max_session_duration.present().is_some();
    let mut counts = vec![
        (environment.accounts().count(), "accounts"),
        (of_kind(PrincipalKind::User), "users"),
        (environment.groups().len(), "groups"),
        (of_kind(PrincipalKind::Role), "roles"),
        (environment.policies().len(), "policies"),
        (environment.documents().len(), "distinct documents"),
        (environment.resources().count(), "resources"),
        (holders.iter().filter(known).count(), "users and root users whose credentials are known"),
        (holders.iter().filter(with_mfa).count(), "users and root users with MFA"),
        (environment.principals().filter(duration).count(), "roles whose longest session is known"),
    ];
    let center = environment.identity_center();
    let of_center = [
        (center.permission_sets.len(), "permission sets of IAM Identity Center"),
        (center.users.len(), "people of IAM Identity Center"),
    ];
    counts.extend(of_center.into_iter().filter(|(count, _)| *count > 0));
    counts
}

/// What the users have to sign in with, and the root users of the accounts whose users are known.
fn held(environment: &Environment) -> Vec<&HeldCredentials> {
    let users = environment.principals().filter(|(_, principal)| principal.kind == PrincipalKind::User);
    let roots = environment.accounts().filter(|account| account.details != Collected::NotCollected);
    users.map(|(_, user)| &user.credentials).chain(roots.map(|account| &account.root)).collect()
}

fn parts(held: &HeldCredentials) -> [&Collected<bool>; 3] {
    [&held.mfa, &held.console, &held.access_key]
}

/// What of the credentials and of the sessions of roles was not collected, or could not be read.
fn open_credentials(environment: &Environment) -> Vec<String> {
    let holders = held(environment);
    let any = |wanted: fn(&Collected<bool>) -> bool| {
        holders.iter().filter(|held| parts(held).into_iter().any(wanted)).count()
    };
    let roles = environment.principals().filter(|(_, principal)| principal.kind == PrincipalKind::Role);
    let durations: Vec<&Collected<u32>> = roles.map(|(_, role)| &role.max_session_duration).collect();
    let sessions = |wanted: fn(&Collected<u32>) -> bool| durations.iter().filter(|one| wanted(one)).count();
    let counts = [
        (any(|part| matches!(part, Collected::Unknown(_))), "unknown: what credentials", "users and root users have"),
        (any(|part| *part == Collected::NotCollected), "not collected: what credentials", "users and root users have"),
        (sessions(|one| matches!(one, Collected::Unknown(_))), "unknown: the longest sessions of", "roles"),
        (sessions(|one| *one == Collected::NotCollected), "not collected: the longest sessions of", "roles"),
    ];
    let some = counts.into_iter().filter(|(count, _, _)| *count > 0);
    some.map(|(count, before, after)| format!("{before} {count} {after}")).collect()
}

fn open(environment: &Environment) -> Vec<String> {
    let mut lines = Vec::new();
    match environment.organization() {
        Collected::NotCollected => lines.push("assumed: no organization, so no SCP or RCP limits anything".to_owned()),
        Collected::Absent => lines.push("no organization".to_owned()),
        Collected::Present(organization) => lines.push(format!("organization {} collected", organization.id)),
        Collected::Unknown(reason) => lines.push(format!("unknown: organization: {reason}")),
    }
    for account in environment.accounts() {
        match &account.details {
            Collected::Unknown(reason) => lines.push(format!("unknown: account {}: {reason}", account.id)),
            Collected::NotCollected => lines.push(format!("account {}: no authorization details", account.id)),
            _ => {}
        }
    }
    lines.extend(entrants(environment));
    let of_policy = |wanted: fn(&Collected<iamreach::model::PolicyId>) -> bool| {
        environment.resources().filter(|resource| wanted(&resource.policy)).count()
    };
    let not_collected = of_policy(|policy| matches!(policy, Collected::NotCollected));
    if not_collected > 0 {
        lines.push(format!("assumed: no policy on {not_collected} resources whose policy was not collected"));
    }
    let unknown = of_policy(|policy| matches!(policy, Collected::Unknown(_)));
    if unknown > 0 {
        lines.push(format!("unknown: the policies of {unknown} resources"));
    }
    let refused = environment.documents().filter(|(_, document)| document.content.is_err()).count();
    if refused > 0 {
        lines.push(format!("unknown: what {refused} refused documents allow or deny"));
    }
    let missing = environment.policies().filter(|(_, policy)| policy.document.is_none()).count();
    if missing > 0 {
        lines.push(format!("unknown: what {missing} policies without a document allow or deny"));
    }
    lines.extend(open_credentials(environment));
    lines
}

/// How much is known of who may enter the roles of IAM Identity Center (E15).
fn entrants(environment: &Environment) -> Vec<String> {
    let people: Vec<_> = environment.principals().filter_map(|(id, _)| environment.people_of(id)).collect();
    let of_state = |wanted: fn(&Collected<()>) -> bool| people.iter().filter(|people| wanted(&people.all)).count();
    let mut lines = Vec::new();
    let not_collected = of_state(|all| matches!(all, Collected::NotCollected));
    if not_collected > 0 {
        lines.push(format!("who may enter {not_collected} roles of IAM Identity Center: not collected"));
    }
    let unknown = of_state(|all| matches!(all, Collected::Unknown(_)));
    if unknown > 0 {
        lines.push(format!(
            "unknown: who may enter {unknown} roles of IAM Identity Center; `iamreach list people` tells why"
        ));
    }
    lines
}
