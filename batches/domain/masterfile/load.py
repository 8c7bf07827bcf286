"""Read a master file: strict, numbers kept as written, a word for the person who wrote it on every error."""

from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver

from batches.domain.masterfile.codec import build
from batches.domain.masterfile.spec import MasterSpec
from batches.domain.masterfile.tree import Listing, Mapping, MasterFileError, Scalar, Tree

LARGEST = 2_000_000  # characters; the largest real master is a twentieth of it
DEEPEST = 40


class _NoImplicitTypes(VersionedResolver):
    """Every value without a tag is text: 0.10, on, 12:30 and 010 stay what they are."""

    @property
    def versioned_resolver(self) -> dict[str, list[Any]]:
        """No pattern makes a number, a date or a truth value of a text."""
        return {}


@lru_cache(maxsize=32)
def load(text: str) -> MasterSpec:
    """Read a master batch record from its file; the same text is read once, its record never changes.

    Refuses what is not a master file: unknown, missing and equal keys, values of another type, anchors,
    tags and more than one document. The error names the line. No value is guessed: `0.10` keeps its
    digits and `on`, `12:30` and `010` stay text.
    """
    return build(MasterSpec, parse(text), "master")


def parse(text: str) -> Tree:
    """The tree of a YAML text, every single value as it is written."""
    if len(text) > LARGEST:
        raise MasterFileError(f"The file is longer than {LARGEST} characters.")
    node = _compose(text)
    if node is None:
        raise MasterFileError("The file is empty.")
    return _tree(node, 0)


def _compose(text: str) -> Any:
    # A resolver without implicit types, and composing stops before any value is built: no float is made.
    reader = YAML(typ="base", pure=True)
    reader.Resolver = _NoImplicitTypes
    try:
        return reader.compose(text)
    except MarkedYAMLError as error:
        raise _refused(error) from error
    except ReaderError as error:
        raise MasterFileError(f"The character U+{int(error.character):04X} may not stand in a file.") from error
    except (YAMLError, ValueError, OverflowError) as error:  # an escape beyond the last character
        raise MasterFileError(f"This is not YAML: {error}") from error
    except RecursionError as error:
        raise MasterFileError("The file is nested too deeply.") from error


def _refused(error: MarkedYAMLError) -> MasterFileError:
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    hint = " Indent with blanks, never with a tab." if "'\\t'" in said else ""
    return MasterFileError(f"This is not YAML: {said}.{hint}", line=mark.line + 1 if mark else None)


def _tree(node: Node, depth: int) -> Tree:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        raise MasterFileError("The file is nested too deeply.", line=line)
    if node.anchor is not None:
        raise MasterFileError("Anchors (&) and aliases (*) have no place here: write the value out.", line=line)
    if _is_tagged(node):
        raise MasterFileError(f"The tag {node.tag} has no place here: leave it out.", line=line)
    if isinstance(node, ScalarNode):
        return Scalar(str(node.value), line)
    if isinstance(node, SequenceNode):
        return Listing(tuple(_tree(item, depth + 1) for item in node.value), line)
    return _mapping(node, line, depth)


def _is_tagged(node: Node) -> bool:
    return str(node.tag) not in {
        "tag:yaml.org,2002:str",
        "tag:yaml.org,2002:seq",
        "tag:yaml.org,2002:map",
    }


def _mapping(node: Node, line: int, depth: int) -> Mapping:
    items: dict[str, Tree] = {}
    lines: dict[str, int | None] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode) or not str(key_node.value):
            raise MasterFileError("A key is one word.", line=key_line)
        key = str(key_node.value)
        if key in items:
            raise MasterFileError(f"The key {key!r} stands twice; it stood first in line {lines[key]}.", line=key_line)
        items[key] = _tree(value_node, depth + 1)
        lines[key] = key_line
    return Mapping(items, lines, line)
