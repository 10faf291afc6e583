#!/usr/bin/env python3
"""Plants faults.  plant.py list | plant.py check ROOT | plant.py write ROOT NAME OUTPUT...

list    one line a fault that edits sources: name|program|quick or slow|file to damage|...
check   fails unless every text to be replaced stands exactly once where the list says
write   the damaged copies of a fault's files, in the order of `list`"""

import pathlib
import sys

from faults import FAULTS, MEMBERS


def files_of(fault):
    return list(dict.fromkeys(edit.file for edit in fault.edits))


def damaged(root, fault, name):
    text = (pathlib.Path(root) / name).read_text(encoding="utf-8")
    for edit in fault.edits:
        if edit.file == name:
            count = text.count(edit.old)
            if count != 1:
                raise SystemExit(f"plant {fault.name}: {name} has the text {count} times, not once:\n{edit.old}")
            text = text.replace(edit.old, edit.new)
    return f'#line 1 "{name}"\n{text}'


def main(argv):
    if argv[1:] == ["list"]:
        for fault in FAULTS:
            if fault.edits:
                print("|".join([fault.name, fault.program, "quick" if fault.quick else "slow", *files_of(fault)]))
    elif len(argv) == 3 and argv[1] == "check":
        names = [fault.name for fault in FAULTS + MEMBERS]
        if len(set(names)) != len(names):
            raise SystemExit("two faults have one name")
        for fault in FAULTS + MEMBERS:
            for name in files_of(fault):
                damaged(argv[2], fault, name)
        print(f"{len(FAULTS + MEMBERS)} faults can be planted")
    elif len(argv) > 4 and argv[1] == "write":
        fault = next(f for f in FAULTS + MEMBERS if f.name == argv[3])
        for name, output in zip(files_of(fault), argv[4:], strict=True):
            pathlib.Path(output).write_text(damaged(argv[2], fault, name), encoding="utf-8")
    else:
        raise SystemExit(__doc__)


main(sys.argv)
