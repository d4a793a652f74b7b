//! Requests that need others to be allowed as well: through an access point (E182), to encrypted objects (E199), by a
//! function's URL (E197).

use crate::action::ActionName;
use crate::arn::Arn;
use crate::condition::Residual;
use crate::evaluate::by_parts::Part;
use crate::evaluate::evaluator::{Circumstances, Evaluator};
use crate::evaluate::recorder::{Layer, Recorder, Verdict, Within};
use crate::evaluate::statement::wants_reasons;
use crate::evaluate::{Assumption, Decision, Target};
use crate::model::{AccessPoint, Collected, Encryption, Resource, governing_arn};
use crate::request::{Caller, Credentials, KeyState};

/// What an action on objects needs the key for that encrypts them, if anything (E199).
pub(super) fn needed_of_key(action: &str) -> Option<&'static str> {
    NEED_KEY.iter().find(|(actions, _)| actions.contains(&action)).map(|(_, needed)| *needed)
}

/// The kinds of objects' actions that need the key, and what they need it for (E199).
const NEED_KEY: [(&[&str], &str); 2] =
    [(&["getobject", "getobjectversion"], "kms:Decrypt"), (&["putobject"], "kms:GenerateDataKey")];

impl Evaluator<'_> {
    /// The decision, less what the requests that go with it are not allowed.
    pub(super) fn with_dependent_requests(
        &self,
        caller: &Caller,
        credentials: Credentials,
        target: &Target,
        decision: Decision,
        recorder: &mut impl Recorder,
    ) -> Decision {
        let request = Dependent { evaluator: self, caller, credentials };
        match (target.action.service(), target.action.name()) {
            ("s3", name) if target.is_s3() => request.with_key(target, name, decision, recorder),
            ("lambda", "invokefunctionurl") => request.with_invocation(target, decision, recorder),
            ("sts", name) if target.asks_for_session() && name.starts_with("assumerole") => {
                request.with_what_is_passed(target, decision, recorder)
            }
            _ => decision,
        }
    }

    /// E182: the access point and the bucket behind it, each by the ordinary rules; both must allow.
    pub(super) fn decide_through_access_point(
        &self,
        caller: &Caller,
        credentials: Credentials,
        target: &Target,
        recorder: &mut impl Recorder,
    ) -> Decision {
        Dependent { evaluator: self, caller, credentials }.through_access_point(target, recorder)
    }

    /// The bucket, or the object in it, that a request to an access point is for; `None` for other resources.
    pub(super) fn behind_access_point(&self, target: &Target) -> Option<Target> {
        let arn = target.arn.as_ref().filter(|_| target.is_access_point())?;
        let point = self.environment.governing_resource(arn)?.access_point.as_ref()?;
        Some(self.bucket_behind(target, point))
    }

    fn bucket_behind(&self, target: &Target, point: &AccessPoint) -> Target {
        let mut bucket = self.target_of(&target.action, &bucket_arn(target, point), point.bucket_account);
        bucket.bucket.spared.extend(target.account); // E180: the users of the access point's owner too.
        bucket
    }
}

struct Dependent<'a, 'e> {
    evaluator: &'a Evaluator<'e>,
    caller: &'a Caller,
    credentials: Credentials,
}

impl Dependent<'_, '_> {
    fn through_access_point<R: Recorder>(&self, target: &Target, recorder: &mut R) -> Decision {
        let environment = self.evaluator.environment;
        let resource = target.arn.as_ref().and_then(|arn| environment.governing_resource(arn));
        let point = resource.and_then(|resource| Some((resource, resource.access_point.as_ref()?)));
        let keys = point.map_or_else(Vec::new, |(resource, point)| keys_of_access_point(resource, point));
        let only_vpc = point.and_then(|(_, point)| point.vpc.as_deref());
        let circumstances = Circumstances { keys: keys.clone(), only_vpc, ..Circumstances::default() };
        let mut seen = Part::<R>::default();
        let at_point = self.evaluator.decide_one(self.caller, self.credentials, target, &circumstances, &mut seen);
        let mut seen = seen.at_the_point();
        let Some((_, point)) = point else {
            let reason = format!("which bucket is behind {} was not collected", target.governing);
            let allow = Residual::missing(reason);
            seen.verdict(Layer::Resource, &Verdict { allow: allow.clone(), deny: Residual::False });
            seen.tell(recorder);
            return Decision { allow: at_point.allow.and(allow), ..at_point };
        };
        let bucket = self.evaluator.bucket_behind(target, point);
        let circumstances = Circumstances { keys, by_way_of: Some(&target.resource), ..Circumstances::default() };
        let mut behind = Part::<R>::default();
        let decision = self.evaluator.decide_one(self.caller, self.credentials, &bucket, &circumstances, &mut behind);
        let decision = self.with_key(&bucket, bucket.action.name(), decision, &mut behind);
        seen.and(behind).tell(recorder);
        at_point.and(decision)
    }

