"""`mist-explore app`: the pages in a browser."""

from __future__ import annotations

from argparse import Namespace

from mist_explore.cli.parser import Subparsers, whole_number

__all__ = ["add", "run"]

EXAMPLE = """\
examples:
  mist-explore app
  mist-explore app --port 9000 --no-browser
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "app",
        help="open the pages in a browser",
        description="Serve the pages on this computer and open them in a browser.",
        epilog=EXAMPLE,
    )
    parser.add_argument("--port", type=whole_number, default=8866, help="port (default 8866)")
    parser.add_argument("--host", default="127.0.0.1", help="address (default 127.0.0.1)")
    parser.add_argument("--no-browser", action="store_true", help="only serve")
    parser.add_argument(
        "--preheat",
        type=whole_number,
        default=1,
        metavar="N",
        help="kernels that wait for each page, about 300 MB each (default 1)",
    )
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Serve until interrupted."""
    from mist_explore.serve import serve

    return serve(
        port=options.port,
        host=options.host,
        open_browser=not options.no_browser,
        preheat=options.preheat,
    )
