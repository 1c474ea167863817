"""Whether two figures differ: a test at 99.8 % and a smallest relevant difference together, always with the reason."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.indicators import CHANCE, GIVEN, ROUNDING, SAMPLE
from nplv_analysis.methods.intervals import Array
from nplv_analysis.observations import factor_of
from nplv_analysis.uncertainty import WHY_NONE

#: A verdict is given when chance alone would give such a difference less often than this.
ALPHA = 0.002

BETTER, WORSE, SAME = "gunstiger", "ongunstiger", "geen aantoonbaar verschil"
HIGHER, LOWER = "hoger", "lager"

#: Names of the tests that reckon with how much wijken differ, or change, of themselves.
FUNNEL, CONTRAST = "trechter met overdispersie", "contrast van perioden met overdispersie"

#: Columns that ``verdicts`` gives.
COLUMNS = ("verschil", "verschil_onder95", "verschil_boven95", "p_waarde", "toets", "oordeel", "oordeel_reden")
TEXTS = ("toets", "oordeel", "oordeel_reden")

#: How the texts name the figure beside it.
OTHER = "het cijfer ernaast"

NO_FIGURE = "Geen oordeel: er staat geen precies cijfer."
NO_REFERENCE = "Geen oordeel: er is geen precies cijfer om mee te vergelijken."
NO_MARGIN = "Geen oordeel: {}."
NO_COUNT_OF_PARTS = "Geen oordeel: een aantal van een deel is niet te vergelijken met dat van het geheel."
ROUNDED = "Geen oordeel: van dit cijfer is alleen bekend waarop het is afgerond, niet hoeveel toeval erin zit."
BEYOND_ROUNDING = " Het verschil is wel groter dan de afronding kan verklaren."
OTHER_HAS_NO_MARGIN = f"Geen oordeel: van {OTHER} is niet bekend hoe zeker het is."
NO_SPREAD = (
    "Geen oordeel: dit cijfer is van te weinig wijken bekend. Daardoor weten we niet hoe sterk wijken vanzelf "
    "verschillen."
)
TOO_FEW = "Geen oordeel: er zijn te weinig mensen ondervraagd voor een toets."
NO_TEST = "Geen oordeel: met deze cijfers is geen toets mogelijk."

BY_CHANCE = "Het verschil kan toeval zijn."
BY_THEMSELVES = "Zo'n verschil is niet bijzonder: wijken verschillen vanzelf van elkaar."
TOO_SMALL = "Het verschil is waarschijnlijk geen toeval, maar te klein om mee te tellen: minder dan {}."
CLEAR = "Het verschil is groter dan door toeval te verwachten is, en minstens {}."

#: So many inhabitants that a fixed rate has no chance error of its own.
MANY = 1e9

#: More people than this are not tested as counts: the exact test takes as many steps, and says nothing more.
MOST_COUNTED = 1e8

Test = Callable[[Array, Array, Array, Array], Array]


def verdicts(pairs: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Judge pairs of figures.

    Parameters
    ----------
    pairs : DataFrame
        One row a pair: the columns of the indicator table for the figure itself, the same with ``ref_`` in front for
        the figure beside it (missing where there is none), ``ref_vast`` (bool: the figure beside it is taken as a fixed
        value, without sampling error of its own), ``tau2`` (between-area variance of the rates, or missing) and
        ``p_contrast`` (p-value of a change of counts between two periods, or missing).
    catalogue : Catalogue
        For unit, good direction and smallest relevant difference.

    Returns
    -------
    DataFrame
        The same rows with ``COLUMNS``. Shares with counts are tested conditionally (guarded mid-P, hypergeometric;
        against a fixed value binomial), shares with a design effect or without counts by inverting an interval of the
        difference, means by Welch's test, rates by the funnel with additive random effects (see the modules of these
        methods). A difference counts when p < ``ALPHA`` and it is at least the smallest relevant difference of the
        catalogue. A count that was rounded is taken at the end of its rounding that is nearest to the other figure.
    """
    result = pairs.copy()
    for column in COLUMNS:
        result[column] = "" if column in TEXTS else np.nan
    if result.empty:
        return result
    margin, unit = result["interval_soort"], result["eenheid"]
    parts = unit.str.startswith("aantal") & ~_same_area(result)
    result["verschil"] = (result["waarde"] - result["ref_waarde"]).mask(parts)
    apart = (result["onder95"] > result["ref_boven95"]) | (result["boven95"] < result["ref_onder95"])
    bare = result["interval_reden"].replace("", WHY_NONE["geen"])
    reason = _first_that_holds(
        {
            NO_FIGURE: result["waarde"].isna(),
            NO_REFERENCE: result["ref_waarde"].isna(),
            NO_COUNT_OF_PARTS: parts,
            ROUNDED + BEYOND_ROUNDING: (margin == ROUNDING) & apart,
            ROUNDED: margin == ROUNDING,
        }
    )
    reason = reason.mask((reason == "") & (margin == ""), bare.map(NO_MARGIN.format))
    unsure = ~result["ref_vast"] & ~result["ref_interval_soort"].isin([SAMPLE, CHANCE, GIVEN])
    reason = reason.mask((reason == "") & unsure, OTHER_HAS_NO_MARGIN)
    tested = pd.Series(False, index=result.index)
    for name, test, which in _tests(result):
        here = which & (reason == "") & ~tested
        if here.any():
            result.loc[here, "p_waarde"], result.loc[here, "toets"] = test(result[here]), name
            tested |= here
    failed = (reason == "") & result["p_waarde"].isna()
    result["toets"] = result["toets"].mask(failed, "")
    rate = (margin == CHANCE) & (unit != "%")
    few = (margin == SAMPLE) & ~(result["n_effectief"] > 1)
    why = _first_that_holds({NO_SPREAD: rate & result["tau2"].isna(), TOO_FEW: few, NO_TEST: failed})
    reason = reason.mask(failed, why)
    _add_interval_of_difference(result, reason == "")
    return _judge(result, reason, catalogue)