    /// E199: who reads or writes objects that a KMS key encrypts uses the key through S3 (E163).
    fn with_key(&self, target: &Target, action: &str, decision: Decision, recorder: &mut impl Recorder) -> Decision {
        let Some(needed) = needed_of_key(action) else { return decision };
        // What is denied already asks for no key; an explanation tells all that lacks.
        let settled = decision.allow.is_false() || decision.deny.is_true();
        if settled && !wants_reasons(recorder) {
            return decision;
        }
        let environment = self.evaluator.environment;
        let bucket = target.arn.as_ref().and_then(|arn| environment.governing_resource(arn));
        let governing = || target.governing.clone();
        let on_key = match bucket.map(|bucket| &bucket.bucket.encryption) {
            None | Some(Collected::NotCollected) if settled => return decision,
            None | Some(Collected::NotCollected) => return resting(decision, Assumption::NoKeyEncryption(governing())),
            Some(Collected::Absent | Collected::Present(Encryption::S3Managed)) => return decision,
            Some(Collected::Unknown(reason)) => only(Residual::missing(reason.as_str())),
            Some(Collected::Present(Encryption::Kms { key, bucket_key })) => {
                let context = encryption_context(target, *bucket_key);
                self.on_key(target, bucket, key.as_deref(), (needed, context), recorder)
            }
        };
        if settled {
            // The key is not asked any more, and so denies nothing: what matters is whether it would allow.
            let allow = on_key.allow.and(on_key.deny.not());
            recorder.verdict(Layer::EncryptionKey, &Verdict { allow, deny: Residual::False });
            return decision;
        }
        recorder.verdict(Layer::EncryptionKey, &Verdict { allow: on_key.allow.clone(), deny: on_key.deny.clone() });
        resting(decision.and(on_key), Assumption::DefaultEncryption(governing()))
    }

    fn on_key(
        &self,
        target: &Target,
        bucket: Option<&Resource>,
        key: Option<&str>,
        (needed, context): (&str, Option<&str>),
        recorder: &mut impl Recorder,
    ) -> Decision {
        if matches!(self.caller, Caller::Anonymous) {
            return only(Residual::False); // KMS takes no unsigned requests (E3).
        }
        let owner = bucket.and_then(|bucket| bucket.account).or(target.account);
        let Some(key) = key else {
            // The key that AWS manages for S3 serves whoever S3 serves in its own account, and nobody else.
            return match (owner, self.caller.account()) {
                (Some(owner), Some(account)) => only((owner == account).into()),
                (None, Some(_)) => {
                    only(Residual::missing(format!("the account that owns {} is not known", target.governing)))
                }
                (_, None) => only(Residual::False),
            };
        };
        let arn = if key.starts_with("arn:") { Arn::parse(key).ok() } else { self.key_of_account(key, owner) };
        let arn = arn.filter(|arn| arn.resource().starts_with("key/"));
        let (Some(arn), Ok(action)) = (arn, ActionName::parse(needed)) else {
            return only(Residual::missing(format!(
                "which key {key} is, the default of {}, was not collected",
                target.governing
            )));
        };
        recorder.asks(Layer::EncryptionKey, needed, arn.as_str());
        let on_key = self.evaluator.target(&action, arn.as_str());
        let via = format!("s3.{}.amazonaws.com", arn.region());
        let mut keys = vec![
            ("aws:ViaAWSService", KeyState::value("true")),
            ("aws:CalledVia", KeyState::value("s3.amazonaws.com")),
            ("aws:CalledViaFirst", KeyState::value("s3.amazonaws.com")),
            ("aws:CalledViaLast", KeyState::value("s3.amazonaws.com")),
            ("kms:ViaService", KeyState::value(via)),
            // E163: S3 does not pass on through which endpoint the request came.
            ("aws:SourceVpc", KeyState::Absent),
            ("aws:SourceVpce", KeyState::Absent),
            ("aws:VpcSourceIp", KeyState::Absent),
        ];
        if let Some(arn) = context {
            keys.push(("kms:EncryptionContext:aws:s3:arn", KeyState::value(arn)));
            keys.push(("kms:EncryptionContextKeys", KeyState::value("aws:s3:arn")));
        }
        // The address goes on if S3 was called from the internet, and it was not if the question names a VPC.
        let given = |key: &str| self.evaluator.given(key).is_some();
        if !given("aws:SourceIp") && (given("aws:SourceVpce") || given("aws:SourceVpc")) {
            keys.push(("aws:SourceIp", KeyState::Absent));
        }
        let circumstances = Circumstances { keys, forwarded: true, ..Circumstances::default() };
        self.evaluator.decide_one(self.caller, self.credentials, &on_key, &circumstances, &mut Within(recorder))
    }

