//! What Go's yaml.v2 makes of a scalar: `0644`, `yes`, `~`, `1_000`.
//!
//! RKE2 reads `config.yaml`, and the deploy controller and Helm read manifests
//! and values, with yaml.v2 or with a library built on it.
//!
//! Source: gopkg.in/yaml.v2 v2.4.0 `resolve.go`, pinned by every K3s since v1.21.

use super::Style;

#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    Null,
    Bool(bool),
    /// Up to the range of Go's `int64` and `uint64`.
    Int(i128),
    Float(f64),
    Text,
}

/// The tags by which yaml.v2 resolves a scalar, and all others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tag {
    None,
    Str,
    Null,
    Bool,
    Int,
    Float,
    Other,
}

pub(super) fn resolve(text: &str, style: Style, tag: Tag) -> Scalar {
    let value = plain(text);
    match (tag, &value) {
        (Tag::None, _) if style == Style::Plain => value,
        (Tag::Null, Scalar::Null)
        | (Tag::Bool, Scalar::Bool(_))
        | (Tag::Int, Scalar::Int(_))
        | (Tag::Float, Scalar::Float(_)) => value,
        (Tag::Float, Scalar::Int(value)) => Scalar::Float(*value as f64),
        // A tag that yaml.v2 doesn't know leaves text; for one that lies it
        // refuses the document.
        _ => Scalar::Text,
    }
}

/// What yaml.v2 says where a tag isn't that of its text.
pub(super) fn refusal(text: &str, tag: Tag) -> Option<String> {
    let value = plain(text);
    let asked = match tag {
        Tag::None | Tag::Str | Tag::Other => return None,
        Tag::Null => "null",
        Tag::Bool => "bool",
        Tag::Int => "int",
        Tag::Float => "float",
    };
    let is = match value {
        Scalar::Null => "null",
        Scalar::Bool(_) => "bool",
        Scalar::Int(value) if tag == Tag::Float && i64::try_from(value).is_ok() => "float",
        Scalar::Int(_) => "int",
        Scalar::Float(_) => "float",
        Scalar::Text => "str",
    };
    (is != asked).then(|| format!("cannot decode !!{is} `{text}` as a !!{asked}"))
}

fn plain(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        _ => number(text).unwrap_or(Scalar::Text),
    }
}

fn number(text: &str) -> Option<Scalar> {
    let first = text.bytes().next()?;
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    // With no digit before the point yaml.v2 leaves the underscores to
    // `strconv`, which wants digits around each.
    let between = |at: usize| {
        let before = text[..at].ends_with(|c: char| c.is_ascii_digit());
        before && text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
    };
    if first == b'.' && !text.match_indices('_').all(|(at, _)| between(at)) {
        return None;
    }
    let text = text.replace('_', "");
    // A sign behind `0b` gets by.
    let signed = || i64::from_str_radix(text.strip_prefix("0b")?, 2).ok();
    integer(&text)
        .or_else(|| float(&text))
        .or_else(|| signed().map(|value| Scalar::Int(value.into())))
}

/// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: a leading `0` means
/// octal.
fn integer(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = digits.get(..2).map(str::to_ascii_lowercase);
    let (digits, radix) = match prefix.as_deref() {
        Some("0x") => (&digits[2..], 16),
        Some("0b") => (&digits[2..], 2),
        Some("0o") => (&digits[2..], 8),
        Some(_) if digits.starts_with('0') => (&digits[1..], 8),
        _ => (digits, 10),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let value = sign * i128::from_str_radix(digits, radix).ok()?;
    let unsigned = !text.starts_with(['-', '+']);
    let range = i128::from(i64::MIN)..=i128::from(i64::MAX);
    let fits = range.contains(&value) || unsigned && u64::try_from(value).is_ok();
    fits.then_some(Scalar::Int(value))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, finite.
fn float(text: &str) -> Option<Scalar> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits =
        exponent.is_none_or(|text| digits(text.strip_prefix(['-', '+']).unwrap_or(text)));
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", after)) => digits(after),
        Some((before, after)) => digits(before) && (after.is_empty() || digits(after)),
        None => digits(mantissa),
    };
    if !exponent_fits || !mantissa_fits {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite()).map(Scalar::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Scalar) {
        assert_eq!(resolve(text, Style::Plain, Tag::None), expected, "{text}");
    }

    #[test]
    fn booleans_of_yaml_1_1() {
        check("yes", Scalar::Bool(true));
        check("Off", Scalar::Bool(false));
        check("y", Scalar::Bool(true));
        check("yEs", Scalar::Text);
        assert_eq!(resolve("yes", Style::DoubleQuoted, Tag::None), Scalar::Text);
    }

    #[test]
    fn numbers() {
        check("0644", Scalar::Int(420));
        check("644", Scalar::Int(644));
        check("0x1F", Scalar::Int(31));
        check("0o17", Scalar::Int(15));
        check("0b101", Scalar::Int(5));
        check("1_000", Scalar::Int(1000));
        check("-1", Scalar::Int(-1));
        check("0", Scalar::Int(0));
        check("08", Scalar::Float(8.0));
        check("0o8", Scalar::Text);
        check("1e3", Scalar::Float(1000.0));
        check("1e400", Scalar::Text);
        check("12:30", Scalar::Text);
        check("18446744073709551615", Scalar::Int(18446744073709551615));
        check("1.30", Scalar::Float(1.30));
        check("10.42.0.0/16", Scalar::Text);
        check("1__0", Scalar::Int(10));
        check("-", Scalar::Text);
    }

    #[test]
    fn nothing() {
        check("", Scalar::Null);
        check("~", Scalar::Null);
        check("nil", Scalar::Text);
    }
}
