"""The demo: recorded calls of real SDKs played into a running server through its public doors."""
