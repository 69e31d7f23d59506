#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/hooks.md from the lists of interposed functions, or checks that it is up to date.

usage: document-hooks.py [--check] DOCUMENT HOOKS STRING_HOOKS SYSCALL_HOOKS
"""
import re
import sys

HOOK = re.compile(r"^HOOK\((\w+),\s*[^,]+?,\s*(\w+),", re.MULTILINE)
STRING_HOOK = re.compile(r"^STRING_HOOK\((\w+)\)", re.MULTILINE)
SYSCALL_HOOK = re.compile(r"^SYSCALL_HOOK\(\s*(\w+),", re.MULTILINE)
COLUMN = 100

FAMILIES = {
    "process": "starting and ending programs, child processes",
    "thread": "POSIX threads",
    "signal": "signals between threads, masks, handlers, waiting for signals",
    "tls": "thread-specific data, whose values glibc itself reads and writes",
    "mutex": "mutexes of all types, robust and with protocols",
    "rwlock": "read-write locks of all preferences",
    "cond": "condition variables on every clock",
    "sem": "semaphores, named ones too",
    "barrier": "barriers",
    "spin": "spin locks",
    "once": "one-time initialisation",
    "cxx": "guards of function-local statics",
    "c11": "C11 threads",
    "futex": "system calls made by `syscall()`: see below",
    "resource": "limits on memory, without what weft itself takes",
    "time": "the virtual clock, sleeping, timers as descriptors",
    "dl": "loading libraries",
    "fd": "descriptors: what could block waits in the core",
    "poll": "waiting for several descriptors",
    "socket": "sockets",
    "entropy": "random numbers, which an execution gets from its seed",
    "stream": "streams, whose locks are objects of the core",
    "heap": "blocks of the heap, whose misuse is a finding",
    "heap_cxx": "C++ operators new and delete, by their mangled names",
    "mapping": "mapped memory, where what was known of an address ends with the mapping",
    "newest_version": "not scheduled: without them, programs linked with libtsan would get libc's oldest version",
}

HEAD = """\
<!-- Written by scripts/document-hooks.py from runtime/interpose/*.inc; a test compares them. -->
# Interposed functions

What `libweft.so` answers in the place of libc. Everything else goes to libc or the kernel as it
is. Each function has a probe: a test program that calls it, natively and under weft, with equal
results. The entries of the TSan ABI are in `tsan-abi.md`.
"""

SYSCALLS = """\
## Raw system calls

`syscall()` answers these as the function of libc of the same purpose does. `futex` is carried out
by the core, in all its operations: waiting and waking with and without bitsets, requeueing,
`FUTEX_WAKE_OP`, priority-inheriting locks and requeueing to them, timeouts on both clocks.
`io_uring_*`, the kernel's asynchronous I/O (`io_setup` and its kin) and `futex_waitv` fail with
`ENOSYS`, and programs fall back. All others go to the kernel. System calls that the program makes
by an instruction of its own are not seen.
"""


def wrapped(names):
    """The names in lines of limited length."""
    lines, line = [], ""
    for name in (f"`{n}`" for n in names):
        if line and len(line) + 2 + len(name) > COLUMN:
            lines.append(line + ",")
            line = name
        else:
            line = f"{line}, {name}" if line else name
    return "\n".join(lines + [line]) + "\n"


def document(hooks, string_hooks, syscall_hooks):
    """The text of the document."""
    by_family = {}
    for family, name in HOOK.findall(hooks):
        by_family.setdefault(family, []).append(name)
    unknown = set(by_family) - set(FAMILIES)
    if unknown:
        sys.exit(f"families without a description: {', '.join(sorted(unknown))}")
    parts = [HEAD]
    for family, description in FAMILIES.items():
        parts.append(f"## {family}\n\n{description[0].upper()}{description[1:]}.\n")
        parts.append(wrapped(by_family[family]))
    parts.append("## Memory and strings\n\nAccesses of these to memory are seen in instrumented programs.\n")
    parts.append(wrapped(STRING_HOOK.findall(string_hooks)))
    parts.append(SYSCALLS)
    parts.append(wrapped(SYSCALL_HOOK.findall(syscall_hooks)))
    return "\n".join(parts)


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    path, *lists = arguments[1:] if check else arguments
    sources = []
    for name in lists:
        with open(name, encoding="utf-8") as source:
            sources.append(source.read())
    text = document(*sources)
    if not check:
        with open(path, "w", encoding="utf-8") as target:
            target.write(text)
        return 0
    with open(path, encoding="utf-8") as present:
        if present.read() == text:
            return 0
    print(f"{path} is not what the lists of hooks say; run scripts/document-hooks.py without --check")
    return 1


if __name__ == "__main__":
    sys.exit(main())
