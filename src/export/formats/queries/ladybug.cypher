// Who can do $action to $resource: every principal with a path.
MATCH (r:Node)<-[access:CAN_ACCESS]-(last:Node)
WHERE r.name = $resource AND list_contains(r.labels, 'AWSResource') AND list_contains(access.actions, $action)
WITH DISTINCT last
MATCH (last)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW* ACYCLIC 0..30]-(p:Node)
WHERE list_contains(p.labels, 'AWSPrincipal')
RETURN DISTINCT p.kind AS kind, p.name AS name ORDER BY kind, name;
