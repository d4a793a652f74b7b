"""Ladybug: loads prepared graphs into a database file and asks the standard questions there."""

import os
import shutil
import time

import ladybug

from prepared import Outcome, main, standard_questions, statements


def test(graph, work):
    exported = graph.folder / "ladybug"
    home = work / f"ladybug-{graph.name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    outcome = Outcome("ladybug", ladybug.__version__, graph)
    connection = ladybug.Connection(ladybug.Database(str(home / "graph.db")))

    def rows(statement, parameters=None):
        result = connection.execute(statement, parameters or {})
        while result.has_next():
            yield result.get_next()

    # The load script names its files as they lie beside it.
    os.chdir(exported)
    started = time.monotonic()
    for script in ("schema.cypher", "load.cypher"):
        for statement in statements((exported / script).read_text("utf-8")):
            connection.execute(statement)
    outcome.import_seconds = time.monotonic() - started

    connection.execute("CALL var_length_extend_max_depth=100")
    questions = standard_questions(exported / "queries.cypher", "ladybug")

    def run(name, parameters):
        used = {key: value for key, value in parameters.items() if f"${key}" in questions[name]}
        return rows(questions[name], used)

    outcome.ask(run)
    outcome.ask_others(run, questions)
    outcome.compare_texts(
        rows("MATCH (n:Node) RETURN n.id, n.name, n.title"),
        rows("MATCH (:Node)-[e]->(:Node) RETURN e.id, e.condition"),
    )
    connection.close()
    outcome.report()


main(test)
