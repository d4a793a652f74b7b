// Standard questions for Neo4j 5. Set the parameters first, as in cypher-shell: :param action => 's3:GetObject'
// A path of any length over these relationships is an answer, with nothing left to be checked along it. Among the actions of
// CAN_ACCESS, 's3:*' stands for all that S3 has for such a resource; $action must be one that acts on such a resource.
// The forms matter: a predicate of each relationship and WITH DISTINCT behind let Neo4j search breadth-first instead of trying
// every path, and so does '*1..'; a bound such as '*2..15' does not.

// who-can: who can do $action to $resource: every principal with a path.
//     $action: as 's3:GetObject'. $resource: the name of a resource node, an ARN or a pattern.
MATCH p = (r:AWSResource {name: $resource})<-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]-(q:AWSPrincipal)
WHERE all(e IN relationships(p) WHERE
    (type(e) <> 'CAN_ACCESS' OR $action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions))
WITH DISTINCT q
RETURN q.kind AS kind, q.name AS name ORDER BY kind, name;

// who-can-unconditional: the same, by paths that require nothing.
//     $action, $resource: as above.
MATCH p = (r:AWSResource {name: $resource})<-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]-(q:AWSPrincipal)
WHERE all(e IN relationships(p) WHERE e.conditional = false AND
    (type(e) <> 'CAN_ACCESS' OR $action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions))
WITH DISTINCT q
RETURN q.kind AS kind, q.name AS name ORDER BY kind, name;

// who-can-decided: the same, by paths on which nothing is undecided.
//     $action, $resource: as above.
MATCH p = (r:AWSResource {name: $resource})<-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]-(q:AWSPrincipal)
WHERE all(e IN relationships(p) WHERE coalesce(e.decision, '') <> 'unknown' AND
    (type(e) <> 'CAN_ACCESS' OR $action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions))
WITH DISTINCT q
RETURN q.kind AS kind, q.name AS name ORDER BY kind, name;

// shortest-path: a shortest path from $principal to $action on $resource, a row a step, with what each step requires.
//     $principal: the name of a principal. $action, $resource: as above.
MATCH (q:AWSPrincipal {name: $principal})
MATCH (r:AWSResource {name: $resource})
MATCH p = SHORTEST 1 (q) (()-[e:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW WHERE
    (NOT e:CAN_ACCESS OR $action IN e.actions OR (split($action, ':')[0] + ':*') IN e.actions)]->())+ (r)
UNWIND range(0, length(p) - 1) AS step
WITH step, nodes(p)[step] AS source, relationships(p)[step] AS e, nodes(p)[step + 1] AS target
RETURN step + 1 AS step, source.title AS source, type(e) AS type, target.title AS target,
    e.conditional AS conditional, e.condition AS condition, e.needs AS needs, e.external_ids AS external_ids,
    e.statements AS statements
ORDER BY step;

// what-can: what $principal can do, itself or by roles it can become.
//     $principal: the name of a principal.
MATCH (q:AWSPrincipal {name: $principal})-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]->(x)
WITH DISTINCT x
MATCH (x)-[e:CAN_ACCESS]->(r:AWSResource)
UNWIND e.actions AS action
RETURN r.name AS resource, collect(DISTINCT action) AS actions ORDER BY resource;

// outsiders: what principals outside the input can do.
//     No parameters.
MATCH (q:AWSPrincipal {external: true})-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]->(x)
WITH DISTINCT q, x
MATCH (x)-[e:CAN_ACCESS]->(r:AWSResource)
UNWIND e.actions AS action
RETURN q.kind AS kind, q.name AS name, r.name AS resource, collect(DISTINCT action) AS actions
ORDER BY kind, name, resource;

// reachable-roles: of the 50 roles that most can assume directly, those that most principals can become in any number of hops.
//     No parameters.
MATCH (s:Session)<-[:STS_ASSUMEROLE_ALLOW]-(source)
MATCH (role:IamReach {id: s.principal})
WITH role, collect(DISTINCT s) AS sessions, sum(coalesce(source.members, 1)) AS callers
ORDER BY callers DESC, role.name LIMIT 50
UNWIND sessions AS s
MATCH (s)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*1..]-(q:AWSPrincipal)
WITH DISTINCT role, callers, q WHERE q <> role
RETURN role.name AS role, callers, count(q) AS principals ORDER BY principals DESC, role;

// choke-points: the sessions that most callers can open directly, and how many resources they open themselves.
//     No parameters.
MATCH (s:Session)<-[:STS_ASSUMEROLE_ALLOW]-(source)
WITH s, sum(coalesce(source.members, 1)) AS callers
ORDER BY callers DESC, s.name LIMIT 50
OPTIONAL MATCH (s)-[:IN_SET*0..1]->()-[:CAN_ACCESS]->(r:AWSResource)
RETURN s.name AS session, s.title AS title, callers, count(DISTINCT r) AS resources ORDER BY callers DESC, session;
