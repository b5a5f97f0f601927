"""The values that each packaged chart has, version by version.

A table for each chart, from the packages that RKE2 bundles. README.md says
what its columns hold.
"""

import multiprocessing
import re
import sys

import charts
import crds
import schema
from chart import charts as parts_of
from chart import commented, imported, load, templates, unpack
from interpret import Interpreter, shared
from table import Table
from tree import NAMES, Node, written

# What RKE2 sets for each chart that it bundles.
BOOTSTRAP = "pkg/bootstrap/bootstrap.go"
INJECTED = re.compile(r'"(global\.[\w.]+)"')
BRANCHES = ("main", "origin/main", "HEAD")
PROCESSES = 2


def tables(rke2, packages, releases, dates):
    """values/CHART.tsv of each chart with values, and of Calico's CRDs."""
    injected = sorted({path for release in releases for path in injections(rke2, release)})
    jobs, known = [], {}
    for name, versions in _bundled(rke2, releases, dates).items():
        if name.endswith("-crd") and name != crds.CHART:
            continue
        for version, package in versions.items():
            octets = _packed(packages, package, name, version)
            if octets is None:
                print("no package of %s %s" % (name, version), file=sys.stderr)
                continue
            known.setdefault(name, []).append(version)
            jobs.append((name, version, octets, injected))
    # Versions that are alike go to the same process, which has parsed their
    # templates then.
    with multiprocessing.Pool(PROCESSES) as pool:
        done = dict(pool.imap_unordered(_read, jobs, chunksize=8))
    for version in known.get(crds.CHART, ()):
        pairs = (charts.bundled(rke2, release) for release in releases)
        beside = {pair.get(crds.OF) for pair in pairs if pair.get(crds.CHART) == version}
        taken = [done[crds.OF, other][1] for other in known.get(crds.OF, ()) if other in beside]
        root, _ = done[crds.CHART, version]
        crds.complete(root, taken)
        done[crds.CHART, version] = root.rows(), {}
    return [_table(name, known[name], done) for name in sorted(known)]


def injections(rke2, release):
    """The paths that a release sets, in no order."""
    return set(INJECTED.findall(rke2.read(str(release), BOOTSTRAP) or ""))


def read(files, injected=()):
    """The tree of one version, and the functions that aren't known."""
    parts = parts_of(files)
    prefixes = {part.prefix for part in parts if part.prefix}
    root, texts = Node(), []
    for part in parts:
        node, comments = root.at(part.prefix), files.get(part.path("values.yaml"), "")
        values = load(comments) or {}
        # These go before the chart's own.
        for path, value in imported(files, part):
            root.at(path).add(value)
        for key, value in values.items():
            root.at(shared(part.prefix + (key,), prefixes)).add(value)
        if part.prefix:
            node.add({})
        texts += [(text, part.prefix) for text in _templates_in(values)]
        for path in commented(comments):
            node = root
            for key in shared(part.prefix + path, prefixes):
                node = node.child(key)
                node.sources |= set() if node.sources else {"c"}
        of_schema = files.get(part.path("values.schema.json"))
        if of_schema:
            of_schema = load(of_schema)
            schema.read(of_schema, root.at(part.prefix), of_schema)
        for path in part.conditions:
            node = root.at(path)
            node.sources.add("d")
            node.uses.add("if")
            for end in range(1, len(path)):
                above = root.at(path[:end])
                above.sources.add("d")
                above.uses.add("child")
    run = Interpreter(templates(files, parts), texts, files).run()
    for path, uses in run.uses.items():
        node = root
        for key in path:
            node = node.child(key)
            node.sources.add("t")
        node.uses |= uses
        node.compared |= run.compared.get(path, set())
    _inject(root, injected)
    return root, run.unknown


def _inject(root, injected):
    """RKE2 sets these for all its charts; what else may stand below a map that
    it sets a key of is the chart's."""
    for path in injected:
        keys = path.split(".")
        for end in range(1, len(keys) + 1):
            node = root.at(keys[:end])
            node.sources.add("d")
            if end == len(keys):
                node.types |= set() if node.types else {"str"}
            else:
                node.types.add("map")
                node.uses |= {"whole"} if end > 1 else set()


def _bundled(rke2, releases, dates):
    """By chart the versions in the order of the day of their first release,
    each with the name of its package."""
    found = {}
    for release in sorted(releases, key=lambda release: (dates[str(release)], release)):
        for name, (version, package) in charts.packages(rke2, release).items():
            found.setdefault(name, {}).setdefault(version, package)
    return found


def _packed(packages, package, name, version):
    path = "assets/%s/%s-%s.tgz" % (package, name, version)
    return next(filter(None, (packages.read_bytes(branch, path) for branch in BRANCHES)), None)


def _read(job):
    """Rows, and what Calico's CRDs don't have; of the CRDs, the tree."""
    name, version, octets, injected = job
    files = unpack(octets)
    if name == crds.CHART:
        return (name, version), (crds.read(files), {})
    root, unknown = read(files, injected)
    for function in sorted(unknown):
        print("%s %s: `%s` isn't known" % (name, version, function), file=sys.stderr)
    return (name, version), (root.rows(), crds.taken_out(root) if name == crds.OF else {})


def _table(name, versions, done):
    known = {}
    for at, version in enumerate(versions):
        for path, cells in done[name, version][0].items():
            known.setdefault((written(path), *cells), []).append(at)
    lines = sorted((*row, ranges(ats, versions)) for row, ats in known.items())
    source = (
        "github.com/rancher/rke2-charts assets/*/%s-*.tgz, those that a release of rancher/rke2 bundles"
        % name
    )
    if name != crds.CHART:
        source += "; what RKE2 sets: %s" % BOOTSTRAP
    comment = "versions: " + " ".join(versions)
    return Table("values/%s.tsv" % name, source, (*NAMES, "versions"), lines, (comment,))


def ranges(ats, versions):
    """`all`, or ranges as the column `versions` has them."""
    if len(ats) == len(versions):
        return "all"
    runs = []
    for at in ats:
        if runs and runs[-1][1] == at - 1:
            runs[-1][1] = at
        else:
            runs.append([at, at])
    newest = len(versions) - 1
    texts = []
    for first, last in runs:
        if first == last:
            texts.append(versions[first])
        else:
            texts.append("%s..%s" % (versions[first], "" if last == newest else versions[last]))
    return ",".join(texts)


def _templates_in(value):
    if isinstance(value, str) and "{{" in value:
        yield value
    elif isinstance(value, (dict, list)):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _templates_in(below)
