"""Seeds a moto server and tells, as JSON on stdout, which files collect.sh has to write for it.

Usage: seed.py ENDPOINT_URL seed REGION CONFIG_FILE PERMISSIONS_FILE
       seed.py ENDPOINT_URL enforce|relax

These AWS CLI profiles are written to CONFIG_FILE:
  management  the management account, everything allowed
  member      an account of the organization
  collector   a user who may do what PERMISSIONS_FILE says, and nothing else
  narrow      the same without the organization, and with some calls denied
The server looks at permissions from `enforce` to `relax`. The expected names are encoded by urllib, so that the
script's own encoding is checked by another hand.
"""

import io
import json
import sys
import urllib.request
import zipfile
from urllib.parse import quote

import boto3
from botocore.config import Config

endpoint, command = sys.argv[1:3]
if command in ("enforce", "relax"):
    calls_before_enforcing = b"0" if command == "enforce" else b"inf"
    urllib.request.urlopen(
        urllib.request.Request(
            f"{endpoint}/moto-api/reset-auth", data=calls_before_enforcing, headers={"Content-Type": "text/plain"}
        )
    )
    sys.exit(0)
region, config_file, permissions_file = sys.argv[3:6]
KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


def client(service, **keys):
    # The account stands before the host in calls of s3control; by way of the server as a proxy no name is looked up.
    by_proxy = Config(proxies={"http": endpoint}) if service == "s3control" else None
    return boto3.client(service, endpoint_url=endpoint, region_name=region, config=by_proxy, **(keys or KEYS))


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def name(text):
    return quote(text, safe="") + ".json"


account = client("sts").get_caller_identity()["Account"]
# `absent` tells of each answer that there is none of what stands at its key.
files, absent, absent_repositories = [], {}, {}

# The organization: root, two levels of units, a member account, one policy of its own.
organizations = client("organizations")
organizations.create_organization(FeatureSet="ALL")
root = organizations.list_roots()["Roots"][0]["Id"]
outer = organizations.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
inner = organizations.create_organizational_unit(ParentId=outer, Name='Prod "eu"')["OrganizationalUnit"]["Id"]
member = organizations.create_account(Email="member@example.com", AccountName="member")["CreateAccountStatus"]["AccountId"]
organizations.move_account(AccountId=member, SourceParentId=root, DestinationParentId=inner)
organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
scp = organizations.create_policy(
    Content=document({"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}),
    Description="keeps buckets",
    Name="KeepBuckets",
    Type="SERVICE_CONTROL_POLICY",
)["Policy"]["PolicySummary"]["Id"]
organizations.attach_policy(PolicyId=scp, TargetId=inner)
for target in (root, outer, inner, account, member):
    for policy_type in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        files.append(f"organization/organizations-list-policies-for-target/{target}.{policy_type}.json")
for parent in (root, outer, inner):
    files.append(f"organization/organizations-list-organizational-units-for-parent/{parent}.json")
    files.append(f"organization/organizations-list-accounts-for-parent/{parent}.json")
attached = {
    policy["Id"]
    for policy_type in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    for target in (root, inner)
    for policy in organizations.list_policies_for_target(TargetId=target, Filter=policy_type)["Policies"]
}
assert scp in attached
for policy in attached:
    files.append(f"organization/organizations-describe-policy/{policy}.json")
files.append("organization/organizations-describe-organization.json")
files.append("organization/organizations-list-delegated-administrators/iam.amazonaws.com.json")
files.append("organization/iam-list-organizations-features.json")
files.append("organization/organizations-list-roots.json")

# Identities: a group, an inline and a managed policy with two versions, a boundary, a role with tags.
iam = client("iam")
managed = iam.create_policy(
    PolicyName="ReadData",
    PolicyDocument=document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}),
)["Policy"]["Arn"]
iam.create_policy_version(
    PolicyArn=managed,
    PolicyDocument=document({"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::data-with-policy/*"}),
    SetAsDefault=True,
)
iam.create_group(GroupName="Readers")
iam.attach_group_policy(GroupName="Readers", PolicyArn=managed)
iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "data"}])
iam.add_user_to_group(GroupName="Readers", UserName="alice")
iam.put_user_policy(
    UserName="alice",
    PolicyName="Assume",
    PolicyDocument=document({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{account}:role/Operator"}),
)
iam.create_role(
    RoleName="Operator",
    AssumeRolePolicyDocument=document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:user/alice"}, "Action": "sts:AssumeRole"}
    ),
    MaxSessionDuration=7200,
    PermissionsBoundary=managed,
    Tags=[{"Key": "team", "Value": "operations"}],
)
iam.put_role_policy(
    RoleName="Operator",
    PolicyName="Queues",
    PolicyDocument=document({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}),
)
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]["SerialNumber"]
iam.enable_mfa_device(UserName="alice", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="234567")
iam.create_virtual_mfa_device(VirtualMFADeviceName="spare")
for answer in (
    "iam-get-account-authorization-details",
    "iam-list-roles",
    "iam-get-credential-report",
    "iam-list-virtual-mfa-devices",
):
    files.append(f"{account}/{answer}.json")
