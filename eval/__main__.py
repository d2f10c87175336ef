"""``python -m eval``."""

import sys

try:
    from eval.cli import main
except ModuleNotFoundError as error:
    if error.name not in ("numpy", "scipy"):
        raise
    sys.stderr.write(
        f"error: The harness needs {error.name}, which is not installed. "
        "It comes with the extra eval: pip install 'hospital-news-records[eval]'.\n"
    )
    sys.exit(3)

if __name__ == "__main__":
    sys.exit(main())
