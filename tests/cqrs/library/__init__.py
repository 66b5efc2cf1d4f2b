"""A lending library: an installed app of the test settings only, with a read model and a process to try."""
