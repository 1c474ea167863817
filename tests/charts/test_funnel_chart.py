"""A funnel as a picture: rates against size, the lines of the method, and no claim beyond the verdict."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import figures, indicator
from pictures import OTHERS, OWN, Picture, pictures

from nplv_analysis.charts import Chart, Funnel, Panel, funnel_chart
from nplv_analysis.methods.funnel import estimate_overdispersion, funnel_limits
from nplv_analysis.verdict import SAME, WORSE

RATE = indicator(name="Meldingen per 1.000 inwoners", unit="per 1.000 inwoners", decimals=1)
SIZES = (1000.0, 2000.0, 4000.0, 6000.0, 9000.0, 12000.0)
EVENTS = (30.0, 90.0, 100.0, 150.0, 320.0, 300.0)
NAMES = {f"wijk-{n}": f"Wijk {n} (deel)" for n in range(6)}


def drawn(areas: int = 6, own: str = "wijk-2", differs: str = "") -> Chart:
    """Draw made-up wijken beside a large rest."""
    rows = figures(
        *(
            {"gebied": f"wijk-{n}", "eenheid": RATE.unit, "teller": x, "noemer": size, "waarde": 1000 * x / size}
            for n, (x, size) in enumerate(zip(EVENTS[:areas], SIZES, strict=False))
        )
    )
    verdicts = [WORSE if area == differs else SAME for area in rows["gebied"]]
    panel = Panel(RATE, rows.assign(oordeel=verdicts))
    return funnel_chart(Funnel(panel, "overige gemeente", 5000.0, 180000.0), NAMES, own, "Politie & co", "sleutel")


def picture_of(**how: str) -> Picture:
    """Draw a funnel and look at it."""
    (found,) = pictures(drawn(**how).to_html())
    return found


def test_points_are_where_their_figures_are() -> None:
    seen = picture_of()
    found = [(seen.value("x", p.x), seen.value("y", p.y)) for p in [*seen.points(OWN), *seen.points(OTHERS)]]
    expected = [(size, 1000 * x / size) for x, size in zip(EVENTS, SIZES, strict=True)]
    assert np.array(sorted(found)) == pytest.approx(np.array(expected), rel=0.03)


def test_the_lines_are_the_limits_of_the_method() -> None:
    seen = picture_of()
    _, tau2 = estimate_overdispersion(EVENTS, SIZES, sum(EVENTS) / sum(SIZES))
    ends = sorted(round(seen.value("y", line[-1][1]), 1) for line in seen.lines(OTHERS, 5))
    size = seen.value("x", seen.lines(OTHERS, 5)[0][-1][0])
    limits = [1000 * float(end) for z in (1.96, 3.0902) for end in funnel_limits(size, 5000, 180000, tau2, z)]
    assert ends == pytest.approx(sorted(limits), abs=0.4)


def test_the_own_wijk_is_named_in_bold_and_is_a_diamond() -> None:
    seen = picture_of()
    assert [text.text for text in seen.texts if text.bold] == ["Wijk 2"]
    assert len(seen.points(OWN)) == 1
    assert seen.points(OWN)[0].form != seen.points(OTHERS)[0].form
    assert "De ruit is Wijk 2 (deel)." in drawn().caption


def test_names_do_not_lie_over_each_other_and_stay_on_the_paper() -> None:
    seen = picture_of()
    boxes = [(t.x, t.y - 7, t.x + 9.5 * 0.5 * len(t.text), t.y) for t in seen.texts if t.text.startswith("Wijk")]
    assert len(boxes) >= 4
    for n, one in enumerate(boxes):
        assert one[0] > 0 and one[2] < seen.size[0]
        for other in boxes[n + 1 :]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def test_only_a_verdict_makes_a_wijk_different() -> None:
    assert "Aantoonbaar anders: geen enkele wijk." in drawn().caption
    one = drawn(differs="wijk-4")
    assert "Aantoonbaar anders: Wijk 4 (deel)." in one.caption
    assert one.drawings[0].alternative.endswith("Aantoonbaar anders: Wijk 4 (deel).")
    assert "Wijk 4" in pictures(one.to_html())[0].words


def test_the_alternative_says_in_short_what_is_seen() -> None:
    assert picture_of().alternative == (
        "Trechterfiguur: Meldingen per 1.000 inwoners in 6 wijken, 2020. Wijk 2 (deel): 25,0; overige gemeente: 27,8. "
        "Aantoonbaar anders: geen enkele wijk."
    )


def test_too_few_wijken_make_no_funnel() -> None:
    assert drawn(areas=4).to_html() == ""
    assert drawn(areas=0).to_html() == ""


def test_a_page_about_another_area_has_no_diamond() -> None:
    seen = picture_of(own="noord")
    assert not seen.points(OWN) and len(seen.points(OTHERS)) == 6
    assert "ruit" not in drawn(own="noord").caption


def test_the_same_figures_give_the_same_bytes() -> None:
    assert drawn() == drawn()
