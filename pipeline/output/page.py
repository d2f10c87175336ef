"""What all pages share: templates in a package, everything escaped, their own style sheet and script by their hashes."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment(package: str, words: Mapping[str, Any], *further: str) -> Environment:
    """Templates of ``package`` with the ``words`` of its page; only its ``report.css`` and ``report.js`` stand as they are.

    ``style_hash`` and ``script_hash`` are for the page's Content-Security-Policy. Packages named ``further`` may
    have templates that extend those of the first.
    """
    found = Environment(
        loader=ChoiceLoader([PackageLoader(each) for each in (package, *further)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    assert found.loader is not None
    for name, file in (("style", "report.css"), ("script", "report.js")):
        text = found.loader.get_source(found, file)[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        found.globals |= {name: Markup(text), f"{name}_hash": f"sha256-{digest}"}
    found.globals |= words
    return found
