//! A template's text as a YAML parser can read it.
//!
//! Statements are cut out, so that what stands in their branches lies side by
//! side. Markers that write text are masked by bytes of the same number, so
//! that every place stays what it was.

use super::{
    map::SpanMap,
    marker::{Class, Marker, markers},
};
use std::ops::Range;

/// A text with its markers made harmless. All ranges are of `kept`.
#[derive(Default)]
pub(super) struct Prepared {
    /// What is left of the text.
    pub(super) kept: String,
    /// As long as `kept`.
    pub(super) parsed: String,
    /// From offsets in `kept` to offsets in the text.
    pub(super) map: SpanMap,
    /// Where markers stand that write text, in order.
    pub(super) holes: Vec<Range<usize>>,
    /// Those of them that are whole lines: any key may come out of one.
    pub(super) whole_lines: Vec<Range<usize>>,
    /// Where statements were, in order: a scalar around one has several texts.
    pub(super) cuts: Vec<usize>,
    pub(super) markers: Vec<Marker>,
    /// A line comes out of a marker that stands left of what it continues:
    /// nobody knows what it belongs to.
    pub(super) outdented: bool,
    /// How far the last line that was kept is indented, in bytes.
    indent: usize,
}

/// `None` if the text has no markers.
pub(super) fn prepare(text: &str) -> Option<Prepared> {
    let markers = markers(text);
    if markers.is_empty() {
        return None;
    }
    let mut prepared = Prepared::default();
    let mut at = 0;
    let mut next = 0;
    while at < text.len() {
        let first = next;
        let end = line_end(text, at, &markers, &mut next);
        prepared.line(text, at..end, &markers[first..next]);
        at = end;
    }
    prepared.mask();
    prepared.markers = markers;
    Some(prepared)
}

/// Behind the line break that no marker holds. `next` moves past the markers
/// of the line.
fn line_end(text: &str, start: usize, markers: &[Marker], next: &mut usize) -> usize {
    let mut at = start;
    loop {
        let end = text[at..].find('\n').map_or(text.len(), |found| at + found + 1);
        match markers.get(*next) {
            Some(marker) if marker.range.start < end => {
                at = marker.range.end;
                *next += 1;
            }
            _ => return end,
        }
    }
}

/// What is to become of the markers of a line.
enum Fate<'a> {
    /// Nothing of the line is left.
    Gone,
    /// Any line may come of it.
    Opaque,
    /// The first and the last of them are cut out; the rest are data.
    Around(&'a [Marker], &'a [Marker], &'a [Marker]),
}

impl Prepared {
    fn line(&mut self, text: &str, line: Range<usize>, markers: &[Marker]) {
        let (Some(first), Some(last)) = (markers.first(), markers.last()) else {
            self.measure(&text[line.clone()]);
            return self.keep(text, line);
        };
        match fate(text, &line, markers) {
            Fate::Gone => {
                if markers.iter().any(Marker::is_control) {
                    self.cuts.push(self.kept.len());
                }
            }
            Fate::Opaque => {
                let (start, end) = (first.range.start, last.range.end);
                let blank = text[line.start..start].trim().is_empty();
                self.keep(text, line.start..start);
                if blank {
                    self.align(line.start..start);
                }
                let hole = self.hole(text, start..end);
                if blank {
                    self.whole_lines.push(hole);
                }
                self.keep(text, end..line.end);
            }
            Fate::Around(before, data, after) => {
                self.measure(&text[line.clone()]);
                let mut at = line.start;
                let around = |marker| (marker, false);
                let all = before.iter().map(around).chain(data.iter().map(|marker| (marker, true)));
                for (marker, is_data) in all.chain(after.iter().map(around)) {
                    self.keep(text, at..marker.range.start);
                    at = marker.range.end;
                    if is_data && marker.class != Class::Comment {
                        self.hole(text, marker.range.clone());
                    } else if marker.is_control() {
                        self.cuts.push(self.kept.len());
                    }
                }
                self.keep(text, at..line.end);
            }
        }
    }

