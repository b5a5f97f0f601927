//! Tabs that yaml.v2 refuses and our parser lets pass: before a line of a
//! block, and behind a dash.
//!
//! Source: gopkg.in/yaml.v2 v2.4.0 `scannerc.go`, `yaml_parser_scan_to_next_token`
//! and `yaml_parser_scan_plain_scalar`.

use super::{Data, NodeData, Style, error::RawError, tokens::column};
use std::ops::Range;

/// The first of them. `text` has no other error.
pub(super) fn refused(text: &str, nodes: &[NodeData], docs: &[u32]) -> Option<RawError> {
    let lines = || {
        text.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
    };
    let suspects = lines().filter_map(|(start, line)| {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        match line[..indent].find('\t') {
            Some(tab) => Some((start + tab, true)),
            None => behind_dashes(&line[indent..]).map(|tab| (start + indent + tab, false)),
        }
    });
    let suspects: Vec<(usize, bool)> = suspects.collect();
    if suspects.is_empty() {
        return None;
    }
    let mut regions = Regions::default();
    docs.iter().for_each(|doc| regions.add(text, nodes, *doc, None));
    let (at, message) = suspects.into_iter().find_map(|(at, leads)| {
        let message = regions.refusal(text, at, leads)?;
        Some((at, message))
    })?;
    let message = message.to_owned();
    Some(RawError { at, message, opener: None, stops: false, fault: None, is_gos: true })
}

/// The first tab in the blanks behind the dashes that a line begins with.
fn behind_dashes(line: &str) -> Option<usize> {
    let mut at = 0;
    while line[at..].starts_with("- ") || line[at..].starts_with("-\t") {
        let rest = &line[at + 1..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = rest[..blanks].find('\t') {
            return Some(at + 1 + tab);
        }
        at += 1 + blanks;
    }
    None
}

/// Where tabs are judged by what they stand in.
#[derive(Default)]
struct Regions {
    /// Quoted scalars and flow collections: tabs are blanks.
    free: Vec<Range<usize>>,
    /// Block scalars with the columns that their lines are indented by.
    blocks: Vec<(Range<usize>, usize)>,
    /// Plain scalars with the column that their further lines lie behind.
    plain: Vec<(Range<usize>, usize)>,
}

impl Regions {
    /// `parent` is the column of the block collection around the node.
    fn add(&mut self, text: &str, nodes: &[NodeData], id: u32, parent: Option<usize>) {
        let node = &nodes[id as usize];
        let range = node.start as usize..node.end as usize;
        let flow = text[range.clone()].starts_with(['[', '{']);
        let children: Vec<u32> = match &node.kind {
            Data::Scalar { style: Style::Plain, .. } => {
                return self.plain.push((range, parent.map_or(0, |column| column + 1)));
            }
            Data::Scalar { style: Style::SingleQuoted | Style::DoubleQuoted, .. } => {
                return self.free.push(range);
            }
            Data::Scalar { indent, .. } => return self.blocks.push((range, usize::from(*indent))),
            Data::Alias(_) => return,
            Data::Seq(_) | Data::Map(_) if flow => return self.free.push(range),
            Data::Seq(items) => items.clone(),
            Data::Map(pairs) => pairs.iter().flat_map(|(key, value)| [*key, *value]).collect(),
        };
        let column = column(text, range.start);
        children.into_iter().for_each(|child| self.add(text, nodes, child, Some(column)));
    }

    /// What yaml.v2 says of a tab, if anything.
    fn refusal(&self, text: &str, at: usize, leads: bool) -> Option<&'static str> {
        const NO_TOKEN: &str = "found character that cannot start any token";
        const NO_SPACE: &str = "found a tab character where an indentation space is expected";
        let inside = |range: &Range<usize>| range.start < at && at < range.end;
        let own = self.blocks.iter().map(|(range, _)| range).find(|range| inside(range));
        if leads && own.is_some_and(|block| is_in_first_indent(&text[block.start..at])) {
            return Some(NO_SPACE);
        }
        if self.free.iter().any(inside) || self.blocks.iter().any(|(range, _)| inside(range)) {
            return None;
        }
        if !leads {
            return (!self.plain.iter().any(|(range, _)| inside(range))).then_some(NO_TOKEN);
        }
        let column = column(text, at);
        // A scalar goes on over blank lines.
        let before = text[..at].trim_end().len();
        let runs = |range: &Range<usize>| inside(range) || range.end == before && before > 0;
        if let Some((_, least)) =
            self.plain.iter().find(|(range, _)| runs(range) && !range.is_empty())
        {
            return (column < *least).then_some("found a tab character that violates indentation");
        }
        if let Some((_, indent)) = self.blocks.iter().find(|(range, _)| runs(range)) {
            return (column < *indent).then_some(NO_SPACE);
        }
        Some(NO_TOKEN)
    }
}

/// Whether a block scalar, written up to here, has yet to say how far its
/// lines are indented: there is no tab then.
fn is_in_first_indent(block: &str) -> bool {
    let Some((header, lines)) = block.split_once('\n') else { return false };
    let indicators = header.split('#').next().unwrap_or(header);
    lines.trim().is_empty() && !indicators.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::{
        text::{FileId, SourceFile},
        yaml::parse,
    };
    use std::sync::Arc;

    /// The column of the tab, zero-based, if the text is refused.
    #[track_caller]
    fn check(text: &str, expected: Option<u32>) {
        let tree = parse(&Arc::new(SourceFile::new(FileId(0), "a.yaml", text)));
        let column = |at: u32| at - text[..at as usize].rfind('\n').map_or(0, |n| n as u32 + 1);
        let found = tree.errors.first().map(|error| column(error.span.start));
        assert_eq!(found, expected, "{text:?}: {:?}", tree.errors);
    }

    // As yaml.v2 v2.4.0 was seen to judge each.
    #[test]
    fn tabs_before_a_line() {
        check("\tcni: canal\n", Some(0));
        check("# x\n\tcni: canal\n", Some(0));
        check("---\n\tcni: canal\n", Some(0));
        check(" \ta: 1\n", Some(1));
        check("cni: canal\n\t\n", Some(0));
        check("cni: canal\n\t# x\n", Some(0));
        check("a:\n  b: 1\n\t\n  c: 2\n", Some(0));
        check("a:\n\t\n  b: 1\n", Some(0));
        check("a: 'x'\n\t\nb: 1\n", Some(0));
        check("a: |\n  x\n\t\nb: 1\n", Some(0));
        check("cni: canal\n  \t\nd: 1\n", None);
        check("a: 'x\n\ty'\n", None);
        check("a: [\n\tb]\n", None);
        check("a: |\n  x\n  \ty\n", None);
        check("a: |\n  \tx\n  y\n", Some(2));
        check("a: |\n\n  \tx\n", Some(2));
        check("a: |2\n  \tx\n", None);
    }

    #[test]
    fn tabs_behind_a_dash() {
        check("cni:\n  -\tcanal\n", Some(3));
        check("cni:\n- \tcanal\n", Some(2));
        check("cni:\tcanal\n", None);
        check("cni:\n- canal\t# x\n", None);
        check("a: |\n  -\tx\n", None);
    }
}
