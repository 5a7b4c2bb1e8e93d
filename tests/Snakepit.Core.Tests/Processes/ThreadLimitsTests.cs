using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class ThreadLimitsTests
{
    [Fact]
    public void Every_library_gets_as_many_threads_as_the_worker_has()
    {
        var environment = new Dictionary<string, string?>();

        ThreadLimits.Apply(environment, 3);

        Assert.Equal(5, environment.Count);
        Assert.All(ThreadLimits.Names, name => Assert.Equal("3", environment[name]));
    }

    [Fact]
    public void What_somebody_has_set_stays()
    {
        var environment = new Dictionary<string, string?> { ["OMP_NUM_THREADS"] = "16", ["MKL_NUM_THREADS"] = "" };

        ThreadLimits.Apply(environment, 1);

        Assert.Equal(
            ("16", "1", "1"), (environment["OMP_NUM_THREADS"], environment["MKL_NUM_THREADS"], environment["OPENBLAS_NUM_THREADS"]));
    }
}
