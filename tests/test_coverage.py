"""What is known of which area."""

from __future__ import annotations

import itertools

from helpers import indicators_with_a_source

from nplv_analysis.coverage import NONE, OWN, WIJK, coverage
from nplv_analysis.data import Data

pytest_plugins = ["project_data"]


def rows(data: Data, indicator: str, area: str) -> list[tuple[str, str]]:
    """Give level and periods of one indicator and area."""
    known = coverage(data)
    mine = known[(known["indicator"] == indicator) & (known["gebied"] == area)]
    return list(zip(mine["niveau"], mine["perioden"], strict=True))


def test_every_area_of_the_batch_has_every_indicator(real_data: Data) -> None:
    known = coverage(real_data)
    areas = [a.id for a in real_data.catalogue.batch_areas]
    pairs = list(itertools.product(indicators_with_a_source(real_data), areas))
    assert list(dict.fromkeys(zip(known["indicator"], known["gebied"], strict=True))) == pairs
    assert set(known["niveau"]) == {OWN, WIJK, NONE}
    assert ((known["perioden"] == "") == (known["niveau"] == NONE)).all()
    assert not known.duplicated(["indicator", "gebied", "niveau"]).any()


def test_own_figures_those_of_the_wijk_and_none(real_data: Data) -> None:
    # RIVM has every buurt; CBS 2023 has wijken only, and Selwerd is part of one; nobody counts leavers of school there.
    assert rows(real_data, "moeite_rondkomen_rivm", "selwerd") == [(OWN, "2012, 2016, 2020")]
    assert rows(real_data, "laag_inkomen", "selwerd") == [(OWN, "2017"), (WIJK, "2023")]
    assert rows(real_data, "vsv_aantal", "selwerd") == [(NONE, "")]
    assert rows(real_data, "laag_inkomen", "oosterparkwijk") == [(OWN, "2017, 2023")]


def test_a_figure_that_is_not_exact_is_known(real_data: Data) -> None:
    # "Rond de 40 %" in the text of the Uitvoeringsprogramma.
    assert rows(real_data, "risico_leerachterstand", "de-hoogte") == [(OWN, "2022")]


def test_the_fictional_town(town_data: Data) -> None:
    assert rows(town_data, "moeite_rondkomen", "voorbeeldwijk-noord") == [(OWN, "2016, 2018, 2020"), (WIJK, "2022")]
    assert rows(town_data, "misdrijven_per_1000", "voorbeeldwijk-noord") == [(OWN, "2020")]
