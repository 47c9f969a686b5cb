"""Log lines as JSON: one object a line, with the id of the request that they belong to. No personal data.

What a reader asks for stays out (a search may hold a name), and so do whole IP addresses: of one only the network
stands there, as the Finnish Data Protection Ombudsman holds a whole address to be personal data.
"""

from __future__ import annotations

import ipaddress
import logging
from typing import Any, TextIO

import structlog

KEPT_BITS = {4: 24, 6: 48}
"""Of an IP address: the network of some 250 subscribers, and of one site."""
TOLD: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def parsed_address(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address, None where it is none; one of IPv4 that is written as one of IPv6 is of IPv4.

    >>> parsed_address("::ffff:192.0.2.77"), parsed_address("unix:")
    (IPv4Address('192.0.2.77'), None)
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def network_of(address: str | None) -> str | None:
    """The network that an IP address belongs to; None where it is none.

    >>> network_of("192.0.2.77"), network_of("2001:db8:1:2::9"), network_of("::ffff:192.0.2.77"), network_of("unix:")
    ('192.0.2.0/24', '2001:db8:1::/48', '192.0.2.0/24', None)
    """
    found = parsed_address(address)
    if found is None:
        return None
    return str(ipaddress.ip_network((found, KEPT_BITS[found.version]), strict=False))


def use_json_logs(stream: TextIO | None = None) -> None:
    """Every line that this process logs, requests included, goes to the stream (stderr) as one JSON object."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=TOLD,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
