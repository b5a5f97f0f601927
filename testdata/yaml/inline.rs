//! Nodes within a line: keys, scalars, strings that are documents, flow
//! collections.

use super::*;

impl Maker<'_, '_> {
    pub(super) fn key(&mut self, place: Place) -> Result<Tree> {
        if !self.anchors.is_empty() && self.writer.once_in(12)? {
            let key = self.alias()?;
            self.writer.out.push(' ');
            return Ok(key);
        }
        let anchor = self.properties(true)?;
        let word =
            self.writer.pick(&["a", "é", "k b", "☕", "x𐐷y", "it's", "\"q\"", "[z]", "p, q"])?;
        // Mostly without duplicates, which other parsers refuse.
        self.keys += 1;
        let text = match self.writer.once_in(20)? {
            true => word.to_owned(),
            false => format!("{word}{}", self.keys),
        };
        let styles = [Style::Plain, Style::Plain, Style::SingleQuoted, Style::DoubleQuoted];
        let style = self.writer.pick(&styles)?;
        let node = self.written(&text, &[style, Style::DoubleQuoted], place, None)?;
        self.remember(anchor, &node);
        Ok(node)
    }

    pub(super) fn plain_word(&mut self) -> Result<Tree> {
        let text = self.writer.pick(&["1", "é", "10.0.0.0/8,fd00::/8", "a b", "☕:𐐷"])?;
        let place = place(-1, false, true);
        self.written(text, &[Style::Plain], place, None)
    }

    pub(super) fn scalar(&mut self, place: Place) -> Result<Tree> {
        let text = self.text(!place.one_line)?;
        let styles = [Style::Plain, Style::SingleQuoted, Style::DoubleQuoted];
        let style = self.writer.pick(&styles)?;
        let anchor = self.properties(true)?;
        let node = self.written(&text, &[style, Style::DoubleQuoted], place, None)?;
        self.remember(anchor, &node);
        Ok(node)
    }

    pub(super) fn block_scalar(&mut self, parent: isize) -> Result<Tree> {
        let mut text = self.text(true)?;
        let end = self.writer.pick(&["\n", "\n", "", "\n\n", "\n\n\n"])?;
        text = format!("{}{end}", text.trim_end_matches('\n'));
        let style = self.writer.pick(&[Style::Literal, Style::Folded])?;
        let place = place(parent, false, false);
        let anchor = self.properties(true)?;
        let node = self.written(&text, &[style, Style::DoubleQuoted], place, None)?;
        self.remember(anchor, &node);
        Ok(node)
    }

    /// A string that is a document.
    pub(super) fn embedded(&mut self, parent: isize) -> Result<Tree> {
        let flat = self.writer.once_in(3)?;
        let depth = self.shape.depth.min(2);
        let shape = Shape { depth, embedded: self.shape.embedded - 1, flat };
        let inner = stream(self.writer.random, shape, true)?;
        let style = self.writer.pick(&[
            Style::Literal,
            Style::Folded,
            Style::DoubleQuoted,
            Style::SingleQuoted,
            Style::Plain,
        ])?;
        let place = place(parent, false, false);
        let text = inner.text.clone();
        let styles = [style, Style::SingleQuoted, Style::DoubleQuoted];
        self.written(&text, &styles, place, Some(inner))
    }

    /// `text` in the first of the styles that can say it.
    pub(super) fn written(
        &mut self,
        text: &str,
        styles: &[Style],
        place: Place,
        inner: Option<Stream>,
    ) -> Result<Tree> {
        for style in styles {
            let Some(Written { span, map }) = self.writer.scalar(text, *style, place)? else {
                continue;
            };
            self.ended = matches!(style, Style::Literal | Style::Folded);
            let text = text.to_owned();
            return Ok(Tree::Scalar(Rc::new(Scalar { span, style: *style, text, map, inner })));
        }
        unreachable!("the last style can say everything: {text:?}")
    }

    pub(super) fn text(&mut self, lines: bool) -> Result<String> {
        let mut text = String::new();
        for number in 0..=self.writer.up_to(4)? {
            if number > 0 {
                let within = [" ", " ", ",", ", ", "  ", "\t"];
                let between = ["\n", "\n\n", "\n  ", " \n", "\n\n\n"];
                let gap = match lines && self.writer.once_in(3)? {
                    true => self.writer.pick(&between)?,
                    false => self.writer.pick(&within)?,
                };
                text.push_str(gap);
            }
            text.push_str(self.writer.pick(&WORDS)?);
        }
        if self.writer.once_in(12)? {
            let odd = ["", " ", "\u{7}", "\n", "  a", "a ", "\u{85}\u{a0}", "\u{2028}\r\0", "\n\n"];
            text.push_str(self.writer.pick(&odd)?);
        }
        Ok(text)
    }

