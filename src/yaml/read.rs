//! From text to a [`Tree`], and on after an error.
//!
//! A line that can't be parsed is blanked and the text parsed again, so one
//! mistake costs one line of the tree. The error is reported all the same.

use super::{
    Data, NodeData, Style, Tree, decode, guard,
    leniency::Pardon,
    map::SpanMap,
    parse::Build,
    prepare::{self, Prepared},
    region::{Guard, Reading, Regions},
    strictness, tabs,
};
use crate::text::SourceFile;
use std::{collections::HashMap, ops::Range, sync::Arc};

/// How often a text is parsed again with a line less.
const MAX_REPAIRS: usize = 12;

/// How often a text is parsed again for what yaml.v2 lets pass.
const MAX_PARDONS: usize = 40;

/// Texts above this size are not worth a second look at each error, in bytes.
const MAX_REPAIRED_LEN: usize = 1 << 20;

/// Parses a file. Never fails: errors are in the tree.
pub fn parse(file: &Arc<SourceFile>) -> Arc<Tree> {
    parse_reading(file, &Reading::default())
}

/// Parses a template with some of its branches taken to be there.
pub fn parse_reading(file: &Arc<SourceFile>, reading: &Reading) -> Arc<Tree> {
    let bom = if file.text.starts_with('\u{feff}') { 3 } else { 0 };
    let text: Arc<str> = Arc::from(&file.text[bom..]);
    let map = SpanMap::identity(bom, text.len());
    Arc::new(parse_sourced(file, text, map, None, reading))
}

/// Parses `text`, of which `map` says where each byte lies in `file`. `outer`
/// is the template that it was taken from, and where it stands there.
pub(super) fn parse_sourced(
    file: &Arc<SourceFile>,
    text: Arc<str>,
    map: SpanMap,
    outer: Option<(&Arc<Regions>, usize)>,
    reading: &Reading,
) -> Tree {
    let prepared = prepare::prepare(&text);
    if let Some((regions, holder)) = outer {
        let guard = regions.guard(holder as u32);
        let mut tree = build(Arc::clone(file), text, map, prepared, Arc::clone(regions));
        guard::split(&mut tree, Some(guard));
        return tree;
    }
    let markers = prepared.as_ref().map_or(&[][..], |prepared| &prepared.markers);
    let regions = Regions::of(&text, &map, markers, reading);
    let unbalanced = regions.is_none();
    let regions = Arc::new(regions.unwrap_or_default());
    let mut tree = build(Arc::clone(file), text, map, prepared, regions);
    tree.unbalanced = unbalanced;
    guard::split(&mut tree, None);
    tree
}

/// Parses `text`, of which `map` says where each byte lies in `file`, whatever
/// stands around it there.
pub(super) fn parse_apart(file: Arc<SourceFile>, text: Arc<str>, map: SpanMap) -> Tree {
    let prepared = prepare::prepare(&text);
    let mut tree = build(file, text, map, prepared, Arc::default());
    tree.unbalanced = !tree.cuts.is_empty();
    tree
}

/// Parses `text`, of which `map` says where each byte lies in the file of
/// `outer`, and which stands at `holder` there.
pub(super) fn parse_mapped(outer: &Tree, holder: u32, text: Arc<str>, map: SpanMap) -> Tree {
    let prepared = prepare::prepare(&text);
    let regions = Arc::clone(&outer.regions);
    let guard: Guard = regions.guard(holder);
    let mut tree = build(Arc::clone(&outer.file), text, map, prepared, regions);
    // A statement that only an escape makes one.
    tree.unbalanced = tree.regions.is_empty() && !tree.cuts.is_empty();
    guard::split(&mut tree, Some(guard));
    tree
}

