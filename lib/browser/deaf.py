#!/usr/bin/env python3
"""Runs a program that hears nothing of this machine's network interfaces: DEAF_PROGRAM=PROGRAM deaf.py WORD…

Chromium drops its connections when an address comes or goes, as each container brings one; no switch of its
own is against it. Here the kernel refuses it the socket that would tell (NETLINK_ROUTE). It then takes the
network for one that is there and stays as it is.
"""

import ctypes
import os
import platform
import struct
import sys

# Of a processor: what the kernel calls it, and the number of its system call `socket`.
PROCESSORS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
AF_NETLINK, NETLINK_ROUTE, EAFNOSUPPORT = 16, 0, 97

# https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
LOAD, GO_ON_IF, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NUMBER, PROCESSOR, FAMILY, PROTOCOL = 0, 4, 16, 32
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, BY_FILTER = 38, 22, 2


class Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refuse_route_sockets(processor: int, number: int) -> None:
    """For this process and all that it starts. Where the kernel has no such filters, nothing changes."""
    wanted = [(PROCESSOR, processor), (NUMBER, number), (FAMILY, AF_NETLINK), (PROTOCOL, NETLINK_ROUTE)]
    instructions = []
    for at, (place, value) in enumerate(wanted):
        to_allow = 2 * (len(wanted) - at) - 1
        instructions += [(LOAD, 0, 0, place), (GO_ON_IF, 0, to_allow, value)]
    instructions += [(RETURN, 0, 0, REFUSE | EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in instructions))
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(PR_SET_SECCOMP, BY_FILTER, ctypes.byref(Filter(len(instructions), ctypes.addressof(code))), 0, 0)


if __name__ == "__main__":
    if platform.machine() in PROCESSORS:
        refuse_route_sockets(*PROCESSORS[platform.machine()])
    program = os.environ["DEAF_PROGRAM"]
    os.execv(program, [program, *sys.argv[1:]])
