"""The app and a browser, driven as a person would: for tests, screenshots and measurements."""
