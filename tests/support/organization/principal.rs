//! Users, roles, groups and managed policies before they are written.

use serde_json::Value;

use super::Organization;
use super::random::mixed;

/// The number of a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Who(pub(crate) usize);

/// A user or a role.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(crate) account: usize,
    /// `/` or `/…/`.
    pub(crate) path: String,
    pub(crate) name: String,
    /// The statements of its trust policy; `None` of a user.
    pub(crate) trust: Option<Vec<Value>>,
    /// The statements of its inline policies, one policy for each.
    pub(crate) inline: Vec<Value>,
    /// Numbers of managed policies.
    pub(crate) attached: Vec<usize>,
    /// Numbers of groups.
    pub(crate) groups: Vec<usize>,
    /// The number of a managed policy.
    pub(crate) boundary: Option<usize>,
    pub(crate) tags: Vec<(String, String)>,
    /// How long a session of a role lasts at most.
    pub(crate) session_seconds: u32,
}

/// A group of users.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) account: usize,
    pub(crate) name: String,
    pub(crate) inline: Vec<Value>,
    /// Numbers of managed policies.
    pub(crate) attached: Vec<usize>,
}

/// A managed policy of one account, or one of AWS as one account sees it.
#[derive(Debug, Clone)]
pub(crate) struct Managed {
    pub(crate) account: usize,
    pub(crate) name: String,
    /// `/` or `/…/`.
    pub(crate) path: String,
    pub(crate) statements: Vec<Value>,
    /// The statements of its versions that are not in force, the oldest first.
    pub(crate) former: Vec<Vec<Value>>,
    /// Whether it is managed by AWS.
    pub(crate) by_aws: bool,
}

impl Organization {
    pub(crate) fn user(&mut self, account: usize, path: &str, name: &str) -> Who {
        self.principal(account, path, name, None)
    }

    pub(crate) fn role(&mut self, account: usize, path: &str, name: &str) -> Who {
        self.principal(account, path, name, Some(Vec::new()))
    }

    fn principal(&mut self, account: usize, path: &str, name: &str, trust: Option<Vec<Value>>) -> Who {
        let (path, name) = (path.to_owned(), name.to_owned());
        let (inline, attached, groups, tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (boundary, session_seconds) = (None, 3600);
        let principal =
            Principal { account, path, name, trust, inline, attached, groups, boundary, tags, session_seconds };
        self.principals.push(principal);
        Who(self.principals.len() - 1)
    }

    pub(crate) fn group(&mut self, account: usize, name: &str) -> usize {
        self.groups.push(Group { account, name: name.to_owned(), inline: Vec::new(), attached: Vec::new() });
        self.groups.len() - 1
    }

    pub(crate) fn managed(&mut self, account: usize, name: &str, statements: Vec<Value>) -> usize {
        let path = "/".to_owned();
        self.managed.push(Managed {
            account,
            name: name.to_owned(),
            path,
            statements,
            former: Vec::new(),
            by_aws: false,
        });
        self.managed.len() - 1
    }

    pub(crate) fn get(&self, who: Who) -> &Principal {
        &self.principals[who.0]
    }

    pub(crate) fn at(&mut self, who: Who) -> &mut Principal {
        &mut self.principals[who.0]
    }

    pub(crate) fn is_user(&self, who: Who) -> bool {
        self.get(who).trust.is_none()
    }

    pub(crate) fn arn(&self, who: Who) -> String {
        let principal = self.get(who);
        let kind = if principal.trust.is_none() { "user" } else { "role" };
        format!("arn:aws:iam::{}:{kind}{}{}", self.id(principal.account), principal.path, principal.name)
    }

    /// `AIDA…` or `AROA…`.
    pub(crate) fn unique_id(&self, who: Who) -> String {
        unique_id(if self.is_user(who) { "AIDA" } else { "AROA" }, self.get(who).account, who.0)
    }

    /// Lets somebody enter a role: adds a statement to its trust policy.
    pub(crate) fn trust(&mut self, role: Who, statement: Value) {
        self.at(role).trust.as_mut().unwrap().push(statement);
    }

    /// Adds an inline policy of one statement.
    pub(crate) fn grant(&mut self, who: Who, statement: Value) {
        self.at(who).inline.push(statement);
    }
}

/// The id that IAM gives something by its number within an account; no two of a prefix are alike.
pub(super) fn unique_id(prefix: &str, account: usize, number: usize) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut rest = mixed(((account as u64) << 32) | number as u64);
    let mut id = prefix.to_owned();
    for _ in 0..17 {
        id.push(char::from(LETTERS[usize::try_from(rest % 32).unwrap()]));
        rest /= 32;
    }
    id
}
