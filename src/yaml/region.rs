//! Branches of templates: what is there under a condition, and which of it is
//! taken to be there.
//!
//! All places are offsets of the outermost file, so that they hold for strings
//! that are documents too.

use super::{
    map::SpanMap,
    marker::{Block, Class, Marker},
};
use std::{collections::HashMap, ops::Range};

/// A member of an `if` with its alternatives, or the body of a loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// The statement that it begins with.
    pub statement: Range<u32>,
    /// The first statement of its alternatives, itself included.
    pub opener: Range<u32>,
    /// Where that is in the text.
    condition: Range<usize>,
    /// What it holds: from its statement to the next of its alternatives.
    body: Range<u32>,
    /// The branch that it lies in.
    parent: Option<u32>,
    /// It is there if none of its alternatives is.
    pub is_else: bool,
    /// It may be there any number of times.
    repeats: bool,
}

impl Branch {
    /// Whether the other one lies in it, or is it.
    pub fn holds(&self, other: &Branch) -> bool {
        let inside = self.body.start <= other.statement.start && other.body.end <= self.body.end;
        self == other || inside
    }

    /// It lies in no other.
    pub fn is_outer(&self) -> bool {
        self.parent.is_none()
    }
}

/// The branches that are taken to be there, by where their statements begin.
/// The rest may be there or not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Reading {
    taken: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Presence {
    Visible,
    Hidden,
    /// One of its alternatives is there.
    Impossible,
}

/// Which branch a place is in; `None` outside of all.
pub(super) type Guard = Option<u32>;

/// The branches of a file, in a reading.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Regions {
    /// Sorted by body.
    branches: Vec<Branch>,
    /// Of each branch by itself.
    presence: Vec<Presence>,
}

impl Regions {
    /// `None` if a statement lacks what it belongs to.
    pub(super) fn of(
        text: &str,
        map: &SpanMap,
        markers: &[Marker],
        reading: &Reading,
    ) -> Option<Regions> {
        let branches = nest(map, markers)?;
        let presence = presence(&branches, text, reading);
        Some(Regions { branches, presence })
    }

    pub(super) fn branches(&self) -> &[Branch] {
        &self.branches
    }

    pub(super) fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }

    /// The innermost branch that holds a place.
    pub(super) fn guard(&self, at: u32) -> Guard {
        let before = self.branches.partition_point(|branch| branch.body.start <= at);
        let mut guard = before.checked_sub(1).map(|last| last as u32);
        while let Some(index) = guard {
            let branch = &self.branches[index as usize];
            if at < branch.body.end {
                break;
            }
            guard = branch.parent;
        }
        guard
    }

    /// From the innermost out.
    fn chain(&self, guard: Guard) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(guard, |index| self.branches[*index as usize].parent)
    }

    /// The innermost branch that holds both.
    pub(super) fn common(&self, a: Guard, b: Guard) -> Guard {
        let of_b: Vec<u32> = self.chain(b).collect();
        self.chain(a).find(|index| of_b.contains(index))
    }

    /// The branches that hold what `guard` does, and not what `context` does.
    fn between(&self, context: Guard, guard: Guard) -> impl Iterator<Item = u32> + '_ {
        let common = self.common(context, guard);
        self.chain(guard).take_while(move |index| Some(*index) != common)
    }

    /// Whether something in `guard` is there, given that what is in `context` is.
    pub(super) fn presence(&self, context: Guard, guard: Guard) -> Presence {
        let each = self.between(context, guard).map(|index| self.presence[index as usize]);
        each.max().unwrap_or(Presence::Visible)
    }

    /// Whether it may be there several times.
    pub(super) fn repeats(&self, context: Guard, guard: Guard) -> bool {
        self.between(context, guard).any(|index| self.branches[index as usize].repeats)
    }

    /// The reading in which a branch is there, and those that it lies in.
    pub(super) fn reading(&self, branch: u32) -> Reading {
        let taken =
            self.chain(Some(branch)).map(|index| self.branches[index as usize].statement.start);
        let mut taken: Vec<u32> = taken.collect();
        taken.sort_unstable();
        Reading { taken }
    }
}

/// Statements that are still open.
struct Opened {
    block: Block,
    opener: Range<u32>,
    condition: Range<usize>,
    /// `None` before the first `when`.
    branch: Option<usize>,
    parent: Option<usize>,
}

