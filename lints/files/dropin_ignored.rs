use super::{parts, rename, strays};
use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Lost, Repo},
};

pub static LINT: Lint = Lint::new(include_str!("dropin-ignored.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    let kinds = [Lost::DropInEnding, Lost::DropInBelow, Lost::DropInFolder];
    for (file, stray) in strays(repo, &kinds) {
        let (folder, name) = parts(file);
        let above = folder.rsplit('/').next().unwrap_or("");
        let inside = format!("{above}/{name}");
        let (message, fix, repair) = match stray.kind {
            Lost::DropInEnding => {
                let new = format!("{}.yaml", name.split('.').next().unwrap_or(name));
                (
                    format!("`{name}` isn't read: drop-ins end with `.yaml` or `.yml`"),
                    format!("call it `{new}`"),
                    Some(rename(file, name, &new)),
                )
            }
            Lost::DropInBelow => (
                format!(
                    "`{above}/{name}` isn't read: RKE2 looks into no folder of `config.yaml.d`"
                ),
                "move it into `config.yaml.d` itself".to_owned(),
                Some(rename(file, &inside, name)),
            ),
            // The folder is called after the file that RKE2 is given.
            _ if repo.names_config() => continue,
            _ => (
                format!("`{above}/{name}` isn't read: drop-ins lie in `config.yaml.d`"),
                "call the folder `config.yaml.d`".to_owned(),
                None,
            ),
        };
        let diagnostic = cx.report(stray.head, message);
        diagnostic.why("RKE2 starts as if the file weren't there, and says nothing").fix(fix);
        if let Some(repair) = repair {
            diagnostic.repair(repair);
        }
        if stray.kind == Lost::DropInBelow {
            let note = "nothing moves the file up before RKE2 starts";
            diagnostic.assume(Confidence::Medium, note);
        }
    }
}