    /// An anchor and a tag, with the blanks behind them or before them.
    pub(super) fn properties(&mut self, before: bool) -> Result<Option<String>> {
        let anchor = match self.writer.once_in(10)? {
            true => Some(self.writer.pick(&["x", "y1", "long-name_2"])?.to_owned()),
            false => None,
        };
        // Within the node, its name is the node itself.
        self.anchors.retain(|(name, _)| Some(name) != anchor.as_ref());
        let tag = self.writer.once_in(14)?;
        let mut parts = Vec::new();
        parts.extend(anchor.as_ref().map(|name| format!("&{name}")));
        // `!!str` would be wrong of a collection.
        let tags = if before { ["!!str", "!local"] } else { ["!a", "!<tag:b.example,2026:c>"] };
        if tag {
            parts.push(self.writer.pick(&tags)?.to_owned());
        }
        if self.writer.once_in(2)? {
            parts.reverse();
        }
        for part in parts {
            if !before {
                self.blanks()?;
            }
            self.writer.out.push_str(&part);
            if before {
                self.blanks()?;
            }
        }
        Ok(anchor)
    }

    pub(super) fn remember(&mut self, anchor: Option<String>, node: &Tree) {
        // One of that name within the node came later than the node's own.
        if let Some(anchor) = anchor
            && self.anchors.iter().all(|(name, _)| *name != anchor)
        {
            self.anchors.push((anchor, node.clone()));
        }
    }

    pub(super) fn alias(&mut self) -> Result<Tree> {
        let at = self.writer.up_to(self.anchors.len() - 1)?;
        let (name, node) = self.anchors[at].clone();
        let start = self.writer.out.len();
        self.writer.out.push_str(&format!("*{name}"));
        Ok(Tree::Alias(start..self.writer.out.len(), Box::new(node)))
    }

    pub(super) fn flow(&mut self, parent: isize) -> Result<Tree> {
        let anchor = self.properties(false)?;
        if anchor.is_some() || self.writer.out.ends_with(|c: char| !c.is_whitespace()) {
            self.blanks()?;
        }
        let start = self.writer.out.len();
        let node = match self.writer.once_in(2)? {
            true => {
                self.writer.out.push('{');
                let mut entries = Vec::new();
                self.flow_entries(parent, '}', |maker| {
                    entries.push(maker.flow_entry(parent)?);
                    Ok(())
                })?;
                Tree::Map(Some(start..self.writer.out.len()), Rc::new(entries))
            }
            false => {
                self.writer.out.push('[');
                let mut items = Vec::new();
                self.flow_entries(parent, ']', |maker| {
                    items.push(match maker.writer.once_in(8)? {
                        true => Tree::Map(None, Rc::new(vec![maker.flow_pair(parent)?])),
                        false => maker.flow_node(parent)?,
                    });
                    Ok(())
                })?;
                Tree::Seq(Some(start..self.writer.out.len()), Rc::new(items))
            }
        };
        self.remember(anchor, &node);
        Ok(node)
    }

    pub(super) fn flow_entries(
        &mut self,
        parent: isize,
        close: char,
        mut entry: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let count = self.writer.up_to(3)?;
        for number in 0..count {
            self.flow_space(parent)?;
            entry(self)?;
            self.flow_space(parent)?;
            if number + 1 < count || self.writer.once_in(8)? {
                self.writer.out.push(',');
            }
        }
        self.flow_space(parent)?;
        self.writer.out.push(close);
        Ok(())
    }

    /// Blanks, line breaks and comments between the tokens of a flow.
    pub(super) fn flow_space(&mut self, parent: isize) -> Result<()> {
        match self.writer.up_to(5)? {
            0..=2 => {}
            3 | 4 => self.blanks()?,
            _ if self.shape.flat => {}
            _ => {
                if self.writer.once_in(4)? {
                    self.blanks()?;
                    self.writer.comment()?;
                }
                self.writer.line_break()?;
                let indent = (parent + 1).max(1) as usize + self.writer.up_to(2)?;
                self.writer.spaces(indent);
            }
        }
        Ok(())
    }

    pub(super) fn flow_node(&mut self, parent: isize) -> Result<Tree> {
        let place = place(parent, true, self.shape.flat);
        match self.writer.up_to(5)? {
            4 if self.shape.depth > 0 => {
                self.shape.depth -= 1;
                let node = self.flow(parent);
                self.shape.depth += 1;
                node
            }
            5 if !self.anchors.is_empty() => {
                let node = self.alias()?;
                self.writer.out.push(' ');
                Ok(node)
            }
            _ => self.scalar(place),
        }
    }

    pub(super) fn flow_pair(&mut self, parent: isize) -> Result<(Tree, Tree)> {
        let key = self.key(place(parent, true, true))?;
        let quoted = matches!(&key, Tree::Scalar(key) if key.style != Style::Plain);
        self.writer.out.push(':');
        let at = self.writer.out.len();
        if !quoted || !self.writer.once_in(3)? {
            self.blanks()?;
        }
        if self.writer.once_in(8)? {
            self.blanks()?;
            return Ok((key, empty(at)));
        }
        Ok((key, self.flow_node(parent)?))
    }

    pub(super) fn flow_entry(&mut self, parent: isize) -> Result<(Tree, Tree)> {
        match self.writer.up_to(9)? {
            8 => {
                self.writer.out.push_str("? ");
                self.flow_pair(parent)
            }
            9 => {
                let key = self.key(place(parent, true, true))?;
                Ok((key, empty(self.writer.out.len())))
            }
            _ => self.flow_pair(parent),
        }
    }
}
