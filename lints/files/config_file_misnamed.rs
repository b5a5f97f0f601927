use super::{parts, strays};
use crate::{
    diag::{Confidence, Level},
    lint::{Check, Cx, Lint},
    model::{File, Lost, Repo, object},
    text::Span,
};

pub static LINT: Lint = Lint::new(include_str!("config-file-misnamed.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    if repo.names_config() {
        return;
    }
    for (file, stray) in strays(repo, &[Lost::Config, Lost::OtherConfig]) {
        let (folder, name) = parts(file);
        let slip = stray.kind == Lost::Config;
        let right = repo.files_in(folder).find(|other| parts(other).1 == "config.yaml");
        // Something may choose one of them and copy it.
        let others = repo.files_in(folder).filter_map(|other| other.stray);
        let choice = others.filter(|other| other.kind == Lost::OtherConfig).count() > 1;
        if !slip && (choice || right.is_some()) {
            continue;
        }
        let message = format!("`{name}` isn't read: RKE2's configuration is `config.yaml`");
        let diagnostic = cx.report(stray.head, message);
        diagnostic.why("RKE2 reads /etc/rancher/rke2/config.yaml, or what `--config` or RKE2_CONFIG_FILE names; it goes on as if this file weren't there, and says nothing");
        if name == "rke2.yaml" {
            diagnostic.why("and a server writes its kubeconfig over it");
        }
        match right {
            Some(right) => diagnostic
                .label(first_place(right), "what RKE2 reads")
                .fix("put the keys into `config.yaml`, or the file into `config.yaml.d`"),
            None => diagnostic.fix("call it `config.yaml`").repair(super::rename(
                file,
                name,
                "config.yaml",
            )),
        };
        if !slip {
            let note = "nothing in the repository gives the file to RKE2 by `--config`, RKE2_CONFIG_FILE or another name";
            diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
        }
    }
}

fn first_place(file: &File) -> Span {
    let config = file.config.as_ref().map(|config| object::head(&config.root));
    config.unwrap_or(Span::new(file.source.id, 0, 0))
}
