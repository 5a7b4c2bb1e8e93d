using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Processes;

public sealed class WorkerDeathTests
{
    [Fact]
    public async Task Killing_a_worker_under_load_loses_only_its_own_call()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 4)]);
        var gate = Path.Combine(silo.Folder, "gate");
        var calls = Enumerable.Range(0, 12).Select(_ => silo.CallAsync("wait_for", new { path = gate })).ToList();
        var status = await silo.SeeAsync(
            () => silo.PoolAsync(),
            pool => pool["running"]!.GetValue<int>() == 4 && pool["queued"]!.GetValue<int>() == 8,
            "four run, eight wait");
        var victim = status["shards"]![0]!["workers"]![0]!["pid"]!.GetValue<int>();

        HostProcess.Signal(victim, "KILL");

        var lost = await (await Task.WhenAny(calls)).WithinAsync(Eventually.Limit);
        Assert.Equal((HttpStatusCode.BadGateway, "worker_exited", "MaybeRan"), (lost.Status, lost.Code, lost.Outcome));
        Assert.Contains("SIGKILL", lost.Detail, StringComparison.Ordinal);
        Assert.Contains($"{victim}", lost.Detail, StringComparison.Ordinal);
        await File.WriteAllTextAsync(gate, "");
        var answers = await Task.WhenAll(calls).WithinAsync(Eventually.Limit);
        Assert.Equal(11, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        var after = await silo.SeeAsync(
            () => silo.PoolAsync(),
            pool => pool["shards"]![0]!["workers"]!.AsArray().All(worker => worker!["state"]!.GetValue<string>() == "Ready"),
            "the worker is replaced");
        Assert.Equal(
            after["requests"]!.GetValue<long>(),
            after["succeeded"]!.GetValue<long>() + after["errors"]!.GetValue<long>() + after["cancelled"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_idle_worker_that_is_killed_is_replaced_and_no_call_fails()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var victim = (await silo.WorkerPidsAsync()).Single();

        HostProcess.Signal(victim, "KILL");

        await silo.SeeAsync(() => silo.WorkerPidsAsync(), pids => pids is [var pid] && pid != victim, "another process has the slot");
        await silo.UntilReadyAsync();
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
        var worker = SiloUnderTest.Workers(await silo.StatusAsync()).Single();
        Assert.Contains("SIGKILL", worker["lastFailure"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_ends_its_process_says_with_which_code()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);

        var answer = await silo.CallAsync("die", new { code = 7 });

        Assert.Equal(("worker_exited", "MaybeRan"), (answer.Code, answer.Outcome));
        Assert.Contains("exited with code 7", answer.Detail, StringComparison.Ordinal);
    }
}
