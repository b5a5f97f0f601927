"""A packaged chart: its files, its subcharts, and what its values.yaml has.

Helm reads values.yaml by YAML 1.1, by way of JSON: `yes` and `on` are booleans,
and keys are texts.
"""

import io
import json
import re
import tarfile
from typing import NamedTuple

import yaml

from interpret import EACH

ARCHIVE = re.compile(r"(?:.*/)?charts/[^/]+\.tgz")
KEY = re.compile(r"""(?P<key>"(?:[^"\\]|\\.)+"|'[^']+'|[\w./-]+)[ ]*:(?:[ ]+(?P<value>.*)|$)""")
COMMENT = re.compile(r"(?P<indent> *)#+(?P<gap> *)(?P<dash>- +)?(?P<rest>.*)")
BLOCK = re.compile(r"[|>][-+0-9]*( +#.*)?")
EMPTY = ("", "{}", "[]", "null", "~")


class Chart(NamedTuple):
    """One of a package's charts. Its values stand below `prefix`, a tuple of
    keys; `conditions` are paths that turn its subcharts on, from the top;
    `imports` are the name of a subchart, the path of a map in its values, and
    the one that it is merged into, from the top.
    """

    folder: str
    prefix: tuple
    conditions: list
    imports: list

    def path(self, name):
        return self.folder + name


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """As sigs.k8s.io/yaml, which is go-yaml's YAML 1.1 without dates."""

    yaml_implicit_resolvers = {}

    def mapping(self, node):
        self.flatten_mapping(node)
        made = self.construct_object
        return {_key(made(key, True)): made(value, True) for key, value in node.value}

    def boolean(self, node):
        return node.value.lower() in ("y", "yes", "true", "on")

    def integer(self, node):
        digits = node.value.replace("_", "")
        octal = re.fullmatch(r"[-+]?0[0-7]+", digits)
        return int(digits, 8) if octal else int(digits, 0)

    def number(self, node):
        return float(node.value.replace("_", ""))


Loader.add_constructor("tag:yaml.org,2002:map", Loader.mapping)
Loader.add_constructor("tag:yaml.org,2002:bool", Loader.boolean)
Loader.add_constructor("tag:yaml.org,2002:int", Loader.integer)
Loader.add_constructor("tag:yaml.org,2002:float", Loader.number)
for _tag, _pattern in (
    ("bool", r"y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE"),
    ("int", r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)"),
    ("float", r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?"),
    ("null", r"|~|null|Null|NULL"),
    ("merge", r"<<"),
):
    _pattern = re.compile("^(?:%s)$" % _pattern)
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + _tag, _pattern, None)


def load(text):
    return yaml.load(text, Loader=Loader)


def load_all(text):
    return list(yaml.load_all(text, Loader=Loader))


def unpack(octets):
    """Texts by path in the chart's folder; packed subcharts are unpacked."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        for member in archive:
            path = member.name.split("/", 1)[-1]
            if not member.isfile() or "/" not in member.name:
                continue
            content = archive.extractfile(member).read()
            if ARCHIVE.fullmatch(path):
                below = unpack(content)
                folder = path.rsplit("/", 1)[0] + "/" + load(below["Chart.yaml"])["name"] + "/"
                files.update((folder + name, text) for name, text in below.items())
            else:
                files[path] = content.decode("utf-8", "replace")
    return files


def charts(files, folder="", prefix=()):
    """A package's charts, each as often as it has names; the main one first."""
    dependencies = []
    for name in ("Chart.yaml", "requirements.yaml"):
        listing = load(files.get(folder + name, "")) or {}
        dependencies += listing.get("dependencies") or []
    conditions, imports, names = [], [], {}
    for dependency in dependencies:
        alias = dependency.get("alias") or dependency["name"]
        names.setdefault(dependency["name"], []).append(alias)
        for path in (dependency.get("condition") or "").split(","):
            if path.strip():
                conditions.append(prefix + tuple(path.strip().split(".")))
        conditions += [("tags", tag) for tag in dependency.get("tags") or []]
        for entry in dependency.get("import-values") or []:
            if isinstance(entry, str):
                entry = {"child": "exports." + entry, "parent": ""}
            source, target = (
                tuple(filter(None, entry[end].split("."))) for end in ("child", "parent")
            )
            imports.append((dependency["name"], source, prefix + target))
    found = [Chart(folder, prefix, conditions, imports)]
    inside = folder + "charts/"
    for path in sorted(files):
        name = path[len(inside) : -len("/Chart.yaml")]
        if path == inside + name + "/Chart.yaml" and "/" not in name:
            for alias in names.get(name, [name]):
                found += charts(files, inside + name + "/", prefix + (alias,))
    return found


