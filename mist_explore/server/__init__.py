"""Server of the notebooks as pages, on Voila: one page, one kernel, within the settings."""
