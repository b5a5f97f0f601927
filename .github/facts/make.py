"""Remakes the generated tables of src/facts/tables from git checkouts.

    python .github/facts/make.py --rke2 PATH --k3s PATH [--k3s PATH…] --charts PATH [--check]

Output is a function of the checkouts alone. README.md says what is made from
what.
"""

import argparse
import difflib
import pathlib
import sys

import audit
import charts
import flags
import releases
import values
from git import Repository

TABLES = pathlib.Path(__file__).resolve().parents[2] / "src" / "facts" / "tables"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--rke2", required=True, metavar="PATH", help="clone of rancher/rke2, with its tags"
    )
    parser.add_argument(
        "--k3s",
        required=True,
        action="append",
        metavar="PATH",
        help="clone of k3s-io/k3s; several are looked through in turn",
    )
    parser.add_argument(
        "--charts",
        required=True,
        metavar="PATH",
        help="clone of rancher/rke2-charts, with its branch main",
    )
    parser.add_argument(
        "--out",
        default=TABLES,
        type=pathlib.Path,
        metavar="DIR",
        help="folder of the tables (default: src/facts/tables)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit with 1 if a table would change or a hand-made row is wrong",
    )
    options = parser.parse_args(arguments)

    rke2, packages = Repository(options.rke2), Repository(options.charts)
    k3s = [Repository(path) for path in options.k3s]
    try:
        dates = rke2.tags()
        known = releases.of(dates)
        if not known:
            raise SystemExit("%s has no tag of a release" % options.rke2)
        tables = [
            *flags.tables(rke2, k3s, known),
            charts.table(rke2, known, dates),
            *values.tables(rke2, packages, known, dates),
        ]
        changed = [
            table.name
            for table in tables
            if put(options.out / table.name, table.text(), options.check)
        ]
        generated = {table.name: table for table in tables}
        wrong = audit.findings(options.out, generated, rke2, k3s, packages, known)
    finally:
        for repository in [rke2, packages, *k3s]:
            repository.close()

    for finding in wrong:
        print(finding)
    for name in changed:
        print("%s %s" % (name, "would change" if options.check else "changed"))
    return 1 if options.check and (changed or wrong) else 0


def put(path, text, check):
    """Whether a table changes. What would, is shown; what does, is written."""
    before = path.read_bytes().decode("utf-8") if path.exists() else ""
    if before == text:
        return False
    if check:
        lines = difflib.unified_diff(
            before.splitlines(True), text.splitlines(True), path.name, path.name
        )
        sys.stdout.writelines(lines)
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return True


if __name__ == "__main__":
    sys.exit(main())
