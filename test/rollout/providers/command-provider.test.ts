/** Nodes by programs of the operator's: the conformance suite over the example in deploy/systemd, and bad programs. */
