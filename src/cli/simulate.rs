//! `simulate`: AWS's SimulateCustomPolicy, offline.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use clap::Args;

use iamreach::query::simulate_line;

use crate::exit_code::{Exit, Failure};
use crate::output;

/// Decide requests in the shape of AWS's SimulateCustomPolicy, one JSON object a line
///
/// Reads requests as JSON lines (or one object over several lines) and writes one line of AWS's EvaluationResults for
/// each, in order. A request that is malformed gets a line with an Error, and the rest go on.
///
/// Fields of a request, as AWS names them: PolicyInputList, PermissionsBoundaryPolicyInputList, ActionNames,
/// ResourceArns, ResourcePolicy, ResourceOwner, CallerArn, ContextEntries (ContextKeyName, ContextKeyType,
/// ContextKeyValues). Policies are JSON text or objects.
///
/// Beyond AWS's: SessionPolicyInputList and VpcEndpointPolicyInputList (lists of documents);
/// ServiceControlPolicyInputList and ResourceControlPolicyInputList (a list of levels, root first, each a list of
/// documents); ResourceAccount, PrincipalAccount (ids); ContextMode, "strict" (keys not given are absent, the default) or
/// "open" (they are unknown); CallerCredentials of a user or root user: "longTermKey", "sessionToken" (without MFA),
/// "mfaSession" or "assumeRoot", whose task policy is the SessionPolicyInputList.
///
/// What stands beside the resource's policy, as the AWS CLI prints it: KeyGrants (the Grants of kms list-grants),
/// BucketAcl and ObjectAcl (s3api get-bucket-acl, get-object-acl), ObjectOwnership ("BucketOwnerEnforced",
/// "BucketOwnerPreferred" or "ObjectWriter"), PublicAccessBlock (the four settings as they are in force), and
/// CanonicalUsers (canonical user ids, each with its account's id).
///
/// ResourceOwner, AWS's field, is the account that owns the resources: its id, or the ARN of its root user. ResourceAccount
/// is the same as an id alone, and wins over ResourceOwner and over the account in the resource's ARN. Where neither says it,
/// nor the ARN, the resource is taken to be the caller's account's.
///
/// A boundary, session or endpoint list that is not given or empty does not limit; one that holds documents must allow.
/// Without PolicyInputList there are no identity policies, and they allow nothing. Of the organization lists every level
/// must allow: an empty level of service control policies allows nothing (`[[]]`), one of resource control policies holds
/// AWS's RCPFullAWSAccess. A role's ARN as CallerArn means a session of it with an unspecified name. A trust policy is a
/// ResourcePolicy whose resource is a role. The account of caller and resource decide whether both sides have to allow.
///
/// Fields of a result: EvalActionName and EvalResourceName, as asked. EvalDecision, one of allowed, explicitDeny,
/// implicitDeny and conditional. MatchedStatements, the statements that decided: SourcePolicyId is the list and the number
/// in it, from 1 (PolicyInputList.1; of an organization list, level and number), SourcePolicyType, StatementIndex from 0,
/// Sid, Effect, StartPosition and EndPosition. PermissionsBoundaryDecisionDetail (AllowedByPermissionsBoundary) and
/// OrganizationsDecisionDetail (AllowedByOrganizations, of service control policies), where those are given and settled.
/// MissingContextValues, the keys that policies ask for and the request neither gives nor fixes. ResidualCondition, what an
/// allowance still requires, null unless the decision is conditional. Reasons, what the decision rests on, why it is open,
/// which documents were refused, and which layers do not allow.
///
/// A document that AWS would refuse as malformed does not end the request: what it might allow or deny is not known. A
/// request that is malformed itself is answered with {"Error": {"Code": "InvalidInput", "Message"}}, and the exit code is 4;
/// otherwise it is 0, whatever the decisions are.
#[derive(Debug, Args)]
#[command(after_help = r#"Example:
  echo '{"PolicyInputList": ["{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"],
         "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/k"],
         "CallerArn": "arn:aws:iam::111122223333:user/alice"}' | iamreach simulate"#)]
pub(crate) struct Arguments {
    /// The file of requests; stdin when it is not given or `-`
    requests: Option<PathBuf>,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let input: Box<dyn BufRead> = match arguments.requests.as_deref() {
        Some(path) if path.as_os_str() != "-" => {
            let named = |error| anyhow::Error::new(error).context(format!("cannot read `{}`", path.display()));
            Box::new(std::io::BufReader::new(std::fs::File::open(path).map_err(named)?))
        }
        _ => Box::new(std::io::stdin().lock()),
    };
    let mut failed = false;
    output::write(arguments.output.as_deref(), |out| each_request(input, out, &mut failed))?;
    Ok(if failed { Exit::Failure } else { Exit::Yes })
}

/// Answers request by request. A line that is not a whole object is joined with those after it until it is one, or until
/// a line begins a new object.
fn each_request(input: impl BufRead, out: &mut dyn Write, failed: &mut bool) -> std::io::Result<()> {
    let mut answer = |text: &str, out: &mut dyn Write| {
        let line = simulate_line(text);
        *failed |= line.starts_with("{\"Error\"");
        writeln!(out, "{line}")
    };
    let mut pending = String::new();
    for line in input.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() && pending.is_empty() {
            continue;
        }
        if !pending.is_empty() && line.starts_with('{') {
            answer(&pending, out)?;
            pending.clear();
        }
        pending.push_str(&line);
        pending.push('\n');
        let whole = serde_json::from_str::<serde::de::IgnoredAny>(&pending);
        let unfinished = whole.is_err_and(|error| error.is_eof());
        if !unfinished {
            answer(&pending, out)?;
            pending.clear();
        }
    }
    if !pending.trim().is_empty() {
        answer(&pending, out)?;
    }
    Ok(())
}
