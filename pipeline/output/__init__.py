"""Results for people and programs: a run's files, the summary at its end, the page that shows all."""