files.append(f"{account}/sts-get-caller-identity.json")

# IAM Identity Center: a permission set assigned to a person and to a group, with the role made of it, and one that is
# assigned nowhere.
center, store = client("sso-admin"), client("identitystore")
instance = center.list_instances()["Instances"][0]
in_store, in_center = {"IdentityStoreId": instance["IdentityStoreId"]}, {"InstanceArn": instance["InstanceArn"]}
people = {
    user: store.create_user(
        **in_store, UserName=f"{user}@example.com", DisplayName=user, Name={"GivenName": user, "FamilyName": 'O"Hara'}
    )["UserId"]
    for user in ("ann", "bob")
}
groups = {group: store.create_group(**in_store, DisplayName=group)["GroupId"] for group in ("Operators", "Nobody")}
store.create_group_membership(**in_store, GroupId=groups["Operators"], MemberId={"UserId": people["bob"]})
permission_sets = {
    title: center.create_permission_set(**in_center, Name=title)["PermissionSet"]["PermissionSetArn"]
    for title in ("Operator", "Spare")
}
for principal_type, principal in (("USER", people["ann"]), ("GROUP", groups["Operators"])):
    center.create_account_assignment(
        **in_center,
        TargetId=account,
        TargetType="AWS_ACCOUNT",
        PermissionSetArn=permission_sets["Operator"],
        PrincipalType=principal_type,
        PrincipalId=principal,
    )
center.provision_permission_set(
    **in_center, PermissionSetArn=permission_sets["Operator"], TargetId=account, TargetType="AWS_ACCOUNT"
)
iam.create_role(
    Path=f"/aws-reserved/sso.amazonaws.com/{region}/",
    RoleName="AWSReservedSSO_Operator_0123456789abcdef",
    AssumeRolePolicyDocument=document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{account}:saml-provider/AWSSSO_fedcba9876543210_DO_NOT_DELETE"},
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        }
    ),
)
files.append("organization/sso-admin-list-instances.json")
files.append(f"organization/sso-admin-list-permission-sets/{name(instance['InstanceArn'])}")
for permission_set in permission_sets.values():
    files.append(f"organization/sso-admin-describe-permission-set/{name(permission_set)}")
files.append(f"organization/sso-admin-list-account-assignments/{name(account + '.' + permission_sets['Operator'])}")
files.append(f"organization/identitystore-list-users/{name(instance['IdentityStoreId'])}")
files.append(f"organization/identitystore-list-groups/{name(instance['IdentityStoreId'])}")
for group in groups.values():
    files.append(f"organization/identitystore-list-group-memberships/{name(group)}")

# The users who collect.
with open(permissions_file, encoding="utf-8") as permissions:
    permissions = json.load(permissions)
denied = {"Effect": "Deny", "Action": ["s3:GetBucketPolicy", "s3:GetBucketAcl", "kms:ListKeys"], "Resource": "*"}
account_only = [statement for statement in permissions["Statement"] if statement["Sid"] == "Account"]
# The server asks for these where AWS asks for GetBucketPublicAccessBlock, GetBucketOwnershipControls and
# GetEncryptionConfiguration.
instead = {"Effect": "Allow", "Action": ["s3:GetPublicAccessBlock", "s3:ListBucket"], "Resource": "*"}
collectors = {}
for user, policy in (
    ("collector", document(*permissions["Statement"], instead)),
    ("narrow", document(*account_only, instead, denied)),
):
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="Collect", PolicyDocument=policy)
    collectors[user] = iam.create_access_key(UserName=user)["AccessKey"]

# Resources: of each kind one with a policy and, where a resource may be without, one without.
s3 = client("s3")
place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
BUCKET_CALLS = {
    "bucket-policy": "Policy",
    "bucket-acl": None,
    "public-access-block": "PublicAccessBlockConfiguration",
    "bucket-ownership-controls": "OwnershipControls",
    "bucket-encryption": "ServerSideEncryptionConfiguration",
    "bucket-abac": None,
}
for bucket in ("data-with-policy", "data.without.policy"):
    s3.create_bucket(Bucket=bucket, **place)
    for call in BUCKET_CALLS:
        files.append(f"{account}/s3-get-{call}/{name(bucket)}")
