// Standard questions for FalkorDB. Parameters stand before a query: CYPHER action='s3:GetObject' resource='…' MATCH …
// A path of any length over these relationships is an answer, with nothing left to be checked along it. Among the actions of
// CAN_ACCESS, 's3:*' stands for all that S3 has for such a resource; $action must be one that acts on such a resource.
// FalkorDB tries every path of a pattern of variable length, so who-can goes on one step at a time: 40 steps, which are 19
// roles one behind the other; for more, repeat the line. algo.BFS goes over every relationship; those that are no part of a
// path (MEMBER_OF, RESOURCE) lead nowhere further.

// who-can: who can do $action to $resource: every principal with a path.
//     $action: as 's3:GetObject'. $resource: the name of a resource node, an ARN or a pattern.
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource AND ($action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions)
WITH DISTINCT x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1]-(y) WITH DISTINCT y AS x
WITH x WHERE x:AWSPrincipal
RETURN x.kind AS kind, x.name AS name ORDER BY kind, name;

// who-can-unconditional: the same, by paths that require nothing.
//     $action, $resource: as above.
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource AND e.conditional = false AND ($action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions)
WITH DISTINCT x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
MATCH (x)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..1 {conditional: false}]-(y) WITH DISTINCT y AS x
WITH x WHERE x:AWSPrincipal
RETURN x.kind AS kind, x.name AS name ORDER BY kind, name;

// who-can-decided: the same, by paths on which nothing is undecided.
//     $action, $resource: as above.
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource AND e.decision <> 'unknown'
    AND ($action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions)
WITH DISTINCT x
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
WITH x WHERE x:AWSPrincipal
RETURN x.kind AS kind, x.name AS name ORDER BY kind, name;

// shortest-path: a shortest path from $principal to $action on $resource, a row a step, with what each step requires.
//     $principal: the name of a principal. $action, $resource: as above.
MATCH (q:AWSPrincipal), (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE q.name = $principal AND r.name = $resource AND ($action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions)
WITH q, r, x, e, shortestPath((q)-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]->(x)) AS p
WHERE p IS NOT NULL
WITH r, e, p ORDER BY length(p) LIMIT 1
WITH nodes(p) + [r] AS nodes, relationships(p) + [e] AS edges
UNWIND range(0, size(edges) - 1) AS step
WITH step, nodes[step] AS source, edges[step] AS e, nodes[step + 1] AS target
RETURN step + 1 AS step, source.title AS source, type(e) AS type, target.title AS target,
    e.conditional AS conditional, e.condition AS condition, e.needs AS needs, e.external_ids AS external_ids,
    e.statements AS statements
ORDER BY step;

// what-can: what $principal can do, itself or by roles it can become.
//     $principal: the name of a principal.
MATCH (q:AWSPrincipal)
WHERE q.name = $principal
CALL algo.BFS(q, 100, NULL) YIELD nodes
UNWIND nodes AS x
MATCH (x)-[e:CAN_ACCESS]->(r:AWSResource)
UNWIND e.actions AS action
RETURN r.name AS resource, collect(DISTINCT action) AS actions ORDER BY resource;

// outsiders: what principals outside the input can do.
//     No parameters.
MATCH (q:AWSPrincipal)
WHERE q.external = true
CALL algo.BFS(q, 100, NULL) YIELD nodes
UNWIND nodes AS x
MATCH (x)-[e:CAN_ACCESS]->(r:AWSResource)
UNWIND e.actions AS action
RETURN q.kind AS kind, q.name AS name, r.name AS resource, collect(DISTINCT action) AS actions
ORDER BY kind, name, resource;

// reachable-roles: the 50 roles that most principals can become in any number of hops.
//     No parameters.
MATCH (q:AWSPrincipal)
CALL algo.BFS(q, 100, NULL) YIELD nodes
UNWIND nodes AS s
WITH q, s WHERE s:Session AND s.principal <> q.id
WITH DISTINCT q.id AS q, s.principal AS role
RETURN role, count(q) AS principals ORDER BY principals DESC, role LIMIT 50;

// choke-points: the sessions that most callers can open directly, and how many resources they open themselves.
//     No parameters.
MATCH (s:Session)<-[:STS_ASSUMEROLE_ALLOW]-(source)
WITH s, sum(coalesce(source.members, 1)) AS callers
ORDER BY callers DESC, s.name LIMIT 50
OPTIONAL MATCH (s)-[:IN_SET*0..1]->(x)-[:CAN_ACCESS]->(r:AWSResource)
RETURN s.name AS session, s.title AS title, callers, count(DISTINCT r) AS resources ORDER BY callers DESC, session;
