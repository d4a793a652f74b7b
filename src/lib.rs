//! Who can reach what in an AWS organization.
//!
//! iamreach reads what the AWS CLI printed, decides requests as AWS documents it, and follows chains of roles. The
//! command line in `src/cli` is a client of this library and uses nothing that is not public.
//!
//! ```
//! use std::path::PathBuf;
//!
//! use iamreach::action::ActionName;
//! use iamreach::evaluate::{EvaluateOptions, Evaluator};
//! use iamreach::load::{LoadOptions, load};
//! use iamreach::query::{Engine, WhoCan};
//!
//! let loaded = load(&[PathBuf::from("data/sample")], &LoadOptions::default());
//! let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
//! let rows = engine.who_can(&WhoCan {
//!     actions: vec![ActionName::parse("s3:GetObject")?],
//!     resources: vec!["arn:aws:s3:::alder-customer-data/exports/2026/customers.csv".to_owned()],
//!     max_hops: 8,
//! });
//! let jonas = rows.iter().find(|row| row.subject.name.ends_with(":user/jonas.weber")).ok_or("no row")?;
//! assert_eq!((jonas.outcome.as_str(), jonas.path.len()), ("allowed", 3));
//! assert_eq!(&*jonas.path[0].role, "arn:aws:iam::012345678901:role/release-request");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Code map
//!
//! A room imports only from rooms of lower levels.
//!
//! | level | room | what it holds |
//! |---|---|---|
//! | 0 | [`wildcard`] | the `*` and `?` patterns of policy documents |
//! | 0 | [`diagnostic`] | what there is to say about the input, with file, place and hint |
//! | 1 | [`arn`], [`arn_pattern`] | ARNs and account ids; patterns over them |
//! | 1 | [`action`] | action names and patterns |
//! | 2 | [`policy`] | policy documents as written, and why one is refused |
//! | 2 | [`service_reference`] | AWS's published services, actions, resource types and condition keys |
//! | 3 | [`model`] | accounts, principals, groups, policies, resources, the organization, people |
//! | 4 | [`request`] | who calls, and what the condition keys say |
//! | 4 | [`load`] | files to a model, one source format a file |
//! | 5 | [`condition`] | conditions in three values, and what would still have to hold |
//! | 6 | [`evaluate`] | AWS's decision: one request against every policy that concerns it |
//! | 7 | [`graph`] | states of credentials, and who can get which from where |
//! | 8 | [`query`] | questions and answers: who-can, what-can, path, explain, simulate |
//! | 10 | [`export`] | answers as table, CSV, JSON and DOT |
//! | top | `src/cli` | the program: arguments, standard output, exit codes; public API only |
//!
//! # Invariants
//!
//! * The model and the graph never change once built; views borrow them. A question and its answer are different types.
//! * Unknown is a value. What was refused, or collected in part, is never an allowance and never silently absent; what
//!   was not collected at all is an assumption that the answer names.
//! * Nothing but the load reads files. Nothing but the command line knows arguments, the terminal or exit codes.
//! * The same input gives the same bytes: every list that leaves the library is sorted.
//! * `explain` runs the code that decides, with a recorder; there is no second evaluator.
//!
//! # Codes an answer can name
//!
//! AWS's documents leave some points open, or contradict each other. There both readings are followed: where they agree,
//! nothing is seen of it; where the answer depends on the point, it is conditional and its condition names the code. In
//! JSON it is the atom `{"undocumented": CODE}`. The rules are those that the code and its tests cite.
//!
//! | code | rule | what is open |
//! |---|---|---|
//! | `account-principal-unless-gateway-endpoint` | E26 | whether an endpoint policy that names an account means its principals |
//! | `variable-before-the-resource-field` | E66 | what a policy variable means in an ARN's first five fields |
//! | `pattern-ambiguous` | E61 | whether a wildcard in a resource pattern crosses from one ARN field into the next |
//! | `resource-of-the-action-undocumented` | E58 | which ARN of its service an action without a resource is checked against |
//! | `star-names-federated-callers` | E34 | whether `"Principal": "*"` in a trust policy admits identity providers |
//! | `not-principal-lists-only-some-identifiers` | E40 | whether a Deny with `NotPrincipal` spares a caller of whose identifiers (session, role or user, account) only some are listed |
//! | `undocumented-star-federated` | T15 | whether a resource policy's `"Principal": "*"` lifts a federated-user session above its own user's policies |
//! | `service-not-listed-for-rcps` | E104 | whether a resource control policy's Deny reaches a service that AWS does not list |
//! | `mfa-context-undocumented` | E167 | whether `aws:MultiFactorAuthPresent` is absent or `false` in a session of a role or a federated user |
//! | `variable-empty` | E71 | whether a policy variable whose key holds an empty text has a value |
//! | `arn-pattern-short` | E89 | whether an ARN operator matches a pattern of fewer than six fields as if the rest were `*` |
//! | `star-names-services` | E33 | whether an Allow for `*` admits AWS services that call by themselves |
//! | `source-owner-of-direct-callers` | E164 | whether `aws:SourceOwner` is absent or the caller's account where no service is in between |
//! | `vpce-account-by-service` | E108 | whether the service that is asked tells policies the account of the VPC endpoint |
//! | `identity-policy-names-the-access-point` | E182 | whether an identity policy that names an access point alone allows what is asked of the bucket behind it |
//! | `key-grant-beside-limits` | E131 | whether a permissions boundary or session policies limit what a grant on a key gives their role |
//! | `key-grant-across-accounts` | E131 | whether a grantee of another account needs an identity policy beside the grant |
//! | `bucket-policy-on-an-object-of-another` | E177 | whether a bucket's policy, or those of its account, grant anything on an object of another account |
//! | `function-url-older-than-october-2025` | E197 | whether the function's URL is of before October 2025 and so needs no `lambda:InvokeFunction` |
//!
//! # Not modelled
//!
//! Rules of AWS's evaluation that no answer takes into account, and what it says instead.
//!
//! | rule | why | what the answer says |
//! |---|---|---|
//! | E110 | what `ram get-resource-policies` prints does not say of which resource a policy is | as if nothing were shared; a share counts once its policy is given with the resource's ARN, as any other does |
//! | E152 | AWS documents these calls in one line each, and not what the credentials they give may do | whether the call is allowed, like any other; no path goes through it |
//! | E200 | no input says which Regions another account has enabled | as if the key's Region were enabled there |

pub mod action;
pub mod arn;
pub mod arn_pattern;
pub mod condition;
pub mod diagnostic;
pub mod evaluate;
pub mod export;
pub mod graph;
pub mod load;
pub mod model;
pub mod policy;
pub mod query;
pub mod request;
pub mod service_reference;
pub mod wildcard;
