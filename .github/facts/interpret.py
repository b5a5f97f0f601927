"""Which values a chart's templates read, and how.

Templates are run on what each expression may be, for all values at once: both
branches of an `if`, each helper for each context that it gets, again and again
until nothing new is found. Whatever isn't known to read only named keys of a
map counts as a use of the whole map.

What an expression may be is a set of tuples:

    ("at", path)        the value at a path
    ("text", path)      a text made from it
    ("root", prefix)    what templates of the chart with these values get as `.`
    ("made", site)      a map or a list that an expression makes
    ("word", text)      a text that the template has
    ("other", text)     a number, boolean or nil that it has
    ("file", name)      a file of the chart, or the files of that pattern
    ("base",)           the folder of the templates, or a file in it
    ("any",)            anything else, which has nothing to do with values
"""

import collections
import fnmatch

import functions
import gotemplate

ANY = ("any",)
UNKNOWN = frozenset([ANY])
NOTHING = frozenset()
# What stands for all elements of a list, and all keys of a map.
EACH = "*"
DEEPEST = 12


class Interpreter:
    """`templates` are tuples of a name, a text, and the prefixes of the charts
    that have it; `texts` are values that may be templates, with the prefix;
    `files` are those that templates can read.

    After `run`, `uses` has sets of words by path:

        read      somewhere, as a value of its own
        refused   where that only leads to `fail`
        child     a key of it is named
        each      all its keys or elements are gone through, or a computed one
        whole     all of it goes somewhere, as YAML or to an unknown function
        print     as a text
        if        as a condition

    and `compared` the constants that a path is compared with.
    """

    def __init__(self, templates, texts, files):
        self.files = files
        self.texts = texts
        self.prefixes = {prefix for _, _, prefixes in templates for prefix in prefixes if prefix}
        self.uses = collections.defaultdict(set)
        self.compared = collections.defaultdict(set)
        self.unknown = set()
        self.defines = collections.defaultdict(list)
        self.rendered = []
        for name, text, prefixes in templates:
            try:
                nodes = parsed(text)
            except gotemplate.Unparsed as error:
                # Better no table than one that lacks what is read there.
                raise gotemplate.Unparsed("%s: %s" % (name, error)) from None
            self._define(nodes)
            if not name.rsplit("/", 1)[-1].startswith("_"):
                self.rendered += [(nodes, prefix) for prefix in prefixes]

        # What is written into maps: keys, and maps that are merged below.
        self.held = collections.defaultdict(dict)
        self.under = collections.defaultdict(frozenset)
        self.mode = "read"
        self.frame = 0
        self.frames = {}
        self.calls = []
        self.round = 0
        self.done = {}
        self.changed = True

    def run(self):
        while self.changed:
            self.changed = False
            self.round += 1
            for nodes, prefix in self.rendered:
                self.template(nodes, frozenset([("root", prefix)]))
            known = set(self.unknown)
            for text, prefix in self.texts:
                self.text_template(text, frozenset([("root", prefix)]))
            # Many are templates of something else than Helm.
            self.unknown = known
        return self

    # Recording.

    def use(self, path, word):
        if word not in self.uses[path]:
            self.uses[path].add(word)
            self.changed = True

    def read(self, values):
        word = "read" if self.mode == "read" else "refused"
        for value in values:
            if value[0] == "at":
                self.use(value[1], word)
        return values

    def condition(self, values):
        for value in values:
            if value[0] == "at":
                self.use(value[1], "if")

    def escape(self, values, word):
        """All of the values goes where it isn't followed."""
        for value in self.reachable(values):
            if value[0] == "at":
                self.use(value[1], word)
            elif value[0] == "root":
                self.use(value[1], "whole")

    def texts_of(self, values, word):
        """Texts made from values, of which nothing is followed but the path."""
        self.escape(values, word)
        made = {value for value in values if value[0] in ("base", "file")}
        for value in self.reachable(values):
            if value[0] in ("at", "text"):
                made.add(("text", value[1]))
        return frozenset(made) or UNKNOWN

    # Maps and lists.

    def at(self, path):
        path = shared(path, self.prefixes)
        if path[-4:] == (EACH,) * 4 or len(path) > DEEPEST:
            # A helper that calls itself on what is below.
            path = path[:DEEPEST]
            while path[-1] == EACH:
                path = path[:-1]
            self.use(path, "whole")
            path += (EACH,)
        return ("at", path)

    def put(self, container, key, values):
        held = self.held[container]
        if not values <= held.get(key, NOTHING):
            held[key] = held.get(key, NOTHING) | values
            self.changed = True

    def merge(self, container, values):
        maps = {value for value in values if value[0] in ("at", "made", "root")} - {container}
        if not maps <= self.under[container]:
            self.under[container] |= maps
            self.changed = True

    def make(self, node):
        """A map or list for each place that makes one and each call of it."""
        return ("made", (id(node), self.frame))

    def copy(self, node, values):
        """So that what is written into the copy isn't seen in the original."""
        made = self.make(node)
        self.merge(made, values)
        rest = {value for value in values if value[0] not in ("at", "made", "root")}
        return frozenset(rest | {made})

    def merged(self, values):
        """The values, and all that is merged into them, as a set."""
        if not any(value in self.under for value in values):
            return values
        found, rest = set(), [(value, None) for value in values]
        while rest:
            value, into = rest.pop()
            if value[0] == "at" and into is not None and value[1][: len(into)] == into:
                if value[1] != into:
                    # What is below a map is merged into it: it may repeat all
                    # of the map, again and again, which isn't followed.
                    self.use(value[1], "whole")
            elif value not in found:
                found.add(value)
                into = value[1] if value[0] == "at" else into
                rest += [(below, into) for below in self.under.get(value, ())]
        return found

    def reachable(self, values):
        """The values, and all that is in maps and lists made in templates."""
        found, rest = set(), list(values)
        while rest:
            value = rest.pop()
            if value not in found:
                found.add(value)
                rest += self.under.get(value, ())
                for held in self.held.get(value, {}).values():
                    rest += held
        return found

    def field(self, values, name):
        found = set()
        for value in self.merged(values):
            kind = value[0]
            held = self.held.get(value)
            if held:
                found |= held.get(name, NOTHING) | held.get(EACH, NOTHING)
            if kind == "at" and name == "AsMap":
                found.add(value)
            elif kind == "at":
                self.use(value[1], "child")
                found.add(self.at(value[1] + (name,)))
            elif kind == "root" and name == "Values":
                found.add(("at", value[1]))
            elif kind == "root" and name == "Subcharts":
                of_parent = {prefix for prefix in self.prefixes if prefix[:-1] == value[1]}
                for prefix in of_parent:
                    self.put(("subcharts", value[1]), prefix[-1], frozenset([("root", prefix)]))
                found.add(("subcharts", value[1]))
            elif kind == "any" and name == "BasePath":
                found.add(("base",))
            elif kind == "file":
                found.add(value)
            elif kind not in ("made", "subcharts"):
                found.add(ANY)
        return frozenset(found)

    def elements(self, values):
        found = set()
        for value in self.merged(values):
            for held in self.held.get(value, {}).values():
                found |= held
            if value[0] == "at":
                self.use(value[1], "each")
                found.add(self.at(value[1] + (EACH,)))
            elif value[0] == "root":
                self.escape([value], "whole")
            elif value[0] != "made":
                found.add(ANY)
        return frozenset(found)

    def item(self, values, number):
        """Lists that a template makes are often a helper's arguments."""
        lists = {value for value in values if value[0] == "made" and not self.under.get(value)}
        found = set(self.elements(values - lists))
        for value in lists:
            held = self.held.get(value, {})
            found |= held.get(number, NOTHING) | held.get(EACH, NOTHING)
        return frozenset(found)

    def keys(self, values):
        """What `range` gives as keys."""
        if any(value[0] != "made" or self.under.get(value) for value in values):
            return UNKNOWN
        known = {key for value in values for key in self.held.get(value, {})}
        return UNKNOWN if EACH in known else frozenset(("word", key) for key in known)

    # Statements.

    def template(self, nodes, dot):
        self.body(nodes, dot, [{"$": dot}])

    def text_template(self, text, dot):
        try:
            nodes = parsed(text)
        except gotemplate.Unparsed:
            return
        self.once(("", text), nodes, dot)

    def invoke(self, name, dot):
        for nodes in self.defines.get(name, ()):
            self.once((name, id(nodes)), nodes, dot)

    def once(self, name, nodes, dot):
        """Once in a round for each context."""
        mode = "refused" if self.mode == "message" else "read"
        call = (name, dot, mode)
        if self.done.get(call) == self.round:
            return
        self.done[call] = self.round
        outer = self.mode, self.frame
        # A helper that calls itself makes the same maps again, or there would
        # be no end of them.
        within = next((frame for called, frame in self.calls if called == name), None)
        self.frame = within or self.frames.setdefault(call, len(self.frames) + 1)
        self.mode = "message" if mode == "refused" else "read"
        self.calls.append((name, self.frame))
        self._define(nodes)
        self.template(nodes, dot)
        self.calls.pop()
        self.mode, self.frame = outer

    def body(self, nodes, dot, scopes):
        scopes = scopes + [{}]
        for node in nodes:
            if isinstance(node, gotemplate.Action):
                values = self.pipe(node.pipe, dot, scopes)
                if not node.pipe.variables:
                    self.escape(values, "print")
            elif isinstance(node, gotemplate.Branch):
                self.branch(node, dot, scopes)
            elif isinstance(node, gotemplate.Range):
                self.range(node, dot, scopes)
            elif isinstance(node, gotemplate.Call):
                values = self.pipe(node.pipe, dot, scopes) if node.pipe else NOTHING
                self.invoke(node.name, values)

    def branch(self, node, dot, scopes):
        outer, scopes = self.mode, scopes + [{}]
        refuses = outer == "read" and only_fails(node.body)
        if refuses:
            self.mode = "refuse"
        values = self.pipe(node.pipe, dot, scopes)
        self.condition(values)
        if refuses:
            self.mode = "message"
        self.body(node.body, values if node.keyword == "with" else dot, scopes)
        self.mode = outer
        self.body(node.otherwise, dot, scopes)

    def range(self, node, dot, scopes):
        scopes = scopes + [{}]
        values = self.pipe(node.pipe._replace(variables=[]), dot, scopes)
        elements = self.elements(values)
        given = [elements] if len(node.pipe.variables) == 1 else [self.keys(values), elements]
        for name, value in zip(node.pipe.variables, given):
            self.assign(scopes, name, value, node.pipe.declares)
        # Twice, for what one turn leaves in variables for the next.
        self.body(node.body, elements, scopes)
        self.body(node.body, elements, scopes)
        self.body(node.otherwise, dot, scopes)

    def assign(self, scopes, name, values, declares):
        if not declares:
            for scope in reversed(scopes):
                if name in scope:
                    # It may not have come here.
                    scope[name] |= values
                    return
        scopes[-1][name] = values

    # Expressions.

    def pipe(self, pipe, dot, scopes):
        values = None
        for command in pipe.commands:
            values = self.command(command, values, dot, scopes)
        for name in pipe.variables:
            self.assign(scopes, name, values, pipe.declares)
        return values

    def command(self, command, piped, dot, scopes):
        head, operands = command[0], command[1:]
        if isinstance(head, gotemplate.Function):
            outer = self.mode
            if head.name == "fail" and outer == "refuse":
                self.mode = "message"
            elif outer == "refuse" and head.name not in functions.TRUE_OF_ALL:
                # `not` and `eq` don't refuse the value, but its absence or
                # another one.
                self.mode = "read"
            arguments = [self.operand(operand, dot, scopes) for operand in operands]
            self.mode = outer
            arguments += [] if piped is None else [piped]
            return functions.call(self, head.name, arguments, command)
        if operands or piped is not None:
            arguments = [self.operand(operand, dot, scopes) for operand in operands]
            arguments += [] if piped is None else [piped]
            return self.method(head, arguments)
        return self.operand(head, dot, scopes)

    def operand(self, operand, dot, scopes):
        if isinstance(operand, gotemplate.Constant):
            return frozenset([("word" if operand.kind == "text" else "other", operand.value)])
        if isinstance(operand, gotemplate.Function):
            return functions.call(self, operand.name, [], operand)
        if isinstance(operand, gotemplate.Pipe):
            return self.pipe(operand, dot, scopes)
        return self.read(self.path(operand, dot, scopes))

    def path(self, path, dot, scopes):
        """Only the last of its names is read as a value of its own."""
        start = path.start
        if start == "":
            values = dot
        elif isinstance(start, str):
            values = next((scope[start] for scope in reversed(scopes) if start in scope), UNKNOWN)
        elif isinstance(start, gotemplate.Pipe) and _is_path(start):
            values = self.path(start.commands[0][0], dot, scopes)
        else:
            values = self.operand(start, dot, scopes)
        for name in path.names:
            values = self.field(values, name)
        return values

    def method(self, head, arguments):
        """Such as `.Files.Get "x"` and `.Capabilities.APIVersions.Has "x"`."""
        names = head.names if isinstance(head, gotemplate.Path) else ()
        for values in arguments:
            self.texts_of(values, "print")
        if names[-1:] in (("Get",), ("GetBytes",), ("Glob",), ("Lines",)):
            named = {("file", value[1]) for value in arguments[0] if value[0] == "word"}
            return frozenset(named) or frozenset([("file", EACH)])
        return UNKNOWN

    def matching(self, pattern):
        """The texts of files; those of subcharts are below their own folder."""
        for name in sorted(self.files):
            if fnmatch.fnmatch(name, pattern) or fnmatch.fnmatch(name, "*/" + pattern):
                yield self.files[name]

    def _define(self, nodes):
        for node in nodes:
            if isinstance(node, gotemplate.Define):
                if not any(node.body is body for body in self.defines[node.name]):
                    self.defines[node.name].append(node.body)
                self._define(node.body)
            elif isinstance(node, (gotemplate.Branch, gotemplate.Range)):
                self._define(node.body)
                self._define(node.otherwise)


def shared(path, prefixes):
    """All charts of a package have one `global`."""
    for end in range(1, len(path)):
        if path[end] == "global" and path[:end] in prefixes:
            return path[end:]
    return path


_PARSED = {}


def parsed(text):
    """Most templates are the same in many versions."""
    if text not in _PARSED:
        _PARSED[text] = gotemplate.parse(text)
    return _PARSED[text]


def only_fails(nodes):
    """Whether a body does nothing but to end with `fail`."""
    fails = False
    for node in nodes:
        if isinstance(node, gotemplate.Text):
            if node.text.strip():
                return False
        elif isinstance(node, gotemplate.Action):
            if not any(command[0] == gotemplate.Function("fail") for command in node.pipe.commands):
                return False
            fails = True
        elif isinstance(node, gotemplate.Branch):
            if not only_fails(node.body) or node.otherwise and not only_fails(node.otherwise):
                return False
            fails = True
        else:
            return False
    return fails


def _is_path(pipe):
    commands = pipe.commands
    alone = len(commands) == 1 and len(commands[0]) == 1 and not pipe.variables
    return alone and isinstance(commands[0][0], gotemplate.Path)
