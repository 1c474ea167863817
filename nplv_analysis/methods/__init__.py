"""Statistical methods, each by its published formula: columns in, columns out. None knows of reports."""
