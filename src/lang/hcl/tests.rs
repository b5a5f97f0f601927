//! HCL by example.

use super::*;
use crate::{
    text::FileId,
    yaml::{Lookup, Node, embed_yaml, parse_text},
};

fn file(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(FileId(0), "main.tf", text))
}

/// The value of `a`.
#[track_caller]
fn value(file: &Arc<SourceFile>) -> Expr {
    let body = parse(file);
    assert_eq!(body.errors, [], "{}", file.text);
    body.attribute("a").expect("the file sets it").value.clone()
}

/// The text that `a` is, and what of the file each of its characters lies on.
#[track_caller]
fn check_text(source: &str, text: &str, pieces: &[&str]) {
    let file = file(source);
    let found = value(&file).text().expect("it is text");
    assert_eq!(found.text, text);
    let places = found.text.char_indices().map(|(at, char)| {
        let span = found.slice(at, at + char.len_utf8()).span(&file);
        file.slice(span).to_owned()
    });
    assert_eq!(places.collect::<Vec<_>>(), pieces);
}

fn check_lines(source: &str, text: &str, lines: &[&str]) {
    let file = file(source);
    let found = value(&file).text().expect("it is text");
    assert_eq!(found.text, text, "{source}");
    let mut at = 0;
    let mut places = Vec::new();
    for line in found.text.split_inclusive('\n') {
        places.push(file.slice(found.slice(at, at + line.len()).span(&file)).to_owned());
        at += line.len();
    }
    assert_eq!(places, lines, "{source}");
}

/// The document that `a` is, with the slice of each node behind it.
#[track_caller]
fn check_document(source: &str, expected: &str) {
    let file = file(source);
    let node = value(&file).document(&file).expect("a document");
    assert_eq!(shown(&file, &node), expected);
}

fn shown(file: &SourceFile, node: &Node) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match node.kind() {
        _ if node.is_unknown() => format!("?<{}>", file.slice(node.span())),
        crate::yaml::Kind::Scalar => {
            format!("{:?}<{}>", node.scalar().expect("it is known"), file.slice(node.span()))
        }
        crate::yaml::Kind::Seq => {
            format!("[{}]", list(node.items().map(|item| shown(file, &item)).collect()))
        }
        crate::yaml::Kind::Map => {
            let entry = |entry: crate::yaml::Entry| {
                let key = match entry.key.as_str() {
                    Some(key) => format!("{key}<{}>", file.slice(entry.key.span())),
                    None => shown(file, &entry.key),
                };
                format!("{key}: {}", shown(file, &entry.value))
            };
            format!("{{{}}}", list(node.entries().map(entry).collect()))
        }
    }
}

#[test]
fn escapes_lie_where_they_are_written() {
    check_text(
        r#"a = "x\ty\"é\u00e9\\$${z}%%{$$%""#,
        "x\ty\"éé\\${z}%{$$%",
        &[
            "x", r"\t", "y", "\\\"", "é", r"\u00e9", r"\\", "$$", "{", "z", "}", "%%", "{", "$",
            "$", "%",
        ],
    );
    check_text("a = \"\"", "", &[]);
}

#[test]
fn interpolations_are_placeholders() {
    check_lines("a = \"x ${b} y\"", "x ${b} y", &["x ${b} y"]);
    check_lines(
        "a = \"${join(\",\", [for b in c : \"${b}/8\"])}:1\"",
        "${join(\",\", [for b in c : \"$_b_/8\"])}:1",
        &["${join(\",\", [for b in c : \"${b}/8\"])}:1"],
    );
    check_lines(
        "a = <<E\nx: ${f({\n  b = 1\n})}\ny: 1\nE\n",
        "x: ${f(__  b = 1__)}\ny: 1\n",
        &["x: ${f({\n  b = 1\n})}\n", "y: 1\n"],
    );
}

#[test]
fn heredocs_keep_what_stands_on_their_lines() {
    check_lines(
        "a = <<EOF\n  b: 1\n\n    c\\n: \"2\"\nEOF\n",
        "  b: 1\n\n    c\\n: \"2\"\n",
        &["  b: 1\n", "\n", "    c\\n: \"2\"\n"],
    );
    check_lines("a = <<EOF\nEOF\n", "", &[]);
    check_lines("a = <<EOF\n\nEOF\n", "\n", &["\n"]);
    check_lines("a = <<EOF\nEOFX\n EOF\n", "EOFX\n", &["EOFX\n"]);
    check_lines("a = <<EOF\r\nb: 1\r\nEOF\r\n", "b: 1\r\n", &["b: 1\r\n"]);
    check_lines("\u{feff}a = <<EOF\nb: 1\nEOF\n", "b: 1\n", &["b: 1\n"]);
}

