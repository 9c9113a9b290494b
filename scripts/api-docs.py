#!/usr/bin/env python3
"""Writes docs/api.md from the committed CRDs, so that the reference never says anything else than the API server does.

Usage: scripts/api-docs.py            write docs/api.md
       scripts/api-docs.py --check    fail if docs/api.md is not what would be written
       scripts/api-docs.py --print    write to standard output

Needs nothing but Python 3.9 or newer: the CRDs are generated in one plain form of YAML, which is read here; anything beyond
that form is an error and not a guess.
"""
import json
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
CRDS = sorted((REPOSITORY / "crds").glob("*.cachecluster.dev.yaml"))
REFERENCE = REPOSITORY / "docs" / "api.md"
KEY = re.compile(r'^([A-Za-z0-9_./$-]+|"(?:[^"\\]|\\.)*"):(?: (.*))?$')


class Lines:
    """The lines of a document as (indentation, text, number), read one by one. The name is for messages."""

    def __init__(self, text, name):
        self.name = name
        self.items = [
            (len(line) - len(line.lstrip(" ")), line.strip(), number)
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip() and not line.lstrip().startswith("#") and line.strip() != "---"
        ]
        self.at = 0

    def peek(self):
        return self.items[self.at] if self.at < len(self.items) else (-1, "", 0)

    def next(self):
        self.at += 1
        return self.items[self.at - 1]

    def wrong(self, number, what):
        return SystemExit(f"{self.name}:{number}: {what}")

    def replace(self, indent, text):
        """Puts the rest of a line, which began with a dash, in its place."""
        self.items[self.at] = (indent, text, self.items[self.at][2])


def scalar(text, lines, number):
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("'"):
        if len(text) < 2 or not text.endswith("'"):
            raise lines.wrong(number, f"a string that does not end on its line; teach {Path(__file__).name} to read it")
        return text[1:-1].replace("''", "'")
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if text == "{}":
        return {}
    if text[0] in "[{|>&*!%@`":
        raise lines.wrong(number, f"{text[:20]!r} is a form of YAML that {Path(__file__).name} does not read; teach it")
    return text


def node(lines):
    indent, text, _ = lines.peek()
    return sequence(lines, indent) if text.startswith("- ") else mapping(lines, indent)


def sequence(lines, indent):
    values = []
    while lines.peek()[0] == indent and lines.peek()[1].startswith("- "):
        _, text, number = lines.peek()
        if KEY.match(text[2:]):
            lines.replace(indent + 2, text[2:])
            values.append(mapping(lines, indent + 2))
        else:
            lines.next()
            values.append(scalar(text[2:], lines, number))
    return values


def mapping(lines, indent):
    values = {}
    while lines.peek()[0] == indent and not lines.peek()[1].startswith("- "):
        _, text, number = lines.next()
        found = KEY.match(text)
        if not found:
            raise lines.wrong(number, f"no key where one was expected: {text[:40]!r}")
        key = scalar(found.group(1), lines, number) if found.group(1).startswith('"') else found.group(1)
        if found.group(2):
            values[key] = scalar(found.group(2), lines, number)
        else:
            below, begin, _ = lines.peek()
            nested = below > indent or (below == indent and begin.startswith("- "))
            values[key] = node(lines) if nested else None
    return values


def parse(text, name):
    lines = Lines(text, name)
    document = node(lines)
    if lines.at != len(lines.items):
        raise lines.wrong(lines.peek()[2], "could not be read from here on")
    return document


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def form(schema):
    """The type, as a reader would say it."""
    kind = schema.get("type", "object")
    if kind == "array":
        return f"list of {form(schema['items'])}"
    if "additionalProperties" in schema:
        return f"map of {form(schema['additionalProperties'])}"
    return kind


def default(schema):
    if "default" not in schema:
        return ""
    value = schema["default"]
    return "" if isinstance(value, dict) else f"`{value}`"


def rules(schema):
    """What is allowed; the message of a CEL rule is its best description."""
    said = []
    if "enum" in schema:
        said.append("one of " + ", ".join(f"`{value}`" for value in schema["enum"]))
    if "minimum" in schema or "maximum" in schema:
        said.append(f"{schema.get('minimum', '')} to {schema.get('maximum', '')}".strip())
    if "minItems" in schema:
        said.append(f"at least {schema['minItems']}")
    if "maxItems" in schema:
        said.append(f"at most {schema['maxItems']}")
    if "maxProperties" in schema:
        said.append(f"at most {schema['maxProperties']}")
    said += [rule["message"] for rule in schema.get("x-kubernetes-validations", [])]
    items = schema.get("items", {})
    # An item with fields has a table of its own.
    if items and not items.get("properties") and rules(items):
        said.append(rules(items))
    return "; ".join(said)


def inner(schema):
    """The schema whose fields get a table of their own."""
    return inner(schema["items"]) if schema.get("type") == "array" else schema


