// Who can do $action to $resource: every principal with a path.
MATCH (r:AWSResource {name: $resource})<-[access:CAN_ACCESS]-(last)
WHERE $action IN access.actions
WITH DISTINCT last
MATCH (last)<-[:HOLDS|IN_SET|STS_ASSUMEROLE_ALLOW*0..]-(p:AWSPrincipal)
RETURN DISTINCT p.kind AS kind, p.name AS name ORDER BY kind, name;
