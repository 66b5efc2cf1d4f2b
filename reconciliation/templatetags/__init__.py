"""What the pages of this app compute while they are shown."""
