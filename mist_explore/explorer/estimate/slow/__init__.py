"""The slow estimates of the estimate page: critics that train, intervals from resampling."""
