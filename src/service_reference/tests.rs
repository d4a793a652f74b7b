//! The embedded reference: that all of it is read, and that lookups find what a
//! search through everything finds.

use std::collections::BTreeSet;

use super::*;

fn reference() -> &'static ServiceReference {
    ServiceReference::embedded()
}

fn action(service: &str, name: &str) -> Action<'static> {
    let id = reference().action_id(service, name);
    id.and_then(|id| reference().action(id)).unwrap_or_else(|| panic!("no action {service}:{name}"))
}

/// Every action as `prefix:name` in lower case, by number.
fn all_actions() -> Vec<(String, String)> {
    (0..reference().action_count())
        .map(|number| {
            let action = reference().action(ActionId::new(number)).unwrap();
            (action.service().to_ascii_lowercase(), action.name().to_ascii_lowercase())
        })
        .collect()
}

#[test]
fn totals_are_those_of_the_file() {
    let file = include_str!("../../data/service-reference/reference.txt");
    let starting = |letters: &[&str]| {
        let first = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
        file.lines().filter(|line| letters.contains(&first(line).as_str())).count()
    };
    let services: Vec<_> = reference().services().collect();
    assert_eq!(services.len(), starting(&["service"]));
    assert!(services.len() > 400);

    let actions: usize = services.iter().map(|s| s.actions().len()).sum();
    assert_eq!(actions, starting(&["l", "r", "w", "t", "p"]));
    assert_eq!(actions, reference().action_count() as usize);
    assert!(actions > 20_000);

    let types: usize = services.iter().map(|s| s.resource_types().count()).sum();
    assert_eq!(types, starting(&["T"]));
    assert!(types > 2_000);

    let shared = reference().shared.get().keys.len();
    let own = reference().services.iter().map(|e| e.section().keys.len());
    assert_eq!(shared + own.sum::<usize>(), starting(&["K"]));

    // The sections reach to the end of the file.
    let lengths: usize = (file.lines().take_while(|line| !line.is_empty()))
        .filter(|line| line.starts_with("service\t") || line.starts_with("shared\t"))
        .filter_map(|line| line.rsplit('\t').next()?.parse::<usize>().ok())
        .sum();
    assert_eq!(file.split_once("\n\n").unwrap().1.len(), lengths);
}

#[test]
fn every_list_names_what_exists() {
    let (mut types, mut keys, mut dependent) = (0, 0, 0);
    for service in reference().services() {
        for number in service.actions() {
            let action = reference().action(ActionId::new(number)).unwrap();
            assert_eq!(action.service(), service.prefix());
            types += action.resource_types().count();
            keys += action.condition_keys().count();
            for (name, _) in action.resource_types() {
                assert!(service.resource_type(name).is_some(), "{name}");
            }
            for key in action.condition_keys() {
                assert!(reference().condition_key(key).is_some(), "{key}");
            }
            for other in action.dependent_actions() {
                dependent += 1;
                let (service, name) = other.split_once(':').unwrap();
                assert!(reference().action_id(service, name).is_some(), "{other}");
            }
        }
        for kind in service.resource_types() {
            for format in kind.arn_formats() {
                assert!(format.starts_with("arn:"), "{format}");
            }
            for key in kind.condition_keys() {
                assert!(reference().condition_key(key).is_some(), "{key}");
            }
        }
    }
    assert!(types > 10_000 && keys > 10_000 && dependent > 1_600);
}

#[test]
fn e144_keys_of_several_values_that_the_sources_list_with_one() {
    for key in [
        "autoscaling:InstanceTypes",
        "cloudformation:ImportResourceTypes",
        "cognito-identity.amazonaws.com:amr",
        "s3-outposts:RequestObjectTagKeys",
    ] {
        assert!(reference().condition_key(key).unwrap().is_multivalued(), "{key}");
    }
    assert!(!reference().condition_key("cognito-identity.amazonaws.com:aud").unwrap().is_multivalued());
}

#[test]
fn e52_names_compare_in_any_case() {
    let id = reference().action_id("s3", "GetObject");
    assert!(id.is_some());
    for (service, name) in [("S3", "getobject"), ("s3", "GETOBJECT"), ("S3", "GetObject")] {
        assert_eq!(reference().action_id(service, name), id);
    }
    assert_eq!(action("S3", "getobject").name(), "GetObject");
    assert_eq!(action("S3", "getobject").service(), "s3");
    assert_eq!(reference().service("KMS").unwrap().prefix(), "kms");
}

#[test]
fn e57_unknown_names_are_not_found() {
    for (service, name) in
        [("s3", "GetObjects"), ("s3", ""), ("", "GetObject"), ("nosuch", "GetObject"), ("s3", "Get\u{fc}")]
    {
        assert_eq!(reference().action_id(service, name), None);
    }
    let count = reference().action_count();
    assert!(reference().action(ActionId::new(count)).is_none());
    assert!(reference().action(ActionId::new(u32::MAX)).is_none());
    assert!(reference().service("nosuch").is_none());
}

