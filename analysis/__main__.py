"""The command line of the report: ``python -m analysis COMMAND``."""

import sys

from press.main import main

if __name__ == "__main__":
    sys.exit(main())
