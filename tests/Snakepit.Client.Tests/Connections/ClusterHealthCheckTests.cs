using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Connections;
using Snakepit.Client.Routing;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Connections;

/// <summary>A connected client whose silos answer as the test says.</summary>
public sealed class ClusterHealthCheckTests : ICluster
{
    private readonly FakeTimeProvider _time = new();
    private readonly AnswerWatch _answers;
    private readonly ClusterHealthCheck _check;
    private readonly IGrainFactory _grains;
    private bool _answer;

    public ClusterHealthCheckTests()
    {
        var pool = Fake<IPoolGrain>.Of((_, _) => _answer
            ? Task.FromResult(new PoolView { Pool = "default", Shards = [] })
            : Task.FromException<PoolView>(new InvalidOperationException("the way is cut")));
        _grains = Fake<IGrainFactory>.Of((_, _) => pool);
        _answers = new AnswerWatch(_time);
        _answers.NoteAnswer();
        _check = new ClusterHealthCheck(this, _answers, new SnakepitClientOptions(), _time);
    }

    event Action? ICluster.GatewayLost
    {
        add { }
        remove { }
    }

    IGrainFactory ICluster.Grains => _grains;

    Task ICluster.Connected => Task.CompletedTask;

    string ICluster.Where => " at silo-1:30000 (Snakepit:Client:Gateways)";

    [Fact]
    public async Task Time_in_which_nothing_was_asked_is_no_silence()
    {
        _time.Advance(TimeSpan.FromHours(1));

        var first = await CheckAsync();
        _time.Advance(TimeSpan.FromSeconds(9));
        var second = await CheckAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        var third = await CheckAsync();

        Assert.Equal(
            [HealthStatus.Degraded, HealthStatus.Degraded, HealthStatus.Unhealthy], [first.Status, second.Status, third.Status]);
        Assert.Contains("for 11 s: the way is cut", third.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_ends_the_silence()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        await CheckAsync();
        _answer = true;
        _time.Advance(TimeSpan.FromSeconds(20));
        var answered = await CheckAsync();
        _answer = false;
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(HealthStatus.Healthy, answered.Status);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status);
    }

    void ICluster.NoteAnswer() => _answers.NoteAnswer();

    private Task<HealthCheckResult> CheckAsync() => _check.CheckHealthAsync(new HealthCheckContext());
}
