//! What is no policy document but grants like one, written as the document it comes to: grants of S3 access control lists
//! and grants on KMS keys.
//!
//! AWS's own diagnostics report a KMS grant as a resource-based policy (E131), so the statements written here are evaluated,
//! recorded and explained as all others are.

use serde_json::{Map, Value, json};

use crate::policy::{Condition, Document, DocumentKind, Operator, Refusal, SetQualifier, Template, parse};

/// A document and the text it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The document as JSON.
    pub text: String,
    /// The document; refused, and so unknown, should it ever be none (E49).
    pub content: Result<Document, Refusal>,
}

impl Translation {
    fn of(statements: &[Value]) -> Self {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let content = parse(&text, DocumentKind::Resource).map(|(document, _)| document);
        Self { text, content }
    }
}

fn allow(sid: &str) -> Map<String, Value> {
    Map::from_iter([("Sid".to_owned(), json!(sid)), ("Effect".to_owned(), json!("Allow"))])
}

/// What an access control list is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AclOf {
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

impl AclOf {
    /// Whether some grant of such a list lets do the action, whatever its letter case (E179).
    #[must_use]
    pub fn can_grant(self, action: &str) -> bool {
        let everything = AclGrant { grantee_type: "", grantee: "", permission: "FULL_CONTROL", to_owner: true };
        everything.actions(self).is_some_and(|actions| actions.iter().any(|one| one.eq_ignore_ascii_case(action)))
    }
}

/// One grant of an S3 access control list, as `s3api get-bucket-acl` and `get-object-acl` write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AclGrant<'a> {
    /// `CanonicalUser`, `Group` or `AmazonCustomerByEmail`.
    pub grantee_type: &'a str,
    /// The canonical user id, the group's URI or the mail address.
    pub grantee: &'a str,
    /// `READ`, `WRITE`, `READ_ACP`, `WRITE_ACP` or `FULL_CONTROL`.
    pub permission: &'a str,
    /// Whether the grantee is the owner of the bucket or object.
    pub to_owner: bool,
}

const GROUPS: &str = "http://acs.amazonaws.com/groups/";

impl AclGrant<'_> {
    /// Whether the grant is to one of the two groups that stand for the public (E179).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.grantee_type == "Group" && matches!(self.group(), Some("global/AllUsers" | "global/AuthenticatedUsers"))
    }

    fn group(&self) -> Option<&str> {
        self.grantee.strip_prefix(GROUPS)
    }

    /// The statement the grant comes to (E109, E179).
    ///
    /// Authenticated users are all that sign and are no AWS service. A grantee or a permission that is not known makes the
    /// statement unknown (E49).
    #[must_use]
    pub fn translate(&self, of: AclOf) -> Translation {
        let mut statement = allow(self.permission);
        let mut condition = None;
        let principal = match (self.grantee_type, self.group()) {
            ("Group", Some("global/AllUsers")) => json!("*"),
            ("Group", Some("global/AuthenticatedUsers")) => {
                condition = Some(json!({"Bool": {"aws:PrincipalIsAWSService": "false"}}));
                json!({"AWS": "*"})
            }
            // The group of S3's own log delivery is named like an account's canonical user: nobody else is in it.
            ("Group", Some("s3/LogDelivery")) | ("CanonicalUser", _) => json!({"CanonicalUser": self.grantee}),
            _ => json!({"Grantee": self.grantee}),
        };
        statement.insert("Principal".into(), principal);
        statement.extend(condition.map(|condition| ("Condition".to_owned(), condition)));
        match self.actions(of) {
            Some(actions) => statement.insert("Action".into(), json!(actions)),
            None => {
                statement.insert("Action".into(), json!("s3:*"));
                statement.insert("Permission".into(), json!(self.permission))
            }
        };
        Translation::of(&[Value::Object(statement)])
    }

    fn actions(&self, of: AclOf) -> Option<Vec<&'static str>> {
        let read: &[&str] = match of {
            AclOf::Bucket => &["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
            AclOf::Object => &["s3:GetObject", "s3:GetObjectVersion"],
        };
        let write: &[&str] = match of {
            // Others than the owner cannot delete or overwrite what they do not own.
            AclOf::Bucket if self.to_owner => &["s3:PutObject", "s3:DeleteObjectVersion"],
            AclOf::Bucket => &["s3:PutObject"],
            AclOf::Object => &[],
        };
        let read_acl: &[&str] = match of {
            AclOf::Bucket => &["s3:GetBucketAcl"],
            AclOf::Object => &["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
        };
        let write_acl: &[&str] = match of {
            AclOf::Bucket => &["s3:PutBucketAcl"],
            AclOf::Object => &["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
        };
        Some(match self.permission {
            "READ" => read.to_vec(),
            "WRITE" => write.to_vec(),
            "READ_ACP" => read_acl.to_vec(),
            "WRITE_ACP" => write_acl.to_vec(),
            "FULL_CONTROL" => [read, write, read_acl, write_acl].concat(),
            _ => return None,
        })
    }
}

/// A grant on a KMS key, as `kms list-grants` writes it (E130). `CreateGrant` among its operations is a permission like
/// any other; what its holder may pass on is not followed (E132).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyGrant {
    /// The grant's id.
    pub id: String,
    /// Who may use the key: an ARN, a unique id that a deletion left behind, or the name of a service.
    pub grantee: String,
    /// Who may retire the grant, beside those the grant lets.
    pub retiring: Option<String>,
    /// The account in which the grant was made: its id or the ARN of its root user.
    pub issuing_account: Option<String>,
    /// The operations, without `kms:`.
    pub operations: Vec<String>,
    /// The whole encryption context that a request must have.
    pub context_equals: Vec<(String, String)>,
    /// Pairs that a request's encryption context must hold.
    pub context_subset: Vec<(String, String)>,
    /// The resource on whose behalf a service must act.
    pub source_arn: Option<String>,
}

