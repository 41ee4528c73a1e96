"""What stands below the keys of parameter sets, read from their source only when somebody asks."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel


@cache
def key_docs(spec: type[BaseModel]) -> dict[str, str]:
    """Return the docstrings of a class's keys, by key, those of the classes it is made of included.

    A class whose source is not at hand adds nothing. pydantic would read the source of every class that is imported: a
    tenth of a second of each run.
    """
    docs: dict[str, str] = {}
    for part in reversed(spec.__mro__):
        try:
            (definition,) = ast.parse(textwrap.dedent(inspect.getsource(part))).body
        except (OSError, TypeError, SyntaxError):
            continue
        for key, text in pairwise(getattr(definition, "body", [])):
            match key, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                    docs[name] = inspect.cleandoc(said)
    return {key: said for key, said in docs.items() if key in spec.model_fields}


def add_key_docs(schema: dict[str, Any], spec: type[BaseModel]) -> None:
    """Put the docstrings of a class's keys into its JSON Schema, for pydantic's ``json_schema_extra``."""
    for key, said in key_docs(spec).items():
        schema["properties"][key].setdefault("description", said)
