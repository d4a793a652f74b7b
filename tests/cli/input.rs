//! Input that is missing, broken or refused.

use crate::*;

// ---------------------------------------------------------------- nothing to answer from

/// That every command ends with 4, says why, and says what helps.
fn no_answer(data: &str, says: &str) {
    let questions: [&[&str]; 7] = [
        &["who-can", "s3:GetObject", EXPORT],
        &["what-can", "ana"],
        &["path", "ana", "reader"],
        &["explain", "ana", "s3:GetObject", EXPORT],
        &["list", "principals"],
        &["export", "json"],
        &["summary"],
    ];
    for question in questions {
        for strict in [&[][..], &["--strict"]] {
            let ran = run(&[question, &["--data", data], strict].concat());
            assert_eq!(ran.code, 4, "{question:?} {data}: {}", ran.err);
            assert!(ran.err.contains(says) && ran.err.contains("hint: "), "{question:?} {data}: {}", ran.err);
            assert!(question[0] == "summary" || ran.out.is_empty(), "{question:?} {data}: {}", ran.out);
        }
    }
}

#[test]
fn input_of_which_nothing_was_loaded_answers_nothing() {
    no_answer("/no/such/folder", "`/no/such/folder` cannot be read");
    let nothing = "nothing was loaded";
    no_answer(&folder("nothing-at-all", &[]), nothing);
    no_answer(&folder("nothing-whole", &[("cut.json", b"{\"a\": "), (DETAILS, b"{")]), nothing);
    no_answer(&folder("nothing-known", &[("other.json", b"{\"Name\": 1}")]), nothing);
    let alone = folder("nothing-attached", &[("policy.json", READS.as_bytes())]);
    no_answer(&format!("{alone}/policy.json"), nothing);
}

