use crate::{
    facts::flags::{self, Kind},
    lint::{Check, Cx, Lint},
    model::{Machine, Origin, Read, Setting, Word, Write, go},
};

pub static LINT: Lint = Lint::new(include_str!("cli-overrides-config.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key).filter(|flag| flag.kind != Kind::List) else { continue };
        let Some(winner) = setting.effective().last().filter(|_| !setting.veiled) else { continue };
        if winner.origin != Origin::CommandLine {
            continue;
        }
        let (Some(wins), Some(loses)) =
            (value(std::slice::from_ref(winner)), value(setting.in_files()))
        else {
            continue;
        };
        let as_bool = |word: &Word| go::parse_bool(&word.text);
        let same = match flag.kind {
            Kind::Bool => as_bool(&wins) == as_bool(&loses),
            _ => wins.text == loses.text,
        };
        if same {
            continue;
        }
        let message = match flag.secret {
            true => format!("the command line gives `{key}` another value than the configuration"),
            false => format!(
                "the command line sets `{key}` to `{}`, and the configuration to `{}`",
                wins.text, loses.text
            ),
        };
        cx.report(wins.span, message)
            .text("counts")
            .label(loses.span, "lost")
            .why("RKE2 puts what the configuration says before the arguments of its command, and of a flag that takes one value the last wins")
            .fix(format!("set `{key}` in one place"));
    }
}

fn value(writes: &[Write]) -> Option<Word> {
    let setting = Setting { writes: writes.to_vec(), ..Setting::default() };
    match setting.arguments() {
        Read::Set(words) => words.into_iter().next_back(),
        Read::Default | Read::Unknown => None,
    }
}
