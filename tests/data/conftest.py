"""Scripts here record what other software computes; they need it and are no tests."""

collect_ignore_glob = ["*.py"]
