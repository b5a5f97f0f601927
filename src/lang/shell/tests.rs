//! The writes of scripts, with the place of each byte.

use super::*;
use crate::text::{FileId, SourceFile};

/// Each word of a text lies in the script as it is.
#[track_caller]
fn check_places(script: &str, text: &Sourced) {
    let file = SourceFile::new(FileId(0), "a.sh", script);
    let plain = |char: char| char.is_alphanumeric() || "-./:".contains(char);
    let mut at = 0;
    while let Some(start) = text.text[at..].find(plain).map(|found| at + found) {
        let rest = &text.text[start..];
        let end = start + rest.find(|char| !plain(char)).unwrap_or(rest.len());
        at = end;
        let word = text.slice(start, end);
        // A placeholder's text isn't where nothing is written.
        if !text.text[..start].ends_with("${") {
            assert_eq!(file.slice(word.span(&file)), word.text, "{script}");
        }
    }
}

/// Each write as `>path`, `>>path` or `|`, with `?` if it is conditional, and
/// what is written.
#[track_caller]
fn check(script: &str, expected: &[(&str, &str)]) {
    let found = written(&Sourced::verbatim(script, 0));
    let shown: Vec<(String, &str)> = found
        .iter()
        .map(|write| {
            let sign = if write.append { ">>" } else { ">" };
            let branch = if write.conditional { "?" } else { "" };
            let path = write.target.as_ref().map_or("|", |target| &target.text);
            (format!("{branch}{sign}{path}"), write.content.text.as_str())
        })
        .collect();
    let shown: Vec<(&str, &str)> =
        shown.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    assert_eq!(shown, expected, "{script}");
    for write in &found {
        check_places(script, &write.content);
    }
}

#[test]
fn here_documents() {
    check("cat <<EOF > /a\nx: 1\n\n  y: 2\nEOF\nz\n", &[(">/a", "x: 1\n\n  y: 2\n")]);
    check("cat >> /a <<'EOF'\nx: $1 \\$\nEOF\n", &[(">>/a", "x: $1 \\$\n")]);
    check("cat > \"/a\" <<- \"EOF\"\n\tx:\n\t  y: 1\n\tEOF\n", &[(">/a", "x:\n  y: 1\n")]);
    check("cat <<EOF > /a\n   x: 1\n   y: 2\nEOF", &[(">/a", "   x: 1\n   y: 2\n")]);
    check("cat <<EOF > /a\r\nx: 1\r\nEOF\r\n", &[(">/a", "x: 1\r\n")]);
    check("cat <<EOF >/a\nEOF\n", &[(">/a", "")]);
    check("cat <<EOF >/a\nx: 1\n EOF\n", &[(">/a", UNKNOWN_LINE)]);
}

const UNKNOWN_LINE: &str = "${unknown}\n";

#[test]
fn expansions_are_placeholders() {
    check(
        "cat > /a <<EOF\nx: $IP/${B}\ny: $(hostname -I | awk '{print $1}')\nz: `id`\n\
         a: ${X:-${Y}} $1 \\$K \\\\ \\\ncost $ 5\nEOF\n",
        &[(
            ">/a",
            "x: ${IP}/${B}\ny: ${(hostname -I | awk '_print $1_')}\nz: ${id}\n\
             a: ${X:-$_Y_} ${1} $K \\ cost $ 5\n",
        )],
    );
    check("cat > /a <<EOF\nx: $${tf} {{ \"$y\" }}\nEOF\n", &[(">/a", "x: ${tf} {{ \"$y\" }}\n")]);
    check("echo \"a: ${B:-\"c\"}\" > /a", &[(">/a", "a: ${B:-\"c\"}\n")]);
}

#[test]
fn echo_and_printf() {
    check("echo \"a: 1\nb: '2'\" > /a", &[(">/a", "a: 1\nb: '2'\n")]);
    check("echo 'a: \"1\"' >>/a", &[(">>/a", "a: \"1\"\n")]);
    check(
        "echo -e \"a: 1\\nb: \\\"2\\\"\" | sudo tee -a /a > /dev/null",
        &[(">>/a", "a: 1\nb: \"2\"\n")],
    );
    check("echo \"m: \"https://x\" y\" > /a", &[(">/a", "m: https://x y\n")]);
    check("echo -n a   b: > /a", &[(">/a", "a b:")]);
    check("echo \"a\\nb\" > /a", &[(">/a", UNKNOWN_LINE)]);
    check("printf 'a: %s\\nb: 2\\n' \"$X\" > /a", &[(">/a", "a: ${X}\nb: 2\n")]);
    check("printf '%s\\n' a: 'b: 1' | tee /a", &[(">/a", "a:\nb: 1\n")]);
    check("printf \"$X\" > /a", &[(">/a", UNKNOWN_LINE)]);
    check("echo $'a: 1\\nb: 2' > /a", &[(">/a", "a: 1\nb: 2\n")]);
}

