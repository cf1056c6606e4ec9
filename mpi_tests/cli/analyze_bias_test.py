"""hopmc analyze: what would make its numbers wrong without a sign of it: a drift known from the same walks, a start
away from equilibrium, directions without transport, nothing that moves."""

import json
import unittest

import numpy as np
from analyze_test import BAD_INPUT, AnalyzeTest, read_csv, two_layers
from program import launch

BOHR = 0.529177210  # angstrom


class AnalyzeBias(AnalyzeTest):
    def drifting_walks(self, generator, n_traj, n_carriers, frames=101):
        """Free walkers with a drift, in the place of the carriers of a run in npy."""
        walks = []
        for t in range(n_traj):
            steps = generator.normal(size=(frames - 1, 3 * n_carriers)) + 0.4
            walks.append(np.vstack([np.zeros(3 * n_carriers), np.cumsum(steps, axis=0)]))
            np.save(self.output / f"traj{t + 1}" / "unwrapped_traj.npy", walks[-1])
        return np.array(walks)

    def in_a_field(self, **settings):
        self.case.simulation.update(t_final=1e-8, msd_t_final=5.0, trim_length=0, external_field={
            "electric": {"active": 1, "dir": [1, 0, 0], "ld": 0, "mag": 1e-5}}, **settings)
        self.run_case("--quiet", "--formats", "npy")

    def test_what_the_estimated_drift_takes_is_given_back(self):
        self.in_a_field(n_traj=2)
        walks = self.drifting_walks(np.random.default_rng(3), 2, 2).reshape(2, 101, 2, 3)
        walks = walks - np.arange(101)[:, None, None] * walks[:, -1].mean(axis=(0, 1)) / 100
        for skipped in (0, 20):
            kept = walks[:, skipped:]
            kept = kept - np.arange(len(kept[0]))[:, None, None] * (kept[:, -1] - kept[:, 0]).mean(axis=(0, 1)) / (
                len(kept[0]) - 1)
            folder = self.analyze("--set", f"equilibration_time={skipped}e-10", output=f"after{skipped}")
            for name, mine, walkers in (("electron", kept, 4), ("center_of_charge", kept.mean(axis=2, keepdims=True), 2)):
                _, rows = read_csv(folder / f"msd_{name}.csv")
                for lag in (1, 10, 50):
                    msd = ((mine[:, lag:] - mine[:, :-lag])**2).sum(axis=3).mean() * BOHR**2
                    left = 1 - lag / (walkers * (len(kept[0]) - 1))
                    np.testing.assert_allclose(rows[lag][1], msd / left, rtol=1e-6, err_msg=f"{name} {lag} {skipped}")

    def test_one_trajectory_with_a_drift_has_the_right_diffusivity_on_average(self):
        self.in_a_field(n_traj=1, species_count=[1, 0])
        generator = np.random.default_rng(11)
        found = []
        for _ in range(40):
            self.drifting_walks(generator, 1, 1)
            folder = self.analyze("--overwrite")
            found.append(json.loads((folder / "analysis.json").read_text())["species"][0]["diffusivity"]["value"])
        # Variance 1 bohr^2 per frame and direction: D = 1/2. Uncorrected, MSD(t) is 6 D t (1 - t / T), the slope of
        # which over half of T is about 6 D / 2.
        found = np.array(found) / (0.5 * (BOHR * 1e-8)**2 / 1e-10)
        error = found.std(ddof=1) / len(found)**0.5
        self.assertLess(error, 0.12)
        self.assertLess(abs(found.mean() - 1), 3 * error)

    def test_a_drift_from_next_to_nothing_is_warned_of(self):
        self.in_a_field(n_traj=1, species_count=[1, 0])
        result = launch("analyze", self.output, "--set", "msd_t_final=10")
        self.assertEqual(result.status, 0, result)
        self.assertIn("msd_t_final: ", result.err)
        self.assertIn("1 trajectory", result.err)

    def test_dimensions_that_are_not_periodic_are_warned_of(self):
        self.case.simulation.update(pbc=[1, 0, 1])
        run = self.run_case()
        self.assertIn("n_dim is 3, but only 2", run.err)
        result = launch("analyze", self.output)
        self.assertEqual((result.status, result.err.count("warning")), (0, 1), result)
        self.assertIn("n_dim is 3, but only 2 of the directions are periodic", result.err)
        self.assertEqual(launch("analyze", self.output, "--overwrite", "--set", "n_dim=2").err, "")

    def test_frames_before_equilibrium_are_left_out(self):
        # Cs on two kinds of layers, of which one is 0.15 eV higher: hardly anyone is there but at the start.
        two_layers(self.case)
        self.case.simulation.update(species_count=[1, 0], n_traj=60, t_final=2e-8, msd_t_final=1.0, trim_length=2,
                                    relative_energies={"class_index": {"Cs": [0.0, 0.15]}})
        self.case.material["lambda_values"]["Cs:Cs"] = [[1.8], [1.8]]
        self.run_case("--quiet")
        exact = launch("analyze", "--exact", self.case.directory, "--output", self.folder / "exact", ranks=1)
        self.assertEqual(exact.status, 0, exact)
        document = json.loads((self.folder / "exact" / "exact.json").read_text())
        theory = document["occupation"][1]["share_of_time"]["value"]
        shares = {}
        for time in (0, 1.2e-8):
            folder = self.analyze("--set", f"equilibration_time={time}", output=f"after_{time}")
            document = json.loads((folder / "analysis.json").read_text())
            self.assertEqual(document["msd"]["frames_left_out"], round(time / 1e-10))
            self.assertAlmostEqual(document["msd"]["equilibration_time"]["value"], time, delta=1e-15)
            shares[time] = document["species"][0]["occupation"][1]["share_of_time"]
            sites = np.array([np.load(self.output / f"traj{t}" / "occupancy.npy")[round(time / 1e-10):, 0]
                              for t in range(1, 61)])
            np.testing.assert_allclose(shares[time]["value"], (sites % 3 == 1).mean(), rtol=1e-12)
        self.assertGreater(shares[0]["value"], theory + 3 * shares[0]["standard_error"])
        # Visits are rare: the error by theory, for stays of some 2.4 ns in 60 times 8 ns.
        self.assertLess(abs(shares[1.2e-8]["value"] - theory), 3 * np.sqrt(2 * theory * 2.4 / 8 / 60))
        header = launch("analyze", self.output, "--set", "equilibration_time=1.2e-8", "--output", self.folder / "text").out
        self.assertIn("120 frames) left out", header)
        for time in ("2e-8", "-1e-9"):
            self.refused(BAD_INPUT, "equilibration_time", self.output, "--set", f"equilibration_time={time}")
        self.refused(BAD_INPUT, "equilibration_time", self.output, "--set", "equilibration_time=1.99e-8")

    def test_a_full_lattice_has_no_haven_ratio(self):
        self.case.simulation.update(species_count=[18, 0], n_traj=2, msd_t_final=1.0, trim_length=2)
        result = self.run_case("--quiet")
        result = launch("analyze", self.output)
        self.assertEqual(result.status, 0, result)
        self.assertNotIn("nan", result.out)
        self.assertRegex(result.out, r"Haven ratio +- ")
        self.assertIn("the charge did not move", result.out)


if __name__ == "__main__":
    unittest.main()
