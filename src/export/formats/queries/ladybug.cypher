// Standard questions for Ladybug. Paths may be longer than its 30 relationships: run this once in a connection first:
//     CALL var_length_extend_max_depth=100;
// A path of any length over these relationships is an answer, with nothing left to be checked along it. Among the actions of
// CAN_ACCESS, 's3:*' stands for all that S3 has for such a resource; $action must be one that acts on such a resource.
// 'SHORTEST' makes it a breadth-first search from the end that is bound; one pattern is fast, a search from many nodes is not.

// who-can: who can do $action to $resource: every principal with a path.
//     $action: as 's3:GetObject'. $resource: the name of a resource node, an ARN or a pattern.
MATCH (r:Node {name: $resource})<-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100 (e, n | WHERE
    (label(e) <> 'CAN_ACCESS' OR list_contains(e.actions, $action)
    OR list_contains(e.actions, concat(split_part($action, ':', 1), ':*'))))]-(q:Node)
WHERE list_contains(r.labels, 'AWSResource') AND list_contains(q.labels, 'AWSPrincipal')
RETURN DISTINCT q.kind AS kind, q.name AS name ORDER BY kind, name;

// who-can-unconditional: the same, by paths that require nothing.
//     $action, $resource: as above.
MATCH (r:Node {name: $resource})<-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100 (e, n | WHERE e.conditional = false AND
    (label(e) <> 'CAN_ACCESS' OR list_contains(e.actions, $action)
    OR list_contains(e.actions, concat(split_part($action, ':', 1), ':*'))))]-(q:Node)
WHERE list_contains(r.labels, 'AWSResource') AND list_contains(q.labels, 'AWSPrincipal')
RETURN DISTINCT q.kind AS kind, q.name AS name ORDER BY kind, name;

// who-can-decided: the same, by paths on which nothing is undecided.
//     $action, $resource: as above.
MATCH (r:Node {name: $resource})<-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100 (e, n | WHERE (e.decision IS NULL OR e.decision <> 'unknown') AND
    (label(e) <> 'CAN_ACCESS' OR list_contains(e.actions, $action)
    OR list_contains(e.actions, concat(split_part($action, ':', 1), ':*'))))]-(q:Node)
WHERE list_contains(r.labels, 'AWSResource') AND list_contains(q.labels, 'AWSPrincipal')
RETURN DISTINCT q.kind AS kind, q.name AS name ORDER BY kind, name;

// shortest-path: a shortest path from $principal to $action on $resource, a row a step, with what each step requires.
//     $principal: the name of a principal. $action, $resource: as above.
MATCH p = (q:Node {name: $principal})-[:CAN_ACCESS|HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100 (e, n | WHERE
    (label(e) <> 'CAN_ACCESS' OR list_contains(e.actions, $action)
    OR list_contains(e.actions, concat(split_part($action, ':', 1), ':*'))))]->(r:Node {name: $resource})
WHERE list_contains(q.labels, 'AWSPrincipal') AND list_contains(r.labels, 'AWSResource')
UNWIND range(1, length(p)) AS step
WITH step, nodes(p)[step] AS source, rels(p)[step] AS e, nodes(p)[step + 1] AS target
RETURN step, source.title AS source, label(e) AS type, target.title AS target,
    e.conditional AS conditional, e.condition AS condition, e.needs AS needs, e.external_ids AS external_ids,
    e.statements AS statements
ORDER BY step;

// what-can: what $principal can do, itself or by roles it can become.
//     $principal: the name of a principal.
MATCH (q:Node {name: $principal})-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100]->(x:Node)
WHERE list_contains(q.labels, 'AWSPrincipal')
WITH DISTINCT x
MATCH (x)-[e:CAN_ACCESS]->(r:Node)
UNWIND e.actions AS action
RETURN r.name AS resource, collect(DISTINCT action) AS actions ORDER BY resource;

// outsiders: what principals outside the input can do.
//     No parameters.
MATCH (q:Node {external: true})-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100]->(x:Node)
WHERE list_contains(q.labels, 'AWSPrincipal')
WITH DISTINCT q, x
MATCH (x)-[e:CAN_ACCESS]->(r:Node)
UNWIND e.actions AS action
RETURN q.kind AS kind, q.name AS name, r.name AS resource, collect(DISTINCT action) AS actions
ORDER BY kind, name, resource;

// reachable-roles: how many principals can become the role $principal in any number of hops.
//     $principal: the id of a role; choke-points tells which are worth asking about.
MATCH (s:Node {kind: 'session', principal: $principal})<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..100]-(q:Node)
WHERE list_contains(q.labels, 'AWSPrincipal') AND q.id <> s.principal
RETURN count(DISTINCT q.id) AS principals;

// choke-points: the sessions that most callers can open directly, and how many resources they open themselves.
//     No parameters.
MATCH (s:Node)<-[:STS_ASSUMEROLE_ALLOW]-(source:Node)
WITH s, sum(coalesce(source.members, 1)) AS callers
ORDER BY callers DESC, s.name LIMIT 50
OPTIONAL MATCH (s)-[:IN_SET* 0..1]->(x:Node)-[:CAN_ACCESS]->(r:Node)
RETURN s.name AS session, s.title AS title, callers, count(DISTINCT r.id) AS resources
ORDER BY callers DESC, session;