#[test]
fn tee_takes_what_it_reads() {
    check("tee /a <<EOF\nx: 1\nEOF", &[(">/a", "x: 1\n")]);
    check("sudo tee -a /a >/dev/null <<EOF\nx: 1\nEOF", &[(">>/a", "x: 1\n")]);
    check("cat <<EOF | sudo -E tee /a /b\nx: 1\nEOF\n", &[(">/a", "x: 1\n"), (">/b", "x: 1\n")]);
    check("cat << EOF | envsubst > /a\nx: $Y\nEOF\n", &[(">/a", "x: ${Y}\n")]);
    check("cat <<EOF | sed s/x/y/ > /a\nx: 1\nEOF\n", &[(">/a", UNKNOWN_LINE)]);
    check("tee /a <<< 'x: 1'", &[(">/a", "x: 1\n")]);
    check("install -m 600 /dev/stdin /a <<EOF\nx: 1\nEOF", &[(">/a", "x: 1\n")]);
}

#[test]
fn groups_and_functions() {
    check("{ echo a: 1; mkdir x; echo 'b: 2'; } > /a", &[(">/a", "a: 1\nb: 2\n")]);
    check("(echo a:; cmd; echo '  b: 1') >> /a", &[(">>/a", "a:\n${unknown}\n  b: 1\n")]);
    check(
        "{ echo a: 1; if [ x ]; then echo '  b: 2'; fi; } > /a",
        &[(">/a", "a: 1\n  ${unknown}\n")],
    );
    check("f() { cat <<EOF\na: 1\nEOF\n}\nf > /a\n", &[(">/a", "a: 1\n")]);
    check("function f { echo a: 1 > /a; }\n", &[(">/a", "a: 1\n")]);
    check("X=$(cat <<EOF\na: 1\nEOF\n)\necho \"$X\" | tee /a", &[(">/a", "a: 1\n")]);
    check("read -r -d '' X <<EOF\na: 1\nEOF\ncat <<< \"$X\" > /a", &[(">/a", "a: 1\n\n")]);
}

#[test]
fn branches_and_tests() {
    check(
        "if x; then\necho a > /a\nelif y; then echo b > /a; else echo c > /a; fi",
        &[("?>/a", "a\n"), ("?>/a", "b\n"), ("?>/a", "c\n")],
    );
    check("case $x in a) echo a > /a;; *) echo b > /b;; esac", &[("?>/a", "a\n"), ("?>/b", "b\n")]);
    check("for x in a b; do echo $x >> /a; done", &[("?>>/a", "${x}\n")]);
    check("[ -f /a ] || echo a > /a", &[("?>/a", "a\n")]);
    check("mkdir -p /x && echo a > /a", &[(">/a", "a\n")]);
    check(
        "{% if x %}\necho a > /a\n{% endif %}\necho b > /b\n",
        &[("?>/a", "a\n"), (">/b", "b\n")],
    );
    check(
        "%{ if x ~}\necho a > /a\n%{ else ~}\ncat > /a <<E\n%{ if y }b%{ endif }\nE\n%{ endif ~}\n",
        &[("?>/a", "a\n"), ("?>/a", "%{ if y }b%{ endif }\n")],
    );
    check("%{ for x in y ~}\necho a > /a\n", &[("?>/a", "a\n")]);
    check(
        "%{ if x ~}\necho a > /a\n%{ else ~}\necho b > /a\n%{ endif ~}\n",
        &[("?>/a", "a\n"), ("?>/a", "b\n")],
    );
}

#[test]
fn variables_in_paths() {
    check("D=/etc/x\nF=\"$D/config.yaml\"\necho a > $F", &[(">/etc/x/config.yaml", "a\n")]);
    check("if x; then D=/a; else D=/b; fi\necho a > $D/c", &[(">${D}/c", "a\n")]);
    check("D=/a\necho x > $D/c\nD=/b\necho y > $D/c", &[(">/a/c", "x\n"), (">/b/c", "y\n")]);
    check("F=${F:-/etc/c}\necho a > ${F}", &[(">/etc/c", "a\n")]);
    check("echo a > $1/c", &[(">${1}/c", "a\n")]);
}

