"""The app in an automated browser, for tests, screenshots and benchmarks."""