/// The operations that constraints on the encryption context do not reach (E190).
const UNCONSTRAINED: [&str; 2] = ["DescribeKey", "RetireGrant"];

const CONTEXT_KEYS: &str = "kms:EncryptionContextKeys";

impl KeyGrant {
    /// The statements the grant comes to (E130, E131, E189, E190).
    #[must_use]
    pub fn translate(&self) -> Translation {
        let (free, bound): (Vec<&String>, Vec<&String>) =
            self.operations.iter().partition(|operation| UNCONSTRAINED.contains(&operation.as_str()));
        let mut statements = Vec::new();
        if !bound.is_empty() {
            statements.push(self.statement(&bound, self.conditions(true)));
        }
        if !free.is_empty() {
            statements.push(self.statement(&free, self.conditions(false)));
        }
        let mut retirers = self.retiring.iter().chain(&self.issuing_account).peekable();
        if retirers.peek().is_some() {
            let mut statement = allow(&self.id);
            statement.insert("Action".into(), json!("kms:RetireGrant"));
            statement.insert("Principal".into(), principal(retirers));
            statements.push(Value::Object(statement));
        }
        let mut translation = Translation::of(&statements);
        if let Ok(document) = &mut translation.content {
            require_each_subset_key(document);
        }
        translation
    }

    fn statement(&self, operations: &[&String], conditions: Map<String, Value>) -> Value {
        let actions: Vec<String> = operations.iter().map(|operation| format!("kms:{operation}")).collect();
        let mut statement = allow(&self.id);
        statement.insert("Action".into(), json!(actions));
        statement.insert("Principal".into(), principal(std::iter::once(&self.grantee)));
        if !conditions.is_empty() {
            statement.insert("Condition".into(), Value::Object(conditions));
        }
        Value::Object(statement)
    }

    /// Constraints are exact and case-sensitive; what a condition key cannot tell (the case of a name in the encryption
    /// context) the list of the names does.
    fn conditions(&self, with_context: bool) -> Map<String, Value> {
        let mut conditions = Map::new();
        if let Some(arn) = &self.source_arn {
            conditions.insert("ArnLike".into(), json!({"aws:SourceArn": verbatim(arn)}));
        }
        let pairs = self.context_equals.iter().chain(&self.context_subset);
        let pairs: Map<String, Value> =
            pairs.map(|(key, value)| (format!("kms:EncryptionContext:{key}"), json!(verbatim(value)))).collect();
        if !with_context || pairs.is_empty() {
            return conditions;
        }
        conditions.insert("StringEquals".into(), Value::Object(pairs));
        let names =
            |pairs: &[(String, String)]| -> Vec<String> { pairs.iter().map(|(key, _)| verbatim(key)).collect() };
        if !self.context_equals.is_empty() {
            let names = names(&self.context_equals);
            conditions.insert("ForAllValues:StringEquals".into(), json!({CONTEXT_KEYS: names}));
        }
        if !self.context_subset.is_empty() {
            let names = names(&self.context_subset);
            conditions.insert("ForAnyValue:StringEquals".into(), json!({CONTEXT_KEYS: names}));
        }
        conditions
    }
}

/// The grammar has one entry an operator and key, of which one name is enough; a grant asks for each.
fn require_each_subset_key(document: &mut Document) {
    for statement in &mut document.statements {
        let any = |condition: &Condition| {
            condition.qualifier == Some(SetQualifier::ForAnyValue)
                && condition.operator == Some(Operator::StringEquals)
                && &*condition.key == CONTEXT_KEYS
        };
        let Some(at) = statement.conditions.iter().position(any) else { continue };
        let listed = statement.conditions.remove(at);
        let single = |value: &Template| Condition { values: vec![value.clone()], ..listed.clone() };
        statement.conditions.extend(listed.values.iter().map(single));
    }
}

