"""Testing and release: specifications, runs, results, OOS, certificates, disposition and certification."""
