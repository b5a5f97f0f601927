//! The form of the tables: comments that name the source, a line of names,
//! then one fact a line, cells apart by tabs.

/// The rows below the line of names.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.skip(1).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_name_their_source_and_are_even() {
        let tables = [
            include_str!("tables/charts.tsv"),
            include_str!("tables/cnis.tsv"),
            include_str!("tables/defaults.tsv"),
            include_str!("tables/deprecated_flags.tsv"),
            include_str!("tables/dropped_flags.tsv"),
            include_str!("tables/flags.tsv"),
            include_str!("tables/gates.tsv"),
            include_str!("tables/k3s_twins.tsv"),
            include_str!("tables/keys.tsv"),
            include_str!("tables/other_charts.tsv"),
            include_str!("tables/releases.tsv"),
        ];
        for table in tables {
            assert!(table.starts_with("# source: ") && table.contains("\n# made by: "), "{table}");
            let names = table.lines().find(|line| !line.starts_with('#')).expect("names");
            let width = names.split('\t').count();
            let rows: Vec<Vec<&str>> = rows(table).collect();
            assert!(rows.iter().all(|row| row.len() == width), "{names}");
            let releases = names.starts_with("release");
            assert!(releases || rows.windows(2).all(|pair| pair[0] <= pair[1]), "{names}");
        }
    }
}
