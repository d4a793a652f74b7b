//! What generated requests bring beside policies: credentials, grants of keys, ACLs and Block Public Access.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::alphabet::{AWAY, HOME};
use super::pick;

/// Canonical ids of the two accounts, and one of nobody known.
const HOME_ID: &str = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
const AWAY_ID: &str = "11a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
const OTHER_ID: &str = "22a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

const PERMISSIONS: [&str; 6] = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP", "READ"];

const GRANTEES: [&str; 9] = [
    "arn:aws:iam::111111111111:user/ana",
    "arn:aws:iam::111111111111:role/reader",
    "arn:aws:sts::111111111111:assumed-role/reader/ci",
    "arn:aws:sts::111111111111:federated-user/ana",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:user/bob",
    "arn:aws:iam::111111111111:user/ana",
    "arn:aws:iam::111111111111:role/reader",
    "logs.amazonaws.com",
];

/// An ACL: its owner, if that is an object's, and pairs of grantee and permission.
type Acl = (u8, Vec<(u8, u8)>);

/// A grant of a key: grantee, retiring principal, which operations, constraints.
type Grant = (u8, u8, u8, u8);

#[derive(Debug, Clone)]
pub(crate) struct Beside {
    credentials: u8,
    grants: Option<Vec<Grant>>,
    bucket_acl: Option<Acl>,
    object_acl: Option<Acl>,
    ownership: u8,
    block: u8,
    known: bool,
    encryption: u8,
}

fn often<T: Clone + std::fmt::Debug + 'static>(
    strategy: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<T>> {
    prop_oneof![1 => Just(None), 3 => strategy.prop_map(Some)]
}

pub(crate) fn beside() -> impl Strategy<Value = Beside> {
    let acl = || (0..8u8, vec((0..8u8, any::<u8>()), 0..=3));
    let grants = vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()), 1..=2);
    (any::<u8>(), often(grants), often(acl()), often(acl()), 0..8u8, any::<u8>(), any::<bool>(), 0..6u8).prop_map(
        |(credentials, grants, bucket_acl, object_acl, ownership, block, known, encryption)| Beside {
            credentials,
            grants,
            bucket_acl,
            object_acl,
            ownership,
            block,
            known,
            encryption,
        },
    )
}

