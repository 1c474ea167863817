"""Where problems pile up among small places: what counts (``settings``), its figures, and the groups (``heat_map``)."""
