"""How an area compares: each figure beside that of the references, with a verdict or the reason why there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF, REST, REST_WITHOUT
from nplv_analysis.catalogue import Area, Catalogue
from nplv_analysis.indicators import CHANCE
from nplv_analysis.indicators import COLUMNS as FIGURE
from nplv_analysis.methods.intervals import Array
from nplv_analysis.observations import factor_of
from nplv_analysis.uncertainty import require_figures, with_intervals
from nplv_analysis.verdict import COLUMNS as VERDICT
from nplv_analysis.verdict import NO_REFERENCE, has_plain_counts, verdicts

REFERENCES = (
    "overige_gemeente",
    "overige_gemeente_zonder",
    "groningen_noord",
    "gemeente",
    "nederland",
)
#: Kinds of areas that lie side by side; the spread between these says how much wijken differ of themselves.
WIJKEN = ("nplv", "wijkvernieuwing")
KEYS = ["indicator", "reeks", "periode"]
FIXED = " (vast cijfer)"
#: Id of the country, which need not be in a catalogue.
COUNTRY = "nederland"

NO_SUCH_REFERENCE = "Geen oordeel: er is geen precies cijfer uit dezelfde reeks en periode om mee te vergelijken ({})."
NOT_COMPARED = "Dit cijfer vergelijken we nergens mee: het is er om andere cijfers naast te leggen."
OF_A_PART = "Geen oordeel: in een deel van de gemeente betekent dit cijfer iets anders dan in de hele gemeente."
OVERLAP = "Geen oordeel: deze gebieden overlappen elkaar, of zijn hetzelfde."


def latest(table: pd.DataFrame) -> pd.DataFrame:
    """Keep of each area, role and indicator the latest period with a figure of any kind.

    A figure whose source names no year counts as older than one with a year.
    """
    ordered = with_figure(table).sort_values(["jaar", "periode"], kind="stable", na_position="first")
    return ordered.drop_duplicates(["gebied", "rol", "indicator"], keep="last").sort_index()


def with_figure(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that hold a figure of any kind."""
    return table[table[["waarde", "ondergrens", "bovengrens", "genoemd", "waarde_cbs_wijk"]].notna().any(axis=1)]


def comparison(table: pd.DataFrame, area: str, catalogue: Catalogue, *, comparable: bool = False) -> pd.DataFrame:
    """Put the latest figure of an area beside the same figure of the references.

    Parameters
    ----------
    table : DataFrame
        A released indicator table of all areas.
    area : str
        Id of the area.
    catalogue : Catalogue
        For the ids of the programme area and the gemeente.
    comparable : bool
        Take the latest figure that has a reference, and leave out indicators that have none.

    Returns
    -------
    DataFrame
        One row an indicator of the area, with the columns of ``REFERENCES`` added (the position of the reference's row
        in ``table``, or missing). A reference is of the same series and period, never of another year, and never the
        area itself. Columns of ``with_verdict`` that the table has stay with their row.
    """
    known = with_figure(table)
    columns = (known[name] for name in ("gebied", "rol", *KEYS))
    # Of two figures with the same name the first counts.
    positions = dict(zip(reversed([*zip(*columns, strict=True)]), reversed(known.index), strict=True))
    mine = known[(known["gebied"] == area) & (known["rol"] == ITSELF)]
    programme = catalogue.programme.id if catalogue.programme else ""
    rows = {
        "overige_gemeente": (area, REST),
        "overige_gemeente_zonder": (area, REST_WITHOUT),
        "groningen_noord": (programme, ITSELF),
        "gemeente": (catalogue.gemeente.id, ITSELF),
        COUNTRY: (COUNTRY, ITSELF),
    }
    wanted = [*zip(*(mine[name] for name in KEYS), strict=True)]
    beside = {
        column: [positions.get((*reference, *keys), np.nan) for keys in wanted]
        for column, reference in rows.items()
        if reference != (area, ITSELF)
    }
    mine = mine.assign(**{column: beside.get(column, np.nan) for column in rows}).astype(dict.fromkeys(rows, "float64"))
    if comparable:
        mine = mine[mine[list(REFERENCES)].notna().any(axis=1)]
    return latest(mine)


