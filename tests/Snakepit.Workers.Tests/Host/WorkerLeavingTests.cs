using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>A worker that leaves because somebody else has asked it to, as systemd does with everything in a service's group.</summary>
public sealed class WorkerLeavingTests : IDisposable
{
    /// <summary>For the test to open the gate of the last hooks.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly Farewell _farewell = new();

    public void Dispose() => _farewell.Dispose();

    [Theory]
    [InlineData(LinkCarrier.Auto)]
    [InlineData(LinkCarrier.Grpc)]
    public async Task A_worker_that_is_asked_from_outside_runs_its_shutdown_to_the_end_and_calls_to_it_do_not_wait_for_that(
        LinkCarrier carrier)
    {
        await using var test = new TestHost(carrier: carrier, shutdownGrace: Grace);
        var worker = await LeavingAsync(test);

        var reply = await AnswerOnceLinkIsGivenUpAsync(test, worker);

        Assert.Equal(SnakepitErrorCode.WorkerExited, reply.Failure!.Code);
        Assert.False(worker.Released.IsCompleted, reply.Failure.Message);
        Assert.Equal(WorkerExitKind.CleanExit, (await worker.LinkClosed.WithinAsync(Eventually.Limit)).Kind);
        _farewell.OpenGate();
        var exit = await worker.Released.WithinAsync(Eventually.Limit);
        Assert.True(_farewell.HasEnded, exit.Description);
        Assert.Equal((WorkerExitKind.CleanExit, 0), (exit.Kind, exit.ExitCode));
    }

    [Fact]
    public async Task A_worker_that_is_leaving_when_the_silo_asks_it_to_has_its_time_all_the_same()
    {
        await using var test = new TestHost(shutdownGrace: Grace);
        var worker = await LeavingAsync(test);

        await AnswerOnceLinkIsGivenUpAsync(test, worker);
        var stopping = test.Host.StopAllAsync();
        _farewell.OpenGate();

        await stopping.WithinAsync(Eventually.Limit);
        var exit = await worker.Released.WithinAsync(Eventually.Limit);
        Assert.True(_farewell.HasEnded, exit.Description);
        Assert.Equal((WorkerExitKind.Requested, 0), (exit.Kind, exit.ExitCode));
    }

    [Theory]
    [InlineData(LinkCarrier.Auto, 1)]
    [InlineData(LinkCarrier.Auto, 4)]
    [InlineData(LinkCarrier.Grpc, 4)]
    public async Task A_worker_that_is_asked_from_outside_refuses_the_calls_that_are_on_their_way(LinkCarrier carrier, int capacity)
    {
        await using var test = new TestHost(carrier: carrier);
        for (var round = 0; round < 5; round++)
        {
            var worker = await test.StartAsync(capacity: capacity);
            var callers = Enumerable.Range(0, capacity).Select(_ => Task.Run(() => UntilFailureAsync(test, worker))).ToList();
            await test.Call(worker, "pid").Reply.WithinAsync(Eventually.Limit);

            HostProcess.Signal(worker.Facts.Pid, "TERM");

            var failures = await Task.WhenAll(callers).WithinAsync(Eventually.Limit);
            Assert.All(failures, failure => Assert.True(failure.Outcome == Outcome.NotStarted, failure.Message));
            Assert.Equal(0, (await worker.Released.WithinAsync(Eventually.Limit)).ExitCode);
        }
    }

    private static async Task<Failure> UntilFailureAsync(TestHost test, IWorker worker)
    {
        while (true)
        {
            if ((await test.Call(worker, "pid").Reply).Failure is { } failure)
                return failure;
        }
    }

    /// <summary>Before that the worker refuses calls.</summary>
    private static Task<ToolReply> AnswerOnceLinkIsGivenUpAsync(TestHost test, IWorker worker) => Eventually.SeeAsync(
        () => test.Call(worker, "pid").Reply, reply => reply.Failure is { Code: SnakepitErrorCode.WorkerExited });

    private async Task<IWorker> LeavingAsync(TestHost test)
    {
        var spec = test.Spec("farewell.Farewell") with { AdapterEnv = _farewell.AdapterEnv };
        var worker = await test.Host.StartAsync(spec, CancellationToken.None).WithinAsync(Eventually.Limit);
        HostProcess.Signal(worker.Facts.Pid, "TERM");
        await Eventually.HoldsAsync(() => _farewell.HasBegun);
        return worker;
    }
}
