//! Questions about a graph's own resources, and who can, as `who-can` says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use iamreach::load::{LoadOptions, load};
use iamreach::model::Environment;
use iamreach::query::{is_beside_the_resource, select_actions, select_resources};
use serde::{Deserialize, Serialize};

use crate::Checked;
use crate::prepare::{iamreach, run};

/// So many a graph at least.
const ENOUGH: usize = 200;
/// In so many of them at least somebody can.
const ANSWERED: usize = 60;
/// How many resources one action is asked about at most, and how many actions are, of each resource, that are not among
/// [`ACTIONS`]: the first that gives [`ENOUGH`] is taken.
const SPREADS: [(usize, usize); 4] = [(10, 2), (30, 2), (100, 4), (1_000, 12)];

/// What is asked first of all.
const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:DeleteBucket",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ScheduleKeyDeletion",
    "kms:PutKeyPolicy",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "sqs:PurgeQueue",
    "sns:Publish",
    "sns:Subscribe",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret",
    "lambda:InvokeFunction",
    "lambda:UpdateFunctionCode",
    "ecr:BatchGetImage",
    "ecr:PutImage",
    "ecr:SetRepositoryPolicy",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "iam:CreateAccessKey",
    "iam:PassRole",
    "iam:AttachUserPolicy",
    "iam:ListRoles",
    "logs:PutLogEvents",
    "ssm:GetParameter",
    "s3:ListAllMyBuckets",
    "ec2:DescribeInstances",
    "cloudwatch:PutMetricData",
];

/// A principal, as kind and name.
type Principal = (String, String);

/// One question and its answer.
#[derive(Debug, Default, Serialize)]
struct Question {
    action: String,
    resource: String,
    /// Whoever has an answer, undecided ones too.
    principals: BTreeSet<Principal>,
    /// Who can without any condition.
    unconditional: BTreeSet<Principal>,
    /// Who can, with conditions or without.
    decided: BTreeSet<Principal>,
}

#[derive(Debug, Deserialize)]
struct Answers {
    answers: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    principal: String,
    principal_kind: String,
    actions: Vec<String>,
    resource: String,
    decision: String,
}

/// Asks about the resources in `neo4j/nodes.csv` and writes `questions.json` beside it.
pub(crate) fn write(data: &Path, folder: &Path) -> Checked {
    let environment = load(&[data.to_owned()], &LoadOptions::default()).environment;
    let resources = resources(&folder.join("neo4j/nodes.csv"))?;
    let mut questions = Vec::new();
    let mut asked = SPREADS.into_iter().map(|(spread, more)| asked(&environment, &resources, spread, more));
    let enough = |asked: &BTreeMap<String, Vec<String>>| asked.values().map(Vec::len).sum::<usize>() >= ENOUGH;
    let Some(asked) = asked.find(enough) else { return Err("too few resources to ask about".to_owned()) };
    for (action, resources) in asked {
        questions.extend(ask(&action, &resources, data, &folder.join("answers.json"))?);
    }
    let path = folder.join("questions.json");
    let mut out = BufWriter::new(File::create(&path).map_err(|error| error.to_string())?);
    serde_json::to_writer(&mut out, &questions).map_err(|error| error.to_string())?;
    out.flush().map_err(|error| error.to_string())?;
    let with = |of: fn(&Question) -> usize| questions.iter().filter(|question| of(question) > 0).count();
    let (answered, unconditional) = (with(|one| one.principals.len()), with(|one| one.unconditional.len()));
    println!(
        "{}: {} questions, {answered} with an answer, {unconditional} with an unconditional one",
        folder.display(),
        questions.len()
    );
    if questions.len() < ENOUGH || answered < ANSWERED {
        return Err(format!("{} questions and {answered} with an answer are too few", questions.len()));
    }
    Ok(())
}

/// The names of the resources in a file of nodes.
fn resources(nodes: &Path) -> Result<BTreeSet<String>, String> {
    let mut reader = csv::Reader::from_path(nodes).map_err(|error| format!("{}: {error}", nodes.display()))?;
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        let place = headers.iter().position(|header| header.split(':').next() == Some(name));
        place.ok_or_else(|| format!("{} has no column `{name}`", nodes.display()))
    };
    let (kind, name) = (column("kind")?, column("name")?);
    let mut found = BTreeSet::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        if &record[kind] == "resource" {
            found.insert(record[name].to_owned());
        }
    }
    Ok(found)
}

/// Actions, each with resources on which it acts, from the first to the last.
fn asked(
    environment: &Environment,
    resources: &BTreeSet<String>,
    spread: usize,
    more: usize,
) -> BTreeMap<String, Vec<String>> {
    let mut by_action: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in resources {
        // A pattern that resources of the input match is taken for these, and they are asked about anyhow.
        if select_resources(environment, resource) != [resource.clone()] {
            continue;
        }
        for action in actions(resource, more) {
            by_action.entry(action).or_default().push(resource.clone());
        }
    }
    for resources in by_action.values_mut() {
        let step = resources.len().div_ceil(spread);
        *resources = resources.iter().step_by(step).cloned().collect();
    }
    by_action
}

/// The known actions that act on a resource, and so many others.
fn actions(resource: &str, more: usize) -> Vec<String> {
    let service = resource.split(':').nth(2).unwrap_or_default();
    let pattern = if resource == "*" { "*".to_owned() } else { format!("{service}:*") };
    let fitting = select_actions(&pattern, resource).unwrap_or_default();
    let fitting = fitting.iter().filter(|action| !is_beside_the_resource(action, resource));
    let (known, others): (Vec<_>, Vec<_>) =
        fitting.map(ToString::to_string).partition(|action| ACTIONS.contains(&&**action));
    // Of others, not the first alone: many of these begin with one word.
    let step = (others.len() / more).max(1);
    known.into_iter().chain(others.into_iter().step_by(step).take(more)).collect()
}

/// Asks who can do an action to resources, in one call.
fn ask(action: &str, resources: &[String], data: &Path, to: &Path) -> Result<Vec<Question>, String> {
    let mut command = iamreach();
    command.args(["who-can", action]).args(resources).arg("--data").arg(data).arg("--output").arg(to);
    command.args(["--format", "json", "--max-hops", "30", "--service-linked"]);
    // Somebody, nobody, and undecided only.
    run(command, &[0, 1, 3]).map_err(|why| format!("{action}: {why}"))?;
    let file = File::open(to).map_err(|error| error.to_string())?;
    let answers: Answers = serde_json::from_reader(BufReader::new(file)).map_err(|error| error.to_string())?;
    let _ = fs::remove_file(to);
    let question = |resource: &String| {
        let question = Question { action: action.to_owned(), resource: resource.clone(), ..Question::default() };
        (resource.clone(), question)
    };
    let mut questions: BTreeMap<String, Question> = resources.iter().map(question).collect();
    for answer in answers.answers {
        let told = || format!("{action}: nobody asked about {:?} on `{}`", answer.actions, answer.resource);
        let question = questions.get_mut(&answer.resource).ok_or_else(told)?;
        if answer.actions != [action] {
            return Err(told());
        }
        let principal = (answer.principal_kind.clone(), answer.principal.clone());
        match &*answer.decision {
            "allowed" => {
                question.unconditional.insert(principal.clone());
                question.decided.insert(principal.clone());
            }
            "allowed-if" => {
                question.decided.insert(principal.clone());
            }
            "unknown" => {}
            other => return Err(format!("{action}: `{other}` is no decision")),
        }
        question.principals.insert(principal);
    }
    Ok(questions.into_values().collect())
}
