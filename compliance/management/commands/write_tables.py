"""Writes docs/validation/{roles,states}.md from the transitions that the apps register; `--check` compares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.roles import Role, all_permissions, all_transitions, roles_for

NOTE = "Generated from the code by `manage.py write_tables`; do not edit.\n"


class Command(BaseCommand):
    """Role x transition table and state diagrams."""

    help = "Write the role x transition table and the state diagrams."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "validation"
        folder.mkdir(parents=True, exist_ok=True)
        stale = []
        for name, text in (("roles.md", role_table()), ("states.md", state_diagrams())):
            path = folder / name
            if not path.exists() or path.read_text() != text:
                stale.append(name)
                if not options["check"]:
                    path.write_text(text)
        if stale and options["check"]:
            raise CommandError(f"Out of date: {', '.join(stale)}. Run `manage.py write_tables`.")


def role_table() -> str:
    """Who may do which move, and who holds which permission (R107)."""
    heads = [r.label for r in Role]
    lines = ["# Roles\n", NOTE, "## Moves\n", _row(["Record", "Move", "From", "To", "Signature", *heads])]
    lines.append(_row(["---"] * (5 + len(heads))))
    for label, moves in sorted(all_transitions().items()):
        for move in moves:
            allowed = roles_for(move.permission)
            marks = ["yes" if r in allowed else "" for r in Role]
            meaning = move.meaning.label if move.meaning else ""
            lines.append(_row([label, move.name, ", ".join(move.source), move.target, meaning, *marks]))
    lines += ["\n## Permissions\n", _row(["Permission", *heads]), _row(["---"] * (1 + len(heads)))]
    for code, allowed in sorted(all_permissions().items()):
        lines.append(_row([code, *["yes" if r in allowed else "" for r in Role]]))
    return "\n".join(lines) + "\n"


def state_diagrams() -> str:
    """One diagram a kind of record, in Mermaid."""
    lines = ["# States\n", NOTE]
    for label, moves in sorted(all_transitions().items()):
        lines += [f"## {label}\n", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {source} --> {move.target}: {move.name}" for move in moves for source in move.source]
        lines.append("```\n")
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
