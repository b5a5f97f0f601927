//! What Go's `strconv` and `time` make of the text of an argument.
//!
//! Source: Go `src/strconv/atob.go`, `src/strconv/atoi.go` and
//! `src/time/format.go`; the flag library of every RKE2 calls them.

/// `strconv.ParseBool`.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// `strconv.ParseInt` with base 0: `0x1f`, `0b1`, `0o17`, `017` and digits
/// with underscores between them.
pub fn parse_int(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = digits.get(..2).map(str::to_ascii_lowercase);
    let (radix, body) = match prefix.as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some(_) if digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    // An underscore stands between digits, or behind the prefix.
    let prefixed = body.len() < digits.len();
    let first = if prefixed { "0" } else { "" };
    let spaced = format!("{first}{body}");
    if spaced.starts_with('_') || spaced.ends_with('_') || spaced.contains("__") {
        return None;
    }
    let body = body.replace('_', "");
    if !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i128::from_str_radix(&body, radix).ok()?;
    i64::try_from(sign * value).ok()
}

/// `time.ParseDuration`, in nanoseconds: `5m`, `1h30m`, `1.5s`; `0` alone
/// needs no unit.
pub fn parse_duration(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: f64 = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let number: f64 = if number == "." { None } else { number.parse().ok() }?;
        let (unit, nanoseconds) = UNITS.iter().find(|(unit, _)| tail.starts_with(unit))?;
        total += number * nanoseconds;
        rest = &tail[unit.len()..];
    }
    let limit = i64::MAX as f64;
    (total <= limit).then_some(sign * total as i128)
}

/// Longer ones first, where one begins with another.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(parse_int("5"), Some(5));
        assert_eq!(parse_int("-0x1F"), Some(-31));
        assert_eq!(parse_int("010"), Some(8));
        assert_eq!(parse_int("0_1"), Some(1));
        assert_eq!(parse_int("0x_f"), Some(15));
        assert_eq!(parse_int("1_000"), Some(1000));
        for bad in ["", "five", "1.5", "08", "_1", "1__0", "1_", "0x", " 1", "9223372036854775808"]
        {
            assert_eq!(parse_int(bad), None, "{bad}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(parse_duration("5m"), Some(300_000_000_000));
        assert_eq!(parse_duration("1h30m"), Some(5_400_000_000_000));
        assert_eq!(parse_duration("1.5s"), Some(1_500_000_000));
        assert_eq!(parse_duration("-2ms"), Some(-2_000_000));
        assert_eq!(parse_duration("0"), Some(0));
        for bad in ["", "5", "m", "5 m", "1d", ".s", "5m3"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }
}
