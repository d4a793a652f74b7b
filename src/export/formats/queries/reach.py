"""Who can do many actions to many resources at once, on a Spark cluster.

Reads the Parquet export and writes, as JSON lines, every principal with a path to each (action, resource) asked about:

    spark-submit reach.py FOLDER QUESTIONS OUTPUT

FOLDER     where nodes.parquet and edges.parquet are; any file system that Spark reads
QUESTIONS  CSV with the header `action,resource`, or JSON lines with these two keys (a name that ends in .json or .jsonl)
OUTPUT     a folder that is not there yet: action, resource, principal_kind, principal, decision

`resource` is the name of a resource node: an ARN, or a pattern; `action` must be one that acts on such a resource, since
`s3:*` on an edge stands for all that S3 has for it. `decision` is that of the best path: `allowed` when one
requires nothing, `allowed-if` when one has nothing undecided on it, else `unknown`.

A graph that one machine holds is answered faster by a graph database; this is for those that none holds. It is a search
from the resources backwards, one relationship a round for all questions together: a round joins what the last one found
with the edges, and keeps what is new.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

# Edges that lead from a principal to the session that has access.
STEPS = ["HOLDS", "IN_SET", "STS_ASSUMEROLE_ALLOW"]
ACCESS = "CAN_ACCESS"
# How good a path is: that of its worst edge.
ALLOWED, ALLOWED_IF, UNKNOWN = 2, 1, 0
# A path has no more relationships than this; none is known that comes near.
MOST_ROUNDS = 1000


def read_questions(spark, path):
    """The questions, each once and with a number."""
    reader = spark.read.schema("action STRING, resource STRING")
    if path.endswith((".json", ".jsonl")):
        questions = reader.json(path)
    else:
        questions = reader.option("header", True).option("escape", '"').option("multiLine", True).csv(path)
    asked = questions.select("action", "resource").where("action IS NOT NULL AND resource IS NOT NULL").distinct()
    return asked.withColumn("question", F.monotonically_increasing_id()).localCheckpoint()


def with_worth(edges):
    """The edges with how good a path over each can be."""
    worth = (
        F.when(~F.col("conditional"), ALLOWED)
        .when(F.coalesce(F.col("decision"), F.lit("")) != "unknown", ALLOWED_IF)
        .otherwise(UNKNOWN)
    )
    return edges.withColumn("worth", worth)


def first_found(questions, nodes, edges):
    """The sessions and sets that have access themselves: a row a question, node and way of going on."""
    resources = nodes.where(F.array_contains("labels", "AWSResource")).select(F.col("id").alias("dst"), "name")
    asked = questions.join(resources, F.col("name") == F.col("resource")).withColumn(
        "every", F.concat(F.substring_index("action", ":", 1), F.lit(":*"))
    )
    access = edges.where(F.col("relation") == ACCESS).select("src", "dst", "actions", "worth")
    return (
        access.join(F.broadcast(asked), "dst")
        .where(F.expr("array_contains(actions, action) OR array_contains(actions, every)"))
        .select("question", F.col("src").alias("node"), "worth")
    )


def one_of_each(found):
    """The best of several ways that lead from the same node."""
    return found.groupBy("question", "node").agg(F.max("worth").alias("worth"))


def search(found, edges):
    """Everything from which a path leads to what was found, with how good the best path is."""
    steps = edges.where(F.col("relation").isin(STEPS)).select(
        F.col("src"), F.col("dst").alias("node"), F.col("worth").alias("step_worth")
    )
    steps = steps.repartition("node").localCheckpoint()
    frontier = one_of_each(found).localCheckpoint()
    reached = frontier
    for _ in range(MOST_ROUNDS):
        next_found = one_of_each(
            frontier.join(steps, "node").select(
                "question", F.col("src").alias("node"), F.least("worth", "step_worth").alias("worth")
            )
        )
        # New is what was not reached before, or only by a worse path.
        known = reached.withColumnRenamed("worth", "known")
        frontier = (
            next_found.join(known, ["question", "node"], "left")
            .where("known IS NULL OR known < worth")
            .select("question", "node", "worth")
            # Without a checkpoint every round would plan all rounds before it.
            .localCheckpoint()
        )
        if frontier.isEmpty():
            return reached
        reached = one_of_each(reached.unionByName(frontier)).localCheckpoint()
    raise SystemExit(f"a path has more than {MOST_ROUNDS} relationships")


def main():
    """Reads the arguments, searches, writes."""
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    folder, questions_path, output = sys.argv[1:]
    spark = SparkSession.builder.appName("iamreach").getOrCreate()
    nodes = spark.read.parquet(f"{folder}/nodes.parquet").select("id", "labels", "kind", "name")
    edges = with_worth(spark.read.parquet(f"{folder}/edges.parquet"))
    questions = read_questions(spark, questions_path)

    reached = search(first_found(questions, nodes, edges), edges)
    principals = nodes.where(F.array_contains("labels", "AWSPrincipal")).select(
        F.col("id").alias("node"), F.col("kind").alias("principal_kind"), F.col("name").alias("principal")
    )
    decision = (
        F.when(F.col("worth") == ALLOWED, "allowed").when(F.col("worth") == ALLOWED_IF, "allowed-if").otherwise("unknown")
    )
    answers = reached.join(principals, "node").join(F.broadcast(questions), "question")
    answers.select("action", "resource", "principal_kind", "principal", decision.alias("decision")).write.json(output)
    spark.stop()


if __name__ == "__main__":
    main()