def _first_that_holds(texts: dict[str, pd.Series]) -> pd.Series:
    """Give in each row the first text of which the condition holds, or nothing."""
    index = next(iter(texts.values())).index
    return pd.Series(np.select([*texts.values()], [*texts], ""), index=index, dtype="object")


def _same_area(pairs: pd.DataFrame) -> pd.Series:
    return (pairs["gebied"] == pairs["ref_gebied"]) & (pairs["rol"] == pairs["ref_rol"])


def size_of(pairs: pd.DataFrame, prefix: str = "") -> pd.Series:
    """Give how many a share is a share of: those asked, less the design effect, or all that were counted."""
    kind = pairs[f"{prefix}interval_soort"]
    everybody = pairs[f"{prefix}noemer"].where(kind == CHANCE)
    return pairs[f"{prefix}n_effectief"].where(kind == SAMPLE, everybody)


def has_plain_counts(pairs: pd.DataFrame, prefix: str = "") -> pd.Series:
    """Tell where counts may be tested as they are: a full count, or a sample without a design effect."""
    size = size_of(pairs, prefix)
    return pairs[f"{prefix}teller"].notna() & (pairs[f"{prefix}noemer"] <= size.where(size <= MOST_COUNTED))


def _tests(pairs: pd.DataFrame) -> list[tuple[str, Callable[[pd.DataFrame], Array], pd.Series]]:
    """The tests in order, each with the rows it is for; a row takes the first that fits."""
    share, fixed, margin = pairs["eenheid"] == "%", pairs["ref_vast"], pairs["interval_soort"]
    counts, other_counts = has_plain_counts(pairs), has_plain_counts(pairs, "ref_")
    sizes = size_of(pairs).notna() & (fixed | size_of(pairs, "ref_").notna())
    rate = ~share & (margin == CHANCE)
    return [
        ("conditionele mid-P-toets", _mid_p, share & counts & other_counts & ~fixed),
        ("binomiale mid-P-toets", _mid_p_fixed, share & counts & fixed),
        ("toets op aandelen (Zou en Donner)", _shares, share & sizes),
        (CONTRAST, _contrast, rate & pairs["p_contrast"].notna()),
        (FUNNEL, _funnel, rate & pairs["tau2"].notna()),
        ("toets van Welch", _welch, ~rate),
    ]