#[test]
fn a_dash_takes_the_common_indentation_away() {
    check_lines(
        "a = <<-EOT\n    b:\n      c: $${d}\n    EOT\n",
        "b:\n  c: ${d}\n",
        &["b:\n", "  c: $${d}\n"],
    );
    // Blank lines stay what they are, and the end's indentation counts for nothing.
    check_lines(
        "a = <<-EOT\n    b: 1\n  \n     \n    c: 2\n  EOT\n",
        "b: 1\n  \n     \nc: 2\n",
        &["b: 1\n", "  \n", "     \n", "c: 2\n"],
    );
    // An interpolation is text, however it is indented.
    check_lines(
        "a = <<-EOT\n    b: 1\n  ${c}\n    EOT\n",
        "  b: 1\n${c}\n",
        &["  b: 1\n", "${c}\n"],
    );
    check_lines(
        "a = <<-EOT\n    b: 1\n${c}\n    EOT\n",
        "    b: 1\n${c}\n",
        &["    b: 1\n", "${c}\n"],
    );
    check_lines("a = <<-EOT\n\tb: 1\n\t c: 2\n\tEOT\n", "b: 1\n c: 2\n", &["b: 1\n", " c: 2\n"]);
}

#[test]
fn directives_stay_with_what_is_between_them() {
    let source = "a = <<-EOT\n  b: 1\n  %{ if c ~}\n  d: $${e}\n  %{ else }\n  f: ${g}\n  %{ endif ~}\n  %{ for h in i }- ${h}%{ endfor }\n  EOT\n";
    let text = "b: 1\n%{ if c ~}\nd: ${e}\n%{ else }\nf: ${g}\n%{ endif ~}\n%{ for h in i }- ${h}%{ endfor }\n";
    check_lines(
        source,
        text,
        &[
            "b: 1\n",
            "%{ if c ~}\n",
            "d: $${e}\n",
            "%{ else }\n",
            "f: ${g}\n",
            "%{ endif ~}\n",
            "%{ for h in i }- ${h}%{ endfor }\n",
        ],
    );
}

#[test]
fn functions_of_text() {
    check_lines("a = trimspace(<<E\n  b: 1\n\nE\n)", "b: 1", &["b: 1"]);
    check_lines("a = chomp(\"b\\n\")", "b", &["b"]);
    check_lines("a = indent(2, \"b:\\nc: 1\")", "b:\n  c: 1", &["b:\\n", "c: 1"]);
    check_lines(
        "a = join(\"\\n\", [\"b: 1\", c, \"d: 2\"])",
        "b: 1\n${unknown}\nd: 2",
        &["b: 1", "c", "d: 2"],
    );
    for source in ["a = f(\"b\")", "a = b.c", "a = indent(b, \"c\")", "a = b ? \"c\" : \"d\""] {
        assert_eq!(value(&file(source)).text(), None, "{source}");
    }
}

#[test]
fn text_is_read_as_yaml_where_it_stands() {
    let source = "a = <<-EOT\n    cni: canal\n    mtu: \"${b}\"\n    %{ if c }\n    d: 1\n    %{ endif }\n  EOT\n";
    let file = file(source);
    let tree = parse_text(&file, &value(&file).text().expect("it is text"));
    let root = tree.docs().next().expect("a document");
    let cni = root.get("cni").found().expect("it is there").value;
    assert_eq!(file.slice(cni.span()), "canal");
    assert!(root.get("mtu").found().expect("it is there").value.is_unknown());
    assert_eq!(tree.branches().len(), 1);
    let key = root.hidden_entries().next().expect("under a condition").key;
    assert_eq!(file.slice(key.span()), "d");
}

#[test]
fn objects_are_mappings() {
    check_document(
        "a = {\n  b = 1 # c\n  \"d-e\" : \"f\"\n  (g) = true, h = null\n}\n",
        "{b<b>: Int(1)<1>, d-e<\"d-e\">: Text<\"f\">, ?<g>: Bool(true)<true>, h<h>: Null<null>}",
    );
    check_document(
        "a = [\"true\", -1, 1.5, 1e3, b, [c ? 1 : 2], { for d in e : d => 1 }]",
        "[Text<\"true\">, Int(-1)<-1>, Float(1.5)<1.5>, ?<1e3>, ?<b>, [?<c ? 1 : 2>], \
         ?<{ for d in e : d => 1 }>]",
    );
    check_document("a = concat([1], b, [2])", "[Int(1)<1>, ?<b>, Int(2)<2>]");
    check_document("a = tolist([\"x${b}\"])", "[?<\"x${b}\">]");
}