fn build(
    file: Arc<SourceFile>,
    text: Arc<str>,
    map: SpanMap,
    prepared: Option<Prepared>,
    regions: Arc<Regions>,
) -> Tree {
    let template = prepared.is_some();
    let prepared = prepared.unwrap_or_default();
    let parsed = if template { &prepared.parsed } else { &*text };
    let (first, pardon) = run_leniently(parsed);
    let mut errors = first.errors.clone();
    let build = repair(pardon.text(parsed), first);
    // Of a template nobody knows which blanks are written.
    if errors.is_empty() && !template && parsed.contains('\t') {
        errors.extend(tabs::refused(pardon.text(parsed), &build.nodes, &build.docs));
    }
    if errors.is_empty() && !template {
        errors.extend(strictness::refused(parsed, &build.nodes));
    }
    let map = if template { prepared.map.through(&map) } else { map };
    let holes = &prepared.holes;
    let mut tree = Tree {
        file,
        text: if template { Arc::from(prepared.kept) } else { text },
        map,
        nodes: build.nodes,
        docs: build.docs,
        errors: Vec::new(),
        comments: Vec::new(),
        folded: false,
        open: !errors.is_empty(),
        template,
        unbalanced: false,
        conditional: None,
        regions,
        hidden: HashMap::new(),
        hidden_docs: Vec::new(),
        cuts: prepared.cuts,
    };
    match pardon.escapes.is_empty() {
        true => unmask(&mut tree, holes),
        false => unmask(&mut tree, &pardon.with_escapes(holes)),
    }
    let data = data_ranges(&tree.nodes, holes);
    tree.open |= prepared.outdented;
    tree.open |= prepared.whole_lines.iter().any(|hole| !is_data(&data, hole));
    tree.errors = errors.iter().map(|error| error.place(&tree)).collect();
    // A line that is a marker was one for the parser.
    let comments = pardon.with_comments(build.comments).into_iter();
    let comments = comments.filter(|range| tree.text[range.start..].starts_with('#'));
    tree.comments = comments.map(|range| tree.outer(range.start, range.end)).collect();
    tree
}

/// Parses, and lets pass what yaml.v2 does.
fn run_leniently(text: &str) -> (Build, Pardon) {
    let mut build = Build::run(text);
    let mut pardon = Pardon::default();
    let tries = if text.len() > MAX_REPAIRED_LEN { 0 } else { MAX_PARDONS };
    for _ in 0..tries {
        let faults: Vec<_> = build.errors.iter().filter_map(|e| Some((e.fault?, e.at))).collect();
        if faults.is_empty() || !pardon.grant(text, &faults) {
            break;
        }
        build = Build::run(pardon.text(text));
    }
    (build, pardon)
}

/// Blanks lines until the text parses, or no more can be won.
fn repair(text: &str, first: Build) -> Build {
    if first.errors.is_empty() || text.len() > MAX_REPAIRED_LEN {
        return first;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut best = first;
    for _ in 0..MAX_REPAIRS {
        let Some(line) = best
            .errors
            .iter()
            .filter(|error| error.stops)
            .find_map(|error| error.line_to_blank(&bytes))
        else {
            break;
        };
        for byte in &mut bytes[line] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        let Ok(blanked) = std::str::from_utf8(&bytes) else { break };
        best = Build::run(blanked);
        if best.errors.is_empty() {
            break;
        }
    }
    best
}

/// Gives scalars that hold template markers their true text again.
fn unmask(tree: &mut Tree, holes: &[Range<usize>]) {
    if holes.is_empty() {
        return;
    }
    let source = Arc::clone(&tree.text);
    for node in &mut tree.nodes {
        let Data::Scalar { style, text, indent, .. } = &mut node.kind else { continue };
        let range = node.start as usize..node.end as usize;
        let next = holes.partition_point(|hole| hole.end <= range.start);
        if holes.get(next).is_none_or(|hole| hole.start >= range.end) {
            continue;
        }
        let trailing = text.as_deref().map_or(0, decode::trailing_breaks);
        let decoded = decode::decode_range(&source, range, *style, *indent, trailing);
        *text = Some(decoded.text.into_boxed_str());
    }
}

/// Quoted and block scalars, in order: a marker inside of one is its data.
fn data_ranges(nodes: &[NodeData], holes: &[Range<usize>]) -> Vec<Range<usize>> {
    if holes.is_empty() {
        return Vec::new();
    }
    let quoted =
        |node: &&NodeData| matches!(node.kind, Data::Scalar { style, .. } if style != Style::Plain);
    nodes.iter().filter(quoted).map(|node| node.start as usize..node.end as usize).collect()
}

fn is_data(data: &[Range<usize>], hole: &Range<usize>) -> bool {
    let after = data.partition_point(|range| range.start <= hole.start);
    after > 0 && hole.end <= data[after - 1].end
}
