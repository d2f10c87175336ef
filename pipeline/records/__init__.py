"""From answers to records: names, values and statuses by rule, grounded, checked, merged, linked."""
