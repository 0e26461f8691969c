"""Any file as cells with addresses, or as columns of text; knows no rubric."""

import os

# What Polars has to be told before it is loaded. Or else it panics at a clock that it doesn't know,
# where here it is a message.
os.environ.setdefault("POLARS_IGNORE_TIMEZONE_PARSE_ERROR", "1")
# And where no thread can be started for want of memory, its allocator says so without end.
os.environ.setdefault("_RJEM_MALLOC_CONF", "background_thread:false")
