"""What Go's declarations are worth: constants, lists and struct literals.

Evaluates just as much of Go as RKE2 and K3s use to declare their flags, for
Linux, and raises `Unreadable` at all else: a table with a gap would be read as
a fact.
"""

import ast

import tree_sitter
import tree_sitter_go

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))
SECONDS = {
    "Nanosecond": 1,
    "Microsecond": 10**3,
    "Millisecond": 10**6,
    "Second": 10**9,
    "Minute": 60 * 10**9,
    "Hour": 3600 * 10**9,
}
TAGS = {"linux", "unix", "amd64", "cgo"}
PLATFORMS = {"linux", "windows", "darwin", "freebsd", "amd64", "arm64", "arm", "s390x"}


class Unreadable(Exception):
    """Go that isn't evaluated here."""


class Literal:
    """A struct literal: `fields` are nodes until they are asked for."""

    def __init__(self, kind, fields, elements, scope):
        self.kind = kind
        self._fields = fields
        self._elements = elements
        self._scope = scope

    def get(self, field):
        """`None` for a field that isn't written."""
        node = self._fields.get(field)
        return None if node is None else self._scope.value(node)

    def keys(self):
        return list(self._fields)

    def elements(self):
        return [self._scope.value(node) for node in self._elements]


class Module:
    """A Go module at one commit.

    `beside` are the modules that it imports from, by path. `set` are variables
    that its build sets (`-ldflags -X`), by folder and name.
    """

    trees = {}

    def __init__(self, repository, revision, path, beside=(), set=()):
        self.repository = repository
        self.revision = revision
        self.path = path
        self.set = dict(set)
        self._beside = list(beside) + [self]
        self._packages = {}

    def package(self, folder):
        if folder not in self._packages:
            self._packages[folder] = Package(self, folder)
        return self._packages[folder]

    def imported(self, path):
        """The package of an import, or `None` if it isn't in these modules."""
        for module in self._beside:
            if path.startswith(module.path + "/"):
                return module.package(path[len(module.path) + 1 :])
        return None


class Package:
    """The declarations of a folder's files that Linux builds."""

    def __init__(self, module, folder):
        self.module = module
        self.folder = folder
        self._values = {}
        self._nodes = {}
        self._functions = {}
        for name in module.repository.names(module.revision, folder):
            if name.endswith(".go") and not name.endswith("_test.go") and _platform_fits(name):
                text = module.repository.read(module.revision, "%s/%s" % (folder, name))
                if text is not None:
                    self._declare(File(self, name, text))

    def _declare(self, file):
        if not file.is_built():
            return
        for node in file.root.children:
            if node.type == "function_declaration":
                self._functions[_text(node.child_by_field_name("name"))] = (node, file)
            elif node.type in ("const_declaration", "var_declaration"):
                for spec in _descendants(node, ("const_spec", "var_spec")):
                    self._specify(spec, file)

    def _specify(self, spec, file):
        names = [_text(name) for name in spec.children_by_field_name("name")]
        values = spec.child_by_field_name("value")
        nodes = values.named_children if values else []
        for index, name in enumerate(names):
            self._nodes[name] = (nodes[index] if index < len(nodes) else None, file)

    def value(self, name):
        """What a package's constant or variable is declared with."""
        if (self.folder, name) in self.module.set:
            return self.module.set[self.folder, name]
        if name not in self._values:
            if name not in self._nodes:
                raise Unreadable("%s has no %s" % (self.folder, name))
            node, file = self._nodes[name]
            self._values[name] = None if node is None else file.value(node)
        return self._values[name]

    def declared(self, name):
        """The node that declares a variable, with its file."""
        node, file = self._nodes.get(name, (None, None))
        if node is None:
            raise Unreadable("%s has no %s" % (self.folder, name))
        return node, file

    def function(self, name):
        """The statements of a function, with their file."""
        if name not in self._functions:
            raise Unreadable("%s has no function %s" % (self.folder, name))
        node, file = self._functions[name]
        body = node.child_by_field_name("body")
        statements = []
        for child in body.named_children:
            statements += child.named_children if child.type == "statement_list" else [child]
        return statements, file


