"""What the engines' checks share: the prepared graphs, the questions in the engine's language, and the verdict."""

import csv
import json
import sys
import time

VIEWS = ["principals", "unconditional", "decided"]


def queries(path):
    """The statements of a file of standard questions, without comments."""
    text = open(path, encoding="utf-8").read()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
    return [statement.strip() for statement in "\n".join(lines).split(";\n") if statement.strip(" ;\n")]


def questions(place, planted=False):
    asked = json.load(open(f"{place}/questions.json", encoding="utf-8"))
    if planted:
        # A principal that is nobody: the comparison has to find it.
        asked[len(asked) // 2]["principals"].append(["user", "arn:aws:iam::000000000000:user/nobody"])
    return asked


def rows(path):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def names(place):
    """Every node's id with name and title, and every relationship's id with its condition, as they have to come back."""
    nodes = {row["id:ID"]: (row["name"], row["title"]) for row in rows(f"{place}/neo4j/nodes.csv")}
    edges = {row["id"]: row["condition"] for row in rows(f"{place}/neo4j/relationships.csv")}
    return nodes, edges


class Report:
    """Counts, and a row of the table for each graph."""

    def __init__(self, engine, version):
        self.engine, self.version, self.passed, self.failed = engine, version, 0, 0

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {self.engine}: {what}", flush=True)

    def same_names(self, graph, place, nodes, edges):
        """`nodes` and `edges` as `names` has them, read back from the engine."""
        wanted_nodes, wanted_edges = names(place)
        self.expect(nodes == wanted_nodes, f"{graph}: {different(nodes, wanted_nodes)} nodes came back otherwise")
        self.expect(edges == wanted_edges, f"{graph}: {different(edges, wanted_edges)} relationships came back otherwise")

    def compare(self, graph, asked, seconds, ask):
        """`ask(question, view)` gives the principals that a plain path query finds."""
        different, equal, took = 0, 0, 0.0
        for question in asked:
            for view in VIEWS:
                started = time.time()
                found = {tuple(who) for who in ask(question, view)}
                took += time.time() - started
                wanted = {tuple(who) for who in question[view]}
                if found == wanted:
                    equal += 1
                else:
                    different += 1
                    if different <= 3:
                        print(
                            f"  {question['action']} {question['resource']} ({view}): "
                            f"only here {sorted(found - wanted)[:3]}, only who-can {sorted(wanted - found)[:3]}",
                            flush=True,
                        )
        self.passed += equal
        self.failed += different
        print(
            f"| {self.engine} {self.version} | {graph} | import {seconds:.1f} s | {len(asked)} questions in 3 views, "
            f"{1000 * took / max(1, 3 * len(asked)):.1f} ms each | {equal} equal | {different} different |",
            flush=True,
        )

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)


def different(found, wanted):
    return sum(found.get(key) != value for key, value in wanted.items()) + sum(key not in wanted for key in found)
