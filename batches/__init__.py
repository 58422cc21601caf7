"""Manufacturing: donors, lines, banks, vials, master records, batch records, genealogy, samples, dispositions."""
