"""Of check-python.py, before which it comes: what parses the data files of a tree, JSON, TOML and YAML."""
import json
import re

# PyYAML's own scanner takes a second for 100 kB.
LARGEST_YAML = 1024 * 1024
# Files in which comments are allowed, whatever JSON says.
COMMENTED = re.compile(r"(^|/)(tsconfig|jsconfig|\.eslintrc|\.babelrc|\.swcrc|devcontainer)[^/]*\.json$|(^|/)\.vscode/")


def check_json(path):
    if COMMENTED.search(path):
        return
    source = content(path)
    if len(source) > LARGEST:
        return
    try:
        text = source.decode("utf-8-sig")
        json.loads(text)
        counts["json"] += 1
    except json.JSONDecodeError as error:
        fault("json.syntax", path, error.lineno, error.colno, error.msg, text)
    except (UnicodeDecodeError, RecursionError) as error:
        fault("json.syntax", path, 0, 0, str(error))


def check_toml(paths):
    try:
        import tomllib
    except ImportError:
        return
    for path in paths:
        source = content(path)
        if len(source) > LARGEST:
            continue
        text = source.decode("utf-8", "replace")
        try:
            tomllib.loads(source.decode("utf-8"))
            counts["toml"] += 1
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
            message, line, column = place.groups() if place else (str(error), 0, 0)
            fault("toml.syntax", path, int(line) or text.count("\n") + 1, int(column), message, text)
        except (UnicodeDecodeError, RecursionError) as error:
            fault("toml.syntax", path, 0, 0, str(error))


def check_yaml(paths):
    try:
        import yaml
    except Exception:
        return
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in paths:
        source = content(path)
        # What a template engine makes YAML of is none yet.
        if len(source) > LARGEST_YAML or b"{{" in source or b"{%" in source:
            continue
        text = source.decode("utf-8", "replace")
        try:
            # Composed only: what a tag means is the app's business.
            for _ in yaml.compose_all(source, Loader=loader):
                pass
            counts["yaml"] += 1
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            fault("yaml.syntax", path, line, column, message, text)
        except (RecursionError, ValueError) as error:
            fault("yaml.syntax", path, 0, 0, str(error))
