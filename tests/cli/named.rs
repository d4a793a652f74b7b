//! What questions name: principals of the input and outside it, accounts, actions, resources, context keys.

use serde_json::Value;

use crate::*;

/// Who an explanation is about, its kind and its credentials.
fn explained(principal: &str) -> (String, String, String) {
    let ran = ask(&["explain", principal, "s3:GetObject", EXPORT, "--format", "json"]);
    assert!(matches!(ran.code, 0 | 1 | 3), "{principal}: {}", ran.err);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let field = |name: &str| json["explanations"][0][name].as_str().unwrap_or_default().to_owned();
    (field("principal"), field("principal_kind"), field("credentials"))
}

/// A refusal with exit code 2: what it says and what it proposes.
#[track_caller]
fn refused(arguments: &[&str], message: &str, hint: &str) {
    let ran = ask(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {}", ran.err);
    assert!(ran.err.contains(&format!("error: {message}")), "{arguments:?}: {}", ran.err);
    assert!(ran.err.contains(&format!("hint: {hint}")), "{arguments:?}: {}", ran.err);
}

#[test]
fn principals_outside_the_input_can_be_asked_about() {
    const SAML: &str = "arn:aws:iam::222233334444:saml-provider/AlderCorpIdP";
    const OIDC: &str = "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com";
    const INGEST: &str = "arn:aws:iam::888877776666:role/quill-ingest";
    const ANN: &str = "arn:aws:iam::888877776666:user/ann";
    const SESSION: &str = "arn:aws:sts::888877776666:assumed-role/quill-ingest/x";
    let cases = [
        (INGEST, INGEST, "external-role", "unspecified"),
        (ANN, ANN, "external-user", "unspecified"),
        (SESSION, SESSION, "external-role", "unspecified"),
        ("999988887777", "999988887777", "external-account", "unspecified"),
        (SAML, SAML, "federated-provider", "provider-token"),
        ("AlderCorpIdP", SAML, "federated-provider", "provider-token"),
        ("saml-provider/AlderCorpIdP", SAML, "federated-provider", "provider-token"),
        ("token.actions.githubusercontent.com", OIDC, "federated-provider", "provider-token"),
        ("oidc-provider/token.actions.githubusercontent.com", OIDC, "federated-provider", "provider-token"),
        ("accounts.google.com", "accounts.google.com", "federated-provider", "provider-token"),
        ("lambda.amazonaws.com", "lambda.amazonaws.com", "service", "service"),
        ("anonymous", "*", "anonymous", "unsigned"),
    ];
    for (asked, name, kind, credentials) in cases {
        assert_eq!(explained(asked), (name.to_owned(), kind.to_owned(), credentials.to_owned()), "{asked}");
    }
}

#[test]
fn every_principal_that_who_can_prints_can_be_asked_about() {
    let resources =
        [EXPORT, ESCROW, "arn:aws:s3:::alder-brand-assets/logo.svg", "arn:aws:iam::222233334444:role/partner-beacon"];
    let actions = ["s3:GetObject", "kms:Decrypt", "s3:GetObject", "sts:AssumeRole"];
    for (action, resource) in actions.iter().zip(resources) {
        let ran = ask(&["who-can", action, resource, "--format", "csv", "--service-linked"]);
        for principal in principals(&ran).iter().filter(|name| *name != "*") {
            let principal = principal.trim_start_matches('\'');
            let ran = ask(&["explain", principal, action, resource]);
            assert_ne!(ran.code, 2, "{principal}: {}", ran.err);
        }
    }
}

#[test]
fn e28_a_session_keeps_its_name() {
    const NIGHTLY: &str = "arn:aws:sts::222233334444:assumed-role/nightly-export/nightly";
    let (name, kind, credentials) = explained(NIGHTLY);
    assert_eq!((name.as_str(), kind.as_str(), credentials.as_str()), (NIGHTLY, "role", "role-session"));
    let code = |question: &[&str]| ask(question).code;
    let other = NIGHTLY.replace("/nightly-export/nightly", "/nightly-export/weekly");
    assert_eq!(code(&["explain", NIGHTLY, "s3:GetObject", EXPORT]), 0);
    assert_eq!(code(&["explain", &other, "s3:GetObject", EXPORT]), 1);
    assert_eq!(code(&["path", NIGHTLY, "--can", "s3:GetObject", EXPORT]), 0);
    assert_eq!(code(&["path", &other, "--can", "s3:GetObject", EXPORT]), 1);
    let ran = ask(&["what-can", NIGHTLY, "--resource", "arn:aws:s3:::alder-customer-data*", "--format", "csv"]);
    assert!(ran.out.contains(",allowed,") && !ran.out.contains("RoleSessionName"), "{}", ran.out);
    refused(
        &["explain", "arn:aws:sts::222233334444:assumed-role/nightly-exprt/x", "s3:GetObject", EXPORT],
        "no principal is named",
        "did you mean alder-production:role/nightly-export",
    );
}

#[test]
fn a_principal_whom_only_its_account_stands_for_has_its_ways() {
    const SOMEBODY: &str = "arn:aws:iam::999988887777:role/somebody";
    for more in [&[][..], &["--all"]] {
        let ran = ask(&[&["path", SOMEBODY, "alder-production:role/partner-beacon", "--format", "csv"], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(principals(&ran).iter().all(|name| name == SOMEBODY), "{}", ran.out);
        assert!(ran.out.contains("sts:ExternalId"), "{}", ran.out);
    }
    assert_eq!(ask(&["path", SOMEBODY, "alder-production:role/data-steward"]).code, 1);
}

#[test]
fn a_path_leads_to_a_role_of_the_input() {
    const STEWARD: &str = "arn:aws:sts::222233334444:assumed-role/data-steward/any";
    assert_eq!(ask(&["path", "tomas.vega", STEWARD]).code, 0);
    for outside in ["999988887777", "anonymous", "AlderCorpIdP", "arn:aws:iam::888877776666:role/quill-ingest"] {
        let message = format!("`{outside}` is not a role that can be entered");
        refused(&["path", "tomas.vega", outside], &message, "a path leads to a role of the input");
    }
}

#[test]
fn names_that_are_no_principal_say_what_would_be() {
    let explain = |name: &'static str| ["explain", name, "s3:GetObject", EXPORT];
    assert_eq!(explained("alder-development:jonas.weber"), explained("jonas.weber"));
    refused(&explain("*"), "`*` names 69 principals", "`list principals` shows every name");
    refused(&explain("alder-production"), "`alder-production` is an account of the input", "name one of its users");
    refused(&explain("222233334444"), "`222233334444` is an account of the input", "name one of its users");
    refused(&explain("AlderCrpIdP"), "no principal is named", "did you mean arn:aws:iam::222233334444:saml-provider/");
    refused(
        &explain("arn:aws:iam::222233334444:user/astrid.hol"),
        "no principal is named",
        "did you mean alder-production:user/astrid.holm?",
    );
    refused(
        &explain("AWSSSO_9d3b7c1f5e2a8046_DO_NOT_DELETE"),
        "`AWSSSO_9d3b7c1f5e2a8046_DO_NOT_DELETE` names 3 principals",
        "name one of arn:aws:iam::012345678901:saml-provider/AWSSSO_",
    );
}

#[test]
fn an_unknown_account_gets_its_near_misses() {
    let who = ["who-can", "s3:GetObject", EXPORT, "--account"];
    let near = "did you mean alder-production";
    refused(&[&who[..], &["alder-prodction"]].concat(), "no account is named `alder-prodction`", near);
    refused(&[&who[..], &["production"]].concat(), "no account is named `production`", near);
    refused(&[&who[..], &["nosuch"]].concat(), "no account is named `nosuch`", "`list accounts` shows every name");
    refused(&["export", "json", "--account", "alder-prod"], "no account is named `alder-prod`", near);
}

#[test]
fn a_role_is_a_resource_by_its_short_name() {
    let explain = |role: &'static str| ["explain", "tomas.vega", "sts:AssumeRole", role];
    for role in ["alder-production:role/data-steward", "role/data-steward", "data-steward"] {
        assert_eq!(ask(&explain(role)).code, 0, "{role}");
    }
    let near = "did you mean alder-production:role/data-steward?";
    let misspelt = "alder-production:role/data-stewrd";
    refused(&explain(misspelt), "`alder-production:role/data-stewrd` is not a resource", near);
    refused(
        &explain("OrganizationAccountAccessRole"),
        "`OrganizationAccountAccessRole` names 4 principals",
        "name one of alder-development:role/",
    );
    let ran = ask(&explain("arn:aws:iam::222233334444:role/data-stewrd"));
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("did you mean arn:aws:iam::222233334444:role/data-steward"), "{}", ran.err);
}

#[test]
fn actions_that_do_not_go_with_the_resource_get_a_warning() {
    const BUCKET: &str = "arn:aws:s3:::alder-customer-data";
    for (action, resource) in [("s3:GetObject", BUCKET), ("s3:ListBucket", EXPORT)] {
        for question in [&["explain", "tomas.vega", action, resource][..], &["who-can", action, resource]] {
            let ran = ask(question);
            assert!(ran.err.contains(&format!("no action asked about acts on `{resource}`")), "{}", ran.err);
            assert!(ran.err.contains("hint: objects are named"), "{}", ran.err);
        }
    }
    let ran = ask(&["explain", "tomas.vega", "s3:GetObject", EXPORT]);
    assert!(!ran.err.contains("acts on"), "{}", ran.err);
}

#[test]
fn one_action_is_no_pattern() {
    let (message, hint) = ("`s3:Get*` is a pattern: wildcards are not allowed here", "`who-can` takes patterns");
    refused(&["explain", "tomas.vega", "s3:Get*", EXPORT], message, hint);
    refused(&["path", "tomas.vega", "--can", "s3:Get*", EXPORT], message, hint);
}

#[test]
fn context_keys_are_checked() {
    let with = |context: &'static str| ["who-can", "s3:GetObject", EXPORT, "--direct", "--context", context];
    let misspelt = [
        ("aws:SorceIp=203.0.113.7", "did you mean aws:SourceIp"),
        ("aws:PrincipalTg/team=x", "did you mean aws:PrincipalTag/"),
        ("s3:prefx=a", "did you mean s3:prefix"),
    ];
    for (context, hint) in misspelt {
        let ran = ask(&with(context));
        let key = context.split('=').next().unwrap();
        assert!(ran.err.contains(&format!("`{key}` is not a known condition key")), "{}", ran.err);
        assert!(ran.err.contains(hint), "{}", ran.err);
    }
    let known = [
        "aws:sourceip=203.0.113.7",
        "aws:SourceIp=2001:db8::1",
        "aws:PrincipalTag/team=x",
        "aws:RequestTag/a/b=x",
        "aws:ResourceTag/x=y",
        "token.actions.githubusercontent.com:sub=repo:a/b",
        "saml:anything=x",
        "kms:EncryptionContext:AppName=x",
        "s3:ExistingObjectTag/a=b",
        "accounts.google.com:sub=1",
        "aws:SecureTransport=TRUE",
    ];
    for context in known {
        let ran = ask(&with(context));
        assert!(matches!(ran.code, 0 | 1) && !ran.err.contains("condition key"), "{context}: {}", ran.err);
    }
    let wrong = [
        ("aws:SourceIp=300.1.1.1", "`300.1.1.1` is no value of `aws:SourceIp`: expected an IP address"),
        ("aws:VpcSourceIp=203.0.113.0/24", "`203.0.113.0/24` is no value of `aws:VpcSourceIp`"),
        ("aws:SecureTransport=yes", "`yes` is no value of `aws:SecureTransport`: expected `true` or `false`"),
    ];
    for (context, message) in wrong {
        let ran = ask(&with(context));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{context}: {}", ran.err);
        assert!(ran.err.contains(message), "{context}: {}", ran.err);
    }
}

#[test]
fn session_policies_do_not_limit_users() {
    let place = folder("session-note", &[("reads.json", READS.as_bytes())]);
    let file = format!("{place}/reads.json");
    let note = "session policies limit sessions only";
    for question in [&["explain", "astrid.holm", "s3:GetObject", EXPORT][..], &["what-can", "astrid.holm"]] {
        let ran = ask(&[question, &["--session-policy", &file]].concat());
        assert!(ran.err.contains(note), "{}", ran.err);
    }
    let ran = ask(&["explain", "deploy-production", "s3:GetObject", EXPORT, "--session-policy", &file]);
    assert!(!ran.err.contains(note), "{}", ran.err);
}

#[test]
fn a_denial_names_missing_policies_only_where_some_are() {
    let note = "resource policies that were not collected count as absent";
    let ran = ask(&["explain", "rosa.lind", "s3:GetObject", EXPORT]);
    assert!(ran.code == 1 && !ran.err.contains(note), "{}", ran.err);
    let place = folder("uncollected", &[(DETAILS, details(NOTHING, TRUSTS_EC2).as_bytes())]);
    let question = ["explain", "ana", "s3:GetObject", "arn:aws:s3:::b/k", "--resource-account", "111111111111"];
    let ran = run(&[&question[..], &["--data", &place]].concat());
    assert!(ran.code == 1 && ran.err.contains(note), "{}", ran.err);
}