#[test]
fn numbers_follow_the_names() {
    let all = all_actions();
    assert!(all.is_sorted_by(|a, b| a < b));
    for (number, (service, name)) in (0_u32..).zip(&all) {
        let id = reference().action_id(service, &name.to_ascii_uppercase());
        assert_eq!(id, Some(ActionId::new(number)));
    }
}

#[test]
fn ranges_are_what_a_full_search_finds() {
    let all = all_actions();
    let mut checked = 0;
    for service in reference().services() {
        let range = service.actions();
        let own: Vec<_> = all
            .iter()
            .enumerate()
            .filter(|(_, (prefix, _))| prefix.eq_ignore_ascii_case(service.prefix()))
            .map(|(number, (_, name))| (number as u32, name))
            .collect();
        assert!(own.iter().map(|(number, _)| *number).eq(range));

        let mut prefixes: BTreeSet<String> = BTreeSet::new();
        for (_, name) in &own {
            for length in [0, 1, 3, 4, 6, 9, name.len()] {
                let start = name.get(..length).unwrap_or(name);
                prefixes.insert(start.to_owned());
                prefixes.insert(format!("{start}~"));
                prefixes.insert(format!("{start}A").to_ascii_uppercase());
            }
        }
        for prefix in prefixes {
            let found = reference().actions_starting_with(service.prefix(), &prefix);
            let lower = prefix.to_ascii_lowercase();
            let expected = own.iter().filter(|(_, name)| name.starts_with(&lower));
            assert!(expected.map(|(number, _)| *number).eq(found), "{}:{prefix}*", service.prefix());
            checked += 1;
        }
    }
    assert!(checked > 50_000, "{checked}");
    assert_eq!(reference().actions_starting_with("nosuch", "Get"), 0..0);
    assert!(reference().actions_starting_with("s3", "\u{fc}").is_empty());
}

#[test]
fn access_levels() {
    for (service, name, level) in [
        ("iam", "PassRole", "Permissions management"),
        ("iam", "CreateAccessKey", "Permissions management"),
        ("organizations", "AttachPolicy", "Permissions management"),
        ("s3", "PutBucketPolicy", "Permissions management"),
        ("s3", "GetObject", "Read"),
        ("s3", "ListBucket", "List"),
        ("s3", "PutObject", "Write"),
        ("ec2", "CreateTags", "Tagging"),
        ("sts", "AssumeRole", "Write"),
        ("secretsmanager", "BatchGetSecretValue", "Read"),
    ] {
        let found = action(service, name).access_level().to_string();
        assert_eq!(found, level, "{service}:{name}");
    }
    assert!(AccessLevel::Read < AccessLevel::Write);
    assert!(AccessLevel::Write < AccessLevel::PermissionsManagement);
}

#[test]
fn resource_types_of_an_action() {
    let found: Vec<_> = action("iam", "PassRole").resource_types().collect();
    assert_eq!(found, [("role", true)]);
    let found: Vec<_> = action("s3", "GetObject").resource_types().collect();
    assert!(found.iter().any(|(name, _)| *name == "object"));
    assert_eq!(action("s3", "ListAllMyBuckets").resource_types().count(), 0);

    let s3 = reference().service("s3").unwrap();
    let bucket = s3.resource_type("Bucket").unwrap();
    let formats: Vec<_> = bucket.arn_formats().collect();
    assert_eq!(formats, ["arn:${Partition}:s3:::${BucketName}"]);
    let bot = reference().service("lex").unwrap().resource_type("bot");
    assert_eq!(bot.unwrap().arn_formats().count(), 2);
}

#[test]
fn keys_and_dependents_of_an_action() {
    let keys: Vec<_> = action("iam", "PassRole").condition_keys().collect();
    assert_eq!(keys, ["iam:AssociatedResourceArn", "iam:PassedToService"]);
    let needs: Vec<_> = action("lambda", "CreateFunction").dependent_actions().collect();
    assert!(needs.contains(&"iam:PassRole"), "{needs:?}");
}

#[test]
fn e104_services_limited_by_rcps() {
    for prefix in ["s3", "sts", "kms", "secretsmanager", "sqs", "dynamodb", "es"] {
        assert!(reference().service(prefix).unwrap().supports_rcp(), "{prefix}");
    }
    for prefix in ["ec2", "iam", "sns", "lambda"] {
        assert!(!reference().service(prefix).unwrap().supports_rcp(), "{prefix}");
    }
}

#[test]
fn e160_services_with_resource_policies() {
    let supports = |prefix| {
        let service = reference().service(prefix).unwrap();
        service.supports_resource_policy()
    };
    for prefix in [
        "s3",
        "kms",
        "sqs",
        "sns",
        "lambda",
        "secretsmanager",
        "ecr",
        "iam",
        "sts",
        "dynamodb",
        "kinesis",
        "es",
        "events",
        "glue",
        "logs",
        "backup",
        "codeartifact",
        "elasticfilesystem",
        "execute-api",
    ] {
        assert!(supports(prefix), "{prefix}");
    }
    for prefix in ["ec2", "rds", "athena", "cloudformation", "cloudwatch"] {
        assert!(!supports(prefix), "{prefix}");
    }
}

