#!/usr/bin/env python3
"""Writes seed corpora for the fuzz targets, made of the inputs that lie beside them.

Usage: seed.py [FOLDER ...]

Reads data/sample of the repository, ../shared/corpus beside the repository where it exists, and every folder named.
Writes to tests/fuzz/corpus/TARGET, a file an input, named by its content: a second run adds only what is new.
"""

import hashlib
import json
import random
import sys
from pathlib import Path
from urllib.parse import unquote

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MOST_BYTES = {"policy": 16384, "authorization_details": 32768, "conditions": 1024, "simulate": 16384}
FILES_OF_AN_INPUT = 12
ENTRIES_OF_A_SLICE = 4
MOST_SLICES = 40
PLACES = (HERE / "places.txt").read_text().split()
STATEMENT_LISTS = ("identity_policies", "session_policies", "scps", "rcps")


def write(target, content):
    if 0 < len(content) <= MOST_BYTES[target]:
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def slices(value):
    """A JSON value; one whose lists are long is cut into several, each with some entries of every list."""
    lists = {key: list_ for key, list_ in value.items() if isinstance(list_, list)} if isinstance(value, dict) else {}
    longest = max(map(len, lists.values()), default=0)
    if len(compact(value)) <= MOST_BYTES["authorization_details"] // 2 or longest <= ENTRIES_OF_A_SLICE:
        yield value
        return
    for start in range(0, min(longest, ENTRIES_OF_A_SLICE * MOST_SLICES), ENTRIES_OF_A_SLICE):
        yield value | {key: list_[start : start + ENTRIES_OF_A_SLICE] for key, list_ in lists.items()}


def documents(value):
    """Every policy document in a JSON value, whether written as an object, as text or percent-encoded."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for inner in value.values():
            yield from documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from documents(inner)
    elif isinstance(value, str) and value.lstrip()[:1] in ("{", "%"):
        try:
            inner = json.loads(unquote(value) if value.lstrip().startswith("%") else value)
        except ValueError:
            return
        yield from documents(inner)


def conditions(document):
    """The texts that a document's conditions compare: operators, keys, values."""
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        condition = statement.get("Condition") if isinstance(statement, dict) else None
        for operator, keys in condition.items() if isinstance(condition, dict) else ():
            for key, values in keys.items() if isinstance(keys, dict) else ():
                yield operator, key, values if isinstance(values, list) else [values]


def request(case):
    """A case of a suite as a simulation request."""
    lists = {
        "PolicyInputList": case.get("identity_policies"),
        "PermissionsBoundaryPolicyInputList": [case["boundary"]] if case.get("boundary") else None,
        "SessionPolicyInputList": case.get("session_policies"),
        "ServiceControlPolicyInputList": case.get("scps"),
        "ResourceControlPolicyInputList": case.get("rcps"),
    }
    policy = case.get("resource_policy")
    context = case.get("context") or {}
    fields = {
        **lists,
        "ActionNames": [case["action"]],
        "ResourceArns": [case["resource"]] if case.get("resource") else None,
        "ResourcePolicy": compact(policy) if policy else None,
        "ResourceOwner": case.get("resource_owner"),
        "ResourceAccount": case.get("resource_account"),
        "CallerArn": case.get("principal"),
        "ContextEntries": [
            {"ContextKeyName": key, "ContextKeyValues": value if isinstance(value, list) else [value]}
            for key, value in context.items()
        ],
    }
    return {name: value for name, value in fields.items() if value}


def around(document):
    """A simulation request with a document in the place that fits it."""
    statements = document["Statement"]
    first = next(iter(statements), None) if isinstance(statements, list) else statements
    of_resource = isinstance(first, dict) and ("Principal" in first or "NotPrincipal" in first)
    action = first.get("Action") if isinstance(first, dict) else None
    action = next(iter(action), None) if isinstance(action, list) else action
    resource = first.get("Resource") if isinstance(first, dict) else None
    resource = next(iter(resource), None) if isinstance(resource, list) else resource
    named = isinstance(action, str) and ":" in action
    return {
        "ActionNames": [action.replace("*", "GetObject").replace("?", "x") if named else "s3:GetObject"],
        "ResourceArns": [resource if isinstance(resource, str) and resource.startswith("arn:") else "*"],
        "CallerArn": "arn:aws:iam::222233334444:user/ana",
        "ResourcePolicy" if of_resource else "PolicyInputList": document if of_resource else [document],
        "ContextMode": "open",
    }


def place(path):
    """The number of the place that is most like a file's own, as a byte."""

    def likeness(known):
        known = Path(known)
        return (
            (path.name == known.name) * 4
            + (path.parent.name == known.parent.name) * 3
            + (path.parent.name == known.stem) * 2
            + (path.stem == known.parent.name) * 2
        )

    best = max(range(len(PLACES)), key=lambda number: likeness(PLACES[number]))
    fallback = PLACES.index("resource-policies.json")
    return bytes([ord("A") + (best if likeness(PLACES[best]) else fallback)])


def main():
    folders = [ROOT / "data" / "sample", ROOT.parent / "shared" / "corpus", *map(Path, sys.argv[1:])]
    together = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.json")):
        text = path.read_bytes()
        try:
            value = json.loads(text)
        except ValueError:
            write("authorization_details", place(path) + text)
            write("policy", text)
            continue
        for part in slices(value):
            write("authorization_details", place(path) + compact(part).encode())
        sample = ROOT / "data" / "sample"
        if path.is_relative_to(sample):
            account = path.relative_to(sample).parts[0]
            part = next(slices(value))
            together.setdefault(account, {}).setdefault(place(path), compact(part).encode())
        for case in value.get("cases", ()) if isinstance(value, dict) else ():
            if any(case.get(name) for name in STATEMENT_LISTS) or case.get("resource_policy"):
                write("simulate", compact(request(case)).encode())
        for document in documents(value):
            write("policy", compact(document).encode())
            write("simulate", compact(around(document)).encode())
            for operator, key, values in conditions(document):
                write("conditions", " ".join([operator, key, *map(str, values)]).encode())
    # Each account whole, with the organization as far as there is room.
    organization = together.pop("organization", {})
    for account in together.values():
        files = [number + content for number, content in (account | organization).items()]
        write("authorization_details", b"\0".join(files[:FILES_OF_AN_INPUT]))
    # What structured inputs are read from.
    noise = random.Random(1)
    for length in range(16, 1024, 8):
        for target in ("conditions", "simulate"):
            write(target, b"\0" + noise.randbytes(length))
    for folder in sorted((HERE / "corpus").iterdir()):
        print(f"{folder.name}: {sum(1 for _ in folder.iterdir())} inputs")


main()
