using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class HostRoomTests
{
    private const long Mb = 1024 * 1024;

    [Theory]
    [InlineData(1000, null)]
    [InlineData(999, "6 workers and the silo need about 1000 MB, 999 MB are available")]
    public void Memory_holds_the_silo_and_all_workers(long available, string? shortage) =>
        Assert.Equal(shortage, HostRoom.MemoryShortage(available * Mb, [(4, 150 * Mb), (2, 100 * Mb)]));

    [Theory]
    [InlineData(16, null)]
    [InlineData(17, "17 workers on 2 processors are more than 8 for each, much even for tools that wait")]
    public void Processors_serve_some_workers_each(int workers, string? crowd) => Assert.Equal(crowd, HostRoom.Crowd(workers, 2));

    [Theory]
    [InlineData(64 + 40, null)]
    [InlineData(64 + 39, "4 workers and the silo need about 104 processes and threads, 103 are left")]
    public void Processes_and_threads_hold_all_workers(long available, string? shortage) =>
        Assert.Equal(shortage, HostRoom.TaskShortage(available, [(4, 10)]));
}
