"""hopmc info: what results hold, for people."""

import unittest

from program import ROOT, ProgramTest, launch

IO_FAILURE = 3


class Info(ProgramTest):
    def test_info(self):
        self.run_case("--quiet")
        for path in (self.output, self.output / "trajectory_data.h5"):
            result = launch("info", path, ranks=1)
            self.assertEqual((result.status, result.err), (0, ""), result)
            for word in ("3 complete", "303", "2 electrons", "300 K", "3 x 3 x 2", "coordinates/unwrapped", "[101, 6]",
                         "gzip 1", "random_seed", "Philox", "to 1"):
                self.assertIn(word, result.out)

    def test_the_input_reference_is_the_schema(self):
        result = launch("info", "--keys", ranks=1)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assertEqual(result.out, (ROOT / "docs" / "input_reference.md").read_text())

    def test_info_of_npy(self):
        self.run_case("--quiet", "--formats", "npy")
        result = launch("info", self.output, ranks=1)
        self.assertEqual((result.status, result.err), (0, ""), result)
        for word in ("traj<N>", "[101, 6]", "300 K"):
            self.assertIn(word, result.out)

    def test_missing_part_file(self):
        self.run_case("--quiet", "--set", "io.ranks_per_file=1", ranks=1)
        (self.output / "trajectory_data.parts" / "part_001.h5").unlink()
        result = launch("info", self.output / "trajectory_data.h5", ranks=1)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assertRegex(result.out, r"not readable +traj_001, traj_002, traj_003 \(3 in all\)")
        result = launch("validate", self.output / "trajectory_data.h5", ranks=1)
        self.assertEqual(result.status, 1, result)
        self.assertIn("lies in a part file that is missing", result.out)

    def test_info_of_a_damaged_file(self):
        self.run_case("--quiet")
        path = self.output / "trajectory_data.h5"
        path.write_bytes(path.read_bytes()[:1000])
        result = launch("info", path, ranks=1)
        self.assertEqual((result.status, result.out, len(result.errors)), (IO_FAILURE, "", 1), result)


if __name__ == "__main__":
    unittest.main()
