"""Checks SARIF files against what GitHub requires, and the hashes of lines
against an implementation of our own in another language.

    audit_sarif.py FILE.sarif FOLDER [--every-rule]

FOLDER is what URIs are relative to. With --every-rule, each rule has a result.

Source: github/docs sarif-support-for-code-scanning.md; the hash as
github/codeql-action describes it in src/fingerprints.ts.
"""

import json
import pathlib
import re
import sys
import urllib.parse

MASK = (1 << 64) - 1
LIMITS = {"results": 25_000, "rules": 25_000, "locations": 1_000, "tags": 20}


def hashes(text):
    """The hash of each line, by a window that rolls over all units."""
    raw = text.encode("utf-16-le")
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]
    text = re.sub("\r\n?", "\n", "".join(map(chr, units)))
    units = [ord(char) for char in text if char not in " \t"] + [65535]
    starts = [0] + [at + 1 for at, unit in enumerate(units) if unit == 10]
    units += [0] * 100
    gone = pow(37, 100, MASK + 1)
    rolling, at_end = 0, []
    for at, unit in enumerate(units):
        old = units[at - 100] if at >= 100 else 0
        rolling = (rolling * 37 + unit - gone * old) & MASK
        at_end.append(rolling)
    seen, found = {}, []
    for start in starts:
        value = f"{at_end[start + 99]:x}"
        seen[value] = seen.get(value, 0) + 1
        found.append(f"{value}:{seen[value]}")
    return found


# Figures of the action's own tests.
assert hashes("") == ["c129715d7a2bc9a3:1"]
assert hashes(" a\nb\n  \t\tc\n d")[1] == "54703d4cd895b18:1"
assert hashes("Lorem ipsum dolor sit amet.\n" * 10)[5] == "a7f2ff13bc495cf2:6"
assert hashes(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r")[3] == "e20e36e16fcb0cc8:1"


class Audit:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.wrong = []
        self.compared = 0

    def need(self, condition, where, what):
        if not condition:
            self.wrong.append(f"{where}: {what}")

    def text(self, value, where, most=None):
        good = isinstance(value, str) and value.strip() and len(value) <= (most or len(value))
        self.need(good, where, f"a text, not {value!r:.60}")

    def rule(self, rule, where):
        self.text(rule.get("id"), where + ".id", 255)
        self.text(rule.get("name"), where + ".name", 255)
        self.text(rule.get("shortDescription", {}).get("text"), where + ".shortDescription", 1024)
        self.text(rule.get("fullDescription", {}).get("text"), where + ".fullDescription", 1024)
        self.text(rule.get("help", {}).get("text"), where + ".help.text")
        self.text(rule.get("help", {}).get("markdown"), where + ".help.markdown")
        properties = rule.get("properties", {})
        self.need(1 <= len(properties.get("tags", [])) <= 10, where, "one to ten tags")
        self.need(properties.get("precision") in {"very-high", "high", "medium", "low"}, where, "precision")
        self.need(properties.get("problem.severity") in {"error", "warning", "recommendation"}, where, "problem.severity")
        self.need(rule.get("defaultConfiguration", {}).get("level") in {"error", "warning", "note"}, where, "a level")
        self.need(urllib.parse.urlparse(rule.get("helpUri", "")).scheme == "https", where, "helpUri")

    def location(self, location, where):
        physical = location.get("physicalLocation", {})
        uri = physical.get("artifactLocation", {}).get("uri", "")
        self.text(uri, where + ".uri")
        self.need(not re.match(r"/|[a-z]+:|\.\.?/", uri), where, f"a relative URI, not {uri}")
        region = physical.get("region", {})
        numbers = [region.get(key) for key in ("startLine", "startColumn", "endLine", "endColumn")]
        good = all(isinstance(number, int) and number >= 1 for number in numbers)
        self.need(good, where, f"a region, not {region}")
        self.need(good and numbers[:2] <= numbers[2:], where, "a region that ends behind its start")
        return urllib.parse.unquote(uri), region

    def result(self, result, rules, where):
        index = result.get("ruleIndex", -1)
        known = 0 <= index < len(rules) and rules[index]["id"] == result.get("ruleId")
        self.need(known, where, "ruleIndex is that of ruleId")
        self.need(result.get("level") in {"error", "warning", "note"}, where, "a level")
        self.text(result.get("message", {}).get("text"), where + ".message")
        self.need(1 <= len(result.get("locations", [])) <= LIMITS["locations"], where, "locations")
        path, region = self.location(result["locations"][0], where)
        links = set(re.findall(r"\]\((\d+)\)", result["message"]["text"]))
        related = result.get("relatedLocations", [])
        self.need(links == {str(it.get("id")) for it in related}, where, "each related location is linked")
        for number, location in enumerate(related):
            self.location(location, f"{where}.relatedLocations[{number}]")
        prints = result.get("partialFingerprints", {})
        self.text(prints.get("rke2lint/v1"), where + ".rke2lint/v1")
        if result.get("ruleId") != "unreadable-file":
            lines = hashes((self.folder / path).read_bytes().decode())
            line = region.get("startLine", 0)
            self.need(line <= len(lines) and prints.get("primaryLocationLineHash") == lines[line - 1], where, "the hash of its line")
            self.compared += 1
        return (path, region.get("startLine"), result.get("ruleId"), bool(result.get("suppressions")))

    def run(self, run, where, every_rule):
        driver = run.get("tool", {}).get("driver", {})
        for key in ("name", "semanticVersion", "informationUri"):
            self.text(driver.get(key), f"{where}.driver.{key}")
        rules = driver.get("rules", [])
        self.need(1 <= len(rules) <= LIMITS["rules"], where, "rules")
        ids = [rule.get("id") for rule in rules]
        self.need(ids == sorted(set(ids)), where, "rules sorted, each once")
        for number, rule in enumerate(rules):
            self.rule(rule, f"{where}.rules[{number}]")
        self.need(run.get("columnKind") == "utf16CodeUnits", where, "columnKind")
        for invocation in run.get("invocations", [{}]):
            self.need(isinstance(invocation.get("executionSuccessful"), bool), where, "an honest invocation")
            self.need("workingDirectory" not in invocation, where, "no folder of this machine")
        results = run.get("results")
        self.need(isinstance(results, list) and len(results) <= LIMITS["results"], where, "results")
        keys = [self.result(it, rules, f"{where}.results[{at}]") for at, it in enumerate(results)]
        self.need(len(keys) == len(set(keys)), where, "one result for a rule on a line")
        met = {key[2] for key in keys}
        self.need(not every_rule or met == set(ids), where, f"every rule, not without {set(ids) - met}")


def main(arguments):
    every_rule = "--every-rule" in arguments
    file, folder = [it for it in arguments if not it.startswith("--")]
    raw = pathlib.Path(file).read_bytes()
    log = json.loads(raw.decode())
    audit = Audit(folder)
    audit.need(not raw.startswith(b"\xef\xbb\xbf"), file, "no byte order mark")
    audit.need(log.get("version") == "2.1.0" and "$schema" in log, file, "SARIF 2.1.0")
    audit.need(1 <= len(log.get("runs", [])) <= 20, file, "runs")
    for number, run in enumerate(log.get("runs", [])):
        audit.run(run, f"{file}: runs[{number}]", every_rule)
    for line in audit.wrong:
        print(line)
    print(f"{file}: {len(audit.wrong)} wrong, {audit.compared} hashes of lines compared")
    return bool(audit.wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
