"""``python -m nplv_analysis``: the same as ``nplv``."""

from nplv_analysis.cli import main

if __name__ == "__main__":
    main(prog_name="nplv")
