"""What is seen of the messages from outside: maps and diagrams, flow, backlog, metrics, log lines, traces, health."""