def _nearest(rows: pd.DataFrame, prefix: str = "") -> tuple[Array, Array]:
    """Counts above and below the line, moved within their rounding towards the other figure."""
    up = np.sign(rows["verschil"]) * (1 if prefix else -1)
    above = (rows[f"{prefix}teller"] + up * np.floor(rows[f"{prefix}afronding"].fillna(0))).clip(lower=0)
    below = rows[f"{prefix}noemer"] - up * np.floor(rows[f"{prefix}afronding_noemer"].fillna(0))
    return above.to_numpy("float64"), below.to_numpy("float64")


def _p_of_nearest(rows: pd.DataFrame, test: Test, *, whole: bool = False) -> Array:
    """Test counts at their nearest, against counts or a fixed value; where roundings overlap there is no difference.

    ``whole`` makes a whole number of the count that a fixed value stands for.
    """
    above, below = _nearest(rows)
    factor = rows["eenheid"].map(factor_of).astype("float64").to_numpy()
    fixed = rows["ref_vast"].to_numpy(dtype=bool)
    other, others = _nearest(rows, "ref_")
    known = rows["ref_waarde"].to_numpy() / factor
    other = np.where(fixed, np.round(known * MANY) if whole else known, other)
    others = np.where(fixed, MANY if whole else 1.0, others)
    sign = np.sign(rows["verschil"].to_numpy())
    own_moved, ref_moved = (
        (rows[[f"{prefix}afronding", f"{prefix}afronding_noemer"]] > 0).any(axis=1).to_numpy()
        for prefix in ("", "ref_")
    )
    moved = own_moved | (ref_moved & ~fixed)
    overlap = moved & ~((sign * (above * others - other * below) > 0) & (below > 0) & (others > 0))
    return np.where(overlap, 1.0, test(above, below, other, others))


def _mid_p(rows: pd.DataFrame) -> Array:
    from nplv_analysis.methods.two_shares import mid_p

    return _p_of_nearest(rows, lambda x, n, other, others: mid_p(x, n, other, others, guarded=True))


def _mid_p_fixed(rows: pd.DataFrame) -> Array:
    from nplv_analysis.methods.two_shares import mid_p_fixed

    return _p_of_nearest(rows, lambda x, n, share, _: mid_p_fixed(x, n, share, guarded=True))


def _shares(rows: pd.DataFrame) -> Array:
    from nplv_analysis.methods.two_shares import share_differs

    other = size_of(rows, "ref_").where(~rows["ref_vast"], np.inf)
    share, reference = rows["waarde"].to_numpy() / 100, rows["ref_waarde"].to_numpy() / 100
    return share_differs(share, size_of(rows).to_numpy(), reference, other.to_numpy())


def _contrast(rows: pd.DataFrame) -> Array:
    return rows["p_contrast"].to_numpy()


def _funnel(rows: pd.DataFrame) -> Array:
    from nplv_analysis.methods.funnel import rate_differs

    tau2 = rows["tau2"].to_numpy()
    return _p_of_nearest(rows, lambda x, n, other, others: rate_differs(x, n, other, others, tau2), whole=True)


