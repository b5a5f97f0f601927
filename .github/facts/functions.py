"""What the functions of Helm and Sprig do with values.

`call` gives what a call may be, in the form of interpret.py. A function that
isn't known takes all of its arguments.
"""

ANY = frozenset([("any",)])
NOTHING = frozenset()

# If one of these is true of a value, it is true of all that the value is made
# of or falls back to; other functions may ask for the opposite.
TRUE_OF_ALL = set("and or default coalesce hasKey dig get index".split())

# Give a text, a number or a list of texts, made from all arguments.
TEXTS = set(
    """
    abbrev abbrevboth abs add add1 add1f addf adler32sum ago atoi b32dec b32enc b64dec b64enc base
    basename bcrypt buildCustomCert buildCustomCertWithKey camelcase cat ceil clean date date_in_zone
    date_modify dateInZone dateModify decryptAES derivePassword dir dirname div divf duration
    durationRound encryptAES env expandenv ext float64 floor genCA genCAWithKey genPrivateKey
    genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey getHostByName html
    htmlDate htmlDateInZone htpasswd indent initials int int64 isAbs join js kebabcase lookup lower
    max maxf min minf mod mul mulf mustDateModify mustRegexFind mustRegexFindAll mustRegexReplaceAll
    mustRegexReplaceAllLiteral mustRegexSplit mustToDate must_date_modify nindent nospace now osBase
    osClean osDir osExt osIsAbs plural print printf println quote randAlpha randAlphaNum randAscii
    randBytes randInt randNumeric regexFind regexFindAll regexQuoteMeta regexReplaceAll
    regexReplaceAllLiteral regexSplit repeat replace round seq semver sha1sum sha256sum sha512sum
    shuffle snakecase split splitList splitn squote sub subf substr swapcase title toDate toDecimal
    toString toStrings trim trimAll trimPrefix trimSuffix trimall trunc unixEpoch until untilStep
    untitle upper urlJoin urlParse urlquery uuidv4 wrap wrapWith
    contains ge gt hasPrefix hasSuffix le lt mustRegexMatch regexMatch semverCompare
    """.split()
)
# Give all of the first argument as a text.
DUMPS = set(
    """
    toYaml toYamlPretty mustToYaml toJson toPrettyJson toRawJson mustToJson mustToPrettyJson
    mustToRawJson toToml mustToToml
    """.split()
)
# Ask for the kind of a value, and look no further.
KINDS = set("kindIs kindOf typeIs typeIsLike typeOf".split())
# Give one of their arguments, or a list of the same elements.
PASS = set(
    """
    and or default coalesce
    compact mustCompact initial mustInitial rest mustRest reverse mustReverse slice mustSlice
    sortAlpha uniq mustUniq without mustWithout
    """.split()
)
COPIES = set("deepCopy mustDeepCopy omit".split())
MERGES = set("merge mustMerge mergeOverwrite mustMergeOverwrite".split())
PARSES = set("fromYaml fromYamlArray fromJson fromJsonArray mustFromJson fromToml".split())
JOINS = set("append mustAppend push mustPush prepend mustPrepend concat mustConcat".split())


def call(run, name, arguments, node):
    """`run` is the interpreter, and `node` the call."""
    if name in OWN:
        return OWN[name](run, arguments, node)
    if name in TEXTS:
        return _texts(run, arguments)
    if name in DUMPS:
        return run.texts_of(_argument(arguments, 0), "whole")
    if name in PASS:
        if name in ("and", "or"):
            for values in arguments[:-1]:
                run.condition(values)
        return frozenset().union(*arguments)
    if name in COPIES:
        for key in _words(arguments[1:]):
            run.read(run.field(arguments[0], key))
        return run.copy(node, _argument(arguments, 0))
    if name in MERGES:
        return _merge(run, arguments)
    if name in JOINS:
        return _join(run, name, arguments, node)
    if name in KINDS or name in PARSES:
        return ANY
    run.unknown.add(name)
    for values in arguments:
        run.escape(values, "whole")
    return ANY


def _include(run, arguments, node):
    names, dot = _argument(arguments, 0), _argument(arguments, 1)
    for name in _words([names]):
        run.invoke(name, dot)
    is_file = ("base",) in names and all(value[0] == "root" for value in dot)
    # A file is rendered anyway.
    if not is_file and any(value[0] != "word" for value in names):
        run.unknown.add("include")
        run.escape(dot, "whole")
    return ANY


def _tpl(run, arguments, node):
    template, dot = _argument(arguments, 0), _argument(arguments, 1)
    for value in template:
        if value[0] == "word":
            run.text_template(value[1], dot)
        elif value[0] == "file":
            for text in run.matching(value[1]):
                run.text_template(text, dot)
    return run.texts_of(template, "print")


def _dict(run, arguments, node):
    made = run.make(node)
    for key, values in zip(arguments[::2], arguments[1::2]):
        _put(run, [made], key, values)
    return frozenset([made])


def _list(run, arguments, node):
    made = run.make(node)
    for at, values in enumerate(arguments):
        run.put(made, str(at), values)
    return frozenset([made])


def _set(run, arguments, node):
    if len(arguments) == 3:
        _put(run, arguments[0], arguments[1], arguments[2])
    return _argument(arguments, 0)


