//! A small organization in whose names and values stands every character that a format may stumble over.
//!
//! AWS itself takes many of them nowhere but in paths, tags and conditions. A file may hold any, though, and what is
//! written from it must come back as it was.

use serde_json::json;

use super::people::named;
use super::resources::{file_of_queue, file_of_secret};
use crate::organization::storage::{Bucket, write_buckets};
use crate::organization::{Folder, ORGANIZATION, Organization, admits, allow, when};

/// One of each, as part of a name. None has `*`, `?` or `$`, which mean something in policies, and none has a slash or a
/// colon, which divide ARNs.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "single'quote",
        "double\"quote",
        "\"quoted\"",
        "''",
        "back\\slash",
        "trailing\\",
        "\\N",
        "line\nbreak",
        "carriage\rreturn",
        "both\r\nof-them",
        "tab\tbed",
        "=cmd()",
        "=1+1",
        "+plus",
        "-minus",
        "@at",
        "=HYPERLINK(\"x\")",
        "pipe|d",
        "semi;colon",
        "com,ma",
        "brace{d}",
        "[bracket]",
        "per%cent",
        "hash#ed",
        "amp&ersand",
        "<tag>",
        "<script>",
        "`tick`",
        " leading",
        "trailing ",
        "two  spaces",
        "null",
        "true",
        "007",
        "1e5",
        "NaN",
        "smile🙂",
        "flag🇪🇺",
        "joined👩‍💻",
        "עברית",
        "مرحبا",
        "\u{202e}turned",
        "\u{200f}mark",
        "zero\u{200b}width",
        "\u{feff}bom",
        "é",
        "e\u{301}",
        "漢字",
        "control\u{1}",
        "bell\u{7}",
        "escape\u{1b}[31m",
        "delete\u{7f}",
        "next\u{85}line",
        "separator\u{2028}line",
        "paragraph\u{2029}",
        "unit\u{1f}separator",
        "noncharacter\u{fffe}",
        "replacement\u{fffd}",
        "astral\u{10ffff}",
    ]
    .iter()
    .map(|name| (*name).to_owned())
    .collect();
    names.push(format!("long-{}-end", "x".repeat(5_000)));
    names
}

/// Writes it: a user and a role for each name, which lets the user in, and a secret and a queue that the role may use,
/// under conditions that hold the name too.
pub(crate) fn generate_nasty(folder: &Folder) {
    let mut organization = Organization::of_accounts(2);
    organization.accounts[0].name = "mana\"ge;ment|,\\".to_owned();
    organization.accounts[1].name = "=work('er)\n\u{202e}🙂".to_owned();
    let account = 1;
    let id = organization.id(account).to_owned();
    let mut bucket_policy = Vec::new();
    for (number, name) in names().iter().enumerate() {
        let path = format!("/{name}/");
        let user = organization.user(account, if number % 2 == 0 { "/" } else { &path }, name);
        let group = organization.group(account, name);
        organization.at(user).groups.push(group);
        organization.at(user).tags.push((format!("key {name}"), name.clone()));
        let role = organization.role(account, if number % 3 == 0 { &path } else { "/" }, &format!("role {name}"));
        let caller = json!({ "AWS": organization.arn(user) });
        organization.trust(
            role,
            match number % 4 {
                0 => admits(caller, "sts:AssumeRole"),
                1 => when(admits(caller, "sts:AssumeRole"), &json!({ "StringEquals": { "sts:ExternalId": name } })),
                2 => {
                    when(admits(caller, "sts:AssumeRole"), &json!({ "StringEquals": { "sts:RoleSessionName": name } }))
                }
                _ => {
                    let both = json!(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
                    let asked = json!({ "StringEquals": { "aws:RequestTag/k": name, "sts:SourceIdentity": name } });
                    when(admits(caller, both), &asked)
                }
            },
        );
        let secret = secret(&id, name);
        let get = allow("secretsmanager:GetSecretValue", secret.clone());
        let tagged = when(get, &json!({ "StringEquals": { "aws:ResourceTag/owner": name } }));
        organization.grant(role, named(tagged, &format!("sid {name}")));
        let policy = organization.managed(
            account,
            &format!("policy {name}"),
            vec![allow(json!(["sqs:SendMessage", "sqs:ReceiveMessage"]), queue(&id, name))],
        );
        organization.at(role).attached.push(policy);
        organization.groups[group].attached.push(policy);
        let session = format!("arn:aws:sts::{id}:assumed-role/role {name}/{name}");
        let mut statement = named(admits(json!({ "AWS": session }), "s3:GetObject"), &format!("session of {name}"));
        statement["Resource"] = json!(format!("arn:aws:s3:::nasty/{name}/*"));
        bucket_policy.push(statement);
        file_of_secret(folder, &id, &format!("secret {name}"), &secret, None);
        file_of_queue(folder, &id, &queue(&id, name), None);
    }
    let mut of_us = admits(json!({ "AWS": "*" }), "s3:ListBucket");
    of_us["Resource"] = json!("arn:aws:s3:::nasty");
    bucket_policy.push(when(of_us, &json!({ "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION } })));
    organization.write_tree(folder);
    (0..organization.accounts.len()).for_each(|account| organization.write_iam(folder, account));
    let bucket = Bucket { name: "nasty".to_owned(), policy: Some(bucket_policy), key: None, restricts_public: true };
    write_buckets(folder, &id, &[bucket]);
    write_buckets(folder, organization.id(0), &[]);
}

fn secret(id: &str, name: &str) -> String {
    format!("arn:aws:secretsmanager:eu-west-1:{id}:secret:secret {name}")
}

fn queue(id: &str, name: &str) -> String {
    format!("arn:aws:sqs:eu-west-1:{id}:queue {name}")
}
