use crate::{
    facts::flags,
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Word},
};

pub static LINT: Lint =
    Lint::new(include_str!("component-arg-not-split.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for key in machine.settings.keys() {
        let takes_arguments = key.ends_with("-arg") && flags::flag(key).is_some();
        let Read::Set(words) = machine.words(key) else { continue };
        if takes_arguments {
            words.iter().for_each(|word| check_word(key, word, cx));
        }
    }
}

fn check_word(key: &str, word: &Word, cx: &mut Cx) {
    let Some((name, value)) = word.text.trim_start_matches('-').split_once('=') else { return };
    let Some(second) = second_argument(value) else { return };
    let message = format!("`{}` is one argument of `{key}`, not two", word.text);
    cx.report(word.span, message)
        .why(format!(
            "RKE2 splits nothing here: the component gets `--{name}={value}`, so `{name}` is wrong or has a wrong value, and `{second}` isn't set"
        ))
        .fix("write a list with an item for each argument");
}

/// The name of what was meant to be an argument of its own. Values that hold
/// pairs themselves, such as feature gates, begin with one.
fn second_argument(value: &str) -> Option<&str> {
    let (first, rest) = match (value.split_once(','), value.split_once(" --")) {
        (Some((first, rest)), _) => (first, rest),
        (None, Some((first, rest))) => (first, rest),
        (None, None) => return None,
    };
    let pieces: Vec<&str> = rest.split(',').map(str::trim).collect();
    let name = |piece: &'_ str| -> Option<usize> {
        let (name, _) = piece.split_once('=')?;
        let flag = name.trim_start_matches('-');
        let starts = flag.starts_with(|c: char| c.is_ascii_lowercase());
        let kebab = flag.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        (starts && kebab).then_some(name.len())
    };
    let all = !first.is_empty()
        && !first.contains('=')
        && pieces.iter().all(|piece| name(piece).is_some());
    let first_name = pieces.first().filter(|_| all)?;
    Some(first_name[..name(first_name)?].trim_start_matches('-'))
}
