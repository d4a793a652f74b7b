"""What the scripts of all engines share: a prepared graph, the standard questions, comparing, and the line of the table.

A prepared graph is a folder with an export in several formats, and `questions.json` with the answers of `who-can`.
"""

import csv
import json
import re
import sys
import time
from pathlib import Path

# The three ways of asking who can: the key of the expected principals, and the standard question.
VIEWS = {
    "principals": "who-can",
    "unconditional": "who-can-unconditional",
    "decided": "who-can-decided",
}
ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "src/export/formats/queries"
# More relationships are not put into a database by a script of statements, which says so itself.
SMALL = 10_000
# How many differences are shown for each way a graph was loaded.
SHOWN = 3


class Graph:
    """A prepared graph, by its folder."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.name = self.folder.name
        self.questions = json.loads((self.folder / "questions.json").read_text("utf-8"))
        if not self.questions:
            raise ValueError(f"{self.folder}: no questions")
        # A folder without an input of its own has been made of the sample.
        data = self.folder / "data"
        self.data = data if data.exists() else ROOT / "data/sample"

    def rows(self, file):
        """The rows of an exported CSV."""
        csv.field_size_limit(1 << 30)
        with (self.folder / "neo4j" / file).open(encoding="utf-8", newline="") as rows:
            yield from csv.DictReader(rows)

    def texts(self, file, columns):
        """Columns of the exported CSV, which have to come back as they are; what is absent is the empty text."""
        return {tuple(row[column] for column in columns) for row in self.rows(file)}

    def is_small(self):
        """Whether a script of statements is meant for it."""
        return sum(1 for _ in self.rows("relationships.csv")) <= SMALL


def standard_questions(exported, dialect):
    """The standard questions by name: those written beside the export, or else those of the repository."""
    text = (exported if exported.exists() else QUERIES / f"{dialect}.cypher").read_text("utf-8")
    blocks = re.split(r"^// ([a-z-]+): ", text, flags=re.MULTILINE)
    return {
        name: "\n".join(line for line in body.splitlines()[1:] if not line.startswith("//")).strip().rstrip(";")
        for name, body in zip(blocks[1::2], blocks[2::2])
    }


def statements(text):
    """The statements of a script; a semicolon in a text, a name or a comment ends none."""
    pieces = re.compile(
        r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|//[^\n]*|/\*.*?\*/|;|[^'"`/;]+|/""", re.DOTALL
    )
    current = []
    for piece in pieces.findall(text):
        if piece.startswith(("//", "/*")):
            continue
        if piece != ";":
            current.append(piece)
        elif statement := "".join(current).strip():
            yield statement
            current = []
    if statement := "".join(current).strip():
        yield statement


class Outcome:
    """Counts of one way of loading one graph into one engine."""

    def __init__(self, engine, version, graph):
        self.engine, self.version, self.graph = engine, version, graph
        self.import_seconds = 0.0
        self.asked, self.equal, self.different = 0, 0, 0
        self.query_seconds = 0.0

    def note(self, what, expected, found):
        """Compares what was expected with what was found: both are sets, or both are values that can be compared."""
        self.asked += 1
        if expected == found:
            self.equal += 1
            return
        self.different += 1
        if self.different > SHOWN:
            return
        print(f"DIFFERENT {self.engine} {self.graph.name}: {what}")
        if isinstance(expected, set) and isinstance(found, set):
            for told, rows in (("missing", expected - found), ("not expected", found - expected)):
                print(f"    {told}: {', '.join(f'{row!r:.200}' for row in sorted(rows, key=repr)[:SHOWN])}")
        else:
            print(f"    expected {expected!r:.200}")
            print(f"    found    {found!r:.200}")

    def ask(self, run):
        """Asks every question in every view; `run` takes the standard question's name and the parameters."""
        for question in self.graph.questions:
            parameters = {"action": question["action"], "resource": question["resource"]}
            for key, name in VIEWS.items():
                started = time.monotonic()
                found = {tuple(row) for row in run(name, parameters)}
                self.query_seconds += time.monotonic() - started
                what = f"{name} {question['action']} {question['resource']}"
                self.note(what, {tuple(principal) for principal in question[key]}, found)

    def ask_others(self, run, questions):
        """Runs the other standard questions, which have to give rows where `who-can` says that there are some."""
        known = next((q for q in self.graph.questions if q["principals"] and q["resource"] != "*"), None)
        if known is None:
            return
        parameters = {
            "action": known["action"],
            "resource": known["resource"],
            "principal": known["principals"][0][1],
        }
        for name in questions.keys() - set(VIEWS.values()):
            rows = list(run(name, parameters))
            if name in ("shortest-path", "what-can"):
                self.note(f"{name}: whether there are rows", True, bool(rows))
            if name == "what-can":
                reached = {row[0] for row in rows}
                self.note(f"{name} {parameters['principal']}", {known["resource"]}, reached & {known["resource"]})

    def compare_texts(self, nodes, edges):
        """Compares rows of `(id, name, title)` and of `(id, condition)` that came back with what was exported."""
        for file, columns, found in (
            ("nodes.csv", ("id:ID", "name", "title"), nodes),
            ("relationships.csv", ("id", "condition"), edges),
        ):
            found = {tuple("" if text is None else text for text in row) for row in found}
            self.note(f"texts of {file}", self.graph.texts(file, columns), found)

    def report(self):
        """Prints the row of the table."""
        print(
            f"ROW {self.engine}|{self.version}|{self.graph.name}|{self.import_seconds:.1f}|"
            f"{self.asked}|{self.equal}|{self.different}|{self.query_seconds:.1f}",
            flush=True,
        )


def main(test):
    """Runs `test(graph, work folder)` for the graphs that the arguments name, behind the work folder."""
    failed = False
    for folder in sys.argv[2:]:
        try:
            test(Graph(folder), Path(sys.argv[1]).resolve())
        # Whatever an engine answers ends this graph alone.
        except Exception as error:
            print(f"FAILED {Path(sys.argv[0]).stem} {folder}: {type(error).__name__}: {error!s:.600}", flush=True)
            failed = True
    sys.exit(failed)