    /// What the next line may continue.
    fn measure(&mut self, line: &str) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            return;
        }
        let header = content.rsplit(' ').next().unwrap_or("");
        let opens = header.starts_with(['|', '>'])
            && header[1..].chars().all(|char| char.is_ascii_digit() || "+-".contains(char));
        self.indent = line.len() - line.trim_start_matches(' ').len() + usize::from(opens);
    }

    /// What comes out of a marker brings its own indentation: one at the left
    /// edge doesn't end the text that it stands in.
    fn align(&mut self, blank: Range<usize>) {
        let missing = self.indent.saturating_sub(blank.len());
        if missing > 0 {
            self.outdented = true;
            self.kept.push_str(&" ".repeat(missing));
            self.map.push(missing, blank.end, blank.end, false);
        }
    }

    fn keep(&mut self, text: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.kept.push_str(&text[range.clone()]);
            self.map.push(range.len(), range.start, range.end, true);
        }
    }

    fn hole(&mut self, text: &str, range: Range<usize>) -> Range<usize> {
        let start = self.kept.len();
        self.keep(text, range);
        let hole = start..self.kept.len();
        self.holes.push(hole.clone());
        hole
    }

    fn mask(&mut self) {
        let mut bytes = self.kept.as_bytes().to_vec();
        self.holes.iter().for_each(|hole| bytes[hole.clone()].fill(b'x'));
        self.whole_lines.iter().for_each(|hole| bytes[hole.start] = b'#');
        self.parsed = String::from_utf8(bytes).expect("whole markers were replaced by ASCII");
    }
}

fn fate<'a>(text: &str, line: &Range<usize>, markers: &'a [Marker]) -> Fate<'a> {
    if is_bare(text, line, markers) {
        let silent = markers.iter().all(Marker::is_silent);
        return if silent { Fate::Gone } else { Fate::Opaque };
    }
    if text[line.clone()].trim_start().starts_with('#') {
        return Fate::Around(&[], markers, &[]);
    }
    let first = markers[0].range.start;
    let leads = text[line.start..first].trim().is_empty();
    let before = if leads { leading(text, markers) } else { 0 };
    let (before, rest) = markers.split_at(before);
    let (data, after) = rest.split_at(rest.len() - trailing(text, line, rest));
    let opens = before.iter().any(Marker::is_control);
    if opens {
        let start = before.last().map_or(line.start, |marker| marker.range.end);
        let end = after.first().map_or(line.end, |marker| marker.range.start);
        if !is_balanced(data) || !is_structure(&text[start..end], data, start) {
            return Fate::Opaque;
        }
    }
    Fate::Around(before, data, after)
}

/// Nothing but markers and blanks.
fn is_bare(text: &str, line: &Range<usize>, markers: &[Marker]) -> bool {
    let mut at = line.start;
    let mut blank = true;
    for marker in markers {
        blank &= text[at..marker.range.start].trim().is_empty();
        at = marker.range.end;
    }
    blank && text[at..line.end].trim().is_empty()
}

/// How many markers a line begins with that write nothing.
fn leading(text: &str, markers: &[Marker]) -> usize {
    let mut end = markers[0].range.start;
    let leads = |marker: &&Marker| {
        let blank = text[end..marker.range.start].trim().is_empty();
        end = marker.range.end;
        blank && marker.is_silent()
    };
    markers.iter().take_while(leads).count()
}

/// How many markers a line ends with that write nothing, but for those that
/// belong to one before: these are data.
fn trailing(text: &str, line: &Range<usize>, markers: &[Marker]) -> usize {
    let mut start = line.end;
    let ends = |marker: &&Marker| {
        let blank = text[marker.range.end..start].trim().is_empty();
        start = marker.range.start;
        blank && marker.is_silent()
    };
    let mut count = markers.iter().rev().take_while(ends).count();
    let (data, after) = markers.split_at(markers.len() - count);
    let mut depth = depth(data);
    for marker in after {
        if depth <= 0 {
            break;
        }
        depth += step(marker);
        count -= 1;
    }
    let Some(first) = markers.get(markers.len() - count) else { return 0 };
    // What begins behind a colon or a dash is its value; elsewhere it is a part
    // of a text.
    let opens =
        markers[markers.len() - count..].iter().any(|it| matches!(it.class, Class::Open(_)));
    let stands_for_value = text[line.start..first.range.start].trim_end().ends_with([':', '-']);
    if opens && !stands_for_value { 0 } else { count }
}

fn step(marker: &Marker) -> i32 {
    match marker.class {
        Class::Open(_) => 1,
        Class::Close => -1,
        _ => 0,
    }
}

fn depth(markers: &[Marker]) -> i32 {
    markers.iter().map(step).sum()
}

/// What is opened is closed, and alternatives belong to it.
fn is_balanced(markers: &[Marker]) -> bool {
    let mut depth = 0;
    let fine = |marker: &Marker| {
        depth += step(marker);
        depth > 0 || depth == 0 && !matches!(marker.class, Class::Next { .. })
    };
    let fine = markers.iter().all(fine);
    fine && depth == 0
}

