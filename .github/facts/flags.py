"""The keys of `config.yaml`: what `rke2 server` and `rke2 agent` take.

RKE2 builds a command from K3s' one and a table that says of each of K3s'
flags whether it is copied, hidden or dropped, and adds flags of its own. It
panics at start if the table and K3s disagree, so the names that a release
takes come from RKE2 alone; types, defaults, variables and short names of the
flags that are copied come from K3s.
"""

from typing import NamedTuple

from go import Literal, Module, Unreadable
from releases import gates
from table import Table

RKE2 = "github.com/rancher/rke2"
COMMANDS = {"server": "NewServerCommand", "agent": "NewAgentCommand"}
TYPES = {
    "BoolFlag": "bool",
    "BoolTFlag": "bool",
    "IntFlag": "int",
    "DurationFlag": "duration",
    "StringFlag": "string",
    "StringSliceFlag": "list",
}
# What the build of RKE2 sets, so that K3s' variables begin with `RKE2_`.
PROGRAM = {("pkg/version", "Program"): "rke2"}


class Definition(NamedTuple):
    """One flag as its literal says; a zero value is no default."""

    key: str
    type: str
    default: str
    hidden: bool
    aliases: tuple
    env: tuple

    def cells(self):
        return (
            self.type,
            self.default or "-",
            "y" if self.hidden else "n",
            ",".join(self.aliases) or "-",
            ",".join(self.env) or "-",
        )


class Command:
    """`rke2 server` or `rke2 agent` at one release.

    `options` has RKE2's word on each of K3s' flags, a literal of
    K3SFlagOption or nothing; `own` has RKE2's flags; both by key.
    """

    def __init__(self, options, own):
        # `ignoreFlag` lets K3s lack a flag, so the names would be K3s' to
        # tell. No command that reads a config.yaml has used it yet.
        ignored = [key for key, option in options.items() if _is(option, "Ignore")]
        if ignored:
            raise Unreadable("ignored: %s" % ", ".join(ignored))
        self.options = options
        self.own = own
        self.takes = {key for key, option in options.items() if not _is(option, "Drop")} | set(own)
        self.drops = set(options) - self.takes


def tables(rke2, k3s, releases):
    """flags.tsv and dropped_flags.tsv, read from `rke2` and from the clones
    `k3s`, of which each may have but some of the commits."""
    reader = Reader(rke2, k3s)
    rows, dropped = [], []
    for role in COMMANDS:
        commands = {release: reader.command(release, role) for release in releases}
        for key in sorted({key for command in commands.values() for key in command.takes}):
            taken = [release for release in releases if key in commands[release].takes]
            definition = reader.definition(commands, role, key, taken)
            kind, *rest = definition.cells()
            rows.append((key, role, kind, *_gates(key, releases, taken), *rest))
        for key in sorted({key for command in commands.values() for key in command.drops}):
            without = [release for release in releases if key in commands[release].drops]
            dropped.append((key, role, *_gates(key, releases, without)))
    names = "github.com/rancher/rke2 pkg/cli/cmds at each tag from v1.%d to v1.%d" % (
        releases[0].minor,
        releases[-1].minor,
    )
    details = (
        "; type, default, hidden, alias and env as of the newest release that takes the key, of copied flags from "
        "github.com/k3s-io/k3s pkg/cli/cmds at the commit in its go.mod"
    )
    for absent, present in sorted(reader.stand_ins):
        details += "; K3s of %s stands in for that of %s, whose commit no checkout has" % (
            present,
            absent,
        )
    columns = ("key", "role", "type", "since", "removed", "default", "hidden", "alias", "env")
    return [
        Table("flags.tsv", names + details, columns, _both(rows)),
        Table(
            "dropped_flags.tsv",
            names + "; flags that K3s has and RKE2 drops",
            columns[:2] + columns[3:5],
            _both(dropped),
        ),
    ]


