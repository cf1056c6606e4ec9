"""hopmc unwrap, and hopmc analyze of wrapped coordinates: what the run's own unwrapped ones give."""

import json
import unittest

import numpy as np
from program import ProgramTest, contents, launch

BAD_INPUT = 2


class Unwrap(ProgramTest):
    def setUp(self):
        super().setUp()
        # Hexagonal, and few hops a frame: supercells of five cells are longer than twice the way of a frame.
        self.case.poscar = self.case.poscar.replace("  0.0 4.0 0.0", "  -2.0 3.4641016151377544 0.0")
        self.case.simulation.update(system_size=[5, 5, 5], n_traj=3, t_final=6e-9, time_interval=2e-12,
                                    msd_t_final=0.2, trim_length=5, repr_time="ns")

    def check(self, *options):
        self.run_case("--quiet", "--overwrite", *options)
        for source in ("h5", "npy"):
            result = launch("unwrap", self.output, "--from", source, "--overwrite")
            self.assertEqual((result.status, result.err), (0, ""), result)
            for n in (1, 2, 3):
                expected = np.load(self.output / f"traj{n}" / "unwrapped_traj.npy")
                found = np.load(self.output / "unwrapped" / f"traj{n}" / "unwrapped_traj.npy")
                wrapped = np.load(self.output / f"traj{n}" / "wrapped_traj.npy")
                jumps = np.abs(np.diff(wrapped, axis=0) - np.diff(expected, axis=0)).max(axis=1) > 1
                self.assertGreater(jumps.sum(), 5, "carriers cross faces")
                np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)

    def test_hexagonal_cell(self):
        self.check()

    def test_partial_periodicity(self):
        self.check("--set", "pbc=[1, 0, 1]", "--set", "species_count=[1, 0]")

    def test_analysis_does_not_depend_on_the_route(self):
        documents = []
        for name, option in (("both", "1"), ("wrapped", "0")):
            self.run_case("--quiet", "--overwrite", "--set", f"output_data.unwrapped_traj.write={option}")
            result = launch("analyze", self.output, "--output", self.folder / name)
            self.assertEqual((result.status, result.err), (0, ""), result)
            documents.append(json.loads((self.folder / name / "analysis.json").read_text()))
        a, b = (d["species"][0]["diffusivity"]["value"] for d in documents)
        np.testing.assert_allclose(a, b, rtol=1e-10)

    def test_steps_too_long_are_told_and_files_are_kept(self):
        self.case.simulation.update(system_size=[3, 3, 2], t_final=1e-8, time_interval=1e-10)
        self.run_case("--quiet")
        result = launch("unwrap", self.output)
        self.assertEqual(result.status, 0, result)
        self.assertIn("which way", result.err)
        before = contents(self.output)
        result = launch("unwrap", self.output)
        self.assertEqual(result.status, BAD_INPUT, result)
        self.assertIn("--overwrite", result.err)
        self.assertEqual(contents(self.output), before)


if __name__ == "__main__":
    unittest.main()
