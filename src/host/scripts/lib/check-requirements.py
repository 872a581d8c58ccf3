"""Of check-python.py, before which it comes: the packages that requirements.txt names and nothing can import."""
import os
import pwd
import re
import sys


def plain(name):
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(path, seen):
    """(file, line number, text) of the requirements of a file in pip's format, and of those that it includes with -r."""
    if path in seen or path.startswith("..") or os.path.isabs(path) or not os.path.isfile(path):
        return
    seen.add(path)
    begin, begun = "", 0
    for number, text in enumerate(content(path).decode("utf-8-sig", "replace").splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", text).strip()
        if not begin:
            begun, first = number, text
        if line.endswith("\\"):
            begin += line[:-1]
            continue
        line, begin = begin + line, ""
        included = re.match(r"(?:-r|--requirement)[\s=]*(\S+)", line)
        if included:
            yield from requirements(os.path.normpath(os.path.join(os.path.dirname(path), included.group(1))), seen)
        elif line and not line.startswith("-"):
            yield path, begun, first, line


def applies(marker):
    """Whether an environment marker holds here; None where nothing is installed that could tell."""
    try:
        try:
            from packaging.markers import Marker
        except ImportError:
            from pip._vendor.packaging.markers import Marker
        return Marker(marker).evaluate()
    except Exception:
        return None


def installed():
    """Names of what the app's Python can import, its user's own packages included, which -I leaves out."""
    from importlib import metadata

    folders = list(sys.path)
    if sys.prefix == sys.base_prefix:
        version = "python%d.%d" % sys.version_info[:2]
        folders.append(os.path.join(pwd.getpwuid(os.getuid()).pw_dir, ".local/lib", version, "site-packages"))
    return {plain(each.metadata["Name"] or "") for each in metadata.distributions(path=folders)}


def check_requirements():
    try:
        there = installed()
    except ImportError:
        return
    for path, number, text, line in requirements("requirements.txt", set()):
        # A name, then extras, a version, a URL or a marker; anything else is a path or a URL, whose name is not known.
        found = re.match(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^]]*\]\s*)?(?=$|[<>=!~;@(]|\s-)", line)
        if found is None or re.search(r"\.(whl|zip|tar\.\w+)$", found.group(1)):
            continue
        marker = re.search(r"\s;(.*)" if "@" in line else r";(.*)", line)
        if marker and not applies(re.sub(r"\s--?\w.*", "", marker.group(1)).strip()):
            continue
        counts["requirements"] += 1
        if plain(found.group(1)) not in there:
            say({"missing": found.group(1), "by": "python", "file": path, "line": number, "text": text[:300]})
