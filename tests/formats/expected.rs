//! The files of the small graph, byte by byte; `␟` stands for U+001F and `␍` for a carriage return.

/// A form, a file of it, and what is in it.
pub(crate) const WHOLE: &[(&str, &str, &str)] = &[
    (
        "neo4j",
        "nodes.csv",
        r##"id:ID,kind,name,title,account_id,account_name,external:boolean,service_linked:boolean,principal,credentials,carries,service,resource_type,pattern:boolean,members:long,snapshot,:LABEL
"access-set:1",,,"",,,,,,,,,,,2,"it's now","IamReach␟AccessSet"
"arn:aws:iam::111122223333:role/it's ""A"" \","role","arn:aws:iam::111122223333:role/it's ""A"" \",,,,true,,,,,,,,,"it's now","IamReach␟AWSPrincipal␟AWSRole"
"arn:aws:iam::111122223333:role/it's ""A"" \#role-session","session",,,,,,,"arn:aws:iam::111122223333:role/it's ""A"" \",,,,,,,"it's now","IamReach␟Session"
"arn:aws:s3:::b;c|d,␍
e/*",,"arn:aws:s3:::b;c|d,␍
e/*",,,,,,,,,,,true,,"it's now","IamReach␟AWSResource"
"##,
    ),
    (
        "neo4j",
        "relationships.csv",
        r##":START_ID,:END_ID,:TYPE,id,actions:string[],access_levels:string[],decision,conditional:boolean,condition,condition_json,needs,needs_mfa:boolean,external_ids:string[],controllers:string[],max_session_seconds:long,statements:string[],assumptions:string[],snapshot
"arn:aws:iam::111122223333:role/it's ""A"" \","arn:aws:iam::111122223333:role/it's ""A"" \#role-session","HOLDS","1",,,,true,"k is 'v', ""w"";
and more",,,,,,,,,"it's now"
"arn:aws:iam::111122223333:role/it's ""A"" \#role-session","access-set:1","IN_SET","2",,,,false,,,,,,,,,,"it's now"
"access-set:1","arn:aws:s3:::b;c|d,␍
e/*","CAN_ACCESS","3","s3:GetObject␟s3:PutObject",,,false,,,,,,,3600,"a;b␟it's \",,"it's now"
"##,
    ),
    (
        "neo4j",
        "indexes.cypher",
        r##"CREATE CONSTRAINT iamreach_id IF NOT EXISTS FOR (n:IamReach) REQUIRE n.id IS UNIQUE;
CREATE INDEX iamreach_principal IF NOT EXISTS FOR (n:AWSPrincipal) ON (n.name);
CREATE INDEX iamreach_resource IF NOT EXISTS FOR (n:AWSResource) ON (n.name);
"##,
    ),
    (
        "cypher",
        "neo4j.cypher",
        r##"// Puts the graph into a running Neo4j 5; run again, it updates: cypher-shell -u neo4j -f neo4j.cypher
// For more than some ten thousand relationships use the format neo4j.
CREATE CONSTRAINT iamreach_id IF NOT EXISTS FOR (n:IamReach) REQUIRE n.id IS UNIQUE;
UNWIND [{id: 'arn:aws:iam::111122223333:role/it\'s "A" \\', kind: 'role', name: 'arn:aws:iam::111122223333:role/it\'s "A" \\', external: true, snapshot: 'it\'s now'}] AS row MERGE (n:IamReach {id: row.id}) SET n = row SET n:AWSPrincipal SET n:AWSRole REMOVE n:Session:AccessSet:AWSResource;
UNWIND [{id: 'arn:aws:s3:::b;c|d,\r\ne/*', name: 'arn:aws:s3:::b;c|d,\r\ne/*', pattern: true, snapshot: 'it\'s now'}] AS row MERGE (n:IamReach {id: row.id}) SET n = row SET n:AWSResource REMOVE n:AWSPrincipal:AWSRole:Session:AccessSet;
UNWIND [{id: 'access-set:1', title: '', members: 2, snapshot: 'it\'s now'}] AS row MERGE (n:IamReach {id: row.id}) SET n = row SET n:AccessSet REMOVE n:AWSPrincipal:AWSRole:Session:AWSResource;
UNWIND [{id: 'arn:aws:iam::111122223333:role/it\'s "A" \\#role-session', kind: 'session', principal: 'arn:aws:iam::111122223333:role/it\'s "A" \\', snapshot: 'it\'s now'}] AS row MERGE (n:IamReach {id: row.id}) SET n = row SET n:Session REMOVE n:AWSPrincipal:AWSRole:AccessSet:AWSResource;
UNWIND [{a: 'access-set:1', b: 'arn:aws:s3:::b;c|d,\r\ne/*', e: {id: '3', actions: ['s3:GetObject', 's3:PutObject'], conditional: false, max_session_seconds: 3600, statements: ['a;b', 'it\'s \\'], snapshot: 'it\'s now'}}] AS row MATCH (a:IamReach {id: row.a}) MATCH (b:IamReach {id: row.b}) MERGE (a)-[e:CAN_ACCESS {id: row.e.id}]->(b) SET e = row.e;
UNWIND [{a: 'arn:aws:iam::111122223333:role/it\'s "A" \\', b: 'arn:aws:iam::111122223333:role/it\'s "A" \\#role-session', e: {id: '1', conditional: true, condition: 'k is \'v\', "w";\nand more', snapshot: 'it\'s now'}}] AS row MATCH (a:IamReach {id: row.a}) MATCH (b:IamReach {id: row.b}) MERGE (a)-[e:HOLDS {id: row.e.id}]->(b) SET e = row.e;
UNWIND [{a: 'arn:aws:iam::111122223333:role/it\'s "A" \\#role-session', b: 'access-set:1', e: {id: '2', conditional: false, snapshot: 'it\'s now'}}] AS row MATCH (a:IamReach {id: row.a}) MATCH (b:IamReach {id: row.b}) MERGE (a)-[e:IN_SET {id: row.e.id}]->(b) SET e = row.e;
MATCH (:IamReach)-[e]->(:IamReach) WHERE e.snapshot <> 'it\'s now' DELETE e;
MATCH (n:IamReach) WHERE n.snapshot <> 'it\'s now' DETACH DELETE n;
CREATE INDEX iamreach_principal IF NOT EXISTS FOR (n:AWSPrincipal) ON (n.name);
CREATE INDEX iamreach_resource IF NOT EXISTS FOR (n:AWSResource) ON (n.name);
"##,
    ),
    (
        "neptune",
        "opencypher/nodes.csv",
        r##":ID,:LABEL,kind:String,name:String,title:String,account_id:String,account_name:String,external:Bool,service_linked:Bool,principal:String,credentials:String,carries:String,service:String,resource_type:String,pattern:Bool,members:Long,snapshot:String
"access-set:1","IamReach;AccessSet",,,"",,,,,,,,,,,2,"it's now"
"arn:aws:iam::111122223333:role/it's ""A"" \","IamReach;AWSPrincipal;AWSRole","role","arn:aws:iam::111122223333:role/it's ""A"" \",,,,true,,,,,,,,,"it's now"
"arn:aws:iam::111122223333:role/it's ""A"" \#role-session","IamReach;Session","session",,,,,,,"arn:aws:iam::111122223333:role/it's ""A"" \",,,,,,,"it's now"
"arn:aws:s3:::b;c|d,␍
e/*","IamReach;AWSResource",,"arn:aws:s3:::b;c|d,␍
e/*",,,,,,,,,,,true,,"it's now"
"##,
    ),
    (
        "neptune",
        "opencypher/relationships.csv",
        r##":ID,:START_ID,:END_ID,:TYPE,actions:String,access_levels:String,decision:String,conditional:Bool,condition:String,condition_json:String,needs:String,needs_mfa:Bool,external_ids:String,controllers:String,max_session_seconds:Long,statements:String,assumptions:String,snapshot:String
"1","arn:aws:iam::111122223333:role/it's ""A"" \","arn:aws:iam::111122223333:role/it's ""A"" \#role-session","HOLDS",,,,true,"k is 'v', ""w"";
and more",,,,,,,,,"it's now"
"2","arn:aws:iam::111122223333:role/it's ""A"" \#role-session","access-set:1","IN_SET",,,,false,,,,,,,,,,"it's now"
"3","access-set:1","arn:aws:s3:::b;c|d,␍
e/*","CAN_ACCESS","s3:GetObject s3:PutObject",,,false,,,,,,,3600,"a;b; it's \",,"it's now"
"##,
    ),
    (
        "neptune",
        "gremlin/vertices.csv",
        r##"~id,~label,kind:String(single),name:String(single),title:String(single),account_id:String(single),account_name:String(single),external:Bool(single),service_linked:Bool(single),principal:String(single),credentials:String(single),carries:String(single),service:String(single),resource_type:String(single),pattern:Bool(single),members:Long(single),snapshot:String(single)
"access-set:1","IamReach;AccessSet",,,"",,,,,,,,,,,2,"it's now"
"arn:aws:iam::111122223333:role/it's ""A"" \","IamReach;AWSPrincipal;AWSRole","role","arn:aws:iam::111122223333:role/it's ""A"" \",,,,true,,,,,,,,,"it's now"
"arn:aws:iam::111122223333:role/it's ""A"" \#role-session","IamReach;Session","session",,,,,,,"arn:aws:iam::111122223333:role/it's ""A"" \",,,,,,,"it's now"
"arn:aws:s3:::b;c|d,␍
e/*","IamReach;AWSResource",,"arn:aws:s3:::b;c|d,␍
e/*",,,,,,,,,,,true,,"it's now"
"##,
    ),
    (
        "neptune",
        "gremlin/edges.csv",
        r##"~id,~from,~to,~label,actions:String,access_levels:String,decision:String,conditional:Bool,condition:String,condition_json:String,needs:String,needs_mfa:Bool,external_ids:String,controllers:String,max_session_seconds:Long,statements:String,assumptions:String,snapshot:String
"1","arn:aws:iam::111122223333:role/it's ""A"" \","arn:aws:iam::111122223333:role/it's ""A"" \#role-session","HOLDS",,,,true,"k is 'v', ""w"";
and more",,,,,,,,,"it's now"
"2","arn:aws:iam::111122223333:role/it's ""A"" \#role-session","access-set:1","IN_SET",,,,false,,,,,,,,,,"it's now"
"3","access-set:1","arn:aws:s3:::b;c|d,␍
e/*","CAN_ACCESS","s3:GetObject s3:PutObject",,,false,,,,,,,3600,"a;b; it's \",,"it's now"
"##,
    ),
    (
        "neptune",
        "stale.cypher",
        r##"// Takes away what an earlier load left, in openCypher; an edge left over would be an access that is no more.
//
// Copy one of the folders, opencypher or gremlin, to a prefix of a bucket and load that, with
//     "format": "opencypher", or "csv" for the folder gremlin
//     "userProvidedEdgeIds": "TRUE", "updateSingleCardinalityProperties": "TRUE"
// so that loading once more updates. Then run these statements, one by one. Neptune Analytics ignores the ids of edges and
// would have each twice: give it an empty graph.

MATCH (:IamReach)-[e]->(:IamReach) WHERE e.snapshot <> 'it\'s now' DELETE e;
MATCH (n:IamReach) WHERE n.snapshot <> 'it\'s now' DETACH DELETE n;
"##,
    ),
];
