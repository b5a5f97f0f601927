use crate::{
    diag::Level,
    lint::{Check, Cx, Lint},
    model::{
        Machine, Role,
        plan::{self, Claim, Owner},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("cluster-service-cidr-overlap.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role == Role::Agent {
        return;
    }
    let claims = plan::claims(&machine.plans());
    let of = |owner| claims.iter().filter(move |claim| claim.sure && claim.owner == owner);
    for pods in of(Owner::Pods) {
        for services in of(Owner::Services).filter(|services| services.meets(pods)) {
            report(pods, services, cx);
        }
    }
}

fn report(pods: &Claim, services: &Claim, cx: &mut Cx) {
    let message = match (pods.span, services.span) {
        (Some(_), Some(_)) => {
            format!("Services (`{}`) and pods (`{}`) share addresses", services.text, pods.text)
        }
        (None, _) => format!(
            "Services (`{}`) and pods (`{}`, the default) share addresses",
            services.text, pods.text
        ),
        (_, None) => format!(
            "pods (`{}`) and Services (`{}`, the default) share addresses",
            pods.text, services.text
        ),
    };
    let Some(span) = services.span.or(pods.span) else { return };
    let diagnostic = cx.report(span, message);
    if let Some(pods) = pods.span {
        diagnostic.label(pods, "the range of pods");
    }
    if services.contains(pods) {
        diagnostic
            .level(Level::Error)
            .why("all blocks for nodes lie in the range of Services: no node gets addresses for its pods");
    } else {
        diagnostic.why(
            "a pod may get the address of a Service, and connections to either fail now and then",
        );
    }
    diagnostic
        .fix("choose ranges apart from each other; neither can be changed on a running cluster");
}
