"""Files of a git repository at a commit, without a work tree.

Reads checkouts and bare mirrors alike, and never the network.
"""

import subprocess


class Repository:
    """One clone; a single `git cat-file` answers all its reads."""

    def __init__(self, path):
        self.path = path
        self._process = None
        self._files = {}

    def close(self):
        if self._process:
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
            self._process = None

    def tags(self):
        """Each tag with the day on which it was made, by the tagger's clock."""
        listing = self._run(
            "for-each-ref", "--format=%(refname:strip=2) %(creatordate:short)", "refs/tags"
        )
        return dict(line.split(" ") for line in listing.splitlines() if " " in line)

    def resolves(self, revision):
        return self._object(revision + "^{commit}") is not None

    def read(self, revision, path):
        """The text of a file, or `None`."""
        found = self._object("%s:%s" % (revision, path))
        return found[1].decode("utf-8", "replace") if found and found[0] == "blob" else None

    def read_bytes(self, revision, path):
        found = self._object("%s:%s" % (revision, path))
        return found[1] if found and found[0] == "blob" else None

    def names(self, revision, folder):
        """What is right below a folder, sorted; nothing if there is none."""
        found = self._object("%s:%s" % (revision, folder))
        if not found or found[0] != "tree":
            return []
        names, rest = [], found[1]
        while rest:
            # A tree's entry: mode, blank, name, zero, 20 bytes of object id.
            end = rest.index(b"\0")
            names.append(rest[:end].split(b" ", 1)[1].decode("utf-8"))
            rest = rest[end + 21 :]
        return sorted(names)

    def _object(self, name):
        if name not in self._files:
            self._files[name] = self._ask(name)
        return self._files[name]

    def _ask(self, name):
        if self._process is None:
            command = ["git", "-C", self.path, "cat-file", "--batch"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._process.stdin.write(name.encode("utf-8") + b"\n")
        self._process.stdin.flush()
        head = self._process.stdout.readline().split()
        if not head:
            raise SystemExit("%s is no git repository" % self.path)
        if head[-1] in (b"missing", b"ambiguous"):
            return None
        content = self._process.stdout.read(int(head[-1]) + 1)[:-1]
        return head[1].decode("ascii"), content

    def _run(self, *arguments):
        command = ["git", "-C", self.path] + list(arguments)
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
