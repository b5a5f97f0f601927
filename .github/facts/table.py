"""The form of the tables: what Rust reads in src/facts/table.rs.

Comments that name the source, a checksum of the rows, a line of names, then
one fact a line, cells apart by tabs, `-` for nothing.
"""


class Table:
    """What one file is to hold; `comments` stand below the checksum."""

    def __init__(self, name, source, names, rows, comments=()):
        self.name = name
        self.source = source
        self.names = names
        self.rows = rows
        self.comments = comments

    def text(self):
        rows = "".join("\t".join(row) + "\n" for row in self.rows)
        for row in self.rows:
            blemish = len(row) != len(self.names) or any(
                not c or "\t" in c or "\n" in c for c in row
            )
            if blemish:
                raise ValueError("%s can't hold %r" % (self.name, row))
        head = [
            "# source: " + self.source,
            "# made by: .github/facts/make.py",
            "# rows: %d, fnv64 %016x" % (len(self.rows), fnv64(rows.encode("utf-8"))),
            *("# " + comment for comment in self.comments),
            "\t".join(self.names),
        ]
        return "".join(line + "\n" for line in head) + rows


def fnv64(octets):
    """FNV-1a of 64 bits, as in src/facts/table.rs."""
    value = 0xCBF29CE484222325
    for octet in octets:
        value = (value ^ octet) * 0x100000001B3 % (1 << 64)
    return value


def rows(text):
    """The rows of a table, hand-made or not, each by its names."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]
