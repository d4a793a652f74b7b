//! The resources of an account with their policies and tags, one file a call.

use serde_json::{Value, json};

use super::accounts::Place;
use super::names;
use super::resource_policies::{of_bucket, of_key, of_other};
use crate::organization::storage::{Bucket, REGION, encoded, write_buckets, write_key};
use crate::organization::{Folder, Random, document};

/// Writes everything that an account owns.
pub(super) fn write(folder: &Folder, place: &Place, random: &mut Random) {
    let buckets: Vec<Bucket> = (0..place.buckets)
        .map(|number| {
            let name = place.bucket(number);
            let (policy, public) = of_bucket(place, &name, number, random);
            let key = random.percent(35).then(|| place.key(number));
            Bucket { name, policy, key, restricts_public: !public }
        })
        .collect();
    write_buckets(folder, &place.id, &buckets);
    let arns = buckets.iter().map(|bucket| format!("arn:aws:s3:::{}", bucket.name));
    let mut tagged: Vec<Value> = arns.enumerate().map(|(number, arn)| tags(&arn, number)).collect();
    for number in 0..place.keys {
        let key = place.key(number);
        let statements = of_key(place, random);
        let grants = if number % 5 == 1 { vec![grant(place, &key, number)] } else { Vec::new() };
        write_key(folder, &place.id, key.rsplit('/').next().unwrap_or_default(), &statements, &grants);
        tagged.push(tags(&key, number));
    }
    others(folder, place, random, &mut tagged);
    let file = |call: &str, content: Value| folder.file(&format!("{}/{REGION}/{call}.json", place.id), &content);
    file("resourcegroupstaggingapi-get-resources", json!({ "ResourceTagMappingList": tagged }));
    file("s3control-list-access-points", json!({ "AccessPointList": [] }));
    file("ec2-describe-vpc-endpoints", json!({ "VpcEndpoints": [] }));
    let caller = "OrganizationAccountAccessRole/inventory";
    folder.file(
        &format!("{}/sts-get-caller-identity.json", place.id),
        &json!({
            "UserId": "AROACOLLECTS0000000000:inventory", "Account": place.id,
            "Arn": format!("arn:aws:sts::{}:assumed-role/{caller}", place.id),
        }),
    );
}

/// Queues, topics, secrets, functions and repositories.
fn others(folder: &Folder, place: &Place, random: &mut Random, tagged: &mut Vec<Value>) {
    let file = |call: &str, name: &str, content: Value| {
        folder.file(&regional(&place.id, call, name), &content);
    };
    let text = |policy: &[Value]| document(policy).to_string();
    for number in 0..place.queues {
        let arn = place.queue(number);
        let policy = of_other(place, &arn, number, random);
        file_of_queue(folder, &place.id, &arn, policy.as_deref());
        tagged.push(tags(&arn, number));
    }
    for number in 0..place.topics {
        let arn = place.topic(number);
        // A topic has a policy from the beginning, which lets its owner do everything.
        let owner = json!([{
            "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": { "AWS": "*" },
            "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
            "Resource": arn, "Condition": { "StringEquals": { "AWS:SourceOwner": place.id } },
        }]);
        let policy = of_other(place, &arn, number, random);
        let policy = text(policy.as_deref().unwrap_or_else(|| owner.as_array().map_or(&[], Vec::as_slice)));
        let attributes = json!({ "TopicArn": arn, "Owner": place.id, "DisplayName": "", "Policy": policy });
        file("sns-get-topic-attributes", &arn, json!({ "Attributes": attributes }));
        tagged.push(tags(&arn, number));
    }
    for number in 0..place.secrets {
        let (name, arn) = place.secret(number);
        let policy = of_other(place, &arn, number, random);
        file_of_secret(folder, &place.id, &name, &arn, policy.as_deref());
        tagged.push(tags(&arn, number));
    }
    for number in 0..place.functions {
        let arn = place.function(number);
        let policy = of_other(place, &arn, number, random);
        let policy = policy.map(|policy| text(&policy));
        let content = json!({ "Policy": policy, "RevisionId": names::key(place.account, 50_000 + number) });
        file("lambda-get-policy", last(&arn), content);
        tagged.push(tags(&arn, number));
    }
    for number in 0..place.repositories {
        let arn = place.repository(number);
        let name = arn.split_once('/').map_or("", |(_, name)| name);
        let content = match of_other(place, &arn, number, random) {
            Some(policy) => {
                json!({ "registryId": place.id, "repositoryName": name, "policyText": text(&policy) })
            }
            None => json!({ "registryId": place.id, "repositoryName": name, "policyText": null }),
        };
        file("ecr-get-repository-policy", name, content);
        tagged.push(tags(&arn, number));
    }
}

/// The answer about a secret.
pub(super) fn file_of_secret(folder: &Folder, id: &str, name: &str, arn: &str, policy: Option<&[Value]>) {
    let mut content = json!({ "ARN": arn, "Name": name });
    if let Some(policy) = policy {
        content["ResourcePolicy"] = json!(document(policy).to_string());
    }
    folder.file(&regional(id, "secretsmanager-get-resource-policy", name), &content);
}

/// The answer about a queue.
pub(super) fn file_of_queue(folder: &Folder, id: &str, arn: &str, policy: Option<&[Value]>) {
    let mut attributes = json!({
        "QueueArn": arn, "VisibilityTimeout": "30", "MessageRetentionPeriod": "345600", "DelaySeconds": "0",
        "SqsManagedSseEnabled": "true",
    });
    if let Some(policy) = policy {
        attributes["Policy"] = json!(document(policy).to_string());
    }
    let url = format!("https://sqs.{REGION}.amazonaws.com/{id}/{}", last(arn));
    folder.file(&regional(id, "sqs-get-queue-attributes", &url), &json!({ "Attributes": attributes }));
}

fn regional(id: &str, call: &str, name: &str) -> String {
    format!("{id}/{REGION}/{call}/{}.json", encoded(name))
}

fn last(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

fn tags(arn: &str, number: usize) -> Value {
    let mut tags = vec![json!({ "Key": "team", "Value": names::team(number) })];
    if number % 4 == 1 {
        tags.push(json!({ "Key": "classification", "Value": "confidential" }));
    }
    json!({ "ResourceARN": arn, "Tags": tags })
}

fn grant(place: &Place, key: &str, number: usize) -> Value {
    json!({
        "KeyId": key, "GrantId": format!("{:0>64}", names::key(place.account, 60_000 + number).replace('-', "")),
        "Name": "handover", "CreationDate": "2025-02-03T09:15:27+00:00",
        "GranteePrincipal": place.iam(&format!("role/{}", names::link(number % 5))),
        "IssuingAccount": place.iam("root"), "Operations": ["Decrypt", "GenerateDataKey"],
    })
}
