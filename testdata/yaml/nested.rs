//! Values of a chart, path by path, as YAML with the line of each key; and the
//! dice for what is tried at random.

use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Values {
    children: Vec<(Key, Values)>,
    scalar: &'static str,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Key {
    Named(String),
    Item,
}

impl Values {
    pub(crate) fn insert(&mut self, keys: &[Key], scalar: &'static str) {
        let Some((first, rest)) = keys.split_first() else {
            self.scalar = scalar;
            return;
        };
        let at = self.children.iter().position(|(key, _)| key == first);
        let at = at.unwrap_or_else(|| {
            self.children.push((first.clone(), Values::default()));
            self.children.len() - 1
        });
        self.children[at].1.insert(rest, scalar);
    }

    /// Lines, and the one on which each path's key is.
    pub(crate) fn write(
        &self,
        above: &[Key],
        lines: &mut Vec<String>,
        places: &mut BTreeMap<Vec<Key>, usize>,
    ) {
        for (key, values) in &self.children {
            let path = [above, std::slice::from_ref(key)].concat();
            let indent = "  ".repeat(path.len() + 1);
            let scalar = if values.children.is_empty() { values.scalar } else { "" };
            lines.push(match key {
                Key::Named(name) => format!("{indent}{}: {scalar}", quoted(name)),
                Key::Item => format!("{indent}- {scalar}"),
            });
            places.insert(path.clone(), lines.len());
            values.write(&path, lines, places);
        }
    }
}

fn quoted(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if key.bytes().all(plain) { key.to_owned() } else { format!("{key:?}") }
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
