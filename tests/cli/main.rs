//! The command line from outside: exit codes, messages, formats, filters, bad input, and every `--help`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

mod bolt;
mod diagrams;
mod graphs;
mod input;
mod named;
mod simulation;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample");
const EXPORT: &str = "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv";
const ESCROW: &str = "arn:aws:kms:eu-west-1:222233334444:key/e7b2d6c4-91f0-4a35-8c7e-0d5f3b2a6e18";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("iamreach").unwrap();
    command.args(arguments).env_remove("IAMREACH_DATA").env_remove("COLUMNS");
    command
}

fn run_with(arguments: &[&str], stdin: &str) -> Ran {
    let output = command(arguments).write_stdin(stdin).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, "")
}

/// On the sample.
fn ask(arguments: &[&str]) -> Ran {
    run(&[arguments, &["--data", SAMPLE]].concat())
}

/// The first column of a CSV answer.
fn principals(ran: &Ran) -> Vec<String> {
    ran.out.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default().to_owned()).collect()
}

fn who(more: &[&str]) -> Ran {
    ask(&[&["who-can", "s3:GetObject", EXPORT, "--format", "csv"], more].concat())
}

fn folder(name: &str, files: &[(&str, &[u8])]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (file, content) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder.to_string_lossy().into_owned()
}

const ANA: &str = "arn:aws:iam::111111111111:user/ana";

/// Authorization details of one user and one role, each allowed what `policy` and `trust` say.
fn details(policy: &str, trust: &str) -> String {
    format!(
        r#"{{"UserDetailList": [{{"Path": "/", "UserName": "ana", "UserId": "AIDAAAAAAAAAAAAAAAAAA", "Arn": "{ANA}",
 "CreateDate": "2026-01-01T00:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [], "Tags": [],
 "UserPolicyList": [{{"PolicyName": "Own", "PolicyDocument": {policy}}}]}}],
 "RoleDetailList": [{{"Path": "/", "RoleName": "reader", "RoleId": "AROAAAAAAAAAAAAAAAAAA",
 "Arn": "arn:aws:iam::111111111111:role/reader", "CreateDate": "2026-01-01T00:00:00+00:00",
 "AssumeRolePolicyDocument": {trust}, "InstanceProfileList": [], "RolePolicyList": [], "AttachedManagedPolicies": [], "Tags": []}}],
 "GroupDetailList": [], "Policies": []}}"#
    )
}

const READS: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#;
const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;
const TRUSTS_EC2: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
/// A statement without Effect and Action.
const REFUSED: &str = r#"{"Version": "2012-10-17", "Statement": [{"Resource": "*"}]}"#;
const DETAILS: &str = "111111111111/iam-get-account-authorization-details.json";
const BUCKET: &str = "111111111111/s3-get-bucket-policy/b.json";

// ---------------------------------------------------------------- exit codes

#[test]
fn exit_0_the_answer_is_yes() {
    assert_eq!(ask(&["explain", "lucas.ferrer", "s3:GetObject", EXPORT]).code, 0);
    assert_eq!(ask(&["path", "tomas.vega", "data-steward"]).code, 0);
    assert_eq!(who(&[]).code, 0);
}

#[test]
fn exit_1_the_answer_is_no_and_says_its_limits() {
    let cases: [&[&str]; 3] = [
        &["explain", "rosa.lind", "s3:GetObject", EXPORT],
        &["path", "rosa.lind", "data-steward"],
        &["who-can", "kms:ScheduleKeyDeletion", ESCROW, "--account", "alder-security"],
    ];
    for case in cases {
        let ran = ask(case);
        assert_eq!(ran.code, 1, "{case:?}: {}", ran.err);
        let last = ran.err.lines().last().unwrap();
        assert!(last.contains("changing policies to gain access is not considered"), "{last}");
    }
}