#[test]
fn condition_keys() {
    let check = |key: &str, name: &str, kind: ValueType, many: bool| {
        let found = reference().condition_key(key);
        let found = found.unwrap_or_else(|| panic!("no key {key}"));
        let found = (found.name(), found.value_type(), found.is_multivalued());
        assert_eq!(found, (name, kind, many), "{key}");
    };
    use ValueType::{Arn, Bool, Date, Ip, Numeric, String};
    check("aws:sourceip", "aws:SourceIp", Ip, false);
    check("AWS:PrincipalArn", "aws:PrincipalArn", Arn, false);
    check("aws:CurrentTime", "aws:CurrentTime", Date, false);
    check("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthPresent", Bool, false);
    check("aws:TagKeys", "aws:TagKeys", String, true);
    check("aws:PrincipalOrgPaths", "aws:PrincipalOrgPaths", String, true);
    check("aws:CalledVia", "aws:CalledVia", String, true);
    check("sts:TransitiveTagKeys", "sts:TransitiveTagKeys", String, true);
    check("sts:externalid", "sts:ExternalId", String, false);
    check("ec2:RoleDelivery", "ec2:RoleDelivery", Numeric, false);
    check("identitystore:userid", "identitystore:UserId", String, false);
    check("saml:aud", "saml:aud", String, false);
    check("iam:PermissionsBoundary", "iam:PermissionsBoundary", Arn, false);
    // With a free part.
    let tag = "aws:RequestTag/${TagKey}";
    check("aws:RequestTag/x", tag, String, false);
    check("AWS:requesttag/Cost Center/\u{fc}", tag, String, false);
    check(tag, tag, String, false);
    let tag = "aws:PrincipalTag/${TagKey}";
    check("aws:PrincipalTag/team", tag, String, false);
    let tag = "s3:ExistingObjectTag/${key}";
    check("s3:existingobjecttag/x", tag, String, false);
    let context = "kms:EncryptionContext:${EncryptionContextKey}";
    check("kms:EncryptionContext:aws:s3:arn", context, String, false);
    let matcher = "events:Metadata/${MetadataKey}/Matcher";
    check("events:metadata/a/b/matcher", matcher, String, false);
    check("codebuild:fileSystemLocations/a.b.type", "codebuild:fileSystemLocations/${identifier}.type", String, false);
    check("token.actions.ACME.ghe.com:actor", "token.actions.${Domain}.ghe.com:actor", String, false);
    check("token.actions.githubusercontent.com:actor", "token.actions.githubusercontent.com:actor", String, false);
    for key in [
        "",
        "aws",
        "aws:",
        "aws:NoSuchKey",
        "aws:RequestTag",
        "aws:RequestTag/",
        "codebuild:fileSystemLocations/.type",
        "nosuch:Key",
        "s3:nosuch",
    ] {
        assert!(reference().condition_key(key).is_none(), "{key}");
    }
}

#[test]
fn every_key_finds_itself() {
    let shared = reference().shared.get().keys.iter();
    let own = reference().services.iter().flat_map(|e| &e.section().keys);
    for row in shared.chain(own) {
        let found = reference().condition_key(row.name).unwrap();
        assert!(found.name().eq_ignore_ascii_case(row.name), "{}", row.name);
    }
}

#[test]
fn near_misses_of_condition_keys() {
    let first = |text: &str| reference().similar_condition_keys(text, 1).first().copied().unwrap_or_default();
    assert_eq!(first("aws:SorceIp"), "aws:SourceIp");
    assert_eq!(first("AWS:sourcevpcee"), "aws:SourceVpce");
    assert_eq!(first("aws:PrincipalTg/department"), "aws:PrincipalTag/${TagKey}");
    assert_eq!(first("s3:prefx"), "s3:prefix");
    assert_eq!(first("nosuch:Frobnicate"), "");
}

#[test]
fn near_misses() {
    let check = |text: &str, expected: &[&str]| {
        let found = reference().similar_actions(text, expected.len());
        assert_eq!(found, expected, "{text}");
    };
    check("s3:GetObjct", &["s3:GetObject"]);
    check("s3:GteObject", &["s3:GetObject"]);
    check("S3:getobjects", &["s3:GetObject"]);
    check("dynamdb:GetItem", &["dynamodb:GetItem"]);
    check("s3:PutLogEvents", &["logs:PutLogEvents"]);
    check("GetSecretValue", &["secretsmanager:GetSecretValue"]);
    check("nosuch:Frobnicate", &[]);
    assert!(reference().similar_actions("qqqq:Zzzzzzzzzzzz", 3).is_empty());
    assert!(reference().similar_actions("", 3).is_empty());
    let found = reference().similar_actions("s3:GetObject1", 5);
    assert_eq!(found.first().map(String::as_str), Some("s3:GetObject"));
    assert!(found.iter().all(|near| near.starts_with("s3:")), "{found:?}");
}
