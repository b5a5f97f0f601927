"""Go's templates as trees: the language of Helm charts.

`parse` gives a list of nodes, and knows all of text/template's syntax that a
chart can have. What functions do is said in functions.py.
"""

import re
from typing import NamedTuple, Optional


class Unparsed(Exception):
    """A template that Go wouldn't take either, or syntax that isn't known."""


class Text(NamedTuple):
    text: str


class Action(NamedTuple):
    pipe: "Pipe"


class Branch(NamedTuple):
    """`if` or `with`; an `else if` is a branch alone in `otherwise`."""

    keyword: str
    pipe: "Pipe"
    body: list
    otherwise: list


class Range(NamedTuple):
    pipe: "Pipe"
    body: list
    otherwise: list


class Call(NamedTuple):
    """`template`; `include` is a function."""

    name: str
    pipe: Optional["Pipe"]


class Define(NamedTuple):
    name: str
    body: list


class Jump(NamedTuple):
    """`break` or `continue`."""

    keyword: str


class Pipe(NamedTuple):
    """Commands, each a list of operands, and the variables that get the last
    one's value, which are new if it `declares` them."""

    variables: list
    declares: bool
    commands: list


class Constant(NamedTuple):
    """`kind` is `text`, or `other` for numbers, booleans and nil."""

    kind: str
    value: str


class Function(NamedTuple):
    name: str


class Path(NamedTuple):
    """`names` below `start`: "" for the dot, the name of a variable (`$` and
    all), or a pipe or a function in parentheses."""

    start: object
    names: tuple