def table(path, schema, out, with_rules):
    fields = inner(schema).get("properties", {})
    needed = inner(schema).get("required", [])
    out.append(f"#### {path}\n")
    if inner(schema).get("description") and inner(schema) is schema:
        out.append(schema["description"] + "\n")
    head = ["field", "type", "default", "meaning"] if with_rules else ["field", "type", "meaning"]
    out.append("| " + " | ".join(head) + " |")
    out.append("|" + "---|" * len(head))
    for name, field in fields.items():
        mark = " *(required)*" if name in needed and with_rules else ""
        kind = cell(form(field))
        meaning = cell(field.get("description", ""))
        # The long list of settings has its rules in its description.
        allowed = "" if name == "config" else rules(field)
        if with_rules and allowed:
            meaning += "<br>Rule: " + cell(allowed) + "."
        row = [f"`{name}`{mark}", kind] + ([cell(default(field))] if with_rules else []) + [meaning]
        out.append("| " + " | ".join(row) + " |")
    out.append("")
    beyond = [rule["message"] for rule in inner(schema).get("x-kubernetes-validations", [])] if with_rules else []
    # Those of a single object stand at its field in the table above; the spec has none.
    if beyond and (inner(schema) is not schema or path == "spec"):
        out += ["- " + message for message in beyond] + [""]
    for name, field in fields.items():
        if inner(field).get("properties"):
            suffix = "[]" if field.get("type") == "array" else ""
            table(f"{path}.{name}{suffix}", field, out, with_rules)


def reference(crds):
    kinds = [crd["spec"]["names"]["kind"] for crd in crds]
    out = [
        "<!-- Made by scripts/api-docs.py from crds/. Do not edit: change the Javadoc of the types, then run it again. -->",
        "# API reference",
        "",
        " · ".join(f"[{kind}](#{kind.lower()})" for kind in kinds),
        "",
        "The [conditions](conditions.md) and their reasons have a page of their own. [examples/](../examples) shows every field",
        "in use. `kubectl explain` says the same as this page: `kubectl explain cachecluster.spec --recursive`.",
        "",
        "A spec that breaks one of the rules below is refused by the API server with the rule's own words. The operator checks",
        "the same again, and says in `Stalled` what it cannot accept; a cache goes on by its last good spec.",
        "",
    ]
    for crd in crds:
        for version in crd["spec"]["versions"]:
            out += kind_reference(crd["spec"], version)
    return "\n".join(out).rstrip() + "\n"


def kind_reference(spec, version):
    names = spec["names"]
    schema = version["schema"]["openAPIV3Schema"]
    out = [
        f"## {names['kind']}",
        "",
        schema["description"],
        "",
        "| | |",
        "|---|---|",
        f"| apiVersion | `{spec['group']}/{version['name']}` |",
        f"| kind | `{names['kind']}` |",
        f"| scope | {spec['scope']} |",
        "| names for kubectl | " + ", ".join(f"`{name}`" for name in [names["plural"], names["singular"], *names["shortNames"]]) + " |",
        "| subresources | " + ", ".join(f"`{name}`" for name in sorted(version["subresources"])) + " |",
        "",
        "Rules on the whole object:",
        "",
    ]
    out += ["- " + rule["message"] for rule in schema.get("x-kubernetes-validations", [])]
    out += ["", "`kubectl get` shows these columns (those marked *wide* with `-o wide`):", ""]
    out += ["| column | from |", "|---|---|"]
    for column in version["additionalPrinterColumns"]:
        wide = " *(wide)*" if column["priority"] else ""
        out.append(f"| {column['name']}{wide} | `{cell(column['jsonPath'])}` |")
    out += ["", f"### {names['kind']} spec", ""]
    table("spec", schema["properties"]["spec"], out, with_rules=True)
    out += [f"### {names['kind']} status", ""]
    table("status", schema["properties"]["status"], out, with_rules=False)
    return out


def main(arguments):
    if arguments in (["--help"], ["-h"]):
        print(__doc__.strip())
        return 0
    if arguments not in ([], ["--check"], ["--print"]):
        print(f"unexpected {' '.join(arguments)}; {Path(__file__).name} --help", file=sys.stderr)
        return 2
    text = reference([parse(crd.read_text(encoding="utf-8"), crd) for crd in CRDS])
    if arguments == ["--print"]:
        sys.stdout.write(text)
        return 0
    if arguments == ["--check"]:
        if not REFERENCE.exists() or REFERENCE.read_text(encoding="utf-8") != text:
            print("docs/api.md is not what the CRDs say; run scripts/api-docs.py and commit it", file=sys.stderr)
            return 1
        print("docs/api.md is what the CRDs say")
        return 0
    REFERENCE.write_text(text, encoding="utf-8")
    print("wrote docs/api.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
