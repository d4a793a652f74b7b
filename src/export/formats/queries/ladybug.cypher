// Standard questions for Ladybug. Parameters: $resource (a resource's name), $action (`s3:GetObject`), $service (`s3:*`, which
// stands for every action of the service), $principal (a principal's name). A path counts 30 steps at most, sets included.

// Who can do it to the resource?
MATCH (r:Node {kind: 'resource', name: $resource})<-[a:CAN_ACCESS]-(holder:Node)
WHERE list_contains(a.actions, $action) OR list_contains(a.actions, $service)
WITH DISTINCT holder
MATCH (holder)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30]-(who:Node)
WHERE list_contains(who.labels, 'AWSPrincipal')
RETURN DISTINCT who.kind, who.name;

// Who can, with nothing required?
MATCH (r:Node {kind: 'resource', name: $resource})<-[a:CAN_ACCESS]-(holder:Node)
WHERE a.conditional = false AND (list_contains(a.actions, $action) OR list_contains(a.actions, $service))
WITH DISTINCT holder
MATCH (holder)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30 (step, node | WHERE step.conditional = false)]-(who:Node)
WHERE list_contains(who.labels, 'AWSPrincipal')
RETURN DISTINCT who.kind, who.name;

// Who can, leaving out what is undecided?
MATCH (r:Node {kind: 'resource', name: $resource})<-[a:CAN_ACCESS]-(holder:Node)
WHERE a.decision <> 'unknown' AND (list_contains(a.actions, $action) OR list_contains(a.actions, $service))
WITH DISTINCT holder
MATCH (holder)<-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30 (step, node | WHERE coalesce(step.decision, '') <> 'unknown')]-(who:Node)
WHERE list_contains(who.labels, 'AWSPrincipal')
RETURN DISTINCT who.kind, who.name;

// By which shortest path, and what does each step require?
MATCH (r:Node {kind: 'resource', name: $resource})<-[a:CAN_ACCESS]-(holder:Node)
WHERE list_contains(a.actions, $action) OR list_contains(a.actions, $service)
WITH DISTINCT holder
MATCH (who:Node {name: $principal})-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30]->(holder)
WHERE list_contains(who.labels, 'AWSPrincipal')
RETURN properties(nodes(e), 'title') AS through, properties(rels(e), 'condition') AS requires, length(e) AS steps
ORDER BY steps LIMIT 1;

// What can the principal reach?
MATCH (who:Node {name: $principal})-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30]->(holder:Node)
WHERE list_contains(who.labels, 'AWSPrincipal')
WITH DISTINCT holder
MATCH (holder)-[a:CAN_ACCESS]->(r:Node)
RETURN DISTINCT r.name, a.actions, a.decision, a.condition ORDER BY r.name;

// What can outsiders reach?
MATCH (who:Node {external: true})-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30]->(holder:Node)
WHERE list_contains(who.labels, 'AWSPrincipal')
WITH DISTINCT who, holder
MATCH (holder)-[a:CAN_ACCESS]->(r:Node)
RETURN DISTINCT who.kind, who.name, r.name, a.actions, a.decision ORDER BY who.name, r.name;

// Which roles are reached by the most principals?
MATCH (who:Node)-[e:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* SHORTEST 1..30]->(session:Node {kind: 'session'})
WHERE list_contains(who.labels, 'AWSPrincipal') AND session.principal <> who.id
RETURN session.principal AS role, count(DISTINCT who.id) AS principals ORDER BY principals DESC, role LIMIT 20;

// Choke points: which sessions are entered from the most places?
MATCH (from:Node)-[call:STS_ASSUMEROLE_ALLOW]->(session:Node)
RETURN session.principal AS role, count(DISTINCT from.id) AS entered_from ORDER BY entered_from DESC, role LIMIT 20;
