using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

public sealed class ThreadsCheckTests
{
    [Theory]
    [InlineData(WorkerProfile.Process, null, 1, 1, 1)]
    [InlineData(WorkerProfile.Process, null, 4, 1, 4)]
    [InlineData(WorkerProfile.Thread, null, 1, 10, 10)]
    [InlineData(WorkerProfile.Thread, 16, 1, 16, 16)]
    [InlineData(WorkerProfile.Thread, 1, 1, 1, 1)]
    public void A_worker_takes_as_many_calls_as_it_has_threads(WorkerProfile profile, int? wanted, int capacity, int threads, int calls)
    {
        var pool = new PoolOptions { WorkerProfile = profile, ThreadsPerWorker = wanted, WorkerCapacity = capacity };

        Assert.Equal((threads, calls), (pool.Threads, pool.CallsPerWorker));
        Assert.Empty(ThreadsCheck.Mistakes(pool, "p"));
    }

    [Fact]
    public void Threads_without_their_profile_are_one_sentence()
    {
        var mistake = Assert.Single(ThreadsCheck.Mistakes(new PoolOptions { ThreadsPerWorker = 16 }, "p"));

        Assert.Equal("p:ThreadsPerWorker = '16': counts only with WorkerProfile thread: set that, or remove this", mistake.ToString());
    }

    [Fact]
    public void A_capacity_beside_threads_is_one_sentence()
    {
        var pool = new PoolOptions { WorkerProfile = WorkerProfile.Thread, ThreadsPerWorker = 16, WorkerCapacity = 4 };

        var mistake = Assert.Single(ThreadsCheck.Mistakes(pool, "p"));

        Assert.Equal(
            "p:WorkerCapacity = '4': counts only with WorkerProfile process; a worker of WorkerProfile thread takes ThreadsPerWorker (16) "
            + "calls: remove this",
            mistake.ToString());
    }
}
