// Prints whether gopkg.in/yaml.v2 takes a text: the text and its answer, both
// quoted, and where `rke2lint` is known to answer otherwise, why. The answer is
// the number of documents, or the error.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run testdata/yaml/go-documents.go > testdata/yaml/go-documents.tsv
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"

	"gopkg.in/yaml.v2"
)

const (
	tab     = "miss: a tab where YAML 1.2 sees no indentation"
	json12  = "miss: JSON that YAML 1.1 has no word for"
	version = "miss: directives aren't looked at"
	names   = "miss: names of anchors and tags may hold more in YAML 1.2"
	merge   = "miss: what is merged isn't checked by the parser"
	keys    = "miss: what a key may be isn't checked by the parser"
	types   = "miss: tags of bytes aren't checked against their text"
	empty   = "miss: an empty key needs no `?` in YAML 1.2"
	left    = "miss: the text of a top scalar may begin at the margin in YAML 1.2"
	breaks  = "alarm: line breaks of YAML 1.1 that are none in 1.2"
	after   = "miss: a document behind `...` needs no `---` in YAML 1.2"
	flow    = "miss: in brackets text may hold `?` and begin with `:` in YAML 1.2"
	colon   = "alarm: in brackets text that ends with a colon"
	rare    = "alarm: nobody writes this"
)

