//! The fingerprint by which GitHub knows an alert again: a hash of the text
//! that follows the start of a line.
//!
//! Source: github/codeql-action v4.36.2 `src/fingerprints.ts`, `hash`.

use std::collections::HashMap;

/// How many characters are hashed.
const WINDOW: usize = 100;
const BASE: u64 = 37;
/// What stands for the end of the file.
const END: u16 = 65535;

/// A hash for each line, in their order: hexadecimal digits, and behind a colon
/// how often the same were met so far. A carriage return alone ends a line, too.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let mut units = Vec::new();
    let mut starts = Vec::new();
    let mut is_start = true;
    let mut previous = 0;
    for unit in text.encode_utf16().chain([END]) {
        let is_second = previous == u16::from(b'\r') && unit == u16::from(b'\n');
        previous = unit;
        if is_second || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        let unit = if unit == u16::from(b'\r') { u16::from(b'\n') } else { unit };
        if is_start {
            starts.push(units.len());
        }
        is_start = unit == u16::from(b'\n');
        units.push(unit);
    }
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut hash = |start: usize| {
        let window = units[start..].iter().copied().chain(std::iter::repeat(0)).take(WINDOW);
        let hash =
            window.fold(0_u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)));
        let count = seen.entry(hash).or_insert(0);
        *count += 1;
        format!("{hash:x}:{count}")
    };
    starts.into_iter().map(&mut hash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures are those of the action's own tests, `fingerprints.test.ts`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(line_hashes(text), expected, "{text:?}");
    }

    #[test]
    fn short_files() {
        check("", &["c129715d7a2bc9a3:1"]);
        let expected =
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        check(" a\nb\n  \t\tc\n d", &expected);
    }

    #[test]
    fn all_line_breaks_are_the_same() {
        let expected = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        check(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", &expected);
        check(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", &expected);
        check(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", &expected);
        check(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", &expected);
    }

    #[test]
    fn equal_ones_are_counted() {
        let expected = [
            "a7f2ff13bc495cf2:1",
            "a7f2ff13bc495cf2:2",
            "a7f2ff13bc495cf2:3",
            "a7f2ff13bc495cf2:4",
            "a7f2ff13bc495cf2:5",
            "a7f2ff13bc495cf2:6",
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ];
        check(&"Lorem ipsum dolor sit amet.\n".repeat(10), &expected);
    }
}
