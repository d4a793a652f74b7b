"""Who can do what to which resource, for many questions at once, on a Spark cluster.

    spark-submit reach.py FOLDER QUESTIONS OUT [--now] [--decided]

FOLDER holds nodes.parquet and edges.parquet. QUESTIONS is CSV with the header `action,resource`, such as
`s3:GetObject,arn:aws:s3:::bucket/*`; a resource is named as its node's `name`. OUT becomes a folder of Parquet with the
columns action, resource, kind, name: the principals of each question. `--now` follows only what requires nothing, `--decided`
leaves out what is undecided.

It is a breadth-first search from all questions together, backwards, one join a step. Nothing has to be checked along a path:
what sessions carry is in which sessions there are.
"""

import sys

from pyspark.sql import SparkSession, functions as F

ON_THE_WAY = ["HOLDS", "IN_SET", "STS_ASSUMEROLE_ALLOW"]


def main(folder, questions, out, *options):
    spark = SparkSession.builder.appName("reach").getOrCreate()
    nodes = spark.read.parquet(f"{folder}/nodes.parquet")
    edges = spark.read.parquet(f"{folder}/edges.parquet")
    if "--now" in options:
        edges = edges.where(~F.col("conditional"))
    if "--decided" in options:
        edges = edges.where(F.coalesce(F.col("decision"), F.lit("")) != "unknown")

    resources = nodes.where(F.array_contains("labels", "AWSResource")).select(
        F.col("id").alias("dst"), F.col("name").alias("resource")
    )
    asked = spark.read.csv(questions, header=True).select("action", "resource").distinct()
    asked = asked.withColumn("all", F.concat(F.split("action", ":")[0], F.lit(":*")))
    access = edges.where(F.col("relation") == "CAN_ACCESS").select("src", "dst", "actions")
    first = (
        asked.join(resources, "resource")
        .join(access, "dst")
        .where(F.expr("array_contains(actions, action) OR array_contains(actions, all)"))
    )
    seen = first.select("action", "resource", F.col("src").alias("id")).distinct().localCheckpoint()
    steps = edges.where(F.col("relation").isin(ON_THE_WAY)).select(F.col("src"), F.col("dst").alias("id")).localCheckpoint()
    frontier = seen
    while not frontier.isEmpty():
        further = frontier.join(steps, "id").select("action", "resource", F.col("src").alias("id")).distinct()
        frontier = further.join(seen, ["action", "resource", "id"], "left_anti").localCheckpoint()
        seen = seen.union(frontier).localCheckpoint()

    principals = nodes.where(F.array_contains("labels", "AWSPrincipal")).select("id", "kind", "name")
    seen.join(principals, "id").select("action", "resource", "kind", "name").write.mode("overwrite").parquet(out)
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
