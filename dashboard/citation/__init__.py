"""Citations: what is cited -> a text, BibTeX, RIS, CSL-JSON that all say the same."""
