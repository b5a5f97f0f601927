//! From a text to a YAML scalar that means it, in any style, with the place
//! of each byte.
//!
//! Written against the YAML specification and not against `rke2lint::yaml`,
//! with which it shares no code: it is what that is compared with.

use arbtest::arbitrary::{Result, Unstructured};
use rke2lint::yaml::Style;
use std::ops::Range;

/// The text of a file in the making, and the randomness it is made of.
pub(crate) struct Writer<'u, 'b> {
    pub random: &'u mut Unstructured<'b>,
    pub out: String,
    /// Line breaks to choose from.
    pub breaks: &'static [&'static str],
    /// From `#` to the end of the line.
    pub comments: Vec<Range<usize>>,
}

/// Where a scalar stands, which decides how it may be written.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The column of the collection around it; -1 at the top.
    pub parent: isize,
    pub flow: bool,
    /// A key, or part of one: nothing may go on in a further line.
    pub one_line: bool,
    /// Further lines may stand left of `parent`.
    pub leftmost: bool,
}

/// A scalar as it was written.
pub(crate) struct Written {
    /// From its quote or block indicator to its last character.
    pub span: Range<usize>,
    /// For each byte of the text, what it stands for in the file.
    pub map: Vec<Range<usize>>,
}

impl Writer<'_, '_> {
    pub(crate) fn up_to(&mut self, most: usize) -> Result<usize> {
        self.random.int_in_range(0..=most)
    }