#[test]
fn merge_overrides_in_order() {
    check_document("a = merge({ b = 1, c = 2 }, { b = 3 })", "{c<c>: Int(2)<2>, b<b>: Int(3)<3>}");
    check_document(
        "a = merge({ b = 1 }, c, { d = 2 })",
        "{b<b>: ?<1>, d<d>: Int(2)<2>, ?<c>: ?<c>}",
    );
    check_document(
        "a = merge({ b = 1, c = 2 }, d ? { b = 3 } : {})",
        "{b<b>: ?<1>, c<c>: Int(2)<2>, ?<d ? { b = 3 } : {}>: ?<d ? { b = 3 } : {}>}",
    );
    let file = file("a = merge({ b = 1 }, c...)");
    let node = value(&file).document(&file).expect("a document");
    assert!(matches!(node.get("x"), Lookup::Unknown));
}

#[test]
fn what_is_encoded_is_text() {
    let source = "a = yamlencode({\n  b = \"x \\\"y\\n\"\n  c = [{ d = 1, e = [] }, f]\n  g = merge(i, { h = true })\n})\n";
    let file = file(source);
    let text = value(&file).text().expect("it is text");
    let expected = "\"b\": \"x \\\"y\\n\"\n\"c\": \n  - \n    \"d\": 1\n    \"e\": []\n  - ${unknown}\n\
                    \"g\": \n  \"h\": true\n  ${unknown}: ${unknown}\n";
    assert_eq!(text.text, expected);
    let tree = parse_text(&file, &text);
    assert_eq!(tree.errors, []);
    let root = tree.docs().next().expect("a document");
    let expected = "{b<b>: Text<\"x \\\"y\\n\">, c<c>: [{d<d>: Int(1)<1>, e<e>: []}, ?<f>], \
                    g<g>: {h<h>: Bool(true)<true>, ?<i>: ?<i>}}";
    assert_eq!(shown(&file, &root), expected);
    let b = root.get("b").found().expect("it is there").value;
    assert_eq!((b.as_str(), file.slice(b.part_span(2, 3))), (Some("x \"y\n"), "\\\""));
}

#[test]
fn strings_of_objects_have_places_inside() {
    let source = "a = {\n  b = <<-EOT\n    c: 1\n      d: 2\n  EOT\n  e = \"x,y\"\n  f = yamlencode({ g = \"$${h} i\" })\n}\n";
    let file = file(source);
    let node = value(&file).document(&file).expect("a document");
    let find = |key: &str| node.get(key).found().expect("it is there").value;
    let heredoc = find("b");
    assert_eq!(heredoc.as_str(), Some("c: 1\n  d: 2\n"));
    assert_eq!(file.slice(heredoc.part_span(10, 11)), "2");
    assert_eq!(file.slice(find("e").part_span(2, 3)), "y");
    let inner = embed_yaml(&find("f")).expect("it is a string");
    let g = inner.docs().next().expect("a document").get("g").found().expect("it is there").value;
    assert_eq!((g.raw(), file.slice(g.part_span(5, 6))), (Some("${h} i"), "i"));
}

#[test]
fn blocks_attributes_and_references() {
    let source = "resource \"r\" n {\n  a = local.b\n  dynamic \"c\" {\n    for_each = d[*].e\n    content {\n      f = 1\n    }\n  }\n  c { f = 2 }\n}\n";
    let file = file(source);
    let body = parse(&file);
    let block = &body.blocks[0];
    assert_eq!(
        (block.kind.as_str(), &*block.labels),
        ("resource", &["r".to_owned(), "n".to_owned()][..])
    );
    assert_eq!(file.slice(block.span), source.trim_end());
    let a = block.body.attribute("a").expect("it is there");
    assert!(matches!(&a.value.value, Value::Reference(names) if names == &["local", "b"]));
    assert_eq!(file.slice(a.key), "a");
    let inner: Vec<&str> =
        block.body.blocks_of("c").map(|c| file.slice(c.body.attributes[0].value.span)).collect();
    assert_eq!(inner, ["1", "2"]);
}

#[test]
fn a_mistake_costs_its_block() {
    let source = "locals {\n  a = 1\n}\nresource \"r\" \"n\" {\n  b = = 2\n  c = <<EOF\nd: 1\nEOF\n}\nlocals {\n  e = <<EOF\nf: 1\nEOF\n}\n";
    let file = file(source);
    let body = parse(&file);
    let names = body.blocks.iter().map(|block| block.body.attributes[0].name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["a", "e"]);
    assert_eq!(body.errors.len(), 1);
    assert_eq!(file.line(body.errors[0].start), 4);
    let text = body.blocks[1].body.attributes[0].value.text().expect("it is text");
    assert_eq!(file.slice(text.span(&file)), "f: 1\n");
}