def templates(files, parts):
    """What the interpreter takes: names, texts, and prefixes."""
    found = []
    for folder in sorted({part.folder for part in parts}):
        prefixes = [part.prefix for part in parts if part.folder == folder]
        for path in sorted(files):
            if path.startswith(folder + "templates/") and "{{" in files[path]:
                found.append((path, files[path], prefixes))
    return found


def imported(files, part):
    """What a chart takes from the values of its subcharts: paths and values."""
    for name, source, target in part.imports:
        value = load(files.get(part.path("charts/%s/values.yaml" % name), ""))
        for key in source:
            value = value.get(key) if isinstance(value, dict) else None
        for key in value if isinstance(value, dict) else ():
            yield target + (key,), value[key]


def commented(text):
    """The paths of keys that stand in comments of a values.yaml.

    Where such a key belongs can't be known: on the level of the `#` or of its
    own column, or in the empty value above. It is told for each.
    """
    found = set()
    above = []  # Columns and keys of what isn't a comment and is still open.
    inside = []  # The same in the comment.
    block = None  # The column of a key whose text goes on.
    last = ((), "")
    schema = False
    for line in text.splitlines():
        column = len(line) - len(line.lstrip(" "))
        if not line.strip():
            inside = []
            continue
        if block is not None and column > block:
            continue
        block = None
        if line[column] == "#":
            if line.strip() == "# @schema":
                # A schema for a generator, not values.
                schema = not schema
            elif not schema:
                found |= _of_comment(line, above, inside, last)
            continue
        inside, schema = [], False
        last, block = _of_line(line, column, above)
    return found


def _of_line(line, column, above):
    """Takes a line that isn't a comment. Gives its key's path and value, and
    the column of a key whose value is a block."""
    rest = line[column:]
    # The elements of a list may stand right below its key.
    while above and above[-1][0] >= column:
        if above[-1][0] == column and rest.startswith("- ") and above[-1][1] != EACH:
            break
        above.pop()
    start = column
    while rest.startswith("- "):
        above.append((column, EACH))
        step = len(rest) - len(rest[1:].lstrip(" "))
        rest, column = rest[step:], column + step
    key = KEY.match(rest)
    if not key:
        return ((), "-"), None
    above.append((column, key.group("key").strip("\"'")))
    value = (key.group("value") or "").split(" #")[0].strip()
    path = tuple(name for _, name in above)
    return (path, value), start if BLOCK.fullmatch(value) else None


def _of_comment(line, above, inside, last):
    parts = COMMENT.fullmatch(line)
    key = KEY.match(parts.group("rest")) if parts else None
    if not key or (key.group("value") or "").startswith("//"):
        return set()
    name = key.group("key").strip("\"'")
    outer = len(parts.group("indent"))
    own = outer + max(0, len(parts.group("gap")) - 1)
    while inside and inside[-1][0] >= own:
        inside.pop()
    if parts.group("dash"):
        inside.append((own, EACH))
        own += len(parts.group("dash"))
    within = tuple(key for _, key in inside) + (name,)
    starts = {tuple(key for at, key in above if at < column) for column in (outer, own, outer + 1)}
    if last[1] in EMPTY and last[0]:
        starts |= {last[0], last[0] + (EACH,)}
    inside.append((own, name))
    return {start + within for start in starts}


def _key(key):
    return key if isinstance(key, str) else json.dumps(key)
