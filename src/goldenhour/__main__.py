"""`python -m goldenhour` is the `goldenhour` command."""

import sys

from goldenhour.run.main import main

sys.exit(main())