fn nest(map: &SpanMap, markers: &[Marker]) -> Option<Vec<Branch>> {
    let mut branches: Vec<Branch> = Vec::new();
    let mut stack: Vec<Opened> = Vec::new();
    let mut closed: Vec<bool> = Vec::new();
    for marker in markers.iter().filter(|marker| marker.is_control()) {
        let (start, end) = map.outer(marker.range.start, marker.range.end);
        let place = start as u32..end as u32;
        match marker.class {
            Class::Open(block) => {
                let parent = stack.iter().rev().find_map(|open| open.branch);
                let (opener, condition) = (place.clone(), marker.range.clone());
                let mut open = Opened { block, opener, condition, branch: None, parent };
                if block != Block::Case {
                    open.branch = Some(branches.len());
                    branches.push(open.begin(place, false, block != Block::If));
                    closed.push(false);
                }
                stack.push(open);
            }
            Class::Next { last } => {
                let open = stack.last_mut()?;
                if let Some(branch) = open.branch {
                    branches[branch].body.end = place.start;
                    closed[branch] = true;
                }
                open.branch = Some(branches.len());
                let repeats = open.block == Block::Elsewhere;
                branches.push(open.begin(place, last, repeats));
                closed.push(false);
            }
            Class::Close => {
                let open = stack.pop()?;
                if let Some(branch) = open.branch {
                    branches[branch].body.end = place.start;
                    closed[branch] = true;
                }
            }
            Class::Output | Class::Comment | Class::Silent => {}
        }
    }
    (stack.is_empty() && closed.iter().all(|closed| *closed)).then_some(branches)
}

impl Opened {
    fn begin(&self, statement: Range<u32>, is_else: bool, repeats: bool) -> Branch {
        Branch {
            body: statement.end..u32::MAX,
            statement,
            opener: self.opener.clone(),
            condition: self.condition.clone(),
            parent: self.parent.map(|parent| parent as u32),
            is_else,
            repeats,
        }
    }
}

/// What a reading makes of each branch: a condition that stands in a file twice
/// has one value, and of alternatives one is there at most.
fn presence(branches: &[Branch], text: &str, reading: &Reading) -> Vec<Presence> {
    if reading.taken.is_empty() {
        return vec![Presence::Hidden; branches.len()];
    }
    let in_loop = |branch: &Branch| {
        let up = |branch: &&Branch| branch.parent.map(|parent| &branches[parent as usize]);
        std::iter::successors(Some(branch), up).any(|branch| branch.repeats)
    };
    let condition = |branch: &Branch| -> Option<String> {
        let is_first = branch.statement == branch.opener;
        (is_first && !in_loop(branch)).then(|| {
            let trim = |c: char| matches!(c, '-' | '~' | '+');
            let words = text[branch.condition.clone()]
                .split_whitespace()
                .map(|word| word.trim_matches(trim));
            words.collect::<Vec<_>>().join(" ")
        })
    };
    let mut alternatives: HashMap<u32, Vec<usize>> = HashMap::new();
    for (index, branch) in branches.iter().enumerate() {
        alternatives.entry(branch.opener.start).or_default().push(index);
    }
    let conditions: HashMap<u32, String> = branches
        .iter()
        .filter_map(|branch| Some((branch.opener.start, condition(branch)?)))
        .collect();
    // Whether a condition holds, as far as the reading says.
    let mut known: HashMap<&str, bool> = HashMap::new();
    let is_taken = |branch: &Branch| reading.taken.binary_search(&branch.statement.start).is_ok();
    for branch in branches.iter().filter(|branch| is_taken(branch)) {
        if let Some(condition) = conditions.get(&branch.opener.start) {
            known.insert(condition, branch.statement == branch.opener);
        }
    }
    let mut presence = vec![Presence::Hidden; branches.len()];
    for (opener, members) in &alternatives {
        let known = conditions.get(opener).and_then(|condition| known.get(condition.as_str()));
        let taken = members.iter().copied().find(|index| is_taken(&branches[*index]));
        let by_condition = match (known, members.as_slice()) {
            (Some(true), [first, ..]) => Some(*first),
            (Some(false), [_, other]) if branches[*other].is_else => Some(*other),
            _ => None,
        };
        match taken.or(by_condition) {
            Some(taken) => {
                members.iter().for_each(|index| presence[*index] = Presence::Impossible);
                presence[taken] = Presence::Visible;
            }
            None if known == Some(&false) => presence[members[0]] = Presence::Impossible,
            None => {}
        }
    }
    presence
}
