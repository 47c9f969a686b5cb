"""The site: reads one data package and shows it; knows nothing of where it came from."""
