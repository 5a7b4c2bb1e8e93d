using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Routing;
using Snakepit.Errors;

namespace Snakepit.Client.Tests.Routing;

/// <summary>Calls of a client that is not connected yet.</summary>
public sealed class ConnectionGateTests : ICluster
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _connected = new();
    private readonly ConnectionGate _gate;

    public ConnectionGateTests() => _gate = new ConnectionGate(this, new SnakepitClientOptions(), _time);

    event Action? ICluster.GatewayLost
    {
        add { }
        remove { }
    }

    IGrainFactory ICluster.Grains => throw new InvalidOperationException("Nothing is asked before there is a connection.");

    Task ICluster.Connected => _connected.Task;

    string ICluster.Where => " at silo-1:30000 (Snakepit:Client:Gateways)";

    [Fact]
    public async Task A_call_goes_on_when_the_connection_comes()
    {
        var call = Pass(TimeSpan.FromSeconds(5));

        _connected.SetResult();

        await call.WithinAsync(Limit, "a call whose client is connected now");
    }

    [Fact]
    public async Task A_call_fails_when_its_own_budget_is_spent_and_what_has_passed_of_it_counts()
    {
        var call = Pass(TimeSpan.FromSeconds(5), elapsed: TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(
            "No silo has answered at silo-1:30000 (Snakepit:Client:Gateways); the call's budget is 5 s.", (await FailsAsync(call)).Message);
    }

    [Fact]
    public async Task A_call_without_a_budget_waits_for_the_time_that_the_options_say()
    {
        var call = Pass(own: null);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Contains("Snakepit:Client:ConnectTimeout is 10 s", (await FailsAsync(call)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_a_limit_waits_on()
    {
        var call = Pass(Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromDays(30));
        Assert.False(call.IsCompleted);
        _connected.SetResult();

        await call.WithinAsync(Limit, "a call without a limit whose client is connected now");
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var call = Pass(own: null, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WithinAsync(Limit, "a cancelled call"));
    }

    [Fact]
    public async Task Calls_end_when_the_application_stops()
    {
        var call = Pass(own: null);

        _connected.SetCanceled();

        Assert.StartsWith("The application stops", (await FailsAsync(call)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_end_when_the_connection_has_failed_for_good()
    {
        var call = Pass(Timeout.InfiniteTimeSpan);

        _connected.SetException(new TimeoutException("a part of Orleans did not start"));

        var error = await FailsAsync(call);
        Assert.Contains("has failed at silo-1:30000 (Snakepit:Client:Gateways), and is not", error.Message, StringComparison.Ordinal);
        Assert.IsType<TimeoutException>(error.InnerException);
        await FailsAsync(Pass(TimeSpan.FromSeconds(5)));
    }

    void ICluster.NoteAnswer()
    {
    }

    private static async Task<SnakepitException> FailsAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => call.WithinAsync(Limit, "a call that has no time left"));
        Assert.Equal((SnakepitErrorCode.ClusterUnreachable, Outcome.NotStarted), (error.Code, error.Outcome));
        return error;
    }

    private Task Pass(TimeSpan? own, TimeSpan elapsed = default, CancellationToken cancellationToken = default) =>
        _gate.PassAsync(own, elapsed, cancellationToken).AsTask();
}