class File:
    """One file: the scope in which its expressions are read."""

    def __init__(self, package, name, text):
        self.package = package
        self.name = name
        self.text = text
        if text not in Module.trees:
            Module.trees[text] = PARSER.parse(text.encode("utf-8"))
        self.root = Module.trees[text].root_node
        self.imports = {}
        for spec in _descendants(self.root, ("import_spec",)):
            path = ast.literal_eval(_text(spec.child_by_field_name("path")))
            alias = spec.child_by_field_name("name")
            self.imports[_text(alias) if alias else _package_name(path)] = path

    def is_built(self):
        for node in self.root.children:
            if node.type == "package_clause":
                return True
            text = _text(node)
            if node.type == "comment" and text.startswith("//go:build "):
                return _constraint_holds(text[len("//go:build ") :])
        return True

    def value(self, node):
        read = getattr(self, "_" + node.type, None)
        if read is None:
            raise self.unreadable(node)
        return read(node)

    def unreadable(self, node):
        line = node.start_point[0] + 1
        where = "%s/%s:%d" % (self.package.folder, self.name, line)
        return Unreadable("%s: %s" % (where, _text(node)[:80]))

    def callee(self, node):
        """What a call calls: an import's path, or "", and a name."""
        function = node.child_by_field_name("function")
        if function.type == "identifier":
            return "", _text(function)
        if function.type == "selector_expression":
            operand = function.child_by_field_name("operand")
            if operand.type == "identifier" and _text(operand) in self.imports:
                return self.imports[_text(operand)], _text(function.child_by_field_name("field"))
        raise self.unreadable(node)

    @staticmethod
    def arguments(call):
        nodes = call.child_by_field_name("arguments").named_children
        return [node for node in nodes if node.type != "comment"]

    def _interpreted_string_literal(self, node):
        return ast.literal_eval(_text(node))

    def _raw_string_literal(self, node):
        return _text(node)[1:-1]

    def _int_literal(self, node):
        return int(_text(node), 0)

    def _true(self, node):
        return True

    def _false(self, node):
        return False

    def _nil(self, node):
        return None

    def _identifier(self, node):
        return self.package.value(_text(node))

    def _literal_element(self, node):
        return self.value(node.named_children[0])

    def _parenthesized_expression(self, node):
        return self.value(node.named_children[0])

    def _variadic_argument(self, node):
        return self.value(node.named_children[0])

    def _unary_expression(self, node):
        if _text(node.child_by_field_name("operator")) != "&":
            raise self.unreadable(node)
        return self.value(node.child_by_field_name("operand"))

    def _binary_expression(self, node):
        left = self.value(node.child_by_field_name("left"))
        right = self.value(node.child_by_field_name("right"))
        operator = _text(node.child_by_field_name("operator"))
        if operator == "+":
            return left + right
        if operator == "*":
            return left * right
        raise self.unreadable(node)

    def _selector_expression(self, node):
        operand, field = (
            node.child_by_field_name("operand"),
            _text(node.child_by_field_name("field")),
        )
        path = self.imports.get(_text(operand))
        if path is None:
            # A field that no literal sets has no value: `None`, as have its own.
            struct = self.value(operand)
            return struct.get(field) if isinstance(struct, Literal) else None
        if path == "time" and field in SECONDS:
            return SECONDS[field]
        package = self.package.module.imported(path)
        if package is None:
            raise self.unreadable(node)
        return package.value(field)

    def _composite_literal(self, node):
        kind = node.child_by_field_name("type")
        body = node.child_by_field_name("body")
        if kind.type == "slice_type":
            return [
                self.value(element) for element in body.named_children if element.type != "comment"
            ]
        return self._literal(_text(kind).split(".")[-1], body)

    def _literal_value(self, node):
        return self._literal("", node)

    def _literal(self, kind, body):
        fields, elements = {}, []
        for element in body.named_children:
            if element.type == "keyed_element":
                key, value = [n for n in element.named_children if n.type != "comment"]
                fields[self._key(key)] = value
            elif element.type != "comment":
                elements.append(element)
        return Literal(kind, fields, elements, self)

    def _key(self, node):
        node = node.named_children[0] if node.type == "literal_element" else node
        # A struct's field, or a map's key.
        return _text(node) if node.type == "identifier" else self.value(node)

    def _call_expression(self, node):
        path, name = self.callee(node)
        arguments = self.arguments(node)
        if path == "strings" and name == "Join":
            items, separator = map(self.value, arguments)
            return separator.join(items)
        if path == "strings" and name == "ToUpper":
            return self.value(arguments[0]).upper()
        if path == "strings" and name == "ReplaceAll":
            text, old, new = map(self.value, arguments)
            return text.replace(old, new)
        if path.startswith("github.com/urfave/cli") and name == "NewStringSlice":
            return [self.value(argument) for argument in arguments]
        raise self.unreadable(node)


def _text(node):
    return node.text.decode("utf-8")


def _descendants(node, kinds):
    """The topmost nodes below one that are of these kinds, in order."""
    for child in node.named_children:
        if child.type in kinds:
            yield child
        elif child.type not in ("function_declaration", "method_declaration"):
            yield from _descendants(child, kinds)


def _package_name(path):
    parts = path.split("/")
    is_version = len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit()
    return parts[-2 if is_version else -1]


def _platform_fits(name):
    ends = name[: -len(".go")].split("_")[1:]
    return all(end in TAGS for end in ends[-2:] if end in PLATFORMS)


def _constraint_holds(text):
    """A `//go:build` line. Its operators are Python's, but for their names."""
    python = text.replace("||", " or ").replace("&&", " and ").replace("!", " not ")
    tree = ast.parse(python.strip(), mode="eval").body

    def holds(node):
        if isinstance(node, ast.BoolOp):
            return (all if isinstance(node.op, ast.And) else any)(map(holds, node.values))
        if isinstance(node, ast.UnaryOp):
            return not holds(node.operand)
        return node.id in TAGS

    return holds(tree)
