"""What is known of a vendor, for files and other programs: reports, linked data, questionnaires."""
