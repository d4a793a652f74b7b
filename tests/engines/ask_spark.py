"""Spark: runs the job that is written beside the Parquet export, once for all questions, through `spark-submit`."""

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pyspark

from prepared import QUERIES, VIEWS, Outcome, main

# Which decisions of the job belong to which view.
DECISIONS = {
    "who-can": {"allowed", "allowed-if", "unknown"},
    "who-can-decided": {"allowed", "allowed-if"},
    "who-can-unconditional": {"allowed"},
}
assert DECISIONS.keys() == set(VIEWS.values())


def write_questions(graph, home):
    """The questions as CSV, or as JSON where a name has a quote or a line feed: so that both ways of asking are tried."""
    asked = [{key: question[key] for key in ("action", "resource")} for question in graph.questions]
    plain = not any(character in question["resource"] for question in asked for character in '\n\r"\\')
    path = home / ("questions.csv" if plain else "questions.jsonl")
    with path.open("w", encoding="utf-8", newline="") as file:
        if plain:
            writer = csv.DictWriter(file, ["action", "resource"])
            writer.writeheader()
            writer.writerows(asked)
        else:
            file.writelines(json.dumps(question) + "\n" for question in asked)
    return path


def test(graph, work):
    exported = graph.folder / "parquet"
    home = work / f"spark-{graph.name}"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    asked = write_questions(graph, home)
    job = exported / "reach.py"
    submit = Path(pyspark.__file__).parent / "bin/spark-submit"
    command = [str(submit), "--master", "local[2]", "--driver-memory", "4g"]
    for setting in ("spark.ui.enabled=false", "spark.sql.shuffle.partitions=8", "spark.driver.host=127.0.0.1"):
        command += ["--conf", setting]
    command += [str(job if job.exists() else QUERIES / "reach.py"), str(exported), str(asked), str(home / "answers")]
    environment = dict(os.environ, PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1", SPARK_LOCAL_DIRS=str(home))
    outcome = Outcome("spark", pyspark.__version__, graph)
    started = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode != 0:
        raise RuntimeError(f"spark-submit failed:\n{done.stderr[-4000:]}")

    answers = defaultdict(list)
    for part in (home / "answers").glob("part-*"):
        for line in part.read_text("utf-8").split("\n"):
            if line:
                row = json.loads(line)
                answers[row["action"], row["resource"]].append((row["principal_kind"], row["principal"], row["decision"]))

    def run(name, parameters):
        rows = answers[parameters["action"], parameters["resource"]]
        return ((kind, principal) for kind, principal, decision in rows if decision in DECISIONS[name])

    outcome.ask(run)
    # There is no import: the job reads the files, and all questions are one run.
    outcome.query_seconds = seconds
    outcome.report()
    shutil.rmtree(home)


main(test)
