using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Ports;
using Snakepit.TestKit;
using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Tests.Orphans;

public sealed class RecordKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-records-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_worker_is_on_disk_when_it_is_handed_out_and_not_once_it_ended()
    {
        await using var test = new TestHost(_folder);
        var worker = await test.StartAsync();

        var record = Assert.Single(new RecordStore(_folder, NullLogger.Instance).ReadAll());

        Assert.Equal((worker.Facts.Pid, worker.Facts.Pid, test.RunId), (record.Pid, record.Group, record.RunId));
        Assert.Equal(ProcFs.Identify(worker.Facts.Pid)!.Value.Started, record.Started);
        worker.Kill("the test said so");
        await Eventually.HoldsAsync(() => !Directory.EnumerateFiles(_folder).Any());
    }

    [Fact]
    public async Task A_worker_that_never_became_ready_leaves_no_record()
    {
        await using (var test = new TestHost(_folder))
            await Assert.ThrowsAsync<WorkerStartException>(() => test.StartAsync("broken_import"));

        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task A_stopped_host_leaves_no_record()
    {
        await using (var test = new TestHost(_folder))
            await Task.WhenAll(test.StartAsync(), test.StartAsync());

        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task A_record_that_cannot_be_written_is_an_error_in_the_log_and_the_worker_serves()
    {
        var file = Path.Combine(_folder, "not-a-folder");
        await File.WriteAllTextAsync(file, "");
        await using var test = new TestHost(file);

        var worker = await test.StartAsync();

        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
        Assert.Contains(
            test.Log,
            line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("could not be written", StringComparison.Ordinal));
    }
}
