"""A SLURM of our own for tests: munged, slurmctld and slurmd in a private folder, on the loopback interface.

It needs neither root nor systemd nor cgroups. Two nodes are two slurmd on this host."""

import os
import pwd
import socket
import subprocess
import time
from pathlib import Path

CPUS = 4  # of a node, whatever the machine has
START_TIMEOUT = 90  # s
PROCESSES = {"munged": "/usr/sbin/munged", "slurmctld": "/usr/sbin/slurmctld", "slurmd": "/usr/sbin/slurmd"}

CONFIGURATION = """\
ClusterName=hopmc
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
# A requeued job starts when the credential of its first life has expired: 2 minutes where not set.
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
TmpFS={folder}/tmp.%n
PlugStackConfig={folder}/plugstack.conf
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=100000,bf_interval=1,batch_sched_delay=0
MpiDefault=pmix
EnforcePartLimits=ALL
ReturnToService=2
KillWait=5
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class SlurmError(Exception):
    """SLURM does not do what it should."""


def missing_parts():
    """What no SLURM starts without."""
    missing = [program for program in PROCESSES.values() if not os.path.exists(program)]
    host = socket.gethostname()
    try:
        socket.gethostbyname(host)
    except OSError:
        missing.append(f"an address of this host, {host}, e.g. in /etc/hosts")
    try:
        user_name()
    except KeyError:
        missing.append(f"a name of user {os.geteuid()}, e.g. in /etc/passwd")
    return missing


def user_name():
    """Whatever the environment says of it. Raises KeyError where the user has none."""
    return pwd.getpwuid(os.geteuid()).pw_name


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class PrivateSlurm:
    """start() and stop(); between them jobs can be submitted."""

    def __init__(self, folder, nodes=2):
        self.folder = Path(folder)
        self.nodes = [f"n{number + 1}" for number in range(nodes)]
        self.daemons = []
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "SBATCH_"))}
        self.environment = {**variables, "SLURM_CONF": str(self.folder / "slurm.conf")}

    def start(self):
        for name in ("state", *(f"{kind}.{node}" for kind in ("spool", "tmp") for node in self.nodes)):
            (self.folder / name).mkdir()
        (self.folder / "plugstack.conf").touch()
        # Cgroups are not used; but slurmd starts only where it finds them, unless it is told of what kind they are.
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        self._configure()
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(1024))
        try:
            self._spawn("munged", "--foreground", "--force", f"--key-file={key}",
                        *(f"--{what}-file={self.folder}/munge.{what}" for what in ("pid", "log", "seed")),
                        f"--socket={self.folder}/munge.socket")
            self._wait(lambda: (self.folder / "munge.socket").exists(), "munged's socket")
            self._spawn("slurmctld", "-D", "-i")
            for node in self.nodes:
                self._spawn("slurmd", "-D", "-N", node)
            self._wait(self._all_idle, "idle nodes")
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Ends all jobs, then the daemons in the reverse order, each by its own process."""
        if len(self.daemons) > 1:
            for job in self.command("squeue", "-h", "-o", "%A", check=False).split():
                self.command("scancel", job, check=False)
            self._wait(lambda: not self.command("squeue", "-h", check=False), "end of all jobs", fatal=False)
        while self.daemons:
            process = self.daemons.pop()
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def command(self, *words, check=True, cwd=None, environment=None):
        """What a command of SLURM prints."""
        done = subprocess.run([str(word) for word in words], env={**self.environment, **(environment or {})}, cwd=cwd,
                              capture_output=True, text=True, timeout=300, check=False)
        if check and done.returncode != 0:
            raise SlurmError(f"{' '.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def submit(self, *words, **keywords):
        """Number of the job."""
        return self.command("sbatch", "--parsable", *words, **keywords).strip().split(";")[0]

    def job(self, number):
        """Fields of `scontrol show job`; of an array, those of the last task shown."""
        text = self.command("scontrol", "--oneliner", "show", "job", number)
        return dict(word.split("=", 1) for word in text.split() if "=" in word)

    def wait_for(self, number, states, timeout):
        """The job's fields as soon as it is in one of the states."""
        start = time.monotonic()
        while True:
            job = self.job(number)
            if job["JobState"] in states:
                return job
            if time.monotonic() - start > timeout:
                raise SlurmError(f"job {number} is {job['JobState']} after {timeout} s, not one of {states}")
            time.sleep(0.1)

    def _configure(self):
        controller_port, *ports = free_ports(1 + len(self.nodes))
        host = socket.gethostname().split(".")[0]
        nodes = "\n".join(f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={CPUS} "
                          "RealMemory=4000 State=UNKNOWN" for node, port in zip(self.nodes, ports))
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=host, controller_port=controller_port, user=user_name(), folder=self.folder, nodes=nodes))

    def _spawn(self, name, *options):
        with open(self.folder / f"{name}.{len(self.daemons)}.out", "wb") as out:
            # Not left behind even where the test is killed.
            command = ["setpriv", "--pdeathsig", "TERM", PROCESSES[name], *options]
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=out,
                                                 stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))

    def _all_idle(self):
        states = self.command("sinfo", "-h", "-N", "-o", "%T", check=False).split()
        return states == ["idle"] * len(self.nodes)

    def _wait(self, condition, what, fatal=True):
        start = time.monotonic()
        while not condition():
            if time.monotonic() - start > START_TIMEOUT:
                if fatal:
                    logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.out"))
                    raise SlurmError(f"no {what} after {START_TIMEOUT} s:\n{logs}")
                return
            time.sleep(0.1)
