"""Where things are: the data folder, its catalogue and the notebooks."""

from __future__ import annotations

from pathlib import Path

from nplv_analysis.catalogue import Catalogue, load_catalogue
from nplv_analysis.catalogue.reading import HERE as SHIPPED_CATALOGUE
from nplv_analysis.errors import NplvError

PROJECT = Path(__file__).parents[1]


def find_data(data_map: str | Path | None = None) -> Path:
    """Find the data folder.

    Parameters
    ----------
    data_map : str or Path, optional
        The folder itself. Without it: ``data`` in this folder or one above, or beside the package.

    Returns
    -------
    Path
        A folder with ``raw`` in it.

    Raises
    ------
    NplvError
        When there is none.
    """
    if data_map:
        folder = Path(data_map)
        if not (folder / "raw").is_dir():
            raise NplvError(f"data folder '{data_map}': expected a folder 'raw' in it")
        return folder
    here = Path.cwd()
    for start in (here, *here.parents, PROJECT):
        if (start / "data" / "raw").is_dir():
            return start / "data"
    raise NplvError("no folder data/raw here or above; say where it is (data_map, or --data on the command line)")


def find_notebooks(data: Path) -> Path:
    """Find the folder with the notebooks: beside the data folder, or here, or above, or beside the package."""
    here = Path.cwd()
    for start in (data.resolve().parent, here, *here.parents, PROJECT):
        if (start / "notebooks" / "armoede.ipynb").is_file():
            return start / "notebooks"
    raise NplvError("no folder notebooks/ with armoede.ipynb here, above, or beside the data folder")


def catalogue_folder(data: Path) -> Path:
    """Give the folder of the catalogue: ``catalogus`` beside the data where there is one, else the shipped one."""
    own = data / "catalogus"
    return own if own.is_dir() else SHIPPED_CATALOGUE


def catalogue_of(data: Path, *, checked: bool = False) -> Catalogue:
    """Load the catalogue that goes with a data folder; see ``load_catalogue``."""
    return load_catalogue(catalogue_folder(data), checked=checked)