class Reader:
    """Commands and flags, each read once."""

    def __init__(self, rke2, k3s):
        self.rke2 = rke2
        self.k3s = k3s
        self.stand_ins = set()
        self._modules = {}
        self._k3s_flags = {}

    def command(self, release, role):
        """Source: RKE2's `NewServerCommand` and `NewAgentCommand`, which begin
        with a wrapped command of K3s' and append lists of flags."""
        statements, file = self._module(release).package("pkg/cli/cmds").function(COMMANDS[role])
        options, own = {}, {}
        for statement in statements:
            if statement.type == "short_var_declaration":
                base = statement.child_by_field_name("right").named_children[0]
                options = self._options(file, base)
            elif statement.type == "assignment_statement":
                right = statement.child_by_field_name("right").named_children[0]
                if right.type == "call_expression" and file.callee(right) == ("", "append"):
                    for flag in _appended(file, right):
                        definition = define(flag)
                        own[definition.key] = definition
        if not options:
            raise Unreadable("%s: %s is built in a new way" % (release, COMMANDS[role]))
        return Command(options, own)

    def definition(self, commands, role, key, taken):
        """As of the newest release that takes the key. If no clone has the
        commit of K3s that it pins, an older one that does stands in."""
        newest = taken[-1]
        if key in commands[newest].own:
            return commands[newest].own[key]
        option = commands[newest].options[key]
        for release in reversed(taken):
            flags = self._flags_of_k3s(release, role)
            if flags is None or key in commands[release].own:
                continue
            if key not in flags:
                raise Unreadable("%s copies `%s`, which its K3s lacks" % (release, key))
            if release != newest:
                self.stand_ins.add((newest, release))
            flag = flags[key]
            default = option.get("Default") if option else None
            if default and flag.type in ("string", "list"):
                flag = flag._replace(default=default)
            return flag._replace(hidden=flag.hidden or _is(option, "Hide"))
        raise Unreadable("no checkout of K3s has `%s` of %s" % (key, newest))

    def _module(self, release):
        if release not in self._modules:
            self._modules[release] = Module(self.rke2, str(release), RKE2)
        return self._modules[release]

    def _options(self, file, node):
        """The table in `name = mustCmdFromK3S(command, table)`."""
        package = file.package
        declared, scope = package.declared(node.text.decode("utf-8"))
        if declared.type != "call_expression" or scope.callee(declared) != ("", "mustCmdFromK3S"):
            raise scope.unreadable(declared)
        table = scope.value(scope.arguments(declared)[1])
        return {key: table.get(key) for key in table.keys()}

    def _flags_of_k3s(self, release, role):
        """K3s' flags by key, or `None` if no clone has its commit."""
        path, commit = pinned_k3s(self.rke2, release)
        if (commit, role) not in self._k3s_flags:
            clone = next((clone for clone in self.k3s if clone.resolves(commit)), None)
            flags = None
            if clone:
                module = Module(clone, commit, path, set=PROGRAM)
                statements, file = module.package("pkg/cli/cmds").function(COMMANDS[role])
                command = file.value(statements[-1].named_children[0].named_children[0])
                flags = {flag.key: flag for flag in map(define, command.get("Flags"))}
            self._k3s_flags[commit, role] = flags
        return self._k3s_flags[commit, role]


def pinned_k3s(rke2, release):
    """The path and the short commit of the K3s in a release's go.mod."""
    for path in ("github.com/k3s-io/k3s", "github.com/rancher/k3s"):
        version = required(rke2, release, path)
        if version:
            return path, version.rsplit("-", 1)[-1]
    raise Unreadable("%s: go.mod has no K3s" % release)


def required(rke2, release, path):
    """The version of a module in a release's go.mod, replaced or not."""
    found = None
    for line in (rke2.read(str(release), "go.mod") or "").splitlines():
        words = line.split("//")[0].split()
        words = words[1:] if words[:1] in (["require"], ["replace"]) else words
        if words[:1] != [path]:
            continue
        if "=>" in words:
            return words[-1]
        found = words[1]
    return found


def define(flag):
    """Source: urfave/cli; its v1 has the names and the variables of a flag in
    one string each, apart by commas."""
    if not isinstance(flag, Literal) or flag.kind not in TYPES:
        raise Unreadable("no flag: %r" % getattr(flag, "kind", flag))
    names = _split(flag.get("Name")) + (flag.get("Aliases") or [])
    key = next((name for name in names if len(name) > 1), names[0])
    kind = TYPES[flag.kind]
    value = flag.get("Value")
    if isinstance(value, Literal):
        value = value.elements()
    return Definition(
        key=key,
        type=kind,
        default="true" if flag.kind == "BoolTFlag" else _default(kind, value),
        hidden=bool(flag.get("Hidden")),
        aliases=tuple(name for name in names if name != key),
        env=tuple(_split(flag.get("EnvVar")) + (flag.get("EnvVars") or [])),
    )


def _default(kind, value):
    if not value:
        return ""
    if kind == "list":
        return ",".join(value)
    if kind == "duration":
        return _duration(value)
    return "true" if value is True else str(value)


def _duration(nanoseconds):
    """As Go prints whole seconds."""
    seconds = nanoseconds // 10**9
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return "%dh%dm%ds" % (hours, minutes, seconds)
    return "%dm%ds" % (minutes, seconds) if minutes else "%ds" % seconds


def _split(names):
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def _is(option, field):
    return bool(option and option.get(field))


def _appended(file, call):
    """The flags that `append(list, …)` adds."""
    flags = []
    for argument in file.arguments(call)[1:]:
        value = file.value(argument)
        flags += value if isinstance(value, list) else [value]
    return flags


def _gates(key, releases, holds):
    try:
        return gates(releases, set(holds))
    except ValueError as error:
        raise ValueError("%s: %s" % (key, error)) from None


def _both(rows):
    """One row where the roles agree in everything else."""
    roles = {}
    for key, role, *rest in rows:
        roles.setdefault((key, tuple(rest)), []).append(role)
    merged = []
    for (key, rest), of in roles.items():
        merged.append((key, "both" if len(of) == 2 else of[0], *rest))
    return sorted(merged)
