"""Networks: memory layout, checks, files, generators, conversions. Labels stop here."""
