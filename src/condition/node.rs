//! The nodes that formulas are made of, each kept once.
//!
//! A node knows its hash, the hash of its opposite, which keys stand below it and how many atoms, so that formulas are
//! compared, searched and measured without walking through them. Equal nodes made on one thread are one node: a table of
//! those that are alive finds the one there is. No answer depends on that table. It saves memory, and makes equality a
//! comparison of addresses; where two nodes lie at two addresses after all, their hashes and then their contents decide.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock, Weak};
use std::thread::LocalKey;

use super::list::List;
use super::meaning::Test;
use super::residual::{Atom, Residual};
use crate::policy::Operator;

thread_local! {
    static ATOMS: RefCell<Table<AtomInner>> = RefCell::default();
    static PARTS: RefCell<Table<PartsInner>> = RefCell::default();
}

/// An [`Atom`] of a formula. Cloning counts a reference; equality and hash are cheap.
#[derive(Clone)]
pub struct AtomNode(Arc<AtomInner>);

struct AtomInner {
    atom: Atom,
    hash: u64,
    subject: u64,
    test: OnceLock<Option<Test>>,
    list: OnceLock<List>,
}

impl AtomNode {
    pub(super) fn new(atom: Atom) -> Self {
        let hash = hash_of(&atom);
        let subject = match &atom {
            Atom::Test { key, .. } => hash_of(key),
            _ => hash,
        };
        Self(keep_once(&ATOMS, AtomInner { atom, hash, subject, test: OnceLock::new(), list: OnceLock::new() }))
    }

    /// One for all tests of a key; an atom that tests none has its own.
    pub(super) fn subject(&self) -> u64 {
        self.0.subject
    }

    /// A bit for [`Self::subject`].
    pub(super) fn keys(&self) -> u64 {
        1 << (mix(self.0.subject) % 64)
    }

    /// What the test means; `None` for an atom that tests no key, or by an operator that is none of AWS's.
    pub(super) fn test(&self) -> Option<&Test> {
        self.0.test.get_or_init(|| Test::read(&self.0.atom)).as_ref()
    }

    /// What its values accept; nothing for what is no test.
    pub(super) fn list(&self) -> &List {
        self.0.list.get_or_init(|| match (self.test(), &self.0.atom) {
            (Some(test), Atom::Test { values, .. }) => List::new(test.operator, values),
            _ => List::new(Operator::Null, &[]),
        })
    }
}

impl Deref for AtomNode {
    type Target = Atom;

    fn deref(&self) -> &Atom {
        &self.0.atom
    }
}

impl PartialEq for AtomNode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.is_equal(&other.0)
    }
}

impl Eq for AtomNode {}

impl Hash for AtomNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl Ord for AtomNode {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.atom.cmp(&other.0.atom) }
    }
}

impl PartialOrd for AtomNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for AtomNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.atom.fmt(f)
    }
}

/// The parts of an *and* or an *or*: two or more, sorted, each once. Cloning counts a reference; equality and hash are
/// cheap.
#[derive(Clone)]
pub struct Parts(Arc<PartsInner>);

struct PartsInner {
    parts: Box<[Residual]>,
    hash: u64,
    opposite: u64,
    keys: u64,
    size: usize,
}

impl Parts {
    /// The node of parts in order, of which none repeats.
    pub(super) fn new(parts: Vec<Residual>) -> Self {
        let sum = |hash: fn(&Residual) -> u64| parts.iter().map(hash).map(mix).fold(0, u64::wrapping_add);
        let (hash, opposite) = (sum(Residual::fingerprint), sum(Residual::opposite_fingerprint));
        let keys = parts.iter().fold(0, |keys, part| keys | part.keys());
        let size = parts.iter().map(Residual::size).fold(0, usize::saturating_add);
        Self(keep_once(&PARTS, PartsInner { parts: parts.into(), hash, opposite, keys, size }))
    }

