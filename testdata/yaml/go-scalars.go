// Prints what gopkg.in/yaml.v2 makes of plain and tagged scalars: the input,
// the Go type and the value, separated by tabs. A row of type "error" is a
// document that yaml.v2 refuses.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run testdata/yaml/go-scalars.go > testdata/yaml/go-scalars.tsv
package main

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v2"
)

// Words, one list a subject. Those of `numbers` get every sign.
var (
	numbers = `0 1 7 8 9 12 007 0644 08 09 0755 00 0_7 644 1_000 1__0 1_ 12_34_56
		0x0 0x1F 0X1f 0xabc_def 0x 0xg 0xFFFFFFFFFFFFFFFF 0x8000000000000000 0x7FFFFFFFFFFFFFFF
		0o17 0O17 0o8 0o 0o_7 0b0 0b101 0B11 0b2 0b 0b_1 0b-1 0b+1
		2147483648 9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616
		0.0 1.5 1. .5 1.30 1.10 1_000.5 1_0.2_5 .5_0 ._5 1.5_ 1e3 1E3 1e+3 1e-3 1.e3 .5e1 1e400 1e-400
		1e 1e+ e3 1.5.0 1..2 . .. 0.1e2 00.5 08.5 1_e3 1e1_0 0x1.8p3 0x1p-2 1p3
		.inf .Inf .INF .iNF .nan .NaN .NAN .Nan inf Inf Infinity nan NaN 1:30 12:30:45 190:20:30.15 60:00 1:30.5`
	words = `~ null Null NULL nULL nil none None y Y yes Yes YES yEs n N no No NO nO true True TRUE
		tRUE t T false False FALSE f F on On ON oN off Off OFF oFF ~~ << = true1 yes. null, on-off`
	network = `10.42.0.0 10.42.0.0/16 10.43.0.0/16,fd00::/108 127.0.0.1:6443 10.42 10.42.0 255.255.255.0
		::1 fd00::/8 2001:db8::1 2001:db8:42::/56 fe80::1%eth0 00:11:22:33:44:55 01:02:03 10:20 1:2
		30000-32767 1500 9000 8472 6443 0.0.0.0/0 ::/0 node-1 10.0.0.1,10.0.0.2 443,80 1,000 1,000.5`
	versions = `v1.28.3+rke2r1 1.28 1.28.3 1.20 1.30 v1 1.0.0-rc1 3.27.003 1e2.3 100m 1Gi 0.5 5s 1h30m 50% 0755x 0x1Fz
		1e5a 12abc 0000 0001 000.1 20240101 1.2e3.4 +1.28 -v --x`
	dates = `2024-01-01 2024-1-1 2024-13-01 2024-01-01T00:00:00Z 2024-01-01T10:20:30.5+02:00 2024-01-01t10:20:30Z
		2024- 2024-01 1-1-2024 12:00 2001-12-14T21:59:43.10-05:00`
	tagged = []string{
		`!!str 12`, `!!str yes`, `!!str null`, `!!str`, `!!str ""`, `!!str 0x1F`, `!!str 2024-01-01`,
		`!!int "12"`, `!!int '0x1F'`, `!!int 12`, `!!int "1_000"`, `!!int abc`, `!!int 1.5`, `!!int ""`, `!!int yes`,
		`!!float 12`, `!!float "1.5"`, `!!float "12"`, `!!float 0x10`, `!!float abc`, `!!float .inf`, `!!float ""`,
		`!!bool yes`, `!!bool "yes"`, `!!bool "true"`, `!!bool 1`, `!!bool maybe`, `!!bool ""`,
		`!!null ""`, `!!null ~`, `!!null "null"`, `!!null x`, `!!null`, `!!timestamp 2024-01-01`, `!!timestamp x`,
		`!!timestamp "2024-01-01"`, `!!binary aGk=`, `!!binary "aGk="`, `!!binary x`, `!!set x`, `!!foo 12`,
		`!foo 12`, `!foo "12"`, `!foo yes`, `!foo`, `! 12`, `! "12"`, `! 'yes'`, `!`, `! ""`,
		`!<tag:yaml.org,2002:int> "12"`, `!<tag:yaml.org,2002:str> 12`, `!<tag:yaml.org,2002:bool> "on"`, `!<!int> "12"`,
		`&a 12`, `&a !!str 12`, `!!str &a 12`, `&a`, `"12"`, `'12'`, `"yes"`, `'~'`, `""`, `''`, `"0x1F"`, `'1.5'`,
		`2024-01-01 10:20:30`, `2024-01-01 10:20:30.5`, `2024-01-01 10:20`, `1 000`, `yes no`, `0x1F 2`, `- 1`, `12 # c`,
		`~ # c`, `# c`, `1#2`, `a #`, `-1`, `- `, `?x`, `:x`, `-x`, `a:b`, `a,b`, `a]`, `a}b`, `é`, `☕`, `12é`, `yes☕`, `1 2`, `0 `,
		`.a`, `+a`, `-a`, `+`, `-`, `+-1`, `-+1`, `--1`, `++1`, `_1`, `_`, `__`, `+_1`, `-_1`, `0_`, `0x_1`, `0_x1`, `0b1_0`, `-_`, `+.`, `-.`, `-..5`,
	}
)

func main() {
	fmt.Println("# What yaml.v2 v2.4.0 makes of `v: INPUT`: input, Go type, Go value as a quoted string.")
	fmt.Println("# made by: testdata/yaml/go-scalars.go")
	seen := map[string]bool{}
	row := func(input string) {
		if seen[input] {
			return
		}
		seen[input] = true
		kind, value := decode("v: " + input + "\n")
		fmt.Printf("%s\t%s\t%s\n", input, kind, strconv.Quote(value))
	}
	for _, sign := range []string{"", "-", "+"} {
		for _, word := range strings.Fields(numbers) {
			row(sign + word)
		}
	}
	for _, list := range []string{words, network, versions, dates} {
		for _, word := range strings.Fields(list) {
			row(word)
		}
	}
	for _, input := range tagged {
		row(input)
	}
}

func decode(text string) (string, string) {
	var doc map[string]interface{}
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return "error", err.Error()
	}
	switch value := doc["v"].(type) {
	case nil:
		return "nil", ""
	case float64:
		return "float64", strconv.FormatFloat(value, 'g', -1, 64)
	default:
		return fmt.Sprintf("%T", value), fmt.Sprint(value)
	}
}
