"""What leaves a run: pages, files with the key figures, and the account of what changed."""