def _unset(run, arguments, node):
    return _argument(arguments, 0)


def _get(run, arguments, node):
    return run.read(_below(run, _argument(arguments, 0), arguments[1:2]))


def _index(run, arguments, node):
    return run.read(_below(run, _argument(arguments, 0), arguments[1:]))


def _dig(run, arguments, node):
    found = run.read(_below(run, arguments[-1], arguments[:-2]))
    return found | arguments[-2]


def _pluck(run, arguments, node):
    return run.read(
        frozenset().union(*(_below(run, values, arguments[:1]) for values in arguments[1:]))
    )


def _has_key(run, arguments, node):
    run.read(_below(run, _argument(arguments, 0), arguments[1:2]))
    return ANY


def _pick(run, arguments, node):
    keys = arguments[1:]
    if any(value[0] != "word" for values in keys for value in values):
        return run.copy(node, _argument(arguments, 0))
    made = run.make(node)
    for key in _words(keys):
        run.put(made, key, run.read(run.field(arguments[0], key)))
    return frozenset([made])


def _keys(run, arguments, node):
    for values in arguments:
        run.elements(values)
    return ANY


def _values(run, arguments, node):
    made = run.make(node)
    run.put(made, "*", run.elements(_argument(arguments, 0)))
    return frozenset([made])


def _first(run, arguments, node):
    return run.elements(_argument(arguments, 0))


def _ternary(run, arguments, node):
    run.condition(_argument(arguments, 2))
    return frozenset().union(*arguments[:2])


def _required(run, arguments, node):
    return _argument(arguments, 1)


def _fail(run, arguments, node):
    for values in arguments:
        run.escape(values, "print")
    return NOTHING


def _not(run, arguments, node):
    for values in arguments:
        run.condition(values)
    return ANY


def _len(run, arguments, node):
    """A key more makes a map longer."""
    run.elements(_argument(arguments, 0))
    return ANY


def _has(run, arguments, node):
    found = _argument(arguments, 1)
    held = {value for values in run.merged(found) for value in _elements(run, values)}
    return _compare(run, [_argument(arguments, 0), found | held], node)


def _deep_equal(run, arguments, node):
    for values in arguments:
        run.escape(values, "whole")
    return _compare(run, arguments, node)


def _texts(run, arguments):
    return frozenset().union(*(run.texts_of(values, "print") for values in arguments)) or ANY


def _merge(run, arguments):
    """Into the first, which it gives."""
    target = _argument(arguments, 0)
    for values in arguments[1:]:
        for container in target:
            run.merge(container, values)
    maps = {value for value in target if value[0] in ("at", "made", "root")}
    return frozenset(maps) or frozenset().union(*arguments)


def _join(run, name, arguments, node):
    """A list of the elements of lists, and of elements."""
    made = run.make(node)
    lists = arguments if "oncat" in name else arguments[:1]
    for values in lists:
        run.put(made, "*", run.elements(values))
    for values in arguments[len(lists) :]:
        run.put(made, "*", values)
    return frozenset([made])


def _compare(run, arguments, node):
    constants = {value for values in arguments for value in values if value[0] in ("word", "other")}
    for values in arguments:
        for value in values:
            if value[0] in ("at", "text"):
                for kind, constant in constants:
                    mark = "~" if value[0] == "text" else "#" if kind == "other" else ""
                    if constant and (kind, constant) != ("other", "nil"):
                        run.compared[value[1]].add(mark + constant)
    return ANY


def _elements(run, value):
    """Those of a list that a template makes."""
    held = run.held.get(value, {}) if value[0] == "made" else {}
    return frozenset().union(*held.values())


def _below(run, values, keys):
    """What some keys lead to, one after the other."""
    for key in keys:
        found = set()
        for name in _words([key]):
            found |= run.field(values, name)
        for number in {value[1] for value in key if value[0] == "other"}:
            found |= run.item(values, number)
        if any(value[0] not in ("word", "other") for value in key) or not key:
            found |= run.elements(values)
        values = frozenset(found)
    return values


def _put(run, containers, key, values):
    for container in containers:
        if container[0] not in ("at", "made", "root"):
            continue
        for name in _words([key]):
            run.put(container, name, values)
        if any(value[0] != "word" for value in key):
            run.put(container, "*", values)


def _words(arguments):
    """Sorted, so that a run is like another."""
    return sorted({value[1] for values in arguments for value in values if value[0] == "word"})


def _argument(arguments, at):
    return arguments[at] if at < len(arguments) else NOTHING


OWN = {
    "include": _include,
    "tpl": _tpl,
    "dict": _dict,
    "list": _list,
    "tuple": _list,
    "set": _set,
    "unset": _unset,
    "get": _get,
    "index": _index,
    "dig": _dig,
    "pluck": _pluck,
    "hasKey": _has_key,
    "pick": _pick,
    "keys": _keys,
    "values": _values,
    "first": _first,
    "mustFirst": _first,
    "last": _first,
    "mustLast": _first,
    "ternary": _ternary,
    "required": _required,
    "fail": _fail,
    "not": _not,
    "empty": _not,
    "all": _not,
    "any": _not,
    "len": _len,
    "eq": _compare,
    "ne": _compare,
    "has": _has,
    "mustHas": _has,
    "deepEqual": _deep_equal,
}
