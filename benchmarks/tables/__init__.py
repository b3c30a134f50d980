"""Real tables that ship inside Python packages, through every entry of the project."""
