"""The field app's code as it is served means what was written."""

import json
import subprocess
from pathlib import Path

import pytest

from server.release import served
from server.settings import Settings
from server.shorten import short_script

NODE = Path(__file__).parents[2] / ".venv" / "bin" / "node"
# Node brings the parser that its own console uses. Places are left out: they moved. Where a line of html`…` is indented
# means nothing on a page; in any other text it does.
COMPARE = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const flat = (node) => ({ ...node, quasi: { ...node.quasi, quasis: node.quasi.quasis.map(({ value }) => value.raw.replace(/\\n\\s+/g, "\\n")) } });
const known = (value) => typeof value === "bigint" ? String(value)
  : value?.type === "TaggedTemplateExpression" && value.tag.name === "html" && value.quasi.quasis[0].type ? flat(value) : value;
// A private name may be any other, as long as each is another: it is known by when it came up first.
const meaning = (code) => {
  const privates = new Map();
  const known_here = (value) => {
    if (value?.type !== "PrivateIdentifier") return known(value);
    if (!privates.has(value.name)) privates.set(value.name, privates.size);
    return { type: value.type, name: privates.get(value.name) };
  };
  return JSON.stringify(parse(code, { ecmaVersion: "latest", sourceType: "module" }), (key, value) => key === "start" || key === "end" ? undefined : known_here(value));
};
const pairs = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(pairs.filter(([, written, sent]) => meaning(written) !== meaning(sent)).map(([path]) => path)));
"""


def differing(pairs: list[list[str]]) -> list[str]:
    ran = subprocess.run(
        [NODE, "--expose-internals", "-e", COMPARE], input=json.dumps(pairs), capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def test_the_code_that_travels_means_what_was_written():
    files = [path for path in Settings.web_dir.rglob("*.js") if path.is_file()]
    pairs = [[str(path), path.read_text("utf-8"), served(path).decode()] for path in files]
    assert len(pairs) > 100 and differing(pairs) == []
    assert sum(len(sent) for _, _, sent in pairs) < 0.7 * sum(len(written) for _, written, _ in pairs)
    assert differing([["a.js", "f('/** x */ y')", "f('y')"], ["b.js", "f(`a\n  b`)", "f(`a\nb`)"]]) == ["a.js", "b.js"]
    assert differing([["p.js", "class A { #a; #b; c() { this.#a } }", "class A { #x; #y; c() { this.#y } }"]]) == ["p.js"]
    assert differing([["c.js", "html`<p>\n  ${a}\n  </p>`", "html`<p>\n${a}\n</p>`"]]) == []


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("const a = 1; // why\nconst b = 2;\n", "const a=1;const b=2;\n"),
        ("a = b /* c */ / d / e;", "a=b/d/e;\n"),
        ("const url = 'http://x'; // y", "const url='http://x';\n"),
        ("return /[/'\"]\\//g.test(text) ? `//${ a } /* b */` : \"//\"", 'return/[/\'"]\\//g.test(text)?`//${a} /* b */`:"//"\n'),
        ("let a = b\n(c)\n", "let a=b\n(c)\n"),
        ("f(a, - -b, c + +d, e - f)", "f(a,- -b,c+ +d,e-f)\n"),
        ("html`<p>\n    ${ x ? html`<b>\n  ${y}</b>` : `z\n  z` }\n  </p>`", "html`<p>\n${x?html`<b>\n${y}</b>`:`z\n  z`}\n</p>`\n"),
        ("`${ { a: { b: 1 } }.a.b }`", "`${{a:{b:1}}.a.b}`\n"),
        ("class A { #store; #read() { return this.#store; } }", "class A{#a;#b(){return this.#a;}}\n"),
        ("x = 1 .toString() + a?.5:b", "x=1 .toString()+a?.5:b\n"),
    ],
)  # fmt: skip
def test_a_script_is_read_as_a_browser_reads_it(written, sent):
    assert short_script(written) == sent


def test_styles_lose_their_comments_and_nothing_else():
    for path in Settings.web_dir.rglob("*.css"):
        assert "/*" not in served(path).decode()
        assert served(path).count(b"{") == path.read_text("utf-8").count("{")


def test_texts_say_what_was_written():
    for path in [*Settings.web_dir.rglob("*.json"), *Settings.web_dir.rglob("*.webmanifest")]:
        assert json.loads(served(path)) == json.loads(path.read_text("utf-8"))
        assert b"\n" not in served(path)
