"""The order of the house: a room includes only headers of rooms that CMakeLists.txt lets it use."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOM = re.compile(r"^hopmc_add_room\((\w+)(?:\s+DEPENDS((?:\s+[a-z]+)+))?", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
OTHER_RANKS = {"mpi.h", "hdf5.h"}
FILES = {"filesystem", "fstream", "cstdio", "fcntl.h", "unistd.h"}
BELOW_OUTPUT = {"units", "config", "lattice", "energy", "kmc"}


def usable_rooms():
    """By room, itself and all that it may use."""
    rooms = {}
    for name, needs in ROOM.findall((ROOT / "CMakeLists.txt").read_text()):
        rooms[name] = {name}.union(*(rooms[room] for room in needs.split()))
    return rooms


def includes(room):
    """Each file of a room with each header that it includes."""
    for folder in ("include/hopmc", "src"):
        for path in sorted((ROOT / folder / room).glob("*.[hc]pp")):
            for header in INCLUDE.findall(path.read_text()):
                yield str(path.relative_to(ROOT)), header


class Rooms(unittest.TestCase):
    def test_include_rooms_to_their_left(self):
        rooms = usable_rooms()
        self.assertEqual(rooms["kmc"], BELOW_OUTPUT)
        for room, usable in rooms.items():
            with self.subTest(room):
                self.assertEqual([(path, header) for path, header in includes(room)
                                  if header.startswith("hopmc/") and header.split("/")[1] not in usable], [])

    def test_below_trajectory_know_no_other_ranks(self):
        for room in BELOW_OUTPUT:
            with self.subTest(room):
                self.assertEqual([(path, header) for path, header in includes(room)
                                  if header in OTHER_RANKS or header.startswith("boost/mpi")], [])

    def test_of_physics_know_no_files(self):
        for room in BELOW_OUTPUT - {"config"}:
            with self.subTest(room):
                self.assertEqual([found for found in includes(room) if found[1] in FILES], [])

    def test_writers_know_no_physics(self):
        physics = re.compile(r"hopmc/(lattice|energy)/|hopmc/kmc/(?!columns)")
        self.assertEqual([found for found in includes("trajectory") if physics.match(found[1])], [])


if __name__ == "__main__":
    unittest.main()