# An action's end is a token, so that `}}` in a string isn't one.
TOKENS = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+)
  | (?P<end>-?\}\})
  | (?P<text>"(?:[^"\\\n]|\\.)*" | `[^`]*`)
  | (?P<number>[+-]?\.?[0-9][0-9a-zA-Z_.]* | '(?:[^'\\\n]|\\.)+')
  | (?P<field>\.[^\W\d]\w*)
  | (?P<variable>\$\w*)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>:= | [=|(),.])
    """,
    re.VERBOSE,
)
OPENING = re.compile(r"\{\{(-(?=[ \t\r\n]))?")
COMMENT = re.compile(r"[ \t\r\n]*/\*.*?\*/[ \t\r\n]*?((?:[ \t\r\n]-)?\}\})", re.DOTALL)
ESCAPES = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{3}|.)", re.DOTALL)
LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
KEYWORDS = "if with range define block template break continue".split()


def parse(text):
    """Source: text/template/parse."""
    parser = _Parser(list(_lex(text)))
    nodes, keyword = parser.body()
    if keyword:
        raise Unparsed("%s without a beginning" % keyword)
    return nodes


def _lex(text):
    """Pairs of a kind and a text. Between `open` and `end` are an action's
    tokens, without its comments."""
    at, trims = 0, False
    while True:
        opening = OPENING.search(text, at)
        plain = text[at : opening.start() if opening else len(text)]
        plain = plain.lstrip(" \t\r\n") if trims else plain
        plain = plain.rstrip(" \t\r\n") if opening and opening.group(1) else plain
        if plain:
            yield "plain", plain
        if not opening:
            return
        at, trims = opening.end(), False
        comment = COMMENT.match(text, at)
        if comment:
            at, trims = comment.end(), "-" in comment.group(1)
            continue
        yield "open", ""
        kind = "open"
        while kind != "end":
            # `-}}` ends an action only behind a blank, which then is lexed.
            token = TOKENS.match(text, at)
            if not token:
                raise Unparsed("line %d: %r" % (text.count("\n", 0, at) + 1, text[at : at + 20]))
            kind, at = token.lastgroup, token.end()
            yield kind, token.group()
        trims = token.group() == "-}}"


class _Parser:
    def __init__(self, tokens):
        self.tokens = tokens
        self.at = 0

    def body(self):
        """The nodes up to an `else` or an `end`, which isn't taken, and that
        keyword; it is "" at the end of the text."""
        nodes = []
        while self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "plain":
                nodes.append(Text(text))
                self.at += 1
                continue
            self.at += 1
            self.blank()
            keyword = self.peek()[1] if self.peek()[0] == "word" else ""
            if keyword in ("else", "end"):
                return nodes, keyword
            if keyword in KEYWORDS:
                self.at += 1
                nodes += getattr(self, "_" + keyword)()
            elif self.peek()[0] == "end":
                self.at += 1
            else:
                nodes.append(Action(self.whole_pipe()))
        return nodes, ""

    def _if(self):
        return [self.branch("if")]

    def _with(self):
        return [self.branch("with")]

    def branch(self, keyword):
        pipe = self.whole_pipe()
        body, otherwise = self.bodies()
        return Branch(keyword, pipe, body, otherwise)

    def bodies(self):
        """A body, and what `else` has for it."""
        body, keyword = self.body()
        self.at += 1
        if keyword == "end":
            self.close()
            return body, []
        if keyword != "else":
            raise Unparsed("no end")
        self.blank()
        chained = self.peek()[1] if self.peek()[0] == "word" else ""
        if chained in ("if", "with"):
            self.at += 1
            return body, [self.branch(chained)]
        self.close()
        otherwise, keyword = self.body()
        if keyword != "end":
            raise Unparsed("no end")
        self.at += 1
        self.close()
        return body, otherwise

    def _range(self):
        pipe = self.whole_pipe()
        return [Range(pipe, *self.bodies())]

    def _define(self):
        name = self.name()
        self.close()
        body, keyword = self.body()
        if keyword != "end":
            raise Unparsed("no end of %s" % name)
        self.at += 1
        self.close()
        return [Define(name, body)]

    def _block(self):
        name = self.name()
        pipe = self.whole_pipe()
        body, _ = self.bodies()
        return [Define(name, body), Call(name, pipe)]

    def _template(self):
        name = self.name()
        self.blank()
        if self.peek()[0] == "end":
            self.at += 1
            return [Call(name, None)]
        return [Call(name, self.whole_pipe())]

    def _break(self):
        self.close()
        return [Jump("break")]

    def _continue(self):
        self.close()
        return [Jump("continue")]

    def name(self):
        self.blank()
        kind, text = self.take()
        if kind != "text":
            raise Unparsed("no name: %s" % text)
        return _unquoted(text)

    def whole_pipe(self):
        pipe = self.pipe()
        self.close()
        return pipe

    def pipe(self):
        """Up to what isn't its own: a `)` or the end of the action."""
        variables, declares = self.targets()
        commands = [self.command()]
        while self.peek() == ("mark", "|"):
            self.at += 1
            commands.append(self.command())
        return Pipe(variables, declares, commands)

    def targets(self):
        """The variables before `:=` or `=`, if there are any."""
        start, names = self.at, []
        while True:
            self.blank()
            kind, text = self.take()
            if kind != "variable":
                break
            names.append(text)
            self.blank()
            kind, text = self.take()
            if text in (":=", "="):
                return names, text == ":="
            # In `range $key, $value = …` too, and in `range $i, $v := …`.
            if text != ",":
                break
        self.at = start
        return [], False

    def command(self):
        operands = []
        while True:
            self.blank()
            kind, text = self.peek()
            if kind == "end" or text in ("|", ")") and kind == "mark":
                if not operands:
                    raise Unparsed("an empty command")
                return tuple(operands)
            operands.append(self.operand())

    def operand(self):
        kind, text = self.take()
        if kind == "text":
            return Constant("text", _unquoted(text))
        if kind == "number":
            return Constant("other", text)
        if kind == "field":
            return Path("", (text[1:], *self.fields()))
        if kind == "variable":
            return Path(text, self.fields())
        if kind == "word":
            if text in ("true", "false", "nil"):
                return Constant("other", text)
            names = self.fields()
            return Path(Function(text), names) if names else Function(text)
        if (kind, text) == ("mark", "."):
            return Path("", ())
        if (kind, text) == ("mark", "("):
            pipe = self.pipe()
            if self.take() != ("mark", ")"):
                raise Unparsed("no )")
            names = self.fields()
            return Path(pipe, names) if names else pipe
        raise Unparsed("unexpected %r" % text)

    def fields(self):
        names = []
        while self.peek()[0] == "field":
            names.append(self.take()[1][1:])
        return tuple(names)

    def close(self):
        self.blank()
        kind, text = self.take()
        if kind != "end":
            raise Unparsed("unexpected %r" % text)

    def blank(self):
        while self.peek()[0] == "blank":
            self.at += 1

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self):
        token = self.peek()
        self.at += 1
        return token


def _unquoted(text):
    if text[0] == "`":
        return text[1:-1]
    return ESCAPES.sub(_escape, text[1:-1])


def _escape(found):
    code = found.group(1)
    if code[0] in "xu" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code.isdigit():
        return chr(int(code, 8))
    return LETTERS.get(code, code)