s3.put_bucket_policy(
    Bucket="data-with-policy",
    Policy=document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{member}:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data-with-policy/*",
        }
    ),
)
every_block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
s3.put_public_access_block(Bucket="data-with-policy", PublicAccessBlockConfiguration=every_block)
s3.put_bucket_ownership_controls(
    Bucket="data-with-policy", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
)
s3.put_bucket_encryption(
    Bucket="data-with-policy",
    ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]},
)
for call, key in BUCKET_CALLS.items():
    if key:
        absent[f"{account}/s3-get-{call}/{name('data.without.policy')}"] = key
absent[f"{account}/s3control-get-public-access-block.json"] = "PublicAccessBlockConfiguration"
files.append(f"{account}/s3control-get-public-access-block.json")
files.append(f"{account}/s3-list-buckets.json")

here = f"{account}/{region}"
points = client("s3control")
for point in ("plain", "shared"):
    points.create_access_point(AccountId=account, Name=point, Bucket="data-with-policy")
    files.append(f"{here}/s3control-get-access-point/{name(point)}")
    files.append(f"{here}/s3control-get-access-point-policy/{name(point)}")
points.put_access_point_policy(
    AccountId=account,
    Name="shared",
    Policy=document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{member}:root"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:{region}:{account}:accesspoint/shared/object/*",
        }
    ),
)
files.append(f"{here}/s3control-list-access-points.json")
absent[f"{here}/s3control-get-access-point-policy/{name('plain')}"] = "Policy"

kms = client("kms")
key = kms.create_key(Description="data", Tags=[{"TagKey": "team", "TagValue": "data"}])["KeyMetadata"]["KeyId"]
kms.create_grant(
    KeyId=key,
    GranteePrincipal=f"arn:aws:iam::{account}:role/Operator",
    Operations=["Decrypt"],
    Constraints={"EncryptionContextSubset": {"app": "orders"}},
)
files.append(f"{here}/kms-get-key-policy/{name(key)}")
files.append(f"{here}/kms-list-grants/{name(key)}")

ec2 = client("ec2")
ec2.create_vpc_endpoint(
    VpcId=ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"],
    ServiceName=f"com.amazonaws.{region}.s3",
    VpcEndpointType="Gateway",
    PolicyDocument=document({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}),
)
files.append(f"{here}/ec2-describe-vpc-endpoints.json")

sqs = client("sqs")
for queue in ("orders", "plain"):
    url = sqs.create_queue(QueueName=queue, tags={"team": "data"})["QueueUrl"]
    files.append(f"{here}/sqs-get-queue-attributes/{name(url)}")
    if queue == "orders":
        sqs.set_queue_attributes(
            QueueUrl=url,
            Attributes={
                "Policy": document(
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "sns.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": f"arn:aws:sqs:{region}:{account}:orders",
                    }
                )
            },
        )

topic = client("sns").create_topic(Name="alerts", Tags=[{"Key": "team", "Value": "data"}])["TopicArn"]
files.append(f"{here}/sns-get-topic-attributes/{name(topic)}")

functions = client("lambda")
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("main.py", "def handle(event, context):\n    return event\n")
# `None` is a lawful function name, and also what the AWS CLI prints for an empty page.
for function in ("None", "notify"):
    functions.create_function(
        FunctionName=function,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{account}:role/Operator",
        Handler="main.handle",
        Code={"ZipFile": code.getvalue()},
    )
    files.append(f"{here}/lambda-get-policy/{name(function)}")
functions.add_permission(
    FunctionName="notify", StatementId="sns", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com", SourceArn=topic
)
absent[f"{here}/lambda-get-policy/{name('None')}"] = "Policy"

secrets = client("secretsmanager")
for secret in ("app/database", "plain secret"):
    arn = secrets.create_secret(Name=secret, SecretString="x")["ARN"]
    files.append(f"{here}/secretsmanager-get-resource-policy/{name(arn)}")
    if secret == "app/database":
        secrets.put_resource_policy(
            SecretId=arn,
            ResourcePolicy=document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{member}:root"},
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": "*",
                }
            ),
        )

ecr = client("ecr")
for repository in ("team/app", "team/plain"):
    ecr.create_repository(repositoryName=repository)
    files.append(f"{here}/ecr-get-repository-policy/{name(repository)}")
ecr.set_repository_policy(
    repositoryName="team/app",
    policyText=document({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{member}:root"}, "Action": "ecr:BatchGetImage"}),
)
absent_repositories[f"{here}/ecr-get-repository-policy/{name('team/plain')}"] = "team/plain"
files.append(f"{here}/resourcegroupstaggingapi-get-resources.json")

# Credentials of the member account, as its administrator would have them.
session = client("sts").assume_role(
    RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole", RoleSessionName="seed"
)["Credentials"]
with open(config_file, "w", encoding="utf-8") as config:
    config.write(
        f"[profile management]\naws_access_key_id = testing\naws_secret_access_key = testing\nregion = {region}\n\n"
        f"[profile member]\naws_access_key_id = {session['AccessKeyId']}\n"
        f"aws_secret_access_key = {session['SecretAccessKey']}\naws_session_token = {session['SessionToken']}\n"
    )
    for user, key_pair in collectors.items():
        config.write(
            f"\n[profile {user}]\naws_access_key_id = {key_pair['AccessKeyId']}\n"
            f"aws_secret_access_key = {key_pair['SecretAccessKey']}\n"
        )

json.dump(
    {
        "account": account,
        "member": member,
        "files": sorted(files),
        "absent": absent,
        "absent_repositories": absent_repositories,
        "key_policy": f"{here}/kms-get-key-policy/{name(key)}",
    },
    sys.stdout,
)
