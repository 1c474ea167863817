"""DUO: counts per school, suppressed counts with bounds, and groups in which nobody took part."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

SCHOOL = "PEILDATUM_LEERLINGEN;INSTELLINGSCODE;VESTIGINGSCODE;POSTCODE_VESTIGING;GEMEENTENUMMER"
READING = f"{SCHOOL};LV_LAGER1F;LV_1F;LV_2F\n"


def test_school_and_school_year(read_as: ReadAs) -> None:
    seen = read_as("duo", READING + "20221001;99AA;00;0000 AA;9990;6;7;8\n")
    assert set(seen["gebiedscode"]) == {"99AA00"}
    assert set(seen["niveau"]) == {"school"}
    assert set(seen["postcode"]) == {"0000AA"}
    assert set(seen["periode"]) == {"2022-2023"}
    assert dict(zip(seen["variabele"], seen["waarde"], strict=True)) == {"lv_lager1f": 6, "lv_1f": 7, "lv_2f": 8}


def test_fewer_than_five_is_one_to_four(read_as: ReadAs) -> None:
    seen = read_as("duo", READING + "20221001;99AA;00;0000AA;9990;<5;7;8\n").iloc[0]
    assert pd.isna(seen["waarde"])
    assert (seen["onder"], seen["boven"], seen["teken"], seen["status"]) == (1, 4, "<", "onderdrukt")


def test_group_of_zeros_means_that_nobody_took_part(read_as: ReadAs) -> None:
    seen = read_as(
        "duo", f"{SCHOOL};LV_LAGER1F;LV_1F;LV_2F;TV_LAGER1F;TV_1F;TV_2F\n20221001;99AA;00;0000AA;9990;0;0;0;0;9;9\n"
    )
    reading = seen["variabele"].str.startswith("lv")
    assert set(seen.loc[reading, "status"]) == {"geen deelnemers"}
    assert set(seen.loc[~reading, "status"]) == {"waargenomen"}


def test_group_with_a_column_missing(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="expected a column 'LV_2F' in the header"):
        read_as("duo", f"{SCHOOL};LV_LAGER1F;LV_1F\n20221001;99AA;00;0000AA;9990;6;7\n")


def test_without_the_number_of_the_gemeente_all_schools_of_the_country_would_be_its_own(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="expected a column 'GEMEENTENUMMER' in the header"):
        read_as("duo", READING.replace(";GEMEENTENUMMER", "") + "20221001;99AA;00;0000AA;6;7;8\n")


def test_no_known_counts(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="expected columns with counts"):
        read_as("duo", f"{SCHOOL};LEERLINGEN\n20221001;99AA;00;0000AA;9990;6\n")


@pytest.mark.parametrize("date", ["20220901", "2022-10-01", "2022"])
def test_other_reference_date(read_as: ReadAs, date: str) -> None:
    with pytest.raises(InputError, match=f"row 2, column 'PEILDATUM_LEERLINGEN': found '{date}'"):
        read_as("duo", READING + f"{date};99AA;00;0000AA;9990;6;7;8\n")