def with_verdict(table: pd.DataFrame, catalogue: Catalogue, against: str = "") -> pd.DataFrame:
    """Judge every figure against its reference.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals, of all areas.
    catalogue : Catalogue
        For the references, polarity and smallest relevant differences.
    against : str
        Id or name of an area to compare with; empty for the usual reference: of a wijk the rest of the gemeente (for
        crime without the centre, where the catalogue says so), else the published total of the gemeente as a fixed
        value; of the gemeente the country. An area that holds the figure's own area is compared without it where
        counts allow that, else its published total is a fixed value. Areas that overlap otherwise are not compared.

    Returns
    -------
    DataFrame
        The same rows with vergeleken_met, phi (dispersion of a rate between wijken; 1 is chance alone), verschil (in
        the unit of the figure), verschil_onder95, verschil_boven95, p_waarde, toets, oordeel, oordeel_reden and
        q_waarde added; the last is the p-value adjusted for the false discovery rate over all tests in the frame
        (Benjamini & Hochberg 1995) and changes no verdict. Rows on the rest of the gemeente have no verdict.

    Raises
    ------
    NplvError
        For a table that is no indicator table, see ``uncertainty.require_figures``.
    UnknownNameError
        For an area that is not in the catalogue.
    """
    require_figures(table, catalogue)
    judged = verdicts(_pairs(table[list(FIGURE)].reset_index(drop=True), catalogue, against), catalogue)
    alone = (judged["oordeel_reden"] == NO_REFERENCE) & judged["ref_gebied"].isna()
    judged["oordeel_reden"] = judged["oordeel_reden"].mask(alone, judged["waarom_alleen"])
    judged["q_waarde"] = _false_discovery(judged["p_waarde"].to_numpy())
    added = judged.set_axis(table.index)[["vergeleken_met", "phi", *VERDICT, "q_waarde"]]
    return table.drop(columns=list(added), errors="ignore").assign(**added)


def _pairs(table: pd.DataFrame, catalogue: Catalogue, against: str) -> pd.DataFrame:
    """Put the figure of its reference beside each figure."""
    chosen = _chosen(table, catalogue, catalogue.area(against)) if against else _usual(table, catalogue)
    others = table.rename(columns={c: f"ref_{c}" for c in table.columns if c not in KEYS})
    others = others.drop_duplicates(["ref_gebied", "ref_rol", *KEYS])
    wanted = table[KEYS].join(chosen[["ref_gebied", "ref_rol"]])
    beside = wanted.merge(others, on=list(wanted), how="left")
    beside["ref_gebied"] = beside["ref_gebied"].where(beside["ref_eenheid"].notna())
    pairs = table.join(beside.drop(columns=KEYS)).join(chosen[["vergeleken_met", "ref_vast", "waarom_alleen"]])
    if against:
        pairs = _without_itself(pairs, catalogue, catalogue.area(against).name)
    return pairs.join(_spread_between_wijken(table, catalogue), on=KEYS).assign(p_contrast=np.nan)


