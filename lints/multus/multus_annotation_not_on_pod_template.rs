use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::Repo,
};

pub static LINT: Lint =
    Lint::new(include_str!("multus-annotation-not-on-pod-template.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    for file in &repo.files {
        let path = &file.source.path;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for request in file.requests.iter().filter(|request| request.idle) {
            let kind = &request.object.kind;
            let at = match kind.as_str() {
                "CronJob" => "spec.jobTemplate.spec.template.metadata.annotations",
                _ => "spec.template.metadata.annotations",
            };
            let message = format!(
                "`{}` stands on the {kind} and not on its pods",
                request.annotation.key.raw().unwrap_or_default()
            );
            let diagnostic = cx.report(request.annotation.key.span(), message);
            diagnostic
                .why("Multus reads the annotations of pods: they start with their first interface only, and nothing says so")
                .fix(format!("move it to `{at}`"));
            if repo.is_kustomized(folder) {
                diagnostic.assume(Confidence::Medium, "no patch of Kustomize adds it to the pods");
            }
        }
    }
}