impl Beside {
    /// Adds the fields that go with the request.
    pub(crate) fn add(&self, fields: &mut Map<String, Value>) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let caller = fields.get("CallerArn").map(text).unwrap_or_default();
        let (action, resource) = (text(&fields["ActionNames"][0]), text(&fields["ResourceArns"][0]));
        self.add_credentials(fields, &caller);
        if action.starts_with("kms:") && resource.contains(":key/") {
            self.add_grants(fields, &action);
        }
        if action.starts_with("s3:") && resource != "*" {
            self.add_bucket(fields);
        }
        if self.known {
            fields.insert("CanonicalUsers".to_owned(), json!({HOME_ID: HOME, AWAY_ID: AWAY}));
        }
    }

    fn add_credentials(&self, fields: &mut Map<String, Value>, caller: &str) {
        let credentials = match caller {
            user if user.contains(":user/") => {
                pick(&["", "longTermKey", "sessionToken", "mfaSession"], self.credentials)
            }
            root if root.ends_with(":root") => {
                pick(&["", "sessionToken", "assumeRoot", "assumeRoot"], self.credentials)
            }
            _ => "",
        };
        if credentials.is_empty() {
            return;
        }
        fields.insert("CallerCredentials".to_owned(), json!(credentials));
        // What the credentials fix is not given besides.
        if let Some(entries) = fields.get_mut("ContextEntries").and_then(Value::as_array_mut) {
            let is_fixed = |entry: &Value| {
                entry["ContextKeyName"] == "aws:MultiFactorAuthPresent"
                    || entry["ContextKeyName"] == "aws:MultiFactorAuthAge" && credentials != "mfaSession"
            };
            entries.retain(|entry| !is_fixed(entry));
        }
        // E151: the task policy, said or not.
        if credentials == "assumeRoot" && self.credentials % 32 != 31 {
            let (effect, action) = match self.credentials % 16 {
                2 | 3 | 6 => ("Allow", "*"),
                7 => ("Deny", "s3:*"),
                _ => ("Allow", "sqs:*"),
            };
            let policy = json!({"Version": "2012-10-17",
                                "Statement": {"Effect": effect, "Action": action, "Resource": "*"}});
            fields.insert("SessionPolicyInputList".to_owned(), json!([policy]));
        }
    }

    fn add_grants(&self, fields: &mut Map<String, Value>, action: &str) {
        let Some(grants) = &self.grants else { return };
        let operation = action.trim_start_matches("kms:");
        let grants = grants.iter().map(|(grantee, retiring, operations, constraints)| {
            let mut grant = json!({
                "KeyId": "k1", "GrantId": "g1", "GranteePrincipal": pick(&GRANTEES, *grantee),
                "IssuingAccount": format!("arn:aws:iam::{}:root", if retiring % 4 == 3 { HOME } else { AWAY }),
                "Operations": match operations % 8 {
                    0..=5 => json!([operation]),
                    6 => json!(["DescribeKey", "RetireGrant"]),
                    _ => json!(["Decrypt", "CreateGrant"]),
                },
            });
            if retiring % 3 == 0 {
                grant["RetiringPrincipal"] = json!(pick(&GRANTEES[..6], retiring / 3));
            }
            match constraints % 16 {
                4 => grant["Constraints"] = json!({"EncryptionContextEquals": {"Dept": "a"}}),
                5 => grant["Constraints"] = json!({"EncryptionContextSubset": {"Dept": "a"}}),
                6 => grant["Constraints"] = json!({"SourceArn": "arn:aws:sns:eu-west-1:111111111111:ana"}),
                _ => {}
            }
            grant
        });
        fields.insert("KeyGrants".to_owned(), grants.collect());
        let context: &[(&str, &str)] = match self.encryption {
            3 => &[("Dept", "a")],
            4 => &[("Dept", "a"), ("Team", "b")],
            5 => &[("Dept", "A")],
            _ => &[],
        };
        let entries = fields.entry("ContextEntries").or_insert_with(|| json!([]));
        if !context.is_empty() {
            let keys: Vec<&str> = context.iter().map(|(key, _)| *key).collect();
            let entry = json!({"ContextKeyName": "kms:EncryptionContextKeys", "ContextKeyValues": keys});
            entries.as_array_mut().unwrap().push(entry);
        }
        for (key, value) in context {
            let name = format!("kms:EncryptionContext:{key}");
            entries.as_array_mut().unwrap().push(json!({"ContextKeyName": name, "ContextKeyValues": [value]}));
        }
    }

    fn add_bucket(&self, fields: &mut Map<String, Value>) {
        let id = |number: u8| pick(&[HOME_ID, AWAY_ID, OTHER_ID, HOME_ID], number);
        let of = |field: &str| fields.get(field).is_some_and(|account| account.to_string().contains(AWAY));
        let owner = if of("ResourceAccount") || of("ResourceOwner") { AWAY_ID } else { HOME_ID };
        let acl = |owner: &str, grants: &[(u8, u8)]| {
            let grants: Vec<Value> = grants
                .iter()
                .map(|(grantee, permission)| {
                    let grantee = match grantee {
                        0 | 1 => json!({"Type": "Group", "URI": ALL_USERS}),
                        2 => json!({"Type": "Group", "URI": AUTHENTICATED_USERS}),
                        3 => json!({"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}),
                        other => json!({"Type": "CanonicalUser", "ID": id(*other)}),
                    };
                    json!({"Grantee": grantee, "Permission": pick(&PERMISSIONS, *permission)})
                })
                .collect();
            json!({"Owner": {"ID": owner}, "Grants": grants})
        };
        let mut insert = |name: &str, value: Option<Value>| value.map(|value| fields.insert(name.to_owned(), value));
        insert("BucketAcl", self.bucket_acl.as_ref().map(|(_, grants)| acl(owner, grants)));
        let of_object = |owned: u8| if owned < 4 { owner } else { id(owned) };
        insert("ObjectAcl", self.object_acl.as_ref().map(|(owned, grants)| acl(of_object(*owned), grants)));
        let ownership = match self.ownership {
            0 => Some("BucketOwnerEnforced"),
            1 => Some("BucketOwnerPreferred"),
            2 => Some("ObjectWriter"),
            _ => None,
        };
        insert("ObjectOwnership", ownership.map(|ownership| json!(ownership)));
        let has = |bit: u8| self.block >> bit & 1 == 1;
        let block = json!({
            "BlockPublicAcls": has(0), "IgnorePublicAcls": has(1) && has(2), "BlockPublicPolicy": has(3),
            "RestrictPublicBuckets": has(4),
        });
        insert("PublicAccessBlock", has(6).then_some(block));
    }
}