    /// What tells this node from all others that are alive.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl Deref for Parts {
    type Target = [Residual];

    fn deref(&self) -> &[Residual] {
        &self.0.parts
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.is_equal(&other.0)
    }
}

impl Eq for Parts {}

impl Hash for Parts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl Ord for Parts {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.parts.cmp(&other.0.parts) }
    }
}

impl PartialOrd for Parts {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parts.fmt(f)
    }
}

impl Residual {
    /// A hash that does not depend on the order of parts.
    pub(super) fn fingerprint(&self) -> u64 {
        match self {
            Self::True => u64::MAX,
            Self::False => 0,
            Self::Atom(atom) => atom.0.hash,
            Self::NotAtom(atom) => !atom.0.hash,
            Self::All(parts) => mix(parts.0.hash),
            Self::Any(parts) => !mix(parts.0.hash),
        }
    }

    /// [`Self::fingerprint`] of the opposite.
    pub(super) fn opposite_fingerprint(&self) -> u64 {
        match self {
            Self::All(parts) => !mix(parts.0.opposite),
            Self::Any(parts) => mix(parts.0.opposite),
            literal => !literal.fingerprint(),
        }
    }

    /// A bit for each key that is tested, and for each other atom. Two formulas whose bits are apart have no atom in
    /// common, and no two atoms that could say anything about each other.
    pub(super) fn keys(&self) -> u64 {
        match self {
            Self::True | Self::False => 0,
            Self::Atom(atom) | Self::NotAtom(atom) => atom.keys(),
            Self::All(parts) | Self::Any(parts) => parts.0.keys,
        }
    }

    /// How many atoms it has, each counted as often as it stands in it.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::True | Self::False => 0,
            Self::Atom(_) | Self::NotAtom(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.0.size,
        }
    }
}

/// What is kept once.
trait Kept {
    fn fingerprint(&self) -> u64;
    fn is_equal(&self, other: &Self) -> bool;
}

impl Kept for AtomInner {
    fn fingerprint(&self) -> u64 {
        self.hash
    }

    fn is_equal(&self, other: &Self) -> bool {
        self.hash == other.hash && self.atom == other.atom
    }
}

impl Kept for PartsInner {
    fn fingerprint(&self) -> u64 {
        self.hash
    }

    fn is_equal(&self, other: &Self) -> bool {
        self.hash == other.hash && self.parts == other.parts
    }
}

/// The nodes that are alive, by their hash. Of two with one hash it knows one, and the other is kept apart.
struct Table<T> {
    nodes: HashMap<u64, Weak<T>>,
    /// How many entries there may be before those of dead nodes are swept out.
    room: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { nodes: HashMap::new(), room: 1024 }
    }
}

impl<T: Kept> Table<T> {
    /// The node that is equal to this one and alive, or else this one, kept from now on.
    fn find_or_add(&mut self, node: &Arc<T>) -> Arc<T> {
        let known = self.nodes.get(&node.fingerprint()).and_then(Weak::upgrade);
        match known {
            Some(known) if known.is_equal(node) => return known,
            Some(_) => {}
            None => {
                if self.nodes.len() >= self.room {
                    self.nodes.retain(|_, node| node.strong_count() > 0);
                    self.room = 2 * self.nodes.len().max(512);
                }
                self.nodes.insert(node.fingerprint(), Arc::downgrade(node));
            }
        }
        Arc::clone(node)
    }
}

/// The node, found in this thread's table or added to it. While a thread ends, its table may be gone, and what is made
/// then is kept apart.
fn keep_once<T: Kept>(table: &'static LocalKey<RefCell<Table<T>>>, node: T) -> Arc<T> {
    let node = Arc::new(node);
    let found = table.try_with(|table| table.try_borrow_mut().ok().map(|mut table| table.find_or_add(&node)));
    found.ok().flatten().unwrap_or(node)
}

fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Spreads a hash over all bits, so that sums of hashes tell sets apart (the finalizer of SplitMix64).
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}
