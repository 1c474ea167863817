"""Files made wrong by hand: each ends in exactly one sentence with the file, the place, the value and what should be.

Those in the form of a publisher are in test_faulty_deliveries.py.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from delivered import TESTS
from seeds import SURVEY, TEMPLATES, Seed, read_bytes

from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.download.plan import read_plan
from nplv_analysis.errors import NplvError
from nplv_analysis.observations import validate
from nplv_analysis.records import read_record
from nplv_analysis.sources import read

FOLDER = TESTS / "data" / "faulty"


def read_faulty(name: str, reader: str, folder: Path) -> None:
    """Read a file as the package does; ``folder`` is where a file goes that needs others beside it."""
    path = FOLDER / name
    if reader == "catalogue":
        made = shutil.copytree(TESTS / "data/teststad/catalogus", folder / "catalogus")
        shutil.copy(path, made / f"{name.split('_')[0]}.yaml")
        load_catalogue(made)
    elif reader == "downloads":
        shutil.copy(path, folder / "downloads.yaml")
        read_plan(folder, "GM9990")
    elif reader == "record":
        record = read_record(path, name)
        read(FOLDER, record, TEMPLATES)
    else:
        reader, _, year = reader.partition(" ")
        fields = {"year": year or ("2020" if name.endswith(("xlsx", "json")) else None)}
        if reader == "enquete":
            seed = Seed(reader, f"eigen/{name}", None, {"public": False, "survey": SURVEY})
        else:
            seed = Seed(reader, name, None, fields, **({"catalogue": TEMPLATES} if reader == "ois" else {}))
        frame = read_bytes(folder, seed, path.read_bytes())
        validate(frame, seed.catalogue)


# --- test
with (TESTS / "data" / "faulty_files.csv").open(encoding="utf-8", newline="") as text:
    FAULTS = list(csv.DictReader(text, delimiter=";"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["file"])
def test_fault_is_told_in_one_sentence(tmp_path: Path, fault: dict[str, str]) -> None:
    with pytest.raises(NplvError) as caught:
        read_faulty(fault["file"], fault["reader"], tmp_path)
    assert str(caught.value) == fault["error"]


def test_every_faulty_file_is_tried() -> None:
    there = {path.name for path in FOLDER.iterdir() if not path.name.endswith(".bron.yaml")}
    assert there == {fault["file"] for fault in FAULTS}
