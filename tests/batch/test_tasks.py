from __future__ import annotations

from pathlib import Path

import pytest
from made_up import area, catalogue, indicator

from nplv_analysis.batch.tasks import plan
from nplv_analysis.catalogue import OF_EACH, Catalogue
from nplv_analysis.errors import WrongUseError

HERE = Path()


@pytest.fixture(scope="module")
def town() -> Catalogue:
    """A wijk, the programme area that it is the whole of, and the gemeente."""
    return catalogue(indicator(), area("wijk", "BU1"), area("samen", "BU1", kind="samengesteld"))


def names(town: Catalogue, *areas: str, themes: tuple[str, ...] = (), public: bool = False) -> list[str]:
    """Name the reports of a plan."""
    return [task.name for task in plan(town, HERE, HERE, HERE, areas, themes, public=public)]


def test_every_area_has_its_reports_and_each_programme_page_is_there_once(town: Catalogue) -> None:
    assert names(town, "wijk", "samen", "gemeente") == [
        *(f"wijk/{theme}" for theme in OF_EACH),
        *(f"samen/{theme}" for theme in (*OF_EACH, "procesmonitor")),
        *(f"gemeente/{theme}" for theme in (*OF_EACH, "onderwijssegregatie")),
    ]


def test_an_internal_page_is_made_only_where_it_is_named_and_never_for_the_public(town: Catalogue) -> None:
    assert names(town, "wijk", "gemeente", themes=("hittekaart",)) == ["gemeente/hittekaart"]
    with pytest.raises(WrongUseError, match="'hittekaart' is internal, so it is not made with --public"):
        names(town, themes=("hittekaart",), public=True)
    assert "hittekaart" not in town.reports(public=True) and "hittekaart" in town.reports(public=False)


def test_a_report_that_an_area_does_not_have_is_refused_with_the_area_that_has_it(town: Catalogue) -> None:
    with pytest.raises(WrongUseError, match="found wijk, but there is one of gemeente only"):
        names(town, "wijk", themes=("onderwijssegregatie",))


def test_a_report_that_needs_an_area_that_is_not_there_says_so() -> None:
    alone = catalogue(indicator(), area("wijk", "BU1"))
    with pytest.raises(WrongUseError, match="found wijk, but it needs an area with 'soort: samengesteld'"):
        names(alone, "wijk", themes=("procesmonitor",))
    assert "procesmonitor" not in alone.reports(public=False)
