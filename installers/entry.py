"""Where a frozen build starts; the same as `python -m dangjian_desktop`."""

from __future__ import annotations

import sys
from multiprocessing import freeze_support

from dangjian_desktop.__main__ import main

if __name__ == "__main__":
    freeze_support()
    sys.exit(main())