/// A key or a dash stands there.
fn is_structure(content: &str, data: &[Marker], start: usize) -> bool {
    let mut bytes = content.as_bytes().to_vec();
    for marker in data {
        bytes[marker.range.start - start..marker.range.end - start].fill(b'x');
    }
    let masked = String::from_utf8_lossy(&bytes);
    let masked = masked.trim();
    masked.starts_with("- ") || masked.ends_with(':') || masked.contains(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the YAML parser gets.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parsed = prepare(text).map_or(text.to_owned(), |prepared| prepared.parsed);
        assert_eq!(parsed, expected, "{text}");
    }

    #[test]
    fn lengths_stay_where_text_is_written() {
        check("a: {{ b }}\n", "a: xxxxxxx\n");
        check("a: [${A}, ${B}]\n", "a: [xxxx, xxxx]\n");
        check("{{ all }}\nb: 1\n", "#xxxxxxxx\nb: 1\n");
        check("a: |\n  b\n${C}\n  d\n", "a: |\n  b\n  #xxx\n  d\n");
        check("a:\n  b: |-\n${C}\n    d\n", "a:\n  b: |-\n   #xxx\n    d\n");
        check("  {{ a }} {{ b }}\n", "  #xxxxxxxxxxxxxx\n");
        check("a: {b: {c: 1}}\n", "a: {b: {c: 1}}\n");
        check("a: {{é}}\n", "a: xxxxxx\n");
        check("a: {{ b\n | c }}\n", "a: xxxxxxxxxxxx\n");
    }

    #[test]
    fn lines_of_statements_are_gone() {
        check("{% if x %}\na: 1\n{% else %}\r\nb: 2\r\n{% endif %}", "a: 1\nb: 2\r\n");
        check("a: |\n  b\n%{ if x ~}\n  c\n%{ endif ~}\n", "a: |\n  b\n  c\n");
        check("{% set a = [\n  1,\n] %}\nb: 1\n", "b: 1\n");
        check("{% if a\n   or b %}\nc: 1\n{% endif %}\n", "c: 1\n");
        check("{%- if a -%} {# why #}\nc: 1\n  {%- endif %}\n", "c: 1\n");
        check("<% if a -%>\nc: <%= b %>\n<% end %>\n", "c: xxxxxxxx\n");
        check("{% raw %}\na: '{{ b }}'\n{% endraw %}\n", "a: 'xxxxxxx'\n");
    }

    #[test]
    fn comments_are_gone() {
        check("{# a\nb: {{ c }} #}\nd: 1 {# e #}\n", "d: 1 \n");
        check("{{/* a */}}\nd: {{- /* e */}} 1\n", "d:  1\n");
        check("# {% if a %} b\n# {% endif %}\n", "# xxxxxxxxxx b\n# xxxxxxxxxxx\n");
    }

    #[test]
    fn statements_around_a_line() {
        check("%{ if x != \"\" }server: ${x}%{ endif }\n", "server: xxxx\n");
        check("  {% for a in b %}- {{ a }}{% endfor %}\n", "  - xxxxxxx\n");
        check("a: {% for b in c %}\n- {{ b }}\n{% endfor %}\n", "a: \n- xxxxxxx\n");
        check("{% if a %}b: 1\n{% endif %}\n", "b: 1\n");
        check(
            "{% if a %}b: '{% if c %}d{% endif %}'{% endif %}\n",
            "b: 'xxxxxxxxxxdxxxxxxxxxxx'\n",
        );
    }

    #[test]
    fn statements_in_a_text_are_data() {
        check("a: b{% if c %}d{% endif %}\n", "a: bxxxxxxxxxxdxxxxxxxxxxx\n");
        check("a: {% if c %}d{% else %}e{% endif %}\n", "a: xxxxxxxxxxdxxxxxxxxxxexxxxxxxxxxx\n");
        check(
            "- \"{% for a in b %}{{ a }}{% endfor %}\"\n",
            "- \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n",
        );
    }

    #[test]
    fn a_line_with_alternatives_may_be_any() {
        let line = "{% if a %}b: 1{% else %}b: 2{% endif %}";
        check(&format!("{line}\nc: 1\n"), &format!("#{}\nc: 1\n", "x".repeat(line.len() - 1)));
        let line = "{% for a in b %}{{ a }},{% endfor %}";
        check(&format!("{line}\n"), &format!("#{}\n", "x".repeat(line.len() - 1)));
    }

    #[test]
    fn places_stay() {
        let text = "{% if a %}\nb: 1\n{% endif %}\n{% if c %}d: 2{% endif %}\n";
        let prepared = prepare(text).expect("markers");
        let at = |word: &str| {
            let start = prepared.kept.find(word).expect("the word");
            prepared.map.outer(start, start + word.len())
        };
        for word in ["b: 1", "d: 2"] {
            let start = text.find(word).expect("the word");
            assert_eq!(at(word), (start, start + word.len()));
        }
    }
}
