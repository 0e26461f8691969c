"""Any file as cells with addresses, or as columns of text; knows no rubric."""
