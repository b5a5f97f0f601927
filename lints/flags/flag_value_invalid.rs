use super::program;
use crate::{
    facts::{
        Answer,
        flags::{self, Kind},
    },
    lint::{Check, Cx, Lint},
    model::{Machine, Read, go},
};

pub static LINT: Lint = Lint::new(include_str!("flag-value-invalid.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for key in machine.settings.keys() {
        let Some(flag) = flags::flag(key) else { continue };
        let (fits, wants): (fn(&str) -> bool, _) = match flag.kind {
            Kind::Bool => (|text| go::parse_bool(text).is_some(), "`true` or `false`"),
            Kind::Int => (|text| go::parse_int(text).is_ok(), "a whole number"),
            Kind::Duration => {
                (|text| go::parse_duration(text).is_some(), "a duration such as `5m`")
            }
            Kind::Text | Kind::List => continue,
        };
        // Each argument is parsed, though only the last one counts.
        let Read::Set(words) = machine.words(key) else { continue };
        let Some(word) = words.iter().find(|word| !fits(&word.text)) else { continue };
        if machine.takes(key) == Answer::No {
            continue;
        }
        let text = &word.text;
        let quoted = go::quote(text);
        let printed = match flag.kind {
            Kind::Bool => format!("invalid boolean value {quoted} for -{key}: parse error"),
            _ => {
                let error = go::parse_int(text).err().filter(|_| flag.kind == Kind::Int);
                let error = error.unwrap_or("parse error");
                format!("invalid value {quoted} for flag -{key}: {error}")
            }
        };
        let message = match text.is_empty() {
            true => format!("`{key}` has no value, and takes {wants}"),
            false => format!("`{key}` takes {wants}, not `{text}`"),
        };
        let place = if text.is_empty() { word.key } else { word.span };
        cx.report(place, message)
            .why(format!("{} exits at start: '{printed}'", program(machine)))
            .fix(format!("write {wants}, or remove the key"));
    }
}
