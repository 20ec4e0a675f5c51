"""Other people's test suites, unchanged; only the conftest.py beside them is ours."""
