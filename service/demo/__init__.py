"""One real policy driven over HTTP through all nine stages, told step by step, checked, and written down."""
