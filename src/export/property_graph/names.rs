//! Labels and types of relationships.

use crate::arn::Arn;
use crate::query::SubjectKind;

/// Which names the graph is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// Those that users of Cartography know.
    #[default]
    Cartography,
    /// Plain words.
    Plain,
}

/// A label that nodes can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Label {
    /// Every node.
    Any,
    Account,
    Principal,
    User,
    Role,
    Group,
    Root,
    Service,
    Federated,
    SsoUser,
    Session,
    AccessSet,
    Resource,
}

/// A relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Relationship {
    Owns,
    Member,
    Holds,
    InSet,
    Assume,
    Access,
}

const LABELS: [(Label, &str, &str); 13] = [
    (Label::Any, "IamReach", "IamReach"),
    (Label::Account, "AWSAccount", "Account"),
    (Label::Principal, "AWSPrincipal", "Principal"),
    (Label::User, "AWSUser", "User"),
    (Label::Role, "AWSRole", "Role"),
    (Label::Group, "AWSGroup", "Group"),
    (Label::Root, "AWSRootPrincipal", "RootPrincipal"),
    (Label::Service, "AWSServicePrincipal", "ServicePrincipal"),
    (Label::Federated, "AWSFederatedPrincipal", "FederatedPrincipal"),
    (Label::SsoUser, "AWSSSOUser", "SSOUser"),
    (Label::Session, "Session", "Session"),
    (Label::AccessSet, "AccessSet", "AccessSet"),
    (Label::Resource, "AWSResource", "Resource"),
];

const RELATIONSHIPS: [(Relationship, &str, &str); 6] = [
    (Relationship::Owns, "RESOURCE", "OWNS"),
    (Relationship::Member, "MEMBER_OF", "MEMBER_OF"),
    (Relationship::Holds, "HOLDS", "HOLDS"),
    (Relationship::InSet, "IN_SET", "IN_SET"),
    (Relationship::Assume, "STS_ASSUMEROLE_ALLOW", "CAN_ASSUME"),
    (Relationship::Access, "CAN_ACCESS", "CAN_ACCESS"),
];

/// Resources that have a label of their own: service, the beginning of the ARN's resource part, the label and the plain one.
const RESOURCES: [(&str, &str, &str, &str); 22] = [
    ("s3", "accesspoint/", "AWSS3AccessPoint", "S3AccessPoint"),
    ("s3", "*/*", "AWSS3Object", "S3Object"),
    ("s3", "", "AWSS3Bucket", "S3Bucket"),
    ("kms", "key/", "AWSKMSKey", "KMSKey"),
    ("kms", "alias/", "AWSKMSAlias", "KMSAlias"),
    ("secretsmanager", "secret:", "AWSSecretsManagerSecret", "SecretsManagerSecret"),
    ("ssm", "parameter/", "AWSSSMParameter", "SSMParameter"),
    ("sqs", "", "AWSSQSQueue", "SQSQueue"),
    ("sns", "", "AWSSNSTopic", "SNSTopic"),
    ("lambda", "function:", "AWSLambda", "LambdaFunction"),
    ("dynamodb", "table/", "AWSDynamoDBTable", "DynamoDBTable"),
    ("ecr", "repository/", "AWSECRRepository", "ECRRepository"),
    ("ec2", "instance/", "AWSEC2Instance", "EC2Instance"),
    ("rds", "db:", "AWSRDSInstance", "RDSInstance"),
    ("rds", "snapshot:", "AWSRDSSnapshot", "RDSSnapshot"),
    ("elasticfilesystem", "file-system/", "AWSEfsFileSystem", "EfsFileSystem"),
    ("logs", "log-group:", "AWSCloudWatchLogGroup", "CloudWatchLogGroup"),
    ("states", "stateMachine:", "AWSStateMachine", "StateMachine"),
    ("iam", "role/", "AWSRoleResource", "RoleResource"),
    ("iam", "user/", "AWSUserResource", "UserResource"),
    ("iam", "group/", "AWSGroupResource", "GroupResource"),
    ("iam", "policy/", "AWSPolicy", "Policy"),
];

impl Naming {
    pub(super) fn label(self, label: Label) -> &'static str {
        let found = LABELS.iter().find(|(known, ..)| *known == label);
        found.map_or("IamReach", |(_, familiar, plain)| self.of(familiar, plain))
    }

    pub(super) fn relationship(self, relationship: Relationship) -> &'static str {
        let found = RELATIONSHIPS.iter().find(|(known, ..)| *known == relationship);
        found.map_or("", |(_, familiar, plain)| self.of(familiar, plain))
    }

    /// Every label, that of every node first.
    pub(super) fn labels(self) -> Vec<&'static str> {
        let of_kinds = LABELS.iter().map(|(_, familiar, plain)| self.of(familiar, plain));
        of_kinds.chain(RESOURCES.iter().map(|(_, _, familiar, plain)| self.of(familiar, plain))).collect()
    }

    /// Every type of relationships.
    pub(super) fn relationships(self) -> Vec<&'static str> {
        RELATIONSHIPS.iter().map(|(_, familiar, plain)| self.of(familiar, plain)).collect()
    }

    /// The names that differ from Cartography's, each with what stands for it.
    #[must_use]
    pub fn replacements(self) -> Vec<(&'static str, &'static str)> {
        let of_labels = LABELS.iter().map(|(_, familiar, plain)| (*familiar, self.of(familiar, plain)));
        let of_relationships = RELATIONSHIPS.iter().map(|(_, familiar, plain)| (*familiar, self.of(familiar, plain)));
        let of_resources = RESOURCES.iter().map(|(_, _, familiar, plain)| (*familiar, self.of(familiar, plain)));
        let all = of_labels.chain(of_relationships).chain(of_resources);
        all.filter(|(familiar, written)| familiar != written).collect()
    }

    fn of(self, familiar: &'static str, plain: &'static str) -> &'static str {
        match self {
            Self::Cartography => familiar,
            Self::Plain => plain,
        }
    }

    /// The labels of a principal.
    pub(super) fn of_principal(self, kind: SubjectKind) -> Vec<&'static str> {
        let own = match kind {
            SubjectKind::User | SubjectKind::ExternalUser => Some(Label::User),
            SubjectKind::IdentityCenterUser => Some(Label::SsoUser),
            SubjectKind::Role | SubjectKind::ExternalRole => Some(Label::Role),
            SubjectKind::Root => Some(Label::Root),
            SubjectKind::Service => Some(Label::Service),
            SubjectKind::FederatedProvider | SubjectKind::FederatedUser => Some(Label::Federated),
            SubjectKind::ExternalAccount | SubjectKind::Anonymous | SubjectKind::CanonicalUser => None,
        };
        [Label::Any, Label::Principal].into_iter().chain(own).map(|label| self.label(label)).collect()
    }

    /// The labels of a resource.
    pub(super) fn of_resource(self, text: &str) -> Vec<&'static str> {
        let arn = Arn::parse(text).ok();
        let own = arn.iter().flat_map(|arn| {
            RESOURCES.iter().find(|(service, begins, ..)| {
                arn.service() == *service
                    && match *begins {
                        "*/*" => arn.resource().contains('/'),
                        begins => arn.resource().starts_with(begins),
                    }
            })
        });
        let own = own.map(|(_, _, familiar, plain)| self.of(familiar, plain));
        [Label::Any, Label::Resource].into_iter().map(|label| self.label(label)).chain(own).collect()
    }
}
