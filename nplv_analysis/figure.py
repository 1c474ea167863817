"""One figure, a row of the indicator table: its columns, and the words for where it comes from and how sure it is."""

from __future__ import annotations

#: The columns of the indicator table, in order. Dutch, because analysts read them.
COLUMNS = (
    "gebied",
    "rol",
    "thema",
    "indicator",
    "reeks",
    "periode",
    "jaar",
    "waarde",
    "ondergrens",
    "bovengrens",
    "teken",
    "genoemd",
    "eenheid",
    "onder95",
    "boven95",
    "onder998",
    "boven998",
    "interval_soort",
    "interval_reden",
    "teller",
    "noemer",
    "n",
    "n_effectief",
    "standaardafwijking",
    "standaardfout",
    "afronding",
    "afronding_noemer",
    "status",
    "herkomst",
    "cbs_wijk",
    "waarde_cbs_wijk",
    "toelichting",
    "bron",
    "openbaar",
)

NUMBERS = (
    "jaar",
    "waarde",
    "ondergrens",
    "bovengrens",
    "genoemd",
    "onder95",
    "boven95",
    "onder998",
    "boven998",
    "teller",
    "noemer",
    "n",
    "n_effectief",
    "standaardafwijking",
    "standaardfout",
    "afronding",
    "afronding_noemer",
    "waarde_cbs_wijk",
)

#: Where a figure comes from.
PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING = (
    "gepubliceerd",
    "berekend",
    "alleen hele CBS-wijk bekend",
    "geen cijfer",
)

#: What kind of margin a figure has; ``uncertainty.with_intervals`` computes it.
SAMPLE, CHANCE, ROUNDING, GIVEN = "steekproefmarge", "toevalsmarge", "afrondingsmarge", "marge van de bron"
