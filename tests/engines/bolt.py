"""`iamreach export bolt` into a running Neo4j: all that it writes is read back and compared with `export json`."""

import json
import os
import socket
import subprocess
import time

VARIABLE = "BOLT_PASSWORD"


class Checks:
    """Counts what held, and tells what did not."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, holds, *details):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}", *details, sep="\n    ", flush=True)

    def same(self, what, expected, found):
        differing = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
        shown = [f"{key!r}: expected {expected.get(key)!r}, found {found.get(key)!r}" for key in sorted(differing)[:3]]
        self.check(f"{what}: {len(differing)} of {len(expected)} differ", not differing, *shown)


def run(iamreach, form, *arguments, **environment):
    started = time.monotonic()
    done = subprocess.run(
        [iamreach, "export", form, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done, time.monotonic() - started


def expected(iamreach, *arguments):
    """What `export json` says: nodes and edges by id, each with all that it has."""
    done, _ = run(iamreach, "json", *arguments)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    graph = json.loads(done.stdout)
    nodes, edges = {}, {}
    for node in graph["nodes"]:
        labels = frozenset(node.pop("labels"))
        nodes[node["id"]] = (labels, node | {"snapshot": graph["snapshot"]})
    for edge in graph["edges"]:
        ends = edge.pop("relation"), edge.pop("source"), edge.pop("target")
        edges[edge["id"]] = (ends, edge | {"snapshot": graph["snapshot"]})
    return nodes, edges


def found(session):
    """The same of the database; a node or an edge that is there twice is told by its number."""
    nodes, edges = {}, {}
    for labels, properties in session.run("MATCH (n:IamReach) RETURN labels(n), properties(n)"):
        key = properties["id"]
        nodes[key if key not in nodes else (key, len(nodes))] = (frozenset(labels), properties)
    query = "MATCH (a:IamReach)-[e]->(b:IamReach) RETURN type(e), a.id, b.id, properties(e)"
    for kind, source, target, properties in session.run(query):
        key = properties["id"]
        edges[key if key not in edges else (key, len(edges))] = ((kind, source, target), properties)
    return nodes, edges


def compare(checks, what, wanted, session):
    nodes, edges = found(session)
    checks.same(f"{what}, nodes", wanted[0], nodes)
    checks.same(f"{what}, edges", wanted[1], edges)


def writes(checks, iamreach, server, session, data, others):
    """The first run and the second, and `others` of another graph; answers how long the first took."""
    whole = expected(iamreach, "--data", data)
    taken = {}

    def write(what, *arguments):
        done, seconds = run(iamreach, "bolt", *server, "--data", data, *arguments)
        checks.check(f"{data}: {what}: exit code", done.returncode == 0, done.stderr)
        checks.check(f"{data}: {what}: nothing on standard output", done.stdout == "")
        taken[what] = seconds
        return done.stderr

    said = write("first run")
    checks.check(f"{data}: says what was written", f"{len(whole[0])} nodes and {len(whole[1])} relationships" in said, said)
    checks.check(f"{data}: nothing was there before", "of an earlier input" not in said, said)
    compare(checks, f"{data}: first run", whole, session)

    # What a person changed by hand, or another kind of thing had before, is put right.
    session.run("MATCH (n:AWSRole) WITH n LIMIT 3 SET n:AWSUser, n.name = 'changed', n.more = 1 REMOVE n:AWSRole").consume()
    session.run("MATCH ()-[e:CAN_ACCESS]->() WITH e LIMIT 3 SET e.actions = ['changed'], e.more = 1").consume()
    write("second run")
    compare(checks, f"{data}: second run", whole, session)
    print(f"bolt {data}: first run {taken['first run']:.1f} s, second run {taken['second run']:.1f} s", flush=True)
    if not others:
        return taken["first run"]

    some = expected(iamreach, "--data", data, "--without-patterns")
    checks.check(f"{data}: the two graphs differ", whole != some)
    said = write("without patterns", "--without-patterns")
    checks.check(f"{data}: says what was deleted", "of an earlier input are no more" in said, said)
    compare(checks, f"{data}: without patterns", some, session)
    write("with patterns again")
    compare(checks, f"{data}: with patterns again", whole, session)

    # Names of labels and types are the standard's or plain. Relationships of the others are stale; a node keeps those labels.
    plain = expected(iamreach, "--data", data, "--names", "plain")
    write("plain names", "--names", "plain")
    checks.same(f"{data}: plain names, edges", plain[1], found(session)[1])
    write("the standard's names again")
    checks.same(f"{data}: the standard's names again, edges", whole[1], found(session)[1])
    return taken["first run"]


def refusals(checks, iamreach, uri, password, data):
    with socket.create_server(("127.0.0.1", 0)) as one:
        closed = one.getsockname()[1]
    silent = socket.create_server(("127.0.0.1", 0))
    wrong = {"WRONG": "not-the-password"}
    cases = [
        ("wrong password", [f"--uri={uri}", "--password-env=WRONG"], 4, "refuses the user `neo4j`", 5),
        ("unknown user", [f"--uri={uri}", f"--password-env={VARIABLE}", "--user=nobody"], 4, "refuses the user `nobody`", 5),
        ("unknown database", [f"--uri={uri}", f"--password-env={VARIABLE}", "--database=none"], 4, "has no database `none`", 5),
        ("server away", [f"--uri=bolt://127.0.0.1:{closed}", "--password-env=WRONG"], 4, f"no Bolt server answers at `bolt://127.0.0.1:{closed}`", 5),
        ("silent server", [f"--uri=bolt://127.0.0.1:{silent.getsockname()[1]}", "--password-env=WRONG"], 4, "no answer within 15 seconds", 20),
        ("not encrypted", [f"--uri={uri.replace('bolt:', 'bolt+s:')}", f"--password-env={VARIABLE}"], 4, "no Bolt server answers", 20),
    ]
    for what, arguments, code, message, most in cases:
        done, seconds = run(iamreach, "bolt", *arguments, "--data", data, **wrong)
        checks.check(f"{what}: exit code", done.returncode == code, done.returncode, done.stderr)
        checks.check(f"{what}: message", message in done.stderr and done.stderr.count("error: ") == 1, done.stderr)
        checks.check(f"{what}: after {seconds:.1f} s", seconds < most)
        secrets = [wrong["WRONG"], password]
        checks.check(f"{what}: tells no password", not any(secret in done.stderr for secret in secrets), done.stderr)
    silent.close()


def check(iamreach, uri, password, session, data, refused, others):
    """The checks of one input, which is in the database afterwards, and the seconds that writing it took.

    `refused`: who may not write is tried first. `others`: another graph and other names are written too.
    """
    os.environ[VARIABLE] = password
    checks = Checks()
    server = ["--uri", uri, "--password-env", VARIABLE]
    if refused:
        refusals(checks, iamreach, uri, password, data)
        checks.check("nothing was written by who was refused", session.run("MATCH (n) RETURN count(n)").single()[0] == 0)
    # Of another tool, in the same database: the same labels, and an id that ours may have.
    session.run("CREATE (:Elsewhere:AWSUser {id: '111122223333'})-[:STS_ASSUMEROLE_ALLOW {snapshot: 'x'}]->(:Elsewhere:AWSRole)").consume()
    seconds = writes(checks, iamreach, server, session, data, others)
    elsewhere = session.run("MATCH (a:Elsewhere)-[e]->(b:Elsewhere) WHERE NOT a:IamReach RETURN count(e)").single()[0]
    checks.check("what is not ours was left alone", elsewhere == 1)
    session.run("MATCH (n:Elsewhere) DETACH DELETE n").consume()
    names = session.run("SHOW CONSTRAINTS YIELD name RETURN collect(name)").single()[0]
    checks.check("the constraint is there", names == ["iamreach_id"], names)
    return checks, seconds
