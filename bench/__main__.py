"""`make bench`: every benchmark, one after the other."""

import sys

from bench import booking

if __name__ == "__main__":
    sys.exit(booking.main())
