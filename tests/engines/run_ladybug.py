"""Ladybug: loads each export by its own script and asks the standard questions."""

import os
import shutil
import sys
import tempfile
import time

import ladybug

import check

prepared, planted = sys.argv[1], "--self-check" in sys.argv
report = check.Report("Ladybug", ladybug.__version__)
for graph in ["sample", "generated", "nasty"]:
    place = os.path.abspath(f"{prepared}/{graph}")
    scratch = tempfile.mkdtemp()
    connection = ladybug.Connection(ladybug.Database(f"{scratch}/graph"))

    def rows(query, parameters=None):
        result = connection.execute(query, parameters or {})
        found = []
        while result.has_next():
            found.append(result.get_next())
        return found

    back = os.getcwd()
    os.chdir(f"{place}/ladybug")
    started = time.time()
    for script in ["schema.cypher", "load.cypher"]:
        for statement in check.queries(script):
            connection.execute(statement)
    seconds = time.time() - started
    os.chdir(back)

    asked = check.queries(f"{place}/ladybug/queries.cypher")
    by_view = dict(zip(check.VIEWS, asked))

    def ask(question, view):
        service = question["action"].split(":")[0] + ":*"
        return rows(by_view[view], {"resource": question["resource"], "action": question["action"], "service": service})

    report.compare(graph, check.questions(place, planted), seconds, ask)
    one = next(question for question in check.questions(place) if question["principals"])
    known = {
        "resource": one["resource"],
        "action": one["action"],
        "service": one["action"].split(":")[0] + ":*",
        "principal": one["principals"][0][1],
    }
    for query in asked:
        rows(query, {name: value for name, value in known.items() if f"${name}" in query})
        report.passed += 1
    nodes = {id: (name or "", title or "") for id, name, title in rows("MATCH (n:Node) RETURN n.id, n.name, n.title")}
    edges = {id: condition or "" for id, condition in rows("MATCH ()-[e]->() RETURN e.id, e.condition")}
    report.same_names(graph, place, nodes, edges)
    shutil.rmtree(scratch)
report.end()
