using Snakepit.Core.Ports;
using Snakepit.Identity;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Tests.Launch;

public sealed class WorkerEnvironmentTests
{
    private static readonly WorkerSpec Spec = new()
    {
        Worker = new WorkerId(new SlotId(new ShardId("pool", "silo"), 1), 1),
        Adapter = "a.B",
    };

    [Fact]
    public void The_pools_own_variables_win_and_pass_whatever_they_look_like()
    {
        var own = new Dictionary<string, string> { ["MODEL_API_KEY"] = "pool", ["MODE"] = "pool", ["OMP_NUM_THREADS"] = "4" };

        var environment = Write(
            Spec with { AdapterEnv = own, InheritEnvironment = [] },
            ("MODEL_API_KEY", "silo"), ("MODE", "silo"), ("OMP_NUM_THREADS", "2"));

        Assert.Equal(("pool", "pool", "4"), (environment["MODEL_API_KEY"], environment["MODE"], environment["OMP_NUM_THREADS"]));
    }

    [Fact]
    public void Limits_of_threads_that_the_silo_was_given_pass_and_the_others_are_the_workers()
    {
        var environment = Write(Spec with { Threads = 2, InheritEnvironment = ["MODE"] }, ("OMP_NUM_THREADS", "8"));

        Assert.Equal(("8", "2"), (environment["OMP_NUM_THREADS"], environment["MKL_NUM_THREADS"]));
    }

    [Fact]
    public void The_marks_for_the_clean_up_are_those_of_the_run_whatever_anybody_sets()
    {
        var environment = Write(
            Spec with { AdapterEnv = new Dictionary<string, string> { ["SNAKEPIT_RUN_ID"] = "pool" }, InheritEnvironment = [] }, (
                "SNAKEPIT_INSTANCE_TOKEN", "silo"));

        Assert.Equal(
            ("name", "token", "run"),
            (environment["SNAKEPIT_INSTANCE_NAME"], environment["SNAKEPIT_INSTANCE_TOKEN"], environment["SNAKEPIT_RUN_ID"]));
    }

    [Fact]
    public void The_bridge_comes_first_on_the_search_path_then_the_pools_folders_then_the_silos()
    {
        var environment = Write(Spec with { PythonPath = ["/pool"], InheritEnvironment = [] }, ("PYTHONPATH", "/silo"));

        Assert.Equal("/bridge:/pool:/silo", environment["PYTHONPATH"]);
    }

    private static Dictionary<string, string?> Write(WorkerSpec spec, params (string Name, string Value)[] silo)
    {
        var environment = silo.ToDictionary(pair => pair.Name, string? (pair) => pair.Value);
        WorkerEnvironment.Write(environment, spec, "/bridge", new RunIdentity("name", "token", "run"));
        return environment;
    }
}
