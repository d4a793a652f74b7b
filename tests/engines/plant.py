"""Copies a prepared graph with three wrong answers in it: `plant.py GRAPH COPY`.

A principal too many for one view, one too few for another, and one under another kind for the third: a comparison that
does not find all three compares nothing.
"""

import json
import os
import sys
from pathlib import Path

PLANTED = ["user", "arn:aws:iam::000000000000:user/planted"]


def plant(questions):
    """Makes three answers of the questions wrong, each of another question or view."""
    questions[0]["principals"].append(PLANTED)
    fewer = next(question for question in questions if question["unconditional"])
    fewer["unconditional"].pop()
    other = next(question for question in reversed(questions) if question["decided"])
    kind, name = other["decided"].pop()
    other["decided"].append([f"{kind}-planted", name])


graph, copy = (Path(argument).resolve() for argument in sys.argv[1:])
copy.mkdir(parents=True)
for entry in graph.iterdir():
    if entry.name != "questions.json":
        os.symlink(entry, copy / entry.name)
answers = json.loads((graph / "questions.json").read_text("utf-8"))
plant(answers)
(copy / "questions.json").write_text(json.dumps(answers), "utf-8")
