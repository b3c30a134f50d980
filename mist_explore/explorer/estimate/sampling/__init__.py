"""Sample after sample: the sampling distribution of each estimator on the estimate page."""