/// Text that means itself where variables are read.
fn verbatim(text: &str) -> String {
    text.replace("${", "${$}{")
}

fn principal<'a>(names: impl Iterator<Item = &'a String>) -> Value {
    let (services, others): (Vec<&String>, Vec<&String>) =
        names.partition(|name| name.contains('.') && !name.contains([':', '/']));
    let mut principal = Map::new();
    for (key, names) in [("AWS", others), ("Service", services)] {
        if !names.is_empty() {
            principal.insert(key.into(), json!(names));
        }
    }
    Value::Object(principal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(translation: &Translation) -> Vec<Value> {
        let value: Value = serde_json::from_str(&translation.text).unwrap();
        value["Statement"].as_array().unwrap().clone()
    }

    #[test]
    fn e179_permissions_of_lists_and_their_actions() {
        let check = |permission: &'static str, of: AclOf, to_owner: bool, actions: &[&str]| {
            let grant = AclGrant { grantee_type: "CanonicalUser", grantee: "c1", permission, to_owner };
            let statements = statements(&grant.translate(of));
            assert_eq!(statements[0]["Action"], json!(actions), "{permission} {of:?}");
            assert_eq!(statements[0]["Principal"], json!({"CanonicalUser": "c1"}));
        };
        let listing = ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"];
        check("READ", AclOf::Bucket, false, &listing);
        check("WRITE", AclOf::Bucket, false, &["s3:PutObject"]);
        check("WRITE", AclOf::Bucket, true, &["s3:PutObject", "s3:DeleteObjectVersion"]);
        check("READ_ACP", AclOf::Bucket, false, &["s3:GetBucketAcl"]);
        check("READ", AclOf::Object, false, &["s3:GetObject", "s3:GetObjectVersion"]);
        check("WRITE", AclOf::Object, false, &[]);
        let all = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectVersionAcl"];
        check(
            "FULL_CONTROL",
            AclOf::Object,
            false,
            &[&all[..], &["s3:PutObjectAcl", "s3:PutObjectVersionAcl"]].concat(),
        );
    }

    #[test]
    fn e179_groups_of_lists() {
        let grant =
            |grantee: &'static str| AclGrant { grantee_type: "Group", grantee, permission: "READ", to_owner: false };
        let everyone = grant("http://acs.amazonaws.com/groups/global/AllUsers");
        assert!(everyone.is_public());
        assert_eq!(statements(&everyone.translate(AclOf::Bucket))[0]["Principal"], json!("*"));
        let signed = grant("http://acs.amazonaws.com/groups/global/AuthenticatedUsers");
        assert!(signed.is_public());
        assert_eq!(
            statements(&signed.translate(AclOf::Bucket))[0]["Condition"]["Bool"]["aws:PrincipalIsAWSService"],
            "false"
        );
        assert!(!grant("http://acs.amazonaws.com/groups/s3/LogDelivery").is_public());
    }

    #[test]
    fn e49_what_a_list_says_in_unknown_words_is_unknown() {
        let grant = AclGrant { grantee_type: "Group", grantee: "everybody", permission: "READ", to_owner: false };
        assert!(grant.translate(AclOf::Bucket).content.unwrap().statements[0].unknown_element.is_some());
        let grant = AclGrant { grantee_type: "CanonicalUser", grantee: "c1", permission: "ADMIN", to_owner: false };
        assert!(grant.translate(AclOf::Bucket).content.unwrap().statements[0].unknown_element.is_some());
    }

    #[test]
    fn e130_e189_e190_a_grant_as_statements() {
        let grant = KeyGrant {
            id: "g1".into(),
            grantee: "arn:aws:iam::111122223333:role/app".into(),
            retiring: Some("rds.amazonaws.com".into()),
            issuing_account: Some("arn:aws:iam::111122223333:root".into()),
            operations: ["Decrypt", "DescribeKey", "RetireGrant"].map(String::from).into(),
            context_subset: vec![("app".into(), "a".into()), ("Tier".into(), "${x}".into())],
            ..KeyGrant::default()
        };
        let translation = grant.translate();
        let statements = statements(&translation);
        assert_eq!(statements[0]["Action"], json!(["kms:Decrypt"]));
        assert_eq!(statements[0]["Condition"]["StringEquals"]["kms:EncryptionContext:Tier"], "${$}{x}");
        assert_eq!(statements[1]["Action"], json!(["kms:DescribeKey", "kms:RetireGrant"]));
        assert!(statements[1].get("Condition").is_none());
        assert_eq!(
            statements[2]["Principal"],
            json!({"AWS": ["arn:aws:iam::111122223333:root"], "Service": ["rds.amazonaws.com"]})
        );
        // Two pairs, and the presence of each name in its own case.
        assert_eq!(translation.content.unwrap().statements[0].conditions.len(), 4);
    }
}
