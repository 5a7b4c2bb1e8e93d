using Snakepit.Client;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.Telemetry;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Shards;

public sealed class ShardTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_shard_lives_on_the_silo_its_key_names()
    {
        foreach (var silo in silos.Silos)
        {
            var reply = await silos.Shard(silo).ExecuteAsync(Request("who"), CancellationToken.None);

            Assert.Contains($"pool@{silo}#", System.Text.Encoding.UTF8.GetString(reply.Value!), StringComparison.Ordinal);
            Assert.Contains(reply.Slot, new[] { 0, 1 });
        }
    }

    [Fact]
    public async Task Calls_of_a_client_reach_both_silos()
    {
        // Another test's calls may keep a shard full until its next pulse.
        var answers = new HashSet<string>();
        await Eventually.SeeAsync(
            async () =>
            {
                answers.Add((await silos.Client.ExecuteAsync<string>("who")).Split('@', '#')[1]);
                return answers;
            },
            seen => seen.SetEquals(silos.Silos));

        Assert.Equal(silos.Silos.ToHashSet(), answers);
    }

    [Fact]
    public async Task A_full_queue_is_an_answer_with_numbers_and_not_an_exception()
    {
        var silo = silos.Silos[0];
        var running = Enumerable.Range(0, 5).Select(_ => silos.Shard(silo).ExecuteAsync(Request("wait"), CancellationToken.None)).ToList();
        await Eventually.SeeAsync(() => silos.Shard(silo).GetReportAsync(), report => report!.Queued == 3);

        var reply = await silos.Shard(silo).ExecuteAsync(Request("who"), CancellationToken.None);

        Assert.Equal((SnakepitErrorCode.QueueFull, Outcome.NotStarted), (reply.Failure!.Code, reply.Failure.Outcome));
        Assert.Contains("3 calls waiting, MaxQueueSize is 3", reply.Failure.Message, StringComparison.Ordinal);
        await ReleaseAsync(silo, running);
    }

    [Fact]
    public async Task An_answer_that_was_lost_on_its_way_is_given_again()
    {
        var shard = silos.Shard(silos.Silos[0]);
        var request = Request("who") with { CallId = Guid.NewGuid() };
        var answer = await shard.ExecuteAsync(request, CancellationToken.None);

        var again = await shard.ResumeAsync(new ResumeRequest(request.CallId, Limit));

        Assert.Equal(answer.Value, again.Answer!.Value);
        Assert.Equal((answer.Slot, answer.Generation), (again.Answer.Slot, again.Answer.Generation));
    }

    [Fact]
    public async Task A_call_that_its_client_asked_for_before_it_came_does_not_run_when_it_comes()
    {
        var shard = silos.Shard(silos.Silos[0]);
        var request = Request("who") with { CallId = Guid.NewGuid() };
        var unknown = await shard.ResumeAsync(new ResumeRequest(request.CallId, Limit));

        var late = await shard.ExecuteAsync(request, CancellationToken.None);

        Assert.Null(unknown.Answer);
        Assert.True(unknown.UnknownFor > TimeSpan.Zero, $"unknown for {unknown.UnknownFor}");
        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.NotStarted), (late.Failure!.Code, late.Failure.Outcome));
    }

    [Fact]
    public async Task The_place_of_a_caller_that_gives_up_is_free_at_once()
    {
        var silo = silos.Silos[0];
        var running = Enumerable.Range(0, 2).Select(_ => silos.Shard(silo).ExecuteAsync(Request("wait"), CancellationToken.None)).ToList();
        await Eventually.SeeAsync(() => silos.Shard(silo).GetReportAsync(), report => report!.Running == 2);
        using var patience = new CancellationTokenSource();
        var waiting = silos.Shard(silo).ExecuteAsync(Request("who"), patience.Token);
        await Eventually.SeeAsync(() => silos.Shard(silo).GetReportAsync(), report => report!.Queued == 1);

        await patience.CancelAsync();

        await Eventually.SeeAsync(() => silos.Shard(silo).GetReportAsync(), report => report!.Queued == 0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await ReleaseAsync(silo, running);
    }

    [Fact]
    public async Task Progress_of_a_running_call_is_told_at_once_and_its_end_ends_the_wait()
    {
        var silo = silos.Silos[1];
        var request = Request("wait") with { CallId = Guid.NewGuid() };
        var call = silos.Shard(silo).ExecuteAsync(request, CancellationToken.None);
        await Eventually.HoldsAsync(() => silos.Workers(silo).Living.Values.Any(worker => worker.Waiting == 1));
        var worker = silos.Workers(silo).Living.Values.Single(worker => worker.Waiting == 1);
        var question = silos.Shard(silo).NextProgressAsync(request.CallId, 0);

        worker.Progress!.Report(new ToolProgress(0.5, "half", TimeSpan.FromSeconds(1)));

        var step = await question.WithinAsync(Limit);
        Assert.Equal(new ToolProgress(0.5, "half", TimeSpan.FromSeconds(1)), step!.Progress);
        Assert.Equal(step, await silos.Shard(silo).NextProgressAsync(request.CallId, 0).WithinAsync(Limit));
        var next = silos.Shard(silo).NextProgressAsync(request.CallId, step.Number);
        worker.Release();
        Assert.Null(await next.WithinAsync(Limit));
        Assert.Null((await call.WithinAsync(Limit)).Failure);
        Assert.Null(await silos.Shard(silo).NextProgressAsync(request.CallId, 0).WithinAsync(Limit));
    }

    [Fact]
    public async Task Python_is_told_when_the_caller_of_a_running_call_gives_up()
    {
        var silo = silos.Silos[1];
        using var patience = new CancellationTokenSource();
        var call = silos.Shard(silo).ExecuteAsync(Request("wait"), patience.Token);
        await Eventually.HoldsAsync(() => silos.Workers(silo).Living.Values.Any(worker => worker.Waiting == 1));

        await patience.CancelAsync();

        await Eventually.HoldsAsync(
            () => silos.Workers(silo).Living.Values.Any(worker => worker.Cancels.Any(cancel => cancel.Reason == StopReason.CallerGone)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_running_call_is_answered_when_its_time_is_up_and_python_is_told()
    {
        var silo = silos.Silos[1];

        var reply = await silos.Shard(silo)
            .ExecuteAsync(Request("wait") with { Budget = TimeSpan.FromSeconds(1.5) }, CancellationToken.None)
            .WithinAsync(Limit);

        Assert.Equal((SnakepitErrorCode.ExecutionTimeout, Outcome.MaybeRan), (reply.Failure!.Code, reply.Failure.Outcome));
        await Eventually.HoldsAsync(
            () => silos.Workers(silo).Living.Values.Any(worker => worker.Cancels.Any(cancel => cancel.Reason == StopReason.Deadline)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_is_dead_or_leaves_loses_its_call_and_is_replaced_in_its_slot(bool leaves)
    {
        var silo = silos.Silos[1];
        var call = silos.Shard(silo).ExecuteAsync(Request("wait"), CancellationToken.None);
        await Eventually.HoldsAsync(() => silos.Workers(silo).Living.Values.Any(worker => worker.Waiting == 1));
        var (name, victim) = silos.Workers(silo).Living.First(entry => entry.Value.Waiting == 1);

        if (leaves)
            victim.Leave("the test said so");
        else
            victim.Kill("the test said so");

        var reply = await call.WithinAsync(Limit);
        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), (reply.Failure!.Code, reply.Failure.Outcome));
        var slot = SlotId.FromKey(name[..name.LastIndexOf('.')]);
        var report = await Eventually.SeeAsync(
            () => silos.Cluster.Client.GetGrain<IWorkerGrain>(slot.ToString()).GetReportAsync(),
            report => report!.State == WorkerState.Ready);
        Assert.True(report!.Worker.Generation > 1);
        Assert.Contains("the test said so", report.LastFailure, StringComparison.Ordinal);
        Assert.Equal(leaves, !victim.Released.IsCompleted);
    }

    [Fact]
    public async Task A_pool_that_cannot_start_says_why_while_the_other_serves()
    {
        await Eventually.SeeAsync(
            () => silos.Shard(silos.Silos[0], "broken").GetReportAsync(), report => report!.State == PoolState.Failed);

        var error = await Assert.ThrowsAsync<SnakepitException>(
            () => silos.Client.ExecuteAsync<string>("who", options: new ToolCallOptions { Pool = "broken" }));

        Assert.Equal(SnakepitErrorCode.PoolFailed, error.Code);
        Assert.Contains("no module named nothing", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await silos.Client.ExecuteAsync<string>("who"));
    }

    [Fact]
    public async Task Its_report_has_the_traceback()
    {
        var report = await Eventually.SeeAsync(
            () => silos.Shard(silos.Silos[0], "broken").GetReportAsync(), report => report!.State == PoolState.Failed);

        Assert.Contains("Traceback: here", report!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_crosses_the_cluster_with_all_its_facts()
    {
        var reply = await silos.Shard(silos.Silos[0], "nothing").ExecuteAsync(Request("who"), CancellationToken.None);

        Assert.Equal(
            (SnakepitErrorCode.PoolNotFound, Outcome.NotStarted, CallStage.Dispatch),
            (reply.Failure!.Code, reply.Failure.Outcome, reply.Failure.Stage));
        Assert.Contains("Its pools: pool, broken", reply.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_of_ours_costs_one_call_and_not_the_shard()
    {
        var silo = silos.Silos[0];

        var broken = await silos.Shard(silo).ExecuteAsync(Request("break"), CancellationToken.None).WithinAsync(Limit);

        Assert.Equal((SnakepitErrorCode.Unknown, Outcome.MaybeRan), (broken.Failure!.Code, broken.Failure.Outcome));
        Assert.Contains("a mistake of ours", broken.Failure.Message, StringComparison.Ordinal);
        for (var i = 0; i < 4; i++)
            Assert.Null((await silos.Shard(silo).ExecuteAsync(Request("who"), CancellationToken.None).WithinAsync(Limit)).Failure);
        Assert.Equal(0, (await silos.Shard(silo).GetReportAsync())!.Running);
    }

    [Fact]
    public async Task A_decision_that_cannot_be_carried_out_does_not_silence_the_shard()
    {
        var silo = silos.Silos[1];
        foreach (var worker in silos.Workers(silo).Living.Values)
            worker.CancelBreaks = true;
        var overdue = silos.Shard(silo).ExecuteAsync(
            Request("wait") with { Budget = TimeSpan.FromSeconds(1), OwnBudget = true }, CancellationToken.None);

        Assert.Equal(SnakepitErrorCode.Unknown, (await overdue.WithinAsync(Limit)).Failure!.Code);

        foreach (var worker in silos.Workers(silo).Living.Values)
            worker.CancelBreaks = false;
        Assert.Null((await silos.Shard(silo).ExecuteAsync(Request("who"), CancellationToken.None).WithinAsync(Limit)).Failure);
        await ReleaseAsync(silo, []);
    }

    [Fact]
    public async Task A_call_meant_for_another_run_of_the_silo_is_refused_and_surely_did_not_run()
    {
        var request = Request("who") with { Incarnation = new Incarnation("127.0.0.1:1", 1) };

        var reply = await silos.Shard(silos.Silos[0]).ExecuteAsync(request, CancellationToken.None);

        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.NotStarted), (reply.Failure!.Code, reply.Failure.Outcome));
        Assert.Contains("another run of silo", reply.Failure.Message, StringComparison.Ordinal);
    }

    private async Task ReleaseAsync(string silo, List<Task<ToolReply>> calls)
    {
        silos.Workers(silo).Open();
        var replies = await Task.WhenAll(calls).WithinAsync(Limit);
        silos.Workers(silo).Close();

        Assert.All(replies, reply => Assert.Null(reply.Failure));
    }

    private static ToolRequest Request(string tool) =>
        new() { Tool = tool, Arguments = "{}"u8.ToArray(), Budget = TimeSpan.FromSeconds(30) };
}
