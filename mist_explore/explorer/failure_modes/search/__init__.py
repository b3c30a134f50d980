"""The failure search of the page of failure modes: the worst case of one estimator."""
