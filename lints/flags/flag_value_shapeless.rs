use crate::{
    facts::{
        Answer,
        flags::{self, Flag, Kind as FlagKind, Split},
    },
    lint::{Check, Cx, Lint},
    model::{Machine, argument},
    yaml::{Kind, Node},
};

pub static LINT: Lint = Lint::new(include_str!("flag-value-shapeless.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key).filter(|flag| is_free(flag.kind)) else { continue };
        // Names and ranges that don't fit are for the rules on them to say.
        if flag.split == Split::Commas || machine.takes(key) == Answer::No {
            continue;
        }
        for write in setting.effective() {
            let items: Vec<Node> = write.value.items().collect();
            let values = if items.is_empty() { vec![write.value.clone()] } else { items };
            for value in values {
                check_value(flag, &value, cx);
            }
        }
    }
}

/// Switches, numbers and durations refuse whatever isn't theirs.
fn is_free(kind: FlagKind) -> bool {
    matches!(kind, FlagKind::Text | FlagKind::List)
}

fn check_value(flag: &Flag, value: &Node, cx: &mut Cx) {
    let key = flag.key;
    if value.is_unknown() {
        return;
    }
    match value.kind() {
        Kind::Map => {
            let Some(entry) = value.entries().next() else { return };
            let name = entry.key.raw().unwrap_or("name").to_owned();
            let printed = match flag.secret {
                true => Some(format!("[{{{name} …}}]")),
                false => argument::text(value),
            };
            let Some(printed) = printed else { return };
            cx.report(entry.key.span(), format!("`{key}` takes texts, and this is a mapping"))
                .why(format!("RKE2 takes it for one text, as Go prints it: \"--{key}={printed}\""))
                .fix(match key.ends_with("-arg") || key.starts_with("node-") {
                    true => format!("write each as one text: `- {name}=…`"),
                    false => "write each as one text".to_owned(),
                });
        }
        Kind::Seq if value.items().count() > 1 => {
            cx.report(value.span(), format!("`{key}` holds a list in a list"))
                .why("RKE2 takes the first item of an inner list, and loses the others without a word")
                .fix("write one flat list");
        }
        Kind::Seq | Kind::Scalar => {}
    }
}
