//! Ingress controllers: which, and how they are chosen.

pub mod ingress_controller_comma_string;
pub mod ingress_controller_unknown_value;
pub mod ingress_disabled_by_old_name;
pub mod ingress_nginx_eol;
pub mod ingress_port_conflict;
pub mod selected_ingress_disabled;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &ingress_controller_comma_string::LINT,
    &ingress_controller_unknown_value::LINT,
    &ingress_disabled_by_old_name::LINT,
    &ingress_nginx_eol::LINT,
    &ingress_port_conflict::LINT,
    &selected_ingress_disabled::LINT,
];
