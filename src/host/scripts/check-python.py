"""Compiles every Python file of the current folder, parses its Jinja2 templates, JSON, YAML and TOML files, and looks for
the packages of requirements.txt. Runs none of them and writes nothing.
Arguments: what to look at, of `python`, `jinja2`, `json`, `yaml`, `toml`, `requirements`.

Output: a JSON object a line: {"id", "file", "line", "column", "message", "text"} for a fault, {"missing", "by", "file", "line",
"text"} for a package, {"checked": {...}} at the end, {"unchecked": "jinja2", "message"} where jinja2 cannot be imported.
lib/check-data.py and lib/check-requirements.py come before it. Python 3.7 and later; TOML needs 3.11, packages 3.8, YAML needs PyYAML.
"""
import ast
import json
import os
import re
import sys
import warnings

SKIPPED = {"node_modules", ".venv", "venv", "__pycache__", ".git"}
LARGEST = 10 * 1024 * 1024
LISTED = 100
# Tags that Jinja2 knows by itself or by the extensions below: one of them where it may not stand is a fault.
TAGS = set(
    "autoescape block break call continue do elif else endautoescape endblock endcall endfilter endfor endif endmacro "
    "endset endtrans endwith extends filter for from if import include macro pluralize print raw endraw set trans with".split()
)
counts = {"python": 0, "jinja2": 0, "json": 0, "yaml": 0, "toml": 0, "requirements": 0}
listed = {}


def say(record):
    sys.stdout.write(json.dumps(record) + "\n")


def fault(kind, path, line, column, message, source=None):
    listed[kind] = listed.get(kind, 0) + 1
    if listed[kind] > LISTED:
        return
    text = ""
    if source and line:
        lines = source.splitlines()
        text = lines[line - 1] if line <= len(lines) else ""
    say({"id": kind, "file": path, "line": line or 0, "column": column or 0, "message": message, "text": text[:300]})


def files():
    for folder, folders, names in os.walk("."):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path[2:]


def content(path):
    with open(path, "rb") as file:
        return file.read(LARGEST + 1)


def is_python(path):
    if path.endswith(".py"):
        return True
    if "." in os.path.basename(path):
        return False
    with open(path, "rb") as file:
        return re.match(rb"#!.*\bpython3?[\d.]*\s", file.read(200) + b"\n") is not None


def check_python(path):
    source = content(path)
    if len(source) > LARGEST:
        return
    text = source.decode("utf-8", "replace")
    try:
        # Two steps: the grammar first, then what only the compiler sees, such as `return` outside a function.
        compile(ast.parse(source, path), path, "exec", dont_inherit=True)
        counts["python"] += 1
    except SyntaxError as error:
        fault("python.syntax", path, error.lineno, error.offset, error.msg or str(error), text)
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        fault("python.syntax", path, 0, 0, "%s: %s" % (type(error).__name__, error))


def is_template(path, django):
    if path.endswith((".j2", ".jinja", ".jinja2")):
        return True
    folders = path.split("/")[:-1]
    return not django and "templates" in folders and path.endswith((".html", ".htm", ".xml", ".txt"))


def uses_django(paths):
    """Django's templates lie in folders of the same name and have another grammar."""
    return any(os.path.basename(path) == "manage.py" and b"django" in content(path) for path in paths)


def check_template(environment, error_type, path):
    source = content(path)
    if len(source) > LARGEST:
        return
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        return fault("jinja2.syntax", path, 0, 0, str(error))
    try:
        environment.parse(text, path, path)
        counts["jinja2"] += 1
    except error_type as error:
        unknown = re.match(r"Encountered unknown tag '([^']*)'", error.message or "")
        known = unknown is None or unknown.group(1) in TAGS
        fault("jinja2.syntax" if known else "jinja2.unknown-tag", path, error.lineno, 0, error.message, text)
    except RecursionError as error:
        fault("jinja2.syntax", path, 0, 0, str(error))


def check_templates(paths):
    if not paths:
        return
    try:
        import jinja2
    except Exception as error:
        say({"unchecked": "jinja2", "message": "%s: %s" % (type(error).__name__, error)})
        return
    environment = jinja2.Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    for path in paths:
        check_template(environment, jinja2.TemplateSyntaxError, path)


def main(subjects):
    warnings.simplefilter("ignore")
    paths = list(files())
    if "python" in subjects:
        for path in paths:
            try:
                if is_python(path):
                    check_python(path)
            except OSError as error:
                fault("python.unreadable", path, 0, 0, str(error))
    if "jinja2" in subjects:
        django = uses_django(paths)
        check_templates([path for path in paths if is_template(path, django)])
    if "json" in subjects:
        for path in paths:
            if path.endswith(".json"):
                check_json(path)
    if "toml" in subjects:
        check_toml([path for path in paths if path.endswith(".toml")])
    if "yaml" in subjects:
        check_yaml([path for path in paths if path.endswith((".yml", ".yaml"))])
    if "requirements" in subjects:
        check_requirements()
    for kind, count in sorted(listed.items()):
        if count > LISTED:
            say({"more": kind, "count": count - LISTED})
    say({"checked": counts})


main(sys.argv[1:])