#[test]
fn one_path_of_several_that_cannot_be_read() {
    let ran = who(&["--data", "/no/such/folder"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
}

#[test]
fn a_file_named_on_its_own_that_is_recognised_as_nothing() {
    let place = folder("unknown", &[("other.json", b"[{\"Name\": 1}]"), ("policy.json", READS.as_bytes())]);
    for (file, why) in [("other.json", "none of the known formats"), ("policy.json", "a policy document on its own")] {
        let file = format!("{place}/{file}");
        let ran = who(&["--data", &file]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains(&format!("warning: `{file}`")) && ran.err.contains(why), "{}", ran.err);
        assert_eq!(who(&["--data", &file, "--strict"]).code, 5);
        assert_eq!(ask(&["summary", "--data", &file, "--strict"]).code, 5);
    }
    // In a folder that was named, such files are usual.
    let ran = who(&["--data", &place, "--strict"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("known formats"), "{}", ran.err);
}

// ---------------------------------------------------------------- bad input

/// That a file is named with its fault and place, that the exit code is that of the answer without `--strict` and 5 with
/// it, and that the rest loads.
fn fault(name: &str, content: &[u8], says: &[&str]) {
    let place = folder(name, &[("bad.json", content), (DETAILS, details(READS, TRUSTS_EC2).as_bytes())]);
    let ran = run(&["list", "principals", "--format", "csv", "--data", &place]);
    assert_eq!((ran.code, principals(&ran).len()), (0, 2), "{name}: {}", ran.err);
    for text in says {
        assert!(ran.err.contains(text), "{name} does not say {text}: {}", ran.err);
    }
    assert_eq!(run(&["list", "principals", "--data", &place, "--strict"]).code, 5, "{name}");
}

#[test]
fn truncated_json() {
    fault("truncated", b"{\"UserDetailList\": [\n  {\"Arn\": \"arn", &["bad.json:2:", "not valid JSON", "cut off"]);
}

#[test]
fn wrong_json() {
    let wrong = br#"{"UserDetailList": 3, "RoleDetailList": [], "GroupDetailList": [], "Policies": []}"#;
    fault("wrong", wrong, &["bad.json:1:20", "/UserDetailList", "expected an object, found a number"]);
}

#[test]
fn deep_nesting() {
    fault("deep", "[".repeat(4_000_000).as_bytes(), &["bad.json:1:", "not valid JSON"]);
    fault("deep-objects", "{\"a\":".repeat(1_000_000).as_bytes(), &["bad.json:1:", "not valid JSON"]);
}

#[test]
fn not_utf_8() {
    fault("latin", b"{\"a\": \"\xe9\"}", &["bad.json", "byte 7 begins no UTF-8 character", "save it as UTF-8"]);
    fault("utf-16", b"\xff\xfe{\0}\0", &["bad.json", "UTF-16"]);
}

#[test]
fn an_empty_folder() {
    let empty = folder("empty", &[]);
    let ran = run(&["list", "principals", "--data", &empty]);
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("holds no `.json`") && ran.err.contains("hint"), "{}", ran.err);
}

#[test]
fn an_unreadable_file() {
    let ran = run(&["list", "principals", "--data", "/no/such/folder"]);
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("/no/such/folder") && ran.err.contains("cannot be read"), "{}", ran.err);
    // A link to nowhere is unreadable for everybody.
    #[cfg(unix)]
    {
        let place = folder("link", &[(DETAILS, details(READS, TRUSTS_EC2).as_bytes())]);
        std::os::unix::fs::symlink("/no/such/target", Path::new(&place).join("dangling.json")).unwrap();
        let ran = run(&["list", "principals", "--format", "csv", "--data", &place]);
        assert_eq!((ran.code, principals(&ran).len()), (0, 2));
        assert!(ran.err.contains("dangling.json") && ran.err.contains("cannot be read"), "{}", ran.err);
    }
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_no_faults() {
    let text = details(READS, TRUSTS_EC2);
    let marked = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let place = folder("mark", &[(DETAILS, marked.as_bytes())]);
    let ran = run(&["list", "principals", "--format", "csv", "--strict", "--data", &place]);
    assert_eq!((ran.code, principals(&ran).len()), (0, 2), "{}", ran.err);
}

#[test]
fn duplicate_principals() {
    let (one, other) = (details(READS, TRUSTS_EC2), details(NOTHING, TRUSTS_EC2));
    let again = "111111111111/again.json";
    let same = folder("same", &[(DETAILS, one.as_bytes()), (again, one.as_bytes())]);
    let ran = run(&["list", "principals", "--format", "csv", "--strict", "--data", &same]);
    assert_eq!((ran.code, principals(&ran).len()), (0, 2), "{}", ran.err);
    let differing = folder("differing", &[(DETAILS, one.as_bytes()), (again, other.as_bytes())]);
    let ran = run(&["list", "principals", "--format", "csv", "--data", &differing]);
    assert_eq!(principals(&ran).len(), 2, "{}", ran.err);
    let summary = run(&["summary", "--all", "--data", &differing]);
    assert!(summary.out.contains("user/ana"), "{}", summary.out);
}

#[test]
fn e15_people_who_were_not_collected_or_are_unknown() {
    const ROLE: &str = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Reader_0123456789abcdef";
    let (path, name) = ROLE.rsplit_once('/').unwrap();
    let details = details(READS, TRUSTS_EC2).replace("role/reader", &format!("role/{ROLE}")).replace("reader", name);
    let details = details.replace(r#""/", "RoleName""#, &format!(r#""/{path}/", "RoleName""#));
    let check = |folder: &str, line: &str, status: &str| {
        let summary = run(&["summary", "--data", folder]);
        assert!(summary.out.lines().any(|found| found.trim().starts_with(line)), "{line}: {}", summary.out);
        let people = run(&["list", "people", "--format", "csv", "--data", folder]);
        let lines: Vec<_> = people.out.lines().skip(1).collect();
        assert_eq!(
            lines,
            [format!("arn:aws:iam::111111111111:role/{ROLE},111111111111,,,,{status}")],
            "{}",
            people.err
        );
    };
    let of_role: (&str, &[u8]) = (DETAILS, details.as_bytes());
    let open = folder("people-open", &[of_role]);
    check(&open, "who may enter 1 roles of IAM Identity Center: not collected", "not collected");
    let denied: &[u8] = br#"{"Error": {"Code": "AccessDeniedException", "Message": "no"}}"#;
    let denied = folder("people-denied", &[of_role, ("organization/sso-admin-list-instances.json", denied)]);
    let reason = "unknown: sso-admin-list-instances failed: AccessDeniedException: no";
    check(&denied, "unknown: who may enter 1 roles of IAM Identity Center", reason);
    let without = folder("people-none", &[(DETAILS, super::details(READS, TRUSTS_EC2).as_bytes())]);
    let summary = run(&["summary", "--data", &without]);
    assert!(!summary.out.contains("Identity Center"), "{}", summary.out);
}

// ---------------------------------------------------------------- refused documents

/// Whoever a refused document could have concerned is undecided: never allowed, never silently absent.
fn undecided(name: &str, files: &[(&str, &[u8])], question: &[&str], subject: &str) {
    let place = folder(name, files);
    let ran = run(&[question, &["--format", "csv", "--data", &place]].concat());
    assert_eq!(ran.code, 3, "{name}: {}{}", ran.out, ran.err);
    let row = ran
        .out
        .lines()
        .find(|line| line.starts_with(subject))
        .unwrap_or_else(|| panic!("{name}: no {subject} in {}", ran.out));
    assert!(row.contains(",unknown,"), "{name}: {row}");
    assert!(!ran.out.contains(",allowed"), "{name}: {}", ran.out);
    assert!(ran.err.contains("error[") && ran.err.contains("-->") && ran.err.contains(".json:"), "{name}: {}", ran.err);
}

#[test]
fn e45_a_refused_identity_policy() {
    let input = details(REFUSED, TRUSTS_EC2);
    let question = ["who-can", "iam:CreateUser", "*", "--kind", "user"];
    undecided("refused-identity", &[(DETAILS, input.as_bytes())], &question, ANA);
}

#[test]
fn e45_a_refused_trust_policy() {
    let input = details(READS, REFUSED);
    let question = ["who-can", "sts:AssumeRole", "arn:aws:iam::111111111111:role/reader"];
    undecided("refused-trust", &[(DETAILS, input.as_bytes())], &question, ANA);
}

#[test]
fn e45_a_refused_resource_policy() {
    let input = details(NOTHING, TRUSTS_EC2);
    let policy = r#"{"Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Principal\":\"*\"}]}"}"#;
    let question = ["who-can", "s3:GetObject", "arn:aws:s3:::b/k", "--kind", "user"];
    let files: [(&str, &[u8]); 2] = [(DETAILS, input.as_bytes()), (BUCKET, policy.as_bytes())];
    undecided("refused-resource", &files, &question, ANA);
}

#[test]
fn e45_a_refused_service_control_policy() {
    let input = details(READS, TRUSTS_EC2);
    let organization = r#"{"Organization": {"Id": "o-a1b2c3d4e5", "MasterAccountId": "999999999999"},
 "Roots": [{"Id": "r-ab12", "Arn": "arn:aws:organizations::999999999999:root/o-a1b2c3d4e5/r-ab12", "Name": "Root",
   "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}], "OrganizationalUnits": [],
 "Accounts": [{"Id": "111111111111", "Arn": "arn:aws:organizations::999999999999:account/o-a1b2c3d4e5/111111111111", "Name": "one", "Status": "ACTIVE", "ParentId": "r-ab12"}],
 "Policies": [{"Id": "p-1", "Arn": "arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-1", "Name": "Broken", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false,
   "Content": {"Version": "2012-10-17", "Statement": [{"Action": "*"}]}},
  {"Id": "p-FullAWSAccess", "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": true,
   "Content": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}],
 "Attachments": [{"PolicyId": "p-1", "TargetId": "111111111111"}, {"PolicyId": "p-FullAWSAccess", "TargetId": "111111111111"}, {"PolicyId": "p-FullAWSAccess", "TargetId": "r-ab12"}]}"#;
    let question =
        ["who-can", "s3:GetObject", "arn:aws:s3:::b/k", "--kind", "user", "--resource-account", "111111111111"];
    let files: [(&str, &[u8]); 2] = [(DETAILS, input.as_bytes()), ("organization.json", organization.as_bytes())];
    undecided("refused-scp", &files, &question, ANA);
}