var documents = []struct{ text, difference string }{
	// Streams
	{"", ""}, {"\n", ""}, {"# c\n", ""}, {"---\n", ""}, {"---\n---\n", ""}, {"a: 1\n---\nb: 2\n...\n", ""}, {"...\n", after},
	{"a\n---\nb\n---\n", ""}, {"--- a\n--- b\n", ""}, {"--- a: b\n", ""}, {"---a: b\n", ""}, {"a: 1\n...\nb: 2\n", after},
	{"\ufeffa: 1\n", ""}, {"\ufeff---\na: 1\n", ""}, {"a: 1\n\ufeffb: 2\n", ""}, {"- \ufeffa\n", ""}, {"a: b\ufeff\n", ""},
	{"%YAML 1.1\n---\na: 1\n", ""}, {"%YAML 1.2\n---\na: 1\n", ""}, {"%YAML 2.0\n---\na: 1\n", ""}, {"%FOO bar\n---\na: 1\n", version},
	{"%TAG ! tag:a.example,2026:\n---\n!b c\n", ""}, {"a: 1\n%YAML 1.1\n---\nb: 2\n", rare}, {"---\n%YAML 1.1\n---\na: 1\n", rare},
	{"a: 1\r\nb: 2\r\n", ""}, {"a: 1\rb: 2\r", ""}, {"a: 1\u0085b: 2\n", breaks}, {"a: 'b\u2028'\nc: 1\n", ""}, {"a: 1\u2028b: 2\n", breaks},
	{"a: \u0000\n", ""}, {"a: \u0007\n", ""}, {"a: \"\u0001\"\n", ""}, {"a: \u00e9 \u2615 \U00010437\n", ""}, {"# \u0001\na: 1\n", ""},
	// Indentation
	{"a:\n  b: 1\n c: 2\n", ""}, {"a:\n- b\n- c\n", ""}, {"a:\n- b\n c: d\n", ""}, {"- a\nb: c\n", ""}, {"a: 1\n  b: 2\n", ""}, {"  a: 1\nb: 2\n", ""},
	{"  a: 1\n  b: 2\n", ""}, {"a: b: c\n", ""}, {"a: - b\n", ""}, {"- - a\n  - b\n", ""}, {"- a: 1\n  b: 2\n", ""}, {"- a: 1\n b: 2\n", ""},
	{"a:\n    - b\n  - c\n", ""}, {"a\nb: 1\n", ""}, {"a: 1\nb\n", ""}, {"a: 1\nb\nc: 2\n", ""}, {"a: b\n  c\n", ""}, {"a: b\n  c: d\n", ""},
	// Tabs
	{"a:\n\tb: 1\n", ""}, {"a:\tb\n", ""}, {"a: b\tc\n", ""}, {"a: b\t\n", ""}, {"a: 1\t# c\n", ""}, {"-\ta\n", ""}, {"-\ta: 1\n", ""},
	{"a:\n\t# c\n  b: 1\n", ""}, {"a: 1\n\t# c\nb: 2\n", ""}, {"a: 1\n\t\nb: 2\n", ""}, {"\ta: 1\n", ""}, {"a:\n  - b\n\t- c\n", ""},
	{"a: {\n\t\"b\": 1\n}\n", ""}, {"a: [\n\t1,\n\t2\n\t]\n", tab}, {"{\n\t\"a\":\t[\n\t\t1\n\t]\n}\n", ""}, {"a: \"b\n\tc\"\n", ""}, {"a: b\n\tc\n", ""},
	{"a: |\n\tb\n", ""}, {"a: |\n  b\n\tc\n", ""}, {"a: |\n  \tb\n", ""}, {"a: [1]\n\tb: 2\n", ""},
	// Comments
	{"a: 'b'#c\n", ""}, {"a: \"b\"#c\n", ""}, {"a: [b]#c\n", ""}, {"a: {b: c}#d\n", ""}, {"a: |#b\n  c\n", ""}, {"a: >-#b\n  c\n", ""}, {"a: b#c\n", ""},
	{"a: b #c\n", ""}, {"a: #b\n", ""}, {"a:#b\n", ""}, {"a: b\n  # c\n  d\n", ""}, {"[a,#b\nc]\n", ""}, {"- 'a'#b: c\n", ""}, {"'a'#b: c\n", ""},
	// Quotes
	{"a: \"it\\'s\"\n", ""}, {"a: \"b\\/c\"\n", json12}, {"a: \"\\ud83d\\ude00\"\n", json12}, {"a: \"\\d\"\n", ""}, {"a: \"C:\\Users\"\n", ""}, {"a: \"\\x4\"\n", ""},
	{"a: 'b\\'c'\n", ""}, {"a: 'b''c'\n", ""}, {"a: \"b\n", ""}, {"a: 'b\nc: d\n", ""}, {"a: 'b' c\n", ""}, {"a: \"b\" c\n", ""}, {"a: 'b'c\n", ""}, {"a: \"b\nc\"\n", ""},
	{"a: \"b\n---\nc\"\n", ""}, {"'a': 1\n", ""}, {"\"a\" : 1\n", ""}, {"'a\nb': 1\n", ""}, {"a: ''\n", ""}, {"a: \"\\\n  b\"\n", ""},
	// Plain text
	{"a: @b\n", ""}, {"a: `b`\n", ""}, {"a: %b\n", ""}, {"a: *b\n", ""}, {"a: &b\n", ""}, {"a: !b\n", ""}, {"a: b: c\n", ""}, {"a: ::b\n", ""}, {"a: b:c\n", ""}, {"a: b:\n", ""},
	{"a: ?b\n", ""}, {"a: ? b\n", ""}, {"a: -b\n", ""}, {"a: b, c\n", ""}, {"a: ]\n", ""}, {"a: }b\n", ""}, {"a: ,b\n", ""}, {"a: b]\n", ""}, {"a: |b\n", ""}, {"a: >b\n", ""}, {"a: = b\n", ""},
	{"a b: c\n", ""}, {"a:b\n", ""}, {"a :b\n", ""}, {"a : b\n", ""}, {": a\n", empty}, {"? a\n", ""}, {"? a\n: b\n", ""}, {"?\n: a\n", ""}, {"- ? a\n  : b\n", ""},
	// Block text
	{"a: |\nb\n", ""}, {"a: |\n\n\n", ""}, {"a: |", ""}, {"a: |1\n  b\n", ""}, {"a: |0\n b\n", ""}, {"a: |10\n b\n", ""}, {"a: |+-\n b\n", ""}, {"a: |-2\n   b\n", ""}, {"a: | b\n", ""},
	{"a: |\n    b\n  c\n", ""}, {"a: |\n    \n  b\n", ""}, {"a: |2\n b\n", ""}, {"a: |\n  b\n c: d\n", ""}, {"a: |\n  b\n# c\n  d\n", ""}, {"--- |\na\n", left}, {"- |\n a\n", ""}, {"-\n |\n a\n", ""},
	{"- |\na\n", ""}, {"a: >\n  b\n\n   c\n", ""}, {"a: |\n  b\n\n# c\n", ""}, {"-\n|\n a\n", rare}, {"a: |\n  \n # b\nc: 1\n", rare},
	// Brackets
	{"[a, b", ""}, {"{a: b}}\n", ""}, {"a: [b]]\n", ""}, {"a: [b}\n", ""}, {"a: [b, c\nd: e\n", ""}, {"[a, , b]\n", ""}, {"[a, ]\n", ""}, {"[, a]\n", ""}, {"{a, b: c, }\n", ""}, {"{a:b}\n", ""}, {"{a:}\n", ""},
	{"{\"a\":b}\n", ""}, {"{'a':[b]}\n", ""}, {"{a:[b]}\n", ""}, {"[a: b, c: d]\n", ""}, {"[? a : b]\n", ""}, {"{? a : b}\n", ""}, {"{? a}\n", ""}, {"{: a}\n", empty}, {"[: a]\n", empty}, {"[-]\n", rare}, {"[- a]\n", ""},
	{"[a\n]\n", ""}, {"a: [b,\nc]\n", ""}, {"a: [\nb\n]\n", ""}, {"a: {\nb: c\n}\n", ""}, {"a: [b] c\n", ""}, {"[a] : b\n", keys}, {"[a]: b\n", keys}, {"{a: b}: c\n", keys}, {"[[a, b]: c]\n", keys}, {"[a #b\n, c]\n", ""},
	{"[a#b]\n", ""}, {"{a: http://b}\n", ""}, {"[fd00::/8, 10.0.0.0/8]\n", ""}, {"{a: fd00::1}\n", ""}, {"[a, ::/0]\n", flow}, {"[fd00::]\n", ""}, {"{a: fd00::}\n", colon}, {"[\"::1\"]\n", ""}, {"a: ::/0\n", ""}, {"- ::/0\n", ""}, {"[http://a:80]\n", ""}, {"[a?b, ?c]\n", flow}, {"[::1, fd00::/8]\n", flow}, {"{a: ::1}\n", flow},
	// Anchors, tags, merges
	{"a: &x 1\nb: *x\n", ""}, {"a: *x\n", ""}, {"a: &x [*x]\n", ""}, {"a: &x 1\nb: &x 2\nc: *x\n", ""}, {"a: &x 1\n---\nb: *x\n", ""}, {"&x a: 1\n*x : 2\n", ""}, {"&x a: 1\n*x: 2\n", rare}, {"a: &x\nb: *x\n", ""},
	{"a: & b\n", ""}, {"a: &x.y b\n", names}, {"a: &x &y b\n", ""}, {"a: *x b\n", ""}, {"a: &x\n  b: 1\nc:\n  <<: *x\n", ""}, {"<<: 1\n", merge}, {"<<: [{a: 1}, {b: 2}]\n", ""}, {"<<: [1]\n", merge}, {"a: &x *y\n", ""},
	{"a: !!str 1\n", ""}, {"a: !!int b\n", ""}, {"a: !!foo b\n", ""}, {"a: !x!b c\n", ""}, {"a: !<x> b\n", ""}, {"a: !b,c d\n", rare}, {"a: !!map {b: c}\n", ""}, {"a: !!binary '?'\n", types}, {"a: !b#c d\n", names},
	// Keys
	{"a: 1\na: 2\n", ""}, {"{a: 1, a: 2}\n", ""}, {"1: a\ntrue: b\n~: c\n", ""}, {"? [a]\n: b\n", keys}, {"? {a: b}\n: c\n", keys}, {"? |\n  a\n: b\n", ""}, {"? - a\n: b\n", keys},
}

func main() {
	fmt.Println("# Whether yaml.v2 v2.4.0 takes a text: the text, how many documents or the error, and why we differ.")
	fmt.Println("# made by: testdata/yaml/go-documents.go")
	seen := map[string]bool{}
	for _, document := range documents {
		if seen[document.text] {
			continue
		}
		seen[document.text] = true
		fmt.Printf("%s\t%s\t%s\n", quoted(document.text), quoted(answer(document.text)), document.difference)
	}
}

func quoted(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err)
	}
	var ascii bytes.Buffer
	for _, char := range string(bytes.TrimSpace(out.Bytes())) {
		if char < 0x7f {
			ascii.WriteRune(char)
			continue
		}
		for _, unit := range utf16.Encode([]rune{char}) {
			fmt.Fprintf(&ascii, "\\u%04x", unit)
		}
	}
	return ascii.String()
}

func answer(text string) (result string) {
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	for count := 0; ; count++ {
		var doc interface{}
		switch err := decoder.Decode(&doc); err {
		case nil:
		case io.EOF:
			return fmt.Sprint(count)
		default:
			return err.Error()
		}
	}
}
