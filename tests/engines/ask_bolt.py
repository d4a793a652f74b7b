"""`iamreach export bolt` into a real Neo4j server: what it writes, what it refuses, and the standard questions afterwards."""

import os
import shutil

import bolt
from ask_neo4j import ask_everything, connected, new_home, running, server_version
from prepared import Outcome, main

IAMREACH = os.environ["IAMREACH_BOLT"]


def test(graph, work):
    home = new_home(work / f"bolt-{graph.name}")
    outcome = Outcome("neo4j bolt", server_version(), graph)
    with running(home) as (uri, password), connected(uri, password) as session:
        refused = graph.name == "sample"
        found = bolt.check(IAMREACH, uri, password, session, str(graph.data), refused, graph.is_small())
        checks, outcome.import_seconds = found
        ask_everything(session, outcome, graph.folder / "neo4j")
    outcome.asked += checks.passed + checks.failed
    outcome.equal += checks.passed
    outcome.different += checks.failed
    outcome.report()
    shutil.rmtree(home)


if __name__ == "__main__":
    main(test)