    /// True once in `n` times; never if the randomness has run out.
    pub(crate) fn once_in(&mut self, n: usize) -> Result<bool> {
        Ok(self.up_to(n - 1)? == n - 1 && n > 1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> Result<T> {
        Ok(all[self.up_to(all.len() - 1)?])
    }

    pub(crate) fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    pub(crate) fn line_break(&mut self) -> Result<()> {
        let text = self.pick(self.breaks)?;
        self.out.push_str(text);
        Ok(())
    }

    fn blanks(&mut self) -> Result<()> {
        let text = self.pick(&["", "", "", " ", "   ", "\t", " \t "])?;
        self.out.push_str(text);
        Ok(())
    }

    /// A comment, at least one blank behind what it follows.
    pub(crate) fn comment(&mut self) -> Result<()> {
        let text = self.pick(&["#", "# c", "#é: \"x", "# - a: [☕", "## '𐐷' "])?;
        let start = self.out.len();
        self.out.push_str(text);
        self.comments.push(start..self.out.len());
        Ok(())
    }

    /// Writes `text` in `style`; `None`, and nothing written, if that can't be.
    pub(crate) fn scalar(
        &mut self,
        text: &str,
        style: Style,
        place: Place,
    ) -> Result<Option<Written>> {
        if !fits(text, style, place) {
            return Ok(None);
        }
        match style {
            Style::Literal | Style::Folded => self.block(text, style == Style::Folded, place),
            _ => self.quoted_or_plain(text, style, place),
        }
        .map(Some)
    }

    /// `breaks` ends of lines, and the indentation of the next.
    fn gap(&mut self, breaks: usize, place: Place) -> Result<Range<usize>> {
        let start = self.out.len();
        self.blanks()?;
        for at in 0..breaks {
            if at > 0 {
                // A tab on a line of its own is an error to yaml.v2.
                let blank = self.pick(&["", "", " ", "   "])?;
                self.out.push_str(blank);
            }
            self.line_break()?;
        }
        let least = (place.parent + 1).max(1) as usize;
        let least = if place.leftmost && self.once_in(8)? { 0 } else { least };
        let indent = least + self.up_to(3)?;
        self.spaces(indent);
        Ok(start..self.out.len())
    }

    fn quoted_or_plain(&mut self, text: &str, style: Style, place: Place) -> Result<Written> {
        // Quoted text may stand further left than YAML 1.2 has it, but for what
        // would be a marker there.
        let markers = text.contains("---") || text.contains("...");
        let leftmost = style != Style::Plain && !place.flow && !markers;
        let place = Place { leftmost, ..place };
        let start = self.out.len();
        let quote = match style {
            Style::SingleQuoted => "'",
            Style::DoubleQuoted => "\"",
            _ => "",
        };
        self.out.push_str(quote);
        let mut map = Vec::new();
        let chars: Vec<char> = text.chars().collect();
        let dense = |at: Option<&char>| at.is_none_or(|c| !matches!(c, ' ' | '\t' | '\n'));
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let before = at.checked_sub(1).map(|before| &chars[before]);
            let run = chars[at..].iter().take_while(|next| **next == c).count();
            let alone = dense(before) && dense(chars.get(at + run));
            let inside = before.is_some() && at + run < chars.len();
            let folds = !place.one_line && (style != Style::DoubleQuoted || !self.once_in(3)?);
            if c == '\n'
                && (style != Style::DoubleQuoted || folds && alone && before != Some(&'\n'))
            {
                let gap = self.gap(run + 1, place)?;
                map.extend(std::iter::repeat_n(gap, run));
                at += run;
                continue;
            }
            if c == ' ' && run == 1 && alone && inside && folds && self.once_in(4)? {
                let gap = self.gap(1, place)?;
                map.push(gap);
                at += 1;
                continue;
            }
            if style == Style::DoubleQuoted && folds && dense(Some(&c)) && self.once_in(12)? {
                self.out.push('\\');
                self.line_break()?;
                let indent = (place.parent + 1).max(1) as usize + self.up_to(2)?;
                self.spaces(indent);
            }
            let from = self.out.len();
            match style {
                Style::SingleQuoted if c == '\'' => self.out.push_str("''"),
                Style::DoubleQuoted => self.double_quoted(c)?,
                _ => self.out.push(c),
            }
            // A copied character's bytes are places of their own.
            let copied = self.out[from..].len() == c.len_utf8();
            for byte in 0..c.len_utf8() {
                map.push(match copied {
                    true => from + byte..from + byte + 1,
                    false => from..self.out.len(),
                });
            }
            at += 1;
        }
        self.out.push_str(quote);
        Ok(Written { span: start..self.out.len(), map })
    }

    fn double_quoted(&mut self, c: char) -> Result<()> {
        let must =
            matches!(c, '"' | '\\') || c.is_control() || matches!(c, '\u{2028}' | '\u{feff}');
        if !must && !self.once_in(10)? {
            self.out.push(c);
            return Ok(());
        }
        let short = match c {
            '\0' => "\\0",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\u{1b}' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '/' => "\\/",
            ' ' => "\\ ",
            '\u{85}' => "\\N",
            '\u{a0}' => "\\_",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            _ => "",
        };
        let code = u32::from(c);
        let mut pair = [0; 2];
        let text = match self.up_to(4)? {
            0 | 1 if !short.is_empty() => short.to_owned(),
            2 if code < 0x100 => format!("\\x{code:02X}"),
            3 if code < 0x10000 => format!("\\u{code:04x}"),
            // As JSON has it; libyaml and its children don't.
            3 => c.encode_utf16(&mut pair).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
            _ => format!("\\U{code:08X}"),
        };
        self.out.push_str(&text);
        Ok(())
    }

    fn block(&mut self, text: &str, folded: bool, place: Place) -> Result<Written> {
        let start = self.out.len();
        let body = text.trim_end_matches('\n');
        let trailing = text.len() - body.len();
        let least = place.parent + 1;
        let indent = least.max(1) as usize + self.up_to(3)?;
        let first = body.trim_start_matches('\n');
        let mut flags = Vec::new();
        if first.starts_with([' ', '\t']) || self.once_in(4)? {
            let relative = indent - place.parent.max(0) as usize;
            flags.push(relative.to_string());
        }
        let (keep, extra) = match (body.is_empty(), trailing) {
            (_, 0) if body.is_empty() => (self.pick(&["", "-"])?, self.up_to(2)?),
            (_, 0) => ("-", self.up_to(2)?),
            (false, 1) => match self.once_in(3)? {
                true => ("+", 0),
                false => ("", self.up_to(2)?),
            },
            _ => ("+", 0),
        };
        flags.push(keep.to_owned());
        if self.once_in(2)? {
            flags.reverse();
        }
        self.out.push_str(if folded { ">" } else { "|" });
        self.out.push_str(&flags.concat());
        let mut end = self.out.len();
        if self.once_in(6)? {
            self.out.push(' ');
            self.comment()?;
        }
        self.line_break()?;

        let mut map = Vec::new();
        let mut at = 0;
        let mut last_blank = true;
        while at < body.len() {
            let breaks = body[at..].len() - body[at..].trim_start_matches('\n').len();
            let line = body[at + breaks..].split('\n').next().unwrap_or("");
            let blank = line.starts_with([' ', '\t']);
            let more = usize::from(folded && at > 0 && !last_blank && !blank);
            let from = self.out.len();
            // The break of the line before is already written.
            for _ in 0..(breaks + more).saturating_sub(usize::from(at > 0)) {
                self.blank_line(indent)?;
            }
            map.extend(std::iter::repeat_n(from..self.out.len(), breaks));
            self.spaces(indent);
            end = self.block_line(line, folded && !blank, indent, &mut map)?;
            self.line_break()?;
            last_blank = blank;
            at += breaks + line.len();
        }
        let written = trailing.saturating_sub(usize::from(!body.is_empty()));
        for _ in 0..written + extra {
            self.blank_line(indent)?;
        }
        map.extend(std::iter::repeat_n(end..end, trailing));
        Ok(Written { span: start..end, map })
    }

    fn blank_line(&mut self, indent: usize) -> Result<()> {
        let spaces = match self.once_in(3)? {
            true => self.up_to(indent)?,
            false => 0,
        };
        self.spaces(spaces);
        self.line_break()
    }

    /// Returns the end of its last character that isn't blank.
    fn block_line(
        &mut self,
        line: &str,
        folds: bool,
        indent: usize,
        map: &mut Vec<Range<usize>>,
    ) -> Result<usize> {
        let mut end = self.out.len();
        let chars: Vec<char> = line.chars().collect();
        for (at, c) in chars.iter().enumerate() {
            let dense = |c: Option<&char>| c.is_some_and(|c| !matches!(c, ' ' | '\t'));
            let alone = at > 0 && dense(chars.get(at - 1)) && dense(chars.get(at + 1));
            let from = self.out.len();
            if *c == ' ' && folds && alone && self.once_in(4)? {
                self.line_break()?;
                self.spaces(indent);
                map.push(from..self.out.len());
                continue;
            }
            self.out.push(*c);
            map.extend((from..self.out.len()).map(|byte| byte..byte + 1));
            if !matches!(c, ' ' | '\t') {
                end = self.out.len();
            }
        }
        Ok(end)
    }
}

/// Whether a style can say `text` there.
fn fits(text: &str, style: Style, place: Place) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    // Blanks beside a line break are lost; a break at an edge isn't.
    let firm = lines.len() == 1
        || lines.iter().all(|line| !line.starts_with([' ', '\t']) && !line.ends_with([' ', '\t']));
    let controls = text.chars().any(|c| {
        c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
    });
    let one_line = !place.one_line || lines.len() == 1;
    match style {
        Style::DoubleQuoted => true,
        Style::SingleQuoted => firm && one_line && !controls,
        Style::Plain => firm && one_line && !controls && fits_plain(text, place.flow),
        Style::Literal | Style::Folded => {
            let body = text.trim_matches('\n');
            let blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
            let hollow = blank(body.split('\n').next()) || blank(body.rsplit('\n').next());
            let tab = body.starts_with('\t');
            !place.flow && !place.one_line && !controls && !tab && (body.is_empty() || !hollow)
        }
    }
}

fn fits_plain(text: &str, flow: bool) -> bool {
    let mut chars = text.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return false };
    let edges = text.trim_matches([' ', '\t', '\n']) == text;
    let marker = text.starts_with("---") || text.starts_with("...");
    let starts = match first {
        '-' | '?' | ':' => {
            second.is_some_and(|c| !(c.is_whitespace() || flow && ",[]{}".contains(c)))
        }
        _ => !",[]{}#&*!|>'\"%@`".contains(first),
    };
    let colon = text.ends_with(':') || [": ", ":\t", ":\n"].iter().any(|s| text.contains(s));
    let comment = [" #", "\t#", "\n#"].iter().any(|s| text.contains(s));
    let flow_fits = !flow || !text.contains([',', '[', ']', '{', '}', '?', ':']);
    edges && starts && !marker && !colon && !comment && flow_fits
}
