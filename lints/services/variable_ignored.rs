use crate::{
    facts::flags::{self, Kind},
    lint::{Check, Cx, Lint},
    model::{Machine, Origin, Read, Setting},
};

pub static LINT: Lint = Lint::new(include_str!("variable-ignored.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key).filter(|_| !setting.veiled) else { continue };
        let (Some(ignored), Read::Set(used)) = (setting.ignored.last(), setting.arguments()) else {
            continue;
        };
        let own = Setting { writes: vec![ignored.clone()], ..Setting::default() };
        let Read::Set(own) = own.arguments() else { continue };
        let texts = |words: &[crate::model::Word]| {
            let joined: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            joined.join(",")
        };
        let used_text = match flag.kind {
            Kind::List => texts(&used),
            _ => used.last().map_or(String::new(), |word| word.text.clone()),
        };
        let Some(winner) = setting.effective().last() else { continue };
        if used_text == texts(&own) {
            continue;
        }
        let variable = ignored.key.raw().unwrap_or("");
        let place = match winner.origin {
            Origin::CommandLine => "the command line",
            Origin::File | Origin::Environment => "the configuration",
        };
        cx.report(ignored.key.span(), format!("`{variable}` has no effect: {place} sets `{key}`"))
            .label(winner.key.span(), "counts")
            .why("RKE2 looks at a variable only if neither its configuration nor its command line sets the flag")
            .fix(format!("remove it, or set `{key}` there"));
    }
}
