use super::program;
use crate::{
    facts::{
        Answer,
        flags::{self, Kind},
    },
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("flag-value-repeated.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key).filter(|flag| flag.kind != Kind::List) else { continue };
        let Read::Set(words) = setting.arguments() else { continue };
        let Some((last, earlier)) = words.split_last() else { continue };
        let lost = earlier.iter().find(|word| word.text != last.text);
        let Some(lost) = lost.filter(|_| machine.takes(key) != Answer::No) else { continue };
        let diagnostic =
            cx.report(lost.span, format!("`{key}` takes one value, and has {}", words.len()));
        diagnostic
            .text("lost")
            .label(last.span, "counts")
            .why(format!(
                "{} takes the last one, and loses the others without a word",
                program(machine)
            ))
            .fix(match flag.secret {
                true => "write the one that you mean".to_owned(),
                false => format!("write the one that you mean, such as `{key}: {}`", last.text),
            });
    }
}
