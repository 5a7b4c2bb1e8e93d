using System.Globalization;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Processes;

public sealed class OutputFloodTests
{
    private const int Megabytes = 1024;

    /// <summary>A small part of what is printed, and far above what the log's queue and garbage not yet collected take.</summary>
    private const long MostGrowthBytes = 200 << 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flood_of_output_holds_up_nobody_and_leaves_the_silos_memory_flat(bool lines)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 2)]);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => silo.CallAsync("add", new { a = 1, b = 1 })));
        var before = RssBytes(silo.Pid);

        var flood = silo.CallAsync("print_much", new { megabytes = Megabytes, lines });
        var (calls, highest) = (0, before);
        while (!flood.IsCompleted)
        {
            Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 }).WithinAsync(Eventually.Limit)).Body);
            (calls, highest) = (calls + 1, Math.Max(highest, RssBytes(silo.Pid)));
        }

        var seconds = double.Parse((await flood).Body, CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 0, 240); // the call's own budget ends after five minutes
        Assert.InRange(calls, 10, int.MaxValue);
        Assert.InRange(highest - before, long.MinValue, MostGrowthBytes);
        await silo.SeeAsync(
            async () => SiloUnderTest.Workers(await silo.StatusAsync()).Sum(worker => worker["outputBytes"]!.GetValue<long>()),
            bytes => bytes > Megabytes * 1_000_000L,
            "every byte is read",
            TimeSpan.FromSeconds(60));
        if (lines)
            Assert.Contains(SiloUnderTest.Workers(await silo.StatusAsync()), worker => worker["outputDropped"]!.GetValue<long>() > 0);
    }

    [Fact]
    public async Task A_log_that_nobody_reads_holds_up_no_tool()
    {
        // The silo holds both ends of the pipe that its log goes to, and nobody reads from it.
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)],
            ["WorkerOutput:LinesPerSecond=1000000", "WorkerOutput:BurstLines=1000000"],
            shell: "mkfifo \"$0/log\"; exec \"$@\" 1<>\"$0/log\"");
        await silo.UntilReadyAsync();

        var answer = await silo.CallAsync("print_much", new { megabytes = 10 }).WithinAsync(Eventually.Limit);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 }).WithinAsync(Eventually.Limit)).Body);
    }

    private static long RssBytes(int pid) =>
        long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
