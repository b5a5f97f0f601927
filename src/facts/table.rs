//! The form of the tables: comments that name the source, a line of names,
//! then one fact a line, cells apart by tabs.
//!
//! Those that `.github/facts/make.py` made have a checksum of their rows.

/// The cells of the line of names.
pub(super) fn names(table: &'static str) -> impl Iterator<Item = &'static str> {
    lines(table).take(1).flat_map(|line| line.split('\t'))
}

/// The rows below the line of names.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    lines(table).skip(1).map(|line| line.split('\t').collect())
}

/// What a comment `# name: …` of the head says.
pub(super) fn comment(table: &'static str, name: &str) -> &'static str {
    let comments = table.lines().map_while(|line| line.strip_prefix("# "));
    let mut said = comments.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    said.next().expect("a test reads every head")
}

/// The first cell of each row.
pub(super) fn first_cells(table: &'static str) -> impl Iterator<Item = &'static str> {
    lines(table).skip(1).filter_map(|line| line.split('\t').next())
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};

    const GENERATED: &str = "\n# made by: .github/facts/make.py\n";

    macro_rules! tables {
        ($($name:literal)*) => {
            [$(($name, include_str!(concat!("tables/", $name)))),*]
        };
    }

    /// Name and text; testdata/tidy.rs says that none is missing.
    #[rustfmt::skip]
    const TABLES: [(&str, &str); 57] = tables!(
        "ansible_groups.tsv" "ansible_variables.tsv" "capi.tsv"
        "chart_choices.tsv" "chart_defaults.tsv" "chart_fails.tsv" "chart_lists.tsv"
        "chart_maps.tsv" "chart_removals.tsv" "chart_switches.tsv"
        "charts.tsv" "cni_plugins.tsv" "cni_versions.tsv" "cnis.tsv"
        "defaults.tsv" "deprecated_flags.tsv" "dropped_flags.tsv" "flags.tsv" "gates.tsv"
        "helm_fields.tsv" "helm_values.tsv" "injected_values.tsv" "k3s_items.tsv"
        "k3s_twins.tsv" "kernels.tsv" "keys.tsv" "nixos.tsv" "other_charts.tsv" "plain_keys.tsv" "ports.tsv" "rancher.tsv"
        "releases.tsv" "shared_settings.tsv" "sriov_nics.tsv" "value_moves.tsv" "value_notes.tsv" "values.tsv"
        "whereabouts_options.tsv" "values/harvester-cloud-provider.tsv"
        "values/harvester-csi-driver.tsv" "values/rancher-vsphere-cpi.tsv"
        "values/rancher-vsphere-csi.tsv" "values/rke2-calico-crd.tsv" "values/rke2-calico.tsv"
        "values/rke2-canal.tsv" "values/rke2-cilium.tsv" "values/rke2-coredns.tsv"
        "values/rke2-flannel.tsv" "values/rke2-ingress-nginx.tsv" "values/rke2-kube-proxy.tsv"
        "values/rke2-metrics-server.tsv" "values/rke2-multus.tsv"
        "values/rke2-ovirt-csi-driver.tsv" "values/rke2-runtimeclasses.tsv"
        "values/rke2-snapshot-controller.tsv" "values/rke2-snapshot-validation-webhook.tsv"
        "values/rke2-traefik.tsv"
    );

    #[test]
    fn tables_name_their_source_and_are_even() {
        for (name, table) in TABLES {
            let head = table.starts_with("# source: ") && table.contains("\n# made by: ");
            assert!(head && names(table).count() > 1, "{name}");
            for row in rows(table) {
                assert_eq!(row.len(), names(table).count(), "{name}: {row:?}");
                assert!(row.iter().all(|cell| !cell.is_empty()), "{name}: {row:?}");
            }
        }
    }

    /// Hand-made ones by the columns that they claim, generated ones by all.
    #[test]
    fn tables_are_sorted_and_have_no_row_twice() {
        for (name, table) in TABLES {
            let columns: Vec<usize> = if name == "releases.tsv" {
                assert!(RELEASES.is_sorted_by(|a, b| a < b), "{name}");
                continue;
            } else if table.contains(GENERATED) {
                (0..names(table).count()).collect()
            } else {
                let Some((_, claim)) = table.split_once("sorted by ") else { continue };
                let end = claim.find([';', '\n']).expect("the end of the line");
                let column = |claimed| names(table).position(|name| name == claimed);
                claim[..end].split(" and ").map(|claimed| column(claimed).expect(claimed)).collect()
            };
            let key = |row: Vec<&'static str>| columns.iter().map(|at| row[*at]).collect();
            let keys: Vec<Vec<&str>> = rows(table).map(key).collect();
            for pair in keys.windows(2) {
                assert!(pair[0] < pair[1], "{name}: {pair:?}");
            }
        }
    }

    #[test]
    fn gates_name_releases() {
        for (name, table) in TABLES {
            let gates = [
                "gate",
                "since",
                "removed",
                "windows",
                "ignored",
                "refused",
                "multus",
                "plugins",
                "whereabouts",
            ];
            for (at, _) in names(table).enumerate().filter(|(_, name)| gates.contains(name)) {
                for row in rows(table).filter(|row| row[at] != "-") {
                    check_gate(row[at], &format!("{name}: {row:?}"));
                }
            }
        }
    }

    #[track_caller]
    fn check_gate(text: &str, place: &str) {
        let gate = Gate::parse(text).expect(place);
        for first in gate.first.iter().filter(|_| !gate.is_all()) {
            let of_minor = RELEASES.iter().filter(|release| release.minor == first.minor);
            let mut of_minor = of_minor.filter(|release| match (first.patch, first.rke2) {
                // The start of a minor, whatever its first patch was.
                (0, 0) => true,
                (patch, 0) => release.patch == patch,
                (_, _) => *release == first,
            });
            assert!(of_minor.next().is_some(), "no release {first:?} in {place}");
        }
    }

    #[test]
    fn generated_rows_are_as_they_were_made() {
        let generated = TABLES.iter().filter(|(_, table)| table.contains(GENERATED));
        let mut count = 0;
        for (name, table) in generated {
            // FNV-1a of 64 bits, as in .github/facts/table.py.
            let octets = lines(table).skip(1).flat_map(|line| line.bytes().chain([b'\n']));
            let hash = octets.fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
                (hash ^ u64::from(octet)).wrapping_mul(0x100_0000_01b3)
            });
            let rows = lines(table).skip(1).count();
            let line = format!("\n# rows: {rows}, fnv64 {hash:016x}\n");
            assert!(table.contains(&line), "{name} was edited by hand: its line isn't {line}");
            count += 1;
        }
        assert_eq!(count, 22);
    }
}