    /// A key by its id alone, if the owner's account has just one of that id.
    fn key_of_account(&self, id: &str, owner: Option<crate::arn::AccountId>) -> Option<Arn> {
        let resource = format!("key/{id}");
        let mut found = self.evaluator.environment.resources().filter(|key| {
            key.arn.service() == "kms" && key.arn.resource() == resource && key.arn.account_id() == owner
        });
        found.next().filter(|_| found.next().is_none()).map(|key| key.arn.clone())
    }

    /// E197: function URLs made since October 2025 need the function's invocation as well.
    /// E142: what the question says that the call passes needs permissions of its own.
    fn with_what_is_passed(&self, target: &Target, decision: Decision, recorder: &mut impl Recorder) -> Decision {
        let says = |wanted: fn(&str) -> bool| {
            let mut given = self.evaluator.options.context.iter();
            given.any(|(key, _)| wanted(&key.to_lowercase()))
        };
        let tags =
            |key: &str| key.starts_with("aws:requesttag/") || matches!(key, "aws:tagkeys" | "sts:transitivetagkeys");
        let mut decision = decision;
        for (said, call, layer) in [
            (says(tags), "sts:TagSession", Layer::SessionTags),
            (says(|key| key == "sts:sourceidentity"), "sts:SetSourceIdentity", Layer::SourceIdentity),
        ] {
            let Some(action) = ActionName::parse(call).ok().filter(|_| said && !decision.allow.is_false()) else {
                continue;
            };
            recorder.asks(layer, action.as_str(), &target.resource);
            let besides = self.evaluator.target(&action, &target.resource);
            let circumstances = Circumstances::default();
            let within = &mut Within(recorder);
            let other = self.evaluator.decide_one(self.caller, self.credentials, &besides, &circumstances, within);
            recorder.verdict(layer, &Verdict { allow: other.allow.clone(), deny: other.deny.clone() });
            decision = decision.and(other);
        }
        decision
    }

    fn with_invocation(&self, target: &Target, decision: Decision, recorder: &mut impl Recorder) -> Decision {
        let Ok(action) = ActionName::parse("lambda:InvokeFunction") else { return decision };
        if decision.allow.is_false() {
            return decision;
        }
        recorder.asks(Layer::Invocation, action.as_str(), &target.resource);
        let invoked = self.evaluator.target(&action, &target.resource);
        let keys = vec![("lambda:InvokedViaFunctionUrl", KeyState::value("true"))];
        let circumstances = Circumstances { keys, ..Circumstances::default() };
        let within = &mut Within(recorder);
        let other = self.evaluator.decide_one(self.caller, self.credentials, &invoked, &circumstances, within);
        let older = || Residual::undocumented("function-url-older-than-october-2025");
        let other = Decision { allow: other.allow.or(older()), deny: other.deny.and(older().not()), ..other };
        recorder.verdict(Layer::Invocation, &Verdict { allow: other.allow.clone(), deny: other.deny.clone() });
        decision.and(other)
    }
}

/// What S3 names to KMS, by default and nothing else: the object, or the bucket where the key is the bucket's. A pattern of
/// objects is no name.
fn encryption_context(target: &Target, bucket_key: Option<bool>) -> Option<&str> {
    match bucket_key? {
        true => Some(&target.governing),
        false => Some(&*target.resource).filter(|object| !object.contains(['*', '?'])),
    }
}

/// A decision that hangs on one thing.
fn only(allow: Residual) -> Decision {
    Decision { allow, deny: Residual::False, assumptions: Vec::new() }
}

fn resting(mut decision: Decision, assumption: Assumption) -> Decision {
    let mut assumptions = std::mem::take(&mut decision.assumptions);
    assumptions.push(assumption);
    decision.rest_on(assumptions);
    decision
}

/// The keys by which policies know an access point.
fn keys_of_access_point(resource: &Resource, point: &AccessPoint) -> Vec<(&'static str, KeyState)> {
    let origin = if point.vpc.is_some() { "VPC" } else { "Internet" };
    vec![
        ("s3:DataAccessPointArn", KeyState::value(governing_arn(&resource.arn))),
        ("s3:DataAccessPointAccount", KeyState::value(resource.arn.account())),
        ("s3:AccessPointNetworkOrigin", KeyState::value(origin)),
    ]
}

/// The bucket, or the object in it, that a request to an access point is for (E175).
fn bucket_arn(target: &Target, point: &AccessPoint) -> String {
    let arn = target.arn.as_ref();
    let partition = arn.map_or("aws", |arn| arn.partition());
    match arn.and_then(|arn| arn.resource().split_once("/object/")) {
        Some((_, key)) => format!("arn:{partition}:s3:::{}/{key}", point.bucket),
        None => format!("arn:{partition}:s3:::{}", point.bucket),
    }
}
