"""Neo4j: imports prepared graphs by the real CSV importer, starts the real server, and asks through Bolt.

The same graphs are then loaded into an empty database by `load.cypher` and by `cypher/neo4j.cypher`, each twice: the
second time must change nothing.
"""

import os
import secrets
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import neo4j

from prepared import Outcome, main, standard_questions, statements

HERE = Path(__file__).resolve().parent / "neo4j"
JARS = os.environ["IAMREACH_NEO4J_JARS"]
JAVA = [
    "java",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "-Xmx1g",
    # Nothing here runs so long that the optimizing compiler is worth its time.
    "-XX:TieredStopAtLevel=1",
    "-cp",
    f"{JARS}/*",
]
CONFIGURATION = """\
server.memory.pagecache.size=256m
db.import.csv.legacy_quote_escaping=false
dbms.usage_report.enabled=false
server.directories.import=import
"""
SECONDS_TO_START = 120


def new_home(folder):
    """An empty Neo4j home with a password of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("conf", "import"):
        (folder / part).mkdir(parents=True)
    (folder / "conf/neo4j.conf").write_text(CONFIGURATION)
    return folder


def administrate(home, *arguments):
    """Runs `neo4j-admin` with the arguments."""
    environment = dict(os.environ, NEO4J_HOME=str(home), NEO4J_CONF=str(home / "conf"))
    command = [*JAVA, "org.neo4j.cli.AdminTool", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"neo4j-admin {arguments[0]} {arguments[1]} failed:\n{done.stdout}\n{done.stderr}")


def server_version():
    return next(Path(JARS).glob("neo4j-kernel-[0-9]*.jar")).stem.removeprefix("neo4j-kernel-")


@contextmanager
def running(home):
    """The address and the password of a running server, which has stopped when this ends."""
    # One that begins with a hyphen would be taken for an option.
    password = secrets.token_hex(12)
    administrate(home, "dbms", "set-initial-password", password)
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*JAVA, str(HERE / "Server.java"), str(home), str(home / "conf/neo4j.conf")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        port = next((line.split()[1] for line in process.stdout if line.startswith("ready ")), None)
        if port is None:
            raise RuntimeError(f"the Neo4j server did not start:\n{(home / 'server.log').read_text()[-2000:]}")
        yield f"bolt://127.0.0.1:{port}", password
    finally:
        process.stdin.close()
        process.wait(SECONDS_TO_START)


@contextmanager
def connected(uri, password):
    """A session of the user `neo4j`."""
    with neo4j.GraphDatabase.driver(uri, auth=("neo4j", password), notifications_min_severity="OFF") as driver:
        with driver.session() as session:
            yield session


@contextmanager
def server(home):
    """A session of a running server, which has stopped when this ends."""
    with running(home) as (uri, password), connected(uri, password) as session:
        yield session


def run_script(session, path):
    for statement in statements(path.read_text("utf-8")):
        session.run(statement).consume()
    session.run("CALL db.awaitIndexes(300)").consume()


def empty(session):
    """Deletes everything, constraints and indexes too."""
    session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS").consume()
    for what, all_of_them in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
        for name in session.run(f"SHOW {all_of_them} YIELD name, type WHERE type <> 'LOOKUP' RETURN collect(name)").single()[0]:
            session.run(f"DROP {what} {name}").consume()


def counts(session):
    nodes = session.run("MATCH (n) RETURN count(n)").single()[0]
    return nodes, session.run("MATCH ()-[e]->() RETURN count(e)").single()[0]


def ask_everything(session, outcome, exported):
    questions = standard_questions(exported / "queries.cypher", "neo4j")

    def run(name, parameters):
        return (record.values() for record in session.run(questions[name], parameters))

    outcome.ask(run)
    outcome.ask_others(run, questions)
    rows = lambda query: (record.values() for record in session.run(query))
    outcome.compare_texts(
        rows("MATCH (n) RETURN n.id, n.name, n.title"),
        rows("MATCH ()-[e]->() RETURN e.id, e.condition"),
    )


def test(graph, work):
    exported = graph.folder / "neo4j"
    version = server_version()

    imported = Outcome("neo4j import", version, graph)
    home = new_home(work / f"neo4j-{graph.name}")
    started = time.monotonic()
    administrate(
        home,
        *("database", "import", "full", "neo4j", "--overwrite-destination", "--multiline-fields=true"),
        *("--array-delimiter=U+001F", f"--nodes={exported}/nodes.csv"),
        f"--relationships={exported}/relationships.csv",
        f"--report-file={home}/import.report",
    )
    imported.import_seconds = time.monotonic() - started
    for file in exported.glob("*.csv"):
        shutil.copy(file, home / "import")
    scripts = {"neo4j load csv": exported / "load.cypher"}
    if graph.is_small():
        scripts["neo4j cypher"] = graph.folder / "cypher/neo4j.cypher"
    with server(home) as session:
        run_script(session, exported / "indexes.cypher")
        expected = counts(session)
        ask_everything(session, imported, exported)
        imported.report()
        for way, script in scripts.items():
            empty(session)
            outcome = Outcome(way, version, graph)
            started = time.monotonic()
            run_script(session, script)
            outcome.import_seconds = time.monotonic() - started
            outcome.note("nodes and relationships", expected, counts(session))
            run_script(session, script)
            outcome.note("nodes and relationships, loaded again", expected, counts(session))
            ask_everything(session, outcome, exported)
            outcome.report()
    shutil.rmtree(home)


if __name__ == "__main__":
    main(test)