def _welch(rows: pd.DataFrame) -> Array:
    """Welch 1947 (Biometrika 34:28-35), with the approximate degrees of freedom of Satterthwaite 1946."""
    from scipy import stats

    fixed = rows["ref_vast"]
    one, other = rows["standaardfout"] ** 2, (rows["ref_standaardfout"] ** 2).mask(fixed, 0.0)
    # An interval that the source gives comes without n: it is taken as a normal one.
    free, free_other = (rows[name].fillna(np.inf) - 1 for name in ("n_effectief", "ref_n_effectief"))
    usable = (one + other > 0) & (free > 0) & (fixed | (free_other > 0))
    freedom = ((one + other) ** 2 / (one**2 / free + (other**2 / free_other).mask(fixed, 0.0))).fillna(np.inf)
    error = np.sqrt((one + other).to_numpy("float64"))
    statistic = rows["verschil"].abs().where(usable).to_numpy() / np.where(usable, error, 1.0)
    return np.asarray(2 * stats.t.sf(statistic, freedom.where(usable, 1.0).to_numpy()))


def _add_interval_of_difference(result: pd.DataFrame, here: pd.Series) -> None:
    """Add the 95 % interval of the difference (Zou & Donner 2008; for shares that is Newcombe's hybrid score)."""
    from nplv_analysis.methods.intervals import mover_difference

    # The tests of rates reckon with more than chance, which an interval of chance alone does not show.
    here = here & ~result["toets"].isin([FUNNEL, CONTRAST])
    rows = result[here]
    fixed, other = rows["ref_vast"], rows["ref_waarde"]
    columns = [rows["waarde"], rows["onder95"], rows["boven95"], other]
    columns += [rows[name].mask(fixed, other) for name in ("ref_onder95", "ref_boven95")]
    low, high = mover_difference(*(column.to_numpy() for column in columns))
    result.loc[here, "verschil_onder95"], result.loc[here, "verschil_boven95"] = low, high


def _judge(result: pd.DataFrame, reason: pd.Series, catalogue: Catalogue) -> pd.DataFrame:
    indicators = {i.id: i for i in catalogue.indicators}
    least, words = _smallest_difference(result, indicators)
    direction = result["indicator"].map({name: i.good_direction for name, i in indicators.items()})
    tested = reason == ""
    significant = tested & (result["p_waarde"] < ALPHA)
    # A hair of tolerance: 26 less 24 is 2, also when held as 1.9999999.
    large = result["verschil"].abs() >= least - 1e-9
    up = result["verschil"] > 0
    good = (up & (direction == "hoog")) | (~up & (direction == "laag"))
    verdict = np.where(good, BETTER, WORSE)
    verdict = np.where(direction == "geen", np.where(up, HIGHER, LOWER), verdict)
    result["oordeel"] = np.where(significant & large, verdict, np.where(tested, SAME, ""))
    reason = reason.mask(tested & ~significant, BY_CHANCE)
    reason = reason.mask(tested & ~significant & result["toets"].isin([FUNNEL, CONTRAST]), BY_THEMSELVES)
    reason = reason.mask(significant & ~large, words.map(TOO_SMALL.format))
    result["oordeel_reden"] = reason.mask(significant & large, words.map(CLEAR.format))
    return result


def _smallest_difference(result: pd.DataFrame, indicators: dict[str, Indicator]) -> tuple[pd.Series, pd.Series]:
    """Smallest relevant difference of each row, in the unit of the figure and in words."""
    stated = {name: i.smallest_difference for name, i in indicators.items()}
    amount = result["indicator"].map({name: float(s["waarde"]) for name, s in stated.items()})
    relative = {name: s["eenheid"] == "procent van de referentie" for name, s in stated.items()}
    units = {"procentpunt": " procentpunt", "procent van de referentie": f" procent van {OTHER}"}
    words = {name: f"{s['waarde']:g}".replace(".", ",") + units.get(s["eenheid"], "") for name, s in stated.items()}
    of_reference = amount / 100 * result["ref_waarde"].abs()
    least = amount.mask(result["indicator"].map(relative).astype(bool), of_reference)
    return least, result["indicator"].map(words)
