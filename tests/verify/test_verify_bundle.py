"""The verifier: a good bundle passes, and any changed byte of any part is named."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.verify import bundles

VERIFY = Path(__file__).resolve().parents[2] / "verify"
PARTS = (
    "record.pdf",
    "coa.pdf",
    "dossier.json",
    "ledger.json",
    "signatures.json",
    "certificates/root.pem",
    "README.txt",
    "manifest.json",
    *(f"files/{name}" for name in bundles.sample.FILES),
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.build(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def parts(good: Path) -> dict[str, bytes]:
    return bundles.unpack(good)


def check(path: Path, *, script: Path = VERIFY / "verify_bundle.py", plain: bool = False) -> tuple[int, str]:
    """Run the script as a stranger would; `plain` hides every installed package."""
    flags = ["-S", "-E"] if plain else []
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, *flags, str(script), str(path)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def forged(parts: dict[str, bytes], name: str, change: Any) -> dict[str, bytes]:
    """Change the JSON of one part and list it anew."""
    data = json.loads(parts[name])
    change(data)
    return bundles.relist({**parts, name: json.dumps(data, ensure_ascii=False).encode()})


@pytest.mark.req("R102")
def test_bundle_passes_when_nothing_was_changed(good: Path) -> None:
    code, said = check(good)
    assert code == 0, said
    assert said.splitlines()[-1].startswith("OK      EV-26-0014")
    assert "record.pdf seal signature: Cell Processing Unit 1" in said
    assert "45 signatures" in said
    assert "lot:VS-26-0417" in said.splitlines()[-1]
    assert "FAILED" not in said


@pytest.mark.req("R102")
def test_bundle_passes_with_plain_python_and_names_what_did_not_run(good: Path) -> None:
    code, said = check(good, plain=True)
    assert code == 0, said
    assert "record.pdf seal digest: 1 seal over the whole file" in said
    assert "record.pdf seal signature (the package cryptography is not installed)" in said.splitlines()[-1]


def test_bundle_passes_with_the_script_alone(good: Path, tmp_path: Path) -> None:
    script = shutil.copy(VERIFY / "verify_bundle.py", tmp_path)
    code, said = check(good, script=Path(script), plain=True)
    assert code == 0, said
    assert "verify_seal.py is not beside this file" in said.splitlines()[-1]


@pytest.mark.req("R102")
@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("where", [0.02, 0.5, 0.97])
def test_flipped_byte_is_named(parts: dict[str, bytes], tmp_path: Path, name: str, where: float) -> None:
    data = bytearray(parts[name])
    data[int(len(data) * where)] ^= 1
    code, said = check(bundles.pack(tmp_path / "x.zip", {**parts, name: bytes(data)}))
    assert code == 1, said
    assert name in said.splitlines()[-1], said


def test_flipped_byte_in_the_packed_data_is_named(good: Path, tmp_path: Path) -> None:
    data = bytearray(good.read_bytes())
    data[len(data) // 2] ^= 1
    path = tmp_path / "x.zip"
    path.write_bytes(bytes(data))
    code, said = check(path)
    assert code == 1, said
    assert "cannot be unpacked" in said


@pytest.mark.parametrize("name", ["../up.txt", "/abs.txt", "a\\b.txt", "C:x.txt", "a//b.txt"])
def test_unsafe_name_is_refused(parts: dict[str, bytes], tmp_path: Path, name: str) -> None:
    code, said = check(bundles.pack(tmp_path / "x.zip", {**parts, name: b"x"}))
    assert code == 1
    assert "unsafe name" in said


def test_unlisted_part_is_named(parts: dict[str, bytes], tmp_path: Path) -> None:
    code, said = check(bundles.pack(tmp_path / "x.zip", {**parts, "files/extra": b"x"}))
    assert code == 1
    assert "files/extra is not listed" in said


def test_missing_part_is_named(parts: dict[str, bytes], tmp_path: Path) -> None:
    rest = {name: data for name, data in parts.items() if name != "coa.pdf"}
    code, said = check(bundles.pack(tmp_path / "x.zip", rest))
    assert code == 1
    assert "coa.pdf: listed in the manifest, but missing" in said


FORGERIES = {
    "ledger.json acts": ("ledger.json", lambda x: x["entries"][3].update(actor="m.allory")),
    "ledger.json acts: text": ("ledger.json", lambda x: x["entries"][3].update(payload='{"rows":[]}')),
    "ledger.json chains: link": ("ledger.json", lambda x: x["links"].pop(4)),
    "ledger.json chains: order": ("ledger.json", lambda x: x["links"][4].update(seq=99)),
    "ledger.json chains: end": ("ledger.json", lambda x: x["heads"][0].update(seq=44)),
    "signatures.json texts: text": ("signatures.json", lambda x: x[5].update(content="I never said so")),
    "signatures.json texts: left out": ("signatures.json", lambda x: x.pop(5)),
    "dossier.json content: name": (
        "dossier.json",
        lambda x: x["signatures"][2].update(printed_name="M. Allory"),
    ),
    "dossier.json content: void": ("signatures.json", lambda x: x[2].update(voided=True)),
    "dossier.json printed ledger head": (
        "dossier.json",
        lambda x: x["verification"].update(ledger_head="0" * 64),
    ),
    "record.pdf embedded data": ("dossier.json", lambda x: x["cover"].update(status="Released")),
}


@pytest.mark.req("R102")
@pytest.mark.parametrize("check_name", FORGERIES)
def test_forgery_listed_anew_is_named(parts: dict[str, bytes], tmp_path: Path, check_name: str) -> None:
    name, change = FORGERIES[check_name]
    code, said = check(bundles.pack(tmp_path / "x.zip", forged(parts, name, change)))
    assert code == 1, said
    assert f"FAILED  {check_name.split(':', maxsplit=1)[0]}" in said


def test_forged_seal_is_named(parts: dict[str, bytes], tmp_path: Path) -> None:
    """Bytes after the seal, and a seal whose root is another one."""
    longer = bundles.relist({**parts, "record.pdf": parts["record.pdf"] + b"% more\n"})
    code, said = check(bundles.pack(tmp_path / "x.zip", longer))
    assert code == 1
    assert "FAILED  record.pdf seal digest: bytes were added after the last seal" in said
    other = bundles.make_site_ca(tmp_path / "other", "test", "Cell Processing Unit 1")
    swapped = bundles.relist({**parts, "certificates/root.pem": other.root.read_bytes()})
    code, said = check(bundles.pack(tmp_path / "y.zip", swapped))
    assert code == 1
    assert "FAILED  record.pdf seal signature: its certificate does not lead to a root" in said


def test_file_that_is_no_bundle_fails(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"no zip at all")
    code, said = check(path)
    assert code == 1
    assert "FAILED  container" in said
    assert check(tmp_path / "absent.zip")[0] == 1


def test_manifest_name_twice_is_refused(parts: dict[str, bytes], tmp_path: Path) -> None:
    text = parts["manifest.json"].replace(b'"number":', b'"number":"EV-26-0099","number":', 1)
    code, said = check(bundles.pack(tmp_path / "x.zip", {**parts, "manifest.json": text}))
    assert code == 1
    assert "manifest.json holds a name twice" in said
