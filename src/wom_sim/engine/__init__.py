"""Running cases: keys, plan, memory check, threads, interruption."""
