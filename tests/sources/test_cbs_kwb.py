"""CBS Kerncijfers: padded codes, columns known without their number, and the long form of the selections."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

WIDE = "WijkenEnBuurten,SoortRegio_2,AantalInwoners_5,HuishoudensMetEenLaagInkomen_72\n"
LONG = "year,area_code,area_name,level,variable,value,unit\n"


def test_wide_form_with_padded_codes(read_as: ReadAs) -> None:
    seen = read_as("cbs_kwb", WIDE + "GM9990    ,Gemeente  ,  1000,9.6\nBU99900000,Buurt     ,   400,.\n", year="2020")
    assert list(seen["gebiedscode"]) == ["GM9990", "GM9990", "BU99900000", "BU99900000"]
    assert list(seen["niveau"]) == ["gemeente", "gemeente", "buurt", "buurt"]
    assert list(seen["waarde"][:3]) == [1000, 9.6, 400]
    assert list(seen["status"]) == ["waargenomen"] * 3 + ["ontbreekt"]
    assert set(seen["periode"]) == {"2020"}


@pytest.mark.parametrize(
    ("column", "variable", "unit"),
    [
        ("AantalInwoners_5", "inwoners", "aantal"),
        ("AantalInwoners_123", "inwoners", "aantal"),
        ("AantalInwoners", "inwoners", "aantal"),
        ("k_0Tot15Jaar_8", "inwoners_0_15", "aantal"),
        ("HuishoudensTot110VanSociaalMinimum_74", "sociaal_minimum_110", "%"),
        ("hh_laag_inkomen", "laag_inkomen", "%"),
        ("inwoners_0_15", "inwoners_0_15", "aantal"),
    ],
)
def test_column_is_known_without_its_number(read_as: ReadAs, column: str, variable: str, unit: str) -> None:
    seen = read_as("cbs_kwb", f"WijkenEnBuurten,{column}\nGM9990    ,4\n", year="2020")
    assert seen[["variabele", "eenheid", "kolom"]].to_numpy().tolist() == [[variable, unit, column]]


def test_other_columns_are_left_alone(read_as: ReadAs) -> None:
    seen = read_as("cbs_kwb", "code,AantalInwoners_5,Mannen_6\nGM9990,4,\n", year="2020")
    assert list(seen["variabele"]) == ["inwoners"]


def test_wide_form_without_any_known_column(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 1: expected at least one column with a key of this source"):
        read_as("cbs_kwb", "WijkenEnBuurten,Mannen_6\nGM9990,4\n", year="2020")


def test_wide_form_needs_the_year_in_its_record(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match=r"file.csv.bron.yaml, column 'peiljaar'"):
        read_as("cbs_kwb", WIDE + "GM9990,Gemeente,1000,9.6\n")


def test_long_form(read_as: ReadAs) -> None:
    seen = read_as("cbs_kwb", LONG + "2022JJ00,WK999000  ,Oost,wijk,pct_huish_laag_inkomen,9.5,%\n")
    found = seen[["periode", "gebiedscode", "niveau", "variabele", "waarde", "eenheid"]].to_numpy().tolist()
    assert found == [["2022", "WK999000", "wijk", "laag_inkomen", 9.5, "%"]]


def test_long_form_with_an_unknown_variable(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match=r"row 2, column 'variable': found 'inwonerss', .*did you mean inwoners"):
        read_as("cbs_kwb", LONG + "2022,GM9990,Teststad,gemeente,inwonerss,9,aantal\n")
