"""Exports of the sample and of the generated organizations, and the questions with the answers of `who-can`.

    prepare.py IAMREACH ORGANIZATIONS OUT

For each graph OUT/GRAPH holds a folder for each form, and questions.json:
[{"action", "resource", "principals", "unconditional", "decided"}], the principals as [kind, name].
"""

import csv
import json
import os
import subprocess
import sys
import time

FORMS = ["neo4j", "cypher", "ladybug", "parquet"]
ENOUGH, ASKED = 200, 400
ACTIONS = {
    ("s3", "bucket"): [
        "s3:ListBucket", "s3:PutBucketPolicy", "s3:GetBucketAcl", "s3:DeleteBucket", "s3:GetBucketPolicy",
        "s3:PutLifecycleConfiguration",
    ],
    ("s3", "object"): [
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectAcl", "s3:GetObjectVersion", "s3:PutObjectTagging",
    ],
    ("kms", "key"): [
        "kms:Decrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:DescribeKey", "kms:Encrypt", "kms:ScheduleKeyDeletion",
    ],
    ("sqs", "queue"): ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:SetQueueAttributes", "sqs:PurgeQueue"],
    ("sns", "topic"): ["sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"],
    ("secretsmanager", "secret"): [
        "secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy", "secretsmanager:DeleteSecret",
    ],
    ("lambda", "function"): ["lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:GetFunction"],
    ("ecr", "repository"): ["ecr:BatchGetImage", "ecr:PutImage"],
    ("dynamodb", "table"): ["dynamodb:GetItem", "dynamodb:PutItem"],
    ("iam", "role"): ["iam:PassRole", "iam:UpdateAssumeRolePolicy"],
}


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more).stdout


def questions(iamreach, data, nodes):
    by_action = {}
    for node in nodes:
        if node["kind"] != "resource":
            continue
        # Of other patterns the question is what of the input they match, and so it is of the objects of several buckets.
        several = any(wildcard in node["name"].split("/")[0] for wildcard in "*?")
        objects = node["resource_type"] == "object" and node["name"].endswith("/*") and not several
        if node["pattern:boolean"] == "true" and not objects:
            continue
        for action in ACTIONS.get((node["service"], node["resource_type"]), []):
            by_action.setdefault(action, []).append(node["name"])
    count = sum(map(len, by_action.values()))
    step = max(1, -(-count // ASKED))
    asked = []
    for action, resources in sorted(by_action.items()):
        resources = sorted(set(resources))[::step]
        # As arguments: a line cannot hold every name.
        answer = subprocess.run(
            [iamreach, "who-can", action, *resources, "--data", data, "--format", "json", "--max-hops", "30", "--service-linked"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        if answer.returncode not in (0, 1, 3):
            sys.exit(answer.stderr)
        found = {resource: {} for resource in resources}
        for row in json.loads(answer.stdout)["answers"]:
            who = (row["principal_kind"], row["principal"])
            found[row["resource"]].setdefault(who, set()).add(row["decision"])
        for resource, rows in found.items():
            of = lambda wanted: sorted(who for who, decisions in rows.items() if decisions & wanted)
            asked.append({
                "action": action,
                "resource": resource,
                "principals": of({"allowed", "allowed-if", "unknown"}),
                "unconditional": of({"allowed"}),
                "decided": of({"allowed", "allowed-if"}),
            })
    return asked


def main(iamreach, organizations, out):
    graphs = {"sample": "data/sample", "generated": f"{organizations}/generated", "nasty": f"{organizations}/nasty"}
    for graph, data in graphs.items():
        place = f"{out}/{graph}"
        os.makedirs(place, exist_ok=True)
        for form in FORMS:
            started = time.time()
            run(iamreach, "export", form, "--data", data, "-o", f"{place}/{form}")
            print(f"{graph}: {form} in {time.time() - started:.1f} s", flush=True)
        csv.field_size_limit(1 << 30)
        with open(f"{place}/neo4j/nodes.csv", newline="", encoding="utf-8") as file:
            nodes = list(csv.DictReader(file))
        asked = questions(iamreach, data, nodes)
        if len(asked) < ENOUGH:
            sys.exit(f"{graph}: {len(asked)} questions are too few")
        with open(f"{place}/questions.json", "w", encoding="utf-8") as file:
            json.dump(asked, file)
        answers = sum(len(question["principals"]) for question in asked)
        print(f"{graph}: {len(nodes)} nodes, {len(asked)} questions, {answers} principals in their answers", flush=True)


main(*sys.argv[1:])
