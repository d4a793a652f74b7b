// Standard questions for Amazon Neptune, in openCypher, whichever form was loaded.
// A path of any length over these relationships is an answer, with nothing left to be checked along it. Among the actions of
// CAN_ACCESS, 's3:*' stands for all that S3 has for such a resource; $action must be one that acts on such a resource.
// Lists are one text each: actions with a space between, others with '; '.
// Neptune tries every path of a pattern of variable length, so these go on one step at a time: 40 steps, which are 19 roles one
// behind the other; for more, repeat the line.

// who-can: who can do $action to $resource: every principal with a path.
//     $action: as 's3:GetObject'. $resource: the name of a resource node, an ARN or a pattern.
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource
    AND ($action IN split(e.actions, ' ') OR (split($action, ':')[0] + ':*') IN split(e.actions, ' '))
WITH DISTINCT x
@ OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
WITH x WHERE x:AWSPrincipal
RETURN x.kind AS kind, x.name AS name ORDER BY kind, name;

// who-can-unconditional: the same, by paths that require nothing.
//     $action, $resource: as above.
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource AND e.conditional = false
    AND ($action IN split(e.actions, ' ') OR (split($action, ':')[0] + ':*') IN split(e.actions, ' '))
WITH DISTINCT x
@ OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.conditional = false UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
WITH x WHERE x:AWSPrincipal
RETURN x.kind AS kind, x.name AS name ORDER BY kind, name;

// who-can-decided: the same, by paths on which nothing is undecided.
//     $action, $resource: as above.
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource AND e.decision <> 'unknown'
    AND ($action IN split(e.actions, ' ') OR (split($action, ':')[0] + ':*') IN split(e.actions, ' '))
WITH DISTINCT x
@ OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) WHERE e.decision IS NULL OR e.decision <> 'unknown' UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
WITH x WHERE x:AWSPrincipal
RETURN x.kind AS kind, x.name AS name ORDER BY kind, name;

// shortest-path: a shortest path of at most 4 roles from $principal to $action on $resource, a row a step, with what each step
//     requires. Every path of that length is tried: where there is no row, and who-can has the principal, raise the 9.
//     $principal: the name of a principal. $action, $resource: as above.
MATCH (q:AWSPrincipal)-[h:HOLDS]->(s)
WHERE q.name = $principal
MATCH (r:AWSResource)<-[e:CAN_ACCESS]-(x)
WHERE r.name = $resource
    AND ($action IN split(e.actions, ' ') OR (split($action, ':')[0] + ':*') IN split(e.actions, ' '))
MATCH p = (s)-[:IN_SET|STS_ASSUMEROLE_ALLOW*0..9]->(x)
WITH [q] + nodes(p) + [r] AS nodes, [h] + relationships(p) + [e] AS edges
ORDER BY size(edges) LIMIT 1
UNWIND range(0, size(edges) - 1) AS step
WITH step, nodes[step] AS source, edges[step] AS e, nodes[step + 1] AS target
RETURN step + 1 AS step, source.title AS source, type(e) AS type, target.title AS target,
    e.conditional AS conditional, e.condition AS condition, e.needs AS needs, e.external_ids AS external_ids,
    e.statements AS statements
ORDER BY step;

// what-can: what $principal can do, itself or by roles it can become.
//     $principal: the name of a principal.
MATCH (x:AWSPrincipal)
WHERE x.name = $principal
@ OPTIONAL MATCH (x)-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]->(y) UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
MATCH (x)-[e:CAN_ACCESS]->(r:AWSResource)
UNWIND split(e.actions, ' ') AS action
RETURN r.name AS resource, collect(DISTINCT action) AS actions ORDER BY resource;

// outsiders: what principals outside the input can do.
//     No parameters.
MATCH (q:AWSPrincipal)
WHERE q.external = true
WITH q, q AS x
@ OPTIONAL MATCH (x)-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]->(y) UNWIND [x, y] AS z WITH DISTINCT q, z AS x WHERE x IS NOT NULL
MATCH (x)-[e:CAN_ACCESS]->(r:AWSResource)
UNWIND split(e.actions, ' ') AS action
RETURN q.kind AS kind, q.name AS name, r.name AS resource, collect(DISTINCT action) AS actions
ORDER BY kind, name, resource;

// reachable-roles: how many principals can become the role $principal in any number of hops.
//     $principal: the id of a role; choke-points tells which are worth asking about.
MATCH (x:Session)
WHERE x.principal = $principal
@ OPTIONAL MATCH (x)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW]-(y) UNWIND [x, y] AS z WITH DISTINCT z AS x WHERE x IS NOT NULL
WITH x WHERE x:AWSPrincipal AND id(x) <> $principal
RETURN count(x) AS principals;

// choke-points: the sessions that most callers can open directly, and how many resources they open themselves.
//     No parameters.
MATCH (s:Session)<-[:STS_ASSUMEROLE_ALLOW]-(source)
WITH s, sum(coalesce(source.members, 1)) AS callers
ORDER BY callers DESC, s.name LIMIT 50
OPTIONAL MATCH (s)-[:CAN_ACCESS]->(own:AWSResource)
OPTIONAL MATCH (s)-[:IN_SET]->()-[:CAN_ACCESS]->(shared:AWSResource)
WITH s, callers, collect(DISTINCT own) + collect(DISTINCT shared) AS both
UNWIND CASE WHEN size(both) = 0 THEN [null] ELSE both END AS r
RETURN s.name AS session, s.title AS title, callers, count(DISTINCT r) AS resources ORDER BY callers DESC, session;
