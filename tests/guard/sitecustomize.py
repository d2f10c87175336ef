"""Python runs this at the start of every program that a test starts: the guard holds there too."""

import network_guard

network_guard.install()
