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
/// with underscores between them. An error is what the flag library prints.
pub fn parse_int(text: &str) -> Result<i64, &'static str> {
    let (radix, digits) = digits(text).ok_or("parse error")?;
    let value = i128::from_str_radix(&digits, radix).ok();
    let signed = value.map(|value| if text.starts_with('-') { -value } else { value });
    signed.and_then(|value| i64::try_from(value).ok()).ok_or("value out of range")
}

/// The radix of an integer and its digits.
fn digits(text: &str) -> Option<(u32, String)> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
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
    (!body.is_empty() && body.chars().all(|digit| digit.is_digit(radix))).then_some((radix, body))
}

/// `time.ParseDuration`, in nanoseconds: `5m`, `1h30m`, `1.5s`; `0` alone
/// needs no unit.
pub fn parse_duration(text: &str) -> Option<i64> {
    const LIMIT: u128 = 1 << 63;
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    let mut total: u128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (whole, tail) = leading_digits(rest);
        let (fraction, tail) = match tail.strip_prefix('.') {
            Some(tail) => leading_digits(tail),
            None => ("", tail),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (_, unit) = UNITS.iter().find(|(unit, _)| *unit == &tail[..end])?;
        let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        total += Some(whole).filter(|whole| *whole <= LIMIT)? * unit;
        // As many digits as an integer holds.
        let fraction = &fraction[..fraction.len().min(18)];
        let scale = 10f64.powi(fraction.len() as i32);
        let fraction: u64 = fraction.parse().unwrap_or(0);
        total += (fraction as f64 * (*unit as f64 / scale)) as u128;
        if total > LIMIT {
            return None;
        }
        rest = &tail[end..];
    }
    let total = total as i128;
    i64::try_from(if text.starts_with('-') { -total } else { total }).ok()
}

fn leading_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// `strconv.Quote`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            _ if c != ' ' && c.is_whitespace() || c.is_control() || c == '\u{feff}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(parse_int("5"), Ok(5));
        assert_eq!(parse_int("-0x1F"), Ok(-31));
        assert_eq!(parse_int("010"), Ok(8));
        assert_eq!(parse_int("0_1"), Ok(1));
        assert_eq!(parse_int("0x_f"), Ok(15));
        assert_eq!(parse_int("1_000"), Ok(1000));
        assert_eq!(parse_int("-9223372036854775808"), Ok(i64::MIN));
        for bad in ["", "five", "1.5", "08", "_1", "1__0", "1_", "0x", " 1", "-", "--1"] {
            assert_eq!(parse_int(bad), Err("parse error"), "{bad}");
        }
        assert_eq!(parse_int("9223372036854775808"), Err("value out of range"));
    }

    #[test]
    fn quotes() {
        assert_eq!(quote("a"), r#""a""#);
        assert_eq!(quote("C:\\x \"y\"\t漢"), r#""C:\\x \"y\"\t漢""#);
        assert_eq!(quote("\u{1b}\u{a0}"), r#""\x1b\u00a0""#);
    }

    #[test]
    fn durations() {
        assert_eq!(parse_duration("5m"), Some(300_000_000_000));
        assert_eq!(parse_duration("1h30m"), Some(5_400_000_000_000));
        assert_eq!(parse_duration("1.5s"), Some(1_500_000_000));
        assert_eq!(parse_duration("-2ms"), Some(-2_000_000));
        assert_eq!(parse_duration("0"), Some(0));
        assert_eq!(parse_duration("-9223372036854775808ns"), Some(i64::MIN));
        assert_eq!(parse_duration("2562047h47m16.854775807s"), Some(i64::MAX));
        assert_eq!(parse_duration("2562047h47m16.854775808s"), None);
        for bad in ["", "5", "m", "5 m", "1d", ".s", "5m3", "1h-5m", "9223372036854775808ns"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }
}
