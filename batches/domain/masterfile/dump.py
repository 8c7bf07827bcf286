"""Write a master so that people can read and compare it, and digest it so that a batch can pin it."""

import hashlib
import json
import re
from collections.abc import Mapping as AnyMapping

from batches.domain.masterfile.codec import plain
from batches.domain.masterfile.spec import MasterSpec
from batches.domain.masterfile.tree import Plain

WIDTH = 110
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9.+/(][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]*")
_UNSAFE = re.compile(r": |:$| #|\s$|^\.\.\.|[^\x20-\x7e]")
_UNSAFE_IN_FLOW = re.compile(r"[\[\]{},?]|:[^\w]")
_BLOCK_LINE = re.compile(r"[\x21-\x7e][\x20-\x7e]*")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def dump(spec: MasterSpec) -> str:
    """Write a master as a file that `load` reads back to the same value and the same digest."""
    return "\n".join(_block(plain(spec), 0)) + "\n"


def digest(spec: MasterSpec) -> str:
    """SHA-256 over the canonical JSON of a master: what a batch pins and an approval signs (R331, R332)."""
    return hashlib.sha256(spec.to_json().encode("utf-8")).hexdigest()


def _block(value: AnyMapping[str, Plain], indent: int) -> list[str]:
    lines: list[str] = []
    for key, item in value.items():
        lines += _entry(f"{' ' * indent}{_scalar(key)}:", item, indent)
    return lines


def _entry(head: str, item: Plain, indent: int) -> list[str]:
    """One key with its value: on one line where it fits, else as a block below."""
    if isinstance(item, str):
        return _literal(head, item, indent) if _is_block_text(item) else [f"{head} {_scalar(item)}"]
    flow = _flow(item)
    if isinstance(item, int) or not item or (_is_leaf(item) and len(head) + 1 + len(flow) <= WIDTH):
        return [f"{head} {flow}"]
    if isinstance(item, AnyMapping):
        return [head, *_block(item, indent + 2)]
    return [head, *_items(item, indent + 2)]


def _items(items: Plain, indent: int) -> list[str]:
    lines: list[str] = []
    for item in items if isinstance(items, list | tuple) else ():
        flow = f"{' ' * indent}- {_flow(item)}"
        if not isinstance(item, AnyMapping) or not item or (_is_leaf(item) and len(flow) <= WIDTH):
            lines.append(flow)
        else:
            first, *rest = _block(item, indent + 2)
            lines += [f"{' ' * indent}- {first.lstrip()}", *rest]
    return lines


def _is_leaf(item: Plain) -> bool:
    """Whether a value reads well on one line: it holds no list of records and no long text."""
    if isinstance(item, str | bool | int):
        return not isinstance(item, str) or ("\n" not in item and len(item) <= WIDTH)
    if isinstance(item, AnyMapping):
        return all(_is_leaf(value) for value in item.values())
    return all(_is_leaf(value) for value in item)


def _flow(item: Plain) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str | int):
        return _scalar(str(item), flow=True)
    if isinstance(item, AnyMapping):
        return "{" + ", ".join(f"{_scalar(key, flow=True)}: {_flow(value)}" for key, value in item.items()) + "}"
    return "[" + ", ".join(_flow(value) for value in item) + "]"


def _is_block_text(item: Plain) -> bool:
    """Whether a text of several lines can stand below its key as it is."""
    return (
        isinstance(item, str)
        and "\n" in item
        and all(_BLOCK_LINE.fullmatch(line) and not line.endswith(" ") for line in item.split("\n"))
    )


def _literal(head: str, text: str, indent: int) -> list[str]:
    return [f"{head} |-", *(f"{' ' * (indent + 2)}{line}" for line in text.split("\n"))]


def _scalar(text: str, *, flow: bool = False) -> str:
    """Plain where YAML cannot misread it, else in double quotes."""
    safe = _PLAIN_TEXT.fullmatch(text) and not _UNSAFE.search(text)
    if safe and not (flow and _UNSAFE_IN_FLOW.search(text)):
        return text
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
