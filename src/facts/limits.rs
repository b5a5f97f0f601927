//! What a schema asks of a value beyond its type: `min=1 max=9999`, or
//! `pattern=^a+$` at the end.

use regex_automata::{meta::Regex, util::syntax};

/// What a value breaks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Broken {
    Min(&'static str),
    Max(&'static str),
    Pattern(&'static str),
}

/// The limit that a number breaks.
pub fn by_number(limits: &'static str, value: f64) -> Option<Broken> {
    let beyond = |limit: &&str, below: bool| {
        limit.parse().is_ok_and(|limit: f64| if below { value < limit } else { value > limit })
    };
    let min = number(limits, "min=").filter(|min| beyond(min, true)).map(Broken::Min);
    min.or_else(|| number(limits, "max=").filter(|max| beyond(max, false)).map(Broken::Max))
}

/// The pattern that a text doesn't match, if it is one that we can read.
pub fn by_text(limits: &'static str, value: &str) -> Option<Broken> {
    let (_, pattern) = limits.split_once("pattern=")?;
    // As Go's `regexp`, whose classes are of ASCII, and whose patterns match
    // anywhere.
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let regex = Regex::builder().syntax(syntax).build(pattern).ok()?;
    (!regex.is_match(value)).then_some(Broken::Pattern(pattern))
}

/// The texts that a pattern such as `^(?i)(Drop|Accept)?$` lists; none if it
/// is of another form.
pub fn listed(limits: &'static str) -> Vec<&'static str> {
    let pattern = limits.split_once("pattern=^(?i)(").map_or("", |(_, pattern)| pattern);
    let words = pattern.strip_suffix(")?$").unwrap_or("").split('|');
    let plain = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let found: Vec<&str> = words.clone().filter(plain).collect();
    if found.len() == words.count() { found } else { Vec::new() }
}

fn number(limits: &'static str, name: &str) -> Option<&'static str> {
    let (numbers, _) = limits.split_once("pattern=").unwrap_or((limits, ""));
    numbers.split(' ').find_map(|limit| limit.strip_prefix(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(by_number("min=0 max=9999", -1.0), Some(Broken::Min("0")));
        assert_eq!(by_number("min=0 max=9999", 10000.0), Some(Broken::Max("9999")));
        assert_eq!(by_number("min=0 max=9999", 9999.0), None);
        assert_eq!(by_number("pattern=^min=9$", 1.0), None);
    }

    #[track_caller]
    fn check(pattern: &'static str, value: &str, matches: bool) {
        assert_eq!(by_text(pattern, value).is_none(), matches, "{pattern} {value}");
    }

    #[test]
    fn patterns_of_go() {
        check("pattern=^(?i)(Drop|Accept|Return)?$", "drop", true);
        check("pattern=^(?i)(Drop|Accept|Return)?$", "", true);
        check("pattern=^(?i)(Drop|Accept|Return)?$", "DROPS", false);
        check(r"pattern=^[1-9]\d{0,3}/(?:second|minute|hour|day)$", "10/minute", true);
        check(r"pattern=^[1-9]\d{0,3}/(?:second|minute|hour|day)$", "0/minute", false);
        check("pattern=^.*", "anything", true);
        check("pattern=(", "not read", true);
    }

    #[test]
    fn lists_of_words() {
        assert_eq!(listed("pattern=^(?i)(Drop|Accept)?$"), ["Drop", "Accept"]);
        assert!(listed("pattern=^([0-9]+(ms|s|m|h))*$").is_empty());
        assert!(listed("min=1").is_empty());
    }
}
