//! From offsets in a decoded string to offsets in the file on disk.
//!
//! Maps compose, so a string in a string in a file still has exact places.

/// One stretch of decoded text and where it lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    /// Where it begins in the decoded text.
    decoded: u32,
    /// Where it lies in the source: half-open.
    start: u32,
    end: u32,
    /// Byte for byte the same; otherwise (an escape, a folded line break) the
    /// whole stretch stands for the whole source range.
    copy: bool,
}

/// Sorted by `decoded`, without gaps; the first is at 0.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct SpanMap {
    segments: Vec<Segment>,
    /// Length of the decoded text.
    len: u32,
}

impl SpanMap {
    /// Text that lies in the source as it is, from `start` on.
    pub(super) fn identity(start: usize, len: usize) -> SpanMap {
        let mut map = SpanMap::default();
        map.push(len, start, start + len, true);
        map
    }

    /// Adds `len` bytes of decoded text that lie at `start..end`.
    pub(super) fn push(&mut self, len: usize, start: usize, end: usize, copy: bool) {
        if len == 0 && !self.segments.is_empty() {
            return;
        }
        let (start, end) = (start as u32, end as u32);
        match self.segments.last_mut() {
            Some(last) if copy && last.copy && last.end == start => last.end = end,
            _ => self.segments.push(Segment { decoded: self.len, start, end, copy }),
        }
        self.len += len as u32;
    }

    /// Adds what maps text behind its own.
    pub(super) fn append(&mut self, other: &SpanMap) {
        for (index, segment) in other.segments.iter().enumerate() {
            let next = other.segments.get(index + 1).map_or(other.len, |next| next.decoded);
            let len = (next - segment.decoded) as usize;
            self.push(len, segment.start as usize, segment.end as usize, segment.copy);
        }
    }

    fn index(&self, at: usize) -> usize {
        self.segments.partition_point(|segment| segment.decoded as usize <= at).saturating_sub(1)
    }

    fn start_of(&self, at: usize) -> usize {
        let Some(segment) = self.segments.get(self.index(at)) else { return 0 };
        match segment.copy {
            true => segment.start as usize + (at - segment.decoded as usize),
            false => segment.start as usize,
        }
    }

    /// The source range of a decoded range.
    pub(super) fn outer(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.start_of(start);
        if end <= start {
            // An empty value lies behind what stands before it.
            let at = if start == 0 { first } else { self.outer(start - 1, start).1 };
            return (at, at);
        }
        // An end is mapped with the byte before it, or the end of a line would
        // land in the indentation of the next.
        let Some(last) = self.segments.get(self.index(end - 1)) else { return (first, first) };
        let last = match last.copy {
            true => last.start as usize + (end - last.decoded as usize),
            false => last.end as usize,
        };
        (first, last.max(first))
    }

    /// The map of a text decoded from text that `outer` maps.
    pub(super) fn through(&self, outer: &SpanMap) -> SpanMap {
        let mut composed = SpanMap::default();
        for (index, segment) in self.segments.iter().enumerate() {
            let next = self.segments.get(index + 1).map_or(self.len, |next| next.decoded);
            let len = (next - segment.decoded) as usize;
            let (mut at, end) = (segment.start as usize, segment.end as usize);
            if !segment.copy {
                let (start, end) = outer.outer(at, end);
                composed.push(len, start, end, false);
                continue;
            }
            // A copied stretch may run over several stretches of the outer map.
            if at == end {
                let (start, _) = outer.outer(at, at);
                composed.push(0, start, start, true);
            }
            while at < end {
                let index = outer.index(at);
                let limit = outer.segments.get(index + 1).map_or(outer.len, |next| next.decoded);
                let stop = end.min((limit as usize).max(at + 1));
                let (start, source_end) = outer.outer(at, stop);
                let copy = outer.segments.get(index).is_none_or(|segment| segment.copy);
                composed.push(stop - at, start, source_end, copy);
                at = stop;
            }
        }
        composed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_stays_on_its_line() {
        let mut map = SpanMap::default();
        map.push(3, 10, 13, true);
        map.push(1, 13, 14, false);
        map.push(3, 18, 21, true);
        assert_eq!(map.outer(0, 3), (10, 13));
        assert_eq!(map.outer(4, 7), (18, 21));
        assert_eq!(map.outer(2, 5), (12, 19));
    }

    #[test]
    fn maps_compose_over_the_seams_of_the_outer_one() {
        let mut outer = SpanMap::default();
        outer.push(4, 10, 14, true);
        outer.push(4, 20, 24, true);
        let inner = SpanMap::identity(2, 5).through(&outer);
        assert_eq!(inner.outer(0, 2), (12, 14));
        assert_eq!(inner.outer(2, 5), (20, 23));
    }
}
