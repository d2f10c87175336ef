"""``python -m pipeline``."""

import sys

try:
    from pipeline.cli import main
except KeyboardInterrupt:
    # Ctrl-C while the libraries load.
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())
