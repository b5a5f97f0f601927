use super::parts;
use crate::{
    lint::{Check, Cx, Lint},
    model::{File, Lost},
};

pub static LINT: Lint =
    Lint::new(include_str!("manifest-extension-ignored.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    let Some(stray) = file.stray.filter(|stray| stray.kind == Lost::ManifestEnding) else { return };
    let (_, name) = parts(file);
    let message = format!("`{name}` is never applied: no manifest ends so");
    cx.report(stray.head, message)
        .why("servers apply what ends with `.yaml`, `.yml` or `.json`, and pass over the rest of the folder without a word")
        .fix(format!("call it `{}.yaml`", name.split('.').next().unwrap_or(name)));
}
