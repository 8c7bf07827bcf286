"""Exit 0 when HOST PORT can be bound, 1 when it is taken; without arguments prints a free port."""

import socket
import sys


def main(arguments: list[str]) -> int:
    """Binds once and lets go again."""
    host, port = (arguments[0], int(arguments[1])) if arguments else ("127.0.0.1", 0)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the web server does: a port still in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return 1
        if not arguments:
            print(probe.getsockname()[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
