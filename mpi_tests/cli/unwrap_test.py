"""hopmc unwrap, and hopmc analyze of wrapped coordinates: what the run's own unwrapped ones give."""

import json
import shutil
import unittest

import numpy as np
from program import RANKS, ROOT, ProgramTest, contents, launch

BAD_INPUT, IO_FAILURE = 2, 3


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

    def test_hematite(self):
        # The example, with a frame every few hops.
        result = launch("run", ROOT / "examples" / "hematite", "--output", self.output, "--quiet", "--n-traj", "3",
                        "--set", "system_size=[4, 4, 2]", "--t-final", "2e-7", "--time-interval", "2e-10")
        self.assertEqual(result.status, 0, result)
        result = launch("unwrap", self.output)
        self.assertEqual((result.status, result.err), (0, ""), result)
        for n in (1, 2, 3):
            expected = np.load(self.output / f"traj{n}" / "unwrapped_traj.npy")
            found = np.load(self.output / "unwrapped" / f"traj{n}" / "unwrapped_traj.npy")
            self.assertGreater(np.abs(expected).max(), 20, "bohr: it leaves the supercell")
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)

    def as_results_of_pycd(self):
        """npy arrays beside the input files, without a record."""
        for name in ("simulation_parameters.yml", "InputFiles"):
            (self.output / name).symlink_to(self.case.directory / name)
        for name in ("run_metadata.json", "checkpoint.json", "checkpoint.previous.json", "validation.json"):
            (self.output / name).unlink()

    def test_results_of_pycd(self):
        self.run_case("--quiet", "--formats", "npy")
        for path in self.output.glob("traj*/time.npy"):
            path.unlink()
        self.as_results_of_pycd()
        result = launch("unwrap", self.output)
        self.assertEqual((result.status, result.err), (0, ""), result)
        for n in (1, 2, 3):
            np.testing.assert_allclose(np.load(self.output / "unwrapped" / f"traj{n}" / "unwrapped_traj.npy"),
                                       np.load(self.output / f"traj{n}" / "unwrapped_traj.npy"), rtol=0, atol=1e-8)

    def refused(self, *words, options=(), ranks=RANKS):
        before = contents(self.folder)
        result = launch("unwrap", self.output, *options, ranks=ranks)
        self.assertEqual((result.status, len(result.errors)), (BAD_INPUT, 1), result)
        for word in words:
            self.assertIn(word, result.errors[0])
        return {path for path in contents(self.folder) if path not in before}

    def test_results_of_pycd_that_cannot_be_unwrapped(self):
        self.run_case("--quiet", "--formats", "npy")
        self.as_results_of_pycd()
        # PyCD leaves zeros there.
        np.save(self.output / "traj2" / "wrapped_traj.npy",
                np.zeros_like(np.load(self.output / "traj2" / "wrapped_traj.npy")))
        new = self.refused("traj2/wrapped_traj.npy", "zeros")
        self.assertEqual([path for path in new if path.suffix == ".part" or path.parent.name == "traj2"], [])
        (self.output / "simulation_parameters.yml").unlink()
        result = launch("unwrap", self.output)
        self.assertEqual((result.status, len(result.errors)), (IO_FAILURE, 1), result)
        self.assertIn("simulation_parameters.yml", result.errors[0])

    def test_arrays_of_a_run_are_never_replaced(self):
        self.run_case("--quiet", "--formats", "npy", "--n-traj", 1)
        link, links = self.folder / "link", self.folder / "links"
        link.symlink_to(self.output)
        links.mkdir()
        (links / "traj1").symlink_to(self.output / "traj1")
        other = self.folder / "other"
        shutil.copytree(self.output, other)
        before = contents(self.folder)
        for output, named in ((self.output, "out"), (f"{self.output}/unwrapped/..", ".."), (link, "link"),
                              (links, "links/traj1"), (other, "other")):
            (self.output / "unwrapped").mkdir(exist_ok=True)
            for ranks in (1, 2):
                with self.subTest(output=output, ranks=ranks):
                    self.refused(f"{named}: holds the results of a run", options=("--output", output, "--overwrite"),
                                 ranks=ranks)
            (self.output / "unwrapped").rmdir()
        self.assertEqual(contents(self.folder), before)
        # Those of PyCD, without a record of the run.
        self.as_results_of_pycd()
        self.refused("out: holds the results of a run", options=("--output", self.output, "--overwrite"))

    def test_an_output_without_a_name(self):
        self.run_case("--quiet", "--n-traj", 1)
        for command in ("unwrap", "analyze"):
            with self.subTest(command):
                before = contents(self.folder)
                result = launch(command, self.output, "--output", "", "--overwrite", cwd=self.folder)
                self.assertEqual((result.status, result.errors), (
                    BAD_INPUT, ["hopmc: error: command line: --output: needs a directory"]), result)
                self.assertEqual(contents(self.folder), before)

    def test_a_file_that_cannot_be_written_is_told_with_the_reason(self):
        self.run_case("--quiet")
        for reason in ("No space left on device", "Is a directory"):
            with self.subTest(reason):
                unfinished = self.folder / reason / "traj2" / "unwrapped_traj.npy.part"
                unfinished.parent.mkdir(parents=True)
                if reason.startswith("No space"):
                    unfinished.symlink_to("/dev/full")
                else:
                    unfinished.mkdir()
                result = launch("unwrap", self.output, "--output", self.folder / reason)
                self.assertEqual((result.status, len(result.errors)), (IO_FAILURE, 1), result)
                self.assertIn("traj2/unwrapped_traj.npy: cannot be written: " + reason, result.errors[0])
                self.assertFalse((unfinished.parent / "unwrapped_traj.npy").exists())

    def test_analysis_does_not_depend_on_the_route(self):
        documents = []
        for name, option in (("both", "1"), ("wrapped", "0")):
            self.run_case("--quiet", "--overwrite", "--set", f"output_data.unwrapped_traj.write={option}")
            result = launch("analyze", self.output, "--output", self.folder / name)
            self.assertEqual((result.status, result.err), (0, ""), result)
            documents.append(json.loads((self.folder / name / "analysis.json").read_text()))
        a, b = (d["species"][0]["diffusivity"]["value"] for d in documents)
        np.testing.assert_allclose(a, b, rtol=1e-10)

    def test_hops_that_end_at_the_carriers_own_image_are_told(self):
        self.case.simulation.update(system_size=[1, 5, 1], species_count=[1, 0])
        for written, warned in ((0, True), (1, False)):
            self.run_case("--quiet", "--overwrite", "--set", f"output_data.unwrapped_traj.write={written}")
            result = launch("analyze", self.output, "--output", self.folder / f"analysis{written}")
            self.assertEqual(result.status, 0, result)
            self.assertEqual("a hop of 4 angstrom" in result.err, warned, result)
            self.assertEqual(result.err.count("warning"), int(warned), result)
        result = launch("unwrap", self.output)
        self.assertEqual((result.status, result.err.count("warning")), (0, 1), result)
        self.assertIn("a hop of 4 angstrom", result.err)
        along = np.load(self.output / "unwrapped" / "traj1" / "unwrapped_traj.npy")
        self.assertEqual(np.abs(along[:, 2]).max(), 0, "they are not to be had")
        # Across open faces there are no hops.
        result = launch("run", self.case.directory, "--output", self.output, "--overwrite", "--quiet",
                        "--set", "pbc=[0, 1, 0]")
        self.assertEqual(result.status, 0, result)
        result = launch("unwrap", self.output)
        self.assertEqual((result.status, result.err), (0, ""), result)

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