#[test]
fn exit_2_wrong_usage() {
    let cases: [(&[&str], &str); 13] = [
        (&["no-such-command"], "no-such-command"),
        (&["who-can", "s3:GetObject"], "RESOURCE"),
        (&["who-can", "nonsense", EXPORT], "`nonsense` is not an action: expected `service:Name`"),
        (&["who-can", "s3:GetObjct*", EXPORT], "did you mean s3:GetObject"),
        (&["explain", "astrid.hom", "s3:GetObject", EXPORT], "did you mean alder-production:user/astrid.holm"),
        (&["explain", "OrganizationAccountAccessRole", "s3:GetObject", EXPORT], "names 4 principals"),
        (&["who-can", "s3:GetObject", EXPORT, "--account", "nowhere"], "no account is named `nowhere`"),
        (&["who-can", "s3:GetObject", EXPORT, "--context", "bad"], "expected `service:key=value`"),
        (&["who-can", "s3:GetObject", EXPORT, "--assume", "bad"], "`bad` is not an assumption"),
        (&["who-can", "s3:GetObject", EXPORT, "--kind", "bad"], "expected one of user, role"),
        (&["who-can", "s3:GetObject", EXPORT, "--resource-account", "12"], "expected 12 digits"),
        (&["path", "astrid.holm", "nobody-of-this-name"], "no principal is named `nobody-of-this-name`"),
        (&["what-can", "astrid.holm", "--level", "bad"], "permissions-management"),
    ];
    for (case, message) in cases {
        let ran = ask(case);
        assert_eq!(ran.code, 2, "{case:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{case:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{case:?}");
    }
    let ran = run(&["who-can", "s3:GetObject", EXPORT]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--data PATH"), "{}", ran.err);
}

#[test]
fn exit_3_undecided_only() {
    let refused = folder("undecided", &[(DETAILS, details(REFUSED, TRUSTS_EC2).as_bytes())]);
    let ran = run(&["who-can", "iam:CreateUser", "*", "--format", "csv", "--kind", "user", "--data", &refused]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    let ran = run(&["explain", "ana", "iam:CreateUser", "*", "--data", &refused]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
}

#[test]
fn exit_4_failure() {
    let cases: [&[&str]; 5] = [
        &["-o", "/no/such/folder/file"],
        &["--except", "/no/such/file"],
        &["--resources-from", "/no/such/file"],
        &["--session-policy", "/no/such/file"],
        &["--data", "/no/such/file"],
    ];
    for case in cases {
        let ran = who(case);
        assert_eq!(ran.code, 4, "{case:?}: {}", ran.err);
        assert!(ran.err.contains("/no/such/"), "{}", ran.err);
    }
}

#[test]
fn exit_5_faults_of_the_input_with_strict() {
    let cut = folder("strict", &[("cut.json", b"{\"a\": "), (DETAILS, details(READS, TRUSTS_EC2).as_bytes())]);
    let ask =
        ["explain", "ana", "s3:GetObject", "arn:aws:s3:::b/k", "--resource-account", "111111111111", "--data", &cut];
    assert_eq!(run(&ask).code, 0);
    assert_eq!(run(&[&ask[..], &["--strict"]].concat()).code, 5);
}

// ---------------------------------------------------------------- filters and requests

#[test]
fn filters_leave_what_they_say() {
    let all = principals(&who(&[]));
    let only = |more: &[&str], keeps: &dyn Fn(&str) -> bool| {
        let left = principals(&who(more));
        let wanted: Vec<String> = all.iter().filter(|name| keeps(name)).cloned().collect();
        assert!(!wanted.is_empty() && wanted.len() < all.len(), "{more:?} shows nothing");
        assert_eq!(left, wanted, "{more:?}");
    };
    only(&["--kind", "user"], &|name| name.contains(":user/"));
    only(&["--kind", "user", "--kind", "root"], &|name| name.contains(":user/") || name.ends_with(":root"));
    let development = |name: &str| name.starts_with("arn:aws:iam::012345678901:") && !name.contains("provider");
    only(&["--account", "alder-development"], &development);
    only(&["--account", "012345678901"], &development);
    // People of IAM Identity Center are the organization's own.
    let external = |name: &str| !name.starts_with("arn:") && !name.contains('@') || name.contains("provider/");
    only(&["--only-external"], &external);
    only(&["--exclude", "role/etl-*"], &|name| !name.contains("role/etl-"));
    only(&["--exclude", "arn:aws:iam::222233334444:*"], &|name| !name.starts_with("arn:aws:iam::222233334444:"));
    let expected = folder(
        "expected",
        &[("expected.txt", b"# the team\nnora.quist\r\n\narn:aws:iam::222233334444:root\nrole/etl-*\n")],
    );
    only(&["--except", &format!("{expected}/expected.txt")], &|name| {
        !name.ends_with("nora.quist") && !name.ends_with("4444:root") && !name.contains("role/etl-")
    });
    only(&["--direct"], &|name| {
        who(&["--max-hops", "0"]).out.lines().any(|line| line.starts_with(&format!("{name},")))
    });
    let with = principals(&who(&["--service-linked"]));
    assert_eq!(with.len(), all.len() + 1);
}

#[test]
fn everyone_expected_is_nobody_left() {
    let expected = folder("everyone", &[("everyone.txt", b"*\n")]);
    let ran = who(&["--except", &format!("{expected}/everyone.txt")]);
    assert_eq!((ran.code, principals(&ran).len()), (1, 0));
}

#[test]
fn hops_are_bounded() {
    let hops = |most: &str| -> Vec<usize> {
        let ran = who(&["--max-hops", most]);
        ran.out.lines().skip(1).map(|line| line.split(',').nth(8).unwrap().parse().unwrap()).collect()
    };
    assert!(hops("0").iter().all(|hops| *hops == 0));
    assert_eq!(hops("1").into_iter().max(), Some(1));
    assert_eq!(hops("2").into_iter().max(), Some(2));
    assert_eq!(hops("8").into_iter().max(), Some(4));
}

#[test]
fn resources_from_standard_input() {
    let arguments =
        ["who-can", "s3:GetObject", "--resources-from", "-", "--direct", "--format", "csv", "--data", SAMPLE];
    let ran = run_with(&arguments, &format!("{EXPORT}\r\n\n  arn:aws:s3:::alder-brand-assets/logo.svg\n"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(EXPORT) && ran.out.contains("alder-brand-assets/logo.svg"));
    assert_eq!(run_with(&arguments, "\n").code, 2);
}

#[test]
fn what_the_request_says_counts() {
    let decision = |more: &[&str]| {
        let ran = who(more);
        let row = ran.out.lines().find(|line| line.contains("user/sol.arnaud,")).map(str::to_owned);
        row.map(|row| if row.contains(",allowed-if,") { "if" } else { "yes" })
    };
    assert_eq!(decision(&[]), Some("if"));
    assert_eq!(decision(&["--context", "aws:SourceIp=203.0.113.7"]), Some("yes"));
    assert_eq!(decision(&["--context", "aws:SourceIp=198.51.100.7"]), None);
}

#[test]
fn a_session_policy_limits_sessions() {
    let place = folder("session", &[("none.json", NOTHING.as_bytes()), ("reads.json", READS.as_bytes())]);
    let code = |file: &str| {
        let file = format!("{place}/{file}");
        ask(&["explain", "deploy-production", "s3:GetObject", EXPORT, "--session-policy", &file]).code
    };
    assert_eq!((code("reads.json"), code("none.json")), (0, 1));
}

#[test]
fn assumptions_turn_into_unknowns() {
    let place = folder("assumed", &[(DETAILS, details(READS, TRUSTS_EC2).as_bytes())]);
    let ask = |more: &[&str]| {
        let question = ["explain", "ana", "s3:GetObject", "arn:aws:s3:::b/k", "--resource-account", "111111111111"];
        run(&[&question, &["--data", &place][..], more].concat()).code
    };
    assert_eq!(ask(&[]), 0);
    assert_eq!(ask(&["--assume", "organization=unknown"]), 3);
    assert_eq!(ask(&["--assume", "resource-policies=unknown"]), 3);
    assert_eq!(ask(&["--assume", "organization=unknown,resource-policies=unknown"]), 3);
}

#[test]
fn an_unknown_resource_gets_its_near_misses() {
    let ran = ask(&["who-can", "s3:GetObject", "arn:aws:s3:::alder-custmer-data/x"]);
    assert!(ran.err.contains("did you mean arn:aws:s3:::alder-customer-data?"), "{}", ran.err);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let cases: [&[&str]; 3] = [
        &["who-can", "s3:GetObject", "alder-customer-dat"],
        &["explain", "astrid.holm", "s3:GetObject", "alder-customer-dat"],
        &["path", "astrid.holm", "--can", "s3:GetObject", "alder-customer-dat"],
    ];
    for case in cases {
        let ran = ask(case);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains("expected an ARN, or `*`"), "{}", ran.err);
        assert!(ran.err.contains("did you mean arn:aws:s3:::alder-customer-data?"), "{}", ran.err);
    }
    for known in [EXPORT, ESCROW, "arn:aws:s3:::quite-another/key", "arn:aws:iam::222233334444:role/data-steward"] {
        let ran = ask(&["who-can", "s3:GetObject", known]);
        assert!(!ran.err.contains("did you mean"), "{}", ran.err);
    }
}

// ---------------------------------------------------------------- output

const QUESTIONS: [&[&str]; 6] = [
    &["who-can", "s3:GetObject", EXPORT],
    &["what-can", "dana.kowal"],
    &["path", "jonas.weber", "deploy-production", "--all"],
    &["list", "principals"],
    &["list", "trusts"],
    &["list", "people"],
];

#[test]
fn two_runs_give_the_same_bytes() {
    for question in QUESTIONS {
        for format in ["table", "csv", "json", "dot"] {
            let question = [question, &["--format", format]].concat();
            let (one, other) = (ask(&question), ask(&question));
            assert!(!one.out.is_empty(), "{question:?}");
            assert_eq!((one.code, &one.out, &one.err), (other.code, &other.out, &other.err), "{question:?}");
        }
    }
    for format in ["dot", "csv", "json"] {
        assert_eq!(ask(&["export", format]).out, ask(&["export", format]).out, "{format}");
    }
}

#[test]
fn no_colours_but_on_a_terminal() {
    for question in QUESTIONS {
        let ran = ask(question);
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{question:?}");
    }
    let output =
        command(&["explain", "astrid.hom", "s3:GetObject", EXPORT, "--data", SAMPLE]).env("NO_COLOR", "1").output();
    assert!(!output.unwrap().stderr.contains(&0x1b));
}

#[test]
fn a_file_instead_of_standard_output() {
    let place = folder("out", &[]);
    let file = format!("{place}/who.csv");
    let ran = who(&["-o", &file]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(&file).unwrap(), who(&[]).out);
    assert!(who(&["--bom"]).out.starts_with("\u{feff}principal,"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let binary = assert_cmd::cargo::cargo_bin("iamreach");
    for question in ["export json", "export dot", "what-can hanna.alder --format csv"] {
        // The second descriptor carries the exit code around the pipe.
        let script = format!(
            "{{ {{ '{}' {question} --data '{SAMPLE}' 2>/dev/null; echo $? >&3; }} | head -n 1 >/dev/null; }} 3>&1",
            binary.display()
        );
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n", "{question}");
    }
}

// ---------------------------------------------------------------- help

#[test]
fn every_help_text_is_the_committed_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1");
    for name in ["", "who-can", "what-can", "path", "explain", "list", "export", "simulate", "summary"] {
        let arguments: &[&str] = if name.is_empty() { &["--help"] } else { &[name, "--help"] };
        let ran = run(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        let file = folder.join(format!("help{}{name}.txt", if name.is_empty() { "" } else { "-" }));
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &ran.out).unwrap();
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(committed, ran.out, "{} differs; UPDATE_SNAPSHOTS=1 rewrites it", file.display());
    }
}