#[test]
fn scripts_in_scripts() {
    check("sudo bash -c 'cat > /a <<EOF\nx: $Y\nEOF'", &[(">/a", "x: ${Y}\n")]);
    check("ssh u@h \"cat > /a <<EOF\nx: \\\"1\\\"\nEOF\n\"", &[(">/a", "x: \"1\"\n")]);
    check("ssh h 'cat > /a' <<EOF\nx: 1\nEOF\n", &[(">/a", "x: 1\n")]);
    check("ssh h sudo tee /a <<EOF\nx: 1\nEOF\n", &[(">/a", "x: 1\n")]);
    check("ssh h <<'EOF'\nsudo tee /a <<E2\nx: 1\nE2\nEOF\n", &[(">/a", "x: 1\n")]);
    check("echo 'x: 1' | ssh h \"sudo tee -a /a\"", &[(">>/a", "x: 1\n")]);
    check("bash /a.sh <<EOF\nx: 1 > /b\nEOF\n", &[(">/b", UNKNOWN_LINE)]);
}

#[test]
fn objects_for_the_cluster() {
    check("kubectl apply -f - <<EOF\nkind: X\nEOF\n", &[(">|", "kind: X\n")]);
    check("cat <<EOF | kubectl -n x create -f -\nkind: X\nEOF\n", &[(">|", "kind: X\n")]);
    check("kubectl get pods <<< x", &[]);
}

#[test]
fn what_is_no_file() {
    check("echo a >&2; echo b 2> /e; echo c > /dev/null; echo d &> /dev/stderr", &[]);
    check("echo 'a: 1 > /x'", &[]);
    check("# echo a > /x\n", &[]);
}

/// Each document's path and content.
#[track_caller]
fn check_documents(script: &str, expected: &[(&str, &str)]) {
    let found = documents(written(&Sourced::verbatim(script, 0)));
    let shown: Vec<(&str, &str)> = found
        .iter()
        .map(|document| {
            let path = document.target.as_ref().map_or("|", |target| &target.text);
            (path, document.content.text.as_str())
        })
        .collect();
    assert_eq!(shown, expected, "{script}");
    for document in &found {
        check_places(script, &document.content);
    }
}

#[test]
fn writes_to_one_file_are_one_document() {
    check_documents(
        "echo a: 1 > /a\necho b: 2 >> /a\necho c: 3 > /b",
        &[("/a", "a: 1\nb: 2\n"), ("/b", "c: 3\n")],
    );
    check_documents(
        "echo a: 1 > /a\nif x; then echo b: 2 >> /a; fi\necho c: 3 >> /a\n",
        &[("/a", "a: 1\n${unknown}\nc: 3\n")],
    );
    check_documents(
        "if x; then echo a: 1 > /a; else echo a: 2 > /a; fi; echo c: 3 >> /a",
        &[("/a", "a: 1\nc: 3\n"), ("/a", "a: 2\nc: 3\n")],
    );
    check_documents("echo a: 1 >> /a", &[("/a", "${unknown}\na: 1\n")]);
    check_documents("echo a: 1 > /a\nsed -i s/1/2/ /a\n", &[("/a", "a: 1\n${unknown}\n")]);
    check_documents("curl x > /a\ndate > /b\necho b: 1 >> /b", &[("/b", "${unknown}\nb: 1\n")]);
    check_documents(
        "kubectl apply -f - <<< a\nkubectl apply -f - <<< b\n",
        &[("|", "a\n"), ("|", "b\n")],
    );
    check_documents(
        "f() { echo a: 1 > /a; }\ng() { echo b: 2 >> /a; }",
        &[("/a", "a: 1\n${unknown}\n"), ("/a", "${unknown}\nb: 2\n")],
    );
}

#[test]
fn words_that_sed_replaces() {
    check(
        "echo 'a: VENDOR' > /a\nsed -e \"s/VENDOR/$x/g\" /a > /b",
        &[(">/a", "a: ${VENDOR}\n"), (">/b", UNKNOWN_LINE)],
    );
    check(
        "echo 'a: @IP@/24' > /a; sed -i 's|@IP@|1|' /a2",
        &[(">/a", "a: ${@IP@}/24\n"), (">>/a2", UNKNOWN_LINE)],
    );
    check("echo 'a: VENDOR' > /a; sed -n 's/vendor/x/p' /a", &[(">/a", "a: VENDOR\n")]);
}