def _usual(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Choose the usual reference of each row."""
    gemeente, own = catalogue.gemeente, table["gebied"]
    itself, kind = table["rol"] == ITSELF, own.map({area.id: area.kind for area in catalogue.areas})
    apart = table["indicator"].isin([i.id for i in catalogue.indicators if not i.comparable])
    of_a_part = itself & kind.isin([*WIJKEN, "samengesteld", "combinatie"])
    part = of_a_part & ~apart
    without = {i.id: f"{REST} zonder {i.without_wijk['naam']}" for i in catalogue.indicators if i.without_wijk}
    centre = table["indicator"].map(without).astype("object")
    rest = table.loc[(table["rol"] == REST) & table["waarde"].notna(), ["gebied", *KEYS]]
    has_rest = pd.MultiIndex.from_frame(table[["gebied", *KEYS]]).isin(pd.MultiIndex.from_frame(rest))
    result = _choice(
        table,
        (part & centre.notna(), own, REST_WITHOUT, centre),
        (part & has_rest, own, REST, REST),
        (part, gemeente.id, ITSELF, gemeente.name + FIXED),
        (itself & (kind == "gemeente"), COUNTRY, ITSELF, "Nederland" + FIXED),
    )
    return result.assign(waarom_alleen=result["waarom_alleen"].mask(of_a_part & apart, OF_A_PART))


def _chosen(table: pd.DataFrame, catalogue: Catalogue, area: Area) -> pd.DataFrame:
    """Choose one area as the reference of all others; those that hold it, or a part of it, are not compared."""
    inside, overlapping = set(), {area.id}
    for other in catalogue.areas:
        if other.kind == "omschrijving" or other.id == area.id:
            continue
        held = other.buurten and set(other.buurten) <= set(area.buurten)
        if held or area.kind == "land" or (area.kind == "gemeente" and other.kind != "land"):
            inside.add(other.id)
        elif other.kind in ("gemeente", "land") or set(other.buurten) & set(area.buurten):
            overlapping.add(other.id)
    own, itself = table["gebied"], table["rol"] == ITSELF
    described = [a.id for a in catalogue.areas if a.kind != "omschrijving"]
    apart = itself & own.isin(described) & ~own.isin(overlapping)
    result = _choice(
        table,
        (apart & own.isin(inside), area.id, ITSELF, area.name + FIXED),
        (apart, area.id, ITSELF, area.name),
    )
    overlap = itself & own.isin(overlapping)
    return result.assign(waarom_alleen=result["waarom_alleen"].mask(overlap, OVERLAP))


def _choice(table: pd.DataFrame, *cases: tuple[pd.Series, str | pd.Series, str, str | pd.Series]) -> pd.DataFrame:
    """Take for each row the first case of which the condition holds: area and role of the reference, and its label."""
    result = pd.DataFrame("", index=table.index, columns=["ref_gebied", "ref_rol", "vergeleken_met"], dtype="object")
    for here, *chosen in reversed(cases):
        for column, value in zip(result, chosen, strict=True):
            result[column] = result[column].mask(here, value)
    label = result["vergeleken_met"]
    why = label.str.removesuffix(FIXED).map(NO_SUCH_REFERENCE.format)
    return result.assign(ref_vast=label.str.endswith(FIXED), waarom_alleen=why.where(label != "", NOT_COMPARED))


def _without_itself(pairs: pd.DataFrame, catalogue: Catalogue, name: str) -> pd.DataFrame:
    """Take an area off the area that holds it, where both have counts, and make the interval of what is left."""
    above, below = pairs["ref_teller"] - pairs["teller"], pairs["ref_noemer"] - pairs["noemer"]
    counted = pairs["ref_vast"] & has_plain_counts(pairs) & has_plain_counts(pairs, "ref_") & (above >= 0) & (below > 0)
    counted &= ((pairs["eenheid"] != "%") | (above <= below)) & pairs["eenheid"].map(factor_of).notna()
    if not counted.any():
        return pairs
    result, rows = pairs.copy(), pairs[counted]
    left = pd.DataFrame({column: rows[column if column in KEYS else f"ref_{column}"] for column in FIGURE})
    left["teller"], left["noemer"] = above[counted], below[counted]
    left["waarde"] = left["eenheid"].map(factor_of).astype("float64") * left["teller"] / left["noemer"]
    for column in ("n", "n_effectief"):
        left[column] = (left[column] - rows[column]).clip(lower=0)
    for column in ("afronding", "afronding_noemer"):
        # Each of the two may be off by its own rounding.
        left[column] = left[column].fillna(0) + rows[column].fillna(0)
    left = with_intervals(left, catalogue)
    for column in (name for name in FIGURE if name not in KEYS):
        result.loc[counted, f"ref_{column}"] = left[column]
    result["ref_vast"] &= ~counted
    result["vergeleken_met"] = result["vergeleken_met"].mask(counted, f"{name} zonder het gebied zelf")
    return result


def _spread_between_wijken(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Estimate for every rate how much wijken differ more than chance makes them, as columns phi and tau2."""
    from nplv_analysis.methods.funnel import estimate_overdispersion

    wijken = table[
        (table["rol"] == ITSELF)
        & table["gebied"].isin([area.id for area in catalogue.areas if area.kind in WIJKEN])
        & (table["interval_soort"] == CHANCE)
        & (table["eenheid"] != "%")
        & table["teller"].notna()
        & (table["noemer"] > 0)
    ].drop_duplicates(["gebied", *KEYS])
    rows = []
    for key, group in wijken.groupby(KEYS, sort=False):
        events, exposure = group["teller"].to_numpy(), group["noemer"].to_numpy()
        rows.append((*key, *estimate_overdispersion(events, exposure, events.sum() / exposure.sum())))
    return pd.DataFrame(rows, columns=[*KEYS, "phi", "tau2"]).set_index(KEYS).astype("float64")


def _false_discovery(p_values: Array) -> Array:
    from statsmodels.stats.multitest import multipletests

    known = ~np.isnan(p_values)
    result = np.full(p_values.shape, np.nan)
    if known.any():
        result[known] = multipletests(p_values[known], method="fdr_bh")[1]
    return result
